// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl revert: the values before nettune touched them. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>

#include "cmd/carry_out.h"
#include "cmd/cmd.h"
#include "cmd/enabled_out.h"
#include "engine/planner.h"
#include "io/netns.h"
#include "lib/diag.h"

enum { FORCE, ALL };

static const struct nt_option options[] = {
	[FORCE] = { "force", NULL, "also overwrite values that somebody else set since" },
	[ALL] = { "all", NULL, "in every network namespace that can be reached" },
	{ NULL, NULL, NULL },
};

/* In the namespace in force. */
static bool has_any(const struct nt_host *host, bool left)
{
	return nt_ledger_has(&host->ledger, host->netns_cookie, left);
}

static enum nt_exit revert_nothing(const struct nt_call *call, struct nt_host *host,
				   struct nt_diag *diag)
{
	struct nt_plan nothing = { 0 };

	/* JSON still gets its object, and no journal is written. */
	if (call->json)
		return nt_carry_out(call, host, &(struct nt_errand){ .plan = &nothing }, diag);
	if (!call->quiet)
		printf("nothing to revert: %s\n", has_any(host, true)
		       ? NT_LEFT_TO_OTHERS : "nettune has changed nothing here");
	return NT_EXIT_DONE;
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

	if (!has_any(host, false) && !(errand.force && has_any(host, true)))
		return revert_nothing(call, host, diag);
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

/* Where values of ours are besides here: copies, for the ledger is read anew after each. */
struct others {
	char **names;
	size_t n;
	bool unnamed;
};

static int add_other(struct others *others, const char *name)
{
	char **grown;

	for (size_t i = 0; i < others->n; i++)
		if (!strcmp(others->names[i], name))
			return 0;
	grown = realloc(others->names, (others->n + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	others->names = grown;
	grown[others->n] = strdup(name);
	return grown[others->n] && ++others->n ? 0 : -ENOMEM;
}

/* "ip netns exec" tells nobody the name of where it went, so journals made there have none. */
static int find_name(uint64_t cookie, struct others *others)
{
	DIR *dir = opendir(NT_NETNS_DIR);
	const struct dirent *entry;
	uint64_t found = 0;
	int r = -ENOENT;

	while (dir && r == -ENOENT && (entry = readdir(dir)))
		if (*entry->d_name != '.' && nt_netns_cookie_of(entry->d_name, &found) == 0 &&
		    found == cookie)
			r = add_other(others, entry->d_name);
	if (dir)
		closedir(dir);
	return r;
}

/* @force: also where values were only left to somebody else. */
static int find_others(const struct nt_host *host, bool force, struct others *others)
{
	for (size_t i = 0; i < host->ledger.n_entries; i++) {
		const struct nt_ledger_entry *entry = &host->ledger.entries[i];
		int r;

		if (entry->netns_cookie == host->netns_cookie || (entry->left && !force))
			continue;
		r = *entry->netns ? add_other(others, entry->netns)
				  : find_name(entry->netns_cookie, others);
		if (r < 0 && r != -ENOENT)
			return r;
		others->unnamed = others->unnamed || r == -ENOENT;
	}
	return 0;
}

static enum nt_exit revert_there(const struct nt_call *call, struct nt_host *host,
				 const char *name, struct nt_diag *diag)
{
	struct nt_call there = *call;
	uint64_t cookie = host->netns_cookie;
	int home = nt_netns_save(), r = home < 0 ? home : nt_netns_enter(name, diag);
	enum nt_exit code;

	if (r == 0)
		r = nt_netns_cookie(&host->netns_cookie);
	if (r == 0)
		r = nt_host_refresh(host, diag);
	there.netns = name;
	printf("namespace %s:\n", name);
	code = r < 0 ? nt_exit_for(r, diag) : revert_here(&there, host, diag);
	if (home >= 0 && nt_netns_return(home) < 0)
		code = NT_EXIT_FAILED;
	host->netns_cookie = cookie;
	return code;
}

/* The worst of all of them is the exit code; one that fails does not keep the others from it. */
static enum nt_exit revert_others(const struct nt_call *call, struct nt_host *host,
				  enum nt_exit code, struct nt_diag *diag)
{
	struct others others = { 0 };

	if (find_others(host, call->values[FORCE], &others) < 0)
		code = NT_EXIT_FAILED;
	for (size_t i = 0; i < others.n; i++) {
		enum nt_exit there = NT_EXIT_DONE;

		if (call->values[ALL])
			there = revert_there(call, host, others.names[i], diag);
		else if (!call->json && !call->quiet)
			printf("namespace %s has values of ours too: 'nettunectl --netns %s "
			       "revert', or 'nettunectl revert --all'\n", others.names[i],
			       others.names[i]);
		code = there != NT_EXIT_DONE && code != NT_EXIT_FAILED ? there : code;
		free(others.names[i]);
	}
	free(others.names);
	if (others.unnamed && !call->json && !call->quiet)
		printf("a namespace without a name has values of ours too; run 'nettunectl "
		       "revert' in it\n");
	return others.unnamed && call->values[ALL] && code == NT_EXIT_DONE ? NT_EXIT_PARTLY : code;
}

static enum nt_exit run(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_host host;
	enum nt_exit code;

	if (call->values[ALL] && call->json) {
		nt_diag_err(diag, EINVAL, "revert: --all and --json do not go together: there is "
			    "one document for one namespace");
		return NT_EXIT_USAGE;
	}
	code = nt_begin(call, "revert", call->values[FORCE], false, &host, diag);
	if (code != NT_EXIT_DONE)
		return code;
	code = revert_here(call, &host, diag);
	if (nt_host_refresh(&host, diag) == 0)
		code = revert_others(call, &host, code, diag);
	nt_host_close(&host);
	nt_enabled_remind(call);
	return code;
}

const struct nt_cmd nt_cmd_revert = {
	.name = "revert",
	.arguments = "",
	.min_args = 0,
	.max_args = 0,
	.summary = "return the host to the values before nettune touched them",
	.help = "Undoes all transactions that are in effect in this network namespace, as one\n"
		"transaction; with --all in every named one as well, each as its own. A value\n"
		"that somebody else set since is left alone and reported (exit code 5); --force\n"
		"overwrites it.",
	.options = options,
	.run = run,
};
