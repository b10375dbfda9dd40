// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl history: the transactions of this host. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/cmd.h"
#include "engine/deadline.h"
#include "engine/host.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "lib/out.h"

static size_t count(const struct nt_journal *journal, enum nt_outcome outcome)
{
	return nt_plan_count(&journal->plan, outcome);
}

static size_t count_asked_for(const struct nt_journal *journal)
{
	size_t n = 0;

	for (size_t i = 0; i < journal->plan.n_changes; i++)
		n += journal->plan.changes[i].journaled && !journal->plan.changes[i].kept;
	return n;
}

static bool awaits(const struct nt_host *host, const struct nt_journal *journal)
{
	return journal->state == NT_TXN_AWAITING &&
	       !strcmp(journal->head.boot_id, host->boot_id);
}

static uint32_t left_s(const struct nt_journal *journal)
{
	return nt_deadline_left_s(journal->deadline_ns, nt_deadline_now_ns());
}

/* Was there something to be written, or left to somebody else? */
static bool had_to_do(const struct nt_journal *journal)
{
	for (size_t i = 0; i < journal->plan.n_changes; i++)
		if (journal->plan.changes[i].journaled ||
		    journal->plan.changes[i].outcome == NT_OUTCOME_BLOCKED)
			return true;
	return false;
}

/*
 * All of it was refused, or it failed before the first write. One that was cut off has a cause, and
 * may not have come to count its writes.
 */
static bool had_no_effect(const struct nt_journal *journal)
{
	if (journal->state == NT_TXN_UNDONE)
		return !journal->writes && !*journal->cause;
	if (journal->state != NT_TXN_COMMITTED)
		return false;
	return journal->head.kind == NT_TXN_APPLY
	       ? !nt_ledger_claims(&journal->plan)
	       : had_to_do(journal) && !count(journal, NT_OUTCOME_APPLIED);
}

/* What holds now, which the journal of the transaction itself cannot know. */
static const char *standing(const struct nt_host *host, const struct nt_journal *journal)
{
	if (had_no_effect(journal))
		return "nothing took effect";
	if (journal->state == NT_TXN_AWAITING && !awaits(host, journal))
		return "gone with its boot";
	if (journal->state == NT_TXN_ABANDONED && !strcmp(journal->cause, NT_CAUSE_BOOT_GONE))
		return NT_CAUSE_BOOT_GONE;
	if (journal->state == NT_TXN_ABANDONED && !strcmp(journal->cause, NT_CAUSE_NETNS_GONE))
		return NT_CAUSE_NETNS_GONE;
	if (journal->state == NT_TXN_ABANDONED && count(journal, NT_OUTCOME_APPLIED))
		return "gone with its namespace";
	if (journal->state != NT_TXN_COMMITTED || journal->head.kind != NT_TXN_APPLY)
		return nt_txn_state_name(journal->state);
	if (strcmp(journal->head.boot_id, host->boot_id) != 0)
		return "gone with its boot";
	return nt_ledger_holds(&host->ledger, journal->head.id, false) ? "in effect"
								       : "rolled back";
}

static char *join_profiles(const struct nt_txn_head *head)
{
	char *text = NULL;

	for (size_t i = 0; head->profiles[i]; i++) {
		char *longer;

		if (asprintf(&longer, "%s%s%s", text ? text : "", text ? " " : "",
			     head->profiles[i]) < 0)
			break;
		free(text);
		text = longer;
	}
	return text;
}

static enum nt_color color_of(const struct nt_host *host, const struct nt_journal *journal)
{
	if (journal->state == NT_TXN_STAGED || journal->state == NT_TXN_UNDONE)
		return NT_COLOR_BAD;
	if (awaits(host, journal))
		return NT_COLOR_CHANGE;
	return !strcmp(standing(host, journal), "in effect") ? NT_COLOR_GOOD : NT_COLOR_PLAIN;
}

static void add_row(const struct nt_host *host, const struct nt_journal *journal,
		    struct nt_table *table)
{
	const struct nt_txn_head *head = &journal->head;
	nt_autofree char *profiles = join_profiles(head);
	char id[16], when[32], what[160], changes[32], took[32], state[128];
	time_t started = (time_t)head->started_s;
	struct tm tm;

	snprintf(id, sizeof(id), "%u", head->id);
	localtime_r(&started, &tm);
	strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm);
	if (head->kind == NT_TXN_ROLLBACK)
		snprintf(what, sizeof(what), "rollback %u", head->undoes);
	else
		snprintf(what, sizeof(what), "%s %.120s", nt_txn_kind_name(head->kind),
			 profiles ? profiles : "");
	snprintf(changes, sizeof(changes), "%zu of %zu", count(journal, NT_OUTCOME_APPLIED),
		 count_asked_for(journal));
	snprintf(took, sizeof(took), "%.1f ms", (double)journal->duration_us / 1000.0);
	snprintf(state, sizeof(state), "%s%s%s", standing(host, journal),
		 journal->state == NT_TXN_UNDONE && *journal->cause ? ": " : "",
		 journal->state == NT_TXN_UNDONE ? journal->cause : "");
	if (awaits(host, journal))
		snprintf(state, sizeof(state), "%s, %u s left", standing(host, journal),
			 left_s(journal));
	nt_table_row(table, color_of(host, journal),
		     (const char *const[]){ id, when, what, *head->netns ? head->netns : "-",
					    changes, took, state }, 7);
}

static json_t *deadline_json(const struct nt_host *host, const struct nt_journal *journal)
{
	return awaits(host, journal) ? json_integer(left_s(journal)) : json_null();
}

static json_t *to_json(const struct nt_host *host, const struct nt_journal *journal)
{
	const struct nt_txn_head *head = &journal->head;
	json_t *profiles = json_array();

	for (size_t i = 0; head->profiles[i]; i++)
		json_array_append_new(profiles, json_string(head->profiles[i]));
	return json_pack("{si, ss, si, ss, ss, ss, so, sI, sI, sI, si, si, sb, so, ss?}", "txn",
			 (int)head->id, "kind", nt_txn_kind_name(head->kind), "undoes",
			 (int)head->undoes, "state", standing(host, journal), "netns", head->netns,
			 "backend", head->backend, "profiles", profiles, "started_s",
			 (json_int_t)head->started_s, "duration_us",
			 (json_int_t)journal->duration_us, "writes", (json_int_t)journal->writes,
			 "changes", (int)count_asked_for(journal), "applied",
			 (int)count(journal, NT_OUTCOME_APPLIED), "this_boot",
			 !strcmp(head->boot_id, host->boot_id), "deadline_s",
			 deadline_json(host, journal), "cause",
			 *journal->cause ? journal->cause : NULL);
}

static int print_json(const struct nt_host *host)
{
	json_t *list = json_array();

	for (size_t i = 0; i < host->n_journals; i++)
		json_array_append_new(list, to_json(host, &host->journals[i]));
	return nt_out_json(json_pack("{ss, so}", "schema", "nettune.history/1", "transactions",
				     list));
}

static void print_table(const struct nt_host *host)
{
	static const char *const head[] = { "TXN", "STARTED", "WHAT", "NETNS", "CHANGES", "TOOK",
					    "STATE" };
	struct nt_table table = { 0 };

	if (!host->n_journals) {
		printf("no transactions yet\n");
		return;
	}
	nt_table_row(&table, NT_COLOR_BOLD, head, 7);
	for (size_t i = 0; i < host->n_journals; i++)
		add_row(host, &host->journals[i], &table);
	nt_table_print(&table);
}

static enum nt_exit run(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_host host;
	int r = nt_host_open(NULL, false, &host, diag);

	if (r < 0)
		return nt_exit_for(r, diag);
	if (call->json)
		r = print_json(&host);
	else if (!call->quiet)
		print_table(&host);
	nt_host_close(&host);
	return r < 0 ? NT_EXIT_FAILED : NT_EXIT_DONE;
}

const struct nt_cmd nt_cmd_history = {
	.name = "history",
	.arguments = "",
	.min_args = 0,
	.max_args = 0,
	.summary = "the transactions of this host, oldest first",
	.help = "Lists what was applied, rolled back and reverted, when, how long it took and\n"
		"what of it holds now. Values do not outlive a boot; the list does.",
	.options = NULL,
	.run = run,
};
