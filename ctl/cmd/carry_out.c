// SPDX-License-Identifier: GPL-2.0-or-later
/* A plan becomes a transaction. See carry_out.h. */
#include "carry_out.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/plan_out.h"
#include "engine/backend.h"
#include "engine/deadline.h"
#include "engine/ledger.h"
#include "engine/txn.h"
#include "lib/diag.h"
#include "lib/out.h"

enum nt_exit nt_begin(const struct nt_call *call, const char *what, bool force, bool open_only,
		      struct nt_host *ret, struct nt_diag *diag)
{
	struct nt_recovery recovery;
	struct nt_host host;
	int r;

	if (geteuid() != 0) {
		nt_diag_err(diag, EPERM, "%s: changes the host, which needs root; try sudo", what);
		return NT_EXIT_PRIVILEGE;
	}
	r = nt_host_open(what, open_only, &host, diag);
	if (r < 0)
		return nt_exit_for(r, diag);
	r = nt_host_recover(&host, call->io, force, &recovery, diag);
	if (r < 0) {
		nt_host_close(&host);
		return nt_exit_for(r, diag);
	}
	if (recovery.txn)
		fprintf(stderr, "nettunectl: transaction %u had %s; its values were returned "
			"first\n",
			recovery.txn,
			recovery.unconfirmed ? "not been confirmed" : "been cut off");
	if (recovery.foreign)
		fprintf(stderr, "nettunectl: but for %zu that somebody else set meanwhile\n",
			recovery.foreign);
	if (recovery.gone)
		fprintf(stderr, "nettunectl: transaction %u was cut off by the end of another "
			"boot; its values went with it\n", recovery.gone);
	if (recovery.elsewhere)
		fprintf(stderr, "nettunectl: transaction %u was cut off in another network "
			"namespace; run 'nettunectl recover' in it\n", recovery.elsewhere);
	if (recovery.awaiting) {
		nt_host_close(&host);
		nt_diag_err(diag, EBUSY, "transaction %u awaits confirmation, %u s left: keep it "
			    "with 'nettunectl confirm %u', or take it back with 'nettunectl "
			    "rollback %u'",
			    recovery.awaiting,
			    nt_deadline_left_s(recovery.deadline_ns, nt_deadline_now_ns()),
			    recovery.awaiting, recovery.awaiting);
		return NT_EXIT_BUSY;
	}
	*ret = host;
	return NT_EXIT_DONE;
}

static int name_profiles(const struct nt_errand *errand, struct nt_txn_head *head)
{
	for (size_t i = 0; i < errand->n_profiles && i < NT_JOURNAL_NAMES_MAX; i++) {
		head->profiles[i] = strdup(errand->profiles[i]);
		if (!head->profiles[i])
			return -ENOMEM;
	}
	return 0;
}

static void print_committed(const struct nt_call *call, const struct nt_txn *txn)
{
	const char *option = call->netns ? " --netns " : "", *name = call->netns ? call->netns : "";

	if (txn->head.kind == NT_TXN_APPLY && !nt_ledger_claims(txn->plan)) {
		printf("transaction %u: nothing took effect, and there is nothing to undo\n",
		       txn->head.id);
		return;
	}
	printf("transaction %u committed: %llu write%s in %.1f ms, %s backend\n", txn->head.id,
	       (unsigned long long)txn->writes, nt_plural(txn->writes),
	       (double)txn->duration_us / 1000.0, txn->backend->ops->name);
	if (txn->ended == NT_TXN_COMMITTED && txn->head.kind == NT_TXN_APPLY)
		printf("undo with 'nettunectl%s%s rollback %u', or everything with 'nettunectl%s%s "
		       "revert'\n", option, name, txn->head.id, option, name);
}

static void print_text(const struct nt_call *call, const struct nt_errand *errand,
		       const struct nt_txn *txn)
{
	size_t n = nt_plan_count(txn->plan, NT_OUTCOME_COMPLIANT);

	nt_plan_print_result(txn->plan, call->verbose);
	for (size_t i = 0; errand->left_out && errand->left_out[i]; i++)
		printf("left out: %s\n", errand->left_out[i]);
	for (size_t i = 0; errand->notes && errand->notes[i]; i++)
		printf("note: %s\n", errand->notes[i]);
	nt_plan_print_summary(txn->plan);
	if (txn->ended == NT_TXN_STAGED)
		printf("NOT fully undone: %zu value%s could not be returned; 'nettunectl recover' "
		       "tries again\n", txn->undo_failed, nt_plural(txn->undo_failed));
	else if (txn->ended == NT_TXN_UNDONE && txn->undo_foreign)
		printf("returned to what it was, but for %zu value%s that somebody else set "
		       "meanwhile\n", txn->undo_foreign, nt_plural(txn->undo_foreign));
	else if (txn->ended == NT_TXN_UNDONE)
		printf("everything was returned to what it was\n");
	else if (txn->ended == NT_TXN_AWAITING)
		printf("transaction %u awaits confirmation: %llu write%s in %.1f ms, %s backend, "
		       "guarded by a %s\nkeep it with 'nettunectl confirm %u' within %u s, or "
		       "everything is returned\n", txn->head.id, (unsigned long long)txn->writes,
		       nt_plural(txn->writes), (double)txn->duration_us / 1000.0,
		       txn->backend->ops->name,
		       !strcmp(txn->guardian, "systemd") ? "systemd service" : "process",
		       txn->head.id,
		       nt_deadline_left_s(txn->deadline_ns, nt_deadline_now_ns()));
	else if (!txn->head.id)
		printf("0 writes: %s\n",
		       !txn->plan->n_changes ? "nothing here is asked for"
		       : n == txn->plan->n_changes ? "the host already is as wanted"
		       : n ? "what can be had here already is as wanted"
		       : "nothing of it can be changed here");
	else
		print_committed(call, txn);
}

static void report(const struct nt_call *call, const struct nt_errand *errand,
		   const struct nt_txn *txn)
{
	if (call->json)
		nt_out_json(nt_plan_json(txn->plan, txn->backend->ops->name, errand->profiles,
					 errand->n_profiles, errand->left_out, txn));
	else if (!call->quiet)
		print_text(call, errand, txn);
}

/* No journal could be made, so no change went anywhere: not even to be undone. */
static bool not_begun(const struct nt_txn *txn)
{
	return txn->ended == NT_TXN_UNDONE && !txn->writes &&
	       nt_plan_count(txn->plan, NT_OUTCOME_PLANNED) &&
	       !nt_plan_count(txn->plan, NT_OUTCOME_UNDONE) &&
	       !nt_plan_count(txn->plan, NT_OUTCOME_FAILED);
}

static enum nt_exit run_txn(const struct nt_call *call, const struct nt_errand *errand,
			    struct nt_txn *txn, struct nt_diag *diag)
{
	int r = nt_txn_run(txn, diag);

	/* Refused before anything was written: the message says it all. */
	if (r < 0 && ((!txn->writes && !txn->head.id) || not_begun(txn)))
		return nt_exit_for(r == -EINVAL ? -EIO : r, diag);
	report(call, errand, txn);
	if (r == 0)
		return nt_plan_exit(txn->plan);
	if (!diag->err)
		nt_diag_err(diag, -r, "the transaction failed: %s", strerror(-r));
	return NT_EXIT_FAILED;
}

enum nt_exit nt_carry_out(const struct nt_call *call, struct nt_host *host,
			  const struct nt_errand *errand, struct nt_diag *diag)
{
	struct nt_txn txn = {
		.io = call->io,
		.state = &host->state,
		.plan = errand->plan,
		.replanner = errand->replanner,
		.force = errand->force,
		.complete = nt_plan_count(errand->plan, NT_OUTCOME_BLOCKED) == 0,
	};
	enum nt_exit code;
	int r = nt_backend_open(call->backend, &txn.backend, diag);

	if (r < 0)
		return nt_exit_for(r, diag);
	nt_host_head(host, errand->kind, call->netns, txn.backend->ops->name, &txn.head);
	txn.head.undoes = errand->undoes;
	txn.head.confirm_s = errand->confirm_s;
	r = name_profiles(errand, &txn.head);
	code = r < 0 ? nt_exit_for(r, diag) : run_txn(call, errand, &txn, diag);
	if (txn.ended == NT_TXN_AWAITING && errand->ret_awaiting)
		*errand->ret_awaiting = txn.head.id;
	nt_txn_head_free(&txn.head);
	nt_backend_close(txn.backend);
	nt_host_prune(host);
	return code;
}
