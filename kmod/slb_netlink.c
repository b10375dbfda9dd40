// SPDX-License-Identifier: GPL-2.0-only
/*
 * The commands of balance-slb: parse, call, reply.
 */
#include "slb_netlink.h"

#include <linux/jiffies.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "netlink.h"
#include "nettune-nl-gen.h"
#include "slb.h"

/* A bond without its ports, and a port: attributes and counters, with the padding of these. */
#define SLB_BYTES 512U
#define PORT_BYTES 320U

static_assert(NT_SLB_COUNTERS * (2 * NLA_HDRLEN + sizeof(u64)) + 64 <= PORT_BYTES);

#define ENABLE_ATTRS                                                                  \
	(BIT(NETTUNE_A_SLB_IFINDEX) | BIT(NETTUNE_A_SLB_MACS_MAX) | BIT(NETTUNE_A_SLB_FLAGS) | \
	 BIT(NETTUNE_A_SLB_PREFERRED) | BIT(NETTUNE_A_SLB_ANNOUNCE_AGE_MS))

/**
 * nt_slb_hooks() - what this kernel lets the module put into the packet path
 *
 * Return: enum nettune_hook.
 */
u32 nt_slb_hooks(void)
{
#ifdef NT_HAVE_SLB
	return NETTUNE_HOOK_SLB;
#else
	return 0;
#endif
}

static int put_counter(struct sk_buff *skb, enum nt_slb_counter counter, u64 value)
{
	return nla_put_u64_64bit(skb, NETTUNE_A_SLB_STATS_RX + counter, value,
				 NETTUNE_A_SLB_STATS_PAD);
}

/* Puts what one port counted, or with @port NULL what all did, those that left included. */
static int put_stats(struct sk_buff *skb, int type, const struct nt_slb *slb,
		     const struct nt_slb_port *port)
{
	enum nt_slb_counter counter;
	struct nlattr *nest;
	u64 sum;

	nest = nla_nest_start(skb, type);
	if (!nest)
		return -EMSGSIZE;
	for (counter = 0; counter < NT_SLB_COUNTERS; counter++) {
		const struct nt_slb_port *each;

		sum = port ? nt_slb_port_count(port, counter) : READ_ONCE(slb->past[counter]);
		if (!port)
			list_for_each_entry(each, &slb->ports, node)
				sum += nt_slb_port_count(each, counter);
		if (put_counter(skb, counter, sum))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_port_attrs(struct sk_buff *skb, const struct nt_slb_port *port)
{
	if (nla_put_u32(skb, NETTUNE_A_SLB_PORT_IFINDEX, port->dev->ifindex) ||
	    nla_put_u32(skb, NETTUNE_A_SLB_PORT_USABLE, port->state == NT_SLB_UP))
		return -EMSGSIZE;
	return put_stats(skb, NETTUNE_A_SLB_PORT_STATS, port->slb, port);
}

static int put_port(struct sk_buff *skb, const struct nt_slb_port *port)
{
	struct nlattr *nest;

	nest = nla_nest_start(skb, NETTUNE_A_SLB_PORT);
	if (!nest)
		return -EMSGSIZE;
	if (put_port_attrs(skb, port) < 0) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* The port with the lowest number that is not below @number. */
static const struct nt_slb_port *port_from(const struct nt_slb *slb, long number)
{
	const struct nt_slb_port *port, *best = NULL;

	list_for_each_entry(port, &slb->ports, node)
		if (port->number >= number && (!best || port->number < best->number))
			best = port;
	return best;
}

static u32 macs_of(const struct nt_slb *slb)
{
	u32 index, macs = 0, room = nt_dedup_room(&slb->table);
	struct nt_dedup_entry entry;

	for (index = 0; index < room; index++)
		macs += nt_dedup_entry(&slb->table, index, jiffies, &entry);
	return macs;
}

static int put_config(struct sk_buff *skb, const struct nt_slb *slb)
{
	const struct nt_slb_config *config = &slb->config;
	u32 table_bytes = (slb->table.mask + 1) * sizeof(*slb->table.buckets);

	if (nla_put_u32(skb, NETTUNE_A_SLB_MACS_MAX, config->macs_max) ||
	    nla_put_u32(skb, NETTUNE_A_SLB_FLAGS, config->flags) ||
	    nla_put_u32(skb, NETTUNE_A_SLB_PREFERRED, config->preferred) ||
	    nla_put_u32(skb, NETTUNE_A_SLB_ANNOUNCE_AGE_MS, config->announce_age_ms) ||
	    nla_put_u32(skb, NETTUNE_A_SLB_MACS, macs_of(slb)) ||
	    nla_put_u32(skb, NETTUNE_A_SLB_TABLE_BYTES, table_bytes))
		return -EMSGSIZE;
	return 0;
}

/* Which bond, and what may change by itself. */
static int put_state(struct sk_buff *skb, const struct nt_slb *slb)
{
	const struct nt_slb_port *active = rtnl_dereference(slb->active);

	if (nla_put_u32(skb, NETTUNE_A_SLB_IFINDEX, slb->bond->ifindex) ||
	    nla_put_u32(skb, NETTUNE_A_SLB_ACTIVE, active ? active->dev->ifindex : 0))
		return -EMSGSIZE;
	return 0;
}

static int put_head(struct sk_buff *skb, const struct nt_slb *slb)
{
	if (put_state(skb, slb) < 0 || put_config(skb, slb) < 0)
		return -EMSGSIZE;
	return put_stats(skb, NETTUNE_A_SLB_STATS, slb, NULL);
}

/*
 * Puts a bond with as many of its ports as fit, or more of these. *@next is 0 at first and then
 * one above the number of the port to go on with. Returns whether nothing is left, or a negative
 * errno if nothing did fit. Under RTNL.
 */
static int put_slb(struct sk_buff *skb, const struct nt_slb *slb, long *next)
{
	const struct nt_slb_port *port;
	long first = *next, at = first ?: 1;
	struct nlattr *nest;
	int r;

	nest = nla_nest_start(skb, NETTUNE_A_SLB);
	if (!nest)
		return -EMSGSIZE;
	if (first)
		r = nla_put_u32(skb, NETTUNE_A_SLB_IFINDEX, slb->bond->ifindex);
	else
		r = put_head(skb, slb);
	if (r < 0)
		return r;
	while ((port = port_from(slb, at - 1)) && put_port(skb, port) == 0)
		at = port->number + 2;
	if (port && at == first)
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	*next = at;
	return !port;
}

/* Under RTNL. Room for every port that a bond may have. */
static int reply_slb(struct genl_info *info, const struct nt_slb *slb)
{
	struct sk_buff *skb;
	void *header;
	long next = 0;

	skb = genlmsg_new(SLB_BYTES + NETTUNE_SLB_PORTS_MAX * PORT_BYTES, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	header = genlmsg_put_reply(skb, info, &nt_netlink_family, 0, info->genlhdr->cmd);
	if (!header || put_slb(skb, slb, &next) <= 0) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return genlmsg_reply(skb, info);
}

/* Parses the nest of a request, which may have the attributes in @allowed only. */
static int parse_slb(const struct nlattr *nest, struct nlattr **ret_tb, u32 allowed,
		     struct netlink_ext_ack *extack)
{
	int type, r;

	if (!nest) {
		NL_SET_ERR_MSG(extack, "request names no bond");
		return -EINVAL;
	}
	r = nla_parse_nested(ret_tb, NETTUNE_A_SLB_MAX, nest, nettune_slb_nl_policy, extack);
	if (r < 0)
		return r;
	for (type = 1; type <= NETTUNE_A_SLB_MAX; type++) {
		if (!ret_tb[type] || allowed & BIT(type))
			continue;
		NL_SET_ERR_MSG_ATTR(extack, ret_tb[type], "attribute is not of this command");
		return -EINVAL;
	}
	if (ret_tb[NETTUNE_A_SLB_IFINDEX])
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, nest, "request names no bond");
	return -EINVAL;
}

static u32 u32_or(const struct nlattr *attr, u32 absent)
{
	return attr ? nla_get_u32(attr) : absent;
}

/**
 * nt_slb_enable_doit() - have balance-slb on a bond
 * @request: the request
 * @info: what it holds
 *
 * Return: 0 or a negative errno.
 */
int nt_slb_enable_doit(struct sk_buff *request, struct genl_info *info)
{
	struct nlattr *tb[NETTUNE_A_SLB_MAX + 1];
	struct nt_slb_refusal refusal = { };
	struct nt_slb_config config;
	u32 ifindex;
	int r;

	r = parse_slb(info->attrs[NETTUNE_A_SLB], tb, ENABLE_ATTRS, info->extack);
	if (r < 0)
		return r;
	ifindex = nla_get_u32(tb[NETTUNE_A_SLB_IFINDEX]);
	config.macs_max = u32_or(tb[NETTUNE_A_SLB_MACS_MAX], NETTUNE_SLB_MACS_DEFAULT);
	config.flags = u32_or(tb[NETTUNE_A_SLB_FLAGS], NETTUNE_SLB_FLAG_GARP_MOVE);
	config.preferred = u32_or(tb[NETTUNE_A_SLB_PREFERRED], 0);
	config.announce_age_ms = u32_or(tb[NETTUNE_A_SLB_ANNOUNCE_AGE_MS],
					NETTUNE_SLB_ANNOUNCE_AGE_MS);
	rtnl_lock();
	r = nt_slb_enable(genl_info_net(info), ifindex, &config, &refusal);
	/* Done is done: an answer that is lost can be asked for again. */
	if (r == 0)
		reply_slb(info, nt_slb_find(genl_info_net(info), ifindex));
	rtnl_unlock();
	if (r < 0 && refusal.attr) {
		NL_SET_BAD_ATTR(info->extack, tb[refusal.attr]);
		if (info->extack)
			info->extack->_msg = refusal.message;
	}
	return r;
}

/* Calls @act with the bond that a request names, under RTNL. */
static int with_slb(struct genl_info *info, int (*act)(struct genl_info *info, struct nt_slb *slb))
{
	struct nlattr *tb[NETTUNE_A_SLB_MAX + 1];
	struct nt_slb *slb;
	int r;

	r = parse_slb(info->attrs[NETTUNE_A_SLB], tb, BIT(NETTUNE_A_SLB_IFINDEX), info->extack);
	if (r < 0)
		return r;
	rtnl_lock();
	slb = nt_slb_find(genl_info_net(info), nla_get_u32(tb[NETTUNE_A_SLB_IFINDEX]));
	r = slb ? act(info, slb) : -ENOENT;
	rtnl_unlock();
	if (!slb)
		NL_SET_ERR_MSG_ATTR(info->extack, tb[NETTUNE_A_SLB_IFINDEX],
				    "balance-slb is not enabled there");
	return r;
}

/* The answer is how it stood at its end. */
static int disable(struct genl_info *info, struct nt_slb *slb)
{
	reply_slb(info, slb);
	nt_slb_disable(slb);
	return 0;
}

/**
 * nt_slb_disable_doit() - have balance-slb on a bond no more
 * @request: the request
 * @info: what it holds
 *
 * Return: 0 or a negative errno.
 */
int nt_slb_disable_doit(struct sk_buff *request, struct genl_info *info)
{
	return with_slb(info, disable);
}

static int get(struct genl_info *info, struct nt_slb *slb)
{
	return reply_slb(info, slb);
}

/**
 * nt_slb_get_doit() - answer with the balance-slb of a bond
 * @request: the request
 * @info: what it holds
 *
 * Return: 0 or a negative errno.
 */
int nt_slb_get_doit(struct sk_buff *request, struct genl_info *info)
{
	return with_slb(info, get);
}

static void *dump_begin(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			   &nt_netlink_family, NLM_F_MULTI, cmd);
}

/* Says in the message if something changed since the one before; only one that is sent may. */
static void dump_end(struct sk_buff *skb, struct netlink_callback *cb, void *header)
{
	genl_dump_check_consistent(cb, header);
	genlmsg_end(skb, header);
}

/*
 * Puts one message of a dump; what does not fit is the next one's. args[1] is what put_slb() goes
 * on with, of the bond args[2], which may have gone meanwhile.
 */
static int dump_slb(struct sk_buff *skb, struct netlink_callback *cb, const struct nt_slb *slb)
{
	void *header = dump_begin(skb, cb, NETTUNE_CMD_SLB_GET);
	int r;

	if (!header)
		return -EMSGSIZE;
	if (cb->args[2] != slb->bond->ifindex)
		cb->args[1] = 0;
	cb->args[2] = slb->bond->ifindex;
	r = put_slb(skb, slb, &cb->args[1]);
	if (r < 0) {
		genlmsg_cancel(skb, header);
		return r;
	}
	dump_end(skb, cb, header);
	if (!r)
		return -EMSGSIZE;
	cb->args[0] = slb->bond->ifindex;
	return 0;
}

/**
 * nt_slb_get_dumpit() - answer with every bond of the sender's network namespace
 * @skb: to be filled
 * @cb: the dump; args[0] is the index of the last bond that was put whole
 *
 * A bond with many ports takes several messages, so that each fits in a page. If bonds change
 * meanwhile, the next message has NLM_F_DUMP_INTR: who asked asks anew.
 *
 * Return: bytes, 0 at the end, or a negative errno.
 */
int nt_slb_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct net *net = sock_net(cb->skb->sk);
	struct nt_slb *slb;
	int r = 0;

	rtnl_lock();
	cb->seq = nt_slb_generation();
	while (r == 0 && (slb = nt_slb_after(net, cb->args[0])))
		r = dump_slb(skb, cb, slb);
	rtnl_unlock();
	return skb->len || r == 0 ? (int)skb->len : r;
}

static int put_entry_attrs(struct sk_buff *skb, const struct nt_slb *slb,
			   const struct nt_dedup_entry *entry)
{
	const struct nt_slb_port *port;
	u32 ifindex = 0;

	list_for_each_entry(port, &slb->ports, node)
		if (port->number == entry->port)
			ifindex = port->dev->ifindex;
	if (nla_put(skb, NETTUNE_A_SLB_ENTRY_MAC, ETH_ALEN, entry->mac) ||
	    nla_put_u32(skb, NETTUNE_A_SLB_ENTRY_VID, nt_frame_vid(entry->tag)) ||
	    nla_put_u32(skb, NETTUNE_A_SLB_ENTRY_PORT, ifindex) ||
	    nla_put_u32(skb, NETTUNE_A_SLB_ENTRY_AGE_MS, jiffies_to_msecs(entry->age)))
		return -EMSGSIZE;
	return 0;
}

static int put_entry(struct sk_buff *skb, const struct nt_slb *slb,
		     const struct nt_dedup_entry *entry)
{
	struct nlattr *nest;

	nest = nla_nest_start(skb, NETTUNE_A_SLB_ENTRY);
	if (!nest)
		return -EMSGSIZE;
	if (put_entry_attrs(skb, slb, entry) < 0) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* Puts as many entries as fit from number *@index on, which it moves. */
static int put_entries(struct sk_buff *skb, const struct nt_slb *slb, long *index)
{
	u32 room = nt_dedup_room(&slb->table);
	struct nt_dedup_entry entry;
	struct nlattr *nest;

	nest = nla_nest_start(skb, NETTUNE_A_SLB);
	if (!nest || nla_put_u32(skb, NETTUNE_A_SLB_IFINDEX, slb->bond->ifindex))
		return -EMSGSIZE;
	for (; *index < room; (*index)++) {
		if (!nt_dedup_entry(&slb->table, *index, jiffies, &entry))
			continue;
		if (put_entry(skb, slb, &entry) < 0)
			break;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* One message; args[0] is the number of the entry that is next. */
static int dump_entries(struct sk_buff *skb, struct netlink_callback *cb,
			const struct nt_slb *slb)
{
	void *header;

	if (cb->args[0] >= nt_dedup_room(&slb->table))
		return 0;
	header = dump_begin(skb, cb, NETTUNE_CMD_SLB_MAC_GET);
	if (!header || put_entries(skb, slb, &cb->args[0]) < 0)
		return -EMSGSIZE;
	dump_end(skb, cb, header);
	return skb->len;
}

/**
 * nt_slb_mac_get_dumpit() - answer with the addresses that a bond's balance-slb remembers
 * @skb: to be filled
 * @cb: the dump
 *
 * Return: bytes, 0 at the end, or a negative errno.
 */
int nt_slb_mac_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct nlattr *nest = nlmsg_find_attr(cb->nlh, GENL_HDRLEN, NETTUNE_A_SLB);
	struct nlattr *tb[NETTUNE_A_SLB_MAX + 1];
	const struct nt_slb *slb;
	int r;

	r = parse_slb(nest, tb, BIT(NETTUNE_A_SLB_IFINDEX), cb->extack);
	if (r < 0)
		return r;
	rtnl_lock();
	cb->seq = nt_slb_generation();
	slb = nt_slb_find(sock_net(cb->skb->sk), nla_get_u32(tb[NETTUNE_A_SLB_IFINDEX]));
	r = slb ? dump_entries(skb, cb, slb) : -ENOENT;
	rtnl_unlock();
	return r;
}

static struct sk_buff *notification_new(const struct nt_slb *slb, u32 event, const char *message)
{
	struct nlattr *nest;
	struct sk_buff *skb;
	void *header;

	skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return NULL;
	header = genlmsg_put(skb, 0, 0, &nt_netlink_family, 0, NETTUNE_CMD_SLB_NTF);
	if (!header || nla_put_u32(skb, NETTUNE_A_SLB_EVENT, event) ||
	    (message && nla_put_string(skb, NETTUNE_A_MESSAGE, message)))
		goto free_skb;
	nest = nla_nest_start(skb, NETTUNE_A_SLB);
	if (!nest || put_state(skb, slb) < 0)
		goto free_skb;
	nla_nest_end(skb, nest);
	genlmsg_end(skb, header);
	return skb;

free_skb:
	nlmsg_free(skb);
	return NULL;
}

/**
 * nt_slb_notify() - tell the event group what happened to a bond's balance-slb
 * @slb: the bond
 * @event: enum nettune_slb_event
 * @message: why, or NULL
 *
 * A hint that may be lost: what counts is what slb-get answers.
 *
 * Context: RTNL; may sleep.
 */
void nt_slb_notify(const struct nt_slb *slb, u32 event, const char *message)
{
	struct sk_buff *skb;

	skb = notification_new(slb, event, message);
	if (skb)
		nt_netlink_multicast(dev_net(slb->bond), skb);
}
