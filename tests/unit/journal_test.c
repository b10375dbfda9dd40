// SPDX-License-Identifier: GPL-2.0-or-later
/* The journal: what is written is what is read, and damage is never guessed at. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/crc32.h"
#include "engine/journal.h"
#include "engine/state.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

/* How many allocations succeed before one does not; SIZE_MAX: all. */
static size_t memory_left = SIZE_MAX;

static bool memory_ends(void)
{
	return memory_left != SIZE_MAX && memory_left-- == 0;
}

char *__real_strdup(const char *string);
char *__wrap_strdup(const char *string);

char *__wrap_strdup(const char *string)
{
	return memory_ends() ? NULL : __real_strdup(string);
}

struct fixture {
	char dir[64];
	struct nt_state state;
	struct nt_plan plan;
	struct nt_diag diag;
};

static void add_change(struct nt_plan *plan, const char *tunable, const char *seen,
		       const char *wanted)
{
	struct nt_change change = {
		.domain = nt_tunable_find("sysctl"),
		.target = strdup("host"),
		.tunable = strdup(tunable),
		.seen = seen ? strdup(seen) : NULL,
		.wanted = strdup(wanted),
		.phase = NT_PHASE_SYSCTL,
		.undo_seq = 7,
		.journaled = true,
	};

	assert_int_equal(nt_plan_add(plan, &change), 0);
}

static const struct nt_journal_ending committed = {
	.state = NT_TXN_COMMITTED,
	.complete = true,
	.duration_us = 12,
	.writes = 3,
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->dir, "/tmp/nettune-journal-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	setenv("NETTUNE_STATE_DIR", f->dir, 1);
	assert_int_equal(nt_state_open(true, &f->state, &f->diag), 0);
	add_change(&f->plan, "net.core.somaxconn", "4096", "65535");
	add_change(&f->plan, "net.ipv4.tcp_rmem", "4096 131072 6291456", "4096 131072 16777216");
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

static struct nt_txn_head head_of(enum nt_txn_kind kind)
{
	return (struct nt_txn_head){ .kind = kind, .boot_id = "boot", .backend = "user",
				     .netns_cookie = 1 };
}

static struct nt_journal_writer begin_with(struct fixture *f, uint32_t confirm_s)
{
	struct nt_txn_head head = head_of(NT_TXN_APPLY);
	struct nt_journal_writer writer;

	head.confirm_s = confirm_s;
	head.deadline_ns = confirm_s ? 1000 : 0;
	assert_int_equal(nt_journal_begin(&f->state, &head, &f->plan, &writer, &f->diag), 0);
	return writer;
}

static struct nt_journal_writer begin(struct fixture *f)
{
	return begin_with(f, 0);
}

static void await(struct fixture *f, struct nt_journal_writer *writer, uint64_t deadline_ns)
{
	const struct nt_journal_waiting waiting = {
		.deadline_ns = deadline_ns,
		.guardian = "process",
		.complete = true,
		.duration_us = 5,
		.writes = 2,
	};

	for (size_t i = 0; i < f->plan.n_changes; i++)
		f->plan.changes[i].outcome = NT_OUTCOME_APPLIED;
	assert_int_equal(nt_journal_await(&f->state, writer, &f->plan, &waiting, &f->diag), 0);
}

static struct nt_journal *read_all(struct fixture *f, size_t expect)
{
	struct nt_journal *journals;
	size_t n;

	assert_int_equal(nt_journal_read_all(&f->state, &(struct nt_journal_reader){ 0 },
					     &journals, &n, &f->diag), 0);
	assert_int_equal(n, expect);
	return journals;
}

/* The whole file as it lies on disk. */
static size_t slurp(struct fixture *f, const char *name, char *buf, size_t size)
{
	nt_autoclose int fd = openat(f->state.journal_fd, name, O_RDONLY);
	ssize_t n = read(fd, buf, size);

	assert_true(n > 0 && (size_t)n < size);
	return (size_t)n;
}

static void replace(struct fixture *f, const char *name, const char *bytes, size_t len)
{
	nt_autoclose int fd = openat(f->state.journal_fd, name, O_WRONLY | O_TRUNC | O_CREAT, 0644);

	assert_int_equal(write(fd, bytes, len), len);
}

static void what_is_written_is_read_back(void **state)
{
	struct fixture *f = *state;
	struct nt_journal_writer writer = begin(f);
	struct nt_journal *journals;

	f->plan.changes[0].outcome = NT_OUTCOME_APPLIED;
	f->plan.changes[0].readback = strdup("65535");
	f->plan.changes[1].outcome = NT_OUTCOME_FAILED;
	f->plan.changes[1].err = EINVAL;
	f->plan.changes[1].extack = strdup("below the minimum");
	assert_int_equal(nt_journal_end(&f->state, &writer, &f->plan, &committed, &f->diag), 0);
	journals = read_all(f, 1);
	assert_int_equal(journals[0].state, NT_TXN_COMMITTED);
	assert_int_equal(journals[0].head.id, 1);
	assert_true(journals[0].complete);
	assert_int_equal(journals[0].duration_us, 12);
	assert_int_equal(journals[0].writes, 3);
	assert_int_equal(journals[0].plan.n_changes, 2);
	assert_string_equal(journals[0].plan.changes[1].seen, "4096 131072 6291456");
	assert_string_equal(journals[0].plan.changes[0].readback, "65535");
	assert_int_equal(journals[0].plan.changes[0].undo_seq, 7);
	assert_int_equal(journals[0].plan.changes[1].err, EINVAL);
	assert_string_equal(journals[0].plan.changes[1].extack, "below the minimum");
	assert_null(journals[0].plan.changes[0].extack);
	assert_int_equal(journals[0].plan.changes[1].outcome, NT_OUTCOME_FAILED);
	nt_journals_free(journals, 1);
}

static void without_an_end_it_asks_for_recovery(void **state)
{
	struct fixture *f = *state;
	struct nt_journal_writer writer = begin(f);
	struct nt_journal *journals;

	nt_journal_abort(&writer);
	journals = read_all(f, 1);
	assert_int_equal(journals[0].state, NT_TXN_STAGED);
	nt_journals_free(journals, 1);
}

/* Cut at every byte: before "staged" nothing was written; behind it recovery is due; only whole
 * lines count; never an error, never a committed state that was not. */
static void cut_anywhere_is_a_crash_and_not_damage(void **state)
{
	struct fixture *f = *state;
	struct nt_journal_writer writer = begin(f);
	char text[8192];
	size_t staged, len;

	staged = slurp(f, "000001.journal", text, sizeof(text));
	assert_int_equal(nt_journal_end(&f->state, &writer, &f->plan, &committed, &f->diag), 0);
	len = slurp(f, "000001.journal", text, sizeof(text));
	for (size_t cut = 0; cut <= len; cut++) {
		struct nt_journal journal;

		assert_int_equal(nt_journal_parse(text, cut, "j", &journal, &f->diag), 0);
		assert_int_equal(journal.state, cut < staged ? NT_TXN_WRITING
				 : cut < len ? NT_TXN_STAGED : NT_TXN_COMMITTED);
		assert_int_equal(journal.torn, cut && text[cut - 1] != '\n');
		assert_true(journal.end_offset <= cut);
		nt_journal_free(&journal);
	}
}

static void it_awaits_until_the_last_deadline_it_was_given(void **state)
{
	struct fixture *f = *state;
	struct nt_journal_writer writer = begin_with(f, 60);
	struct nt_journal *journals;

	await(f, &writer, 2000);
	await(f, &writer, 9000);
	nt_journal_abort(&writer);
	journals = read_all(f, 1);
	assert_int_equal(journals[0].state, NT_TXN_AWAITING);
	assert_int_equal(journals[0].head.confirm_s, 60);
	assert_int_equal(journals[0].head.deadline_ns, 1000);
	assert_int_equal(journals[0].deadline_ns, 9000);
	assert_int_equal(journals[0].writes, 2);
	assert_string_equal(journals[0].guardian, "process");
	assert_int_equal(journals[0].plan.changes[1].outcome, NT_OUTCOME_APPLIED);

	/* Whoever decides continues the same file. */
	assert_int_equal(nt_journal_reopen(&f->state, &journals[0], &writer, &f->diag), 0);
	f->plan.changes[0].outcome = NT_OUTCOME_UNDONE;
	assert_int_equal(nt_journal_end(&f->state, &writer, &f->plan,
					&(struct nt_journal_ending){ .state = NT_TXN_UNDONE,
								     .cause = "not confirmed" },
					&f->diag), 0);
	nt_journals_free(journals, 1);
	journals = read_all(f, 1);
	assert_int_equal(journals[0].state, NT_TXN_UNDONE);
	assert_string_equal(journals[0].cause, "not confirmed");
	assert_int_equal(journals[0].plan.changes[0].outcome, NT_OUTCOME_UNDONE);
	nt_journals_free(journals, 1);
}

/* Cut at every byte: it awaits exactly from the whole line that says so to the whole end. */
static void a_wait_cut_anywhere_is_a_crash_and_not_damage(void **state)
{
	struct fixture *f = *state;
	struct nt_journal_writer writer = begin_with(f, 60);
	char text[8192];
	size_t staged, awaiting, len;

	staged = slurp(f, "000001.journal", text, sizeof(text));
	await(f, &writer, 2000);
	awaiting = slurp(f, "000001.journal", text, sizeof(text));
	assert_int_equal(nt_journal_end(&f->state, &writer, &f->plan, &committed, &f->diag), 0);
	len = slurp(f, "000001.journal", text, sizeof(text));
	for (size_t cut = 0; cut <= len; cut++) {
		struct nt_journal journal;

		assert_int_equal(nt_journal_parse(text, cut, "j", &journal, &f->diag), 0);
		assert_int_equal(journal.state, cut < staged ? NT_TXN_WRITING
				 : cut < awaiting ? NT_TXN_STAGED
				 : cut < len ? NT_TXN_AWAITING : NT_TXN_COMMITTED);
		assert_int_equal(journal.deadline_ns,
				 cut < awaiting ? journal.head.deadline_ns : 2000);
		nt_journal_free(&journal);
	}
}

static void nothing_awaits_that_was_not_to_be_confirmed(void **state)
{
	struct fixture *f = *state;
	struct nt_journal_writer writer = begin(f);
	struct nt_journal *journals;
	struct nt_diag diag = { 0 };
	size_t n;

	await(f, &writer, 2000);
	nt_journal_abort(&writer);
	assert_int_equal(nt_journal_read_all(&f->state, &(struct nt_journal_reader){ 0 },
					     &journals, &n, &diag), -EINVAL);
	assert_non_null(strstr(diag.message, "nobody asked for"));
}

static void a_flipped_bit_is_damage_with_its_line(void **state)
{
	struct fixture *f = *state;
	struct nt_journal_writer writer = begin(f);
	struct nt_journal journal;
	char text[8192];
	size_t len;

	nt_journal_abort(&writer);
	len = slurp(f, "000001.journal", text, sizeof(text));
	for (size_t i = 0; i < len; i++) {
		struct nt_diag diag = { 0 };
		unsigned int line = 1;
		char expect[32];

		if (text[i] == '\n')
			continue;
		for (size_t j = 0; j < i; j++)
			line += text[j] == '\n';
		text[i] ^= 1;
		if (text[i] == '\n') {
			text[i] ^= 1;
			continue;
		}
		assert_int_equal(nt_journal_parse(text, len, "j", &journal, &diag), -EINVAL);
		snprintf(expect, sizeof(expect), "j:%u: ", line);
		assert_memory_equal(diag.message, expect, strlen(expect));
		text[i] ^= 1;
	}
}

static void damage_stops_and_can_be_set_aside(void **state)
{
	struct fixture *f = *state;
	struct nt_journal_writer writer = begin(f);
	struct nt_journal *journals;
	struct nt_diag diag = { 0 };
	char text[8192];
	size_t len, n;

	nt_journal_abort(&writer);
	len = slurp(f, "000001.journal", text, sizeof(text));
	text[20] ^= 1;
	replace(f, "000001.journal", text, len);
	assert_int_equal(nt_journal_read_all(&f->state, &(struct nt_journal_reader){ 0 },
					     &journals, &n, &diag), -EINVAL);
	assert_non_null(strstr(diag.message, "000001.journal:1: wrong checksum"));
	assert_int_equal(nt_journal_set_aside(&f->state, "000001.journal", &f->diag), 0);
	nt_journals_free(read_all(f, 0), 0);

	/* Its number is not given again: it may be needed by hand. */
	writer = begin(f);
	assert_string_equal(writer.name, "000002.journal");
	nt_journal_abort(&writer);
}

static void a_name_that_lies_is_refused(void **state)
{
	struct fixture *f = *state;
	struct nt_journal_writer writer = begin(f);
	struct nt_journal *journals;
	struct nt_diag diag = { 0 };
	char text[8192];
	size_t len, n;

	nt_journal_abort(&writer);
	len = slurp(f, "000001.journal", text, sizeof(text));
	replace(f, "000009.journal", text, len);
	assert_int_equal(nt_journal_read_all(&f->state, &(struct nt_journal_reader){ 0 },
					     &journals, &n, &diag), -EINVAL);
	assert_non_null(strstr(diag.message, "says it is transaction 1"));
}

static void a_value_seen_late_is_read_back(void **state)
{
	struct fixture *f = *state;
	struct nt_journal_writer writer;
	struct nt_journal *journals;

	free(f->plan.changes[1].seen);
	f->plan.changes[1].seen = NULL;
	writer = begin(f);
	f->plan.changes[1].seen = strdup("1 2 3");
	f->plan.changes[1].seen_late = true;
	assert_int_equal(nt_journal_add_seen(&f->state, &writer, &f->plan, &f->diag), 0);
	nt_journal_abort(&writer);
	journals = read_all(f, 1);
	assert_int_equal(journals[0].state, NT_TXN_STAGED);
	assert_string_equal(journals[0].plan.changes[1].seen, "1 2 3");
	assert_string_equal(journals[0].plan.changes[0].seen, "4096");
	nt_journals_free(journals, 1);
}

static void what_a_way_back_found_is_told_and_not_staged(void **state)
{
	struct nt_txn_head head = head_of(NT_TXN_REVERT);
	struct fixture *f = *state;
	struct nt_journal_writer writer;
	struct nt_journal *journals;

	f->plan.changes[0].journaled = false;
	f->plan.changes[0].noted = true;
	f->plan.changes[0].outcome = NT_OUTCOME_BLOCKED;
	assert_int_equal(nt_journal_begin(&f->state, &head, &f->plan, &writer, &f->diag), 0);
	f->plan.changes[1].outcome = NT_OUTCOME_APPLIED;
	assert_int_equal(nt_journal_end(&f->state, &writer, &f->plan, &committed, &f->diag), 0);
	journals = read_all(f, 1);
	assert_int_equal(journals[0].plan.n_changes, 2);
	assert_true(journals[0].plan.changes[0].noted);
	assert_false(journals[0].plan.changes[0].journaled);
	assert_int_equal(journals[0].plan.changes[0].outcome, NT_OUTCOME_BLOCKED);
	assert_false(journals[0].plan.changes[1].noted);
	assert_true(journals[0].plan.changes[1].journaled);
	assert_int_equal(journals[0].plan.changes[1].outcome, NT_OUTCOME_APPLIED);
	nt_journals_free(journals, 1);
}

static void only_a_way_back_begins_with_what_it_found(void **state)
{
	static const struct {
		const char *kind;
		const char *outcome;
		int r;
	} cases[] = {
		{ "revert", "compliant", 0 },	  { "rollback", "absent", 0 },
		{ "revert", "applied", -EINVAL }, { "apply", "compliant", -EINVAL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct nt_diag diag = { 0 };
		struct nt_journal journal;
		char text[1024], line[512];
		int n;

		snprintf(line, sizeof(line), "{\"record\":\"begin\",\"schema\":"
			 "\"nettune.journal/1\",\"txn\":1,\"kind\":\"%s\",\"undoes\":0,"
			 "\"boot_id\":\"b\",\"netns\":\"\",\"netns_cookie\":1,"
			 "\"started_s\":1,\"backend\":\"user\",\"profiles\":[]}",
			 cases[i].kind);
		n = snprintf(text, sizeof(text), "%08x %s\n", nt_crc32(line, strlen(line)), line);
		snprintf(line, sizeof(line), "{\"record\":\"change\",\"index\":0,\"domain\":"
			 "\"sysctl\",\"target\":\"host\",\"tunable\":\"a\",\"seen\":\"1\","
			 "\"wanted\":\"1\",\"phase\":\"sysctl\",\"policy\":\"prefer\","
			 "\"undo_seq\":0,\"outcome\":\"%s\"}", cases[i].outcome);
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%08x %s\n",
			      nt_crc32(line, strlen(line)), line);
		assert_int_equal(nt_journal_parse(text, (size_t)n, "j", &journal, &diag),
				 cases[i].r);
		if (cases[i].r == 0)
			nt_journal_free(&journal);
	}
}

static void a_record_out_of_order_is_refused(void **state)
{
	static const char *const texts[] = {
		"{\"record\":\"staged\",\"changes\":0}",
		"{\"record\":\"result\",\"index\":0,\"outcome\":\"applied\",\"errno\":0}",
		"{\"record\":\"nonsense\"}",
		"[]",
		"{\"record\":\"begin\",\"schema\":\"nettune.journal/2\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct nt_journal journal;
		struct nt_diag diag = { 0 };
		char line[512];
		int n = snprintf(line, sizeof(line), "%08x %s\n",
				 nt_crc32(texts[i], strlen(texts[i])), texts[i]);

		assert_int_equal(nt_journal_parse(line, (size_t)n, "j", &journal, &diag), -EINVAL);
		assert_memory_equal(diag.message, "j:1: ", 5);
	}
}

static void a_full_disk_leaves_no_journal_behind(void **state)
{
	struct fixture *f = *state;
	struct nt_txn_head head = head_of(NT_TXN_APPLY);
	struct nt_journal_writer writer;
	struct nt_diag diag = { 0 };
	int full = open("/dev/full", O_RDONLY);

	/* /dev/full is no folder: creating a file in it fails as on a broken disk. */
	assert_true(full >= 0);
	close(f->state.journal_fd);
	f->state.journal_fd = full;
	assert_true(nt_journal_begin(&f->state, &head, &f->plan, &writer, &diag) < 0);
	assert_non_null(strstr(diag.message, "nothing was changed"));
}

static void folders_that_others_can_write_are_refused(void **state)
{
	struct fixture *f = *state;
	struct nt_state again;
	struct nt_diag diag = { 0 };

	assert_int_equal(chmod(f->dir, 0777), 0);
	assert_int_equal(nt_state_open(true, &again, &diag), -EPERM);
	assert_true(diag.refused);
}

static void the_second_caller_learns_who_holds_the_lock(void **state)
{
	struct fixture *f = *state;
	struct nt_state second;
	struct nt_diag diag = { 0 };
	char expect[64];

	assert_int_equal(nt_state_lock(&f->state, "apply server", &f->diag), 0);
	assert_int_equal(nt_state_open(true, &second, &diag), 0);
	assert_int_equal(nt_state_lock(&second, "apply other", &diag), -EBUSY);
	snprintf(expect, sizeof(expect), "held by pid %d (apply server) since ", getpid());
	assert_non_null(strstr(diag.message, expect));
	nt_state_close(&second);
}

static void whoever_removes_a_lock_leaves_it_to_nobody(void **state)
{
	struct fixture *f = *state;
	char holder[NT_STATE_HOLDER_MAX] = "", expect[64];
	int first = nt_state_claim(&f->state, "bond0.lock", "bond run bond0", holder), second;

	assert_true(first >= 0);
	assert_int_equal(nt_state_claim(&f->state, "bond0.lock", "bond run bond0", holder), -EBUSY);
	snprintf(expect, sizeof(expect), "pid %d (bond run bond0) since ", getpid());
	assert_non_null(strstr(holder, expect));
	/* The removed file stays locked, and is in nobody's way. */
	assert_int_equal(unlinkat(f->state.dir_fd, "bond0.lock", 0), 0);
	second = nt_state_claim(&f->state, "bond0.lock", "bond run bond0", holder);
	assert_true(second >= 0);
	close(first);
	assert_int_equal(nt_state_claim(&f->state, "bond0.lock", "bond run bond0", holder), -EBUSY);
	assert_int_equal(unlinkat(f->state.dir_fd, "bond0.lock", 0), 0);
	close(second);
}

/* Damage is told to be set aside, so memory that ran out must not be taken for it. */
static void memory_that_runs_out_is_not_damage(void **state)
{
	struct fixture *f = *state;
	struct nt_journal_writer writer = begin(f);
	char text[8192];
	size_t len, failures = 0;
	int r = -ENOMEM;

	f->plan.changes[0].outcome = f->plan.changes[1].outcome = NT_OUTCOME_FAILED;
	f->plan.changes[0].extack = strdup("below the minimum");
	f->plan.changes[0].readback = strdup("4096");
	assert_int_equal(nt_journal_end(&f->state, &writer, &f->plan, &committed, &f->diag), 0);
	len = slurp(f, "000001.journal", text, sizeof(text));
	for (size_t n = 0; r < 0; n++) {
		struct nt_diag diag = { 0 };
		struct nt_journal journal;

		memory_left = n;
		r = nt_journal_parse(text, len, "it", &journal, &diag);
		failures += r < 0;
		memory_left = SIZE_MAX;
		if (r == 0)
			nt_journal_free(&journal);
		else
			assert_int_equal(r, -ENOMEM);
	}
	assert_int_equal(failures, 8 + 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_written_is_read_back, setup, teardown),
		cmocka_unit_test_setup_teardown(memory_that_runs_out_is_not_damage, setup,
						teardown),
		cmocka_unit_test_setup_teardown(without_an_end_it_asks_for_recovery, setup,
						teardown),
		cmocka_unit_test_setup_teardown(cut_anywhere_is_a_crash_and_not_damage, setup,
						teardown),
		cmocka_unit_test_setup_teardown(it_awaits_until_the_last_deadline_it_was_given,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_wait_cut_anywhere_is_a_crash_and_not_damage,
						setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_awaits_that_was_not_to_be_confirmed, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_flipped_bit_is_damage_with_its_line, setup,
						teardown),
		cmocka_unit_test_setup_teardown(damage_stops_and_can_be_set_aside, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_name_that_lies_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_value_seen_late_is_read_back, setup, teardown),
		cmocka_unit_test_setup_teardown(what_a_way_back_found_is_told_and_not_staged, setup,
						teardown),
		cmocka_unit_test_setup_teardown(only_a_way_back_begins_with_what_it_found, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_record_out_of_order_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_disk_leaves_no_journal_behind, setup,
						teardown),
		cmocka_unit_test_setup_teardown(folders_that_others_can_write_are_refused, setup,
						teardown),
		cmocka_unit_test_setup_teardown(the_second_caller_learns_who_holds_the_lock, setup,
						teardown),
		cmocka_unit_test_setup_teardown(whoever_removes_a_lock_leaves_it_to_nobody, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
