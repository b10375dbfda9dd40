// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The backend that hands batches to nettune.ko.
 *
 * Changes whose value is a file go to the module as open descriptors, run after run, and interrupts
 * with the file that proves the right to move them; channels go as a request of ethtool netlink, by
 * themselves. What is none of these (a kernel module to load), is not on the module's positive list
 * or has to be undone by somebody else (undo_owner.h) is written from here, between them, so that
 * plan order holds.
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
#include "engine/undo_owner.h"
#include "io/io.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "tunable/device.h"
#include "tunable/operation.h"
#include "tunable/tunable.h"

/* Below the default limit of 1024 descriptors, with room for our own. */
#define RUN_MAX  960U
#define PATH_MAX_BYTES 512U

/**
 * struct kernel_backend - one transaction with the module
 * @id: the module's name for it, 0 before it has begun
 * @cookie: ours
 * @kinds: of operations that it knows, as in struct nt_genl_capability
 * @plan: all that the transaction wants; not owned
 * @n_ops: operations whose results were taken
 * @given: changes that are operations behind those; room for all of the call under way
 * @n_given: how many
 * @n_stand: how many of them it has not undone by itself
 * @writes: that it has told of
 * @failed: a change ended the call under way: nothing more is written in it
 */
struct kernel_backend {
	struct nt_backend base;
	struct nt_genl *genl;
	uint64_t id;
	uint64_t cookie;
	uint32_t kinds;
	const struct nt_plan *plan;
	size_t n_ops;
	struct nt_change **given;
	size_t n_given;
	size_t n_stand;
	uint64_t writes;
	bool failed;
};

/* A run of changes on its way through the module; consecutive ones often lie side by side. */
struct run {
	struct nt_io_folder folder;
	struct nt_change *changes[RUN_MAX];
	struct nt_genl_op ops[RUN_MAX];
	struct nt_operation operations[RUN_MAX]; /* what those of other kinds than files own */
	size_t n;
};

/* From this process, for what the module does not take. */
static int apply_here(struct nt_io *io, struct nt_change *change, struct nt_diag *diag)
{
	return nt_backend_user()->ops->apply(nt_backend_user(), io, &change, 1, diag);
}

static int add_file(struct nt_io *io, struct run *run, struct nt_change *change, const char *path)
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

/*
 * Takes @operation over when it returns 0. The module always goes on behind a refusal: what it
 * cannot do is tried from here.
 */
static int add_operation(struct nt_io *io, struct run *run, struct nt_change *change,
			 struct nt_operation *operation)
{
	int fd = *operation->path ? nt_io_open_rw(io, &run->folder, operation->path) : -1;

	if (fd < 0 && *operation->path)
		return fd;
	run->changes[run->n] = change;
	run->operations[run->n] = *operation;
	run->ops[run->n++] = (struct nt_genl_op){
		.kind = operation->kind,
		.fd = fd,
		.value = operation->value,
		.value_len = operation->value_len,
		.ethnl_cmd = operation->ethnl_cmd,
		.undo = operation->undo,
		.undo_len = operation->undo_len,
		.undo_seq = change->undo_seq,
		.flags = NETTUNE_OP_FLAG_PREFER | (operation->force ? NETTUNE_OP_FLAG_FORCE : 0),
	};
	*operation = (struct nt_operation){ 0 };
	return 0;
}

static void run_clear(struct run *run)
{
	for (size_t i = 0; i < run->n; i++) {
		if (run->ops[i].fd >= 0)
			close(run->ops[i].fd);
		nt_operation_free(&run->operations[i]);
	}
	nt_io_folder_close(&run->folder);
	run->n = 0;
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

static int take_readback(struct nt_change *change, const struct nt_genl_result *result)
{
	free(change->readback);
	change->readback = result->readback ? canonical(result->readback) : NULL;
	return result->readback && !change->readback ? -ENOMEM : 0;
}

/*
 * Its domain can read what the module wrote, and knows better words for what it could not write.
 * But other channels that the module does not permit can bring down the host.
 */
static int take_operation(struct nt_io *io, struct nt_change *change,
			  const struct nt_genl_result *result, struct nt_diag *diag)
{
	if (result->error == -EPERM && change->phase == NT_PHASE_CHANNELS) {
		nt_change_refused(change, EPERM, result->message);
		return change->policy == NT_POLICY_REQUIRE ? -ECANCELED : 0;
	}
	if (result->error)
		return apply_here(io, change, diag);
	change->outcome = NT_OUTCOME_APPLIED;
	return nt_change_read_back(io, change, diag);
}

/* @stands: the module did not undo it by itself. */
static int take_result(const struct kernel_backend *backend, struct nt_io *io,
		       struct nt_change *change, const struct nt_genl_result *result, bool stands,
		       struct nt_diag *diag)
{
	int r;

	if (stands && !change->domain->path && !backend->failed)
		return take_operation(io, change, result, diag);
	if (result->error)
		nt_change_refused(change, -result->error, result->message);
	if (result->error || !stands)
		return 0;
	change->outcome = NT_OUTCOME_APPLIED;
	r = change->domain->path ? take_readback(change, result) : 0;
	return r < 0 ? nt_diag_err(diag, -r, "out of memory") : 0;
}

/* The first error ends the call, but what became of the others is taken all the same. */
static int take_each(struct kernel_backend *backend, struct nt_io *io,
		     const struct nt_genl_result *results, struct nt_diag *diag)
{
	int first = 0;

	for (size_t i = 0; i < backend->n_given; i++) {
		int r = take_result(backend, io, backend->given[i], &results[i],
				    i < backend->n_stand, first ? NULL : diag);

		first = first ? first : r;
		backend->failed = backend->failed || r < 0;
	}
	return first;
}

/* Once for all that was given: the module tells all results of a transaction, or none. */
static int take_results(struct kernel_backend *backend, struct nt_io *io, struct nt_diag *diag)
{
	size_t first = backend->n_ops, n = first + backend->n_given;
	struct nt_genl_result *results = calloc(n, sizeof(*results));
	int r = results ? nt_genl_results(backend->genl, backend->id, results, n) : -ENOMEM;

	if (r < 0)
		nt_diag_err(diag, -r, "nettune.ko: the results of its transaction cannot be "
			    "read: %s", strerror(-r));
	else
		r = take_each(backend, io, &results[first], diag);
	if (results)
		nt_genl_results_free(results, n);
	free(results);
	backend->n_ops = n;
	backend->n_given = 0;
	backend->n_stand = 0;
	return r;
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

	run_clear(run);
	return r;
}

/* Does the host have what undo is to return to? Then it is what the module sees, too. */
static bool is_as_seen(struct nt_io *io, const struct nt_change *change)
{
	nt_autofree char *live = malloc(NT_VALUE_MAX);

	return live && change->seen &&
	       change->domain->get(io, change->target, change->tunable, live, NT_VALUE_MAX) == 0 &&
	       change->domain->same(live, change->seen);
}

/*
 * The module returns to what it found itself. Where that is what the driver made of a reset it must
 * not be the module that undoes.
 */
static bool goes_to_module(const struct kernel_backend *backend, struct nt_io *io,
			   const struct nt_change *change)
{
	if (!nt_module_may_own(backend->plan, change))
		return false;
	return change->domain->path && !change->disturbed ? true : is_as_seen(io, change);
}

/* 0 with @ret, or a negative errno for what the module cannot be told. */
static int make_operation(const struct kernel_backend *backend, struct nt_io *io,
			  const struct nt_change *change, struct nt_operation *ret)
{
	const struct nt_plan_device *device = nt_plan_device(backend->plan, change->target);
	int r = device ? change->domain->operation(io, change, device, ret) : -ENODEV;

	if (r < 0)
		return r;
	if (backend->kinds & 1U << (ret->kind - 1U) && ret->value_len <= NETTUNE_VALUE_MAX)
		return 0;
	nt_operation_free(ret);
	return -EOPNOTSUPP;
}

/* A device that was reset has to be back before anything else is written. */
static int settle(struct nt_io *io, struct nt_change *change, enum nt_nic_ready before,
		  struct nt_diag *diag)
{
	struct nt_diag why = { 0 };
	int r = nt_device_settle(io, change->target, before, &why);

	if (r == 0)
		return 0;
	nt_change_refused(change, -r, why.message);
	r = nt_change_read_back(io, change, diag);
	return r < 0 ? r : -ECANCELED;
}

/* What the module was told in @run, which is a change that resets its device, by itself. */
static int apply_reset(struct kernel_backend *backend, struct nt_io *io, struct run *run,
		       struct nt_diag *diag)
{
	struct nt_change *change = run->changes[0];
	enum nt_nic_ready before = nt_device_ready(io, change->target);
	int r = flush(backend, io, run, diag);

	if (r == 0 && backend->n_given)
		r = take_results(backend, io, diag);
	if (r < 0 || change->outcome != NT_OUTCOME_APPLIED)
		return r;
	return settle(io, change, before, diag);
}

/* What is no file. */
static int apply_operation(struct kernel_backend *backend, struct nt_io *io, struct run *run,
			   struct nt_change *change, struct nt_diag *diag)
{
	bool resets = nt_change_resets(change);
	struct nt_operation operation = { 0 };
	int r = resets ? flush(backend, io, run, diag) : 0, told;

	if (r < 0)
		return r;
	told = make_operation(backend, io, change, &operation);
	if (told == 0)
		told = add_operation(io, run, change, &operation);
	nt_operation_free(&operation);
	if (told == 0)
		return resets ? apply_reset(backend, io, run, diag) : 0;
	r = flush(backend, io, run, diag);
	return r < 0 ? r : apply_here(io, change, diag);
}

static int apply_change(struct kernel_backend *backend, struct nt_io *io, struct run *run,
			struct nt_change *change, struct nt_diag *diag)
{
	bool by_module = goes_to_module(backend, io, change);
	char path[PATH_MAX_BYTES];
	int r;

	if (by_module && !change->domain->path)
		return apply_operation(backend, io, run, change, diag);
	if (by_module && nt_change_file(change, path, sizeof(path)))
		return add_file(io, run, change, path);
	r = flush(backend, io, run, diag);
	return r < 0 ? r : apply_here(io, change, diag);
}

static int apply_runs(struct kernel_backend *backend, struct nt_io *io, struct nt_change **changes,
		      size_t n, struct nt_diag *diag)
{
	struct run *run = calloc(1, sizeof(*run));
	int r = run ? 0 : -ENOMEM;

	for (size_t i = 0; i < n && r == 0; i++) {
		if (nt_interrupted())
			r = -EINTR;
		else if (run->n == RUN_MAX)
			r = flush(backend, io, run, diag);
		if (r == 0)
			r = apply_change(backend, io, run, changes[i], diag);
	}
	if (r == 0)
		r = flush(backend, io, run, diag);
	if (run)
		run_clear(run);
	free(run);
	return r;
}

static int kernel_apply(struct nt_backend *base, struct nt_io *io, struct nt_change **changes,
			size_t n, struct nt_diag *diag)
{
	struct kernel_backend *backend = (struct kernel_backend *)base;
	struct nt_diag other = { 0 };
	int r = -ENOMEM, taken = 0;

	backend->failed = false;
	backend->given = calloc(n + 1, sizeof(struct nt_change *));
	if (backend->given)
		r = apply_runs(backend, io, changes, n, diag);
	backend->failed = r < 0;
	/* Why it failed is what counts, not that its results cannot be had either. */
	if (backend->n_given)
		taken = take_results(backend, io, r < 0 ? &other : diag);
	free(backend->given);
	backend->given = NULL;
	return r < 0 ? r : taken;
}

static int kernel_begin(struct nt_backend *base, const struct nt_state *state, uint32_t txn,
			const struct nt_plan *plan, struct nt_diag *diag)
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
	backend->plan = plan;
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
	backend->kinds = capability.op_kinds;
	*ret = &backend->base;
	return 0;
}

