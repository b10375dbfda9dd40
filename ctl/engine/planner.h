/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From profiles and facts to a plan, and from the ledger to the plan that leads back.
 */
#ifndef NT_ENGINE_PLANNER_H
#define NT_ENGINE_PLANNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/facts.h"
#include "core/plan.h"
#include "core/profile.h"
#include "engine/recall.h"

struct nt_diag;
struct nt_host;
struct nt_io;
struct nt_ledger;

/**
 * struct nt_planned - a plan and what it was made from
 * @profile: the lines of all profiles that match, merged
 * @allow_disruptive: as requested
 * @facts: as far as they were needed
 * @recall: what earlier transactions tell
 * @plan: in plan order
 * @left_out: profiles whose [Match] does not hold, "NAME: why", NULL-terminated; may be NULL
 * @notes: sections that came to nothing, "FILE:LINE: why", NULL-terminated; may be NULL
 */
struct nt_planned {
	struct nt_profile profile;
	bool allow_disruptive;
	struct nt_facts facts;
	struct nt_recall recall;
	struct nt_plan plan;
	char **left_out;
	size_t n_left_out;
	char **notes;
	size_t n_notes;
};

/**
 * struct nt_plan_request - what to plan
 * @names: profiles, by name or path, @n of them
 * @netns: name given to --netns or NULL
 * @host: what the command knows of earlier transactions, which outlives the plan; NULL: they are
 *	  read if the plan needs them
 * @allow_disruptive: also what resets a link; without, it is in the plan as blocked
 * @recorded: plan against these facts instead of the host's, taken over and emptied; NULL for the
 *	      host's
 */
struct nt_plan_request {
	const char *const *names;
	size_t n;
	const char *netns;
	const struct nt_host *host;
	bool allow_disruptive;
	struct nt_facts *recorded;
};

/**
 * nt_plan_profiles() - plan what the profiles want
 * @io: read only
 * @ret: free with nt_planned_free()
 *
 * Return: 0 or a negative errno; -EINVAL and -ENOENT mean the profiles.
 */
int nt_plan_profiles(struct nt_io *io, const struct nt_plan_request *request,
		     struct nt_planned *ret, struct nt_diag *diag);

/**
 * nt_plan_settings() - plan the settings of one profile
 * @io: read only
 * @profile: checked by the domains; its [Match] is not asked. Taken over on success
 * @request: without names
 * @ret: free with nt_planned_free()
 *
 * Return: 0 or a negative errno.
 */
int nt_plan_settings(struct nt_io *io, struct nt_profile *profile,
		     const struct nt_plan_request *request, struct nt_planned *ret,
		     struct nt_diag *diag);

/**
 * nt_planned_again() - plan devices once more, after they were changed: struct nt_replanner's plan
 * @user: a struct nt_replan_source
 */
int nt_planned_again(void *user, const char *const *devices, size_t n, struct nt_plan *ret,
		     struct nt_diag *diag);

/* Notes a CPU without a vector: struct nt_replanner's refused, with the same @user. */
bool nt_planned_refused(void *user, const struct nt_change *change);

/**
 * struct nt_replan_source - what nt_planned_again() plans from
 * @io: read only
 * @planned: its facts on the devices are read anew
 */
struct nt_replan_source {
	struct nt_io *io;
	struct nt_planned *planned;
};

/**
 * struct nt_undo_scope - what to undo
 * @netns_cookie: only values of this namespace
 * @txn: this transaction, or everything with 0
 * @force: also values that a third party wrote since
 */
struct nt_undo_scope {
	uint64_t netns_cookie;
	uint32_t txn;
	bool force;
};

/**
 * nt_plan_undo() - plan the way back
 * @ledger: what is ours
 *
 * Values that somebody else changed since we wrote them are in the plan as blocked.
 */
int nt_plan_undo(struct nt_io *io, const struct nt_ledger *ledger,
		 const struct nt_undo_scope *scope, struct nt_plan *ret, struct nt_diag *diag);

void nt_planned_free(struct nt_planned *planned);

#endif
