/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door to bonds: what the kernel tells of them, and what they can be told.
 *
 * Devices are named, and belong to the network namespace in force. Functions return 0 or a negative
 * errno with words in diag; -ENODEV means that there is no such device.
 */
#ifndef NT_IO_BOND_H
#define NT_IO_BOND_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bond.h"

struct nt_diag;
struct nt_io;

/**
 * struct nt_bond_ops - how bonds are reached
 * @get: -EOPNOTSUPP: the device is no bond
 * @create: a bond without ports; -EEXIST when the name is taken
 * @remove: -EBUSY when it has ports
 * @set: one field
 * @up_set: the bond, without its ports; or a port
 * @address_set: as text
 * @port_set: has @port join, which sets it down and up, or leave, down; -ENODEV for either
 * @port_queue_set: see struct nt_bond_port, as
 * @port_prio_set: -EACCES in a mode without priorities
 * @at_stake: what does not come back by itself when the bond was down
 * @slb_get: -ENOENT: the module does not serve the bond; -EOPNOTSUPP: there is no module that could
 * @slb_set: has the module serve the bond as told, or no more (engine off); what it did before ends
 * @nft_set: writes our table for the bond, in one piece, with the port of index @active (0 for
 *	     none) as the active one; or removes it with NT_NFT_NO_TABLE, which is no error where
 *	     there is none. @run_made: with the mark of "bond run". -EOPNOTSUPP: no libnftables,
 *	     or a kernel without nf_tables
 * @nft_has: is a table of the family netdev there, by name, and unless it is NULL a chain in it?
 *	     Not for certain where nobody can ask
 */
struct nt_bond_ops {
	int (*get)(struct nt_io *io, const char *dev, struct nt_bond *ret, struct nt_diag *diag);
	int (*create)(struct nt_io *io, const char *dev, const uint32_t value[NT_BOND_FIELDS],
		      struct nt_diag *diag);
	int (*remove)(struct nt_io *io, const char *dev, struct nt_diag *diag);
	int (*set)(struct nt_io *io, const char *dev, enum nt_bond_field field, uint32_t value,
		   struct nt_diag *diag);
	int (*up_set)(struct nt_io *io, const char *dev, bool up, struct nt_diag *diag);
	int (*address_set)(struct nt_io *io, const char *dev, const char *address,
			   struct nt_diag *diag);
	int (*port_set)(struct nt_io *io, const char *dev, const char *port, bool in,
			struct nt_diag *diag);
	int (*port_queue_set)(struct nt_io *io, const char *port, uint32_t queue_id,
			      struct nt_diag *diag);
	int (*port_prio_set)(struct nt_io *io, const char *port, int prio, struct nt_diag *diag);
	int (*at_stake)(struct nt_io *io, const char *dev, struct nt_bond_stake *ret,
			struct nt_diag *diag);
	int (*slb_get)(struct nt_io *io, const char *dev, struct nt_slb_state *ret,
		       struct nt_diag *diag);
	int (*slb_set)(struct nt_io *io, const char *dev, const struct nt_slb_config *config,
		       struct nt_diag *diag);
	int (*nft_set)(struct nt_io *io, const struct nt_bond *bond, int active, bool run_made,
		       struct nt_diag *diag);
	int (*nft_has)(struct nt_io *io, const char *table, const char *chain, bool *ret,
		       struct nt_diag *diag);
};

int nt_io_bond_get(struct nt_io *io, const char *dev, struct nt_bond *ret, struct nt_diag *diag);
int nt_io_bond_create(struct nt_io *io, const char *dev, const uint32_t value[NT_BOND_FIELDS],
		      struct nt_diag *diag);
int nt_io_bond_remove(struct nt_io *io, const char *dev, struct nt_diag *diag);
int nt_io_bond_set(struct nt_io *io, const char *dev, enum nt_bond_field field, uint32_t value,
		   struct nt_diag *diag);
int nt_io_bond_up_set(struct nt_io *io, const char *dev, bool up, struct nt_diag *diag);
int nt_io_bond_address_set(struct nt_io *io, const char *dev, const char *address,
			   struct nt_diag *diag);
int nt_io_bond_port_set(struct nt_io *io, const char *dev, const char *port, bool in,
			struct nt_diag *diag);
int nt_io_bond_port_queue_set(struct nt_io *io, const char *port, uint32_t queue_id,
			      struct nt_diag *diag);
int nt_io_bond_port_prio_set(struct nt_io *io, const char *port, int prio, struct nt_diag *diag);
int nt_io_bond_at_stake(struct nt_io *io, const char *dev, struct nt_bond_stake *ret,
			struct nt_diag *diag);
int nt_io_slb_get(struct nt_io *io, const char *dev, struct nt_slb_state *ret,
		  struct nt_diag *diag);
int nt_io_slb_set(struct nt_io *io, const char *dev, const struct nt_slb_config *config,
		  struct nt_diag *diag);
int nt_io_nft_set(struct nt_io *io, const struct nt_bond *bond, int active, bool run_made,
		  struct nt_diag *diag);
int nt_io_nft_has(struct nt_io *io, const char *table, const char *chain, bool *ret,
		  struct nt_diag *diag);

#define NT_NFT_TABLE_MAX 48U
#define NT_NFT_NO_TABLE  (-1)

/* The name of our table for a bond: "nettune-slb-bond0". */
void nt_nft_table_name(const char *dev, char buf[NT_NFT_TABLE_MAX]);

#endif
