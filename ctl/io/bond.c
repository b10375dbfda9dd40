// SPDX-License-Identifier: GPL-2.0-or-later
/* Bonds: calls through the vtable, and the count of writes. See bond.h. */
#include "bond.h"

#include <errno.h>
#include <stdio.h>

#include "io.h"

/* The door that has bonds behind it; NULL when there are none. */
static struct nt_io *owner(struct nt_io *io)
{
	struct nt_io *host = io->devices ? io->devices : io;

	return host->ops->bond ? host : NULL;
}

int nt_io_bond_get(struct nt_io *io, const char *dev, struct nt_bond *ret, struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	return host ? host->ops->bond->get(host, dev, ret, diag) : -EOPNOTSUPP;
}

int nt_io_bond_create(struct nt_io *io, const char *dev, const uint32_t value[NT_BOND_FIELDS],
		      struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	io->writes++;
	return host->ops->bond->create(host, dev, value, diag);
}

int nt_io_bond_remove(struct nt_io *io, const char *dev, struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	io->writes++;
	return host->ops->bond->remove(host, dev, diag);
}

int nt_io_bond_set(struct nt_io *io, const char *dev, enum nt_bond_field field, uint32_t value,
		   struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	io->writes++;
	return host->ops->bond->set(host, dev, field, value, diag);
}

int nt_io_bond_up_set(struct nt_io *io, const char *dev, bool up, struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	io->writes++;
	return host->ops->bond->up_set(host, dev, up, diag);
}

int nt_io_bond_address_set(struct nt_io *io, const char *dev, const char *address,
			   struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	io->writes++;
	return host->ops->bond->address_set(host, dev, address, diag);
}

int nt_io_bond_port_set(struct nt_io *io, const char *dev, const char *port, bool in,
			struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	io->writes++;
	return host->ops->bond->port_set(host, dev, port, in, diag);
}

int nt_io_bond_port_queue_set(struct nt_io *io, const char *port, uint32_t queue_id,
			      struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	io->writes++;
	return host->ops->bond->port_queue_set(host, port, queue_id, diag);
}

int nt_io_bond_port_prio_set(struct nt_io *io, const char *port, int prio, struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	io->writes++;
	return host->ops->bond->port_prio_set(host, port, prio, diag);
}

int nt_io_bond_at_stake(struct nt_io *io, const char *dev, struct nt_bond_stake *ret,
			struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	return host ? host->ops->bond->at_stake(host, dev, ret, diag) : -EOPNOTSUPP;
}

int nt_io_slb_get(struct nt_io *io, const char *dev, struct nt_slb_state *ret,
		  struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	return host ? host->ops->bond->slb_get(host, dev, ret, diag) : -EOPNOTSUPP;
}

int nt_io_slb_set(struct nt_io *io, const char *dev, const struct nt_slb_config *config,
		  struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	io->writes++;
	return host->ops->bond->slb_set(host, dev, config, diag);
}

int nt_io_nft_set(struct nt_io *io, const struct nt_bond *bond, int active, bool run_made,
		  struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	io->writes++;
	return host->ops->bond->nft_set(host, bond, active, run_made, diag);
}

int nt_io_nft_has(struct nt_io *io, const char *table, const char *chain, bool *ret,
		  struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	return host ? host->ops->bond->nft_has(host, table, chain, ret, diag) : -EOPNOTSUPP;
}

void nt_nft_table_name(const char *dev, char buf[NT_NFT_TABLE_MAX])
{
	snprintf(buf, NT_NFT_TABLE_MAX, "nettune-slb-%s", dev);
}
