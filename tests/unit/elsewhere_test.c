// SPDX-License-Identifier: GPL-2.0-or-later
/* Interrupts whose CPU has no vector left: another one, once, and the same one ever after. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/host.h"
#include "engine/planner.h"
#include "fake/trial.h"
#include "lib/diag.h"

#define FOLLOW "IrqPlacement=one-per-core,exclude=7\nXps=follow-irq\n"

static struct trial trial;
static struct trial_end end;

static int setup(void **state)
{
	(void)state;
	trial_open(&trial);
	fake_host_init(trial.before, FAKE_LINUX_6_12, 8);
	fake_nic_add(&trial.before->io, "eth0", "ice", 4, 8);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	nt_plan_free(&end.plan);
	trial_close(&trial);
	return 0;
}

static void fill(unsigned int first, unsigned int behind)
{
	for (unsigned int cpu = first; cpu < behind; cpu++)
		fake_cpus_add(&trial.before->nics.full, cpu);
}

static void start(const char *profile)
{
	fake_file(&trial.before->io, TRIAL_PROFILE, profile);
	fake_host_dump(trial.before, trial.old, FAKE_DUMP_MAX);
	trial_start(&trial);
}

static void apply(void)
{
	nt_plan_free(&end.plan);
	trial_apply(&trial, &end);
}

static const struct nt_change *of(const char *tunable)
{
	const struct nt_change *change = nt_plan_find(&end.plan, "eth0", tunable);

	if (!change)
		fail_msg("no %s in the plan", tunable);
	return change;
}

static void expect(const char *tunable, enum nt_outcome outcome, const char *wanted)
{
	assert_string_equal(nt_outcome_name(of(tunable)->outcome), nt_outcome_name(outcome));
	assert_string_equal(of(tunable)->wanted, wanted);
}

/* Both, whatever the plan says of them. */
static void expect_on(uint32_t queue, unsigned int cpu)
{
	struct fake_nic *nic = fake_nic_find(&trial.host->io, "eth0");
	struct fake_cpus only = { 0 };

	fake_cpus_add(&only, cpu);
	assert_true(fake_cpus_equal(&fake_irq_find(nic, NT_IRQ_RXTX, queue)->cpus, &only));
	assert_true(fake_cpus_equal(&nic->queues[queue].xps, &only));
}

static void expect_reverted(void)
{
	nt_plan_free(&end.plan);
	trial_revert(&trial, &end);
	assert_int_equal(end.r, 0);
	assert_true(trial_is_old(&trial));
}

static void next_best_cpu_is_taken_and_said(void **state)
{
	(void)state;
	fill(1, 2);
	start("[Device \"eth0\"]\n" FOLLOW);
	apply();
	assert_int_equal(end.r, 0);
	expect("irq-affinity.rxtx-1", NT_OUTCOME_APPLIED, "4");
	assert_string_equal(of("irq-affinity.rxtx-1")->instead_of, "1");
	assert_string_equal(of("irq-affinity.rxtx-1")->readback, "4");
	assert_int_equal(of("irq-affinity.rxtx-1")->err, 0);
	assert_non_null(strstr(of("irq-affinity.rxtx-1")->reason,
			       "; CPU 1 has no interrupt vector left"));
	expect("xps-cpus.tx-1", NT_OUTCOME_APPLIED, "4");
	expect_on(0, 0);
	expect_on(1, 4);
	expect_on(2, 2);
	expect_reverted();
}

static void second_apply_writes_nothing(void **state)
{
	(void)state;
	fill(1, 2);
	start("[Device \"eth0\"]\n" FOLLOW);
	apply();
	for (int i = 0; i < 2; i++) {
		apply();
		assert_int_equal(end.r, 0);
		assert_int_equal(end.writes, 0);
		expect("irq-affinity.rxtx-1", NT_OUTCOME_COMPLIANT, "4");
		assert_string_equal(of("irq-affinity.rxtx-1")->instead_of, "1");
		expect("xps-cpus.tx-1", NT_OUTCOME_COMPLIANT, "4");
	}
	/* Nor when there is room again: nothing moves by itself. */
	memset(&trial.host->nics.full, 0, sizeof(trial.host->nics.full));
	apply();
	assert_int_equal(end.writes, 0);
}

static void plan_with(const struct nt_host *host, struct nt_planned *ret)
{
	const char *const names[] = { TRIAL_PROFILE };
	const struct nt_plan_request request = { .names = names, .n = 1, .host = host };
	struct nt_diag diag = { 0 };

	if (nt_plan_profiles(&trial.host->io.io, &request, ret, &diag) < 0)
		fail_msg("%s", diag.message);
}

static void expect_in(const struct nt_plan *plan, const char *cpu)
{
	const struct nt_change *change = nt_plan_find(plan, "eth0", "irq-affinity.rxtx-1");

	assert_non_null(change);
	assert_string_equal(change->wanted, cpu);
}

/* The journals are out of reach by then: what is known of them is what was handed down. */
static void ledger_of_the_command_is_asked(void **state)
{
	struct nt_planned planned;
	struct nt_diag diag = { 0 };
	struct nt_host host;

	(void)state;
	fill(1, 2);
	start("[Device \"eth0\"]\n" FOLLOW);
	apply();
	assert_int_equal(nt_host_open(NULL, false, &host, &diag), 0);
	setenv("NETTUNE_STATE_DIR", "/nowhere", 1);
	plan_with(&host, &planned);
	expect_in(&planned.plan, "4");
	nt_planned_free(&planned);
	plan_with(NULL, &planned);
	expect_in(&planned.plan, "1");
	nt_planned_free(&planned);
	nt_host_close(&host);
}

static void journals_are_read_once_for_a_plan_and_all_that_follow(void **state)
{
	const char *const devices[] = { "eth0" };
	struct nt_replan_source source;
	struct nt_planned planned;
	struct nt_plan again = { 0 };
	struct nt_diag diag = { 0 };

	(void)state;
	fill(1, 2);
	start("[Device \"eth0\"]\n" FOLLOW);
	apply();
	plan_with(NULL, &planned);
	setenv("NETTUNE_STATE_DIR", "/nowhere", 1);
	source = (struct nt_replan_source){ .io = &trial.host->io.io, .planned = &planned };
	assert_int_equal(nt_planned_again(&source, devices, 1, &again, &diag), 0);
	expect_in(&again, "4");
	nt_plan_free(&again);
	nt_planned_free(&planned);
}

static void full_cpu_is_tried_again_behind_revert(void **state)
{
	(void)state;
	fill(1, 2);
	start("[Device \"eth0\"]\n" FOLLOW);
	apply();
	expect_reverted();
	memset(&trial.host->nics.full, 0, sizeof(trial.host->nics.full));
	apply();
	expect("irq-affinity.rxtx-1", NT_OUTCOME_APPLIED, "1");
	assert_null(of("irq-affinity.rxtx-1")->instead_of);
}

static void interrupt_that_somebody_moved_is_placed_again(void **state)
{
	struct fake_cpus *cpus;

	(void)state;
	fill(1, 2);
	start("[Device \"eth0\"]\n" FOLLOW);
	apply();
	cpus = &fake_irq_find(fake_nic_find(&trial.host->io, "eth0"), NT_IRQ_RXTX, 1)->cpus;
	*cpus = fake_cpus_range(6, 7);
	apply();
	expect("irq-affinity.rxtx-1", NT_OUTCOME_APPLIED, "4");
	apply();
	assert_int_equal(end.writes, 0);
}

static void several_full_cpus_are_passed_by_and_none_is_crowded(void **state)
{
	(void)state;
	fill(0, 3);
	fill(4, 5);
	start("[Device \"eth0\"]\n" FOLLOW);
	apply();
	assert_int_equal(end.r, 0);
	/* 0 was sent to 4 first. Three CPUs with room, four queues. */
	expect_on(0, 3);
	expect_on(1, 5);
	expect_on(2, 6);
	expect_on(3, 3);
	apply();
	assert_int_equal(end.writes, 0);
	expect_reverted();
}

/* ice has set XPS so that each queue follows the CPU of its number. */
static void xps_that_complied_moves_along(void **state)
{
	struct fake_nic *nic = fake_nic_find(&trial.before->io, "eth0");

	(void)state;
	for (uint32_t q = 0; q < 4; q++)
		nic->queues[q].xps = fake_cpus_range(q, q + 1);
	fill(1, 2);
	start("[Device \"eth0\"]\n" FOLLOW);
	apply();
	assert_int_equal(end.r, 0);
	expect("xps-cpus.tx-1", NT_OUTCOME_APPLIED, "4");
	expect("xps-cpus.tx-0", NT_OUTCOME_COMPLIANT, "0");
	expect_on(1, 4);
	apply();
	assert_int_equal(end.writes, 0);
	expect_reverted();
}

static void required_interrupt_may_go_elsewhere(void **state)
{
	(void)state;
	fill(1, 3);
	start("[Profile]\nOnUnsupported=require\n[Device \"eth0\"]\n" FOLLOW);
	apply();
	assert_int_equal(end.r, 0);
	expect_on(1, 4);
	expect_on(2, 5);
	expect_on(3, 3);
	expect_reverted();
}

static void without_any_room_it_fails_with_a_remedy(void **state)
{
	(void)state;
	fill(0, 7);
	start("[Device \"eth0\"]\n" FOLLOW);
	apply();
	assert_int_equal(end.r, 0);
	expect("irq-affinity.rxtx-1", NT_OUTCOME_FAILED, "1");
	assert_int_equal(of("irq-affinity.rxtx-1")->err, ENOSPC);
	assert_null(of("irq-affinity.rxtx-1")->instead_of);
	assert_non_null(strstr(of("irq-affinity.rxtx-1")->remedy, "allow it more CPUs"));
	expect_reverted();
}

/* The one that had room, too. */
static void without_any_room_what_is_required_is_undone(void **state)
{
	(void)state;
	fill(1, 7);
	fake_cpus_add(&trial.before->nics.full, 7);
	start("[Profile]\nOnUnsupported=require\n[Device \"eth0\"]\nTxQueueLen=500\n"
	      "IrqPlacement=1-4\n");
	apply();
	assert_int_equal(end.r, -ECANCELED);
	assert_non_null(strstr(end.diag.message, "CPU 4 has no interrupt vector left"));
	assert_true(trial_is_old(&trial));
	assert_int_equal(end.state, NT_TXN_UNDONE);
}

static void excluded_and_isolated_cpus_stay_free(void **state)
{
	(void)state;
	fake_file(&trial.before->io, "/sys/devices/system/cpu/isolated", "4-5\n");
	fill(2, 4);
	start("[Device \"eth0\"]\n"
	      "IrqPlacement=one-per-core,exclude=isolated,exclude=6\nXps=follow-irq\n");
	apply();
	assert_int_equal(end.r, 0);
	expect_on(0, 0);
	expect_on(1, 1);
	/* 2, 3 are full, 4-5 isolated, 6 excluded: 7 is free, then there is company for 0. */
	expect_on(2, 7);
	expect_on(3, 0);
}

static void channels_and_a_full_cpu_come_together(void **state)
{
	(void)state;
	fill(1, 2);
	start("[Device \"eth0\"]\nChannels=6\n" FOLLOW);
	apply();
	assert_int_equal(end.r, 0);
	expect_on(1, 6);
	expect_on(5, 5);
	apply();
	assert_int_equal(end.writes, 0);
	expect_reverted();
}

static void die(struct fake_io *fake)
{
	(void)fake;
	raise(SIGKILL);
}

/* False when applying ends before the @nth operation on the host. */
static bool is_killed_at(unsigned int nth)
{
	int status = 0;
	pid_t pid;

	trial_start(&trial);
	pid = fork();
	if (pid == 0) {
		trial.host->io.crash = die;
		trial.host->io.crash_at = nth;
		apply();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status);
}

/* Also between the refusal, the journal and the other CPU. */
static void what_is_cut_off_is_recovered(void **state)
{
	struct nt_diag diag = { 0 };
	enum nt_txn_state ended;
	unsigned int n = 1;

	(void)state;
	fill(1, 3);
	fill(4, 5);
	start("[Device \"eth0\"]\n" FOLLOW);
	for (; is_killed_at(n); n++) {
		trial.host->io.crash_at = 0;
		assert_int_equal(trial_recover(&trial, &ended, &diag), 0);
		if (!trial_is_old(&trial))
			fail_msg("killed at %u: not as before", n);
	}
	assert_true(n > 100);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(next_best_cpu_is_taken_and_said),
		TEST(second_apply_writes_nothing),
		TEST(ledger_of_the_command_is_asked),
		TEST(journals_are_read_once_for_a_plan_and_all_that_follow),
		TEST(full_cpu_is_tried_again_behind_revert),
		TEST(interrupt_that_somebody_moved_is_placed_again),
		TEST(several_full_cpus_are_passed_by_and_none_is_crowded),
		TEST(xps_that_complied_moves_along),
		TEST(required_interrupt_may_go_elsewhere),
		TEST(without_any_room_it_fails_with_a_remedy),
		TEST(without_any_room_what_is_required_is_undone),
		TEST(excluded_and_isolated_cpus_stay_free),
		TEST(channels_and_a_full_cpu_come_together),
		TEST(what_is_cut_off_is_recovered),
	};

	return cmocka_run_group_tests_name("elsewhere", tests, NULL, NULL);
}
