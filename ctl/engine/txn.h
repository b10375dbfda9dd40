/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The transaction: the only thing that writes to the host.
 *
 *   stage -> journal -> [guardian] -> apply -> verify -> commit, or undo, or await a confirmation
 *
 * A transaction that fails before the journal is durable has written nothing. One that fails after
 * it is undone at once, by undo_seq and past errors. One that is killed is undone by recover.
 */
#ifndef NT_ENGINE_TXN_H
#define NT_ENGINE_TXN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/journal.h"

struct nt_backend;
struct nt_diag;
struct nt_guard_ops;
struct nt_io;
struct nt_replanner;
struct nt_state;

/**
 * struct nt_txn - one transaction
 * @io: the host
 * @state: locked by the caller
 * @backend: who writes
 * @head: filled by the caller but for id and time
 * @plan: the changes; outcomes are updated. Not owned
 * @force: overwrite values that a third party wrote meanwhile, when undoing
 * @complete: as in struct nt_journal: set by the caller, cleared when a change was refused
 * @replanner: plans devices again behind structural changes; NULL when nobody can. Not owned
 * @guards: who starts guardians, for a @head with confirm_s; NULL for the real ones
 *
 * Results:
 * @ended: committed, awaiting, undone, or staged when undoing failed and recover has to be called
 * @deadline_ns: while awaiting
 * @guardian: "systemd" or "process", NULL without one
 * @duration_us: from staging to the end
 * @writes: to the host, with those of an undo
 * @undo_failed: changes that could not be undone
 * @undo_foreign: changes that were left alone because somebody else set them since
 */
struct nt_txn {
	struct nt_io *io;
	struct nt_state *state;
	struct nt_backend *backend;
	struct nt_txn_head head;
	struct nt_plan *plan;
	bool force;
	bool complete;
	const struct nt_replanner *replanner;
	const struct nt_guard_ops *guards;
	enum nt_txn_state ended;
	uint64_t deadline_ns;
	const char *guardian;
	uint64_t duration_us;
	uint64_t writes;
	size_t undo_failed;
	size_t undo_foreign;
};

/**
 * nt_txn_run() - run it
 *
 * Without a planned change an apply writes no journal and commits with id 0.
 *
 * With confirm_s in the head, a guardian watches from before the first write, and what was applied
 * awaits its confirmation.
 *
 * Return: 0 when committed or awaiting (single changes may have been refused: see their outcomes);
 * a negative errno with @ended and @diag telling what is in effect now otherwise.
 */
int nt_txn_run(struct nt_txn *txn, struct nt_diag *diag);

/**
 * nt_undo_plan() - undo every applied change of @plan, by undo_seq, past errors
 * @plan: changes with outcome applied (or planned, in a recovered journal) are undone and marked so
 * @force: also overwrite values that are neither what was seen nor what we wrote
 * @ret_foreign: how many were left because of that
 *
 * Return: how many could not be undone for another reason.
 */
size_t nt_undo_plan(struct nt_io *io, struct nt_plan *plan, bool force, size_t *ret_foreign);

#endif
