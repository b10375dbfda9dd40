/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The queues domain: what /sys/class/net/DEVICE/queues tells the stack about each queue. */
#ifndef NT_TUNABLE_QUEUES_H
#define NT_TUNABLE_QUEUES_H

struct nt_facts;
struct nt_plan;

/**
 * nt_queues_keep() - plan to keep what the queues of @dev were told and a structural change may lose
 * @plan: gets a kept change for every XPS mask of a queue that stays, and for RPS masks and flow
 *	  counts that are not empty
 *
 * Return: 0, -ENOMEM, -EOVERFLOW.
 */
int nt_queues_keep(const struct nt_facts *facts, const char *dev, struct nt_plan *plan);

#endif
