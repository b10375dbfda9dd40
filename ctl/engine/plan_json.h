/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading back a plan that "plan --json" printed and somebody reviewed, perhaps edited.
 *
 * This file says what may stand in such a document; whether its values may be written is asked
 * of the domains, by planning them again (replan.h).
 */
#ifndef NT_ENGINE_PLAN_JSON_H
#define NT_ENGINE_PLAN_JSON_H

#include <stddef.h>
#include <stdint.h>

#include "core/facts.h"
#include "core/plan.h"
#include "core/profile.h"
#include "engine/journal.h"

struct nt_diag;

#define NT_PLAN_JSON_BYTES_MAX (32U << 20)
/* Of a tunable's or a target's name, and of a reason; values end at NT_VALUE_MAX. */
#define NT_PLAN_NAME_MAX 256U
#define NT_PLAN_TEXT_MAX 32768U
/* Profiles that were left out: no more can be named. */
#define NT_PLAN_LEFT_OUT_MAX NT_JOURNAL_NAMES_MAX

/**
 * struct nt_plan_file - a plan as it was reviewed
 * @plan: its changes, in the order of the file; outcomes from planned to deferred; of its devices
 *	  only name and index
 * @profile: the settings that it follows from, as a profile with them would have been parsed, but
 *	     that their place is in the document; not yet checked by the domains
 * @profiles: what it was made from, @n_profiles names, NULL-terminated
 * @left_out: profiles whose [Match] did not hold, NULL-terminated
 * @boot_id: of the system that it was made on; "" when the file does not tell
 * @netns: name given to --netns, "" for the caller's own
 * @netns_cookie: of the network namespace that it was made in
 *
 * Owns its strings. No order is taken from a file: @plan's undo_seq are 0.
 */
struct nt_plan_file {
	struct nt_plan plan;
	struct nt_profile profile;
	char *profiles[NT_JOURNAL_NAMES_MAX + 1];
	size_t n_profiles;
	char *left_out[NT_PLAN_LEFT_OUT_MAX + 1];
	char boot_id[NT_BOOT_ID_MAX];
	char netns[NT_FACTS_NAME_MAX];
	uint64_t netns_cookie;
};

/**
 * nt_plan_json_parse() - read a plan's bytes
 * @text: @len bytes of anything
 * @file: for messages
 * @ret: filled on success only; free with nt_plan_file_free()
 *
 * Strict: schema nettune.plan/1, no member missing or unknown, domains that exist, strings of
 * printable UTF-8, settings that can stand in a profile.
 *
 * Return: 0; -EINVAL with "FILE:LINE:COLUMN: ..." for what is no JSON and "FILE: /changes/3/seen:
 * ..." for the rest; -E2BIG; -ENOMEM.
 */
int nt_plan_json_parse(const char *text, size_t len, const char *file, struct nt_plan_file *ret,
		       struct nt_diag *diag);

void nt_plan_file_free(struct nt_plan_file *plan_file);

#endif
