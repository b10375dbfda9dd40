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

uint32_t nt_nic_rx_rings(const struct nt_nic_channels *channels)
{
	return channels->combined + channels->rx;
}

uint32_t nt_nic_tx_rings(const struct nt_nic_channels *channels)
{
	return channels->combined + channels->tx;
}

void nt_nic_fact_free(struct nt_nic_fact *nic)
{
	for (size_t i = 0; i < nic->n_queues; i++) {
		free(nic->queues[i].cpus);
		free(nic->queues[i].rxqs);
	}
	for (size_t i = 0; i < nic->n_irqs; i++)
		free(nic->irqs[i].cpus);
	free(nic->queues);
	free(nic->irqs);
	free(nic->features);
	free(nic->rss);
	memset(nic, 0, sizeof(*nic));
}
