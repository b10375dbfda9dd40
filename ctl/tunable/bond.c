// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The bond domain: making a bond, how it spreads frames and watches its ports, and balance-slb.
 *
 * The kernel takes another mode only while a bond is down and has no ports. Any other bond is taken
 * apart for it and put together again, which cuts off for a moment what runs over it: a disruptive
 * change, of a value that has the ports in it (core/bond_shape.h). Where addresses, routes or
 * neighbours would not come back by themselves it is blocked.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/nettune.h>

#include "bond_rebuild.h"
#include "core/bond.h"
#include "core/bond_shape.h"
#include "core/device_glob.h"
#include "device.h"
#include "device_lines.h"
#include "facts/facts_read.h"
#include "io/bond.h"
#include "lib/diag.h"
#include "tunable.h"

#define BOND  "bond"
#define SLB   "slb"
#define SHAPE "mode-with-ports"

#define BONDING "bonding"
#define NETTUNE "nettune"

#define ABSENT	"absent"
#define PRESENT "present"

#define NO_BONDING "this kernel has no bonding, nor a module for it that it may load"

/* What Create= makes: the only kind of bond that this is about. */
#define CREATE_KIND "balance-slb"

enum { CREATE, MODE, POLICY, MIIMON, SLB_KEY };

static const char *const keys[] = { "Create", "Mode", "XmitHashPolicy", "Miimon", "Slb" };

/* Settings of a bond that can do balance-slb. */
static const uint32_t slb_values[NT_BOND_FIELDS] = {
	[NT_BOND_MODE] = NT_BOND_MODE_XOR,
	[NT_BOND_POLICY] = NT_BOND_POLICY_VLAN_SRCMAC,
	[NT_BOND_MIIMON] = NT_BOND_MIIMON_MS,
};

static const char *bond_key(unsigned int n)
{
	return n < sizeof(keys) / sizeof(*keys) ? keys[n] : NULL;
}

/* ---- values ---- */

static int check_create(const struct nt_setting *s, struct nt_diag *diag)
{
	const char *wrong = nt_device_name_check(s->selector);

	if (strpbrk(s->selector, "*?[\\"))
		return nt_diag_err(diag, EINVAL, "%s:%u:%u: Create: [Bond \"%s\"] is a pattern, "
				   "and one bond is made", s->file, s->line, s->column,
				   s->selector);
	if (wrong)
		return nt_diag_err(diag, EINVAL, "%s:%u:%u: Create: [Bond \"%s\"]: %s", s->file,
				   s->line, s->column, s->selector, wrong);
	if (!strcmp(s->value, CREATE_KIND))
		return 0;
	return nt_device_bad_value(s, 0, EINVAL, diag, "must be " CREATE_KIND);
}

static int check_field(const struct nt_setting *s, enum nt_bond_field field, struct nt_diag *diag)
{
	const char *names[8], *nearest;
	uint32_t value;
	size_t n = 0;

	if (nt_bond_parse(field, s->value, &value) == 0)
		return 0;
	for (; n < 8 && nt_bond_value_name(field, (unsigned int)n); n++)
		names[n] = nt_bond_value_name(field, (unsigned int)n);
	if (!n)
		return nt_device_bad_value(s, 0, EINVAL, diag, "takes milliseconds, 0 for never");
	nearest = nt_suggest(s->value, names, n);
	return nt_device_bad_value(s, 0, EINVAL, diag, "unknown %s %s%s%s",
				   nt_bond_field_name(field), s->value,
				   nearest ? ", did you mean " : "", nearest ? nearest : "");
}

/* A number from @min to @max behind a word of Slb=. */
static int take_number(const struct nt_setting *s, const struct nt_device_word *word,
		       const uint32_t limits[2], uint32_t *ret, struct nt_diag *diag)
{
	char *end = NULL;
	unsigned long value = word->value ? strtoul(word->value, &end, 10) : 0;

	if (!word->value || *word->value < '0' || *word->value > '9' || *end ||
	    value < limits[0] || value > limits[1])
		return nt_device_bad_value(s, word->value_at, EINVAL, diag, "%s takes a number "
					   "from %u to %u", word->word, limits[0], limits[1]);
	*ret = (uint32_t)value;
	return 0;
}

static int take_macs(const struct nt_setting *s, const struct nt_device_word *word,
		     struct nt_slb_config *ret, struct nt_diag *diag)
{
	static const uint32_t limits[2] = { NETTUNE_SLB_MACS_MIN, NETTUNE_SLB_MACS_MAX };
	int r = take_number(s, word, limits, &ret->macs_max, diag);

	if (r == 0 && (ret->macs_max & (ret->macs_max - 1)))
		return nt_device_bad_value(s, word->value_at, EINVAL, diag,
					   "macs takes a power of two");
	return r;
}

static int take_word(const struct nt_setting *s, const struct nt_device_word *word,
		     struct nt_slb_config *ret, struct nt_diag *diag)
{
	static const uint32_t ages[2] = { 1, NETTUNE_SLB_ANNOUNCE_AGE_MAX_MS };
	static const char *const words[] = { "macs", "garp-move", "preferred", "announce-age-ms" };
	const char *nearest = nt_suggest(word->word, words, sizeof(words) / sizeof(*words));

	if (!strcmp(word->word, words[0]))
		return take_macs(s, word, ret, diag);
	if (!strcmp(word->word, words[1]))
		return nt_device_on_off(s, word, &ret->garp_move, diag);
	if (!strcmp(word->word, words[3]))
		return take_number(s, word, ages, &ret->announce_age_ms, diag);
	if (strcmp(word->word, words[2]) != 0)
		return nt_device_bad_value(s, word->at, EINVAL, diag, "unknown word %s%s%s",
					   word->word, nearest ? ", did you mean " : "",
					   nearest ? nearest : "");
	if (!word->value || !*word->value || strlen(word->value) >= sizeof(ret->preferred))
		return nt_device_bad_value(s, word->value_at, EINVAL, diag,
					   "preferred takes the name of a port");
	snprintf(ret->preferred, sizeof(ret->preferred), "%s",
		 strcmp(word->value, "-") ? word->value : "");
	return 0;
}

/* "on", "off" or "nft"; behind "on" how. */
static int read_slb(const struct nt_setting *s, struct nt_slb_config *ret, struct nt_diag *diag)
{
	struct nt_slb_config config = nt_slb_default(NT_SLB_OFF);
	struct nt_device_word word;
	const char *cursor = NULL;
	int r = nt_device_next_word(s, &cursor, &word, diag);

	if (r < 0)
		return r;
	if (r == 0 || word.value ||
	    (strcmp(word.word, "on") && strcmp(word.word, "off") && strcmp(word.word, "nft")))
		return nt_device_bad_value(s, 0, EINVAL, diag, "takes on, off or nft");
	config.engine = !strcmp(word.word, "on") ? NT_SLB_MODULE
			: !strcmp(word.word, "nft") ? NT_SLB_NFT : NT_SLB_OFF;
	while ((r = nt_device_next_word(s, &cursor, &word, diag)) > 0) {
		if (config.engine != NT_SLB_MODULE)
			return nt_device_bad_value(s, word.at, EINVAL, diag,
						   "only on takes more words");
		r = take_word(s, &word, &config, diag);
		if (r < 0)
			return r;
	}
	if (r == 0)
		*ret = config;
	return r;
}

static int bond_check(const struct nt_setting *s, struct nt_diag *diag)
{
	struct nt_slb_config config;
	int r = nt_device_check_relation(s, diag);

	if (r < 0)
		return r;
	if (!s->selector[0])
		return nt_diag_err(diag, EINVAL, "%s:%u:%u: [Bond] names no bond: write "
				   "[Bond \"bond0\"]", s->file, s->line, s->column);
	if (!strcmp(s->key, keys[CREATE]))
		return check_create(s, diag);
	for (int i = MODE; i <= MIIMON; i++)
		if (!strcmp(s->key, keys[i]))
			return check_field(s, (enum nt_bond_field)(i - MODE), diag);
	if (!strcmp(s->key, keys[SLB_KEY]))
		return read_slb(s, &config, diag);
	return nt_diag_err(diag, EINVAL, "%s:%u:%u: unknown key %s", s->file, s->line, s->column,
			   s->key);
}

/* ---- the facts ---- */

static bool is_bond(const struct nt_link_fact *link)
{
	return !strcmp(link->kind, "bond");
}

/* What the kernel needs: for any bond, and for the balance-slb of nettune.ko. */
static const char *const needed[] = { BONDING, NETTUNE };

/* Does a line want another mode than the bond has, for which it would go down? */
static bool wants_rebuild(const struct nt_setting *settings, size_t n, const struct nt_bond *bond)
{
	const struct nt_setting *line = nt_device_setting(settings, n, keys[MODE], bond->name);
	uint32_t mode;

	return line && bond->up && nt_bond_parse(NT_BOND_MODE, line->value, &mode) == 0 &&
	       mode != bond->value[NT_BOND_MODE];
}

static int read_one(struct nt_io *io, const struct nt_setting *settings, size_t n,
		    const char *name, struct nt_facts *facts, struct nt_diag *diag)
{
	struct nt_diag why = { 0 };
	int r = nt_facts_read_bond(io, name, facts, &why);

	if (r == 0 && wants_rebuild(settings, n, &nt_facts_bond(facts, name)->bond))
		r = nt_facts_read_bond_stake(io, name, facts, &why);
	/* Gone since it was listed: planning says so. */
	if (r == -ENODEV || r == -EOPNOTSUPP)
		return 0;
	return r < 0 ? nt_diag_err(diag, -r, "%s", *why.message ? why.message : strerror(-r)) : 0;
}

static int bond_read(struct nt_io *io, const struct nt_setting *settings, size_t n,
		     struct nt_facts *facts, struct nt_diag *diag)
{
	int r = n ? nt_facts_read(io, NT_FACTS_LINKS, facts, diag) : 0;

	/* For bonds that are yet to be made: those that are there tell themselves. */
	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed) && r == 0; i++)
		r = nt_facts_read_module(io, needed[i], facts);
	for (size_t i = 0; n && r == 0 && i < facts->n_links; i++) {
		const char *name = facts->links[i].name;

		if (is_bond(&facts->links[i]) && nt_device_setting(settings, n, NULL, name))
			r = read_one(io, settings, n, name, facts, diag);
	}
	return r;
}

/* ---- planning ---- */

/**
 * struct bond_plan - one bond in planning
 * @made: it is absent, and made by this plan
 * @fact: NULL: nothing is known of it
 * @rebuilt: it is taken apart by this plan
 * @value: what its fields will be when what is planned so far is done
 */
struct bond_plan {
	struct nt_device_planner p;
	const struct nt_setting *settings;
	size_t n;
	bool made;
	bool rebuilt;
	const struct nt_bond_fact *fact;
	uint32_t value[NT_BOND_FIELDS];
};

static const struct nt_setting *line_of(const struct bond_plan *b, int key)
{
	return nt_device_setting(b->settings, b->n, keys[key], b->p.name);
}

/* Is a module known not to run? @loads_itself: the kernel loads it when it is needed. */
static bool lacks(const struct bond_plan *b, const char *module, bool loads_itself)
{
	switch (nt_facts_module(b->p.facts, module)) {
	case NT_MODFACT_ABSENT:
	case NT_MODFACT_FORBIDDEN:
	case NT_MODFACT_IMPOSSIBLE:
		return true;
	case NT_MODFACT_LOADABLE:
		return !loads_itself;
	default:
		return false;
	}
}

static const char *why_not(const struct bond_plan *b)
{
	if (!b->p.link && lacks(b, BONDING, true))
		return NO_BONDING;
	if (!b->p.link)
		return "there is no such bond: make it, or have Create=" CREATE_KIND;
	return is_bond(b->p.link) ? "the bond is not among the facts: record them again"
				  : "the device is no bond";
}

/* Device planners take a device without facts for one that is not there; a bond has its own. */
static int add(struct bond_plan *b, const struct nt_setting *setting, struct nt_device_value *value)
{
	static const struct nt_nic_fact known;

	b->p.setting = setting;
	b->p.nic = &known;
	value->phase = NT_PHASE_BOND;
	/* What was made first goes last. */
	value->backwards = true;
	if (!b->fact && !b->made) {
		value->outcome = NT_OUTCOME_ABSENT;
		value->remedy = why_not(b);
	}
	return nt_device_add(&b->p, value);
}

static int plan_create(struct bond_plan *b)
{
	const struct nt_setting *setting = line_of(b, CREATE);
	struct nt_device_value value = { .tunable = BOND, .wanted = PRESENT };

	if (!setting)
		return 0;
	b->made = !b->p.link && !lacks(b, BONDING, true);
	value.seen = b->p.link ? PRESENT : ABSENT;
	if (b->made)
		memcpy(b->value, slb_values, sizeof(b->value));
	return add(b, setting, &value);
}

static void judge_field(struct bond_plan *b, enum nt_bond_field field, uint32_t wanted,
			struct nt_device_value *value)
{
	const struct nt_bond *bond = b->fact ? &b->fact->bond : NULL;
	const char *remedy = NULL;

	if (b->value[field] == wanted || (!bond && !b->made))
		return;
	if (b->made)
		remedy = "Create= makes bonds for balance-slb, which have another: leave out "
			 "Create=, or this line";
	else if (field == NT_BOND_MODE && bond->arp_interval_ms)
		remedy = "it watches by ARP probes, and the kernel forgets with the mode how: set "
			 "arp_interval to 0 first";
	else if (field == NT_BOND_POLICY && wanted == NT_BOND_POLICY_VLAN_SRCMAC && bond->xdp)
		remedy = "an XDP program runs natively on it, which excludes this policy: "
			 "detach it, or attach it to the ports";
	else if (field == NT_BOND_MIIMON && wanted && bond->arp_interval_ms)
		remedy = "it watches by ARP probes (arp_interval), which miimon would end: set "
			 "arp_interval to 0 first";
	if (!remedy)
		return;
	value->outcome = NT_OUTCOME_BLOCKED;
	value->remedy = remedy;
}

/* Room for what is at stake, in words. */
#define REMEDY_MAX 320U

static void judge_rebuild(const struct bond_plan *b, char remedy[REMEDY_MAX],
			  struct nt_device_value *value)
{
	const struct nt_bond_stake *stake = &b->fact->stake;
	size_t n = stake->addresses + stake->routes + stake->neighbours +
		   stake->vlans;
	char more[32] = "";

	if (value->outcome != NT_OUTCOME_PLANNED || !stake->first[0])
		return;
	if (n > 1)
		snprintf(more, sizeof(more), " and %zu more", n - 1);
	snprintf(remedy, REMEDY_MAX, "the bond goes down for it, and the kernel forgets then: "
		 "%s%s; take that away first and set it again afterwards, or have who configures "
		 "your network change the mode", stake->first, more);
	value->outcome = NT_OUTCOME_BLOCKED;
	value->remedy = remedy;
}

/* The mode together with all that goes away while it changes. */
static int plan_rebuild(struct bond_plan *b, const struct nt_setting *setting, uint32_t mode)
{
	const struct nt_bond *bond = &b->fact->bond;
	char seen[NT_BOND_SHAPE_MAX], wanted[NT_BOND_SHAPE_MAX], remedy[REMEDY_MAX];
	struct nt_device_value value = { .tunable = SHAPE, .seen = seen, .wanted = wanted,
					 .disruptive = true };
	struct nt_bond_shape shape;
	int r = nt_bond_shape_of(bond, bond->value[NT_BOND_MODE], &shape);

	if (r == 0)
		r = nt_bond_shape_format(&shape, seen, sizeof(seen));
	if (r == 0)
		r = nt_bond_shape_of(bond, mode, &shape);
	if (r == 0)
		r = nt_bond_shape_format(&shape, wanted, sizeof(wanted));
	if (r < 0)
		return r;
	judge_field(b, NT_BOND_MODE, mode, &value);
	judge_rebuild(b, remedy, &value);
	b->rebuilt = value.outcome == NT_OUTCOME_PLANNED;
	if (b->rebuilt)
		b->value[NT_BOND_MODE] = mode;
	return add(b, setting, &value);
}

static bool needs_rebuild(const struct bond_plan *b, enum nt_bond_field field, uint32_t value)
{
	return field == NT_BOND_MODE && b->fact && b->value[field] != value &&
	       (b->fact->bond.n_ports || b->fact->bond.up) &&
	       b->fact->bond.n_ports <= NT_BOND_PORTS_MAX;
}

static int plan_field(struct bond_plan *b, enum nt_bond_field field)
{
	const struct nt_setting *setting = line_of(b, MODE + (int)field);
	char seen[NT_BOND_TEXT_MAX], wanted[NT_BOND_TEXT_MAX];
	struct nt_device_value value = { .tunable = nt_bond_field_name(field), .wanted = wanted };
	uint32_t number;

	if (!setting)
		return 0;
	if (nt_bond_parse(field, setting->value, &number) < 0)
		return -EINVAL;
	if (needs_rebuild(b, field, number))
		return plan_rebuild(b, setting, number);
	nt_bond_format(field, number, wanted, sizeof(wanted));
	if (b->fact || b->made) {
		nt_bond_format(field, b->value[field], seen, sizeof(seen));
		value.seen = seen;
	}
	judge_field(b, field, number, &value);
	if (value.outcome == NT_OUTCOME_PLANNED)
		b->value[field] = number;
	return add(b, setting, &value);
}

/* What stands in the way of balance-slb; NULL for nothing. */
static const char *slb_remedy(const struct bond_plan *b)
{
	if (b->value[NT_BOND_MODE] != NT_BOND_MODE_XOR)
		return "needs the mode balance-xor: Mode=balance-xor";
	if (b->value[NT_BOND_POLICY] != NT_BOND_POLICY_VLAN_SRCMAC)
		return "needs the policy vlan+srcmac: XmitHashPolicy=vlan+srcmac";
	if (b->value[NT_BOND_MIIMON] == 0)
		return "needs a bond that watches its links: Miimon=100";
	return NULL;
}

/* A bond that is there was asked about its module; nobody loads that by itself. */
static bool lacks_nettune(const struct bond_plan *b)
{
	return b->fact ? !b->fact->module : lacks(b, NETTUNE, false);
}

static void judge_slb(const struct bond_plan *b, const struct nt_slb_config *config,
		      struct nt_device_value *value)
{
	if (config->engine == NT_SLB_OFF || (!b->fact && !b->made))
		return;
	value->remedy = slb_remedy(b);
	/* It would put its rules back beside what was enabled. */
	if (!value->remedy && b->fact && b->fact->slb.engine == NT_SLB_RUN)
		value->remedy = "'nettunectl bond run' does it: end that first; what a killed one "
				"left goes with 'nettunectl bond disable'";
	if (value->remedy) {
		value->outcome = NT_OUTCOME_BLOCKED;
	} else if (config->engine == NT_SLB_MODULE && lacks_nettune(b)) {
		value->outcome = NT_OUTCOME_ABSENT;
		value->remedy = "needs nettune.ko: load it, or do without by Slb=nft";
	}
}

/* What "bond run" makes ends with it: no value to keep, or to return to. */
static struct nt_slb_config lasting(const struct nt_slb_config *slb)
{
	return slb->engine == NT_SLB_RUN ? nt_slb_default(NT_SLB_OFF) : *slb;
}

static int plan_slb(struct bond_plan *b, bool off)
{
	const struct nt_setting *setting = line_of(b, SLB_KEY);
	char seen[NT_BOND_TEXT_MAX], wanted[NT_BOND_TEXT_MAX];
	struct nt_device_value value = { .tunable = SLB, .wanted = wanted };
	struct nt_slb_config config, now;

	if (!setting)
		return 0;
	if (read_slb(setting, &config, NULL) < 0)
		return -EINVAL;
	if ((config.engine == NT_SLB_OFF) != off)
		return 0;
	nt_slb_format(&config, wanted, sizeof(wanted));
	now = b->fact ? lasting(&b->fact->slb) : nt_slb_default(NT_SLB_OFF);
	nt_slb_format(&now, seen, sizeof(seen));
	value.seen = b->fact || b->made ? seen : NULL;
	/* Where the mode stays as it is, this has no ground to stand on. */
	value.disruptive = b->rebuilt && config.engine != NT_SLB_OFF;
	judge_slb(b, &config, &value);
	return add(b, setting, &value);
}

/* Ended before anything changes that it stands on, begun when that is there. */
static int plan_bond(struct bond_plan *b)
{
	int r;

	b->made = b->rebuilt = false;
	b->fact = b->p.link ? nt_facts_bond(b->p.facts, b->p.name) : NULL;
	if (b->fact)
		memcpy(b->value, b->fact->bond.value, sizeof(b->value));
	r = plan_create(b);
	if (r == 0)
		r = plan_slb(b, true);
	for (unsigned int i = 0; i < NT_BOND_FIELDS && r == 0; i++)
		r = plan_field(b, (enum nt_bond_field)i);
	return r < 0 ? r : plan_slb(b, false);
}

/* Has a line before the @nth named the same? */
static bool named_before(const struct bond_plan *b, size_t nth)
{
	for (size_t i = 0; i < nth; i++)
		if (!strcmp(b->settings[i].selector, b->settings[nth].selector))
			return true;
	return false;
}

/* Every bond that a line is about, and every name that no device has, each once. */
static int plan_bonds(struct bond_plan *b)
{
	int r = 0;

	for (size_t i = 0; i < b->p.facts->n_links && r == 0; i++) {
		b->p.link = &b->p.facts->links[i];
		b->p.name = b->p.link->name;
		if (is_bond(b->p.link) && nt_device_setting(b->settings, b->n, NULL, b->p.name))
			r = plan_bond(b);
	}
	for (size_t i = 0; i < b->n && r == 0; i++) {
		b->p.name = b->settings[i].selector;
		b->p.link = nt_facts_link(b->p.facts, b->p.name);
		if (strpbrk(b->p.name, "*?[\\") || (b->p.link && is_bond(b->p.link)) ||
		    named_before(b, i))
			continue;
		r = plan_bond(b);
	}
	return r;
}

static int bond_plan(const struct nt_setting *settings, size_t n, const struct nt_facts *facts,
		     struct nt_plan *plan, struct nt_diag *diag)
{
	struct bond_plan b = {
		.p = { .domain = &nt_tunable_bond, .facts = facts, .plan = plan },
		.settings = settings,
		.n = n,
	};
	int r = plan_bonds(&b);

	return r < 0 ? nt_diag_err(diag, -r, "bond: cannot be planned: %s", strerror(-r)) : 0;
}

/* ---- the host ---- */

static int field_of(const char *tunable)
{
	for (unsigned int i = 0; i < NT_BOND_FIELDS; i++)
		if (!strcmp(nt_bond_field_name((enum nt_bond_field)i), tunable))
			return (int)i;
	return -1;
}

/* Nobody does it for a bond that is not there, so that it can be planned for one to come. */
static int get_slb(struct nt_io *io, const char *dev, char *buf, size_t size)
{
	struct nt_facts facts = { 0 };
	struct nt_slb_config now = nt_slb_default(NT_SLB_OFF);
	int r = nt_facts_read_bond(io, dev, &facts, NULL);

	if (r == 0)
		now = lasting(&facts.bonds[0].slb);
	if (r == 0 || r == -ENODEV)
		r = nt_slb_format(&now, buf, size);
	nt_facts_free(&facts);
	return r;
}

static int get_present(struct nt_io *io, const char *dev, char *buf, size_t size)
{
	struct nt_bond bond;
	int r = nt_io_bond_get(io, dev, &bond, NULL);

	if (r < 0 && r != -ENODEV)
		return r;
	return (size_t)snprintf(buf, size, "%s", r == 0 ? PRESENT : ABSENT) < size ? 0 : -E2BIG;
}

static int get_shape(const struct nt_bond *bond, char *buf, size_t size)
{
	struct nt_bond_shape shape;
	int r = nt_bond_shape_of(bond, bond->value[NT_BOND_MODE], &shape);

	return r == 0 ? nt_bond_shape_format(&shape, buf, size) : r;
}

static int bond_get(struct nt_io *io, const char *target, const char *tunable, char *buf,
		    size_t size)
{
	int field = field_of(tunable), r;
	struct nt_bond bond;

	if (!strcmp(tunable, SLB))
		return get_slb(io, target, buf, size);
	if (field < 0 && strcmp(tunable, SHAPE) != 0)
		return get_present(io, target, buf, size);
	r = nt_io_bond_get(io, target, &bond, NULL);
	if (r == -EOPNOTSUPP)
		return -ENOENT;
	if (r == 0 && field < 0)
		return get_shape(&bond, buf, size);
	return r < 0 ? r : nt_bond_format((enum nt_bond_field)field, bond.value[field], buf, size);
}

static int first_usable(const struct nt_bond *bond)
{
	for (size_t i = 0; i < bond->n_ports && i < NT_BOND_PORTS_MAX; i++)
		if (bond->ports[i].carrier && bond->ports[i].link_up)
			return bond->ports[i].ifindex;
	return 0;
}

/* One of both at a time: two would each drop what the other lets in. */
static int set_slb(struct nt_io *io, const char *dev, const struct nt_slb_config *config,
		   struct nt_diag *diag)
{
	const struct nt_slb_config off = nt_slb_default(NT_SLB_OFF);
	char table[NT_NFT_TABLE_MAX];
	struct nt_bond bond;
	bool rules = false;
	int r = nt_io_bond_get(io, dev, &bond, diag);

	if (r < 0)
		return r == -ENODEV && config->engine == NT_SLB_OFF ? 0 : r;
	nt_nft_table_name(dev, table);
	(void)nt_io_nft_has(io, table, NULL, &rules, NULL);
	if (config->engine != NT_SLB_MODULE)
		r = nt_io_slb_set(io, dev, &off, diag);
	if (r == 0 && config->engine == NT_SLB_NFT)
		return nt_io_nft_set(io, &bond, first_usable(&bond), false, diag);
	if (r == 0 && rules)
		r = nt_io_nft_set(io, &bond, NT_NFT_NO_TABLE, false, diag);
	if (r == 0 && config->engine == NT_SLB_MODULE)
		r = nt_io_slb_set(io, dev, config, diag);
	return r;
}

static int set_present(struct nt_io *io, const char *dev, bool present, struct nt_diag *diag)
{
	char now[sizeof(PRESENT)];
	int r = get_present(io, dev, now, sizeof(now));

	if (r < 0)
		return r;
	if (present == !strcmp(now, PRESENT))
		return 0;
	return present ? nt_io_bond_create(io, dev, slb_values, diag)
		       : nt_io_bond_remove(io, dev, diag);
}

static int set_shape(struct nt_io *io, const char *dev, const char *value, struct nt_diag *diag)
{
	struct nt_bond_shape shape;
	int r = nt_bond_shape_parse(value, &shape);

	return r == 0 ? nt_bond_rebuild(io, dev, &shape, diag) : r;
}

static int write_value(struct nt_io *io, const struct nt_change *change, const char *value,
		       struct nt_diag *diag)
{
	int field = field_of(change->tunable), r;
	struct nt_slb_config config;
	uint32_t number;

	if (!strcmp(change->tunable, SLB)) {
		r = nt_slb_parse(value, &config);
		if (r == 0)
			r = set_slb(io, change->target, &config, diag);
	} else if (!strcmp(change->tunable, SHAPE)) {
		r = set_shape(io, change->target, value, diag);
		if (r == -ENOLINK)
			return r;
	} else if (field < 0) {
		r = set_present(io, change->target, !strcmp(value, PRESENT), diag);
	} else {
		r = nt_bond_parse((enum nt_bond_field)field, value, &number);
		if (r == 0)
			r = nt_io_bond_set(io, change->target, (enum nt_bond_field)field, number,
					   diag);
	}
	return nt_device_failed(change, r, diag);
}

static int bond_apply(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	struct nt_diag ignored = { 0 };
	int r = write_value(io, change, change->wanted, diag);

	/* A bond in pieces is nothing that an undo could know for ours. */
	if (r < 0 && r != -ENOLINK && !strcmp(change->tunable, SHAPE))
		(void)set_shape(io, change->target, change->seen, &ignored);
	return r;
}

static int bond_undo(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return change->seen ? write_value(io, change, change->seen, diag) : 0;
}

static bool bond_same(const char *a, const char *b)
{
	return nt_bond_shape_same(a, b);
}

static const char *bond_describe(const char *tunable)
{
	static const char *const texts[NT_BOND_FIELDS] = {
		[NT_BOND_MODE] = "how the bond uses its ports",
		[NT_BOND_POLICY] = "by what the bond chooses a port for a frame",
		[NT_BOND_MIIMON] = "how often the bond looks at its links, in milliseconds",
	};
	int field = field_of(tunable);

	if (!strcmp(tunable, SLB))
		return "several links to switches that know of no bond: each frame comes in once";
	if (!strcmp(tunable, SHAPE))
		return "how the bond uses its ports, which leave it for that and come back";
	return field < 0 ? "whether the bond is there" : texts[field];
}

const struct nt_tunable nt_tunable_bond = {
	.name = "bond",
	.section = "Bond",
	.keys = bond_key,
	.check = bond_check,
	.read = bond_read,
	.plan = bond_plan,
	.apply = bond_apply,
	.undo = bond_undo,
	.get = bond_get,
	.same = bond_same,
	.describe = bond_describe,
};
