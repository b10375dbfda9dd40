// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl recover: undo what was cut off. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "engine/deadline.h"
#include "engine/host.h"
#include "lib/diag.h"
#include "lib/out.h"

enum { FORCE, SET_ASIDE };

static const struct nt_option options[] = {
	[FORCE] = { "force", NULL, "also overwrite values that somebody else set meanwhile" },
	[SET_ASIDE] = { "set-aside", NULL, "rename damaged journals to NAME.damaged and go on" },
	{ NULL, NULL, NULL },
};

struct setting_aside {
	struct nt_state *state;
	struct nt_diag *diag;
	int r;
};

static void set_aside(const char *name, const struct nt_diag *why, void *user)
{
	struct setting_aside *aside = user;

	fprintf(stderr, "nettunectl: %s\n", why->message);
	if (aside->r == 0)
		aside->r = nt_journal_set_aside(aside->state, name, aside->diag);
	if (aside->r == 0)
		fprintf(stderr, "nettunectl: set aside as %s.damaged; the lines of it that are "
			"whole name the values to return by hand (\"seen\")\n", name);
}

static int set_all_aside(struct nt_diag *diag)
{
	struct nt_journal *journals = NULL;
	struct nt_state state;
	struct setting_aside aside = { .state = &state, .diag = diag };
	size_t n = 0;
	int r = nt_state_open(true, &state, diag);

	if (r < 0)
		return r;
	r = nt_state_lock(&state, "recover --set-aside", diag);
	if (r == 0)
		r = nt_journal_read_all(&state,
					&(struct nt_journal_reader){ .damaged = set_aside,
								     .user = &aside },
					&journals, &n, diag);
	nt_journals_free(journals, n);
	nt_state_close(&state);
	return r < 0 ? r : aside.r;
}

static void report(const struct nt_call *call, const struct nt_recovery *recovery)
{
	char left[64] = "";

	if (call->json) {
		nt_out_json(json_pack("{ss, si, si, si, si, si, sb, si, si}", "schema",
				      "nettune.recover/1",
				      "txn", (int)recovery->txn, "changes",
				      (int)recovery->n_changes, "foreign", (int)recovery->foreign,
				      "failed", (int)recovery->failed, "awaiting",
				      (int)recovery->awaiting, "guarded_anew",
				      recovery->guarded_anew, "elsewhere",
				      (int)recovery->elsewhere, "gone",
				      (int)recovery->gone));
		return;
	}
	if (call->quiet)
		return;
	if (recovery->foreign)
		snprintf(left, sizeof(left), ", %zu left to somebody else", recovery->foreign);
	if (recovery->awaiting)
		printf("transaction %u awaits confirmation, %u s left%s\n", recovery->awaiting,
		       nt_deadline_left_s(recovery->deadline_ns, nt_deadline_now_ns()),
		       recovery->guarded_anew ? "; its guardian was gone, a new one watches" : "");
	if (recovery->elsewhere)
		printf("transaction %u was cut off in another network namespace: run "
		       "'nettunectl recover' in it\n", recovery->elsewhere);
	if (recovery->gone)
		printf("transaction %u was cut off by the end of another boot: its values went "
		       "with it\n", recovery->gone);
	if (!recovery->txn && !recovery->awaiting && !recovery->elsewhere && !recovery->gone)
		printf(call->values[SET_ASIDE] ? "nothing else to recover\n"
		       : "nothing to recover: every transaction ended\n");
	else if (recovery->txn)
		printf("transaction %u had %s: the old state is back, %zu value%s returned%s\n",
		       recovery->txn,
		       recovery->unconfirmed ? "not been confirmed" : "been cut off",
		       recovery->n_changes - recovery->foreign,
		       nt_plural(recovery->n_changes - recovery->foreign), left);
}

static enum nt_exit run(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_recovery recovery = { 0 };
	struct nt_host host;
	int r = geteuid() == 0 ? 0 : nt_diag_err(diag, EPERM, "recover: changes the host, which "
						 "needs root; try sudo");

	if (r == 0 && call->values[SET_ASIDE])
		r = set_all_aside(diag);
	if (r == 0)
		r = nt_host_open("recover", false, &host, diag);
	if (r < 0)
		return nt_exit_for(r, diag);
	r = nt_host_recover(&host, call->io, call->values[FORCE], &recovery, diag);
	nt_host_close(&host);
	if (r < 0)
		return nt_exit_for(r, diag);
	report(call, &recovery);
	return recovery.foreign || recovery.elsewhere ? NT_EXIT_PARTLY : NT_EXIT_DONE;
}

const struct nt_cmd nt_cmd_recover = {
	.name = "recover",
	.arguments = "",
	.min_args = 0,
	.max_args = 0,
	.summary = "undo a transaction that was cut off",
	.help = "A command that was killed between two writes leaves a journal that has no end.\n"
		"Recover returns its values to what they were; apply, rollback and revert do the\n"
		"same before they begin. After a reboot nothing is written: the values are gone.\n"
		"A transaction that awaits its confirmation and has lost its guardian gets a new\n"
		"one, or is undone when its deadline has passed.",
	.options = options,
	.run = run,
};
