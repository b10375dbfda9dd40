// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Drivers and what they do besides what they are asked for. A row of the table for each; functions
 * of Linux 6.12 are named where they are imitated. See fake_nic.h.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_nic.h"
#include "lib/diag.h"

#define COALESCE(field) (1U << NT_COALESCE_##field)

#define HAS_ALL                                                                            \
	(NT_NIC_HAS_CHANNELS | NT_NIC_HAS_RINGS | NT_NIC_HAS_COALESCE | NT_NIC_HAS_PAUSE | \
	 NT_NIC_HAS_FEATURES | NT_NIC_HAS_RSS | NT_NIC_HAS_RSS_FIELDS)

/* ETH_RSS_HASH_* */
#define TOEPLITZ (1U << 0)
#define XOR      (1U << 1)
#define CRC32    (1U << 2)

/* RXH_*: addresses, and ports besides */
#define SD   (1U << 4 | 1U << 5)
#define SDFN (SD | 1U << 6 | 1U << 7)

#define FLOW(kind) (1U << NT_FLOW_##kind)
/* TCP by ports, all else by addresses: what igb_get_rss_hash_opts() and its like start with. */
#define COMMON_FIELDS                                                                      \
	.fields = { .has = FLOW(IP4) | FLOW(IP6) | FLOW(TCP4) | FLOW(TCP6) | FLOW(UDP4) |  \
			   FLOW(UDP6),                                                     \
		    .value = { [NT_FLOW_IP4] = SD, [NT_FLOW_IP6] = SD, [NT_FLOW_TCP4] = SDFN, \
			       [NT_FLOW_TCP6] = SDFN, [NT_FLOW_UDP4] = SD, [NT_FLOW_UDP6] = SD } }

#define TX_OFFLOADS                                                                        \
	(FAKE_BIT(FAKE_SG) | FAKE_BIT(FAKE_TSO) | FAKE_BIT(FAKE_TSO_ECN) |                 \
	 FAKE_BIT(FAKE_TSO_MANGLEID) | FAKE_BIT(FAKE_TSO6) | FAKE_BIT(FAKE_GSO) |          \
	 FAKE_BIT(FAKE_VLAN_TX))
#define RX_OFFLOADS                                                                        \
	(FAKE_BIT(FAKE_GRO) | FAKE_BIT(FAKE_RXCSUM) | FAKE_BIT(FAKE_RXHASH) |              \
	 FAKE_BIT(FAKE_VLAN_RX))
/* Drivers with one checksum for all protocols, and those with one for each. */
#define GENERIC  (TX_OFFLOADS | RX_OFFLOADS | FAKE_BIT(FAKE_HW_CSUM) | FAKE_BIT(FAKE_USO))
#define SPECIFIC (TX_OFFLOADS | RX_OFFLOADS | FAKE_BIT(FAKE_IP_CSUM) | FAKE_BIT(FAKE_IPV6_CSUM))

static uint32_t rings_of(const struct fake_nic *nic)
{
	return nt_nic_rx_rings(&nic->channels);
}

static struct fake_cpus one_cpu(const struct fake_nics *nics, uint32_t queue)
{
	uint32_t cpu = queue % nics->n_cpus;

	return fake_cpus_range(cpu, cpu + 1);
}

/* cpumask_local_spread(), on one node. */
static void spread_xps(struct fake_nics *nics, struct fake_nic *nic)
{
	for (uint32_t q = 0; q < nt_nic_tx_rings(&nic->channels); q++)
		nic->queues[q].xps = one_cpu(nics, q);
}

static uint32_t round_up_power(uint32_t n)
{
	uint32_t power = 1;

	while (power < n)
		power *= 2;
	return power;
}

/* ---- i40e ---- */

/*
 * i40e_set_channels() -> i40e_reconfig_rss_queues() -> i40e_reset_and_rebuild(): rings are
 * allocated anew, so i40e_alloc_rings() gives each the default itr_setting, and
 * i40e_config_xps_tx_ring() pins each once more. With less queues the user's key and table are
 * discarded (i40e_clear_rss_config_user()), with more the user's table stays as it was, also when
 * the "user" was a reset: i40e_set_rxfh() keeps what it is given as vsi->rss_lut_user.
 */
static void i40e_channels(struct fake_nics *nics, struct fake_nic *nic,
			  const struct nt_nic_channels *old)
{
	nic->coalesce = nic->driver->coalesce;
	fake_nic_spread_coalesce(nic);
	spread_xps(nics, nic);
	if (rings_of(nic) < nt_nic_rx_rings(old)) {
		nic->lut_user = false;
		fake_nic_fill_key(nic);
	}
	if (!nic->lut_user)
		fake_nic_fill_table(nic);
}

/* i40e_set_itr_per_queue(): ITR_REG_ALIGN() makes odd times even. */
static void i40e_coalesce_set(struct fake_nic *nic, const struct nt_nic_coalesce *old)
{
	(void)old;
	nic->coalesce.value[NT_COALESCE_RX_USECS] += nic->coalesce.value[NT_COALESCE_RX_USECS] % 2;
	nic->coalesce.value[NT_COALESCE_TX_USECS] += nic->coalesce.value[NT_COALESCE_TX_USECS] % 2;
}

/* __i40e_set_coalesce(): I40E_MAX_ITR */
static int i40e_check_coalesce(const struct fake_nic *nic, const struct nt_nic_coalesce *want)
{
	(void)nic;
	return want->value[NT_COALESCE_RX_USECS] > 8160 || want->value[NT_COALESCE_TX_USECS] > 8160
	       ? -EINVAL : 0;
}

/* ---- igb, ixgbe ---- */

/* igb_set_coalesce() refuses what it cannot tell from its modes, and tx-usecs with queue pairs. */
static int igb_check_coalesce(const struct fake_nic *nic, const struct nt_nic_coalesce *want)
{
	uint32_t usecs = want->value[NT_COALESCE_RX_USECS];

	(void)nic;
	if (usecs > 10000 || usecs == 2 || (usecs > 3 && usecs < 10))
		return -EINVAL;
	return want->value[NT_COALESCE_TX_USECS] ? -EINVAL : 0;
}

/* ixgbe_set_coalesce(): vectors serve both directions, so there is no tx-usecs. */
static int ixgbe_check_coalesce(const struct fake_nic *nic, const struct nt_nic_coalesce *want)
{
	(void)nic;
	return want->value[NT_COALESCE_RX_USECS] > 1023 || want->value[NT_COALESCE_TX_USECS]
	       ? -EINVAL : 0;
}

/* igb_set_rss_hash_opt(), ixgbe_set_rss_hash_opt(): only UDP has a choice, of two. */
static int igb_check_fields(enum nt_flow flow, uint32_t fields)
{
	switch (flow) {
	case NT_FLOW_TCP4:
	case NT_FLOW_TCP6:
		return fields == SDFN ? 0 : -EINVAL;
	case NT_FLOW_UDP4:
	case NT_FLOW_UDP6:
		return fields == SD || fields == SDFN ? 0 : -EINVAL;
	default:
		return fields == SD ? 0 : -EINVAL;
	}
}

/* igb_setup_mrqc(): each ring gets a run of entries, not every n-th one. */
static uint16_t igb_table_default(const struct fake_nic *nic, uint32_t i)
{
	return (uint16_t)(i * rings_of(nic) / nic->n_table);
}

/*
 * igb_set_channels() -> igb_reinit_queues() -> igb_reset_interrupt_capability(): the vectors are
 * given back, so interrupts have new numbers and the default affinity. igb_setup_mrqc() makes the
 * table anew when the number of queues has changed.
 */
static void igb_channels(struct fake_nics *nics, struct fake_nic *nic,
			 const struct nt_nic_channels *old)
{
	(void)old;
	fake_nic_take_irqs(nics, nic);
	fake_nic_fill_table(nic);
}

/*
 * ixgbe_set_channels() -> ixgbe_setup_tc(): ixgbe_clear_interrupt_scheme() gives the vectors back.
 * ixgbe_setup_reta() makes the table anew at every start, whoever had set it.
 * ixgbe_configure_tx_ring() pins rings, which are new, with netif_set_xps_queue().
 */
static void ixgbe_channels(struct fake_nics *nics, struct fake_nic *nic,
			   const struct nt_nic_channels *old)
{
	(void)old;
	fake_nic_take_irqs(nics, nic);
	spread_xps(nics, nic);
	fake_nic_fill_table(nic);
}

/* ixgbe_down(), ixgbe_up() -> ixgbe_configure() -> ixgbe_setup_mrqc() -> ixgbe_setup_reta() */
static void ixgbe_reopen(struct fake_nics *nics, struct fake_nic *nic)
{
	(void)nics;
	fake_nic_fill_table(nic);
}

/* ---- ice ---- */

/* ice_set_channels() */
static int ice_check_channels(const struct fake_nics *nics, const struct fake_nic *nic,
			      const struct nt_nic_channels *want, struct nt_diag *diag)
{
	(void)nics;
	(void)want;
	(void)diag; /* the words go to the kernel's log */
	if (nic->ntuple)
		return -EOPNOTSUPP;
	return nic->rdma ? -EBUSY : 0;
}

/*
 * ice_vsi_recfg_qs() keeps coalescing over the rebuild (ice_vsi_rebuild_set_coalesce()) and
 * ice_set_channels() spreads only over a table that the user has not set. ice_cfg_xps_tx_ring()
 * pins rings, which are new.
 */
static void ice_channels(struct fake_nics *nics, struct fake_nic *nic,
			 const struct nt_nic_channels *old)
{
	(void)old;
	spread_xps(nics, nic);
	if (!nic->rxfh_configured)
		fake_nic_fill_table(nic);
}

/* ice_set_rc_coalesce(): "rx interrupt throttling cannot be changed if adaptive-rx is enabled" */
static int ice_check_coalesce(const struct fake_nic *nic, const struct nt_nic_coalesce *want)
{
	const uint32_t *now = nic->coalesce.value;

	for (int i = 0; i < 2; i++) {
		int usecs = i ? NT_COALESCE_TX_USECS : NT_COALESCE_RX_USECS;
		int mode = i ? NT_COALESCE_ADAPTIVE_TX : NT_COALESCE_ADAPTIVE_RX;

		if (want->value[mode] && want->value[usecs] != now[usecs])
			return -EINVAL;
		if (want->value[usecs] > 8160)
			return -EINVAL;
	}
	return 0;
}

/* ---- mlx5 ---- */

/* mlx5e_rqt_size(): MLX5E_INDIR_MIN_RQT_SIZE, MLX5E_UNIFORM_SPREAD_RQT_FACTOR; 6.1 has one size. */
static uint32_t mlx5_table_size(const struct fake_nic *nic, uint32_t rings)
{
	uint32_t size = round_up_power(rings * 2);

	(void)nic;
	return size > 256 ? size : 256;
}

/*
 * mlx5e_ethtool_set_channels(), from 6.6 on: a table that the user has set must not need another
 * size. Linux 6.1 has one size.
 */
static int mlx5_check_channels(const struct fake_nics *nics, const struct fake_nic *nic,
			       const struct nt_nic_channels *want, struct nt_diag *diag)
{
	(void)diag;
	if (nics->kernel == FAKE_LINUX_6_1 || !nic->rxfh_configured)
		return 0;
	return mlx5_table_size(nic, nt_nic_rx_rings(want)) == nic->n_table ? 0 : -EINVAL;
}

/*
 * mlx5e_num_channels_changed() -> mlx5e_update_tc_and_tx_queues() ->
 * mlx5e_set_default_xps_cpumasks(): every queue is pinned anew, to all vectors that it would have
 * if it took every n-th.
 */
static void mlx5_channels(struct fake_nics *nics, struct fake_nic *nic,
			  const struct nt_nic_channels *old)
{
	uint32_t n = rings_of(nic);

	(void)old;
	for (uint32_t q = 0; q < n; q++) {
		memset(&nic->queues[q].xps, 0, sizeof(nic->queues[q].xps));
		for (uint32_t vector = q; vector < nic->channels.combined_max; vector += n)
			fake_cpus_add(&nic->queues[q].xps, vector % nics->n_cpus);
	}
	if (nics->kernel != FAKE_LINUX_6_1 && !nic->rxfh_configured)
		nic->n_table = mlx5_table_size(nic, n);
	if (!nic->rxfh_configured)
		fake_nic_fill_table(nic);
}

/*
 * mlx5e_ethtool_set_coalesce(): another mode, adaptive or CQE, brings that mode's own values
 * (mlx5e_reset_rx_moderation(), mlx5e_reset_tx_moderation()).
 */
static void mlx5_coalesce_set(struct fake_nic *nic, const struct nt_nic_coalesce *old)
{
	uint32_t *now = nic->coalesce.value;

	if (now[NT_COALESCE_ADAPTIVE_RX] != old->value[NT_COALESCE_ADAPTIVE_RX] ||
	    now[NT_COALESCE_CQE_RX] != old->value[NT_COALESCE_CQE_RX]) {
		now[NT_COALESCE_RX_USECS] = 8;
		now[NT_COALESCE_RX_FRAMES] = 128;
	}
	if (now[NT_COALESCE_ADAPTIVE_TX] != old->value[NT_COALESCE_ADAPTIVE_TX] ||
	    now[NT_COALESCE_CQE_TX] != old->value[NT_COALESCE_CQE_TX]) {
		now[NT_COALESCE_TX_USECS] = 16;
		now[NT_COALESCE_TX_FRAMES] = 32;
	}
}

/* ---- bnxt ---- */

/* bnxt_get_nr_rss_ctxs(), BNXT_RSS_TABLE_ENTRIES_P5 */
static uint32_t bnxt_table_size(const struct fake_nic *nic, uint32_t rings)
{
	(void)nic;
	return (rings + 63) / 64 * 64;
}

/* bnxt_set_channels(): "RSS table entries must be default to proceed", in the kernel's log */
static int bnxt_check_channels(const struct fake_nics *nics, const struct fake_nic *nic,
			       const struct nt_nic_channels *want, struct nt_diag *diag)
{
	(void)nics;
	(void)diag;
	return nic->rxfh_configured && bnxt_table_size(nic, nt_nic_rx_rings(want)) != nic->n_table
	       ? -EINVAL : 0;
}

/* bnxt_request_irq() on every open: irq_set_affinity_hint() also sets the affinity. */
static void pin_irqs(struct fake_nics *nics, struct fake_nic *nic)
{
	for (size_t i = 0; i < nic->n_irqs; i++)
		if (nic->irqs[i].role != NT_IRQ_OTHER &&
		    nic->irqs[i].queue < fake_nic_irq_queues(nic))
			nic->irqs[i].cpus = one_cpu(nics, nic->irqs[i].queue);
}

/* bnxt_close_nic(), bnxt_open_nic(); __bnxt_reserve_rings() spreads a default table anew. */
static void bnxt_channels(struct fake_nics *nics, struct fake_nic *nic,
			  const struct nt_nic_channels *old)
{
	(void)old;
	pin_irqs(nics, nic);
	if (nic->rxfh_configured)
		return;
	nic->n_table = bnxt_table_size(nic, rings_of(nic));
	fake_nic_fill_table(nic);
}

/* ---- ena ---- */

/* ena_set_channels(), ena_xdp_legal_queue_count() */
static int ena_check_channels(const struct fake_nics *nics, const struct fake_nic *nic,
			      const struct nt_nic_channels *want, struct nt_diag *diag)
{
	(void)nics;
	(void)diag;
	return nic->link.xdp && 2 * want->combined > nic->channels.combined_max ? -EINVAL : 0;
}

/*
 * ena_update_queue_count(): ena_com_rss_destroy() forgets table, key and fields, and ena_open() ->
 * ena_request_io_irq() sets the affinity of every interrupt.
 */
static void ena_channels(struct fake_nics *nics, struct fake_nic *nic,
			 const struct nt_nic_channels *old)
{
	(void)old;
	pin_irqs(nics, nic);
	fake_nic_fill_key(nic);
	fake_nic_fill_table(nic);
	nic->fields = nic->driver->fields;
}

/* ---- virtio_net ---- */

/* virtnet_set_channels() */
static int virtio_check_channels(const struct fake_nics *nics, const struct fake_nic *nic,
				 const struct nt_nic_channels *want, struct nt_diag *diag)
{
	(void)nics;
	(void)want;
	(void)diag;
	return nic->link.xdp ? -EINVAL : 0;
}

static struct fake_cpus virtio_group(const struct fake_nics *nics, uint32_t queue, uint32_t n)
{
	uint32_t stride = nics->n_cpus / n > 1 ? nics->n_cpus / n : 1;
	uint32_t stragglers = nics->n_cpus >= n ? nics->n_cpus % n : 0;
	uint32_t first = queue * stride + (queue < stragglers ? queue : stragglers);
	uint32_t size = stride + (queue < stragglers ? 1 : 0);
	struct fake_cpus group = { 0 };

	for (uint32_t i = 0; i < size; i++)
		fake_cpus_add(&group, (first + i) % nics->n_cpus);
	return group;
}

/* virtnet_set_affinity(), called by virtnet_set_channels(): XPS and both interrupts of a queue. */
static void virtio_channels(struct fake_nics *nics, struct fake_nic *nic,
			    const struct nt_nic_channels *old)
{
	uint32_t n = nic->channels.combined;

	(void)old;
	for (uint32_t q = 0; q < n; q++) {
		nic->queues[q].xps = virtio_group(nics, q, n);
		fake_irq_find(nic, NT_IRQ_RX, q)->cpus = nic->queues[q].xps;
		fake_irq_find(nic, NT_IRQ_TX, q)->cpus = nic->queues[q].xps;
	}
	if (!nic->rxfh_configured)
		fake_nic_fill_table(nic);
}

/* virtnet_set_features(): -EBUSY for GRO_HW under XDP. To who asked, that is exit status 0. */
static int virtio_check_features(const struct fake_nic *nic, uint32_t want)
{
	return nic->link.xdp && ((want ^ nic->active) & FAKE_BIT(FAKE_GRO_HW)) ? -EBUSY : 0;
}

/* ---- veth ---- */

/* veth_set_channels() leaves all to netif_set_real_num_{rx,tx}_queues(): see fake_nic.c. */

static const struct fake_driver drivers[] = {
	{
		.name = "i40e", .has = HAS_ALL, .other = 1,
		.ring_max = 4096, .ring_default = 512, .ring_multiple = 32, .mtu_max = 9702,
		.coalesce = { .has = COALESCE(ADAPTIVE_RX) | COALESCE(ADAPTIVE_TX) |
				     COALESCE(RX_USECS) | COALESCE(TX_USECS),
			      .value = { [NT_COALESCE_ADAPTIVE_RX] = 1,
					 [NT_COALESCE_ADAPTIVE_TX] = 1,
					 [NT_COALESCE_RX_USECS] = 50,
					 [NT_COALESCE_TX_USECS] = 50 } },
		/* __i40e_get_coalesce(), __ice_get_coalesce() */
		.by_queue = true, .tells_first = true, .hashes = TOEPLITZ, COMMON_FIELDS,
		.table = 512, .key = 52,
		.features = SPECIFIC | FAKE_BIT(FAKE_NTUPLE) | FAKE_BIT(FAKE_USO),
		.on = SPECIFIC | FAKE_BIT(FAKE_USO) | FAKE_BIT(FAKE_NTUPLE),
		.irq_rxtx = "i40e-@-TxRx-#", .irq_other = "i40e-&:misc",
		.tells_irq = FAKE_LINUX_7,
		.check_coalesce = i40e_check_coalesce, .coalesce_set = i40e_coalesce_set,
		.channels = i40e_channels,
	},
	{
		.name = "igb", .has = HAS_ALL, .other = 1,
		.ring_max = 4096, .ring_default = 256, .ring_multiple = 8, .mtu_max = 9216,
		.coalesce = { .has = COALESCE(RX_USECS) | COALESCE(TX_USECS),
			      .value = { [NT_COALESCE_RX_USECS] = 3 } },
		.hashes = TOEPLITZ, COMMON_FIELDS, .check_fields = igb_check_fields,
		.table = 128, .key = 40,
		.features = SPECIFIC | FAKE_BIT(FAKE_NTUPLE), .on = SPECIFIC,
		.irq_rxtx = "@-TxRx-#", .irq_other = "@",
		.tells_irq = FAKE_LINUX_7,
		.check_coalesce = igb_check_coalesce,
		.channels = igb_channels, .table_default = igb_table_default,
	},
	{
		.name = "ixgbe", .has = HAS_ALL, .other = 1,
		.ring_max = 4096, .ring_default = 512, .ring_multiple = 8, .mtu_max = 9710,
		.coalesce = { .has = COALESCE(RX_USECS) | COALESCE(TX_USECS),
			      .value = { [NT_COALESCE_RX_USECS] = 1 } },
		.hashes = TOEPLITZ, COMMON_FIELDS, .check_fields = igb_check_fields,
		.table = 128, .key = 40,
		.features = SPECIFIC | FAKE_BIT(FAKE_LRO) | FAKE_BIT(FAKE_NTUPLE), .on = SPECIFIC,
		/* ixgbe_set_features() -> ixgbe_do_reset() */
		.reopens_for = FAKE_BIT(FAKE_LRO) | FAKE_BIT(FAKE_NTUPLE),
		.irq_rxtx = "@-TxRx-#", .irq_other = "@",
		.tells_irq = FAKE_LINUX_7,
		.check_coalesce = ixgbe_check_coalesce,
		.channels = ixgbe_channels, .reopen = ixgbe_reopen,
	},
	{
		.name = "ice", .has = HAS_ALL, .other = 1,
		.ring_max = 8160, .ring_default = 2048, .ring_multiple = 32, .mtu_max = 9702,
		.coalesce = { .has = COALESCE(ADAPTIVE_RX) | COALESCE(ADAPTIVE_TX) |
				     COALESCE(RX_USECS) | COALESCE(TX_USECS),
			      .value = { [NT_COALESCE_ADAPTIVE_RX] = 1,
					 [NT_COALESCE_ADAPTIVE_TX] = 1,
					 [NT_COALESCE_RX_USECS] = 50,
					 [NT_COALESCE_TX_USECS] = 50 } },
		/* __i40e_get_coalesce(), __ice_get_coalesce() */
		.by_queue = true, .tells_first = true, .hashes = TOEPLITZ, COMMON_FIELDS,
		.table = 512, .key = 52,
		.features = SPECIFIC | FAKE_BIT(FAKE_NTUPLE) | FAKE_BIT(FAKE_USO),
		.on = SPECIFIC | FAKE_BIT(FAKE_NTUPLE) | FAKE_BIT(FAKE_USO),
		.irq_rxtx = "ice-@-TxRx-#", .irq_other = "ice-&:misc",
		.auxiliary = "ice.roce.0",
		.tells_irq = FAKE_LINUX_6_12, .keeps_napis = true,
		.check_channels = ice_check_channels, .check_coalesce = ice_check_coalesce,
		.channels = ice_channels,
	},
	{
		.name = "mlx5_core", .has = HAS_ALL,
		.ring_max = 8192, .ring_default = 1024, .ring_multiple = 0, .mtu_max = 9978,
		.coalesce = { .has = COALESCE(ADAPTIVE_RX) | COALESCE(ADAPTIVE_TX) |
				     COALESCE(CQE_RX) | COALESCE(CQE_TX) | COALESCE(RX_USECS) |
				     COALESCE(RX_FRAMES) | COALESCE(TX_USECS) |
				     COALESCE(TX_FRAMES),
			      .value = { [NT_COALESCE_ADAPTIVE_RX] = 1,
					 [NT_COALESCE_ADAPTIVE_TX] = 1,
					 [NT_COALESCE_RX_USECS] = 8,
					 [NT_COALESCE_RX_FRAMES] = 128,
					 [NT_COALESCE_TX_USECS] = 16,
					 [NT_COALESCE_TX_FRAMES] = 32 } },
		.hashes = TOEPLITZ | XOR, COMMON_FIELDS,
		.table = 256, .key = 40,
		.features = GENERIC | FAKE_BIT(FAKE_LRO) | FAKE_BIT(FAKE_NTUPLE) |
			    FAKE_BIT(FAKE_RXFCS) | FAKE_BIT(FAKE_GRO_HW),
		.on = GENERIC,
		.reopens_for = FAKE_BIT(FAKE_LRO) | FAKE_BIT(FAKE_RXFCS) | FAKE_BIT(FAKE_GRO_HW),
		.irq_rxtx = "mlx5_comp#@pci:&", .irq_other = "mlx5_async0@pci:&",
		.auxiliary = "mlx5_core.rdma.0",
		.tells_irq = FAKE_LINUX_6_12, .keeps_napis = true,
		.check_channels = mlx5_check_channels, .coalesce_set = mlx5_coalesce_set,
		.channels = mlx5_channels, .table_size = mlx5_table_size,
	},
	{
		.name = "bnxt_en", .has = HAS_ALL,
		.ring_max = 8191, .ring_default = 511, .ring_multiple = 1, .mtu_max = 9500,
		.coalesce = { .has = COALESCE(ADAPTIVE_RX) | COALESCE(RX_USECS) |
				     COALESCE(RX_FRAMES) | COALESCE(RX_USECS_IRQ) |
				     COALESCE(RX_FRAMES_IRQ) | COALESCE(TX_USECS) |
				     COALESCE(TX_FRAMES) | COALESCE(TX_USECS_IRQ) |
				     COALESCE(TX_FRAMES_IRQ) | COALESCE(STATS_BLOCK_USECS),
			      .value = { [NT_COALESCE_RX_USECS] = 10,
					 [NT_COALESCE_RX_FRAMES] = 15,
					 [NT_COALESCE_RX_USECS_IRQ] = 1,
					 [NT_COALESCE_RX_FRAMES_IRQ] = 1,
					 [NT_COALESCE_TX_USECS] = 28,
					 [NT_COALESCE_TX_FRAMES] = 30,
					 [NT_COALESCE_TX_USECS_IRQ] = 2,
					 [NT_COALESCE_TX_FRAMES_IRQ] = 2,
					 [NT_COALESCE_STATS_BLOCK_USECS] = 1000000 } },
		.hashes = TOEPLITZ, COMMON_FIELDS,
		.table = 64, .key = 40,
		.features = SPECIFIC | FAKE_BIT(FAKE_LRO) | FAKE_BIT(FAKE_NTUPLE) |
			    FAKE_BIT(FAKE_GRO_HW),
		.on = SPECIFIC | FAKE_BIT(FAKE_GRO_HW) | FAKE_BIT(FAKE_NTUPLE),
		/* bnxt_set_features() -> bnxt_reinit_features() */
		.reopens_for = FAKE_BIT(FAKE_LRO) | FAKE_BIT(FAKE_NTUPLE) | FAKE_BIT(FAKE_GRO_HW),
		.irq_rxtx = "@-TxRx-#",
		.auxiliary = "bnxt_en.rdma.0",
		.tells_irq = FAKE_LINUX_6_12, .keeps_napis = true,
		.check_channels = bnxt_check_channels,
		.channels = bnxt_channels, .reopen = pin_irqs, .table_size = bnxt_table_size,
	},
	{
		.name = "ena", .has = HAS_ALL & ~NT_NIC_HAS_PAUSE,
		.ring_max = 16384, .ring_default = 1024, .ring_multiple = 0, .mtu_max = 9216,
		.coalesce = { .has = COALESCE(ADAPTIVE_RX) | COALESCE(RX_USECS) |
				     COALESCE(TX_USECS),
			      .value = { [NT_COALESCE_ADAPTIVE_RX] = 1,
					 [NT_COALESCE_RX_USECS] = 20,
					 [NT_COALESCE_TX_USECS] = 64 } },
		.hashes = TOEPLITZ | CRC32, COMMON_FIELDS,
		.table = 128, .key = 40,
		.features = SPECIFIC, .on = SPECIFIC,
		.irq_rxtx = "@-Tx-Rx-#", .irq_other = "ena-mgmnt@pci:&",
		.tells_irq = FAKE_LINUX_7,
		.check_channels = ena_check_channels,
		.channels = ena_channels, .reopen = pin_irqs,
	},
	{
		.name = "virtio_net",
		.has = HAS_ALL & ~NT_NIC_HAS_PAUSE,
		.ring_max = 1024, .ring_default = 256, .ring_multiple = 0, .mtu_max = 65535,
		.coalesce = { .has = COALESCE(RX_USECS) | COALESCE(RX_FRAMES) |
				     COALESCE(TX_USECS) | COALESCE(TX_FRAMES),
			      .value = { [NT_COALESCE_RX_FRAMES] = 1,
					 [NT_COALESCE_TX_FRAMES] = 1 } },
		.by_queue = true, .hashes = TOEPLITZ, COMMON_FIELDS,
		.table = 128, .key = 40,
		.features = GENERIC | FAKE_BIT(FAKE_GRO_HW), .on = GENERIC | FAKE_BIT(FAKE_GRO_HW),
		.irq_rx = "&-input.#", .irq_tx = "&-output.#", .irq_other = "&-config",
		.tells_irq = FAKE_LINUX_7,
		.check_channels = virtio_check_channels, .check_features = virtio_check_features,
		.channels = virtio_channels,
	},
	{
		.name = "veth", .kind = "veth", .has = NT_NIC_HAS_CHANNELS | NT_NIC_HAS_FEATURES,
		.separate = true, .mtu_max = 65535,
		.features = GENERIC, .on = GENERIC & ~FAKE_BIT(FAKE_GRO),
	},
};

const struct fake_driver *fake_driver_find(const char *name)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++)
		if (!strcmp(drivers[i].name, name))
			return &drivers[i];
	fprintf(stderr, "fake host: no driver %s\n", name);
	abort();
}
