// SPDX-License-Identifier: GPL-2.0-or-later
/* Deciding over a transaction that awaits its confirmation. See verdict.h. */
#include "verdict.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/plan_out.h"
#include "engine/backend.h"
#include "engine/deadline.h"
#include "engine/guardian.h"
#include "engine/host.h"
#include "engine/txn.h"
#include "io/netns.h"
#include "lib/diag.h"
#include "lib/out.h"

/* The answer in the words of a settlement; what it says is checked against the journal. */
static int judge(const struct nt_guardian_msg *question, const struct nt_guardian_msg *answer,
		 struct nt_settlement *ret, struct nt_diag *diag)
{
	int err = (int)answer->args[0];

	switch (answer->verb) {
	case NT_GUARDIAN_CONFIRMED:
		*ret = (struct nt_settlement){ .n_kept = answer->args[0],
					       .n_drifted = answer->args[1] };
		return 0;
	case NT_GUARDIAN_UNDONE:
		*ret = (struct nt_settlement){ .n_returned = answer->args[0],
					       .n_foreign = answer->args[1] };
		return 0;
	case NT_GUARDIAN_AWAITING:
		return 0;
	case NT_GUARDIAN_FAILED:
		/* Settled already, or the guardian of another: then this one has none. */
		if (err == ESRCH)
			return -ENOENT;
		if (err == EAGAIN)
			return nt_diag_err(diag, EBUSY, "transaction %u is still being applied",
					   question->txn);
		return nt_diag_err(diag, err, "transaction %u: its guardian could not: %s",
				   question->txn, strerror(err));
	default:
		return nt_diag_err(diag, EPROTO, "transaction %u: its guardian answered something "
				   "else", question->txn);
	}
}

static int ask(struct nt_host *host, const struct nt_guardian_msg *question,
	       struct nt_settlement *ret, struct nt_diag *diag)
{
	struct nt_guardian_msg answer;
	int r = nt_guardian_ask(&host->state, question, &answer);

	if (r == 0)
		return judge(question, &answer, ret, diag);
	if (r == -ENOENT || r == -ECONNRESET)
		return -ENOENT;
	return nt_diag_err(diag, -r, "transaction %u: its guardian does not answer: %s",
			   question->txn, strerror(-r));
}

/* The values are those of the namespace that the transaction was made in. */
static int enter(struct nt_host *host, uint32_t txn, struct nt_diag *diag)
{
	const struct nt_journal *journal = nt_host_awaiting(host, txn);
	int r;

	if (!journal || journal->head.netns_cookie == host->netns_cookie || !*journal->head.netns)
		return 0;
	r = nt_netns_enter(journal->head.netns, diag);
	return r < 0 ? r : nt_netns_cookie(&host->netns_cookie);
}

/* There is no guardian any more: under the lock, in its place. */
static int do_it_here(const struct nt_call *call, const struct nt_guardian_msg *question,
		      struct nt_settlement *ret, struct nt_diag *diag)
{
	struct nt_recovery recovery;
	struct nt_host host;
	int r = nt_host_open(question->verb == NT_GUARDIAN_ROLLBACK ? "rollback" : "confirm",
			     false, &host,
			     diag);

	if (r < 0)
		return r;
	if (question->verb == NT_GUARDIAN_EXTEND || question->verb == NT_GUARDIAN_STATUS) {
		r = nt_host_recover(&host, call->io, false, &recovery, diag);
		if (r == 0 && recovery.awaiting == question->txn)
			r = ask(&host, question, ret, diag);
	} else {
		r = enter(&host, question->txn, diag);
		if (r == 0)
			r = nt_host_decide(&host, call->io, question, ret, diag);
	}
	nt_host_close(&host);
	return r;
}

static void report_plan(const struct nt_call *call, struct nt_journal *journal)
{
	const struct nt_txn_head *head = &journal->head;
	struct nt_txn txn = { .ended = journal->state, .deadline_ns = journal->deadline_ns,
			      .guardian = journal->guardian, .duration_us = journal->duration_us,
			      .writes = journal->writes };
	size_t n = 0;

	txn.head.id = head->id;
	while (head->profiles[n])
		n++;
	/* Reasons are not journaled; of these there is one. */
	for (size_t i = 0; i < journal->plan.n_changes; i++)
		if (!journal->plan.changes[i].reason &&
		    asprintf(&journal->plan.changes[i].reason, "transaction %u %s", head->id,
			     journal->cause) < 0)
			journal->plan.changes[i].reason = NULL;
	if (call->json)
		nt_out_json(nt_plan_json(&journal->plan, head->backend,
					 (const char *const *)head->profiles, n, NULL, &txn));
	else if (!call->quiet)
		nt_plan_print_result(&journal->plan, call->verbose);
}

static void report_json(const struct nt_journal *journal, const struct nt_settlement *settled)
{
	bool awaits = journal->state == NT_TXN_AWAITING;
	uint32_t left = nt_deadline_left_s(journal->deadline_ns, nt_deadline_now_ns());

	nt_out_json(json_pack("{ss, si, ss, so, ss?, si, si, si, si}", "schema",
			      "nettune.confirm/1", "txn", (int)journal->head.id, "state",
			      nt_txn_state_name(journal->state), "deadline_s",
			      awaits ? json_integer(left) : json_null(), "cause",
			      *journal->cause ? journal->cause : NULL, "kept",
			      (int)settled->n_kept, "drifted", (int)settled->n_drifted, "returned",
			      (int)settled->n_returned, "foreign", (int)settled->n_foreign));
}

static void report_text(const struct nt_guardian_msg *question, const struct nt_journal *journal,
			const struct nt_settlement *settled)
{
	size_t n_returned = nt_plan_count(&journal->plan, NT_OUTCOME_UNDONE);
	uint32_t id = journal->head.id;

	if (journal->state == NT_TXN_AWAITING)
		printf("transaction %u awaits confirmation for %u s more\n", id,
		       nt_deadline_left_s(journal->deadline_ns, nt_deadline_now_ns()));
	else if (journal->state == NT_TXN_COMMITTED)
		printf("transaction %u is confirmed\n", id);
	else if (question->verb == NT_GUARDIAN_ROLLBACK)
		printf("transaction %u %s: %zu value%s returned\n", id, journal->cause, n_returned,
		       n_returned == 1 ? "" : "s");
	if (settled->n_drifted)
		printf("%zu of its %zu values changed by somebody else meanwhile: see "
		       "'nettunectl status'\n", settled->n_drifted, settled->n_kept);
	if (settled->n_foreign)
		printf("%zu value%s left to somebody else\n", settled->n_foreign,
		       settled->n_foreign == 1 ? " was" : "s were");
}

static enum nt_exit exit_of(const struct nt_guardian_msg *question,
			    const struct nt_journal *journal,
			    const struct nt_settlement *settled, struct nt_diag *diag)
{
	bool undone = journal->state == NT_TXN_UNDONE;

	if (journal->state == NT_TXN_AWAITING && (question->verb == NT_GUARDIAN_EXTEND ||
						  question->verb == NT_GUARDIAN_STATUS))
		return NT_EXIT_DONE;
	if (journal->state == NT_TXN_COMMITTED && question->verb == NT_GUARDIAN_STATUS)
		return NT_EXIT_DONE;
	if (undone && question->verb == NT_GUARDIAN_ROLLBACK)
		return settled->n_foreign ? NT_EXIT_PARTLY : NT_EXIT_DONE;
	if (journal->state == NT_TXN_COMMITTED && question->verb == NT_GUARDIAN_CONFIRM)
		return settled->n_drifted ? NT_EXIT_PARTLY : NT_EXIT_DONE;
	nt_diag_err(diag, undone ? ETIMEDOUT : EINVAL, "transaction %u: too late, it is %s%s%s",
		    journal->head.id, nt_txn_state_name(journal->state),
		    *journal->cause ? ": it " : "", journal->cause);
	return NT_EXIT_FAILED;
}

/* What the journal says now is what happened. */
static enum nt_exit report(const struct nt_call *call, const struct nt_guardian_msg *question,
			   const struct nt_settlement *settled, struct nt_diag *diag)
{
	struct nt_journal journal;
	struct nt_state state;
	enum nt_exit code;
	int r = nt_state_open(false, &state, diag);

	if (r < 0)
		return nt_exit_for(r, diag);
	r = nt_journal_read(&state, question->txn, &journal, diag);
	nt_state_close(&state);
	if (r < 0)
		return nt_exit_for(r, diag);
	if (question->verb == NT_GUARDIAN_ROLLBACK)
		report_plan(call, &journal);
	else if (call->json)
		report_json(&journal, settled);
	if (!call->json && !call->quiet)
		report_text(question, &journal, settled);
	code = exit_of(question, &journal, settled, diag);
	nt_journal_free(&journal);
	return code;
}

enum nt_exit nt_verdict(const struct nt_call *call, const struct nt_guardian_msg *question,
			struct nt_diag *diag)
{
	struct nt_settlement settled = { 0 };
	struct nt_host host;
	int r = nt_host_open(NULL, false, &host, diag);

	if (r < 0)
		return nt_exit_for(r, diag);
	r = ask(&host, question, &settled, diag);
	nt_host_close(&host);
	if (r == -ENOENT)
		r = do_it_here(call, question, &settled, diag);
	if (r < 0)
		return nt_exit_for(r == -EINVAL || r == -ENOENT ? r : r == -EBUSY ? r : -EIO, diag);
	return report(call, question, &settled, diag);
}
