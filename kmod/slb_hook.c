// SPDX-License-Identifier: GPL-2.0-only
/*
 * Balance-slb in the packet path: netfilter's hooks on the ports of a bond.
 *
 * The ports, not the bond: only there is known by which port a frame came, and what
 * bonding itself or tc sends is not seen above. The hooks run under RCU, allocate nothing,
 * take no lock and write to no frame, which taps may share; what they can't read passes.
 */
#include "slb_hook.h"

#include <linux/if_vlan.h>
#include <linux/jiffies.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_netdev.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/skbuff.h>

#include "slb.h"
#include "trace.h"

/* Before the chains of administrators, whose usual priority is 0. */
#define PRIORITY (-200)

enum {
	INGRESS,
	EGRESS,
};

static void count(const struct nt_slb_port *port, enum nt_slb_counter counter)
{
	this_cpu_inc(port->counts->of[counter]);
}

/*
 * Fills in what matters of a frame, whose bytes may need @buffer; false if it is no frame. Most
 * frames need none: callers keep the compiler from clearing it, which many kernels ask of it.
 */
static bool frame_of(const struct sk_buff *skb, const struct nt_slb_port *port, u8 *buffer,
		     struct nt_dedup_frame *ret_frame)
{
	int offset = skb_mac_offset(skb);
	u32 len = skb->len - offset;
	const u8 *bytes;

	bytes = skb_header_pointer(skb, offset, min(len, NT_FRAME_HEADER + VLAN_HLEN), buffer);
	if (!bytes || len < NT_FRAME_HEADER)
		return false;
	if (skb_vlan_tag_present(skb))
		ret_frame->tag = nt_frame_tag_of(ntohs(skb->vlan_proto), skb_vlan_tag_get(skb));
	else
		ret_frame->tag = nt_frame_tag(bytes, min(len, NT_FRAME_HEADER + VLAN_HLEN));
	ret_frame->kind = NT_FRAME_OTHER;
	if (nt_frame_is_group(bytes)) {
		len = min(len, NT_FRAME_BYTES);
		bytes = skb_header_pointer(skb, offset, len, buffer);
		if (!bytes)
			return false;
		ret_frame->kind = nt_frame_kind(bytes, len);
	}
	ret_frame->dst = bytes;
	ret_frame->src = bytes + NT_FRAME_MAC;
	ret_frame->port = port->number;
	return true;
}

static u64 key_of(const struct nt_dedup_frame *frame)
{
	return nt_dedup_key(frame->src, nt_frame_vid(frame->tag));
}

static unsigned int on_ingress(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	static const u8 counters[] = {
		[NT_DEDUP_LINK_LOCAL] = NT_SLB_LINK_LOCAL,
		[NT_DEDUP_ELSEWHERE] = NT_SLB_ELSEWHERE,
		[NT_DEDUP_MOVED] = NT_SLB_MOVED,
		[NT_DEDUP_NONACTIVE] = NT_SLB_NONACTIVE,
		[NT_DEDUP_OWN] = NT_SLB_OWN,
		[NT_DEDUP_REFLECTED] = NT_SLB_REFLECTED,
		[NT_DEDUP_LOCKED] = NT_SLB_LOCKED,
	};
	const struct nt_slb_port *active, *port = priv;
	struct nt_slb *slb = port->slb;
	enum nt_dedup_verdict verdict;
	struct nt_dedup_frame frame;
	struct nt_dedup_place place;
	u8 buffer[NT_FRAME_BYTES] __uninitialized;

	count(port, NT_SLB_RX);
	if (!frame_of(skb, port, buffer, &frame))
		return NF_ACCEPT;
	/* Without an active port, what comes is better than nothing. */
	active = rcu_dereference(slb->active);
	place.takes_groups = !active || active == port;
	place.lets_move = slb->config.flags & NETTUNE_SLB_FLAG_GARP_MOVE;
	place.own = slb->bond->dev_addr;
	verdict = nt_dedup_receive(&slb->table, &frame, &place, jiffies);
	if (verdict == NT_DEDUP_PASS)
		return NF_ACCEPT;
	count(port, counters[verdict]);
	if (verdict == NT_DEDUP_MOVED)
		trace_slb_move(slb->bond->ifindex, key_of(&frame), port->dev->ifindex, true);
	if (!nt_dedup_drops(verdict))
		return NF_ACCEPT;
	trace_slb_drop(slb->bond->ifindex, port->dev->ifindex, key_of(&frame), verdict);
	return NF_DROP;
}

static void count_learned(const struct nt_slb_port *port, const struct nt_dedup_frame *frame,
			  const struct nt_dedup_learned *learned)
{
	const struct net_device *bond = port->slb->bond;

	if (learned->change == NT_DEDUP_REFRESHED)
		count(port, NT_SLB_REFRESHED);
	else if (learned->change != NT_DEDUP_NOTHING)
		count(port, NT_SLB_LEARNED);
	if (learned->change == NT_DEDUP_EVICTED)
		count(port, NT_SLB_EVICTED);
	/* The bond itself sends through every port, as its link monitor must. */
	if (learned->from == port->number || memcmp(frame->src, bond->dev_addr, ETH_ALEN) == 0)
		return;
	count(port, NT_SLB_FLAPS);
	trace_slb_move(bond->ifindex, key_of(frame), port->dev->ifindex, false);
}

/*
 * Switches send groups where their reports came from, and only the active port takes those
 * in. Its own hook sees the frame again and lets it go.
 */
static unsigned int steer(struct sk_buff *skb, const struct nt_slb_port *port,
			  const struct nt_slb_port *active)
{
	count(port, NT_SLB_STEERED);
	skb->dev = active->dev;
	dev_queue_xmit(skb);
	return NF_STOLEN;
}

static unsigned int on_egress(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	const struct nt_slb_port *active, *port = priv;
	struct nt_slb *slb = port->slb;
	struct nt_dedup_learned learned;
	struct nt_dedup_frame frame;
	u8 buffer[NT_FRAME_BYTES] __uninitialized;

	if (!frame_of(skb, port, buffer, &frame))
		return NF_ACCEPT;
	learned = nt_dedup_send(&slb->table, &frame, jiffies);
	count_learned(port, &frame, &learned);
	if (frame.kind != NT_FRAME_REPORT)
		return NF_ACCEPT;
	active = rcu_dereference(slb->active);
	if (!active || active == port)
		return NF_ACCEPT;
	return steer(skb, port, active);
}

static void set_hook(struct nf_hook_ops *ops, struct nt_slb_port *port, nf_hookfn *hook,
		     unsigned int number)
{
	ops->hook = hook;
	ops->priv = port;
	ops->dev = port->dev;
	ops->pf = NFPROTO_NETDEV;
	ops->hooknum = number;
	ops->priority = PRIORITY;
}

/**
 * nt_slb_hook() - begin to see what a port receives and sends
 * @net: the bond's network namespace
 * @port: the port, its bond's table ready
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int nt_slb_hook(struct net *net, struct nt_slb_port *port)
{
	int r;

	set_hook(&port->hooks[INGRESS], port, on_ingress, NF_NETDEV_INGRESS);
	set_hook(&port->hooks[EGRESS], port, on_egress, NF_NETDEV_EGRESS);
	/* What goes out is known before what comes back is judged. */
	r = nf_register_net_hook(net, &port->hooks[EGRESS]);
	if (r < 0)
		return r;
	r = nf_register_net_hook(net, &port->hooks[INGRESS]);
	if (r < 0)
		nf_unregister_net_hook(net, &port->hooks[EGRESS]);
	return r;
}

/**
 * nt_slb_unhook() - see no more of a port
 * @net: the bond's network namespace
 * @port: the port
 *
 * What is on its way may go on until a grace period has passed.
 *
 * Context: RTNL.
 */
void nt_slb_unhook(struct net *net, struct nt_slb_port *port)
{
	nf_unregister_net_hook(net, &port->hooks[INGRESS]);
	nf_unregister_net_hook(net, &port->hooks[EGRESS]);
}
