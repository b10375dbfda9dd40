// SPDX-License-Identifier: GPL-2.0-or-later
/* The napi_queues domain on simulated devices, by itself and within transactions. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "fake/trial.h"
#include "fake/tuning.h"
#include "tunable/tunable.h"

#define DEFER   NT_NAPI_DEFER_HARD_IRQS
#define FLUSH   NT_NAPI_GRO_FLUSH_TIMEOUT
#define THREADS NT_NAPI_THREADED
#define SUSPEND NT_NAPI_IRQ_SUSPEND_TIMEOUT

static struct tuning t;
static struct fake_nic *nic;

static void start(enum fake_kernel kernel, const char *driver)
{
	tuning_start(&t, kernel, 4);
	nic = fake_nic_add(&t.host->io, "eth0", driver, 4, 8);
}

static void plan(const char *value)
{
	tuning_forget(&t);
	t.n_lines = 0;
	tuning_want(&t, "eth0", "NapiQueues", value);
	assert_int_equal(tuning_read(&t), 0);
	assert_int_equal(tuning_plan(&t), 0);
}

static void named_queues_are_told_and_returned(void **state)
{
	(void)state;
	start(FAKE_LINUX_7, "igb");
	plan("rx-0-1: napi-defer-hard-irqs:2 irq-suspend-timeout:20ms rx-3: threaded:on");
	assert_int_equal(t.plan.n_changes, 5);
	assert_int_equal(tuning_apply(&t), 0);
	assert_int_equal(nic->queues[0].napi[DEFER], 2);
	assert_int_equal(nic->queues[1].napi[SUSPEND], 20000000);
	assert_int_equal(nic->queues[2].napi[DEFER], 0);
	assert_int_equal(nic->queues[3].napi[THREADS], 1);
	plan("rx-0-1: napi-defer-hard-irqs:2");
	assert_int_equal(nt_plan_count(&t.plan, NT_OUTCOME_COMPLIANT), 2);
	plan("rx: napi-defer-hard-irqs:3 rx-1: napi-defer-hard-irqs:7");
	assert_string_equal(tuning_find(&t, "eth0", "napi-defer-hard-irqs.rx-1")->wanted, "7");
	assert_int_equal(tuning_apply(&t), 0);
	assert_int_equal(nic->queues[1].napi[DEFER], 7);
	assert_int_equal(nic->queues[3].napi[DEFER], 3);
	assert_int_equal(tuning_undo(&t), 0);
	assert_int_equal(nic->queues[1].napi[DEFER], 2);
	assert_int_equal(nic->queues[3].napi[DEFER], 0);
	tuning_end(&t);
}

static void assert_refused(const char *tunable, enum nt_outcome outcome, const char *words)
{
	const struct nt_change *change = tuning_find(&t, "eth0", tunable);

	assert_non_null(change);
	assert_int_equal(change->outcome, outcome);
	if (words && (!change->remedy || !strstr(change->remedy, words)))
		fail_msg("%s: %s", tunable, change->remedy);
}

static void what_kernel_or_device_lack_is_said(void **state)
{
	(void)state;
	start(FAKE_LINUX_6_1, "igb");
	plan("rx: napi-defer-hard-irqs:2");
	assert_refused("napi-defer-hard-irqs.rx", NT_OUTCOME_UNSUPPORTED, "do not tell");
	tuning_end(&t);
	start(FAKE_LINUX_6_12, "igb");
	plan("rx: napi-defer-hard-irqs:2 threaded:on");
	assert_refused("napi-defer-hard-irqs.rx", NT_OUTCOME_UNSUPPORTED, "Linux 6.13");
	assert_refused("threaded.rx", NT_OUTCOME_UNSUPPORTED, "Linux 6.17");
	tuning_end(&t);
	start(FAKE_LINUX_7, "igb");
	plan("tx: napi-defer-hard-irqs:2 rx-7: napi-defer-hard-irqs:2");
	assert_refused("napi-defer-hard-irqs.tx", NT_OUTCOME_UNSUPPORTED, "apart from");
	assert_refused("napi-defer-hard-irqs.rx-7", NT_OUTCOME_UNSUPPORTED, "no such queue");
	nic->link.up = false;
	plan("rx: gro-flush-timeout:1us");
	assert_refused("gro-flush-timeout.rx", NT_OUTCOME_DEFERRED, "up");
	tuning_forget(&t);
	t.n_lines = 0;
	tuning_want(&t, "eth9", "NapiQueues", "rx: gro-flush-timeout:1us");
	assert_int_equal(tuning_read(&t), 0);
	assert_int_equal(tuning_plan(&t), 0);
	assert_int_equal(tuning_find(&t, "eth9", "gro-flush-timeout.rx")->outcome,
			 NT_OUTCOME_ABSENT);
	tuning_end(&t);
}

static void the_value_of_no_queue_is_absent(void **state)
{
	static const char *const names[] = {
		"gro-flush-timeout.rx-9", "gro-flush-timeout.rx-", "gro-flush-timeout.rx-1x",
		"gro-flush-timeout.xx-1", "gro-flush-timeout", "mtu.rx-1",
		"gro-flush-timeout.rx--1", "threaded.rx-99999",
	};
	char buf[24];

	(void)state;
	start(FAKE_LINUX_7, "igb");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_int_equal(nt_tunable_napi_queues.get(&t.host->io.io, "eth0", names[i], buf,
							    sizeof(buf)), -ENOENT);
	assert_int_equal(nt_tunable_napi_queues.get(&t.host->io.io, "eth9", "threaded.rx-0", buf,
						    sizeof(buf)), -ENODEV);
	tuning_end(&t);
}

static void wrong_lines_name_their_column(void **state)
{
	static const struct {
		const char *value;
		int err;
		const char *words;
	} cases[] = {
		{ "off", EINVAL, ":12: NapiQueues: must be queues and what" },
		{ "rx:", EINVAL, ":12: NapiQueues: must be queues and what" },
		{ "threaded:on", EINVAL, ":12: NapiQueues: must be queues and what" },
		{ "rxtx-0: threaded:on", EINVAL, ":12: NapiQueues: rxtx-0: must be queues" },
		{ "rx-: threaded:on", EINVAL, ":15: NapiQueues: must be queues like" },
		{ "rx-0,x: threaded:on", EINVAL, ":17: NapiQueues: must be queues like" },
		{ "rx-1024: threaded:on", ERANGE, "queue 1024: above 1023" },
		{ "rx: threaded:maybe", EINVAL, ":25: NapiQueues: must be on or off" },
		{ "rx: irq-suspend-timeout:20min", ERANGE,
		  ":36: NapiQueues: irq-suspend-timeout is at most 1s" },
		{ "rx: speed:5", EINVAL, ":16: NapiQueues: must be queues and what" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct nt_diag diag;

		assert_int_equal(tuning_check("NapiQueues", cases[i].value, &diag),
				 -cases[i].err);
		if (!strstr(diag.message, cases[i].words))
			fail_msg("%s: %s", cases[i].value, diag.message);
	}
}

/* ---- within transactions ---- */

static struct trial trial;

/* Queue 1 has something of its own, which nobody asked to change. */
static struct fake_nic *set_up(const char *driver, const char *lines)
{
	struct fake_nic *before;

	trial_open(&trial);
	fake_host_init(trial.before, FAKE_LINUX_7, 8);
	before = fake_nic_add(&trial.before->io, "eth0", driver, 4, 8);
	before->queues[1].napi[DEFER] = 5;
	before->queues[1].napi[SUSPEND] = 9000;
	before->queues[3].napi[FLUSH] = 4000;
	fake_file(&trial.before->io, TRIAL_PROFILE, lines);
	fake_host_dump(trial.before, trial.old, FAKE_DUMP_MAX);
	trial_start(&trial);
	return fake_nic_find(&trial.host->io, "eth0");
}

static void revert(void)
{
	trial_must_revert(&trial);
	trial_must_be_old(&trial);
	trial_close(&trial);
}

static void what_a_queue_has_of_its_own_outlives_what_the_device_is_told(void **state)
{
	struct fake_nic *now = set_up("mlx5_core", "[Device \"eth0\"]\n"
				      "BusyPoll=napi-defer-hard-irqs:2 gro-flush-timeout:50us\n"
				      "NapiQueues=rx-0: napi-defer-hard-irqs:8\n");

	(void)state;
	trial_must_apply(&trial, TRIAL_WRITES);
	assert_int_equal(now->napi[DEFER], 2);
	assert_int_equal(now->queues[0].napi[DEFER], 8);
	assert_int_equal(now->queues[1].napi[DEFER], 5);
	assert_int_equal(now->queues[2].napi[DEFER], 2);
	assert_int_equal(now->queues[3].napi[FLUSH], 4000);
	trial_must_apply(&trial, 0);
	revert();
}

/* Nor is anything else of the device written again. */
static void what_the_device_is_told_endangers_nothing_else(void **state)
{
	struct fake_nic *now = set_up("ice", "[Device \"eth0\"]\nTxQueueLen=1000\nRps=1\n"
				      "Coalesce=adaptive-rx:off\nNapiQueues=rx-2: threaded:on\n");

	(void)state;
	trial_must_apply(&trial, TRIAL_WRITES);
	fake_file(&trial.host->io, TRIAL_PROFILE, "[Device \"eth0\"]\nTxQueueLen=1000\nRps=1\n"
		  "Coalesce=adaptive-rx:off\nNapiQueues=rx-2: threaded:on\n"
		  "BusyPoll=gro-flush-timeout:50us\n");
	/* The file, and what queue 3 has of its own. */
	trial_must_apply(&trial, 2);
	assert_int_equal(now->queues[3].napi[FLUSH], 4000);
	assert_int_equal(now->queues[2].napi[THREADS], 1);
	revert();
}

/* A driver whose queues forget. */
static void what_queues_were_told_outlives_other_channels(void **state)
{
	struct fake_nic *now = set_up("igb", "[Device \"eth0\"]\nChannels=2\n"
				      "BusyPoll=gro-flush-timeout:50us\n"
				      "NapiQueues=rx: napi-defer-hard-irqs:8\n");

	(void)state;
	trial_must_apply(&trial, TRIAL_WRITES);
	assert_int_equal(now->queues[1].napi[DEFER], 8);
	assert_int_equal(now->queues[1].napi[SUSPEND], 9000);
	trial_must_apply(&trial, 0);
	revert();
}

static void queues_that_come_are_told_too(void **state)
{
	struct fake_nic *now = set_up("igb", "[Device \"eth0\"]\nChannels=8\n"
				      "NapiQueues=rx: napi-defer-hard-irqs:8\n");

	(void)state;
	trial_must_apply(&trial, TRIAL_WRITES);
	for (uint32_t q = 0; q < 8; q++)
		assert_int_equal(now->queues[q].napi[DEFER], 8);
	trial_must_apply(&trial, 0);
	revert();
}

/* Whoever told queue 2 something meanwhile finds it when the device's value is returned. */
static void what_others_told_a_queue_meanwhile_stays(void **state)
{
	struct fake_nic *now = set_up("mlx5_core", "[Device \"eth0\"]\n"
				      "BusyPoll=napi-defer-hard-irqs:2\n");

	(void)state;
	trial_must_apply(&trial, TRIAL_WRITES);
	now->queues[2].napi[DEFER] = 77;
	trial_must_revert(&trial);
	assert_int_equal(now->napi[DEFER], 0);
	assert_int_equal(now->queues[0].napi[DEFER], 0);
	assert_int_equal(now->queues[1].napi[DEFER], 5);
	assert_int_equal(now->queues[2].napi[DEFER], 77);
	trial_close(&trial);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(named_queues_are_told_and_returned),
		cmocka_unit_test(what_kernel_or_device_lack_is_said),
		cmocka_unit_test(the_value_of_no_queue_is_absent),
		cmocka_unit_test(wrong_lines_name_their_column),
		cmocka_unit_test(what_a_queue_has_of_its_own_outlives_what_the_device_is_told),
		cmocka_unit_test(what_the_device_is_told_endangers_nothing_else),
		cmocka_unit_test(what_queues_were_told_outlives_other_channels),
		cmocka_unit_test(queues_that_come_are_told_too),
		cmocka_unit_test(what_others_told_a_queue_meanwhile_stays),
	};

	return cmocka_run_group_tests_name("napi_queues", tests, NULL, NULL);
}
