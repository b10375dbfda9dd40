// SPDX-License-Identifier: GPL-2.0-or-later
/* The largest packet of a device, and the length of its queue. */
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
	fake_plan_init(&p, &nt_tunable_mtu);
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
	fake_plan_accepts(&p, "Mtu", "9000");
	fake_plan_accepts(&p, "Mtu", "max");
	fake_plan_accepts(&p, "Mtu", "min(9000, max)");
	fake_plan_accepts(&p, "TxQueueLen", "0");
	fake_plan_refuses(&p, "Mtu", "67", "test.conf:1:5: Mtu: 67 is not from 68 to 65535");
	fake_plan_refuses(&p, "Mtu", "65536", "is not from");
	fake_plan_refuses(&p, "Mtu", "9000s", "test.conf:1:");
	fake_plan_refuses(&p, "Mtu", "big", "test.conf:1:5");
	fake_plan_refuses(&p, "Mtu", "kernel-default", "Mtu: takes a number or max");
	fake_plan_refuses(&p, "Mtu", "50%ram", "Mtu: takes a number or max");
	fake_plan_refuses(&p, "TxQueueLen", "max", "has no maximum");
	fake_plan_refuses(&p, "TxQueueLen", "-1", "is not from 0");
	p.lines[0].relation = NT_AT_LEAST;
	p.diag = (struct nt_diag){ 0 };
	assert_int_equal(p.domain->check(&p.lines[0], &p.diag), -EINVAL);
}

static void mtu_is_raised_and_returned(void **state)
{
	(void)state;
	plug("eth0", "igb");
	fake_plan_only(&p, "Mtu", "9000");
	fake_plan_expect(&p, "mtu", NT_OUTCOME_PLANNED, "1500", "9000");
	assert_true(fake_plan_find(&p, "mtu")->disruptive);
	assert_int_equal(fake_plan_find(&p, "mtu")->phase, NT_PHASE_MTU);
	assert_int_equal(fake_plan_apply(&p), 0);
	fake_plan_undo(&p);
}

static void what_is_so_already_is_compliant(void **state)
{
	(void)state;
	plug("eth0", "igb");
	fake_plan_only(&p, "Mtu", "1500");
	fake_plan_expect(&p, "mtu", NT_OUTCOME_COMPLIANT, "1500", "1500");
}

static void max_is_the_devices_own(void **state)
{
	(void)state;
	plug("eth0", "i40e");
	fake_plan_only(&p, "Mtu", "max");
	fake_plan_expect(&p, "mtu", NT_OUTCOME_PLANNED, "1500", "9702");
}

static void more_than_the_device_takes_is_unsupported(void **state)
{
	(void)state;
	plug("eth0", "igb");
	fake_plan_only(&p, "Mtu", "9500");
	fake_plan_expect(&p, "mtu", NT_OUTCOME_UNSUPPORTED, "1500", "9500");
	assert_non_null(strstr(fake_plan_find(&p, "mtu")->remedy, "min(9500, max)"));
}

static void software_devices_are_not_disrupted(void **state)
{
	(void)state;
	plug("eth0", "veth");
	fake_plan_only(&p, "Mtu", "9000");
	assert_false(fake_plan_find(&p, "mtu")->disruptive);
}

static void queue_length_is_no_structural_change(void **state)
{
	(void)state;
	plug("eth0", "igb");
	fake_plan_only(&p, "TxQueueLen", "5000");
	fake_plan_expect(&p, "tx-queue-len", NT_OUTCOME_PLANNED, "1000", "5000");
	assert_int_equal(nt_phase_batch(fake_plan_find(&p, "tx-queue-len")->phase),
			 NT_BATCH_QUEUES);
	assert_false(fake_plan_find(&p, "tx-queue-len")->disruptive);
	assert_int_equal(fake_plan_apply(&p), 0);
	fake_plan_undo(&p);
}

static void carrier_that_does_not_come_back_is_an_error(void **state)
{
	(void)state;
	plug("eth0", "igb")->loses_link = true;
	fake_plan_only(&p, "Mtu", "9000");
	assert_int_equal(fake_plan_apply(&p), -ENOLINK);
	assert_non_null(strstr(p.diag.message, "eth0"));
}

/* ---- which devices ---- */

static void last_section_that_matches_wins(void **state)
{
	(void)state;
	plug("eth0", "igb");
	plug("eth1", "igb");
	fake_plan_line(&p, "eth*", "Mtu", "9000");
	fake_plan_line(&p, "eth0", "Mtu", "4000");
	fake_plan_make(&p);
	fake_plan_expect(&p, "mtu", NT_OUTCOME_PLANNED, "1500", "4000");
	assert_string_equal(nt_plan_find(&p.plan, "eth1", "mtu")->wanted, "9000");
	assert_string_equal(fake_plan_find(&p, "mtu")->origin, "test.conf:2");
	assert_int_equal(p.plan.n_changes, 2);
}

static void pattern_without_a_device_is_nothing(void **state)
{
	(void)state;
	plug("eth0", "igb");
	fake_plan_line(&p, "ens*", "Mtu", "9000");
	fake_plan_make(&p);
	assert_int_equal(p.plan.n_changes, 0);
}

static void name_without_a_device_is_absent(void **state)
{
	(void)state;
	plug("eth1", "igb");
	fake_plan_only(&p, "Mtu", "9000");
	fake_plan_expect(&p, "mtu", NT_OUTCOME_ABSENT, "", "9000");
	assert_non_null(strstr(fake_plan_find(&p, "mtu")->remedy, "no such device"));
}

static void loopback_is_no_device_of_a_pattern(void **state)
{
	(void)state;
	fake_link(&p.host->io, &(struct nt_io_link){ .ifindex = 1, .name = "lo", .kind = "",
						     .driver = "", .bus = "", .address = "" });
	fake_plan_line(&p, "*", "Mtu", "9000");
	fake_plan_make(&p);
	assert_int_equal(p.plan.n_changes, 0);
}

static void recording_without_devices_is_absent_with_words(void **state)
{
	(void)state;
	plug("eth0", "igb");
	fake_plan_only(&p, "Mtu", "9000");
	nt_facts_drop_nic(&p.facts, "eth0");
	fake_plan_again(&p);
	fake_plan_expect(&p, "mtu", NT_OUTCOME_ABSENT, "", "9000");
	assert_non_null(strstr(fake_plan_find(&p, "mtu")->remedy, "record"));
}

static void device_that_is_gone_is_named(void **state)
{
	char buf[16];

	(void)state;
	assert_int_equal(p.domain->get(&p.host->io.io, "eth0", "mtu", buf, sizeof(buf)), -ENODEV);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_are_refused_where_they_are_wrong),
		TEST(mtu_is_raised_and_returned),
		TEST(what_is_so_already_is_compliant),
		TEST(max_is_the_devices_own),
		TEST(more_than_the_device_takes_is_unsupported),
		TEST(software_devices_are_not_disrupted),
		TEST(queue_length_is_no_structural_change),
		TEST(carrier_that_does_not_come_back_is_an_error),
		TEST(last_section_that_matches_wins),
		TEST(pattern_without_a_device_is_nothing),
		TEST(name_without_a_device_is_absent),
		TEST(loopback_is_no_device_of_a_pattern),
		TEST(recording_without_devices_is_absent_with_words),
		TEST(device_that_is_gone_is_named),
	};

	return cmocka_run_group_tests_name("mtu", tests, NULL, NULL);
}
