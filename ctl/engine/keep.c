// SPDX-License-Identifier: GPL-2.0-or-later
/* Keeping what structural changes may lose. See keep.h. */
#include "keep.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "core/plan_index.h"
#include "tunable/tunable.h"

/* Phases from @first up to @end, whose values a plan endangers; @end is 0 for none. */
struct danger {
	enum nt_phase first;
	enum nt_phase end;
};

/* What resets the device endangers all that queues know; how it is polled, how each of them is. */
static struct danger danger_of(const struct nt_plan *plan, const char *device)
{
	static const struct danger polled = { NT_PHASE_NAPI_QUEUE, NT_PHASE_NAPI_QUEUE + 1 };

	if (nt_plan_resets(plan, 0, device))
		return (struct danger){ NT_PHASE_FEATURE_ON, NT_PHASES };
	for (size_t i = 0; i < plan->n_changes; i++)
		if (plan->changes[i].phase == NT_PHASE_NAPI &&
		    plan->changes[i].outcome == NT_OUTCOME_PLANNED &&
		    !strcmp(plan->changes[i].target, device))
			return polled;
	return (struct danger){ 0 };
}

static bool is_in(const struct nt_change *change, struct danger danger)
{
	return change->phase >= danger.first && change->phase < danger.end;
}

static int collect(const struct nt_facts *facts, const char *device, const struct nt_plan *plan,
		   struct nt_plan *ret)
{
	int r = 0;

	for (size_t i = 0; nt_tunables[i] && r == 0; i++)
		if (nt_tunables[i]->keep)
			r = nt_tunables[i]->keep(facts, device, plan, ret);
	return r;
}

/* Moves what @plan does not have yet out of @found. */
static int take(struct nt_plan *plan, struct nt_plan *found)
{
	struct nt_plan_index index;
	int r = nt_plan_index_build(plan, &index);

	if (r < 0)
		return r;
	for (size_t i = 0; i < found->n_changes && r == 0; i++) {
		struct nt_change *change = &found->changes[i];

		if (nt_plan_index_find(&index, change->target, change->tunable) != SIZE_MAX)
			continue;
		r = nt_plan_add(plan, change);
		if (r == 0)
			memset(change, 0, sizeof(*change));
	}
	nt_plan_index_free(&index);
	return r;
}

/* Of @found from @first on, what no change endangers is forgotten. */
static void drop_safe(struct nt_plan *found, size_t first, struct danger danger)
{
	size_t n = first;

	for (size_t i = first; i < found->n_changes; i++) {
		if (is_in(&found->changes[i], danger))
			found->changes[n++] = found->changes[i];
		else
			nt_change_free(&found->changes[i]);
	}
	found->n_changes = n;
}

static void keep_compliant(struct nt_plan *plan, const char *device, struct danger danger)
{
	for (size_t i = 0; i < plan->n_changes; i++) {
		struct nt_change *change = &plan->changes[i];

		if (change->outcome != NT_OUTCOME_COMPLIANT || strcmp(change->target, device) ||
		    !is_in(change, danger))
			continue;
		change->outcome = NT_OUTCOME_PLANNED;
		change->kept = true;
	}
}

int nt_keep(const struct nt_facts *facts, struct nt_plan *plan)
{
	struct nt_plan found = { .n_before = plan->n_changes };
	int r = 0;

	for (size_t i = 0; i < facts->n_nics && r == 0; i++) {
		struct danger danger = danger_of(plan, facts->nics[i].name);
		size_t first = found.n_changes;

		if (!danger.end)
			continue;
		keep_compliant(plan, facts->nics[i].name, danger);
		r = collect(facts, facts->nics[i].name, plan, &found);
		drop_safe(&found, first, danger);
	}
	if (r == 0 && found.n_changes)
		r = take(plan, &found);
	nt_plan_free(&found);
	return r;
}
