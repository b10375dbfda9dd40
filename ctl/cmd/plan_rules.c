// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules for plans that are to be carried out. See plan_rules.h. */
#include "plan_rules.h"

#include <errno.h>

#include "lib/diag.h"

/* Is this one known, before anything is written, not to come about? */
static bool cannot_be_done(const struct nt_change *change, bool early)
{
	switch (change->outcome) {
	case NT_OUTCOME_PLANNED:
	case NT_OUTCOME_COMPLIANT:
		return false;
	case NT_OUTCOME_ABSENT:
	case NT_OUTCOME_DEFERRED:
		return !early;
	default:
		return true;
	}
}

enum nt_exit nt_plan_check_required(const struct nt_plan *plan, bool early, struct nt_diag *diag)
{
	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct nt_change *change = &plan->changes[i];
		bool blocked = change->outcome == NT_OUTCOME_BLOCKED ||
			       change->outcome == NT_OUTCOME_DEFERRED;

		if (change->policy != NT_POLICY_REQUIRE || !cannot_be_done(change, early))
			continue;
		nt_diag_err(diag, blocked ? EPERM : EOPNOTSUPP, "%s: required by %s, but %s%s%s; "
			    "nothing was changed", change->tunable,
			    change->origin ? change->origin : "the profile",
			    nt_outcome_name(change->outcome), change->remedy ? ": " : "",
			    change->remedy ? change->remedy : "");
		return blocked ? NT_EXIT_REFUSED : NT_EXIT_UNSUPPORTED;
	}
	return NT_EXIT_DONE;
}
