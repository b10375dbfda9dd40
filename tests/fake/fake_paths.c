// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How packets find their way on a host in memory: namespaces, devices, routes, connections,
 * neighbours that answer after a while, and a clock that moves only while somebody waits.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_io.h"

static struct fake_paths *paths_of(struct nt_io *io)
{
	return &((struct fake_io *)io)->paths;
}

static void make_room(size_t n, size_t max)
{
	if (n < max)
		return;
	fprintf(stderr, "fake host: too many paths\n");
	abort();
}

static int enter(const struct fake_paths *paths, const struct nt_io_netns *netns)
{
	return netns->inode == paths->closed ? -EPERM : 0;
}

static int fake_namespaces(struct nt_io *io, nt_io_netns_fn fn, void *user)
{
	struct fake_paths *paths = paths_of(io);
	int r = 0;

	for (size_t i = 0; i < paths->n_netns && r == 0; i++)
		r = fn(&paths->netns[i], user);
	return r;
}

/* Every namespace knows every other by its inode plus 100. */
static int fake_nsid(struct nt_io *io, const struct nt_io_netns *in,
		     const struct nt_io_netns *other, int *ret)
{
	(void)io;
	(void)in;
	*ret = (int)other->inode + 100;
	return 0;
}

static int fake_nodes(struct nt_io *io, const struct nt_io_netns *netns, nt_io_node_fn fn,
		      void *user)
{
	struct fake_paths *paths = paths_of(io);
	int r = enter(paths, netns);

	for (size_t i = 0; i < paths->n_nodes && r == 0; i++)
		if (paths->nodes[i].netns == netns->inode)
			r = fn(&paths->nodes[i].node, user);
	return r;
}

static int tell_routes(struct fake_paths *paths, const struct nt_io_netns *netns, const char *to,
		       nt_io_route_fn fn, void *user)
{
	int r = enter(paths, netns);

	for (size_t i = 0; i < paths->n_routes && r == 0; i++)
		if (paths->routes[i].netns == netns->inode && !strcmp(paths->routes[i].to, to))
			r = fn(&paths->routes[i].route, user);
	return r;
}

static int fake_default_routes(struct nt_io *io, const struct nt_io_netns *netns,
			       nt_io_route_fn fn, void *user)
{
	return tell_routes(paths_of(io), netns, "", fn, user);
}

static bool has_route(const struct fake_paths *paths, uint64_t netns, const char *to)
{
	for (size_t i = 0; i < paths->n_routes; i++)
		if (paths->routes[i].netns == netns && !strcmp(paths->routes[i].to, to))
			return true;
	return false;
}

static int fake_route_to(struct nt_io *io, const struct nt_io_netns *netns,
			 const struct nt_io_flow *flow, nt_io_route_fn fn, void *user)
{
	struct fake_paths *paths = paths_of(io);
	bool own = has_route(paths, netns->inode, flow->remote);

	if (!own && !has_route(paths, netns->inode, ""))
		return -ENETUNREACH;
	return tell_routes(paths, netns, own ? flow->remote : "", fn, user);
}

static int fake_tcp_dump(struct nt_io *io, const struct nt_io_netns *netns,
			 enum nt_io_tcp_state state, nt_io_tcp_fn fn, void *user)
{
	struct fake_paths *paths = paths_of(io);
	int r = enter(paths, netns);

	for (size_t i = 0; i < paths->n_tcp && r == 0; i++)
		if (paths->tcp[i].netns == netns->inode &&
		    paths->tcp[i].listening == (state == NT_TCP_LISTENING))
			r = fn(&paths->tcp[i].tcp, user);
	return r;
}

static struct fake_neighbour *find_neighbour(struct fake_paths *paths, int ifindex,
					     const char *address)
{
	for (size_t i = 0; i < paths->n_neighbours; i++)
		if (paths->neighbours[i].ifindex == ifindex &&
		    !strcmp(paths->neighbours[i].address, address))
			return &paths->neighbours[i];
	return NULL;
}

static int fake_neighbour_state(struct nt_io *io, int ifindex, const char *address,
				enum nt_io_neighbour *ret)
{
	struct fake_paths *paths = paths_of(io);
	struct fake_neighbour *n = find_neighbour(paths, ifindex, address);

	*ret = n ? n->state : NT_NEIGHBOUR_NONE;
	if (n && n->state == NT_NEIGHBOUR_ASKED && n->answers_ms != UINT32_MAX &&
	    paths->now_ms >= n->asked_ms + n->answers_ms)
		*ret = n->state = NT_NEIGHBOUR_REACHABLE;
	return 0;
}

static int fake_neighbour_ask(struct nt_io *io, int ifindex, const char *address)
{
	struct fake_paths *paths = paths_of(io);
	struct fake_neighbour *n = find_neighbour(paths, ifindex, address);

	if (!n)
		return -ENETUNREACH;
	n->n_asked++;
	if (n->state != NT_NEIGHBOUR_FIXED)
		n->state = NT_NEIGHBOUR_ASKED;
	n->asked_ms = paths->now_ms;
	return 0;
}

static uint64_t fake_now_ms(struct nt_io *io)
{
	return paths_of(io)->now_ms;
}

static void fake_wait_ms(struct nt_io *io, uint32_t ms)
{
	struct fake_paths *paths = paths_of(io);

	paths->now_ms += ms;
	if (paths->on_wait)
		paths->on_wait((struct fake_io *)io);
}

const struct nt_io_path_ops fake_path_ops = {
	.namespaces = fake_namespaces,
	.nsid = fake_nsid,
	.nodes = fake_nodes,
	.default_routes = fake_default_routes,
	.route_to = fake_route_to,
	.tcp = fake_tcp_dump,
	.neighbour = fake_neighbour_state,
	.neighbour_ask = fake_neighbour_ask,
	.now_ms = fake_now_ms,
	.wait_ms = fake_wait_ms,
};

void fake_paths_init(struct fake_io *fake)
{
	fake->paths.now_ms = 1000000;
	fake_netns(fake, FAKE_OWN, "");
}

void fake_netns(struct fake_io *fake, uint64_t inode, const char *name)
{
	struct nt_io_netns *netns = &fake->paths.netns[fake->paths.n_netns];

	make_room(fake->paths.n_netns++, FAKE_NETNS_MAX);
	netns->inode = inode;
	snprintf(netns->name, sizeof(netns->name), "%s", name);
}

struct nt_io_node *fake_node(struct fake_io *fake, uint64_t netns, int ifindex, const char *name,
			     const char *kind)
{
	struct fake_node *node = &fake->paths.nodes[fake->paths.n_nodes];

	make_room(fake->paths.n_nodes++, FAKE_NODES_MAX);
	node->netns = netns;
	node->node = (struct nt_io_node){ .ifindex = ifindex,
					  .lower_nsid = -1,
					  .carrier = true,
					  .name = name,
					  .kind = kind };
	return &node->node;
}

void fake_lower(struct fake_io *fake, struct nt_io_node *node, uint64_t netns, int ifindex)
{
	(void)fake;
	node->lower_ifindex = ifindex;
	node->lower_nsid = (int)netns + 100;
}

void fake_route(struct fake_io *fake, uint64_t netns, const char *to, int ifindex,
		const char *gateway)
{
	struct fake_route *route = &fake->paths.routes[fake->paths.n_routes];

	make_room(fake->paths.n_routes++, FAKE_ROUTES_MAX);
	route->netns = netns;
	route->route.ifindex = ifindex;
	snprintf(route->to, sizeof(route->to), "%s", to);
	snprintf(route->route.gateway, sizeof(route->route.gateway), "%s", gateway);
}

struct nt_io_tcp *fake_tcp(struct fake_io *fake, uint64_t netns, uint16_t local_port,
			   const char *remote, uint32_t inode)
{
	struct fake_tcp *tcp = &fake->paths.tcp[fake->paths.n_tcp];

	make_room(fake->paths.n_tcp++, FAKE_TCP_MAX);
	tcp->netns = netns;
	tcp->listening = !remote[0];
	tcp->tcp = (struct nt_io_tcp){ .local_port = local_port,
				       .remote_port = 40000,
				       .inode = inode,
				       .cookie = fake->paths.n_tcp + 5000U };
	snprintf(tcp->tcp.remote, sizeof(tcp->tcp.remote), "%s", remote);
	return &tcp->tcp;
}

struct fake_neighbour *fake_neighbour(struct fake_io *fake, int ifindex, const char *address)
{
	struct fake_neighbour *n = &fake->paths.neighbours[fake->paths.n_neighbours];

	make_room(fake->paths.n_neighbours++, FAKE_NEIGHBOURS_MAX);
	n->ifindex = ifindex;
	n->state = NT_NEIGHBOUR_KNOWN;
	n->answers_ms = 10;
	snprintf(n->address, sizeof(n->address), "%s", address);
	return n;
}

void fake_holder(struct fake_io *fake, unsigned int pid, const char *comm, uint32_t inode)
{
	char path[96], target[64];

	snprintf(path, sizeof(path), "/proc/%u/comm", pid);
	fake_file(fake, path, comm);
	snprintf(path, sizeof(path), "/proc/%u/fd/%u", pid, inode);
	snprintf(target, sizeof(target), "socket:[%u]", inode);
	fake_file(fake, path, target)->kind = FAKE_LINK;
}
