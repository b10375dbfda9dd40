// SPDX-License-Identifier: GPL-2.0-or-later
/* Which changes the module may own, so that it can undo them before and without all others. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "core/plan.h"
#include "engine/undo_owner.h"
#include "tunable/tunable.h"

#define CHANGES 3

static struct nt_change changes[CHANGES];
static struct nt_plan plan;

static struct nt_change *add(const struct nt_tunable *domain, char *target, char *tunable,
			     enum nt_phase phase)
{
	struct nt_change *change = &changes[plan.n_changes++];

	*change = (struct nt_change){
		.domain = domain, .target = target, .tunable = tunable, .phase = phase,
		.seen = "old", .wanted = "new", .journaled = true,
	};
	return change;
}

static struct nt_change *add_channels(char *target)
{
	struct nt_change *change = add(&nt_tunable_channels, target, "channels", NT_PHASE_CHANNELS);

	change->disruptive = true;
	return change;
}

static struct nt_change *add_table(char *seen, char *wanted)
{
	struct nt_change *change = add(&nt_tunable_rss, "eth0", "rss-table", NT_PHASE_RSS);

	change->kept = true;
	change->seen = seen;
	change->wanted = wanted;
	return change;
}

static int start(void **state)
{
	(void)state;
	memset(changes, 0, sizeof(changes));
	plan = (struct nt_plan){ .changes = changes };
	return 0;
}

static void files_are_the_modules_and_what_it_cannot_be_told_is_not(void **state)
{
	(void)state;
	assert_true(nt_module_may_own(&plan, add(&nt_tunable_sysctl, "host",
						 "net.core.somaxconn", NT_PHASE_SYSCTL)));
	assert_false(nt_module_may_own(&plan, add(&nt_tunable_mtu, "eth0", "mtu", NT_PHASE_MTU)));
}

static void channels_are_the_modules_beside_what_follows_them_by_itself(void **state)
{
	struct nt_change *channels = add_channels("eth0"), *key;

	(void)state;
	assert_true(nt_module_may_own(&plan, channels));
	add_table("default", "default");
	key = add(&nt_tunable_rss, "eth0", "rss-key", NT_PHASE_RSS);
	key->kept = true;
	key->wanted = key->seen;
	assert_true(nt_module_may_own(&plan, channels));
}

static void a_table_that_names_queues_keeps_channels_here(void **state)
{
	struct nt_change *channels = add_channels("eth0"), *table = add_table("0 1", "default");

	(void)state;
	assert_false(nt_module_may_own(&plan, channels));
	table->wanted = "0 1";
	assert_false(nt_module_may_own(&plan, channels));
	/* Of another device it does no harm. */
	table->target = "eth1";
	assert_true(nt_module_may_own(&plan, channels));
}

/* What is as wanted now need not be when the queues are there anew. */
static void what_was_asked_for_single_queues_keeps_channels_here(void **state)
{
	struct nt_change *channels = add_channels("eth0"), *table = add_table("default", "default");

	(void)state;
	table->origin = "a.conf:1";
	assert_false(nt_module_may_own(&plan, channels));
	table->outcome = NT_OUTCOME_COMPLIANT;
	assert_false(nt_module_may_own(&plan, channels));
	*table = (struct nt_change){
		.domain = &nt_tunable_coalesce_queues, .target = "eth0", .tunable = "any",
		.phase = NT_PHASE_COALESCE_QUEUE, .seen = "1", .wanted = "2",
	};
	assert_false(nt_module_may_own(&plan, channels));
}

static void two_devices_do_not_lose_their_links_at_once(void **state)
{
	struct nt_change *channels = add_channels("eth0"), *other = add_channels("eth1");

	(void)state;
	assert_false(nt_module_may_own(&plan, channels));
	assert_false(nt_module_may_own(&plan, other));
	other->disruptive = false;
	assert_true(nt_module_may_own(&plan, channels));
	assert_true(nt_module_may_own(&plan, other));
}

static void interrupts_are_the_modules_unless_their_device_is_reset(void **state)
{
	struct nt_change *irq = add(&nt_tunable_irq, "eth0", "irq-affinity.rx-0", NT_PHASE_IRQ);
	struct nt_change *channels = add_channels("eth1");

	(void)state;
	assert_true(nt_module_may_own(&plan, irq));
	channels->target = "eth0";
	assert_false(nt_module_may_own(&plan, irq));
	/* It was left out. */
	channels->journaled = false;
	channels->outcome = NT_OUTCOME_BLOCKED;
	assert_true(nt_module_may_own(&plan, irq));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(files_are_the_modules_and_what_it_cannot_be_told_is_not,
				       start),
		cmocka_unit_test_setup(channels_are_the_modules_beside_what_follows_them_by_itself,
				       start),
		cmocka_unit_test_setup(a_table_that_names_queues_keeps_channels_here, start),
		cmocka_unit_test_setup(what_was_asked_for_single_queues_keeps_channels_here, start),
		cmocka_unit_test_setup(two_devices_do_not_lose_their_links_at_once, start),
		cmocka_unit_test_setup(interrupts_are_the_modules_unless_their_device_is_reset,
				       start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
