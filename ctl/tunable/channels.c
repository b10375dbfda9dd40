// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The channels domain: how many queues a device has.
 *
 * Drivers count either queue pairs (combined) or receive and transmit queues apart, some take both.
 * What stands in the way differs by driver and is told before anything is touched; where it was
 * read: Linux 6.12, net/ethtool/channels.c and the functions named below.
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/ethtool_netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/expr.h"
#include "core/placement.h"
#include "core/rss.h"
#include "device.h"
#include "facts/facts_read.h"
#include "io/ethnl_pack.h"
#include "io/io.h"
#include "io/nic.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "operation.h"
#include "queue_plan.h"
#include "tunable.h"

#define PANIC_ON_WARN "kernel.panic_on_warn"
#define CHANNELS "channels"

/* "rx:4294967295 tx:... combined:...", terminated. */
#define TEXT_SIZE 64U

enum kind { RX, TX, COMBINED, KINDS };

static const struct {
	const char *name;
	size_t count;
	size_t max;
} kinds[KINDS] = {
	{ "rx", offsetof(struct nt_nic_channels, rx), offsetof(struct nt_nic_channels, rx_max) },
	{ "tx", offsetof(struct nt_nic_channels, tx), offsetof(struct nt_nic_channels, tx_max) },
	{ "combined", offsetof(struct nt_nic_channels, combined),
	  offsetof(struct nt_nic_channels, combined_max) },
};

static uint32_t *count_of(struct nt_nic_channels *channels, enum kind kind)
{
	return (uint32_t *)((char *)channels + kinds[kind].count);
}

static uint32_t max_of(const struct nt_nic_channels *channels, enum kind kind)
{
	return *(const uint32_t *)((const char *)channels + kinds[kind].max);
}

static const char *channels_key(unsigned int n)
{
	return n ? NULL : "Channels";
}

/* ---- values ---- */

/* Canonical: of the kinds that the driver has. */
static int format(const struct nt_nic_channels *channels, char *buf, size_t size)
{
	struct nt_nic_channels copy = *channels;
	size_t len = 0;

	buf[0] = '\0';
	for (unsigned int i = 0; i < KINDS && len < size; i++)
		if (max_of(channels, i))
			len += (size_t)snprintf(buf + len, size - len, "%s%s:%u", len ? " " : "",
						kinds[i].name, *count_of(&copy, i));
	return len < size ? 0 : -E2BIG;
}

/* A canonical value over @ret, which keeps what the value does not tell. */
static int parse(const char *text, struct nt_nic_channels *ret)
{
	char name[16];
	uint32_t count;
	int len = 0;

	for (; sscanf(text, " %15[a-z]:%" SCNu32 "%n", name, &count, &len) == 2; text += len) {
		unsigned int i = 0;

		while (i < KINDS && strcmp(kinds[i].name, name) != 0)
			i++;
		if (i == KINDS)
			return -EINVAL;
		*count_of(ret, i) = count;
	}
	return *text ? -EINVAL : 0;
}

/**
 * struct wish - a line of a profile
 * @plain: an expression for whatever kind the driver has; "" when kinds are named
 * @text: expressions by kind; "" for those that are not named
 */
struct wish {
	char plain[NT_DEVICE_WORD_MAX];
	unsigned int plain_at;
	char text[KINDS][NT_DEVICE_WORD_MAX];
	unsigned int at[KINDS];
};

static int wish_for(const struct nt_setting *s, const struct nt_device_word *word, struct wish *ret,
		    struct nt_diag *diag)
{
	static const char *const names[] = { "rx", "tx", "combined" };
	const char *nearest = nt_suggest(word->word, names, KINDS);
	unsigned int i = 0;

	while (i < KINDS && strcmp(kinds[i].name, word->word) != 0)
		i++;
	if (i == KINDS)
		return nt_device_bad_value(s, word->at, EINVAL, diag, "unknown kind %s%s%s",
					   word->word, nearest ? ", did you mean " : "",
					   nearest ? nearest : ", there are rx, tx and combined");
	if (ret->text[i][0])
		return nt_device_bad_value(s, word->at, EINVAL, diag, "%s twice", word->word);
	if (!word->value[0])
		return nt_device_bad_value(s, word->value_at, EINVAL, diag, "%s takes a number",
					   word->word);
	snprintf(ret->text[i], sizeof(ret->text[i]), "%s", word->value);
	ret->at[i] = word->value_at;
	return 0;
}

static int read_wish(const struct nt_setting *s, struct wish *ret, struct nt_diag *diag)
{
	struct nt_device_word word;
	const char *cursor = NULL;
	unsigned int n = 0;
	int r;

	*ret = (struct wish){ 0 };
	while ((r = nt_device_next_word(s, &cursor, &word, diag)) > 0) {
		if (ret->plain[0] || (n && !word.value))
			return nt_device_bad_value(s, word.at, EINVAL, diag,
						   "one number, or numbers of kinds: rx:4 tx:4");
		n++;
		if (!word.value) {
			snprintf(ret->plain, sizeof(ret->plain), "%s", word.word);
			ret->plain_at = word.at;
			continue;
		}
		r = wish_for(s, &word, ret, diag);
		if (r < 0)
			return r;
	}
	if (r == 0 && !n)
		return nt_device_bad_value(s, 0, EINVAL, diag, "is empty");
	return r;
}

/* -ENODATA when it refers to a maximum that is not known. */
static int evaluate(const struct nt_setting *s, const char *text, unsigned int at, uint32_t max,
		    uint32_t *ret, struct nt_diag *diag)
{
	const struct nt_expr_env env = { .has_limit = max != 0, .limit = max };
	struct nt_diag inner = { 0 };
	unsigned int offset = 0;
	int64_t value = 0;
	int r = nt_expr_eval(text, &env, &value, &offset, &inner);

	if (r == -ENODATA)
		return r;
	if (r < 0)
		return nt_device_bad_value(s, at + offset, -r, diag, "%s", inner.message);
	/* "max/2" of one is one. */
	if (value == 0 && max)
		value = 1;
	if (value < 1 || value > NT_NIC_QUEUES_MAX)
		return nt_device_bad_value(s, at, ERANGE, diag, "%" PRId64 " is not from 1 to %u",
					   value, NT_NIC_QUEUES_MAX);
	*ret = (uint32_t)value;
	return 0;
}

/* "numa-local(max=16)", which is read as IrqPlacement= reads it. */
static bool is_local(const struct wish *wish)
{
	return !strncmp(wish->plain, "numa-local", strlen("numa-local"));
}

/* @ret_max is 0 without max=. */
static int parse_local(const struct nt_setting *s, const struct wish *wish, uint32_t *ret_max,
		       struct nt_diag *diag)
{
	nt_autofree struct nt_placement_how *how = malloc(sizeof(*how));
	struct nt_diag inner = { 0 };
	unsigned int offset = 0;
	int r = how ? nt_placement_parse(wish->plain, how, &offset, &inner) : -ENOMEM;

	if (r == 0 && strchr(wish->plain, ','))
		r = nt_diag_err(&inner, EINVAL, "numa-local stands alone: it is a number");
	if (r < 0)
		return nt_device_bad_value(s, wish->plain_at + offset, -r, diag, "%s",
					   inner.message);
	*ret_max = how->max;
	return 0;
}

static int channels_check(const struct nt_setting *setting, struct nt_diag *diag)
{
	struct wish wish = { 0 };
	uint32_t value;
	int r = nt_device_check_relation(setting, diag);

	if (r == 0)
		r = read_wish(setting, &wish, diag);
	if (r < 0)
		return r;
	if (is_local(&wish))
		return parse_local(setting, &wish, &value, diag);
	if (wish.plain[0])
		r = evaluate(setting, wish.plain, wish.plain_at, 0, &value, diag);
	for (unsigned int i = 0; i < KINDS && (r == 0 || r == -ENODATA); i++)
		if (wish.text[i][0])
			r = evaluate(setting, wish.text[i], wish.at[i], 0, &value, diag);
	return r == -ENODATA ? 0 : r;
}

/* ---- from a wish to channels ---- */

/* Words of why it cannot be, in @why. */
static int refuse(char *why, size_t size, const char *words)
{
	snprintf(why, size, "%s", words);
	return -EOPNOTSUPP;
}

/* A number for each queue is one for both kinds where the driver has them apart. */
static int want_pairs(const struct nt_setting *s, const char *text, struct nt_nic_channels *ret)
{
	int r;

	if (ret->combined_max) {
		ret->rx = ret->tx = 0;
		return evaluate(s, text, 0, ret->combined_max, &ret->combined, NULL);
	}
	r = ret->rx_max ? evaluate(s, text, 0, ret->rx_max, &ret->rx, NULL) : 0;
	if (r == 0 && ret->tx_max)
		r = evaluate(s, text, 0, ret->tx_max, &ret->tx, NULL);
	return r;
}

/* What names its kinds, on a driver that has them. */
static int want_kinds(const struct nt_setting *s, const struct wish *wish,
		      struct nt_nic_channels *ret)
{
	bool pairs = wish->text[COMBINED][0];
	bool apart = wish->text[RX][0] || wish->text[TX][0];
	int r = 0;

	/* Going from pairs to queues apart, the pairs are given up; and the other way round. */
	if (pairs && !apart)
		ret->rx = ret->tx = 0;
	if (apart && !pairs)
		ret->combined = 0;
	for (unsigned int i = 0; i < KINDS && r == 0; i++)
		if (wish->text[i][0])
			r = evaluate(s, wish->text[i], 0, max_of(ret, i), count_of(ret, i), NULL);
	return r;
}

static bool has_kinds(const struct nt_nic_channels *channels, const struct wish *wish)
{
	for (unsigned int i = 0; i < KINDS; i++)
		if (wish->text[i][0] && !max_of(channels, i))
			return false;
	return true;
}

/* @ret holds what the device has now. -EOPNOTSUPP with words in @why. */
static int grant(const struct nt_setting *s, const struct wish *wish, struct nt_nic_channels *ret,
		 char *why, size_t size)
{
	const char *rx = wish->text[RX], *tx = wish->text[TX];
	int r;

	if (wish->plain[0])
		r = want_pairs(s, wish->plain, ret);
	else if (has_kinds(ret, wish))
		r = want_kinds(s, wish, ret);
	else if (ret->combined_max && rx[0] && !strcmp(rx, tx) && !wish->text[COMBINED][0])
		r = want_pairs(s, rx, ret);
	else if (!ret->combined_max && !rx[0] && !tx[0])
		r = want_pairs(s, wish->text[COMBINED], ret);
	else
		return refuse(why, size, ret->combined_max
			      ? "the driver has queue pairs only: write combined:N"
			      : "the driver has rx and tx queues apart: write rx:N tx:N");
	if (r < 0)
		return refuse(why, size, "the driver does not tell its maximum: write a number");
	for (unsigned int i = 0; i < KINDS; i++) {
		if (*count_of(ret, i) <= max_of(ret, i))
			continue;
		snprintf(why, size, "the device has at most %s:%u; write %s:min(%u,max)",
			 kinds[i].name, max_of(ret, i), kinds[i].name, *count_of(ret, i));
		return -EOPNOTSUPP;
	}
	return 0;
}

/* ---- what stands in the way ---- */

struct obstacle {
	bool (*stands)(const struct nt_device_planner *p, const struct nt_nic_channels *want);
	const char *remedy;
};

static bool is_driver(const struct nt_device_planner *p, const char *driver)
{
	return !strcmp(p->link->driver, driver);
}

static bool fewer(const struct nt_device_planner *p, const struct nt_nic_channels *want)
{
	return nt_nic_rx_rings(want) < nt_nic_rx_rings(&p->nic->channels);
}

/* ice_set_channels(): -EBUSY "Cannot change channels when RDMA is active" */
static bool by_rdma(const struct nt_device_planner *p, const struct nt_nic_channels *want)
{
	(void)want;
	return p->nic->rdma && is_driver(p, "ice");
}

/* virtnet_set_channels(): -EINVAL while a program is loaded */
static bool by_xdp(const struct nt_device_planner *p, const struct nt_nic_channels *want)
{
	(void)want;
	return p->nic->link.xdp && is_driver(p, "virtio_net");
}

/* ena_set_channels(): -EINVAL, for a program needs a transmit queue of its own for each channel */
static bool by_xdp_queues(const struct nt_device_planner *p, const struct nt_nic_channels *want)
{
	return p->nic->link.xdp && is_driver(p, "ena") &&
	       want->combined > want->combined_max / 2;
}

/*
 * ethnl_set_channels(): "requested channel counts are too low for existing zerocopy AF_XDP", which
 * it says of sockets that copy, too (xp_assign_dev()).
 */
static bool by_sockets(const struct nt_device_planner *p, const struct nt_nic_channels *want)
{
	return p->nic->holders.xsk > nt_nic_rx_rings(want) ||
	       p->nic->holders.xsk > nt_nic_tx_rings(want);
}

/* ethtool_check_max_channel(), from 6.12 on: "... for existing memory provider setting" */
static bool by_providers(const struct nt_device_planner *p, const struct nt_nic_channels *want)
{
	return p->nic->holders.providers > nt_nic_rx_rings(want);
}

/* The same: the table of a context is not made anew as the default one's is. */
static bool by_contexts(const struct nt_device_planner *p, const struct nt_nic_channels *want)
{
	return p->nic->holders.context_rings > nt_nic_rx_rings(want);
}

/*
 * ice_set_channels(): -EOPNOTSUPP with Flow Director filters. Elsewhere rules that name a queue
 * which goes away are refused by ethtool_check_max_channel(), and left dangling before Linux 6.4.
 */
static bool by_rules(const struct nt_device_planner *p, const struct nt_nic_channels *want)
{
	return p->nic->n_ntuple && (is_driver(p, "ice") || fewer(p, want));
}

/*
 * get_rps_cpu() warns of a packet that comes from a queue which is gone by now; veth shows it under
 * traffic, and the host may have been told to panic at a warning.
 */
static bool by_panic(const struct nt_device_planner *p, const struct nt_nic_channels *want)
{
	const struct nt_sysctl_fact *panics = nt_facts_sysctl(p->facts, PANIC_ON_WARN);

	if (!fewer(p, want) || !panics || !panics->value || !strcmp(panics->value, "0"))
		return false;
	for (size_t i = 0; i < p->nic->n_queues; i++)
		if (p->nic->queues[i].kind == NT_QUEUE_RX && p->nic->queues[i].cpus &&
		    *p->nic->queues[i].cpus)
			return true;
	return false;
}

static const struct obstacle obstacles[] = {
	{ by_rdma, "an RDMA driver holds the device: unload it (irdma), or leave the channels" },
	{ by_xdp, "an XDP program is attached: detach it first" },
	{ by_xdp_queues, "an XDP program is attached, which takes half of the queues: ask for "
			 "max/2, or detach it first" },
	{ by_sockets, "AF_XDP sockets hold queues that would go away: close them first" },
	{ by_providers, "memory providers (devmem TCP, io_uring zero copy) hold queues that would "
			"go away: stop the programs that use them first" },
	{ by_contexts, "RSS contexts point at queues that would go away: delete them first "
		       "(ethtool -X DEVICE context N delete; facts list them)" },
	{ by_rules, "flow steering rules are in force: delete them first" },
	{ by_panic, "the host panics at warnings, and fewer queues under RPS can cause one: set "
		    "kernel.panic_on_warn to 0 or switch RPS off first" },
};

static const char *remedy_for(const struct nt_device_planner *p, const struct nt_nic_channels *want)
{
	for (size_t i = 0; i < sizeof(obstacles) / sizeof(obstacles[0]); i++)
		if (obstacles[i].stands(p, want))
			return obstacles[i].remedy;
	return NULL;
}

/* ---- planning ---- */

static bool equal(const struct nt_nic_channels *a, const struct nt_nic_channels *b)
{
	return a->rx == b->rx && a->tx == b->tx && a->combined == b->combined;
}

/* A queue for each core of the device's node, as far as the device has so many. */
static int count_local(const struct nt_device_planner *p, struct wish *wish)
{
	uint32_t max = 0;
	int r = parse_local(p->setting, wish, &max, NULL);

	if (r == 0)
		snprintf(wish->plain, sizeof(wish->plain), "min(%" PRIu32 ",max)",
			 nt_placement_cores(p->facts->cpus, p->facts->n_cpus, p->link->numa_node,
					    max));
	return r;
}

static int plan_device(struct nt_device_planner *p)
{
	char seen[TEXT_SIZE], wanted[TEXT_SIZE], why[160];
	struct nt_device_value value = { .tunable = CHANNELS, .wanted = p->setting->value,
					 .phase = NT_PHASE_CHANNELS };
	struct nt_nic_channels want;
	struct wish wish;

	if (!p->nic || !(p->nic->has & NT_NIC_HAS_CHANNELS)) {
		value.outcome = NT_OUTCOME_UNSUPPORTED;
		value.remedy = "the driver has a fixed number of queues";
		return nt_device_add(p, &value);
	}
	want = p->nic->channels;
	format(&want, seen, sizeof(seen));
	value.seen = seen;
	if (read_wish(p->setting, &wish, NULL) < 0 ||
	    (is_local(&wish) && count_local(p, &wish) < 0))
		return -EINVAL;
	if (grant(p->setting, &wish, &want, why, sizeof(why)) < 0) {
		value.outcome = NT_OUTCOME_UNSUPPORTED;
		value.remedy = why;
		return nt_device_add(p, &value);
	}
	format(&want, wanted, sizeof(wanted));
	value.wanted = wanted;
	value.disruptive = nt_device_resets(p->link, NT_RESET_CHANNELS);
	value.remedy = equal(&want, &p->nic->channels) ? NULL : remedy_for(p, &want);
	if (value.remedy)
		value.outcome = NT_OUTCOME_BLOCKED;
	return nt_device_add(p, &value);
}

static int read_panics(struct nt_io *io, struct nt_facts *facts)
{
	char value[16];

	if (nt_facts_sysctl(facts, PANIC_ON_WARN) ||
	    nt_io_read_file(io, "/proc/sys/kernel/panic_on_warn", value, sizeof(value), NULL) < 0)
		return 0;
	value[strcspn(value, "\n")] = '\0';
	return nt_facts_add_sysctl(facts, PANIC_ON_WARN, NT_SYSCTL_PRESENT, value);
}

static int channels_read(struct nt_io *io, const struct nt_setting *settings, size_t n,
			 struct nt_facts *facts, struct nt_diag *diag)
{
	int r = nt_device_read(io, settings, n, facts, diag);

	if (r < 0 || !n)
		return r;
	r = read_panics(io, facts);
	/* For numa-local. */
	return r == 0 ? nt_facts_read(io, NT_FACTS_TOPOLOGY, facts, diag) : r;
}

static int channels_plan(const struct nt_setting *settings, size_t n, const struct nt_facts *facts,
			 struct nt_plan *plan, struct nt_diag *diag)
{
	struct nt_device_planner p = { .domain = &nt_tunable_channels, .facts = facts,
				       .plan = plan };
	int r = nt_device_plan(&p, settings, n, "Channels", plan_device);

	return r < 0 ? nt_diag_err(diag, -r, "channels: cannot be planned: %s", strerror(-r)) : 0;
}

static int channels_foresee(struct nt_facts *facts, const struct nt_change *change)
{
	struct nt_nic_fact *nic = nt_queue_nic(facts, change->target);

	if (!nic || parse(change->wanted, &nic->channels) < 0)
		return 0;
	return nt_queue_resize(nic);
}

/* ---- the host ---- */

static int channels_get(struct nt_io *io, const char *target, const char *tunable, char *buf,
			size_t size)
{
	struct nt_nic_channels channels = { 0 };
	int r = nt_nic_channels_get(io, target, &channels, NULL);

	(void)tunable;
	return r < 0 ? r : format(&channels, buf, size);
}

static bool is_default(const struct nt_nic_rss *rss, const struct nt_nic_channels *now)
{
	nt_autofree char *text = malloc(NT_VALUE_MAX);

	return text && nt_rss_format(rss->table, rss->n_table, nt_nic_rx_rings(now), text,
				     NT_VALUE_MAX) == 0 && !strcmp(text, "default");
}

/*
 * Can the table stay? Not when it points at rings that go away. And mlx5 and bnxt refuse any change
 * that would need a table of another size while they hold one that somebody set
 * (mlx5e_ethtool_set_channels(), bnxt_set_channels()).
 */
static bool table_survives(const struct nt_nic_rss *rss, const struct nt_nic_channels *now,
			   const struct nt_nic_channels *want)
{
	if (!rss->n_table || is_default(rss, now))
		return true;
	return nt_nic_rx_rings(want) > nt_rss_top_ring(rss->table, rss->n_table) &&
	       nt_nic_rx_rings(want) == nt_nic_rx_rings(now);
}

/*
 * Back to the driver's own table before the channels change: the plan has a change behind them that
 * sets what is wanted or kept. @table gets the one that was there when it had to go.
 */
static int free_table(struct nt_io *io, const char *dev, const struct nt_nic_channels *now,
		      const struct nt_nic_channels *want, struct nt_nic_rss *table,
		      struct nt_diag *diag)
{
	int r;

	if (nt_nic_rss_get(io, dev, table, NULL) < 0 || table_survives(table, now, want)) {
		table->n_table = 0;
		return 0;
	}
	r = nt_nic_rss_set(io, dev, table, NT_RSS_RESET_TABLE, diag);
	if (r < 0)
		table->n_table = 0;
	return r == -EOPNOTSUPP ? 0 : r;
}

/*
 * A table that looks like the default may still be one that somebody set, which cannot be seen and
 * makes drivers refuse. Putting such a table back to the default changes nothing else.
 */
static int reset_default(struct nt_io *io, const char *dev, const struct nt_nic_channels *now)
{
	nt_autofree struct nt_nic_rss *rss = calloc(1, sizeof(*rss));

	if (!rss)
		return -ENOMEM;
	if (nt_nic_rss_get(io, dev, rss, NULL) < 0 || !rss->n_table || !is_default(rss, now))
		return -ENOENT;
	return nt_nic_rss_set(io, dev, rss, NT_RSS_RESET_TABLE, NULL);
}

static int set(struct nt_io *io, const char *dev, const struct nt_nic_channels *now,
	       const struct nt_nic_channels *want, struct nt_diag *diag)
{
	struct nt_diag why = { 0 };
	int r = nt_nic_channels_set(io, dev, want, &why);

	if (r == -EINVAL && reset_default(io, dev, now) == 0)
		return nt_nic_channels_set(io, dev, want, diag);
	if (r < 0 && why.err)
		return nt_diag_err(diag, -r, "%s", why.message);
	return r;
}

/* The channels are what they were, for @r; so has to be the table, which may be somebody else's. */
static int put_back(struct nt_io *io, const char *dev, const struct nt_nic_rss *table, int r,
		    struct nt_diag *diag)
{
	struct nt_diag why = { 0 };
	int e = nt_nic_rss_set(io, dev, table, NT_RSS_SET_TABLE, &why);

	if (e == 0)
		return r;
	return nt_diag_err(diag, EIO, "%s: the RSS table was reset for other channels, which were "
			   "refused (%s), and cannot be set again: %s", dev, strerror(-r),
			   why.err ? why.message : strerror(-e));
}

/* With the table out of the way where it has to be. */
static int change_channels(struct nt_io *io, const char *dev, const struct nt_nic_channels *now,
			   const struct nt_nic_channels *want, struct nt_diag *diag)
{
	nt_autofree struct nt_nic_rss *table = calloc(1, sizeof(*table));
	int r = table ? free_table(io, dev, now, want, table, diag) : -ENOMEM;

	if (r < 0)
		return r;
	r = set(io, dev, now, want, diag);
	return r < 0 && table->n_table ? put_back(io, dev, table, r, diag) : r;
}

static int write_value(struct nt_io *io, const struct nt_change *change, const char *value,
		       struct nt_diag *diag)
{
	const char *dev = change->target;
	struct nt_nic_channels now = { 0 }, want;
	enum nt_nic_ready before = nt_device_ready(io, dev);
	int r = nt_nic_channels_get(io, dev, &now, diag);

	want = now;
	if (r == 0)
		r = parse(value, &want);
	if (r == 0)
		r = change_channels(io, dev, &now, &want, diag);
	return r < 0 ? nt_device_failed(change, r, diag) : nt_device_settle(io, dev, before, diag);
}

static int channels_apply(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return write_value(io, change, change->wanted, diag);
}

static int channels_undo(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return change->seen ? write_value(io, change, change->seen, diag) : 0;
}

/* What cannot be read is not known to be off. */
static bool warns_quietly(struct nt_io *io)
{
	struct nt_facts facts = { 0 };
	const struct nt_sysctl_fact *panics;
	bool quietly;

	read_panics(io, &facts);
	panics = nt_facts_sysctl(&facts, PANIC_ON_WARN);
	quietly = panics && panics->value && !strcmp(panics->value, "0");
	nt_facts_free(&facts);
	return quietly;
}

/* The module has no table to free and no link to wait for: who asks it sees to these. */
static int channels_operation(struct nt_io *io, const struct nt_change *change,
			      const struct nt_plan_device *device, struct nt_operation *ret)
{
	struct nt_operation operation = {
		.kind = NETTUNE_OP_KIND_ETHNL,
		.ethnl_cmd = ETHTOOL_MSG_CHANNELS_SET,
	};
	struct nt_nic_channels seen = { 0 }, want;
	uint32_t ifindex = (uint32_t)device->ifindex;
	int r = parse(change->seen, &seen);

	want = seen;
	if (r == 0)
		r = parse(change->wanted, &want);
	if (r == 0)
		r = nt_ethnl_pack_channels(ifindex, &seen, &want, &operation.value,
					   &operation.value_len);
	if (r == 0)
		r = nt_ethnl_pack_channels(ifindex, &want, &seen, &operation.undo,
					   &operation.undo_len);
	if (r < 0) {
		nt_operation_free(&operation);
		return r;
	}
	operation.force = warns_quietly(io);
	*ret = operation;
	return 0;
}

static bool channels_same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static const char *channels_describe(const char *tunable)
{
	(void)tunable;
	return "how many queues the device has";
}

const struct nt_tunable nt_tunable_channels = {
	.name = "channels",
	.section = "Device",
	.keys = channels_key,
	.check = channels_check,
	.read = channels_read,
	.plan = channels_plan,
	.foresee = channels_foresee,
	.apply = channels_apply,
	.undo = channels_undo,
	.get = channels_get,
	.same = channels_same,
	.operation = channels_operation,
	.describe = channels_describe,
};
