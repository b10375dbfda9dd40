/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The generic netlink family.
 */
#ifndef NT_NETLINK_H
#define NT_NETLINK_H

#include <linux/types.h>

struct nt_txn;

int nt_netlink_init(void);
void nt_netlink_exit(void);
void nt_netlink_notify(struct nt_txn *txn, u32 event);

#endif /* NT_NETLINK_H */
