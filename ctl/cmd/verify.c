// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl verify: does the host comply with profiles? */
#include <errno.h>
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/plan_out.h"
#include "engine/planner.h"
#include "lib/diag.h"
#include "lib/out.h"

static void print_table(const struct nt_plan *plan, bool verbose)
{
	static const char *const head[] = { "TARGET", "TUNABLE", "WANTED", "NOW", "RESULT" };
	struct nt_table table = { 0 };

	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct nt_change *change = &plan->changes[i];
		bool good = change->outcome == NT_OUTCOME_COMPLIANT;

		if (good && !verbose)
			continue;
		if (!table.n_rows)
			nt_table_row(&table, NT_COLOR_BOLD, head, 5);
		nt_table_row(&table, good ? NT_COLOR_GOOD : NT_COLOR_BAD,
			     (const char *const[]){ change->target, change->tunable,
						    change->wanted, change->seen,
						    change->outcome == NT_OUTCOME_PLANNED
						    ? "differs"
						    : nt_outcome_name(change->outcome) }, 5);
	}
	nt_table_print(&table);
}

static enum nt_exit run(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_planned planned = { 0 };
	size_t differ;
	int r = nt_plan_profiles(call->io,
				 &(struct nt_plan_request){ .names = call->args,
							    .n = call->n_args,
							    .netns = call->netns },
				 &planned, diag);

	if (r < 0)
		return nt_exit_for(r, diag);
	differ = nt_plan_count(&planned.plan, NT_OUTCOME_PLANNED) +
		 nt_plan_count(&planned.plan, NT_OUTCOME_BLOCKED) +
		 nt_plan_count(&planned.plan, NT_OUTCOME_DEFERRED);
	if (call->json) {
		r = nt_out_json(nt_plan_json(&planned.plan, "none", call->args, call->n_args,
					     planned.left_out, NULL));
	} else if (!call->quiet) {
		print_table(&planned.plan, call->verbose);
		printf("%zu of %zu comply\n",
		       nt_plan_count(&planned.plan, NT_OUTCOME_COMPLIANT),
		       planned.plan.n_changes);
	}
	nt_planned_free(&planned);
	if (r < 0)
		return NT_EXIT_FAILED;
	return differ ? NT_EXIT_NONCOMPLIANT : NT_EXIT_DONE;
}

const struct nt_cmd nt_cmd_verify = {
	.name = "verify",
	.arguments = "PROFILE...",
	.min_args = 1,
	.max_args = 16,
	.summary = "does the host comply with profiles? changes nothing",
	.help = "A table of what the profiles want against what is, and exit code 4 when they\n"
		"differ. What this host cannot have at all does not count against it.",
	.options = NULL,
	.run = run,
};
