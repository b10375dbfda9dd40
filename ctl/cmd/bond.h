/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verbs of nettunectl bond. Each prints its result and returns an exit code; the bond is the
 * second argument.
 */
#ifndef NT_CMD_BOND_H
#define NT_CMD_BOND_H

#include <jansson.h>

#include "cmd/cmd.h"
#include "core/bond.h"
#include "core/facts.h"
#include "engine/state.h"

#define NT_BOND_SCHEMA "nettune.bond/1"

/* By index of the command's options. */
enum {
	NT_BOND_CONFIRM,
	NT_BOND_NFT,
	NT_BOND_MACS,
	NT_BOND_PREFERRED,
	NT_BOND_NETWORKMANAGER,
	NT_BOND_NETWORKD,
	NT_BOND_ALLOW_DISRUPTIVE,
};

/**
 * struct nt_bond_view - a bond as it is now
 * @fact: from the kernel
 * @state: what the module tells; zero unless it does balance-slb
 */
struct nt_bond_view {
	struct nt_bond_fact fact;
	struct nt_slb_state state;
};

/* Reads it: 0 or a negative errno with words. */
int nt_bond_look(const struct nt_call *call, struct nt_bond_view *ret, struct nt_diag *diag);

/* The name of a port by its index, "-" for none. */
const char *nt_bond_port_name(const struct nt_bond *bond, int ifindex);

/**
 * struct nt_bond_claim - a bond that nobody else's "bond" changes meanwhile
 * @file: the lock's, in the state folder
 * @fd: holds it
 *
 * "bond run" has it as long as it runs, the verbs that are transactions while they work. The lock
 * is the kernel's: what was killed is in nobody's way.
 */
struct nt_bond_claim {
	struct nt_state state;
	char file[80];
	int fd;
};

/* bond_claim.c. Never waits: 0, -EBUSY with who has it, or another negative errno with words. */
int nt_bond_claim(const struct nt_call *call, struct nt_bond_claim *ret, struct nt_diag *diag);
void nt_bond_release(struct nt_bond_claim *claim);

/* bond_change.c */
enum nt_exit nt_bond_create(const struct nt_call *call, struct nt_diag *diag);
enum nt_exit nt_bond_enable(const struct nt_call *call, struct nt_diag *diag);
enum nt_exit nt_bond_disable(const struct nt_call *call, struct nt_diag *diag);

/* bond_status.c */
enum nt_exit nt_bond_status(const struct nt_call *call, struct nt_diag *diag);
enum nt_exit nt_bond_watch(const struct nt_call *call, struct nt_diag *diag);

/* bond_check.c */
enum nt_exit nt_bond_check(const struct nt_call *call, struct nt_diag *diag);

/* bond_run.c */
enum nt_exit nt_bond_run(const struct nt_call *call, struct nt_diag *diag);

/* bond_export.c */
enum nt_exit nt_bond_export(const struct nt_call *call, struct nt_diag *diag);

#endif
