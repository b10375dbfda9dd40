// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of what bonds can be told, and balance-slb as text. See bond.h. */
#include "bond.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/nettune.h>

/* By number: Documentation/networking/bonding.rst. */
static const char *const modes[] = {
	"balance-rr", "active-backup", "balance-xor", "broadcast",
	"802.3ad",    "balance-tlb",   "balance-alb",
};

static const char *const policies[] = {
	"layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac",
};

static const struct {
	const char *name;
	const char *const *values;
	unsigned int n;
} fields[NT_BOND_FIELDS] = {
	[NT_BOND_MODE] = { "mode", modes, sizeof(modes) / sizeof(*modes) },
	[NT_BOND_POLICY] = { "xmit-hash-policy", policies, sizeof(policies) / sizeof(*policies) },
	[NT_BOND_MIIMON] = { "miimon", NULL, 0 },
};

/* miimon is a signed number for the kernel. */
#define VALUE_MAX 2147483647UL

const char *nt_bond_field_name(enum nt_bond_field field)
{
	return fields[field].name;
}

bool nt_bond_mode_has_prio(uint32_t mode)
{
	return mode == NT_BOND_MODE_BACKUP || mode == NT_BOND_MODE_TLB || mode == NT_BOND_MODE_ALB;
}

const char *nt_bond_value_name(enum nt_bond_field field, unsigned int n)
{
	return n < fields[field].n ? fields[field].values[n] : NULL;
}

int nt_bond_format(enum nt_bond_field field, uint32_t value, char *buf, size_t size)
{
	const char *name = nt_bond_value_name(field, value);
	int n = name ? snprintf(buf, size, "%s", name) : snprintf(buf, size, "%u", value);

	return (size_t)n < size ? 0 : -E2BIG;
}

int nt_bond_parse(enum nt_bond_field field, const char *text, uint32_t *ret)
{
	unsigned long number;
	char *end;

	for (unsigned int i = 0; i < fields[field].n; i++)
		if (!strcmp(fields[field].values[i], text)) {
			*ret = i;
			return 0;
		}
	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	number = strtoul(text, &end, 10);
	if (*end || errno || number > VALUE_MAX || (fields[field].n && number >= fields[field].n))
		return -EINVAL;
	*ret = (uint32_t)number;
	return 0;
}

const struct nt_bond_port *nt_bond_port(const struct nt_bond *bond, int ifindex)
{
	for (size_t i = 0; i < bond->n_ports && i < NT_BOND_PORTS_MAX; i++)
		if (bond->ports[i].ifindex == ifindex)
			return &bond->ports[i];
	return NULL;
}

/* ---- balance-slb ---- */

/* Those that are one word; the module's has more. */
static const char *const engines[] = {
	[NT_SLB_OFF] = "off", [NT_SLB_MODULE] = "on", [NT_SLB_NFT] = "nft", [NT_SLB_RUN] = "run",
};

static const struct {
	const char *name;
	const char *meaning;
} counters[NT_SLB_COUNTERS] = {
	[NT_SLB_RX] = { "rx", "frames that came in" },
	[NT_SLB_MC_NONACTIVE] = { "mc-nonactive",
		"copies of multicast and broadcast dropped, for the active port has taken them" },
	[NT_SLB_OWN_SOURCE] = { "own-source",
		"frames dropped that the bond itself had sent" },
	[NT_SLB_REFLECTED] = { "reflected",
		"frames dropped that a machine behind the bond had sent just before" },
	[NT_SLB_GARP_LOCKED] = { "garp-locked",
		"announcements dropped that a machine behind the bond had made just before" },
	[NT_SLB_GARP_MOVED] = { "garp-moved",
		"announcements from outside that let go of an address: its machine has moved" },
	[NT_SLB_LINK_LOCAL] = { "link-local",
		"frames of LLDP, LACP and others that end at the link, let in on every port" },
	[NT_SLB_TX_LEARNED] = { "tx-learned", "addresses remembered because they sent" },
	[NT_SLB_TX_REFRESHED] = { "tx-refreshed", "times that a remembered address sent again" },
	[NT_SLB_EVICTED] = { "evicted",
		"addresses forgotten to make room: the table is too small when this grows" },
	[NT_SLB_PORT_FLAPS] = { "port-flaps",
		"addresses that sent through another port than before: priorities (PCP), or ports "
		"that came and went" },
	[NT_SLB_UNICAST_ELSEWHERE] = { "unicast-elsewhere",
		"frames that came in by another port than their receiver sends through: the switch "
		"floods, or does not know yet" },
	[NT_SLB_REPORTS_STEERED] = { "reports-steered",
		"IGMP and MLD reports sent through the active port, where multicast comes in" },
	[NT_SLB_ACTIVE_CHANGES] = { "active-changes", "times that another port became active" },
	[NT_SLB_ANNOUNCED] = { "announced",
		"addresses announced after a failover, so that the switch finds them" },
};

const char *nt_slb_counter_name(enum nt_slb_counter counter)
{
	return counters[counter].name;
}

const char *nt_slb_counter_meaning(enum nt_slb_counter counter)
{
	return counters[counter].meaning;
}

struct nt_slb_config nt_slb_default(enum nt_slb_engine engine)
{
	return (struct nt_slb_config){
		.engine = engine,
		.macs_max = NETTUNE_SLB_MACS_DEFAULT,
		.garp_move = true,
		.announce_age_ms = NETTUNE_SLB_ANNOUNCE_AGE_MS,
	};
}

int nt_slb_format(const struct nt_slb_config *config, char *buf, size_t size)
{
	int n;

	if (config->engine != NT_SLB_MODULE)
		n = snprintf(buf, size, "%s", engines[config->engine]);
	else
		n = snprintf(buf, size, "on macs:%u garp-move:%s preferred:%s announce-age-ms:%u",
			     config->macs_max, config->garp_move ? "on" : "off",
			     config->preferred[0] ? config->preferred : "-",
			     config->announce_age_ms);
	return (size_t)n < size ? 0 : -E2BIG;
}

int nt_slb_parse(const char *text, struct nt_slb_config *ret)
{
	struct nt_slb_config config = nt_slb_default(NT_SLB_MODULE);
	char again[NT_BOND_TEXT_MAX], move[4], preferred[NT_NIC_NAME_MAX];

	for (size_t i = 0; i < sizeof(engines) / sizeof(*engines); i++)
		if (i != NT_SLB_MODULE && !strcmp(text, engines[i])) {
			*ret = nt_slb_default((enum nt_slb_engine)i);
			return 0;
		}
	if (sscanf(text, "on macs:%9u garp-move:%3s preferred:%15s announce-age-ms:%9u",
		   &config.macs_max, move, preferred, &config.announce_age_ms) != 4)
		return -EINVAL;
	config.garp_move = !strcmp(move, "on");
	if (strcmp(preferred, "-") != 0)
		snprintf(config.preferred, sizeof(config.preferred), "%s", preferred);
	/* What is not written the same again was not ours. */
	if (nt_slb_format(&config, again, sizeof(again)) < 0 || strcmp(again, text) != 0)
		return -EINVAL;
	*ret = config;
	return 0;
}
