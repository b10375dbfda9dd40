/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The generic netlink family.
 */
#ifndef NT_NETLINK_H
#define NT_NETLINK_H

#include <linux/types.h>

struct genl_family;
struct net;
struct nt_txn;
struct sk_buff;

extern struct genl_family nt_netlink_family;

void nt_netlink_notify(struct nt_txn *txn, u32 event);
void nt_netlink_multicast(struct net *net, struct sk_buff *skb);

#endif /* NT_NETLINK_H */
