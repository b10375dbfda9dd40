// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Large hosts: the work to plan, apply and revert grows as their queues and devices do, and not
 * with the square. Work is counted, not timed: tests/fake/steps.h.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/planner.h"
#include "fake/fake_nic.h"
#include "fake/steps.h"
#include "fake/trial.h"

#define CPUS 256U
/* Twice as much for a line, four times for a square. */
#define MOST_TENTHS 26U

static const char profile[] =
	"[Sysctl]\n"
	"net.core.rps_sock_flow_entries = 1048576\n"
	"[Device \"eth*\"]\n"
	"Features=ntuple:off\n"
	"Channels=max\n"
	"RingRx=max/2\n"
	"Coalesce=adaptive-rx:off adaptive-tx:off rx-usecs:16 tx-usecs:16\n"
	"Rss=equal\n"
	"IrqPlacement=one-per-core\n"
	"Xps=follow-irq\n"
	"XpsRxqs=same\n"
	"Rps=0-3\n"
	"Rfs=4096\n"
	"BusyPoll=napi-defer-hard-irqs:2 gro-flush-timeout:200us\n";

static struct trial trial;

/* What one host costs. */
struct cost {
	size_t changes;
	uint64_t plan;
	uint64_t apply;
	uint64_t again;
	uint64_t revert;
};

static void make_host(uint32_t nics, uint32_t queues)
{
	char name[NT_NIC_NAME_MAX];

	fake_host_init(trial.before, FAKE_LINUX_6_12, CPUS);
	for (uint32_t i = 0; i < nics; i++) {
		snprintf(name, sizeof(name), "eth%" PRIu32, i);
		fake_nic_add(&trial.before->io, name, "i40e", queues, queues);
	}
	fake_file(&trial.before->io, TRIAL_PROFILE, profile);
	trial_start(&trial);
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* No two changes of a plan are undone at the same time. */
static void undo_has_an_order(const struct nt_plan *plan)
{
	static uint32_t at[NT_PLAN_CHANGES_MAX];

	for (size_t i = 0; i < plan->n_changes; i++)
		at[i] = plan->changes[i].undo_seq;
	qsort(at, plan->n_changes, sizeof(*at), by_number);
	for (size_t i = 1; i < plan->n_changes; i++)
		if (at[i] == at[i - 1])
			fail_msg("undo_seq %" PRIu32 " is there twice", at[i]);
}

static size_t count_planned(void)
{
	const char *const names[] = { TRIAL_PROFILE };
	struct nt_plan_request request = { .names = names, .n = 1, .allow_disruptive = true };
	struct nt_planned planned = { 0 };
	struct nt_diag diag = { 0 };
	size_t n;

	if (nt_plan_profiles(&trial.host->io.io, &request, &planned, &diag) < 0)
		fail_msg("%s", diag.message);
	undo_has_an_order(&planned.plan);
	n = nt_plan_count(&planned.plan, NT_OUTCOME_PLANNED);
	nt_planned_free(&planned);
	return n;
}

static uint64_t steps_of(void (*run)(struct trial *trial, struct trial_end *end), uint64_t *writes)
{
	struct trial_end end;
	uint64_t before = fake_steps;

	run(&trial, &end);
	if (end.r < 0)
		fail_msg("%s", end.diag.message);
	*writes = end.writes;
	nt_plan_free(&end.plan);
	return fake_steps - before;
}

static struct cost measure(uint32_t nics, uint32_t queues)
{
	struct cost cost = { .plan = fake_steps };
	uint64_t writes;

	make_host(nics, queues);
	cost.plan = fake_steps;
	cost.changes = count_planned();
	cost.plan = fake_steps - cost.plan;
	cost.apply = steps_of(trial_apply, &writes);
	assert_true(writes >= cost.changes / 2);
	cost.again = steps_of(trial_apply, &writes);
	assert_int_equal(writes, 0);
	cost.revert = steps_of(trial_revert, &writes);
	print_message("%" PRIu32 " x %" PRIu32 " queues: %zu changes; steps to plan %" PRIu64
		      ", to apply %" PRIu64 ", again %" PRIu64 ", to revert %" PRIu64 "\n", nics,
		      queues, cost.changes, cost.plan, cost.apply, cost.again, cost.revert);
	return cost;
}

/* Of hosts that double: what the second doubling adds, against what the first one added. */
static void compare_work(const char *what, uint64_t first, uint64_t second, uint64_t third)
{
	/* Nothing was counted: the test would prove nothing. */
	assert_true(second > first && third > second);
	if (10 * (third - second) > MOST_TENTHS * (second - first))
		fail_msg("to %s: %" PRIu64 ", %" PRIu64 ", %" PRIu64 " steps are no line", what,
			 first, second, third);
}

static void compare(const struct cost *costs)
{
	compare_work("plan", costs[0].plan, costs[1].plan, costs[2].plan);
	compare_work("apply", costs[0].apply, costs[1].apply, costs[2].apply);
	compare_work("apply again", costs[0].again, costs[1].again, costs[2].again);
	compare_work("revert", costs[0].revert, costs[1].revert, costs[2].revert);
}

static void work_grows_with_queues_as_they_do(void **state)
{
	const struct cost costs[] = { measure(2, 32), measure(2, 64), measure(2, 128) };

	(void)state;
	compare(costs);
}

static void work_grows_with_devices_as_they_do(void **state)
{
	const struct cost costs[] = { measure(2, 24), measure(4, 24), measure(8, 24) };

	(void)state;
	compare(costs);
}

static int setup(void **state)
{
	(void)state;
	trial_open(&trial);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	trial_close(&trial);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(work_grows_with_queues_as_they_do),
		cmocka_unit_test(work_grows_with_devices_as_they_do),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
