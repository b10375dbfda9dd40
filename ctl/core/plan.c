// SPDX-License-Identifier: GPL-2.0-or-later
/* The plan as a data structure: adding, ordering, counting, naming. See plan.h. */
#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const outcome_names[] = {
	[NT_OUTCOME_PLANNED] = "planned",         [NT_OUTCOME_COMPLIANT] = "compliant",
	[NT_OUTCOME_UNSUPPORTED] = "unsupported", [NT_OUTCOME_BLOCKED] = "blocked",
	[NT_OUTCOME_ABSENT] = "absent",           [NT_OUTCOME_IMMUTABLE] = "immutable",
	[NT_OUTCOME_DEFERRED] = "deferred",       [NT_OUTCOME_APPLIED] = "applied",
	[NT_OUTCOME_FAILED] = "failed",           [NT_OUTCOME_UNDONE] = "undone",
};

static const char *const phase_names[] = {
	[NT_PHASE_MODULES] = "modules",
	[NT_PHASE_SYSCTL] = "sysctl",
};

static const char *const policy_names[] = {
	[NT_POLICY_PREFER] = "prefer",
	[NT_POLICY_REQUIRE] = "require",
	[NT_POLICY_IGNORE] = "ignore",
};

const char *nt_outcome_name(enum nt_outcome outcome)
{
	return outcome_names[outcome];
}

const char *nt_phase_name(enum nt_phase phase)
{
	return phase_names[phase];
}

const char *nt_policy_name(enum nt_policy policy)
{
	return policy_names[policy];
}

static int name_index(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return (int)i;
	return -EINVAL;
}

int nt_policy_parse(const char *name, enum nt_policy *ret)
{
	int i = name_index(policy_names, sizeof(policy_names) / sizeof(*policy_names), name);

	if (i < 0)
		return i;
	*ret = (enum nt_policy)i;
	return 0;
}

int nt_outcome_parse(const char *name, enum nt_outcome *ret)
{
	int i = name_index(outcome_names, sizeof(outcome_names) / sizeof(*outcome_names), name);

	if (i < 0)
		return i;
	*ret = (enum nt_outcome)i;
	return 0;
}

int nt_phase_parse(const char *name, enum nt_phase *ret)
{
	int i = name_index(phase_names, sizeof(phase_names) / sizeof(*phase_names), name);

	if (i < 0)
		return i;
	*ret = (enum nt_phase)i;
	return 0;
}

int nt_plan_add(struct nt_plan *plan, const struct nt_change *change)
{
	struct nt_change *grown;
	size_t n = plan->n_allocated ? plan->n_allocated * 2 : 32;

	if (plan->n_changes >= NT_PLAN_CHANGES_MAX)
		return -EOVERFLOW;
	if (plan->n_changes == plan->n_allocated) {
		grown = realloc(plan->changes, n * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		plan->changes = grown;
		plan->n_allocated = n;
	}

	plan->changes[plan->n_changes++] = *change;
	return 0;
}

size_t nt_plan_count(const struct nt_plan *plan, enum nt_outcome outcome)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_changes; i++)
		n += plan->changes[i].outcome == outcome;
	return n;
}

int nt_plan_sort(struct nt_plan *plan)
{
	struct nt_change *sorted;
	size_t n = 0;

	if (!plan->n_changes)
		return 0;
	sorted = malloc(plan->n_changes * sizeof(*sorted));
	if (!sorted)
		return -ENOMEM;

	for (unsigned int phase = 0; phase < NT_PHASES; phase++)
		for (size_t i = 0; i < plan->n_changes; i++)
			if ((unsigned int)plan->changes[i].phase == phase)
				sorted[n++] = plan->changes[i];

	free(plan->changes);
	plan->changes = sorted;
	plan->n_allocated = plan->n_changes;
	return 0;
}

void nt_change_free(struct nt_change *change)
{
	free(change->target);
	free(change->tunable);
	free(change->seen);
	free(change->wanted);
	free(change->reason);
	free(change->remedy);
	free(change->owner);
	free(change->origin);
	free(change->extack);
	free(change->readback);
	memset(change, 0, sizeof(*change));
}

void nt_plan_free(struct nt_plan *plan)
{
	for (size_t i = 0; i < plan->n_changes; i++)
		nt_change_free(&plan->changes[i]);
	free(plan->changes);
	memset(plan, 0, sizeof(*plan));
}
