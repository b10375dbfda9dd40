// SPDX-License-Identifier: GPL-2.0-only
/*
 * Breaks limits that no device of the debug kernel breaks, for tests/vm/guest/25_module_limits.sh.
 *
 * The device "stub0" answers as much about its RSS table as it is told to, and refuses rings
 * above 50 with more words than a message holds; others it takes, and waits for work of a queue
 * meanwhile as drivers do. In debugfs, below limits_stub:
 *
 *   lacks_memory	Y makes it fail to set rings so; to be written
 *   tries		how often rings were to be set
 *   indirections	entries of that table, each of four bytes; to be written
 *   rtnl		who reads it holds RTNL until a signal comes
 *   is_held		Y while somebody does
 */
#include <linux/debugfs.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/workqueue.h>

#define RX_SLOTS 10U
#define RX_SLOTS_TAKEN 50U
#define RX_SLOTS_MAX 1000U

#define THIRTY_LETTERS "abcdefghijklmnopqrstuvwxyzabcd"
#define WORDS THIRTY_LETTERS THIRTY_LETTERS THIRTY_LETTERS THIRTY_LETTERS THIRTY_LETTERS

static struct net_device *stub;
static struct dentry *folder;
static u32 indirections = 16;
static u32 rx_slots = RX_SLOTS;
static u32 tries;
static bool lacks_memory;
static bool is_held;

static u32 stub_indir_size(struct net_device *dev)
{
	return READ_ONCE(indirections);
}

static int stub_get_rxfh(struct net_device *dev, struct ethtool_rxfh_param *rxfh)
{
	rxfh->hfunc = ETH_RSS_HASH_TOP;
	if (rxfh->indir)
		memset(rxfh->indir, 0, rxfh->indir_size * sizeof(*rxfh->indir));
	return 0;
}

static void stub_get_ring(struct net_device *dev, struct ethtool_ringparam *ring,
			  struct kernel_ethtool_ringparam *kernel_ring,
			  struct netlink_ext_ack *extack)
{
	ring->rx_max_pending = RX_SLOTS_MAX;
	ring->rx_pending = rx_slots;
}

static void stub_resolve(struct work_struct *work)
{
}

static DECLARE_WORK(resolving, stub_resolve);

static int stub_set_ring(struct net_device *dev, struct ethtool_ringparam *ring,
			 struct kernel_ethtool_ringparam *kernel_ring,
			 struct netlink_ext_ack *extack)
{
	tries++;
	if (READ_ONCE(lacks_memory))
		return -ENOMEM;
	if (ring->rx_pending > RX_SLOTS_TAKEN) {
		NL_SET_ERR_MSG(extack, WORDS);
		return -EINVAL;
	}
	/* As phylink does for a device that is stopped. */
	queue_work(system_power_efficient_wq, &resolving);
	flush_work(&resolving);
	rx_slots = ring->rx_pending;
	return 0;
}

static const struct ethtool_ops stub_ethtool_ops = {
	.get_rxfh_indir_size = stub_indir_size,
	.get_rxfh = stub_get_rxfh,
	.get_ringparam = stub_get_ring,
	.set_ringparam = stub_set_ring,
};

static netdev_tx_t stub_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops stub_ops = {
	.ndo_start_xmit = stub_xmit,
};

static void stub_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &stub_ops;
	dev->ethtool_ops = &stub_ethtool_ops;
}

static ssize_t rtnl_read(struct file *file, char __user *data, size_t len, loff_t *pos)
{
	rtnl_lock();
	WRITE_ONCE(is_held, true);
	while (!signal_pending(current)) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!signal_pending(current))
			schedule();
	}
	__set_current_state(TASK_RUNNING);
	WRITE_ONCE(is_held, false);
	rtnl_unlock();
	return -EINTR;
}

static const struct file_operations rtnl_ops = {
	.owner = THIS_MODULE,
	.read = rtnl_read,
};

static int __init limits_stub_init(void)
{
	int r;

	stub = alloc_netdev(0, "stub%d", NET_NAME_ENUM, stub_setup);
	if (!stub)
		return -ENOMEM;
	r = register_netdev(stub);
	if (r < 0) {
		free_netdev(stub);
		return r;
	}
	folder = debugfs_create_dir("limits_stub", NULL);
	debugfs_create_u32("indirections", 0600, folder, &indirections);
	debugfs_create_bool("is_held", 0400, folder, &is_held);
	debugfs_create_bool("lacks_memory", 0600, folder, &lacks_memory);
	debugfs_create_u32("tries", 0600, folder, &tries);
	debugfs_create_file("rtnl", 0400, folder, NULL, &rtnl_ops);
	return 0;
}

static void __exit limits_stub_exit(void)
{
	debugfs_remove(folder);
	unregister_netdev(stub);
	free_netdev(stub);
}

module_init(limits_stub_init);
module_exit(limits_stub_exit);

MODULE_DESCRIPTION("A device beyond nettune's limits");
MODULE_LICENSE("GPL");
