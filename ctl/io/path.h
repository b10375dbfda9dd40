/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How packets find their way: namespaces, devices under devices, routes, TCP connections and
 * neighbours. Part of struct nt_io (io.h), in a table of its own.
 *
 * Addresses are text as inet_ntop() writes it; an IPv4 address that came in IPv6's clothes
 * (::ffff:192.0.2.7) is told as IPv4.
 */
#ifndef NT_IO_PATH_H
#define NT_IO_PATH_H

#include <stdbool.h>
#include <stdint.h>

struct nt_io;

#define NT_IO_ADDRESS_MAX 46U /* INET6_ADDRSTRLEN */

/* More namespaces than any host we know has; more is an error, not silence. */
#define NT_IO_NETNS_MAX 4096U

/**
 * struct nt_io_netns - a network namespace
 * @inode: what tells it from others while it lives
 * @name: "blue" of /run/netns/blue, else "pid 123" of a process in it; "" for the one in force
 * @path: where it can be opened; "" for the one in force
 */
struct nt_io_netns {
	uint64_t inode;
	char name[64];
	char path[96];
};

/**
 * struct nt_io_node - a device and what is below it
 * @lower_ifindex: IFLA_LINK: what it sits on, of a veth its peer; 0 none
 * @lower_nsid: by what number its namespace knows the one of @lower_ifindex; -1: the same
 * @remote: the other end of a tunnel, "" when there is none or it is not told
 */
struct nt_io_node {
	int ifindex;
	int master_ifindex;
	int lower_ifindex;
	int lower_nsid;
	bool carrier;
	const char *name;
	const char *kind;
	char remote[NT_IO_ADDRESS_MAX];
};

/**
 * struct nt_io_route - one next hop
 * @gateway: "" when the destination is on the link
 */
struct nt_io_route {
	int ifindex;
	char gateway[NT_IO_ADDRESS_MAX];
};

/**
 * struct nt_io_flow - a packet whose way is looked for
 * @local: source address, "" for any
 * @ifindex: device that the socket is bound to, 0 for none
 */
struct nt_io_flow {
	const char *remote;
	const char *local;
	uint16_t remote_port;
	uint16_t local_port;
	int ifindex;
};

/**
 * struct nt_io_tcp - a TCP socket
 * @cookie: the kernel's number for it, never given twice in one boot
 * @inode: of its file, as in /proc/PID/fd
 * @bytes_acked: that the other side confirmed, since the beginning
 * @bytes_received: since the beginning
 * @unacked: segments that are on their way, unconfirmed
 * @retransmits: how often the oldest of them was sent in vain
 */
struct nt_io_tcp {
	char local[NT_IO_ADDRESS_MAX];
	char remote[NT_IO_ADDRESS_MAX];
	uint16_t local_port;
	uint16_t remote_port;
	int ifindex;
	uint32_t inode;
	uint64_t cookie;
	uint64_t bytes_acked;
	uint64_t bytes_received;
	uint32_t unacked;
	uint32_t retransmits;
};

enum nt_io_tcp_state { NT_TCP_ESTABLISHED, NT_TCP_LISTENING };

enum nt_io_neighbour {
	NT_NEIGHBOUR_NONE,	/* not known, or does not answer */
	NT_NEIGHBOUR_ASKED,	/* was asked, has not answered yet */
	NT_NEIGHBOUR_KNOWN,	/* its address is remembered, nobody knows whether it still lives */
	NT_NEIGHBOUR_REACHABLE, /* answered lately */
	NT_NEIGHBOUR_FIXED,	/* set by hand or not needed: proves nothing */
};

/* Callbacks return 0 to go on, a negative errno to stop with it. */
typedef int (*nt_io_netns_fn)(const struct nt_io_netns *netns, void *user);
typedef int (*nt_io_node_fn)(const struct nt_io_node *node, void *user);
typedef int (*nt_io_route_fn)(const struct nt_io_route *route, void *user);
typedef int (*nt_io_tcp_fn)(const struct nt_io_tcp *tcp, void *user);

/**
 * struct nt_io_path_ops - every function returns 0 or a negative errno
 *
 * Those that take a namespace return -ENOENT when it is gone, -EPERM when we may not enter it.
 */
struct nt_io_path_ops {
	/* The one in force first, then all that have a name or a process, each once. */
	int (*namespaces)(struct nt_io *io, nt_io_netns_fn fn, void *user);
	/* The number by which @in knows @other; -ENOENT when it does not. */
	int (*nsid)(struct nt_io *io, const struct nt_io_netns *in,
		    const struct nt_io_netns *other, int *ret);
	int (*nodes)(struct nt_io *io, const struct nt_io_netns *netns, nt_io_node_fn fn,
		     void *user);
	/* Next hops of all default routes, v4 and v6, in all tables. */
	int (*default_routes)(struct nt_io *io, const struct nt_io_netns *netns,
			      nt_io_route_fn fn, void *user);
	/* Next hops that a flow may take; none when it does not leave the host. */
	int (*route_to)(struct nt_io *io, const struct nt_io_netns *netns,
			const struct nt_io_flow *flow, nt_io_route_fn fn, void *user);
	int (*tcp)(struct nt_io *io, const struct nt_io_netns *netns, enum nt_io_tcp_state state,
		   nt_io_tcp_fn fn, void *user);
	/* In the namespace in force. */
	int (*neighbour)(struct nt_io *io, int ifindex, const char *address,
			 enum nt_io_neighbour *ret);
	/* Has the kernel ask it now whether it lives. Sends ARP or neighbour solicitations only. */
	int (*neighbour_ask)(struct nt_io *io, int ifindex, const char *address);
	/* A clock that never jumps, and waiting by it. */
	uint64_t (*now_ms)(struct nt_io *io);
	void (*wait_ms)(struct nt_io *io, uint32_t ms);
};

/* The running host's. */
extern const struct nt_io_path_ops nt_io_path_live;

int nt_io_namespaces(struct nt_io *io, nt_io_netns_fn fn, void *user);
int nt_io_nsid(struct nt_io *io, const struct nt_io_netns *in, const struct nt_io_netns *other,
	       int *ret);
int nt_io_nodes(struct nt_io *io, const struct nt_io_netns *netns, nt_io_node_fn fn, void *user);
int nt_io_default_routes(struct nt_io *io, const struct nt_io_netns *netns, nt_io_route_fn fn,
			 void *user);
int nt_io_route_to(struct nt_io *io, const struct nt_io_netns *netns,
		   const struct nt_io_flow *flow, nt_io_route_fn fn, void *user);
int nt_io_tcp(struct nt_io *io, const struct nt_io_netns *netns, enum nt_io_tcp_state state,
	      nt_io_tcp_fn fn, void *user);
int nt_io_neighbour(struct nt_io *io, int ifindex, const char *address, enum nt_io_neighbour *ret);
int nt_io_neighbour_ask(struct nt_io *io, int ifindex, const char *address);
uint64_t nt_io_now_ms(struct nt_io *io);
void nt_io_wait_ms(struct nt_io *io, uint32_t ms);

#endif
