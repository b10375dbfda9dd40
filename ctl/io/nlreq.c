// SPDX-License-Identifier: GPL-2.0-or-later
/* Netlink requests. See nlreq.h. */
#include "nlreq.h"

#include <errno.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "lib/cleanup.h"

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

/* The kernel answers before sendmsg() returns; this bounds what a bug could cost. */
#define ANSWER_TIMEOUT_S 10

/* Datagrams of one answer: a dump of all queues of the largest device takes a few dozen. */
#define DATAGRAMS_MAX 1024U

void nt_nl_socket_free_p(struct nl_sock **sk)
{
	nl_socket_free(*sk);
}

void nt_nl_msg_free_p(struct nl_msg **msg)
{
	nlmsg_free(*msg);
}

/* See nlreq.h. */
int nt_nl_open(int protocol, struct nl_sock **ret)
{
	static const struct timeval timeout = { .tv_sec = ANSWER_TIMEOUT_S };
	nt_auto(nt_nl_socket_free_p) struct nl_sock *sk = nl_socket_alloc();
	int fd, on = 1;

	if (!sk)
		return -ENOMEM;
	if (nl_connect(sk, protocol) < 0)
		return -EPROTONOSUPPORT;
	fd = nl_socket_get_fd(sk);
	/* Both only improve what an error says. */
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) < 0)
		return -errno;
	*ret = sk;
	sk = NULL;
	return 0;
}

/* The next datagram that the kernel sent; anybody may send to a netlink socket. */
static ssize_t receive(int fd, void *buf, size_t size)
{
	struct sockaddr_nl from;
	ssize_t n;

	for (unsigned int i = 0; i < DATAGRAMS_MAX; i++) {
		socklen_t from_len = sizeof(from);

		n = recvfrom(fd, buf, size, MSG_TRUNC, (struct sockaddr *)&from, &from_len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		if (from_len == sizeof(from) && from.nl_pid == 0)
			return (size_t)n > size ? -EMSGSIZE : n;
	}
	return -ETIMEDOUT;
}

/* See nlreq.h. */
int nt_nl_ask(struct nl_sock *sk, struct nl_msg *msg, nt_nl_reply_fn fn, void *user,
	      struct nt_nl_answer *ret)
{
	nt_autofree void *buf = malloc(NT_NL_RECEIVE_BYTES);
	ssize_t n;
	int r;

	*ret = (struct nt_nl_answer){ 0 };
	if (!buf)
		return -ENOMEM;
	if (nl_send_auto(sk, msg) < 0)
		return -EIO;
	for (unsigned int i = 0; i < DATAGRAMS_MAX && !ret->done; i++) {
		n = receive(nl_socket_get_fd(sk), buf, NT_NL_RECEIVE_BYTES);
		if (n < 0)
			return (int)n;
		r = nt_nl_take(buf, (size_t)n, nlmsg_hdr(msg)->nlmsg_seq, fn, user, ret);
		if (r < 0)
			return r;
	}
	return ret->done ? ret->err : -EBADMSG;
}

/* See nlreq.h. */
int nt_nl_attr_at(struct nl_msg *msg, int head_bytes, uint32_t offset)
{
	const char *byte = (const char *)nlmsg_hdr(msg) + offset;
	struct nlattr *attr;
	int rem;

	if (offset == 0)
		return 0;
	nlmsg_for_each_attr (attr, nlmsg_hdr(msg), head_bytes, rem)
		if (byte >= (const char *)attr &&
		    byte < (const char *)attr + nla_total_size(nla_len(attr)))
			return nla_type(attr);
	return 0;
}
