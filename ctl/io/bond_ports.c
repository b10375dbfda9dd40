// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bonds put together and taken apart, by rtnetlink: ports and what they have for themselves, up and
 * down, and the address.
 */
#include <errno.h>
#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <string.h>

#include "bond_live.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "nlreq.h"

/**
 * struct order - what a device is told, one thing at a time
 * @what: for messages
 * @flags: IFF_UP or none, of @change
 * @attr: IFLA_MASTER or IFLA_ADDRESS, 0 for neither
 * @slave_attr: IFLA_BOND_SLAVE_*, 0 for none; the kernel takes it from a port that is in only
 * @value: of either, @len bytes
 */
struct order {
	const char *what;
	unsigned int flags;
	unsigned int change;
	int attr;
	int slave_attr;
	const void *value;
	int len;
};

static int put_slave_attr(struct nl_msg *msg, const struct order *order)
{
	struct nlattr *info = nla_nest_start(msg, IFLA_LINKINFO), *data;

	if (!info || nla_put_string(msg, IFLA_INFO_SLAVE_KIND, "bond") < 0)
		return -ENOMEM;
	data = nla_nest_start(msg, IFLA_INFO_SLAVE_DATA);
	if (!data || nla_put(msg, order->slave_attr, order->len, order->value) < 0)
		return -ENOMEM;
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	return 0;
}

static int put_order(struct nl_msg *msg, const char *dev, const struct order *order)
{
	struct ifinfomsg info = { .ifi_family = AF_UNSPEC, .ifi_flags = order->flags,
				  .ifi_change = order->change };

	if (nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
	    nla_put_string(msg, IFLA_IFNAME, dev) < 0 ||
	    (order->attr && nla_put(msg, order->attr, order->len, order->value) < 0))
		return -ENOMEM;
	return order->slave_attr ? put_slave_attr(msg, order) : 0;
}

static int tell(const char *dev, const struct order *order, struct nt_diag *diag)
{
	nt_auto(nt_nl_socket_free_p) struct nl_sock *sk = NULL;
	nt_auto(nt_nl_msg_free_p) struct nl_msg *msg = NULL;
	struct nt_nl_answer answer = { 0 };
	int r = *dev && strlen(dev) < IFNAMSIZ ? nt_nl_open(NETLINK_ROUTE, &sk) : -ENODEV;

	if (r == 0) {
		msg = nlmsg_alloc_simple(RTM_NEWLINK, NLM_F_ACK);
		r = msg ? put_order(msg, dev, order) : -ENOMEM;
	}
	if (r == 0)
		r = nt_nl_ask(sk, msg, NULL, NULL, &answer);
	return r < 0 ? nt_diag_err(diag, -r, "%s: %s: %s", dev, order->what,
				   answer.message[0] ? answer.message : strerror(-r)) : 0;
}

/* See struct nt_bond_ops. */
int nt_bond_up_set(struct nt_io *io, const char *dev, bool up, struct nt_diag *diag)
{
	const struct order order = { .what = up ? "up" : "down", .flags = up ? IFF_UP : 0,
				     .change = IFF_UP };

	(void)io;
	return tell(dev, &order, diag);
}

/* See struct nt_bond_ops. */
int nt_bond_address_set(struct nt_io *io, const char *dev, const char *address,
			struct nt_diag *diag)
{
	unsigned char b[ETH_ALEN];
	const struct order order = { .what = "address", .attr = IFLA_ADDRESS, .value = b,
				     .len = sizeof(b) };

	(void)io;
	if (sscanf(address, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx", &b[0], &b[1], &b[2], &b[3],
		   &b[4], &b[5]) != ETH_ALEN)
		return nt_diag_err(diag, EINVAL, "%s: address %s: is none", dev, address);
	return tell(dev, &order, diag);
}

/* See struct nt_bond_ops. Bonding wants ports to be down when they join, and sets them up. */
int nt_bond_port_set(struct nt_io *io, const char *dev, const char *port, bool in,
		     struct nt_diag *diag)
{
	struct order order = { .what = in ? "into the bond" : "out of the bond",
			       .attr = IFLA_MASTER };
	uint32_t bond_index = 0;
	struct nt_bond bond;
	int r = nt_bond_live_ops.get(io, dev, &bond, diag);

	if (r == 0 && in) {
		bond_index = (uint32_t)bond.ifindex;
		r = nt_bond_up_set(io, port, false, diag);
	}
	order.value = &bond_index;
	order.len = sizeof(bond_index);
	return r == 0 ? tell(port, &order, diag) : r;
}

/* See struct nt_bond_ops. */
int nt_bond_port_queue_set(struct nt_io *io, const char *port, uint32_t queue_id,
			   struct nt_diag *diag)
{
	const uint16_t wire = (uint16_t)queue_id;
	const struct order order = { .what = "queue of the bond",
				     .slave_attr = IFLA_BOND_SLAVE_QUEUE_ID, .value = &wire,
				     .len = sizeof(wire) };

	(void)io;
	return tell(port, &order, diag);
}

/* See struct nt_bond_ops. */
int nt_bond_port_prio_set(struct nt_io *io, const char *port, int prio, struct nt_diag *diag)
{
	const int32_t wire = prio;
	const struct order order = { .what = "priority in the bond",
				     .slave_attr = IFLA_BOND_SLAVE_PRIO, .value = &wire,
				     .len = sizeof(wire) };

	(void)io;
	return tell(port, &order, diag);
}
