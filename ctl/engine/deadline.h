/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Deadlines of transactions: nanoseconds of CLOCK_BOOTTIME, which goes on while the host sleeps
 * and which nobody can set.
 */
#ifndef NT_ENGINE_DEADLINE_H
#define NT_ENGINE_DEADLINE_H

#include <stdint.h>

#define NT_CONFIRM_S_MIN 1U
#define NT_CONFIRM_S_MAX 86400U

uint64_t nt_deadline_now_ns(void);

/* @now_ns plus @seconds; the latest moment there is instead of an overflow. */
uint64_t nt_deadline_after(uint64_t now_ns, uint32_t seconds);

/* Whole seconds until then, rounded up; 0 when it has passed. */
uint32_t nt_deadline_left_s(uint64_t deadline_ns, uint64_t now_ns);

/**
 * nt_deadline_parse() - seconds as an operator writes them
 * @text: decimal digits only, NT_CONFIRM_S_MIN to NT_CONFIRM_S_MAX
 *
 * Return: 0, -EINVAL for something else than digits, -ERANGE.
 */
int nt_deadline_parse(const char *text, uint32_t *ret);

#endif
