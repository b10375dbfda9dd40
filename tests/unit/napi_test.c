// SPDX-License-Identifier: GPL-2.0-or-later
/* The napi domain on simulated devices. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "fake/tuning.h"
#include "tunable/tunable.h"

static struct tuning t;

static int setup(void **state)
{
	(void)state;
	tuning_start(&t, FAKE_LINUX_6_12, 4);
	fake_nic_add(&t.host->io, "eth0", "ice", 4, 8);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	tuning_end(&t);
	return 0;
}

static void plan(const char *value)
{
	tuning_forget(&t);
	t.n_lines = 0;
	tuning_want(&t, "eth*", "BusyPoll", value);
	assert_int_equal(tuning_read(&t), 0);
	assert_int_equal(tuning_plan(&t), 0);
}

static void assert_wanted(const char *tunable, const char *wanted)
{
	const struct nt_change *change = tuning_find(&t, "eth0", tunable);

	assert_non_null(change);
	assert_string_equal(change->wanted, wanted);
}

static void what_is_named_is_set_and_returned(void **state)
{
	const struct fake_nic *nic = fake_nic_find(&t.host->io, "eth0");

	(void)state;
	plan("napi-defer-hard-irqs:2 gro-flush-timeout:200us");
	assert_int_equal(t.plan.n_changes, 2);
	assert_wanted("gro-flush-timeout", "200000");
	assert_int_equal(tuning_apply(&t), 0);
	assert_int_equal(nic->napi[0], 2);
	assert_int_equal(nic->napi[1], 200000);
	assert_int_equal(tuning_undo(&t), 0);
	assert_int_equal(nic->napi[0], 0);
	assert_int_equal(nic->napi[1], 0);
}

static void off_is_the_kernels_default_of_all(void **state)
{
	(void)state;
	plan("off");
	assert_int_equal(nt_plan_count(&t.plan, NT_OUTCOME_COMPLIANT), 3);
	plan("threaded:on gro-flush-timeout:5000");
	assert_wanted("threaded", "1");
	assert_wanted("gro-flush-timeout", "5000");
	assert_int_equal(tuning_apply(&t), 0);
	plan("off");
	assert_int_equal(nt_plan_count(&t.plan, NT_OUTCOME_PLANNED), 2);
}

static void kernel_without_a_file_does_not_support_it(void **state)
{
	(void)state;
	tuning_want(&t, "eth0", "BusyPoll", "threaded:on");
	assert_int_equal(tuning_read(&t), 0);
	t.facts.nics[0].napi.has = 0;
	assert_int_equal(tuning_plan(&t), 0);
	assert_int_equal(tuning_find(&t, "eth0", "threaded")->outcome, NT_OUTCOME_UNSUPPORTED);
}

static void values_of_others_are_absent(void **state)
{
	char buf[16];

	(void)state;
	assert_int_equal(nt_tunable_napi.get(&t.host->io.io, "eth9", "threaded", buf, sizeof(buf)),
			 -ENODEV);
	assert_int_equal(nt_tunable_napi.get(&t.host->io.io, "eth0", "mtu", buf, sizeof(buf)),
			 -ENOENT);
	/* Of single queues only. */
	assert_int_equal(nt_tunable_napi.get(&t.host->io.io, "eth0", "irq-suspend-timeout", buf,
					     sizeof(buf)), -ENOENT);
	/* Writing the file alone would overwrite what queues were told. */
	assert_null(nt_tunable_napi.path);
}

static void wrong_lines_name_their_column(void **state)
{
	static const struct {
		const char *value;
		int err;
		const char *words;
	} cases[] = {
		{ "on", EINVAL, ":10: BusyPoll: must be off, or" },
		{ "threaded:yes", EINVAL, ":10: BusyPoll: must be on or off" },
		{ "threaded:on threaded:off", EINVAL, ":22: BusyPoll: threaded stands twice" },
		{ "napi-defer-hard-irqs:-1", EINVAL, "must be a number" },
		{ "napi-defer-hard-irqs:2147483648", ERANGE,
		  "napi-defer-hard-irqs is at most 2147483647" },
		{ "gro-flush-timeout:2s", ERANGE, "gro-flush-timeout is at most 1s" },
		{ "gro-flush-timeout:2h", ERANGE, "gro-flush-timeout is at most 1s" },
		{ "gro-flush-timeout:1KiB", EINVAL, "BusyPoll" },
		{ "gro-flush-timeout:99999999999999999999999", ERANGE, "at most 1s" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct nt_diag diag;

		assert_int_equal(tuning_check("BusyPoll", cases[i].value, &diag), -cases[i].err);
		if (!strstr(diag.message, cases[i].words))
			fail_msg("%s: %s", cases[i].value, diag.message);
	}
}

/* veth has NAPI only while it has GRO. */
static void threads_are_given_up_before_what_they_need(void **state)
{
	const struct fake_nic *nic = fake_nic_add(&t.host->io, "veth0", "veth", 4, 8);

	(void)state;
	tuning_want(&t, "veth0", "Features", "gro:on");
	tuning_want(&t, "veth0", "BusyPoll", "threaded:on");
	assert_int_equal(tuning_read(&t), 0);
	assert_int_equal(tuning_plan(&t), 0);
	assert_int_equal(tuning_apply(&t), 0);
	assert_int_equal(nic->napi[2], 1);
	assert_int_equal(tuning_undo(&t), 0);
	assert_int_equal(nic->napi[2], 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_named_is_set_and_returned),
		TEST(off_is_the_kernels_default_of_all),
		TEST(kernel_without_a_file_does_not_support_it),
		TEST(threads_are_given_up_before_what_they_need),
		TEST(values_of_others_are_absent),
		TEST(wrong_lines_name_their_column),
	};

	return cmocka_run_group_tests_name("napi", tests, NULL, NULL);
}
