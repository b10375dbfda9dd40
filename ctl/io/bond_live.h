/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The halves of struct nt_bond_ops for the running host (bond.h); bond_live.c joins them. */
#ifndef NT_IO_BOND_LIVE_H
#define NT_IO_BOND_LIVE_H

#include "bond.h"

extern const struct nt_bond_ops nt_bond_live_ops;

/* bond_ports.c */
int nt_bond_up_set(struct nt_io *io, const char *dev, bool up, struct nt_diag *diag);
int nt_bond_address_set(struct nt_io *io, const char *dev, const char *address,
			struct nt_diag *diag);
int nt_bond_port_set(struct nt_io *io, const char *dev, const char *port, bool in,
		     struct nt_diag *diag);
int nt_bond_port_queue_set(struct nt_io *io, const char *port, uint32_t queue_id,
			   struct nt_diag *diag);
int nt_bond_port_prio_set(struct nt_io *io, const char *port, int prio, struct nt_diag *diag);

/* bond_stake.c */
int nt_bond_at_stake(struct nt_io *io, const char *dev, struct nt_bond_stake *ret,
		     struct nt_diag *diag);

/* slb.c: the module's family */
int nt_slb_get(struct nt_io *io, const char *dev, struct nt_slb_state *ret, struct nt_diag *diag);
int nt_slb_set(struct nt_io *io, const char *dev, const struct nt_slb_config *config,
	       struct nt_diag *diag);

/* nft.c: libnftables */
int nt_nft_set(struct nt_io *io, const struct nt_bond *bond, int active, bool run_made,
	       struct nt_diag *diag);
int nt_nft_has(struct nt_io *io, const char *table, const char *chain, bool *ret,
	       struct nt_diag *diag);

#endif
