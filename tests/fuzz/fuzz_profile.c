// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Profiles of any bytes. What parses has positions and single-line texts, and says the same when
 * it is printed and parsed again; what does not parse has words for it. What stands behind a form
 * feed, which no profile may hold, is a second profile to be laid over the first.
 */
#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/device_glob.h"
#include "core/facts.h"
#include "core/profile.h"
#include "lib/diag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_setting(const struct nt_setting *s)
{
	assert(s->line >= 1 && s->column >= 1 && s->value_column > s->column);
	assert(s->key[0] && s->value[0] && s->section[0] && s->file && s->selector);
	assert(!strpbrk(s->key, "\r\n\t =<>:") && !strpbrk(s->value, "\r\n"));
	assert(!strpbrk(s->reason, "\r\n"));
	assert(strlen(s->key) + strlen(s->value) < NT_PROFILE_LINE_MAX);
}

/* Those of one section lie together. */
static void print_section(FILE *f, const struct nt_setting *s, const struct nt_setting *before)
{
	if (before && !strcmp(before->section, s->section) &&
	    !strcmp(before->selector, s->selector))
		return;
	fprintf(f, *s->selector ? "[%s \"%s\"]\n" : "[%s]\n", s->section, s->selector);
}

static void print_settings(FILE *f, const struct nt_setting *settings, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct nt_setting *s = &settings[i];

		print_section(f, s, i ? s - 1 : NULL);
		fprintf(f, "%s%s%s\n", s->key, nt_relation_sign(s->relation), s->value);
	}
}

static char *print(const struct nt_profile *p, size_t *ret_len)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, ret_len);

	assert(f);
	fprintf(f, "[Profile]\n");
	if (p->name_given)
		fprintf(f, "Name=%s\n", p->name);
	if (p->description[0])
		fprintf(f, "Description=%s\n", p->description);
	for (char **name = p->inherits; name && *name; name++)
		fprintf(f, "%s%s%s", name == p->inherits ? "Inherits=" : " ", *name,
			name[1] ? "" : "\n");
	print_settings(f, p->matches, p->n_matches);
	print_settings(f, p->settings, p->n_settings);
	fclose(f);
	return text;
}

static void check_same(const struct nt_setting *a, const struct nt_setting *b)
{
	assert(!strcmp(a->key, b->key) && !strcmp(a->value, b->value));
	assert(!strcmp(a->section, b->section) && a->relation == b->relation);
	assert(!strcmp(a->selector, b->selector));
}

static void check_again(const struct nt_profile *p)
{
	struct nt_profile again = { 0 };
	size_t len;
	char *text = print(p, &len);
	int r = nt_profile_parse(text, len, "f.conf", &again, NULL);

	free(text);
	assert(r == 0);
	assert(again.n_settings == p->n_settings && again.n_matches == p->n_matches);
	assert(!strcmp(again.name, p->name) && !strcmp(again.description, p->description));
	for (size_t i = 0; i < p->n_settings; i++)
		check_same(&p->settings[i], &again.settings[i]);
	for (size_t i = 0; i < p->n_matches; i++)
		check_same(&p->matches[i], &again.matches[i]);

	/* The same on top of itself is no conflict and adds nothing. */
	assert(nt_profile_merge(&again, &(struct nt_profile){ 0 }, true, NULL) == 0);
	assert(nt_profile_conflict(p, &again, NULL) == 0);
	nt_profile_free(&again);
}

static void check_match(const struct nt_profile *p)
{
	struct nt_link_fact link = { .driver = (char *)"ice", .speed_mbps = 10000 };
	struct nt_facts facts = {
		.have = NT_FACTS_KERNEL | NT_FACTS_LINKS,
		.kernel = { .major = 6, .minor = 12, .virtualization = "kvm" },
		.links = &link,
		.n_links = 1,
	};
	char why[64] = "";

	if (!nt_profile_matches(p, &facts, why, sizeof(why)))
		assert(why[0] && p->n_matches);
	assert(!nt_profile_match_needs(p) || p->n_matches);
}

static const struct nt_setting *find(const struct nt_profile *p, const struct nt_setting *s)
{
	for (size_t i = 0; i < p->n_settings; i++)
		if (!strcmp(p->settings[i].key, s->key) &&
		    !strcmp(p->settings[i].section, s->section) &&
		    !strcmp(p->settings[i].selector, s->selector))
			return &p->settings[i];
	return NULL;
}

/* Strictly only what agrees is joined; otherwise what lies on top wins. */
static void check_merge(struct nt_profile *base, struct nt_profile *over, bool strict)
{
	size_t n = base->n_settings + over->n_settings, n_matches = base->n_matches;
	int conflict = nt_profile_conflict(base, over, NULL);
	char *value = over->n_settings ? strdup(over->settings[0].value) : NULL;
	struct nt_setting first = over->n_settings ? over->settings[0] : (struct nt_setting){ 0 };
	int r = nt_profile_merge(base, over, strict, NULL);

	assert(r == (strict ? conflict : 0));
	if (r == 0) {
		assert(base->n_settings <= n && base->n_matches >= n_matches);
		assert(!over->n_settings && !over->n_matches);
		assert(!value || !strcmp(find(base, &first)->value, value));
	}
	free(value);
}

static void check_two(const char *text, size_t size, bool strict)
{
	const char *feed = memchr(text, '\f', size);
	size_t len = feed ? (size_t)(feed - text) : 0;
	struct nt_profile base = { 0 }, over = { 0 };

	if (feed && nt_profile_parse(text, len, "a.conf", &base, NULL) == 0 &&
	    nt_profile_parse(feed + 1, size - len - 1, "b.conf", &over, NULL) == 0)
		check_merge(&base, &over, strict);
	nt_profile_free(&base);
	nt_profile_free(&over);
}

/* A device that can be called so is one that a section can be for. */
static void check_name(const uint8_t *data, size_t size)
{
	char name[32];
	size_t len = size < sizeof(name) ? size : sizeof(name) - 1, at;

	memcpy(name, data, len);
	name[len] = '\0';
	if (nt_device_name_check(name) || strpbrk(name, "*?[]\\"))
		return;
	assert(!nt_device_glob_check(name, &at));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nt_profile p;
	struct nt_diag diag = { 0 };
	int r = nt_profile_parse((const char *)data, size, "f.conf", &p, &diag);

	check_name(data, size);
	check_two((const char *)data, size, true);
	check_two((const char *)data, size, false);
	if (r < 0) {
		assert(r == -EINVAL || r == -E2BIG);
		assert(diag.err == -r && !strncmp(diag.message, "f.conf:", 7));
		return 0;
	}
	assert(!diag.err);
	for (size_t i = 0; i < p.n_settings; i++)
		check_setting(&p.settings[i]);
	for (size_t i = 0; i < p.n_matches; i++)
		check_setting(&p.matches[i]);
	check_match(&p);
	check_again(&p);
	nt_profile_free(&p);
	return 0;
}
