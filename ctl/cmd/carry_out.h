/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What apply, rollback and revert share: a plan becomes a transaction and its result is told.
 */
#ifndef NT_CMD_CARRY_OUT_H
#define NT_CMD_CARRY_OUT_H

#include "cmd/cmd.h"
#include "core/plan.h"
#include "engine/host.h"
#include "engine/replan.h"

/* Why there is nothing to take back where a ledger still has entries. */
#define NT_LEFT_TO_OTHERS \
	"what is not as it was, somebody else has set since; --force returns that too"

/**
 * nt_begin() - the privilege, the lock, and what was cut off before us
 * @call: the command
 * @what: written into the lock, "apply server"
 * @force: recover over other people's values
 * @open_only: for a command that only adds, as in nt_host_open()
 *
 * Return: NT_EXIT_DONE, with @ret to be closed; or the exit code to leave with.
 */
enum nt_exit nt_begin(const struct nt_call *call, const char *what, bool force, bool open_only,
		      struct nt_host *ret, struct nt_diag *diag);

/**
 * struct nt_errand - what to carry out
 * @kind: which verb
 * @undoes: the transaction that a rollback undoes
 * @plan: outcomes are updated
 * @replanner: who plans devices again behind structural changes; NULL: nobody
 * @force: overwrite what a third party wrote meanwhile
 * @confirm_s: undone after so long unless confirmed; 0: committed at once
 * @ret_awaiting: set to the transaction when it awaits a confirmation; NULL when it never does
 * @profiles: what an apply applies, by name or path, @n_profiles of them
 * @left_out: profiles that do not match this host, NULL-terminated, or NULL
 * @notes: lines that came to nothing, likewise
 */
struct nt_errand {
	enum nt_txn_kind kind;
	const char *const *profiles;
	size_t n_profiles;
	uint32_t undoes;
	struct nt_plan *plan;
	const struct nt_replanner *replanner;
	char *const *left_out;
	char *const *notes;
	bool force;
	uint32_t confirm_s;
	uint32_t *ret_awaiting;
};

/* Runs a plan as a transaction and prints what became of it. */
enum nt_exit nt_carry_out(const struct nt_call *call, struct nt_host *host,
			  const struct nt_errand *errand, struct nt_diag *diag);

#endif
