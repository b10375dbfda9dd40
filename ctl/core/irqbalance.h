/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What irqbalance says and takes on its socket. PURE.
 *
 * From irqbalance.c of its releases 1.9.0 to 1.9.5: sock_handle(), get_irq_data().
 */
#ifndef NT_CORE_IRQBALANCE_H
#define NT_CORE_IRQBALANCE_H

#include <stddef.h>

#include "idset.h"
#include "nic.h"

#define NT_IRQBALANCE_FOLDER "/run/irqbalance"

/* It leaves all interrupts of a device's queues alone, or none. */
#define NT_IRQBALANCE_ALONE "left-alone"
#define NT_IRQBALANCE_MOVED "moved"

/* Releases up to 1.9.4 take no more of a request, and do not say so; later ones 16383. */
#define NT_IRQBALANCE_REQUEST_OLD 500U
#define NT_IRQBALANCE_REQUEST_MAX 16384U

/* Each interrupt that is banned takes about 50 bytes of the answer. */
#define NT_IRQBALANCE_REPLY_MAX (256U * 1024)

/**
 * nt_irqbalance_parse_setup() - the interrupts that irqbalance leaves alone
 * @reply: to "setup": "SLEEP 10 IRQ 24 LOAD 0 DIFF 0 CLASS 0 ... BANNED 00000000"
 * @ret: written on success only
 *
 * Return: 0, -EINVAL when this is no such answer.
 */
int nt_irqbalance_parse_setup(const char *reply, struct nt_idset *ret);

/**
 * nt_irqbalance_format_ban() - the request that replaces the interrupts it leaves alone
 *
 * No number stands across the limit of old releases: what they cut off is missing in the next
 * "setup", but they never take part of a number for another one.
 *
 * Return: 0, -E2BIG.
 */
int nt_irqbalance_format_ban(const struct nt_idset *irqs, char *buf, size_t size);

/**
 * nt_irqbalance_format_state() - which interrupts of a device's queues it leaves alone, in words
 * @irqs: the device's; those of no queue are not looked at
 * @banned: what irqbalance leaves alone on the whole host
 * @buf: "moved": none of them, "left-alone": all, "left-alone rxtx 0-3,7 tx 2": these queues'.
 *       Queues, for numbers change with a device's channels.
 *
 * Return: 0, -E2BIG.
 */
int nt_irqbalance_format_state(const struct nt_irq_fact *irqs, size_t n,
			       const struct nt_idset *banned, char *buf, size_t size);

/**
 * nt_irqbalance_ban_state() - what it has to leave alone for a device to be in a state
 * @state: as nt_irqbalance_format_state() gives it; queues that are no more count for nothing
 * @banned: on the whole host; changed for the device's interrupts only, and on success only
 *
 * Return: 0, -EINVAL when this is no such state.
 */
int nt_irqbalance_ban_state(const char *state, const struct nt_irq_fact *irqs, size_t n,
			    struct nt_idset *banned);

#endif
