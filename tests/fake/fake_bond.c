// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bonds in memory. What they refuse is told with the function that refuses it, of Linux 6.12's
 * drivers/net/bonding.
 */
#include "fake_bond.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake/fake_io.h"
#include "lib/diag.h"

#define FIRST_IFINDEX 100

static struct fake_io *fake_of(struct nt_io *io)
{
	return (struct fake_io *)io;
}

struct fake_bond *fake_bond_find(struct fake_io *fake, const char *name)
{
	for (size_t i = 0; i < FAKE_BONDS_MAX; i++)
		if (*name && !strcmp(fake->bonds.list[i].bond.name, name))
			return &fake->bonds.list[i];
	return NULL;
}

static int take_ifindex(struct fake_io *fake)
{
	if (!fake->bonds.next_ifindex)
		fake->bonds.next_ifindex = FIRST_IFINDEX;
	return fake->bonds.next_ifindex++;
}

struct fake_bond *fake_bond_add(struct fake_io *fake, const char *name)
{
	for (size_t i = 0; i < FAKE_BONDS_MAX; i++) {
		struct fake_bond *bond = &fake->bonds.list[i];

		if (bond->bond.name[0])
			continue;
		*bond = (struct fake_bond){ .slb = nt_slb_default(NT_SLB_OFF) };
		snprintf(bond->bond.name, sizeof(bond->bond.name), "%s", name);
		snprintf(bond->bond.address, sizeof(bond->bond.address), "02:00:00:00:00:%02zx", i);
		bond->bond.ifindex = take_ifindex(fake);
		return bond;
	}
	fprintf(stderr, "fake bonds: too many\n");
	abort();
}

struct nt_bond_port *fake_bond_port(struct fake_io *fake, struct fake_bond *bond, const char *name)
{
	struct nt_bond_port *port = &bond->bond.ports[bond->bond.n_ports++];

	*port = (struct nt_bond_port){ .ifindex = take_ifindex(fake), .up = true,
				       .carrier = true, .link_up = true };
	snprintf(port->name, sizeof(port->name), "%s", name);
	return port;
}

int fake_bond_links(struct fake_io *fake, nt_io_link_fn fn, void *user)
{
	int r = 0;

	for (size_t i = 0; i < FAKE_BONDS_MAX && r == 0; i++) {
		const struct nt_bond *bond = &fake->bonds.list[i].bond;

		if (bond->name[0])
			r = fn(&(struct nt_io_link){ .ifindex = bond->ifindex, .name = bond->name,
						     .kind = "bond", .driver = "bonding",
						     .bus = "", .address = bond->address,
						     .up = bond->up, .numa_node = -1 }, user);
	}
	return r;
}

static int find(struct nt_io *io, const char *dev, struct fake_bond **ret, struct nt_diag *diag)
{
	int r = fake_count(fake_of(io));

	if (r < 0)
		return r;
	*ret = fake_bond_find(fake_of(io), dev);
	return *ret ? 0 : nt_diag_err(diag, ENODEV, "%s: No such device", dev);
}

static int fake_get(struct nt_io *io, const char *dev, struct nt_bond *ret, struct nt_diag *diag)
{
	struct fake_bond *bond = NULL;
	int r = find(io, dev, &bond, diag);

	if (r == 0)
		*ret = bond->bond;
	return r;
}

static int fake_create(struct nt_io *io, const char *dev, const uint32_t value[NT_BOND_FIELDS],
		       struct nt_diag *diag)
{
	struct fake_bond *bond;

	if (fake_of(io)->unprivileged)
		return nt_diag_err(diag, EPERM, "%s: Operation not permitted", dev);
	if (fake_bond_find(fake_of(io), dev))
		return nt_diag_err(diag, EEXIST, "%s: File exists", dev);
	bond = fake_bond_add(fake_of(io), dev);
	memcpy(bond->bond.value, value, sizeof(bond->bond.value));
	return 0;
}

static int fake_remove_bond(struct nt_io *io, const char *dev, struct nt_diag *diag)
{
	struct fake_bond *bond = NULL;
	int r = find(io, dev, &bond, diag);

	if (r < 0)
		return r;
	if (bond->bond.n_ports)
		return nt_diag_err(diag, EBUSY, "%s: has ports", dev);
	*bond = (struct fake_bond){ 0 };
	return 0;
}

/* What the module does ends when the bond is not fit for it any more. */
static void look_after(struct fake_bond *bond)
{
	if (bond->bond.value[NT_BOND_MODE] != NT_BOND_MODE_XOR ||
	    bond->bond.value[NT_BOND_POLICY] != NT_BOND_POLICY_VLAN_SRCMAC)
		bond->slb = nt_slb_default(NT_SLB_OFF);
}

static int fake_set(struct nt_io *io, const char *dev, enum nt_bond_field field, uint32_t value,
		    struct nt_diag *diag)
{
	struct fake_bond *bond = NULL;
	int r = find(io, dev, &bond, diag);

	if (r < 0)
		return r;
	/* bond_opt_check_deps(): BOND_OPTFLAG_NOSLAVES, BOND_OPTFLAG_IFDOWN. */
	if (field == NT_BOND_MODE && bond->bond.n_ports)
		return nt_diag_err(diag, ENOTEMPTY, "%s: unable to set option because the bond "
				   "device has slaves", dev);
	if (field == NT_BOND_MODE && bond->bond.up)
		return nt_diag_err(diag, EBUSY, "%s: unable to set option because the bond "
				   "interface is up", dev);
	/* bond_option_miimon_set() ends ARP probes. */
	if (field == NT_BOND_MIIMON && value)
		bond->bond.arp_interval_ms = 0;
	bond->bond.value[field] = value;
	look_after(bond);
	return 0;
}

/* Counts as the operation that it is, unlike fake_bond_find(). */
static int find_port(struct nt_io *io, const char *name, struct nt_bond **ret_bond,
		     struct nt_bond_port **ret, struct nt_diag *diag)
{
	int r = fake_count(fake_of(io));

	if (r < 0)
		return r;
	for (size_t i = 0; i < FAKE_BONDS_MAX; i++) {
		struct nt_bond *bond = &fake_of(io)->bonds.list[i].bond;

		for (size_t j = 0; j < bond->n_ports; j++) {
			if (strcmp(bond->ports[j].name, name) != 0)
				continue;
			*ret_bond = bond;
			*ret = &bond->ports[j];
			return 0;
		}
	}
	return nt_diag_err(diag, ENODEV, "%s: No such device", name);
}

static int fake_up_set(struct nt_io *io, const char *dev, bool up, struct nt_diag *diag)
{
	struct fake_bond *fake = fake_bond_find(fake_of(io), dev);
	struct nt_bond *bond = fake ? &fake->bond : NULL;
	struct nt_bond_port *port = NULL;
	int r = fake ? fake_count(fake_of(io)) : find_port(io, dev, &bond, &port, diag);

	if (r == 0)
		*(port ? &port->up : &bond->up) = up;
	return r;
}

/* bond_option_queue_id_set(): each queue is of one port. */
static int fake_port_queue_set(struct nt_io *io, const char *name, uint32_t queue_id,
			       struct nt_diag *diag)
{
	struct nt_bond_port *port = NULL;
	struct nt_bond *bond = NULL;
	int r = find_port(io, name, &bond, &port, diag);

	for (size_t i = 0; r == 0 && i < bond->n_ports; i++)
		if (queue_id && &bond->ports[i] != port && bond->ports[i].queue_id == queue_id)
			r = nt_diag_err(diag, EPERM, "%s: Operation not permitted", name);
	if (r == 0)
		port->queue_id = queue_id;
	return r;
}

/* bond_opt_check_deps(): unsuppmodes. */
static int fake_port_prio_set(struct nt_io *io, const char *name, int prio, struct nt_diag *diag)
{
	struct nt_bond_port *port = NULL;
	struct nt_bond *bond = NULL;
	int r = find_port(io, name, &bond, &port, diag);

	if (r == 0 && !nt_bond_mode_has_prio(bond->value[NT_BOND_MODE]))
		return nt_diag_err(diag, EACCES, "%s: option not supported in mode", name);
	if (r == 0)
		port->prio = prio;
	return r;
}

static int fake_address_set(struct nt_io *io, const char *dev, const char *address,
			    struct nt_diag *diag)
{
	struct fake_bond *bond = NULL;
	int r = find(io, dev, &bond, diag);

	if (r == 0)
		snprintf(bond->bond.address, sizeof(bond->bond.address), "%s", address);
	return r;
}

/* __bond_release_one(): the last port to leave takes the address with it. */
static int fake_port_set(struct nt_io *io, const char *dev, const char *port, bool in,
			 struct nt_diag *diag)
{
	struct fake_bond *bond = NULL;
	int r = find(io, dev, &bond, diag);

	if (r == 0 && !strcmp(port, fake_of(io)->bonds.lost_port))
		return nt_diag_err(diag, ENODEV, "%s: No such device", port);
	if (r < 0)
		return r;
	if (in) {
		fake_bond_port(fake_of(io), bond, port);
		return 0;
	}
	for (size_t i = 0; i < bond->bond.n_ports; i++)
		if (!strcmp(bond->bond.ports[i].name, port))
			bond->bond.ports[i] = bond->bond.ports[--bond->bond.n_ports];
	if (!bond->bond.n_ports)
		snprintf(bond->bond.address, sizeof(bond->bond.address), "0e:00:00:00:00:01");
	return 0;
}

static int fake_at_stake(struct nt_io *io, const char *dev, struct nt_bond_stake *ret,
			 struct nt_diag *diag)
{
	struct fake_bond *bond = NULL;
	int r = find(io, dev, &bond, diag);

	if (r == 0)
		*ret = bond->stake;
	return r;
}

static int fake_slb_get(struct nt_io *io, const char *dev, struct nt_slb_state *ret,
			struct nt_diag *diag)
{
	struct fake_bond *bond = NULL;
	int r = find(io, dev, &bond, diag);

	if (r < 0)
		return r;
	if (!fake_of(io)->bonds.module)
		return -EOPNOTSUPP;
	if (bond->slb.engine != NT_SLB_MODULE)
		return -ENOENT;
	*ret = (struct nt_slb_state){ .config = bond->slb, .ifindex = bond->bond.ifindex };
	return 0;
}

static int fake_slb_set(struct nt_io *io, const char *dev, const struct nt_slb_config *config,
			struct nt_diag *diag)
{
	struct fake_bond *bond = NULL;
	int r = find(io, dev, &bond, diag);

	if (r < 0)
		return r;
	if (config->engine != NT_SLB_MODULE) {
		bond->slb = nt_slb_default(NT_SLB_OFF);
		return 0;
	}
	if (!fake_of(io)->bonds.module)
		return nt_diag_err(diag, EOPNOTSUPP, "%s: nettune.ko is not loaded", dev);
	if (bond->bond.value[NT_BOND_MODE] != NT_BOND_MODE_XOR ||
	    bond->bond.value[NT_BOND_POLICY] != NT_BOND_POLICY_VLAN_SRCMAC)
		return nt_diag_err(diag, EMEDIUMTYPE, "%s: not set up for balance-slb", dev);
	bond->slb = *config;
	return 0;
}

static int fake_nft_set(struct nt_io *io, const struct nt_bond *bond, int active, bool run_made,
			struct nt_diag *diag)
{
	struct fake_bond *fake = fake_bond_find(fake_of(io), bond->name);

	if (fake_of(io)->bonds.no_nft || !fake)
		return nt_diag_err(diag, EOPNOTSUPP, "nftables: not installed");
	fake->rules = active != NT_NFT_NO_TABLE;
	fake->rules_active = active;
	fake->rules_of_run = fake->rules && run_made;
	return 0;
}

static int fake_nft_has(struct nt_io *io, const char *table, const char *chain, bool *ret,
			struct nt_diag *diag)
{
	struct fake_bonds *bonds = &fake_of(io)->bonds;
	char name[NT_NFT_TABLE_MAX];

	if (bonds->no_nft)
		return nt_diag_err(diag, EOPNOTSUPP, "nftables: not installed");
	*ret = *table && !chain && !strcmp(table, bonds->foreign_table);
	for (size_t i = 0; i < FAKE_BONDS_MAX; i++) {
		nt_nft_table_name(bonds->list[i].bond.name, name);
		*ret = *ret || (bonds->list[i].rules && !strcmp(name, table) &&
				(!chain || bonds->list[i].rules_of_run));
	}
	return 0;
}

const struct nt_bond_ops fake_bond_ops = {
	.get = fake_get,
	.create = fake_create,
	.remove = fake_remove_bond,
	.set = fake_set,
	.up_set = fake_up_set,
	.address_set = fake_address_set,
	.port_set = fake_port_set,
	.port_queue_set = fake_port_queue_set,
	.port_prio_set = fake_port_prio_set,
	.at_stake = fake_at_stake,
	.slb_get = fake_slb_get,
	.slb_set = fake_slb_set,
	.nft_set = fake_nft_set,
	.nft_has = fake_nft_has,
};
