// SPDX-License-Identifier: GPL-2.0-or-later
/* The rule for devices that carry the operator, on plans made by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "core/facts.h"
#include "core/plan.h"
#include "engine/protect.h"
#include "lib/diag.h"

struct fixture {
	struct nt_facts facts;
	struct nt_plan plan;
	struct nt_diag diag;
};

static int setup(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){ 0 };
	assert_int_equal(nt_facts_add_management(&fixture.facts, "eth0", "",
						 "carries the SSH session from 192.0.2.7"), 0);
	assert_int_equal(nt_facts_add_management(&fixture.facts, "eth1", "blue", "is below"), 0);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	nt_facts_free(&f->facts);
	nt_plan_free(&f->plan);
	return 0;
}

static void plan(struct fixture *f, const char *target, enum nt_outcome outcome)
{
	const struct nt_change change = {
		.target = strdup(target),
		.tunable = strdup("ring.rx"),
		.outcome = outcome,
	};

	assert_int_equal(nt_plan_add(&f->plan, &change), 0);
	assert_int_equal(nt_protect_mark(&f->facts, &f->plan), 0);
}

static void a_change_that_could_lock_out_is_refused_without_confirm(void **state)
{
	struct fixture *f = *state;

	plan(f, "host", NT_OUTCOME_PLANNED);
	plan(f, "eth0", NT_OUTCOME_PLANNED);
	assert_true(nt_protect_needed(&f->plan));
	assert_int_equal(nt_protect_check(&f->plan, 0, &f->diag), -EPERM);
	assert_true(f->diag.refused);
	assert_non_null(strstr(f->diag.message, "eth0: ring.rx: it carries the SSH session from "
						"192.0.2.7; add --confirm SEC"));
	assert_int_equal(nt_protect_check(&f->plan, NT_PROTECT_CONFIRM_S_MIN - 1, NULL), -EPERM);
	assert_int_equal(nt_protect_check(&f->plan, NT_PROTECT_CONFIRM_S_MIN, NULL), 0);
}

static void what_is_no_change_of_such_a_device_passes(void **state)
{
	struct fixture *f = *state;

	plan(f, "host", NT_OUTCOME_PLANNED);
	plan(f, "netns:blue", NT_OUTCOME_PLANNED);
	assert_false(nt_protect_needed(&f->plan));
	/* Of another namespace, of no importance, and not to be carried out. */
	plan(f, "eth1", NT_OUTCOME_PLANNED);
	plan(f, "eth2", NT_OUTCOME_PLANNED);
	plan(f, "eth0", NT_OUTCOME_COMPLIANT);
	plan(f, "eth0", NT_OUTCOME_BLOCKED);
	assert_true(nt_protect_needed(&f->plan));
	assert_int_equal(nt_protect_check(&f->plan, 0, &f->diag), 0);
}

static void a_queue_belongs_to_its_device(void **state)
{
	struct fixture *f = *state;
	char device[NT_PROTECT_DEVICE_MAX];

	assert_true(nt_protect_device("eth0/rx-3", device));
	assert_string_equal(device, "eth0");
	assert_false(nt_protect_device("", device));
	assert_false(nt_protect_device("/", device));
	plan(f, "eth0:tx-1", NT_OUTCOME_PLANNED);
	assert_int_equal(nt_protect_check(&f->plan, 0, &f->diag), -EPERM);
}

static void marking_twice_leaves_the_newer_reason(void **state)
{
	struct fixture *f = *state;

	plan(f, "eth0", NT_OUTCOME_PLANNED);
	nt_facts_free(&f->facts);
	assert_int_equal(nt_protect_mark(&f->facts, &f->plan), 0);
	assert_null(f->plan.changes[0].management);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_change_that_could_lock_out_is_refused_without_confirm),
		TEST(what_is_no_change_of_such_a_device_passes),
		TEST(a_queue_belongs_to_its_device),
		TEST(marking_twice_leaves_the_newer_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
