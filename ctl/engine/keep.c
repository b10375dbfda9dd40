// SPDX-License-Identifier: GPL-2.0-or-later
/* Keeping what structural changes may lose. See keep.h. */
#include "keep.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "core/plan_index.h"
#include "tunable/tunable.h"

/* In what follows a danger is a set of phases, as nt_plan_disturbs() tells them. */

static bool is_in(const struct nt_change *change, uint32_t danger)
{
	return danger & NT_PHASE_BIT(change->phase);
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
static void drop_safe(struct nt_plan *found, size_t first, uint32_t danger)
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

static void keep_compliant(struct nt_plan *plan, const char *device, uint32_t danger)
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
		uint32_t danger = nt_plan_disturbs(plan, facts->nics[i].name);
		size_t first = found.n_changes;

		if (!danger)
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
