// SPDX-License-Identifier: GPL-2.0-or-later
/* From profiles and facts to a plan. See planner.h. */
#include "planner.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/profile.h"
#include "engine/keep.h"
#include "engine/load.h"
#include "engine/protect.h"
#include "facts/facts_read.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "tunable/device_lines.h"
#include "tunable/irq.h"
#include "tunable/tunable.h"

/* A list of words that ends in NULL. */
static int add_words(char ***list, size_t *n, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int add_words(char ***list, size_t *n, const char *format, ...)
{
	char **grown = realloc(*list, (*n + 2) * sizeof(*grown));
	va_list args;
	int r;

	if (!grown)
		return -ENOMEM;
	*list = grown;
	va_start(args, format);
	r = vasprintf(&grown[*n], format, args);
	va_end(args);
	if (r < 0) {
		grown[*n] = NULL;
		return -ENOMEM;
	}
	grown[++*n] = NULL;
	return 0;
}

static int leave_out(struct nt_planned *planned, const struct nt_profile *profile, const char *why)
{
	return add_words(&planned->left_out, &planned->n_left_out, "%s: %s", profile->name, why);
}

static bool is_for_bonds(const struct nt_setting *setting)
{
	return !strcmp(setting->section, "Bond");
}

/* May a line of that section be about @link? */
static bool is_candidate(const struct nt_setting *setting, const struct nt_link_fact *link)
{
	return is_for_bonds(setting) ? !strcmp(link->kind, "bond") : strcmp(link->name, "lo") != 0;
}

/* Does the profile name a bond like that? It may be yet to be made. */
static bool matches_named(const struct nt_profile *profile, const struct nt_setting *setting)
{
	for (size_t i = 0; is_for_bonds(setting) && i < profile->n_settings; i++) {
		const struct nt_setting *other = &profile->settings[i];

		if (is_for_bonds(other) && !nt_device_is_pattern(other->selector) &&
		    nt_device_setting(setting, 1, NULL, other->selector))
			return true;
	}
	return false;
}

/* Does a device have a name like that? One that is named itself is in the plan as absent. */
static bool matches_none(const struct nt_planned *planned, const struct nt_setting *setting)
{
	const struct nt_facts *facts = &planned->facts;

	if (!(facts->have & NT_FACTS_LINKS) || !nt_device_is_pattern(setting->selector))
		return false;
	for (size_t i = 0; i < facts->n_links; i++)
		if (is_candidate(setting, &facts->links[i]) &&
		    nt_device_setting(setting, 1, NULL, facts->links[i].name))
			return false;
	return !matches_named(&planned->profile, setting);
}

static int note_line(struct nt_planned *planned, const struct nt_setting *s)
{
	if (!strcmp(s->section, "Device") && !strcmp(s->selector, "lo"))
		return add_words(&planned->notes, &planned->n_notes,
				 "%s:%u: the loopback device is not tuned", s->file, s->line);
	if (!matches_none(planned, s))
		return 0;
	return add_words(&planned->notes, &planned->n_notes, "%s:%u: no %s here is called like "
			 "\"%s\"", s->file, s->line, is_for_bonds(s) ? "bond" : "device",
			 s->selector);
}

static bool same_header(const struct nt_setting *a, const struct nt_setting *b)
{
	return !strcmp(a->section, b->section) && !strcmp(a->selector, b->selector);
}

/* What comes to nothing: each section once, with its first line. */
static int note_idle(struct nt_planned *planned)
{
	const struct nt_profile *profile = &planned->profile;
	int r = 0;

	for (size_t i = 0; i < profile->n_settings && r == 0; i++) {
		size_t k = 0;

		while (k < i && !same_header(&profile->settings[k], &profile->settings[i]))
			k++;
		if (k == i)
			r = note_line(planned, &profile->settings[i]);
	}
	return r;
}

/* Joins @part to @ret if it matches this host. */
static int join(struct nt_io *io, struct nt_profile *part, struct nt_planned *planned,
		struct nt_profile *ret, struct nt_diag *diag)
{
	uint32_t needs = nt_profile_match_needs(part);
	char why[256];
	int r = needs && io ? nt_facts_read(io, needs, &planned->facts, diag) : 0;

	if (r < 0)
		return r;
	if (needs && !nt_profile_matches(part, &planned->facts, why, sizeof(why)))
		return leave_out(planned, part, why);
	return nt_profile_merge(ret, part, true, diag);
}

/* The lines of @profile that @domain serves; shares the strings. */
static size_t settings_of(const struct nt_profile *profile, const struct nt_tunable *domain,
			  struct nt_setting *ret)
{
	size_t n = 0;

	for (size_t i = 0; domain->section && i < profile->n_settings; i++) {
		const struct nt_setting *s = &profile->settings[i];

		if (nt_tunable_for(s->section, s->key) == domain)
			ret[n++] = *s;
	}
	return n;
}

/* What comes later in the plan has to know that it will not happen. */
static int leave_out_disruptive(struct nt_plan *plan)
{
	for (size_t i = 0; i < plan->n_changes; i++) {
		struct nt_change *change = &plan->changes[i];

		if (!change->disruptive || change->outcome != NT_OUTCOME_PLANNED)
			continue;
		change->outcome = NT_OUTCOME_BLOCKED;
		free(change->remedy);
		change->remedy = strdup("resets the link; --allow-disruptive does it");
		if (!change->remedy)
			return -ENOMEM;
	}
	return 0;
}

/* Facts about who is carried by which device are read only for plans that change one. */
static int mark_protected(struct nt_io *io, struct nt_planned *planned, struct nt_diag *diag)
{
	int r = 0;

	if (!nt_protect_needed(&planned->plan))
		return 0;
	if (io)
		r = nt_facts_read(io, NT_FACTS_MANAGEMENT, &planned->facts, diag);
	return r < 0 ? r : nt_protect_mark(&planned->facts, &planned->plan);
}

/* With recorded facts there is no @io: the host is not looked at. */
static int plan_domains(struct nt_io *io, struct nt_planned *planned, struct nt_diag *diag)
{
	const struct nt_profile *profile = &planned->profile;
	struct nt_setting *settings = calloc(profile->n_settings + 1, sizeof(*settings));
	int r = settings ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && nt_tunables[i]; i++) {
		size_t n = settings_of(profile, nt_tunables[i], settings);

		if (!n)
			continue;
		if (io)
			r = nt_tunables[i]->read(io, settings, n, &planned->facts, diag);
		if (r == 0 && io && nt_tunables[i] == &nt_tunable_irq)
			r = nt_recall_moved(&planned->recall, &planned->facts);
		if (r == 0)
			r = nt_tunables[i]->plan(settings, n, &planned->facts, &planned->plan,
						 diag);
		if (r == 0 && !planned->allow_disruptive)
			r = leave_out_disruptive(&planned->plan);
	}
	free(settings);
	if (r == 0)
		r = nt_keep(&planned->facts, &planned->plan);
	if (r == 0)
		r = mark_protected(io, planned, diag);
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
		if (asprintf(&change->owner, "%s:%u (to %s)", owner->file, owner->line,
			     owner->value) < 0) {
			change->owner = NULL;
			return -ENOMEM;
		}
	}
	return 0;
}

/* @io is NULL for recorded facts. */
static int plan_parts(struct nt_io *io, struct nt_profile *parts, size_t n,
		      struct nt_planned *planned, struct nt_diag *diag)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++)
		r = join(io, &parts[i], planned, &planned->profile, diag);
	if (r == 0)
		r = plan_domains(io, planned, diag);
	if (r == 0 && io)
		r = nt_facts_read_owners(io, &planned->facts, diag);
	if (r == 0)
		r = name_owners(planned);
	return r == 0 ? note_idle(planned) : r;
}

static int start_facts(struct nt_io *io, const struct nt_plan_request *request,
		       struct nt_facts *facts, struct nt_diag *diag)
{
	if (request->recorded) {
		*facts = *request->recorded;
		memset(request->recorded, 0, sizeof(*request->recorded));
		return 0;
	}
	/* Recorded facts know the name of their own namespace. */
	snprintf(facts->kernel.netns, sizeof(facts->kernel.netns), "%s",
		 request->netns ? request->netns : "");
	return nt_facts_read(io, NT_FACTS_KERNEL, facts, diag);
}

int nt_plan_profiles(struct nt_io *io, const struct nt_plan_request *request,
		     struct nt_planned *ret, struct nt_diag *diag)
{
	struct nt_planned planned = { .allow_disruptive = request->allow_disruptive,
				      .recall = nt_recall_start(request->host) };
	struct nt_profile *parts = NULL;
	bool recorded = request->recorded;
	int r = start_facts(io, request, &planned.facts, diag);

	if (r == 0)
		r = nt_load_profiles(io, request->names, request->n, &parts, diag);
	if (r == 0)
		r = plan_parts(recorded ? NULL : io, parts, request->n, &planned, diag);
	for (size_t i = 0; parts && i < request->n; i++)
		nt_profile_free(&parts[i]);
	free(parts);
	if (r < 0) {
		nt_planned_free(&planned);
		return r;
	}
	*ret = planned;
	return 0;
}

int nt_plan_settings(struct nt_io *io, struct nt_profile *profile,
		     const struct nt_plan_request *request, struct nt_planned *ret,
		     struct nt_diag *diag)
{
	struct nt_planned planned = { .allow_disruptive = request->allow_disruptive,
				      .recall = nt_recall_start(request->host) };
	int r = start_facts(io, request, &planned.facts, diag);

	planned.profile = *profile;
	if (r == 0)
		r = plan_domains(io, &planned, diag);
	if (r < 0) {
		memset(&planned.profile, 0, sizeof(planned.profile));
		nt_planned_free(&planned);
		return r;
	}
	memset(profile, 0, sizeof(*profile));
	*ret = planned;
	return 0;
}

static int read_again(struct nt_io *io, const char *const *devices, size_t n,
		      struct nt_facts *facts, struct nt_diag *diag)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		const struct nt_nic_fact *nic = nt_facts_nic(facts, devices[i]);
		uint32_t had = nic ? nic->has : 0;

		if (!nic)
			continue;
		nt_facts_drop_nic(facts, devices[i]);
		r = nt_facts_read_nic(io, devices[i], facts, diag);
		nic = nt_facts_nic(facts, devices[i]);
		/* All that is planned for queues follows from how many there are. */
		if (r == 0 && (had & ~nic->has & NT_NIC_HAS_CHANNELS))
			r = nt_diag_err(diag, EIO, "%s: its driver does not tell of its channels "
					"any more", devices[i]);
	}
	return r;
}

static int note_value(struct nt_facts *facts, const struct nt_change *change)
{
	for (size_t i = 0; i < facts->n_sysctls; i++) {
		struct nt_sysctl_fact *fact = &facts->sysctls[i];
		char *value;

		if (strcmp(fact->key, change->tunable) != 0)
			continue;
		value = strdup(change->wanted);
		if (!value)
			return -ENOMEM;
		free(fact->value);
		fact->value = value;
	}
	return 0;
}

/* Queues are planned beside sysctls that have been written by now. */
static int note_written(const struct nt_plan *plan, struct nt_facts *facts)
{
	int r = 0;

	for (size_t i = 0; i < plan->n_changes && r == 0; i++)
		if (plan->changes[i].phase == NT_PHASE_SYSCTL &&
		    plan->changes[i].outcome == NT_OUTCOME_APPLIED)
			r = note_value(facts, &plan->changes[i]);
	return r;
}

/*
 * What was to be kept as something else, because of fewer channels, stays when these were refused:
 * an RSS table, which may be somebody else's. New channels, taken back, may have cost it.
 */
static int hold_kept(const struct nt_plan *plan, struct nt_plan *ret)
{
	int r = 0;

	for (size_t i = 0; i < plan->n_changes && r == 0; i++) {
		const struct nt_change *change = &plan->changes[i];
		const struct nt_change *channels;

		if (!change->kept || change->outcome != NT_OUTCOME_PLANNED || !change->seen ||
		    change->domain->same(change->seen, change->wanted))
			continue;
		channels = nt_plan_find(plan, change->target, "channels");
		if (channels && channels->outcome != NT_OUTCOME_APPLIED)
			r = nt_keep_seen(change, ret);
	}
	return r;
}

/* Interrupts are where the driver put them, and go back to where they were when queues are set. */
static int note_kept(const struct nt_plan *plan, struct nt_facts *facts)
{
	int r = 0;

	for (size_t i = 0; i < plan->n_changes && r == 0; i++)
		if (plan->changes[i].kept && plan->changes[i].phase == NT_PHASE_IRQ &&
		    plan->changes[i].outcome == NT_OUTCOME_PLANNED)
			r = nt_irq_foresee(facts, &plan->changes[i]);
	return r;
}

/* What this transaction itself put elsewhere for want of a vector stays there. */
static int note_moved(const struct nt_plan *plan, struct nt_facts *facts)
{
	int r = 0;

	for (size_t i = 0; i < plan->n_changes && r == 0; i++) {
		const struct nt_change *change = &plan->changes[i];

		if (change->domain == &nt_tunable_irq && change->instead_of &&
		    change->outcome == NT_OUTCOME_APPLIED)
			r = nt_irq_recall(facts, change->target, change->tunable, change->wanted,
					  change->instead_of);
	}
	return r;
}

static int recall(struct nt_planned *planned)
{
	int r = nt_recall_moved(&planned->recall, &planned->facts);

	return r < 0 ? r : note_moved(&planned->plan, &planned->facts);
}

int nt_planned_again(void *user, const char *const *devices, size_t n, struct nt_plan *ret,
		     struct nt_diag *diag)
{
	const struct nt_replan_source *source = user;
	struct nt_planned *planned = source->planned;
	nt_autofree struct nt_setting *settings = calloc(planned->profile.n_settings + 1,
							 sizeof(*settings));
	int r = settings ? read_again(source->io, devices, n, &planned->facts, diag) : -ENOMEM;

	if (r == 0)
		r = note_written(&planned->plan, &planned->facts);
	if (r == 0)
		r = note_kept(&planned->plan, &planned->facts);
	if (r == 0)
		r = hold_kept(&planned->plan, ret);
	for (size_t i = 0; r == 0 && nt_tunables[i]; i++) {
		size_t k = 0;

		if (nt_tunables[i]->section && !strcmp(nt_tunables[i]->section, "Device"))
			k = settings_of(&planned->profile, nt_tunables[i], settings);
		if (k && nt_tunables[i] == &nt_tunable_irq)
			r = recall(planned);
		if (k && r == 0)
			r = nt_tunables[i]->plan(settings, k, &planned->facts, ret, diag);
	}
	return r;
}

bool nt_planned_refused(void *user, const struct nt_change *change)
{
	const struct nt_replan_source *source = user;

	return nt_irq_refused(&source->planned->facts, change);
}

void nt_planned_free(struct nt_planned *planned)
{
	nt_profile_free(&planned->profile);
	nt_facts_free(&planned->facts);
	nt_recall_free(&planned->recall);
	nt_plan_free(&planned->plan);
	for (size_t i = 0; i < planned->n_left_out; i++)
		free(planned->left_out[i]);
	free(planned->left_out);
	for (size_t i = 0; i < planned->n_notes; i++)
		free(planned->notes[i]);
	free(planned->notes);
	memset(planned, 0, sizeof(*planned));
}
