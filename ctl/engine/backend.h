/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Backends: who writes a batch of changes, we ourselves or nettune.ko.
 */
#ifndef NT_ENGINE_BACKEND_H
#define NT_ENGINE_BACKEND_H

#include <stddef.h>

#include "core/plan.h"

struct nt_backend;
struct nt_diag;
struct nt_io;

/**
 * struct nt_backend_ops - a backend
 * @name: "user" or "kernel", as --backend and JSON say it
 * @apply: write @changes in order, read each back at once, and set its outcome, errno, extack and
 *	   readback; a value that the host refused, or that reads back otherwise, is returned to
 *	   what was seen before anything else is written and is an outcome, not an error.
 *	   Stops behind a refused change whose policy is require and returns -ECANCELED; -EINTR
 *	   when nt_interrupted() says so; other errors mean that the backend itself failed. What
 *	   was written is left to the engine to undo.
 * @settle: wait until nothing of ours is being written any more; undo would race with it. NULL:
 *	    apply does not return before
 * @close: release everything
 */
struct nt_backend_ops {
	const char *name;
	int (*apply)(struct nt_backend *backend, struct nt_io *io, struct nt_change **changes,
		     size_t n, struct nt_diag *diag);
	int (*settle)(struct nt_backend *backend, struct nt_diag *diag);
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
 * nt_backend_settle() - wait until the module has nothing pending
 *
 * A command that was killed may have left it a transaction that it is still carrying out. Undoing
 * beside it would make a mixture. Returns at once when the module is not loaded.
 *
 * Return: 0, -ETIMEDOUT after the longest time that the module gives a transaction.
 */
int nt_backend_settle(struct nt_diag *diag);

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
