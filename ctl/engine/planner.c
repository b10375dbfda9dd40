// SPDX-License-Identifier: GPL-2.0-or-later
/* From profiles and facts to a plan. See planner.h. */
#include "planner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/profile.h"
#include "engine/load.h"
#include "facts/facts_read.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

static int leave_out(struct nt_planned *planned, const struct nt_profile *profile, const char *why)
{
	char **grown = realloc(planned->left_out,
			       (planned->n_left_out + 2) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	planned->left_out = grown;
	if (asprintf(&grown[planned->n_left_out], "%s: %s", profile->name, why) < 0)
		return -ENOMEM;
	grown[++planned->n_left_out] = NULL;
	return 0;
}

/* Joins the profiles that match this host into @ret. */
static int join(struct nt_io *io, struct nt_profile *parts, size_t n, bool recorded,
		struct nt_planned *planned, struct nt_profile *ret, struct nt_diag *diag)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t needs = nt_profile_match_needs(&parts[i]);
		char why[256];
		int r = needs && !recorded ? nt_facts_read(io, needs, &planned->facts, diag) : 0;

		if (r == 0 && needs &&
		    !nt_profile_matches(&parts[i], &planned->facts, why, sizeof(why)))
			r = leave_out(planned, &parts[i], why);
		else if (r == 0)
			r = nt_profile_merge(ret, &parts[i], true, diag);
		if (r < 0)
			return r;
	}
	return 0;
}

/* The lines of @profile that @domain serves; shares the strings. */
static size_t settings_of(const struct nt_profile *profile, const struct nt_tunable *domain,
			  struct nt_setting *ret)
{
	size_t n = 0;

	for (size_t i = 0; domain->section && i < profile->n_settings; i++)
		if (!strcmp(profile->settings[i].section, domain->section))
			ret[n++] = profile->settings[i];
	return n;
}

static int plan_domains(struct nt_io *io, const struct nt_profile *profile, bool recorded,
			struct nt_planned *planned, struct nt_diag *diag)
{
	struct nt_setting *settings = calloc(profile->n_settings + 1, sizeof(*settings));
	int r = settings ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && nt_tunables[i]; i++) {
		size_t n = settings_of(profile, nt_tunables[i], settings);

		if (!n)
			continue;
		if (!recorded)
			r = nt_tunables[i]->read(io, settings, n, &planned->facts, diag);
		if (r == 0)
			r = nt_tunables[i]->plan(settings, n, &planned->facts, &planned->plan,
						 diag);
	}
	free(settings);
	return r < 0 ? r : nt_plan_sort(&planned->plan);
}

static int name_owners(struct nt_planned *planned)
{
	for (size_t i = 0; i < planned->plan.n_changes; i++) {
		struct nt_change *change = &planned->plan.changes[i];
		const struct nt_owner_fact *owner =
			nt_facts_owner(&planned->facts, change->tunable);

		if (!owner || change->owner)
			continue;
		if (asprintf(&change->owner, "%s:%u sets %s", owner->file, owner->line,
			     owner->value) < 0) {
			change->owner = NULL;
			return -ENOMEM;
		}
	}
	return 0;
}

int nt_plan_profiles(struct nt_io *io, const char *const *names, size_t n, const char *netns,
		     struct nt_facts *recorded, struct nt_planned *ret,
		     struct nt_diag *diag)
{
	struct nt_planned planned = { 0 };
	struct nt_profile merged = { 0 }, *parts = NULL;
	int r = 0;

	if (recorded) {
		planned.facts = *recorded;
		memset(recorded, 0, sizeof(*recorded));
	}
	r = nt_load_profiles(io, names, n, &parts, diag);
	if (r < 0) {
		nt_planned_free(&planned);
		return r;
	}
	if (!recorded)
		r = nt_facts_read(io, NT_FACTS_KERNEL, &planned.facts, diag);
	if (netns)
		snprintf(planned.facts.kernel.netns, sizeof(planned.facts.kernel.netns), "%s",
			 netns);
	if (r == 0)
		r = join(io, parts, n, recorded, &planned, &merged, diag);
	if (r == 0)
		r = plan_domains(io, &merged, recorded, &planned, diag);
	if (r == 0 && !recorded)
		r = nt_facts_read_owners(io, &planned.facts, diag);
	if (r == 0)
		r = name_owners(&planned);

	for (size_t i = 0; i < n; i++)
		nt_profile_free(&parts[i]);
	free(parts);
	nt_profile_free(&merged);
	if (r < 0) {
		nt_planned_free(&planned);
		return r;
	}
	*ret = planned;
	return 0;
}

void nt_planned_free(struct nt_planned *planned)
{
	nt_facts_free(&planned->facts);
	nt_plan_free(&planned->plan);
	for (size_t i = 0; i < planned->n_left_out; i++)
		free(planned->left_out[i]);
	free(planned->left_out);
	memset(planned, 0, sizeof(*planned));
}
