// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Drives the kernel module for the scripts in tests/vm/guest.
 *
 * usage: nettune_client cap
 *        nettune_client get ID
 *        nettune_client apply [-n] [-u] [-fN] OP…
 *
 * An OP is PATH=VALUE, with "?" before it if preferred, "<" if the file is to
 * be opened for reading only, "@" if through O_PATH. -n does not wait; -u gives
 * undo numbers in the order of application instead of the reverse; -f has the
 * Nth allocation of the request fail, where the kernel can inject faults.
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

#include "../../ctl/engine/nettune_genl.h"

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
	printf(" error=%s message=\"%s\" owner=%u\n", error_name(txn->error), txn->message,
	       txn->owner);
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

/* Opens what @text names and fills in @op; @text is changed. */
static int parse_op(char *text, struct nt_genl_op *op)
{
	int flags = O_RDWR;
	char *equals;

	for (; strchr("?<@", *text) && *text; text++) {
		if (*text == '?')
			op->flags |= NETTUNE_OP_FLAG_PREFER;
		else
			flags = *text == '<' ? O_RDONLY : O_PATH;
	}
	equals = strchr(text, '=');
	if (!equals)
		return -EINVAL;
	*equals = '\0';
	op->fd = open(text, flags | O_CLOEXEC);
	if (op->fd < 0)
		return -errno;
	op->value = equals + 1;
	op->value_len = strlen(equals + 1);
	return 0;
}

static int submit(struct nt_genl *genl, const struct nt_genl_op *ops, size_t count, bool wait)
{
	struct nt_genl_refusal refusal;
	struct nt_genl_txn txn;
	int r;

	r = nt_genl_apply(genl, ops, count, (uint64_t)getpid(), &txn, &refusal);
	if (r < 0) {
		printf("refused error=%s", error_name(r));
		if (refusal.op != NT_GENL_OP_NONE)
			printf(" op=%u", refusal.op);
		printf(" message=\"%s\"\n", refusal.message);
		return EXIT_REFUSED;
	}
	if (wait)
		r = nt_genl_wait(genl, txn.id, NT_GENL_WAIT_MS, &txn);
	print_txn(&txn);
	if (r == 0 && wait)
		r = print_results(genl, &txn);
	if (r < 0)
		return fail("wait", r);
	return !wait || txn.state == NETTUNE_TXN_STATE_COMMITTED ? EXIT_COMMITTED :
								   EXIT_NOT_COMMITTED;
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

static int run_apply(struct nt_genl *genl, int argc, char **argv)
{
	struct nt_genl_op *ops = calloc((size_t)argc + 1, sizeof(*ops));
	bool wait = true, forward = false;
	const char *nth = NULL;
	size_t count = 0;
	int i, r;

	if (!ops)
		return EXIT_USAGE;
	for (i = 0; i < argc && argv[i][0] == '-'; i++) {
		wait = wait && strcmp(argv[i], "-n") != 0;
		forward = forward || strcmp(argv[i], "-u") == 0;
		nth = argv[i][1] == 'f' ? argv[i] + 2 : nth;
	}
	for (; i < argc; i++, count++) {
		r = parse_op(argv[i], &ops[count]);
		if (r < 0) {
			printf("unusable %s error=%s\n", argv[i], error_name(r));
			free(ops);
			return EXIT_USAGE;
		}
		ops[count].undo_seq = forward ? (uint32_t)count : (uint32_t)(argc - i);
	}
	r = nth ? fail_nth(nth) : 0;
	r = r < 0 ? fail("fail-nth", r) : submit(genl, ops, count, wait);
	while (count > 0)
		close(ops[--count].fd);
	free(ops);
	return r;
}

static int run(struct nt_genl *genl, int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "cap") == 0)
		return run_cap(genl);
	if (argc == 3 && strcmp(argv[1], "get") == 0)
		return run_get(genl, argv[2]);
	if (argc >= 3 && strcmp(argv[1], "apply") == 0)
		return run_apply(genl, argc - 2, argv + 2);
	fprintf(stderr, "usage: nettune_client cap | get ID | apply [-n] [-u] [-fN] OP...\n");
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
