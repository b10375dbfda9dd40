/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which way packets take through a host: NUMA nodes with their cores, devices with their queues,
 * the CPUs that interrupts of queues go to, and those that send through queues. PURE.
 */
#ifndef NT_CORE_TOPOLOGY_H
#define NT_CORE_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts.h"
#include "idset.h"

enum nt_edge_kind {
	NT_EDGE_IRQ, /* queue -> interrupt -> CPU */
	NT_EDGE_XPS, /* CPU -> transmit queue */
	NT_EDGE_KINDS,
};

/* On which side CPUs are, as seen from the device. */
enum nt_side {
	NT_SIDE_UNKNOWN, /* no CPUs are told, or the device has no node */
	NT_SIDE_LOCAL,
	NT_SIDE_MIXED, /* of its node and of others: it may be either */
	NT_SIDE_WRONG,
	NT_SIDES,
};

/**
 * struct nt_edge - one queue, and its CPUs
 * @kind: which way
 * @role: of the interrupt; NT_IRQ_TX for XPS
 * @queue: its number
 * @irq: its interrupt; NULL when none is known, and for XPS
 * @cpus: CPU list, "" for none chosen, NULL for not known; the facts'
 * @n: how many of them are online
 * @first: the least of these
 * @node: of all of these, -1 when they are of several
 */
struct nt_edge {
	enum nt_edge_kind kind;
	enum nt_irq_role role;
	uint32_t queue;
	const struct nt_irq_fact *irq;
	const char *cpus;
	uint32_t n;
	uint32_t first;
	int node;
	enum nt_side side;
};

/**
 * struct nt_topology_node - a NUMA node
 * @node: its number, -1 for CPUs without one
 * @first: of its CPUs in struct nt_topology
 * @n: how many
 * @cores: how many of the CPUs are the first of their core
 */
struct nt_topology_node {
	int node;
	size_t first;
	size_t n;
	uint32_t cores;
};

/**
 * struct nt_topology_device - a device, and the ways of its queues
 * @nic: the facts'
 * @link: the facts', NULL when not known
 * @node: of the device; -1 when it has none, or one without CPUs
 * @home: index of the node that it is shown with
 * @edges: interrupts by role and queue, then transmit queues
 * @n_kind: how many of each kind
 */
struct nt_topology_device {
	const struct nt_nic_fact *nic;
	const struct nt_link_fact *link;
	int node;
	size_t home;
	struct nt_edge *edges;
	size_t n_edges;
	size_t n_kind[NT_EDGE_KINDS];
};

/**
 * struct nt_topology - the whole
 * @cpus: by node, core and number
 * @left_out: devices that have neither an interrupt nor a CPU chosen for a queue
 *
 * Owns its arrays; strings are those of the facts, which have to stay.
 */
struct nt_topology {
	struct nt_cpu_fact *cpus;
	size_t n_cpus;
	struct nt_topology_node *nodes;
	size_t n_nodes;
	struct nt_topology_device *devices;
	size_t n_devices;
	const struct nt_nic_fact **left_out;
	size_t n_left_out;
};

/**
 * nt_topology_make() - look at facts as ways
 * @facts: with links, devices and topology
 * @ret: written on success only; free with nt_topology_free()
 *
 * Return: 0, -ENODATA without CPUs, -ENOMEM.
 */
int nt_topology_make(const struct nt_facts *facts, struct nt_topology *ret);
void nt_topology_free(struct nt_topology *topology);

/* The CPUs of an edge; the empty set when they are not known. */
void nt_edge_cpus(const struct nt_edge *edge, struct nt_idset *ret);

/**
 * struct nt_edge_run - neighbouring queues that one line can tell
 * @edges: the first of them
 * @n: how many
 * @each: every queue has one CPU of its own, in ascending order; else all have the same CPUs
 */
struct nt_edge_run {
	const struct nt_edge *edges;
	size_t n;
	bool each;
};

/* The run that begins with a device's edge @first. */
struct nt_edge_run nt_edge_run(const struct nt_topology_device *device, size_t first);

/* The CPUs of a run. */
void nt_edge_run_cpus(const struct nt_edge_run *run, struct nt_idset *ret);

/**
 * struct nt_edge_group - queues that one line can tell, neighbours or not
 * @edges: in ascending order of queues
 * @n: how many
 * @each: as in struct nt_edge_run
 */
struct nt_edge_group {
	const struct nt_edge **edges;
	size_t n;
	bool each;
};

/**
 * struct nt_edge_groups - all edges of one kind of a device, each in one group
 * @groups: @n of them, by their first queue
 * @edges: of all groups, owned with @groups
 */
struct nt_edge_groups {
	struct nt_edge_group *groups;
	size_t n;
	const struct nt_edge **edges;
};

/* 0, -ENOMEM. Free with nt_edge_groups_free(). */
int nt_edge_groups_make(const struct nt_topology_device *device, enum nt_edge_kind kind,
			struct nt_edge_groups *ret);
void nt_edge_groups_free(struct nt_edge_groups *groups);

/**
 * nt_edge_group_words() - a group in words
 *
 * "rx/tx 0-31 -> IRQ 64-95 -> CPU 0-31, one each (node 0)  WRONG NODE", as long as it takes.
 *
 * Return: text that the caller frees, NULL when out of memory.
 */
char *nt_edge_group_words(const struct nt_topology *topology, const struct nt_edge_group *group);

/* "local" */
const char *nt_side_name(enum nt_side side);
/* "rx/tx" */
const char *nt_edge_role(const struct nt_edge *edge);

/* Edges of a kind on a side, over all devices. */
size_t nt_topology_count(const struct nt_topology *topology, enum nt_edge_kind kind,
			 enum nt_side side);

/* CPUs that share a core with the @i-th, itself included; they follow each other. */
size_t nt_topology_siblings(const struct nt_topology *topology, size_t i);

#endif
