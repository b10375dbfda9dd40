/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The live host's side of struct nt_nic_ops, which says what each function does. Only the files
 * that have them, and nic_live.c, include this.
 */
#ifndef NT_IO_NIC_LIVE_H
#define NT_IO_NIC_LIVE_H

#include "nic.h"

/* nic_live.c */
extern const struct nt_nic_ops nt_nic_live_ops;

/* link.c: rtnetlink */
int nt_link_get(struct nt_io *io, const char *dev, struct nt_nic_link *ret, struct nt_diag *diag);
int nt_link_mtu_set(struct nt_io *io, const char *dev, uint32_t mtu, struct nt_diag *diag);
int nt_link_tx_queue_len_set(struct nt_io *io, const char *dev, uint32_t len, struct nt_diag *diag);
int nt_link_carrier_wait(struct nt_io *io, const char *dev, uint32_t timeout_ms,
			 struct nt_diag *diag);

/* ethnl.c: ethtool netlink */
int nt_ethnl_channels_get(struct nt_io *io, const char *dev, struct nt_nic_channels *ret,
			  struct nt_diag *diag);
int nt_ethnl_channels_set(struct nt_io *io, const char *dev, const struct nt_nic_channels *want,
			  struct nt_diag *diag);
int nt_ethnl_rings_get(struct nt_io *io, const char *dev, struct nt_nic_rings *ret,
		       struct nt_diag *diag);
int nt_ethnl_rings_set(struct nt_io *io, const char *dev, const struct nt_nic_rings *want,
		       struct nt_diag *diag);
int nt_ethnl_coalesce_get(struct nt_io *io, const char *dev, struct nt_nic_coalesce *ret,
			  struct nt_diag *diag);
int nt_ethnl_coalesce_set(struct nt_io *io, const char *dev, const struct nt_nic_coalesce *want,
			  struct nt_diag *diag);
int nt_ethnl_pause_get(struct nt_io *io, const char *dev, struct nt_nic_pause *ret,
		       struct nt_diag *diag);
int nt_ethnl_pause_set(struct nt_io *io, const char *dev, const struct nt_nic_pause *want,
		       struct nt_diag *diag);
int nt_ethnl_features_get(struct nt_io *io, const char *dev, struct nt_nic_features *ret,
			  struct nt_diag *diag);
int nt_ethnl_feature_set(struct nt_io *io, const char *dev, const char *name, bool on,
			 struct nt_diag *diag);

/* rss.c: the ethtool ioctl, and netlink where it can set */
int nt_rss_get(struct nt_io *io, const char *dev, struct nt_nic_rss *ret, struct nt_diag *diag);
int nt_rss_set(struct nt_io *io, const char *dev, const struct nt_nic_rss *want, uint32_t what,
	       struct nt_diag *diag);
int nt_rss_ntuple_count(struct nt_io *io, const char *dev, uint32_t *ret, struct nt_diag *diag);

/* rss_fields.c: likewise */
int nt_rss_fields_get(struct nt_io *io, const char *dev, struct nt_nic_rss_fields *ret,
		      struct nt_diag *diag);
int nt_rss_fields_set(struct nt_io *io, const char *dev, const struct nt_nic_rss_fields *want,
		      struct nt_diag *diag);

/* napi.c: the family "netdev" */
int nt_napi_list(struct nt_io *io, const char *dev, nt_io_napi_fn fn, void *user);

#endif
