// SPDX-License-Identifier: GPL-2.0-or-later
/* Interrupt moderation of single queues, on simulated devices. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "fake/tuning.h"
#include "io/nic.h"
#include "tunable/tunable.h"

static struct tuning t;

static int setup(void **state)
{
	(void)state;
	tuning_start(&t, FAKE_LINUX_6_12, 8);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	tuning_end(&t);
	return 0;
}

static void plan(void)
{
	assert_int_equal(tuning_read(&t), 0);
	assert_int_equal(tuning_plan(&t), 0);
}

static const struct nt_change *change(const char *tunable, enum nt_outcome outcome)
{
	const struct nt_change *found = tuning_find(&t, "eth0", tunable);

	assert_non_null(found);
	assert_int_equal(found->outcome, outcome);
	return found;
}

static uint32_t value(const struct fake_nic *nic, uint32_t queue, enum nt_coalesce_field field)
{
	return nic->queues[queue].coalesce[field];
}

static void queues_are_planned_applied_and_undone_one_by_one(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "virtio_net", 4, 8);

	(void)state;
	nic->queues[1].coalesce[NT_COALESCE_RX_USECS] = 30;
	tuning_want(&t, "eth*", "CoalesceQueues", "0-1:rx-usecs=8us,tx-usecs=16 3:rx-frames=1");
	plan();
	assert_string_equal(change("coalesce.rx-usecs.rx-0", NT_OUTCOME_PLANNED)->seen, "0");
	assert_string_equal(change("coalesce.rx-usecs.rx-1", NT_OUTCOME_PLANNED)->seen, "30");
	assert_string_equal(change("coalesce.tx-usecs.tx-1", NT_OUTCOME_PLANNED)->wanted, "16");
	change("coalesce.rx-frames.rx-3", NT_OUTCOME_COMPLIANT);
	assert_null(tuning_find(&t, "eth0", "coalesce.rx-usecs.rx-2"));
	assert_int_equal(tuning_apply(&t), 0);
	assert_int_equal(value(nic, 1, NT_COALESCE_RX_USECS), 8);
	assert_int_equal(value(nic, 1, NT_COALESCE_TX_USECS), 16);
	assert_int_equal(value(nic, 2, NT_COALESCE_RX_USECS), 0);
	assert_int_equal(tuning_undo(&t), 0);
	assert_int_equal(value(nic, 0, NT_COALESCE_RX_USECS), 0);
	assert_int_equal(value(nic, 1, NT_COALESCE_RX_USECS), 30);
	assert_int_equal(value(nic, 1, NT_COALESCE_TX_USECS), 0);
}

static void of_several_groups_the_last_holds_and_modes_come_first(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "i40e", 3, 8);

	(void)state;
	tuning_want(&t, "eth0", "CoalesceQueues", "all:adaptive-rx=off,rx-usecs=64 2:rx-usecs=8");
	plan();
	assert_int_equal(change("coalesce.adaptive-rx.rx-2", NT_OUTCOME_PLANNED)->phase,
			 NT_PHASE_COALESCE_MODE);
	assert_string_equal(change("coalesce.rx-usecs.rx-1", NT_OUTCOME_PLANNED)->wanted, "64");
	assert_string_equal(change("coalesce.rx-usecs.rx-2", NT_OUTCOME_PLANNED)->wanted, "8");
	assert_null(tuning_find(&t, "eth0", "coalesce.rx-usecs.rx-3"));
	assert_int_equal(tuning_apply(&t), 0);
	assert_int_equal(value(nic, 2, NT_COALESCE_RX_USECS), 8);
	assert_int_equal(value(nic, 2, NT_COALESCE_ADAPTIVE_RX), 0);
}

static void a_setting_of_the_device_does_not_undo_that_of_a_queue(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "virtio_net", 4, 8);

	(void)state;
	nic->queues[2].coalesce[NT_COALESCE_RX_USECS] = 8;
	tuning_want(&t, "eth0", "Coalesce", "rx-usecs:50");
	tuning_want(&t, "eth0", "CoalesceQueues", "2:rx-usecs=8");
	plan();
	/* It is so, but will not be when the device has got its value. */
	change("coalesce.rx-usecs.rx-2", NT_OUTCOME_PLANNED);
	assert_int_equal(tuning_apply(&t), 0);
	assert_int_equal(value(nic, 1, NT_COALESCE_RX_USECS), 50);
	assert_int_equal(value(nic, 2, NT_COALESCE_RX_USECS), 8);
	assert_int_equal(tuning_undo(&t), 0);
	assert_int_equal(value(nic, 1, NT_COALESCE_RX_USECS), 0);
	assert_int_equal(value(nic, 2, NT_COALESCE_RX_USECS), 8);
}

static void what_the_driver_lacks_is_unsupported(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "igb", 4, 8);
	fake_nic_add(&t.host->io, "eth1", "virtio_net", 4, 8);
	tuning_want(&t, "eth*", "CoalesceQueues", "0-3:rx-usecs=8,adaptive-rx=off");
	plan();
	assert_non_null(strstr(change("coalesce.rx-usecs.rx-0", NT_OUTCOME_UNSUPPORTED)->remedy,
			       "use Coalesce="));
	/* Said once. */
	assert_null(tuning_find(&t, "eth0", "coalesce.rx-usecs.rx-1"));
	assert_int_equal(tuning_find(&t, "eth1", "coalesce.adaptive-rx.rx-0")->outcome,
			 NT_OUTCOME_UNSUPPORTED);
	assert_int_equal(tuning_find(&t, "eth1", "coalesce.rx-usecs.rx-3")->outcome,
			 NT_OUTCOME_PLANNED);
}

static void queues_that_are_not_there_are_blocked_unless_they_will_be(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "virtio_net", 2, 8);
	tuning_want(&t, "eth0", "CoalesceQueues", "1-3:rx-usecs=8");
	plan();
	change("coalesce.rx-usecs.rx-1", NT_OUTCOME_PLANNED);
	assert_non_null(strstr(change("coalesce.rx-usecs.rx-2", NT_OUTCOME_BLOCKED)->remedy,
			       "Channels="));
	nt_plan_free(&t.plan);
	tuning_foresee(&t, NT_PHASE_CHANNELS, "eth0", "channels", "combined:4");
	assert_int_equal(tuning_plan(&t), 0);
	assert_null(change("coalesce.rx-usecs.rx-3", NT_OUTCOME_PLANNED)->seen);
}

static void device_that_is_not_there_is_absent(void **state)
{
	(void)state;
	tuning_want(&t, "eth0", "CoalesceQueues", "all:rx-usecs=8");
	plan();
	change("coalesce.rx-usecs.rx-0", NT_OUTCOME_ABSENT);
}

static void own_values_of_queues_are_kept_over_new_channels(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "i40e", 4, 8);
	struct nt_plan kept = { 0 };

	(void)state;
	nic->queues[1].coalesce[NT_COALESCE_RX_USECS] = 8;
	nic->queues[3].coalesce[NT_COALESCE_RX_USECS] = 8;
	assert_int_equal(tuning_read(&t), 0);
	tuning_want(&t, "eth0", "CoalesceQueues", "1:rx-usecs=8");
	plan();
	nt_plan_free(&t.plan);
	tuning_foresee(&t, NT_PHASE_CHANNELS, "eth0", "channels", "combined:2");
	assert_int_equal(nt_tunable_coalesce_queues.keep(&t.facts, "eth0", &t.plan, &kept), 0);
	assert_int_equal(kept.n_changes, 1);
	assert_true(nt_plan_find(&kept, "eth0", "coalesce.rx-usecs.rx-1")->kept);
	nt_plan_free(&kept);
}

static void expect_wrong(const char *text, int err, const char *words)
{
	struct nt_diag diag;

	assert_int_equal(tuning_check("CoalesceQueues", text, &diag), -err);
	if (!strstr(diag.message, words))
		fail_msg("\"%s\" does not say \"%s\"", diag.message, words);
}

static void wrong_lines_name_their_column(void **state)
{
	struct nt_diag diag;

	(void)state;
	assert_int_equal(tuning_check("CoalesceQueues", "0,2-3:adaptive-rx=on all:tx-frames=4",
				      &diag), 0);
	expect_wrong("", EINVAL, "is empty");
	expect_wrong("rx-usecs=8", EINVAL, "starts with queues");
	expect_wrong("0", EINVAL, "queues take values: 0:rx-usecs=8");
	expect_wrong("0:", EINVAL, "queues take values");
	expect_wrong("0-2000:rx-usecs=8", ERANGE, "below 1024");
	expect_wrong("0:rx-usec=8", EINVAL, "did you mean rx-usecs");
	expect_wrong("0:rx-usecs=8,rx-usecs=9", EINVAL, "rx-usecs twice");
	expect_wrong("0:rx-usecs=9s", ERANGE, "is not from 0 to 1000000");
	expect_wrong("0:adaptive-rx=1", EINVAL, "takes on or off");
	expect_wrong("0:rx-usecs", EINVAL, "takes a number");
	expect_wrong("0:stats-block-usecs=4", EINVAL, "whole device");
	expect_wrong("0:rx-usecs=8,", EINVAL, "unknown field");
	expect_wrong("0-1:rx-usecs:8", EINVAL, "write rx-usecs=8");
}

static int get(const char *device, const char *tunable)
{
	char buf[32];

	return nt_tunable_coalesce_queues.get(&t.host->io.io, device, tunable, buf, sizeof(buf));
}

static void values_that_are_not_there_are_no_values(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "virtio_net", 4, 8);
	fake_nic_add(&t.host->io, "eth1", "igb", 4, 8);
	assert_int_equal(get("eth0", "coalesce.rx-usecs.rx-3"), 0);
	assert_int_equal(get("eth0", "coalesce.rx-usecs.rx-4"), -ENOENT);
	assert_int_equal(get("eth0", "coalesce.adaptive-rx.rx-0"), -ENOENT);
	assert_int_equal(get("eth1", "coalesce.rx-usecs.rx-0"), -EOPNOTSUPP);
	assert_int_equal(get("eth7", "coalesce.rx-usecs.rx-0"), -ENODEV);
	assert_int_equal(get("eth0", "coalesce.rx-usecs.tx-0"), -EINVAL);
	assert_int_equal(get("eth0", "coalesce.rx-usecs.rx-03"), -EINVAL);
	assert_int_equal(get("eth0", "coalesce.rx-usecs"), -EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(queues_are_planned_applied_and_undone_one_by_one),
		TEST(of_several_groups_the_last_holds_and_modes_come_first),
		TEST(a_setting_of_the_device_does_not_undo_that_of_a_queue),
		TEST(what_the_driver_lacks_is_unsupported),
		TEST(queues_that_are_not_there_are_blocked_unless_they_will_be),
		TEST(device_that_is_not_there_is_absent),
		TEST(own_values_of_queues_are_kept_over_new_channels),
		TEST(wrong_lines_name_their_column),
		TEST(values_that_are_not_there_are_no_values),
	};

	return cmocka_run_group_tests_name("coalesce_queues", tests, NULL, NULL);
}
