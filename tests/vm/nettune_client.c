// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Drives the kernel module for the scripts in tests/vm/guest.
 *
 * usage: nettune_client cap | list | events | get ID
 *        nettune_client apply [-n] [-u] [-fN] [-wMS] OP…
 *        nettune_client confirm ID [MS] | rollback ID
 *        nettune_client session STEP…
 *
 * What an OP is, client_op.c tells. -n does not wait; -u gives undo numbers in
 * the order of application instead of the reverse; -f has the Nth allocation of
 * the request fail, where the kernel can inject faults; -w has it await
 * confirmation.
 *
 * A session is one connection. Its STEPs are begin[:MS], add OP… ".",
 * commit[:MS], confirm[:MS], rollback, hold (says "holding" and waits for the
 * end of standard input), fail:N (as -f, for the next request) and take:ID (to act
 * on another's transaction). A step that is refused ends it.
 *
 * Exit codes: 0 committed, 1 ended otherwise, 2 usage, 3 refused at once, 6 no
 * module.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "client_op.h"

enum exit_code {
	EXIT_COMMITTED = 0,
	EXIT_NOT_COMMITTED = 1,
	EXIT_USAGE = 2,
	EXIT_REFUSED = 3,
	EXIT_NO_MODULE = 6,
};

static const char *const state_names[] = {
	[NETTUNE_TXN_STATE_QUEUED] = "queued",
	[NETTUNE_TXN_STATE_STAGING] = "staging",
	[NETTUNE_TXN_STATE_APPLYING] = "applying",
	[NETTUNE_TXN_STATE_COMMITTED] = "committed",
	[NETTUNE_TXN_STATE_REFUSED] = "refused",
	[NETTUNE_TXN_STATE_UNDOING] = "undoing",
	[NETTUNE_TXN_STATE_UNDONE] = "undone",
	[NETTUNE_TXN_STATE_UNDO_FAILED] = "undo-failed",
	[NETTUNE_TXN_STATE_OPEN] = "open",
	[NETTUNE_TXN_STATE_AWAITING] = "awaiting",
};

static const char *const phase_names[] = {
	[NETTUNE_OP_PHASE_QUEUED] = "queued",
	[NETTUNE_OP_PHASE_STAGE] = "stage",
	[NETTUNE_OP_PHASE_APPLY] = "apply",
	[NETTUNE_OP_PHASE_UNDO] = "undo",
};

#define NAME(table, value) \
	((value) < sizeof(table) / sizeof((table)[0]) && (table)[value] ? (table)[value] : "?")

static const char *error_name(int error)
{
	return error ? strerrorname_np(-error) : "0";
}

static void print_quoted(const char *text, size_t len)
{
	size_t i;

	putchar('"');
	for (i = 0; i < len; i++)
		if (text[i] == '\n')
			fputs("\\n", stdout);
		else if (text[i] == '\t')
			fputs("\\t", stdout);
		else if (text[i] < ' ' || text[i] > '~')
			printf("\\x%02x", (unsigned int)(unsigned char)text[i]);
		else
			putchar(text[i]);
	putchar('"');
}

static void print_txn(const struct nt_genl_txn *txn)
{
	printf("txn id=%" PRIu64 " cookie=%" PRIu64 " state=%s ops=%u written=%u undone=%u",
	       txn->id, txn->cookie, NAME(state_names, txn->state), txn->ops_count,
	       txn->ops_written, txn->ops_undone);
	if (txn->failed_op != NT_GENL_OP_NONE)
		printf(" failed_op=%u", txn->failed_op);
	printf(" error=%s message=\"%s\" owner=%u", error_name(txn->error), txn->message,
	       txn->owner);
	if (txn->deadline_ms)
		printf(" left=%u", txn->deadline_ms);
	putchar('\n');
	fflush(stdout);
}

static void print_result(size_t index, const struct nt_genl_result *result)
{
	printf("op index=%zu phase=%s flags=", index, NAME(phase_names, result->phase));
	printf("%s%s%s%s%s", result->flags & NETTUNE_RESULT_FLAG_WRITTEN ? "written," : "",
	       result->flags & NETTUNE_RESULT_FLAG_UNCHANGED ? "unchanged," : "",
	       result->flags & NETTUNE_RESULT_FLAG_ROUNDED ? "rounded," : "",
	       result->flags & NETTUNE_RESULT_FLAG_UNDONE ? "undone," : "",
	       result->flags & NETTUNE_RESULT_FLAG_NO_READBACK ? "no-readback," : "");
	printf(" error=%s undo_error=%s message=\"%s\" readback=", error_name(result->error),
	       error_name(result->undo_error), result->message);
	print_quoted(result->readback ? result->readback : "", result->readback_len);
	putchar('\n');
}

static int print_results(struct nt_genl *genl, const struct nt_genl_txn *txn)
{
	struct nt_genl_result *results = calloc(txn->ops_count, sizeof(*results));
	size_t i;
	int r;

	if (!results)
		return -ENOMEM;
	r = nt_genl_results(genl, txn->id, results, txn->ops_count);
	for (i = 0; r == 0 && i < txn->ops_count; i++)
		print_result(i, &results[i]);
	if (r == 0)
		nt_genl_results_free(results, txn->ops_count);
	free(results);
	return r;
}

static int fail(const char *what, int error)
{
	printf("failed %s error=%s\n", what, error_name(error));
	return error == -EPERM ? EXIT_REFUSED : EXIT_NOT_COMMITTED;
}

static int run_cap(struct nt_genl *genl)
{
	struct nt_genl_capability cap;
	int r = nt_genl_capability(genl, &cap);

	if (r < 0)
		return fail("capability", r);
	printf("version=%s op_kinds=%#x hooks=%#x ops_max=%u value_max=%u\n", cap.module_version,
	       cap.op_kinds, cap.hooks, cap.ops_max, cap.value_max);
	printf("txn_pending_max=%u txn_kept_max=%u owner_bytes_max=%u\n", cap.txn_pending_max,
	       cap.txn_kept_max, cap.owner_bytes_max);
	if (!cap.has_counters)
		return EXIT_COMMITTED;
	printf("ops_done=%" PRIu64 " ops_undone=%" PRIu64 " ops_failed=%" PRIu64 "\n", cap.ops_done,
	       cap.ops_undone, cap.ops_failed);
	printf("txns_applied=%" PRIu64 " txns_undone=%" PRIu64 " txns_pending=%u\n",
	       cap.txns_applied, cap.txns_undone, cap.txns_pending);
	return EXIT_COMMITTED;
}

static int run_get(struct nt_genl *genl, const char *id)
{
	struct nt_genl_txn txn;
	int r = nt_genl_get(genl, strtoull(id, NULL, 10), &txn);

	if (r < 0)
		return fail("get", r);
	print_txn(&txn);
	r = print_results(genl, &txn);
	return r < 0 ? fail("results", r) : EXIT_COMMITTED;
}

static int refused(int error, const struct nt_genl_refusal *refusal)
{
	printf("refused error=%s", error_name(error));
	if (refusal->op != NT_GENL_OP_NONE)
		printf(" op=%u", refusal->op);
	printf(" message=\"%s\"\n", refusal->message);
	return EXIT_REFUSED;
}

/* Says where @txn stands, after it has settled if @wait. */
static int conclude(struct nt_genl *genl, struct nt_genl_txn *txn, bool wait)
{
	int r = wait ? nt_genl_wait(genl, txn->id, NT_GENL_WAIT_MS, txn) : 0;

	print_txn(txn);
	if (r == 0 && wait && txn->ops_count)
		r = print_results(genl, txn);
	if (r < 0)
		return fail("wait", r);
	switch (txn->state) {
	case NETTUNE_TXN_STATE_COMMITTED:
	case NETTUNE_TXN_STATE_AWAITING:
	case NETTUNE_TXN_STATE_OPEN:
		return EXIT_COMMITTED;
	default:
		return wait ? EXIT_NOT_COMMITTED : EXIT_COMMITTED;
	}
}

/* From here on the kernel counts this task's allocations. */
static int fail_nth(const char *nth)
{
	int fd = open("/proc/thread-self/fail-nth", O_WRONLY | O_CLOEXEC);
	ssize_t r;

	if (fd < 0)
		return -errno;
	r = write(fd, nth, strlen(nth));
	close(fd);
	return r < 0 ? -errno : 0;
}

/**
 * struct words - operations in words
 * @ops: @count operations
 * @count: so far
 */
struct words {
	struct nt_genl_op *ops;
	size_t count;
};

static void words_free(struct words *words)
{
	while (words->count > 0)
		client_op_free(&words->ops[--words->count]);
	free(words->ops);
}

/* Makes operations of the words up to "." or the end; how many words goes to @ret_used. */
static int words_parse(char **argv, bool forward, struct words *ret_words, int *ret_used)
{
	int count = 0, i, r;

	while (argv[count] && strcmp(argv[count], ".") != 0)
		count++;
	ret_words->count = 0;
	ret_words->ops = calloc((size_t)count + 1, sizeof(*ret_words->ops));
	for (i = 0; ret_words->ops && i < count; i++) {
		struct nt_genl_op *op = &ret_words->ops[i];

		r = client_op_parse(argv[i], op);
		if (r < 0) {
			printf("unusable %s error=%s\n", argv[i], error_name(r));
			words_free(ret_words);
			return r;
		}
		op->undo_seq = (uint32_t)(forward ? i : count - i);
		ret_words->count++;
	}
	*ret_used = count;
	return ret_words->ops ? 0 : -ENOMEM;
}

/**
 * struct options - how to apply
 * @wait: for the end
 * @forward: undo in the order of application
 * @nth: allocation to fail, or NULL
 * @await_ms: how long to await confirmation, or 0
 */
struct options {
	bool wait;
	bool forward;
	const char *nth;
	uint32_t await_ms;
};

static int options_parse(char **argv, struct options *ret_options)
{
	int i;

	*ret_options = (struct options){ .wait = true };
	for (i = 0; argv[i] && argv[i][0] == '-'; i++) {
		switch (argv[i][1]) {
		case 'n':
			ret_options->wait = false;
			break;
		case 'u':
			ret_options->forward = true;
			break;
		case 'f':
			ret_options->nth = argv[i] + 2;
			break;
		case 'w':
			ret_options->await_ms = (uint32_t)strtoul(argv[i] + 2, NULL, 10);
		}
	}
	return i;
}

static int run_apply(struct nt_genl *genl, char **argv)
{
	struct nt_genl_refusal refusal = { .op = NT_GENL_OP_NONE };
	struct options options;
	struct nt_genl_txn txn;
	struct words words;
	int used, r;

	argv += options_parse(argv, &options);
	if (words_parse(argv, options.forward, &words, &used) < 0)
		return EXIT_USAGE;
	r = options.nth ? fail_nth(options.nth) : 0;
	if (r < 0) {
		words_free(&words);
		return fail("fail-nth", r);
	}
	r = nt_genl_apply_await(genl, &(struct nt_genl_batch){ words.ops, words.count },
				(uint64_t)getpid(), options.await_ms, &txn, &refusal);
	words_free(&words);
	return r < 0 ? refused(r, &refusal) : conclude(genl, &txn, options.wait);
}

static int run_list(struct nt_genl *genl)
{
	struct nt_genl_txn *txns;
	size_t count, i;
	int r = nt_genl_list(genl, &txns, &count);

	if (r < 0)
		return fail("list", r);
	for (i = 0; i < count; i++)
		print_txn(&txns[i]);
	free(txns);
	return EXIT_COMMITTED;
}

/* The number behind the colon of @step, or 0. */
static uint32_t number_of(const char *step)
{
	const char *colon = strchr(step, ':');

	return colon ? (uint32_t)strtoul(colon + 1, NULL, 10) : 0;
}

static bool step_is(const char *step, const char *name)
{
	size_t len = strlen(name);

	return strncmp(step, name, len) == 0 && (step[len] == '\0' || step[len] == ':');
}

/* Waits until nobody can want anything any more. */
static void hold(void)
{
	char byte;

	puts("holding");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
}

static int step_add(struct nt_genl *genl, char **argv, int *ret_used, struct nt_genl_txn *txn,
		    struct nt_genl_refusal *refusal)
{
	struct words words;
	int r;

	if (words_parse(argv, false, &words, ret_used) < 0)
		return -EINVAL;
	r = nt_genl_add(genl, txn->id, &(struct nt_genl_batch){ words.ops, words.count }, txn,
			refusal);
	words_free(&words);
	return r;
}

/* Takes the step in argv[0]; how many words that were goes to @ret_used. */
static int take_step(struct nt_genl *genl, char **argv, int *ret_used, struct nt_genl_txn *txn,
		     struct nt_genl_refusal *refusal)
{
	const char *step = argv[0];
	int r = -EINVAL;

	*ret_used = 1;
	if (step_is(step, "begin"))
		return nt_genl_begin(genl, (uint64_t)getpid(), number_of(step), txn, refusal);
	if (step_is(step, "commit"))
		return nt_genl_commit(genl, txn->id, number_of(step), txn, refusal);
	if (step_is(step, "confirm"))
		return nt_genl_confirm(genl, txn->id, number_of(step), txn, refusal);
	if (step_is(step, "rollback"))
		return nt_genl_rollback(genl, txn->id, txn, refusal);
	if (step_is(step, "fail"))
		return fail_nth(strchr(step, ':') + 1);
	if (step_is(step, "take"))
		return nt_genl_get(genl, number_of(step), txn);
	if (step_is(step, "add")) {
		r = step_add(genl, argv + 1, ret_used, txn, refusal);
		*ret_used += argv[1 + *ret_used] ? 2 : 1;
	} else if (step_is(step, "hold")) {
		hold();
		r = nt_genl_get(genl, txn->id, txn);
	}
	return r;
}

static int run_session(struct nt_genl *genl, char **argv)
{
	struct nt_genl_refusal refusal = { .op = NT_GENL_OP_NONE };
	struct nt_genl_txn txn = { 0 };
	int used, r, rc = EXIT_COMMITTED;

	for (; *argv; argv += used) {
		bool asks = !step_is(*argv, "fail") && !step_is(*argv, "take");

		r = take_step(genl, argv, &used, &txn, &refusal);
		if (r < 0)
			return refused(r, &refusal);
		rc = asks ? conclude(genl, &txn, true) : rc;
	}
	return rc;
}

static const char *const event_names[] = {
	[NETTUNE_TXN_EVENT_BEGUN] = "begun",
	[NETTUNE_TXN_EVENT_QUEUED] = "queued",
	[NETTUNE_TXN_EVENT_APPLIED] = "applied",
	[NETTUNE_TXN_EVENT_REFUSED] = "refused",
	[NETTUNE_TXN_EVENT_FAILED] = "failed",
	[NETTUNE_TXN_EVENT_COMMITTED] = "committed",
	[NETTUNE_TXN_EVENT_AWAITING] = "awaiting",
	[NETTUNE_TXN_EVENT_EXTENDED] = "extended",
	[NETTUNE_TXN_EVENT_CONFIRMED] = "confirmed",
	[NETTUNE_TXN_EVENT_EXPIRED] = "expired",
	[NETTUNE_TXN_EVENT_CANCELLED] = "cancelled",
	[NETTUNE_TXN_EVENT_UNDONE] = "undone",
	[NETTUNE_TXN_EVENT_UNDO_FAILED] = "undo-failed",
};

static int run_events(struct nt_genl *genl)
{
	struct nt_genl_txn txn;
	uint32_t event;
	int r;

	puts("listening");
	fflush(stdout);
	for (;;) {
		r = nt_genl_event(genl, 1000, &event, &txn);
		if (r < 0 && r != -ETIMEDOUT)
			return fail("event", r);
		if (r < 0)
			continue;
		printf("event %s ", NAME(event_names, event));
		print_txn(&txn);
	}
}

static int run_decide(struct nt_genl *genl, char **argv)
{
	struct nt_genl_refusal refusal = { .op = NT_GENL_OP_NONE };
	uint64_t id = strtoull(argv[1], NULL, 10);
	uint32_t ms = argv[2] ? (uint32_t)strtoul(argv[2], NULL, 10) : 0;
	struct nt_genl_txn txn;
	int r;

	if (strcmp(argv[0], "confirm") == 0)
		r = nt_genl_confirm(genl, id, ms, &txn, &refusal);
	else
		r = nt_genl_rollback(genl, id, &txn, &refusal);
	return r < 0 ? refused(r, &refusal) : conclude(genl, &txn, true);
}

static int run(struct nt_genl *genl, int argc, char **argv)
{
	const char *what = argc >= 2 ? argv[1] : "";

	if (argc == 2 && strcmp(what, "cap") == 0)
		return run_cap(genl);
	if (argc == 2 && strcmp(what, "list") == 0)
		return run_list(genl);
	if (argc == 2 && strcmp(what, "events") == 0)
		return run_events(genl);
	if (argc == 3 && strcmp(what, "get") == 0)
		return run_get(genl, argv[2]);
	if (argc >= 3 && strcmp(what, "apply") == 0)
		return run_apply(genl, argv + 2);
	if (argc >= 3 && strcmp(what, "session") == 0)
		return run_session(genl, argv + 2);
	if (argc >= 3 && (strcmp(what, "confirm") == 0 || strcmp(what, "rollback") == 0))
		return run_decide(genl, argv + 1);
	fprintf(stderr, "usage: nettune_client cap | list | events | get ID | "
		"apply [-n] [-u] [-fN] [-wMS] OP... | confirm ID [MS] | rollback ID | "
		"session STEP...\n");
	return EXIT_USAGE;
}

/* As many descriptors as the largest transaction needs. */
static void raise_limit(void)
{
	struct rlimit limit = { NETTUNE_OPS_MAX + 64, NETTUNE_OPS_MAX + 64 };

	setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv)
{
	struct nt_genl *genl;
	int r;

	raise_limit();
	r = nt_genl_open(&genl);
	if (r == -ENOENT) {
		printf("module is not loaded\n");
		return EXIT_NO_MODULE;
	}
	if (r < 0)
		return fail("open", r);
	r = run(genl, argc, argv);
	nt_genl_close(genl);
	return r;
}
