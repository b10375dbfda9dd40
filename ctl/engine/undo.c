// SPDX-License-Identifier: GPL-2.0-or-later
/* Undoing the changes of a plan in the order that the planner gave. See txn.h. */
#include "txn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/plan.h"
#include "engine/device.h"
#include "engine/undo_owner.h"
#include "io/io.h"
#include "io/nic.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

static void note(struct nt_change *change, int err, const char *format, const char *value)
{
	free(change->extack);
	change->extack = NULL;
	if (asprintf(&change->extack, format, value) < 0)
		change->extack = NULL;
	change->err = err;
}

/**
 * struct way - one change on its way back
 * @found: live value before anything was undone; NULL when there was none
 * @gone: its device is no more, or another one has the name
 * @foreign: somebody else wrote @found
 * @unknown: its device had changes that may have reset it since anybody read it
 */
struct way {
	struct nt_change *change;
	char *found;
	bool gone;
	bool foreign;
	bool unknown;
};

static int by_undo_seq(const void *a, const void *b)
{
	const struct nt_change *x = ((const struct way *)a)->change;
	const struct nt_change *y = ((const struct way *)b)->change;

	return x->undo_seq < y->undo_seq ? -1 : x->undo_seq > y->undo_seq;
}

static bool ours(const struct nt_change *change, const char *live)
{
	return change->domain->same(live, change->seen) ||
	       change->domain->same(live, change->wanted) ||
	       (change->readback && change->domain->same(live, change->readback));
}

/**
 * struct disturber - a change that disturbs others of its device
 * @returned: the module has undone it, and what it disturbs was disturbed once more since
 */
struct disturber {
	const struct nt_change *change;
	bool returned;
};

/* Was it the module that returned it? Then nothing else of the device is back yet. */
static bool is_returned(struct nt_io *io, const struct nt_plan *plan,
			const struct nt_change *change, char *live)
{
	return plan->by_module && change->outcome == NT_OUTCOME_APPLIED && change->seen &&
	       nt_module_may_own(plan, change) &&
	       change->domain->get(io, change->target, change->tunable, live, NT_VALUE_MAX) == 0 &&
	       change->domain->same(live, change->seen);
}

/*
 * What was applied has been read back behind all that disturbs it; what was only kept, and stood,
 * between the structural batch and that of the queues. Changes that disturb are few: those of one
 * device stand together.
 */
static bool is_unknown(const struct disturber *disturbing, size_t n, const struct nt_change *change)
{
	enum nt_batch read_behind = change->outcome == NT_OUTCOME_APPLIED ? NT_BATCH_QUEUES
				    : change->outcome == NT_OUTCOME_COMPLIANT
				    ? NT_BATCH_STRUCTURAL : NT_BATCH_HOST;

	for (size_t i = 0; i < n; i++) {
		const struct nt_change *by = disturbing[i].change;

		if ((disturbing[i].returned || nt_phase_batch(by->phase) > read_behind) &&
		    by->phase < change->phase &&
		    nt_change_disturbs(by) & NT_PHASE_BIT(change->phase) &&
		    !strcmp(by->target, change->target))
			return true;
	}
	return false;
}

/*
 * What stands there before the first value is returned. A transaction that was cut off behind a
 * reset knows no read-backs: what the driver made of the device's queues then counts as ours, and
 * is told.
 */
static int look(struct nt_io *io, struct way *way, char *live)
{
	struct nt_change *change = way->change;

	if (change->domain->get(io, change->target, change->tunable, live, NT_VALUE_MAX) < 0)
		return 0;
	way->found = strdup(live);
	if (!way->found)
		return -ENOMEM;
	if (!change->seen || ours(change, live))
		return 0;
	if (way->unknown)
		note(change, 0, "was reset with its device, or set by somebody else, to %s", live);
	else
		way->foreign = true;
	return 0;
}

/* Returns it to @goal and makes sure of it. */
static int put(struct nt_io *io, struct nt_change *change, const char *goal, char *live)
{
	struct nt_change back = *change;
	struct nt_diag why = { 0 };
	int r;

	back.seen = (char *)goal;
	r = change->domain->undo(io, &back, &why);
	/* What was written is back, and going on is what can bring back the link. */
	if (r == -ENOLINK) {
		note(change, ENOLINK, "undone, but: %s", why.message);
		r = 0;
	}
	if (r == -EBUSY && change->domain->undo_may_wait) {
		note(change, EBUSY, "left as it is: %s", why.message);
		return 0;
	}
	if (r < 0) {
		note(change, -r, "cannot be undone: %s", *why.message ? why.message : strerror(-r));
		return r;
	}
	r = change->domain->get(io, change->target, change->tunable, live, NT_VALUE_MAX);
	if (r == 0 && change->domain->same(live, goal))
		return 0;
	note(change, EIO, "undo had no effect: reads back %s", r < 0 ? strerror(-r) : live);
	return -EIO;
}

/*
 * 0 undone, -ESTALE somebody else's value, or a negative errno. What somebody else set stays, and
 * is set again when undoing the device's structure took it away.
 */
static int undo_change(struct nt_io *io, struct way *way, bool force, char *live)
{
	struct nt_change *change = way->change;
	bool leave = way->foreign && !force;
	const char *goal = leave ? way->found : change->seen;
	int r = -ENODEV;

	if (!way->gone)
		r = change->domain->get(io, change->target, change->tunable, live, NT_VALUE_MAX);

	/* What has gone meanwhile (a module, a device, a queue) took its value with it. */
	if (r == -ENOENT || r == -ENODEV || !goal)
		return 0;
	if (r < 0) {
		note(change, -r, "cannot be read before undoing: %s", strerror(-r));
		return r;
	}
	r = 0;
	/* Undoing another value may have returned this one, or reset it. */
	if (!change->domain->same(live, goal))
		r = put(io, change, goal, live);
	if (r < 0 || !leave)
		return r;
	note(change, ESTALE, "left alone: somebody else set it to %s meanwhile", goal);
	return -ESTALE;
}

/*
 * The last value that differs from what was seen may be the one that was being written when the
 * transaction was cut off, and some drivers make of it what they like. It is returned, and told.
 */
static void claim_last_written(struct way *ways, size_t n)
{
	while (n && (!ways[n - 1].found || !ways[n - 1].change->seen ||
		     ways[n - 1].change->domain->same(ways[n - 1].found,
						      ways[n - 1].change->seen)))
		n--;
	if (!n || !ways[n - 1].foreign || ways[n - 1].change->outcome != NT_OUTCOME_PLANNED)
		return;
	ways[n - 1].foreign = false;
	note(ways[n - 1].change, 0, "was being written when the transaction was cut off, or set by "
	     "somebody else, to %s", ways[n - 1].found);
}

/* Every way, in the order of undoing; -ENOMEM. */
static int find_ways(struct nt_io *io, struct nt_plan *plan, struct way *ways, size_t *ret_n,
		     char *live)
{
	nt_autofree struct disturber *disturbing = calloc(plan->n_changes + 1,
							  sizeof(*disturbing));
	const char *asked = "";
	size_t n = 0, n_disturbing = 0;
	bool gone = false;
	int r = disturbing ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < plan->n_changes; i++)
		if (plan->changes[i].journaled && nt_change_disturbs(&plan->changes[i]))
			disturbing[n_disturbing++] = (struct disturber){
				.change = &plan->changes[i],
				.returned = is_returned(io, plan, &plan->changes[i], live),
			};
	for (size_t i = 0; r == 0 && i < plan->n_changes; i++) {
		struct nt_change *change = &plan->changes[i];

		if (!change->journaled)
			continue;
		/* Device by device, for asking costs a request. */
		if (strcmp(asked, change->target) != 0)
			gone = nt_device_is(io, nt_plan_device(plan, change->target)) == -ENODEV;
		asked = change->target;
		ways[n] = (struct way){
			.change = change,
			.gone = gone,
			.unknown = is_unknown(disturbing, n_disturbing, change),
		};
		r = gone ? 0 : look(io, &ways[n], live);
		n++;
	}
	*ret_n = n;
	claim_last_written(ways, n);
	qsort(ways, n, sizeof(*ways), by_undo_seq);
	return r;
}

/*
 * A device that was cut off in the middle of a reset has to be back before another one, which may
 * be a port of the same bond, is reset in turn. One that does not come back is waited for once.
 */
static void wait_for_links(struct nt_io *io, const struct nt_plan *plan)
{
	uint32_t rest_ms = NT_NIC_READY_MS;

	for (size_t i = 0; i < plan->n_devices; i++) {
		const struct nt_plan_device *device = &plan->devices[i];

		if (device->ready != NT_NIC_NOT_READY && nt_plan_resets(plan, 0, device->name) &&
		    nt_nic_ready_wait(io, device->name, device->ready, rest_ms, NULL) ==
		    -ETIMEDOUT)
			rest_ms = 0;
	}
}

size_t nt_undo_plan(struct nt_io *io, struct nt_plan *plan, bool force, size_t *ret_foreign)
{
	nt_autofree struct way *ways = calloc(plan->n_changes + 1, sizeof(*ways));
	nt_autofree char *live = malloc(NT_VALUE_MAX);
	size_t n = 0, failed = 0, foreign = 0;
	int r = ways && live ? find_ways(io, plan, ways, &n, live) : -ENOMEM;

	if (r == 0)
		wait_for_links(io, plan);
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct nt_change *change = ways[i].change;
		bool culprit = change->outcome != NT_OUTCOME_APPLIED &&
			       change->outcome != NT_OUTCOME_PLANNED;
		int e = undo_change(io, &ways[i], force, live);

		foreign += e == -ESTALE;
		failed += e < 0 && e != -ESTALE;
		if (e == 0 && !culprit)
			change->outcome = NT_OUTCOME_UNDONE;
		else if (e < 0 && e != -ESTALE)
			change->outcome = NT_OUTCOME_FAILED;
	}
	for (size_t i = 0; i < n; i++)
		free(ways[i].found);
	*ret_foreign = foreign;
	return r < 0 ? plan->n_changes : failed;
}
