// SPDX-License-Identifier: GPL-2.0-or-later
/* Netlink sockets into other namespaces. See reach.h. */
#include "reach.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "netns.h"

/* An inode may be given anew when a namespace is gone: what we open must be what was listed. */
static int open_netns(const struct nt_io_netns *netns)
{
	int fd = open(netns->path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return errno == EACCES ? -EPERM : -ENOENT;
	if (fstat(fd, &st) == 0 && st.st_ino == netns->inode)
		return fd;
	close(fd);
	return -ENOENT;
}

static int connect_new(int protocol, struct nl_sock **ret)
{
	struct nl_sock *sk = nl_socket_alloc();

	if (!sk)
		return -ENOMEM;
	if (nl_connect(sk, protocol) < 0) {
		nl_socket_free(sk);
		return -EPROTONOSUPPORT;
	}
	nl_socket_disable_auto_ack(sk);
	*ret = sk;
	return 0;
}

/* A socket belongs to the namespace that it was made in, for good. */
static int connect_in(int there, int protocol, struct nl_sock **ret)
{
	nt_autoclose int home = nt_netns_save();
	int r;

	if (home < 0)
		return home;
	if (setns(there, CLONE_NEWNET) < 0)
		return errno == EPERM ? -EPERM : -ENOENT;
	r = connect_new(protocol, ret);
	if (setns(home, CLONE_NEWNET) == 0)
		return r;
	if (r == 0)
		nl_socket_free(*ret);
	return -ENOTRECOVERABLE;
}

int nt_reach_open(const struct nt_io_netns *netns, int protocol, struct nl_sock **ret)
{
	nt_autoclose int there = -1;

	if (!netns || !netns->path[0])
		return connect_new(protocol, ret);
	there = open_netns(netns);
	return there < 0 ? there : connect_in(there, protocol, ret);
}

int nt_reach_ask(struct nl_sock *sk, struct nl_msg *request, nl_recvmsg_msg_cb_t fn, void *user)
{
	int r = nl_socket_modify_cb(sk, NL_CB_VALID, NL_CB_CUSTOM, fn, user);

	if (r >= 0)
		r = nl_send_auto(sk, request);
	if (r >= 0)
		r = nl_recvmsgs_default(sk);
	return r < 0 && r != -NLE_DUMP_INTR ? -ENETUNREACH : 0;
}

int nt_reach_family(const char *address)
{
	return strchr(address, ':') ? AF_INET6 : AF_INET;
}

int nt_reach_put(struct nl_msg *msg, int type, const char *address)
{
	int family = nt_reach_family(address);
	uint8_t bytes[16];

	if (inet_pton(family, address, bytes) != 1)
		return -EINVAL;
	return nla_put(msg, type, family == AF_INET ? 4 : 16, bytes) < 0 ? -ENOMEM : 0;
}

void nt_reach_format(const void *bytes, size_t len, char ret[NT_IO_ADDRESS_MAX])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	const uint8_t *p = bytes;

	ret[0] = '\0';
	if (len == 16 && !memcmp(p, mapped, sizeof(mapped)))
		inet_ntop(AF_INET, p + sizeof(mapped), ret, NT_IO_ADDRESS_MAX);
	else if (len == 16 || len == 4)
		inet_ntop(len == 16 ? AF_INET6 : AF_INET, p, ret, NT_IO_ADDRESS_MAX);
}

void nt_reach_text(const struct nlattr *attr, char ret[NT_IO_ADDRESS_MAX])
{
	static const uint8_t zeros[16];
	size_t len = attr ? (size_t)nla_len(attr) : 0;

	ret[0] = '\0';
	if ((len == 4 || len == 16) && memcmp(nla_data(attr), zeros, len) != 0)
		nt_reach_format(nla_data(attr), len, ret);
}

static uint64_t live_now_ms(struct nt_io *io)
{
	struct timespec ts;

	(void)io;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000U + (uint64_t)ts.tv_nsec / 1000000U;
}

static void live_wait_ms(struct nt_io *io, uint32_t ms)
{
	struct timespec ts = { .tv_sec = ms / 1000U, .tv_nsec = (long)(ms % 1000U) * 1000000L };

	(void)io;
	nanosleep(&ts, NULL);
}

const struct nt_io_path_ops nt_io_path_live = {
	.namespaces = nt_live_namespaces,
	.nsid = nt_live_nsid,
	.nodes = nt_live_nodes,
	.default_routes = nt_live_default_routes,
	.route_to = nt_live_route_to,
	.tcp = nt_live_tcp,
	.neighbour = nt_live_neighbour,
	.neighbour_ask = nt_live_neighbour_ask,
	.now_ms = live_now_ms,
	.wait_ms = live_wait_ms,
};
