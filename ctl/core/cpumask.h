/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Masks as the kernel writes them into files of queues: "00000000,000000ff". PURE.
 */
#ifndef NT_CORE_CPUMASK_H
#define NT_CORE_CPUMASK_H

#include <stddef.h>

/**
 * nt_cpumask_to_list() - a mask's bits as a list, "0-7"
 * @mask: hexadecimal words of 32 bits, the highest first, separated by commas; a newline may follow
 * @buf: terminated; "" for an empty mask
 * @size: of @buf
 *
 * Return: 0, -EINVAL, -E2BIG.
 */
int nt_cpumask_to_list(const char *mask, char *buf, size_t size);

#endif
