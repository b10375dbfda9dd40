// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl rollback: undo one transaction. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/carry_out.h"
#include "cmd/cmd.h"
#include "cmd/enabled_out.h"
#include "cmd/verdict.h"
#include "engine/planner.h"
#include "io/netns.h"
#include "lib/diag.h"

enum { FORCE };

static const struct nt_option options[] = {
	[FORCE] = { "force", NULL, "also overwrite values that somebody else set since" },
	{ NULL, NULL, NULL },
};

/* Of the namespace in force: like every verb, this one looks at no other unless told to. */
static const struct nt_journal *newest(const struct nt_host *host, bool force)
{
	for (size_t i = host->n_journals; i-- > 0;)
		if (host->journals[i].head.kind == NT_TXN_APPLY &&
		    host->journals[i].head.netns_cookie == host->netns_cookie &&
		    nt_ledger_holds(&host->ledger, host->journals[i].head.id, force))
			return &host->journals[i];
	return NULL;
}

static const struct nt_journal *by_id(const struct nt_host *host, const char *text, bool force,
				      struct nt_diag *diag)
{
	char *end;
	unsigned long id = strtoul(text, &end, 10);
	bool number = *text >= '0' && *text <= '9' && !*end;

	for (size_t i = 0; i < host->n_journals && number; i++)
		if (host->journals[i].head.id == id) {
			if (nt_ledger_holds(&host->ledger, host->journals[i].head.id, force))
				return &host->journals[i];
			nt_diag_err(diag, EINVAL, "transaction %s: nothing of it is in effect any "
				    "more; see nettunectl history", text);
			return NULL;
		}
	nt_diag_err(diag, EINVAL, "transaction %s: there is none; see nettunectl history", text);
	return NULL;
}

/* The way back leads through the namespace that the transaction was made in. */
static int enter(const struct nt_journal *journal, struct nt_host *host, struct nt_call *call,
		 struct nt_diag *diag)
{
	int r;

	if (journal->head.netns_cookie == host->netns_cookie)
		return 0;
	if (!*journal->head.netns)
		return nt_diag_err(diag, EINVAL, "transaction %u was made in another network "
				   "namespace; run this there", journal->head.id);
	r = nt_netns_enter(journal->head.netns, diag);
	if (r == 0)
		r = nt_netns_cookie(&host->netns_cookie);
	if (r == 0 && journal->head.netns_cookie != host->netns_cookie)
		r = nt_diag_err(diag, EINVAL, "transaction %u: its namespace %s is gone, and its "
				"values with it", journal->head.id, journal->head.netns);
	call->netns = journal->head.netns;
	return r;
}

static const char *why_nothing(const struct nt_host *host)
{
	const struct nt_ledger *ledger = &host->ledger;

	if (nt_ledger_has(ledger, host->netns_cookie, true))
		return ": " NT_LEFT_TO_OTHERS;
	return ledger->n_entries ? " here; see nettunectl history for other namespaces"
				 : ": no transaction is in effect";
}

static enum nt_exit undo(const struct nt_call *call, struct nt_host *host, struct nt_diag *diag)
{
	bool force = call->values[FORCE];
	const struct nt_journal *journal = call->n_args ? by_id(host, call->args[0], force, diag)
							: newest(host, force);
	struct nt_call there = *call;
	struct nt_plan plan = { 0 };
	struct nt_errand errand = { .kind = NT_TXN_ROLLBACK, .plan = &plan, .force = force };
	enum nt_exit code;
	int r;

	if (!journal && diag->err)
		return NT_EXIT_USAGE;
	if (!journal) {
		if (call->json)
			return nt_carry_out(call, host, &(struct nt_errand){ .plan = &plan }, diag);
		if (!call->quiet)
			printf("nothing to roll back%s\n", why_nothing(host));
		return NT_EXIT_DONE;
	}
	r = enter(journal, host, &there, diag);
	if (r == 0)
		r = nt_plan_undo(call->io, &host->ledger,
				 &(struct nt_undo_scope){ .netns_cookie = host->netns_cookie,
							  .txn = journal->head.id,
							  .force = errand.force },
				 &plan, diag);
	if (r < 0)
		return nt_exit_for(r, diag);
	errand.undoes = journal->head.id;
	code = nt_carry_out(&there, host, &errand, diag);
	nt_plan_free(&plan);
	return code;
}

/* What still awaits its confirmation is its guardian's to undo, without the lock. 0: none does. */
static uint32_t find_awaiting(const struct nt_call *call)
{
	const char *text = call->n_args ? call->args[0] : "";
	const struct nt_journal *journal;
	struct nt_diag ignored = { 0 };
	struct nt_host host;
	uint32_t txn = 0;

	if (geteuid() != 0 || nt_host_open(NULL, false, &host, &ignored) < 0)
		return 0;
	journal = nt_host_awaiting(&host, 0);
	if (journal && (!call->n_args || strtoul(text, NULL, 10) == journal->head.id))
		txn = journal->head.id;
	nt_host_close(&host);
	return txn;
}

static enum nt_exit run(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_guardian_msg question = { .verb = NT_GUARDIAN_ROLLBACK,
					    .txn = find_awaiting(call),
					    .args = { call->values[FORCE] != NULL } };
	struct nt_host host;
	enum nt_exit code;

	if (question.txn)
		return nt_verdict(call, &question, diag);
	code = nt_begin(call, "rollback", call->values[FORCE], false, &host, diag);

	if (code != NT_EXIT_DONE)
		return code;
	code = undo(call, &host, diag);
	nt_host_close(&host);
	nt_enabled_remind(call);
	return code;
}

const struct nt_cmd nt_cmd_rollback = {
	.name = "rollback",
	.arguments = "[TXN]",
	.min_args = 0,
	.max_args = 1,
	.summary = "undo the last transaction, or the one named",
	.help = "Returns every value that the transaction changed to what it was before, in the\n"
		"order that the planner laid down, reading each back. A value that somebody\n"
		"else set since is left alone and reported (exit code 5); --force overwrites it.\n"
		"What a later transaction set again stays. One that awaits its confirmation is\n"
		"undone by its guardian, without waiting for anybody.",
	.options = options,
	.run = run,
};
