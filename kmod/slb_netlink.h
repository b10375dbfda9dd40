/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands of balance-slb.
 */
#ifndef NT_SLB_NETLINK_H
#define NT_SLB_NETLINK_H

#include <linux/types.h>

struct genl_info;
struct netlink_callback;
struct nt_slb;
struct sk_buff;

int nt_slb_enable_doit(struct sk_buff *request, struct genl_info *info);
int nt_slb_disable_doit(struct sk_buff *request, struct genl_info *info);
int nt_slb_get_doit(struct sk_buff *request, struct genl_info *info);
int nt_slb_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int nt_slb_mac_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
void nt_slb_notify(const struct nt_slb *slb, u32 event, const char *message);
u32 nt_slb_hooks(void);

#endif /* NT_SLB_NETLINK_H */
