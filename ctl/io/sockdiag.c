// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sockets that wait on a local port: TCP in LISTEN, UDP bound and not connected, v4 and v6, by
 * inet_diag dumps. Four requests on one socket.
 */
#include "live.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <sys/socket.h>

#include "lib/cleanup.h"

static const struct {
	uint8_t family;
	uint8_t protocol;
	uint32_t states;
} requests[] = {
	{ AF_INET, IPPROTO_TCP, 1U << TCP_LISTEN },
	{ AF_INET6, IPPROTO_TCP, 1U << TCP_LISTEN },
	/* A UDP socket that is bound but not connected stands in state CLOSE. */
	{ AF_INET, IPPROTO_UDP, 1U << TCP_CLOSE },
	{ AF_INET6, IPPROTO_UDP, 1U << TCP_CLOSE },
};

struct dump {
	nt_io_listener_fn fn;
	void *user;
	uint8_t protocol;
	int err; /* what @fn stopped with */
};

static void free_socket_p(struct nl_sock **sk)
{
	nl_socket_free(*sk);
}

static int on_socket(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *head = nlmsg_hdr(msg);
	const struct inet_diag_msg *diag = nlmsg_data(head);
	struct dump *dump = arg;
	struct nt_io_listener listener;

	if (head->nlmsg_type != SOCK_DIAG_BY_FAMILY || dump->err ||
	    nlmsg_datalen(head) < (int)sizeof(*diag))
		return NL_OK;
	listener.protocol = dump->protocol;
	listener.port = ntohs(diag->id.idiag_sport);
	if (listener.port)
		dump->err = dump->fn(&listener, dump->user);
	return NL_OK;
}

/* A family or protocol that the kernel does not have has no listeners either. */
static int dump_family(struct nl_sock *sk, size_t i, struct dump *dump)
{
	struct inet_diag_req_v2 request = {
		.sdiag_family = requests[i].family,
		.sdiag_protocol = requests[i].protocol,
		.idiag_states = requests[i].states,
	};
	int r;

	dump->protocol = requests[i].protocol;
	r = nl_send_simple(sk, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, &request, sizeof(request));
	if (r >= 0)
		r = nl_recvmsgs_default(sk);
	if (r == -NLE_OBJ_NOTFOUND || r == -NLE_OPNOTSUPP || r == -NLE_DUMP_INTR)
		r = 0;
	return r < 0 ? -EIO : dump->err;
}

/**
 * nt_sockdiag_listeners() - ports somebody waits on, in the namespace in force
 * @fn: told of each; the same port may come several times
 * @user: passed on
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int nt_sockdiag_listeners(nt_io_listener_fn fn, void *user)
{
	nt_auto(free_socket_p) struct nl_sock *sk = nl_socket_alloc();
	struct dump dump = { .fn = fn, .user = user };
	int r = 0;

	if (!sk)
		return -ENOMEM;
	nl_socket_modify_cb(sk, NL_CB_VALID, NL_CB_CUSTOM, on_socket, &dump);
	if (nl_connect(sk, NETLINK_SOCK_DIAG) < 0)
		return -EPROTONOSUPPORT;
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]) && r == 0; i++)
		r = dump_family(sk, i, &dump);
	return r;
}
