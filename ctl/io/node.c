// SPDX-License-Identifier: GPL-2.0-or-later
/* Devices of a namespace and what they sit on, by an RTM_GETLINK dump. */
#include <errno.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "reach.h"

#define DATA_MAX 64 /* more than the last attribute of any tunnel below */

/* Where each kind of tunnel tells its other end. */
static const struct {
	const char *kind;
	int remote;
	int remote6;
} tunnels[] = {
	{ "vxlan", IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6 },
	{ "geneve", IFLA_GENEVE_REMOTE, IFLA_GENEVE_REMOTE6 },
	{ "gre", IFLA_GRE_REMOTE, IFLA_GRE_REMOTE },
	{ "gretap", IFLA_GRE_REMOTE, IFLA_GRE_REMOTE },
	{ "erspan", IFLA_GRE_REMOTE, IFLA_GRE_REMOTE },
	{ "ip6gre", IFLA_GRE_REMOTE, IFLA_GRE_REMOTE },
	{ "ip6gretap", IFLA_GRE_REMOTE, IFLA_GRE_REMOTE },
	{ "ip6erspan", IFLA_GRE_REMOTE, IFLA_GRE_REMOTE },
	{ "ipip", IFLA_IPTUN_REMOTE, IFLA_IPTUN_REMOTE },
	{ "sit", IFLA_IPTUN_REMOTE, IFLA_IPTUN_REMOTE },
	{ "ip6tnl", IFLA_IPTUN_REMOTE, IFLA_IPTUN_REMOTE },
	{ "vti", IFLA_VTI_REMOTE, IFLA_VTI_REMOTE },
	{ "vti6", IFLA_VTI_REMOTE, IFLA_VTI_REMOTE },
};

struct dump {
	nt_io_node_fn fn;
	void *user;
	int err; /* what @fn stopped with */
};

static uint32_t u32_or_0(const struct nlattr *attr)
{
	return attr && nla_len(attr) >= (int)sizeof(uint32_t) ? nla_get_u32(attr) : 0;
}

static const char *string_or_empty(const struct nlattr *attr)
{
	const char *s = attr ? nla_data(attr) : "";

	return attr && (nla_len(attr) < 1 || s[nla_len(attr) - 1] != '\0') ? "" : s;
}

static void find_remote(struct nlattr *data, struct nt_io_node *node)
{
	struct nlattr *tb[DATA_MAX + 1];

	if (!data || nla_parse_nested(tb, DATA_MAX, data, NULL) < 0)
		return;
	for (size_t i = 0; i < sizeof(tunnels) / sizeof(tunnels[0]); i++) {
		if (strcmp(tunnels[i].kind, node->kind) != 0)
			continue;
		nt_reach_text(tb[tunnels[i].remote], node->remote);
		if (!node->remote[0])
			nt_reach_text(tb[tunnels[i].remote6], node->remote);
	}
}

static void fill_kind(struct nlattr *linkinfo, struct nt_io_node *node)
{
	struct nlattr *tb[IFLA_INFO_MAX + 1];

	if (!linkinfo || nla_parse_nested(tb, IFLA_INFO_MAX, linkinfo, NULL) < 0)
		return;
	node->kind = string_or_empty(tb[IFLA_INFO_KIND]);
	find_remote(tb[IFLA_INFO_DATA], node);
}

static int on_link(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *head = nlmsg_hdr(msg);
	const struct ifinfomsg *info = nlmsg_data(head);
	struct nlattr *tb[IFLA_MAX + 1];
	struct dump *dump = arg;
	struct nt_io_node node = { .lower_nsid = -1, .kind = "" };

	if (head->nlmsg_type != RTM_NEWLINK || dump->err ||
	    nlmsg_parse(head, sizeof(*info), tb, IFLA_MAX, NULL) < 0)
		return NL_OK;
	node.ifindex = info->ifi_index;
	node.name = string_or_empty(tb[IFLA_IFNAME]);
	node.carrier = info->ifi_flags & IFF_LOWER_UP;
	node.master_ifindex = (int)u32_or_0(tb[IFLA_MASTER]);
	node.lower_ifindex = (int)u32_or_0(tb[IFLA_LINK]);
	if (tb[IFLA_LINK_NETNSID])
		node.lower_nsid = (int)u32_or_0(tb[IFLA_LINK_NETNSID]);
	else if (node.lower_ifindex == node.ifindex)
		node.lower_ifindex = 0;
	fill_kind(tb[IFLA_LINKINFO], &node);
	/* The rest of the dump is still read: a socket left half read answers the next request. */
	dump->err = dump->fn(&node, dump->user);
	return NL_OK;
}

/* See struct nt_io_path_ops. */
int nt_live_nodes(struct nt_io *io, const struct nt_io_netns *netns, nt_io_node_fn fn, void *user)
{
	nt_auto(nt_nl_free_p) struct nl_sock *sk = NULL;
	nt_auto(nt_nl_msg_free_p) struct nl_msg *msg =
		nlmsg_alloc_simple(RTM_GETLINK, NLM_F_DUMP);
	struct ifinfomsg head = { .ifi_family = AF_UNSPEC };
	struct dump dump = { .fn = fn, .user = user };
	int r;

	(void)io;
	if (!msg || nlmsg_append(msg, &head, sizeof(head), NLMSG_ALIGNTO) < 0)
		return -ENOMEM;
	r = nt_reach_open(netns, NETLINK_ROUTE, &sk);
	if (r == 0)
		r = nt_reach_ask(sk, msg, on_link, &dump);
	return r < 0 ? r : dump.err;
}
