/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Netlink sockets into other network namespaces, and what the files of path.h's live table share.
 * Only they include this.
 */
#ifndef NT_IO_REACH_H
#define NT_IO_REACH_H

#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stddef.h>

#include "path.h"

struct nlattr;

static inline void nt_nl_free_p(struct nl_sock **sk)
{
	nl_socket_free(*sk);
}

static inline void nt_nl_msg_free_p(struct nl_msg **msg)
{
	nlmsg_free(*msg);
}

/**
 * nt_reach_open() - a netlink socket in @netns
 * @protocol: NETLINK_ROUTE, ...
 * @ret: free with nl_socket_free(); works from wherever we are
 *
 * Goes there and back.
 *
 * Return: 0; -ENOENT when the namespace is gone, -EPERM; -ENOTRECOVERABLE when there was no way
 * back: then nothing more may be done in this process.
 */
int nt_reach_open(const struct nt_io_netns *netns, int protocol, struct nl_sock **ret);

/**
 * nt_reach_ask() - send a request and hand every message of the answer to @fn
 * @request: with its flags set; stays the caller's
 * @fn: a libnl callback
 *
 * Return: 0 also when the dump was disturbed, -ENETUNREACH when the kernel refused.
 */
int nt_reach_ask(struct nl_sock *sk, struct nl_msg *request, nl_recvmsg_msg_cb_t fn, void *user);

/* The family of an address in text: AF_INET or AF_INET6. */
int nt_reach_family(const char *address);

/* Puts a text address as an attribute; -EINVAL when it is none. */
int nt_reach_put(struct nl_msg *msg, int type, const char *address);

/* An attribute of 4 or 16 bytes as text; "" when it is NULL, of another length, or all zeros. */
void nt_reach_text(const struct nlattr *attr, char ret[NT_IO_ADDRESS_MAX]);

/* Bytes as text, IPv4 in IPv6 as IPv4. @len is 4 or 16. */
void nt_reach_format(const void *bytes, size_t len, char ret[NT_IO_ADDRESS_MAX]);

/* Implementations of struct nt_io_path_ops: netspace.c, node.c, route.c, session.c, neigh.c. */
int nt_live_namespaces(struct nt_io *io, nt_io_netns_fn fn, void *user);
int nt_live_nsid(struct nt_io *io, const struct nt_io_netns *in, const struct nt_io_netns *other,
		 int *ret);
int nt_live_nodes(struct nt_io *io, const struct nt_io_netns *netns, nt_io_node_fn fn, void *user);
int nt_live_default_routes(struct nt_io *io, const struct nt_io_netns *netns, nt_io_route_fn fn,
			   void *user);
int nt_live_route_to(struct nt_io *io, const struct nt_io_netns *netns,
		     const struct nt_io_flow *flow, nt_io_route_fn fn, void *user);
int nt_live_tcp(struct nt_io *io, const struct nt_io_netns *netns, enum nt_io_tcp_state state,
		nt_io_tcp_fn fn, void *user);
int nt_live_neighbour(struct nt_io *io, int ifindex, const char *address,
		      enum nt_io_neighbour *ret);
int nt_live_neighbour_ask(struct nt_io *io, int ifindex, const char *address);

#endif
