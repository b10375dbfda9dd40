// SPDX-License-Identifier: GPL-2.0-or-later
/* Which line holds for which device: by name, and through what stands above it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/facts.h"
#include "core/profile.h"
#include "tunable/device_lines.h"

static struct nt_facts facts;
static struct nt_setting lines[8];
static size_t n_lines;

static int setup(void **state)
{
	(void)state;
	n_lines = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	nt_facts_free(&facts);
	return 0;
}

/* The index of a device follows from the order; @master and @lower are such indices, 0 for none. */
static int add(const char *name, const char *kind, int master, int lower)
{
	const struct nt_link_fact link = {
		.name = (char *)name,
		.kind = (char *)kind,
		.driver = (char *)"",
		.bus = (char *)"",
		.address = (char *)"",
		.ifindex = (int)facts.n_links + 1,
		.master_ifindex = master,
		.lower_ifindex = lower,
	};

	assert_int_equal(nt_facts_add_link(&facts, &link), 0);
	return link.ifindex;
}

static void want(const char *selector, const char *key)
{
	lines[n_lines++] = (struct nt_setting){ .selector = (char *)selector, .key = (char *)key };
}

/* "NAME=LINE " for each device that has one, lines counted from 1. */
static void expect(const char *key, const char *expected)
{
	const struct nt_setting **found = NULL;
	char text[256] = "";

	assert_int_equal(nt_device_lines(&facts, lines, n_lines, key, &found), 0);
	for (size_t i = 0; i < facts.n_links; i++) {
		size_t len = strlen(text);

		if (found[i])
			snprintf(text + len, sizeof(text) - len, "%s=%d ", facts.links[i].name,
				 (int)(found[i] - lines) + 1);
	}
	free(found);
	assert_string_equal(text, expected);
}

/* Two ports of a bond with a VLAN on it, a VLAN of that, and a device apart from all. */
static void add_bond(void)
{
	add("lo", "", 0, 0);
	add("bond0", "bond", 0, 0);
	add("eth0", "", 2, 0);
	add("eth1", "", 2, 0);
	add("bond0.7", "vlan", 0, 2);
	add("inner", "vlan", 0, 5);
	add("eth2", "", 0, 0);
}

static void last_line_that_names_a_device_holds(void **state)
{
	(void)state;
	add_bond();
	want("eth*", "Mtu");
	want("eth1", "Mtu");
	want("*", "Features");
	expect("Mtu", "eth0=1 eth1=2 eth2=1 ");
	expect("Features", "bond0=3 eth0=3 eth1=3 bond0.7=3 inner=3 eth2=3 ");
}

static void what_queues_are_told_goes_through_a_bond_to_every_port(void **state)
{
	(void)state;
	add_bond();
	want("bond0", "IrqPlacement");
	want("bond0", "Mtu");
	expect("IrqPlacement", "eth0=1 eth1=1 ");
	expect("Mtu", "bond0=2 ");
}

static void it_goes_through_vlans_and_their_vlans(void **state)
{
	(void)state;
	add_bond();
	add("eth2.9", "vlan", 0, 7);
	want("inner", "Channels");
	want("eth2.9", "Channels");
	expect("Channels", "eth0=1 eth1=1 eth2=2 ");
}

static void a_port_of_its_own_line_has_the_later_of_both(void **state)
{
	(void)state;
	add_bond();
	want("eth0", "Rps");
	want("bond0", "Rps");
	want("eth1", "Rps");
	expect("Rps", "eth0=2 eth1=3 ");
}

static void a_pattern_for_all_is_no_error_of_the_bond(void **state)
{
	(void)state;
	add_bond();
	want("*", "Xps");
	expect("Xps", "eth0=1 eth1=1 eth2=1 ");
}

static void a_bond_without_ports_has_its_line(void **state)
{
	(void)state;
	add("bond0", "bond", 0, 0);
	/* Its lower device is in another namespace. */
	add("wan.7", "vlan", 0, 0);
	want("*", "Rss");
	expect("Rss", "bond0=1 wan.7=1 ");
}

static void a_bridge_hands_nothing_down(void **state)
{
	(void)state;
	add("br0", "bridge", 0, 0);
	add("eth0", "", 1, 0);
	want("br0", "Channels");
	expect("Channels", "br0=1 ");
}

/* Recorded facts may say anything. */
static void vlans_of_each_other_come_to_an_end(void **state)
{
	(void)state;
	add("a", "vlan", 0, 2);
	add("b", "vlan", 0, 1);
	add("c", "bond", 3, 0);
	want("*", "Channels");
	expect("Channels", "");
}

static void any_key_finds_who_has_to_be_read(void **state)
{
	(void)state;
	add_bond();
	want("bond0.7", "Mtu");
	expect(NULL, "bond0.7=1 ");
	want("bond0.7", "Channels");
	expect(NULL, "bond0=2 eth0=2 eth1=2 bond0.7=2 ");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(last_line_that_names_a_device_holds),
		TEST(what_queues_are_told_goes_through_a_bond_to_every_port),
		TEST(it_goes_through_vlans_and_their_vlans),
		TEST(a_port_of_its_own_line_has_the_later_of_both),
		TEST(a_pattern_for_all_is_no_error_of_the_bond),
		TEST(a_bond_without_ports_has_its_line),
		TEST(a_bridge_hands_nothing_down),
		TEST(vlans_of_each_other_come_to_an_end),
		TEST(any_key_finds_who_has_to_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
