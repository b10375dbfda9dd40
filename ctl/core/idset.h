/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets of small numbers, as the kernel lists ports and CPUs: "8080,9000-9100". PURE.
 */
#ifndef NT_CORE_IDSET_H
#define NT_CORE_IDSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NT_IDSET_COUNT 65536U

/**
 * struct nt_idset - a set of numbers below NT_IDSET_COUNT
 * @bits: one for each number
 */
struct nt_idset {
	uint64_t bits[NT_IDSET_COUNT / 64];
};

/**
 * nt_idset_parse() - a set from its list
 * @text: numbers and ranges separated by commas; "" is the empty set
 * @ret: the set
 * @ret_offset: 0-based offset of what is wrong, written on errors only; may be NULL
 *
 * Return: 0, -EINVAL, -ERANGE for a number above 65535 or a range that runs backwards.
 */
int nt_idset_parse(const char *text, struct nt_idset *ret, unsigned int *ret_offset);

/**
 * nt_idset_format() - a set as the kernel prints it: ascending, neighbours joined to ranges
 * @set: the set
 * @buf: terminated
 * @size: of @buf
 *
 * Return: 0, -E2BIG.
 */
int nt_idset_format(const struct nt_idset *set, char *buf, size_t size);

/* The same as a mask, "3,00000001": words of 32 bits, the highest first. 0, -E2BIG. */
int nt_idset_format_mask(const struct nt_idset *set, char *buf, size_t size);

bool nt_idset_has(const struct nt_idset *set, unsigned int id);
void nt_idset_add(struct nt_idset *set, unsigned int id);
void nt_idset_remove(struct nt_idset *set, unsigned int id);
/* Adds all of @more. */
void nt_idset_join(struct nt_idset *set, const struct nt_idset *more);
unsigned int nt_idset_size(const struct nt_idset *set);
/* The least number, NT_IDSET_COUNT for an empty set. */
unsigned int nt_idset_first(const struct nt_idset *set);
/* Is every number of @part in @whole? */
bool nt_idset_cover(const struct nt_idset *whole, const struct nt_idset *part);

#endif
