// SPDX-License-Identifier: GPL-2.0-or-later
/* The list of domains, built from tunables.def. */
#include "tunable.h"

#include <string.h>

#define NT_TUNABLE(domain) &nt_tunable_##domain,
const struct nt_tunable *const nt_tunables[] = {
#include "tunables.def"
	NULL,
};
#undef NT_TUNABLE

const struct nt_tunable *nt_tunable_find(const char *name)
{
	for (size_t i = 0; nt_tunables[i]; i++)
		if (!strcmp(nt_tunables[i]->name, name))
			return nt_tunables[i];
	return NULL;
}

const struct nt_tunable *nt_tunable_for_section(const char *section)
{
	for (size_t i = 0; nt_tunables[i]; i++)
		if (nt_tunables[i]->section && !strcmp(nt_tunables[i]->section, section))
			return nt_tunables[i];
	return NULL;
}
