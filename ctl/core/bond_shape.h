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

/*
 * "balance-xor up 02:00:00:00:00:b0 eth0/queue:1/prio:-7/down eth1" with as many ports as can be,
 * terminated.
 */
#define NT_BOND_SHAPE_MAX 1792U

/**
 * struct nt_bond_shape_port - a port, with what it had lost when it comes back
 * @queue_id: see struct nt_bond_port, as @prio, which is 0 in modes without
 * @down: somebody set it down; bonding sets ports up when they join
 */
struct nt_bond_shape_port {
	char name[NT_NIC_NAME_MAX];
	uint32_t queue_id;
	int prio;
	bool down;
};

/**
 * struct nt_bond_shape - a bond as it is put together
 * @address: of the bond, which takes another one when its last port leaves; "" for none
 */
struct nt_bond_shape {
	uint32_t mode;
	bool up;
	char address[24];
	struct nt_bond_shape_port ports[NT_BOND_PORTS_MAX];
	size_t n_ports;
};

/*
 * Of @bond, with @mode, and so without priorities if that has none. -E2BIG when it has more ports
 * than we know.
 */
int nt_bond_shape_of(const struct nt_bond *bond, uint32_t mode, struct nt_bond_shape *ret);

/* 0, -E2BIG. */
int nt_bond_shape_format(const struct nt_bond_shape *shape, char *buf, size_t size);

/* What nt_bond_shape_format() wrote; -EINVAL for anything else. */
int nt_bond_shape_parse(const char *text, struct nt_bond_shape *ret);

/*
 * The same mode and the same ports with the same queues and priorities, in any order? Ports are put
 * in last: with them all the rest is as it was. Without ports it matters, too, whether the bond is
 * up. Whether a port is does not: links are set down and up for reasons of their own.
 */
bool nt_bond_shape_same(const char *a, const char *b);

#endif
