/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What libhwloc.so.15 hands out, as far as we look at it: laid out like struct hwloc_obj and
 * numbered like the enumerations of hwloc 2.x, whose binary interface does not change. So nobody
 * needs its header to build us; tests/unit/hwloc_test.c compares both where it is installed.
 */
#ifndef NT_IO_HWLOC_ABI_H
#define NT_IO_HWLOC_ABI_H

#include <stdint.h>

enum nt_hwloc_type {
	NT_HWLOC_PACKAGE = 1,
	NT_HWLOC_CORE = 2,
	NT_HWLOC_UNIT = 3,
	NT_HWLOC_GROUP = 12,
};

enum nt_hwloc_filter {
	NT_HWLOC_KEEP_ALL = 0,
	NT_HWLOC_KEEP_NONE = 1,
	NT_HWLOC_KEEP_STRUCTURE = 2,
};

#define NT_HWLOC_INCLUDE_DISALLOWED 1UL
#define NT_HWLOC_BLACKLIST	    1UL

/**
 * struct nt_hwloc_obj - something that has a place in a topology
 * @type: enum nt_hwloc_type, or another one
 * @os_index: the kernel's number for it, UINT_MAX unknown
 * @parent: NULL at the top
 * @cpuset: a bitmap of CPUs
 * @nodeset: of NUMA nodes near to it
 *
 * Members in between are there for their size.
 */
struct nt_hwloc_obj {
	int type;
	void *subtype;
	unsigned int os_index;
	void *name;
	uint64_t memory_bytes;
	void *attributes;
	int depth;
	unsigned int logical_index;
	void *cousins[2];
	struct nt_hwloc_obj *parent;
	unsigned int rank;
	void *siblings[2];
	unsigned int n_children;
	void *children[3];
	int symmetric;
	unsigned int n_memory;
	void *memory;
	unsigned int n_io;
	void *io;
	unsigned int n_misc;
	void *misc;
	const void *cpuset;
	const void *complete_cpuset;
	const void *nodeset;
};

#endif
