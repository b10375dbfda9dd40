// SPDX-License-Identifier: GPL-2.0-or-later
/* irqbalance's words. PURE. See irqbalance.h. */
#include "irqbalance.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "irqname.h"

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

/* ---- a device's interrupts ---- */

static int append(char *buf, size_t size, const char *word)
{
	size_t len = strlen(buf);

	return (size_t)snprintf(buf + len, size - len, "%s", word) < size - len ? 0 : -E2BIG;
}

/* " ROLE QUEUES", nothing when all of them are moved. Returns 0, -E2BIG. */
static int append_role(enum nt_irq_role role, const struct nt_idset *queues, char *buf, size_t size)
{
	int r;

	if (!nt_idset_size(queues))
		return 0;
	r = append(buf, size, " ");
	if (r == 0)
		r = append(buf, size, nt_irq_role_name(role));
	if (r == 0)
		r = append(buf, size, " ");
	return r < 0 ? r : nt_idset_format(queues, buf + strlen(buf), size - strlen(buf));
}

int nt_irqbalance_format_state(const struct nt_irq_fact *irqs, size_t n,
			       const struct nt_idset *banned, char *buf, size_t size)
{
	size_t n_alone = 0, n_moved = 0;
	int r = append(strcpy(buf, ""), size, NT_IRQBALANCE_ALONE);

	for (enum nt_irq_role role = NT_IRQ_RXTX; role < NT_IRQ_OTHER && r == 0; role++) {
		struct nt_idset queues = { { 0 } };

		for (size_t i = 0; i < n; i++) {
			if (irqs[i].role != role)
				continue;
			if (nt_idset_has(banned, irqs[i].irq))
				nt_idset_add(&queues, irqs[i].queue);
			else
				n_moved++;
		}
		n_alone += nt_idset_size(&queues);
		r = append_role(role, &queues, buf, size);
	}
	if (r < 0)
		return r;
	if (n_moved && n_alone)
		return 0;
	return append(strcpy(buf, ""), size, n_moved ? NT_IRQBALANCE_MOVED : NT_IRQBALANCE_ALONE);
}

/* All interrupts of a device's queues, or those of @queues that have @role. */
static void ban(const struct nt_irq_fact *irqs, size_t n, const struct nt_idset *queues,
		enum nt_irq_role role, struct nt_idset *banned)
{
	for (size_t i = 0; i < n; i++)
		if (queues ? irqs[i].role == role && nt_idset_has(queues, irqs[i].queue)
			   : irqs[i].role != NT_IRQ_OTHER)
			nt_idset_add(banned, irqs[i].irq);
}

/* "ROLE QUEUES" at the cursor. */
static int ban_role(const char **cursor, const struct nt_irq_fact *irqs, size_t n,
		    struct nt_idset *banned)
{
	struct nt_idset queues;
	enum nt_irq_role role;
	char word[WORD_SIZE];
	char *list;
	size_t len;
	int r;

	if (!next_word(cursor, word) || !nt_irq_role_find(word, &role) || role == NT_IRQ_OTHER)
		return -EINVAL;
	*cursor += strspn(*cursor, " ");
	len = strcspn(*cursor, " ");
	list = strndup(*cursor, len);
	if (!list)
		return -ENOMEM;
	*cursor += len;
	r = len ? nt_idset_parse(list, &queues, NULL) : -EINVAL;
	free(list);
	if (r == 0)
		ban(irqs, n, &queues, role, banned);
	return r < 0 ? -EINVAL : 0;
}

static int ban_words(const char *state, const struct nt_irq_fact *irqs, size_t n,
		     struct nt_idset *banned)
{
	const char *cursor = state;
	char word[WORD_SIZE];
	int r = 0;

	if (!strcmp(state, NT_IRQBALANCE_MOVED))
		return 0;
	if (!next_word(&cursor, word) || strcmp(word, NT_IRQBALANCE_ALONE) != 0)
		return -EINVAL;
	if (!*cursor)
		ban(irqs, n, NULL, NT_IRQ_OTHER, banned);
	while (r == 0 && *cursor)
		r = ban_role(&cursor, irqs, n, banned);
	return r;
}

int nt_irqbalance_ban_state(const char *state, const struct nt_irq_fact *irqs, size_t n,
			    struct nt_idset *banned)
{
	struct nt_idset result = *banned;
	int r;

	for (size_t i = 0; i < n; i++)
		if (irqs[i].role != NT_IRQ_OTHER)
			nt_idset_remove(&result, irqs[i].irq);
	r = ban_words(state, irqs, n, &result);
	if (r == 0)
		*banned = result;
	return r;
}
