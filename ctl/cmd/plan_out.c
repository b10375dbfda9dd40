// SPDX-License-Identifier: GPL-2.0-or-later
/* Showing a plan. See plan_out.h. */
#include "plan_out.h"

#include <stdio.h>
#include <string.h>

#include "engine/deadline.h"
#include "engine/txn.h"
#include "lib/out.h"
#include "tunable/tunable.h"

static json_t *change_json(const struct nt_change *change)
{
	json_t *json = json_pack(
		"{ss, ss, ss, ss?, ss?, ss, sb, sb, ss, ss?, ss, ss?, ss?, ss?, si, ss?, ss?, "
		"ss?}",
		"domain", change->domain->name, "target", change->target, "tunable",
		change->tunable, "seen", change->seen, "wanted", change->wanted, "phase",
		nt_phase_name(change->phase), "disruptive", change->disruptive, "kept",
		change->kept, "policy", nt_policy_name(change->policy), "reason", change->reason,
		"outcome", nt_outcome_name(change->outcome), "remedy", change->remedy, "owner",
		change->owner, "origin", change->origin, "errno", change->err, "extack",
		change->extack, "readback", change->readback, "management", change->management);

	if (json && change->instead_of)
		json_object_set_new(json, "instead_of", json_string(change->instead_of));
	return json;
}

static json_t *summary_json(const struct nt_plan *plan)
{
	json_t *summary = json_object();

	for (enum nt_outcome i = 0; i <= NT_OUTCOME_UNDONE; i++)
		json_object_set_new(summary, nt_outcome_name(i),
				    json_integer((json_int_t)nt_plan_count(plan, i)));
	return summary;
}

static json_t *deadline_json(const struct nt_txn *txn)
{
	return txn->ended == NT_TXN_AWAITING
	       ? json_integer(nt_deadline_left_s(txn->deadline_ns, nt_deadline_now_ns()))
	       : json_null();
}

json_t *nt_words_json(char *const *words)
{
	json_t *array = json_array();

	for (size_t i = 0; words && words[i]; i++)
		json_array_append_new(array, json_string(words[i]));
	return array;
}

json_t *nt_plan_json(const struct nt_plan *plan, const char *backend, const char *const *profiles,
		     size_t n_profiles, char *const *left_out, const struct nt_txn *txn)
{
	json_t *names = json_array(), *changes = json_array(), *root;

	for (size_t i = 0; i < n_profiles; i++)
		json_array_append_new(names, json_string(profiles[i]));
	for (size_t i = 0; i < plan->n_changes; i++)
		json_array_append_new(changes, change_json(&plan->changes[i]));
	root = json_pack("{ss, ss, so, so, so, so}", "schema", "nettune.plan/1", "backend",
			 backend, "profiles", names, "left_out", nt_words_json(left_out),
			 "changes", changes, "summary", summary_json(plan));
	if (root && txn)
		json_object_update_new(root, json_pack(
			"{si, ss, so, ss?, sI, sI}", "txn", (int)txn->head.id, "state",
			nt_txn_state_name(txn->ended), "deadline_s", deadline_json(txn),
			"guardian", txn->guardian, "duration_us",
			(json_int_t)txn->duration_us, "writes", (json_int_t)txn->writes));
	return root;
}

static enum nt_color outcome_color(enum nt_outcome outcome)
{
	switch (outcome) {
	case NT_OUTCOME_PLANNED:
		return NT_COLOR_CHANGE;
	case NT_OUTCOME_APPLIED:
		return NT_COLOR_GOOD;
	case NT_OUTCOME_BLOCKED:
	case NT_OUTCOME_FAILED:
	case NT_OUTCOME_UNDONE:
	case NT_OUTCOME_DEFERRED:
		return NT_COLOR_BAD;
	default:
		return NT_COLOR_DIM;
	}
}

static void print_note(const char *label, const char *text)
{
	char line[2048];

	if (!text || !*text)
		return;
	snprintf(line, sizeof(line), "%s%s", label, text);
	nt_out_wrapped(line, 6);
}

static bool shown(const struct nt_change *change, bool verbose)
{
	if (verbose)
		return true;
	return change->kept ? change->outcome == NT_OUTCOME_FAILED
			    : change->outcome != NT_OUTCOME_COMPLIANT;
}

/* A list of CPUs can be empty, and a value can be missing. */
static const char *told(const char *value)
{
	return value && *value ? value : "(nothing)";
}

static void print_change(const struct nt_change *change)
{
	printf("%s  %s: %s -> %s", nt_out_color(outcome_color(change->outcome)),
	       nt_change_name(change).text, told(change->seen), told(change->wanted));
	if (change->outcome != NT_OUTCOME_PLANNED)
		printf("  [%s]", nt_outcome_name(change->outcome));
	if (change->disruptive)
		printf("  [disruptive]");
	printf("%s\n", nt_out_color(NT_COLOR_PLAIN));
	print_note("", change->reason);
	print_note("also set by ", change->owner);
	if (change->outcome == NT_OUTCOME_PLANNED)
		print_note("needs --confirm: it ", change->management);
	print_note("remedy: ", change->remedy);
}

void nt_plan_print(const struct nt_plan *plan, bool verbose)
{
	const char *target = "";

	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct nt_change *change = &plan->changes[i];

		if (!shown(change, verbose))
			continue;
		if (strcmp(target, change->target) != 0)
			printf("%s%s%s\n", nt_out_color(NT_COLOR_BOLD), change->target,
			       nt_out_color(NT_COLOR_PLAIN));
		target = change->target;
		print_change(change);
	}
}

void nt_plan_print_result(const struct nt_plan *plan, bool verbose)
{
	static const char *const head[] = { "TARGET", "TUNABLE", "BEFORE", "AFTER", "RESULT" };
	struct nt_table table = { 0 };

	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct nt_change *change = &plan->changes[i];
		const char *after = change->outcome == NT_OUTCOME_APPLIED ? change->readback
									  : change->seen;

		if (!shown(change, verbose))
			continue;
		if (!table.n_rows)
			nt_table_row(&table, NT_COLOR_BOLD, head, 5);
		nt_table_row(&table, outcome_color(change->outcome),
			     (const char *const[]){ change->target, change->tunable, change->seen,
						    after, nt_outcome_name(change->outcome) },
			     5);
	}
	nt_table_print(&table);

	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct nt_change *change = &plan->changes[i];

		if (!shown(change, verbose) || (!change->remedy && !change->extack))
			continue;
		printf("  %s [%s]\n", nt_change_name(change).text,
		       nt_outcome_name(change->outcome));
		print_note("", change->extack);
		print_note("remedy: ", change->remedy);
	}
}

void nt_plan_print_summary(const struct nt_plan *plan)
{
	const char *separator = "";

	for (enum nt_outcome i = 0; i <= NT_OUTCOME_UNDONE; i++) {
		size_t n = nt_plan_count(plan, i);

		if (!n)
			continue;
		printf("%s%zu %s", separator, n, nt_outcome_name(i));
		separator = ", ";
	}
	printf("%s\n", *separator ? "" : "nothing to do");
}

enum nt_exit nt_plan_exit(const struct nt_plan *plan)
{
	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct nt_change *change = &plan->changes[i];

		if (change->policy == NT_POLICY_IGNORE)
			continue;
		if (change->outcome == NT_OUTCOME_BLOCKED || change->outcome == NT_OUTCOME_DEFERRED)
			return NT_EXIT_PARTLY;
		if (change->kept && change->outcome != NT_OUTCOME_FAILED)
			continue;
		/* What was journaled was planned: the host refused it only when it was written. */
		if (change->journaled && change->outcome != NT_OUTCOME_APPLIED)
			return NT_EXIT_PARTLY;
	}
	return NT_EXIT_DONE;
}
