// SPDX-License-Identifier: GPL-2.0-or-later
/* irqbalance's words. PURE. See irqbalance.h. */
#include "irqbalance.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_SIZE 16U

/* The next word; false at the end. Words that are too long come out cut, which nothing expects. */
static bool next_word(const char **cursor, char *word)
{
	size_t len;

	*cursor += strspn(*cursor, " \n");
	len = strcspn(*cursor, " \n");
	snprintf(word, WORD_SIZE, "%.*s", (int)(len < WORD_SIZE ? len : WORD_SIZE - 1), *cursor);
	*cursor += len;
	return len > 0;
}

static int take_irq(const char **cursor, struct nt_idset *set)
{
	char word[WORD_SIZE];
	unsigned long irq;
	char *end;

	if (!next_word(cursor, word) || *word < '0' || *word > '9')
		return -EINVAL;
	irq = strtoul(word, &end, 10);
	if (*end || irq >= NT_IDSET_COUNT)
		return -EINVAL;
	nt_idset_add(set, (unsigned int)irq);
	return 0;
}

int nt_irqbalance_parse_setup(const char *reply, struct nt_idset *ret)
{
	struct nt_idset set = { { 0 } };
	const char *cursor = reply;
	char word[WORD_SIZE];
	int r = 0;

	if (!next_word(&cursor, word) || strcmp(word, "SLEEP") != 0)
		return -EINVAL;
	while (r == 0 && next_word(&cursor, word)) {
		/* The last one: what it bans are CPUs. */
		if (!strcmp(word, "BANNED")) {
			*ret = set;
			return 0;
		}
		if (!strcmp(word, "IRQ"))
			r = take_irq(&cursor, &set);
	}
	return -EINVAL;
}

int nt_irqbalance_format_ban(const struct nt_idset *irqs, char *buf, size_t size)
{
	static const char head[] = "settings ban irqs";
	size_t len = sizeof(head) - 1;

	if (snprintf(buf, size, "%s%s", head, nt_idset_size(irqs) ? "" : " NONE") >= (int)size)
		return -E2BIG;
	for (unsigned int irq = 0; irq < NT_IDSET_COUNT; irq++) {
		size_t pad = 1;
		char word[WORD_SIZE];
		size_t n;

		if (!nt_idset_has(irqs, irq))
			continue;
		n = (size_t)snprintf(word, sizeof(word), "%u", irq);
		if (len + pad < NT_IRQBALANCE_REQUEST_OLD &&
		    len + pad + n >= NT_IRQBALANCE_REQUEST_OLD)
			pad = NT_IRQBALANCE_REQUEST_OLD - len;
		if (len + pad + n >= size)
			return -E2BIG;
		memset(buf + len, ' ', pad);
		memcpy(buf + len + pad, word, n + 1);
		len += pad + n;
	}
	return 0;
}
