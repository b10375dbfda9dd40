// SPDX-License-Identifier: GPL-2.0-or-later
/* Bonds taken apart and put together. See bond_rebuild.h. */
#include "bond_rebuild.h"

#include <string.h>

#include "device.h"
#include "io/bond.h"
#include "lib/diag.h"

/* The first error counts, and what is left is done all the same. */
static void keep_first(int r, int *first)
{
	if (*first == 0)
		*first = r;
}

/* Ports first: what lacks them is told from a bond that is whole. */
static int take_apart(struct nt_io *io, const struct nt_bond *bond, struct nt_diag *diag)
{
	int r = 0;

	for (size_t i = 0; i < bond->n_ports && i < NT_BOND_PORTS_MAX && r == 0; i++)
		r = nt_io_bond_port_set(io, bond->name, bond->ports[i].name, false, diag);
	return r == 0 ? nt_io_bond_up_set(io, bond->name, false, diag) : r;
}

static const struct nt_bond_port *find_port(const struct nt_bond *bond, const char *name)
{
	for (size_t i = 0; i < bond->n_ports && i < NT_BOND_PORTS_MAX; i++)
		if (!strcmp(bond->ports[i].name, name))
			return &bond->ports[i];
	return NULL;
}

/* Has @want join if it is not in, and be as it was: the kernel takes it for a new one. */
static int put_in(struct nt_io *io, const struct nt_bond *bond,
		  const struct nt_bond_shape_port *want, struct nt_diag *diag)
{
	static const struct nt_bond_port joined = { .up = true };
	const struct nt_bond_port *now = find_port(bond, want->name);
	int r = 0;

	if (!now) {
		r = nt_io_bond_port_set(io, bond->name, want->name, true, diag);
		now = &joined;
	}
	if (r == 0 && now->queue_id != want->queue_id)
		r = nt_io_bond_port_queue_set(io, want->name, want->queue_id, diag);
	if (r == 0 && now->prio != want->prio)
		r = nt_io_bond_port_prio_set(io, want->name, want->prio, diag);
	if (r == 0 && now->up && want->down)
		r = nt_io_bond_up_set(io, want->name, false, diag);
	return r;
}

/* Those to be down first: when the last one is in, the bond counts as whole. */
static void put_all_in(struct nt_io *io, const struct nt_bond *bond,
		       const struct nt_bond_shape *shape, struct nt_diag *diag, int *first)
{
	struct nt_diag other = { 0 };

	for (size_t i = 0; i < shape->n_ports * 2; i++) {
		const struct nt_bond_shape_port *port = &shape->ports[i % shape->n_ports];

		if (port->down == (i < shape->n_ports))
			keep_first(put_in(io, bond, port, *first ? &other : diag), first);
	}
}

/* Ports last: with them all the rest is as it was, which is how a bond that is whole is told. */
static int put_together(struct nt_io *io, const char *dev, const struct nt_bond_shape *shape,
			struct nt_diag *diag)
{
	struct nt_diag other = { 0 };
	struct nt_bond now;
	int r = nt_io_bond_get(io, dev, &now, diag), first = 0;

	if (r < 0)
		return r;
	/* One that it has without being told would become one that ports cannot give it later. */
	if (!now.n_ports && shape->address[0] && strcmp(now.address, shape->address) != 0)
		keep_first(nt_io_bond_address_set(io, dev, shape->address, diag), &first);
	if (now.up != shape->up)
		keep_first(nt_io_bond_up_set(io, dev, shape->up, first ? &other : diag), &first);
	put_all_in(io, &now, shape, diag, &first);
	return first;
}

int nt_bond_rebuild(struct nt_io *io, const char *dev, const struct nt_bond_shape *shape,
		    struct nt_diag *diag)
{
	enum nt_nic_ready before = nt_device_ready(io, dev);
	struct nt_bond now;
	int r = nt_io_bond_get(io, dev, &now, diag);

	if (r == 0 && now.value[NT_BOND_MODE] != shape->mode) {
		r = take_apart(io, &now, diag);
		if (r == 0)
			r = nt_io_bond_set(io, dev, NT_BOND_MODE, shape->mode, diag);
	}
	if (r == 0)
		r = put_together(io, dev, shape, diag);
	return r == 0 ? nt_device_settle(io, dev, before, diag) : r;
}
