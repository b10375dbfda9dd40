// SPDX-License-Identifier: GPL-2.0-or-later
/* How many descriptors the rings of a device have. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "fake/fake_plan.h"

static struct fake_plan p;

static int setup(void **state)
{
	(void)state;
	fake_plan_init(&p, &nt_tunable_rings);
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
	fake_plan_accepts(&p, "RingRx", "max/2");
	fake_plan_accepts(&p, "RingTx", "4096");
	fake_plan_refuses(&p, "RingRx", "0", "test.conf:1:8: RingRx: 0 is not from 1 to 131072");
	fake_plan_refuses(&p, "RingTx", "maxx", "test.conf:1:8");
	fake_plan_refuses(&p, "RingTx", "4KiB", "test.conf:1:");
}

static void both_keys_make_one_change(void **state)
{
	(void)state;
	plug("eth0", "i40e");
	fake_plan_line(&p, "eth0", "RingRx", "max");
	fake_plan_line(&p, "eth0", "RingTx", "max/2");
	fake_plan_make(&p);
	assert_int_equal(p.plan.n_changes, 1);
	fake_plan_expect(&p, "rings", NT_OUTCOME_PLANNED, "rx:512 tx:512", "rx:4096 tx:2048");
	assert_true(fake_plan_find(&p, "rings")->disruptive);
	assert_int_equal(fake_plan_apply(&p), 0);
	fake_plan_undo(&p);
}

static void key_that_is_missing_leaves_its_ring(void **state)
{
	(void)state;
	plug("eth0", "i40e");
	fake_plan_only(&p, "RingTx", "1024");
	fake_plan_expect(&p, "rings", NT_OUTCOME_PLANNED, "rx:512 tx:512", "rx:512 tx:1024");
	fake_plan_only(&p, "RingRx", "1024");
	fake_plan_expect(&p, "rings", NT_OUTCOME_PLANNED, "rx:512 tx:512", "rx:1024 tx:512");
}

static void numbers_are_rounded_as_the_driver_does(void **state)
{
	static const struct {
		const char *driver;
		const char *value;
		const char *wanted;
	} rows[] = {
		{ "i40e", "1000", "rx:1024 tx:512" },
		{ "igb", "1001", "rx:1008 tx:256" },
		{ "mlx5_core", "3000", "rx:4096 tx:1024" },
		{ "bnxt_en", "1001", "rx:1001 tx:511" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fake_host_init(p.host, FAKE_LINUX_6_12, 8);
		plug("eth0", rows[i].driver);
		fake_plan_only(&p, "RingRx", rows[i].value);
		assert_string_equal(fake_plan_find(&p, "rings")->wanted, rows[i].wanted);
		assert_int_equal(fake_plan_apply(&p), 0);
	}
}

static void more_than_the_maximum_is_unsupported(void **state)
{
	(void)state;
	plug("eth0", "i40e");
	fake_plan_only(&p, "RingRx", "5000");
	fake_plan_expect(&p, "rings", NT_OUTCOME_UNSUPPORTED, "rx:512 tx:512", "5000");
	assert_non_null(strstr(fake_plan_find(&p, "rings")->remedy, "min(5000, max)"));
}

static void driver_without_rings_is_unsupported(void **state)
{
	(void)state;
	plug("eth0", "veth");
	fake_plan_only(&p, "RingRx", "1024");
	fake_plan_expect(&p, "rings", NT_OUTCOME_UNSUPPORTED, "", "1024");
}

static void sockets_that_hold_rings_block(void **state)
{
	(void)state;
	plug("eth0", "i40e");
	fake_plan_only(&p, "RingRx", "1024");
	p.facts.nics[0].holders.zero_copy = 1;
	fake_plan_again(&p);
	fake_plan_expect(&p, "rings", NT_OUTCOME_BLOCKED, "rx:512 tx:512", "rx:1024 tx:512");
}

static void rings_of_different_sections_meet(void **state)
{
	(void)state;
	plug("eth0", "i40e");
	fake_plan_line(&p, "eth*", "RingRx", "2048");
	fake_plan_line(&p, "eth0", "RingTx", "1024");
	fake_plan_make(&p);
	assert_int_equal(p.plan.n_changes, 1);
	fake_plan_expect(&p, "rings", NT_OUTCOME_PLANNED, "rx:512 tx:512", "rx:2048 tx:1024");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_are_refused_where_they_are_wrong),
		TEST(both_keys_make_one_change),
		TEST(key_that_is_missing_leaves_its_ring),
		TEST(numbers_are_rounded_as_the_driver_does),
		TEST(more_than_the_maximum_is_unsupported),
		TEST(driver_without_rings_is_unsupported),
		TEST(sockets_that_hold_rings_block),
		TEST(rings_of_different_sections_meet),
	};

	return cmocka_run_group_tests_name("rings", tests, NULL, NULL);
}
