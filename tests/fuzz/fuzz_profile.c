// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Profiles of any bytes. What parses has positions and single-line texts, and says the same when
 * it is printed and parsed again; what does not parse has words for it.
 */
#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void print_settings(FILE *f, const char *section, const struct nt_setting *settings,
			   size_t n)
{
	if (n)
		fprintf(f, "[%s]\n", section);
	for (size_t i = 0; i < n; i++) {
		const struct nt_setting *s = &settings[i];

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
	print_settings(f, "Match", p->matches, p->n_matches);
	print_settings(f, "Sysctl", p->settings, p->n_settings);
	fclose(f);
	return text;
}

static void check_same(const struct nt_setting *a, const struct nt_setting *b)
{
	assert(!strcmp(a->key, b->key) && !strcmp(a->value, b->value));
	assert(!strcmp(a->section, b->section) && a->relation == b->relation);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nt_profile p;
	struct nt_diag diag = { 0 };
	int r = nt_profile_parse((const char *)data, size, "f.conf", &p, &diag);

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
