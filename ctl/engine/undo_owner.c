// SPDX-License-Identifier: GPL-2.0-or-later
/* Who undoes a change on the kernel backend. See undo_owner.h. */
#include "undo_owner.h"

#include <string.h>

#include "core/plan.h"
#include "tunable/tunable.h"

bool nt_change_file(const struct nt_change *change, char *path, size_t size)
{
	return change->domain->path &&
	       change->domain->path(change->target, change->tunable, path, size) == 0;
}

/* Phases of what may depend on single queues being there. */
#define OF_SINGLE_QUEUES                                                                    \
	(NT_PHASE_BIT(NT_PHASE_COALESCE_QUEUE_MODE) | NT_PHASE_BIT(NT_PHASE_COALESCE_QUEUE) | \
	 NT_PHASE_BIT(NT_PHASE_RSS) | NT_PHASE_BIT(NT_PHASE_NAPI) |                          \
	 NT_PHASE_BIT(NT_PHASE_NAPI_QUEUE))

/* Nobody asked for it, and it stays what it was: only an RSS table could name queues then. */
static bool is_kept_harmless(const struct nt_change *change)
{
	if (!change->kept || change->origin || !change->seen ||
	    !change->domain->same(change->seen, change->wanted))
		return false;
	return strcmp(change->tunable, "rss-table") != 0 || !strcmp(change->wanted, "default");
}

/*
 * Could it keep the channels of its device from being returned before it is? What was found as
 * wanted counts as well: when the device is read again it may have to be written.
 */
static bool holds_channels(const struct nt_change *change)
{
	return OF_SINGLE_QUEUES & NT_PHASE_BIT(change->phase) && !change->domain->path &&
	       !is_kept_harmless(change);
}

static bool may_own_channels(const struct nt_plan *plan, const struct nt_change *channels)
{
	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct nt_change *change = &plan->changes[i];
		bool same = !strcmp(change->target, channels->target);

		if (same ? holds_channels(change)
			 : channels->disruptive && change->disruptive && nt_change_resets(change))
			return false;
	}
	return true;
}

/* See undo_owner.h. */
bool nt_module_may_own(const struct nt_plan *plan, const struct nt_change *change)
{
	if (change->domain->path)
		return true;
	if (!change->domain->operation)
		return false;
	if (change->phase == NT_PHASE_CHANNELS)
		return may_own_channels(plan, change);
	return change->phase == NT_PHASE_IRQ && !nt_plan_resets(plan, 0, change->target);
}
