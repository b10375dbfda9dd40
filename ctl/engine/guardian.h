/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guardian: the process that undoes a transaction when nobody confirms it.
 *
 * It is started, and ready, before the transaction's first write. From then on it owns the undo:
 *
 *   applying   the command writes, connected to the guardian. When the connection ends, or the
 *              deadline passes (the guardian then kills the command), the journal says what is
 *              due: "staged" is undone at once, "awaiting" is waited for, an end is left alone.
 *   awaiting   the command is out of it. At the deadline, on "rollback" and on SIGTERM the guardian
 *              undoes; on "confirm" it commits. Each is in the journal and synced before anybody
 *              is told.
 *
 * As long as it holds guardian.lock nobody else settles its transaction. When it is gone without
 * having done so, the next command takes that lock and does: see host.h.
 */
#ifndef NT_ENGINE_GUARDIAN_H
#define NT_ENGINE_GUARDIAN_H

#include <stdint.h>

#include "engine/guardian_msg.h"

struct nt_diag;
struct nt_io;
struct nt_journal;
struct nt_state;

/**
 * struct nt_guard - the applying command's hold on a guardian
 * @fd: the connection that tells the guardian that we live
 * @pid_fd: the guardian's process
 * @kind: "systemd" or "process": who started it
 */
struct nt_guard {
	int fd;
	int pid_fd;
	const char *kind;
};

/**
 * struct nt_guard_ops - how a transaction gets a guardian; tests have their own
 * @start: start one for a journal that is staged or awaiting; 0: it watches us and the deadline
 * @hand_over: the journal says "awaiting"; 0: the guardian has read that, and we may go.
 *	Otherwise it is dead, and undoing is ours again
 * @close: when the journal has its end, or after handing over
 */
struct nt_guard_ops {
	int (*start)(struct nt_state *state, uint32_t txn, struct nt_guard *ret,
		     struct nt_diag *diag);
	int (*hand_over)(struct nt_guard *guard, uint32_t txn, struct nt_diag *diag);
	void (*close)(struct nt_guard *guard);
};

extern const struct nt_guard_ops nt_guard_live;

/**
 * nt_guardian_run() - be the guardian of @txn, until it is settled
 *
 * Leaves the terminal, the session and the working directory; holds its memory.
 *
 * Return: 0 when the transaction has its end, or a negative errno.
 */
int nt_guardian_run(struct nt_io *io, uint32_t txn, struct nt_diag *diag);

/**
 * nt_guardian_lock() - become the one that may settle
 * @wait_ms: how long a guardian is given to end
 *
 * Return: a descriptor that holds the lock until it is closed, -EBUSY while a guardian lives.
 */
int nt_guardian_lock(struct nt_state *state, unsigned int wait_ms);

/* Long enough for a guardian that is undoing: one write takes microseconds. */
#define NT_GUARDIAN_SETTLE_MS 20000U

/**
 * nt_guardian_ask() - one question, one answer
 *
 * Return: 0; -ENOENT when there is no guardian; -ETIMEDOUT, -ECONNRESET when it died over it.
 */
int nt_guardian_ask(struct nt_state *state, const struct nt_guardian_msg *question,
		    struct nt_guardian_msg *ret);

#endif
