/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a device's interrupts are for, told from the names that its driver gave them. PURE.
 */
#ifndef NT_CORE_IRQNAME_H
#define NT_CORE_IRQNAME_H

#include <stdbool.h>
#include <stddef.h>

#include "nic.h"

/* As names of changes and values have it: "rxtx", "rx", "tx", "other". */
const char *nt_irq_role_name(enum nt_irq_role role);
/* The role of that name; false when there is none. */
bool nt_irq_role_find(const char *name, enum nt_irq_role *ret);

/**
 * nt_irq_roles() - fill role and queue of all interrupts of one device
 * @driver: its driver's name, as ethtool tells it
 * @irqs: with names; role and queue are written
 * @n: how many
 *
 * All are needed at once: some drivers number their vectors on from one role to the next. A name
 * that no rule knows is NT_IRQ_OTHER, unless it is the only one: then it serves everything.
 */
void nt_irq_roles(const char *driver, struct nt_irq_fact *irqs, size_t n);

/* Sorts by role, then queue, then number. */
void nt_irq_sort(struct nt_irq_fact *irqs, size_t n);

#endif
