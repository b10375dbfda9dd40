// SPDX-License-Identifier: GPL-2.0-or-later
/* Features that need each other, as netdev_fix_features() has it (net/core/dev.c). */
#include "fake_nic.h"

#define ALL_TSO                                                                            \
	(FAKE_BIT(FAKE_TSO) | FAKE_BIT(FAKE_TSO_ECN) | FAKE_BIT(FAKE_TSO_MANGLEID) |       \
	 FAKE_BIT(FAKE_TSO6))
#define CSUM4   (FAKE_BIT(FAKE_HW_CSUM) | FAKE_BIT(FAKE_IP_CSUM))
#define CSUM6   (FAKE_BIT(FAKE_HW_CSUM) | FAKE_BIT(FAKE_IPV6_CSUM))
#define IP_CSUM (FAKE_BIT(FAKE_IP_CSUM) | FAKE_BIT(FAKE_IPV6_CSUM))

/* netdev_features_strings of net/ethtool/common.c */
static const char *const names[FAKE_FEATURES] = {
	[FAKE_SG] = "tx-scatter-gather",
	[FAKE_IP_CSUM] = "tx-checksum-ipv4",
	[FAKE_IPV6_CSUM] = "tx-checksum-ipv6",
	[FAKE_HW_CSUM] = "tx-checksum-ip-generic",
	[FAKE_TSO] = "tx-tcp-segmentation",
	[FAKE_TSO_ECN] = "tx-tcp-ecn-segmentation",
	[FAKE_TSO_MANGLEID] = "tx-tcp-mangleid-segmentation",
	[FAKE_TSO6] = "tx-tcp6-segmentation",
	[FAKE_GSO] = "tx-generic-segmentation",
	[FAKE_GRO] = "rx-gro",
	[FAKE_LRO] = "rx-lro",
	[FAKE_NTUPLE] = "rx-ntuple-filter",
	[FAKE_RXHASH] = "rx-hashing",
	[FAKE_RXCSUM] = "rx-checksum",
	[FAKE_RXFCS] = "rx-fcs",
	[FAKE_GRO_HW] = "rx-gro-hw",
	[FAKE_USO] = "tx-udp-segmentation",
	[FAKE_VLAN_RX] = "rx-vlan-hw-parse",
	[FAKE_VLAN_TX] = "tx-vlan-hw-insert",
	[FAKE_HIGHDMA] = "highdma",
};

/* In the order of netdev_fix_features(): @drops go when none of @needs is there. */
static const struct {
	uint32_t needs;
	uint32_t drops;
} rules[] = {
	{ FAKE_BIT(FAKE_SG), ALL_TSO },
	{ CSUM4, FAKE_BIT(FAKE_TSO) | FAKE_BIT(FAKE_TSO_ECN) },
	{ CSUM6, FAKE_BIT(FAKE_TSO6) },
	{ FAKE_BIT(FAKE_TSO), FAKE_BIT(FAKE_TSO_MANGLEID) },
	{ ALL_TSO & ~FAKE_BIT(FAKE_TSO_ECN), FAKE_BIT(FAKE_TSO_ECN) },
	{ FAKE_BIT(FAKE_SG), FAKE_BIT(FAKE_GSO) },
	{ FAKE_BIT(FAKE_RXCSUM), FAKE_BIT(FAKE_GRO_HW) },
	{ CSUM4 | CSUM6, FAKE_BIT(FAKE_USO) },
};

const char *fake_feature_name(enum fake_feature feature)
{
	return names[feature];
}

uint32_t fake_feature_fix(uint32_t features)
{
	if (features & FAKE_BIT(FAKE_HW_CSUM))
		features &= ~IP_CSUM;
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (!(features & rules[i].needs))
			features &= ~rules[i].drops;
	if (features & FAKE_BIT(FAKE_RXFCS))
		features &= ~(FAKE_BIT(FAKE_LRO) | FAKE_BIT(FAKE_GRO_HW));
	if (features & FAKE_BIT(FAKE_GRO_HW))
		features &= ~FAKE_BIT(FAKE_LRO);
	return features;
}
