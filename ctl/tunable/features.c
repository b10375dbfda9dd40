// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The features domain: what the device does for the host, its offloads.
 *
 * The kernel negotiates them: a request is accepted and not in effect while what it needs is off
 * (netdev_fix_features(), net/core/dev.c). So each is switched in the order of what it needs, and
 * read back afterwards; one that did not come into effect is told with what it lacks.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "io/nic.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "tunable.h"

#define PREFIX "feature."

#define TUNABLE_SIZE (sizeof(PREFIX) + NT_NIC_FEATURE_MAX)

static const char *features_key(unsigned int n)
{
	return n ? NULL : "Features";
}

/* ---- names ---- */

/* ethtool(8)'s old words for groups of the kernel's features. */
static const struct {
	const char *word;
	const char *pattern;
} groups[] = {
	{ "sg", "tx-scatter-gather*" },
	{ "tso", "tx-tcp*-segmentation" },
	{ "gso", "tx-generic-segmentation" },
	{ "gro", "rx-gro" },
	{ "lro", "rx-lro" },
	{ "ntuple", "rx-ntuple-filter" },
	{ "rxhash", "rx-hashing" },
	{ "rxvlan", "rx-vlan-hw-parse" },
	{ "txvlan", "tx-vlan-hw-insert" },
	{ "tx-checksum", "tx-checksum-*" },
};

#define N_GROUPS (sizeof(groups) / sizeof(groups[0]))

/*
 * netdev_features_strings[], net/ethtool/common.c, Linux 6.1 to 7.1: a name that no kernel has is a
 * mistake, while one that this kernel or device does not have is a result.
 */
static const char *const names[] = {
	"esp-hw-offload", "esp-tx-csum-hw-offload", "fcoe-mtu", "highdma", "hsr-dup-offload",
	"hsr-fwd-offload", "hsr-tag-ins-offload", "hsr-tag-rm-offload", "hw-tc-offload",
	"l2-fwd-offload", "loopback", "macsec-hw-offload", "netns-local", "rx-all", "rx-checksum",
	"rx-fcs", "rx-gro", "rx-gro-hw", "rx-gro-list", "rx-hashing", "rx-lro", "rx-ntuple-filter",
	"rx-udp-gro-forwarding", "rx-udp_tunnel-port-offload", "rx-vlan-filter",
	"rx-vlan-hw-parse", "rx-vlan-stag-filter", "rx-vlan-stag-hw-parse", "tls-hw-record",
	"tls-hw-rx-offload", "tls-hw-tx-offload", "tx-checksum-fcoe-crc", "tx-checksum-ip-generic",
	"tx-checksum-ipv4", "tx-checksum-ipv6", "tx-checksum-sctp", "tx-esp-segmentation",
	"tx-fcoe-segmentation", "tx-generic-segmentation", "tx-gre-csum-segmentation",
	"tx-gre-segmentation", "tx-gso-list", "tx-gso-partial", "tx-gso-robust",
	"tx-ipxip4-segmentation", "tx-ipxip6-segmentation", "tx-lockless", "tx-nocache-copy",
	"tx-scatter-gather", "tx-scatter-gather-fraglist", "tx-sctp-segmentation",
	"tx-tcp-accecn-segmentation", "tx-tcp-ecn-segmentation", "tx-tcp-mangleid-segmentation",
	"tx-tcp-segmentation", "tx-tcp6-segmentation", "tx-tunnel-remcsum-segmentation",
	"tx-udp-segmentation", "tx-udp_tnl-csum-segmentation", "tx-udp_tnl-segmentation",
	"tx-vlan-hw-insert", "tx-vlan-stag-hw-insert", "vlan-challenged",
};

#define N_NAMES (sizeof(names) / sizeof(names[0]))

/* The kernel's names that a word stands for; NULL when no kernel has it. */
static const char *pattern_of(const char *word)
{
	for (size_t i = 0; i < N_GROUPS; i++)
		if (!strcmp(groups[i].word, word))
			return groups[i].pattern;
	for (size_t i = 0; i < N_NAMES; i++)
		if (!strcmp(names[i], word))
			return names[i];
	return NULL;
}

static const char *suggest(const char *word)
{
	const char *all[N_GROUPS + N_NAMES];

	for (size_t i = 0; i < N_GROUPS; i++)
		all[i] = groups[i].word;
	memcpy(&all[N_GROUPS], names, sizeof(names));
	return nt_suggest(word, all, N_GROUPS + N_NAMES);
}

/* ---- what needs what ---- */

/*
 * netdev_fix_features(), Linux 6.12: the second is cleared while the first is off, or with @unless
 * while it is on. Patterns; of several that match one being on is enough.
 */
static const struct {
	const char *feature;
	const char *needs;
	bool unless;
} rules[] = {
	{ "tx-generic-segmentation", "tx-scatter-gather", false },
	{ "tx-tcp*-segmentation", "tx-scatter-gather", false },
	{ "tx-tcp*-segmentation", "tx-checksum-ip*", false },
	{ "tx-tcp-mangleid-segmentation", "tx-tcp-segmentation", false },
	{ "tx-tcp-ecn-segmentation", "tx-tcp-segmentation", false },
	{ "tx-udp-segmentation", "tx-checksum-ip*", false },
	{ "tls-hw-tx-offload", "tx-checksum-ip*", false },
	{ "tls-hw-rx-offload", "rx-checksum", false },
	{ "rx-gro-hw", "rx-checksum", false },
	{ "rx-gro-hw", "rx-fcs", true },
	{ "rx-lro", "rx-fcs", true },
	{ "rx-lro", "rx-gro-hw", true },
};

#define N_RULES (sizeof(rules) / sizeof(rules[0]))

/* Links in the longest chain of needs: "mangleid" needs segmentation, which needs checksums. */
#define DEPTH_MAX 2U

/* 0 needs nothing. What is needed by others is switched on first and off last. */
static unsigned int depth_of(const char *name)
{
	unsigned int deepest = 0;

	for (size_t i = 0; i < N_RULES; i++) {
		unsigned int depth;

		if (rules[i].unless || fnmatch(rules[i].feature, name, 0))
			continue;
		depth = 1 + depth_of(rules[i].needs);
		deepest = depth > deepest ? depth : deepest;
	}
	return deepest;
}

static bool any_active(const struct nt_nic_features *features, const char *pattern)
{
	for (size_t i = 0; i < features->n; i++)
		if (features->list[i].active && !fnmatch(pattern, features->list[i].name, 0))
			return true;
	return false;
}

/* Why a feature that was switched on is not in effect. */
static void name_cause(const struct nt_nic_features *features, const char *name, char *buf,
		       size_t size)
{
	snprintf(buf, size, "the driver refuses it beside what else is set");
	for (size_t i = 0; i < N_RULES; i++) {
		if (fnmatch(rules[i].feature, name, 0) ||
		    any_active(features, rules[i].needs) == !rules[i].unless)
			continue;
		snprintf(buf, size, rules[i].unless ? "it cannot be beside %s" : "it needs %s",
			 rules[i].needs);
		return;
	}
}

/* ---- lines of a profile ---- */

static int check_word(const struct nt_setting *s, const struct nt_device_word *word,
		      struct nt_diag *diag)
{
	const char *nearest;
	bool on;

	if (pattern_of(word->word))
		return nt_device_on_off(s, word, &on, diag);
	nearest = suggest(word->word);
	return nt_device_bad_value(s, word->at, EINVAL, diag, "unknown feature %s%s%s", word->word,
				   nearest ? ", did you mean " : "", nearest ? nearest : "");
}

static int features_check(const struct nt_setting *setting, struct nt_diag *diag)
{
	struct nt_device_word word;
	const char *cursor = NULL;
	unsigned int n = 0;
	int r = nt_device_check_relation(setting, diag);

	while (r == 0) {
		r = nt_device_next_word(setting, &cursor, &word, diag);
		if (r <= 0)
			break;
		n++;
		r = check_word(setting, &word, diag);
	}
	if (r == 0 && !n)
		return nt_device_bad_value(setting, 0, EINVAL, diag, "is empty");
	return r;
}

/* ---- planning ---- */

/* What a driver sets its rings or the whole device up anew for, Linux 6.12, its set_features. */
static const struct {
	const char *driver;
	const char *patterns[5];
} resets[] = {
	{ "virtio_net", { NULL } },
	{ "ena", { NULL } },
	{ "vmxnet3", { "rx-lro", NULL } },
	{ "igb", { "rx-ntuple-filter", "rx-all", NULL } },
	{ "igc", { "rx-ntuple-filter", "rx-all", NULL } },
	{ "ixgbe", { "rx-lro", "rx-ntuple-filter", "rx-all", "rx-vlan-*", NULL } },
	{ "i40e", { "rx-ntuple-filter", "loopback", "rx-vlan-hw-parse", NULL } },
	{ "ice", { "rx-fcs", "loopback", "rx-vlan-*", "tx-vlan-*", NULL } },
	{ "mlx5_core", { "rx-lro", "rx-gro-hw", "rx-fcs", "rx-all", NULL } },
	{ "bnxt_en", { "rx-lro", "rx-gro-hw", "rx-ntuple-filter", "rx-vlan-*", NULL } },
};

/* Where nobody has looked: whatever changes how packets are received may cost a reset. */
static bool may_reset(const char *name)
{
	static const char *const harmless[] = { "rx-gro", "rx-gro-list", "rx-udp-gro-forwarding",
						"rx-hashing" };

	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		if (!strcmp(harmless[i], name))
			return false;
	return !strncmp(name, "rx-", 3) || !strcmp(name, "loopback");
}

static bool resets_device(const struct nt_link_fact *link, const char *name)
{
	if (!link || link->kind[0])
		return false;
	for (size_t i = 0; i < sizeof(resets) / sizeof(resets[0]); i++) {
		if (strcmp(resets[i].driver, link->driver) != 0)
			continue;
		for (size_t k = 0; k < 5 && resets[i].patterns[k]; k++)
			if (!fnmatch(resets[i].patterns[k], name, 0))
				return true;
		return false;
	}
	return may_reset(name);
}

/* What a line wants of each feature of the device, by its place in the list. */
struct wish {
	bool given[NT_NIC_FEATURES_MAX];
	bool on[NT_NIC_FEATURES_MAX];
};

static bool can_change(const struct nt_nic_feature *feature)
{
	return feature->hw && !feature->fixed;
}

/*
 * Marks what @pattern stands for; false when the device has none. Of a group those that are fixed
 * are left out, as ethtool(8) does it, unless all are.
 */
static bool mark(const struct nt_nic_features *features, const char *pattern, bool on,
		 struct wish *wish)
{
	bool changeable = false, any = false;

	for (size_t i = 0; i < features->n; i++)
		if (can_change(&features->list[i]) && !fnmatch(pattern, features->list[i].name, 0))
			changeable = true;
	for (size_t i = 0; i < features->n; i++) {
		if (fnmatch(pattern, features->list[i].name, 0) ||
		    (changeable && !can_change(&features->list[i])))
			continue;
		/* Of two words for one feature the later one holds. */
		wish->given[i] = true;
		wish->on[i] = on;
		any = true;
	}
	return any;
}

static int add(struct nt_device_planner *p, const char *name, bool on,
	       const struct nt_device_value *value)
{
	struct nt_device_value copy = *value;
	char tunable[TUNABLE_SIZE];

	snprintf(tunable, sizeof(tunable), PREFIX "%s", name);
	copy.tunable = tunable;
	copy.wanted = nt_device_say(on);
	copy.phase = on ? NT_PHASE_FEATURE_ON : NT_PHASE_FEATURE_OFF;
	/* What was switched on last is switched off first. */
	copy.backwards = true;
	return nt_device_add(p, &copy);
}

static int add_missing(struct nt_device_planner *p, const char *word, bool on)
{
	return add(p, word, on, &(struct nt_device_value){
		.outcome = NT_OUTCOME_UNSUPPORTED, .remedy = "the device does not have it" });
}

static int add_feature(struct nt_device_planner *p, const struct nt_nic_feature *feature, bool on)
{
	struct nt_device_value value = {
		.seen = nt_device_say(feature->active),
		.disruptive = resets_device(p->link, feature->name),
	};

	if (feature->active != on && !can_change(feature)) {
		value.outcome = NT_OUTCOME_IMMUTABLE;
		value.remedy = "the driver never lets it be changed";
	}
	/* virtnet_set_features(): -EBUSY */
	if (value.outcome == NT_OUTCOME_PLANNED && feature->active != on && p->nic->link.xdp &&
	    !strcmp(p->link->driver, "virtio_net") && !strcmp(feature->name, "rx-gro-hw")) {
		value.outcome = NT_OUTCOME_BLOCKED;
		value.remedy = "an XDP program is attached: detach it first";
	}
	return add(p, feature->name, on, &value);
}

/* Off: what needs others goes first; on: it goes last. */
static int add_some(struct nt_device_planner *p, const struct wish *wish, bool on,
		    unsigned int depth)
{
	const struct nt_nic_features *features = p->nic->features;
	int r = 0;

	for (size_t i = 0; i < features->n && r == 0; i++)
		if (wish->given[i] && wish->on[i] == on &&
		    depth_of(features->list[i].name) == depth)
			r = add_feature(p, &features->list[i], on);
	return r;
}

static int add_all(struct nt_device_planner *p, const struct wish *wish)
{
	int r = 0;

	for (unsigned int i = 0; i <= DEPTH_MAX && r == 0; i++)
		r = add_some(p, wish, false, DEPTH_MAX - i);
	for (unsigned int i = 0; i <= DEPTH_MAX && r == 0; i++)
		r = add_some(p, wish, true, i);
	return r;
}

static int plan_device(struct nt_device_planner *p)
{
	const struct nt_nic_features *features = p->nic ? p->nic->features : NULL;
	struct nt_device_word word;
	const char *cursor = NULL;
	struct wish wish = { 0 };
	int r;

	while ((r = nt_device_next_word(p->setting, &cursor, &word, NULL)) > 0) {
		bool on = word.value && !strcmp(word.value, "on");
		const char *pattern = pattern_of(word.word);

		if (!features || !pattern || !mark(features, pattern, on, &wish))
			r = add_missing(p, word.word, on);
		if (r < 0)
			return r;
	}
	return r == 0 && features ? add_all(p, &wish) : r;
}

static int features_plan(const struct nt_setting *settings, size_t n, const struct nt_facts *facts,
			 struct nt_plan *plan, struct nt_diag *diag)
{
	struct nt_device_planner p = { .domain = &nt_tunable_features, .facts = facts,
				       .plan = plan };
	int r = nt_device_plan(&p, settings, n, "Features", plan_device);

	return r < 0 ? nt_diag_err(diag, -r, "features: cannot be planned: %s", strerror(-r)) : 0;
}

/* ---- the host ---- */

static int read_features(struct nt_io *io, const char *dev, struct nt_nic_features **ret)
{
	*ret = calloc(1, sizeof(**ret));
	return *ret ? nt_nic_features_get(io, dev, *ret, NULL) : -ENOMEM;
}

static int features_get(struct nt_io *io, const char *target, const char *tunable, char *buf,
			size_t size)
{
	nt_autofree struct nt_nic_features *features = NULL;
	const struct nt_nic_feature *feature;
	int r = read_features(io, target, &features);

	if (r < 0)
		return r;
	feature = nt_nic_feature_find(features, tunable + strlen(PREFIX));
	if (!feature)
		return -ENOENT;
	return (size_t)snprintf(buf, size, "%s", nt_device_say(feature->active)) < size ? 0
											: -E2BIG;
}

/* The kernel says 0 to what it does not do. */
static int look(struct nt_io *io, const char *dev, const char *name, bool on, struct nt_diag *diag)
{
	nt_autofree struct nt_nic_features *features = NULL;
	const struct nt_nic_feature *feature;
	char cause[96];
	int r = read_features(io, dev, &features);

	feature = r < 0 ? NULL : nt_nic_feature_find(features, name);
	if (!feature || feature->active == on)
		return r;
	if (on)
		name_cause(features, name, cause, sizeof(cause));
	else
		snprintf(cause, sizeof(cause), "the driver keeps it on");
	return nt_diag_err(diag, EOPNOTSUPP, "%s: %s was accepted and is not in effect: %s", dev,
			   name, cause);
}

static int write_value(struct nt_io *io, const struct nt_change *change, const char *value,
		       struct nt_diag *diag)
{
	const char *name = change->tunable + strlen(PREFIX);
	enum nt_nic_ready before = nt_device_ready(io, change->target);
	bool on = !strcmp(value, "on");
	int r = nt_nic_feature_set(io, change->target, name, on, diag);

	if (r == 0 && change->disruptive)
		r = nt_device_settle(io, change->target, before, diag);
	else
		nt_device_failed(change, r, diag);
	if (r == 0)
		r = look(io, change->target, name, on, diag);
	/* What was asked for and failed would come into effect one day, with something else. */
	if (r < 0)
		nt_nic_feature_set(io, change->target, name, !on, NULL);
	return r;
}

static int features_apply(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return write_value(io, change, change->wanted, diag);
}

/*
 * What it needs may be put back later than it: then the kernel remembers that it is wanted, and
 * whoever undoes reads it back at the end.
 */
static int features_undo(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	enum nt_nic_ready before = nt_device_ready(io, change->target);
	bool on = change->seen && !strcmp(change->seen, "on");
	int r;

	if (!change->seen)
		return 0;
	r = nt_nic_feature_set(io, change->target, change->tunable + strlen(PREFIX), on, diag);
	return r < 0 ? nt_device_failed(change, r, diag)
		     : nt_device_settle(io, change->target, before, diag);
}

static bool features_same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static const char *features_describe(const char *tunable)
{
	(void)tunable;
	return "whether the device does this work for the host";
}

const struct nt_tunable nt_tunable_features = {
	.name = "features",
	.section = "Device",
	.keys = features_key,
	.check = features_check,
	.read = nt_device_read,
	.plan = features_plan,
	.apply = features_apply,
	.undo = features_undo,
	.get = features_get,
	.same = features_same,
	.describe = features_describe,
};
