/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Typed values of profiles: numbers with units, shares of memory and a closed set of functions.
 */
#ifndef NT_CORE_EXPR_H
#define NT_CORE_EXPR_H

#include <stdbool.h>
#include <stdint.h>

struct nt_diag;

/* The unit that the kernel wants; what is written is converted to it or refused. */
enum nt_unit {
	NT_UNIT_NONE, /* a plain count: units are an error */
	NT_UNIT_BYTES,
	NT_UNIT_PAGES, /* sizes and %ram are converted, rounded down to whole pages */
	NT_UNIT_SECONDS,
	NT_UNIT_MILLISECONDS,
	NT_UNIT_MICROSECONDS,
};

/**
 * struct nt_expr_env - what an expression may refer to
 * @unit: of the result
 * @ram_bytes: for %ram
 * @page_bytes: for NT_UNIT_PAGES
 * @limit: what the word "max" means; only with @has_limit
 * @dflt: what the word "kernel-default" means; only with @has_dflt
 */
struct nt_expr_env {
	enum nt_unit unit;
	uint64_t ram_bytes;
	uint32_t page_bytes;
	bool has_limit;
	bool has_dflt;
	int64_t limit;
	int64_t dflt;
};

/**
 * nt_expr_eval() - evaluate one field of a value
 * @text: "65535", "64MiB", "25%ram", "max/2", "kernel-default", "min(64MiB, 5%ram)", "15s"
 * @env: what it may refer to
 * @ret: in @env->unit
 * @ret_offset: 0-based offset in @text of what is wrong, written on errors only; may be NULL
 *
 * Plain numbers are taken in the kernel's unit and may be negative. What must not be, and what is
 * out of the key's range, is for the caller to refuse. Sizes are B, KiB, MiB, GiB, TiB (and K, M,
 * G, T, which mean the same); times us, ms, s, min, h.
 *
 * Return: 0, -EINVAL (syntax, wrong unit), -ERANGE (overflow), -ENODATA (refers to what is unknown;
 * the rest of @text has been found well-formed then).
 */
int nt_expr_eval(const char *text, const struct nt_expr_env *env, int64_t *ret,
		 unsigned int *ret_offset, struct nt_diag *diag);

/* Is @text a unit alone, as what is left of "16 MiB" when spaces separate fields? */
bool nt_expr_is_unit(const char *text);

/**
 * nt_expr_split() - the next field of a value: separated by spaces, but not inside parentheses
 * @cursor: where to go on; advanced
 * @buf: the field, terminated
 * @ret_offset: 0-based offset of the field from where the value began at first call, may be NULL
 *
 * Return: 1 a field was found, 0 the end, -E2BIG, -EINVAL (parentheses that do not close).
 */
int nt_expr_split(const char **cursor, const char *start, char *buf, unsigned int size,
		  unsigned int *ret_offset);

#endif
