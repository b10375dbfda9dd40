// SPDX-License-Identifier: GPL-2.0-or-later
/* Bonds put together and taken apart, by rtnetlink: ports, up and down, and the address. */
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
 * @value: of it, @len bytes
 */
struct order {
	const char *what;
	unsigned int flags;
	unsigned int change;
	int attr;
	const void *value;
	int len;
};

static int tell(const char *dev, const struct order *order, struct nt_diag *diag)
{
	struct ifinfomsg info = { .ifi_family = AF_UNSPEC, .ifi_flags = order->flags,
				  .ifi_change = order->change };
	nt_auto(nt_nl_socket_free_p) struct nl_sock *sk = NULL;
	nt_auto(nt_nl_msg_free_p) struct nl_msg *msg = NULL;
	struct nt_nl_answer answer = { 0 };
	int r = *dev && strlen(dev) < IFNAMSIZ ? nt_nl_open(NETLINK_ROUTE, &sk) : -ENODEV;

	if (r == 0) {
		msg = nlmsg_alloc_simple(RTM_NEWLINK, NLM_F_ACK);
		r = msg && nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO) >= 0 &&
		    nla_put_string(msg, IFLA_IFNAME, dev) >= 0 &&
		    (!order->attr || nla_put(msg, order->attr, order->len, order->value) >= 0)
		    ? nt_nl_ask(sk, msg, NULL, NULL, &answer) : -ENOMEM;
	}
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
