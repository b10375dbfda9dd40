// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading a plan's JSON back. Nothing in it is trusted: it decides what root writes. No file is
 * opened here, so that the fuzzer gets at everything. See plan_json.h.
 */
#include "plan_json.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

#define SCHEMA "nettune.plan/1"

/* The greatest number that the kernel returns as an error (include/linux/err.h). */
#define ERRNO_MAX 4095

#define PLACE_MAX 64U

/**
 * struct place - the value being read
 * @file: for messages
 * @pointer: to the object or array that holds it, "/changes/3", "" at the top
 * @json: that object or array
 */
struct place {
	const char *file;
	char pointer[PLACE_MAX];
	const json_t *json;
	struct nt_diag *diag;
};

static int wrong(const struct place *at, const char *member, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* @member may be NULL: the object itself is wrong. */
static int wrong(const struct place *at, const char *member, const char *format, ...)
{
	char words[NT_DIAG_MAX / 2];
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	return nt_diag_err(at->diag, EINVAL, "%s: %s%s%s: %s", at->file, at->pointer,
			   member || !*at->pointer ? "/" : "", member ? member : "", words);
}

static bool is_one_of(const char *name, const char *const *names)
{
	while (*names && strcmp(*names, name) != 0)
		names++;
	return *names;
}

/* All of @required are there, and nothing but them; @optional may be there or not, or be NULL. */
static int check_members(const struct place *at, const char *const *required, const char *optional)
{
	void *i;

	if (!json_is_object(at->json))
		return wrong(at, NULL, "not an object");
	for (const char *const *name = required; *name; name++)
		if (!json_object_get(at->json, *name))
			return wrong(at, *name, "missing");
	for (i = json_object_iter((json_t *)at->json); i;
	     i = json_object_iter_next((json_t *)at->json, i)) {
		const char *name = json_object_iter_key(i);

		if (!is_one_of(name, required) && (!optional || strcmp(name, optional) != 0))
			return wrong(at, nt_utf8_ok(name) ? name : NULL, "unknown member");
	}
	return 0;
}

/* @json is a string of fewer than @max bytes that can be shown. */
static int check_text(const struct place *at, const char *member, const json_t *json, size_t max)
{
	if (!json_is_string(json))
		return wrong(at, member, "not a string");
	if (json_string_length(json) >= max)
		return wrong(at, member, "longer than %zu bytes", max - 1);
	if (!nt_utf8_ok(json_string_value(json)))
		return wrong(at, member, "has characters in it that cannot be shown");
	return 0;
}

static int get_text(const struct place *at, const char *member, size_t max, const char **ret)
{
	const json_t *json = json_object_get(at->json, member);
	int r = check_text(at, member, json, max);

	if (r == 0)
		*ret = json_string_value(json);
	return r;
}

static int copy_text(const struct place *at, const char *member, char *buf, size_t size)
{
	const char *text;
	int r = get_text(at, member, size, &text);

	if (r == 0)
		memcpy(buf, text, strlen(text) + 1);
	return r;
}

static int get_number(const struct place *at, const char *member, json_int_t max, json_int_t *ret)
{
	const json_t *json = json_object_get(at->json, member);

	if (!json_is_integer(json))
		return wrong(at, member, "not an integer");
	if (json_integer_value(json) < 0 || json_integer_value(json) > max)
		return wrong(at, member, "not from 0 to %lld", (long long)max);
	*ret = json_integer_value(json);
	return 0;
}

/* A string of an array, for messages "/profiles/2". */
static int dup_item(const struct place *at, size_t i, char **ret)
{
	const json_t *json = json_array_get(at->json, i);
	char index[24];
	int r;

	snprintf(index, sizeof(index), "%zu", i);
	r = check_text(at, index, json, NT_PLAN_TEXT_MAX);
	if (r < 0)
		return r;
	*ret = strdup(json_string_value(json));
	return *ret ? 0 : -ENOMEM;
}

/* @ret has room for @max strings and the NULL behind them. */
static int get_strings(const struct place *top, const char *member, size_t max, char **ret)
{
	struct place at = *top;

	at.json = json_object_get(top->json, member);
	snprintf(at.pointer, sizeof(at.pointer), "/%s", member);
	if (!json_is_array(at.json))
		return wrong(&at, NULL, "not an array");
	if (json_array_size(at.json) > max)
		return wrong(&at, NULL, "more than %zu", max);
	for (size_t i = 0; i < json_array_size(at.json); i++) {
		int r = dup_item(&at, i, &ret[i]);

		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- changes ---- */

static const char *const change_members[] = {
	"domain", "target", "tunable", "seen", "wanted", "phase", "disruptive", "kept", "policy",
	"reason", "outcome", "remedy", "owner", "origin", "errno", "extack", "readback",
	"management", NULL,
};

/**
 * struct text_member - a string of a change
 * @offset: of its pointer in struct nt_change
 * @max: bytes, with the terminator
 * @nullable: may be null, which is a NULL pointer
 */
struct text_member {
	const char *name;
	size_t offset;
	size_t max;
	bool nullable;
};

#define TEXT(name, max, nullable) { #name, offsetof(struct nt_change, name), max, nullable }

static const struct text_member text_members[] = {
	TEXT(target, NT_PLAN_NAME_MAX, false),
	TEXT(tunable, NT_PLAN_NAME_MAX, false),
	TEXT(seen, NT_VALUE_MAX, true),
	TEXT(wanted, NT_VALUE_MAX, true),
	TEXT(reason, NT_PLAN_TEXT_MAX, true),
	TEXT(remedy, NT_PLAN_TEXT_MAX, true),
	TEXT(owner, NT_PLAN_TEXT_MAX, true),
	TEXT(origin, NT_PLAN_TEXT_MAX, true),
	TEXT(management, NT_PLAN_TEXT_MAX, true),
};

/* Only of changes for which it says something. */
#define INSTEAD_OF "instead_of"

static const struct text_member instead_of = TEXT(instead_of, NT_VALUE_MAX, true);

/* Of a plan that was carried out; here they say nothing. */
static const char *const result_members[] = { "extack", "readback", NULL };

static int get_text_member(const struct place *at, const struct text_member *m,
			   struct nt_change *change)
{
	char **to = (char **)((char *)change + m->offset);
	const char *text;
	int r;

	if (m->nullable && json_is_null(json_object_get(at->json, m->name)))
		return 0;
	r = get_text(at, m->name, m->max, &text);
	if (r < 0)
		return r;
	*to = strdup(text);
	return *to ? 0 : -ENOMEM;
}

static int get_texts(const struct place *at, struct nt_change *change)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(text_members) / sizeof(*text_members); i++)
		r = get_text_member(at, &text_members[i], change);
	if (r == 0 && json_object_get(at->json, INSTEAD_OF))
		r = get_text_member(at, &instead_of, change);
	for (const char *const *name = result_members; r == 0 && *name; name++)
		if (!json_is_null(json_object_get(at->json, *name)))
			r = wrong(at, *name, "not null: this plan was carried out already");
	return r;
}

static int get_domain(const struct place *at, struct nt_change *change)
{
	const char *name;
	int r = get_text(at, "domain", NT_PLAN_NAME_MAX, &name);

	if (r < 0)
		return r;
	change->domain = nt_tunable_find(name);
	return change->domain ? 0 : wrong(at, "domain", "%s is not known here", name);
}

static int get_phase(const struct place *at, struct nt_change *change)
{
	const char *name;
	int r = get_text(at, "phase", NT_PLAN_NAME_MAX, &name);

	if (r == 0 && nt_phase_parse(name, &change->phase) < 0)
		r = wrong(at, "phase", "%s is not known here", name);
	return r;
}

static int get_policy(const struct place *at, struct nt_change *change)
{
	const char *name;
	int r = get_text(at, "policy", NT_PLAN_NAME_MAX, &name);

	if (r == 0 && nt_policy_parse(name, &change->policy) < 0)
		r = wrong(at, "policy", "%s is not known here", name);
	return r;
}

static int get_outcome(const struct place *at, struct nt_change *change)
{
	const char *name;
	int r = get_text(at, "outcome", NT_PLAN_NAME_MAX, &name);

	if (r < 0)
		return r;
	if (nt_outcome_parse(name, &change->outcome) < 0)
		return wrong(at, "outcome", "%s is not known here", name);
	if (change->outcome >= NT_OUTCOME_APPLIED)
		return wrong(at, "outcome", "%s: this plan was carried out already", name);
	if (change->outcome == NT_OUTCOME_PLANNED && !change->wanted)
		return wrong(at, "wanted", "null, but outcome is planned");
	return 0;
}

static int get_numbers(const struct place *at, struct nt_change *change)
{
	const json_t *disruptive = json_object_get(at->json, "disruptive");
	const json_t *kept = json_object_get(at->json, "kept");
	json_int_t err = 0;
	int r = get_number(at, "errno", ERRNO_MAX, &err);

	if (r < 0)
		return r;
	if (!json_is_boolean(disruptive))
		return wrong(at, "disruptive", "not true or false");
	if (!json_is_boolean(kept))
		return wrong(at, "kept", "not true or false");
	change->err = (int)err;
	change->disruptive = json_is_true(disruptive);
	change->kept = json_is_true(kept);
	return 0;
}

static int fill_change(const struct place *at, struct nt_change *change)
{
	static int (*const readers[])(const struct place *at, struct nt_change *change) = {
		get_domain, get_texts, get_phase, get_policy, get_outcome, get_numbers,
	};
	int r = check_members(at, change_members, INSTEAD_OF);

	for (size_t i = 0; r == 0 && i < sizeof(readers) / sizeof(*readers); i++)
		r = readers[i](at, change);
	return r;
}

static int get_changes(const struct place *top, struct nt_plan *plan)
{
	const json_t *array = json_object_get(top->json, "changes");
	struct place at = *top;
	int r = 0;

	if (!json_is_array(array))
		return wrong(top, "changes", "not an array");
	if (json_array_size(array) > NT_PLAN_CHANGES_MAX)
		return wrong(top, "changes", "more than %u", NT_PLAN_CHANGES_MAX);
	for (size_t i = 0; r == 0 && i < json_array_size(array); i++) {
		struct nt_change change = { .outcome = NT_OUTCOME_PLANNED };

		at.json = json_array_get(array, i);
		snprintf(at.pointer, sizeof(at.pointer), "/changes/%zu", i);
		r = fill_change(&at, &change);
		if (r == 0 && !change.kept)
			r = nt_plan_add(plan, &change);
		/* Nobody agrees to what is only kept: it is whatever is there then. */
		if (r < 0 || change.kept)
			nt_change_free(&change);
	}
	return r;
}

/* ---- settings ---- */

static const char *const setting_members[] = {
	"section", "selector", "key", "relation", "value", "policy", NULL,
};

/**
 * struct line - a setting as text; strings are the document's
 */
struct line {
	const char *section;
	const char *selector;
	const char *key;
	const char *relation;
	const char *value;
	const char *policy;
};

static int get_line(const struct place *at, struct line *ret)
{
	const char **members[] = {
		&ret->section, &ret->selector, &ret->key, &ret->relation, &ret->value, &ret->policy,
	};
	int r = check_members(at, setting_members, NULL);

	for (size_t i = 0; r == 0 && setting_members[i]; i++)
		r = get_text(at, setting_members[i], NT_PROFILE_LINE_MAX, members[i]);
	return r;
}

/* Whatever a member tries to be besides, it would not read back the same. */
static bool is_only(const struct nt_profile *profile, const struct line *line)
{
	const struct nt_setting *s = profile->settings;

	return profile->n_settings == 1 && !profile->n_matches &&
	       !strcmp(s->section, line->section) && !strcmp(s->selector, line->selector) &&
	       !strcmp(s->key, line->key) && !strcmp(s->value, line->value) &&
	       !strcmp(nt_relation_sign(s->relation), line->relation) &&
	       !strcmp(nt_policy_name(s->policy), line->policy);
}

/* The limits and rules of a profile's text hold because it is parsed as one. */
static int parse_line(const struct place *at, const struct line *line, struct nt_profile *ret)
{
	const char *quote = *line->selector ? "\"" : "";
	char *text;
	int len, r;

	len = asprintf(&text, "[%s%s%s%s%s]\nOnUnsupported=%s\n%s%s%s\n", line->section,
		       *quote ? " " : "", quote, line->selector, quote, line->policy, line->key,
		       line->relation, line->value);
	if (len < 0)
		return -ENOMEM;
	r = nt_profile_parse(text, (size_t)len, at->pointer, ret, NULL);
	free(text);
	if (r == -ENOMEM)
		return r;
	if (r < 0 || !is_only(ret, line)) {
		if (r == 0)
			nt_profile_free(ret);
		return wrong(at, NULL, "not a setting that a profile could have");
	}
	return 0;
}

/* Messages about a setting point into the document: "FILE#/settings/3/value:1:COLUMN". */
static int place_setting(const struct place *at, struct nt_setting *s)
{
	char *file;

	if (asprintf(&file, "%s#%s/value", at->file, at->pointer) < 0)
		return -ENOMEM;
	free(s->file);
	s->file = file;
	s->line = s->column = s->value_column = 1;
	return 0;
}

static int get_setting(const struct place *at, struct nt_profile *profile)
{
	struct nt_profile one = { .n_settings = 0 };
	struct line line;
	int r = get_line(at, &line);

	if (r == 0)
		r = parse_line(at, &line, &one);
	if (r < 0)
		return r;
	r = place_setting(at, &one.settings[0]);
	if (r == 0)
		r = nt_profile_merge(profile, &one, true, at->diag);
	nt_profile_free(&one);
	return r;
}

static int get_settings(const struct place *top, struct nt_profile *profile)
{
	const json_t *array = json_object_get(top->json, "settings");
	struct place at = *top;
	int r = 0;

	if (!json_is_array(array))
		return wrong(top, "settings", "not an array");
	if (json_array_size(array) > NT_PROFILE_SETTINGS_MAX)
		return wrong(top, "settings", "more than %u", NT_PROFILE_SETTINGS_MAX);
	for (size_t i = 0; r == 0 && i < json_array_size(array); i++) {
		at.json = json_array_get(array, i);
		snprintf(at.pointer, sizeof(at.pointer), "/settings/%zu", i);
		r = get_setting(&at, profile);
	}
	return r;
}

/* ---- the rest ---- */

static const char *const top_members[] = {
	"schema", "backend", "profiles", "left_out", "notes", "host", "settings", "changes",
	"summary", NULL,
};

static const char *const host_members[] = { "boot_id", "netns", "netns_cookie", "devices",
						     NULL };

static int check_backend(const struct place *top)
{
	static const char *const backends[] = { "user", "kernel", "none", NULL };
	const char *name;
	int r = get_text(top, "backend", NT_PLAN_NAME_MAX, &name);

	if (r == 0 && !is_one_of(name, backends))
		r = wrong(top, "backend", "%s is not known here", name);
	return r;
}

/* Numbers by outcome. They are for readers: striking a change out does not make them wrong. */
static int check_summary(const struct place *top)
{
	const char *names[NT_OUTCOME_UNDONE + 2] = { NULL };
	struct place at = *top;
	json_int_t ignored;
	int r;

	for (unsigned int i = 0; i <= NT_OUTCOME_UNDONE; i++)
		names[i] = nt_outcome_name((enum nt_outcome)i);
	at.json = json_object_get(top->json, "summary");
	snprintf(at.pointer, sizeof(at.pointer), "/summary");
	r = check_members(&at, names, NULL);
	for (size_t i = 0; r == 0 && names[i]; i++)
		r = get_number(&at, names[i], NT_PLAN_CHANGES_MAX, &ignored);
	return r;
}

static int get_devices(const struct place *host, struct nt_plan *plan)
{
	json_t *devices = json_object_get(host->json, "devices"), *value;
	struct place at = *host;
	const char *name;
	int r = 0;

	if (!json_is_object(devices))
		return wrong(host, "devices", "not an object");
	at.json = devices;
	snprintf(at.pointer, sizeof(at.pointer), "/host/devices");
	json_object_foreach(devices, name, value) {
		struct nt_plan_device device = { 0 };
		json_int_t ifindex = json_integer_value(value);

		if (strlen(name) >= sizeof(device.name))
			return wrong(&at, NULL, "a name that no device can have");
		if (ifindex < 1 || ifindex > INT32_MAX)
			return wrong(&at, NULL, "not the index of a device");
		snprintf(device.name, sizeof(device.name), "%s", name);
		device.ifindex = (int)ifindex;
		r = nt_plan_add_device(plan, &device);
		if (r < 0)
			return r == -ENOMEM ? r : wrong(&at, NULL, "too many");
	}
	return 0;
}

/* null: made from recorded facts, or by somebody who could not tell. */
static int get_host(const struct place *top, struct nt_plan_file *ret)
{
	struct place at = *top;
	json_int_t cookie = 0;
	int r;

	at.json = json_object_get(top->json, "host");
	if (json_is_null(at.json))
		return 0;
	snprintf(at.pointer, sizeof(at.pointer), "/host");
	r = check_members(&at, host_members, NULL);
	if (r == 0)
		r = copy_text(&at, "boot_id", ret->boot_id, sizeof(ret->boot_id));
	if (r == 0)
		r = copy_text(&at, "netns", ret->netns, sizeof(ret->netns));
	if (r == 0)
		r = get_number(&at, "netns_cookie", INT64_MAX, &cookie);
	ret->netns_cookie = (uint64_t)cookie;
	return r == 0 ? get_devices(&at, &ret->plan) : r;
}

static int check_kind(const struct place *top)
{
	const char *schema = json_string_value(json_object_get(top->json, "schema"));

	if (!schema || strcmp(schema, SCHEMA) != 0)
		return wrong(top, "schema", "not " SCHEMA);
	if (json_object_get(top->json, "txn"))
		return wrong(top, "txn", "this plan was carried out already");
	if (!json_object_get(top->json, "host"))
		return wrong(top, "host", "missing: only what 'plan --json' prints can be applied");
	return check_members(top, top_members, NULL);
}

static int parse_document(const struct place *top, struct nt_plan_file *ret)
{
	int r = check_kind(top);

	if (r == 0)
		r = check_backend(top);
	if (r == 0)
		r = get_strings(top, "profiles", NT_JOURNAL_NAMES_MAX, ret->profiles);
	if (r == 0)
		r = get_strings(top, "left_out", NT_PLAN_LEFT_OUT_MAX, ret->left_out);
	if (r == 0)
		r = get_host(top, ret);
	if (r == 0)
		r = get_settings(top, &ret->profile);
	if (r == 0)
		r = get_changes(top, &ret->plan);
	return r == 0 ? check_summary(top) : r;
}

/* See plan_json.h. */
int nt_plan_json_parse(const char *text, size_t len, const char *file, struct nt_plan_file *ret,
		       struct nt_diag *diag)
{
	struct nt_plan_file plan_file = { .n_profiles = 0 };
	struct place top = { .file = file, .diag = diag };
	json_error_t error;
	json_t *root;
	int r;

	if (len > NT_PLAN_JSON_BYTES_MAX)
		return nt_diag_err(diag, E2BIG, "%s: more than %u bytes", file,
				   NT_PLAN_JSON_BYTES_MAX);
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (!root) {
		/* It quotes what it does not understand. */
		nt_utf8_mask(error.text);
		return nt_diag_err(diag, EINVAL, "%s:%d:%d: %s", file, error.line, error.column,
				   error.text);
	}
	top.json = root;
	r = parse_document(&top, &plan_file);
	json_decref(root);
	if (r < 0) {
		nt_plan_file_free(&plan_file);
		return nt_diag_err(diag, -r, "%s: %s", file, strerror(-r));
	}
	while (plan_file.profiles[plan_file.n_profiles])
		plan_file.n_profiles++;
	*ret = plan_file;
	return 0;
}

void nt_plan_file_free(struct nt_plan_file *plan_file)
{
	nt_plan_free(&plan_file->plan);
	nt_profile_free(&plan_file->profile);
	for (size_t i = 0; plan_file->profiles[i]; i++)
		free(plan_file->profiles[i]);
	for (size_t i = 0; plan_file->left_out[i]; i++)
		free(plan_file->left_out[i]);
	memset(plan_file, 0, sizeof(*plan_file));
}
