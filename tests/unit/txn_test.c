// SPDX-License-Identifier: GPL-2.0-or-later
/* The transaction, on a domain in memory that fails wherever a test wants it to. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/backend.h"
#include "engine/deadline.h"
#include "engine/guardian.h"
#include "engine/state.h"
#include "engine/txn.h"
#include "fake/fake_io.h"
#include "io/io.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

#define VALUES 6

/* Values are named "0" to "5". */
static struct {
	char value[VALUES][32];
	int fail_apply[VALUES]; /* positive errno */
	int fail_undo[VALUES];
	bool lies[VALUES]; /* accepts, and does nothing */
	int signal_at;     /* the apply that is interrupted, -1 none */
	unsigned int undone[VALUES];
	unsigned int n_undone;
	unsigned int n_applied;
	int last_applied;
	bool journal_was_there;
	bool guarded;        /* a guardian had been started before the first write */
	int fail_start;      /* positive errno */
	int fail_hand_over;
	enum nt_txn_state handed_over_as; /* what the journal said when it was handed over */
	struct nt_state *state;
} host;

static struct nt_io io;

static bool journal_exists(void)
{
	return host.state && faccessat(host.state->journal_fd, "000001.journal", F_OK, 0) == 0;
}

static int fake_apply(struct nt_io *fake, const struct nt_change *change, struct nt_diag *diag)
{
	int i = atoi(change->tunable);

	host.journal_was_there = journal_exists();
	fake->writes++;
	host.n_applied++;
	host.last_applied = i;
	if (host.signal_at == i)
		raise(SIGTERM);
	if (host.fail_apply[i])
		return nt_diag_err(diag, host.fail_apply[i], "refused by the test");
	if (!host.lies[i])
		snprintf(host.value[i], sizeof(host.value[i]), "%s", change->wanted);
	return 0;
}

static int fake_undo(struct nt_io *fake, const struct nt_change *change, struct nt_diag *diag)
{
	int i = atoi(change->tunable);

	fake->writes++;
	host.undone[host.n_undone++] = (unsigned int)i;
	if (host.fail_undo[i])
		return nt_diag_err(diag, host.fail_undo[i], "stuck by the test");
	snprintf(host.value[i], sizeof(host.value[i]), "%s", change->seen);
	return 0;
}

static int fake_get(struct nt_io *fake, const char *target, const char *tunable, char *buf,
		    size_t size)
{
	(void)target;
	(void)fake;
	snprintf(buf, size, "%s", host.value[atoi(tunable)]);
	return 0;
}

static bool fake_same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static int fake_start(struct nt_state *state, uint32_t txn, struct nt_guard *ret,
		      struct nt_diag *diag)
{
	(void)state;
	(void)txn;
	if (host.fail_start)
		return nt_diag_err(diag, host.fail_start, "no guardian in this test");
	assert_true(journal_exists());
	assert_int_equal(host.n_applied, 0);
	host.guarded = true;
	*ret = (struct nt_guard){ .fd = -1, .pid_fd = -1, .kind = "process" };
	return 0;
}

/* The test's domain cannot be parsed back, but the last record can be found. */
static int fake_hand_over(struct nt_guard *guard, uint32_t txn, struct nt_diag *diag)
{
	int fd = openat(host.state->journal_fd, "000001.journal", O_RDONLY | O_CLOEXEC);
	char text[8192];
	ssize_t n = read(fd, text, sizeof(text) - 1);

	(void)guard;
	(void)txn;
	close(fd);
	assert_true(n > 0);
	text[n] = '\0';
	host.handed_over_as = strstr(text, "\"record\":\"awaiting\"") ? NT_TXN_AWAITING
								     : NT_TXN_STAGED;
	return host.fail_hand_over ? nt_diag_err(diag, host.fail_hand_over, "it died") : 0;
}

static void fake_close(struct nt_guard *guard)
{
	(void)guard;
}

static const struct nt_guard_ops fake_guards = {
	.start = fake_start,
	.hand_over = fake_hand_over,
	.close = fake_close,
};

static const struct nt_tunable fake_domain = {
	.name = "fake",
	.section = "Fake",
	.apply = fake_apply,
	.undo = fake_undo,
	.get = fake_get,
	.same = fake_same,
};

struct fixture {
	char dir[64];
	struct nt_state state;
	struct nt_plan plan;
	struct nt_txn txn;
	struct nt_diag diag;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	memset(&host, 0, sizeof(host));
	host.signal_at = -1;
	io.writes = 0;
	strcpy(f->dir, "/tmp/nettune-txn-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	setenv("NETTUNE_STATE_DIR", f->dir, 1);
	assert_int_equal(nt_state_open(true, &f->state, &f->diag), 0);
	host.state = &f->state;
	for (unsigned int i = 0; i < VALUES; i++) {
		struct nt_change change = {
			.domain = &fake_domain,
			.target = strdup("host"),
			.seen = strdup("old"),
			.wanted = strdup("new"),
			.undo_seq = (i * 5 + 2) % VALUES, /* neither forwards nor backwards */
		};

		assert_true(asprintf(&change.tunable, "%u", i) > 0);
		assert_int_equal(nt_plan_add(&f->plan, &change), 0);
		strcpy(host.value[i], "old");
	}
	f->txn = (struct nt_txn){
		.io = &io,
		.state = &f->state,
		.backend = nt_backend_user(),
		.plan = &f->plan,
		.complete = true,
		.guards = &fake_guards,
		.head = { .kind = NT_TXN_APPLY, .boot_id = "now", .backend = "user" },
	};
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char command[128];

	nt_plan_free(&f->plan);
	nt_state_close(&f->state);
	snprintf(command, sizeof(command), "rm -rf %s", f->dir);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}

static void expect_all(const char *value)
{
	for (unsigned int i = 0; i < VALUES; i++)
		assert_string_equal(host.value[i], value);
}

static unsigned int count_journals(const struct fixture *f)
{
	char path[128];
	struct dirent *entry;
	unsigned int n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/journal", f->dir);
	dir = opendir(path);
	assert_non_null(dir);
	while ((entry = readdir(dir)))
		n += entry->d_name[0] != '.';
	closedir(dir);
	return n;
}

static void everything_is_applied_and_read_back(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(nt_txn_run(&f->txn, &f->diag), 0);
	expect_all("new");
	assert_int_equal(f->txn.ended, NT_TXN_COMMITTED);
	assert_int_equal(f->txn.writes, VALUES);
	for (unsigned int i = 0; i < VALUES; i++) {
		assert_int_equal(f->plan.changes[i].outcome, NT_OUTCOME_APPLIED);
		assert_string_equal(f->plan.changes[i].readback, "new");
	}
}

static void the_journal_is_there_before_the_first_write(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(nt_txn_run(&f->txn, &f->diag), 0);
	assert_true(host.journal_was_there);
}

static void undo_follows_undo_seq_after_a_required_change_fails(void **state)
{
	struct fixture *f = *state;
	/* The fourth fails; the three before it have undo_seq 2, 1, 0. */
	const unsigned int order[] = { 2, 1, 0 };

	f->plan.changes[3].policy = NT_POLICY_REQUIRE;
	host.fail_apply[3] = EINVAL;
	assert_int_equal(nt_txn_run(&f->txn, &f->diag), -ECANCELED);
	expect_all("old");
	assert_int_equal(f->txn.ended, NT_TXN_UNDONE);
	assert_int_equal(host.n_undone, 3);
	assert_memory_equal(host.undone, order, sizeof(order));
	assert_int_equal(f->plan.changes[3].outcome, NT_OUTCOME_FAILED);
	assert_int_equal(f->plan.changes[0].outcome, NT_OUTCOME_UNDONE);
	assert_int_equal(host.n_applied, 4);
	assert_non_null(strstr(f->diag.message, "refused by the test"));
}

static void a_preferred_change_that_fails_is_a_result(void **state)
{
	struct fixture *f = *state;

	host.fail_apply[2] = EOPNOTSUPP;
	host.fail_apply[4] = EBUSY;
	assert_int_equal(nt_txn_run(&f->txn, &f->diag), 0);
	assert_string_equal(host.value[2], "old");
	assert_string_equal(host.value[5], "new");
	assert_int_equal(f->plan.changes[2].outcome, NT_OUTCOME_UNSUPPORTED);
	assert_int_equal(f->plan.changes[4].outcome, NT_OUTCOME_BLOCKED);
	assert_int_equal(f->txn.ended, NT_TXN_COMMITTED);
}

static void a_change_that_does_not_read_back_is_no_success(void **state)
{
	struct fixture *f = *state;

	host.lies[1] = true;
	assert_int_equal(nt_txn_run(&f->txn, &f->diag), 0);
	assert_int_equal(f->plan.changes[1].outcome, NT_OUTCOME_FAILED);
	assert_non_null(strstr(f->plan.changes[1].extack, "reads back old"));
}

static void a_required_change_that_does_not_read_back_undoes_all(void **state)
{
	struct fixture *f = *state;

	host.lies[5] = true;
	f->plan.changes[5].policy = NT_POLICY_REQUIRE;
	assert_int_equal(nt_txn_run(&f->txn, &f->diag), -ECANCELED);
	expect_all("old");
}

static void undo_goes_on_past_errors_and_says_so(void **state)
{
	struct fixture *f = *state;

	f->plan.changes[5].policy = NT_POLICY_REQUIRE;
	host.fail_apply[5] = EIO;
	host.fail_undo[2] = EIO;
	assert_int_equal(nt_txn_run(&f->txn, &f->diag), -ECANCELED);
	assert_int_equal(f->txn.undo_failed, 1);
	/* It is not over: the journal has no end, so that recover tries again. */
	assert_int_equal(f->txn.ended, NT_TXN_STAGED);
	for (unsigned int i = 0; i < VALUES; i++)
		assert_string_equal(host.value[i], i == 2 ? "new" : "old");
	assert_int_equal(f->plan.changes[2].outcome, NT_OUTCOME_FAILED);
}

static struct fake_io wired;

static void fall_silent(struct fake_io *f)
{
	if (host.n_applied == VALUES)
		f->paths.neighbours[0].answers_ms = UINT32_MAX;
}

/* A host whose default route is by eth0, the device of the first change. */
static void change_a_device(struct fixture *f)
{
	fake_io_init(&wired);
	fake_node(&wired, FAKE_OWN, 2, "eth0", "");
	fake_route(&wired, FAKE_OWN, "", 2, "192.0.2.1");
	fake_neighbour(&wired, 2, "192.0.2.1");
	free(f->plan.changes[0].target);
	f->plan.changes[0].target = strdup("eth0");
	f->txn.io = &wired.io;
	f->txn.head.confirm_s = 60;
}

static void a_change_that_passes_its_probation_awaits(void **state)
{
	struct fixture *f = *state;

	change_a_device(f);
	assert_int_equal(nt_txn_run(&f->txn, &f->diag), 0);
	assert_int_equal(f->txn.ended, NT_TXN_AWAITING);
	assert_true(wired.paths.neighbours[0].n_asked >= 2);
	fake_io_free(&wired);
}

static void a_change_that_fails_its_probation_is_undone_at_once(void **state)
{
	struct fixture *f = *state;

	change_a_device(f);
	wired.paths.neighbours[0].answers_ms = 100;
	wired.paths.on_wait = fall_silent;
	assert_int_equal(nt_txn_run(&f->txn, &f->diag), -ENETUNREACH);
	assert_int_equal(f->txn.ended, NT_TXN_UNDONE);
	assert_int_equal(host.n_undone, VALUES);
	assert_non_null(strstr(f->diag.message, "probation: 192.0.2.1"));
	for (unsigned int i = 0; i < VALUES; i++)
		assert_string_equal(host.value[i], "old");
	fake_io_free(&wired);
}

static void a_value_that_changed_since_planning_stops_before_any_write(void **state)
{
	struct fixture *f = *state;

	strcpy(host.value[4], "theirs");
	assert_int_equal(nt_txn_run(&f->txn, &f->diag), -ESTALE);
	assert_int_equal(io.writes, 0);
	assert_int_equal(count_journals(f), 0);
	assert_non_null(strstr(f->diag.message, "from old to theirs"));
}

static void nothing_to_do_writes_nothing_at_all(void **state)
{
	struct fixture *f = *state;

	for (unsigned int i = 0; i < VALUES; i++)
		f->plan.changes[i].outcome = NT_OUTCOME_COMPLIANT;
	assert_int_equal(nt_txn_run(&f->txn, &f->diag), 0);
	assert_int_equal(io.writes, 0);
	assert_int_equal(f->txn.head.id, 0);
	assert_int_equal(count_journals(f), 0);
}

static void a_signal_in_the_middle_undoes(void **state)
{
	struct fixture *f = *state;

	host.signal_at = 2;
	assert_int_equal(nt_txn_run(&f->txn, &f->diag), -EINTR);
	expect_all("old");
	assert_int_equal(f->txn.ended, NT_TXN_UNDONE);
	assert_int_equal(host.n_applied, 3);
}

static void undo_leaves_somebody_elses_value_alone_unless_forced(void **state)
{
	struct fixture *f = *state;
	size_t foreign;

	assert_int_equal(nt_txn_run(&f->txn, &f->diag), 0);
	strcpy(host.value[3], "theirs");
	assert_int_equal(nt_undo_plan(&io, &f->plan, false, &foreign), 0);
	assert_int_equal(foreign, 1);
	for (unsigned int i = 0; i < VALUES; i++)
		assert_string_equal(host.value[i], i == 3 ? "theirs" : "old");
	assert_non_null(strstr(f->plan.changes[3].extack, "theirs"));
	assert_int_equal(nt_undo_plan(&io, &f->plan, true, &foreign), 0);
	expect_all("old");
}

static void a_guardian_is_there_before_the_first_write(void **state)
{
	struct fixture *f = *state;

	f->txn.head.confirm_s = 60;
	assert_int_equal(nt_txn_run(&f->txn, &f->diag), 0);
	assert_true(host.guarded);
	assert_int_equal(host.handed_over_as, NT_TXN_AWAITING);
	assert_int_equal(f->txn.ended, NT_TXN_AWAITING);
	assert_string_equal(f->txn.guardian, "process");
	assert_true(nt_deadline_left_s(f->txn.deadline_ns, nt_deadline_now_ns()) <= 60);
	expect_all("new");
}

static void without_a_guardian_nothing_is_written(void **state)
{
	struct fixture *f = *state;

	f->txn.head.confirm_s = 60;
	host.fail_start = ESRCH;
	assert_int_equal(nt_txn_run(&f->txn, &f->diag), -ESRCH);
	assert_int_equal(io.writes, 0);
	assert_int_equal(f->txn.ended, NT_TXN_UNDONE);
	expect_all("old");
}

static void a_guardian_that_dies_before_it_is_handed_over_undoes_all(void **state)
{
	struct fixture *f = *state;

	f->txn.head.confirm_s = 60;
	host.fail_hand_over = ECONNRESET;
	assert_int_equal(nt_txn_run(&f->txn, &f->diag), -ECONNRESET);
	assert_int_equal(f->txn.ended, NT_TXN_UNDONE);
	expect_all("old");
}

static void nothing_awaits_when_nothing_could_be_applied(void **state)
{
	struct fixture *f = *state;

	f->txn.head.confirm_s = 60;
	for (unsigned int i = 0; i < VALUES; i++)
		host.fail_apply[i] = EBUSY;
	assert_int_equal(nt_txn_run(&f->txn, &f->diag), 0);
	assert_int_equal(f->txn.ended, NT_TXN_COMMITTED);
}

static void nothing_to_do_needs_no_guardian(void **state)
{
	struct fixture *f = *state;

	f->txn.head.confirm_s = 60;
	for (unsigned int i = 0; i < VALUES; i++)
		f->plan.changes[i].outcome = NT_OUTCOME_COMPLIANT;
	assert_int_equal(nt_txn_run(&f->txn, &f->diag), 0);
	assert_false(host.guarded);
	assert_int_equal(f->txn.ended, NT_TXN_COMMITTED);
}

static int absent_until_loaded(struct nt_io *fake, const char *target, const char *tunable,
			       char *buf, size_t size)
{
	if (atoi(tunable) == 3 && strcmp(host.value[0], "new") != 0)
		return -ENOENT;
	return fake_get(fake, target, tunable, buf, size);
}

/* Value 3 comes with module 0; when that cannot be unloaded, 3 has to be returned all the same. */
static void what_a_module_brings_is_seen_before_it_is_written(void **state)
{
	struct fixture *f = *state;
	static struct nt_tunable late;
	struct nt_journal *journals;
	size_t n;

	late = fake_domain;
	late.get = absent_until_loaded;
	for (unsigned int i = 0; i < VALUES; i++)
		f->plan.changes[i].domain = &late;
	f->plan.changes[0].phase = NT_PHASE_MODULES;
	for (unsigned int i = 1; i < VALUES; i++)
		f->plan.changes[i].phase = NT_PHASE_SYSCTL;
	free(f->plan.changes[3].seen);
	f->plan.changes[3].seen = NULL;
	strcpy(host.value[3], "brought");
	host.fail_undo[0] = EIO;
	host.fail_apply[5] = EINVAL;
	f->plan.changes[5].policy = NT_POLICY_REQUIRE;

	assert_int_equal(nt_txn_run(&f->txn, &f->diag), -ECANCELED);
	assert_string_equal(host.value[3], "brought");
	assert_string_equal(f->plan.changes[3].seen, "brought");
	/* The domain of this test is not known to the journal's reader. */
	assert_int_equal(nt_journal_read_all(&f->state, &(struct nt_journal_reader){ 0 },
					     &journals, &n, &f->diag),
			 -EINVAL);
}

/* A module is in use until what needed it is returned: the way back keeps its order. */
static void a_way_back_leaves_modules_at_its_end(void **state)
{
	struct fixture *f = *state;

	for (unsigned int i = 0; i < VALUES; i++)
		f->plan.changes[i].phase = i == VALUES - 1 ? NT_PHASE_MODULES : NT_PHASE_SYSCTL;
	f->txn.head.kind = NT_TXN_REVERT;
	assert_int_equal(nt_txn_run(&f->txn, &f->diag), 0);
	assert_int_equal(host.last_applied, VALUES - 1);
}

/* A disk that refuses the journal: nothing may be written to the host. */
static void without_a_journal_nothing_is_written(void **state)
{
	struct fixture *f = *state;

	close(f->state.journal_fd);
	f->state.journal_fd = open("/dev/full", O_RDONLY | O_CLOEXEC);
	assert_true(nt_txn_run(&f->txn, &f->diag) < 0);
	assert_int_equal(io.writes, 0);
	expect_all("old");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(everything_is_applied_and_read_back),
		TEST(the_journal_is_there_before_the_first_write),
		TEST(undo_follows_undo_seq_after_a_required_change_fails),
		TEST(a_preferred_change_that_fails_is_a_result),
		TEST(a_change_that_does_not_read_back_is_no_success),
		TEST(a_required_change_that_does_not_read_back_undoes_all),
		TEST(undo_goes_on_past_errors_and_says_so),
		TEST(a_change_that_passes_its_probation_awaits),
		TEST(a_change_that_fails_its_probation_is_undone_at_once),
		TEST(a_value_that_changed_since_planning_stops_before_any_write),
		TEST(nothing_to_do_writes_nothing_at_all),
		TEST(a_signal_in_the_middle_undoes),
		TEST(undo_leaves_somebody_elses_value_alone_unless_forced),
		TEST(a_guardian_is_there_before_the_first_write),
		TEST(without_a_guardian_nothing_is_written),
		TEST(a_guardian_that_dies_before_it_is_handed_over_undoes_all),
		TEST(nothing_awaits_when_nothing_could_be_applied),
		TEST(nothing_to_do_needs_no_guardian),
		TEST(what_a_module_brings_is_seen_before_it_is_written),
		TEST(a_way_back_leaves_modules_at_its_end),
		TEST(without_a_journal_nothing_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
