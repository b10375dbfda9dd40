/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What other domains ask the irq domain: which CPU handles each interrupt of a device. */
#ifndef NT_TUNABLE_IRQ_H
#define NT_TUNABLE_IRQ_H

#include <stdbool.h>
#include <stdint.h>

struct nt_change;
struct nt_facts;
struct nt_io;
struct nt_nic_fact;
struct nt_plan;

/**
 * nt_irq_look_up() - the interrupts that a device has now
 * @ret: only its interrupts are filled; not to be freed, valid until interrupts are asked for again
 *
 * Return: 0, -ENODEV, -ENOMEM, ...
 */
int nt_irq_look_up(struct nt_io *io, const char *dev, const struct nt_nic_fact **ret);

/**
 * nt_irq_refused() - note which CPU an interrupt was refused by
 * @change: of any domain, refused
 *
 * Return: true when it is an interrupt's, its CPU has no vector left (ENOSPC), and @facts know that
 * now; planning again chooses another one.
 */
bool nt_irq_refused(struct nt_facts *facts, const struct nt_change *change);

/**
 * nt_irq_recall() - let an interrupt's fact say that it is not where it was to be
 * @cpus: where it was put; when it is elsewhere by now, nothing happens
 * @instead_of: the CPU that was full
 *
 * Return: 0, -ENOMEM.
 */
int nt_irq_recall(struct nt_facts *facts, const char *dev, const char *tunable, const char *cpus,
		  const char *instead_of);

/**
 * nt_irq_foresee() - let the facts say where a change will put its interrupt
 * @facts: of interrupts that are known; another one is none of them, and nothing happens
 * @change: of the irq domain
 *
 * Return: 0, -ENOMEM.
 */
int nt_irq_foresee(struct nt_facts *facts, const struct nt_change *change);

/**
 * struct nt_irq_cpus - where the interrupts of a device's transmit queues go, or will go
 * @cpus: CPU list by queue; NULL where it is not known; shares the strings
 * @n: how many
 */
struct nt_irq_cpus {
	const char **cpus;
	uint32_t n;
};

/**
 * nt_irq_cpus_make() - what XPS has to follow
 * @plan: what it moves counts as moved; must not change while @ret is in use
 * @ret: free with nt_irq_cpus_free()
 *
 * Return: 0, -ENOMEM.
 */
int nt_irq_cpus_make(const struct nt_facts *facts, const char *dev, const struct nt_plan *plan,
		     struct nt_irq_cpus *ret);
/*
 * The CPU list for transmit queue @queue: with more queues than interrupts they share them in
 * turn. NULL when nobody knows.
 */
const char *nt_irq_cpus_of(const struct nt_irq_cpus *cpus, uint32_t queue);
void nt_irq_cpus_free(struct nt_irq_cpus *cpus);

#endif
