// SPDX-License-Identifier: GPL-2.0-or-later
/* Interrupt moderation of single queues, on simulated devices. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "fake/trial.h"
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

static const struct nt_change *change(const char *tunable, enum nt_outcome outcome)
{
	return tuning_expect(&t, tunable, outcome);
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
	tuning_must_plan(&t);
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
	tuning_must_plan(&t);
	assert_int_equal(change("coalesce.adaptive-rx.rx-2", NT_OUTCOME_PLANNED)->phase,
			 NT_PHASE_COALESCE_QUEUE_MODE);
	assert_string_equal(change("coalesce.rx-usecs.rx-1", NT_OUTCOME_PLANNED)->wanted, "64");
	assert_string_equal(change("coalesce.rx-usecs.rx-2", NT_OUTCOME_PLANNED)->wanted, "8");
	assert_null(tuning_find(&t, "eth0", "coalesce.rx-usecs.rx-3"));
	assert_int_equal(tuning_apply(&t), 0);
	assert_int_equal(value(nic, 2, NT_COALESCE_RX_USECS), 8);
	assert_int_equal(value(nic, 2, NT_COALESCE_ADAPTIVE_RX), 0);
}

static void what_the_driver_lacks_is_unsupported(void **state)
{
	(void)state;
	fake_nic_add(&t.host->io, "eth0", "igb", 4, 8);
	fake_nic_add(&t.host->io, "eth1", "virtio_net", 4, 8);
	tuning_want(&t, "eth*", "CoalesceQueues", "0-3:rx-usecs=8,adaptive-rx=off");
	tuning_must_plan(&t);
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
	tuning_must_plan(&t);
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
	tuning_must_plan(&t);
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
	tuning_must_plan(&t);
	nt_plan_free(&t.plan);
	tuning_foresee(&t, NT_PHASE_CHANNELS, "eth0", "channels", "combined:2");
	assert_int_equal(nt_tunable_coalesce_queues.keep(&t.facts, "eth0", &t.plan, &kept), 0);
	assert_int_equal(kept.n_changes, 2);
	assert_true(nt_plan_find(&kept, "eth0", "coalesce.rx-usecs.rx-1")->kept);
	/* Which comes back with the queue. */
	assert_true(nt_plan_find(&kept, "eth0", "coalesce.rx-usecs.rx-3")->kept);
	nt_plan_free(&kept);
}

static void wrong_lines_name_their_column(void **state)
{
	struct nt_diag diag;

	(void)state;
	assert_int_equal(tuning_check("CoalesceQueues", "0,2-3:adaptive-rx=on all:tx-frames=4",
				      &diag), 0);
	tuning_refuses("CoalesceQueues", "", EINVAL, "is empty");
	tuning_refuses("CoalesceQueues", "rx-usecs=8", EINVAL, "starts with queues");
	tuning_refuses("CoalesceQueues", "0", EINVAL, "queues take values: 0:rx-usecs=8");
	tuning_refuses("CoalesceQueues", "0:", EINVAL, "queues take values");
	tuning_refuses("CoalesceQueues", "0-2000:rx-usecs=8", ERANGE, "below 1024");
	tuning_refuses("CoalesceQueues", "0:rx-usec=8", EINVAL, "did you mean rx-usecs");
	tuning_refuses("CoalesceQueues", "0:rx-usecs=8,rx-usecs=9", EINVAL, "rx-usecs twice");
	tuning_refuses("CoalesceQueues", "0:rx-usecs=9s", ERANGE, "is not from 0 to 1000000");
	tuning_refuses("CoalesceQueues", "0:adaptive-rx=1", EINVAL, "takes on or off");
	tuning_refuses("CoalesceQueues", "0:rx-usecs", EINVAL, "takes a number");
	tuning_refuses("CoalesceQueues", "0:stats-block-usecs=4", EINVAL, "whole device");
	tuning_refuses("CoalesceQueues", "0:rx-usecs=8,", EINVAL, "unknown field");
	tuning_refuses("CoalesceQueues", "0-1:rx-usecs:8", EINVAL, "write rx-usecs=8");
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

/* ---- within transactions ---- */

static struct trial trial;

static void by_hand(uint32_t queue, enum nt_coalesce_field field, uint32_t number)
{
	struct nt_nic_coalesce want = { .has = 1U << field };

	want.value[field] = number;
	assert_int_equal(nt_nic_queue_coalesce_set(&trial.before->io.io, "eth0", queue, &want,
						   NULL), 0);
}

/* A device whose queues somebody set by hand: the first, one as the device will be, and others. */
static struct fake_nic *set_up(const char *driver, bool spares_own, const char *lines)
{
	const struct nt_nic_coalesce off = {
		.has = 1U << NT_COALESCE_ADAPTIVE_RX | 1U << NT_COALESCE_ADAPTIVE_TX,
	};

	fake_host_init(trial.before, FAKE_LINUX_6_12, 8);
	fake_nic_add(&trial.before->io, "eth0", driver, 4, 8)->spares_own = spares_own;
	if (!strcmp(driver, "ice"))
		assert_int_equal(nt_nic_coalesce_set(&trial.before->io.io, "eth0", &off, NULL), 0);
	by_hand(0, NT_COALESCE_RX_USECS, 12);
	by_hand(1, NT_COALESCE_RX_USECS, 8);
	by_hand(1, NT_COALESCE_TX_USECS, 30);
	by_hand(3, NT_COALESCE_RX_USECS, 64);
	fake_file(&trial.before->io, TRIAL_PROFILE, lines);
	fake_host_dump(trial.before, trial.old, FAKE_DUMP_MAX);
	trial_start(&trial);
	return fake_nic_find(&trial.host->io, "eth0");
}

/* Those that overwrite queues when the device is told something, and one that does not. */
static const struct {
	const char *driver;
	bool spares_own;
} models[] = {
	{ "virtio_net", false }, { "virtio_net", true }, { "i40e", false }, { "i40e", true },
	{ "ice", false },
};

static void queues_follow_the_device_and_get_their_own_back(void **state)
{
	(void)state;
	trial_open(&trial);
	for (size_t i = 0; i < sizeof(models) / sizeof(*models); i++) {
		const struct fake_nic *nic = set_up(models[i].driver, models[i].spares_own,
						    "[Device \"eth0\"]\n"
						    "Coalesce=rx-usecs:64\n");

		trial_must_apply(&trial, TRIAL_WRITES);
		for (uint32_t q = 0; q < 4; q++)
			assert_int_equal(value(nic, q, NT_COALESCE_RX_USECS), 64);
		/* Nobody asked for that. */
		assert_int_equal(value(nic, 1, NT_COALESCE_TX_USECS), 30);
		trial_must_apply(&trial, 0);
		trial_must_revert(&trial);
		trial_must_be_old(&trial);
	}
	trial_close(&trial);
}

static void what_a_queue_is_told_comes_behind_what_the_device_is_told(void **state)
{
	(void)state;
	trial_open(&trial);
	for (size_t i = 0; i < sizeof(models) / sizeof(*models); i++) {
		/* Queue 1 is so, but will not be when the device has got its value. */
		const struct fake_nic *nic = set_up(models[i].driver, models[i].spares_own,
						    "[Device \"eth0\"]\n"
						    "CoalesceQueues=1-2:rx-usecs=8 3:tx-usecs=20\n"
						    "Coalesce=rx-usecs:64\n");

		trial_must_apply(&trial, TRIAL_WRITES);
		assert_int_equal(value(nic, 0, NT_COALESCE_RX_USECS), 64);
		assert_int_equal(value(nic, 1, NT_COALESCE_RX_USECS), 8);
		assert_int_equal(value(nic, 2, NT_COALESCE_RX_USECS), 8);
		assert_int_equal(value(nic, 3, NT_COALESCE_RX_USECS), 64);
		assert_int_equal(value(nic, 3, NT_COALESCE_TX_USECS), 20);
		assert_int_equal(value(nic, 1, NT_COALESCE_TX_USECS), 30);
		trial_must_apply(&trial, 0);
		trial_must_revert(&trial);
		trial_must_be_old(&trial);
	}
	trial_close(&trial);
}

static void a_mode_of_the_device_costs_no_queue_its_values(void **state)
{
	const struct fake_nic *nic;

	(void)state;
	trial_open(&trial);
	nic = set_up("i40e", false, "[Device \"eth0\"]\nCoalesce=adaptive-rx:off\n");
	trial_must_apply(&trial, TRIAL_WRITES);
	assert_int_equal(value(nic, 1, NT_COALESCE_ADAPTIVE_RX), 0);
	assert_int_equal(value(nic, 1, NT_COALESCE_RX_USECS), 8);
	assert_int_equal(value(nic, 3, NT_COALESCE_RX_USECS), 64);
	trial_must_apply(&trial, 0);
	trial_must_revert(&trial);
	trial_must_be_old(&trial);
	trial_close(&trial);
}

/* Rings forget; then the device is told, and then its queues. */
static void new_channels_and_the_device_cost_no_queue_its_values(void **state)
{
	const struct fake_nic *nic;

	(void)state;
	trial_open(&trial);
	nic = set_up("i40e", false, "[Device \"eth0\"]\nChannels=2\nCoalesce=rx-usecs:64\n");
	trial_must_apply(&trial, TRIAL_WRITES);
	assert_int_equal(value(nic, 1, NT_COALESCE_RX_USECS), 64);
	assert_int_equal(value(nic, 1, NT_COALESCE_TX_USECS), 30);
	trial_must_apply(&trial, 0);
	trial_must_revert(&trial);
	trial_must_be_old(&trial);
	trial_close(&trial);
}

/* Whoever set queue 2 meanwhile finds it when the device's value is returned. */
static void what_others_set_on_a_queue_meanwhile_stays(void **state)
{
	struct fake_nic *nic;

	(void)state;
	trial_open(&trial);
	nic = set_up("virtio_net", false, "[Device \"eth0\"]\nCoalesce=rx-usecs:64\n");
	trial_must_apply(&trial, TRIAL_WRITES);
	nic->queues[2].coalesce[NT_COALESCE_RX_USECS] = 77;
	nic->queues[2].coalesce[NT_COALESCE_TX_FRAMES] = 7;
	trial_must_revert(&trial);
	assert_int_equal(nic->coalesce.value[NT_COALESCE_RX_USECS], 0);
	assert_int_equal(value(nic, 1, NT_COALESCE_RX_USECS), 8);
	assert_int_equal(value(nic, 2, NT_COALESCE_RX_USECS), 77);
	assert_int_equal(value(nic, 2, NT_COALESCE_TX_FRAMES), 7);
	trial_close(&trial);
}

/* What an adaptive mode has come to is not kept: it would be another value when it is read back. */
static void what_a_queue_has_come_to_by_itself_is_no_setting(void **state)
{
	struct fake_nic *nic = fake_nic_add(&t.host->io, "eth0", "virtio_net", 4, 8);
	struct nt_plan kept = { 0 };

	(void)state;
	nic->coalesce.has |= 1U << NT_COALESCE_ADAPTIVE_RX;
	for (uint32_t q = 1; q < 3; q++) {
		nic->queues[q].coalesce[NT_COALESCE_RX_USECS] = 8;
		nic->queues[q].coalesce[NT_COALESCE_TX_USECS] = 8;
	}
	nic->queues[1].coalesce[NT_COALESCE_ADAPTIVE_RX] = 1;
	tuning_want(&t, "eth0", "Coalesce", "tx-frames:4");
	tuning_must_plan(&t);
	assert_int_equal(nt_tunable_coalesce_queues.keep(&t.facts, "eth0", &t.plan, &kept), 0);
	assert_non_null(nt_plan_find(&kept, "eth0", "coalesce.adaptive-rx.rx-1"));
	assert_non_null(nt_plan_find(&kept, "eth0", "coalesce.tx-usecs.tx-1"));
	assert_null(nt_plan_find(&kept, "eth0", "coalesce.rx-usecs.rx-1"));
	assert_non_null(nt_plan_find(&kept, "eth0", "coalesce.rx-usecs.rx-2"));
	nt_plan_free(&kept);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(queues_are_planned_applied_and_undone_one_by_one),
		TEST(of_several_groups_the_last_holds_and_modes_come_first),
		TEST(what_the_driver_lacks_is_unsupported),
		TEST(queues_that_are_not_there_are_blocked_unless_they_will_be),
		TEST(device_that_is_not_there_is_absent),
		TEST(own_values_of_queues_are_kept_over_new_channels),
		TEST(wrong_lines_name_their_column),
		TEST(values_that_are_not_there_are_no_values),
		TEST(queues_follow_the_device_and_get_their_own_back),
		TEST(what_a_queue_is_told_comes_behind_what_the_device_is_told),
		TEST(a_mode_of_the_device_costs_no_queue_its_values),
		TEST(new_channels_and_the_device_cost_no_queue_its_values),
		TEST(what_others_set_on_a_queue_meanwhile_stays),
		TEST(what_a_queue_has_come_to_by_itself_is_no_setting),
	};

	return cmocka_run_group_tests_name("coalesce_queues", tests, NULL, NULL);
}
