// SPDX-License-Identifier: GPL-2.0-or-later
/* Requests of ethtool netlink as bytes. See ethnl_pack.h. */
#include "ethnl_pack.h"

#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>

#include "ethnl_parse.h"
#include "lib/cleanup.h"
#include "nlreq.h"

/* A header, and every number of the largest kind. */
#define PACK_BYTES 512U

static int put_header(struct nl_msg *msg, uint16_t header, uint32_t ifindex)
{
	struct nlattr *nest = nla_nest_start(msg, header | NLA_F_NESTED);

	if (!nest || nla_put_u32(msg, ETHTOOL_A_HEADER_DEV_INDEX, ifindex) < 0)
		return -ENOMEM;
	nla_nest_end(msg, nest);
	return 0;
}

static int take_attrs(struct nl_msg *msg, void **ret, size_t *ret_len)
{
	size_t len = (size_t)nlmsg_attrlen(nlmsg_hdr(msg), 0);
	void *attrs = malloc(len);

	if (!attrs)
		return -ENOMEM;
	memcpy(attrs, nlmsg_attrdata(nlmsg_hdr(msg), 0), len);
	*ret = attrs;
	*ret_len = len;
	return 0;
}

/* See ethnl_pack.h. */
int nt_ethnl_pack_channels(uint32_t ifindex, const struct nt_nic_channels *now,
			   const struct nt_nic_channels *want, void **ret, size_t *ret_len)
{
	const struct nt_ethnl_kind *kind = &nt_ethnl_channels;
	nt_auto(nt_nl_msg_free_p) struct nl_msg *msg = nlmsg_alloc_size(NLMSG_HDRLEN + PACK_BYTES);
	int r;

	if (!msg || !nlmsg_put(msg, 0, 0, 0, 0, 0))
		return -ENOMEM;
	r = put_header(msg, kind->header, ifindex);
	if (r == 0)
		r = nt_ethnl_put_changes(kind, msg, now, want, UINT32_MAX);
	if (r <= 0)
		return r < 0 ? -ENOMEM : -ENODATA;
	return take_attrs(msg, ret, ret_len);
}
