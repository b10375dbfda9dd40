/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the domains napi and napi_queues have in common: values of how something is polled. PURE.
 */
#ifndef NT_TUNABLE_NAPI_VALUE_H
#define NT_TUNABLE_NAPI_VALUE_H

#include <stdint.h>

#include "core/nic.h"

struct nt_diag;

/**
 * nt_napi_parse_value() - a value as profiles write it
 * @field: whose
 * @text: "on" or "off" for threads, a time ("200us"; nanoseconds without a unit), or a number
 * @ret: as the kernel has it
 * @diag: what is wrong
 *
 * Return: 0, -EINVAL, -ERANGE.
 */
int nt_napi_parse_value(enum nt_napi_field field, const char *text, uint64_t *ret,
			struct nt_diag *diag);

/* What the field is, for people. */
const char *nt_napi_words(enum nt_napi_field field);

#endif
