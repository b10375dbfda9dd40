// SPDX-License-Identifier: GPL-2.0-or-later
/* What is lost when a bond goes down: asked of rtnetlink for it and each VLAN above it. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "bond_live.h"
#include "bond_stake_parse.h"
#include "io.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "nlreq.h"

/* VLANs of a namespace. */
#define VLANS_MAX 4096U

/* MAX_NEST_DEV of the kernel. */
#define DEPTH_MAX 8U

struct vlan {
	struct nt_stake_device device;
	int lower;
	bool up;
	bool above; /* on the bond, or on a VLAN that is */
};

struct vlans {
	size_t n;
	struct vlan list[VLANS_MAX];
};

static int on_link(const struct nt_io_link *link, void *user)
{
	struct vlans *vlans = user;
	struct vlan *vlan = &vlans->list[vlans->n];

	if (strcmp(link->kind, "vlan") != 0 || !link->lower_ifindex)
		return 0;
	if (vlans->n == VLANS_MAX)
		return -EOVERFLOW;
	*vlan = (struct vlan){ .device.ifindex = link->ifindex, .lower = link->lower_ifindex,
			       .up = link->up };
	snprintf(vlan->device.name, sizeof(vlan->device.name), "%s", link->name);
	vlans->n++;
	return 0;
}

static bool is_above(const struct vlans *vlans, int lower, int ifindex)
{
	for (size_t i = 0; i < vlans->n; i++)
		if (vlans->list[i].above && vlans->list[i].device.ifindex == lower)
			return true;
	return lower == ifindex;
}

/* VLANs of VLANs may be told of before what they are on, and stand in a row of so many at most. */
static void find_above(struct vlans *vlans, int ifindex)
{
	for (unsigned int depth = 0; depth < DEPTH_MAX; depth++)
		for (size_t i = 0; i < vlans->n; i++)
			vlans->list[i].above = is_above(vlans, vlans->list[i].lower, ifindex);
}

/**
 * struct asking - one dump
 * @head_bytes: of what stands in front of the attributes
 */
struct asking {
	const struct nt_stake_device *device;
	struct nt_bond_stake *stake;
	size_t head_bytes;
};

static int on_reply(struct nlmsghdr *reply, void *user)
{
	const struct asking *asking = user;
	struct nlattr *attrs;
	int len = nt_nl_attrs(reply, asking->head_bytes, &attrs);

	if (len < 0)
		return -EBADMSG;
	if (reply->nlmsg_type == RTM_NEWADDR)
		return nt_stake_parse_address(asking->device, nlmsg_data(reply), attrs, len,
					      asking->stake);
	if (reply->nlmsg_type == RTM_NEWROUTE)
		return nt_stake_parse_route(asking->device, nlmsg_data(reply), attrs, len,
					    asking->stake);
	return -EBADMSG;
}

/* Strict: the kernel tells of this device only, and not of a million routes. */
static int dump(const struct asking *asking, int type, const void *head, bool by_device)
{
	nt_auto(nt_nl_socket_free_p) struct nl_sock *sk = NULL;
	nt_auto(nt_nl_msg_free_p) struct nl_msg *msg = NULL;
	struct nt_nl_answer answer = { 0 };
	int r = nt_nl_open(NETLINK_ROUTE, &sk), on = 1;

	if (r < 0)
		return r;
	if (setsockopt(nl_socket_get_fd(sk), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on,
		       sizeof(on)) < 0)
		return -errno;
	msg = nlmsg_alloc_simple(type, NLM_F_DUMP);
	if (!msg || nlmsg_append(msg, (void *)head, asking->head_bytes, NLMSG_ALIGNTO) < 0 ||
	    (by_device && nla_put_u32(msg, RTA_OIF, (uint32_t)asking->device->ifindex) < 0))
		return -ENOMEM;
	r = nt_nl_ask(sk, msg, on_reply, (void *)asking, &answer);
	return r == 0 && answer.interrupted ? -EAGAIN : r;
}

/* A kernel without IPv6 has nothing of it to lose; nor has a table that is not there. */
static int none_is_fine(int r)
{
	return r == -EOPNOTSUPP || r == -EAFNOSUPPORT || r == -ENOENT ? 0 : r;
}

static int ask(const struct nt_stake_device *device, int family, struct nt_bond_stake *stake)
{
	const struct ifaddrmsg address = { .ifa_family = (unsigned char)family,
					   .ifa_index = (unsigned int)device->ifindex };
	const struct rtmsg route = { .rtm_family = (unsigned char)family };
	struct asking asking = { .device = device, .stake = stake, .head_bytes = sizeof(address) };
	int r = none_is_fine(dump(&asking, RTM_GETADDR, &address, false));

	asking.head_bytes = sizeof(route);
	return r == 0 ? none_is_fine(dump(&asking, RTM_GETROUTE, &route, true)) : r;
}

static int ask_device(const struct nt_stake_device *device, struct nt_bond_stake *stake)
{
	int r = ask(device, AF_INET, stake);

	return r == 0 ? ask(device, AF_INET6, stake) : r;
}

static int ask_vlans(struct nt_io *io, int ifindex, struct nt_bond_stake *stake)
{
	nt_autofree struct vlans *vlans = calloc(1, sizeof(*vlans));
	int r = vlans ? nt_io_links(io, on_link, vlans) : -ENOMEM;

	if (r < 0)
		return r;
	find_above(vlans, ifindex);
	for (size_t i = 0; i < vlans->n && r == 0; i++) {
		if (!vlans->list[i].above)
			continue;
		if (!vlans->list[i].up)
			nt_stake_add_vlan(&vlans->list[i].device, stake);
		r = ask_device(&vlans->list[i].device, stake);
	}
	return r;
}

/* See struct nt_bond_ops. */
int nt_bond_at_stake(struct nt_io *io, const char *dev, struct nt_bond_stake *ret,
		     struct nt_diag *diag)
{
	struct nt_bond_stake stake = { 0 };
	struct nt_stake_device device;
	struct nt_bond bond;
	int r = nt_bond_live_ops.get(io, dev, &bond, diag);

	if (r < 0)
		return r;
	device.ifindex = bond.ifindex;
	snprintf(device.name, sizeof(device.name), "%s", bond.name);
	r = ask_device(&device, &stake);
	if (r == 0)
		r = ask_vlans(io, bond.ifindex, &stake);
	if (r < 0)
		return nt_diag_err(diag, -r, "%s: its addresses and routes cannot be read: %s",
				   dev, strerror(-r));
	*ret = stake;
	return 0;
}
