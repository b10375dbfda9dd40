/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What apply, rollback and revert share: a plan becomes a transaction and its result is told.
 */
#ifndef NT_CMD_CARRY_OUT_H
#define NT_CMD_CARRY_OUT_H

#include "cmd/cmd.h"
#include "core/plan.h"
#include "engine/host.h"

/**
 * nt_begin() - the privilege, the lock, and what was cut off before us
 * @call: the command
 * @what: written into the lock, "apply server"
 * @force: recover over other people's values
 *
 * Return: NT_EXIT_DONE, with @ret to be closed; or the exit code to leave with.
 */
enum nt_exit nt_begin(const struct nt_call *call, const char *what, bool force,
		      struct nt_host *ret, struct nt_diag *diag);

/**
 * nt_carry_out() - run a plan as a transaction and print what became of it
 * @kind: which verb
 * @undoes: for a rollback
 * @plan: outcomes are updated
 */
enum nt_exit nt_carry_out(const struct nt_call *call, struct nt_host *host, enum nt_txn_kind kind,
			  uint32_t undoes, struct nt_plan *plan, bool force, struct nt_diag *diag);

#endif
