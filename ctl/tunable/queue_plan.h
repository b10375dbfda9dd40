/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What planning queues (rss, irq, queues) needs besides device.h: how many queues a device will
 * have, and which it has.
 */
#ifndef NT_TUNABLE_QUEUE_PLAN_H
#define NT_TUNABLE_QUEUE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/nic.h"
#include "device.h"

/* The longest name of a tunable, "irq-affinity.rxtx-1023". */
#define NT_QUEUE_TUNABLE_MAX 40U

/**
 * struct nt_queue_planner - planning the queues of one device after the other
 * @device: the device at hand; its plan gets the changes
 * @whole: the plan that may change the channels; the same but when values are kept
 * @channels: of the device at hand, as they will be when @whole is in force
 * @resized: @whole changes them
 */
struct nt_queue_planner {
	struct nt_device_planner device;
	const struct nt_plan *whole;
	struct nt_nic_channels channels;
	bool resized;
};

/* Looks up the channels to come of the device at hand. */
void nt_queue_planner_look(struct nt_queue_planner *p);

/* A planner for keeping values of @name, which is at hand then. */
struct nt_queue_planner nt_queue_planner_keep(const struct nt_tunable *domain,
					      const struct nt_facts *facts, const char *name,
					      const struct nt_plan *whole, struct nt_plan *ret);

/* The queue or interrupt, or NULL. */
const struct nt_queue_fact *nt_queue_find(const struct nt_nic_fact *nic, enum nt_queue_kind kind,
					  uint32_t index);
const struct nt_irq_fact *nt_queue_find_irq(const struct nt_nic_fact *nic, enum nt_irq_role role,
					    uint32_t queue);

/* What is known of a device, to be changed by what is foreseen; NULL. */
struct nt_nic_fact *nt_queue_nic(struct nt_facts *facts, const char *name);

/**
 * nt_queue_resize() - give facts as many queues and interrupts as their channels say
 * @nic: new queues have no CPUs chosen; new interrupts have the number 0 and go nowhere yet
 *
 * Interrupts of roles that the device does not have are not made up.
 *
 * Return: 0, -ENOMEM with @nic as it was.
 */
int nt_queue_resize(struct nt_nic_fact *nic);

#endif
