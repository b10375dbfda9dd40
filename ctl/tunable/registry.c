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

static bool knows(const struct nt_tunable *domain, const char *key)
{
	for (unsigned int n = 0; domain->keys(n); n++)
		if (!strcmp(domain->keys(n), key))
			return true;
	return false;
}

const struct nt_tunable *nt_tunable_for(const char *section, const char *key)
{
	const struct nt_tunable *only = NULL;
	unsigned int n = 0;

	for (size_t i = 0; nt_tunables[i]; i++) {
		if (!nt_tunables[i]->section || strcmp(nt_tunables[i]->section, section) != 0)
			continue;
		if (knows(nt_tunables[i], key))
			return nt_tunables[i];
		only = nt_tunables[i];
		n++;
	}
	return n == 1 ? only : NULL;
}

const char *nt_tunable_section_key(const char *section, unsigned int n)
{
	for (size_t i = 0; nt_tunables[i]; i++) {
		if (!nt_tunables[i]->section || strcmp(nt_tunables[i]->section, section) != 0)
			continue;
		for (unsigned int k = 0; nt_tunables[i]->keys(k); k++)
			if (n-- == 0)
				return nt_tunables[i]->keys(k);
	}
	return NULL;
}
