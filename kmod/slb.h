/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Balance-slb of bonds: which bonds have it, on which ports it is hooked, which port is the
 * active one.
 *
 * RTNL guards every bond, its list of ports and what is said of them; the packet path reads
 * under RCU what the comments below say.
 */
#ifndef NT_SLB_H
#define NT_SLB_H

#include <linux/errno.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/netfilter.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include <linux/nettune.h>

#include "core/dedup.h"

struct net;
struct net_device;

/**
 * enum nt_slb_counter - what is counted, in the order of the attributes of slb-stats
 * @NT_SLB_RX: frames that came in
 * @NT_SLB_NONACTIVE: dropped, the active port brings them
 * @NT_SLB_OWN: dropped, from the bond itself
 * @NT_SLB_REFLECTED: dropped, the source sent just before
 * @NT_SLB_LOCKED: announcements dropped, the source announced itself just before
 * @NT_SLB_MOVED: announcements that let go of an address
 * @NT_SLB_LINK_LOCAL: passed, they end at the link
 * @NT_SLB_LEARNED: addresses remembered
 * @NT_SLB_REFRESHED: ages set back
 * @NT_SLB_EVICTED: addresses forgotten for others
 * @NT_SLB_FLAPS: addresses that changed the port they send through
 * @NT_SLB_ELSEWHERE: unicast to who sends through another port
 * @NT_SLB_STEERED: reports sent through the active port
 * @NT_SLB_ACTIVE_CHANGES: changes of the active port
 * @NT_SLB_ANNOUNCED: announcements sent
 * @NT_SLB_COUNTERS: how many there are
 */
enum nt_slb_counter {
	NT_SLB_RX,
	NT_SLB_NONACTIVE,
	NT_SLB_OWN,
	NT_SLB_REFLECTED,
	NT_SLB_LOCKED,
	NT_SLB_MOVED,
	NT_SLB_LINK_LOCAL,
	NT_SLB_LEARNED,
	NT_SLB_REFRESHED,
	NT_SLB_EVICTED,
	NT_SLB_FLAPS,
	NT_SLB_ELSEWHERE,
	NT_SLB_STEERED,
	NT_SLB_ACTIVE_CHANGES,
	NT_SLB_ANNOUNCED,
	NT_SLB_COUNTERS,
};

static_assert(NT_SLB_COUNTERS == NETTUNE_A_SLB_STATS_MAX + 1 - NETTUNE_A_SLB_STATS_RX);

/**
 * struct nt_slb_counts - one CPU's counts
 * @of: by enum nt_slb_counter
 */
struct nt_slb_counts {
	u64 of[NT_SLB_COUNTERS];
};

/**
 * enum nt_slb_state - what a port is good for, worst first
 * @NT_SLB_DOWN: it has no carrier, is down or about to go
 * @NT_SLB_CARRIER: it has carrier, but bonding does not use it, yet or any more
 * @NT_SLB_UP: bonding uses it
 */
enum nt_slb_state {
	NT_SLB_DOWN,
	NT_SLB_CARRIER,
	NT_SLB_UP,
};

/**
 * struct nt_slb_config - what a client asked for
 * @macs_max: addresses to remember, a power of two
 * @flags: enum nettune_slb_flag
 * @preferred: index of the port to be active when it is usable, or 0
 * @announce_age_ms: milliseconds after which a silent address is not announced any more
 */
struct nt_slb_config {
	u32 macs_max;
	u32 flags;
	u32 preferred;
	u32 announce_age_ms;
};

/**
 * struct nt_slb_refusal - why a client does not get what it asked for
 * @message: static storage
 * @attr: the attribute of a request that it is about, or 0 for none
 */
struct nt_slb_refusal {
	const char *message;
	u32 attr;
};

/**
 * struct nt_slb_port - a port of a bond; freed after a grace period
 * @slb: its bond, held
 * @dev: the device, held while it is in the list
 * @hooks: in the packet path, ingress and egress
 * @counts: of each CPU; the packet path writes
 * @node: in the bond's list
 * @rcu: for its end
 * @state: what it is good for
 * @sends: bonding sends through it
 * @is_leaving: it is about to go down
 * @number: in the table, below %NETTUNE_SLB_PORTS_MAX
 */
struct nt_slb_port {
	struct nt_slb *slb;
	struct net_device *dev;
	struct nf_hook_ops hooks[2];
	struct nt_slb_counts __percpu *counts;
	struct list_head node;
	struct rcu_head rcu;
	enum nt_slb_state state;
	bool sends;
	bool is_leaving;
	u8 number;
};

/**
 * struct nt_slb - a bond that has balance-slb
 * @table: addresses that sent through it; the packet path reads and writes
 * @active: the port that takes multicast and broadcast in, or NULL; the packet path reads
 * @bond: the device, held
 * @config: as asked for; does not change
 * @ports: struct nt_slb_port
 * @node: among all bonds that have it
 * @ref: one while it is in that list, one for each port, one while @work is queued
 * @past: counts of ports that left, and of what no port does
 * @numbers: bit n is set while a port has number n
 * @work: announces and sweeps, always queued until the end
 * @lock: of what follows
 * @failed: bit n is set while addresses of the port numbered n are to be announced
 * @cursor: the entry that is next to be announced
 * @can_send: bonding sends through some port
 * @tells_peers: neighbours are to be told of the bond's own addresses
 * @is_stopped: it ended; @work is not to be queued again
 */
struct nt_slb {
	struct nt_dedup table;
	struct nt_slb_port __rcu *active;
	struct net_device *bond;
	struct nt_slb_config config;
	struct list_head ports;
	struct list_head node;
	struct kref ref;
	u64 past[NT_SLB_COUNTERS];
	u32 numbers;
	struct delayed_work work;
	spinlock_t lock;
	u32 failed;
	u32 cursor;
	bool can_send;
	bool tells_peers;
	bool is_stopped;
};

#ifdef NT_HAVE_SLB

int nt_slb_init(void);
void nt_slb_exit(void);
int nt_slb_enable(struct net *net, u32 ifindex, const struct nt_slb_config *config,
		  struct nt_slb_refusal *refusal);
void nt_slb_disable(struct nt_slb *slb);
struct nt_slb *nt_slb_find(struct net *net, u32 ifindex);
struct nt_slb *nt_slb_after(struct net *net, u32 ifindex);
u32 nt_slb_count(void);
u32 nt_slb_generation(void);
u64 nt_slb_port_count(const struct nt_slb_port *port, enum nt_slb_counter counter);

#else /* without the hooks in the kernel there is nothing to enable, and so nothing to find */

static inline int nt_slb_init(void)
{
	return 0;
}

static inline void nt_slb_exit(void)
{
}

static inline int nt_slb_enable(struct net *net, u32 ifindex, const struct nt_slb_config *config,
				struct nt_slb_refusal *refusal)
{
	return -EOPNOTSUPP;
}

static inline void nt_slb_disable(struct nt_slb *slb)
{
}

static inline struct nt_slb *nt_slb_find(struct net *net, u32 ifindex)
{
	return NULL;
}

static inline struct nt_slb *nt_slb_after(struct net *net, u32 ifindex)
{
	return NULL;
}

static inline u32 nt_slb_count(void)
{
	return 0;
}

static inline u32 nt_slb_generation(void)
{
	return 1;
}

static inline u64 nt_slb_port_count(const struct nt_slb_port *port, enum nt_slb_counter counter)
{
	return 0;
}

#endif

#endif /* NT_SLB_H */
