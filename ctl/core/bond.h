/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bond as plain data: how it spreads frames, how it watches its ports, and its balance-slb. PURE.
 *
 * Numbers are the kernel's own (IFLA_BOND_*); names are those of its documentation.
 */
#ifndef NT_CORE_BOND_H
#define NT_CORE_BOND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nic.h"

/* More ports than any switch in reach has; a bond with more tells that it has more. */
#define NT_BOND_PORTS_MAX 32U

/* The longest canonical value of a bond's tunables, terminated. */
#define NT_BOND_TEXT_MAX 96U

#define NT_BOND_MODE_BACKUP	   1U /* BOND_MODE_ACTIVEBACKUP */
#define NT_BOND_MODE_XOR	   2U /* BOND_MODE_XOR */
#define NT_BOND_MODE_LACP	   4U /* BOND_MODE_8023AD */
#define NT_BOND_MODE_TLB	   5U /* BOND_MODE_TLB */
#define NT_BOND_MODE_ALB	   6U /* BOND_MODE_ALB */
#define NT_BOND_POLICY_VLAN_SRCMAC 5U /* BOND_XMIT_POLICY_VLAN_SRCMAC */

/* The default that we give a bond that watches nothing, as other tools do. */
#define NT_BOND_MIIMON_MS 100U

enum nt_bond_field {
	NT_BOND_MODE,
	NT_BOND_POLICY,
	NT_BOND_MIIMON,
	NT_BOND_FIELDS,
};

/**
 * struct nt_bond_port - a port of a bond
 * @link_up: what the bond believes of its link
 * @queue_id: of the bond's queues the one whose frames leave by it, 0 for none
 * @prio: by which the bond chooses among ports, higher ones first; see nt_bond_mode_has_prio()
 * @partner_state: LACP's bits of what is behind it, 0 without LACP
 */
struct nt_bond_port {
	char name[NT_NIC_NAME_MAX];
	int ifindex;
	bool up;
	bool carrier;
	bool link_up;
	uint32_t queue_id;
	int prio;
	uint16_t partner_state;
};

/**
 * struct nt_bond - a bond
 * @value: by enum nt_bond_field; milliseconds for miimon, 0 when it does not look
 * @arp_interval_ms: between its ARP probes, 0 when it sends none
 * @lacp_partner: address of the switch that speaks LACP with it, "" for none
 * @xdp: a program runs natively, which excludes the policy vlan+srcmac
 * @n_ports: of them, also those that did not fit into @ports
 */
struct nt_bond {
	char name[NT_NIC_NAME_MAX];
	int ifindex;
	bool up;
	uint32_t value[NT_BOND_FIELDS];
	uint32_t arp_interval_ms;
	char address[24];
	char lacp_partner[24];
	bool xdp;
	struct nt_bond_port ports[NT_BOND_PORTS_MAX];
	size_t n_ports;
};

/**
 * struct nt_bond_stake - what the kernel forgets when a bond, and with it its VLANs, goes down
 * @addresses: of IPv6, and of IPv4 without the route of their prefix; what the kernel makes itself
 *	       comes back, and is not counted
 * @routes: that somebody set
 * @neighbours: that somebody set for good, proxies too
 * @vlans: that are down, and would be up afterwards
 * @first: one of them in words, "" when there is nothing
 */
struct nt_bond_stake {
	size_t addresses;
	size_t routes;
	size_t neighbours;
	size_t vlans;
	char first[96];
};

/* Who does balance-slb for a bond. */
enum nt_slb_engine {
	NT_SLB_OFF,
	NT_SLB_MODULE,
	NT_SLB_NFT,
	NT_SLB_RUN, /* rules of nft that "bond run" made, and nobody else asked for */
};

/**
 * struct nt_slb_config - how balance-slb is to be
 * @engine: who does it; the rest matters for the module only
 * @macs_max: addresses that are remembered, a power of two
 * @garp_move: an announcement from outside lets go of an address
 * @preferred: port that becomes active whenever it can, "" for none
 * @announce_age_ms: older addresses are not announced after a failover
 */
struct nt_slb_config {
	enum nt_slb_engine engine;
	uint32_t macs_max;
	bool garp_move;
	char preferred[NT_NIC_NAME_MAX];
	uint32_t announce_age_ms;
};

/* The order is the wire's; names and meanings are in the table of bond.c. */
enum nt_slb_counter {
	NT_SLB_RX,
	NT_SLB_MC_NONACTIVE,
	NT_SLB_OWN_SOURCE,
	NT_SLB_REFLECTED,
	NT_SLB_GARP_LOCKED,
	NT_SLB_GARP_MOVED,
	NT_SLB_LINK_LOCAL,
	NT_SLB_TX_LEARNED,
	NT_SLB_TX_REFRESHED,
	NT_SLB_EVICTED,
	NT_SLB_PORT_FLAPS,
	NT_SLB_UNICAST_ELSEWHERE,
	NT_SLB_REPORTS_STEERED,
	NT_SLB_ACTIVE_CHANGES,
	NT_SLB_ANNOUNCED,
	NT_SLB_COUNTERS,
};

struct nt_slb_port {
	int ifindex;
	bool usable;
	uint64_t counter[NT_SLB_COUNTERS];
};

/**
 * struct nt_slb_state - what the module tells of a bond's balance-slb
 * @config: its preferred port is an index here, @preferred_ifindex, for names are not its business
 * @active: index of the port that takes multicast in, 0 for none
 * @macs: addresses remembered now
 * @table_bytes: memory of the table
 */
struct nt_slb_state {
	struct nt_slb_config config;
	int ifindex;
	int preferred_ifindex;
	int active;
	uint32_t macs;
	uint32_t table_bytes;
	uint64_t counter[NT_SLB_COUNTERS];
	struct nt_slb_port ports[NT_BOND_PORTS_MAX];
	size_t n_ports;
};

/* "mode" for a field. */
const char *nt_bond_field_name(enum nt_bond_field field);

/**
 * nt_bond_format() - a field's number as people and profiles write it
 *
 * Numbers without a name are written as such. 0, -E2BIG.
 */
int nt_bond_format(enum nt_bond_field field, uint32_t value, char *buf, size_t size);

/* The number for a name or a number; -EINVAL. */
int nt_bond_parse(enum nt_bond_field field, const char *text, uint32_t *ret);

/* Does the kernel let ports have priorities in a mode? */
bool nt_bond_mode_has_prio(uint32_t mode);

/* The n-th name of a field's numbers, NULL past the end and for those without names. */
const char *nt_bond_value_name(enum nt_bond_field field, unsigned int n);

const char *nt_slb_counter_name(enum nt_slb_counter counter);
/* One sentence on what it counts. */
const char *nt_slb_counter_meaning(enum nt_slb_counter counter);

/* What the module does when nobody says otherwise, for @engine. */
struct nt_slb_config nt_slb_default(enum nt_slb_engine engine);

/*
 * "off", "nft", "run", or "on macs:8192 garp-move:on preferred:- announce-age-ms:300000".
 * 0, -E2BIG.
 */
int nt_slb_format(const struct nt_slb_config *config, char *buf, size_t size);

/* What nt_slb_format() wrote; -EINVAL for anything else. */
int nt_slb_parse(const char *text, struct nt_slb_config *ret);

/* The port with that index, or NULL. */
const struct nt_bond_port *nt_bond_port(const struct nt_bond *bond, int ifindex);

#endif
