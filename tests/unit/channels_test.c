// SPDX-License-Identifier: GPL-2.0-or-later
/* How many queues a device has, and what stands in the way. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <stdlib.h>
#include <string.h>

#include "fake/fake_plan.h"
#include "io/nic.h"
#include "tunable/operation.h"

static struct fake_plan p;

static int setup(void **state)
{
	(void)state;
	fake_plan_init(&p, &nt_tunable_channels);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fake_plan_free(&p);
	return 0;
}

static struct fake_nic *plug(const char *name, const char *driver)
{
	return fake_nic_add(&p.host->io, name, driver, 4, 16);
}

static void lines_are_refused_where_they_are_wrong(void **state)
{
	(void)state;
	fake_plan_accepts(&p, "Channels", "max");
	fake_plan_accepts(&p, "Channels", "max/2");
	fake_plan_accepts(&p, "Channels", "rx:4 tx:max");
	fake_plan_accepts(&p, "Channels", "combined:min(8, max)");
	fake_plan_refuses(&p, "Channels", "0", "test.conf:1:10: Channels: 0 is not from 1 to 1024");
	fake_plan_refuses(&p, "Channels", "combined:2000", "test.conf:1:19");
	fake_plan_refuses(&p, "Channels", "combine:4", "did you mean combined");
	fake_plan_refuses(&p, "Channels", "rx:4 rx:4", "test.conf:1:15: Channels: rx twice");
	fake_plan_refuses(&p, "Channels", "rx:", "takes a number");
	fake_plan_refuses(&p, "Channels", "4 4", "one number, or");
	fake_plan_refuses(&p, "Channels", "4 rx:4", "one number, or");
	fake_plan_refuses(&p, "Channels", "rx:4 4", "one number, or");
	fake_plan_refuses(&p, "Channels", "4KiB", "test.conf:1:");
	fake_plan_refuses(&p, "Channels", "", "is empty");
	fake_plan_accepts(&p, "Channels", "numa-local");
	fake_plan_accepts(&p, "Channels", "numa-local(max=8)");
	fake_plan_refuses(&p, "Channels", "numa-local(max=0)", "max= is below 1");
	fake_plan_refuses(&p, "Channels", "numa-local,skip-smt", "stands alone");
	fake_plan_refuses(&p, "Channels", "numa-locally", "test.conf:1:");
}

/* The fake host has 8 CPUs without a second thread, on one node. */
static void numa_local_is_a_queue_for_each_core(void **state)
{
	static const struct {
		const char *value;
		const char *wanted;
	} rows[] = {
		{ "numa-local", "combined:8" },
		{ "numa-local(max=6)", "combined:6" },
		{ "numa-local(max=64)", "combined:8" },
	};

	(void)state;
	plug("eth0", "ice");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		fake_plan_only(&p, "Channels", rows[i].value);
		fake_plan_expect(&p, "channels", NT_OUTCOME_PLANNED, "combined:4",
				 rows[i].wanted);
	}
}

static void values_follow_the_drivers_model(void **state)
{
	static const struct {
		const char *driver;
		const char *value;
		const char *wanted;
	} rows[] = {
		{ "i40e", "max", "combined:16" },
		{ "i40e", "max/2", "combined:8" },
		{ "i40e", "combined:2", "combined:2" },
		{ "i40e", "rx:3 tx:3", "combined:3" },
		{ "veth", "max", "rx:16 tx:16" },
		{ "veth", "2", "rx:2 tx:2" },
		{ "veth", "combined:2", "rx:2 tx:2" },
		{ "veth", "rx:2", "rx:2 tx:4" },
		{ "veth", "max/32", "rx:1 tx:1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fake_host_init(p.host, FAKE_LINUX_6_12, 8);
		plug("eth0", rows[i].driver);
		fake_plan_only(&p, "Channels", rows[i].value);
		fake_plan_expect(&p, "channels", NT_OUTCOME_PLANNED,
				 strcmp(rows[i].driver, "veth") ? "combined:4" : "rx:4 tx:4",
				 rows[i].wanted);
	}
}

static void what_the_driver_cannot_have_is_unsupported(void **state)
{
	static const struct {
		const char *driver;
		const char *value;
		const char *remedy;
	} rows[] = {
		{ "i40e", "rx:2 tx:4", "write combined:N" },
		{ "i40e", "rx:2", "write combined:N" },
		{ "i40e", "17", "write combined:min(17,max)" },
		{ "veth", "combined:2 rx:4", "write rx:N tx:N" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fake_host_init(p.host, FAKE_LINUX_6_12, 8);
		plug("eth0", rows[i].driver);
		fake_plan_only(&p, "Channels", rows[i].value);
		assert_int_equal(fake_plan_find(&p, "channels")->outcome, NT_OUTCOME_UNSUPPORTED);
		if (!strstr(fake_plan_find(&p, "channels")->remedy, rows[i].remedy))
			fail_msg("%s: %s", rows[i].value, fake_plan_find(&p, "channels")->remedy);
	}
}

static void channels_are_changed_and_returned(void **state)
{
	(void)state;
	plug("eth0", "i40e");
	fake_plan_only(&p, "Channels", "8");
	assert_true(fake_plan_find(&p, "channels")->disruptive);
	assert_int_equal(fake_plan_apply(&p), 0);
	fake_plan_undo(&p);
}

static void rdma_on_ice_blocks_with_a_remedy(void **state)
{
	(void)state;
	plug("eth0", "ice")->rdma = true;
	fake_plan_only(&p, "Channels", "8");
	fake_plan_expect(&p, "channels", NT_OUTCOME_BLOCKED, "combined:4", "combined:8");
	assert_non_null(strstr(fake_plan_find(&p, "channels")->remedy, "RDMA"));
	fake_plan_only(&p, "Channels", "4");
	fake_plan_expect(&p, "channels", NT_OUTCOME_COMPLIANT, "combined:4", "combined:4");
}

static void xdp_on_virtio_blocks(void **state)
{
	(void)state;
	plug("eth0", "virtio_net")->link.xdp = true;
	fake_plan_only(&p, "Channels", "8");
	fake_plan_expect(&p, "channels", NT_OUTCOME_BLOCKED, "combined:4", "combined:8");
}

/* A warning that the kernel may give then would end the host. */
static void fewer_queues_under_rps_wait_where_warnings_panic(void **state)
{
	(void)state;
	plug("eth0", "i40e");
	fake_plan_only(&p, "Channels", "2");
	free(p.facts.nics[0].queues[0].cpus);
	p.facts.nics[0].queues[0].cpus = strdup("1");
	assert_int_equal(nt_facts_add_sysctl(&p.facts, "kernel.panic_on_warn", NT_SYSCTL_PRESENT,
					     "1"), 0);
	assert_int_equal(p.facts.nics[0].queues[0].kind, NT_QUEUE_RX);
	fake_plan_again(&p);
	fake_plan_expect(&p, "channels", NT_OUTCOME_BLOCKED, "combined:4", "combined:2");
}

static void queues_that_sockets_hold_do_not_go_away(void **state)
{
	(void)state;
	plug("eth0", "i40e");
	fake_plan_only(&p, "Channels", "2");
	p.facts.nics[0].holders.xsk = 3;
	fake_plan_again(&p);
	fake_plan_expect(&p, "channels", NT_OUTCOME_BLOCKED, "combined:4", "combined:2");
	fake_plan_only(&p, "Channels", "3");
	p.facts.nics[0].holders.xsk = 3;
	fake_plan_again(&p);
	fake_plan_expect(&p, "channels", NT_OUTCOME_PLANNED, "combined:4", "combined:3");
}

/* Reads what @nic has, and plans @channels for it. */
static void expect_blocked(const char *channels, const char *words)
{
	const struct nt_change *change;

	nt_facts_drop_nic(&p.facts, "eth0");
	fake_plan_only(&p, "Channels", channels);
	change = fake_plan_find(&p, "channels");
	assert_int_equal(change->outcome, NT_OUTCOME_BLOCKED);
	assert_non_null(strstr(change->remedy, words));
}

static void memory_providers_block_queues_that_would_go_away(void **state)
{
	(void)state;
	plug("eth0", "i40e")->providers = 3;
	expect_blocked("2", "memory providers");
	fake_plan_only(&p, "Channels", "3");
	fake_plan_expect(&p, "channels", NT_OUTCOME_PLANNED, "combined:4", "combined:3");
}

static void rss_contexts_block_queues_that_would_go_away(void **state)
{
	struct fake_nic *nic = plug("eth0", "i40e");

	(void)state;
	nic->context = 1;
	nic->context_rings = 3;
	expect_blocked("2", "RSS contexts");
	fake_plan_only(&p, "Channels", "3");
	fake_plan_expect(&p, "channels", NT_OUTCOME_PLANNED, "combined:4", "combined:3");
}

static void program_takes_half_of_the_queues_of_ena(void **state)
{
	(void)state;
	plug("eth0", "ena")->link.xdp = true;
	expect_blocked("9", "max/2");
	fake_plan_only(&p, "Channels", "2");
	fake_plan_expect(&p, "channels", NT_OUTCOME_PLANNED, "combined:4", "combined:2");
}

static void steering_rules_block_fewer_queues(void **state)
{
	(void)state;
	plug("eth0", "i40e")->ntuple = 1;
	fake_plan_only(&p, "Channels", "2");
	fake_plan_expect(&p, "channels", NT_OUTCOME_BLOCKED, "combined:4", "combined:2");
	fake_plan_only(&p, "Channels", "8");
	fake_plan_expect(&p, "channels", NT_OUTCOME_PLANNED, "combined:4", "combined:8");
}

/* Entries of a table that somebody set, all of them @ring. */
static void point_table_at(uint16_t ring)
{
	static struct nt_nic_rss rss;

	assert_int_equal(nt_nic_rss_get(&p.host->io.io, "eth0", &rss, NULL), 0);
	for (uint32_t i = 0; i < rss.n_table; i++)
		rss.table[i] = ring;
	assert_int_equal(nt_nic_rss_set(&p.host->io.io, "eth0", &rss, NT_RSS_SET_TABLE, NULL), 0);
}

static void table_that_cannot_survive_goes_back_to_the_default_first(void **state)
{
	(void)state;
	struct fake_nic *nic = plug("eth0", "ixgbe");

	point_table_at(3);
	fake_plan_only(&p, "Channels", "2");
	assert_int_equal(fake_plan_apply(&p), 0);
	assert_true(nic->table[0] < 2);
}

/* The driver refuses for a reason that came up after planning. */
static void table_is_put_back_when_the_channels_are_refused(void **state)
{
	(void)state;
	struct fake_nic *nic = fake_nic_add(&p.host->io, "eth0", "ice", 8, 16);

	point_table_at(7);
	fake_plan_only(&p, "Channels", "4");
	nic->rdma = true;
	assert_int_equal(fake_plan_apply(&p), -EBUSY);
	for (uint32_t i = 0; i < nic->n_table; i++)
		assert_int_equal(nic->table[i], 7);
}

static int (*rss_set)(struct nt_io *io, const char *dev, const struct nt_nic_rss *want,
		      uint32_t what, struct nt_diag *diag);

static int rss_is_only_reset(struct nt_io *io, const char *dev, const struct nt_nic_rss *want,
			     uint32_t what, struct nt_diag *diag)
{
	return what & NT_RSS_SET_TABLE ? -ENOMEM : rss_set(io, dev, want, what, diag);
}

static void table_that_cannot_be_put_back_is_told(void **state)
{
	(void)state;
	struct fake_nic *nic = fake_nic_add(&p.host->io, "eth0", "ice", 8, 16);
	const struct nt_io_ops *was = p.host->io.io.ops;
	struct nt_nic_ops ops = *was->nic;
	struct nt_io_ops door = *was;

	point_table_at(7);
	fake_plan_only(&p, "Channels", "4");
	nic->rdma = true;
	rss_set = ops.rss_set;
	ops.rss_set = rss_is_only_reset;
	door.nic = &ops;
	p.host->io.io.ops = &door;
	assert_int_equal(fake_plan_apply(&p), -EIO);
	p.host->io.io.ops = was;
	assert_non_null(strstr(p.diag.message, "the RSS table was reset"));
}

static void table_that_only_looks_like_the_default_is_no_obstacle(void **state)
{
	(void)state;
	struct fake_nic *nic = plug("eth0", "mlx5_core");
	static struct nt_nic_rss rss;

	assert_int_equal(nt_nic_rss_get(&p.host->io.io, "eth0", &rss, NULL), 0);
	assert_int_equal(nt_nic_rss_set(&p.host->io.io, "eth0", &rss, NT_RSS_SET_TABLE, NULL), 0);
	assert_true(nic->rxfh_configured);
	fake_plan_only(&p, "Channels", "2");
	assert_int_equal(fake_plan_apply(&p), 0);
}

static void refusal_names_the_device_and_what_was_set(void **state)
{
	(void)state;
	struct fake_nic *nic = plug("eth0", "ice");

	fake_plan_only(&p, "Channels", "8");
	nic->rdma = true;
	assert_int_equal(fake_plan_apply(&p), -EBUSY);
	assert_non_null(strstr(p.diag.message, "eth0: channels cannot be set"));
}

static struct nt_operation told(void)
{
	const struct nt_plan_device device = { .name = "eth0", .ifindex = 7 };
	const struct nt_change change = {
		.domain = &nt_tunable_channels, .target = (char *)"eth0",
		.seen = (char *)"rx:4 tx:4", .wanted = (char *)"rx:4 tx:2",
	};
	struct nt_operation operation = { 0 };

	assert_int_equal(nt_tunable_channels.operation(&p.host->io.io, &change, &device,
						       &operation), 0);
	return operation;
}

/* One kind of queue: 12 bytes of header with the index, 8 of the number. */
static void module_is_told_what_differs_and_how_to_undo_it(void **state)
{
	struct nt_operation operation = told();
	const uint32_t *value = operation.value, *undo = operation.undo;

	(void)state;
	assert_int_equal(operation.kind, NETTUNE_OP_KIND_ETHNL);
	assert_int_equal(operation.ethnl_cmd, ETHTOOL_MSG_CHANNELS_SET);
	assert_string_equal(operation.path, "");
	assert_int_equal(operation.value_len, 20);
	assert_int_equal(operation.undo_len, 20);
	assert_int_equal(value[2], 7);
	assert_int_equal(value[4], 2);
	assert_int_equal(undo[2], 7);
	assert_int_equal(undo[4], 4);
	nt_operation_free(&operation);
}

static void module_is_forced_only_where_warnings_are_known_not_to_panic(void **state)
{
	static const struct {
		const char *panics;
		bool force;
	} rows[] = { { "0", true }, { "1", false }, { NULL, false } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nt_operation operation;

		fake_host_init(p.host, FAKE_LINUX_6_12, 8);
		if (rows[i].panics)
			fake_file(&p.host->io, "/proc/sys/kernel/panic_on_warn", rows[i].panics);
		operation = told();
		assert_int_equal(operation.force, rows[i].force);
		nt_operation_free(&operation);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_are_refused_where_they_are_wrong),
		TEST(numa_local_is_a_queue_for_each_core),
		TEST(values_follow_the_drivers_model),
		TEST(what_the_driver_cannot_have_is_unsupported),
		TEST(channels_are_changed_and_returned),
		TEST(rdma_on_ice_blocks_with_a_remedy),
		TEST(xdp_on_virtio_blocks),
		TEST(fewer_queues_under_rps_wait_where_warnings_panic),
		TEST(queues_that_sockets_hold_do_not_go_away),
		TEST(memory_providers_block_queues_that_would_go_away),
		TEST(rss_contexts_block_queues_that_would_go_away),
		TEST(program_takes_half_of_the_queues_of_ena),
		TEST(steering_rules_block_fewer_queues),
		TEST(table_that_cannot_survive_goes_back_to_the_default_first),
		TEST(table_is_put_back_when_the_channels_are_refused),
		TEST(table_that_cannot_be_put_back_is_told),
		TEST(table_that_only_looks_like_the_default_is_no_obstacle),
		TEST(module_is_told_what_differs_and_how_to_undo_it),
		TEST(module_is_forced_only_where_warnings_are_known_not_to_panic),
		TEST(refusal_names_the_device_and_what_was_set),
	};

	return cmocka_run_group_tests_name("channels", tests, NULL, NULL);
}
