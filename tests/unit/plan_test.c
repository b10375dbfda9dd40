// SPDX-License-Identifier: GPL-2.0-or-later
/* The plan: order forwards and back, undo order, finding by name. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/plan.h"
#include "core/plan_index.h"

static void add(struct nt_plan *plan, enum nt_phase phase, const char *target,
		const char *tunable)
{
	struct nt_change change = {
		.phase = phase, .target = strdup(target), .tunable = strdup(tunable),
	};

	assert_int_equal(nt_plan_add(plan, &change), 0);
}

static void expect_order(const struct nt_plan *plan, const char *const *tunables)
{
	size_t i = 0;

	for (; tunables[i]; i++)
		assert_string_equal(plan->changes[i].tunable, tunables[i]);
	assert_int_equal(plan->n_changes, i);
}

static struct nt_plan two_ports(void)
{
	struct nt_plan plan = { 0 };

	add(&plan, NT_PHASE_RINGS, "eth1", "rings of 1");
	add(&plan, NT_PHASE_CHANNELS, "eth0", "channels of 0");
	add(&plan, NT_PHASE_CHANNELS, "eth1", "channels of 1");
	add(&plan, NT_PHASE_XPS, "eth0", "xps of 0");
	add(&plan, NT_PHASE_COALESCE, "eth0", "coalesce of 0");
	add(&plan, NT_PHASE_SYSCTL, "host", "b");
	add(&plan, NT_PHASE_SYSCTL, "host", "a");
	add(&plan, NT_PHASE_MODULES, "host", "module");
	return plan;
}

static void devices_are_changed_one_after_the_other(void **state)
{
	struct nt_plan plan = two_ports();

	(void)state;
	assert_int_equal(nt_plan_sort(&plan), 0);
	expect_order(&plan, (const char *const[]){
		"module", "b", "a", "channels of 1", "rings of 1", "channels of 0",
		"coalesce of 0", "xps of 0", NULL });
	nt_plan_free(&plan);
}

static void the_way_back_begins_with_devices_and_ends_with_modules(void **state)
{
	struct nt_plan plan = two_ports();

	(void)state;
	assert_int_equal(nt_plan_sort_back(&plan), 0);
	expect_order(&plan, (const char *const[]){
		"channels of 1", "rings of 1", "channels of 0", "coalesce of 0", "xps of 0",
		"b", "a", "module", NULL });
	nt_plan_free(&plan);
}

/* Polling may depend on a feature: off before it goes, on when it is there again. */
static void polling_goes_back_before_structure_and_forth_behind_it(void **state)
{
	struct nt_plan plan = two_ports();

	(void)state;
	add(&plan, NT_PHASE_NAPI, "eth0", "threaded of 0");
	assert_int_equal(nt_plan_sort_back(&plan), 0);
	assert_string_equal(plan.changes[0].tunable, "threaded of 0");
	assert_true(plan.changes[0].undo_seq > nt_plan_undo_seq(NT_PHASE_FEATURE_ON, 0));
	assert_true(plan.changes[0].undo_seq < nt_plan_undo_seq(NT_PHASE_SYSCTL, 0));
	nt_plan_free(&plan);
}

/* Forward planning: structure before queues, and what others rest on last. */
static void undo_goes_forward_through_a_device(void **state)
{
	static const enum nt_phase order[] = {
		NT_PHASE_NAPI, NT_PHASE_FEATURE_OFF, NT_PHASE_MTU, NT_PHASE_CHANNELS,
		NT_PHASE_RINGS, NT_PHASE_FEATURE_ON, NT_PHASE_COALESCE_MODE,
		NT_PHASE_COALESCE, NT_PHASE_COALESCE_QUEUE_MODE, NT_PHASE_COALESCE_QUEUE,
		NT_PHASE_RSS,
		NT_PHASE_IRQ, NT_PHASE_XPS, NT_PHASE_RPS, NT_PHASE_NAPI_QUEUE, NT_PHASE_QDISC,
		NT_PHASE_SYSCTL,
		NT_PHASE_MODULES,
	};

	(void)state;
	for (size_t i = 1; i < sizeof(order) / sizeof(*order); i++)
		assert_true(nt_plan_undo_seq(order[i - 1], NT_PLAN_UNDO_MAX - 1) <
			    nt_plan_undo_seq(order[i], 0));
}

static void changes_are_found_by_name(void **state)
{
	struct nt_plan plan = two_ports();
	struct nt_plan_index index;

	(void)state;
	assert_int_equal(nt_plan_index_build(&plan, &index), 0);
	for (size_t i = 0; i < plan.n_changes; i++)
		assert_int_equal(nt_plan_index_find(&index, plan.changes[i].target,
						    plan.changes[i].tunable), i);
	assert_true(nt_plan_index_find(&index, "eth0", "rings of 1") == SIZE_MAX);
	assert_true(nt_plan_index_find(&index, "", "") == SIZE_MAX);
	assert_true(nt_plan_index_find(&index, "zzz", "z") == SIZE_MAX);
	nt_plan_index_free(&index);
	nt_plan_free(&plan);
}

static void what_is_only_kept_is_not_counted(void **state)
{
	struct nt_plan plan = two_ports();

	(void)state;
	plan.changes[3].kept = true;
	assert_int_equal(nt_plan_count(&plan, NT_OUTCOME_PLANNED), plan.n_changes - 1);
	nt_plan_free(&plan);
}

static void devices_are_remembered_within_a_limit(void **state)
{
	struct nt_plan_device device = { .name = "eth0", .ifindex = 3 };
	struct nt_plan plan = { 0 };

	(void)state;
	assert_null(nt_plan_device(&plan, "eth0"));
	for (unsigned int i = 0; i < NT_PLAN_DEVICES_MAX; i++)
		assert_int_equal(nt_plan_add_device(&plan, &device), 0);
	assert_int_equal(nt_plan_add_device(&plan, &device), -EOVERFLOW);
	assert_int_equal(nt_plan_device(&plan, "eth0")->ifindex, 3);
	nt_plan_free(&plan);
}

/* One question for who keeps, who looks again and who undoes. */
static void what_resets_a_device_is_planned_or_staged_and_no_more(void **state)
{
	struct nt_plan plan = two_ports();

	(void)state;
	assert_true(nt_plan_resets(&plan, 0, "eth0"));
	assert_false(nt_plan_resets(&plan, 0, "host"));
	assert_false(nt_plan_resets(&plan, 3, NULL));
	for (size_t i = 0; i < 3; i++)
		plan.changes[i].outcome = NT_OUTCOME_COMPLIANT;
	assert_false(nt_plan_resets(&plan, 0, NULL));
	/* Refused or not, it was written. */
	plan.changes[1].outcome = NT_OUTCOME_FAILED;
	plan.changes[1].journaled = true;
	assert_true(nt_plan_resets(&plan, 0, "eth0"));
	assert_false(nt_plan_resets(&plan, 0, "eth1"));
	add(&plan, NT_PHASE_FEATURE_ON, "eth1", "harmless feature");
	assert_false(nt_plan_resets(&plan, 0, "eth1"));
	plan.changes[plan.n_changes - 1].disruptive = true;
	assert_true(nt_plan_resets(&plan, 0, "eth1"));
	nt_plan_free(&plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devices_are_changed_one_after_the_other),
		cmocka_unit_test(the_way_back_begins_with_devices_and_ends_with_modules),
		cmocka_unit_test(polling_goes_back_before_structure_and_forth_behind_it),
		cmocka_unit_test(undo_goes_forward_through_a_device),
		cmocka_unit_test(changes_are_found_by_name),
		cmocka_unit_test(what_is_only_kept_is_not_counted),
		cmocka_unit_test(devices_are_remembered_within_a_limit),
		cmocka_unit_test(what_resets_a_device_is_planned_or_staged_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
