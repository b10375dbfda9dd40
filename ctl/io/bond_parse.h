/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel tells of bonds, from rtnetlink and from nettune.ko, into core/bond.h. Works on
 * bytes and reaches no socket. Functions return 0 or -EBADMSG, and write @ret on success only.
 */
#ifndef NT_IO_BOND_PARSE_H
#define NT_IO_BOND_PARSE_H

#include <linux/rtnetlink.h>

#include "core/bond.h"

struct nlattr;

/**
 * nt_bond_parse_link() - a bond, still without ports
 * @info: of RTM_NEWLINK
 * @attrs: behind it, @len bytes
 *
 * Return: also -EOPNOTSUPP for a device that is no bond.
 */
int nt_bond_parse_link(const struct ifinfomsg *info, struct nlattr *attrs, int len,
		       struct nt_bond *ret);

/* Adds the device to @bond if it is one of its ports; one that does not fit is only counted. */
int nt_bond_parse_port(const struct ifinfomsg *info, struct nlattr *attrs, int len,
		       struct nt_bond *bond);

/* A reply to slb-get. */
int nt_slb_parse_state(struct nlattr *attrs, int len, struct nt_slb_state *ret);

#endif
