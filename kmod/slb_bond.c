// SPDX-License-Identifier: GPL-2.0-only
/*
 * What bonding says of a bond and its ports, in the attributes that it has for user space:
 * their meaning never changes, that of its structures may.
 */
#include "slb_bond.h"

#include <linux/errno.h>
#include <linux/if_arp.h>
#include <linux/if_bonding.h>
#include <linux/if_link.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <net/netlink.h>
#include <net/rtnetlink.h>

/* IFLA_BOND_SLAVE_MII_STATUS of a port that bonding uses; without a name in uapi. */
#define LINK_UP 0

static u8 u8_of(const struct sk_buff *attrs, int type)
{
	const struct nlattr *attr = nla_find((void *)attrs->data, attrs->len, type);

	return attr ? nla_get_u8(attr) : U8_MAX;
}

static u32 u32_of(const struct sk_buff *attrs, int type)
{
	const struct nlattr *attr = nla_find((void *)attrs->data, attrs->len, type);

	return attr ? nla_get_u32(attr) : 0;
}

/* Why a bond with these attributes cannot have it, or NULL. */
static const char *check_attrs(const struct sk_buff *attrs)
{
	if (u8_of(attrs, IFLA_BOND_MODE) != BOND_MODE_XOR)
		return "bond is not in mode balance-xor";
	if (u8_of(attrs, IFLA_BOND_XMIT_HASH_POLICY) != BOND_XMIT_POLICY_VLAN_SRCMAC)
		return "bond does not have xmit_hash_policy vlan+srcmac";
	if (!u32_of(attrs, IFLA_BOND_MIIMON) && !u32_of(attrs, IFLA_BOND_ARP_INTERVAL))
		return "bond does not monitor its links: miimon and arp_interval are 0";
	return NULL;
}

/**
 * nt_slb_bond_check() - whether a bond is set up for balance-slb
 * @bond: a bond
 * @ret_message: why it is not, set with -EMEDIUMTYPE
 *
 * Context: RTNL; may sleep.
 * Return: 0, -EMEDIUMTYPE if it is not, or another negative errno if that is not known.
 */
int nt_slb_bond_check(const struct net_device *bond, const char **ret_message)
{
	const char *message;
	struct sk_buff *attrs;
	int r;

	if (bond->type != ARPHRD_ETHER) {
		*ret_message = "bond is not of Ethernet";
		return -EMEDIUMTYPE;
	}
	if (!bond->rtnl_link_ops || !bond->rtnl_link_ops->fill_info)
		return -EOPNOTSUPP;
	attrs = nlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!attrs)
		return -ENOMEM;
	r = bond->rtnl_link_ops->fill_info(attrs, bond);
	message = r < 0 ? NULL : check_attrs(attrs);
	nlmsg_free(attrs);
	if (!message)
		return r < 0 ? r : 0;
	*ret_message = message;
	return -EMEDIUMTYPE;
}

/**
 * nt_slb_bond_sends() - whether bonding sends through a port
 * @bond: a bond
 * @port: a device that is or was its port
 *
 * Context: RTNL; may sleep.
 * Return: what bonding's link monitor found; that the port has carrier if it can't be asked.
 */
bool nt_slb_bond_sends(const struct net_device *bond, const struct net_device *port)
{
	const struct rtnl_link_ops *ops = bond->rtnl_link_ops;
	bool sends = netif_running(port) && netif_carrier_ok(port);
	struct sk_buff *attrs;

	/* Where bonding keeps what it knows of a port. */
	if (!netif_is_bond_slave(port) || !rtnl_dereference(port->rx_handler_data))
		return false;
	if (!ops || !ops->fill_slave_info)
		return sends;
	attrs = nlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!attrs)
		return sends;
	if (ops->fill_slave_info(attrs, bond, port) >= 0)
		sends = u8_of(attrs, IFLA_BOND_SLAVE_MII_STATUS) == LINK_UP;
	nlmsg_free(attrs);
	return sends;
}
