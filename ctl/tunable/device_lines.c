// SPDX-License-Identifier: GPL-2.0-or-later
/* Which line of a profile holds for which device. See device_lines.h. */
#include "device_lines.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "core/facts.h"
#include "core/profile.h"
#include "lib/cleanup.h"

/* VLANs of VLANs of a bond: the kernel allows eight devices above each other (MAX_NEST_DEV). */
#define NEST_MAX 8U

/* What queues are told. Features, MTU and the like are a bond's or VLAN's own. */
static const char *const passed_on[] = {
	"Channels", "Rss", "RssKey", "RssHash", "RssFields", "IrqPlacement", "Xps", "XpsRxqs",
	"Rps", "Rfs",
};

static bool is_passed_on(const char *key)
{
	for (size_t i = 0; i < sizeof(passed_on) / sizeof(passed_on[0]); i++)
		if (!strcmp(passed_on[i], key))
			return true;
	return false;
}

bool nt_device_is_pattern(const char *selector)
{
	return strpbrk(selector, "*?[") != NULL;
}

const struct nt_setting *nt_device_setting(const struct nt_setting *settings, size_t n,
					   const char *key, const char *name)
{
	while (n--)
		if ((!key || !strcmp(settings[n].key, key)) &&
		    !fnmatch(settings[n].selector, name, 0))
			return &settings[n];
	return NULL;
}

/* Where a device stands among the links. */
struct place {
	int ifindex;
	size_t at;
};

/**
 * struct search - finding the lines
 * @places: of all links, ascending by index
 * @lines: found so far; a later line stands later in memory, too
 * @passes: the lines that are handed down, as those of @lines are without a key
 * @has_lower: a device that is above others
 */
struct search {
	const struct nt_facts *facts;
	struct place *places;
	const struct nt_setting **lines;
	const struct nt_setting **passes;
	bool *has_lower;
};

static int by_ifindex(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return x->ifindex < y->ifindex ? -1 : x->ifindex > y->ifindex;
}

/* The link's place, or SIZE_MAX. */
static size_t find(const struct search *s, int ifindex)
{
	const struct place key = { .ifindex = ifindex };
	const struct place *found = ifindex ? bsearch(&key, s->places, s->facts->n_links,
						      sizeof(key), by_ifindex) : NULL;

	return found ? found->at : SIZE_MAX;
}

static bool is_kind(const struct nt_link_fact *link, const char *kind)
{
	return !strcmp(link->kind, kind);
}

/* A device below that does not have a later line has this one. */
static void hand_down(struct search *s, size_t from, size_t to)
{
	s->has_lower[from] = true;
	if (s->passes[from] > s->passes[to])
		s->passes[to] = s->passes[from];
}

/* To all that the VLAN is above, VLANs again and at last what they are on. */
static void descend(struct search *s, size_t vlan)
{
	size_t at = vlan;

	for (unsigned int i = 0; i < NEST_MAX && is_kind(&s->facts->links[at], "vlan"); i++) {
		at = find(s, s->facts->links[at].lower_ifindex);
		if (at == SIZE_MAX)
			return;
		hand_down(s, vlan, at);
	}
}

/* From the bond or team that the device is a port of. */
static void ask_master(struct search *s, size_t port)
{
	size_t master = find(s, s->facts->links[port].master_ifindex);

	if (master != SIZE_MAX && (is_kind(&s->facts->links[master], "bond") ||
				   is_kind(&s->facts->links[master], "team")))
		hand_down(s, master, port);
}

static void name_lines(struct search *s, const struct nt_setting *settings, size_t n,
		       const char *key)
{
	for (size_t i = 0; i < s->facts->n_links; i++) {
		const struct nt_link_fact *link = &s->facts->links[i];

		s->places[i] = (struct place){ link->ifindex, i };
		if (strcmp(link->name, "lo") != 0)
			s->lines[i] = nt_device_setting(settings, n, key, link->name);
		for (size_t k = 0; s->lines[i] && k < n; k++)
			if (is_passed_on(settings[k].key) &&
			    (!key || !strcmp(key, settings[k].key)) &&
			    !fnmatch(settings[k].selector, link->name, 0))
				s->passes[i] = &settings[k];
	}
}

static void pass_on(struct search *s, const char *key)
{
	qsort(s->places, s->facts->n_links, sizeof(*s->places), by_ifindex);
	/* A VLAN may be on a bond, so that bonds come second. */
	for (size_t i = 0; i < s->facts->n_links; i++)
		descend(s, i);
	for (size_t i = 0; i < s->facts->n_links; i++)
		ask_master(s, i);
	for (size_t i = 0; i < s->facts->n_links; i++) {
		if (s->passes[i] > s->lines[i])
			s->lines[i] = s->passes[i];
		if (key && s->has_lower[i] && is_passed_on(key))
			s->lines[i] = NULL;
	}
}

int nt_device_lines(const struct nt_facts *facts, const struct nt_setting *settings, size_t n,
		    const char *key, const struct nt_setting ***ret)
{
	size_t n_links = facts->n_links + 1;
	nt_autofree struct place *places = calloc(n_links, sizeof(*places));
	nt_autofree const struct nt_setting **passes = calloc(n_links, sizeof(*passes));
	nt_autofree bool *has_lower = calloc(n_links, sizeof(*has_lower));
	struct search s = { facts, places, calloc(n_links, sizeof(*s.lines)), passes, has_lower };

	if (!places || !passes || !has_lower || !s.lines) {
		free(s.lines);
		return -ENOMEM;
	}
	name_lines(&s, settings, n, key);
	pass_on(&s, key);
	*ret = s.lines;
	return 0;
}
