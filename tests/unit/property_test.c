// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any host and any profile: apply reaches what is wanted or leaves everything as it was, whichever
 * operation fails or is done half, and revert returns to what was.
 *
 * NT_SEED is the first seed (1); NT_TRIALS are without a fault (150), NT_SEEDS with one at every
 * operation (2, and three times as many without devices). A failure names its seed.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake/trial.h"

static struct trial trial;
static unsigned int n_runs;

static unsigned long number_of(const char *name, unsigned long fallback)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : fallback;
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

static void print_plan(const struct nt_plan *plan)
{
	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct nt_change *c = &plan->changes[i];

		print_message("%s %s: %.60s -> %.60s%s, %s %s\n", c->target, c->tunable,
			      c->seen ? c->seen : "-", c->wanted, c->kept ? " (kept)" : "",
			      nt_outcome_name(c->outcome), c->extack ? c->extack : "");
	}
}

/* Says all that is needed to see it again. */
#define expect(condition, end, fault, at, why)                                              \
	do {                                                                               \
		if (!(condition))                                                          \
			print_plan(&(end)->plan);                                          \
		if (!(condition))                                                          \
			fail_msg("seed %llu, %s at operation %u: %s (%d, state %d: %s)\n%s\n%s", \
				 (unsigned long long)trial.seed, fault, at, why, (end)->r, \
				 (end)->state, (end)->diag.message,                        \
				 trial.before->nics.n ? trial.before->nics.list[0].driver->name \
						      : "", trial.profile);          \
	} while (0)

static void revert_returns(const char *fault, unsigned int at)
{
	struct trial_end end;

	trial_revert(&trial, &end);
	expect(end.r == 0, &end, fault, at, "revert fails");
	expect(trial_is_old(&trial), &end, fault, at, "revert does not return to what was");
	nt_plan_free(&end.plan);
}

/* How many operations it took, and of these planning. */
static unsigned int undisturbed(unsigned int *ret_planning)
{
	struct trial_end end;
	const char *wrong;
	unsigned int n;

	trial_start(&trial);
	trial_apply(&trial, &end);
	n = trial.host->io.n_operations;
	*ret_planning = trial.n_planning;
	expect(end.r == 0 && end.state == NT_TXN_COMMITTED, &end, "nothing", 0, "apply fails");
	wrong = trial_check(&trial, NULL);
	expect(!wrong, &end, "nothing", 0, wrong);
	nt_plan_free(&end.plan);
	trial_apply(&trial, &end);
	expect(end.r == 0 && end.writes == 0, &end, "nothing", 0, "a second apply writes");
	nt_plan_free(&end.plan);
	revert_returns("nothing", 0);
	return n;
}

static void disturbed(const char *fault, unsigned int at)
{
	enum nt_txn_state state = NT_TXN_UNDONE;
	struct trial_end end;
	const char *wrong;

	trial_apply(&trial, &end);
	trial.host->io.fail_at = trial.host->io.short_write_at = 0;
	n_runs++;
	/* What could not be undone then can be now. */
	if (end.r < 0 && end.state == NT_TXN_STAGED)
		expect(trial_recover(&trial, &state, &end.diag) == 0, &end, fault, at,
		       "recover fails");
	if (end.r < 0) {
		expect(trial_is_old(&trial), &end, fault, at, "neither wanted nor what was");
	} else {
		wrong = trial_check(&trial, &end.plan);
		expect(!wrong, &end, fault, at, wrong);
	}
	nt_plan_free(&end.plan);
	revert_returns(fault, at);
}

/*
 * A device of which something cannot be read now counts as one that does not have it, and keeps
 * nothing of that over structural changes: with devices, only what is behind planning fails.
 */
static void fault_everywhere(void)
{
	/* What drivers and the kernel answer besides. Vanishing is another test's. */
	static const int others[] = { EBUSY, ENETDOWN, EPERM, ENOSPC, EOPNOTSUPP };
	static const char *const names[] = { "EBUSY", "ENETDOWN", "EPERM", "ENOSPC",
					     "EOPNOTSUPP" };
	const size_t n_others = sizeof(others) / sizeof(*others);
	unsigned int planning, n = undisturbed(&planning);

	for (unsigned int at = trial.before->nics.n ? planning + 1 : 1; at <= n; at++) {
		trial_start(&trial);
		fake_fail(&trial.host->io, at, EIO);
		disturbed("an error", at);
		trial_start(&trial);
		fake_fail(&trial.host->io, at, others[(at + trial.seed) % n_others]);
		disturbed(names[(at + trial.seed) % n_others], at);
		trial_start(&trial);
		trial.host->io.short_write_at = at;
		disturbed("half an operation", at);
	}
}

static void fault_seeds(unsigned long n, bool with_devices)
{
	unsigned long first = number_of("NT_SEED", 1);

	n_runs = 0;
	for (unsigned long seed = first; seed < first + n; seed++) {
		trial_draw(&trial, seed, with_devices);
		fault_everywhere();
	}
	print_message("seeds %lu to %lu: %u faults\n", first, first + n - 1, n_runs);
	assert_true(n_runs >= n);
}

static void apply_reaches_what_is_wanted_and_revert_what_was(void **state)
{
	unsigned long first = number_of("NT_SEED", 1), n = number_of("NT_TRIALS", 150);
	unsigned int planning;

	(void)state;
	for (unsigned long seed = first; seed < first + n; seed++) {
		trial_draw(&trial, seed, true);
		undisturbed(&planning);
	}
}

static void every_fault_of_a_host_ends_as_wanted_or_as_it_was(void **state)
{
	(void)state;
	fault_seeds(3 * number_of("NT_SEEDS", 2), false);
}

static void every_fault_of_a_device_ends_as_wanted_or_as_it_was(void **state)
{
	(void)state;
	fault_seeds(number_of("NT_SEEDS", 2), true);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(apply_reaches_what_is_wanted_and_revert_what_was),
		TEST(every_fault_of_a_host_ends_as_wanted_or_as_it_was),
		TEST(every_fault_of_a_device_ends_as_wanted_or_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
