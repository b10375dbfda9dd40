// SPDX-License-Identifier: GPL-2.0-or-later
/* Planning the way back, from the ledger. See planner.h. */
#include "planner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/device.h"
#include "engine/keep.h"
#include "engine/ledger.h"
#include "engine/protect.h"
#include "facts/facts_read.h"
#include "io/io.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

/* One value to be returned, with what its order follows from. */
struct way_back {
	const struct nt_ledger_entry *entry;
	const struct nt_ledger_link *first; /* its "before" is the goal */
};

/*
 * Newest transaction first, within one the planner's undo order. A value that several wrote goes
 * where the oldest of them stands, for it returns to what was there before that one.
 */
static int by_order(const void *a, const void *b)
{
	const struct nt_ledger_link *x = ((const struct way_back *)a)->first;
	const struct nt_ledger_link *y = ((const struct way_back *)b)->first;

	if (x->txn != y->txn)
		return x->txn > y->txn ? -1 : 1;
	return x->undo_seq < y->undo_seq ? -1 : x->undo_seq > y->undo_seq;
}

/*
 * Undoing the way back, backwards, is where the host came from. But for modules, which are loaded
 * again before what they bring can be written.
 */
static uint32_t undo_seq(enum nt_phase phase, uint32_t n)
{
	return nt_plan_undo_seq(phase == NT_PHASE_MODULES ? NT_PHASE_FEATURE_OFF : phase,
				NT_PLAN_CHANGES_MAX - 1 - n);
}

static int fill(const struct way_back *way, uint32_t n, const char *live, struct nt_change *change)
{
	const struct nt_ledger_entry *entry = way->entry;
	int r;

	*change = (struct nt_change){
		.domain = entry->domain,
		.phase = entry->phase,
		.policy = entry->domain->undo_may_wait ? NT_POLICY_IGNORE : NT_POLICY_PREFER,
		.outcome = NT_OUTCOME_PLANNED,
		.undo_seq = undo_seq(entry->phase, n),
		.kept = entry->links[entry->n_links - 1].lost,
		/* What a feature resets when it goes the other way nobody has noted. */
		.disruptive = nt_phase_batch(entry->phase) == NT_BATCH_STRUCTURAL ||
			      entry->phase == NT_PHASE_FEATURE_ON,
	};
	r = asprintf(&change->reason, "the value before transaction %u", way->first->txn);
	change->target = strdup(entry->target);
	change->tunable = strdup(entry->tunable);
	change->seen = live ? strdup(live) : NULL;
	change->wanted = strdup(way->first->before ? way->first->before : "");
	if (r >= 0 && change->target && change->tunable && change->wanted &&
	    (!live || change->seen))
		return 0;
	if (r < 0)
		change->reason = NULL;
	nt_change_free(change);
	return -ENOMEM;
}

static int judge(const struct way_back *way, const char *live, int read_errno, bool force,
		 struct nt_change *change)
{
	const struct nt_ledger_entry *entry = way->entry;
	const char *wrote = entry->links[entry->n_links - 1].wrote;

	/* It had the value when we wrote it: nothing says that it went. */
	if (read_errno == EOPNOTSUPP) {
		change->outcome = NT_OUTCOME_BLOCKED;
		change->err = read_errno;
		change->remedy = strdup("cannot be read: its driver says that it has no such "
					"thing; run it again when it has");
		return change->remedy ? 0 : -ENOMEM;
	}
	/* A queue that is to come back brings no value of ours with it. */
	if (read_errno == ENOENT && way->first->before && entry->links[entry->n_links - 1].lost)
		return 0;
	if (read_errno || !way->first->before) {
		change->outcome = NT_OUTCOME_ABSENT;
		change->err = read_errno;
		return 0;
	}
	if (entry->domain->same(live, change->wanted)) {
		change->outcome = NT_OUTCOME_COMPLIANT;
		return 0;
	}
	if (force || entry->domain->same(live, wrote))
		return 0;
	change->outcome = NT_OUTCOME_BLOCKED;
	change->err = ESTALE;
	return asprintf(&change->remedy, "somebody else set it to %s since transaction %u set it "
			"to %s; --force overwrites that", live,
			entry->links[entry->n_links - 1].txn, wrote) < 0 ? -ENOMEM : 0;
}

/**
 * struct undoing - what is planned
 * @force: also over what somebody else set
 * @facts: links, read when a device is not where it was; then NICs
 */
struct undoing {
	struct nt_io *io;
	bool force;
	struct nt_facts facts;
	struct nt_plan plan;
	struct nt_diag *diag;
};

/* Renamed, it still has what it was told, and only its old name leads back there. */
static int block_renamed(struct undoing *u, const struct nt_plan_device *device,
			 struct nt_change *change)
{
	char name[NT_NIC_NAME_MAX];
	int r = nt_device_renamed(u->io, device, &u->facts, name, u->diag);

	if (r <= 0)
		return r;
	change->outcome = NT_OUTCOME_BLOCKED;
	return asprintf(&change->remedy, "the device is called %s now: rename it back first",
			name) < 0 ? -ENOMEM : 0;
}

static int add_way(struct undoing *u, const struct way_back *way, uint32_t n)
{
	const struct nt_ledger_entry *entry = way->entry;
	nt_autofree char *live = malloc(NT_VALUE_MAX);
	struct nt_change change;
	bool here;
	int r, e;

	if (!live)
		return -ENOMEM;
	e = nt_device_is(u->io, entry->device);
	here = e != -ENODEV;
	if (e == 0)
		e = entry->domain->get(u->io, entry->target, entry->tunable, live, NT_VALUE_MAX);
	if (e < 0 && e != -ENOENT && e != -ENODEV && e != -EOPNOTSUPP)
		return nt_diag_err(u->diag, -e, "%s: %s: cannot be read: %s", entry->target,
				   entry->tunable, strerror(-e));
	r = fill(way, n, e == 0 ? live : NULL, &change);
	if (r < 0)
		return r;
	r = judge(way, live, -e, u->force, &change);
	if (r == 0 && !here && entry->device)
		r = block_renamed(u, entry->device, &change);
	if (r == 0)
		r = nt_plan_add(&u->plan, &change);
	if (r < 0)
		nt_change_free(&change);
	return r;
}

/*
 * A value that a later transaction set again stays: only the link is taken out of its chain. What
 * was left to somebody else is theirs, unless told otherwise.
 */
static const struct nt_ledger_link *goal(const struct nt_ledger_entry *entry,
					 const struct nt_undo_scope *scope)
{
	const struct nt_ledger_link *last = &entry->links[entry->n_links - 1];

	if (entry->netns_cookie != scope->netns_cookie || (entry->left && !scope->force))
		return NULL;
	if (!scope->txn)
		return &entry->links[0];
	return last->txn == scope->txn ? last : NULL;
}

/* What the way back would lose, and nobody asks to change. */
static int keep_rest(struct undoing *u)
{
	struct nt_plan *plan = &u->plan;
	int r = 0;

	for (size_t i = 0; i < plan->n_changes && r == 0; i++) {
		const struct nt_change *change = &plan->changes[i];

		if (nt_change_disturbs(change) && !nt_facts_nic(&u->facts, change->target)) {
			/* By its driver a device's interrupts are found. */
			r = nt_facts_read(u->io, NT_FACTS_LINKS, &u->facts, u->diag);
			if (r == 0)
				r = nt_facts_read_nic(u->io, change->target, &u->facts,
						      u->diag);
		}
	}
	return r == 0 ? nt_keep(&u->facts, plan) : r;
}

int nt_plan_undo(struct nt_io *io, const struct nt_ledger *ledger,
		 const struct nt_undo_scope *scope, struct nt_plan *ret, struct nt_diag *diag)
{
	nt_autofree struct way_back *ways = calloc(ledger->n_entries + 1, sizeof(*ways));
	struct undoing u = { .io = io, .force = scope->force, .diag = diag };
	uint32_t n = 0;
	int r = 0;

	if (!ways)
		return -ENOMEM;
	for (size_t i = 0; i < ledger->n_entries; i++) {
		const struct nt_ledger_entry *entry = &ledger->entries[i];
		const struct nt_ledger_link *first = goal(entry, scope);

		if (first)
			ways[n++] = (struct way_back){ .entry = entry, .first = first };
	}
	qsort(ways, n, sizeof(*ways), by_order);
	for (uint32_t i = 0; i < n && r == 0; i++)
		r = add_way(&u, &ways[i], i);
	if (r == 0)
		r = keep_rest(&u);
	if (r == 0 && nt_protect_needed(&u.plan))
		r = nt_facts_read(io, NT_FACTS_MANAGEMENT, &u.facts, diag);
	/* It asks for no confirmation, for it leads to what worked; but it is on probation too. */
	if (r == 0)
		r = nt_protect_mark(&u.facts, &u.plan);
	if (r == 0)
		r = nt_plan_sort_back(&u.plan);
	nt_facts_free(&u.facts);
	if (r < 0) {
		nt_plan_free(&u.plan);
		return r;
	}
	*ret = u.plan;
	return 0;
}
