// SPDX-License-Identifier: GPL-2.0-or-later
/* Undoing the changes of a plan in the order that the planner gave. See txn.h. */
#include "txn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/plan.h"
#include "io/io.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

static int by_undo_seq(const void *a, const void *b)
{
	const struct nt_change *x = *(struct nt_change *const *)a;
	const struct nt_change *y = *(struct nt_change *const *)b;

	return x->undo_seq < y->undo_seq ? -1 : x->undo_seq > y->undo_seq;
}

static void note(struct nt_change *change, int err, const char *format, const char *value)
{
	free(change->extack);
	change->extack = NULL;
	if (asprintf(&change->extack, format, value) < 0)
		change->extack = NULL;
	change->err = err;
}

static bool ours(const struct nt_change *change, const char *live)
{
	return change->domain->same(live, change->wanted) ||
	       (change->readback && change->domain->same(live, change->readback));
}

/* 0 undone, -ESTALE somebody else's value, or a negative errno. */
static int undo_change(struct nt_io *io, struct nt_change *change, bool force)
{
	nt_autofree char *live = malloc(NT_VALUE_MAX);
	struct nt_diag why = { 0 };
	int r;

	if (!live)
		return -ENOMEM;
	r = change->domain->get(io, change->target, change->tunable, live, NT_VALUE_MAX);
	/* What has gone meanwhile (a module, a device) took its value with it. */
	if (r == -ENOENT || r == -ENODEV || !change->seen)
		return 0;
	if (r < 0) {
		note(change, -r, "cannot be read before undoing: %s", strerror(-r));
		return r;
	}
	if (change->domain->same(live, change->seen))
		return 0;
	if (!force && !ours(change, live)) {
		note(change, ESTALE, "left alone: somebody else set it to %s meanwhile", live);
		return -ESTALE;
	}
	r = change->domain->undo(io, change, &why);
	if (r == -EBUSY && change->domain->undo_may_wait) {
		note(change, EBUSY, "left as it is: %s", why.message);
		return 0;
	}
	if (r < 0) {
		note(change, -r, "cannot be undone: %s", *why.message ? why.message : strerror(-r));
		return r;
	}
	r = change->domain->get(io, change->target, change->tunable, live, NT_VALUE_MAX);
	if (r == 0 && change->domain->same(live, change->seen))
		return 0;
	note(change, EIO, "undo had no effect: reads back %s", r < 0 ? strerror(-r) : live);
	return -EIO;
}

size_t nt_undo_plan(struct nt_io *io, struct nt_plan *plan, bool force, size_t *ret_foreign)
{
	nt_autofree struct nt_change **order = calloc(plan->n_changes + 1, sizeof(*order));
	size_t n = 0, failed = 0, foreign = 0;

	for (size_t i = 0; order && i < plan->n_changes; i++)
		if (plan->changes[i].journaled)
			order[n++] = &plan->changes[i];
	if (!order)
		return plan->n_changes;
	qsort(order, n, sizeof(*order), by_undo_seq);

	for (size_t i = 0; i < n; i++) {
		bool culprit = order[i]->outcome != NT_OUTCOME_APPLIED &&
			       order[i]->outcome != NT_OUTCOME_PLANNED;
		int r = undo_change(io, order[i], force);

		foreign += r == -ESTALE;
		failed += r < 0 && r != -ESTALE;
		if (r == 0 && !culprit)
			order[i]->outcome = NT_OUTCOME_UNDONE;
		else if (r < 0 && r != -ESTALE)
			order[i]->outcome = NT_OUTCOME_FAILED;
	}
	*ret_foreign = foreign;
	return failed;
}
