// SPDX-License-Identifier: GPL-2.0-or-later
/* The management set, read from a host in memory: what is in it, why, and what is not. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/facts_read.h"
#include "facts/manage_read.h"
#include "fake/fake_io.h"
#include "lib/diag.h"

#define BLUE 7U

static struct fake_io fake;
static struct nt_facts facts;
static struct nt_diag diag;

static int setup(void **state)
{
	(void)state;
	fake_io_init(&fake);
	diag = (struct nt_diag){ 0 };
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	nt_facts_free(&facts);
	fake_io_free(&fake);
	return 0;
}

/* sshd listens on port 22 of @netns, and somebody at @remote is logged in. */
static struct nt_io_tcp *log_in(uint64_t netns, const char *remote)
{
	static unsigned int pid = 100;
	uint32_t inode = 10 * pid;

	fake_holder(&fake, pid++, "sshd", inode);
	fake_tcp(&fake, netns, 22, "", inode);
	return fake_tcp(&fake, netns, 22, remote, inode + 1);
}

static void find(void)
{
	nt_facts_free(&facts);
	assert_int_equal(nt_facts_read(&fake.io, NT_FACTS_MANAGEMENT, &facts, &diag), 0);
}

static void expect(const char *device, const char *reason)
{
	const char *is = nt_facts_management(&facts, device);

	if (!is || strcmp(is, reason) != 0)
		fail_msg("%s: \"%s\", expected \"%s\"", device, is ? is : "(not there)", reason);
}

static void expect_not(const char *device)
{
	if (nt_facts_management(&facts, device))
		fail_msg("%s: %s", device, nt_facts_management(&facts, device));
}

static void default_routes_of_both_families_count(void **state)
{
	(void)state;
	fake_node(&fake, FAKE_OWN, 1, "lo", "");
	fake_node(&fake, FAKE_OWN, 2, "eth0", "");
	fake_node(&fake, FAKE_OWN, 3, "eth1", "");
	fake_node(&fake, FAKE_OWN, 4, "eth2", "");
	fake_route(&fake, FAKE_OWN, "", 2, "192.0.2.1");
	fake_route(&fake, FAKE_OWN, "", 3, "fe80::1");
	find();
	expect("eth0", "has the default route via 192.0.2.1");
	expect("eth1", "has the default route via fe80::1");
	expect_not("eth2");
	expect_not("lo");
	assert_int_equal(facts.n_managements, 2);
}

static void a_session_counts_where_its_packets_leave(void **state)
{
	(void)state;
	fake_node(&fake, FAKE_OWN, 2, "eth0", "");
	fake_node(&fake, FAKE_OWN, 3, "eth1", "");
	fake_route(&fake, FAKE_OWN, "198.51.100.7", 3, "");
	fake_route(&fake, FAKE_OWN, "", 2, "192.0.2.1");
	log_in(FAKE_OWN, "198.51.100.7");
	find();
	expect("eth1", "carries the SSH session from 198.51.100.7");
}

static void connections_of_others_are_no_sessions(void **state)
{
	(void)state;
	fake_node(&fake, FAKE_OWN, 3, "eth1", "");
	fake_route(&fake, FAKE_OWN, "198.51.100.7", 3, "");
	fake_holder(&fake, 50, "nginx", 500);
	fake_tcp(&fake, FAKE_OWN, 443, "", 500);
	fake_tcp(&fake, FAKE_OWN, 443, "198.51.100.7", 501);
	find();
	assert_int_equal(facts.n_managements, 0);
}

static void a_session_without_a_listener_is_found_by_who_holds_it(void **state)
{
	(void)state;
	fake_node(&fake, FAKE_OWN, 3, "eth1", "");
	fake_route(&fake, FAKE_OWN, "198.51.100.7", 3, "");
	fake_holder(&fake, 50, "sshd-session", 500);
	fake_tcp(&fake, FAKE_OWN, 22, "198.51.100.7", 500);
	find();
	expect("eth1", "carries the SSH session from 198.51.100.7");
}

static void our_own_session_counts_though_its_socket_is_not_to_be_seen(void **state)
{
	(void)state;
	fake_node(&fake, FAKE_OWN, 3, "eth1", "");
	fake_route(&fake, FAKE_OWN, "198.51.100.7", 3, "");
	fake_file(&fake, "/proc/self/environ", "SSH_CONNECTION=198.51.100.7 5555 192.0.2.9 22")
		->kind = FAKE_RAW;
	find();
	expect("eth1", "carries the SSH session from 198.51.100.7");
}

static void everything_below_counts_with_the_shortest_reason(void **state)
{
	(void)state;
	fake_node(&fake, FAKE_OWN, 2, "eth0", "")->master_ifindex = 5;
	fake_node(&fake, FAKE_OWN, 3, "eth1", "")->master_ifindex = 5;
	fake_node(&fake, FAKE_OWN, 4, "eth2", "");
	fake_node(&fake, FAKE_OWN, 5, "bond0", "bond");
	fake_node(&fake, FAKE_OWN, 6, "vlan10", "vlan")->lower_ifindex = 5;
	fake_node(&fake, FAKE_OWN, 7, "vlan20", "vlan")->lower_ifindex = 5;
	fake_route(&fake, FAKE_OWN, "", 6, "192.0.2.1");
	find();
	expect("vlan10", "has the default route via 192.0.2.1");
	expect("bond0", "is below vlan10, which has the default route via 192.0.2.1");
	expect("eth1", "is a port of bond0, which is below vlan10, which has the default route "
		       "via 192.0.2.1");
	expect_not("vlan20");
	expect_not("eth2");
}

static void devices_that_refer_to_each_other_end_the_search(void **state)
{
	(void)state;
	fake_node(&fake, FAKE_OWN, 2, "veth0", "veth")->lower_ifindex = 3;
	fake_node(&fake, FAKE_OWN, 3, "veth1", "veth")->lower_ifindex = 2;
	fake_route(&fake, FAKE_OWN, "", 2, "");
	find();
	expect("veth0", "has the default route");
	expect("veth1", "is the peer of veth0, which has the default route");
}

static void a_session_in_another_namespace_is_followed_into_ours(void **state)
{
	struct nt_io_node *inner;

	(void)state;
	fake_netns(&fake, BLUE, "blue");
	inner = fake_node(&fake, BLUE, 2, "eth0", "veth");
	fake_lower(&fake, inner, FAKE_OWN, 9);
	fake_lower(&fake, fake_node(&fake, FAKE_OWN, 9, "veth9", "veth"), BLUE, 2);
	fake.paths.nodes[fake.paths.n_nodes - 1].node.master_ifindex = 10;
	fake_node(&fake, FAKE_OWN, 10, "br0", "bridge");
	fake_node(&fake, FAKE_OWN, 11, "eth0", "")->master_ifindex = 10;
	fake_node(&fake, FAKE_OWN, 12, "eth1", "");
	fake_route(&fake, BLUE, "", 2, "10.0.0.1");
	log_in(BLUE, "198.51.100.7");
	find();
	expect("veth9", "is the peer of eth0, which carries the SSH session from 198.51.100.7");
	expect("br0", "bridges the peer of eth0, which carries the SSH session from "
		      "198.51.100.7");
	assert_non_null(nt_facts_management(&facts, "eth0"));
	expect_not("eth1");
	assert_string_equal(facts.managements[0].netns, "blue");
}

static void what_only_others_need_is_not_ours(void **state)
{
	struct nt_io_node *inner;

	(void)state;
	fake_netns(&fake, BLUE, "blue");
	inner = fake_node(&fake, BLUE, 2, "eth0", "veth");
	fake_lower(&fake, inner, FAKE_OWN, 9);
	fake_lower(&fake, fake_node(&fake, FAKE_OWN, 9, "veth9", "veth"), BLUE, 2);
	fake_node(&fake, FAKE_OWN, 11, "eth0", "");
	fake_route(&fake, BLUE, "", 2, "10.0.0.1");
	fake_route(&fake, FAKE_OWN, "", 11, "192.0.2.1");
	find();
	expect_not("veth9");
	assert_int_equal(facts.n_managements, 1);
}

static void a_namespace_that_may_not_be_entered_is_left_out(void **state)
{
	(void)state;
	fake_netns(&fake, BLUE, "blue");
	fake.paths.closed = BLUE;
	fake_node(&fake, FAKE_OWN, 2, "eth0", "");
	fake_route(&fake, FAKE_OWN, "", 2, "192.0.2.1");
	find();
	assert_int_equal(facts.n_managements, 1);
}

static void a_tunnel_counts_with_what_carries_it(void **state)
{
	(void)state;
	fake_node(&fake, FAKE_OWN, 2, "eth0", "");
	fake_node(&fake, FAKE_OWN, 3, "eth1", "");
	strcpy(fake_node(&fake, FAKE_OWN, 4, "vx0", "vxlan")->remote, "203.0.113.5");
	fake_route(&fake, FAKE_OWN, "203.0.113.5", 3, "");
	fake_route(&fake, FAKE_OWN, "", 4, "10.0.0.1");
	find();
	expect("vx0", "has the default route via 10.0.0.1");
	expect("eth1", "carries the tunnel vx0, which has the default route via 10.0.0.1");
	expect_not("eth0");
}

static void a_tunnel_that_does_not_tell_its_end_takes_the_default_route(void **state)
{
	(void)state;
	fake_node(&fake, FAKE_OWN, 2, "eth0", "");
	fake_node(&fake, FAKE_OWN, 4, "wg0", "wireguard");
	fake_route(&fake, FAKE_OWN, "198.51.100.7", 4, "");
	fake_route(&fake, FAKE_OWN, "", 2, "192.0.2.1");
	log_in(FAKE_OWN, "198.51.100.7");
	find();
	expect("wg0", "carries the SSH session from 198.51.100.7");
	assert_non_null(nt_facts_management(&facts, "eth0"));
}

static void a_vrf_counts_but_not_its_other_ports(void **state)
{
	(void)state;
	fake_node(&fake, FAKE_OWN, 2, "eth0", "")->master_ifindex = 5;
	fake_node(&fake, FAKE_OWN, 3, "eth1", "")->master_ifindex = 5;
	fake_node(&fake, FAKE_OWN, 5, "mgmt", "vrf");
	fake_route(&fake, FAKE_OWN, "", 2, "192.0.2.1");
	find();
	expect("mgmt", "is the VRF of eth0, which has the default route via 192.0.2.1");
	expect_not("eth1");
}

static void a_route_by_a_vrf_needs_all_its_ports(void **state)
{
	(void)state;
	fake_node(&fake, FAKE_OWN, 2, "eth0", "")->master_ifindex = 5;
	fake_node(&fake, FAKE_OWN, 5, "mgmt", "vrf");
	fake_route(&fake, FAKE_OWN, "", 5, "");
	find();
	expect("eth0", "is a port of mgmt, which has the default route");
}

static void open_vswitch_counts_with_all_its_ports(void **state)
{
	(void)state;
	fake_node(&fake, FAKE_OWN, 2, "eth0", "")->master_ifindex = 4;
	fake_node(&fake, FAKE_OWN, 4, "ovs-system", "openvswitch");
	fake_node(&fake, FAKE_OWN, 5, "br-ex", "openvswitch");
	fake_node(&fake, FAKE_OWN, 6, "eth1", "");
	fake_route(&fake, FAKE_OWN, "", 5, "192.0.2.1");
	find();
	expect("eth0", "is a port of the Open vSwitch of br-ex, which has the default route via "
		       "192.0.2.1");
	expect_not("eth1");
}

static void a_root_on_the_network_counts(void **state)
{
	(void)state;
	fake_node(&fake, FAKE_OWN, 2, "eth0", "");
	fake_node(&fake, FAKE_OWN, 3, "eth1", "");
	fake_route(&fake, FAKE_OWN, "203.0.113.9", 3, "");
	fake_file(&fake, "/proc/self/mountinfo",
		  "22 1 0:20 / / rw shared:1 - nfs4 nas:/root rw,vers=4.2,addr=203.0.113.9");
	find();
	expect("eth1", "leads to the storage at 203.0.113.9");
}

static void block_devices_on_the_network_count(void **state)
{
	(void)state;
	fake_node(&fake, FAKE_OWN, 2, "eth0", "");
	fake_node(&fake, FAKE_OWN, 3, "eth1", "");
	fake_route(&fake, FAKE_OWN, "203.0.113.9", 2, "");
	fake_route(&fake, FAKE_OWN, "203.0.113.8", 3, "");
	fake_file(&fake, "/sys/class/iscsi_connection/connection1:0/address", "203.0.113.9");
	fake_file(&fake, "/sys/class/nvme/nvme0/address", "0000:01:00.0");
	fake_file(&fake, "/sys/class/nvme/nvme1/address", "traddr=203.0.113.8,trsvcid=4420");
	find();
	expect("eth0", "leads to the storage at 203.0.113.9");
	expect("eth1", "leads to the storage at 203.0.113.8");
}

static void a_long_chain_is_cut_and_ends_in_dots(void **state)
{
	static char names[30][32];
	const char *reason;

	(void)state;
	for (int i = 0; i < 30; i++) {
		snprintf(names[i], sizeof(names[i]), "macvlan-%d", i);
		fake_node(&fake, FAKE_OWN, i + 2, names[i], "macvlan")->lower_ifindex = i + 3;
	}
	fake_route(&fake, FAKE_OWN, "", 2, "");
	find();
	assert_int_equal(facts.n_managements, 30);
	reason = nt_facts_management(&facts, "macvlan-29");
	assert_string_equal(reason + strlen(reason) - 3, "...");
}

static void more_nodes_than_the_bound_overflow(void **state)
{
	struct nt_manage_view view = { 0 };
	const struct nt_node node = { .ifindex = 1 };
	int r = 0;

	(void)state;
	for (size_t i = 0; i < NT_MANAGE_NODES_MAX && r == 0; i++)
		r = nt_manage_add_node(&view, &node);
	assert_int_equal(r, 0);
	assert_int_equal(nt_manage_add_node(&view, &node), -EOVERFLOW);
	nt_manage_view_free(&view);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(default_routes_of_both_families_count),
		TEST(a_session_counts_where_its_packets_leave),
		TEST(connections_of_others_are_no_sessions),
		TEST(a_session_without_a_listener_is_found_by_who_holds_it),
		TEST(our_own_session_counts_though_its_socket_is_not_to_be_seen),
		TEST(everything_below_counts_with_the_shortest_reason),
		TEST(devices_that_refer_to_each_other_end_the_search),
		TEST(a_session_in_another_namespace_is_followed_into_ours),
		TEST(what_only_others_need_is_not_ours),
		TEST(a_namespace_that_may_not_be_entered_is_left_out),
		TEST(a_tunnel_counts_with_what_carries_it),
		TEST(a_tunnel_that_does_not_tell_its_end_takes_the_default_route),
		TEST(a_vrf_counts_but_not_its_other_ports),
		TEST(a_route_by_a_vrf_needs_all_its_ports),
		TEST(open_vswitch_counts_with_all_its_ports),
		TEST(a_root_on_the_network_counts),
		TEST(block_devices_on_the_network_count),
		TEST(a_long_chain_is_cut_and_ends_in_dots),
		TEST(more_nodes_than_the_bound_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
