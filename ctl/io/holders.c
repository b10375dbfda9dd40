// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who holds queues of a device: three dumps, each of which a kernel may not have.
 *
 * AF_XDP sockets come from sock_diag, which shows those of the namespace in force, and with Linux
 * 6.15 from the family "netdev", which shows all. RSS contexts can be listed since Linux 6.12;
 * before that they are searched for (contexts.h).
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/xdp_diag.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <string.h>
#include <sys/socket.h>

#include "contexts.h"
#include "ethioctl.h"
#include "ethnl.h"
#include "holders_parse.h"
#include "lib/cleanup.h"
#include "nic_live.h"
#include "nlreq.h"
#include "uapi_new.h"

/**
 * struct dump - what a dump is about, and where it goes
 * @ifindex: of the device
 */
struct dump {
	uint32_t ifindex;
	struct nt_nic_holders *holders;
};

static int on_queue(struct nlmsghdr *reply, void *user)
{
	const struct dump *dump = user;
	struct nlattr *attrs;
	int len = nt_nl_attrs(reply, GENL_HDRLEN, &attrs);

	return len < 0 ? len : nt_holders_parse_queue(attrs, len, dump->holders);
}

static int read_queues(struct dump *dump)
{
	nt_auto(nt_nl_socket_free_p) struct nl_sock *sk = NULL;
	nt_auto(nt_nl_msg_free_p) struct nl_msg *msg = nlmsg_alloc();
	struct nt_nl_answer answer;
	int family, r;

	if (!msg)
		return -ENOMEM;
	r = nt_nl_open(NETLINK_GENERIC, &sk);
	if (r < 0)
		return r;
	family = genl_ctrl_resolve(sk, NT_NETDEV_FAMILY_NAME);
	if (family < 0)
		return -EOPNOTSUPP;
	if (!genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, NLM_F_REQUEST | NLM_F_DUMP,
			 NT_NETDEV_CMD_QUEUE_GET, 1) ||
	    nla_put_u32(msg, NT_NETDEV_A_QUEUE_IFINDEX, dump->ifindex) < 0)
		return -ENOMEM;
	return nt_nl_ask(sk, msg, on_queue, dump, &answer);
}

static int on_socket(struct nlmsghdr *reply, void *user)
{
	const struct dump *dump = user;
	struct nlattr *attrs;
	int len;

	if (reply->nlmsg_type != SOCK_DIAG_BY_FAMILY)
		return 0;
	len = nt_nl_attrs(reply, NLMSG_ALIGN(sizeof(struct xdp_diag_msg)), &attrs);
	return len < 0 ? len
		       : nt_holders_parse_socket(attrs, len, dump->ifindex, dump->holders);
}

static int read_sockets(struct dump *dump)
{
	const struct xdp_diag_req request = {
		.sdiag_family = AF_XDP,
		.xdiag_show = XDP_SHOW_INFO | XDP_SHOW_UMEM,
	};
	nt_auto(nt_nl_socket_free_p) struct nl_sock *sk = NULL;
	nt_auto(nt_nl_msg_free_p) struct nl_msg *msg =
		nlmsg_alloc_simple(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP);
	struct nt_nl_answer answer;
	int r;

	if (!msg || nlmsg_append(msg, (void *)&request, sizeof(request), NLMSG_ALIGNTO) < 0)
		return -ENOMEM;
	r = nt_nl_open(NETLINK_SOCK_DIAG, &sk);
	return r < 0 ? r : nt_nl_ask(sk, msg, on_socket, dump, &answer);
}

static int on_context(struct nlmsghdr *reply, void *user)
{
	const struct dump *dump = user;
	struct nlattr *attrs;
	int len = nt_nl_attrs(reply, GENL_HDRLEN, &attrs);

	return len < 0 ? len : nt_holders_parse_context(attrs, len, dump->holders);
}

static int list_contexts(const char *dev, struct dump *dump)
{
	nt_auto(nt_ethnl_close) struct nt_ethnl ethnl = { .dev = dev, .what = "rss contexts" };
	int r = nt_ethnl_open(&ethnl, NT_ETHTOOL_MSG_RSS_GET, NT_ETHTOOL_A_RSS_HEADER, 0);

	if (r < 0)
		return r;
	nlmsg_hdr(ethnl.msg)->nlmsg_flags |= NLM_F_DUMP;
	r = nt_ethnl_ask(&ethnl, on_context, dump);
	/* Half of them is none. */
	if (r < 0 || ethnl.answer.interrupted) {
		dump->holders->n_contexts = 0;
		dump->holders->context_rings = 0;
		return r < 0 ? r : -EAGAIN;
	}
	return 0;
}

static int read_contexts(const char *dev, struct dump *dump)
{
	int r = list_contexts(dev, dump);

	return r < 0 ? nt_contexts_probe(nt_ethioctl, dev, dump->holders) : r;
}

/* See struct nt_nic_ops. */
int nt_holders_get(struct nt_io *io, const char *dev, struct nt_nic_holders *ret,
		   struct nt_diag *diag)
{
	struct nt_nic_holders holders = { 0 };
	struct dump dump = { .holders = &holders };

	(void)io;
	(void)diag;
	dump.ifindex = strlen(dev) < IFNAMSIZ ? if_nametoindex(dev) : 0;
	if (!dump.ifindex)
		return -ENODEV;
	/* What cannot be asked is not known, which must not keep the device from being tuned. */
	(void)read_queues(&dump);
	(void)read_sockets(&dump);
	holders.tells_contexts = read_contexts(dev, &dump) == 0;
	*ret = holders;
	return 0;
}
