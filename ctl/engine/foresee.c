// SPDX-License-Identifier: GPL-2.0-or-later
/* The host as it would be after a plan. See foresee.h. */
#include "foresee.h"

#include "core/facts.h"
#include "core/plan.h"
#include "tunable/tunable.h"

/* See foresee.h. */
int nt_foresee(const struct nt_plan *plan, struct nt_facts *facts)
{
	int r = 0;

	for (size_t i = 0; i < plan->n_changes && r == 0; i++) {
		const struct nt_change *change = &plan->changes[i];

		if (change->outcome == NT_OUTCOME_PLANNED && change->domain->foresee)
			r = change->domain->foresee(facts, change);
	}
	return r;
}

/* See foresee.h. */
size_t nt_unforeseen(const struct nt_plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct nt_change *change = &plan->changes[i];

		n += change->domain->foresee && !change->kept &&
		     change->outcome != NT_OUTCOME_PLANNED &&
		     change->outcome != NT_OUTCOME_COMPLIANT;
	}
	return n;
}
