// SPDX-License-Identifier: GPL-2.0-or-later
/* Bonds as netlink tells them. See bond_parse.h. */
#include "bond_parse.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_bonding.h>
#include <linux/nettune.h>
#include <netlink/attr.h>
#include <stdio.h>
#include <string.h>

#include "ethnl_parse.h"

#define MAC_BYTES 6

/* Numbers are as long as the kernel says they are: a shorter one would read what is behind it. */
static int number_of(const struct nlattr *attr, size_t bytes, uint32_t *ret)
{
	if (!attr)
		return 0;
	if (nla_len(attr) != (int)bytes)
		return -EBADMSG;
	*ret = bytes == 1 ? nla_get_u8(attr) : bytes == 2 ? nla_get_u16(attr) : nla_get_u32(attr);
	return 0;
}

/* A name that can be printed, and named again in a request. */
static int name_of(const struct nlattr *attr, char ret[NT_NIC_NAME_MAX])
{
	const char *text = attr ? nla_data(attr) : "";
	size_t len = attr ? strnlen(text, (size_t)nla_len(attr)) : 0;

	if (len == 0 || len >= NT_NIC_NAME_MAX)
		return -EBADMSG;
	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] >= 0x7f)
			return -EBADMSG;
	memcpy(ret, text, len);
	ret[len] = '\0';
	return 0;
}

static void mac_of(const struct nlattr *attr, char *buf, size_t size)
{
	const uint8_t *b = attr ? nla_data(attr) : NULL;

	if (b && nla_len(attr) == MAC_BYTES)
		snprintf(buf, size, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4],
			 b[5]);
}

static bool is_kind(const struct nlattr *attr, const char *kind)
{
	size_t len = strlen(kind);

	return attr && (size_t)nla_len(attr) >= len && !memcmp(nla_data(attr), kind, len) &&
	       ((size_t)nla_len(attr) == len || ((const char *)nla_data(attr))[len] == '\0');
}

/* ---- rtnetlink ---- */

/* All zeros: nobody answers. */
static int parse_lacp(struct nlattr *nest, struct nt_bond *ret)
{
	struct nlattr *tb[IFLA_BOND_AD_INFO_MAX + 1];

	if (nla_parse_nested(tb, IFLA_BOND_AD_INFO_MAX, nest, NULL) < 0)
		return -EBADMSG;
	mac_of(tb[IFLA_BOND_AD_INFO_PARTNER_MAC], ret->lacp_partner, sizeof(ret->lacp_partner));
	if (!strcmp(ret->lacp_partner, "00:00:00:00:00:00"))
		ret->lacp_partner[0] = '\0';
	return 0;
}

static int parse_data(struct nlattr *nest, struct nt_bond *ret)
{
	struct nlattr *tb[IFLA_BOND_MAX + 1];

	if (!nest || nla_parse_nested(tb, IFLA_BOND_MAX, nest, NULL) < 0)
		return -EBADMSG;
	if (!tb[IFLA_BOND_MODE] || !tb[IFLA_BOND_XMIT_HASH_POLICY] ||
	    number_of(tb[IFLA_BOND_MODE], 1, &ret->value[NT_BOND_MODE]) < 0 ||
	    number_of(tb[IFLA_BOND_XMIT_HASH_POLICY], 1, &ret->value[NT_BOND_POLICY]) < 0 ||
	    number_of(tb[IFLA_BOND_MIIMON], 4, &ret->value[NT_BOND_MIIMON]) < 0 ||
	    number_of(tb[IFLA_BOND_ARP_INTERVAL], 4, &ret->arp_interval_ms) < 0)
		return -EBADMSG;
	return tb[IFLA_BOND_AD_INFO] ? parse_lacp(tb[IFLA_BOND_AD_INFO], ret) : 0;
}

static int parse_bond(struct nlattr *const *tb, struct nt_bond *ret)
{
	struct nlattr *info[IFLA_INFO_MAX + 1];

	if (!tb[IFLA_LINKINFO] || nla_parse_nested(info, IFLA_INFO_MAX, tb[IFLA_LINKINFO],
						   NULL) < 0 ||
	    !is_kind(info[IFLA_INFO_KIND], "bond"))
		return -EOPNOTSUPP;
	mac_of(tb[IFLA_ADDRESS], ret->address, sizeof(ret->address));
	return parse_data(info[IFLA_INFO_DATA], ret);
}

int nt_bond_parse_link(const struct ifinfomsg *info, struct nlattr *attrs, int len,
		       struct nt_bond *ret)
{
	struct nt_bond bond = { .ifindex = info->ifi_index, .up = info->ifi_flags & IFF_UP };
	struct nlattr *tb[IFLA_MAX + 1];
	struct nt_nic_link link = { 0 };
	int r;

	if (nla_parse(tb, IFLA_MAX, attrs, len, NULL) < 0 ||
	    name_of(tb[IFLA_IFNAME], bond.name) < 0)
		return -EBADMSG;
	r = parse_bond(tb, &bond);
	if (r < 0)
		return r;
	if (nt_ethnl_parse_link(attrs, len, &link) < 0)
		return -EBADMSG;
	bond.xdp = link.xdp;
	*ret = bond;
	return 0;
}

static int parse_port_data(struct nlattr *linkinfo, struct nt_bond_port *ret)
{
	struct nlattr *info[IFLA_INFO_MAX + 1], *tb[IFLA_BOND_SLAVE_MAX + 1];
	uint32_t status = BOND_LINK_DOWN, partner = 0, queue_id = 0, prio = 0;

	if (!linkinfo || nla_parse_nested(info, IFLA_INFO_MAX, linkinfo, NULL) < 0 ||
	    !is_kind(info[IFLA_INFO_SLAVE_KIND], "bond") || !info[IFLA_INFO_SLAVE_DATA] ||
	    nla_parse_nested(tb, IFLA_BOND_SLAVE_MAX, info[IFLA_INFO_SLAVE_DATA], NULL) < 0)
		return -EBADMSG;
	if (number_of(tb[IFLA_BOND_SLAVE_MII_STATUS], 1, &status) < 0 ||
	    number_of(tb[IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE], 2, &partner) < 0 ||
	    number_of(tb[IFLA_BOND_SLAVE_QUEUE_ID], 2, &queue_id) < 0 ||
	    number_of(tb[IFLA_BOND_SLAVE_PRIO], 4, &prio) < 0)
		return -EBADMSG;
	ret->link_up = status == BOND_LINK_UP;
	ret->queue_id = queue_id;
	ret->prio = (int)prio;
	ret->partner_state = (uint16_t)partner;
	return 0;
}

int nt_bond_parse_port(const struct ifinfomsg *info, struct nlattr *attrs, int len,
		       struct nt_bond *bond)
{
	struct nt_bond_port port = {
		.ifindex = info->ifi_index,
		.up = info->ifi_flags & IFF_UP,
		.carrier = info->ifi_flags & IFF_LOWER_UP,
	};
	struct nlattr *tb[IFLA_MAX + 1];
	uint32_t bond_index = 0;

	if (nla_parse(tb, IFLA_MAX, attrs, len, NULL) < 0 ||
	    number_of(tb[IFLA_MASTER], 4, &bond_index) < 0)
		return -EBADMSG;
	if (bond_index == 0 || (int)bond_index != bond->ifindex)
		return 0;
	if (name_of(tb[IFLA_IFNAME], port.name) < 0 ||
	    parse_port_data(tb[IFLA_LINKINFO], &port) < 0)
		return -EBADMSG;
	if (bond->n_ports < NT_BOND_PORTS_MAX)
		bond->ports[bond->n_ports] = port;
	bond->n_ports++;
	return 0;
}

/* ---- nettune.ko ---- */

/* By enum nt_slb_counter. */
static const uint8_t counter_attrs[NT_SLB_COUNTERS] = {
	[NT_SLB_RX] = NETTUNE_A_SLB_STATS_RX,
	[NT_SLB_MC_NONACTIVE] = NETTUNE_A_SLB_STATS_MC_NONACTIVE,
	[NT_SLB_OWN_SOURCE] = NETTUNE_A_SLB_STATS_OWN_SOURCE,
	[NT_SLB_REFLECTED] = NETTUNE_A_SLB_STATS_REFLECTED,
	[NT_SLB_GARP_LOCKED] = NETTUNE_A_SLB_STATS_GARP_LOCKED,
	[NT_SLB_GARP_MOVED] = NETTUNE_A_SLB_STATS_GARP_MOVED,
	[NT_SLB_LINK_LOCAL] = NETTUNE_A_SLB_STATS_LINK_LOCAL,
	[NT_SLB_TX_LEARNED] = NETTUNE_A_SLB_STATS_TX_LEARNED,
	[NT_SLB_TX_REFRESHED] = NETTUNE_A_SLB_STATS_TX_REFRESHED,
	[NT_SLB_EVICTED] = NETTUNE_A_SLB_STATS_EVICTED,
	[NT_SLB_PORT_FLAPS] = NETTUNE_A_SLB_STATS_PORT_FLAPS,
	[NT_SLB_UNICAST_ELSEWHERE] = NETTUNE_A_SLB_STATS_UNICAST_ELSEWHERE,
	[NT_SLB_REPORTS_STEERED] = NETTUNE_A_SLB_STATS_REPORTS_STEERED,
	[NT_SLB_ACTIVE_CHANGES] = NETTUNE_A_SLB_STATS_ACTIVE_CHANGES,
	[NT_SLB_ANNOUNCED] = NETTUNE_A_SLB_STATS_ANNOUNCED,
};

static int parse_counters(struct nlattr *nest, uint64_t ret[NT_SLB_COUNTERS])
{
	struct nlattr *tb[NETTUNE_A_SLB_STATS_MAX + 1];

	if (!nest || nla_parse_nested(tb, NETTUNE_A_SLB_STATS_MAX, nest, NULL) < 0)
		return -EBADMSG;
	for (size_t i = 0; i < NT_SLB_COUNTERS; i++) {
		const struct nlattr *attr = tb[counter_attrs[i]];

		if (!attr || nla_len(attr) != (int)sizeof(ret[i]))
			return -EBADMSG;
		ret[i] = nla_get_u64(attr);
	}
	return 0;
}

static int parse_slb_port(struct nlattr *nest, struct nt_slb_state *state)
{
	struct nlattr *tb[NETTUNE_A_SLB_PORT_MAX + 1];
	struct nt_slb_port port = { 0 };
	uint32_t ifindex = 0, usable = 0;

	if (nla_parse_nested(tb, NETTUNE_A_SLB_PORT_MAX, nest, NULL) < 0 ||
	    number_of(tb[NETTUNE_A_SLB_PORT_IFINDEX], 4, &ifindex) < 0 ||
	    number_of(tb[NETTUNE_A_SLB_PORT_USABLE], 4, &usable) < 0 ||
	    parse_counters(tb[NETTUNE_A_SLB_PORT_STATS], port.counter) < 0)
		return -EBADMSG;
	/* The module has as many at most. */
	if (ifindex == 0 || state->n_ports == NT_BOND_PORTS_MAX)
		return -EBADMSG;
	port.ifindex = (int)ifindex;
	port.usable = usable;
	state->ports[state->n_ports++] = port;
	return 0;
}

static int parse_slb_ports(struct nlattr *slb, struct nt_slb_state *state)
{
	struct nlattr *attr;
	int rem, r = 0;

	nla_for_each_nested (attr, slb, rem) {
		if (nla_type(attr) == NETTUNE_A_SLB_PORT)
			r = parse_slb_port(attr, state);
		if (r < 0)
			return r;
	}
	return 0;
}

static int parse_slb_numbers(struct nlattr *const *tb, struct nt_slb_state *ret)
{
	uint32_t ifindex = 0, flags = 0, preferred = 0, active = 0;

	if (number_of(tb[NETTUNE_A_SLB_IFINDEX], 4, &ifindex) < 0 || ifindex == 0 ||
	    number_of(tb[NETTUNE_A_SLB_MACS_MAX], 4, &ret->config.macs_max) < 0 ||
	    number_of(tb[NETTUNE_A_SLB_FLAGS], 4, &flags) < 0 ||
	    number_of(tb[NETTUNE_A_SLB_PREFERRED], 4, &preferred) < 0 ||
	    number_of(tb[NETTUNE_A_SLB_ANNOUNCE_AGE_MS], 4, &ret->config.announce_age_ms) < 0 ||
	    number_of(tb[NETTUNE_A_SLB_ACTIVE], 4, &active) < 0 ||
	    number_of(tb[NETTUNE_A_SLB_MACS], 4, &ret->macs) < 0 ||
	    number_of(tb[NETTUNE_A_SLB_TABLE_BYTES], 4, &ret->table_bytes) < 0)
		return -EBADMSG;
	ret->ifindex = (int)ifindex;
	ret->config.engine = NT_SLB_MODULE;
	ret->config.garp_move = flags & NETTUNE_SLB_FLAG_GARP_MOVE;
	ret->preferred_ifindex = (int)preferred;
	ret->active = (int)active;
	return 0;
}

int nt_slb_parse_state(struct nlattr *attrs, int len, struct nt_slb_state *ret)
{
	struct nlattr *top[NETTUNE_A_MAX + 1], *tb[NETTUNE_A_SLB_MAX + 1];
	struct nt_slb_state state = { 0 };

	if (nla_parse(top, NETTUNE_A_MAX, attrs, len, NULL) < 0 || !top[NETTUNE_A_SLB] ||
	    nla_parse_nested(tb, NETTUNE_A_SLB_MAX, top[NETTUNE_A_SLB], NULL) < 0)
		return -EBADMSG;
	if (parse_slb_numbers(tb, &state) < 0 ||
	    parse_counters(tb[NETTUNE_A_SLB_STATS], state.counter) < 0 ||
	    parse_slb_ports(top[NETTUNE_A_SLB], &state) < 0)
		return -EBADMSG;
	*ret = state;
	return 0;
}
