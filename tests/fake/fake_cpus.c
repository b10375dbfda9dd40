// SPDX-License-Identifier: GPL-2.0-or-later
/* Sets of CPUs. See fake_cpus.h. */
#include "fake_cpus.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS (FAKE_CPUS_MAX / 64)

bool fake_cpus_has(const struct fake_cpus *cpus, unsigned int cpu)
{
	return cpus->bits[cpu / 64] >> (cpu % 64) & 1;
}

void fake_cpus_add(struct fake_cpus *cpus, unsigned int cpu)
{
	cpus->bits[cpu / 64] |= 1ULL << (cpu % 64);
}

bool fake_cpus_empty(const struct fake_cpus *cpus)
{
	const struct fake_cpus none = { 0 };

	return fake_cpus_equal(cpus, &none);
}

bool fake_cpus_equal(const struct fake_cpus *a, const struct fake_cpus *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

struct fake_cpus fake_cpus_and(const struct fake_cpus *a, const struct fake_cpus *b)
{
	struct fake_cpus both;

	for (unsigned int i = 0; i < WORDS; i++)
		both.bits[i] = a->bits[i] & b->bits[i];
	return both;
}

struct fake_cpus fake_cpus_without(const struct fake_cpus *a, const struct fake_cpus *b)
{
	struct fake_cpus left;

	for (unsigned int i = 0; i < WORDS; i++)
		left.bits[i] = a->bits[i] & ~b->bits[i];
	return left;
}

struct fake_cpus fake_cpus_range(unsigned int first, unsigned int end)
{
	struct fake_cpus range = { 0 };

	for (unsigned int cpu = first; cpu < end; cpu++)
		fake_cpus_add(&range, cpu);
	return range;
}

/* The 32 bits that one group of digits stands for. */
static uint32_t group(const struct fake_cpus *cpus, unsigned int i)
{
	return (uint32_t)(cpus->bits[i / 2] >> (i % 2 * 32));
}

void fake_cpus_format_mask(const struct fake_cpus *cpus, unsigned int n_bits, char *buf,
			   size_t size)
{
	unsigned int n = (n_bits + 31) / 32;
	int digits = (int)((n_bits - (n - 1) * 32 + 3) / 4);
	size_t len = (size_t)snprintf(buf, size, "%0*x", digits, group(cpus, n - 1));

	for (unsigned int i = n - 1; i-- > 0;)
		len += (size_t)snprintf(buf + len, size - len, ",%08x", group(cpus, i));
}

void fake_cpus_format_list(const struct fake_cpus *cpus, char *buf, size_t size)
{
	size_t len = 0;

	*buf = '\0';
	for (unsigned int cpu = 0; cpu < FAKE_CPUS_MAX; cpu++) {
		unsigned int first = cpu;

		if (!fake_cpus_has(cpus, cpu))
			continue;
		while (cpu + 1 < FAKE_CPUS_MAX && fake_cpus_has(cpus, cpu + 1))
			cpu++;
		len += (size_t)snprintf(buf + len, size - len, "%s%u", len ? "," : "", first);
		if (cpu > first)
			len += (size_t)snprintf(buf + len, size - len, "-%u", cpu);
	}
}

/* Makes room for one more group on the right; false when bits fall out on the left. */
static bool shift_group(struct fake_cpus *cpus, uint32_t value)
{
	bool fits = cpus->bits[WORDS - 1] >> 32 == 0;

	for (unsigned int i = WORDS - 1; i > 0; i--)
		cpus->bits[i] = cpus->bits[i] << 32 | cpus->bits[i - 1] >> 32;
	cpus->bits[0] = cpus->bits[0] << 32 | value;
	return fits;
}

int fake_cpus_parse_mask(const char *text, unsigned int n_bits, struct fake_cpus *ret)
{
	struct fake_cpus cpus = { 0 }, valid = fake_cpus_range(0, n_bits);
	const char *p = text;

	for (;;) {
		size_t digits = strspn(p, "0123456789abcdefABCDEF");

		if (!digits)
			return -EINVAL;
		if (digits > 8 || !shift_group(&cpus, (uint32_t)strtoul(p, NULL, 16)))
			return -EOVERFLOW;
		p += digits;
		if (*p != ',')
			break;
		p++;
	}
	if (*p && *p != '\n')
		return -EINVAL;
	cpus = fake_cpus_without(&cpus, &valid);
	if (!fake_cpus_empty(&cpus))
		return -EOVERFLOW;
	memset(ret, 0, sizeof(*ret));
	for (p = text; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
		shift_group(ret, (uint32_t)strtoul(p, NULL, 16));
	return 0;
}

int fake_cpus_parse_list(const char *text, unsigned int n_bits, struct fake_cpus *ret)
{
	struct fake_cpus cpus = { 0 };
	const char *p = text;

	while (*p && *p != '\n') {
		char *end;
		unsigned long first = strtoul(p, &end, 10), last = first;

		if (end == p)
			return -EINVAL;
		if (*end == '-') {
			p = end + 1;
			last = strtoul(p, &end, 10);
			if (end == p || last < first)
				return -EINVAL;
		}
		if (last >= n_bits)
			return -ERANGE;
		while (first <= last)
			fake_cpus_add(&cpus, (unsigned int)first++);
		p = *end == ',' ? end + 1 : end;
		if (*end && *end != ',' && *end != '\n')
			return -EINVAL;
	}
	*ret = cpus;
	return 0;
}
