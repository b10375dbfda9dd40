/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What balance-slb does in its own time: announcements after a failover, and sweeping.
 */
#ifndef NT_SLB_ANNOUNCE_H
#define NT_SLB_ANNOUNCE_H

#include <linux/types.h>

struct nt_slb;

int nt_slb_announce_init(void);
void nt_slb_announce_exit(void);
void nt_slb_announce_start(struct nt_slb *slb);
void nt_slb_announce_stop(struct nt_slb *slb);
void nt_slb_announce(struct nt_slb *slb, u32 failed, bool can_send);
void nt_slb_put(struct nt_slb *slb);

#endif /* NT_SLB_ANNOUNCE_H */
