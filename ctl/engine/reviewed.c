// SPDX-License-Identifier: GPL-2.0-or-later
/* Planning again what was reviewed. See reviewed.h. */
#include "reviewed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/host.h"
#include "engine/plan_json.h"
#include "engine/planner.h"
#include "engine/profile_file.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

/**
 * struct review - one plan being compared with itself
 * @file: name of the plan, for messages
 * @reviewed: what was agreed
 * @sorted: its changes, for by_name()
 * @met: by index of @reviewed: is also in the new plan
 */
struct review {
	const char *file;
	struct nt_plan *reviewed;
	struct nt_change **sorted;
	bool *met;
	struct nt_diag *diag;
};

/* ---- where it was made ---- */

int nt_reviewed_check_host(const struct nt_plan_file *reviewed, const struct nt_host *host,
			 const char *netns, const char *file, struct nt_diag *diag)
{
	if (!*reviewed->boot_id)
		return nt_diag_refuse(diag, "%s: does not tell on which host it was made, from "
				      "recorded facts perhaps; make it here with nettunectl --json "
				      "plan", file);
	if (strcmp(reviewed->boot_id, host->boot_id) != 0)
		return nt_diag_refuse(diag, "%s: was made on another host, or before this one "
				      "booted; make it again", file);
	if (strcmp(reviewed->netns, netns ? netns : "") != 0)
		return nt_diag_refuse(diag, "%s: was made with%s %s; apply it so", file,
				      *reviewed->netns ? " --netns" : "out",
				      *reviewed->netns ? reviewed->netns : "--netns");
	if (reviewed->netns_cookie != host->netns_cookie)
		return nt_diag_refuse(diag, "%s: was made in another network namespace; make it "
				      "again in this one", file);
	return 0;
}

/* ---- finding a change by its name ---- */

static int by_name(const void *pa, const void *pb)
{
	const struct nt_change *a = *(struct nt_change *const *)pa;
	const struct nt_change *b = *(struct nt_change *const *)pb;
	int r = strcmp(a->tunable, b->tunable);

	if (r == 0)
		r = strcmp(a->target, b->target);
	return r ? r : strcmp(a->domain->name, b->domain->name);
}

static size_t index_of(const struct review *p, const struct nt_change *change)
{
	return (size_t)(change - p->reviewed->changes);
}

static int sort_changes(struct review *p)
{
	size_t n = p->reviewed->n_changes;

	p->sorted = calloc(n + 1, sizeof(*p->sorted));
	p->met = calloc(n + 1, sizeof(*p->met));
	if (!p->sorted || !p->met)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		p->sorted[i] = &p->reviewed->changes[i];
	qsort(p->sorted, n, sizeof(*p->sorted), by_name);
	for (size_t i = 1; i < n; i++)
		if (by_name(&p->sorted[i - 1], &p->sorted[i]) == 0)
			return nt_diag_err(p->diag, EINVAL, "%s: /changes/%zu: %s is there twice",
					   p->file, index_of(p, p->sorted[i]),
					   p->sorted[i]->tunable);
	return 0;
}

static struct nt_change *find_reviewed(const struct review *p, const struct nt_change *change)
{
	struct nt_change **found = bsearch(&change, p->sorted, p->reviewed->n_changes,
					   sizeof(*p->sorted), by_name);

	return found ? *found : NULL;
}

/* ---- comparing ---- */

static bool is_same_value(const struct nt_change *change, const char *a, const char *b)
{
	return a && b ? change->domain->same(a, b) : a == b;
}

/* A list can be empty, and a key can be missing. */
static const char *shown(const char *value)
{
	return value && *value ? value : "nothing";
}

static int fail_stale(const struct review *p, const struct nt_change *old,
		      const struct nt_change *now)
{
	return nt_diag_refuse(p->diag, "%s: %s changed from %s to %s since it was planned; nothing "
			      "was changed, plan again", p->file, nt_change_name(old).text,
			      shown(old->seen), shown(now->seen));
}

static int fail_edited(const struct review *p, const struct nt_change *old, const char *member,
		       const char *is, const char *would_be)
{
	return nt_diag_err(p->diag, EINVAL, "%s: /changes/%zu/%s: %s: is %s, but a plan would say "
			   "%s", p->file, index_of(p, old), member, old->tunable, shown(is),
			   shown(would_be));
}

/* Was planned, and is planned: the same thing? */
static int check_planned(const struct review *p, const struct nt_change *old,
			 const struct nt_change *now)
{
	if (!is_same_value(now, old->seen, now->seen))
		return fail_stale(p, old, now);
	if (!is_same_value(now, old->wanted, now->wanted))
		return fail_edited(p, old, "wanted", old->wanted, now->wanted);
	if (old->phase != now->phase)
		return fail_edited(p, old, "phase", nt_phase_name(old->phase),
				   nt_phase_name(now->phase));
	if (old->policy != now->policy)
		return fail_edited(p, old, "policy", nt_policy_name(old->policy),
				   nt_policy_name(now->policy));
	if (old->kept != now->kept)
		return fail_edited(p, old, "kept", old->kept ? "true" : "false",
				   now->kept ? "true" : "false");
	if (old->disruptive != now->disruptive)
		return fail_edited(p, old, "disruptive", old->disruptive ? "true" : "false",
				   now->disruptive ? "true" : "false");
	return 0;
}

/* Was planned, and is not any more. */
static int check_not_planned(const struct review *p, const struct nt_change *old,
			     const struct nt_change *now)
{
	if (!is_same_value(now, old->seen, now->seen))
		return fail_stale(p, old, now);
	if (now->outcome == NT_OUTCOME_COMPLIANT)
		return fail_edited(p, old, "outcome", "planned", "compliant");
	return nt_diag_refuse(p->diag, "%s: /changes/%zu: %s: is %s now%s%s; nothing was changed",
			      p->file, index_of(p, old), old->tunable,
			      nt_outcome_name(now->outcome), now->remedy ? ": " : "",
			      now->remedy ? now->remedy : "");
}

static int compare(const struct review *p, const struct nt_change *old,
		   const struct nt_change *now)
{
	/* Nobody asked for it, so what is there now is what will be kept. */
	if (old->kept && now->kept)
		return 0;
	if (old->outcome == NT_OUTCOME_PLANNED)
		return now->outcome == NT_OUTCOME_PLANNED ? check_planned(p, old, now)
							  : check_not_planned(p, old, now);
	/* What was so already is not so any more: the host would not be what was agreed to. */
	if (now->outcome == NT_OUTCOME_PLANNED && old->outcome == NT_OUTCOME_COMPLIANT)
		return fail_stale(p, old, now);
	return 0;
}

/* Names go from one device to another; what was reviewed for one is not for the other. */
static int check_devices(const struct review *p, const struct nt_planned *planned)
{
	for (size_t i = 0; i < planned->plan.n_changes; i++) {
		const struct nt_change *now = &planned->plan.changes[i];
		const struct nt_link_fact *link = nt_facts_link(&planned->facts, now->target);
		const struct nt_plan_device *device = nt_plan_device(p->reviewed, now->target);

		if (now->outcome == NT_OUTCOME_PLANNED && link &&
		    (!device || device->ifindex != link->ifindex))
			return nt_diag_refuse(p->diag, "%s: %s is not the device that it was made "
					      "for; nothing was changed, plan again", p->file,
					      now->target);
	}
	return 0;
}

static int check_all_met(const struct review *p)
{
	for (size_t i = 0; i < p->reviewed->n_changes; i++) {
		const struct nt_change *old = &p->reviewed->changes[i];

		if (old->outcome == NT_OUTCOME_PLANNED && !old->kept && !p->met[i])
			return nt_diag_err(p->diag, EINVAL, "%s: /changes/%zu: %s of %s: does not "
					   "follow from the settings", p->file, i, old->tunable,
					   old->target);
	}
	return 0;
}

static int compare_all(const struct review *p, const struct nt_plan *plan)
{
	const struct nt_change *surprise = NULL;
	int r = 0;

	for (size_t i = 0; r == 0 && i < plan->n_changes; i++) {
		const struct nt_change *now = &plan->changes[i];
		const struct nt_change *old = find_reviewed(p, now);

		if (!old && now->outcome == NT_OUTCOME_PLANNED && !now->kept) {
			surprise = now;
		} else if (old) {
			p->met[index_of(p, old)] = true;
			r = compare(p, old, now);
		}
	}
	if (r == 0)
		r = check_all_met(p);
	if (r == 0 && surprise)
		r = nt_diag_err(p->diag, EINVAL, "%s: lacks a change that follows from the "
				"settings: %s: %s (%s)", p->file, surprise->tunable,
				shown(surprise->wanted), shown(surprise->reason));
	return r;
}

/* ---- taking over what was agreed ---- */

static void swap(char **a, char **b)
{
	char *kept = *a;

	*a = *b;
	*b = kept;
}

static int take_over(const struct review *p, struct nt_plan *plan)
{
	for (size_t i = 0; i < plan->n_changes; i++) {
		struct nt_change *now = &plan->changes[i], *old = find_reviewed(p, now);

		if (!old)
			continue;
		swap(&now->reason, &old->reason);
		swap(&now->owner, &old->owner);
		swap(&now->origin, &old->origin);
		if (now->outcome != NT_OUTCOME_PLANNED || old->outcome == NT_OUTCOME_PLANNED)
			continue;
		/* What stood in the way is gone, but nobody agreed to this. */
		now->outcome = old->outcome;
		swap(&now->remedy, &old->remedy);
	}
	for (size_t i = 0; i < p->reviewed->n_changes; i++) {
		struct nt_change *old = &p->reviewed->changes[i];
		bool stays_out = !p->met[i] && old->outcome != NT_OUTCOME_PLANNED;
		int r = stays_out ? nt_plan_add(plan, old) : 0;

		if (r < 0)
			return r;
		if (stays_out)
			*old = (struct nt_change){ .outcome = old->outcome };
	}
	return nt_plan_sort(plan);
}

static int plan_again(struct review *p, struct nt_io *io, struct nt_profile *profile,
		      const struct nt_plan_request *request, struct nt_planned *planned)
{
	int r = sort_changes(p);

	if (r == 0)
		r = nt_profile_check(profile, p->diag);
	if (r == 0)
		r = nt_plan_settings(io, profile, request, planned, p->diag);
	if (r == 0)
		r = check_devices(p, planned);
	if (r == 0)
		r = compare_all(p, &planned->plan);
	return r == 0 ? take_over(p, &planned->plan) : r;
}

int nt_reviewed_plan(struct nt_io *io, struct nt_plan_file *reviewed,
		     const struct nt_plan_request *request, const char *file,
		     struct nt_planned *ret, struct nt_diag *diag)
{
	struct review p = { .file = file, .reviewed = &reviewed->plan, .diag = diag };
	struct nt_planned planned = { 0 };
	int r = plan_again(&p, io, &reviewed->profile, request, &planned);

	free(p.sorted);
	free(p.met);
	if (r < 0) {
		if (planned.profile.n_settings) {
			reviewed->profile = planned.profile;
			memset(&planned.profile, 0, sizeof(planned.profile));
		}
		nt_planned_free(&planned);
		return nt_diag_err(diag, -r, "%s: cannot be planned again: %s", file,
				   strerror(-r));
	}
	*ret = planned;
	return 0;
}
