/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * After structural changes: devices are looked at again, and what was planned for their queues
 * follows from what is there now.
 */
#ifndef NT_ENGINE_REPLAN_H
#define NT_ENGINE_REPLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/plan.h"

struct nt_diag;
struct nt_io;

/**
 * struct nt_replanner - who can plan devices once more
 * @plan: reads @devices (@n of them) again and plans what is wanted of them, as if nothing had been
 *	  planned before; free @ret with nt_plan_free(). NULL: nobody, as for a way back
 * @refused: notes that the host had no room for @change, so that @plan leads elsewhere. False: it
 *	     does not, and @change stays refused. NULL: nothing ever does
 * @user: for both
 */
struct nt_replanner {
	int (*plan)(void *user, const char *const *devices, size_t n, struct nt_plan *ret,
		    struct nt_diag *diag);
	bool (*refused)(void *user, const struct nt_change *change);
	void *user;
};

/* Devices, each once; their names are somebody else's. */
struct nt_replan_devices {
	const char *names[NT_PLAN_DEVICES_MAX];
	size_t n;
};

bool nt_replan_has(const struct nt_replan_devices *devices, const char *name);

/* Is @name among @devices now? False when there was no room for it. */
bool nt_replan_add(struct nt_replan_devices *devices, const char *name);

/**
 * nt_replan_queues() - bring the per-queue changes of @plan up to date
 * @plan: its structural changes have been applied. Pre-images that are known stay; a value that did
 *	  not exist before is seen now; what was kept and still stands becomes compliant; what went
 *	  with its queue becomes absent; what is wanted now and was not foreseen is appended
 * @ret_first: index of the first change that was appended
 *
 * Nothing is written.
 *
 * Return: 0 or a negative errno.
 */
int nt_replan_queues(struct nt_io *io, struct nt_plan *plan, const struct nt_replanner *replanner,
		     size_t *ret_first, struct nt_diag *diag);

#endif
