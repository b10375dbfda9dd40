// SPDX-License-Identifier: GPL-2.0-or-later
/* Sets of small numbers. PURE. See idset.h. */
#include "idset.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define N_WORDS (NT_IDSET_COUNT / 64)

/* See idset.h. */
bool nt_idset_has(const struct nt_idset *set, unsigned int id)
{
	return id < NT_IDSET_COUNT && (set->bits[id / 64] >> (id % 64) & 1);
}

/* See idset.h. */
void nt_idset_add(struct nt_idset *set, unsigned int id)
{
	if (id < NT_IDSET_COUNT)
		set->bits[id / 64] |= UINT64_C(1) << (id % 64);
}

void nt_idset_remove(struct nt_idset *set, unsigned int id)
{
	if (id < NT_IDSET_COUNT)
		set->bits[id / 64] &= ~(UINT64_C(1) << (id % 64));
}

/* See idset.h. */
void nt_idset_join(struct nt_idset *set, const struct nt_idset *more)
{
	for (size_t i = 0; i < N_WORDS; i++)
		set->bits[i] |= more->bits[i];
}

/* See idset.h. */
bool nt_idset_cover(const struct nt_idset *whole, const struct nt_idset *part)
{
	for (size_t i = 0; i < N_WORDS; i++)
		if (part->bits[i] & ~whole->bits[i])
			return false;
	return true;
}

/* See idset.h. */
unsigned int nt_idset_size(const struct nt_idset *set)
{
	unsigned int n = 0;

	for (size_t i = 0; i < N_WORDS; i++)
		n += (unsigned int)__builtin_popcountll(set->bits[i]);
	return n;
}

/* See idset.h. */
unsigned int nt_idset_first(const struct nt_idset *set)
{
	for (unsigned int i = 0; i < N_WORDS; i++)
		if (set->bits[i])
			return i * 64 + (unsigned int)__builtin_ctzll(set->bits[i]);
	return NT_IDSET_COUNT;
}

static int parse_id(const char **s, unsigned int *ret)
{
	unsigned int id = 0;
	const char *p = *s;

	if (*p < '0' || *p > '9')
		return -EINVAL;
	for (; *p >= '0' && *p <= '9'; p++) {
		id = id * 10 + (unsigned int)(*p - '0');
		if (id >= NT_IDSET_COUNT)
			return -ERANGE;
	}
	*s = p;
	*ret = id;
	return 0;
}

/* "80" or "80-90" */
static int parse_range(const char **s, struct nt_idset *set)
{
	const char *start = *s;
	unsigned int first, last;
	int r = parse_id(s, &first);

	if (r < 0)
		return r;
	last = first;
	if (**s == '-') {
		(*s)++;
		r = parse_id(s, &last);
		if (r < 0)
			return r;
	}
	if (last < first) {
		*s = start;
		return -ERANGE;
	}
	for (unsigned int id = first; id <= last; id++)
		nt_idset_add(set, id);
	return 0;
}

/* See idset.h. */
int nt_idset_parse(const char *text, struct nt_idset *ret, unsigned int *ret_offset)
{
	struct nt_idset set = { { 0 } };
	const char *s = text;
	int r = 0;

	while (*text && r == 0) {
		r = parse_range(&s, &set);
		if (r < 0 || !*s)
			break;
		r = *s == ',' ? 0 : -EINVAL;
		s += r == 0;
	}
	if (r < 0) {
		if (ret_offset)
			*ret_offset = (unsigned int)(s - text);
		return r;
	}
	*ret = set;
	return 0;
}

static unsigned int last_of_run(const struct nt_idset *set, unsigned int first)
{
	unsigned int last = first;

	while (nt_idset_has(set, last + 1))
		last++;
	return last;
}

/* See idset.h. */
int nt_idset_format(const struct nt_idset *set, char *buf, size_t size)
{
	size_t len = 0;

	if (size == 0)
		return -E2BIG;
	buf[0] = '\0';
	for (unsigned int id = 0; id < NT_IDSET_COUNT; id++) {
		const char *comma = len ? "," : "";
		unsigned int last;
		int n;

		/* Most sets are nearly empty: a whole word is skipped at once. */
		if (id % 64 == 0 && !set->bits[id / 64]) {
			id += 63;
			continue;
		}
		if (!nt_idset_has(set, id))
			continue;
		last = last_of_run(set, id);
		n = last == id ? snprintf(buf + len, size - len, "%s%u", comma, id)
				 : snprintf(buf + len, size - len, "%s%u-%u", comma, id, last);
		if (n < 0 || (size_t)n >= size - len)
			return -E2BIG;
		len += (size_t)n;
		id = last;
	}
	return 0;
}

/* See idset.h. */
int nt_idset_format_mask(const struct nt_idset *set, char *buf, size_t size)
{
	size_t word = N_WORDS * 2 - 1;
	size_t len = 0;

	while (word && !(set->bits[word / 2] >> (word % 2 * 32) & UINT32_MAX))
		word--;
	for (;; word--) {
		unsigned int bits = (unsigned int)(set->bits[word / 2] >> (word % 2 * 32) &
						   UINT32_MAX);
		int n = size > len ? snprintf(buf + len, size - len, len ? ",%08x" : "%x", bits)
				   : -1;

		if (n < 0 || (size_t)n >= size - len)
			return -E2BIG;
		len += (size_t)n;
		if (!word)
			return 0;
	}
}
