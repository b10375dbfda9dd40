// SPDX-License-Identifier: GPL-2.0-or-later
/* Which attribute is which member of core/nic.h's structures. See ethnl_parse.h. */
#include <linux/ethtool_netlink.h>

#include "ethnl_parse.h"

#define U32(attr_, type, member_, ...)             \
	{                                          \
		.attr = (attr_),                   \
		.attr_bytes = 4,                   \
		.member = offsetof(type, member_), \
		.member_bytes = 4,                 \
		__VA_ARGS__                        \
	}

#define CHANNELS(attr_, member_, ...) \
	U32(ETHTOOL_A_CHANNELS_##attr_, struct nt_nic_channels, member_, __VA_ARGS__)

static const struct nt_ethnl_field channels_fields[] = {
	CHANNELS(RX_COUNT, rx, .name = "rx"),
	CHANNELS(TX_COUNT, tx, .name = "tx"),
	CHANNELS(COMBINED_COUNT, combined, .name = "combined"),
	/* A driver's own, of which a plan knows nothing. */
	CHANNELS(OTHER_COUNT, other, .name = "other", .fixed = true),
	CHANNELS(RX_MAX, rx_max, .fixed = true),
	CHANNELS(TX_MAX, tx_max, .fixed = true),
	CHANNELS(COMBINED_MAX, combined_max, .fixed = true),
	CHANNELS(OTHER_MAX, other_max, .fixed = true),
};

const struct nt_ethnl_kind nt_ethnl_channels = {
	.name = "channels",
	.get = ETHTOOL_MSG_CHANNELS_GET,
	.set = ETHTOOL_MSG_CHANNELS_SET,
	.header = ETHTOOL_A_CHANNELS_HEADER,
	.fields = channels_fields,
	.n = sizeof(channels_fields) / sizeof(channels_fields[0]),
	.size = sizeof(struct nt_nic_channels),
};

#define RINGS(attr_, member_, ...) \
	U32(ETHTOOL_A_RINGS_##attr_, struct nt_nic_rings, member_, __VA_ARGS__)

static const struct nt_ethnl_field rings_fields[] = {
	RINGS(RX, rx, .name = "rx"),
	RINGS(TX, tx, .name = "tx"),
	RINGS(RX_MAX, rx_max, .fixed = true),
	RINGS(TX_MAX, tx_max, .fixed = true),
};

const struct nt_ethnl_kind nt_ethnl_rings = {
	.name = "rings",
	.get = ETHTOOL_MSG_RINGS_GET,
	.set = ETHTOOL_MSG_RINGS_SET,
	.header = ETHTOOL_A_RINGS_HEADER,
	.fields = rings_fields,
	.n = sizeof(rings_fields) / sizeof(rings_fields[0]),
	.size = sizeof(struct nt_nic_rings),
};

#define COALESCE(field, attr_, bytes)                                               \
	[NT_COALESCE_##field] = {                                                   \
		.attr = ETHTOOL_A_COALESCE_##attr_,                                 \
		.attr_bytes = (bytes),                                              \
		.member = offsetof(struct nt_nic_coalesce, value[NT_COALESCE_##field]), \
		.member_bytes = 4,                                                  \
	}

static const struct nt_ethnl_field coalesce_fields[NT_COALESCE_FIELDS] = {
	COALESCE(ADAPTIVE_RX, USE_ADAPTIVE_RX, 1),
	COALESCE(ADAPTIVE_TX, USE_ADAPTIVE_TX, 1),
	COALESCE(CQE_RX, USE_CQE_MODE_RX, 1),
	COALESCE(CQE_TX, USE_CQE_MODE_TX, 1),
	COALESCE(RX_USECS, RX_USECS, 4),
	COALESCE(RX_FRAMES, RX_MAX_FRAMES, 4),
	COALESCE(RX_USECS_IRQ, RX_USECS_IRQ, 4),
	COALESCE(RX_FRAMES_IRQ, RX_MAX_FRAMES_IRQ, 4),
	COALESCE(TX_USECS, TX_USECS, 4),
	COALESCE(TX_FRAMES, TX_MAX_FRAMES, 4),
	COALESCE(TX_USECS_IRQ, TX_USECS_IRQ, 4),
	COALESCE(TX_FRAMES_IRQ, TX_MAX_FRAMES_IRQ, 4),
	COALESCE(STATS_BLOCK_USECS, STATS_BLOCK_USECS, 4),
};

const struct nt_ethnl_kind nt_ethnl_coalesce = {
	.name = "coalesce",
	.get = ETHTOOL_MSG_COALESCE_GET,
	.set = ETHTOOL_MSG_COALESCE_SET,
	.header = ETHTOOL_A_COALESCE_HEADER,
	.fields = coalesce_fields,
	.n = NT_COALESCE_FIELDS,
	.size = sizeof(struct nt_nic_coalesce),
};

#define PAUSE(attr_, member_, name_)                              \
	{                                                         \
		.attr = ETHTOOL_A_PAUSE_##attr_,                  \
		.attr_bytes = 1,                                  \
		.member = offsetof(struct nt_nic_pause, member_), \
		.member_bytes = 1,                                \
		.name = (name_),                                  \
	}

static const struct nt_ethnl_field pause_fields[] = {
	PAUSE(AUTONEG, autoneg, "autoneg"),
	PAUSE(RX, rx, "rx"),
	PAUSE(TX, tx, "tx"),
};

const struct nt_ethnl_kind nt_ethnl_pause = {
	.name = "pause",
	.get = ETHTOOL_MSG_PAUSE_GET,
	.set = ETHTOOL_MSG_PAUSE_SET,
	.header = ETHTOOL_A_PAUSE_HEADER,
	.fields = pause_fields,
	.n = sizeof(pause_fields) / sizeof(pause_fields[0]),
	.size = sizeof(struct nt_nic_pause),
};

_Static_assert(sizeof(channels_fields) / sizeof(channels_fields[0]) <= NT_ETHNL_FIELDS_MAX, "");
_Static_assert(NT_COALESCE_FIELDS <= NT_ETHNL_FIELDS_MAX, "");

/* Those of coalesce are known to everyone, and are in one table only. */
const char *nt_ethnl_field_name(const struct nt_ethnl_kind *kind, int attr)
{
	const char *name = NULL;

	for (size_t i = 0; i < kind->n && !name; i++)
		if (kind->fields[i].attr == attr)
			name = kind == &nt_ethnl_coalesce ? nt_coalesce_name((unsigned int)i)
							  : kind->fields[i].name;
	return name ? name : "";
}
