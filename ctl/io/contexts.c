// SPDX-License-Identifier: GPL-2.0-or-later
/* RSS contexts of kernels that do not list them. See contexts.h. */
#include "contexts.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/nic.h"
#include "lib/cleanup.h"

/* A request for a table, and room for it. */
union table {
	struct ethtool_rxfh head;
	uint8_t room[sizeof(struct ethtool_rxfh) + NT_NIC_RSS_TABLE_MAX * sizeof(uint32_t)];
};

/* A request for the places of rules, and room for them. */
union rules {
	struct ethtool_rxnfc head;
	uint8_t room[sizeof(struct ethtool_rxnfc) + NT_CONTEXTS_RULES_MAX * sizeof(uint32_t)];
};

/**
 * struct probe - asking a device
 * @n_table: entries of its tables; those of contexts are as large as the default one
 * @found: what it has
 */
struct probe {
	nt_contexts_ask_fn ask;
	const char *dev;
	uint32_t n_table;
	struct nt_nic_holders found;
	union table table;
};

/* With @n_table 0 only the size is told. */
static int read_table(struct probe *p, uint32_t context, uint32_t n_table)
{
	memset(&p->table.head, 0, sizeof(p->table.head));
	p->table.head.cmd = ETHTOOL_GRSSH;
	p->table.head.rss_context = context;
	p->table.head.indir_size = n_table;
	return p->ask(p->dev, &p->table);
}

static bool is_noted(const struct probe *p, uint32_t context)
{
	for (uint32_t i = 0; i < p->found.n_contexts; i++)
		if (p->found.contexts[i] == context)
			return true;
	return false;
}

static int note(struct probe *p, uint32_t context)
{
	const uint32_t *ring = p->table.head.rss_config;

	if (p->table.head.indir_size != p->n_table)
		return -EBADMSG;
	for (uint32_t i = 0; i < p->n_table; i++) {
		if (ring[i] > UINT16_MAX)
			return -EBADMSG;
		if (ring[i] >= p->found.context_rings)
			p->found.context_rings = ring[i] + 1;
	}
	if (p->found.n_contexts < NT_NIC_CONTEXTS_MAX)
		p->found.contexts[p->found.n_contexts++] = context;
	return 0;
}

/* Drivers say ENOENT or EINVAL of one that they do not have. */
static int look_at(struct probe *p, uint32_t context)
{
	int r = read_table(p, context, p->n_table);

	if (r == 0)
		r = note(p, context);
	return r == -ENOENT || r == -EINVAL ? 0 : r;
}

static int look_at_rule(struct probe *p, uint32_t location)
{
	struct ethtool_rxnfc rule = { .cmd = ETHTOOL_GRXCLSRULE, .fs = { .location = location } };

	/* One that has gone meanwhile names nothing. */
	if (p->ask(p->dev, &rule) < 0 || !(rule.fs.flow_type & FLOW_RSS) ||
	    rule.rss_context <= NT_CONTEXTS_PROBED || is_noted(p, rule.rss_context))
		return 0;
	return look_at(p, rule.rss_context);
}

/* More of them than there is room for are not told at all. */
static int list_rules(struct probe *p, uint32_t n, union rules *rules)
{
	rules->head.cmd = ETHTOOL_GRXCLSRLALL;
	rules->head.rule_cnt = n < NT_CONTEXTS_RULES_MAX ? n : NT_CONTEXTS_RULES_MAX;
	return p->ask(p->dev, rules);
}

/* A driver without rules has none that name contexts. */
static int look_at_rules(struct probe *p)
{
	nt_autofree union rules *rules = calloc(1, sizeof(*rules));
	struct ethtool_rxnfc count = { .cmd = ETHTOOL_GRXCLSRLCNT };
	const uint32_t *at;
	int r;

	if (!rules)
		return -ENOMEM;
	if (p->ask(p->dev, &count) < 0 || !count.rule_cnt)
		return 0;
	r = list_rules(p, count.rule_cnt, rules);
	at = rules->head.rule_locs;
	for (uint32_t i = 0; r == 0 && i < rules->head.rule_cnt && i < NT_CONTEXTS_RULES_MAX; i++)
		r = look_at_rule(p, at[i]);
	return r;
}

static int look_at_all(struct probe *p)
{
	int r = read_table(p, 0, 0);

	/* Without a table there is nothing that contexts could have another one of. */
	if (r == -EOPNOTSUPP || (r == 0 && !p->table.head.indir_size))
		return 0;
	p->n_table = p->table.head.indir_size;
	if (r == 0 && p->n_table > NT_NIC_RSS_TABLE_MAX)
		r = -E2BIG;
	for (uint32_t context = 1; context <= NT_CONTEXTS_PROBED && r == 0; context++)
		r = look_at(p, context);
	/* The kernel itself says so of a driver that has no contexts. */
	if (r == -EOPNOTSUPP)
		return p->found.n_contexts ? r : 0;
	return r < 0 ? r : look_at_rules(p);
}

/* See contexts.h. */
int nt_contexts_probe(nt_contexts_ask_fn ask, const char *dev, struct nt_nic_holders *holders)
{
	nt_autofree struct probe *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return -ENOMEM;
	p->ask = ask;
	p->dev = dev;
	r = look_at_all(p);
	if (r < 0)
		return r;
	holders->context_rings = p->found.context_rings;
	holders->n_contexts = p->found.n_contexts;
	memcpy(holders->contexts, p->found.contexts, sizeof(holders->contexts));
	return 0;
}
