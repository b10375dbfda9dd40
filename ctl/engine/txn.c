// SPDX-License-Identifier: GPL-2.0-or-later
/* Running a transaction. See txn.h. */
#include "txn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/backend.h"
#include "engine/deadline.h"
#include "engine/device.h"
#include "engine/elsewhere.h"
#include "engine/guardian.h"
#include "engine/interrupt.h"
#include "engine/probation.h"
#include "engine/replan.h"
#include "engine/state.h"
#include "io/io.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

static uint64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000U + (uint64_t)ts.tv_nsec / 1000U;
}

static int keep_as(struct nt_change *change, const char *live)
{
	char *seen = strdup(live), *wanted = strdup(live);

	if (!seen || !wanted) {
		free(seen);
		free(wanted);
		return -ENOMEM;
	}
	free(change->seen);
	free(change->wanted);
	change->seen = seen;
	change->wanted = wanted;
	return 0;
}

/* The pre-image is read again right before it is journaled: the plan may be minutes old. */
static int stage_change(struct nt_txn *txn, struct nt_change *change, char *live,
			struct nt_diag *diag)
{
	int r = change->domain->get(txn->io, change->target, change->tunable, live, NT_VALUE_MAX);

	if (r == -ENOENT && !change->seen) {
		change->journaled = true;
		return 0;
	}
	/* Nobody asked for it: what is kept is what is there now. */
	if (r == 0 && change->kept && !change->origin && change->seen &&
	    change->domain->same(change->seen, change->wanted))
		r = keep_as(change, live);
	if (r < 0)
		return nt_diag_err(diag, -r, "%s: cannot be read: %s; nothing was changed",
				   nt_change_name(change).text, strerror(-r));
	if (!change->seen || !change->domain->same(live, change->seen))
		return nt_diag_err(diag, ESTALE, "%s: changed from %s to %s since it was planned; "
				   "nothing was changed, run it again",
				   nt_change_name(change).text,
				   change->seen ? change->seen : "nothing", live);
	change->journaled = true;
	return 0;
}

/* From here on it is no longer ours, also when a way back is blocked somewhere else. */
static bool found_not_ours(const struct nt_change *change)
{
	return change->outcome == NT_OUTCOME_COMPLIANT || change->outcome == NT_OUTCOME_ABSENT ||
	       (change->outcome == NT_OUTCOME_BLOCKED && change->err == ESTALE);
}

static int stage(struct nt_txn *txn, size_t *ret_n, struct nt_diag *diag)
{
	nt_autofree char *live = malloc(NT_VALUE_MAX);
	size_t n = 0;

	if (!live)
		return -ENOMEM;
	for (size_t i = 0; i < txn->plan->n_changes; i++) {
		struct nt_change *change = &txn->plan->changes[i];
		int r;

		change->journaled = false;
		change->noted = txn->head.kind != NT_TXN_APPLY && found_not_ours(change);
		if (change->outcome != NT_OUTCOME_PLANNED)
			continue;
		r = stage_change(txn, change, live, diag);
		if (r < 0)
			return r;
		n++;
	}
	*ret_n = n;
	return nt_devices_identify(txn->io, txn->plan, diag);
}

/* The first error of a batch that had to stand and did not, in the words of the host. */
static int tell_refused(struct nt_change *const *batch, size_t n, struct nt_diag *diag)
{
	for (size_t i = 0; i < n; i++) {
		const char *why = batch[i]->extack ? batch[i]->extack : strerror(batch[i]->err);

		if (batch[i]->err == ENOLINK)
			return nt_diag_err(diag, ECANCELED, "%s: %s",
					   nt_change_name(batch[i]).text, why);
		if (batch[i]->err && batch[i]->policy == NT_POLICY_REQUIRE)
			return nt_diag_err(diag, ECANCELED, "%s: required, but refused: %s",
					   nt_change_name(batch[i]).text, why);
	}
	return -ECANCELED;
}

/* Changes that planning anew appended stand behind the others; their phase says when. */
static int by_phase(const void *a, const void *b)
{
	const struct nt_change *x = *(struct nt_change *const *)a;
	const struct nt_change *y = *(struct nt_change *const *)b;

	if (x->phase != y->phase)
		return x->phase < y->phase ? -1 : 1;
	return x < y ? -1 : x > y;
}

/*
 * A name can go to another device at any time: what was staged for one is not written to the
 * other. Device by device, for asking costs a request. Return: 0 or -ECANCELED.
 */
static int drop_gone(struct nt_txn *txn, struct nt_change **batch, size_t *n, struct nt_diag *diag)
{
	static const char why[] = "the device is gone, or another one has its name";
	const char *asked = "";
	size_t here = 0;
	bool gone = false;

	for (size_t i = 0; i < *n; i++) {
		struct nt_change *change = batch[i];

		if (strcmp(asked, change->target) != 0)
			gone = nt_device_is(txn->io, nt_plan_device(txn->plan, change->target)) ==
			       -ENODEV;
		asked = change->target;
		if (!gone) {
			batch[here++] = change;
			continue;
		}
		nt_change_refused(change, ENODEV, why);
		if (change->policy == NT_POLICY_REQUIRE)
			return nt_diag_err(diag, ECANCELED, "%s: required, but refused: %s",
					   nt_change_name(change).text, why);
	}
	*n = here;
	return 0;
}

/* Applies the staged changes from @first up to @end, in plan order, of phases up to @last. */
static int apply_batch(struct nt_txn *txn, size_t first, size_t end, enum nt_phase last,
		       struct nt_diag *diag)
{
	nt_autofree struct nt_change **batch = calloc(end - first + 1, sizeof(*batch));
	size_t n = 0;
	int r;

	if (!batch)
		return -ENOMEM;
	for (size_t i = first; i < end; i++)
		if (txn->plan->changes[i].journaled && txn->plan->changes[i].phase <= last &&
		    txn->plan->changes[i].outcome == NT_OUTCOME_PLANNED)
			batch[n++] = &txn->plan->changes[i];
	/* The way back has an order of its own, and nothing is appended to it. */
	if (n && txn->head.kind == NT_TXN_APPLY &&
	    nt_phase_batch(batch[0]->phase) == NT_BATCH_QUEUES)
		qsort(batch, n, sizeof(struct nt_change *), by_phase);
	r = drop_gone(txn, batch, &n, diag);
	if (r < 0)
		return r;
	r = n ? txn->backend->ops->apply(txn->backend, txn->io, batch, n, diag) : 0;
	if (r == -ECANCELED)
		return tell_refused(batch, n, diag);
	return r == -EINTR ? nt_diag_err(diag, EINTR, "interrupted") : r;
}

/* Does anything from @first on stand refused that ends the transaction? */
static bool has_ending(const struct nt_plan *plan, size_t first)
{
	for (size_t i = first; i < plan->n_changes; i++)
		if (plan->changes[i].journaled && plan->changes[i].err &&
		    (plan->changes[i].err == ENOLINK ||
		     plan->changes[i].policy == NT_POLICY_REQUIRE))
			return true;
	return false;
}

/* Has anything changed of what is to be written? Then it is durable. 1 yes, 0 no. */
static int look_elsewhere(struct nt_txn *txn, struct nt_journal_writer *writer,
			  struct nt_diag *diag)
{
	size_t first, n;
	int r = nt_elsewhere(txn->plan, txn->replanner, &first, &n, diag);

	if (r == 0 && n)
		r = nt_journal_replan(txn->state, writer, &txn->head, txn->plan, first, diag);
	return r < 0 ? r : n > 0;
}

/*
 * Queues up to their interrupts, as often as one finds its CPU full and another one can be tried:
 * what follows interrupts is written when these have their place.
 */
static int apply_interrupts(struct nt_txn *txn, struct nt_journal_writer *writer, size_t first,
			    struct nt_diag *diag)
{
	for (unsigned int round = 0;; round++) {
		struct nt_diag why = { 0 };
		int r = apply_batch(txn, first, txn->plan->n_changes, NT_PHASE_IRQ, &why);
		int again = 0;

		if ((r == 0 || r == -ECANCELED) && round < NT_ELSEWHERE_ROUNDS_MAX)
			again = look_elsewhere(txn, writer, diag);
		if (again < 0)
			return again;
		if (r < 0 && (!again || has_ending(txn->plan, first))) {
			if (diag)
				*diag = why;
			return r;
		}
		if (!again)
			return 0;
	}
}

/* Queues from @first on, which nothing stands behind. */
static int apply_queues(struct nt_txn *txn, struct nt_journal_writer *writer, size_t first,
			struct nt_diag *diag)
{
	int r = txn->head.kind == NT_TXN_APPLY && txn->replanner && txn->replanner->refused
		? apply_interrupts(txn, writer, first, diag) : 0;

	return r < 0 ? r : apply_batch(txn, first, txn->plan->n_changes, NT_PHASES, diag);
}

/* What a module brought has a value now, which is what undo has to return it to. */
static int see_late(struct nt_txn *txn, struct nt_journal_writer *writer, struct nt_diag *diag)
{
	nt_autofree char *live = malloc(NT_VALUE_MAX);

	if (!live)
		return -ENOMEM;
	for (size_t i = 0; i < txn->plan->n_changes; i++) {
		struct nt_change *change = &txn->plan->changes[i];
		int r;

		if (!change->journaled || change->seen ||
		    nt_phase_batch(change->phase) != NT_BATCH_HOST)
			continue;
		r = change->domain->get(txn->io, change->target, change->tunable, live,
					NT_VALUE_MAX);
		if (r == -ENOENT)
			continue;
		if (r < 0)
			return nt_diag_err(diag, -r, "%s: cannot be read: %s", change->tunable,
					   strerror(-r));
		change->seen = strdup(live);
		change->seen_late = true;
		if (!change->seen)
			return -ENOMEM;
	}
	return nt_journal_add_seen(txn->state, writer, txn->plan, diag);
}

/* Queues are there anew: what is planned for them is durable again before it is written. */
static int replan(struct nt_txn *txn, struct nt_journal_writer *writer, struct nt_diag *diag)
{
	size_t first;
	int r;

	if (!nt_plan_resets(txn->plan, 0, NULL))
		return 0;
	r = nt_replan_queues(txn->io, txn->plan, txn->replanner, &first, diag);
	return r < 0 ? r : nt_journal_replan(txn->state, writer, &txn->head, txn->plan, first,
					     diag);
}

static int apply(struct nt_txn *txn, struct nt_journal_writer *writer, struct nt_diag *diag)
{
	const struct nt_plan *plan = txn->plan;
	bool looked = false;
	int r = 0;

	for (size_t at = 0, end; at < plan->n_changes && r == 0; at = end) {
		enum nt_batch batch = nt_phase_batch(plan->changes[at].phase);

		for (end = at; end < plan->n_changes; end++)
			if (nt_phase_batch(plan->changes[end].phase) != batch)
				break;
		/*
		 * What is only kept is not written as long as it stands. Where structure is still
		 * to come queues are looked at behind it: some are not there yet.
		 */
		if (batch == NT_BATCH_QUEUES && !looked && !nt_plan_resets(plan, end, NULL)) {
			r = replan(txn, writer, diag);
			looked = true;
		}
		if (r == 0 && batch == NT_BATCH_QUEUES && end == plan->n_changes) {
			r = apply_queues(txn, writer, at, diag);
			end = plan->n_changes;
		} else if (r == 0) {
			r = apply_batch(txn, at, end, NT_PHASES, diag);
		}
		/* A way back has its modules at the end. */
		if (r == 0 && batch == NT_BATCH_MODULES && at == 0)
			r = see_late(txn, writer, diag);
		if (r == 0 && batch == NT_BATCH_STRUCTURAL) {
			r = replan(txn, writer, diag);
			looked = true;
		}
	}
	return r;
}

/* What cannot be read is not known to stand; what is not there any more is nobody's to keep. */
static bool still_stands(struct nt_io *io, const struct nt_change *change, char *live)
{
	int r = change->domain->get(io, change->target, change->tunable, live, NT_VALUE_MAX);

	return r == 0 ? change->domain->same(live, change->wanted) : r == -ENOENT || r == -ENODEV;
}

/* Of what was kept and stood, what is lost is planned again. The number of these, or -ENOMEM. */
static int find_lost(struct nt_txn *txn)
{
	nt_autofree char *live = malloc(NT_VALUE_MAX);
	int n = 0;

	if (!live)
		return -ENOMEM;
	for (size_t i = 0; i < txn->plan->n_changes; i++) {
		struct nt_change *change = &txn->plan->changes[i];

		if (!change->journaled || !change->kept ||
		    change->outcome != NT_OUTCOME_COMPLIANT ||
		    still_stands(txn->io, change, live))
			continue;
		change->outcome = NT_OUTCOME_PLANNED;
		n++;
	}
	return n;
}

/* A device's value that is written again may overwrite those of its queues; nothing is below. */
#define KEEP_ROUNDS 3U

/*
 * What was kept and stood is looked at once more: switching on a feature, too, may set a device up
 * anew (ixgbe_set_features()).
 */
static int keep_again(struct nt_txn *txn, struct nt_diag *diag)
{
	int r = 0;

	for (unsigned int round = 0; round < KEEP_ROUNDS && r == 0; round++) {
		int n = find_lost(txn);

		if (n <= 0)
			return n;
		r = apply_batch(txn, 0, txn->plan->n_changes, NT_PHASES, diag);
	}
	return r;
}

/*
 * Read back at once it was ours; what is there now and is neither, somebody else has written. What
 * cannot be read is returned: a value in effect that counts as failed would be nobody's to undo.
 */
static int verify_change(struct nt_txn *txn, struct nt_change *change, char *live,
			 struct nt_diag *diag)
{
	int r = nt_device_is(txn->io, nt_plan_device(txn->plan, change->target));

	if (r != -ENODEV)
		r = change->domain->get(txn->io, change->target, change->tunable, live,
					NT_VALUE_MAX);
	if (r == 0 && (change->domain->same(live, change->wanted) ||
		       (change->readback && change->domain->same(live, change->readback))))
		return 0;
	/* On the way back a value may go with the module that had brought it. */
	if (r == -ENOENT && txn->head.kind != NT_TXN_APPLY)
		return 0;
	if (r < 0 && r != -ENOENT && r != -ENODEV)
		return nt_change_read_back(txn->io, change, diag);
	change->outcome = NT_OUTCOME_FAILED;
	change->err = r < 0 ? -r : ESTALE;
	free(change->extack);
	if (asprintf(&change->extack, r < 0 ? "was in effect, but cannot be read any more: %s"
		     : "was in effect, but somebody else set it to %s",
		     r < 0 ? strerror(-r) : live) < 0)
		change->extack = NULL;
	return -EILSEQ;
}

static int verify(struct nt_txn *txn, struct nt_diag *diag)
{
	nt_autofree char *live = malloc(NT_VALUE_MAX);

	if (!live)
		return -ENOMEM;
	for (size_t i = 0; i < txn->plan->n_changes; i++) {
		struct nt_change *change = &txn->plan->changes[i];
		int r = 0;

		if (change->journaled && change->outcome == NT_OUTCOME_APPLIED)
			r = verify_change(txn, change, live, diag);
		if (r == -EIO || r == -ENOMEM)
			return r;
		if (r < 0 && change->policy == NT_POLICY_REQUIRE)
			return nt_diag_err(diag, ECANCELED, "%s: required, but it %s",
					   nt_change_name(change).text,
					   change->extack ? change->extack : "is not in effect");
	}
	return 0;
}

static void undo(struct nt_txn *txn, struct nt_diag *diag)
{
	const struct nt_backend_ops *backend = txn->backend->ops;
	struct nt_diag why = { 0 };

	/* Beside a writer that is still at work, undo would find nothing to do. */
	if (backend->undo && backend->undo(txn->backend, &why) == -ETIMEDOUT) {
		txn->undo_failed = txn->plan->n_changes;
		txn->ended = NT_TXN_STAGED;
		nt_diag_err(diag, EIO, "cannot undo yet: %s", why.message);
		return;
	}
	txn->plan->by_module = backend->undo;
	txn->undo_failed = nt_undo_plan(txn->io, txn->plan, txn->force, &txn->undo_foreign);
	txn->ended = txn->undo_failed ? NT_TXN_STAGED : NT_TXN_UNDONE;
	if (txn->undo_failed)
		nt_diag_err(diag, EIO, "%zu changes could not be undone", txn->undo_failed);
}

/* A rollback that left something behind keeps its claim on it. */
static bool all_applied(const struct nt_plan *plan)
{
	for (size_t i = 0; i < plan->n_changes; i++)
		if (plan->changes[i].journaled && !plan->changes[i].kept &&
		    plan->changes[i].policy != NT_POLICY_IGNORE &&
		    plan->changes[i].outcome != NT_OUTCOME_APPLIED)
			return false;
	return true;
}

/* What goes through the steps behind the journal. */
struct run {
	struct nt_journal_writer writer;
	struct nt_guard guard;
	struct nt_probation probation;
	uint64_t started_us;
	uint64_t writes_before;
};

static const struct nt_guard_ops *guards(const struct nt_txn *txn)
{
	return txn->guards ? txn->guards : &nt_guard_live;
}

static void end(struct nt_txn *txn, struct run *run, int *r, struct nt_diag *diag)
{
	struct nt_journal_ending ending = {
		.state = txn->ended,
		.duration_us = now_us() - run->started_us,
		.writes = txn->io->writes - run->writes_before,
	};
	int e;

	if (txn->ended == NT_TXN_STAGED || txn->ended == NT_TXN_AWAITING) {
		nt_journal_abort(&run->writer);
		return;
	}
	txn->complete = txn->complete && all_applied(txn->plan);
	ending.complete = txn->complete;
	e = nt_journal_end(txn->state, &run->writer, txn->plan, &ending, diag);
	if (e == 0 || txn->ended != NT_TXN_COMMITTED)
		return;
	/* Committed, but a crash would make recover undo it: then it is better undone now. */
	*r = e;
	undo(txn, diag);
	txn->ended = txn->undo_failed ? NT_TXN_STAGED : NT_TXN_UNDONE;
}

/* The time to confirm begins when everything is in effect. */
static int await(struct nt_txn *txn, struct run *run, struct nt_diag *diag)
{
	struct nt_journal_waiting waiting = {
		.deadline_ns = nt_deadline_after(nt_deadline_now_ns(), txn->head.confirm_s),
		.guardian = run->guard.kind,
		.complete = txn->complete && all_applied(txn->plan),
		.duration_us = now_us() - run->started_us,
		.writes = txn->io->writes - run->writes_before,
	};
	int r = nt_journal_await(txn->state, &run->writer, txn->plan, &waiting, diag);

	if (r == 0)
		r = guards(txn)->hand_over(&run->guard, txn->head.id, diag);
	if (r < 0)
		return r;
	txn->ended = NT_TXN_AWAITING;
	txn->complete = waiting.complete;
	txn->deadline_ns = waiting.deadline_ns;
	return 0;
}

static int apply_and_verify(struct nt_txn *txn, struct run *run, struct nt_diag *diag)
{
	const struct nt_backend_ops *backend = txn->backend->ops;
	bool awaits;
	int r = 0;

	if (txn->head.confirm_s)
		r = guards(txn)->start(txn->state, txn->head.id, &run->guard, diag);
	txn->guardian = run->guard.kind;
	if (r == 0)
		r = nt_probation_begin(txn->io, txn->plan, &run->probation, diag);
	if (r == 0 && backend->begin)
		r = backend->begin(txn->backend, txn->state, txn->head.id, txn->plan, diag);
	if (r == 0)
		r = apply(txn, &run->writer, diag);
	if (r == 0)
		r = keep_again(txn, diag);
	if (r == 0)
		r = verify(txn, diag);
	if (r == 0)
		r = nt_probation_pass(txn->io, &run->probation, diag);
	txn->ended = NT_TXN_COMMITTED;
	/* When the host refused every change there is nothing that could be taken back. */
	awaits = txn->head.confirm_s && nt_plan_count(txn->plan, NT_OUTCOME_APPLIED);
	if (r == 0 && backend->keep)
		r = backend->keep(txn->backend, awaits ? txn->head.confirm_s : 0, diag);
	if (r == 0 && awaits)
		r = await(txn, run, diag);
	return r;
}

static int run_journaled(struct nt_txn *txn, uint64_t started_us, struct nt_diag *diag)
{
	struct run run = {
		.guard = { .fd = -1, .pid_fd = -1 },
		.started_us = started_us,
		.writes_before = txn->io->writes,
	};
	int r;

	if (txn->head.confirm_s)
		txn->head.deadline_ns = nt_deadline_after(nt_deadline_now_ns(),
							  txn->head.confirm_s);
	r = nt_journal_begin(txn->state, &txn->head, txn->plan, &run.writer, diag);
	if (r < 0)
		return r;
	r = apply_and_verify(txn, &run, diag);
	if (r < 0)
		undo(txn, diag);
	end(txn, &run, &r, diag);
	guards(txn)->close(&run.guard);
	nt_probation_free(&run.probation);
	txn->writes = txn->io->writes - run.writes_before;
	return r;
}

int nt_txn_run(struct nt_txn *txn, struct nt_diag *diag)
{
	uint64_t started_us = now_us();
	size_t n = 0;
	int r = stage(txn, &n, diag);

	/* Until the journal is durable nothing has been written. */
	txn->ended = r < 0 ? NT_TXN_UNDONE : NT_TXN_COMMITTED;
	txn->writes = 0;
	txn->head.id = 0;
	txn->guardian = NULL;
	txn->deadline_ns = 0;
	if (r == 0 && (n || txn->head.kind != NT_TXN_APPLY)) {
		txn->ended = NT_TXN_UNDONE;
		nt_interrupt_hold();
		r = run_journaled(txn, started_us, diag);
		nt_interrupt_release();
	}
	txn->duration_us = now_us() - started_us;
	return r;
}
