/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the irq domain asks of the irqbalance domain. */
#ifndef NT_TUNABLE_IRQBALANCE_H
#define NT_TUNABLE_IRQBALANCE_H

#include <stdbool.h>

struct nt_facts;
struct nt_io;
struct nt_device_planner;

/*
 * When irqbalance runs and answers us, adds to @facts what it leaves alone, as an owner
 * "irqbalance" of the key "banned-irqs" in the file of its socket. 0, -ENOMEM, -EOVERFLOW.
 */
int nt_irqbalance_read(struct nt_io *io, struct nt_facts *facts);

/**
 * nt_irqbalance_plan() - plan that irqbalance leaves the interrupts of a device alone
 * @p: the device, and the line that places its interrupts
 * @ret_asked: it is in the plan; false when irqbalance does not run, or nobody can ask it
 *
 * Return: 0, -ENOMEM, -EOVERFLOW.
 */
int nt_irqbalance_plan(const struct nt_device_planner *p, bool *ret_asked);

#endif
