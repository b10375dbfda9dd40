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
 * struct nt_io_napi - one NAPI instance and one queue that it serves, from netdev-genl
 * @queue: of @kind, that it serves
 * @leads: no receive queue that it serves is less, or it serves none and no transmit queue is less
 * @irq: 0 when the driver does not tell
 * @polled: how; nothing before Linux 6.13, threads since 6.17
 */
struct nt_io_napi {
	enum nt_queue_kind kind;
	uint32_t queue;
	bool leads;
	uint32_t napi_id;
	uint32_t irq;
	struct nt_nic_napi polled;
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
	/* Waits until the device is as far as @ready; -ETIMEDOUT. For behind a reset. */
	int (*ready_wait)(struct nt_io *io, const char *dev, enum nt_nic_ready ready,
			  uint32_t timeout_ms, struct nt_diag *diag);
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
	/* Of @n queues from queue 0 on; -EOPNOTSUPP when the driver has it for all only. */
	int (*queue_coalesce_get)(struct nt_io *io, const char *dev, struct nt_nic_coalesce *ret,
				  uint32_t n, struct nt_diag *diag);
	/* Only the fields of @want->has. */
	int (*queue_coalesce_set)(struct nt_io *io, const char *dev, uint32_t queue,
				  const struct nt_nic_coalesce *want, struct nt_diag *diag);
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
	/* What the kernel does not tell stays 0; it is an error only that the device is gone. */
	int (*holders_get)(struct nt_io *io, const char *dev, struct nt_nic_holders *ret,
			   struct nt_diag *diag);
	/* -EOPNOTSUPP before Linux 6.7. */
	int (*napis)(struct nt_io *io, const char *dev, nt_io_napi_fn fn, void *user);
	/* Of one queue; -ENOENT while it has none, as on a device that is down. No @leads. */
	int (*napi_get)(struct nt_io *io, const char *dev, enum nt_queue_kind kind, uint32_t queue,
			struct nt_io_napi *ret, struct nt_diag *diag);
	/* A value of the instance that serves @which->kind and ->queue; since Linux 6.13. */
	int (*napi_set)(struct nt_io *io, const char *dev, const struct nt_io_napi *which,
			enum nt_napi_field field, uint64_t value, struct nt_diag *diag);
};

/* How long a device may take to be what it was before a reset, before its link counts as lost. */
#define NT_NIC_READY_MS 15000U

/* -EOPNOTSUPP from each when the host has no devices to offer. Setters count as writes. */
int nt_nic_link_get(struct nt_io *io, const char *dev, struct nt_nic_link *ret,
		    struct nt_diag *diag);
int nt_nic_mtu_set(struct nt_io *io, const char *dev, uint32_t mtu, struct nt_diag *diag);
int nt_nic_tx_queue_len_set(struct nt_io *io, const char *dev, uint32_t len, struct nt_diag *diag);
int nt_nic_ready_wait(struct nt_io *io, const char *dev, enum nt_nic_ready ready,
		      uint32_t timeout_ms, struct nt_diag *diag);
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
int nt_nic_queue_coalesce_get(struct nt_io *io, const char *dev, struct nt_nic_coalesce *ret,
			      uint32_t n, struct nt_diag *diag);
int nt_nic_queue_coalesce_set(struct nt_io *io, const char *dev, uint32_t queue,
			      const struct nt_nic_coalesce *want, struct nt_diag *diag);
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
int nt_nic_holders_get(struct nt_io *io, const char *dev, struct nt_nic_holders *ret,
		       struct nt_diag *diag);
int nt_nic_napis(struct nt_io *io, const char *dev, nt_io_napi_fn fn, void *user);
int nt_nic_napi_get(struct nt_io *io, const char *dev, enum nt_queue_kind kind, uint32_t queue,
		    struct nt_io_napi *ret, struct nt_diag *diag);
int nt_nic_napi_set(struct nt_io *io, const char *dev, const struct nt_io_napi *which,
		    enum nt_napi_field field, uint64_t value, struct nt_diag *diag);

#endif
