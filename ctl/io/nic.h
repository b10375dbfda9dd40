/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network devices behind the door to the host: ethtool netlink, its ioctl where netlink has no
 * command, and rtnetlink. Queue and interrupt files go through struct nt_io_ops.
 */
#ifndef NT_IO_NIC_H
#define NT_IO_NIC_H

#include <stdint.h>

#include "core/nic.h"

struct nt_diag;
struct nt_io;

/**
 * struct nt_io_napi - one NAPI instance, from netdev-genl
 * @queue: of @kind, that it serves
 * @irq: 0 when the driver does not tell
 */
struct nt_io_napi {
	enum nt_queue_kind kind;
	uint32_t queue;
	uint32_t napi_id;
	uint32_t irq;
};

typedef int (*nt_io_napi_fn)(const struct nt_io_napi *napi, void *user);

/**
 * struct nt_nic_ops - how devices are reached
 *
 * Every function returns 0 or a negative errno with the kernel's own words (extack) in diag when it
 * gave any: -EOPNOTSUPP the driver does not have it, -ENODEV no such device. Setting is not
 * verified here. A set function sends only what differs from what the device has now, in one
 * request, and sends nothing when nothing differs.
 */
struct nt_nic_ops {
	int (*link_get)(struct nt_io *io, const char *dev, struct nt_nic_link *ret,
			struct nt_diag *diag);
	int (*mtu_set)(struct nt_io *io, const char *dev, uint32_t mtu, struct nt_diag *diag);
	int (*tx_queue_len_set)(struct nt_io *io, const char *dev, uint32_t len,
				struct nt_diag *diag);
	/* Waits until the device has a carrier; -ETIMEDOUT. For after a change that resets it. */
	int (*carrier_wait)(struct nt_io *io, const char *dev, uint32_t timeout_ms,
			    struct nt_diag *diag);
	int (*channels_get)(struct nt_io *io, const char *dev, struct nt_nic_channels *ret,
			    struct nt_diag *diag);
	int (*channels_set)(struct nt_io *io, const char *dev, const struct nt_nic_channels *want,
			    struct nt_diag *diag);
	int (*rings_get)(struct nt_io *io, const char *dev, struct nt_nic_rings *ret,
			 struct nt_diag *diag);
	int (*rings_set)(struct nt_io *io, const char *dev, const struct nt_nic_rings *want,
			 struct nt_diag *diag);
	int (*coalesce_get)(struct nt_io *io, const char *dev, struct nt_nic_coalesce *ret,
			    struct nt_diag *diag);
	/* Only the fields of @want->has. Modes and values must not be mixed. */
	int (*coalesce_set)(struct nt_io *io, const char *dev, const struct nt_nic_coalesce *want,
			    struct nt_diag *diag);
	int (*pause_get)(struct nt_io *io, const char *dev, struct nt_nic_pause *ret,
			 struct nt_diag *diag);
	int (*pause_set)(struct nt_io *io, const char *dev, const struct nt_nic_pause *want,
			 struct nt_diag *diag);
	int (*features_get)(struct nt_io *io, const char *dev, struct nt_nic_features *ret,
			    struct nt_diag *diag);
	/* 0 does not mean that it is in effect: read it back. */
	int (*feature_set)(struct nt_io *io, const char *dev, const char *name, bool on,
			   struct nt_diag *diag);
	int (*rss_get)(struct nt_io *io, const char *dev, struct nt_nic_rss *ret,
		       struct nt_diag *diag);
	int (*rss_set)(struct nt_io *io, const char *dev, const struct nt_nic_rss *want,
		       uint32_t what, struct nt_diag *diag);
	/* -EOPNOTSUPP when the driver tells of no kind of flow. */
	int (*rss_fields_get)(struct nt_io *io, const char *dev, struct nt_nic_rss_fields *ret,
			      struct nt_diag *diag);
	/* Only the kinds of @want->has, one request each; it ends at the first that is refused. */
	int (*rss_fields_set)(struct nt_io *io, const char *dev,
			      const struct nt_nic_rss_fields *want, struct nt_diag *diag);
	int (*ntuple_count)(struct nt_io *io, const char *dev, uint32_t *ret, struct nt_diag *diag);
	/* -EOPNOTSUPP before Linux 6.7. */
	int (*napis)(struct nt_io *io, const char *dev, nt_io_napi_fn fn, void *user);
};

/* How long a device may take to get its carrier back after a reset, before it counts as lost. */
#define NT_NIC_CARRIER_MS 15000U

/* -EOPNOTSUPP from each when the host has no devices to offer. Setters count as writes. */
int nt_nic_link_get(struct nt_io *io, const char *dev, struct nt_nic_link *ret,
		    struct nt_diag *diag);
int nt_nic_mtu_set(struct nt_io *io, const char *dev, uint32_t mtu, struct nt_diag *diag);
int nt_nic_tx_queue_len_set(struct nt_io *io, const char *dev, uint32_t len, struct nt_diag *diag);
int nt_nic_carrier_wait(struct nt_io *io, const char *dev, uint32_t timeout_ms,
			struct nt_diag *diag);
int nt_nic_channels_get(struct nt_io *io, const char *dev, struct nt_nic_channels *ret,
			struct nt_diag *diag);
int nt_nic_channels_set(struct nt_io *io, const char *dev, const struct nt_nic_channels *want,
			struct nt_diag *diag);
int nt_nic_rings_get(struct nt_io *io, const char *dev, struct nt_nic_rings *ret,
		     struct nt_diag *diag);
int nt_nic_rings_set(struct nt_io *io, const char *dev, const struct nt_nic_rings *want,
		     struct nt_diag *diag);
int nt_nic_coalesce_get(struct nt_io *io, const char *dev, struct nt_nic_coalesce *ret,
			struct nt_diag *diag);
int nt_nic_coalesce_set(struct nt_io *io, const char *dev, const struct nt_nic_coalesce *want,
			struct nt_diag *diag);
int nt_nic_pause_get(struct nt_io *io, const char *dev, struct nt_nic_pause *ret,
		     struct nt_diag *diag);
int nt_nic_pause_set(struct nt_io *io, const char *dev, const struct nt_nic_pause *want,
		     struct nt_diag *diag);
int nt_nic_features_get(struct nt_io *io, const char *dev, struct nt_nic_features *ret,
			struct nt_diag *diag);
int nt_nic_feature_set(struct nt_io *io, const char *dev, const char *name, bool on,
		       struct nt_diag *diag);
int nt_nic_rss_get(struct nt_io *io, const char *dev, struct nt_nic_rss *ret,
		   struct nt_diag *diag);
int nt_nic_rss_set(struct nt_io *io, const char *dev, const struct nt_nic_rss *want,
		   uint32_t what, struct nt_diag *diag);
int nt_nic_rss_fields_get(struct nt_io *io, const char *dev, struct nt_nic_rss_fields *ret,
			  struct nt_diag *diag);
int nt_nic_rss_fields_set(struct nt_io *io, const char *dev, const struct nt_nic_rss_fields *want,
			  struct nt_diag *diag);
int nt_nic_ntuple_count(struct nt_io *io, const char *dev, uint32_t *ret, struct nt_diag *diag);
int nt_nic_napis(struct nt_io *io, const char *dev, nt_io_napi_fn fn, void *user);

#endif
