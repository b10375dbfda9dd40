// SPDX-License-Identifier: GPL-2.0-or-later
/* Attributes of RTM_NEWLINK and of the family "netdev". See ethnl_parse.h. */
#include <errno.h>
#include <linux/if_link.h>
#include <netlink/attr.h>
#include <stdio.h>
#include <string.h>

#include "ethnl_parse.h"
#include "uapi_new.h"

/* linux/if_bonding.h, which does not go together with linux/if.h of all C libraries. */
#define BOND_LINK_UP 0

/* 802.1AX: the bits "collecting" and "distributing" of a port's state. */
#define LACP_IN_USE 0x30U

static int u32_of(const struct nlattr *attr, uint32_t *ret)
{
	if (!attr)
		return 0;
	if (nla_len(attr) != sizeof(*ret))
		return -EBADMSG;
	*ret = nla_get_u32(attr);
	return 0;
}

static void format_address(const struct nlattr *attr, char *buf, size_t size)
{
	const uint8_t *bytes = nla_data(attr);
	size_t len = (size_t)nla_len(attr);

	/* Longer ones, as of InfiniBand, would be cut and then compared. */
	if (len == 0 || 3 * len > size)
		return;
	for (size_t i = 0; i < len; i++)
		snprintf(buf + 3 * i, size - 3 * i, i + 1 < len ? "%02x:" : "%02x", bytes[i]);
}

static int copy_name(const struct nlattr *attr, char *buf, size_t size)
{
	const char *text = nla_data(attr);
	size_t len = strnlen(text, (size_t)nla_len(attr));

	if (len >= size)
		return -EBADMSG;
	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] >= 0x7f)
			return -EBADMSG;
	memcpy(buf, text, len);
	buf[len] = '\0';
	return 0;
}

/* Programs in the driver and behind it can run at the same time; then each has its number. */
static int parse_xdp(struct nlattr *nest, struct nt_nic_link *ret)
{
	struct nlattr *tb[IFLA_XDP_MAX + 1];
	uint8_t attached;

	if (nla_parse_nested(tb, IFLA_XDP_MAX, nest, NULL) < 0 || !tb[IFLA_XDP_ATTACHED] ||
	    nla_len(tb[IFLA_XDP_ATTACHED]) != sizeof(attached))
		return -EBADMSG;
	attached = nla_get_u8(tb[IFLA_XDP_ATTACHED]);
	ret->xdp = attached == XDP_ATTACHED_DRV || attached == XDP_ATTACHED_HW ||
		   tb[IFLA_XDP_DRV_PROG_ID] || tb[IFLA_XDP_HW_PROG_ID];
	ret->xdp_generic = attached == XDP_ATTACHED_SKB || tb[IFLA_XDP_SKB_PROG_ID];
	return 0;
}

static int u8_of(const struct nlattr *attr, uint8_t *ret)
{
	if (!attr)
		return 0;
	if (nla_len(attr) != sizeof(*ret))
		return -EBADMSG;
	*ret = nla_get_u8(attr);
	return 0;
}

/* bond_fill_slave_info(): the state of an LACP port is told in that mode only. */
static int parse_port(struct nlattr *nest, struct nt_nic_link *ret)
{
	struct nlattr *tb[IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE + 1];
	uint8_t mii = BOND_LINK_UP, lacp = LACP_IN_USE;

	if (nla_parse_nested(tb, IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE, nest, NULL) < 0 ||
	    u8_of(tb[IFLA_BOND_SLAVE_MII_STATUS], &mii) < 0 ||
	    u8_of(tb[IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE], &lacp) < 0)
		return -EBADMSG;
	ret->idle_port = mii != BOND_LINK_UP || (lacp & LACP_IN_USE) != LACP_IN_USE;
	return 0;
}

/* What its master has to say of a port. */
static int parse_info(struct nlattr *nest, struct nt_nic_link *ret)
{
	struct nlattr *tb[IFLA_INFO_MAX + 1];
	char kind[16] = "";
	int r = 0;

	if (nla_parse_nested(tb, IFLA_INFO_MAX, nest, NULL) < 0)
		return -EBADMSG;
	if (tb[IFLA_INFO_SLAVE_KIND])
		r = copy_name(tb[IFLA_INFO_SLAVE_KIND], kind, sizeof(kind));
	if (r < 0 || strcmp(kind, "bond") != 0 || !tb[IFLA_INFO_SLAVE_DATA])
		return r;
	return parse_port(tb[IFLA_INFO_SLAVE_DATA], ret);
}

/* See ethnl_parse.h. */
int nt_ethnl_parse_link(struct nlattr *attrs, int len, struct nt_nic_link *ret)
{
	struct nlattr *tb[IFLA_MAX + 1];
	int r;

	if (nla_parse(tb, IFLA_MAX, attrs, len, NULL) < 0)
		return -EBADMSG;
	if (u32_of(tb[IFLA_MTU], &ret->mtu) < 0 || u32_of(tb[IFLA_MIN_MTU], &ret->mtu_min) < 0 ||
	    u32_of(tb[IFLA_MAX_MTU], &ret->mtu_max) < 0 ||
	    u32_of(tb[IFLA_TXQLEN], &ret->tx_queue_len) < 0)
		return -EBADMSG;
	if (tb[IFLA_PERM_ADDRESS])
		format_address(tb[IFLA_PERM_ADDRESS], ret->permanent_address,
			       sizeof(ret->permanent_address));
	if (tb[IFLA_PARENT_DEV_NAME]) {
		r = copy_name(tb[IFLA_PARENT_DEV_NAME], ret->bus, sizeof(ret->bus));
		if (r < 0)
			return r;
	}
	r = tb[IFLA_LINKINFO] ? parse_info(tb[IFLA_LINKINFO], ret) : 0;
	return r == 0 && tb[IFLA_XDP] ? parse_xdp(tb[IFLA_XDP], ret) : r;
}

/* ---- queues and NAPI instances ---- */

/* See ethnl_parse.h. */
int nt_ethnl_parse_queue(struct nlattr *attrs, int len, struct nt_io_napi *ret)
{
	struct nlattr *tb[NT_NETDEV_A_QUEUE_NAPI_ID + 1];
	uint32_t type = 0;

	*ret = (struct nt_io_napi){ 0 };
	if (nla_parse(tb, NT_NETDEV_A_QUEUE_NAPI_ID, attrs, len, NULL) < 0)
		return -EBADMSG;
	if (!tb[NT_NETDEV_A_QUEUE_ID] || !tb[NT_NETDEV_A_QUEUE_TYPE])
		return -EBADMSG;
	if (u32_of(tb[NT_NETDEV_A_QUEUE_ID], &ret->queue) < 0 ||
	    u32_of(tb[NT_NETDEV_A_QUEUE_TYPE], &type) < 0 ||
	    u32_of(tb[NT_NETDEV_A_QUEUE_NAPI_ID], &ret->napi_id) < 0)
		return -EBADMSG;
	if (type != NT_NETDEV_QUEUE_TYPE_RX && type != NT_NETDEV_QUEUE_TYPE_TX)
		return -ENOENT;
	ret->kind = type == NT_NETDEV_QUEUE_TYPE_RX ? NT_QUEUE_RX : NT_QUEUE_TX;
	return ret->napi_id ? 0 : -ENOENT;
}

/* How an instance is polled, and the attribute's type; times may be of 32 or 64 bits (NLA_UINT). */
static const struct {
	uint16_t attr;
	bool wide;
} napi_fields[NT_NAPI_FIELDS] = {
	[NT_NAPI_DEFER_HARD_IRQS] = { NT_NETDEV_A_NAPI_DEFER_HARD_IRQS, false },
	[NT_NAPI_GRO_FLUSH_TIMEOUT] = { NT_NETDEV_A_NAPI_GRO_FLUSH_TIMEOUT, true },
	[NT_NAPI_THREADED] = { NT_NETDEV_A_NAPI_THREADED, false },
	[NT_NAPI_IRQ_SUSPEND_TIMEOUT] = { NT_NETDEV_A_NAPI_IRQ_SUSPEND_TIMEOUT, true },
};

/* 32 or 64 bits. */
static int uint_of(struct nlattr *attr, uint64_t *ret)
{
	uint32_t narrow;
	int r = 0;

	if (nla_len(attr) == sizeof(*ret)) {
		*ret = nla_get_u64(attr);
	} else {
		r = u32_of(attr, &narrow);
		*ret = r == 0 ? narrow : 0;
	}
	return r;
}

/* See ethnl_parse.h. */
int nt_ethnl_parse_napi(struct nlattr *attrs, int len, struct nt_io_napi *ret)
{
	struct nlattr *tb[NT_NETDEV_A_NAPI_THREADED + 1];

	*ret = (struct nt_io_napi){ 0 };
	if (nla_parse(tb, NT_NETDEV_A_NAPI_THREADED, attrs, len, NULL) < 0)
		return -EBADMSG;
	if (!tb[NT_NETDEV_A_NAPI_ID] || u32_of(tb[NT_NETDEV_A_NAPI_ID], &ret->napi_id) < 0 ||
	    u32_of(tb[NT_NETDEV_A_NAPI_IRQ], &ret->irq) < 0)
		return -EBADMSG;
	for (unsigned int i = 0; i < NT_NAPI_FIELDS; i++) {
		struct nlattr *attr = tb[napi_fields[i].attr];

		if (!attr)
			continue;
		if (uint_of(attr, &ret->polled.value[i]) < 0)
			return -EBADMSG;
		ret->polled.has |= 1U << i;
	}
	return 0;
}

/* See ethnl_parse.h. */
int nt_ethnl_put_napi(struct nl_msg *msg, enum nt_napi_field field, uint64_t value)
{
	if (!napi_fields[field].wide && value > UINT32_MAX)
		return -ERANGE;
	return (napi_fields[field].wide
		? nla_put_u64(msg, napi_fields[field].attr, value)
		: nla_put_u32(msg, napi_fields[field].attr, (uint32_t)value)) < 0 ? -EMSGSIZE : 0;
}
