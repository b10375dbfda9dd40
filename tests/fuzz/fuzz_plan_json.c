// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plans from any bytes. What is read keeps its promises and reads the same again; what is not has
 * words for it.
 */
#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "cmd/plan_out.h"
#include "core/utf8.h"
#include "engine/plan_json.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text, size_t max)
{
	assert(!text || (strlen(text) < max && nt_utf8_ok(text)));
}

static void check_change(const struct nt_change *change)
{
	assert(nt_tunable_find(change->domain->name) == change->domain);
	assert(change->target && change->tunable && (unsigned int)change->phase < NT_PHASES);
	check_text(change->target, NT_PLAN_NAME_MAX);
	check_text(change->tunable, NT_PLAN_NAME_MAX);
	check_text(change->seen, NT_VALUE_MAX);
	check_text(change->wanted, NT_VALUE_MAX);
	check_text(change->reason, NT_PLAN_TEXT_MAX);
	check_text(change->remedy, NT_PLAN_TEXT_MAX);
	check_text(change->owner, NT_PLAN_TEXT_MAX);
	check_text(change->origin, NT_PLAN_TEXT_MAX);
	assert(change->outcome < NT_OUTCOME_APPLIED && !change->journaled && !change->undo_seq);
	assert(change->outcome != NT_OUTCOME_PLANNED || change->wanted);
	assert(change->err >= 0 && !change->extack && !change->readback);
}

static json_t *write_settings(const struct nt_profile *profile)
{
	json_t *settings = json_array();

	for (size_t i = 0; i < profile->n_settings; i++) {
		const struct nt_setting *s = &profile->settings[i];

		assert(s->line == 1 && !strncmp(s->file, "f.json#/settings/", 17));
		assert(s->relation != NT_BELOW && s->key[0] && s->value[0]);
		json_array_append_new(settings, json_pack("{ss, ss, ss, ss, ss, ss}", "section",
							  s->section, "selector", s->selector,
							  "key", s->key, "relation",
							  nt_relation_sign(s->relation), "value",
							  s->value, "policy",
							  nt_policy_name(s->policy)));
	}
	return settings;
}

static json_t *write_devices(const struct nt_plan *plan)
{
	json_t *devices = json_object();

	for (size_t i = 0; i < plan->n_devices; i++)
		json_object_set_new(devices, plan->devices[i].name,
				    json_integer(plan->devices[i].ifindex));
	return devices;
}

static json_t *write_again(const struct nt_plan_file *file)
{
	json_t *root = nt_plan_json(&file->plan, "user", (const char *const *)file->profiles,
				    file->n_profiles, file->left_out, NULL);

	assert(root);
	json_object_set_new(root, "host", json_pack("{ss, ss, sI, so}", "boot_id", file->boot_id,
						    "netns", file->netns, "netns_cookie",
						    (json_int_t)file->netns_cookie, "devices",
						    write_devices(&file->plan)));
	json_object_set_new(root, "notes", json_array());
	json_object_set_new(root, "settings", write_settings(&file->profile));
	return root;
}

static void check_again(const struct nt_plan_file *file)
{
	json_t *first = write_again(file), *second;
	char *text = json_dumps(first, 0);
	struct nt_plan_file again;
	int r = nt_plan_json_parse(text, strlen(text), "f.json", &again, NULL);

	assert(r == 0);
	second = write_again(&again);
	assert(json_equal(first, second));
	free(text);
	json_decref(first);
	json_decref(second);
	nt_plan_file_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nt_diag diag = { 0 };
	struct nt_plan_file file;
	int r = nt_plan_json_parse((const char *)data, size, "f.json", &file, &diag);

	if (r < 0) {
		assert(r == -EINVAL || r == -E2BIG);
		assert(diag.err == -r && !strncmp(diag.message, "f.json", 6) &&
		       strchr(":#", diag.message[6]));
		assert(nt_utf8_ok(diag.message) || strlen(diag.message) == NT_DIAG_MAX - 1);
		return 0;
	}
	assert(!diag.err && file.plan.n_changes <= NT_PLAN_CHANGES_MAX);
	assert(strlen(file.boot_id) < sizeof(file.boot_id));
	for (size_t i = 0; i < file.plan.n_changes; i++)
		check_change(&file.plan.changes[i]);
	check_again(&file);
	nt_plan_file_free(&file);
	return 0;
}
