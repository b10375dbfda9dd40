// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where CPUs belong, through libhwloc, which knows firmware that tells it wrong and can be given a
 * recorded topology (HWLOC_XMLFILE, HWLOC_FSROOT, see hwloc(7)).
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "hwloc_abi.h"
#include "lib/cleanup.h"
#include "lib/dl.h"
#include "live.h"

struct hwloc_topology;

static struct {
	int (*init)(struct hwloc_topology **topology);
	void (*destroy)(struct hwloc_topology *topology);
	int (*set_flags)(struct hwloc_topology *topology, unsigned long flags);
	int (*set_filters)(struct hwloc_topology *topology, enum nt_hwloc_filter filter);
	int (*set_filter)(struct hwloc_topology *topology, enum nt_hwloc_type type,
			  enum nt_hwloc_filter filter);
	int (*set_components)(struct hwloc_topology *topology, unsigned long flags,
			      const char *name);
	int (*load)(struct hwloc_topology *topology);
	int (*type_depth)(struct hwloc_topology *topology, enum nt_hwloc_type type);
	struct nt_hwloc_obj *(*obj_by_depth)(struct hwloc_topology *topology, int depth,
					     unsigned int i);
	int (*first)(const void *bitmap);
} lib;

static const struct nt_dl_symbol symbols[] = {
	{ "hwloc_topology_init", &lib.init },
	{ "hwloc_topology_destroy", &lib.destroy },
	{ "hwloc_topology_set_flags", &lib.set_flags },
	{ "hwloc_topology_set_all_types_filter", &lib.set_filters },
	{ "hwloc_topology_set_type_filter", &lib.set_filter },
	{ "hwloc_topology_set_components", &lib.set_components },
	{ "hwloc_topology_load", &lib.load },
	{ "hwloc_get_type_depth", &lib.type_depth },
	{ "hwloc_get_obj_by_depth", &lib.obj_by_depth },
	{ "hwloc_bitmap_first", &lib.first },
};

static void destroy_p(struct hwloc_topology **topology)
{
	if (*topology)
		lib.destroy(*topology);
}

/* Neither caches nor devices; where a package has several nodes, a group is what each is of. */
static const struct {
	enum nt_hwloc_type type;
	enum nt_hwloc_filter filter;
} filters[] = {
	{ NT_HWLOC_PACKAGE, NT_HWLOC_KEEP_ALL },
	{ NT_HWLOC_CORE, NT_HWLOC_KEEP_ALL },
	{ NT_HWLOC_GROUP, NT_HWLOC_KEEP_STRUCTURE },
};

/*
 * Of all CPUs, also those that our cgroup keeps from us. Its x86 component would run on each CPU in
 * turn to ask it, isolated ones included: what the kernel tells suffices.
 */
static int set_up(struct hwloc_topology *topology)
{
	if (lib.set_flags(topology, NT_HWLOC_INCLUDE_DISALLOWED) ||
	    lib.set_components(topology, NT_HWLOC_BLACKLIST, "x86") ||
	    lib.set_filters(topology, NT_HWLOC_KEEP_NONE))
		return -EIO;
	for (size_t i = 0; i < sizeof(filters) / sizeof(*filters); i++)
		if (lib.set_filter(topology, filters[i].type, filters[i].filter))
			return -EIO;
	/* Complaints about firmware are for those who asked hwloc. */
	setenv("HWLOC_HIDE_ERRORS", "2", 0);
	return lib.load(topology) ? -EIO : 0;
}

static int first_of(const void *bitmap, int none)
{
	int first = bitmap ? lib.first(bitmap) : -1;

	return first < 0 ? none : first;
}

/* The node is the least of those that are near: one of memory only is behind those with CPUs. */
static struct nt_io_cpu cpu_of(const struct nt_hwloc_obj *unit)
{
	struct nt_io_cpu cpu = {
		.cpu = unit->os_index,
		.core = unit->os_index,
		.package = -1,
		.node = first_of(unit->nodeset, -1),
	};

	for (const struct nt_hwloc_obj *above = unit->parent; above; above = above->parent) {
		if (above->type == NT_HWLOC_CORE)
			cpu.core = (uint32_t)first_of(above->cpuset, (int)unit->os_index);
		else if (above->type == NT_HWLOC_PACKAGE)
			cpu.package = (int)above->os_index;
	}
	return cpu;
}

/* See live.h. */
int nt_hwloc_cpus(nt_io_cpu_fn fn, void *user)
{
	nt_auto(destroy_p) struct hwloc_topology *topology = NULL;
	struct nt_hwloc_obj *unit;
	int depth, r;

	if (nt_dl_load(NT_DL_HWLOC, symbols, sizeof(symbols) / sizeof(*symbols)) < 0)
		return -EOPNOTSUPP;
	if (lib.init(&topology))
		return -ENOMEM;
	r = set_up(topology);
	if (r < 0)
		return r;
	depth = lib.type_depth(topology, NT_HWLOC_UNIT);
	for (unsigned int i = 0; r == 0 && (unit = lib.obj_by_depth(topology, depth, i)); i++) {
		struct nt_io_cpu cpu = cpu_of(unit);

		r = fn(&cpu, user);
	}
	return r;
}
