// SPDX-License-Identifier: GPL-2.0-or-later
/* Masks of the kernel's files. PURE. See cpumask.h. */
#include "cpumask.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The bits of a hexadecimal digit, or -1. */
static int digit(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	if (ch >= 'a' && ch <= 'f')
		return ch - 'a' + 10;
	return -1;
}

/* A list on its way: runs are written when they end. */
struct list {
	char *buf;
	size_t size;
	size_t len;
	bool in_run;
	unsigned int first;
};

static int end_run(struct list *list, unsigned int last)
{
	const char *comma = list->len ? "," : "";
	size_t room = list->size - list->len;
	int n;

	list->in_run = false;
	n = last == list->first
	    ? snprintf(list->buf + list->len, room, "%s%u", comma, last)
	    : snprintf(list->buf + list->len, room, "%s%u-%u", comma, list->first, last);
	if (n < 0 || (size_t)n >= room)
		return -E2BIG;
	list->len += (size_t)n;
	return 0;
}

static int add_digit(struct list *list, unsigned int bits, unsigned int base)
{
	int r = 0;

	for (unsigned int i = 0; i < 4 && r == 0; i++) {
		bool set = bits >> i & 1;

		if (set && !list->in_run) {
			list->in_run = true;
			list->first = base + i;
		} else if (!set && list->in_run) {
			r = end_run(list, base + i - 1);
		}
	}
	return r;
}

/* See cpumask.h. */
int nt_cpumask_to_list(const char *mask, char *buf, size_t size)
{
	struct list list = { .buf = buf, .size = size };
	size_t n = strcspn(mask, "\n");
	unsigned int base = 0;
	int r = 0;

	if (!size)
		return -E2BIG;
	if (!n)
		return -EINVAL;
	buf[0] = '\0';
	while (n > 0 && r == 0) {
		int bits = digit(mask[--n]);

		if (bits < 0 && mask[n] != ',')
			return -EINVAL;
		if (bits < 0)
			continue;
		r = add_digit(&list, (unsigned int)bits, base);
		base += 4;
	}
	if (r == 0 && list.in_run)
		r = end_run(&list, base - 1);
	return r;
}
