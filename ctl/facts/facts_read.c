// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading facts: each group once, when it is first asked for. See facts_read.h. */
#include "facts_read.h"

#include <string.h>

#include "groups.h"
#include "io/io.h"
#include "tunable/tunable.h"

/* All that the domains know: sysctls, and the modules that they would need. */
static int read_domains(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag)
{
	int r = 0;

	for (size_t i = 0; nt_tunables[i] && r == 0; i++)
		r = nt_tunables[i]->read(io, NULL, 0, facts, diag);
	return r;
}

static const struct {
	uint32_t groups;
	int (*read)(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag);
} readers[] = {
	{ NT_FACTS_KERNEL, nt_facts_read_kernel },
	{ NT_FACTS_CPU, nt_facts_read_cpu },
	{ NT_FACTS_TOPOLOGY, nt_facts_read_topology },
	{ NT_FACTS_MEMORY, nt_facts_read_memory },
	{ NT_FACTS_SYSCTL | NT_FACTS_MODULES, read_domains },
	{ NT_FACTS_LINKS, nt_facts_read_links },
	{ NT_FACTS_NICS, nt_facts_read_nics },
	{ NT_FACTS_BONDS, nt_facts_read_bonds },
	{ NT_FACTS_LISTENERS, nt_facts_read_listeners },
	{ NT_FACTS_OWNERS, nt_facts_read_owners },
	{ NT_FACTS_MANAGEMENT, nt_facts_read_management },
	{ NT_FACTS_BUSY_POLL, nt_facts_read_pollers },
};

/* See facts_read.h. */
int nt_facts_read(struct nt_io *io, uint32_t groups, struct nt_facts *facts, struct nt_diag *diag)
{
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		int r;

		if (!(readers[i].groups & groups & ~facts->have))
			continue;
		r = readers[i].read(io, facts, diag);
		if (r < 0)
			return r;
		facts->have |= readers[i].groups;
	}
	return 0;
}

/* See facts_read.h. */
int nt_facts_read_module(struct nt_io *io, const char *name, struct nt_facts *facts)
{
	static const enum nt_module_fact_state states[] = {
		[NT_MODULE_UNKNOWN] = NT_MODFACT_UNKNOWN,
		[NT_MODULE_ABSENT] = NT_MODFACT_ABSENT,
		[NT_MODULE_FORBIDDEN] = NT_MODFACT_FORBIDDEN,
		[NT_MODULE_LOADABLE] = NT_MODFACT_LOADABLE,
		[NT_MODULE_LOADED] = NT_MODFACT_LOADED,
		[NT_MODULE_BUILTIN] = NT_MODFACT_BUILTIN,
		[NT_MODULE_IMPOSSIBLE] = NT_MODFACT_IMPOSSIBLE,
	};

	for (size_t i = 0; i < facts->n_modules; i++)
		if (!strcmp(facts->modules[i].name, name))
			return 0;
	return nt_facts_add_module(facts, name, states[nt_io_module_state(io, name)]);
}
