/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which CPU each queue of each device goes to: one decision, which interrupts, XPS and the number
 * of channels follow. PURE and deterministic.
 */
#ifndef NT_CORE_PLACEMENT_H
#define NT_CORE_PLACEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts.h"
#include "idset.h"

struct nt_diag;

/**
 * struct nt_placement_how - what IrqPlacement= of a profile asks for
 * @one_per_core: a second queue on a core only when every core has one
 * @skip_smt: only one thread of a core
 * @numa_local: only CPUs of the device's node; without a node, all nodes
 * @exclude_isolated: no isolated CPU
 * @exclude_housekeeping: isolated CPUs only
 * @max: at most this many CPUs, 0 any number
 * @from_list: only CPUs of @list, whatever node they are of
 */
struct nt_placement_how {
	bool one_per_core;
	bool skip_smt;
	bool numa_local;
	bool exclude_isolated;
	bool exclude_housekeeping;
	bool from_list;
	uint32_t max;
	struct nt_idset list;
	struct nt_idset exclude;
};

/**
 * nt_placement_parse() - read the value of IrqPlacement=
 * @text: words and CPU lists separated by commas: "one-per-core,numa-local(max=8),skip-smt",
 *	  "exclude=isolated", "exclude=housekeeping", "exclude=0,2-3", "4-7". Numbers behind
 *	  "exclude=" belong to it; before it, they are the CPUs to use
 * @ret: written on success only
 * @ret_offset: 0-based offset of what is wrong, written on errors only; may be NULL
 *
 * Return: 0, -EINVAL, -ERANGE; with words in @diag.
 */
int nt_placement_parse(const char *text, struct nt_placement_how *ret, unsigned int *ret_offset,
		       struct nt_diag *diag);

struct nt_placement_load;

/**
 * struct nt_placement - CPUs, and what has been placed on them so far
 * @cpus: @n of them, the caller's, must outlive this
 * @load: by position in @cpus; owned
 *
 * Devices are placed one after the other with the same struct nt_placement, so that they do not all
 * start at the same core.
 */
struct nt_placement {
	const struct nt_cpu_fact *cpus;
	size_t n;
	struct nt_placement_load *load;
};

/**
 * nt_placement_start() - begin with nothing placed
 * @cpus: every CPU once, in ascending order
 *
 * Return: 0, -EINVAL (order, or more than NT_FACTS_CPUS_MAX), -ENOMEM.
 */
int nt_placement_start(struct nt_placement *placement, const struct nt_cpu_fact *cpus,
		       size_t n);

/**
 * nt_placement_place() - choose a CPU for each queue of a device
 * @how: rules
 * @node: of the device, -1 unknown
 * @n_queues: to place
 * @ret: the CPU of each queue, written on success only
 *
 * Every CPU gets one queue before any gets two. Linear in queues times CPUs.
 *
 * Return: 0; -ENXIO with words in @diag when the rules leave no CPU.
 */
int nt_placement_place(struct nt_placement *placement, const struct nt_placement_how *how, int node,
		       uint32_t n_queues, uint32_t *ret, struct nt_diag *diag);

/**
 * nt_placement_instead() - the next best CPU for a queue whose own is full
 * @how: as in the nt_placement_place() of this device, which was the last
 * @node: likewise
 * @ret: a CPU that the rules allow and that is not full, one without a queue of this device before
 *	 others; written on success only
 *
 * What is placed later is placed as if nobody had asked.
 *
 * Return: 0; -ENXIO when there is none.
 */
int nt_placement_instead(struct nt_placement *placement, const struct nt_placement_how *how,
			 int node, uint32_t *ret);

/* A queue of the device went to @cpu earlier, since its own was full; counts for the above. */
void nt_placement_moved(struct nt_placement *placement, uint32_t cpu);

/**
 * nt_placement_cores() - how many queues Channels=numa-local(max=N) means
 * @node: of the device, -1 unknown: cores of all nodes
 * @max: N, 0 for none
 *
 * Return: cores with a CPU online and not isolated on the node (on all when it has none), at most
 * @max, at least 1.
 */
uint32_t nt_placement_cores(const struct nt_cpu_fact *cpus, size_t n, int node, uint32_t max);

void nt_placement_end(struct nt_placement *placement);

#endif
