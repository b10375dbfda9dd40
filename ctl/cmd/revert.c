// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl revert: the values before nettune touched them. */
#include <errno.h>
#include <stdio.h>

#include "cmd/carry_out.h"
#include "cmd/cmd.h"
#include "engine/planner.h"
#include "io/netns.h"
#include "lib/diag.h"

enum { FORCE };

static const struct nt_option options[] = {
	[FORCE] = { "force", NULL, "also overwrite values that somebody else set since" },
	{ NULL, NULL, NULL },
};

static bool owns_any(const struct nt_host *host, uint64_t cookie)
{
	for (size_t i = 0; i < host->ledger.n_entries; i++)
		if (host->ledger.entries[i].netns_cookie == cookie)
			return true;
	return false;
}

/* In the namespace in force. */
static enum nt_exit revert_here(const struct nt_call *call, struct nt_host *host,
				struct nt_diag *diag)
{
	struct nt_plan plan = { 0 };
	struct nt_errand errand = { .kind = NT_TXN_REVERT, .plan = &plan,
				    .force = call->values[FORCE] };
	enum nt_exit code;
	int r;

	/* With nothing to undo JSON still gets its object, and no journal is written. */
	if (!owns_any(host, host->netns_cookie)) {
		if (call->json)
			return nt_carry_out(call, host, &(struct nt_errand){ .plan = &plan }, diag);
		if (!call->quiet)
			printf("nothing to revert: nettune has changed nothing here\n");
		return NT_EXIT_DONE;
	}
	r = nt_plan_undo(call->io, &host->ledger,
			 &(struct nt_undo_scope){ .netns_cookie = host->netns_cookie,
						  .force = errand.force },
			 &plan, diag);
	if (r < 0)
		return nt_exit_for(r, diag);
	code = nt_carry_out(call, host, &errand, diag);
	nt_plan_free(&plan);
	return code;
}

static void mention_others(const struct nt_host *host)
{
	const char *last = "";

	for (size_t i = 0; i < host->ledger.n_entries; i++) {
		const struct nt_ledger_entry *entry = &host->ledger.entries[i];

		if (entry->netns_cookie == host->netns_cookie || !*entry->netns ||
		    entry->netns == last)
			continue;
		last = entry->netns;
		printf("namespace %s has values of ours too: nettunectl --netns %s revert\n",
		       entry->netns, entry->netns);
	}
}

static enum nt_exit run(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_host host;
	enum nt_exit code = nt_begin(call, "revert", call->values[FORCE], false, &host, diag);

	if (code != NT_EXIT_DONE)
		return code;
	code = revert_here(call, &host, diag);
	if (!call->json && !call->quiet)
		mention_others(&host);
	nt_host_close(&host);
	return code;
}

const struct nt_cmd nt_cmd_revert = {
	.name = "revert",
	.arguments = "",
	.min_args = 0,
	.max_args = 0,
	.summary = "return the host to the values before nettune touched them",
	.help = "Undoes all transactions that are in effect, as one transaction. A value that\n"
		"somebody else set since is left alone and reported (exit code 5); --force\n"
		"overwrites it.",
	.options = options,
	.run = run,
};
