// SPDX-License-Identifier: GPL-2.0-or-later
/* Network devices of the running host: who does what. */
#include "nic_live.h"

const struct nt_nic_ops nt_nic_live_ops = {
	.link_get = nt_link_get,
	.mtu_set = nt_link_mtu_set,
	.tx_queue_len_set = nt_link_tx_queue_len_set,
	.carrier_wait = nt_link_carrier_wait,
	.channels_get = nt_ethnl_channels_get,
	.channels_set = nt_ethnl_channels_set,
	.rings_get = nt_ethnl_rings_get,
	.rings_set = nt_ethnl_rings_set,
	.coalesce_get = nt_ethnl_coalesce_get,
	.coalesce_set = nt_ethnl_coalesce_set,
	.pause_get = nt_ethnl_pause_get,
	.pause_set = nt_ethnl_pause_set,
	.features_get = nt_ethnl_features_get,
	.feature_set = nt_ethnl_feature_set,
	.rss_get = nt_rss_get,
	.rss_set = nt_rss_set,
	.rss_fields_get = nt_rss_fields_get,
	.rss_fields_set = nt_rss_fields_set,
	.ntuple_count = nt_rss_ntuple_count,
	.napis = nt_napi_list,
};
