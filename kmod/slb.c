// SPDX-License-Identifier: GPL-2.0-only
/*
 * Balance-slb of bonds: which bonds have it, and which port is the active one.
 *
 * What happens to a bond or a port is told by the notifier of net devices, under RTNL. It
 * sees a port lose its carrier before bonding's link monitor does, and so another port takes
 * multicast and broadcast in before the next frame; when it returns, no port that is down is
 * the active one. A bond that is no longer set up for it has it no more.
 */
#include "slb.h"

#include <linux/bitops.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "slb_announce.h"
#include "slb_bond.h"
#include "slb_hook.h"
#include "slb_netlink.h"
#include "trace.h"

static_assert(NETTUNE_SLB_PORTS_MAX <= 32);

static LIST_HEAD(slbs);
static u32 slb_count;
/* The module goes, and none is to be enabled any more; under RTNL. */
static bool is_leaving;

/* See nt_slb_generation(); under RTNL. */
static u32 generation = 1;

static void note_change(void)
{
	if (++generation == 0)
		generation = 1;
}

static void slb_free(struct kref *ref)
{
	struct nt_slb *slb = container_of(ref, struct nt_slb, ref);

	dev_put(slb->bond);
	kvfree(slb->table.buckets);
	kfree(slb);
}

/**
 * nt_slb_put() - drop a reference
 * @slb: a bond
 *
 * Context: any but hard interrupts.
 */
void nt_slb_put(struct nt_slb *slb)
{
	kref_put(&slb->ref, slb_free);
}

static void port_free(struct nt_slb_port *port)
{
	struct nt_slb *slb = port->slb;

	free_percpu(port->counts);
	kfree(port);
	nt_slb_put(slb);
}

static void port_free_rcu(struct rcu_head *rcu)
{
	port_free(container_of(rcu, struct nt_slb_port, rcu));
}

/* What the port counted stays in the bond's sums. */
static void fold_counts(const struct nt_slb_port *port)
{
	enum nt_slb_counter counter;

	for (counter = 0; counter < NT_SLB_ACTIVE_CHANGES; counter++)
		port->slb->past[counter] += nt_slb_port_count(port, counter);
}

static struct nt_slb_port *find_port(const struct nt_slb *slb, const struct net_device *dev)
{
	struct nt_slb_port *port;

	list_for_each_entry(port, &slb->ports, node)
		if (port->dev == dev)
			return port;
	return NULL;
}

/*
 * A number that no port has and, if there is one, nobody is still to be announced for. If
 * not, these announcements are lost: ports come and go while no link is up to send through.
 */
static int take_number(struct nt_slb *slb, u8 *ret_number)
{
	unsigned long taken;
	u32 number;

	spin_lock_bh(&slb->lock);
	taken = slb->numbers | slb->failed;
	number = find_first_zero_bit(&taken, NETTUNE_SLB_PORTS_MAX);
	if (number == NETTUNE_SLB_PORTS_MAX) {
		taken = slb->numbers;
		number = find_first_zero_bit(&taken, NETTUNE_SLB_PORTS_MAX);
	}
	if (number < NETTUNE_SLB_PORTS_MAX)
		slb->failed &= ~BIT(number);
	spin_unlock_bh(&slb->lock);
	if (number == NETTUNE_SLB_PORTS_MAX)
		return -E2BIG;
	slb->numbers |= BIT(number);
	nt_dedup_release(&slb->table, number);
	*ret_number = number;
	return 0;
}

static int add_port(struct nt_slb *slb, struct net_device *dev)
{
	struct nt_slb_port *port;
	int r = -ENOMEM;

	port = kzalloc(sizeof(*port), GFP_KERNEL_ACCOUNT);
	if (!port)
		return -ENOMEM;
	port->counts = alloc_percpu_gfp(struct nt_slb_counts, GFP_KERNEL_ACCOUNT);
	if (!port->counts)
		goto free_port;
	r = take_number(slb, &port->number);
	if (r < 0)
		goto free_counts;
	port->slb = slb;
	kref_get(&slb->ref);
	port->dev = dev;
	r = nt_slb_hook(dev_net(slb->bond), port);
	if (r < 0)
		goto give_number;
	dev_hold(dev);
	list_add_tail(&port->node, &slb->ports);
	note_change();
	return 0;

give_number:
	slb->numbers &= ~BIT(port->number);
	/* One hook may have been there for a moment, and another CPU still be in it. */
	call_rcu(&port->rcu, port_free_rcu);
	return r;

free_counts:
	free_percpu(port->counts);
free_port:
	kfree(port);
	return r;
}

/* It must not be the active one any more. */
static void remove_port(struct nt_slb_port *port)
{
	struct nt_slb *slb = port->slb;

	list_del(&port->node);
	note_change();
	nt_slb_unhook(dev_net(slb->bond), port);
	fold_counts(port);
	slb->numbers &= ~BIT(port->number);
	dev_put(port->dev);
	call_rcu(&port->rcu, port_free_rcu);
}

static enum nt_slb_state state_of(const struct nt_slb_port *port)
{
	if (port->is_leaving || !netif_running(port->dev) || !netif_carrier_ok(port->dev))
		return NT_SLB_DOWN;
	return port->sends ? NT_SLB_UP : NT_SLB_CARRIER;
}

/* Sees what became of the ports; returns those that bonding sends through no more. */
static u32 read_ports(struct nt_slb *slb)
{
	struct nt_slb_port *port;
	u32 failed = 0;

	list_for_each_entry(port, &slb->ports, node) {
		enum nt_slb_state state = port->state;
		bool sent = port->sends;

		port->sends = nt_slb_bond_sends(slb->bond, port->dev);
		port->state = state_of(port);
		if (port->state != state)
			note_change();
		if (sent && !port->sends)
			failed |= BIT(port->number);
	}
	return failed;
}

static bool can_send(const struct nt_slb *slb)
{
	const struct nt_slb_port *port;

	list_for_each_entry(port, &slb->ports, node)
		if (port->sends)
			return true;
	return false;
}

/*
 * A port that bonding uses, else one with carrier, which bonding may only wait for; of equal
 * ones the preferred, then the one that is active now, then the first.
 */
static struct nt_slb_port *choose_active(const struct nt_slb *slb)
{
	const struct nt_slb_port *active = rtnl_dereference(slb->active);
	struct nt_slb_port *port, *best = NULL;
	u32 score, best_score = 0;

	list_for_each_entry(port, &slb->ports, node) {
		if (port->state == NT_SLB_DOWN)
			continue;
		score = port->state << 2 | (port->dev->ifindex == slb->config.preferred) << 1 |
			(port == active);
		if (score > best_score) {
			best = port;
			best_score = score;
		}
	}
	return best;
}

static u32 ifindex_of(const struct nt_slb_port *port)
{
	return port ? port->dev->ifindex : 0;
}

/* Returns whether it changed. */
static bool set_active(struct nt_slb *slb, struct nt_slb_port *port)
{
	const struct nt_slb_port *before = rtnl_dereference(slb->active);

	if (port == before)
		return false;
	rcu_assign_pointer(slb->active, port);
	note_change();
	trace_slb_active(slb->bond->ifindex, ifindex_of(before), ifindex_of(port));
	return true;
}

/*
 * Has everything follow what became of the ports. @failed are ports that left; addresses wait
 * there for a port to be announced through if there was none.
 */
static void update(struct nt_slb *slb, u32 failed)
{
	bool sent = can_send(slb), sends, changed;

	failed |= read_ports(slb);
	sends = can_send(slb);
	changed = set_active(slb, choose_active(slb));
	if (changed || failed || sent != sends)
		nt_slb_announce(slb, failed, sends);
	if (!changed)
		return;
	slb->past[NT_SLB_ACTIVE_CHANGES]++;
	nt_slb_notify(slb, NETTUNE_SLB_EVENT_ACTIVE_CHANGED, NULL);
}

static void end(struct nt_slb *slb)
{
	struct nt_slb_port *port, *next;

	list_del(&slb->node);
	note_change();
	WRITE_ONCE(slb_count, slb_count - 1);
	RCU_INIT_POINTER(slb->active, NULL);
	list_for_each_entry_safe(port, next, &slb->ports, node)
		remove_port(port);
	nt_slb_announce_stop(slb);
	nt_slb_put(slb);
}

/* Ends it by itself, and says why. */
static void stop(struct nt_slb *slb, const char *message)
{
	nt_slb_notify(slb, NETTUNE_SLB_EVENT_STOPPED, message);
	end(slb);
}

static void stop_unfit(struct nt_slb *slb)
{
	const char *message;

	if (nt_slb_bond_check(slb->bond, &message) == -EMEDIUMTYPE)
		stop(slb, message);
	else
		update(slb, 0);
}

static void on_bond_event(struct nt_slb *slb, unsigned long event)
{
	switch (event) {
	case NETDEV_UNREGISTER:
		stop(slb, "bond was deleted");
		break;
	case NETDEV_UP:
	case NETDEV_CHANGE:
	case NETDEV_CHANGEINFODATA:
		stop_unfit(slb);
		break;
	default:
		break;
	}
}

static void lose_port(struct nt_slb_port *port)
{
	struct nt_slb *slb = port->slb;
	u32 number = BIT(port->number);

	/* The others are chosen from before this one's hooks go. */
	list_del_init(&port->node);
	update(slb, number);
	remove_port(port);
}

static void on_port_event(struct nt_slb_port *port, unsigned long event)
{
	switch (event) {
	case NETDEV_UNREGISTER:
		lose_port(port);
		break;
	case NETDEV_GOING_DOWN:
		port->is_leaving = true;
		update(port->slb, 0);
		break;
	case NETDEV_UP:
	case NETDEV_DOWN:
		port->is_leaving = false;
		fallthrough;
	case NETDEV_CHANGE:
	case NETDEV_CHANGELOWERSTATE:
		update(port->slb, 0);
		break;
	default:
		break;
	}
}

static void on_link(struct nt_slb *slb, struct net_device *dev, bool is_linking)
{
	struct nt_slb_port *port = find_port(slb, dev);

	if (!is_linking && port)
		lose_port(port);
	if (!is_linking || port)
		return;
	if (add_port(slb, dev) < 0)
		stop(slb, "a new port could not be hooked");
	else
		update(slb, 0);
}

static int on_netdev_event(struct notifier_block *block, unsigned long event, void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info);
	const struct netdev_notifier_changeupper_info *upper = info;
	struct nt_slb_port *port;
	struct nt_slb *slb, *next;

	list_for_each_entry_safe(slb, next, &slbs, node) {
		port = find_port(slb, dev);
		if (event == NETDEV_CHANGEUPPER && upper->upper_dev == slb->bond)
			on_link(slb, dev, upper->linking);
		else if (dev == slb->bond)
			on_bond_event(slb, event);
		else if (port)
			on_port_event(port, event);
	}
	return NOTIFY_DONE;
}

static struct notifier_block notifier = {
	.notifier_call = on_netdev_event,
};

/**
 * nt_slb_find() - the balance-slb of a bond
 * @net: network namespace
 * @ifindex: index of the bond
 *
 * Context: RTNL.
 * Return: it, or NULL if it is not enabled.
 */
struct nt_slb *nt_slb_find(struct net *net, u32 ifindex)
{
	struct nt_slb *slb;

	ASSERT_RTNL();
	list_for_each_entry(slb, &slbs, node)
		if (net_eq(dev_net(slb->bond), net) && slb->bond->ifindex == ifindex)
			return slb;
	return NULL;
}

/**
 * nt_slb_after() - the next bond of a network namespace that has balance-slb
 * @net: network namespace
 * @ifindex: index of the one before, or 0
 *
 * Context: RTNL.
 * Return: the one with the next higher index, or NULL.
 */
struct nt_slb *nt_slb_after(struct net *net, u32 ifindex)
{
	struct nt_slb *slb, *best = NULL;

	ASSERT_RTNL();
	list_for_each_entry(slb, &slbs, node)
		if (net_eq(dev_net(slb->bond), net) && slb->bond->ifindex > ifindex &&
		    (!best || slb->bond->ifindex < best->bond->ifindex))
			best = slb;
	return best;
}

/**
 * nt_slb_count() - how many bonds of the host have balance-slb
 *
 * Return: bonds, as of a moment ago without RTNL.
 */
u32 nt_slb_count(void)
{
	return READ_ONCE(slb_count);
}

/**
 * nt_slb_generation() - tell whether bonds changed between two looks
 *
 * It changes with which bonds of the host have balance-slb, with their ports and what these are
 * good for, and with the active one; not with what is counted.
 *
 * Context: RTNL.
 * Return: a number other than 0.
 */
u32 nt_slb_generation(void)
{
	ASSERT_RTNL();
	return generation;
}

/**
 * nt_slb_port_count() - read a counter of a port
 * @port: the port
 * @counter: which one
 *
 * Return: the sum over all CPUs.
 */
u64 nt_slb_port_count(const struct nt_slb_port *port, enum nt_slb_counter counter)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(port->counts, cpu)->of[counter]);
	return sum;
}

static int table_init(struct nt_dedup *table, u32 macs_max)
{
	u32 buckets = macs_max / NT_DEDUP_WAYS;

	table->buckets = kvcalloc(buckets, sizeof(*table->buckets), GFP_KERNEL_ACCOUNT);
	if (!table->buckets)
		return -ENOMEM;
	table->mask = buckets - 1;
	table->window = msecs_to_jiffies(NETTUNE_SLB_WINDOW_MS);
	get_random_bytes(&table->secret, sizeof(table->secret));
	return 0;
}

static struct nt_slb *slb_new(struct net_device *bond, const struct nt_slb_config *config)
{
	struct nt_slb *slb;

	slb = kzalloc(sizeof(*slb), GFP_KERNEL_ACCOUNT);
	if (!slb)
		return NULL;
	if (table_init(&slb->table, config->macs_max) < 0) {
		kfree(slb);
		return NULL;
	}
	slb->bond = bond;
	dev_hold(bond);
	slb->config = *config;
	INIT_LIST_HEAD(&slb->ports);
	kref_init(&slb->ref);
	spin_lock_init(&slb->lock);
	return slb;
}

static int add_ports(struct nt_slb *slb)
{
	struct net_device *dev;
	struct list_head *iter;
	int r;

	netdev_for_each_lower_dev(slb->bond, dev, iter) {
		r = add_port(slb, dev);
		if (r < 0)
			return r;
	}
	return 0;
}

static int enable(struct net_device *bond, const struct nt_slb_config *config)
{
	struct nt_slb_port *port, *next;
	struct nt_slb *slb;
	int r;

	slb = slb_new(bond, config);
	if (!slb)
		return -ENOMEM;
	r = add_ports(slb);
	if (r < 0)
		goto remove_ports;
	nt_slb_announce_start(slb);
	list_add_tail(&slb->node, &slbs);
	note_change();
	WRITE_ONCE(slb_count, slb_count + 1);
	read_ports(slb);
	slb->can_send = can_send(slb);
	set_active(slb, choose_active(slb));
	nt_slb_notify(slb, NETTUNE_SLB_EVENT_ENABLED, NULL);
	return 0;

remove_ports:
	list_for_each_entry_safe(port, next, &slb->ports, node)
		remove_port(port);
	nt_slb_put(slb);
	return r;
}

static int refuse(struct nt_slb_refusal *refusal, u32 attr, const char *message, int error)
{
	refusal->attr = attr;
	refusal->message = message;
	return error;
}

static int check(const struct net_device *bond, const struct nt_slb_config *config,
		 struct nt_slb_refusal *refusal)
{
	const struct net_device *port;
	const char *message = NULL;
	int r;

	if (!bond || !netif_is_bond_master(bond))
		return refuse(refusal, NETTUNE_A_SLB_IFINDEX, "no such bond here", -EINVAL);
	if (nt_slb_find(dev_net(bond), bond->ifindex))
		return refuse(refusal, NETTUNE_A_SLB_IFINDEX, "bond has it already", -EEXIST);
	r = nt_slb_bond_check(bond, &message);
	if (r < 0)
		return refuse(refusal, NETTUNE_A_SLB_IFINDEX, message, r);
	if (nt_slb_count() >= NETTUNE_SLB_MAX)
		return refuse(refusal, NETTUNE_A_SLB_IFINDEX, "too many bonds have it", -ENOSPC);
	if (!is_power_of_2(config->macs_max))
		return refuse(refusal, NETTUNE_A_SLB_MACS_MAX, "is no power of two", -EINVAL);
	if (!config->preferred)
		return 0;
	port = __dev_get_by_index(dev_net(bond), config->preferred);
	if (!port || netdev_master_upper_dev_get((struct net_device *)port) != bond)
		return refuse(refusal, NETTUNE_A_SLB_PREFERRED, "is no port of the bond",
				 -EINVAL);
	return 0;
}

/**
 * nt_slb_enable() - have balance-slb on a bond
 * @net: the sender's network namespace
 * @ifindex: index of the bond there
 * @config: how, within the limits of the policy
 * @refusal: why not, where that can be said
 *
 * Context: RTNL; may sleep.
 * Return: 0 or a negative errno, with nothing left behind.
 */
int nt_slb_enable(struct net *net, u32 ifindex, const struct nt_slb_config *config,
		  struct nt_slb_refusal *refusal)
{
	struct net_device *bond;
	int r;

	ASSERT_RTNL();
	if (is_leaving)
		return -ENODEV;
	bond = __dev_get_by_index(net, ifindex);
	r = check(bond, config, refusal);
	if (r < 0)
		return r;
	r = enable(bond, config);
	if (r == -E2BIG)
		return refuse(refusal, NETTUNE_A_SLB_IFINDEX, "bond has too many ports", r);
	return r;
}

/**
 * nt_slb_disable() - have it no more
 * @slb: a bond
 *
 * Context: RTNL; may sleep.
 */
void nt_slb_disable(struct nt_slb *slb)
{
	nt_slb_notify(slb, NETTUNE_SLB_EVENT_DISABLED, NULL);
	end(slb);
}

/**
 * nt_slb_init() - get ready
 *
 * Return: 0 or a negative errno.
 */
int nt_slb_init(void)
{
	int r;

	r = nt_slb_announce_init();
	if (r < 0)
		return r;
	r = register_netdevice_notifier(&notifier);
	if (r < 0)
		nt_slb_announce_exit();
	return r;
}

/**
 * nt_slb_exit() - end it everywhere; nobody can enable it any more
 *
 * Nothing is told to the event group after this, for which the family must still be there.
 */
void nt_slb_exit(void)
{
	struct nt_slb *slb, *next;

	rtnl_lock();
	is_leaving = true;
	list_for_each_entry_safe(slb, next, &slbs, node)
		end(slb);
	rtnl_unlock();
	unregister_netdevice_notifier(&notifier);
	nt_slb_announce_exit();
	/* For ports to be freed. */
	rcu_barrier();
}
