// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A way back that is blocked somewhere: what it found returned or changed by somebody else is no
 * longer ours, whatever it is set to afterwards, and the rest of ours still goes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "engine/host.h"
#include "fake/trial.h"

/* Three values: one that somebody else returns, one that they change, one that cannot go back. */
#define RETURNED "net.core.somaxconn"
#define CHANGED	 "net.core.netdev_max_backlog"
#define STUCK	 "net.ipv4.tcp_fin_timeout"

static struct trial trial;

static int setup(void **state)
{
	(void)state;
	trial_open(&trial);
	fake_host_init(trial.before, FAKE_LINUX_6_12, 8);
	fake_sysctl(&trial.before->io, RETURNED, "4096");
	fake_sysctl(&trial.before->io, CHANGED, "1000");
	fake_sysctl(&trial.before->io, STUCK, "60");
	trial_start(&trial);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	trial_close(&trial);
	return 0;
}

static void set(const char *key, const char *value)
{
	struct fake_file *file = fake_find_sysctl(&trial.host->io, key);

	snprintf(file->value, sizeof(file->value), "%s", value);
}

static void apply(const char *lines)
{
	char profile[256];
	struct trial_end end;

	snprintf(profile, sizeof(profile), "[Sysctl]\n%s", lines);
	fake_file(&trial.host->io, TRIAL_PROFILE, profile);
	trial_apply(&trial, &end);
	assert_int_equal(end.r, 0);
	assert_int_equal(end.state, NT_TXN_COMMITTED);
	nt_plan_free(&end.plan);
}

/* Rolls back @txn, or all with 0. */
static void undo(uint32_t txn, bool force)
{
	struct trial_end end;

	trial_undo(&trial, txn, force, &end);
	assert_int_equal(end.r, 0);
	nt_plan_free(&end.plan);
}

static void expect(const char *returned, const char *changed, const char *stuck)
{
	assert_string_equal(fake_value(&trial.host->io, RETURNED), returned);
	assert_string_equal(fake_value(&trial.host->io, CHANGED), changed);
	assert_string_equal(fake_value(&trial.host->io, STUCK), stuck);
}

static void expect_ours(size_t n)
{
	struct nt_diag diag = { 0 };
	struct nt_host host;
	size_t found = 0;

	if (nt_host_open(NULL, false, &host, &diag) < 0)
		fail_msg("%s", diag.message);
	for (size_t i = 0; i < host.ledger.n_entries; i++)
		found += nt_ledger_sets(&host.ledger.entries[i]);
	assert_int_equal(found, n);
	nt_host_close(&host);
}

/* Up to the end of a revert that got nowhere: one value is back, one is another's, one is stuck. */
static void revert_is_blocked(void)
{
	apply(RETURNED " = 5000\n" CHANGED " = 2000\n" STUCK " = 30\n");
	set(RETURNED, "4096");
	set(CHANGED, "3000");
	fake_find_sysctl(&trial.host->io, STUCK)->write_errno = EPERM;
	undo(0, false);
	expect("4096", "3000", "30");
	expect_ours(1);
	fake_find_sysctl(&trial.host->io, STUCK)->write_errno = 0;
}

static void the_next_revert_returns_what_was_stuck(void **state)
{
	(void)state;
	revert_is_blocked();
	undo(0, false);
	expect("4096", "3000", "60");
	expect_ours(0);
}

static void what_was_found_returned_is_not_written_again(void **state)
{
	static const char *const theirs[] = { "5000", "7000" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		trial_start(&trial);
		revert_is_blocked();
		/* The very value that we had once written, too, is theirs. */
		set(RETURNED, theirs[i]);
		undo(0, true);
		expect(theirs[i], "1000", "60");
		expect_ours(0);
	}
}

static void what_somebody_else_changed_stays_theirs(void **state)
{
	(void)state;
	revert_is_blocked();
	set(CHANGED, "2000");
	undo(0, false);
	expect("4096", "2000", "60");
	undo(0, false);
	expect("4096", "2000", "60");
	expect_ours(0);
	/* Who insists still gets what was there before. */
	undo(0, true);
	expect("4096", "1000", "60");
}

static void an_apply_begins_with_what_is_theirs(void **state)
{
	(void)state;
	revert_is_blocked();
	set(RETURNED, "7000");
	apply(RETURNED " = 5000\n" CHANGED " = 2000\n");
	undo(0, false);
	expect("7000", "3000", "60");
	expect_ours(0);
	undo(0, true);
	expect("7000", "3000", "60");
}

static void a_blocked_rollback_takes_out_what_a_later_one_set_again(void **state)
{
	(void)state;
	apply(RETURNED " = 5000\n" STUCK " = 30\n");
	apply(RETURNED " = 6000\n");
	fake_find_sysctl(&trial.host->io, STUCK)->write_errno = EPERM;
	undo(1, false);
	expect("6000", "1000", "30");
	/* What the first had made of it was rolled back with it. */
	undo(2, false);
	expect("4096", "1000", "30");
	expect_ours(1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_next_revert_returns_what_was_stuck),
		TEST(what_was_found_returned_is_not_written_again),
		TEST(what_somebody_else_changed_stays_theirs),
		TEST(an_apply_begins_with_what_is_theirs),
		TEST(a_blocked_rollback_takes_out_what_a_later_one_set_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
