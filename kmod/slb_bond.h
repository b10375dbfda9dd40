/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What bonding says of a bond and its ports.
 */
#ifndef NT_SLB_BOND_H
#define NT_SLB_BOND_H

#include <linux/types.h>

struct net_device;

int nt_slb_bond_check(const struct net_device *bond, const char **ret_message);
bool nt_slb_bond_sends(const struct net_device *bond, const struct net_device *port);

#endif /* NT_SLB_BOND_H */
