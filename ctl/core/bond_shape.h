/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a bond has to come back when it is taken apart, as one value. PURE.
 *
 * The kernel takes another mode only from a bond that is down and has no ports. So the mode of any
 * other bond changes together with all that goes away meanwhile, and the journal has both.
 */
#ifndef NT_CORE_BOND_SHAPE_H
#define NT_CORE_BOND_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bond.h"

/* "balance-xor up 02:00:00:00:00:b0 eth0 eth1" with as many ports as can be, terminated. */
#define NT_BOND_SHAPE_MAX 640U

/**
 * struct nt_bond_shape - a bond as it is put together
 * @address: of the bond, which takes another one when its last port leaves; "" for none
 * @ports: their names
 */
struct nt_bond_shape {
	uint32_t mode;
	bool up;
	char address[24];
	char ports[NT_BOND_PORTS_MAX][NT_NIC_NAME_MAX];
	size_t n_ports;
};

/* Of @bond, with @mode. -E2BIG when it has more ports than we know. */
int nt_bond_shape_of(const struct nt_bond *bond, uint32_t mode, struct nt_bond_shape *ret);

/* 0, -E2BIG. */
int nt_bond_shape_format(const struct nt_bond_shape *shape, char *buf, size_t size);

/* What nt_bond_shape_format() wrote; -EINVAL for anything else. */
int nt_bond_shape_parse(const char *text, struct nt_bond_shape *ret);

bool nt_bond_shape_has(const struct nt_bond_shape *shape, const char *port);

/*
 * The same mode and the same ports, in any order? Ports are put in last: with them all the rest is
 * as it was. Without ports it matters, too, whether the bond is up.
 */
bool nt_bond_shape_same(const char *a, const char *b);

#endif
