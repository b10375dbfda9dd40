/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Balance-slb in the words of nft, for hosts without nettune.ko. PURE.
 *
 * For every port: what ends at the link comes in; what the bond itself sent does not; multicast
 * comes in by the active port only; what has just been sent through a port (5 s) does not come in
 * again, unless it is an announcement from elsewhere that was not made here first. IGMP and MLD
 * reports leave by the active port. What nft cannot say is listed by nt_slb_nft_weakness().
 */
#ifndef NT_CORE_SLB_NFT_H
#define NT_CORE_SLB_NFT_H

#include <stdbool.h>
#include <stddef.h>

#include "bond.h"

/* Rules for NT_BOND_PORTS_MAX ports. */
#define NT_SLB_NFT_MAX 32768U

/* "ports-89abcdef" */
#define NT_SLB_NFT_MARK_MAX 24U

/**
 * nt_slb_nft_mark() - the name of a chain that stands for the ports and address of a bond
 *
 * Rules that have a chain of this name are for these ports; only who is active may differ.
 */
void nt_slb_nft_mark(const struct nt_bond *bond, char buf[NT_SLB_NFT_MARK_MAX]);

/* A chain of this name tells that "bond run" made the rules: they end with it, or with the next. */
#define NT_SLB_NFT_RUN "made-by-run"

/**
 * nt_slb_nft_rules() - the whole table, in place of one that may be there
 * @table: its name
 * @active: index of the active port, 0 for none
 * @run_made: with the chain of "bond run"
 *
 * One transaction for the kernel: there is no moment without rules. It needs no "destroy", which
 * older kernels and nft do not have.
 *
 * Return: 0, -EINVAL for a name that nft could not take, -E2BIG.
 */
int nt_slb_nft_rules(const struct nt_bond *bond, const char *table, int active, bool run_made,
		     char *buf, size_t size);

/* The same when the rules are there and only the active port is another; keeps what was learnt. */
int nt_slb_nft_switch(const struct nt_bond *bond, const char *table, int active, char *buf,
		      size_t size);

/* Removes the table, whether it is there or not. */
int nt_slb_nft_remove(const char *table, char *buf, size_t size);

/* The n-th thing that the module does and nft cannot; NULL past the end. */
const char *nt_slb_nft_weakness(unsigned int n);

#endif
