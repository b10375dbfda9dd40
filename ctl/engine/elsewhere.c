// SPDX-License-Identifier: GPL-2.0-or-later
/* Other CPUs for interrupts that were refused. See elsewhere.h. */
#include "elsewhere.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/plan_index.h"
#include "engine/replan.h"
#include "tunable/tunable.h"

/**
 * struct search - looking for other CPUs
 * @devices: that have refused interrupts; share the strings of @plan
 * @refused: by place in @plan: refused for want of a vector
 * @moved: by place in @plan: complied, but has to follow; is appended and taken out
 * @n: changes that are not what they were
 */
struct search {
	struct nt_plan *plan;
	struct nt_replan_devices devices;
	bool *refused;
	bool *moved;
	size_t n;
};

/* Marks what was refused, and what it was refused for. */
static void note_refused(struct search *s, const struct nt_replanner *replanner)
{
	for (size_t i = 0; i < s->plan->n_changes; i++) {
		const struct nt_change *change = &s->plan->changes[i];

		s->refused[i] = change->journaled && change->outcome == NT_OUTCOME_FAILED &&
				replanner->refused(replanner->user, change) &&
				nt_replan_add(&s->devices, change->target);
	}
}

static void swap(char **a, char **b)
{
	char *kept = *a;

	*a = *b;
	*b = kept;
}

static void take_place(struct search *s, struct nt_change *change, struct nt_change *fresh)
{
	swap(&change->wanted, &fresh->wanted);
	swap(&change->instead_of, &fresh->instead_of);
	swap(&change->reason, &fresh->reason);
	change->kept = false;
	change->replanned = true;
	s->n++;
}

/* It is told as what was asked for, which nobody has. */
static void give_up(struct search *s, struct nt_change *change, struct nt_change *fresh)
{
	if (!change->domain->same(change->wanted, fresh->wanted))
		take_place(s, change, fresh);
	swap(&change->remedy, &fresh->remedy);
}

static void try_again(struct search *s, struct nt_change *change, struct nt_change *fresh)
{
	take_place(s, change, fresh);
	change->outcome = NT_OUTCOME_PLANNED;
	change->err = 0;
	free(change->extack);
	free(change->readback);
	change->extack = change->readback = NULL;
}

static bool leads_somewhere(const struct nt_change *fresh)
{
	return fresh->outcome == NT_OUTCOME_PLANNED || fresh->outcome == NT_OUTCOME_COMPLIANT;
}

static void follow(struct search *s, size_t at, struct nt_change *fresh)
{
	struct nt_change *change = &s->plan->changes[at];
	bool same = change->domain->same(change->wanted, fresh->wanted);

	if (s->refused[at] && leads_somewhere(fresh) && !same) {
		try_again(s, change, fresh);
	} else if (s->refused[at]) {
		give_up(s, change, fresh);
	} else if (change->journaled && change->outcome == NT_OUTCOME_PLANNED) {
		if (leads_somewhere(fresh) && !same)
			take_place(s, change, fresh);
	} else if (change->journaled && change->outcome == NT_OUTCOME_COMPLIANT) {
		/* What a reset of the device could have lost, and did not. */
		if (fresh->outcome == NT_OUTCOME_PLANNED && !same)
			try_again(s, change, fresh);
	} else if (!change->journaled && change->outcome == NT_OUTCOME_COMPLIANT &&
		   fresh->outcome == NT_OUTCOME_PLANNED) {
		s->moved[at] = true;
	}
}

/* The journal counts changes by their order: one that was not in it goes behind all others. */
static int append(struct search *s, size_t at, struct nt_change *fresh)
{
	int r;

	fresh->journaled = true;
	fresh->undo_seq = s->plan->changes[at].undo_seq;
	r = nt_plan_add(s->plan, fresh);
	if (r == 0)
		memset(fresh, 0, sizeof(*fresh));
	s->n += r == 0;
	return r;
}

static bool is_placed(const struct nt_change *change)
{
	return change->phase == NT_PHASE_IRQ || change->phase == NT_PHASE_XPS ||
	       change->phase == NT_PHASE_RPS;
}

/* Takes what it needs out of @fresh. */
static int merge(struct search *s, struct nt_plan *fresh)
{
	struct nt_plan_index index;
	int r = nt_plan_index_build(s->plan, &index);

	if (r < 0)
		return r;
	for (size_t i = 0; i < fresh->n_changes && r == 0; i++) {
		struct nt_change *change = &fresh->changes[i];
		size_t at = is_placed(change) && nt_replan_has(&s->devices, change->target)
			    ? nt_plan_index_find(&index, change->target, change->tunable)
			    : SIZE_MAX;

		if (at == SIZE_MAX)
			continue;
		follow(s, at, change);
		if (s->moved[at])
			r = append(s, at, change);
	}
	nt_plan_index_free(&index);
	return r;
}

/* What was appended stands for what is taken out here. */
static size_t take_out(struct search *s, size_t n_before)
{
	struct nt_plan *plan = s->plan;
	size_t n = 0, first = n_before;

	for (size_t i = 0; i < plan->n_changes; i++) {
		if (i < n_before && s->moved[i]) {
			nt_change_free(&plan->changes[i]);
			first--;
			continue;
		}
		plan->changes[n++] = plan->changes[i];
	}
	plan->n_changes = n;
	return first;
}

static int search(struct search *s, const struct nt_replanner *replanner, size_t *ret_first,
		  struct nt_diag *diag)
{
	struct nt_plan fresh = { .n_before = s->plan->n_changes };
	size_t n_before = s->plan->n_changes;
	int r;

	note_refused(s, replanner);
	if (!s->devices.n)
		return 0;
	r = replanner->plan(replanner->user, s->devices.names, s->devices.n, &fresh, diag);
	if (r == 0)
		r = merge(s, &fresh);
	nt_plan_free(&fresh);
	*ret_first = take_out(s, n_before);
	return r;
}

int nt_elsewhere(struct nt_plan *plan, const struct nt_replanner *replanner, size_t *ret_first,
		 size_t *ret_n, struct nt_diag *diag)
{
	struct search s = {
		.plan = plan,
		.refused = calloc(plan->n_changes + 1, sizeof(*s.refused)),
		.moved = calloc(plan->n_changes + 1, sizeof(*s.moved)),
	};
	int r = s.refused && s.moved ? 0 : -ENOMEM;

	*ret_first = plan->n_changes;
	if (r == 0)
		r = search(&s, replanner, ret_first, diag);
	*ret_n = s.n;
	free(s.refused);
	free(s.moved);
	return r;
}
