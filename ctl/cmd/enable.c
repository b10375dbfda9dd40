// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl enable: apply profiles at every boot. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/carry_out.h"
#include "cmd/cmd.h"
#include "cmd/enabled_out.h"
#include "engine/enabled_file.h"
#include "engine/planner.h"
#include "io/systemd.h"
#include "io/systemd_unit.h"
#include "lib/diag.h"
#include "lib/out.h"
#include "tunable/tunable.h"

enum { ALLOW_DISRUPTIVE };

static const struct nt_option options[] = {
	[ALLOW_DISRUPTIVE] = { "allow-disruptive", NULL, "boot also does what resets a link" },
	{ NULL, NULL, NULL },
};

/*
 * A file that was named by its path is refused, not copied: a copy would be a second text that goes
 * its own way, and at boot the path may be not mounted or anybody's.
 */
static int add_names(const struct nt_call *call, struct nt_enabled *enabled, bool *ret_new,
		     struct nt_diag *diag)
{
	bool allow = call->values[ALLOW_DISRUPTIVE];

	*ret_new = allow && !enabled->allow_disruptive;
	enabled->allow_disruptive = enabled->allow_disruptive || allow;
	for (size_t i = 0; i < call->n_args; i++) {
		const char *name = call->args[i];
		int r = nt_enabled_add(enabled, name);

		if (r == -EINVAL && strchr(name, '/'))
			return nt_diag_err(diag, EINVAL, "%s: boot finds profiles by name only; "
					   "put it into " NT_CONFIG_DIR_DEFAULT "/profiles, apply "
					   "it by its name, and enable that", name);
		if (r == -EINVAL)
			return nt_diag_err(diag, EINVAL, "%s: cannot be a profile's name", name);
		if (r < 0)
			return nt_diag_err(diag, -r, "%s: boot applies %u profiles at most", name,
					   NT_ENABLED_MAX);
		*ret_new = *ret_new || r;
	}
	return 0;
}

/* When this was applied, did the host refuse it? Then boot will meet the same. */
static bool was_refused(const struct nt_host *host, const struct nt_change *change)
{
	for (size_t i = host->n_journals; i-- > 0;) {
		const struct nt_journal *journal = &host->journals[i];
		bool here = journal->state == NT_TXN_COMMITTED &&
			    journal->head.kind == NT_TXN_APPLY &&
			    journal->head.netns_cookie == host->netns_cookie &&
			    !strcmp(journal->head.boot_id, host->boot_id);

		for (size_t j = 0; here && j < journal->plan.n_changes; j++) {
			const struct nt_change *tried = &journal->plan.changes[j];

			if (!strcmp(tried->tunable, change->tunable) &&
			    !strcmp(tried->target, change->target) &&
			    change->domain->same(tried->wanted, change->wanted))
				return tried->outcome != NT_OUTCOME_APPLIED;
		}
	}
	return false;
}

static int refuse(const struct nt_host *host, const struct nt_change *change, struct nt_diag *diag)
{
	const struct nt_ledger_entry *entry = nt_ledger_find(&host->ledger, host->netns_cookie,
							     change);
	const struct nt_ledger_link *last = entry ? &entry->links[entry->n_links - 1] : NULL;
	const char *is = change->seen ? change->seen : "not there";

	if (!last)
		return nt_diag_refuse(diag, "%s: is %s, the profile wants %s: it is not applied; "
				      "apply it, see whether the host is well with it, then enable "
				      "it", nt_change_name(change).text, is, change->wanted);
	if (change->domain->same(last->wrote, change->wanted))
		return nt_diag_refuse(diag, "%s: is %s, but %s was applied: somebody else changed "
				      "it (drift); apply it again, then enable it",
				      nt_change_name(change).text, is, last->wrote);
	return nt_diag_refuse(diag, "%s: the profile wants %s, but transaction %u set %s: the "
			      "profile changed since, or it was another; apply it, then enable it",
			      nt_change_name(change).text, change->wanted, last->txn, last->wrote);
}

/* Boot does not ask for it either, unless it is told so: allow_disruptive. */
static bool left_out_as_disruptive(const struct nt_enabled *enabled, const struct nt_change *change)
{
	return change->outcome == NT_OUTCOME_BLOCKED && change->disruptive &&
	       !enabled->allow_disruptive;
}

/*
 * Boot may do only what holds now. What is blocked now may be free at boot, and then would be
 * applied for the first time with nobody there. What the host itself refused is tried again:
 * @ret_left_out of these, and of those that have to wait for a link.
 */
static int check_in_effect(const struct nt_host *host, const struct nt_enabled *enabled,
			   const struct nt_plan *plan, size_t *ret_left_out, struct nt_diag *diag)
{
	size_t left_out = nt_plan_count(plan, NT_OUTCOME_DEFERRED);

	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct nt_change *change = &plan->changes[i];
		bool disruptive = left_out_as_disruptive(enabled, change);

		if (change->kept)
			continue;
		if (change->outcome == NT_OUTCOME_BLOCKED && !disruptive)
			return nt_diag_refuse(diag, "%s: is blocked now, and boot might apply it "
					      "unseen: %s; then apply it, and enable it",
					      nt_change_name(change).text,
					      change->remedy ? change->remedy : "see 'plan'");
		if (change->outcome != NT_OUTCOME_PLANNED && !disruptive)
			continue;
		if (!disruptive && !was_refused(host, change))
			return refuse(host, change, diag);
		left_out++;
	}
	*ret_left_out = left_out;
	return 0;
}

/* Nobody has seen a profile at work of which this host has nothing. */
static int check_something(const struct nt_call *call, const struct nt_host *host,
			   const char *name, const struct nt_enabled *enabled, struct nt_diag *diag)
{
	struct nt_planned planned = { 0 };
	int r = nt_plan_profiles(call->io,
				 &(struct nt_plan_request){
					 .names = &name,
					 .n = 1,
					 .host = host,
					 .allow_disruptive = enabled->allow_disruptive,
				 },
				 &planned, diag);

	if (r == 0 && !nt_plan_count(&planned.plan, NT_OUTCOME_COMPLIANT))
		r = nt_diag_refuse(diag, "%s: nothing of it is in effect on this host", name);
	nt_planned_free(&planned);
	return r;
}

/* Those that are named; all of them when boot held them back, for it will apply all again. */
static int check_profiles(const struct nt_call *call, const struct nt_host *host,
			  const struct nt_enabled *enabled, size_t *ret_left_out,
			  struct nt_diag *diag)
{
	bool died = nt_boot_died(&host->state, host->boot_id);
	const char *all[NT_ENABLED_MAX];
	const char *const *names = died ? all : call->args;
	size_t n = died ? enabled->n : call->n_args;
	struct nt_planned planned = { 0 };
	int r;

	nt_enabled_names(enabled, all);
	r = nt_plan_profiles(call->io,
			     &(struct nt_plan_request){
				     .names = names,
				     .n = n,
				     .host = host,
				     .allow_disruptive = enabled->allow_disruptive,
			     },
			     &planned, diag);
	if (r == 0 && planned.n_left_out)
		r = nt_diag_refuse(diag, "not for this host: %s; so it cannot have been applied",
				   planned.left_out[0]);
	if (r == 0)
		r = check_in_effect(host, enabled, &planned.plan, ret_left_out, diag);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = check_something(call, host, names[i], enabled, diag);
	nt_planned_free(&planned);
	return r;
}

/* Boot applies all of them side by side: they must not contradict each other. */
static int check_together(const struct nt_call *call, const struct nt_enabled *enabled,
			  struct nt_diag *diag)
{
	struct nt_planned planned = { 0 };
	const char *names[NT_ENABLED_MAX];
	int r;

	if (enabled->n == call->n_args)
		return 0;
	nt_enabled_names(enabled, names);
	r = nt_plan_profiles(call->io, &(struct nt_plan_request){ .names = names,
								  .n = enabled->n },
			     &planned, diag);
	nt_planned_free(&planned);
	return r;
}

static void report(const struct nt_call *call, const struct nt_enabled *enabled, bool changed,
		   size_t left_out)
{
	char names[NT_ENABLED_BYTES_MAX];
	bool systemd = nt_systemd_runs();

	if (call->json)
		nt_out_json(nt_enabled_json(enabled, changed, systemd ? "enabled" : ""));
	if (call->json || call->quiet)
		return;
	nt_enabled_join(enabled, names, sizeof(names));
	printf("%s: %s\n", changed ? "enabled at boot" : "nothing to do; enabled at boot", names);
	if (left_out)
		printf("%zu value%s not in effect, for the reasons that 'nettunectl plan' tells; "
		       "boot meets them again\n", left_out, left_out == 1 ? " is" : "s are");
	if (changed && !systemd)
		printf("systemd does not run here: have an init script run 'nettunectl boot' "
		       "before it configures\nthe network, and 'nettunectl boot --settled' some "
		       "minutes later and at shutdown\n");
}

/* The unit first: enabled without the file, it has nothing to do and does nothing. */
static int make_permanent(const struct nt_call *call, struct nt_host *host,
			  const struct nt_enabled *enabled, bool *changed, struct nt_diag *diag)
{
	bool died = nt_boot_died(&host->state, host->boot_id);
	int r = nt_systemd_runs() ? nt_systemd_enable_unit(NT_BOOT_UNIT, true, diag) : 0;

	/* No library or no unit: it cannot be had here. */
	if (r < 0)
		return r == -ENOENT ? -EOPNOTSUPP : r;
	*changed = *changed || died;
	if (*changed)
		r = nt_enabled_write(call->io, enabled, diag);
	*changed = *changed || r > 0;
	/* The trial of this boot goes on: only that of one that died is over. */
	if (r >= 0)
		r = died ? nt_boot_unmark(&host->state, diag) : 0;
	return r;
}

static int enable(const struct nt_call *call, struct nt_host *host, struct nt_diag *diag)
{
	struct nt_enabled enabled;
	bool changed = false;
	size_t left_out = 0;
	int r = nt_boot_check_netns(diag);

	if (r == 0)
		r = nt_enabled_read(call->io, &enabled, diag);
	if (r == 0)
		r = add_names(call, &enabled, &changed, diag);
	/* Enabling what is enabled asks for nothing, unless boot holds it back. */
	if (r == 0 && (changed || nt_boot_died(&host->state, host->boot_id)))
		r = check_profiles(call, host, &enabled, &left_out, diag);
	if (r == 0 && changed)
		r = check_together(call, &enabled, diag);
	if (r == 0)
		r = make_permanent(call, host, &enabled, &changed, diag);
	if (r == 0)
		report(call, &enabled, changed, left_out);
	return r;
}

static enum nt_exit run(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_host host;
	enum nt_exit code;
	int r;

	if (call->netns) {
		nt_diag_err(diag, EINVAL, "enable: network namespaces are gone after a boot; what "
			    "makes them again has to apply their profiles");
		return NT_EXIT_USAGE;
	}
	code = nt_begin(call, "enable", false, false, &host, diag);
	if (code != NT_EXIT_DONE)
		return code;
	r = enable(call, &host, diag);
	nt_host_close(&host);
	return r < 0 ? nt_exit_for(r, diag) : NT_EXIT_DONE;
}

const struct nt_cmd nt_cmd_enable = {
	.name = "enable",
	.arguments = "PROFILE...",
	.min_args = 1,
	.max_args = NT_ENABLED_MAX,
	.summary = "apply profiles at every boot; they must be in effect now",
	.help = "Adds profiles to those that boot applies before the network is configured. Only\n"
		"what is in effect now and confirmed can be enabled: apply first, see whether the\n"
		"host is well with it, then enable. A profile is refused while one of its values\n"
		"is blocked, or when none is in effect. What was left out as disruptive is left\n"
		"out at boot too. Profiles are named, not given as files.\n\n"
		"When a boot ends while it applies them or within minutes after, the next one\n"
		"applies nothing, until they are enabled again.",
	.options = options,
	.run = run,
};
