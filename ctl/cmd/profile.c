// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl profile: which profiles there are, what one says, whether files are well-formed. */
#include "cmd.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/plan.h"
#include "core/profile.h"
#include "engine/load.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "lib/out.h"

#define SCHEMA "nettune.profile/1"

static void json_free_p(json_t **json)
{
	json_decref(*json);
}

#define autojson nt_auto(json_free_p)

/* Takes @root over; NULL is out of memory. */
static enum nt_exit print_json(json_t *root, enum nt_exit done, struct nt_diag *diag)
{
	if (nt_out_json(root) < 0) {
		nt_diag_err(diag, ENOMEM, "out of memory");
		return NT_EXIT_FAILED;
	}
	return done;
}

static json_t *entries_to_json(const struct nt_profile_entry *entries, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++) {
		const struct nt_profile_entry *e = &entries[i];
		json_t *object = json_pack("{s:s, s:s, s:s, s:s?}", "name", e->name, "description",
					   e->description, "file", e->file, "error", e->error);

		if (json_array_append_new(array, object) < 0) {
			json_decref(array);
			return NULL;
		}
	}
	return json_pack("{s:s, s:o}", "schema", SCHEMA, "profiles", array);
}

static void print_entries(const struct nt_profile_entry *entries, size_t n)
{
	int width = 0;

	for (size_t i = 0; i < n; i++)
		if ((int)strlen(entries[i].name) > width)
			width = (int)strlen(entries[i].name);
	for (size_t i = 0; i < n; i++) {
		const struct nt_profile_entry *e = &entries[i];

		printf("%-*s  %s\n", width, e->name, e->error ? "cannot be used:" : e->description);
		printf("%*s  %s\n", width, "", e->error ? e->error : e->file);
	}
}

static enum nt_exit run_list(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_profile_entry *entries;
	enum nt_exit code = NT_EXIT_DONE;
	size_t n;
	int r;

	if (call->n_args != 1) {
		nt_diag_err(diag, EINVAL, "profile list takes no arguments");
		return NT_EXIT_USAGE;
	}
	r = nt_list_profiles(call->io, &entries, &n, diag);
	if (r < 0)
		return nt_exit_for(r, diag);
	if (call->json)
		code = print_json(entries_to_json(entries, n), code, diag);
	else
		print_entries(entries, n);
	nt_profile_entries_free(entries, n);
	return code;
}

static json_t *setting_to_json(const struct nt_setting *s)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:i}", "section",
			 s->section, "selector", s->selector, "key", s->key, "relation",
			 nt_relation_sign(s->relation), "value", s->value, "policy",
			 nt_policy_name(s->policy), "reason", s->reason, "profile",
			 s->profile ? s->profile : "", "file", s->file, "line", (int)s->line,
			 "column", (int)s->column);
}

static json_t *settings_to_json(const struct nt_setting *settings, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		if (json_array_append_new(array, setting_to_json(&settings[i])) < 0) {
			json_decref(array);
			return NULL;
		}
	return array;
}

static json_t *profile_to_json(const struct nt_profile *profile)
{
	json_t *inherits = json_array();

	for (char **name = profile->inherits; name && *name; name++)
		json_array_append_new(inherits, json_string(*name));
	return json_pack("{s:s, s:{s:s, s:s, s:s, s:o, s:o, s:o}}", "schema", SCHEMA, "profile",
			 "name", profile->name, "description", profile->description, "file",
			 profile->file, "inherits", inherits, "match",
			 settings_to_json(profile->matches, profile->n_matches), "settings",
			 settings_to_json(profile->settings, profile->n_settings));
}

static void print_setting(const struct nt_setting *s, bool verbose)
{
	printf("%s %s %s\n", s->key, nt_relation_sign(s->relation), s->value);
	if (*s->reason)
		nt_out_wrapped(s->reason, 4);
	printf("    [%s:%u", s->file, s->line);
	if (verbose || s->policy != NT_POLICY_PREFER)
		printf(", %s", nt_policy_name(s->policy));
	printf("]\n");
}

/* Whose the settings from here on are, where that is another than before. */
static void print_section(const struct nt_setting *before, const struct nt_setting *s)
{
	if (before && !strcmp(before->section, s->section) &&
	    !strcmp(before->selector, s->selector))
		return;
	if (*s->selector)
		printf("[%s \"%s\"]\n", s->section, s->selector);
	else
		printf("[%s]\n", s->section);
}

static void print_profile(const struct nt_profile *profile, bool verbose)
{
	printf("%s%s%s\n", profile->name, profile->description[0] ? ": " : "",
	       profile->description);
	for (char **name = profile->inherits; name && *name; name++)
		printf("inherits %s\n", *name);
	for (size_t i = 0; i < profile->n_matches; i++) {
		printf("\n%s", i ? "" : "holds only where\n");
		print_setting(&profile->matches[i], false);
	}
	for (size_t i = 0; i < profile->n_settings; i++) {
		putchar('\n');
		print_section(i ? &profile->settings[i - 1] : NULL, &profile->settings[i]);
		print_setting(&profile->settings[i], verbose);
	}
}

static enum nt_exit run_show(const struct nt_call *call, struct nt_diag *diag)
{
	nt_auto(nt_profile_free) struct nt_profile profile = { 0 };
	int r;

	if (call->n_args != 2) {
		nt_diag_err(diag, EINVAL, "profile show takes one PROFILE");
		return NT_EXIT_USAGE;
	}
	r = nt_load_profile(call->io, call->args[1], &profile, diag);
	if (r < 0)
		return nt_exit_for(r, diag);
	if (call->json)
		return print_json(profile_to_json(&profile), NT_EXIT_DONE, diag);
	print_profile(&profile, call->verbose);
	return NT_EXIT_DONE;
}

/* Checks one; the first failure's code stays in @code. */
static json_t *check_one(const struct nt_call *call, const char *name, enum nt_exit *code)
{
	nt_auto(nt_profile_free) struct nt_profile profile = { 0 };
	struct nt_diag problem = { 0 };
	int r = nt_load_profile(call->io, name, &profile, &problem);

	if (r < 0 && *code == NT_EXIT_DONE)
		*code = nt_exit_for(r, &problem);
	fflush(stdout); /* keep the order of both streams */
	if (!call->json && r < 0)
		fprintf(stderr, "nettunectl: %s\n", problem.message);
	else if (!call->json && !call->quiet)
		printf("%s: well-formed, settings: %zu\n", name, profile.n_settings);
	return json_pack("{s:s, s:b, s:I, s:s?}", "name", name, "ok", r == 0, "settings",
			 (json_int_t)profile.n_settings, "error", r < 0 ? problem.message : NULL);
}

static enum nt_exit run_check(const struct nt_call *call, struct nt_diag *diag)
{
	enum nt_exit code = NT_EXIT_DONE;
	autojson json_t *checks = json_array();

	if (call->n_args < 2) {
		nt_diag_err(diag, EINVAL, "profile check takes one PROFILE or more");
		return NT_EXIT_USAGE;
	}
	for (size_t i = 1; i < call->n_args; i++)
		json_array_append_new(checks, check_one(call, call->args[i], &code));
	if (!call->json)
		return code;
	return print_json(json_pack("{s:s, s:O}", "schema", SCHEMA, "checks", checks), code, diag);
}

static enum nt_exit run(const struct nt_call *call, struct nt_diag *diag)
{
	static const struct {
		const char *name;
		enum nt_exit (*run)(const struct nt_call *call, struct nt_diag *diag);
	} verbs[] = {
		{ "list", run_list },
		{ "show", run_show },
		{ "check", run_check },
	};
	static const char *const names[] = { "list", "show", "check" };
	const char *nearest;

	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		if (!strcmp(verbs[i].name, call->args[0]))
			return verbs[i].run(call, diag);

	nearest = nt_suggest(call->args[0], names, sizeof(names) / sizeof(*names));
	nt_diag_err(diag, EINVAL, "profile: unknown verb %s, %s%s", call->args[0],
		    nearest ? "did you mean " : "there are list, show and check",
		    nearest ? nearest : "");
	return NT_EXIT_USAGE;
}

static const struct nt_option options[] = {
	{ NULL, NULL, NULL },
};

const struct nt_cmd nt_cmd_profile = {
	.name = "profile",
	.arguments = "list|show|check [PROFILE...]",
	.min_args = 1,
	.max_args = 64,
	.summary = "list, show and check profiles",
	.help = "list prints every profile of the search path, with what is wrong with those\n"
		"that cannot be used.\n"
		"\n"
		"show PROFILE prints the settings in effect after inheritance and drop-ins, each\n"
		"with the comment above it as its reason and the file and line it is from.\n"
		"\n"
		"check PROFILE... reads profiles or, for a word with '/', files, and reports the\n"
		"first error of each as file:line:column.\n",
	.options = options,
	.run = run,
};
