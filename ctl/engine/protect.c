// SPDX-License-Identifier: GPL-2.0-or-later
/* The rule for devices that carry the operator. See protect.h. */
#include "protect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/facts.h"
#include "core/plan.h"
#include "lib/diag.h"

bool nt_protect_device(const char *target, char ret[NT_PROTECT_DEVICE_MAX])
{
	size_t len = strcspn(target, "/:");

	if (!strcmp(target, "host") || !strncmp(target, "netns:", 6))
		return false;
	if (len == 0 || len >= NT_PROTECT_DEVICE_MAX)
		return false;
	memcpy(ret, target, len);
	ret[len] = '\0';
	return true;
}

bool nt_protect_needed(const struct nt_plan *plan)
{
	char device[NT_PROTECT_DEVICE_MAX];

	for (size_t i = 0; i < plan->n_changes; i++)
		if (plan->changes[i].outcome == NT_OUTCOME_PLANNED &&
		    nt_protect_device(plan->changes[i].target, device))
			return true;
	return false;
}

int nt_protect_mark(const struct nt_facts *facts, struct nt_plan *plan)
{
	char device[NT_PROTECT_DEVICE_MAX];

	for (size_t i = 0; i < plan->n_changes; i++) {
		struct nt_change *change = &plan->changes[i];
		const char *why = nt_protect_device(change->target, device)
				  ? nt_facts_management(facts, device) : NULL;

		free(change->management);
		change->management = why ? strdup(why) : NULL;
		if (why && !change->management)
			return -ENOMEM;
	}
	return 0;
}

int nt_protect_check(const struct nt_plan *plan, uint32_t confirm_s, struct nt_diag *diag)
{
	for (size_t i = 0; i < plan->n_changes && confirm_s < NT_PROTECT_CONFIRM_S_MIN; i++) {
		const struct nt_change *change = &plan->changes[i];

		if (change->outcome == NT_OUTCOME_PLANNED && change->management)
			return nt_diag_refuse(diag, "%s: %s: it %s; add --confirm SEC, of %u s at "
					      "least, and it is returned unless you can still "
					      "confirm; nothing was changed", change->target,
					      change->tunable, change->management,
					      NT_PROTECT_CONFIRM_S_MIN);
	}
	return 0;
}
