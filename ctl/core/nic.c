// SPDX-License-Identifier: GPL-2.0-or-later
/* Names and sizes of what network devices can be told. See nic.h. */
#include "nic.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ethtool(8)'s words, which are what people know. */
static const char *const coalesce_names[NT_COALESCE_FIELDS] = {
	[NT_COALESCE_ADAPTIVE_RX] = "adaptive-rx",
	[NT_COALESCE_ADAPTIVE_TX] = "adaptive-tx",
	[NT_COALESCE_CQE_RX] = "cqe-mode-rx",
	[NT_COALESCE_CQE_TX] = "cqe-mode-tx",
	[NT_COALESCE_RX_USECS] = "rx-usecs",
	[NT_COALESCE_RX_FRAMES] = "rx-frames",
	[NT_COALESCE_RX_USECS_IRQ] = "rx-usecs-irq",
	[NT_COALESCE_RX_FRAMES_IRQ] = "rx-frames-irq",
	[NT_COALESCE_TX_USECS] = "tx-usecs",
	[NT_COALESCE_TX_FRAMES] = "tx-frames",
	[NT_COALESCE_TX_USECS_IRQ] = "tx-usecs-irq",
	[NT_COALESCE_TX_FRAMES_IRQ] = "tx-frames-irq",
	[NT_COALESCE_STATS_BLOCK_USECS] = "stats-block-usecs",
};

static const char *const napi_names[NT_NAPI_FIELDS] = {
	[NT_NAPI_DEFER_HARD_IRQS] = "napi-defer-hard-irqs",
	[NT_NAPI_GRO_FLUSH_TIMEOUT] = "gro-flush-timeout",
	[NT_NAPI_THREADED] = "threaded",
	[NT_NAPI_IRQ_SUSPEND_TIMEOUT] = "irq-suspend-timeout",
};

enum nt_nic_ready nt_nic_ready(const struct nt_nic_link *link)
{
	if (!link->carrier)
		return NT_NIC_NOT_READY;
	return link->idle_port ? NT_NIC_CARRIER : NT_NIC_IN_USE;
}

const char *nt_coalesce_name(unsigned int field)
{
	return field < NT_COALESCE_FIELDS ? coalesce_names[field] : NULL;
}

int nt_coalesce_find(const char *name)
{
	for (int i = 0; i < NT_COALESCE_FIELDS; i++)
		if (!strcmp(coalesce_names[i], name))
			return i;
	return -ENOENT;
}

const char *nt_napi_name(unsigned int field)
{
	return field < NT_NAPI_FIELDS ? napi_names[field] : NULL;
}

int nt_napi_find(const char *name)
{
	for (int i = 0; i < NT_NAPI_FIELDS; i++)
		if (!strcmp(napi_names[i], name))
			return i;
	return -ENOENT;
}

const struct nt_nic_feature *nt_nic_feature_find(const struct nt_nic_features *features,
						 const char *name)
{
	for (size_t i = 0; features && i < features->n; i++)
		if (!strcmp(features->list[i].name, name))
			return &features->list[i];
	return NULL;
}

const struct nt_napi_fact *nt_nic_napi_of(const struct nt_nic_fact *nic, enum nt_queue_kind kind,
					  uint32_t queue)
{
	size_t low = 0, high = nic->n_napis;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct nt_napi_fact *napi = &nic->napis[middle];

		if (napi->kind == kind && napi->queue == queue)
			return napi;
		if (napi->kind < kind || (napi->kind == kind && napi->queue < queue))
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const char *nt_queue_kind_name(enum nt_queue_kind kind)
{
	return kind == NT_QUEUE_RX ? "rx" : "tx";
}

uint32_t nt_nic_rx_rings(const struct nt_nic_channels *channels)
{
	return channels->combined + channels->rx;
}

uint32_t nt_nic_tx_rings(const struct nt_nic_channels *channels)
{
	return channels->combined + channels->tx;
}

uint32_t nt_nic_queues(const struct nt_nic_channels *channels)
{
	uint32_t rx = nt_nic_rx_rings(channels), tx = nt_nic_tx_rings(channels);

	return rx > tx ? rx : tx;
}

void nt_nic_fact_free(struct nt_nic_fact *nic)
{
	for (size_t i = 0; i < nic->n_queues; i++) {
		free(nic->queues[i].cpus);
		free(nic->queues[i].rxqs);
	}
	for (size_t i = 0; i < nic->n_irqs; i++) {
		free(nic->irqs[i].cpus);
		free(nic->irqs[i].instead_of);
	}
	free(nic->queues);
	free(nic->irqs);
	free(nic->queue_coalesce);
	free(nic->napis);
	free(nic->features);
	free(nic->rss);
	memset(nic, 0, sizeof(*nic));
}
