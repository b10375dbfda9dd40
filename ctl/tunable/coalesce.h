/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values of interrupt moderation, for the domains of whole devices and of single queues.
 */
#ifndef NT_TUNABLE_COALESCE_H
#define NT_TUNABLE_COALESCE_H

#include <stddef.h>
#include <stdint.h>

#include "core/nic.h"
#include "device.h"

/* The longest canonical value, terminated. */
#define NT_COALESCE_TEXT 16U

/**
 * nt_coalesce_take() - "rx-usecs:8" of a line
 * @setting: the line
 * @word: field and value
 * @ret: gets it besides what it has
 * @diag: gets file, line, column and words
 *
 * Return: 0, -EINVAL or -ERANGE.
 */
int nt_coalesce_take(const struct nt_setting *setting, const struct nt_device_word *word,
		     struct nt_nic_coalesce *ret, struct nt_diag *diag);

/* "on" and "off" for modes, else a number. */
void nt_coalesce_format(unsigned int field, uint32_t value, char *buf, size_t size);
/* The value of such a text. */
uint32_t nt_coalesce_value(unsigned int field, const char *text);

#endif
