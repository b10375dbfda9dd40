// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts about each CPU: which core, package and NUMA node it is of, and whether it may be used.
 *
 * The first three come from libhwloc where that is installed. The rest is sysfs's own: hwloc knows
 * neither which CPUs are isolated nor, alike on all kernels, which could be online; and a host
 * without NUMA has a node 0 for it, which is none of a device. What node a device is of stays
 * sysfs's numa_node, from which hwloc has it, too.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/facts.h"
#include "core/idset.h"
#include "groups.h"
#include "io/io.h"
#include "lib/cleanup.h"
#include "lib/diag.h"

#define CPU  "/sys/devices/system/cpu/"
#define NODE "/sys/devices/system/node/"

/* Sets of 8 KiB each, so not on the stack. */
struct sets {
	struct nt_idset possible;
	struct nt_idset online;
	struct nt_idset isolated;
	struct nt_idset nodes;
	struct nt_idset some;
};

static int add_cpus(struct nt_facts *facts, const struct sets *sets)
{
	int r = 0;

	for (uint32_t cpu = 0; cpu < NT_IDSET_COUNT && r == 0; cpu++)
		if (nt_idset_has(&sets->possible, cpu))
			r = nt_facts_add_cpu(facts, &(struct nt_cpu_fact){
				.cpu = cpu,
				.core = cpu,
				.package = -1,
				.node = -1,
				.online = nt_idset_has(&sets->online, cpu),
				.isolated = nt_idset_has(&sets->isolated, cpu),
			});
	return r;
}

/* CPUs that are offline have no topology. */
static void read_core(struct nt_io *io, struct nt_cpu_fact *cpu, struct nt_idset *siblings)
{
	char path[128], text[32];

	snprintf(path, sizeof(path), CPU "cpu%u/topology/thread_siblings_list", cpu->cpu);
	nt_facts_read_set(io, path, siblings);
	if (nt_idset_size(siblings))
		cpu->core = nt_idset_first(siblings);
	snprintf(path, sizeof(path), CPU "cpu%u/topology/physical_package_id", cpu->cpu);
	nt_facts_read_line(io, path, text, sizeof(text));
	if (text[0])
		cpu->package = atoi(text);
}

static void read_node(struct nt_io *io, int node, struct nt_facts *facts, struct nt_idset *cpus)
{
	char path[128];

	snprintf(path, sizeof(path), NODE "node%d/cpulist", node);
	nt_facts_read_set(io, path, cpus);
	for (size_t i = 0; i < facts->n_cpus; i++)
		if (nt_idset_has(cpus, facts->cpus[i].cpu))
			facts->cpus[i].node = node;
}

static void read_files(struct nt_io *io, struct nt_facts *facts, struct sets *sets)
{
	for (size_t i = 0; i < facts->n_cpus; i++)
		if (facts->cpus[i].online)
			read_core(io, &facts->cpus[i], &sets->some);
	for (int node = 0; node < (int)NT_FACTS_CPUS_MAX; node++)
		if (nt_idset_has(&sets->nodes, (unsigned int)node))
			read_node(io, node, facts, &sets->some);
	facts->topology_source = NT_TOPOLOGY_SYSFS;
}

/* What hwloc tells, as it comes. */
struct telling {
	struct nt_facts *facts;
	const struct sets *sets;
	uint32_t n;
};

static int note_cpu(const struct nt_io_cpu *told, void *user)
{
	struct telling *telling = user;
	struct nt_facts *facts = telling->facts;

	for (size_t i = 0; i < facts->n_cpus; i++) {
		struct nt_cpu_fact *cpu = &facts->cpus[i];

		if (cpu->cpu != told->cpu || !cpu->online)
			continue;
		cpu->core = told->core;
		cpu->package = told->package;
		if (told->node >= 0 &&
		    nt_idset_has(&telling->sets->nodes, (unsigned int)told->node))
			cpu->node = told->node;
		telling->n++;
	}
	return 0;
}

/* Half of it would be worse than nothing: files start from scratch then. */
static void forget(struct nt_facts *facts)
{
	for (size_t i = 0; i < facts->n_cpus; i++) {
		facts->cpus[i].core = facts->cpus[i].cpu;
		facts->cpus[i].package = facts->cpus[i].node = -1;
	}
}

static bool ask_hwloc(struct nt_io *io, struct nt_facts *facts, const struct sets *sets)
{
	struct telling telling = { .facts = facts, .sets = sets };

	if (nt_io_cpus(io, note_cpu, &telling) < 0 ||
	    telling.n != nt_idset_size(&sets->online)) {
		forget(facts);
		return false;
	}
	facts->topology_source = NT_TOPOLOGY_HWLOC;
	return true;
}

/* See groups.h. */
int nt_facts_read_topology(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag)
{
	nt_autofree struct sets *sets = calloc(1, sizeof(*sets));
	int r = sets ? 0 : -ENOMEM;

	if (r == 0) {
		nt_facts_read_set(io, CPU "possible", &sets->possible);
		nt_facts_read_set(io, CPU "online", &sets->online);
		nt_facts_read_set(io, CPU "isolated", &sets->isolated);
		nt_facts_read_set(io, NODE "online", &sets->nodes);
		r = add_cpus(facts, sets);
	}
	if (r < 0)
		return nt_diag_err(diag, -r, "CPUs: %s", r == -ENOMEM ? "out of memory"
								      : "too many");
	if (!ask_hwloc(io, facts, sets))
		read_files(io, facts, sets);
	return 0;
}
