/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Telling what boot will apply, and whether that is what holds now.
 */
#ifndef NT_CMD_ENABLED_OUT_H
#define NT_CMD_ENABLED_OUT_H

#include <jansson.h>
#include <stdbool.h>

#include "cmd/cmd.h"
#include "core/enabled.h"
#include "engine/host.h"
#include "engine/planner.h"
#include "io/systemd_unit.h"
#include "lib/diag.h"

/**
 * struct nt_enablement - what will happen at boot, as far as it can be known now
 * @enabled: the profiles
 * @planned: what they want of this host, filled when there are any and @problem is ""
 * @unit: what systemd says of the boot unit; "" without systemd, or without profiles
 * @died: the boot that applied them last ended before it had settled: nothing will be applied
 * @problem: why nothing can be applied, a damaged file for example; else ""
 */
struct nt_enablement {
	struct nt_enabled enabled;
	struct nt_planned planned;
	char unit[NT_UNIT_STATE_MAX];
	bool died;
	char problem[NT_DIAG_MAX];
};

/* Never fails: what is wrong becomes the problem. Free with nt_enablement_free(). */
void nt_enablement_read(const struct nt_call *call, const struct nt_host *host,
			struct nt_enablement *ret);
void nt_enablement_free(struct nt_enablement *enablement);

json_t *nt_enablement_json(const struct nt_enablement *enablement);

/* Nothing is printed when nothing is enabled. */
void nt_enablement_print(const struct nt_host *host, const struct nt_enablement *enablement);

/* After taking values back: enabled profiles come back at the next boot. */
void nt_enabled_remind(const struct nt_call *call);

/* "server web" into @buf. */
void nt_enabled_join(const struct nt_enabled *enabled, char *buf, size_t size);

/* What enable, disable and "boot --settled" answer with --json; @unit "" is null. */
json_t *nt_enabled_json(const struct nt_enabled *enabled, bool changed, const char *unit);

#endif
