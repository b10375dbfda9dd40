// SPDX-License-Identifier: GPL-2.0-or-later
/* Things to look at in a bond with balance-slb. See bond_check.h. */
#include "bond_check.h"

#include <stdio.h>
#include <string.h>

/* LACP's bits of a partner that is in step and takes frames: IEEE 802.1AX, 6.4.2.3. */
#define LACP_IN_STEP ((1U << 3) | (1U << 4) | (1U << 5))

static bool other_mode(const struct nt_bond_scene *scene)
{
	return scene->fact.bond.value[NT_BOND_MODE] != NT_BOND_MODE_XOR;
}

static bool other_policy(const struct nt_bond_scene *scene)
{
	return scene->fact.bond.value[NT_BOND_POLICY] != NT_BOND_POLICY_VLAN_SRCMAC;
}

static bool blind(const struct nt_bond_scene *scene)
{
	return scene->fact.bond.value[NT_BOND_MIIMON] == 0;
}

/* Only a bond that speaks LACP itself hears it. */
static bool switch_lag(const struct nt_bond_scene *scene)
{
	const struct nt_bond *bond = &scene->fact.bond;

	if (bond->value[NT_BOND_MODE] != NT_BOND_MODE_LACP)
		return false;
	if (bond->lacp_partner[0])
		return true;
	for (size_t i = 0; i < bond->n_ports && i < NT_BOND_PORTS_MAX; i++)
		if ((bond->ports[i].partner_state & LACP_IN_STEP) == LACP_IN_STEP)
			return true;
	return false;
}

static bool unseen_lag(const struct nt_bond_scene *scene)
{
	return !switch_lag(scene) && scene->fact.bond.n_ports > 1;
}

static bool native_xdp(const struct nt_bond_scene *scene)
{
	return scene->fact.bond.xdp;
}

static bool both(const struct nt_bond_scene *scene)
{
	return scene->foreign_rules && scene->fact.slb.engine != NT_SLB_OFF;
}

static bool only_foreign(const struct nt_bond_scene *scene)
{
	return scene->foreign_rules && scene->fact.slb.engine == NT_SLB_OFF;
}

static bool nobody(const struct nt_bond_scene *scene)
{
	return scene->fact.slb.engine == NT_SLB_OFF && !scene->foreign_rules;
}

static bool no_module(const struct nt_bond_scene *scene)
{
	return !scene->fact.module;
}

static bool by_rules(const struct nt_bond_scene *scene)
{
	return scene->fact.slb.engine == NT_SLB_NFT || scene->fact.slb.engine == NT_SLB_RUN;
}

static bool rules_flushed(const struct nt_bond_scene *scene)
{
	return scene->flushes && (by_rules(scene) || scene->foreign_rules);
}

/* Of all ones as ports: a priority is in bits 13 to 15 of what is hashed, and 2, 4, 8 divide. */
static bool priorities_matter(const struct nt_bond_scene *scene)
{
	size_t n = scene->fact.bond.n_ports;

	return n > 2 && (n & (n - 1));
}

static bool priorities_hurt(const struct nt_bond_scene *scene)
{
	return priorities_matter(scene) && scene->port_flaps;
}

static bool priorities_could(const struct nt_bond_scene *scene)
{
	return priorities_matter(scene) && !scene->port_flaps;
}

static bool full(const struct nt_bond_scene *scene)
{
	return scene->evicted != 0;
}

static bool few_ports(const struct nt_bond_scene *scene)
{
	return scene->fact.bond.n_ports < 2;
}

static bool down(const struct nt_bond_scene *scene)
{
	const struct nt_bond *bond = &scene->fact.bond;

	for (size_t i = 0; i < bond->n_ports && i < NT_BOND_PORTS_MAX; i++)
		if (!bond->ports[i].link_up || !bond->ports[i].carrier)
			return true;
	return false;
}

static const struct {
	bool (*holds)(const struct nt_bond_scene *scene);
	struct nt_bond_finding finding;
} checks[] = {
	{ other_mode, { "mode", NT_BOND_ERROR, "the mode is not balance-xor",
		"'nettunectl bond enable BOND --allow-disruptive'; ports leave it for a moment" } },
	{ other_policy, { "policy", NT_BOND_ERROR,
		"the policy is not vlan+srcmac: a machine would send through several ports, and "
		"the switch would see it move all the time",
		"'nettunectl bond enable BOND' sets it" } },
	{ blind, { "miimon", NT_BOND_ERROR,
		"the bond does not watch its links (miimon 0): it goes on sending into a dead one",
		"'nettunectl bond enable BOND' sets 100 ms; where ARP probes watch instead "
		"(arp_interval), end these first" } },
	{ switch_lag, { "switch-lag", NT_BOND_ERROR,
		"a switch speaks LACP on the ports: it takes them for one link, and balance-slb "
		"needs each to stand alone",
		"take the ports out of the switch's port channel" } },
	{ native_xdp, { "xdp", NT_BOND_ERROR,
		"an XDP program runs natively on the bond, which the kernel does not allow beside "
		"the policy vlan+srcmac",
		"detach it, or attach it to the ports" } },
	{ both, { "two-engines", NT_BOND_ERROR,
		"NetworkManager's rules (table nm-mlag-BOND) are there as well: what either drops "
		"is lost, and theirs drop announcements of machines that moved, and LLDP",
		"set balance-slb=0 in NetworkManager's connection and activate it again" } },
	{ nobody, { "off", NT_BOND_WARNING,
		"nobody does balance-slb: broadcasts come in once for each port, and come back to "
		"who sent them",
		"'nettunectl bond enable BOND'" } },
	{ only_foreign, { "networkmanager", NT_BOND_WARNING,
		"NetworkManager does balance-slb (table nm-mlag-BOND): announcements of machines "
		"that moved are lost for 5 s, LLDP on all ports but one, and frames at failover",
		"set balance-slb=0 in its connection, activate it, then "
		"'nettunectl bond enable BOND'" } },
	{ no_module, { "module", NT_BOND_WARNING, "nettune.ko is not loaded, or is too old",
		"'modprobe nettune', or do without by 'nettunectl bond run BOND'" } },
	{ by_rules, { "nft", NT_BOND_WARNING,
		"rules of nft do balance-slb; the active port changes only while "
		"'nettunectl bond run BOND' runs",
		"load nettune.ko and 'nettunectl bond enable BOND', or keep that running" } },
	{ rules_flushed, { "nft-flush", NT_BOND_WARNING,
		"nftables.service begins with 'flush ruleset': when it is started again, the rules "
		"of balance-slb are gone",
		"replace that line of /etc/nftables.conf by the removal of its own tables" } },
	{ full, { "table-full", NT_BOND_WARNING,
		"addresses had to be forgotten: the table is too small, and what returns of them "
		"is let in",
		"'nettunectl bond enable BOND --macs N' with a larger N" } },
	{ priorities_hurt, { "priorities", NT_BOND_WARNING,
		"machines change ports: with a number of ports that is no power of two, the "
		"priority of a frame's VLAN tag (PCP) chooses the port, too",
		"use 2, 4 or 8 ports, or one priority for each machine" } },
	{ down, { "port-down", NT_BOND_WARNING, "a port has no link", "look at its cable" } },
	{ few_ports, { "ports", NT_BOND_WARNING, "there are fewer than two ports",
		"'ip link set PORT down', 'ip link set PORT master BOND'" } },
	{ priorities_could, { "priorities", NT_BOND_NOTE,
		"the number of ports is no power of two: machines that use several priorities of "
		"VLAN tags (PCP) will send through several ports",
		"use 2, 4 or 8 ports where that is so" } },
	{ unseen_lag, { "switch", NT_BOND_NOTE,
		"whether the switch has a static port channel on these ports cannot be seen from "
		"here; with one, half of the broadcasts would be lost",
		"look at the switch: each port has to stand alone" } },
};

const struct nt_bond_finding *nt_bond_finding(const struct nt_bond_scene *scene, size_t n)
{
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++)
		if (checks[i].holds(scene) && n-- == 0)
			return &checks[i].finding;
	return NULL;
}

void nt_bond_finding_text(const char *text, const char *bond, char buf[NT_BOND_FINDING_MAX])
{
	const char *place = strstr(text, NT_BOND_PLACEHOLDER);
	size_t len = 0;

	for (; place && len < NT_BOND_FINDING_MAX; place = strstr(text, NT_BOND_PLACEHOLDER)) {
		len += (size_t)snprintf(buf + len, NT_BOND_FINDING_MAX - len, "%.*s%s",
					(int)(place - text), text, bond);
		text = place + strlen(NT_BOND_PLACEHOLDER);
	}
	if (len < NT_BOND_FINDING_MAX)
		snprintf(buf + len, NT_BOND_FINDING_MAX - len, "%s", text);
}

const char *nt_bond_severity_name(enum nt_bond_severity severity)
{
	static const char *const names[] = { "error", "warning", "note" };

	return names[severity];
}
