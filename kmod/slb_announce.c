// SPDX-License-Identifier: GPL-2.0-only
/*
 * What balance-slb does in its own time.
 *
 * When a port fails, switches go on sending to it what is for the addresses that sent
 * through it, until these send through another. So they are announced: each by one RARP
 * broadcast with the tag that it last sent with, through the bond, which then takes the
 * port that the address sends through from now on. Only addresses that this host sent
 * with, and that were not seen outside since: who announces another's address takes its
 * traffic away. Bonds' and VLAN devices' own IP addresses the network core announces.
 *
 * One work item of each bond does it, a batch at a time, and sweeps the table in between.
 */
#include "slb_announce.h"

#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/if_vlan.h>
#include <linux/jiffies.h>
#include <linux/kref.h>
#include <linux/netdevice.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <linux/workqueue.h>
#include <net/arp.h>

#include "slb.h"

/* Together NETTUNE_SLB_ANNOUNCE_RATE: a burst that small switches bear. */
#define BATCH 50U
#define BATCH_MS (BATCH * MSEC_PER_SEC / NETTUNE_SLB_ANNOUNCE_RATE)

/* Far below the time in which a 32 bit count of jiffies wraps. */
#define SWEEP_MS (60 * MSEC_PER_SEC)

static struct workqueue_struct *queue;

static bool send_rarp(struct net_device *bond, const struct nt_dedup_entry *entry)
{
	struct sk_buff *skb;

	skb = arp_create(ARPOP_RREQUEST, ETH_P_RARP, 0, bond, 0, NULL, entry->mac, entry->mac);
	if (!skb)
		return false;
	skb->protocol = htons(ETH_P_RARP);
	skb->priority = TC_PRIO_CONTROL;
	if (entry->tag)
		__vlan_hwaccel_put_tag(skb, htons(entry->tag >> 16), entry->tag & 0xffff);
	return dev_queue_xmit(skb) == NET_XMIT_SUCCESS;
}

/* Whether an entry is of a port in @failed and young enough. */
static bool is_due(const struct nt_slb *slb, const struct nt_dedup_entry *entry, u32 failed)
{
	return entry->port != NT_DEDUP_NO_PORT && failed & BIT(entry->port) &&
	       entry->age <= msecs_to_jiffies(slb->config.announce_age_ms);
}

/* Announces up to a batch from entry @cursor on, and returns where it stopped. */
static u32 announce_batch(struct nt_slb *slb, u32 failed, u32 cursor)
{
	u32 room = nt_dedup_room(&slb->table), tried = 0;
	struct nt_dedup_entry entry;

	for (; cursor < room && tried < BATCH; cursor++) {
		if (!nt_dedup_entry(&slb->table, cursor, jiffies, &entry) ||
		    !is_due(slb, &entry, failed))
			continue;
		tried++;
		if (send_rarp(slb->bond, &entry))
			slb->past[NT_SLB_ANNOUNCED]++;
	}
	return cursor;
}

/* Notes how far the walk for @failed got, unless it was told to begin anew meanwhile. */
static bool note_progress(struct nt_slb *slb, u32 failed, u32 from, u32 to)
{
	bool is_left;

	spin_lock_bh(&slb->lock);
	if (slb->failed == failed && slb->cursor == from)
		slb->cursor = to;
	if (slb->cursor >= nt_dedup_room(&slb->table)) {
		slb->failed = 0;
		slb->cursor = 0;
	}
	is_left = slb->failed;
	spin_unlock_bh(&slb->lock);
	return is_left;
}

/* Waits for RTNL, and so for bonding to be done with the port that failed, or with all of it. */
static void notify_peers(struct nt_slb *slb)
{
	rtnl_lock();
	if (!READ_ONCE(slb->is_stopped))
		__netdev_notify_peers(slb->bond);
	rtnl_unlock();
}

/* Returns whether there is more to announce. */
static bool announce_some(struct nt_slb *slb)
{
	bool can_send, tells_peers;
	u32 failed, cursor;

	spin_lock_bh(&slb->lock);
	failed = slb->failed;
	cursor = slb->cursor;
	can_send = slb->can_send;
	tells_peers = slb->tells_peers && can_send;
	if (tells_peers)
		slb->tells_peers = false;
	spin_unlock_bh(&slb->lock);
	if (tells_peers)
		notify_peers(slb);
	/* Who has no port to send through waits for one. */
	if (!failed || !can_send)
		return false;
	return note_progress(slb, failed, cursor, announce_batch(slb, failed, cursor));
}

static void sweep(struct nt_slb *slb)
{
	u32 age_max = max_t(u32, NETTUNE_SLB_WINDOW_MS, slb->config.announce_age_ms);

	nt_dedup_sweep(&slb->table, msecs_to_jiffies(age_max), jiffies);
}

/*
 * Each queueing has a reference of its own, which the run that it leads to gives back: the
 * work may be queued anew while it runs, and both that run and who ends it are right then.
 */
static void work_fn(struct work_struct *work)
{
	struct nt_slb *slb = container_of(to_delayed_work(work), struct nt_slb, work);
	u32 delay_ms = BATCH_MS;

	if (!READ_ONCE(slb->is_stopped) && !announce_some(slb)) {
		sweep(slb);
		delay_ms = SWEEP_MS;
	}
	spin_lock_bh(&slb->lock);
	if (!slb->is_stopped &&
	    queue_delayed_work(queue, &slb->work, msecs_to_jiffies(delay_ms)))
		kref_get(&slb->ref);
	spin_unlock_bh(&slb->lock);
	nt_slb_put(slb);
}

/**
 * nt_slb_announce_start() - begin to sweep
 * @slb: the bond; its table ready
 */
void nt_slb_announce_start(struct nt_slb *slb)
{
	INIT_DELAYED_WORK(&slb->work, work_fn);
	kref_get(&slb->ref);
	queue_delayed_work(queue, &slb->work, msecs_to_jiffies(SWEEP_MS));
}

/**
 * nt_slb_announce_stop() - announce and sweep no more
 * @slb: the bond
 *
 * Does not wait, since the work waits for RTNL.
 */
void nt_slb_announce_stop(struct nt_slb *slb)
{
	bool was_queued;

	spin_lock_bh(&slb->lock);
	WRITE_ONCE(slb->is_stopped, true);
	was_queued = cancel_delayed_work(&slb->work);
	spin_unlock_bh(&slb->lock);
	if (was_queued)
		nt_slb_put(slb);
}

/**
 * nt_slb_announce() - have those announced that sent through ports which failed
 * @slb: the bond
 * @failed: bit n is set if the port numbered n failed
 * @can_send: bonding sends through some port; if not, they wait
 *
 * The bond's own IP addresses are announced in any case.
 */
void nt_slb_announce(struct nt_slb *slb, u32 failed, bool can_send)
{
	spin_lock_bh(&slb->lock);
	slb->can_send = can_send;
	slb->tells_peers = true;
	slb->failed |= failed;
	slb->cursor = 0;
	/* It had a reference if it was queued already, but not if it just runs. */
	if (!slb->is_stopped && !mod_delayed_work(queue, &slb->work, 0))
		kref_get(&slb->ref);
	spin_unlock_bh(&slb->lock);
}

/**
 * nt_slb_announce_init() - get ready
 *
 * Return: 0 or -ENOMEM.
 */
int nt_slb_announce_init(void)
{
	queue = alloc_ordered_workqueue("nettune_slb", 0);
	return queue ? 0 : -ENOMEM;
}

/**
 * nt_slb_announce_exit() - wait for the work of bonds that ended
 */
void nt_slb_announce_exit(void)
{
	destroy_workqueue(queue);
}
