// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The backend that hands batches to nettune.ko.
 *
 * Changes whose value is a file go to the module as open descriptors, run after run; what is none
 * (a kernel module to load) or is not on the module's positive list is written from here, between
 * them, so that plan order holds.
 */
#include "backend.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/interrupt.h"
#include "engine/module_txn.h"
#include "engine/nettune_genl.h"
#include "io/io.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

/* Below the default limit of 1024 descriptors, with room for our own. */
#define RUN_MAX  960U
#define PATH_MAX_BYTES 512U

/**
 * struct kernel_backend - one transaction with the module
 * @id: the module's name for it, 0 before it has begun
 * @cookie: ours
 * @n_ops: operations whose results were taken
 * @given: changes that are operations behind those; room for all of the call under way
 * @n_given: how many
 * @n_stand: how many of them it has not undone by itself
 * @writes: that it has told of
 */
struct kernel_backend {
	struct nt_backend base;
	struct nt_genl *genl;
	uint64_t id;
	uint64_t cookie;
	size_t n_ops;
	struct nt_change **given;
	size_t n_given;
	size_t n_stand;
	uint64_t writes;
};

/* A run of changes on its way through the module; consecutive ones often lie side by side. */
struct run {
	struct nt_io_folder folder;
	struct nt_change *changes[RUN_MAX];
	struct nt_genl_op ops[RUN_MAX];
	size_t n;
};

static bool is_file(const struct nt_change *change, char path[static PATH_MAX_BYTES])
{
	return change->domain->path &&
	       change->domain->path(change->target, change->tunable, path, PATH_MAX_BYTES) == 0;
}

/* From this process, for what the module does not take. */
static int apply_here(struct nt_io *io, struct nt_change *change, struct nt_diag *diag)
{
	return nt_backend_user()->ops->apply(nt_backend_user(), io, &change, 1, diag);
}

static int add_to_run(struct nt_io *io, struct run *run, struct nt_change *change,
		      const char *path)
{
	int fd = nt_io_open_rw(io, &run->folder, path);

	if (fd < 0) {
		nt_change_refused(change, -fd, strerror(-fd));
		return change->policy == NT_POLICY_REQUIRE ? -ECANCELED : 0;
	}
	run->changes[run->n] = change;
	run->ops[run->n++] = (struct nt_genl_op){
		.fd = fd,
		/* An empty value is written as an empty line, as echo does. */
		.value = *change->wanted ? change->wanted : "\n",
		.value_len = *change->wanted ? strlen(change->wanted) : 1,
		.undo_seq = change->undo_seq,
		.flags = change->policy == NT_POLICY_REQUIRE ? 0 : NETTUNE_OP_FLAG_PREFER,
	};
	return 0;
}

/* A part of a run: what one message takes to the module. */
struct slice {
	struct nt_change **changes;
	const struct nt_genl_op *ops;
	size_t n;
};

/* As the domains read it: fields separated by one space, no newline. */
static char *canonical(const char *raw)
{
	char *text = strdup(raw), *to = text;

	for (const char *from = raw + strspn(raw, " \t\n"); text && *from;) {
		size_t field = strcspn(from, " \t\n");

		memcpy(to, from, field);
		to += field;
		from += field;
		from += strspn(from, " \t\n");
		if (*from)
			*to++ = ' ';
	}
	if (text)
		*to = '\0';
	return text;
}

static int take_result(struct nt_change *change, const struct nt_genl_result *result, bool stands)
{
	if (result->error) {
		nt_change_refused(change, -result->error, result->message);
		return 0;
	}
	if (!stands)
		return 0;
	change->outcome = NT_OUTCOME_APPLIED;
	free(change->readback);
	change->readback = result->readback ? canonical(result->readback) : NULL;
	return result->readback && !change->readback ? -ENOMEM : 0;
}

/* Once for all that was given: the module tells all results of a transaction, or none. */
static int take_results(struct kernel_backend *backend, struct nt_diag *diag)
{
	size_t first = backend->n_ops, n = first + backend->n_given;
	struct nt_genl_result *results = calloc(n, sizeof(*results));
	int r = results ? nt_genl_results(backend->genl, backend->id, results, n) : -ENOMEM;

	for (size_t i = 0; r == 0 && i < backend->n_given; i++)
		r = take_result(backend->given[i], &results[first + i], i < backend->n_stand);
	if (results)
		nt_genl_results_free(results, n);
	free(results);
	backend->n_ops = n;
	backend->n_given = 0;
	backend->n_stand = 0;
	return r < 0 ? nt_diag_err(diag, -r, "nettune.ko: the results of its transaction cannot be "
				   "read: %s", strerror(-r)) : 0;
}

/* The module has done with @slice; results count from the first operation of the transaction. */
static int slice_done(struct kernel_backend *backend, const struct slice *slice,
		      const struct nt_genl_txn *txn, struct nt_diag *diag)
{
	size_t first = backend->n_ops + backend->n_given;

	memcpy(&backend->given[backend->n_given], slice->changes,
	       slice->n * sizeof(struct nt_change *));
	backend->n_given += slice->n;
	if (txn->state == NETTUNE_TXN_STATE_OPEN) {
		backend->n_stand = backend->n_given;
		return 0;
	}
	/* An operation that decided it has its own words already. */
	return txn->failed_op >= first && txn->failed_op < first + slice->n
	       ? -ECANCELED
	       : nt_diag_err(diag, txn->error ? -txn->error : EIO, "nettune.ko: %s",
			     txn->message);
}

/* With @refusal->op set nothing was written, and @diag is left alone: the caller knows a way. */
static int submit(struct kernel_backend *backend, struct nt_io *io, const struct slice *slice,
		  struct nt_genl_refusal *refusal, struct nt_diag *diag)
{
	const struct nt_genl_batch batch = { .ops = slice->ops, .count = slice->n };
	struct nt_genl_txn txn;
	int r;

	*refusal = (struct nt_genl_refusal){ .op = NT_GENL_OP_NONE };
	r = nt_genl_add(backend->genl, backend->id, &batch, &txn, refusal);
	if (r < 0 && refusal->op < slice->n && *refusal->message)
		return r;
	refusal->op = NT_GENL_OP_NONE;
	if (r == 0)
		r = nt_genl_wait(backend->genl, backend->id, NT_GENL_WAIT_MS, &txn);
	if (r < 0)
		return nt_diag_err(diag, -r, "nettune.ko: %s",
				   *refusal->message ? refusal->message : strerror(-r));
	io->writes += txn.ops_written + txn.ops_undone - backend->writes;
	backend->writes = txn.ops_written + txn.ops_undone;
	return slice_done(backend, slice, &txn, diag);
}

/*
 * What the module refuses to touch at all is not its business but ours: what stands before it in
 * the plan goes to the module first, then it is written from here, then the rest goes on.
 */
static int submit_run(struct kernel_backend *backend, struct nt_io *io, struct run *run,
		      struct nt_diag *diag)
{
	size_t first = 0;

	while (first < run->n) {
		struct slice slice = { &run->changes[first], &run->ops[first], run->n - first };
		struct nt_genl_refusal refusal, again;
		int r = submit(backend, io, &slice, &refusal, diag);

		if (r == 0 || refusal.op >= slice.n)
			return r;
		slice.n = refusal.op;
		r = slice.n ? submit(backend, io, &slice, &again, diag) : 0;
		if (r == 0)
			r = apply_here(io, run->changes[first + refusal.op], diag);
		if (r < 0)
			return diag && diag->err ? -diag->err : r;
		first += refusal.op + 1;
	}
	return 0;
}

static int flush(struct kernel_backend *backend, struct nt_io *io, struct run *run,
		 struct nt_diag *diag)
{
	int r = submit_run(backend, io, run, diag);

	for (size_t i = 0; i < run->n; i++)
		close(run->ops[i].fd);
	nt_io_folder_close(&run->folder);
	run->n = 0;
	return r;
}

static int apply_runs(struct kernel_backend *backend, struct nt_io *io, struct nt_change **changes,
		      size_t n, struct nt_diag *diag)
{
	struct run *run = calloc(1, sizeof(*run));
	int r = run ? 0 : -ENOMEM;

	for (size_t i = 0; i < n && r == 0; i++) {
		char path[PATH_MAX_BYTES];
		bool file = is_file(changes[i], path);

		if (nt_interrupted())
			r = -EINTR;
		else if (!file || run->n == RUN_MAX)
			r = flush(backend, io, run, diag);
		if (r == 0)
			r = file ? add_to_run(io, run, changes[i], path)
				 : apply_here(io, changes[i], diag);
	}
	if (r == 0)
		r = flush(backend, io, run, diag);
	for (size_t i = 0; run && i < run->n; i++)
		close(run->ops[i].fd);
	if (run)
		nt_io_folder_close(&run->folder);
	free(run);
	return r;
}

static int kernel_apply(struct nt_backend *base, struct nt_io *io, struct nt_change **changes,
			size_t n, struct nt_diag *diag)
{
	struct kernel_backend *backend = (struct kernel_backend *)base;
	struct nt_diag other = { 0 };
	int r = -ENOMEM, taken = 0;

	backend->given = calloc(n + 1, sizeof(struct nt_change *));
	if (backend->given)
		r = apply_runs(backend, io, changes, n, diag);
	/* Why it failed is what counts, not that its results cannot be had either. */
	if (backend->n_given)
		taken = take_results(backend, r < 0 ? &other : diag);
	free(backend->given);
	backend->given = NULL;
	return r < 0 ? r : taken;
}

static int kernel_begin(struct nt_backend *base, const struct nt_state *state, uint32_t txn,
			struct nt_diag *diag)
{
	struct kernel_backend *backend = (struct kernel_backend *)base;
	struct nt_genl_refusal refusal = { .op = NT_GENL_OP_NONE };
	struct nt_genl_txn begun;
	int r;

	backend->cookie = nt_module_cookie(state, txn);
	r = nt_genl_begin(backend->genl, backend->cookie, 0, &begun, &refusal);
	if (r < 0)
		return nt_diag_err(diag, -r, "nettune.ko: cannot begin a transaction: %s",
				   *refusal.message ? refusal.message : strerror(-r));
	backend->id = begun.id;
	return 0;
}

static int kernel_keep(struct nt_backend *base, uint32_t confirm_s, struct nt_diag *diag)
{
	struct kernel_backend *backend = (struct kernel_backend *)base;
	struct nt_genl_refusal refusal = { .op = NT_GENL_OP_NONE };
	struct nt_genl_txn kept;
	int r = nt_genl_commit(backend->genl, backend->id,
			       confirm_s ? nt_module_deadline_ms(confirm_s) : 0, &kept, &refusal);

	return r < 0 ? nt_diag_err(diag, -r, "nettune.ko: cannot commit: %s",
				   *refusal.message ? refusal.message : strerror(-r)) : 0;
}

static int kernel_undo(struct nt_backend *base, struct nt_diag *diag)
{
	const struct kernel_backend *backend = (struct kernel_backend *)base;

	return backend->id ? nt_module_undo(backend->cookie, diag) : 0;
}

static void kernel_close(struct nt_backend *base)
{
	struct kernel_backend *backend = (struct kernel_backend *)base;

	nt_genl_close(backend->genl);
	free(backend);
}

static const struct nt_backend_ops kernel_ops = {
	.name = "kernel",
	.apply = kernel_apply,
	.begin = kernel_begin,
	.keep = kernel_keep,
	.undo = kernel_undo,
	.close = kernel_close,
};

int nt_backend_kernel_open(struct nt_backend **ret, struct nt_diag *diag)
{
	struct kernel_backend *backend = calloc(1, sizeof(*backend));
	struct nt_genl_capability capability = { 0 };
	int r = backend ? nt_genl_open(&backend->genl) : -ENOMEM;

	/* Whoever may not see its counters may not use it either. */
	if (r == 0)
		r = nt_genl_capability(backend->genl, &capability);
	if (r == 0 && !capability.has_counters)
		r = -EPERM;
	if (r < 0) {
		if (backend && backend->genl)
			nt_genl_close(backend->genl);
		free(backend);
		if (r == -ENOENT)
			return nt_diag_err(diag, EOPNOTSUPP, "backend kernel: nettune.ko is not "
					   "loaded (modprobe nettune)");
		return nt_diag_err(diag, -r, "backend kernel: %s", strerror(-r));
	}
	backend->base.ops = &kernel_ops;
	*ret = &backend->base;
	return 0;
}

