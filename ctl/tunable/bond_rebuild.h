/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Taking a bond apart and putting it together, for a mode that the kernel takes in no other way.
 */
#ifndef NT_TUNABLE_BOND_REBUILD_H
#define NT_TUNABLE_BOND_REBUILD_H

#include "core/bond_shape.h"

struct nt_diag;
struct nt_io;

/**
 * nt_bond_rebuild() - bring a bond into @shape, from wherever it is
 * @dev: the bond
 * @diag: told of what went wrong first
 *
 * Also goes on where another one was cut off. Ports that are gone are passed over, and the rest is
 * done.
 *
 * Return: 0, -ENOLINK when it had its link before and does not get it back, or a negative errno.
 */
int nt_bond_rebuild(struct nt_io *io, const char *dev, const struct nt_bond_shape *shape,
		    struct nt_diag *diag);

#endif
