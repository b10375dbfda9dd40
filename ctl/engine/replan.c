// SPDX-License-Identifier: GPL-2.0-or-later
/* Planning queues anew behind structural changes. See replan.h. */
#include "replan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/plan_index.h"
#include "io/io.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

bool nt_replan_has(const struct nt_replan_devices *devices, const char *name)
{
	for (size_t i = 0; i < devices->n; i++)
		if (!strcmp(devices->names[i], name))
			return true;
	return false;
}

bool nt_replan_add(struct nt_replan_devices *devices, const char *name)
{
	if (nt_replan_has(devices, name))
		return true;
	if (devices->n == NT_PLAN_DEVICES_MAX)
		return false;
	devices->names[devices->n++] = name;
	return true;
}

static bool is_queue(const struct nt_change *change)
{
	return nt_phase_batch(change->phase) == NT_BATCH_QUEUES;
}

/* The devices whose structure was changed. */
static void find_devices(const struct nt_plan *plan, struct nt_replan_devices *ret)
{
	ret->n = 0;
	for (size_t i = 0; i < plan->n_changes; i++)
		if (nt_change_resets(&plan->changes[i]))
			nt_replan_add(ret, plan->changes[i].target);
}

/* What was foreseen gives way to what is so: of @fresh, only where it leads and why not. */
static void follow(struct nt_change *change, struct nt_change *fresh)
{
	if (!change->journaled)
		return;
	if (fresh->outcome == NT_OUTCOME_PLANNED || fresh->outcome == NT_OUTCOME_COMPLIANT) {
		char *wanted = change->wanted;

		if (change->domain->same(wanted, fresh->wanted))
			return;
		change->wanted = fresh->wanted;
		fresh->wanted = wanted;
		change->kept = fresh->kept;
		change->replanned = true;
		return;
	}
	/* It had a value a moment ago. If it is gone, whoever looks next finds that out. */
	if (fresh->outcome == NT_OUTCOME_UNSUPPORTED && change->seen)
		return;
	change->outcome = fresh->outcome;
	free(change->remedy);
	change->remedy = fresh->remedy;
	fresh->remedy = NULL;
}

static int append(struct nt_plan *plan, struct nt_change *fresh)
{
	int r;

	fresh->journaled = fresh->outcome == NT_OUTCOME_PLANNED;
	r = nt_plan_add(plan, fresh);
	if (r == 0)
		memset(fresh, 0, sizeof(*fresh));
	return r;
}

/* Takes what it needs out of @fresh. */
static int merge(struct nt_plan *plan, struct nt_plan *fresh,
		 const struct nt_replan_devices *devices)
{
	struct nt_plan_index index;
	int r = nt_plan_index_build(plan, &index);

	if (r < 0)
		return r;
	for (size_t i = 0; i < fresh->n_changes && r == 0; i++) {
		struct nt_change *change = &fresh->changes[i];
		size_t at;

		if (!is_queue(change) || !nt_replan_has(devices, change->target))
			continue;
		at = nt_plan_index_find(&index, change->target, change->tunable);
		if (at != SIZE_MAX)
			follow(&plan->changes[at], change);
		else
			r = append(plan, change);
	}
	nt_plan_index_free(&index);
	return r;
}

static int see(struct nt_change *change, const char *live)
{
	change->seen = strdup(live);
	change->replanned = true;
	return change->seen ? 0 : -ENOMEM;
}

static int look(struct nt_io *io, struct nt_change *change, char *live, struct nt_diag *diag)
{
	int r = change->domain->get(io, change->target, change->tunable, live, NT_VALUE_MAX);

	change->disturbed = true;
	if (r == -ENOENT || r == -ENODEV) {
		change->outcome = NT_OUTCOME_ABSENT;
		return 0;
	}
	if (r < 0)
		return nt_diag_err(diag, -r, "%s %s: cannot be read: %s", change->target,
				   change->tunable, strerror(-r));
	if (change->kept && change->domain->same(live, change->wanted))
		change->outcome = NT_OUTCOME_COMPLIANT;
	return change->seen ? 0 : see(change, live);
}

static int look_at_all(struct nt_io *io, struct nt_plan *plan,
		       const struct nt_replan_devices *devices, struct nt_diag *diag)
{
	nt_autofree char *live = malloc(NT_VALUE_MAX);
	int r = live ? 0 : -ENOMEM;

	for (size_t i = 0; i < plan->n_changes && r == 0; i++) {
		struct nt_change *change = &plan->changes[i];

		if (is_queue(change) && change->journaled &&
		    change->outcome == NT_OUTCOME_PLANNED && nt_replan_has(devices, change->target))
			r = look(io, change, live, diag);
	}
	return r;
}

int nt_replan_queues(struct nt_io *io, struct nt_plan *plan, const struct nt_replanner *replanner,
		     size_t *ret_first, struct nt_diag *diag)
{
	struct nt_plan fresh = { .n_before = plan->n_changes };
	struct nt_replan_devices devices;
	int r = 0;

	find_devices(plan, &devices);
	*ret_first = plan->n_changes;
	if (replanner && replanner->plan)
		r = replanner->plan(replanner->user, devices.names, devices.n, &fresh, diag);
	if (r == 0)
		r = merge(plan, &fresh, &devices);
	nt_plan_free(&fresh);
	if (r == 0)
		r = look_at_all(io, plan, &devices, diag);
	return r;
}
