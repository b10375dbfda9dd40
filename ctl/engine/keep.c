// SPDX-License-Identifier: GPL-2.0-or-later
/* Keeping what structural changes may lose. See keep.h. */
#include "keep.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "core/plan_index.h"
#include "tunable/tunable.h"

bool nt_keep_needed(const struct nt_plan *plan, const char *device)
{
	for (size_t i = 0; i < plan->n_changes; i++)
		if (plan->changes[i].outcome == NT_OUTCOME_PLANNED &&
		    nt_change_resets(&plan->changes[i]) &&
		    !strcmp(plan->changes[i].target, device))
			return true;
	return false;
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

static void keep_compliant(struct nt_plan *plan, const char *device)
{
	for (size_t i = 0; i < plan->n_changes; i++) {
		struct nt_change *change = &plan->changes[i];

		if (change->outcome != NT_OUTCOME_COMPLIANT || strcmp(change->target, device) ||
		    nt_phase_batch(change->phase) != NT_BATCH_QUEUES)
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
		if (!nt_keep_needed(plan, facts->nics[i].name))
			continue;
		keep_compliant(plan, facts->nics[i].name);
		r = collect(facts, facts->nics[i].name, plan, &found);
	}
	if (r == 0 && found.n_changes)
		r = take(plan, &found);
	nt_plan_free(&found);
	return r;
}
