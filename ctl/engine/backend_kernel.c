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
#include <time.h>
#include <unistd.h>

#include "engine/interrupt.h"
#include "engine/nettune_genl.h"
#include "io/io.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

/* Below the default limit of 1024 descriptors, with room for our own. */
#define RUN_MAX  960U
#define PATH_MAX_BYTES 512U

struct kernel_backend {
	struct nt_backend base;
	struct nt_genl *genl;
};

/* A run of changes on its way through the module. */
struct run {
	struct nt_change *changes[RUN_MAX];
	struct nt_genl_op ops[RUN_MAX];
	size_t n;
};

static bool is_file(const struct nt_change *change)
{
	char path[PATH_MAX_BYTES];

	return change->domain->path &&
	       change->domain->path(change->tunable, path, sizeof(path)) == 0;
}

/* From this process, for what the module does not take. */
static int apply_here(struct nt_io *io, struct nt_change *change, struct nt_diag *diag)
{
	return nt_backend_user()->ops->apply(nt_backend_user(), io, &change, 1, diag);
}

static void take_out(struct run *run, size_t i)
{
	close(run->ops[i].fd);
	memmove(&run->changes[i], &run->changes[i + 1],
		(run->n - i - 1) * sizeof(run->changes[0]));
	memmove(&run->ops[i], &run->ops[i + 1], (run->n - i - 1) * sizeof(run->ops[0]));
	run->n--;
}

static int add_to_run(struct nt_io *io, struct run *run, struct nt_change *change)
{
	char path[PATH_MAX_BYTES];
	int fd;

	change->domain->path(change->tunable, path, sizeof(path));
	fd = nt_io_open_rw(io, path);
	if (fd < 0) {
		nt_change_refused(change, -fd, strerror(-fd));
		return change->policy == NT_POLICY_REQUIRE ? -ECANCELED : 0;
	}
	run->changes[run->n] = change;
	run->ops[run->n++] = (struct nt_genl_op){
		.fd = fd,
		.value = change->wanted,
		.value_len = strlen(change->wanted),
		.undo_seq = change->undo_seq,
		.flags = change->policy == NT_POLICY_REQUIRE ? 0 : NETTUNE_OP_FLAG_PREFER,
	};
	return 0;
}

static int take_results(struct kernel_backend *backend, struct run *run,
			const struct nt_genl_txn *txn, struct nt_diag *diag)
{
	bool stands = txn->state == NETTUNE_TXN_STATE_COMMITTED;
	struct nt_genl_result *results = calloc(run->n, sizeof(*results));
	int r = results ? nt_genl_results(backend->genl, txn->id, results, run->n) : -ENOMEM;

	if (r < 0) {
		free(results);
		return nt_diag_err(diag, -r, "nettune.ko: the results of its transaction cannot be "
				   "read: %s", strerror(-r));
	}
	for (size_t i = 0; i < run->n; i++) {
		if (results[i].error)
			nt_change_refused(run->changes[i], -results[i].error, results[i].message);
		else if (stands)
			run->changes[i]->outcome = NT_OUTCOME_APPLIED;
	}
	nt_genl_results_free(results, run->n);
	free(results);
	if (stands)
		return 0;
	/* An operation that decided it has its own words already. */
	return txn->failed_op < run->n ? -ECANCELED
				       : nt_diag_err(diag, txn->error ? -txn->error : EIO,
						     "nettune.ko: %s", txn->message);
}

/* What the module refuses to touch at all is not its business: it is ours. */
static int submit(struct kernel_backend *backend, struct nt_io *io, struct run *run,
		  struct nt_diag *diag)
{
	struct nt_genl_refusal refusal = { 0 };
	struct nt_genl_txn txn;
	int r = 0;

	while (run->n) {
		r = nt_genl_apply(backend->genl, run->ops, run->n, (uint64_t)getpid(), &txn,
				  &refusal);
		if (r == 0 || refusal.op >= run->n)
			break;
		r = apply_here(io, run->changes[refusal.op], diag);
		take_out(run, refusal.op);
		if (r < 0)
			return r;
	}
	if (!run->n)
		return r;
	if (r == 0)
		r = nt_genl_wait(backend->genl, txn.id, NT_GENL_WAIT_MS, &txn);
	if (r < 0)
		return nt_diag_err(diag, -r, "nettune.ko: %s",
				   *refusal.message ? refusal.message : strerror(-r));
	io->writes += txn.ops_written + txn.ops_undone;
	return take_results(backend, run, &txn, diag);
}

static int flush(struct kernel_backend *backend, struct nt_io *io, struct run *run,
		 struct nt_diag *diag)
{
	int r = run->n ? submit(backend, io, run, diag) : 0;

	for (size_t i = 0; i < run->n; i++)
		close(run->ops[i].fd);
	run->n = 0;
	return r;
}

static int kernel_apply(struct nt_backend *base, struct nt_io *io, struct nt_change **changes,
			size_t n, struct nt_diag *diag)
{
	struct kernel_backend *backend = (struct kernel_backend *)base;
	struct run *run = calloc(1, sizeof(*run));
	int r = run ? 0 : -ENOMEM;

	for (size_t i = 0; i < n && r == 0; i++) {
		bool file = is_file(changes[i]);

		if (nt_interrupted())
			r = -EINTR;
		else if (!file || run->n == RUN_MAX)
			r = flush(backend, io, run, diag);
		if (r == 0)
			r = file ? add_to_run(io, run, changes[i])
				 : apply_here(io, changes[i], diag);
	}
	if (r == 0)
		r = flush(backend, io, run, diag);
	for (size_t i = 0; run && i < run->n; i++)
		close(run->ops[i].fd);
	free(run);
	return r;
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
	.close = kernel_close,
};

int nt_backend_kernel_open(struct nt_backend **ret, struct nt_diag *diag)
{
	struct kernel_backend *backend = calloc(1, sizeof(*backend));
	int r = backend ? nt_genl_open(&backend->genl) : -ENOMEM;

	if (r < 0) {
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

int nt_backend_settle(struct nt_diag *diag)
{
	const struct timespec pause = { .tv_nsec = 5000000 };
	struct nt_genl_capability capability = { 0 };
	struct nt_genl *genl;
	int r = nt_genl_open(&genl);

	if (r < 0)
		return r == -ENOENT ? 0 : nt_diag_err(diag, -r, "nettune.ko: %s", strerror(-r));
	for (uint64_t ms = 0; ms < NT_GENL_WAIT_MS; ms += 5) {
		r = nt_genl_capability(genl, &capability);
		if (r < 0 || !capability.txns_pending)
			break;
		nanosleep(&pause, NULL);
	}
	nt_genl_close(genl);
	if (r < 0)
		return nt_diag_err(diag, -r, "nettune.ko: %s", strerror(-r));
	return capability.txns_pending ? nt_diag_err(diag, ETIMEDOUT, "nettune.ko: still carrying "
						     "out a transaction") : 0;
}
