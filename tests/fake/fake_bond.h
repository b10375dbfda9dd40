/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bonds of the host in memory, which refuse what the kernel refuses, and the two that do
 * balance-slb for them.
 */
#ifndef FAKE_BOND_H
#define FAKE_BOND_H

#include <stdbool.h>

#include "io/bond.h"
#include "io/io.h"

struct fake_io;

#define FAKE_BONDS_MAX 4U

/**
 * struct fake_bond - a bond; tests set what they need
 * @bond: as the kernel tells it
 * @slb: what the module does for it; engine off when it does nothing
 * @stake: what is lost when it goes down
 * @rules: our table of nft is there
 * @rules_of_run: "bond run" made it
 * @rules_active: index of the port that it lets multicast in by
 */
struct fake_bond {
	struct nt_bond bond;
	struct nt_slb_config slb;
	struct nt_bond_stake stake;
	bool rules;
	bool rules_of_run;
	int rules_active;
};

/**
 * struct fake_bonds - the bonds of a host
 * @list: with an empty name where there is none
 * @module: nettune.ko is loaded
 * @no_nft: there is no libnftables
 * @foreign_table: a table of somebody else, "" for none
 * @lost_port: a port that has gone, "" for none
 * @next_ifindex: of the next device
 */
struct fake_bonds {
	struct fake_bond list[FAKE_BONDS_MAX];
	bool module;
	bool no_nft;
	char foreign_table[64];
	char lost_port[NT_NIC_NAME_MAX];
	int next_ifindex;
};

/* The door of fake_io. */
extern const struct nt_bond_ops fake_bond_ops;

/* A bond as the kernel makes it: down, balance-rr, layer2, watching nothing. */
struct fake_bond *fake_bond_add(struct fake_io *fake, const char *name);
/* A port with carrier. */
struct nt_bond_port *fake_bond_port(struct fake_io *fake, struct fake_bond *bond,
				    const char *name);
/* NULL for none. */
struct fake_bond *fake_bond_find(struct fake_io *fake, const char *name);
/* Told of like other links. */
int fake_bond_links(struct fake_io *fake, nt_io_link_fn fn, void *user);

#endif
