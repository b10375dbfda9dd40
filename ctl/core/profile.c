// SPDX-License-Identifier: GPL-2.0-or-later
/* Profiles as data: names, merging, freeing. Parsing is in profile_parse.c. See profile.h. */
#include "profile.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/diag.h"

/* Longer words are not worth a suggestion. */
#define WORD_MAX 128U

const char *nt_relation_sign(enum nt_relation relation)
{
	static const char *const signs[] = {
		[NT_SET] = "=",
		[NT_AT_LEAST] = ">=",
		[NT_BELOW] = "<",
	};

	return signs[relation];
}

bool nt_profile_name_ok(const char *name)
{
	size_t len = strlen(name);

	if (!len || len > NT_PROFILE_NAME_MAX || !isalnum((unsigned char)name[0]))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("._-+", name[i]))
			return false;
	return !strstr(name, "..");
}

void nt_setting_free(struct nt_setting *setting)
{
	free(setting->section);
	free(setting->selector);
	free(setting->key);
	free(setting->value);
	free(setting->reason);
	free(setting->profile);
	free(setting->file);
	memset(setting, 0, sizeof(*setting));
}

static void free_settings(struct nt_setting *settings, size_t n)
{
	for (size_t i = 0; i < n; i++)
		nt_setting_free(&settings[i]);
	free(settings);
}

void nt_profile_free(struct nt_profile *profile)
{
	if (!profile)
		return;

	for (size_t i = 0; profile->inherits && profile->inherits[i]; i++)
		free(profile->inherits[i]);
	free(profile->inherits);
	free(profile->name);
	free(profile->description);
	free(profile->file);
	free_settings(profile->settings, profile->n_settings);
	free_settings(profile->matches, profile->n_matches);
	memset(profile, 0, sizeof(*profile));
}

static struct nt_setting *find_same_key(const struct nt_profile *profile,
					const struct nt_setting *wanted)
{
	for (size_t i = 0; i < profile->n_settings; i++) {
		struct nt_setting *s = &profile->settings[i];

		if (!strcmp(s->key, wanted->key) && !strcmp(s->section, wanted->section) &&
		    !strcmp(s->selector, wanted->selector))
			return s;
	}
	return NULL;
}

/* The amount of white space between fields does not make a difference. */
static bool same_words(const char *a, const char *b)
{
	while (*a && *b) {
		if (isspace((unsigned char)*a) && isspace((unsigned char)*b)) {
			a += strspn(a, " \t");
			b += strspn(b, " \t");
		} else if (*a++ != *b++) {
			return false;
		}
	}
	return *a == *b;
}

static bool same_wish(const struct nt_setting *a, const struct nt_setting *b)
{
	return a->relation == b->relation && same_words(a->value, b->value);
}

int nt_profile_conflict(const struct nt_profile *base, const struct nt_profile *over,
			struct nt_diag *diag)
{
	for (size_t i = 0; i < over->n_settings; i++) {
		const struct nt_setting *b = &over->settings[i];
		const struct nt_setting *a = find_same_key(base, b);

		if (a && !same_wish(a, b))
			return nt_diag_err(diag, EINVAL,
					   "%s:%u:%u: %s %s %s conflicts with %s %s at %s:%u:%u",
					   b->file, b->line, b->column, b->key,
					   nt_relation_sign(b->relation), b->value,
					   nt_relation_sign(a->relation), a->value, a->file,
					   a->line, a->column);
	}
	return 0;
}

static int reserve(struct nt_setting **settings, size_t have, size_t more)
{
	struct nt_setting *grown;

	if (have + more > NT_PROFILE_SETTINGS_MAX)
		return -E2BIG;
	if (!more)
		return 0;

	grown = realloc(*settings, (have + more) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	*settings = grown;
	return 0;
}

static unsigned int demand(enum nt_policy policy)
{
	static const unsigned int demands[] = {
		[NT_POLICY_IGNORE] = 0,
		[NT_POLICY_PREFER] = 1,
		[NT_POLICY_REQUIRE] = 2,
	};

	return demands[policy];
}

static void replace_setting(struct nt_setting *old, struct nt_setting *setting, bool strict)
{
	enum nt_policy policy = old->policy;

	nt_setting_free(old);
	*old = *setting;
	if (strict && demand(policy) > demand(old->policy))
		old->policy = policy;
}

/* Room has been made: nothing here can fail. */
static void move_settings(struct nt_profile *base, struct nt_profile *over, bool strict)
{
	for (size_t i = 0; i < over->n_settings; i++) {
		struct nt_setting *old = find_same_key(base, &over->settings[i]);

		if (old)
			replace_setting(old, &over->settings[i], strict);
		else
			base->settings[base->n_settings++] = over->settings[i];
	}
	free(over->settings);
	over->settings = NULL;
	over->n_settings = 0;
}

static void move_matches(struct nt_profile *base, struct nt_profile *over)
{
	if (over->n_matches)
		memcpy(&base->matches[base->n_matches], over->matches,
		       over->n_matches * sizeof(*over->matches));
	base->n_matches += over->n_matches;
	free(over->matches);
	over->matches = NULL;
	over->n_matches = 0;
}

int nt_profile_merge(struct nt_profile *base, struct nt_profile *over, bool strict,
		     struct nt_diag *diag)
{
	int r;

	if (strict) {
		r = nt_profile_conflict(base, over, diag);
		if (r < 0)
			return r;
	}

	r = reserve(&base->settings, base->n_settings, over->n_settings);
	if (r == 0)
		r = reserve(&base->matches, base->n_matches, over->n_matches);
	if (r < 0)
		return nt_diag_err(diag, -r, "%s: %s, the limit is %u settings",
				   over->file ? over->file : "profile",
				   r == -E2BIG ? "too many settings" : "out of memory",
				   NT_PROFILE_SETTINGS_MAX);

	move_settings(base, over, strict);
	move_matches(base, over);
	return 0;
}

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int least = a < b ? a : b;

	return least < c ? least : c;
}

static bool same_letter(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/*
 * Edits (insert, delete, replace, swap neighbours) that lead from @a to @b, without regard to case.
 * Rows: [0] two letters of @a ago, [1] one letter ago, [2] now.
 */
static unsigned int edits(const char *a, size_t a_len, const char *b, size_t b_len)
{
	unsigned int rows[3][WORD_MAX + 1] = { 0 };

	for (unsigned int j = 0; j <= b_len; j++)
		rows[2][j] = j;

	for (unsigned int i = 1; i <= a_len; i++) {
		memcpy(rows[0], rows[1], sizeof(rows[0]));
		memcpy(rows[1], rows[2], sizeof(rows[1]));
		rows[2][0] = i;
		for (unsigned int j = 1; j <= b_len; j++) {
			bool same = same_letter(a[i - 1], b[j - 1]);
			unsigned int cost =
				min3(rows[1][j] + 1, rows[2][j - 1] + 1, rows[1][j - 1] + !same);

			if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) &&
			    same_letter(a[i - 2], b[j - 1]) && rows[0][j - 2] + 1 < cost)
				cost = rows[0][j - 2] + 1;
			rows[2][j] = cost;
		}
	}
	return rows[2][b_len];
}

const char *nt_suggest(const char *word, const char *const *candidates, size_t n)
{
	size_t word_len = strlen(word);
	unsigned int best = (unsigned int)(word_len / 3) + 1;
	const char *nearest = NULL;

	if (word_len > WORD_MAX)
		return NULL;

	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(candidates[i]);
		unsigned int distance;

		if (len > WORD_MAX)
			continue;
		distance = edits(word, word_len, candidates[i], len);
		if (distance < best) {
			best = distance;
			nearest = candidates[i];
		}
	}
	return nearest;
}
