// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How received flows are spread, and how many steering rules there are.
 *
 * Read by ioctl, which every kernel has and which says the same as netlink. Set by netlink where
 * the kernel can (Linux 6.17), since it says why it refuses, by ioctl elsewhere.
 */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <netlink/attr.h>
#include <string.h>

#include "ethioctl.h"
#include "ethnl.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "nic_live.h"
#include "uapi_new.h"

#define TABLE_BYTES (NT_NIC_RSS_TABLE_MAX * sizeof(uint32_t))
#define ATTRS_BYTES (TABLE_BYTES + NT_NIC_RSS_KEY_MAX + 96U)

/* The bytes behind struct ethtool_rxfh: the table, then the key. */
union rxfh {
	struct ethtool_rxfh head;
	uint8_t room[sizeof(struct ethtool_rxfh) + TABLE_BYTES + NT_NIC_RSS_KEY_MAX];
};

/* Two calls: first the sizes, then what has these sizes, if they still are. */
static int read_rxfh(const char *dev, union rxfh *ret)
{
	uint32_t n_table, n_key;
	int r;

	memset(ret, 0, sizeof(*ret));
	ret->head.cmd = ETHTOOL_GRSSH;
	r = nt_ethioctl(dev, ret);
	if (r < 0)
		return r;
	n_table = ret->head.indir_size;
	n_key = ret->head.key_size;
	if (n_table > NT_NIC_RSS_TABLE_MAX || n_key > NT_NIC_RSS_KEY_MAX)
		return -E2BIG;
	memset(ret, 0, sizeof(*ret));
	ret->head.cmd = ETHTOOL_GRSSH;
	ret->head.indir_size = n_table;
	ret->head.key_size = n_key;
	r = nt_ethioctl(dev, ret);
	if (r < 0)
		return r;
	return ret->head.indir_size == n_table && ret->head.key_size <= n_key ? 0 : -EAGAIN;
}

static int take_rxfh(const union rxfh *rxfh, struct nt_nic_rss *ret)
{
	const uint32_t *table = rxfh->head.rss_config;

	for (uint32_t i = 0; i < rxfh->head.indir_size; i++)
		if (table[i] > UINT16_MAX)
			return -EBADMSG;
	memset(ret, 0, sizeof(*ret));
	ret->hfunc = rxfh->head.hfunc;
	ret->n_table = rxfh->head.indir_size;
	ret->n_key = rxfh->head.key_size;
	for (uint32_t i = 0; i < ret->n_table; i++)
		ret->table[i] = (uint16_t)table[i];
	memcpy(ret->key, table + ret->n_table, ret->n_key);
	return 0;
}

/* See struct nt_nic_ops. */
int nt_rss_get(struct nt_io *io, const char *dev, struct nt_nic_rss *ret, struct nt_diag *diag)
{
	nt_autofree union rxfh *rxfh = malloc(sizeof(*rxfh));
	int r;

	(void)io;
	if (!rxfh)
		return -ENOMEM;
	r = read_rxfh(dev, rxfh);
	if (r == 0)
		r = take_rxfh(rxfh, ret);
	return r < 0 && r != -EOPNOTSUPP ? nt_ethioctl_report(dev, "rss", r, diag) : r;
}

/* What of @what differs from what the device has; whether a table was ever set cannot be read. */
static int check_want(const char *dev, const struct nt_nic_rss *want, uint32_t *what,
		      const struct nt_nic_rss *now, struct nt_diag *diag)
{
	if ((*what & NT_RSS_SET_TABLE) && (*what & NT_RSS_RESET_TABLE))
		return nt_diag_err(diag, EINVAL, "%s: rss table: set and reset in one request",
				   dev);
	if ((*what & (NT_RSS_SET_TABLE | NT_RSS_RESET_TABLE)) && now->n_table == 0)
		return nt_diag_err(diag, EOPNOTSUPP, "%s: rss table: the device has none", dev);
	if ((*what & NT_RSS_SET_KEY) && now->n_key == 0)
		return nt_diag_err(diag, EOPNOTSUPP, "%s: rss key: the device has none", dev);
	if ((*what & NT_RSS_SET_TABLE) && want->n_table != now->n_table)
		return nt_diag_err(diag, EINVAL, "%s: rss table: %u entries, the device has %u",
				   dev, want->n_table, now->n_table);
	if ((*what & NT_RSS_SET_KEY) && want->n_key != now->n_key)
		return nt_diag_err(diag, EINVAL, "%s: rss key: %u bytes, the device has %u", dev,
				   want->n_key, now->n_key);
	if ((*what & NT_RSS_SET_HASH) && now->hfunc == 0)
		return nt_diag_err(diag, EOPNOTSUPP, "%s: rss hash: the device tells of none", dev);
	if (want->hfunc == now->hfunc)
		*what &= ~NT_RSS_SET_HASH;
	if (!memcmp(want->table, now->table, now->n_table * sizeof(now->table[0])))
		*what &= ~NT_RSS_SET_TABLE;
	if (!memcmp(want->key, now->key, now->n_key))
		*what &= ~NT_RSS_SET_KEY;
	return 0;
}

/* Returns the number of bytes, 0 for a table to be reset. */
static size_t fill_table(uint32_t *table, const struct nt_nic_rss *want, uint32_t what)
{
	if (!(what & NT_RSS_SET_TABLE))
		return 0;
	for (uint32_t i = 0; i < want->n_table; i++)
		table[i] = want->table[i];
	return want->n_table * sizeof(*table);
}

/* An empty table resets it. */
static int put_rss(struct nl_msg *msg, const struct nt_nic_rss *want, uint32_t what)
{
	uint32_t table[NT_NIC_RSS_TABLE_MAX];
	size_t bytes = fill_table(table, want, what);

	if ((what & (NT_RSS_SET_TABLE | NT_RSS_RESET_TABLE)) &&
	    nla_put(msg, NT_ETHTOOL_A_RSS_INDIR, (int)bytes, table) < 0)
		return -EMSGSIZE;
	if ((what & NT_RSS_SET_HASH) &&
	    nla_put_u32(msg, NT_ETHTOOL_A_RSS_HFUNC, want->hfunc) < 0)
		return -EMSGSIZE;
	if ((what & NT_RSS_SET_KEY) &&
	    nla_put(msg, NT_ETHTOOL_A_RSS_HKEY, (int)want->n_key, want->key) < 0)
		return -EMSGSIZE;
	return 0;
}

/* -EOPNOTSUPP without words where the kernel does not know the message, or the driver cannot. */
static int set_by_netlink(const char *dev, const struct nt_nic_rss *want, uint32_t what,
			  struct nt_diag *diag)
{
	nt_auto(nt_ethnl_close) struct nt_ethnl ethnl = { .dev = dev, .what = "rss" };
	const char *attr = "";
	int r;

	r = nt_ethnl_open(&ethnl, NT_ETHTOOL_MSG_RSS_SET, NT_ETHTOOL_A_RSS_HEADER, ATTRS_BYTES);
	if (r == 0)
		r = put_rss(ethnl.msg, want, what);
	if (r == 0)
		r = nt_ethnl_ask(&ethnl, NULL, NULL);
	if (r == 0 || r == -EOPNOTSUPP)
		return r;
	if (nt_ethnl_bad_attr(&ethnl) == NT_ETHTOOL_A_RSS_INDIR)
		attr = "table";
	else if (nt_ethnl_bad_attr(&ethnl) == NT_ETHTOOL_A_RSS_HKEY)
		attr = "key";
	else if (nt_ethnl_bad_attr(&ethnl) == NT_ETHTOOL_A_RSS_HFUNC)
		attr = "hash function";
	return nt_ethnl_report(&ethnl, r, attr, diag);
}

/*
 * What lies where the input transformation is kept since Linux 6.8 goes back as it was read, which
 * means no change to new kernels, and is the zero that old ones insist on.
 */
static int set_by_ioctl(const char *dev, const struct nt_nic_rss *want, uint32_t what,
			uint8_t transformation)
{
	nt_autofree union rxfh *rxfh = calloc(1, sizeof(*rxfh));
	size_t bytes;

	if (!rxfh)
		return -ENOMEM;
	rxfh->head.cmd = ETHTOOL_SRSSH;
	rxfh->head.rsvd8[0] = transformation;
	bytes = fill_table(rxfh->head.rss_config, want, what);
	rxfh->head.indir_size = ETH_RXFH_INDIR_NO_CHANGE;
	if (what & NT_RSS_SET_TABLE)
		rxfh->head.indir_size = want->n_table;
	else if (what & NT_RSS_RESET_TABLE)
		rxfh->head.indir_size = 0;
	if (what & NT_RSS_SET_HASH)
		rxfh->head.hfunc = (uint8_t)want->hfunc;
	if (what & NT_RSS_SET_KEY) {
		rxfh->head.key_size = want->n_key;
		memcpy((char *)rxfh->head.rss_config + bytes, want->key, want->n_key);
	}
	return nt_ethioctl(dev, rxfh);
}

/*
 * Where the key lies in a request that also resets the table is not the same in all kernels, so
 * that takes two.
 */
static int set_by_ioctls(const char *dev, const struct nt_nic_rss *want, uint32_t what,
			 uint8_t transformation)
{
	int r = 0;

	if (what & NT_RSS_RESET_TABLE)
		r = set_by_ioctl(dev, want, NT_RSS_RESET_TABLE, transformation);
	what &= ~NT_RSS_RESET_TABLE;
	if (r == 0 && what)
		r = set_by_ioctl(dev, want, what, transformation);
	return r;
}

static int set(const char *dev, const struct nt_nic_rss *want, uint32_t what, const union rxfh *now,
	       struct nt_diag *diag)
{
	int r = set_by_netlink(dev, want, what, diag);

	if (r != -EOPNOTSUPP)
		return r;
	r = set_by_ioctls(dev, want, what, now->head.rsvd8[0]);
	return r < 0 ? nt_ethioctl_report(dev, "rss", r, diag) : 0;
}

/* See struct nt_nic_ops. */
int nt_rss_set(struct nt_io *io, const char *dev, const struct nt_nic_rss *want, uint32_t what,
	       struct nt_diag *diag)
{
	nt_autofree union rxfh *rxfh = malloc(sizeof(*rxfh));
	nt_autofree struct nt_nic_rss *now = malloc(sizeof(*now));
	int r;

	(void)io;
	if (!rxfh || !now)
		return -ENOMEM;
	r = read_rxfh(dev, rxfh);
	if (r == 0)
		r = take_rxfh(rxfh, now);
	if (r < 0)
		return nt_ethioctl_report(dev, "rss", r, diag);
	r = check_want(dev, want, &what, now, diag);
	if (r < 0 || what == 0)
		return r;
	return set(dev, want, what, rxfh, diag);
}

/* See struct nt_nic_ops. */
int nt_rss_ntuple_count(struct nt_io *io, const char *dev, uint32_t *ret, struct nt_diag *diag)
{
	struct ethtool_rxnfc rxnfc = { .cmd = ETHTOOL_GRXCLSRLCNT };
	int r = nt_ethioctl(dev, &rxnfc);

	(void)io;
	if (r == 0)
		*ret = rxnfc.rule_cnt;
	return r < 0 && r != -EOPNOTSUPP ? nt_ethioctl_report(dev, "steering rules", r, diag) : r;
}
