// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The management set. PURE. See manage.h.
 *
 * Members are found in the order of a breadth-first search, so that a reason is as short as it can
 * be. Each names the member that it was found from, whose reason is complete by then.
 */
#include "manage.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Arrays grow to a power of two; their count alone tells how large they are. */
#define GROW_FIRST 16U

/* Kinds whose packets travel inside others, by a way that the device itself does not tell. */
static const char *const tunnels[] = {
	"wireguard", "vxlan",	"geneve", "gre",  "gretap", "erspan", "ip6gre", "ip6gretap",
	"ip6erspan", "ipip",	"sit",	  "ip6tnl", "vti",  "vti6",   "xfrm",	"bareudp",
	"amt",	     "tun",	"ppp",	  "l2tp",   "ovpn", "gtp",
};

/* Kinds that come in pairs, each the other's IFLA_LINK. */
static const char *const pairs[] = { "veth", "netkit" };

/**
 * struct search - a search in progress
 * @members: found so far; those before @done were looked at
 * @up: the member was only reached from below: what else is below it is no business of ours
 * @found: by index of the node
 * @only: the one path that counts, or NULL
 */
struct search {
	const struct nt_manage_view *view;
	const struct nt_path *only;
	struct nt_member *members;
	bool *up;
	bool *found;
	size_t n;
};

static bool is_one_of(const char *kind, const char *const *kinds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(kind, kinds[i]))
			return true;
	return false;
}

#define IS_ONE_OF(kind, kinds) is_one_of(kind, kinds, sizeof(kinds) / sizeof((kinds)[0]))

static const struct nt_node *find_node(const struct nt_manage_view *view, uint64_t netns,
				       int ifindex)
{
	for (size_t i = 0; i < view->n_nodes; i++)
		if (view->nodes[i].ifindex == ifindex && view->nodes[i].netns == netns)
			return &view->nodes[i];
	return NULL;
}

/* NULL when it was found before, or is none of ours. */
static struct nt_member *add(struct search *s, const struct nt_node *node)
{
	struct nt_member *member;

	if (!node || s->found[node - s->view->nodes])
		return NULL;
	s->found[node - s->view->nodes] = true;
	s->up[s->n] = false;
	member = &s->members[s->n++];
	member->node = node;
	member->reason[0] = '\0';
	return member;
}

/* "is a port of bond0, which has the default route"; what does not fit is cut. */
static void add_because(struct search *s, const struct nt_node *node, const char *relation,
			const struct nt_member *of)
{
	struct nt_member *member = add(s, node);
	int n;

	if (!member)
		return;
	n = snprintf(member->reason, sizeof(member->reason), "%s %s, which %s", relation,
		     of->node->name, of->reason);
	if (n >= (int)sizeof(member->reason))
		memcpy(member->reason + sizeof(member->reason) - 4, "...", 4);
}

static void reason_of_path(const struct nt_path *path, char *buf, size_t size)
{
	if (path->kind == NT_PATH_SESSION)
		snprintf(buf, size, "carries the SSH session from %s", path->remote);
	else if (path->kind == NT_PATH_STORAGE)
		snprintf(buf, size, "leads to the storage at %s", path->remote);
	else
		snprintf(buf, size, "has the default route%s%s", path->gateway[0] ? " via " : "",
			 path->gateway);
}

/* Default routes of other namespaces matter only when something of ours runs through these. */
static bool is_seed(const struct search *s, const struct nt_path *path)
{
	if (s->only)
		return path == s->only;
	return path->kind == NT_PATH_SESSION || path->kind == NT_PATH_STORAGE ||
	       (path->kind == NT_PATH_DEFAULT && path->netns == s->view->own);
}

static void add_seeds(struct search *s)
{
	for (size_t i = 0; i < s->view->n_paths; i++) {
		const struct nt_path *path = &s->view->paths[i];
		struct nt_member *member;

		if (!is_seed(s, path))
			continue;
		member = add(s, find_node(s->view, path->netns, path->ifindex));
		if (member)
			reason_of_path(path, member->reason, sizeof(member->reason));
	}
}

static void add_defaults_of(struct search *s, uint64_t netns, const char *relation,
			    const struct nt_member *of)
{
	for (size_t i = 0; i < s->view->n_paths; i++) {
		const struct nt_path *path = &s->view->paths[i];

		if (path->kind == NT_PATH_DEFAULT && path->netns == netns)
			add_because(s, find_node(s->view, netns, path->ifindex), relation, of);
	}
}

/* Where a tunnel's endpoint cannot be had, its packets most likely take the default route. */
static void add_underlay(struct search *s, const struct nt_member *of)
{
	size_t before = s->n;

	for (size_t i = 0; i < s->view->n_paths; i++) {
		const struct nt_path *path = &s->view->paths[i];

		if (path->kind == NT_PATH_UNDERLAY && path->netns == of->node->netns &&
		    path->tunnel == of->node->ifindex)
			add_because(s, find_node(s->view, path->netns, path->ifindex),
				    "carries the tunnel", of);
	}
	if (s->n == before)
		add_defaults_of(s, of->node->netns, "may carry the tunnel", of);
}

static void add_ports(struct search *s, const struct nt_member *of)
{
	for (size_t i = 0; i < s->view->n_nodes; i++) {
		const struct nt_node *node = &s->view->nodes[i];

		if (node->netns == of->node->netns && node->master == of->node->ifindex)
			add_because(s, node, "is a port of", of);
	}
}

/*
 * The internal ports of Open vSwitch do not tell their switch, its other ports have the device
 * "ovs-system" as master, whichever bridge they are in: all of them count.
 */
static void add_openvswitch(struct search *s, const struct nt_member *of)
{
	for (size_t i = 0; i < s->view->n_nodes; i++) {
		const struct nt_node *node = &s->view->nodes[i];
		const struct nt_node *master =
			node->master ? find_node(s->view, node->netns, node->master) : NULL;

		if (node->netns == of->node->netns && master &&
		    !strcmp(master->kind, "openvswitch"))
			add_because(s, node, "is a port of the Open vSwitch of", of);
	}
}

/* A packet that comes out of the other end is bridged there, or routed. */
static void add_behind_pair(struct search *s, const struct nt_node *peer,
			    const struct nt_member *of)
{
	if (peer->master)
		add_because(s, find_node(s->view, peer->netns, peer->master), "bridges the peer of",
			    of);
	add_defaults_of(s, peer->netns, "is on the way of", of);
}

static void add_lower(struct search *s, const struct nt_member *of)
{
	const struct nt_node *lower =
		of->node->lower ? find_node(s->view, of->node->lower_netns, of->node->lower) : NULL;
	bool pair = IS_ONE_OF(of->node->kind, pairs);

	if (!lower)
		return;
	add_because(s, lower, pair ? "is the peer of" : "is below", of);
	if (pair)
		add_behind_pair(s, lower, of);
}

/* A device with a route of its own and a master belongs to a VRF: packets pass both. */
static void add_master(struct search *s, const struct nt_member *of)
{
	const struct nt_node *master =
		of->node->master ? find_node(s->view, of->node->netns, of->node->master) : NULL;
	size_t before = s->n;

	if (!master || strcmp(master->kind, "vrf") != 0)
		return;
	add_because(s, master, "is the VRF of", of);
	if (s->n > before)
		s->up[before] = true;
}

static void grow(struct search *s)
{
	for (size_t done = 0; done < s->n; done++) {
		const struct nt_member *member = &s->members[done];

		if (s->up[done])
			continue;
		add_lower(s, member);
		add_ports(s, member);
		add_master(s, member);
		if (!strcmp(member->node->kind, "openvswitch"))
			add_openvswitch(s, member);
		if (IS_ONE_OF(member->node->kind, tunnels))
			add_underlay(s, member);
	}
}

/* See manage.h. */
int nt_manage_find(const struct nt_manage_view *view, const struct nt_path *only,
		   struct nt_member **ret, size_t *ret_n)
{
	struct search s = { .view = view, .only = only };

	/* A node is a member once: the arrays never move while reasons refer to each other. */
	s.members = calloc(view->n_nodes + 1, sizeof(*s.members));
	s.up = calloc(view->n_nodes + 1, sizeof(*s.up));
	s.found = calloc(view->n_nodes + 1, sizeof(*s.found));
	if (s.members && s.up && s.found) {
		add_seeds(&s);
		grow(&s);
	}
	free(s.found);
	free(s.up);
	if (!s.members || !s.up || !s.found) {
		free(s.members);
		return -ENOMEM;
	}
	*ret = s.members;
	*ret_n = s.n;
	return 0;
}

/* See manage.h. */
const struct nt_member *nt_manage_member(const struct nt_manage_view *view,
					 const struct nt_member *members, size_t n,
					 const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (members[i].node->netns == view->own && !strcmp(members[i].node->name, name))
			return &members[i];
	return NULL;
}

/* Makes room for one more of @size bytes in an array of @n. */
static int make_room(void **array, size_t n, size_t size, size_t max)
{
	size_t room = n < GROW_FIRST ? GROW_FIRST : 2 * n;
	void *p;

	if (n >= max)
		return -EOVERFLOW;
	if (n != 0 && (n < GROW_FIRST || (n & (n - 1)) != 0))
		return 0;
	p = realloc(*array, room * size);
	if (!p)
		return -ENOMEM;
	*array = p;
	return 0;
}

/* See manage.h. */
int nt_manage_add_path(struct nt_manage_view *view, const struct nt_path *path)
{
	int r = make_room((void **)&view->paths, view->n_paths, sizeof(*path),
			  NT_MANAGE_PATHS_MAX);

	if (r == 0)
		view->paths[view->n_paths++] = *path;
	return r;
}

/* See manage.h. */
int nt_manage_add_node(struct nt_manage_view *view, const struct nt_node *node)
{
	int r = make_room((void **)&view->nodes, view->n_nodes, sizeof(*node),
			  NT_MANAGE_NODES_MAX);

	if (r == 0)
		view->nodes[view->n_nodes++] = *node;
	return r;
}

void nt_manage_view_free(struct nt_manage_view *view)
{
	free(view->paths);
	free(view->nodes);
	*view = (struct nt_manage_view){ 0 };
}
