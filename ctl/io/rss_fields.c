// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the hash of received flows is made of, by kind of flow.
 *
 * Read by ioctl, which every kernel has and which says the same as netlink. Set by netlink where
 * the kernel can (Linux 6.17), since it says why it refuses, by ioctl elsewhere.
 */
#include <errno.h>
#include <linux/ethtool.h>
#include <netlink/attr.h>
#include <stdio.h>
#include <string.h>

#include "core/rss_fields.h"
#include "ethioctl.h"
#include "ethnl.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "nic_live.h"
#include "uapi_new.h"

#define ATTRS_BYTES 64U

static const struct {
	uint32_t type;
	uint16_t attr;
} flows[NT_FLOWS] = {
	[NT_FLOW_IP4] = { IPV4_FLOW, NT_ETHTOOL_A_FLOW_IP4 },
	[NT_FLOW_IP6] = { IPV6_FLOW, NT_ETHTOOL_A_FLOW_IP6 },
	[NT_FLOW_TCP4] = { TCP_V4_FLOW, NT_ETHTOOL_A_FLOW_TCP4 },
	[NT_FLOW_TCP6] = { TCP_V6_FLOW, NT_ETHTOOL_A_FLOW_TCP6 },
	[NT_FLOW_UDP4] = { UDP_V4_FLOW, NT_ETHTOOL_A_FLOW_UDP4 },
	[NT_FLOW_UDP6] = { UDP_V6_FLOW, NT_ETHTOOL_A_FLOW_UDP6 },
	[NT_FLOW_SCTP4] = { SCTP_V4_FLOW, NT_ETHTOOL_A_FLOW_SCTP4 },
	[NT_FLOW_SCTP6] = { SCTP_V6_FLOW, NT_ETHTOOL_A_FLOW_SCTP6 },
	[NT_FLOW_AH4] = { AH_V4_FLOW, NT_ETHTOOL_A_FLOW_AH4 },
	[NT_FLOW_AH6] = { AH_V6_FLOW, NT_ETHTOOL_A_FLOW_AH6 },
	[NT_FLOW_ESP4] = { ESP_V4_FLOW, NT_ETHTOOL_A_FLOW_ESP4 },
	[NT_FLOW_ESP6] = { ESP_V6_FLOW, NT_ETHTOOL_A_FLOW_ESP6 },
};

/* Drivers answer -EINVAL to a kind that they do not know, some -EOPNOTSUPP. */
static int read_flow(const char *dev, unsigned int flow, struct nt_nic_rss_fields *ret)
{
	struct ethtool_rxnfc rxnfc = { .cmd = ETHTOOL_GRXFH, .flow_type = flows[flow].type };
	char text[NT_RSS_FIELDS_TEXT];
	int r = nt_ethioctl(dev, &rxnfc);

	if (r == -EINVAL || r == -EOPNOTSUPP)
		return 0;
	/* What has no letter could not be put back. */
	if (r < 0 || rxnfc.data > UINT32_MAX ||
	    nt_rss_fields_format((uint32_t)rxnfc.data, text, sizeof(text)) < 0)
		return r;
	ret->has |= 1U << flow;
	ret->value[flow] = (uint32_t)rxnfc.data;
	return 0;
}

/* See struct nt_nic_ops. */
int nt_rss_fields_get(struct nt_io *io, const char *dev, struct nt_nic_rss_fields *ret,
		      struct nt_diag *diag)
{
	struct nt_nic_rss_fields found = { 0 };
	int r = 0;

	(void)io;
	for (unsigned int flow = 0; flow < NT_FLOWS && r == 0; flow++)
		r = read_flow(dev, flow, &found);
	if (r < 0)
		return nt_ethioctl_report(dev, "rss fields", r, diag);
	if (!found.has)
		return -EOPNOTSUPP;
	*ret = found;
	return 0;
}

static int put_fields(struct nl_msg *msg, unsigned int flow, uint32_t value)
{
	struct nlattr *nest = nla_nest_start(msg, NT_ETHTOOL_A_RSS_FLOW_HASH);

	if (!nest || nla_put_u32(msg, flows[flow].attr, value) < 0)
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* -EOPNOTSUPP without words where the kernel does not know the message, or the driver cannot. */
static int set_by_netlink(const char *dev, unsigned int flow, uint32_t value, struct nt_diag *diag)
{
	nt_auto(nt_ethnl_close) struct nt_ethnl ethnl = { .dev = dev, .what = "rss fields" };
	int r = nt_ethnl_open(&ethnl, NT_ETHTOOL_MSG_RSS_SET, NT_ETHTOOL_A_RSS_HEADER, ATTRS_BYTES);

	if (r == 0)
		r = put_fields(ethnl.msg, flow, value);
	if (r == 0)
		r = nt_ethnl_ask(&ethnl, NULL, NULL);
	return r == 0 || r == -EOPNOTSUPP
	       ? r : nt_ethnl_report(&ethnl, r, nt_flow_name(flow), diag);
}

static int set_flow(const char *dev, unsigned int flow, uint32_t value, struct nt_diag *diag)
{
	struct ethtool_rxnfc rxnfc = { .cmd = ETHTOOL_SRXFH, .flow_type = flows[flow].type,
				       .data = value };
	char what[32];
	int r = set_by_netlink(dev, flow, value, diag);

	if (r != -EOPNOTSUPP)
		return r;
	r = nt_ethioctl(dev, &rxnfc);
	snprintf(what, sizeof(what), "rss fields of %s", nt_flow_name(flow));
	return r < 0 ? nt_ethioctl_report(dev, what, r, diag) : 0;
}

/* See struct nt_nic_ops. */
int nt_rss_fields_set(struct nt_io *io, const char *dev, const struct nt_nic_rss_fields *want,
		      struct nt_diag *diag)
{
	struct nt_nic_rss_fields now;
	int r = nt_rss_fields_get(io, dev, &now, diag);

	if (r == 0 && want->has & ~now.has)
		r = -EOPNOTSUPP;
	if (r == -EOPNOTSUPP)
		return nt_diag_err(diag, EOPNOTSUPP, "%s: rss fields: the driver has none for "
				   "this kind of flow", dev);
	for (unsigned int flow = 0; flow < NT_FLOWS && r == 0; flow++)
		if (want->has >> flow & 1 && want->value[flow] != now.value[flow])
			r = set_flow(dev, flow, want->value[flow], diag);
	return r;
}
