// SPDX-License-Identifier: GPL-2.0-or-later
/* [Match]: on which hosts a profile holds. See profile.h. */
#include "profile.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "lib/diag.h"

#define BIT(relation) (1U << (relation))

/**
 * struct match_key - a key of [Match]
 * @relations: which it takes
 * @groups: NT_FACTS_* that judging it needs
 * @values: what a value looks like, for messages
 * @value_ok: is the value well-formed?
 * @host_holds: judges a host, or
 * @link_holds: judges one link
 */
struct match_key {
	const char *name;
	unsigned int relations;
	uint32_t groups;
	const char *values;
	bool (*value_ok)(const char *value);
	bool (*host_holds)(const struct nt_setting *line, const struct nt_facts *facts);
	bool (*link_holds)(const struct nt_setting *line, const struct nt_facts *facts,
			   const struct nt_link_fact *link);
};

/* Digits only, at most @max; @ret_end is what follows. */
static bool read_number(const char *s, unsigned long max, unsigned long *ret, const char **ret_end)
{
	unsigned long n = 0;

	if (*s < '0' || *s > '9')
		return false;
	for (; *s >= '0' && *s <= '9'; s++) {
		n = n * 10 + (unsigned long)(*s - '0');
		if (n > max)
			return false;
	}
	*ret = n;
	*ret_end = s;
	return true;
}

/* "6" or "6.12"; @ret_minor is -1 for the first. */
static bool read_version(const char *s, unsigned long *ret_major, long *ret_minor)
{
	unsigned long minor;

	if (!read_number(s, 9999, ret_major, &s))
		return false;
	*ret_minor = -1;
	if (!*s)
		return true;
	if (*s != '.' || !read_number(s + 1, 9999, &minor, &s) || *s)
		return false;
	*ret_minor = (long)minor;
	return true;
}

static bool version_ok(const char *value)
{
	unsigned long major;
	long minor;

	return read_version(value, &major, &minor);
}

/* "10G", "2500M" or "10000" (Mbit/s). */
static bool read_speed(const char *s, unsigned long *ret_mbps)
{
	unsigned long n;

	if (!read_number(s, 100000000, &n, &s))
		return false;
	if (*s == 'G')
		n *= 1000;
	if (*s && strcmp(s, "G") && strcmp(s, "M"))
		return false;
	*ret_mbps = n;
	return true;
}

static bool speed_ok(const char *value)
{
	unsigned long mbps;

	return read_speed(value, &mbps) && mbps;
}

/* Words, a single '!' in front of all. */
static bool globs_ok(const char *value)
{
	return !strchr(value[0] == '!' ? value + 1 : value, '!') && strcmp(value, "!");
}

static bool compare(enum nt_relation relation, long long seen, long long wanted)
{
	if (relation == NT_AT_LEAST)
		return seen >= wanted;
	if (relation == NT_BELOW)
		return seen < wanted;
	return seen == wanted;
}

static bool kernel_holds(const struct nt_setting *line, const struct nt_facts *facts)
{
	unsigned long major = 0;
	long minor = -1;

	if (!read_version(line->value, &major, &minor))
		return false;
	if (minor < 0)
		return compare(line->relation, facts->kernel.major, (long long)major);
	return compare(line->relation, facts->kernel.major * 10000LL + facts->kernel.minor,
		       (long long)major * 10000 + minor);
}

/* One of the globs in @value fits @word; with a leading '!' none does. */
static bool globs_hold(const char *value, const char *word)
{
	char glob[NT_PROFILE_LINE_MAX + 1];
	bool negated = value[0] == '!';
	bool found = false;

	for (const char *s = value + negated; *s && !found; s += strspn(s, " \t")) {
		size_t len = strcspn(s, " \t");

		if (len < sizeof(glob)) {
			memcpy(glob, s, len);
			glob[len] = '\0';
			found = fnmatch(glob, word, 0) == 0;
		}
		s += len;
	}
	return found != negated;
}

static bool virtualization_holds(const struct nt_setting *line, const struct nt_facts *facts)
{
	return globs_hold(line->value, facts->kernel.virtualization);
}

static bool driver_holds(const struct nt_setting *line, const struct nt_facts *facts,
			 const struct nt_link_fact *link)
{
	(void)facts;
	return link->driver && link->driver[0] && globs_hold(line->value, link->driver);
}

static bool speed_holds(const struct nt_setting *line, const struct nt_facts *facts,
			const struct nt_link_fact *link)
{
	unsigned long mbps = 0;

	(void)facts;
	return link->speed_mbps && read_speed(line->value, &mbps) &&
	       compare(line->relation, link->speed_mbps, (long long)mbps);
}

/* The one role there is: carrying whoever operates this host. */
static bool role_ok(const char *value)
{
	return !strcmp(value + (value[0] == '!'), "management");
}

static bool role_holds(const struct nt_setting *line, const struct nt_facts *facts,
		       const struct nt_link_fact *link)
{
	return (nt_facts_management(facts, link->name) == NULL) == (line->value[0] == '!');
}

static const struct match_key keys[] = {
	{ "Kernel", BIT(NT_SET) | BIT(NT_AT_LEAST) | BIT(NT_BELOW), NT_FACTS_KERNEL,
	  "a version like 6.1", version_ok, kernel_holds, NULL },
	{ "Virtualization", BIT(NT_SET), NT_FACTS_KERNEL, "patterns like \"kvm container-*\"",
	  globs_ok, virtualization_holds, NULL },
	{ "Driver", BIT(NT_SET), NT_FACTS_LINKS, "patterns like \"ice mlx5*\"", globs_ok, NULL,
	  driver_holds },
	{ "Speed", BIT(NT_SET) | BIT(NT_AT_LEAST) | BIT(NT_BELOW), NT_FACTS_LINKS,
	  "a speed like 10G or 100M", speed_ok, NULL, speed_holds },
	{ "Role", BIT(NT_SET), NT_FACTS_LINKS | NT_FACTS_MANAGEMENT,
	  "management or !management", role_ok, NULL, role_holds },
};

#define N_KEYS (sizeof(keys) / sizeof(*keys))

static const struct match_key *find_key(const char *name)
{
	for (size_t i = 0; i < N_KEYS; i++)
		if (!strcmp(keys[i].name, name))
			return &keys[i];
	return NULL;
}

static int fail_key(const struct nt_setting *line, struct nt_diag *diag)
{
	const char *names[N_KEYS];
	const char *nearest;

	for (size_t i = 0; i < N_KEYS; i++)
		names[i] = keys[i].name;
	nearest = nt_suggest(line->key, names, N_KEYS);
	return nt_diag_err(diag, EINVAL, "%s:%u:%u: unknown key %s%s%s", line->file, line->line,
			   line->column, line->key, nearest ? ", did you mean " : "",
			   nearest ? nearest : "");
}

int nt_match_check(const struct nt_setting *line, struct nt_diag *diag)
{
	const struct match_key *key = find_key(line->key);

	if (!key)
		return fail_key(line, diag);
	if (!(key->relations & BIT(line->relation)))
		return nt_diag_err(diag, EINVAL, "%s:%u:%u: %s takes '=' only", line->file,
				   line->line, line->column, line->key);
	if (!key->value_ok(line->value))
		return nt_diag_err(diag, EINVAL, "%s:%u:%u: %s takes %s, not %s", line->file,
				   line->line, line->value_column, line->key, key->values,
				   line->value);
	return 0;
}

uint32_t nt_profile_match_needs(const struct nt_profile *profile)
{
	uint32_t groups = 0;

	for (size_t i = 0; i < profile->n_matches; i++) {
		const struct match_key *key = find_key(profile->matches[i].key);

		groups |= key ? key->groups : 0;
	}
	return groups;
}

/* Does @link meet every line about links? */
static bool meets_all(const struct nt_profile *profile, const struct nt_facts *facts,
		      const struct nt_link_fact *link)
{
	for (size_t i = 0; i < profile->n_matches; i++) {
		const struct match_key *key = find_key(profile->matches[i].key);

		if (key && key->link_holds && !key->link_holds(&profile->matches[i], facts, link))
			return false;
	}
	return true;
}

static bool any_link_meets_all(const struct nt_profile *profile, const struct nt_facts *facts)
{
	for (size_t i = 0; i < facts->n_links; i++)
		if (meets_all(profile, facts, &facts->links[i]))
			return true;
	return false;
}

static bool line_holds(const struct nt_setting *line, const struct nt_facts *facts)
{
	const struct match_key *key = find_key(line->key);

	if (!key || (facts->have & key->groups) != key->groups)
		return false;
	if (key->host_holds)
		return key->host_holds(line, facts);
	for (size_t i = 0; i < facts->n_links; i++)
		if (key->link_holds(line, facts, &facts->links[i]))
			return true;
	return false;
}

bool nt_profile_matches(const struct nt_profile *profile, const struct nt_facts *facts,
			char *ret_why, size_t size)
{
	for (size_t i = 0; i < profile->n_matches; i++) {
		const struct nt_setting *line = &profile->matches[i];

		if (line_holds(line, facts))
			continue;
		snprintf(ret_why, size, "%s:%u: %s%s%s does not hold here", line->file, line->line,
			 line->key, nt_relation_sign(line->relation), line->value);
		return false;
	}

	if (nt_profile_match_needs(profile) & NT_FACTS_LINKS &&
	    !any_link_meets_all(profile, facts)) {
		snprintf(ret_why, size, "%s: no link meets all lines of [Match] at once",
			 profile->file);
		return false;
	}
	return true;
}
