// SPDX-License-Identifier: GPL-2.0-or-later
/* Telling what boot will apply. See enabled_out.h. */
#include "enabled_out.h"

#include <stdio.h>
#include <string.h>

#include "engine/enabled_file.h"
#include "io/systemd.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

static void note_problem(struct nt_enablement *enablement, const struct nt_diag *diag)
{
	if (!*enablement->problem)
		snprintf(enablement->problem, sizeof(enablement->problem), "%s", diag->message);
}

static void plan_enabled(const struct nt_call *call, const struct nt_host *host,
			 struct nt_enablement *enablement)
{
	const char *names[NT_ENABLED_MAX];
	struct nt_diag diag = { 0 };

	nt_enabled_names(&enablement->enabled, names);
	if (nt_plan_profiles(call->io,
			     &(struct nt_plan_request){
				     .names = names,
				     .n = enablement->enabled.n,
				     .host = host,
				     .allow_disruptive = enablement->enabled.allow_disruptive,
			     },
			     &enablement->planned, &diag) < 0)
		note_problem(enablement, &diag);
}

void nt_enablement_read(const struct nt_call *call, const struct nt_host *host,
			struct nt_enablement *ret)
{
	struct nt_diag diag = { 0 }, unit = { 0 };

	*ret = (struct nt_enablement){ .enabled = { .n = 0 } };
	if (nt_enabled_read(call->io, &ret->enabled, &diag) < 0)
		note_problem(ret, &diag);
	if (!ret->enabled.n)
		return;
	ret->died = nt_boot_died(&host->state, host->boot_id);
	plan_enabled(call, host, ret);
	/* That systemd does not know the unit is as good as "disabled"; enable tells more. */
	if (nt_systemd_runs() && nt_systemd_unit_state(NT_BOOT_UNIT, ret->unit, &unit) < 0)
		snprintf(ret->unit, sizeof(ret->unit), "unknown");
}

void nt_enablement_free(struct nt_enablement *enablement)
{
	nt_planned_free(&enablement->planned);
}

static json_t *names_json(const struct nt_enabled *enabled)
{
	json_t *names = json_array();

	for (size_t i = 0; i < enabled->n; i++)
		json_array_append_new(names, json_string(enabled->names[i]));
	return names;
}

/* What is only kept is written when a queue is made anew, and nobody asked for it. */
static bool differs(const struct nt_change *change)
{
	return change->outcome == NT_OUTCOME_PLANNED && !change->kept;
}

static json_t *differs_json(const struct nt_plan *plan)
{
	json_t *list = json_array();

	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct nt_change *change = &plan->changes[i];

		if (differs(change))
			json_array_append_new(list,
					      json_pack("{ss, ss, ss, ss?}", "target",
							change->target, "tunable",
							change->tunable, "wanted",
							change->wanted, "live", change->seen));
	}
	return list;
}

json_t *nt_enablement_json(const struct nt_enablement *enablement)
{
	return json_pack("{so, sb, ss?, sb, ss?, so}", "profiles",
			 names_json(&enablement->enabled), "allow_disruptive",
			 enablement->enabled.allow_disruptive, "unit",
			 *enablement->unit ? enablement->unit : NULL, "held_back",
			 enablement->died, "problem",
			 *enablement->problem ? enablement->problem : NULL, "differs",
			 differs_json(&enablement->planned.plan));
}

json_t *nt_enabled_json(const struct nt_enabled *enabled, bool changed, const char *unit)
{
	return json_pack("{ss, so, sb, sb, ss?}", "schema", "nettune.enable/1", "profiles",
			 names_json(enabled), "allow_disruptive", enabled->allow_disruptive,
			 "changed", changed, "unit", *unit ? unit : NULL);
}

void nt_enabled_join(const struct nt_enabled *enabled, char *buf, size_t size)
{
	size_t len = 0;

	*buf = '\0';
	for (size_t i = 0; i < enabled->n && len < size; i++)
		len += (size_t)snprintf(buf + len, size - len, "%s%s", i ? " " : "",
					enabled->names[i]);
}

/* What the value is and boot will change: was it another profile text, or another hand? */
static void print_difference(const struct nt_host *host, const struct nt_change *change)
{
	const struct nt_ledger_entry *entry = nt_ledger_find(&host->ledger, host->netns_cookie,
							     change);
	const struct nt_ledger_link *last = entry ? &entry->links[entry->n_links - 1] : NULL;

	printf("  %s is %s, boot sets %s: ", change->tunable,
	       change->seen ? change->seen : "(nothing)", change->wanted);
	if (!last)
		printf("nothing that is in effect now set it\n");
	else if (change->domain->same(last->wrote, change->wanted))
		printf("somebody else changed it since\n");
	else
		printf("transaction %u set %s, so the profile changed since, or it was another\n",
		       last->txn, last->wrote);
}

void nt_enablement_print(const struct nt_host *host, const struct nt_enablement *enablement)
{
	const struct nt_plan *plan = &enablement->planned.plan;
	char names[NT_ENABLED_BYTES_MAX];

	if (*enablement->problem)
		printf("boot applies nothing: %s\n", enablement->problem);
	if (!enablement->enabled.n)
		return;
	nt_enabled_join(&enablement->enabled, names, sizeof(names));
	printf("enabled at boot: %s\n", names);
	for (size_t i = 0; i < plan->n_changes; i++)
		if (differs(&plan->changes[i]))
			print_difference(host, &plan->changes[i]);
	for (size_t i = 0; i < enablement->planned.n_left_out; i++)
		printf("  left out: %s\n", enablement->planned.left_out[i]);
	if (enablement->died)
		printf("  held back: the last boot with it ended before it had settled; apply it, "
		       "and 'nettunectl enable' it again\n");
	if (*enablement->unit && strcmp(enablement->unit, "enabled") != 0)
		printf("  %s is %s, so systemd will not apply it; 'nettunectl enable' it again\n",
		       NT_BOOT_UNIT, enablement->unit);
}

void nt_enabled_remind(const struct nt_call *call)
{
	struct nt_diag ignored = { 0 };
	struct nt_enabled enabled;
	char names[NT_ENABLED_BYTES_MAX];

	if (call->json || call->quiet || call->netns ||
	    nt_enabled_read(call->io, &enabled, &ignored) < 0 || !enabled.n)
		return;
	nt_enabled_join(&enabled, names, sizeof(names));
	printf("enabled, so %s come%s back at the next boot: %s; 'nettunectl disable' ends that\n",
	       enabled.n == 1 ? "it" : "they", enabled.n == 1 ? "s" : "", names);
}
