// SPDX-License-Identifier: GPL-2.0-or-later
/* How long a device waits before it interrupts. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "fake/fake_plan.h"
#include "fake/trial.h"

static struct fake_plan p;

static int setup(void **state)
{
	(void)state;
	fake_plan_init(&p, &nt_tunable_coalesce);
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
	fake_plan_accepts(&p, "Coalesce", "adaptive-rx:off rx-usecs:8 tx-frames:32");
	fake_plan_accepts(&p, "Coalesce", "rx-usecs:1ms");
	fake_plan_refuses(&p, "Coalesce", "rx-usec:8", "did you mean rx-usecs");
	fake_plan_refuses(&p, "Coalesce", "rx-usecs:8 rx-usecs:9",
			  "test.conf:1:21: Coalesce: rx-usecs twice");
	fake_plan_refuses(&p, "Coalesce", "adaptive-rx:1", "adaptive-rx takes on or off");
	fake_plan_refuses(&p, "Coalesce", "rx-usecs", "takes a number");
	fake_plan_refuses(&p, "Coalesce", "rx-usecs:max", "test.conf:1:19");
	fake_plan_refuses(&p, "Coalesce", "rx-usecs:2s", "is not from 0 to 1000000");
	fake_plan_refuses(&p, "Coalesce", "rx-frames:1ms", "test.conf:1:");
	fake_plan_refuses(&p, "Coalesce", "", "is empty");
}

static void times_are_microseconds(void **state)
{
	(void)state;
	plug("eth0", "mlx5_core");
	fake_plan_only(&p, "Coalesce", "adaptive-rx:off rx-usecs:1ms");
	assert_string_equal(fake_plan_find(&p, "coalesce.rx-usecs")->wanted, "1000");
}

static void modes_come_before_values(void **state)
{
	const struct nt_change *mode, *value;

	(void)state;
	plug("eth0", "mlx5_core")->coalesce.value[NT_COALESCE_ADAPTIVE_RX] = 1;
	fake_plan_only(&p, "Coalesce", "rx-usecs:30 adaptive-rx:off");
	mode = fake_plan_find(&p, "coalesce.adaptive-rx");
	value = fake_plan_find(&p, "coalesce.rx-usecs");
	assert_int_equal(mode->phase, NT_PHASE_COALESCE_MODE);
	assert_int_equal(value->phase, NT_PHASE_COALESCE);
	assert_true(mode < value);
	assert_true(mode->undo_seq < value->undo_seq);
	assert_false(mode->disruptive);
	assert_int_equal(fake_plan_apply(&p), 0);
	fake_plan_undo(&p);
}

/* virtnet_set_coalesce() of 6.12 answers 0 and leaves it off. */
static void what_virtio_only_promises_is_unsupported(void **state)
{
	char features[65];

	(void)state;
	plug("eth0", "virtio_net")->coalesce.has |= 1U << NT_COALESCE_ADAPTIVE_RX;
	memset(features, '0', sizeof(features) - 1);
	features[sizeof(features) - 1] = '\0';
	fake_file(&p.host->io, "/sys/class/net/eth0/device/features", features);
	fake_plan_only(&p, "Coalesce", "adaptive-rx:on");
	assert_int_equal(fake_plan_find(&p, "coalesce.adaptive-rx")->outcome,
			 NT_OUTCOME_UNSUPPORTED);

	features[52] = '1'; /* VIRTIO_NET_F_VQ_NOTF_COAL */
	fake_file(&p.host->io, "/sys/class/net/eth0/device/features", features);
	fake_plan_make(&p);
	fake_plan_expect(&p, "coalesce.adaptive-rx", NT_OUTCOME_PLANNED, "off", "on");
}

/* mlx5e_reset_rx_moderation(): a mode brings its own values. */
static void values_outlive_a_mode_that_brings_its_own(void **state)
{
	struct trial trial;
	const struct nt_nic_coalesce *now;
	struct nt_nic_coalesce *before;

	(void)state;
	trial_open(&trial);
	fake_host_init(trial.before, FAKE_LINUX_6_12, 4);
	before = &fake_nic_add(&trial.before->io, "eth0", "mlx5_core", 4, 16)->coalesce;
	before->value[NT_COALESCE_RX_USECS] = 30;
	before->value[NT_COALESCE_RX_FRAMES] = 77;
	before->value[NT_COALESCE_TX_FRAMES] = 66;
	fake_file(&trial.before->io, TRIAL_PROFILE,
		  "[Device \"eth0\"]\nCoalesce=adaptive-rx:off rx-usecs:30\n");
	fake_host_dump(trial.before, trial.old, FAKE_DUMP_MAX);
	trial_start(&trial);
	now = &fake_nic_find(&trial.host->io, "eth0")->coalesce;
	/* The mode, and two that it took along: asked for and so already, and not asked for. */
	trial_must_apply(&trial, 3);
	assert_int_equal(now->value[NT_COALESCE_ADAPTIVE_RX], 0);
	assert_int_equal(now->value[NT_COALESCE_RX_USECS], 30);
	assert_int_equal(now->value[NT_COALESCE_RX_FRAMES], 77);
	trial_must_apply(&trial, 0);
	trial_must_revert(&trial);
	trial_must_be_old(&trial);
	trial_close(&trial);
}

static void field_that_the_driver_does_not_have_is_unsupported(void **state)
{
	(void)state;
	plug("eth0", "igb");
	fake_plan_only(&p, "Coalesce", "rx-usecs:100 stats-block-usecs:5");
	fake_plan_expect(&p, "coalesce.stats-block-usecs", NT_OUTCOME_UNSUPPORTED, "", "5");
	assert_string_equal(fake_plan_find(&p, "coalesce.stats-block-usecs")->remedy,
			    "leave it out of Coalesce= for this device");
	assert_string_equal(fake_plan_find(&p, "coalesce.stats-block-usecs")->reason,
			    "the driver does not have this field");
	assert_int_equal(fake_plan_find(&p, "coalesce.rx-usecs")->outcome, NT_OUTCOME_PLANNED);
}

static void device_without_coalescing_is_unsupported(void **state)
{
	(void)state;
	plug("eth0", "veth");
	fake_plan_only(&p, "Coalesce", "rx-usecs:100");
	fake_plan_expect(&p, "coalesce.rx-usecs", NT_OUTCOME_UNSUPPORTED, "", "100");
}

static void times_that_ice_adapts_itself_are_blocked(void **state)
{
	(void)state;
	plug("eth0", "ice")->coalesce.value[NT_COALESCE_ADAPTIVE_RX] = 1;
	fake_plan_only(&p, "Coalesce", "rx-usecs:9");
	assert_int_equal(fake_plan_find(&p, "coalesce.rx-usecs")->outcome, NT_OUTCOME_BLOCKED);
	assert_non_null(strstr(fake_plan_find(&p, "coalesce.rx-usecs")->remedy, "adaptive-rx:off"));
	fake_plan_only(&p, "Coalesce", "adaptive-rx:off rx-usecs:9");
	assert_int_equal(fake_plan_find(&p, "coalesce.rx-usecs")->outcome, NT_OUTCOME_PLANNED);
}

static void every_field_of_the_driver_is_kept(void **state)
{
	unsigned int n = 0;
	struct fake_nic *nic = plug("eth0", "i40e");

	(void)state;
	for (unsigned int i = 0; i < NT_COALESCE_FIELDS; i++)
		n += nic->driver->coalesce.has >> i & 1;
	fake_plan_only(&p, "Coalesce", "rx-usecs:50");
	nt_plan_free(&p.plan);
	assert_int_equal(p.domain->keep(&p.facts, "eth0", &p.plan, &p.plan), 0);
	assert_int_equal(p.plan.n_changes, n);
	for (size_t i = 0; i < p.plan.n_changes; i++) {
		assert_true(p.plan.changes[i].kept);
		assert_false(p.plan.changes[i].disruptive);
		assert_int_equal(p.plan.changes[i].outcome, NT_OUTCOME_PLANNED);
		assert_string_equal(p.plan.changes[i].seen, p.plan.changes[i].wanted);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_are_refused_where_they_are_wrong),
		TEST(times_are_microseconds),
		TEST(modes_come_before_values),
		TEST(what_virtio_only_promises_is_unsupported),
		TEST(values_outlive_a_mode_that_brings_its_own),
		TEST(field_that_the_driver_does_not_have_is_unsupported),
		TEST(device_without_coalescing_is_unsupported),
		TEST(times_that_ice_adapts_itself_are_blocked),
		TEST(every_field_of_the_driver_is_kept),
	};

	return cmocka_run_group_tests_name("coalesce", tests, NULL, NULL);
}
