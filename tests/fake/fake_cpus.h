/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets of CPUs, read and printed as the kernel's bitmap functions do it.
 */
#ifndef FAKE_CPUS_H
#define FAKE_CPUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FAKE_CPUS_MAX 256U

/* Enough for either form of a set. */
#define FAKE_CPUS_TEXT 1024U

struct fake_cpus {
	uint64_t bits[FAKE_CPUS_MAX / 64];
};

bool fake_cpus_has(const struct fake_cpus *cpus, unsigned int cpu);
void fake_cpus_add(struct fake_cpus *cpus, unsigned int cpu);
bool fake_cpus_empty(const struct fake_cpus *cpus);
bool fake_cpus_equal(const struct fake_cpus *a, const struct fake_cpus *b);
struct fake_cpus fake_cpus_and(const struct fake_cpus *a, const struct fake_cpus *b);
struct fake_cpus fake_cpus_without(const struct fake_cpus *a, const struct fake_cpus *b);
/* The CPUs from @first up to and without @end. */
struct fake_cpus fake_cpus_range(unsigned int first, unsigned int end);

/* "0f" for the first @n_bits, as "%*pb" prints it. */
void fake_cpus_format_mask(const struct fake_cpus *cpus, unsigned int n_bits, char *buf,
			   size_t size);
/* "0-3,8", as "%*pbl" prints it. */
void fake_cpus_format_list(const struct fake_cpus *cpus, char *buf, size_t size);
/* bitmap_parse(): -EINVAL, -EOVERFLOW for a bit at or above @n_bits. */
int fake_cpus_parse_mask(const char *text, unsigned int n_bits, struct fake_cpus *ret);
/* bitmap_parselist(): -EINVAL, -ERANGE for a CPU at or above @n_bits. */
int fake_cpus_parse_list(const char *text, unsigned int n_bits, struct fake_cpus *ret);

#endif
