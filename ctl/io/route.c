// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Routes by rtnetlink: all default routes of a namespace, and the ways a flow may take.
 *
 * A flow is asked for with RTM_F_FIB_MATCH: the answer is the whole route with all its next hops,
 * not the one that today's hash would choose.
 */
#include <errno.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <netlink/attr.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "reach.h"

/* Next hops of one question; tables of the internet's size have few default routes. */
#define HOPS_MAX 1024U

/*
 * The longest prefix that is as good as a default route: VPNs lay 0.0.0.0/1 and 128.0.0.0/1 over
 * it, and 2000::/3 is all of the internet.
 */
#define DEFAULT_BITS_V4 1U
#define DEFAULT_BITS_V6 3U

struct hop {
	struct nt_io_route route;
	uint32_t object; /* a next hop object, when @route is not told */
};

struct gathering {
	bool defaults_only;
	size_t n;
	int err;
	struct hop hops[HOPS_MAX];
};

static void add_hop(struct gathering *all, const struct hop *hop)
{
	if (all->n == HOPS_MAX)
		all->err = -EOVERFLOW;
	else
		all->hops[all->n++] = *hop;
}

static uint32_t u32_or_0(const struct nlattr *attr)
{
	return attr && nla_len(attr) >= (int)sizeof(uint32_t) ? nla_get_u32(attr) : 0;
}

/* RTA_VIA: an IPv4 route with an IPv6 gateway. */
static void fill_gateway(struct nlattr *const *tb, char ret[NT_IO_ADDRESS_MAX])
{
	const struct rtvia *via = tb[RTA_VIA] ? nla_data(tb[RTA_VIA]) : NULL;
	size_t len = via ? (size_t)nla_len(tb[RTA_VIA]) : 0;

	nt_reach_text(tb[RTA_GATEWAY], ret);
	if (!ret[0] && len > sizeof(*via))
		nt_reach_format(via->rtvia_addr, len - sizeof(*via), ret);
}

static void add_multipath(struct gathering *all, struct nlattr *multipath)
{
	const struct rtnexthop *nh = nla_data(multipath);
	int left = nla_len(multipath);

	while (left >= (int)sizeof(*nh) && nh->rtnh_len >= sizeof(*nh) && nh->rtnh_len <= left) {
		struct nlattr *tb[RTA_MAX + 1];
		struct hop hop = { .route.ifindex = nh->rtnh_ifindex };

		if (nla_parse(tb, RTA_MAX, (struct nlattr *)RTNH_DATA(nh),
			      nh->rtnh_len - (int)sizeof(*nh), NULL) == 0)
			fill_gateway(tb, hop.route.gateway);
		add_hop(all, &hop);
		left -= RTNH_ALIGN(nh->rtnh_len);
		nh = RTNH_NEXT(nh);
	}
}

static bool wanted(const struct gathering *all, const struct rtmsg *route)
{
	unsigned int most = route->rtm_family == AF_INET6 ? DEFAULT_BITS_V6 : DEFAULT_BITS_V4;

	if (route->rtm_type != RTN_UNICAST || route->rtm_flags & RTM_F_CLONED)
		return false;
	return !all->defaults_only || route->rtm_dst_len <= most;
}

static int on_route(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *head = nlmsg_hdr(msg);
	struct gathering *all = arg;
	struct nlattr *tb[RTA_MAX + 1];
	struct hop hop = { 0 };

	if (head->nlmsg_type != RTM_NEWROUTE ||
	    nlmsg_parse(head, sizeof(struct rtmsg), tb, RTA_MAX, NULL) < 0 ||
	    !wanted(all, nlmsg_data(head)))
		return NL_OK;
	hop.route.ifindex = (int)u32_or_0(tb[RTA_OIF]);
	hop.object = u32_or_0(tb[RTA_NH_ID]);
	fill_gateway(tb, hop.route.gateway);
	if (tb[RTA_MULTIPATH])
		add_multipath(all, tb[RTA_MULTIPATH]);
	else if (hop.route.ifindex || hop.object)
		add_hop(all, &hop);
	return NL_OK;
}

/* ---- next hop objects ---- */

static void add_group(struct gathering *all, struct nlattr *group)
{
	const struct nexthop_grp *member = nla_data(group);
	size_t n = (size_t)nla_len(group) / sizeof(*member);

	for (size_t i = 0; i < n; i++)
		add_hop(all, &(struct hop){ .object = member[i].id });
}

static int on_object(struct nl_msg *msg, void *arg)
{
	struct nlattr *tb[NHA_MAX + 1];
	struct hop hop = { 0 };

	if (nlmsg_parse(nlmsg_hdr(msg), sizeof(struct nhmsg), tb, NHA_MAX, NULL) < 0)
		return NL_OK;
	hop.route.ifindex = (int)u32_or_0(tb[NHA_OIF]);
	nt_reach_text(tb[NHA_GATEWAY], hop.route.gateway);
	if (tb[NHA_GROUP])
		add_group(arg, tb[NHA_GROUP]);
	else if (hop.route.ifindex)
		add_hop(arg, &hop);
	return NL_OK;
}

static int ask_object(struct nl_sock *sk, uint32_t id, struct gathering *all)
{
	nt_auto(nt_nl_msg_free_p) struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETNEXTHOP, 0);
	struct nhmsg head = { .nh_family = AF_UNSPEC };

	if (!msg || nlmsg_append(msg, &head, sizeof(head), NLMSG_ALIGNTO) < 0 ||
	    nla_put_u32(msg, NHA_ID, id) < 0)
		return -ENOMEM;
	nt_reach_ask(sk, msg, on_object, all);
	return all->err;
}

/* What a group adds is resolved in turn, behind the end; groups do not nest (nexthop.c). */
static int tell_hops(struct nl_sock *sk, struct gathering *all, nt_io_route_fn fn, void *user)
{
	int r = all->err;

	for (size_t i = 0; i < all->n && r == 0; i++) {
		const struct hop *hop = &all->hops[i];

		r = hop->route.ifindex ? fn(&hop->route, user)
				       : ask_object(sk, hop->object, all);
	}
	return r;
}

/* ---- questions ---- */

static int ask_defaults(struct nl_sock *sk, int family, struct gathering *all)
{
	nt_auto(nt_nl_msg_free_p) struct nl_msg *msg =
		nlmsg_alloc_simple(RTM_GETROUTE, NLM_F_DUMP);
	struct rtmsg head = { .rtm_family = (unsigned char)family };

	if (!msg || nlmsg_append(msg, &head, sizeof(head), NLMSG_ALIGNTO) < 0)
		return -ENOMEM;
	/* A kernel without IPv6 has no such routes. */
	nt_reach_ask(sk, msg, on_route, all);
	return all->err;
}

/* See struct nt_io_path_ops. */
int nt_live_default_routes(struct nt_io *io, const struct nt_io_netns *netns, nt_io_route_fn fn,
			   void *user)
{
	nt_autofree struct gathering *all = calloc(1, sizeof(*all));
	nt_auto(nt_nl_free_p) struct nl_sock *sk = NULL;
	int r = all ? nt_reach_open(netns, NETLINK_ROUTE, &sk) : -ENOMEM;

	(void)io;
	if (r < 0)
		return r;
	all->defaults_only = true;
	r = ask_defaults(sk, AF_INET, all);
	if (r == 0)
		r = ask_defaults(sk, AF_INET6, all);
	return r == 0 ? tell_hops(sk, all, fn, user) : r;
}

static int put_flow(struct nl_msg *msg, const struct nt_io_flow *flow)
{
	int family = nt_reach_family(flow->remote);
	unsigned char bits = family == AF_INET ? 32 : 128;
	struct rtmsg head = {
		.rtm_family = (unsigned char)family,
		.rtm_dst_len = bits,
		.rtm_flags = RTM_F_FIB_MATCH,
	};
	bool local = flow->local[0] && nt_reach_family(flow->local) == family;

	head.rtm_src_len = local ? bits : 0;
	if (nlmsg_append(msg, &head, sizeof(head), NLMSG_ALIGNTO) < 0)
		return -ENOMEM;
	if (flow->ifindex && nla_put_u32(msg, RTA_OIF, (uint32_t)flow->ifindex) < 0)
		return -ENOMEM;
	/* Rules may choose by ports. */
	if (flow->remote_port && (nla_put_u8(msg, RTA_IP_PROTO, IPPROTO_TCP) < 0 ||
				  nla_put_u16(msg, RTA_DPORT, htons(flow->remote_port)) < 0 ||
				  nla_put_u16(msg, RTA_SPORT, htons(flow->local_port)) < 0))
		return -ENOMEM;
	if (local && nt_reach_put(msg, RTA_SRC, flow->local) < 0)
		return -EINVAL;
	return nt_reach_put(msg, RTA_DST, flow->remote);
}

/* See struct nt_io_path_ops. */
int nt_live_route_to(struct nt_io *io, const struct nt_io_netns *netns,
		     const struct nt_io_flow *flow, nt_io_route_fn fn, void *user)
{
	nt_autofree struct gathering *all = calloc(1, sizeof(*all));
	nt_auto(nt_nl_free_p) struct nl_sock *sk = NULL;
	nt_auto(nt_nl_msg_free_p) struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETROUTE, 0);
	int r = all && msg ? put_flow(msg, flow) : -ENOMEM;

	(void)io;
	if (r == 0)
		r = nt_reach_open(netns, NETLINK_ROUTE, &sk);
	if (r == 0)
		r = nt_reach_ask(sk, msg, on_route, all);
	return r == 0 ? tell_hops(sk, all, fn, user) : r;
}
