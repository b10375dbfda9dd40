// SPDX-License-Identifier: GPL-2.0-or-later
/* Who holds queues, from attributes. See holders_parse.h. */
#include "holders_parse.h"

#include <errno.h>
#include <linux/xdp_diag.h>
#include <netlink/attr.h>
#include <string.h>

#include "uapi_new.h"

/* Beyond any queue that we could be told of. */
#define RING_MAX UINT16_MAX

static void reach(uint32_t *count, uint32_t queue)
{
	if (*count < queue + 1)
		*count = queue + 1;
}

/* -ENOENT when it is not there. */
static int number(struct nlattr *attrs, int len, int type, uint32_t *ret)
{
	const struct nlattr *attr = nla_find(attrs, len, type);

	if (!attr)
		return -ENOENT;
	if (nla_len(attr) != sizeof(*ret))
		return -EBADMSG;
	*ret = nla_get_u32(attr);
	return 0;
}

int nt_holders_parse_queue(struct nlattr *attrs, int len, struct nt_nic_holders *holders)
{
	uint32_t queue, type;

	if (number(attrs, len, NT_NETDEV_A_QUEUE_ID, &queue) < 0 ||
	    number(attrs, len, NT_NETDEV_A_QUEUE_TYPE, &type) < 0 || queue > RING_MAX)
		return -EBADMSG;
	if (nla_find(attrs, len, NT_NETDEV_A_QUEUE_XSK))
		reach(&holders->xsk, queue);
	if (type != NT_NETDEV_QUEUE_TYPE_RX)
		return 0;
	if (nla_find(attrs, len, NT_NETDEV_A_QUEUE_DMABUF) ||
	    nla_find(attrs, len, NT_NETDEV_A_QUEUE_IO_URING))
		reach(&holders->providers, queue);
	return 0;
}

/* A structure of the kernel's may grow at its end. */
static int structure(struct nlattr *attrs, int len, int type, void *ret, size_t size)
{
	const struct nlattr *attr = nla_find(attrs, len, type);

	if (!attr)
		return -ENOENT;
	if (nla_len(attr) < (int)size)
		return -EBADMSG;
	memcpy(ret, nla_data(attr), size);
	return 0;
}

int nt_holders_parse_socket(struct nlattr *attrs, int len, uint32_t ifindex,
			    struct nt_nic_holders *holders)
{
	struct xdp_diag_info info;
	struct xdp_diag_umem umem;
	int r = structure(attrs, len, XDP_DIAG_INFO, &info, sizeof(info));

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	/* One that is not bound has no device. */
	if (info.ifindex != ifindex)
		return 0;
	if (info.queue_id > RING_MAX)
		return -EBADMSG;
	r = structure(attrs, len, XDP_DIAG_UMEM, &umem, sizeof(umem));
	if (r < 0 && r != -ENOENT)
		return r;
	reach(&holders->xsk, info.queue_id);
	if (r == 0 && umem.flags & XDP_DU_F_ZEROCOPY)
		reach(&holders->zero_copy, info.queue_id);
	return 0;
}

/* Rings up to the last in a table of them. */
static int rings_of(const struct nlattr *attr, uint32_t *ret)
{
	size_t n = (size_t)nla_len(attr) / sizeof(uint32_t);
	const char *table = nla_data(attr);

	if ((size_t)nla_len(attr) % sizeof(uint32_t))
		return -EBADMSG;
	*ret = 0;
	for (size_t i = 0; i < n; i++) {
		uint32_t ring;

		memcpy(&ring, table + i * sizeof(ring), sizeof(ring));
		if (ring > RING_MAX)
			return -EBADMSG;
		reach(ret, ring);
	}
	return 0;
}

int nt_holders_parse_context(struct nlattr *attrs, int len, struct nt_nic_holders *holders)
{
	const struct nlattr *table = nla_find(attrs, len, NT_ETHTOOL_A_RSS_INDIR);
	uint32_t context = 0, rings = 0;
	int r = number(attrs, len, NT_ETHTOOL_A_RSS_CONTEXT, &context);

	if (r < 0 && r != -ENOENT)
		return r;
	if (context == 0)
		return 0;
	r = table ? rings_of(table, &rings) : 0;
	if (r < 0)
		return r;
	if (holders->context_rings < rings)
		holders->context_rings = rings;
	if (holders->n_contexts < NT_NIC_CONTEXTS_MAX)
		holders->contexts[holders->n_contexts++] = context;
	return 0;
}
