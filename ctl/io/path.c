// SPDX-License-Identifier: GPL-2.0-or-later
/* How packets find their way: calls through the table. See path.h. */
#include "path.h"

#include "io.h"

int nt_io_namespaces(struct nt_io *io, nt_io_netns_fn fn, void *user)
{
	return io->ops->path->namespaces(io, fn, user);
}

int nt_io_nsid(struct nt_io *io, const struct nt_io_netns *in, const struct nt_io_netns *other,
	       int *ret)
{
	return io->ops->path->nsid(io, in, other, ret);
}

int nt_io_nodes(struct nt_io *io, const struct nt_io_netns *netns, nt_io_node_fn fn, void *user)
{
	return io->ops->path->nodes(io, netns, fn, user);
}

int nt_io_default_routes(struct nt_io *io, const struct nt_io_netns *netns, nt_io_route_fn fn,
			 void *user)
{
	return io->ops->path->default_routes(io, netns, fn, user);
}

int nt_io_route_to(struct nt_io *io, const struct nt_io_netns *netns,
		   const struct nt_io_flow *flow, nt_io_route_fn fn, void *user)
{
	return io->ops->path->route_to(io, netns, flow, fn, user);
}

int nt_io_tcp(struct nt_io *io, const struct nt_io_netns *netns, enum nt_io_tcp_state state,
	      nt_io_tcp_fn fn, void *user)
{
	return io->ops->path->tcp(io, netns, state, fn, user);
}

int nt_io_neighbour(struct nt_io *io, int ifindex, const char *address, enum nt_io_neighbour *ret)
{
	return io->ops->path->neighbour(io, ifindex, address, ret);
}

int nt_io_neighbour_ask(struct nt_io *io, int ifindex, const char *address)
{
	return io->ops->path->neighbour_ask(io, ifindex, address);
}

uint64_t nt_io_now_ms(struct nt_io *io)
{
	return io->ops->path->now_ms(io);
}

void nt_io_wait_ms(struct nt_io *io, uint32_t ms)
{
	io->ops->path->wait_ms(io, ms);
}
