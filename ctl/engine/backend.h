/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Backends: who writes a batch of changes, we ourselves or nettune.ko.
 */
#ifndef NT_ENGINE_BACKEND_H
#define NT_ENGINE_BACKEND_H

#include <stddef.h>
#include <stdint.h>

#include "core/plan.h"

struct nt_backend;
struct nt_diag;
struct nt_io;
struct nt_state;

/**
 * struct nt_backend_ops - a backend
 * @name: "user" or "kernel", as --backend and JSON say it
 * @apply: write @changes in order, read each back at once, and set its outcome, errno, extack and
 *	   readback; a value that the host refused, or that reads back otherwise, is returned to
 *	   what was seen before anything else is written and is an outcome, not an error.
 *	   Stops behind a refused change whose policy is require, and behind one that cost a
 *	   device its link (ENOLINK), and returns -ECANCELED; -EINTR when nt_interrupted() says
 *	   so; other errors mean that the backend itself failed. What was written is left to the
 *	   engine to undo.
 * @begin: before the first apply; what is written from here on is undone by the backend itself
 *	   when this process dies. @plan is all that the transaction wants; it may grow, and
 *	   outlives the backend's transaction. NULL: nothing to do
 * @keep: what was applied stays; with @confirm_s unless nobody confirms it in time. NULL likewise
 * @undo: return what the backend itself holds, and wait until nothing is being written any more;
 *	  what is left is the engine's to return. NULL: it holds nothing
 * @close: release everything
 */
struct nt_backend_ops {
	const char *name;
	int (*apply)(struct nt_backend *backend, struct nt_io *io, struct nt_change **changes,
		     size_t n, struct nt_diag *diag);
	int (*begin)(struct nt_backend *backend, const struct nt_state *state, uint32_t txn,
		     const struct nt_plan *plan, struct nt_diag *diag);
	int (*keep)(struct nt_backend *backend, uint32_t confirm_s, struct nt_diag *diag);
	int (*undo)(struct nt_backend *backend, struct nt_diag *diag);
	void (*close)(struct nt_backend *backend);
};

/* Embedded as the first member by backends that have state. */
struct nt_backend {
	const struct nt_backend_ops *ops;
};

/**
 * nt_backend_open() - choose a backend
 * @name: "user", "kernel", or "auto": the module when it is loaded already, else us. It is never
 *	  loaded from here.
 *
 * Return: 0, -EINVAL for another name, -EOPNOTSUPP when "kernel" is asked for and not
 * loaded, -EPERM.
 */
int nt_backend_open(const char *name, struct nt_backend **ret, struct nt_diag *diag);

struct nt_backend *nt_backend_user(void);
int nt_backend_kernel_open(struct nt_backend **ret, struct nt_diag *diag);
void nt_backend_close(struct nt_backend *backend);

/**
 * nt_change_read_back() - has @change taken effect?
 * @change: just written; its readback is set, and its outcome if it has not
 *
 * The value now is ours by definition: nobody else had time. One that is not as wanted is returned
 * to what was seen.
 *
 * Return: 0; -ECANCELED when it has not and is required; -EIO when it cannot be returned either.
 */
int nt_change_read_back(struct nt_io *io, struct nt_change *change, struct nt_diag *diag);

/* Sets the outcome that fits @err (positive errno) with the kernel's words in @message. */
void nt_change_refused(struct nt_change *change, int err, const char *message);

#endif
