/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Profiles: what the operator wants. Parsing and merging only; no file is opened here.
 */
#ifndef NT_CORE_PROFILE_H
#define NT_CORE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nt_diag;
struct nt_facts;

/* libinih as Debian builds it cuts lines at 200 bytes; longer ones are refused, not cut. */
#define NT_PROFILE_LINE_MAX     198U
#define NT_PROFILE_BYTES_MAX    (1U << 20)
#define NT_PROFILE_SETTINGS_MAX 4096U
#define NT_PROFILE_SECTIONS_MAX 64U
#define NT_PROFILE_SELECTOR_MAX 64U
#define NT_PROFILE_INHERITS_MAX 16U
#define NT_PROFILE_NAME_MAX     64U
#define NT_PROFILE_DEPTH_MAX    16U

enum nt_policy {
	NT_POLICY_PREFER,  /* what the host refuses becomes a result */
	NT_POLICY_REQUIRE, /* a refusal undoes the whole transaction */
	NT_POLICY_IGNORE,  /* a refusal is not even counted */
};

enum nt_relation {
	NT_SET,      /* key = value */
	NT_AT_LEAST, /* key >= value: never lowers, element by element */
	NT_BELOW,    /* key < value: in [Match] only */
};

/**
 * struct nt_setting - one line of a profile
 * @section: "Sysctl"
 * @selector: what stands in quotes behind the section's name, or ""
 * @key: "net.core.rmem_max"
 * @value: as written, trimmed
 * @reason: the comment block directly above the line, joined with spaces; "" for none
 * @profile: name of the profile that the line is from
 * @file: path as opened
 * @line: 1-based
 * @column: 1-based column of the key
 * @value_column: 1-based column of the value
 * @policy: its section's OnUnsupported=, else its profile's
 * @policy_own: the section gave it, so that what a drop-in is laid over cannot change it
 *
 * Columns count bytes, a byte order mark not included, tabs as one.
 * Strings are owned by the struct nt_profile.
 */
struct nt_setting {
	char *section;
	char *selector;
	char *key;
	char *value;
	char *reason;
	char *profile;
	char *file;
	uint32_t line;
	uint32_t column;
	uint32_t value_column;
	enum nt_relation relation;
	enum nt_policy policy;
	bool policy_own;
};

/**
 * struct nt_profile - one parsed file, or several merged
 * @name: from [Profile] Name=, else the file's name without ".conf"
 * @description: [Profile] Description=, may be ""
 * @inherits: names in order; NULL-terminated, may be NULL
 * @inherits_line: where they stand
 * @policy: [Profile] OnUnsupported=
 * @policy_given: OnUnsupported= stands in the file
 * @name_given: Name= stands in the file
 * @settings: tunable settings in file order (sections other than Profile and Match)
 * @matches: lines of [Match], judged by nt_profile_matches()
 */
struct nt_profile {
	char *name;
	char *description;
	char *file;
	char **inherits;
	uint32_t inherits_line;
	enum nt_policy policy;
	bool policy_given;
	bool name_given;
	struct nt_setting *settings;
	size_t n_settings;
	struct nt_setting *matches;
	size_t n_matches;
};

/**
 * nt_profile_parse() - parse one file's bytes
 * @text: @len bytes, need not be terminated, may hold anything
 * @file: name for messages
 * @ret: filled on success only; free with nt_profile_free()
 *
 * Syntax, sections, duplicates, [Profile] and [Match] are judged here; keys and values of tunable
 * sections by their domain (struct nt_tunable's check).
 *
 * Return: 0, -EINVAL with "file:line:column: ..." in @diag, -E2BIG, -ENOMEM.
 */
int nt_profile_parse(const char *text, size_t len, const char *file, struct nt_profile *ret,
		     struct nt_diag *diag);

/**
 * nt_profile_merge() - lay @over on top of @base
 *
 * A setting of @over with the same section, selector and key replaces the one in @base. With
 * @strict two different values are an error naming both places: that is how profiles named side by
 * side are joined, while inheritance is not strict. Of two equal values the more demanding policy
 * stays. All lines of both [Match] must hold. Takes over @over's settings and matches, which leaves
 * it without any; on failure both are as they were.
 *
 * Return: 0, -EINVAL for a conflict, -E2BIG past NT_PROFILE_SETTINGS_MAX, -ENOMEM.
 */
int nt_profile_merge(struct nt_profile *base, struct nt_profile *over, bool strict,
		     struct nt_diag *diag);

/**
 * nt_profile_conflict() - do two profiles want different values of one key?
 *
 * Return: 0, -EINVAL with both places in @diag.
 */
int nt_profile_conflict(const struct nt_profile *base, const struct nt_profile *over,
			struct nt_diag *diag);

/* NT_FACTS_* groups that judging [Match] needs; 0 without a [Match]. */
uint32_t nt_profile_match_needs(const struct nt_profile *profile);

/**
 * nt_profile_matches() - does [Match] hold on this host?
 * @ret_why: buffer of @size bytes for which line does not hold, in words, when one does not
 *
 * Driver= and Speed= must hold for one and the same link.
 */
bool nt_profile_matches(const struct nt_profile *profile, const struct nt_facts *facts,
			char *ret_why, size_t size);

/**
 * nt_match_check() - is a line of [Match] well-formed?
 *
 * Return: 0, -EINVAL with "file:line:column: ..." in @diag.
 */
int nt_match_check(const struct nt_setting *line, struct nt_diag *diag);

/**
 * nt_profile_name_ok() - can this be a profile's name?
 *
 * Letters, digits and "._-+", the first a letter or digit, without "..": names are joined to paths.
 */
bool nt_profile_name_ok(const char *name);

const char *nt_relation_sign(enum nt_relation relation); /* "=", ">=", "<" */

void nt_setting_free(struct nt_setting *setting);

/* Leaves an empty profile behind. */
void nt_profile_free(struct nt_profile *profile);

/**
 * nt_suggest() - the candidate nearest to a misspelt word
 *
 * Return: a member of @candidates within a third of the word's length in edits, or NULL.
 */
const char *nt_suggest(const char *word, const char *const *candidates, size_t n);

#endif
