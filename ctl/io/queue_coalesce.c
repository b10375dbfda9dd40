// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Interrupt moderation of single queues: ETHTOOL_PERQUEUE, for which netlink has no message.
 *
 * The ioctl does not tell which fields a driver has. Those that it has for the whole device are
 * taken, as far as the ioctl knows them: it has none for CQE modes.
 */
#include <errno.h>
#include <linux/ethtool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "ethioctl.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "nic_live.h"

/* By enum nt_coalesce_field; 0, which is the command's, for those that the ioctl does not have. */
static const size_t members[NT_COALESCE_FIELDS] = {
	[NT_COALESCE_ADAPTIVE_RX] = offsetof(struct ethtool_coalesce, use_adaptive_rx_coalesce),
	[NT_COALESCE_ADAPTIVE_TX] = offsetof(struct ethtool_coalesce, use_adaptive_tx_coalesce),
	[NT_COALESCE_RX_USECS] = offsetof(struct ethtool_coalesce, rx_coalesce_usecs),
	[NT_COALESCE_RX_FRAMES] = offsetof(struct ethtool_coalesce, rx_max_coalesced_frames),
	[NT_COALESCE_RX_USECS_IRQ] = offsetof(struct ethtool_coalesce, rx_coalesce_usecs_irq),
	[NT_COALESCE_RX_FRAMES_IRQ] =
		offsetof(struct ethtool_coalesce, rx_max_coalesced_frames_irq),
	[NT_COALESCE_TX_USECS] = offsetof(struct ethtool_coalesce, tx_coalesce_usecs),
	[NT_COALESCE_TX_FRAMES] = offsetof(struct ethtool_coalesce, tx_max_coalesced_frames),
	[NT_COALESCE_TX_USECS_IRQ] = offsetof(struct ethtool_coalesce, tx_coalesce_usecs_irq),
	[NT_COALESCE_TX_FRAMES_IRQ] =
		offsetof(struct ethtool_coalesce, tx_max_coalesced_frames_irq),
};

static uint32_t *member(struct ethtool_coalesce *values, unsigned int field)
{
	return (uint32_t *)((char *)values + members[field]);
}

/* A request about the queues of [first, first + n), with room for their values behind it. */
static struct ethtool_per_queue_op *request(uint32_t sub_command, uint32_t first, uint32_t n)
{
	struct ethtool_per_queue_op *op;

	op = calloc(1, sizeof(*op) + n * sizeof(struct ethtool_coalesce));
	if (!op)
		return NULL;
	op->cmd = ETHTOOL_PERQUEUE;
	op->sub_command = sub_command;
	for (uint32_t q = first; q < first + n; q++)
		op->queue_mask[q / 32] |= 1U << q % 32;
	return op;
}

static void take(const struct ethtool_per_queue_op *op, uint32_t nth, uint32_t has,
		 struct nt_nic_coalesce *ret)
{
	struct ethtool_coalesce values;

	memcpy(&values, op->data + nth * sizeof(values), sizeof(values));
	*ret = (struct nt_nic_coalesce){ 0 };
	for (unsigned int field = 0; field < NT_COALESCE_FIELDS; field++) {
		if (!(has >> field & 1) || !members[field])
			continue;
		ret->has |= 1U << field;
		ret->value[field] = *member(&values, field);
		if (field < NT_COALESCE_MODES)
			ret->value[field] = ret->value[field] != 0;
	}
}

/* See struct nt_nic_ops. */
int nt_queue_coalesce_get(struct nt_io *io, const char *dev, struct nt_nic_coalesce *ret,
			  uint32_t n, struct nt_diag *diag)
{
	nt_autofree struct ethtool_per_queue_op *op = NULL;
	struct nt_nic_coalesce whole;
	int r;

	if (n > NT_NIC_QUEUES_MAX)
		return -E2BIG;
	op = request(ETHTOOL_GCOALESCE, 0, n);
	if (!op)
		return -ENOMEM;
	r = nt_ethioctl(dev, op);
	if (r < 0)
		return r == -EOPNOTSUPP ? r : nt_ethioctl_report(dev, "coalesce of queues", r,
								 diag);
	r = nt_ethnl_coalesce_get(io, dev, &whole, diag);
	for (uint32_t q = 0; q < n && r == 0; q++)
		take(op, q, whole.has, &ret[q]);
	return r;
}

static int read_one(const char *dev, uint32_t queue, struct ethtool_coalesce *ret)
{
	nt_autofree struct ethtool_per_queue_op *op = request(ETHTOOL_GCOALESCE, queue, 1);
	int r = op ? nt_ethioctl(dev, op) : -ENOMEM;

	if (r == 0)
		memcpy(ret, op->data, sizeof(*ret));
	return r;
}

static int write_one(const char *dev, uint32_t queue, struct ethtool_coalesce *values)
{
	nt_autofree struct ethtool_per_queue_op *op = request(ETHTOOL_SCOALESCE, queue, 1);

	if (!op)
		return -ENOMEM;
	values->cmd = ETHTOOL_SCOALESCE;
	memcpy(op->data, values, sizeof(*values));
	return nt_ethioctl(dev, op);
}

/* See struct nt_nic_ops. The ioctl takes all fields, so what is not wanted goes back as it was. */
int nt_queue_coalesce_set(struct nt_io *io, const char *dev, uint32_t queue,
			  const struct nt_nic_coalesce *want, struct nt_diag *diag)
{
	struct ethtool_coalesce values;
	bool differs = false;
	int r;

	(void)io;
	if (queue >= NT_NIC_QUEUES_MAX)
		return nt_ethioctl_report(dev, "coalesce of a queue", -ERANGE, diag);
	r = read_one(dev, queue, &values);
	for (unsigned int field = 0; field < NT_COALESCE_FIELDS && r == 0; field++) {
		if (!(want->has >> field & 1))
			continue;
		if (!members[field]) {
			r = -EOPNOTSUPP;
			break;
		}
		differs = differs || *member(&values, field) != want->value[field];
		*member(&values, field) = want->value[field];
	}
	if (r == 0 && differs)
		r = write_one(dev, queue, &values);
	return r < 0 ? nt_ethioctl_report(dev, "coalesce of a queue", r, diag) : 0;
}
