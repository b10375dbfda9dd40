// SPDX-License-Identifier: GPL-2.0-or-later
/* Libraries loaded on demand. See dl.h. */
#include "dl.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#define SYMBOLS_MAX 64U

static const struct {
	const char *soname;
	const char *purpose;
} libraries[NT_DL_COUNT] = {
	[NT_DL_KMOD] = { "libkmod.so.2", "loading kernel modules" },
	[NT_DL_SYSTEMD] = { "libsystemd.so.0", "guardians as services of systemd" },
	[NT_DL_NFTABLES] = { "libnftables.so.1", "balance-slb without nettune.ko" },
	[NT_DL_HWLOC] = { "libhwloc.so.15", "CPUs where firmware tells their topology wrong" },
};

/* The loader counts references: opening twice costs a look-up and keeps it loaded. */
static void *open_library(enum nt_dl_id id)
{
	static void *handles[NT_DL_COUNT];

	if (!handles[id])
		handles[id] = dlopen(libraries[id].soname, RTLD_LAZY | RTLD_LOCAL);
	return handles[id];
}

/* See dl.h. */
int nt_dl_load(enum nt_dl_id id, const struct nt_dl_symbol *symbols, size_t n)
{
	void *library = open_library(id);
	void *found[SYMBOLS_MAX];

	if (!library)
		return -ENOENT;
	if (n > SYMBOLS_MAX)
		return -EOVERFLOW;
	for (size_t i = 0; i < n; i++) {
		found[i] = dlsym(library, symbols[i].name);
		if (!found[i])
			return -ENOSYS;
	}
	/* POSIX lets data pointers hold functions' addresses; ISO C lets us copy their bytes. */
	for (size_t i = 0; i < n; i++)
		memcpy(symbols[i].slot, &found[i], sizeof(found[i]));
	return 0;
}

/* See dl.h. */
void nt_dl_list(nt_dl_list_fn fn, void *user)
{
	for (size_t i = 0; i < NT_DL_COUNT; i++) {
		bool found = open_library((enum nt_dl_id)i) != NULL;

		fn(libraries[i].soname, libraries[i].purpose, found, user);
	}
}
