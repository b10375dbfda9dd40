// SPDX-License-Identifier: GPL-2.0-or-later
/* Bonds: made, set up for balance-slb, and given back. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/bond_shape.h"
#include "core/slb_nft.h"
#include "fake/fake_plan.h"

#define ON "on macs:8192 garp-move:on preferred:- announce-age-ms:300000"

#define SHAPE "mode-with-ports"

static struct fake_plan p;

static int setup(void **state)
{
	(void)state;
	fake_plan_init(&p, &nt_tunable_bond);
	p.host->io.bonds.module = true;
	fake_module(&p.host->io, "bonding", NT_MODULE_LOADABLE);
	fake_module(&p.host->io, "nettune", NT_MODULE_LOADED);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fake_plan_free(&p);
	return 0;
}

static void wish(const char *key, const char *value)
{
	fake_plan_line(&p, "bond0", key, value);
}

static void wish_slb(const char *slb)
{
	wish("Mode", "balance-xor");
	wish("XmitHashPolicy", "vlan+srcmac");
	wish("Miimon", "100");
	wish("Slb", slb);
}

static const struct nt_change *change_of(const char *tunable)
{
	const struct nt_change *change = nt_plan_find(&p.plan, "bond0", tunable);

	if (!change)
		fail_msg("no change of %s", tunable);
	return change;
}

static void expect(const char *tunable, enum nt_outcome outcome, const char *words)
{
	const struct nt_change *change = change_of(tunable);

	if (change->outcome != outcome)
		fail_msg("%s is %s, not %s", tunable, nt_outcome_name(change->outcome),
			 nt_outcome_name(outcome));
	if (*words && (!change->remedy || !strstr(change->remedy, words)))
		fail_msg("%s: \"%s\" does not say \"%s\"", tunable,
			 change->remedy ? change->remedy : "", words);
}

static struct fake_bond *fit_bond(void)
{
	struct fake_bond *bond = fake_bond_add(&p.host->io, "bond0");

	bond->bond.up = true;
	bond->bond.value[NT_BOND_MODE] = NT_BOND_MODE_XOR;
	bond->bond.value[NT_BOND_POLICY] = NT_BOND_POLICY_VLAN_SRCMAC;
	bond->bond.value[NT_BOND_MIIMON] = 100;
	fake_bond_port(&p.host->io, bond, "eth0");
	fake_bond_port(&p.host->io, bond, "eth1");
	return bond;
}

static void lines_are_refused_where_they_are_wrong(void **state)
{
	(void)state;
	fake_plan_accepts(&p, "Slb", "on macs:1024 garp-move:off preferred:eth0");
	fake_plan_accepts(&p, "Mode", "2");
	fake_plan_refuses(&p, "Mode", "balance-xxr", "did you mean balance-xor");
	fake_plan_refuses(&p, "XmitHashPolicy", "srcmac", "unknown xmit-hash-policy");
	fake_plan_refuses(&p, "Miimon", "100ms", "milliseconds");
	fake_plan_refuses(&p, "Miimon", "4294967295", "milliseconds");
	fake_plan_refuses(&p, "Slb", "yes", "takes on, off or nft");
	fake_plan_refuses(&p, "Slb", "", "takes on, off or nft");
	fake_plan_refuses(&p, "Slb", "nft macs:64", "only on takes more words");
	fake_plan_refuses(&p, "Slb", "on macs:1000", "power of two");
	fake_plan_refuses(&p, "Slb", "on macs:32", "from 64 to 65536");
	fake_plan_refuses(&p, "Slb", "on mac:64", "did you mean macs");
	fake_plan_refuses(&p, "Slb", "on preferred", "name of a port");
	fake_plan_refuses(&p, "Create", "yes", "must be balance-slb");
	fake_plan_refuses(&p, "Ports", "eth0", "unknown key Ports");
}

static void bond_is_made_for_slb_and_unmade(void **state)
{
	(void)state;
	wish("Create", "balance-slb");
	wish_slb("on");
	fake_plan_make(&p);
	expect("bond", NT_OUTCOME_PLANNED, "");
	expect("mode", NT_OUTCOME_COMPLIANT, "");
	expect("slb", NT_OUTCOME_PLANNED, "");
	assert_int_equal(fake_plan_apply(&p), 0);
	assert_int_equal(fake_bond_find(&p.host->io, "bond0")->slb.engine, NT_SLB_MODULE);
	fake_plan_undo(&p);
	assert_null(fake_bond_find(&p.host->io, "bond0"));
}

static void bond_to_come_needs_bonding_and_the_module(void **state)
{
	(void)state;
	fake_module(&p.host->io, "nettune", NT_MODULE_LOADABLE);
	wish("Create", "balance-slb");
	wish("Slb", "on");
	fake_plan_make(&p);
	expect("bond", NT_OUTCOME_PLANNED, "");
	expect("slb", NT_OUTCOME_ABSENT, "needs nettune.ko");

	fake_module(&p.host->io, "bonding", NT_MODULE_ABSENT);
	fake_plan_make(&p);
	expect("bond", NT_OUTCOME_ABSENT, "this kernel has no bonding");
	expect("slb", NT_OUTCOME_ABSENT, "this kernel has no bonding");

	/* Where nobody knows, it is tried. */
	fake_module(&p.host->io, "bonding", NT_MODULE_UNKNOWN);
	fake_module(&p.host->io, "nettune", NT_MODULE_UNKNOWN);
	fake_plan_make(&p);
	expect("bond", NT_OUTCOME_PLANNED, "");
	expect("slb", NT_OUTCOME_PLANNED, "");
}

static void bond_with_ports_is_not_unmade(void **state)
{
	(void)state;
	wish("Create", "balance-slb");
	fake_plan_make(&p);
	assert_int_equal(fake_plan_apply(&p), 0);
	fake_bond_port(&p.host->io, fake_bond_find(&p.host->io, "bond0"), "eth0");
	assert_int_equal(p.domain->undo(&p.host->io.io, change_of("bond"), &p.diag), -EBUSY);
}

static void mode_of_a_bond_that_is_down_and_empty_is_just_set(void **state)
{
	struct fake_bond *bond = fake_bond_add(&p.host->io, "bond0");

	(void)state;
	wish_slb("on");
	fake_plan_make(&p);
	expect("mode", NT_OUTCOME_PLANNED, "");
	assert_false(change_of("mode")->disruptive);
	expect("slb", NT_OUTCOME_PLANNED, "");
	assert_int_equal(fake_plan_apply(&p), 0);
	fake_plan_undo(&p);
	assert_int_equal(bond->bond.value[NT_BOND_MODE], 0);
}

/* active-backup, with two ports, in use. */
static struct fake_bond *bond_in_use(void)
{
	struct fake_bond *bond = fit_bond();

	bond->bond.value[NT_BOND_MODE] = 1;
	return bond;
}

static void expect_in_use(const struct fake_bond *bond, uint32_t mode)
{
	assert_int_equal(bond->bond.value[NT_BOND_MODE], mode);
	assert_int_equal(bond->bond.n_ports, 2);
	assert_true(bond->bond.up);
	assert_string_equal(bond->bond.address, "02:00:00:00:00:00");
}

static void mode_of_a_bond_in_use_changes_with_its_ports(void **state)
{
	struct fake_bond *bond = bond_in_use();

	(void)state;
	wish_slb("on");
	fake_plan_make(&p);
	expect(SHAPE, NT_OUTCOME_PLANNED, "");
	assert_string_equal(change_of(SHAPE)->seen,
			    "active-backup up 02:00:00:00:00:00 eth0 eth1");
	/* Left out as disruptive, the one takes the other with it. */
	assert_true(change_of(SHAPE)->disruptive && change_of("slb")->disruptive);
	assert_int_equal(fake_plan_apply(&p), 0);
	expect_in_use(bond, NT_BOND_MODE_XOR);
	assert_int_equal(bond->slb.engine, NT_SLB_MODULE);
	fake_plan_undo(&p);
	expect_in_use(bond, 1);
	assert_int_equal(bond->slb.engine, NT_SLB_OFF);
}

/* The kernel takes a port that comes back for a new one. */
static void port_comes_back_with_its_queue_and_priority_and_down(void **state)
{
	static const char seen[] = "active-backup up 02:00:00:00:00:00 "
				   "eth0/queue:3/prio:-7 eth1/queue:2/down";
	struct fake_bond *bond = bond_in_use();
	struct nt_io *io = &p.host->io.io;
	char now[NT_BOND_SHAPE_MAX];

	(void)state;
	bond->bond.ports[0].queue_id = 3;
	bond->bond.ports[0].prio = -7;
	bond->bond.ports[1].queue_id = 2;
	bond->bond.ports[1].up = false;
	wish("Mode", "balance-xor");
	fake_plan_make(&p);
	assert_string_equal(change_of(SHAPE)->seen, seen);
	assert_string_equal(change_of(SHAPE)->wanted, "balance-xor up 02:00:00:00:00:00 "
			    "eth0/queue:3 eth1/queue:2/down");
	for (unsigned int n = 1; n < 24; n++) {
		p.host->io.fail_at = p.host->io.n_operations + n;
		p.host->io.fail_errno = EIO;
		(void)p.domain->apply(io, change_of(SHAPE), &p.diag);
		p.host->io.fail_at = 0;
		assert_int_equal(p.domain->get(io, "bond0", SHAPE, now, sizeof(now)), 0);
		assert_true(p.domain->same(now, seen) ||
			    p.domain->same(now, change_of(SHAPE)->wanted));
		assert_int_equal(p.domain->undo(io, change_of(SHAPE), &p.diag), 0);
		assert_int_equal(p.domain->get(io, "bond0", SHAPE, now, sizeof(now)), 0);
		assert_true(p.domain->same(now, seen) && strstr(now, "eth1/queue:2/down"));
	}
}

static void bond_up_without_ports_goes_down_for_its_mode(void **state)
{
	struct fake_bond *bond = fake_bond_add(&p.host->io, "bond0");

	(void)state;
	bond->bond.up = true;
	wish("Mode", "balance-xor");
	fake_plan_make(&p);
	expect(SHAPE, NT_OUTCOME_PLANNED, "");
	assert_int_equal(fake_plan_apply(&p), 0);
	assert_true(bond->bond.up);
	assert_int_equal(bond->bond.value[NT_BOND_MODE], NT_BOND_MODE_XOR);
}

/* Whatever fails on the way, the bond is put together again in its old mode. */
static void mode_that_fails_half_way_leaves_the_bond_whole(void **state)
{
	struct fake_bond *bond = bond_in_use();
	unsigned int failures = 0;
	int r;

	(void)state;
	wish("Mode", "balance-xor");
	fake_plan_make(&p);
	for (unsigned int n = 1; n < 20; n++) {
		p.host->io.fail_at = p.host->io.n_operations + n;
		p.host->io.fail_errno = EIO;
		r = p.domain->apply(&p.host->io.io, change_of(SHAPE), &p.diag);
		p.host->io.fail_at = 0;
		failures += r < 0;
		expect_in_use(bond, r < 0 ? 1 : NT_BOND_MODE_XOR);
		assert_int_equal(p.domain->undo(&p.host->io.io, change_of(SHAPE), &p.diag), 0);
		expect_in_use(bond, 1);
	}
	assert_true(failures > 8);
}

/* What another process was killed in the middle of. */
static void bond_in_pieces_is_put_together_by_undo(void **state)
{
	struct fake_bond *bond = bond_in_use();

	(void)state;
	wish("Mode", "balance-xor");
	fake_plan_make(&p);
	bond->bond.n_ports = 0;
	bond->bond.up = false;
	snprintf(bond->bond.address, sizeof(bond->bond.address), "0e:00:00:00:00:01");
	bond->bond.value[NT_BOND_MODE] = NT_BOND_MODE_XOR;
	assert_int_equal(p.domain->undo(&p.host->io.io, change_of(SHAPE), &p.diag), 0);
	expect_in_use(bond, 1);
}

static void port_that_has_gone_keeps_the_others_from_nothing(void **state)
{
	struct fake_bond *bond = bond_in_use();

	(void)state;
	wish("Mode", "balance-xor");
	fake_plan_make(&p);
	bond->bond.n_ports = 0;
	snprintf(p.host->io.bonds.lost_port, sizeof(p.host->io.bonds.lost_port), "eth0");
	assert_int_equal(p.domain->undo(&p.host->io.io, change_of(SHAPE), &p.diag), -ENODEV);
	assert_non_null(strstr(p.diag.message, "eth0"));
	assert_int_equal(bond->bond.n_ports, 1);
	assert_string_equal(bond->bond.ports[0].name, "eth1");
}

static void mode_is_blocked_where_something_would_be_lost(void **state)
{
	struct fake_bond *bond = bond_in_use();

	(void)state;
	bond->stake = (struct nt_bond_stake){ .addresses = 2, .routes = 1,
					      .first = "address 2001:db8::1/64 of bond0.5" };
	wish_slb("on");
	fake_plan_make(&p);
	expect(SHAPE, NT_OUTCOME_BLOCKED, "2001:db8::1/64 of bond0.5 and 2 more");
	expect("slb", NT_OUTCOME_BLOCKED, "Mode=balance-xor");
	bond->stake = (struct nt_bond_stake){ .neighbours = 2, .first = "proxy for 192.0.2.20" };
	fake_plan_make(&p);
	expect(SHAPE, NT_OUTCOME_BLOCKED, "proxy for 192.0.2.20 and 1 more");
	bond->stake = (struct nt_bond_stake){ 0 };
	bond->bond.arp_interval_ms = 100;
	fake_plan_make(&p);
	expect(SHAPE, NT_OUTCOME_BLOCKED, "arp_interval");
}

static void shapes_are_the_same_when_their_ports_are(void **state)
{
	struct nt_bond_shape shape;
	char text[NT_BOND_SHAPE_MAX];

	(void)state;
	assert_int_equal(nt_bond_shape_parse("802.3ad down - a b", &shape), 0);
	assert_int_equal(nt_bond_shape_format(&shape, text, sizeof(text)), 0);
	assert_string_equal(text, "802.3ad down - a b");
	assert_true(nt_bond_shape_same("802.3ad up - a b", "802.3ad down 02:00:00:00:00:01 b a"));
	assert_false(nt_bond_shape_same("802.3ad up - a b", "802.3ad up - a c"));
	assert_false(nt_bond_shape_same("802.3ad up - a b", "802.3ad up - a"));
	assert_false(nt_bond_shape_same("802.3ad up - a", "balance-rr up - a"));
	assert_false(nt_bond_shape_same("802.3ad up -", "802.3ad down -"));
	assert_int_equal(nt_bond_shape_parse("802.3ad", &shape), -EINVAL);
	assert_int_equal(nt_bond_shape_parse("802.3ad maybe -", &shape), -EINVAL);
	assert_int_equal(nt_bond_shape_parse("802.3ad up - name-of-15-byte", &shape), 0);
	assert_int_equal(nt_bond_shape_parse("802.3ad up - name-of-16-bytes", &shape), -EINVAL);
	assert_int_equal(nt_bond_shape_parse("802.3ad up  - a", &shape), -EINVAL);
}

static void shape_tells_what_its_ports_have(void **state)
{
	struct nt_bond_shape shape;

	(void)state;
	assert_int_equal(nt_bond_shape_parse("802.3ad up - a/queue:65535/prio:-2147483648/down b",
					     &shape), 0);
	assert_int_equal(shape.ports[0].queue_id, 65535);
	assert_int_equal(shape.ports[0].prio, INT32_MIN);
	assert_true(shape.ports[0].down && !shape.ports[1].down);
	assert_true(nt_bond_shape_same("802.3ad up - a/queue:1 b",
				       "802.3ad up - b a/queue:1/down"));
	assert_false(nt_bond_shape_same("802.3ad up - a/queue:1", "802.3ad up - a/queue:2"));
	assert_false(nt_bond_shape_same("802.3ad up - a/prio:1", "802.3ad up - a"));
	assert_int_equal(nt_bond_shape_parse("802.3ad up - a/queue:65536", &shape), -EINVAL);
	assert_int_equal(nt_bond_shape_parse("802.3ad up - a/queue:0", &shape), -EINVAL);
	assert_int_equal(nt_bond_shape_parse("802.3ad up - a/prio:2147483648", &shape), -EINVAL);
	assert_int_equal(nt_bond_shape_parse("802.3ad up - a/down/queue:1", &shape), -EINVAL);
	assert_int_equal(nt_bond_shape_parse("802.3ad up - a/", &shape), -EINVAL);
	assert_int_equal(nt_bond_shape_parse("802.3ad up - /down", &shape), -EINVAL);
}

static void slb_of_a_fit_bond_goes_on_and_off(void **state)
{
	struct fake_bond *bond = fit_bond();

	(void)state;
	wish_slb("on preferred:eth1");
	fake_plan_make(&p);
	expect("miimon", NT_OUTCOME_COMPLIANT, "");
	assert_string_equal(change_of("slb")->seen, "off");
	assert_string_equal(change_of("slb")->wanted,
			    "on macs:8192 garp-move:on preferred:eth1 announce-age-ms:300000");
	assert_int_equal(fake_plan_apply(&p), 0);
	assert_string_equal(bond->slb.preferred, "eth1");
	fake_plan_undo(&p);
	assert_int_equal(bond->slb.engine, NT_SLB_OFF);
	assert_int_equal(bond->bond.value[NT_BOND_MODE], NT_BOND_MODE_XOR);
}

static void slb_ends_before_its_ground_goes_and_comes_back_behind_it(void **state)
{
	struct fake_bond *bond = fit_bond();

	(void)state;
	bond->slb = nt_slb_default(NT_SLB_MODULE);
	wish("Slb", "off");
	wish("XmitHashPolicy", "layer3+4");
	fake_plan_make(&p);
	assert_string_equal(p.plan.changes[0].tunable, "slb");
	assert_string_equal(change_of("slb")->seen, ON);
	assert_int_equal(fake_plan_apply(&p), 0);
	fake_plan_undo(&p);
	assert_int_equal(bond->slb.engine, NT_SLB_MODULE);
}

static void without_the_module_slb_says_what_to_do(void **state)
{
	struct fake_bond *bond = fit_bond();

	(void)state;
	p.host->io.bonds.module = false;
	wish("Slb", "on");
	fake_plan_make(&p);
	expect("slb", NT_OUTCOME_ABSENT, "Slb=nft");
	p.n_lines = 0;
	wish("Slb", "nft");
	bond->bond.ports[0].carrier = false;
	fake_plan_make(&p);
	assert_int_equal(fake_plan_apply(&p), 0);
	assert_true(bond->rules);
	assert_int_equal(bond->rules_active, bond->bond.ports[1].ifindex);
	fake_plan_undo(&p);
	assert_false(bond->rules);
}

static void rules_and_module_take_turns(void **state)
{
	struct fake_bond *bond = fit_bond();

	(void)state;
	bond->rules = true;
	wish("Slb", "on");
	fake_plan_make(&p);
	assert_string_equal(change_of("slb")->seen, "nft");
	assert_int_equal(fake_plan_apply(&p), 0);
	assert_false(bond->rules);
	fake_plan_undo(&p);
	assert_true(bond->rules);
	assert_int_equal(bond->slb.engine, NT_SLB_OFF);
}

static void rules_that_run_made_are_in_the_way(void **state)
{
	struct fake_bond *bond = fit_bond();

	(void)state;
	bond->rules = true;
	bond->rules_of_run = true;
	wish("Slb", "nft");
	fake_plan_make(&p);
	expect("slb", NT_OUTCOME_BLOCKED, "bond run");
	p.n_lines = 0;
	wish("Slb", "off");
	fake_plan_make(&p);
	expect("slb", NT_OUTCOME_COMPLIANT, "");
	assert_true(bond->rules_of_run);
}

static void what_would_break_the_bond_is_blocked(void **state)
{
	struct fake_bond *bond = fit_bond();

	(void)state;
	bond->bond.value[NT_BOND_MIIMON] = 0;
	bond->bond.arp_interval_ms = 200;
	bond->bond.value[NT_BOND_POLICY] = 0;
	bond->bond.xdp = true;
	wish_slb("on");
	fake_plan_make(&p);
	expect("miimon", NT_OUTCOME_BLOCKED, "arp_interval");
	expect("xmit-hash-policy", NT_OUTCOME_BLOCKED, "XDP");
	expect("slb", NT_OUTCOME_BLOCKED, "XmitHashPolicy=vlan+srcmac");
	assert_int_equal(fake_plan_apply(&p), 0);
	assert_int_equal(p.host->io.io.writes, 0);
}

static void bond_that_is_not_there_is_absent(void **state)
{
	(void)state;
	wish_slb("on");
	fake_plan_make(&p);
	assert_int_equal(p.plan.n_changes, 4);
	expect("mode", NT_OUTCOME_ABSENT, "there is no such bond");
	expect("slb", NT_OUTCOME_ABSENT, "there is no such bond");
}

static void only_what_was_written_by_us_is_parsed(void **state)
{
	struct nt_slb_config config;
	char text[NT_BOND_TEXT_MAX];

	(void)state;
	assert_int_equal(nt_slb_parse(ON, &config), 0);
	assert_int_equal(nt_slb_format(&config, text, sizeof(text)), 0);
	assert_string_equal(text, ON);
	assert_int_equal(nt_slb_parse("on", &config), -EINVAL);
	assert_int_equal(nt_slb_parse(ON " ", &config), -EINVAL);
	assert_int_equal(nt_slb_parse("on macs:08192 garp-move:on preferred:- announce-age-ms:1",
				      &config), -EINVAL);
	assert_int_equal(nt_slb_parse("on macs:64 garp-move:yes preferred:- announce-age-ms:1",
				      &config), -EINVAL);
}

static void rules_name_every_port_once(void **state)
{
	static char rules[NT_SLB_NFT_MAX];
	struct fake_bond *bond = fit_bond();
	char drop[64], mark[NT_SLB_NFT_MARK_MAX], other[NT_SLB_NFT_MARK_MAX];

	(void)state;
	assert_int_equal(nt_slb_nft_rules(&bond->bond, "t", bond->bond.ports[0].ifindex, false,
					  rules, sizeof(rules)), 0);
	assert_null(strstr(rules, NT_SLB_NFT_RUN));
	snprintf(drop, sizeof(drop), "chain multicast-%d { drop; }", bond->bond.ports[1].ifindex);
	assert_non_null(strstr(rules, drop));
	snprintf(drop, sizeof(drop), "chain multicast-%d { }", bond->bond.ports[0].ifindex);
	assert_non_null(strstr(rules, drop));
	assert_int_equal(nt_slb_nft_rules(&bond->bond, "t", 0, true, rules, 2000), -E2BIG);
	assert_int_equal(nt_slb_nft_rules(&bond->bond, "t;flush", 0, false, rules,
					  sizeof(rules)), -EINVAL);
	assert_int_equal(nt_slb_nft_rules(&bond->bond, "t", 0, true, rules, sizeof(rules)), 0);
	assert_non_null(strstr(rules, "chain " NT_SLB_NFT_RUN));
	nt_slb_nft_mark(&bond->bond, mark);
	bond->bond.ports[1].ifindex++;
	nt_slb_nft_mark(&bond->bond, other);
	assert_string_not_equal(mark, other);
}

/* The active port's own must not be forwarded to it again. */
static void reports_go_to_the_active_port(void **state)
{
	static char rules[NT_SLB_NFT_MAX];
	const struct nt_bond *bond = &fit_bond()->bond;
	int active = bond->ports[1].ifindex;
	const char *leave, *forward;
	char text[64];

	(void)state;
	for (int whole = 0; whole < 2; whole++) {
		int r = whole ? nt_slb_nft_rules(bond, "t", active, true, rules, sizeof(rules))
			      : nt_slb_nft_switch(bond, "t", active, rules, sizeof(rules));

		assert_int_equal(r, 0);
		snprintf(text, sizeof(text), "t reports oif %d return", active);
		leave = strstr(rules, text);
		snprintf(text, sizeof(text), "fwd to %d\n", active);
		forward = strstr(rules, text);
		assert_true(leave && forward && leave < forward);
		assert_non_null(strstr(forward + 1, text));
	}
	assert_int_equal(nt_slb_nft_rules(bond, "t", 0, true, rules, sizeof(rules)), 0);
	assert_null(strstr(rules, "fwd to"));
}

static void rules_of_the_largest_bond_fit(void **state)
{
	static char rules[NT_SLB_NFT_MAX];
	struct nt_bond bond = { .n_ports = NT_BOND_PORTS_MAX, .address = "02:00:00:00:00:01" };

	(void)state;
	for (int i = 0; i < (int)NT_BOND_PORTS_MAX; i++) {
		bond.ports[i].ifindex = 2147483000 + i;
		snprintf(bond.ports[i].name, sizeof(bond.ports[i].name), "a-long-name-%u",
			 (unsigned int)i % 100);
	}
	assert_int_equal(nt_slb_nft_rules(&bond, "nettune-slb-a-long-name-bond", 0, true,
					  rules, sizeof(rules)), 0);
	assert_int_equal(nt_slb_nft_switch(&bond, "nettune-slb-a-long-name-bond", 0, rules,
					   sizeof(rules)), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_are_refused_where_they_are_wrong),
		TEST(bond_is_made_for_slb_and_unmade),
		TEST(bond_to_come_needs_bonding_and_the_module),
		TEST(bond_with_ports_is_not_unmade),
		TEST(mode_of_a_bond_that_is_down_and_empty_is_just_set),
		TEST(mode_of_a_bond_in_use_changes_with_its_ports),
		TEST(bond_up_without_ports_goes_down_for_its_mode),
		TEST(mode_that_fails_half_way_leaves_the_bond_whole),
		TEST(bond_in_pieces_is_put_together_by_undo),
		TEST(port_that_has_gone_keeps_the_others_from_nothing),
		TEST(mode_is_blocked_where_something_would_be_lost),
		TEST(shapes_are_the_same_when_their_ports_are),
		TEST(shape_tells_what_its_ports_have),
		TEST(port_comes_back_with_its_queue_and_priority_and_down),
		TEST(slb_of_a_fit_bond_goes_on_and_off),
		TEST(slb_ends_before_its_ground_goes_and_comes_back_behind_it),
		TEST(without_the_module_slb_says_what_to_do),
		TEST(rules_and_module_take_turns),
		TEST(rules_that_run_made_are_in_the_way),
		TEST(what_would_break_the_bond_is_blocked),
		TEST(bond_that_is_not_there_is_absent),
		TEST(only_what_was_written_by_us_is_parsed),
		TEST(rules_name_every_port_once),
		TEST(reports_go_to_the_active_port),
		TEST(rules_of_the_largest_bond_fit),
	};

	return cmocka_run_group_tests_name("bond", tests, NULL, NULL);
}
