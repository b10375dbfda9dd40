/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What planning rss, irq, queues and napi has in common: how many queues a device will have, what
 * of it is planned already, and making changes.
 */
#ifndef NT_TUNABLE_QUEUE_PLAN_H
#define NT_TUNABLE_QUEUE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/facts.h"
#include "core/plan.h"

struct nt_diag;
struct nt_io;
struct nt_tunable;

/* The longest name of a tunable, "irq-affinity.rxtx-1023". */
#define NT_QUEUE_TUNABLE_MAX 40U

/**
 * struct nt_queue_planner - planning one device
 * @domain: whose changes these are
 * @setting: the line that asks; NULL when values are kept
 * @name: of the device
 * @nic: what is known of it; NULL: nothing
 * @channels: as they will be when the plan's channels are in force
 * @resized: the plan changes the channels
 * @planned: tunables of the device that are in the plan, sorted; see nt_queue_planner_has()
 *
 * Shares all but @planned, which is freed by nt_queue_planner_end().
 */
struct nt_queue_planner {
	const struct nt_tunable *domain;
	const struct nt_facts *facts;
	const struct nt_setting *setting;
	const char *name;
	const struct nt_nic_fact *nic;
	struct nt_plan *plan;
	struct nt_nic_channels channels;
	bool resized;
	const char **planned;
	size_t n_planned;
};

/* Looks up the device and its planned channels. */
void nt_queue_planner_start(struct nt_queue_planner *p, const char *name);

/* Sorts what the plan has for the device, so that asking is quick; once, before asking. -ENOMEM. */
int nt_queue_planner_index(struct nt_queue_planner *p);
bool nt_queue_planner_has(const struct nt_queue_planner *p, const char *tunable);

void nt_queue_planner_end(struct nt_queue_planner *p);

/**
 * struct nt_queue_value - one change in the making
 * @seen: NULL: the queue does not exist yet, or cannot be read
 * @outcome: PLANNED becomes COMPLIANT when @seen is what is wanted
 * @reason: when the line of the profile gives none; NULL: the tunable's description
 * @remedy: NULL for none
 * @owner: NULL for none
 */
struct nt_queue_value {
	const char *tunable;
	const char *seen;
	const char *wanted;
	enum nt_phase phase;
	enum nt_outcome outcome;
	const char *reason;
	const char *remedy;
	const char *owner;
};

/* Copies what it is given. Without a setting the change is kept: seen is wanted. 0, -ENOMEM, ... */
int nt_queue_planner_add(struct nt_queue_planner *p, const struct nt_queue_value *value);

/* "file:line:column: KEY: WORDS" at @offset in the value of @setting. */
int nt_queue_bad_value(const struct nt_setting *setting, unsigned int offset, int err,
		       const char *words, struct nt_diag *diag);

/* The line for @key that holds for the device: the last whose glob matches; NULL for none. */
const struct nt_setting *nt_queue_setting(const struct nt_setting *settings, size_t n,
					  const char *key, const char *name);

/* Reads links, and what is known of each device that any of @settings is about. */
int nt_queue_read(struct nt_io *io, const struct nt_setting *settings, size_t n,
		  struct nt_facts *facts, struct nt_diag *diag);

/* The queue or interrupt, or NULL. */
const struct nt_queue_fact *nt_queue_find(const struct nt_nic_fact *nic, enum nt_queue_kind kind,
					  uint32_t index);
const struct nt_irq_fact *nt_queue_find_irq(const struct nt_nic_fact *nic, enum nt_irq_role role,
					    uint32_t queue);

#endif
