/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Settling a transaction whose command is gone: its journal is all there is, and gets its end.
 */
#ifndef NT_ENGINE_SETTLE_H
#define NT_ENGINE_SETTLE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/journal.h"

struct nt_diag;
struct nt_io;
struct nt_state;

/**
 * struct nt_settle_how - how to undo
 * @force: also overwrite values that somebody else changed meanwhile
 * @cause: for the journal, "not confirmed within 60 s"; NULL for none
 */
struct nt_settle_how {
	bool force;
	const char *cause;
};

/**
 * struct nt_settlement - what settling did
 * @n_returned: values that are as they were seen, read back
 * @n_foreign: values left alone because somebody else changed them
 * @n_failed: values that could not be returned
 * @n_kept: values that were committed
 * @n_drifted: those of them that somebody else changed meanwhile
 */
struct nt_settlement {
	size_t n_returned;
	size_t n_foreign;
	size_t n_failed;
	size_t n_kept;
	size_t n_drifted;
};

/**
 * nt_settle_undo() - return its values, past errors, then record that
 * @journal: staged or awaiting; its results and state are updated
 *
 * Values are returned even when the journal cannot be written.
 *
 * Return: 0; -EIO when a value could not be returned (the journal gets no end); what kept the end
 * from being written otherwise.
 */
int nt_settle_undo(struct nt_state *state, struct nt_io *io, struct nt_journal *journal,
		   const struct nt_settle_how *how, struct nt_settlement *ret,
		   struct nt_diag *diag);

/**
 * nt_settle_keep() - commit
 * @journal: awaiting
 *
 * Return: 0 when it is on disk, or a negative errno: it awaits as before.
 */
int nt_settle_keep(struct nt_state *state, struct nt_io *io, struct nt_journal *journal,
		   struct nt_settlement *ret, struct nt_diag *diag);

/**
 * nt_settle_extend() - have the module wait as long as the journal will say
 * @seconds: from now
 *
 * Return: 0; -ETIMEDOUT when the module has undone its part already.
 */
int nt_settle_extend(struct nt_state *state, const struct nt_journal *journal, uint32_t seconds,
		     struct nt_diag *diag);

/* Causes of what was abandoned, which "history" tells as they are. */
#define NT_CAUSE_BOOT_GONE  "gone with its boot"
#define NT_CAUSE_NETNS_GONE "gone with its namespace"

/* Closes @journal without touching the host. @cause: where its values went, NULL: never written. */
int nt_settle_abandon(struct nt_state *state, struct nt_journal *journal, const char *cause,
		      struct nt_diag *diag);

#endif
