// SPDX-License-Identifier: GPL-2.0-or-later
/* Bonds of the running host, by rtnetlink. Who does the rest is told at the end. */
#include "bond_live.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <string.h>

#include "bond_parse.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "nlreq.h"

/* A dump that something changed under is asked for again, this often. */
#define TRIES_MAX 5U

/* IFLA_BOND_*, and the bytes of each, by enum nt_bond_field. */
static const struct {
	int attr;
	unsigned int bytes;
} wire[NT_BOND_FIELDS] = {
	[NT_BOND_MODE] = { IFLA_BOND_MODE, 1 },
	[NT_BOND_POLICY] = { IFLA_BOND_XMIT_HASH_POLICY, 1 },
	[NT_BOND_MIIMON] = { IFLA_BOND_MIIMON, 4 },
};

/**
 * struct request - a request about one bond
 * @answer: how it ended
 */
struct request {
	struct nl_sock *sk;
	struct nl_msg *msg;
	struct nt_nl_answer answer;
};

static void request_close(struct request *request)
{
	nt_nl_msg_free_p(&request->msg);
	nt_nl_socket_free_p(&request->sk);
}

static int report(const struct request *request, const char *dev, int err, struct nt_diag *diag)
{
	return nt_diag_err(diag, -err, "%s: %s", dev,
			   request->answer.message[0] ? request->answer.message : strerror(-err));
}

/* @dev: NULL for all devices. To be closed whatever is returned. */
static int request_open(struct request *request, const char *dev, int type, int flags)
{
	struct ifinfomsg info = { .ifi_family = AF_UNSPEC };
	int r;

	/* Cut off, it could be the name of another. */
	if (dev && (!dev[0] || strlen(dev) >= IFNAMSIZ))
		return -ENODEV;
	r = nt_nl_open(NETLINK_ROUTE, &request->sk);
	if (r < 0)
		return r;
	request->msg = nlmsg_alloc_simple(type, flags);
	if (!request->msg ||
	    nlmsg_append(request->msg, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
	    (dev && nla_put_string(request->msg, IFLA_IFNAME, dev) < 0))
		return -ENOMEM;
	return 0;
}

static int ask(struct request *request, nt_nl_reply_fn fn, void *user)
{
	return nt_nl_ask(request->sk, request->msg, fn, user, &request->answer);
}

/* ---- reading ---- */

static int on_bond(struct nlmsghdr *reply, void *user)
{
	struct nlattr *attrs;
	int len = nt_nl_attrs(reply, sizeof(struct ifinfomsg), &attrs);

	if (len < 0 || reply->nlmsg_type != RTM_NEWLINK)
		return -EBADMSG;
	return nt_bond_parse_link(nlmsg_data(reply), attrs, len, user);
}

static int on_port(struct nlmsghdr *reply, void *user)
{
	struct nlattr *attrs;
	int len = nt_nl_attrs(reply, sizeof(struct ifinfomsg), &attrs);

	if (len < 0 || reply->nlmsg_type != RTM_NEWLINK)
		return -EBADMSG;
	return nt_bond_parse_port(nlmsg_data(reply), attrs, len, user);
}

static int read_bond(const char *dev, struct nt_bond *ret, struct nt_diag *diag)
{
	nt_auto(request_close) struct request request = { 0 };
	int r = request_open(&request, dev, RTM_GETLINK, NLM_F_ACK);

	if (r == 0 && nla_put_u32(request.msg, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS) < 0)
		r = -ENOMEM;
	if (r == 0)
		r = ask(&request, on_bond, ret);
	if (r == 0 && ret->ifindex == 0)
		r = -EBADMSG;
	if (r == -EOPNOTSUPP)
		return nt_diag_err(diag, EOPNOTSUPP, "%s: is no bond", dev);
	return r < 0 ? report(&request, dev, r, diag) : 0;
}

/* The kernel filters by IFLA_MASTER; the parser would, too. */
static int read_ports(struct nt_bond *bond)
{
	nt_auto(request_close) struct request request = { 0 };
	int r = request_open(&request, NULL, RTM_GETLINK, NLM_F_DUMP);

	if (r == 0 && (nla_put_u32(request.msg, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS) < 0 ||
		       nla_put_u32(request.msg, IFLA_MASTER, (uint32_t)bond->ifindex) < 0))
		r = -ENOMEM;
	if (r == 0)
		r = ask(&request, on_port, bond);
	return r == 0 && request.answer.interrupted ? -EAGAIN : r;
}

static int bond_get(struct nt_io *io, const char *dev, struct nt_bond *ret, struct nt_diag *diag)
{
	struct nt_bond bond = { 0 };
	int r = -EAGAIN;

	(void)io;
	for (unsigned int tries = 0; r == -EAGAIN && tries < TRIES_MAX; tries++) {
		r = read_bond(dev, &bond, diag);
		if (r < 0)
			return r;
		r = read_ports(&bond);
	}
	if (r < 0)
		return nt_diag_err(diag, -r, "%s: its ports cannot be read: %s", dev, strerror(-r));
	*ret = bond;
	return 0;
}

/* ---- writing ---- */

static int put_field(struct nl_msg *msg, enum nt_bond_field field, uint32_t value)
{
	if (wire[field].bytes == 1)
		return nla_put_u8(msg, wire[field].attr, (uint8_t)value);
	return nla_put_u32(msg, wire[field].attr, value);
}

/* Fields from @first to @last of @value into IFLA_LINKINFO. */
static int put_fields(struct nl_msg *msg, const uint32_t *value, unsigned int first,
		      unsigned int last)
{
	struct nlattr *info = nla_nest_start(msg, IFLA_LINKINFO), *data;

	if (!info || nla_put_string(msg, IFLA_INFO_KIND, "bond") < 0)
		return -ENOMEM;
	data = nla_nest_start(msg, IFLA_INFO_DATA);
	if (!data)
		return -ENOMEM;
	for (unsigned int i = first; i <= last; i++)
		if (put_field(msg, (enum nt_bond_field)i, value[i]) < 0)
			return -ENOMEM;
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	return 0;
}

static int bond_create(struct nt_io *io, const char *dev, const uint32_t value[NT_BOND_FIELDS],
		       struct nt_diag *diag)
{
	nt_auto(request_close) struct request request = { 0 };
	int r = request_open(&request, dev, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);

	(void)io;
	if (r == 0)
		r = put_fields(request.msg, value, 0, NT_BOND_FIELDS - 1);
	if (r == 0)
		r = ask(&request, NULL, NULL);
	/* Its own words are "Unknown device type". */
	if (r == -EOPNOTSUPP)
		return nt_diag_err(diag, EOPNOTSUPP, "%s: this kernel has no bonding, nor a "
				   "module for it", dev);
	return r < 0 ? report(&request, dev, r, diag) : 0;
}

static int bond_remove(struct nt_io *io, const char *dev, struct nt_diag *diag)
{
	nt_auto(request_close) struct request request = { 0 };
	struct nt_bond bond;
	int r = bond_get(io, dev, &bond, diag);

	if (r < 0)
		return r;
	if (bond.n_ports)
		return nt_diag_err(diag, EBUSY, "%s: has %zu ports; take them out first", dev,
				   bond.n_ports);
	r = request_open(&request, dev, RTM_DELLINK, NLM_F_ACK);
	if (r == 0)
		r = ask(&request, NULL, NULL);
	return r < 0 ? report(&request, dev, r, diag) : 0;
}

/* RTM_SETLINK passes IFLA_LINKINFO over without a word; RTM_NEWLINK changes what is there. */
static int bond_set(struct nt_io *io, const char *dev, enum nt_bond_field field, uint32_t value,
		    struct nt_diag *diag)
{
	nt_auto(request_close) struct request request = { 0 };
	uint32_t values[NT_BOND_FIELDS] = { 0 };
	struct nt_bond bond;
	int r = read_bond(dev, &bond, diag);

	(void)io;
	if (r < 0)
		return r;
	values[field] = value;
	r = request_open(&request, dev, RTM_NEWLINK, NLM_F_ACK);
	if (r == 0)
		r = put_fields(request.msg, values, field, field);
	if (r == 0)
		r = ask(&request, NULL, NULL);
	return r < 0 ? nt_diag_err(diag, -r, "%s: %s: %s", dev, nt_bond_field_name(field),
				   request.answer.message[0] ? request.answer.message
							     : strerror(-r)) : 0;
}

const struct nt_bond_ops nt_bond_live_ops = {
	.get = bond_get,
	.create = bond_create,
	.remove = bond_remove,
	.set = bond_set,
	.up_set = nt_bond_up_set,
	.address_set = nt_bond_address_set,
	.port_set = nt_bond_port_set,
	.port_queue_set = nt_bond_port_queue_set,
	.port_prio_set = nt_bond_port_prio_set,
	.at_stake = nt_bond_at_stake,
	.slb_get = nt_slb_get,
	.slb_set = nt_slb_set,
	.nft_set = nt_nft_set,
	.nft_has = nt_nft_has,
};
