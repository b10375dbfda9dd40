// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl verify: does the host comply with profiles? */
#include <errno.h>
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/plan_out.h"
#include "engine/planner.h"
#include "lib/diag.h"
#include "lib/out.h"
#include "tunable/tunable.h"

/* Planned only to be written again if a structural change loses it: it is as it should be. */
static bool only_kept(const struct nt_change *change)
{
	return change->kept && change->outcome == NT_OUTCOME_PLANNED &&
	       (!change->seen || change->domain->same(change->seen, change->wanted));
}

/*
 * What the profiles ask for complies; what nobody asked for is none of their business. The others
 * keep their order.
 */
static void settle_kept(struct nt_plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_changes; i++) {
		struct nt_change *change = &plan->changes[i];

		if (change->kept && !change->origin) {
			nt_change_free(change);
			continue;
		}
		if (only_kept(change))
			change->outcome = NT_OUTCOME_COMPLIANT;
		change->kept = false;
		plan->changes[n++] = *change;
	}
	plan->n_changes = n;
}

static bool shown(const struct nt_change *change, bool verbose)
{
	return verbose || change->outcome != NT_OUTCOME_COMPLIANT;
}

/* Something that cannot be had here counts where it is required. */
static bool differs(const struct nt_change *change)
{
	switch (change->outcome) {
	case NT_OUTCOME_COMPLIANT:
		return false;
	case NT_OUTCOME_UNSUPPORTED:
	case NT_OUTCOME_ABSENT:
	case NT_OUTCOME_IMMUTABLE:
		return change->policy == NT_POLICY_REQUIRE;
	default:
		return true;
	}
}

/* Who fights over a value, and what would help where help is needed. */
static void print_notes(const struct nt_plan *plan, bool verbose)
{
	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct nt_change *change = &plan->changes[i];

		if (shown(change, verbose) && change->owner)
			printf("  %s: also set by %s\n", change->tunable, change->owner);
		if (differs(change) && change->remedy)
			printf("  %s: %s\n", change->tunable, change->remedy);
	}
}

static void print_table(const struct nt_plan *plan, bool verbose)
{
	static const char *const head[] = { "TARGET", "TUNABLE", "WANTED", "NOW", "RESULT" };
	struct nt_table table = { 0 };

	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct nt_change *change = &plan->changes[i];
		enum nt_color color = change->outcome == NT_OUTCOME_COMPLIANT ? NT_COLOR_GOOD
				      : differs(change) ? NT_COLOR_BAD : NT_COLOR_DIM;

		if (!shown(change, verbose))
			continue;
		if (!table.n_rows)
			nt_table_row(&table, NT_COLOR_BOLD, head, 5);
		nt_table_row(&table, color,
			     (const char *const[]){ change->target, change->tunable,
						    change->wanted, change->seen,
						    change->outcome == NT_OUTCOME_PLANNED
						    ? "differs"
						    : nt_outcome_name(change->outcome) }, 5);
	}
	nt_table_print(&table);
	print_notes(plan, verbose);
}

static size_t count_differing(const struct nt_plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_changes; i++)
		n += differs(&plan->changes[i]);
	return n;
}

static void print_summary(const struct nt_plan *plan, size_t n_differ)
{
	size_t n_good = nt_plan_count(plan, NT_OUTCOME_COMPLIANT);
	size_t n_excused = plan->n_changes - n_good - n_differ;

	if (!plan->n_changes) {
		printf("nothing was checked\n");
		return;
	}
	printf("%zu of %zu comply", n_good, plan->n_changes);
	if (n_excused)
		printf(", %zu cannot be had here and %s not required", n_excused,
		       n_excused == 1 ? "is" : "are");
	printf("\n");
}

/* What of the profiles could not be looked at. */
static void print_idle(const struct nt_planned *planned)
{
	for (size_t i = 0; i < planned->n_left_out; i++)
		printf("left out: %s\n", planned->left_out[i]);
	for (size_t i = 0; i < planned->n_notes; i++)
		printf("note: %s\n", planned->notes[i]);
}

static int print_json(const struct nt_call *call, const struct nt_planned *planned)
{
	json_t *root = nt_plan_json(&planned->plan, "none", call->args, call->n_args,
				    planned->left_out, NULL);

	if (root && json_object_set_new(root, "notes", nt_words_json(planned->notes)) < 0) {
		json_decref(root);
		root = NULL;
	}
	return nt_out_json(root);
}

static enum nt_exit run(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_planned planned = { 0 };
	bool nothing_left;
	size_t differ;
	int r = nt_plan_profiles(call->io,
				 &(struct nt_plan_request){ .names = call->args,
							    .n = call->n_args,
							    .netns = call->netns },
				 &planned, diag);

	if (r < 0)
		return nt_exit_for(r, diag);
	nothing_left = planned.n_left_out == call->n_args;
	settle_kept(&planned.plan);
	differ = count_differing(&planned.plan);
	if (call->json) {
		r = print_json(call, &planned);
	} else if (!call->quiet) {
		print_table(&planned.plan, call->verbose);
		print_idle(&planned);
		if (!nothing_left)
			print_summary(&planned.plan, differ);
	}
	nt_planned_free(&planned);
	if (r < 0)
		return NT_EXIT_FAILED;
	if (nothing_left)
		return NT_EXIT_UNSUPPORTED;
	return differ ? NT_EXIT_NONCOMPLIANT : NT_EXIT_DONE;
}

const struct nt_cmd nt_cmd_verify = {
	.name = "verify",
	.arguments = "PROFILE...",
	.min_args = 1,
	.max_args = 16,
	.summary = "does the host comply with profiles? changes nothing",
	.help = "A table of what the profiles want against what is, who else sets it, and exit\n"
		"code 4 when they differ. What this host cannot have at all counts only where it\n"
		"is required (OnUnsupported=require). A profile that is not for this host is left\n"
		"out; exit code 6 when no other is left.",
	.options = NULL,
	.run = run,
};
