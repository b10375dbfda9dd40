// SPDX-License-Identifier: GPL-2.0-or-later
/* Devices in memory: what the kernel's core does around their drivers. See fake_nic.h. */
#include "fake_nic.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/diag.h"

static void give_up(const char *what)
{
	fprintf(stderr, "fake host: %s\n", what);
	abort();
}

static struct fake_io *fake_of(struct nt_io *io)
{
	return (struct fake_io *)io;
}

struct fake_nic *fake_nic_find(struct fake_io *fake, const char *name)
{
	for (size_t i = 0; fake->nics && i < fake->nics->n; i++)
		if (!strcmp(fake->nics->list[i].name, name))
			return &fake->nics->list[i];
	return NULL;
}

/* Every request counts as an operation; one of them may be told to fail. */
static int begin(struct nt_io *io, const char *dev, uint32_t has, struct fake_nic **ret)
{
	struct fake_io *fake = fake_of(io);
	int r = fake_count(fake);

	if (r < 0)
		return r;
	if (!fake->nics)
		return -EOPNOTSUPP;
	*ret = fake_nic_find(fake, dev);
	if (!*ret)
		return -ENODEV;
	return has && !((*ret)->driver->has & has) ? -EOPNOTSUPP : 0;
}

/* A request that changes something. */
static int begin_set(struct nt_io *io, const char *dev, uint32_t has, struct fake_nic **ret)
{
	int r = begin(io, dev, has, ret);

	return r == 0 && fake_of(io)->unprivileged ? -EPERM : r;
}

void fake_nic_reset(struct fake_nics *nics, struct fake_nic *nic)
{
	unsigned int n_down = 0;

	nic->n_resets++;
	if (nic->driver->ring_max)
		nic->link.carrier = false;
	for (size_t i = 0; i < nics->n; i++)
		n_down += nics->list[i].link.up && !nics->list[i].link.carrier;
	if (n_down > nics->n_down)
		nics->n_down = n_down;
}

static void reopen(struct fake_io *fake, struct fake_nic *nic)
{
	fake_nic_reset(fake->nics, nic);
	if (nic->driver->reopen)
		nic->driver->reopen(fake->nics, nic);
}

/* ---- link ---- */

static int link_get(struct nt_io *io, const char *dev, struct nt_nic_link *ret,
		    struct nt_diag *diag)
{
	struct fake_nic *nic;
	int r = begin(io, dev, 0, &nic);

	(void)diag;
	if (r == 0)
		*ret = nic->link;
	return r;
}

/* dev_validate_mtu() */
static int mtu_set(struct nt_io *io, const char *dev, uint32_t mtu, struct nt_diag *diag)
{
	struct fake_nic *nic;
	int r = begin_set(io, dev, 0, &nic);

	if (r < 0 || nic->link.mtu == mtu)
		return r;
	if (mtu < nic->link.mtu_min)
		return nt_diag_err(diag, EINVAL, "mtu less than device minimum");
	if (mtu > nic->link.mtu_max)
		return nt_diag_err(diag, EINVAL, "mtu greater than device maximum");
	/* A frame no longer fits the one buffer that XDP programs are given: ice_change_mtu(),
	 * i40e_change_mtu(), ixgbe_change_mtu(), ena_xdp_allowed(), virtnet_xdp_set() */
	if (nic->link.xdp && mtu > 3046)
		return nt_diag_err(diag, EINVAL, "MTU is too large for XDP");
	nic->link.mtu = mtu;
	reopen(fake_of(io), nic);
	return fake_halves(fake_of(io)) ? -EIO : 0;
}

static int tx_queue_len_set(struct nt_io *io, const char *dev, uint32_t len, struct nt_diag *diag)
{
	struct fake_nic *nic;
	int r = begin_set(io, dev, 0, &nic);

	(void)diag;
	if (r == 0)
		nic->link.tx_queue_len = len;
	return r;
}

static int ready_wait(struct nt_io *io, const char *dev, enum nt_nic_ready ready,
		      uint32_t timeout_ms, struct nt_diag *diag)
{
	struct fake_nic *nic;
	int r = begin(io, dev, 0, &nic);

	if (r < 0)
		return r;
	nic->link.carrier = nic->link.up && !nic->loses_link &&
			    (!nic->link_lost_by || nic->n_resets != nic->link_lost_by);
	return nt_nic_ready(&nic->link) >= ready
	       ? 0 : nt_diag_err(diag, ETIMEDOUT, "%s: not back after %u ms", dev, timeout_ms);
}

/* ---- channels ---- */

static int channels_get(struct nt_io *io, const char *dev, struct nt_nic_channels *ret,
			struct nt_diag *diag)
{
	struct fake_nic *nic;
	int r = begin(io, dev, NT_NIC_HAS_CHANNELS, &nic);

	(void)diag;
	if (r == 0)
		*ret = nic->channels;
	return r;
}

bool fake_nic_goes_round(const struct fake_nic *nic, uint32_t rings)
{
	for (uint32_t i = 0; i < nic->n_table; i++)
		if (nic->table[i] != i % rings)
			return false;
	return true;
}

uint32_t fake_nic_table_max(const struct fake_nic *nic)
{
	uint32_t max = 0;

	for (uint32_t i = 0; i < nic->n_table; i++)
		if (nic->table[i] > max)
			max = nic->table[i];
	return max;
}

/* ethtool_check_max_channel(); the texts of 6.1 are in ethnl_set_channels() itself. */
static int check_in_use(const struct fake_nics *nics, const struct fake_nic *nic,
			const struct nt_nic_channels *want, struct nt_diag *diag)
{
	uint32_t rings = nt_nic_rx_rings(want);
	uint32_t tx = nt_nic_tx_rings(want);

	if (nic->rxfh_configured && rings <= fake_nic_table_max(nic))
		return nics->kernel == FAKE_LINUX_6_1
		       ? nt_diag_err(diag, EINVAL, "requested channel counts are too low for "
				     "existing indirection table settings")
		       : nt_diag_err(diag, EINVAL, "requested channel counts are too low for "
				     "existing indirection table (%u)", fake_nic_table_max(nic));
	if (nics->kernel != FAKE_LINUX_6_1 && nic->ntuple && rings <= nic->ntuple_queue)
		return nt_diag_err(diag, EINVAL, "requested channel counts are too low for "
				   "existing ntuple filter settings");
	if (nics->kernel != FAKE_LINUX_6_1 && nic->providers > rings)
		return nt_diag_err(diag, EINVAL, "requested channel counts are too low for "
				   "existing memory provider setting (%u)", nic->providers - 1);
	if (nics->kernel != FAKE_LINUX_6_1 && nic->context && nic->context_rings > rings)
		return nt_diag_err(diag, EINVAL, "requested channel counts are too low for "
				   "existing indirection table (%u)", nic->context_rings - 1);
	if (nic->zero_copy > (rings < tx ? rings : tx))
		return nt_diag_err(diag, EINVAL, "requested channel counts are too low for "
				   "existing zerocopy AF_XDP sockets");
	return 0;
}

/* ethnl_set_channels() */
static int check_channels(const struct fake_nics *nics, const struct fake_nic *nic,
			  const struct nt_nic_channels *want, struct nt_diag *diag)
{
	const struct nt_nic_channels *now = &nic->channels;
	int r;

	if (want->rx > now->rx_max || want->tx > now->tx_max ||
	    want->combined > now->combined_max || want->other > now->other_max)
		return nt_diag_err(diag, EINVAL, "requested channel count exceeds maximum");
	if (!nt_nic_rx_rings(want) || !nt_nic_tx_rings(want))
		return nt_diag_err(diag, EINVAL, "requested channel counts would result in no RX "
				   "or TX channel being configured");
	r = check_in_use(nics, nic, want, diag);
	if (r < 0)
		return r;
	/* Drivers refuse to change what they keep for themselves. */
	if (want->other != now->other)
		return -EINVAL;
	return nic->driver->check_channels
	       ? nic->driver->check_channels(nics, nic, want, diag) : 0;
}

/*
 * netif_set_real_num_tx_queues() -> netif_reset_xps_queues_gt(): what pins a queue goes with it;
 * net_rx_queue_update_kobjects() -> rx_queue_release(): so do RPS and flow table. Seen on veth.
 */
static void forget_queues(struct fake_nic *nic)
{
	for (uint32_t q = nt_nic_rx_rings(&nic->channels); q < FAKE_QUEUES_MAX; q++) {
		memset(&nic->queues[q].rps, 0, sizeof(nic->queues[q].rps));
		nic->queues[q].flow_cnt = 0;
	}
	for (uint32_t q = nt_nic_tx_rings(&nic->channels); q < FAKE_QUEUES_MAX; q++) {
		memset(&nic->queues[q].xps, 0, sizeof(nic->queues[q].xps));
		memset(&nic->queues[q].rxqs, 0, sizeof(nic->queues[q].rxqs));
	}
}

/*
 * netif_napi_add() starts with what the device was told; with netif_napi_add_config() napi_enable()
 * restores what its queue was told.
 */
static void make_napis(struct fake_nic *nic)
{
	nic->napi_base += 100;
	for (uint32_t q = 0; !nic->driver->keeps_napis && q < FAKE_QUEUES_MAX; q++) {
		memcpy(nic->queues[q].napi, nic->napi, sizeof(nic->napi));
		nic->queues[q].napi[NT_NAPI_IRQ_SUSPEND_TIMEOUT] = 0;
	}
}

static bool same_channels(const struct nt_nic_channels *a, const struct nt_nic_channels *b)
{
	return a->rx == b->rx && a->tx == b->tx && a->combined == b->combined &&
	       a->other == b->other;
}

/* A queue that comes into being has rings of the size that all have. */
static void size_new_queues(struct fake_nic *nic)
{
	for (uint32_t q = 1; q < FAKE_QUEUES_MAX; q++) {
		if (!nic->queues[q].rx_ring)
			nic->queues[q].rx_ring = nic->queues[0].rx_ring;
		if (!nic->queues[q].tx_ring)
			nic->queues[q].tx_ring = nic->queues[0].tx_ring;
	}
}

static int channels_set(struct nt_io *io, const char *dev, const struct nt_nic_channels *want,
			struct nt_diag *diag)
{
	struct nt_nic_channels old;
	struct fake_nic *nic;
	int r = begin_set(io, dev, NT_NIC_HAS_CHANNELS, &nic);

	if (r < 0 || same_channels(&nic->channels, want))
		return r;
	r = check_channels(fake_of(io)->nics, nic, want, diag);
	if (r < 0)
		return r;
	old = nic->channels;
	nic->channels.rx = want->rx;
	nic->channels.tx = want->tx;
	nic->channels.combined = want->combined;
	fake_nic_reset(fake_of(io)->nics, nic);
	forget_queues(nic);
	make_napis(nic);
	size_new_queues(nic);
	if (nic->driver->channels)
		nic->driver->channels(fake_of(io)->nics, nic, &old);
	return fake_halves(fake_of(io)) ? -EIO : 0;
}

/* ---- rings ---- */

static int rings_get(struct nt_io *io, const char *dev, struct nt_nic_rings *ret,
		     struct nt_diag *diag)
{
	struct fake_nic *nic;
	int r = begin(io, dev, NT_NIC_HAS_RINGS, &nic);

	(void)diag;
	if (r == 0)
		*ret = (struct nt_nic_rings){
			.rx = nic->queues[0].rx_ring,
			.tx = nic->queues[0].tx_ring,
			.rx_max = nic->driver->ring_max,
			.tx_max = nic->driver->ring_max,
		};
	return r;
}

/* i40e_set_ringparam() and its like align, mlx5e_ethtool_set_ringparam() takes powers of two. */
static uint32_t round_ring(const struct fake_driver *driver, uint32_t n)
{
	uint32_t power = 1;

	if (driver->ring_multiple)
		return (n + driver->ring_multiple - 1) / driver->ring_multiple *
		       driver->ring_multiple;
	while (power < n)
		power *= 2;
	return power;
}

/*
 * virtnet_set_ringparam() goes from queue to queue and stops where one fails: those before it keep
 * their new size. Other drivers allocate first.
 */
static int resize(struct fake_nic *nic, uint32_t rx, uint32_t tx)
{
	for (uint32_t q = 0; q < FAKE_QUEUES_MAX; q++) {
		nic->queues[q].tx_ring = tx;
		if (nic->ring_fails_at == q + 1)
			return -ENOMEM;
		nic->queues[q].rx_ring = rx;
	}
	return 0;
}

static int rings_set(struct nt_io *io, const char *dev, const struct nt_nic_rings *want,
		     struct nt_diag *diag)
{
	struct fake_nic *nic;
	uint32_t rx, tx;
	int r = begin_set(io, dev, NT_NIC_HAS_RINGS, &nic);

	if (r < 0)
		return r;
	if (want->rx > nic->driver->ring_max || want->tx > nic->driver->ring_max)
		return nt_diag_err(diag, EINVAL, "requested ring size exceeds maximum");
	if (want->rx < 32 || want->tx < 32)
		return -EINVAL;
	rx = round_ring(nic->driver, want->rx);
	tx = round_ring(nic->driver, want->tx);
	if (rx == nic->queues[0].rx_ring && tx == nic->queues[0].tx_ring)
		return 0;
	/* i40e_set_ringparam(): not below AF_XDP sockets that have its buffers */
	if (nic->zero_copy)
		return -EBUSY;
	r = resize(nic, rx, tx);
	reopen(fake_of(io), nic);
	return r == 0 && fake_halves(fake_of(io)) ? -EIO : r;
}

/* ---- coalescing, pause frames ---- */

static int coalesce_get(struct nt_io *io, const char *dev, struct nt_nic_coalesce *ret,
			struct nt_diag *diag)
{
	struct fake_nic *nic;
	int r = begin(io, dev, NT_NIC_HAS_COALESCE, &nic);

	(void)diag;
	if (r == 0)
		*ret = nic->coalesce;
	return r;
}

#define MODES ((1U << NT_COALESCE_MODES) - 1)

/* Modes and values in one request reach the driver as one in 6.1 and as two in 6.12. */
static void expect_unmixed(const struct nt_nic_coalesce *want)
{
	if ((want->has & MODES) && (want->has & ~MODES))
		give_up("modes and values of coalescing in one request");
}

/* ethnl_set_coalesce() asks for all that the driver has, with what is wanted put over it. */
static int coalesce_set(struct nt_io *io, const char *dev, const struct nt_nic_coalesce *want,
			struct nt_diag *diag)
{
	struct nt_nic_coalesce all, old;
	struct fake_nic *nic;
	int r = begin_set(io, dev, NT_NIC_HAS_COALESCE, &nic);

	if (r < 0)
		return r;
	expect_unmixed(want);
	if (want->has & ~nic->coalesce.has)
		return nt_diag_err(diag, EINVAL, "cannot modify an unsupported parameter");
	old = all = nic->coalesce;
	for (int i = 0; i < NT_COALESCE_FIELDS; i++)
		if (want->has & 1U << i)
			all.value[i] = want->value[i];
	if (!memcmp(&all, &old, sizeof(all)))
		return 0;
	r = nic->driver->check_coalesce ? nic->driver->check_coalesce(nic, &all) : 0;
	if (r < 0)
		return r;
	nic->coalesce = all;
	if (nic->driver->coalesce_set)
		nic->driver->coalesce_set(nic, &old);
	for (uint32_t q = 0; q < FAKE_QUEUES_MAX; q++)
		if (!nic->spares_own || !memcmp(nic->queues[q].coalesce, old.value,
						sizeof(old.value)))
			memcpy(nic->queues[q].coalesce, nic->coalesce.value, sizeof(old.value));
	return fake_halves(fake_of(io)) ? -EIO : 0;
}

void fake_nic_spread_coalesce(struct fake_nic *nic)
{
	for (uint32_t q = 0; q < FAKE_QUEUES_MAX; q++)
		memcpy(nic->queues[q].coalesce, nic->coalesce.value,
		       sizeof(nic->queues[q].coalesce));
}

/* ethtool_get_per_queue_coalesce(); drivers refuse a queue that is not there */
static int begin_queue(struct nt_io *io, const char *dev, uint32_t n, struct fake_nic **ret)
{
	int r = begin(io, dev, NT_NIC_HAS_COALESCE, ret);

	if (r < 0)
		return r;
	if (!(*ret)->driver->by_queue)
		return -EOPNOTSUPP;
	return n > nt_nic_queues(&(*ret)->channels) ? -EINVAL : 0;
}

static int queue_coalesce_get(struct nt_io *io, const char *dev, struct nt_nic_coalesce *ret,
			      uint32_t n, struct nt_diag *diag)
{
	struct fake_nic *nic;
	int r = begin_queue(io, dev, n, &nic);

	(void)diag;
	for (uint32_t q = 0; q < n && r == 0; q++) {
		ret[q].has = nic->coalesce.has;
		memcpy(ret[q].value, nic->queues[q].coalesce, sizeof(ret[q].value));
	}
	return r;
}

static int queue_coalesce_set(struct nt_io *io, const char *dev, uint32_t queue,
			      const struct nt_nic_coalesce *want, struct nt_diag *diag)
{
	struct nt_nic_coalesce all;
	struct fake_nic *nic;
	int r = begin_queue(io, dev, queue + 1, &nic);

	(void)diag;
	if (r == 0 && fake_of(io)->unprivileged)
		r = -EPERM;
	if (r == 0 && want->has & ~nic->coalesce.has)
		r = -EOPNOTSUPP;
	if (r < 0)
		return r;
	all.has = nic->coalesce.has;
	memcpy(all.value, nic->queues[queue].coalesce, sizeof(all.value));
	for (int i = 0; i < NT_COALESCE_FIELDS; i++)
		if (want->has >> i & 1)
			all.value[i] = want->value[i];
	r = nic->driver->check_coalesce ? nic->driver->check_coalesce(nic, &all) : 0;
	if (r < 0)
		return r;
	memcpy(nic->queues[queue].coalesce, all.value, sizeof(all.value));
	if (nic->driver->tells_first && queue == 0)
		nic->coalesce = all;
	return fake_halves(fake_of(io)) ? -EIO : 0;
}

static int pause_get(struct nt_io *io, const char *dev, struct nt_nic_pause *ret,
		     struct nt_diag *diag)
{
	struct fake_nic *nic;
	int r = begin(io, dev, NT_NIC_HAS_PAUSE, &nic);

	(void)diag;
	if (r == 0)
		*ret = nic->pause;
	return r;
}

static int pause_set(struct nt_io *io, const char *dev, const struct nt_nic_pause *want,
		     struct nt_diag *diag)
{
	struct fake_nic *nic;
	int r = begin_set(io, dev, NT_NIC_HAS_PAUSE, &nic);

	(void)diag;
	if (r < 0)
		return r;
	if (fake_halves(fake_of(io))) {
		nic->pause.autoneg = want->autoneg;
		return -EIO;
	}
	nic->pause = *want;
	return 0;
}

/* ---- features ---- */

static int features_get(struct nt_io *io, const char *dev, struct nt_nic_features *ret,
			struct nt_diag *diag)
{
	struct fake_nic *nic;
	int r = begin(io, dev, NT_NIC_HAS_FEATURES, &nic);

	(void)diag;
	if (r < 0)
		return r;
	memset(ret, 0, sizeof(*ret));
	for (int i = 0; i < FAKE_FEATURES; i++) {
		struct nt_nic_feature *feature = &ret->list[ret->n++];

		snprintf(feature->name, sizeof(feature->name), "%s",
			 fake_feature_name((enum fake_feature)i));
		feature->hw = nic->driver->features & FAKE_BIT(i);
		feature->fixed = !feature->hw;
		feature->wanted = nic->wanted & FAKE_BIT(i);
		feature->active = nic->active & FAKE_BIT(i);
	}
	return 0;
}

/*
 * __netdev_update_features(): what is wanted is trimmed; a driver that refuses leaves all as it
 * was, and nobody hears of it but the kernel's log.
 */
static void update_features(struct fake_io *fake, struct fake_nic *nic)
{
	const struct fake_driver *driver = nic->driver;
	uint32_t want = fake_feature_fix((nic->active & ~driver->features) |
					 (nic->wanted & driver->features));
	uint32_t changed = want ^ nic->active;

	if (!changed || (driver->check_features && driver->check_features(nic, want) < 0))
		return;
	nic->active = want;
	/* i40e_set_ntuple(), ixgbe_clear_user_filters ...: rules go with the feature */
	if (!(want & FAKE_BIT(FAKE_NTUPLE)))
		nic->ntuple = 0;
	if (changed & driver->reopens_for)
		reopen(fake, nic);
}

/* ethnl_set_features(): 0 also for what cannot be changed, and for what is not in effect now. */
static int feature_set(struct nt_io *io, const char *dev, const char *name, bool on,
		       struct nt_diag *diag)
{
	struct fake_nic *nic;
	uint32_t bit = 0;
	int r = begin_set(io, dev, NT_NIC_HAS_FEATURES, &nic);

	if (r < 0)
		return r;
	for (int i = 0; i < FAKE_FEATURES; i++)
		if (!strcmp(fake_feature_name((enum fake_feature)i), name))
			bit = FAKE_BIT(i);
	if (!bit)
		return nt_diag_err(diag, EOPNOTSUPP, "bit name not found");
	bit &= nic->driver->features;
	nic->wanted = on ? nic->wanted | bit : nic->wanted & ~bit;
	update_features(fake_of(io), nic);
	return fake_halves(fake_of(io)) ? -EIO : 0;
}

/* ---- RSS ---- */

/* netdev_rss_key_fill(): one for the host, chosen at random when it started */
void fake_nic_fill_key(struct fake_nic *nic)
{
	for (uint32_t i = 0; i < nic->driver->key; i++)
		nic->key[i] = (uint8_t)(0x6d + 37 * i);
}

/* ethtool_rxfh_indir_default(), unless the driver has its own way. */
void fake_nic_fill_table(struct fake_nic *nic)
{
	uint32_t rings = nt_nic_rx_rings(&nic->channels);

	for (uint32_t i = 0; i < nic->n_table; i++)
		nic->table[i] = nic->driver->table_default ? nic->driver->table_default(nic, i)
							   : (uint16_t)(i % rings);
}

static int rss_get(struct nt_io *io, const char *dev, struct nt_nic_rss *ret,
		   struct nt_diag *diag)
{
	struct fake_nic *nic;
	int r = begin(io, dev, NT_NIC_HAS_RSS, &nic);

	(void)diag;
	if (r < 0)
		return r;
	memset(ret, 0, sizeof(*ret));
	ret->hfunc = nic->hash;
	ret->n_table = nic->n_table;
	memcpy(ret->table, nic->table, nic->n_table * sizeof(*nic->table));
	ret->n_key = nic->driver->key;
	memcpy(ret->key, nic->key, nic->driver->key);
	return 0;
}

/* ethtool_set_rxfh(), ethtool_copy_validate_indir() */
static int check_rss(const struct fake_nic *nic, const struct nt_nic_rss *want, uint32_t what)
{
	if ((what & NT_RSS_SET_HASH) && !(want->hfunc & nic->driver->hashes))
		return -EOPNOTSUPP;
	if ((what & NT_RSS_SET_KEY) && want->n_key != nic->driver->key)
		return -EINVAL;
	if (!(what & NT_RSS_SET_TABLE))
		return 0;
	if (want->n_table != nic->n_table)
		return -EINVAL;
	for (uint32_t i = 0; i < want->n_table; i++)
		if (want->table[i] >= nt_nic_rx_rings(&nic->channels))
			return -EINVAL;
	return 0;
}

/* Also a reset is a table that the core writes: i % rings, whatever the driver's own is. */
static void set_table(struct fake_nic *nic, const struct nt_nic_rss *want, bool reset)
{
	for (uint32_t i = 0; i < nic->n_table; i++)
		nic->table[i] = reset ? (uint16_t)(i % nt_nic_rx_rings(&nic->channels))
				      : want->table[i];
	nic->rxfh_configured = !reset;
	nic->lut_user = true;
}

static int rss_set(struct nt_io *io, const char *dev, const struct nt_nic_rss *want, uint32_t what,
		   struct nt_diag *diag)
{
	struct fake_nic *nic;
	int r = begin_set(io, dev, NT_NIC_HAS_RSS, &nic);

	(void)diag;
	if (r == 0)
		r = check_rss(nic, want, what);
	if (r < 0)
		return r;
	if (what & NT_RSS_SET_HASH)
		nic->hash = want->hfunc;
	if (what & NT_RSS_SET_KEY)
		memcpy(nic->key, want->key, want->n_key);
	if (fake_halves(fake_of(io)))
		return -EIO;
	if (what & (NT_RSS_SET_TABLE | NT_RSS_RESET_TABLE))
		set_table(nic, want, what & NT_RSS_RESET_TABLE);
	return 0;
}

static int rss_fields_get(struct nt_io *io, const char *dev, struct nt_nic_rss_fields *ret,
			  struct nt_diag *diag)
{
	struct fake_nic *nic;
	int r = begin(io, dev, NT_NIC_HAS_RSS_FIELDS, &nic);

	(void)diag;
	if (r == 0)
		*ret = nic->fields;
	return r;
}

static int rss_fields_set(struct nt_io *io, const char *dev, const struct nt_nic_rss_fields *want,
			  struct nt_diag *diag)
{
	struct fake_nic *nic;
	int r = begin_set(io, dev, NT_NIC_HAS_RSS_FIELDS, &nic);

	(void)diag;
	for (int flow = 0; flow < NT_FLOWS && r == 0; flow++) {
		if (!(want->has >> flow & 1))
			continue;
		if (nic->driver->check_fields)
			r = nic->driver->check_fields((enum nt_flow)flow, want->value[flow]);
		if (r == 0)
			nic->fields.value[flow] = want->value[flow];
	}
	return r == 0 && fake_halves(fake_of(io)) ? -EIO : r;
}

static int ntuple_count(struct nt_io *io, const char *dev, uint32_t *ret, struct nt_diag *diag)
{
	struct fake_nic *nic;
	int r = begin(io, dev, 0, &nic);

	(void)diag;
	if (r == 0 && !(nic->driver->features & FAKE_BIT(FAKE_NTUPLE)))
		r = -EOPNOTSUPP;
	if (r == 0)
		*ret = nic->ntuple;
	return r;
}

/* ---- who holds queues ---- */

static int holders_get(struct nt_io *io, const char *dev, struct nt_nic_holders *ret,
		       struct nt_diag *diag)
{
	struct fake_nic *nic;
	int r = begin(io, dev, 0, &nic);

	(void)diag;
	if (r < 0)
		return r;
	*ret = (struct nt_nic_holders){ .zero_copy = nic->zero_copy, .xsk = nic->zero_copy };
	if (fake_of(io)->nics->kernel == FAKE_LINUX_6_1)
		return 0;
	ret->providers = nic->providers;
	ret->tells_contexts = true;
	ret->context_rings = nic->context ? nic->context_rings : 0;
	ret->contexts[0] = nic->context;
	ret->n_contexts = nic->context != 0;
	return 0;
}

/* ---- NAPI ---- */

/* netdev_nl_napi_fill_one(): values since 6.13, threads since 6.17 */
static struct nt_nic_napi polled_of(const struct fake_io *fake, const struct fake_nic *nic,
				    uint32_t queue)
{
	struct nt_nic_napi polled = { 0 };

	if (fake->nics->kernel != FAKE_LINUX_7)
		return polled;
	polled.has = (1U << NT_NAPI_FIELDS) - 1;
	memcpy(polled.value, nic->queues[queue].napi, sizeof(polled.value));
	return polled;
}

static struct nt_io_napi napi_of(const struct fake_io *fake, struct fake_nic *nic, uint32_t queue,
				 bool tx)
{
	const struct fake_irq *irq = fake_irq_find(nic, NT_IRQ_RXTX, queue);

	if (!irq)
		irq = fake_irq_find(nic, tx ? NT_IRQ_TX : NT_IRQ_RX, queue);
	return (struct nt_io_napi){
		.kind = tx ? NT_QUEUE_TX : NT_QUEUE_RX,
		.queue = queue,
		.leads = !tx,
		.napi_id = 8193 + nic->napi_base + queue,
		.irq = irq && fake->nics->kernel >= nic->driver->tells_irq ? irq->irq : 0,
		.polled = polled_of(fake, nic, queue),
	};
}

/* netdev_nl_napi_get_dumpit(): 6.7; few drivers call netif_napi_set_irq() in 6.12 */
static int napis(struct nt_io *io, const char *dev, nt_io_napi_fn fn, void *user)
{
	struct fake_nic *nic;
	int r = begin(io, dev, 0, &nic);

	if (r == 0 && fake_of(io)->nics->kernel == FAKE_LINUX_6_1)
		r = -EOPNOTSUPP;
	for (uint32_t q = 0; r == 0 && nic->link.up && q < fake_nic_irq_queues(nic); q++) {
		const struct nt_io_napi rx = napi_of(fake_of(io), nic, q, false);
		const struct nt_io_napi tx = napi_of(fake_of(io), nic, q, true);

		r = fn(&rx, user);
		if (r == 0)
			r = fn(&tx, user);
	}
	return r;
}

static int napi_get(struct nt_io *io, const char *dev, enum nt_queue_kind kind, uint32_t queue,
		    struct nt_io_napi *ret, struct nt_diag *diag)
{
	struct fake_nic *nic;
	int r = begin(io, dev, 0, &nic);

	(void)diag;
	if (r == 0 && fake_of(io)->nics->kernel == FAKE_LINUX_6_1)
		r = -EOPNOTSUPP;
	if (r == 0 && (!nic->link.up || queue >= fake_nic_irq_queues(nic)))
		r = -ENOENT;
	if (r == 0)
		*ret = napi_of(fake_of(io), nic, queue, kind == NT_QUEUE_TX);
	return r;
}

/* netdev_nl_napi_set_config() */
static int napi_set(struct nt_io *io, const char *dev, const struct nt_io_napi *which,
		    enum nt_napi_field field, uint64_t value, struct nt_diag *diag)
{
	struct fake_nic *nic;
	int r = begin_set(io, dev, 0, &nic);

	if (r == 0 && fake_of(io)->nics->kernel != FAKE_LINUX_7)
		r = -EOPNOTSUPP;
	if (r == 0 && (!nic->link.up || which->queue >= fake_nic_irq_queues(nic)))
		r = -ENOENT;
	if (r < 0)
		return r;
	if (field == NT_NAPI_DEFER_HARD_IRQS && value > INT32_MAX)
		return nt_diag_err(diag, ERANGE, "integer out of range");
	nic->queues[which->queue].napi[field] = value;
	return fake_halves(fake_of(io)) ? -EIO : 0;
}

const struct nt_nic_ops fake_nic_ops = {
	.link_get = link_get,
	.mtu_set = mtu_set,
	.tx_queue_len_set = tx_queue_len_set,
	.ready_wait = ready_wait,
	.channels_get = channels_get,
	.channels_set = channels_set,
	.rings_get = rings_get,
	.rings_set = rings_set,
	.coalesce_get = coalesce_get,
	.coalesce_set = coalesce_set,
	.queue_coalesce_get = queue_coalesce_get,
	.queue_coalesce_set = queue_coalesce_set,
	.pause_get = pause_get,
	.pause_set = pause_set,
	.features_get = features_get,
	.feature_set = feature_set,
	.rss_get = rss_get,
	.rss_set = rss_set,
	.rss_fields_get = rss_fields_get,
	.rss_fields_set = rss_fields_set,
	.ntuple_count = ntuple_count,
	.holders_get = holders_get,
	.napis = napis,
	.napi_get = napi_get,
	.napi_set = napi_set,
};

/* ---- plugging in ---- */

void fake_nics_init(struct fake_io *fake, struct fake_nics *nics, enum fake_kernel kernel,
		    unsigned int n_cpus)
{
	static const char *const releases[] = { "6.1.0-40-amd64", "6.12.48+deb13-amd64",
						"7.3.0-amd64" };
	char list[32];

	if (n_cpus == 0 || n_cpus > FAKE_CPUS_MAX)
		give_up("too many CPUs");
	memset(nics, 0, sizeof(*nics));
	nics->kernel = kernel;
	nics->n_cpus = n_cpus;
	nics->online = fake_cpus_range(0, n_cpus);
	nics->next_irq = 32;
	fake->nics = nics;
	snprintf(list, sizeof(list), n_cpus > 1 ? "0-%u" : "%u", n_cpus - 1);
	fake_file(fake, "/sys/devices/system/cpu/online", list);
	fake_file(fake, "/sys/devices/system/cpu/possible", list);
	fake_file(fake, "/sys/devices/system/cpu/isolated", "");
	fake_sysctl(fake, "kernel.osrelease", releases[kernel]);
}

static void set_link(struct fake_nic *nic, size_t nth)
{
	bool virtio = !strncmp(nic->driver->name, "virtio", 6);

	nic->link = (struct nt_nic_link){
		.ifindex = 2 + (int)nth,
		.up = true,
		.carrier = true,
		.mtu = 1500,
		.mtu_min = 68,
		.mtu_max = nic->driver->mtu_max,
		.tx_queue_len = 1000,
	};
	snprintf(nic->link.permanent_address, sizeof(nic->link.permanent_address),
		 "02:00:00:00:00:%02zx", nth);
	if (virtio)
		snprintf(nic->link.bus, sizeof(nic->link.bus), "virtio%zu", nth);
	else if (!nic->driver->kind)
		snprintf(nic->link.bus, sizeof(nic->link.bus), "0000:%02zx:00.0", nth + 1);
}

static void set_channels(struct fake_nic *nic, uint32_t channels, uint32_t max)
{
	struct nt_nic_channels *c = &nic->channels;

	c->other = c->other_max = nic->driver->other;
	if (nic->driver->separate) {
		c->rx = c->tx = channels;
		c->rx_max = c->tx_max = max;
	} else {
		c->combined = channels;
		c->combined_max = max;
	}
}

/* What a driver sets up when it is probed and the device opened. */
static void set_defaults(struct fake_nics *nics, struct fake_nic *nic)
{
	const struct fake_driver *driver = nic->driver;
	const struct nt_nic_channels none = { 0 };

	nic->coalesce = driver->coalesce;
	fake_nic_spread_coalesce(nic);
	nic->pause = (struct nt_nic_pause){ .autoneg = driver->has & NT_NIC_HAS_PAUSE };
	nic->wanted = driver->on & driver->features;
	nic->active = fake_feature_fix(driver->on | FAKE_BIT(FAKE_HIGHDMA));
	nic->n_table = driver->table;
	nic->hash = driver->hashes & -driver->hashes;
	nic->fields = driver->fields;
	if (driver->table_size && nics->kernel != FAKE_LINUX_6_1)
		nic->n_table = driver->table_size(nic, nt_nic_rx_rings(&nic->channels));
	else if (driver->table_size)
		nic->n_table = 128; /* MLX5E_INDIR_RQT_SIZE of 6.1 */
	for (uint32_t q = 0; q < FAKE_QUEUES_MAX; q++)
		nic->queues[q].rx_ring = nic->queues[q].tx_ring = driver->ring_default;
	fake_nic_take_irqs(nics, nic);
	fake_nic_fill_key(nic);
	fake_nic_fill_table(nic);
	if (driver->channels)
		driver->channels(nics, nic, &none);
	if (driver->reopen)
		driver->reopen(nics, nic);
}

struct fake_nic *fake_nic_add(struct fake_io *fake, const char *name, const char *driver,
			      uint32_t channels, uint32_t channels_max)
{
	struct fake_nics *nics = fake->nics;
	struct fake_nic *nic;

	if (nics->n == FAKE_NICS_MAX || channels > channels_max || channels_max > FAKE_QUEUES_MAX)
		give_up("too many devices or channels");
	nic = &nics->list[nics->n];
	memset(nic, 0, sizeof(*nic));
	nic->driver = fake_driver_find(driver);
	snprintf(nic->name, sizeof(nic->name), "%s", name);
	set_link(nic, nics->n++);
	set_channels(nic, channels, channels_max);
	set_defaults(nics, nic);
	return nic;
}
