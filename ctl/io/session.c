// SPDX-License-Identifier: GPL-2.0-or-later
/* TCP sockets of a namespace with their progress, by inet_diag dumps. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netlink/attr.h>
#include <string.h>

#include "lib/cleanup.h"
#include "reach.h"
#include "tcp_info.h"

/* include/net/tcp_states.h; the header that users get has only its own names for them. */
#define STATE_ESTABLISHED 1
#define STATE_LISTEN	  10

struct dump {
	nt_io_tcp_fn fn;
	void *user;
	int err; /* what @fn stopped with */
};

static int on_socket(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *head = nlmsg_hdr(msg);
	const struct inet_diag_msg *diag = nlmsg_data(head);
	struct nlattr *tb[INET_DIAG_MAX + 1];
	struct dump *dump = arg;
	struct nt_io_tcp tcp = { 0 };
	size_t len;

	if (head->nlmsg_type != SOCK_DIAG_BY_FAMILY || dump->err ||
	    nlmsg_parse(head, sizeof(*diag), tb, INET_DIAG_MAX, NULL) < 0)
		return NL_OK;
	len = diag->idiag_family == AF_INET6 ? 16 : 4;
	nt_reach_format(diag->id.idiag_src, len, tcp.local);
	nt_reach_format(diag->id.idiag_dst, len, tcp.remote);
	tcp.local_port = ntohs(diag->id.idiag_sport);
	tcp.remote_port = ntohs(diag->id.idiag_dport);
	tcp.ifindex = (int)diag->id.idiag_if;
	tcp.inode = diag->idiag_inode;
	tcp.cookie = (uint64_t)diag->id.idiag_cookie[1] << 32 | diag->id.idiag_cookie[0];
	if (tb[INET_DIAG_INFO])
		nt_tcp_info_read(nla_data(tb[INET_DIAG_INFO]),
				 (size_t)nla_len(tb[INET_DIAG_INFO]), &tcp);
	dump->err = dump->fn(&tcp, dump->user);
	return NL_OK;
}

static int dump_family(struct nl_sock *sk, int family, enum nt_io_tcp_state state,
		       struct dump *dump)
{
	nt_auto(nt_nl_msg_free_p) struct nl_msg *msg =
		nlmsg_alloc_simple(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP);
	struct inet_diag_req_v2 request = {
		.sdiag_family = (__u8)family,
		.sdiag_protocol = IPPROTO_TCP,
		.idiag_ext = 1U << (INET_DIAG_INFO - 1),
		.idiag_states = 1U << (state == NT_TCP_LISTENING ? STATE_LISTEN
								 : STATE_ESTABLISHED),
	};

	if (!msg || nlmsg_append(msg, &request, sizeof(request), NLMSG_ALIGNTO) < 0)
		return -ENOMEM;
	/* A family that the kernel does not have has no sockets either. */
	nt_reach_ask(sk, msg, on_socket, dump);
	return dump->err;
}

/* See struct nt_io_path_ops. */
int nt_live_tcp(struct nt_io *io, const struct nt_io_netns *netns, enum nt_io_tcp_state state,
		nt_io_tcp_fn fn, void *user)
{
	nt_auto(nt_nl_free_p) struct nl_sock *sk = NULL;
	struct dump dump = { .fn = fn, .user = user };
	int r = nt_reach_open(netns, NETLINK_SOCK_DIAG, &sk);

	(void)io;
	if (r == 0)
		r = dump_family(sk, AF_INET, state, &dump);
	return r == 0 ? dump_family(sk, AF_INET6, state, &dump) : r;
}
