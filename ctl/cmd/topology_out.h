/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A topology for terminals and as JSON.
 */
#ifndef NT_CMD_TOPOLOGY_OUT_H
#define NT_CMD_TOPOLOGY_OUT_H

#include <jansson.h>

struct nt_planned;
struct nt_topology;

/* Nodes with their CPUs, devices with the ways of their queues; fits 80 columns. 0, -ENOMEM. */
int nt_topology_print(const struct nt_topology *topology);

/* What the plan leaves as it is: nothing is printed when it does all. */
void nt_topology_print_plan(const struct nt_planned *planned);

/**
 * nt_topology_json() - a topology as a document, schema nettune.topology/1
 * @plan: name of the profile that it is planned for, NULL: it is the host as it is
 * @planned: with @plan
 *
 * Return: owned by the caller, NULL when out of memory.
 */
json_t *nt_topology_json(const struct nt_topology *topology, const char *plan,
			 const struct nt_planned *planned);

#endif
