/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Balance-slb in the packet path.
 */
#ifndef NT_SLB_HOOK_H
#define NT_SLB_HOOK_H

struct net;
struct nt_slb_port;

int nt_slb_hook(struct net *net, struct nt_slb_port *port);
void nt_slb_unhook(struct net *net, struct nt_slb_port *port);

#endif /* NT_SLB_HOOK_H */
