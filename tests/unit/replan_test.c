// SPDX-License-Identifier: GPL-2.0-or-later
/* Planning queues anew behind a structural change, and undoing in its presence. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/plan.h"
#include "engine/replan.h"
#include "engine/txn.h"
#include "io/io.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

/* A device with a number of queues, each of which has one value; a new number resets them all. */
#define QUEUES_MAX 8

static struct {
	int queues;
	char value[QUEUES_MAX][16];
	char order[256];
} host;

static int queue_of(const char *tunable)
{
	return !strcmp(tunable, "channels") ? -1 : atoi(tunable + 1);
}

static int get(struct nt_io *io, const char *target, const char *tunable, char *buf, size_t size)
{
	int queue = queue_of(tunable);

	(void)io;
	(void)target;
	if (queue >= host.queues)
		return -ENOENT;
	if (queue < 0)
		snprintf(buf, size, "%d", host.queues);
	else
		snprintf(buf, size, "%s", host.value[queue]);
	return 0;
}

static int set(const char *tunable, const char *value)
{
	int queue = queue_of(tunable);
	size_t len = strlen(host.order);

	snprintf(host.order + len, sizeof(host.order) - len, "%s=%s ", tunable, value);
	if (queue >= 0) {
		snprintf(host.value[queue], sizeof(host.value[queue]), "%s", value);
		return 0;
	}
	host.queues = atoi(value);
	for (int i = 0; i < QUEUES_MAX; i++)
		snprintf(host.value[i], sizeof(host.value[i]), "reset");
	return 0;
}

static int undo(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	(void)io;
	(void)diag;
	return set(change->tunable, change->seen);
}

static bool same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

/* There is one, which is all that matters to whoever undoes. */
static int operation(struct nt_io *io, const struct nt_change *change,
		     const struct nt_plan_device *device, struct nt_operation *ret)
{
	(void)io;
	(void)change;
	(void)device;
	(void)ret;
	return -EOPNOTSUPP;
}

static const struct nt_tunable domain = {
	.name = "fake", .get = get, .undo = undo, .same = same, .operation = operation,
};

static struct nt_change *add(struct nt_plan *plan, const char *tunable, const char *seen,
			     const char *wanted)
{
	bool structural = queue_of(tunable) < 0;
	struct nt_change change = {
		.domain = &domain,
		.target = strdup("eth0"),
		.tunable = strdup(tunable),
		.seen = seen ? strdup(seen) : NULL,
		.wanted = strdup(wanted),
		.phase = structural ? NT_PHASE_CHANNELS : NT_PHASE_XPS,
		.outcome = NT_OUTCOME_PLANNED,
		.undo_seq = nt_plan_undo_seq(structural ? NT_PHASE_CHANNELS : NT_PHASE_XPS,
					     plan->n_changes),
		.journaled = true,
		.kept = !structural && seen && !strcmp(seen, wanted),
	};

	assert_int_equal(nt_plan_add(plan, &change), 0);
	return &plan->changes[plan->n_changes - 1];
}

static int start(void **state)
{
	(void)state;
	host.queues = 4;
	host.order[0] = '\0';
	for (int i = 0; i < QUEUES_MAX; i++)
		snprintf(host.value[i], sizeof(host.value[i]), "old%d", i);
	return 0;
}

static size_t replan(struct nt_plan *plan, const struct nt_replanner *replanner)
{
	struct nt_diag diag = { 0 };
	size_t first = SIZE_MAX;

	assert_int_equal(nt_replan_queues(NULL, plan, replanner, &first, &diag), 0);
	return first;
}

static void what_still_stands_is_not_written(void **state)
{
	struct nt_plan plan = { 0 };

	(void)state;
	add(&plan, "channels", "8", "4");
	add(&plan, "q0", "old0", "old0");
	add(&plan, "q1", "lost", "lost");
	replan(&plan, NULL);
	assert_int_equal(plan.changes[1].outcome, NT_OUTCOME_COMPLIANT);
	assert_int_equal(plan.changes[2].outcome, NT_OUTCOME_PLANNED);
	nt_plan_free(&plan);
}

static void queues_that_went_are_absent_and_new_ones_are_seen(void **state)
{
	struct nt_plan plan = { 0 };

	(void)state;
	add(&plan, "channels", "8", "4");
	add(&plan, "q5", "lost", "lost");
	add(&plan, "q3", NULL, "new");
	replan(&plan, NULL);
	assert_int_equal(plan.changes[1].outcome, NT_OUTCOME_ABSENT);
	assert_string_equal(plan.changes[2].seen, "old3");
	assert_true(plan.changes[2].replanned);
	assert_int_equal(plan.changes[2].outcome, NT_OUTCOME_PLANNED);
	nt_plan_free(&plan);
}

static int plan_q0_and_q2(void *user, const char *const *devices, size_t n, struct nt_plan *ret,
			  struct nt_diag *diag)
{
	(void)user;
	(void)diag;
	assert_int_equal(n, 1);
	assert_string_equal(devices[0], "eth0");
	add(ret, "channels", "4", "4")->outcome = NT_OUTCOME_COMPLIANT;
	add(ret, "q0", "old0", "other");
	add(ret, "q2", "old2", "more");
	return 0;
}

static void planning_anew_leads_elsewhere_and_adds(void **state)
{
	const struct nt_replanner replanner = { .plan = plan_q0_and_q2 };
	struct nt_plan plan = { 0 };
	size_t first;

	(void)state;
	add(&plan, "channels", "8", "4");
	add(&plan, "q0", "before", "foreseen");
	first = replan(&plan, &replanner);
	assert_int_equal(first, 2);
	assert_int_equal(plan.n_changes, 3);
	assert_string_equal(plan.changes[1].seen, "before");
	assert_string_equal(plan.changes[1].wanted, "other");
	assert_true(plan.changes[1].replanned);
	assert_string_equal(plan.changes[2].tunable, "q2");
	assert_true(plan.changes[2].journaled);
	nt_plan_free(&plan);
}

/* Channels first, then queues, also those that only lost their value to undoing the channels. */
static void undo_restores_what_undoing_the_structure_resets(void **state)
{
	struct nt_plan plan = { 0 };
	size_t foreign;

	(void)state;
	add(&plan, "channels", "2", "4")->outcome = NT_OUTCOME_APPLIED;
	add(&plan, "q0", "old0", "old0")->outcome = NT_OUTCOME_COMPLIANT;
	add(&plan, "q1", "was1", "old1")->outcome = NT_OUTCOME_APPLIED;
	assert_int_equal(nt_undo_plan(NULL, &plan, false, &foreign), 0);
	assert_int_equal(foreign, 0);
	assert_string_equal(host.order, "channels=2 q0=old0 q1=was1 ");
	nt_plan_free(&plan);
}

static void a_third_partys_value_survives_undoing_the_structure(void **state)
{
	struct nt_plan plan = { 0 };
	size_t foreign;

	(void)state;
	add(&plan, "channels", "2", "4")->outcome = NT_OUTCOME_APPLIED;
	add(&plan, "q1", "was1", "ours")->outcome = NT_OUTCOME_APPLIED;
	assert_int_equal(nt_undo_plan(NULL, &plan, false, &foreign), 0);
	assert_int_equal(foreign, 1);
	assert_string_equal(host.value[1], "old1");
	assert_string_equal(host.order, "channels=2 q1=old1 ");
	nt_plan_free(&plan);
}

/* Cut off in between: what the driver left is not a third party's. */
static void what_a_cut_off_transaction_left_behind_is_ours(void **state)
{
	struct nt_plan plan = { 0 };
	size_t foreign;

	(void)state;
	add(&plan, "channels", "2", "4");
	add(&plan, "q1", "was1", "ours");
	assert_int_equal(nt_undo_plan(NULL, &plan, false, &foreign), 0);
	assert_int_equal(foreign, 0);
	assert_string_equal(host.value[1], "was1");
	assert_non_null(strstr(plan.changes[1].extack, "old1"));
	nt_plan_free(&plan);
}

/* A driver that rounds, and a kill before the value was read back. */
static void what_was_being_written_last_is_returned(void **state)
{
	struct nt_plan plan = { 0 };
	size_t foreign;

	(void)state;
	add(&plan, "q0", "was0", "old0");
	add(&plan, "q1", "was1", "ours");
	add(&plan, "q2", "old2", "ours");
	assert_int_equal(nt_undo_plan(NULL, &plan, false, &foreign), 0);
	assert_int_equal(foreign, 0);
	assert_string_equal(host.value[0], "was0");
	assert_string_equal(host.value[1], "was1");
	assert_non_null(strstr(plan.changes[1].extack, "old1"));
	nt_plan_free(&plan);
}

static void what_stood_before_the_last_write_is_not_claimed(void **state)
{
	struct nt_plan plan = { 0 };
	size_t foreign;

	(void)state;
	add(&plan, "q0", "was0", "ours");
	add(&plan, "q1", "was1", "old1");
	assert_int_equal(nt_undo_plan(NULL, &plan, false, &foreign), 0);
	assert_int_equal(foreign, 1);
	assert_string_equal(host.value[0], "old0");
	assert_string_equal(host.value[1], "was1");
	nt_plan_free(&plan);
}

/* Nobody else had time: what a refused write left behind the structure was reset by it. */
static void what_was_refused_behind_the_structure_is_returned(void **state)
{
	struct nt_plan plan = { 0 };
	size_t foreign;

	(void)state;
	add(&plan, "channels", "2", "4")->outcome = NT_OUTCOME_APPLIED;
	add(&plan, "q1", "was1", "was1")->outcome = NT_OUTCOME_FAILED;
	assert_int_equal(nt_undo_plan(NULL, &plan, false, &foreign), 0);
	assert_int_equal(foreign, 0);
	assert_string_equal(host.value[1], "was1");
	nt_plan_free(&plan);
}

/* The module has undone the channels alone; what the driver made of the queues is not foreign. */
static void what_the_modules_undo_reset_is_returned(void **state)
{
	struct nt_plan plan = { .by_module = true };
	size_t foreign;

	(void)state;
	add(&plan, "channels", "4", "2")->outcome = NT_OUTCOME_APPLIED;
	add(&plan, "q1", "was1", "ours")->outcome = NT_OUTCOME_APPLIED;
	assert_int_equal(nt_undo_plan(NULL, &plan, false, &foreign), 0);
	assert_int_equal(foreign, 0);
	assert_string_equal(host.order, "q1=was1 ");
	assert_non_null(strstr(plan.changes[1].extack, "old1"));
	nt_plan_free(&plan);
}

/* Without the module it was somebody else who returned the channels, and set the queue. */
static void what_somebody_returned_by_hand_is_left_alone(void **state)
{
	struct nt_plan plan = { 0 };
	size_t foreign;

	(void)state;
	add(&plan, "channels", "4", "2")->outcome = NT_OUTCOME_APPLIED;
	add(&plan, "q1", "was1", "ours")->outcome = NT_OUTCOME_APPLIED;
	assert_int_equal(nt_undo_plan(NULL, &plan, false, &foreign), 0);
	assert_int_equal(foreign, 1);
	assert_string_equal(host.order, "");
	nt_plan_free(&plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_still_stands_is_not_written, start),
		cmocka_unit_test_setup(queues_that_went_are_absent_and_new_ones_are_seen, start),
		cmocka_unit_test_setup(planning_anew_leads_elsewhere_and_adds, start),
		cmocka_unit_test_setup(undo_restores_what_undoing_the_structure_resets, start),
		cmocka_unit_test_setup(a_third_partys_value_survives_undoing_the_structure, start),
		cmocka_unit_test_setup(what_a_cut_off_transaction_left_behind_is_ours, start),
		cmocka_unit_test_setup(what_the_modules_undo_reset_is_returned, start),
		cmocka_unit_test_setup(what_somebody_returned_by_hand_is_left_alone, start),
		cmocka_unit_test_setup(what_was_being_written_last_is_returned, start),
		cmocka_unit_test_setup(what_stood_before_the_last_write_is_not_claimed, start),
		cmocka_unit_test_setup(what_was_refused_behind_the_structure_is_returned, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
