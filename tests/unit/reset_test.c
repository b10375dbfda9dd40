// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A feature that its driver switches on by a reset: what the device's queues were told is returned,
 * too, whatever fails behind it, and wherever the transaction is cut off.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake/trial.h"

static struct trial trial;

/* Somebody's own table, which ixgbe_set_features() costs the device, and a change behind it. */
static int setup(void **state)
{
	struct fake_nic *nic;

	(void)state;
	trial_open(&trial);
	fake_host_init(trial.before, FAKE_LINUX_6_12, 4);
	nic = fake_nic_add(&trial.before->io, "eth0", "ixgbe", 4, 8);
	for (uint32_t i = 0; i < nic->n_table; i++)
		nic->table[i] = i % 2;
	nic->rxfh_configured = true;
	fake_file(&trial.before->io, TRIAL_PROFILE,
		  "[Profile]\nOnUnsupported=require\n"
		  "[Device \"eth0\"]\nFeatures=rx-ntuple-filter:on\nXps=2\n"
		  "BusyPoll=napi-defer-hard-irqs:2\n");
	fake_host_dump(trial.before, trial.old, FAKE_DUMP_MAX);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	trial_close(&trial);
	return 0;
}

static void expect_old(const char *what, unsigned int at)
{
	if (!trial_is_old(&trial))
		fail_msg("%s at operation %u: not what was:\n%s", what, at, trial.now);
}

/* From the plan to the end, of an apply that nothing disturbs. */
static unsigned int count_operations(unsigned int *ret_planning)
{
	struct trial_end end;

	trial_start(&trial);
	trial_apply(&trial, &end);
	assert_int_equal(end.r, 0);
	assert_false(trial_is_old(&trial));
	nt_plan_free(&end.plan);
	*ret_planning = trial.n_planning;
	return trial.host->io.n_operations;
}

static void what_it_resets_is_returned_when_something_fails(void **state)
{
	static const int errors[] = { EIO, EPERM, EOPNOTSUPP };
	unsigned int planning, n = count_operations(&planning);

	(void)state;
	for (unsigned int i = 0; i < 3 * (n - planning); i++) {
		unsigned int at = planning + 1 + i / 3;
		enum nt_txn_state ended;
		struct trial_end end;

		trial_start(&trial);
		fake_fail(&trial.host->io, at, errors[i % 3]);
		trial_apply(&trial, &end);
		trial.host->io.fail_at = 0;
		nt_plan_free(&end.plan);
		if (end.r < 0 && end.state == NT_TXN_STAGED)
			end.r = trial_recover(&trial, &ended, &end.diag);
		if (end.r == 0) {
			trial_revert(&trial, &end);
			nt_plan_free(&end.plan);
		}
		expect_old(strerror(errors[i % 3]), at);
	}
}

static void die(struct fake_io *fake)
{
	(void)fake;
	raise(SIGKILL);
}

/* Applies until the operation is reached; false when it ends before. */
static bool kill_at(unsigned int at)
{
	struct trial_end end;
	int status;
	pid_t child;

	trial_start(&trial);
	trial.host->io.crash_at = at;
	trial.host->io.crash = die;
	child = fork();
	if (child == 0) {
		trial_apply(&trial, &end);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	trial.host->io.crash_at = 0;
	return WIFSIGNALED(status);
}

static void what_it_resets_is_returned_after_a_crash(void **state)
{
	unsigned int planning, at;

	(void)state;
	count_operations(&planning);
	for (at = planning + 1; kill_at(at); at++) {
		enum nt_txn_state ended;
		struct nt_diag diag = { 0 };

		if (trial_recover(&trial, &ended, &diag) < 0)
			fail_msg("%s", diag.message);
		expect_old("killed", at);
	}
	assert_true(at > planning + 50);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_it_resets_is_returned_when_something_fails),
		TEST(what_it_resets_is_returned_after_a_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
