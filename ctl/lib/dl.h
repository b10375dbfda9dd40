/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Libraries that are loaded when a command needs them.
 *
 * Linking them all would cost every invocation 3.4 ms and 6.7 MiB before main().
 */
#ifndef NT_LIB_DL_H
#define NT_LIB_DL_H

#include <stdbool.h>
#include <stddef.h>

enum nt_dl_id {
	NT_DL_KMOD,
	NT_DL_SYSTEMD,
	NT_DL_NFTABLES,
	NT_DL_HWLOC,
	NT_DL_COUNT,
};

/**
 * struct nt_dl_symbol - a function to find in a library
 * @name: as exported
 * @slot: where its address goes: a pointer to a function pointer
 */
struct nt_dl_symbol {
	const char *name;
	void *slot;
};

/**
 * nt_dl_load() - load a library, once, and find functions in it
 * @id: which
 * @symbols: what to find
 * @n: how many
 *
 * The library stays loaded until the process ends.
 *
 * Return: 0, -ENOENT when the library is not installed, -ENOSYS when it lacks a symbol; then no
 * slot was written.
 */
int nt_dl_load(enum nt_dl_id id, const struct nt_dl_symbol *symbols, size_t n);

/**
 * typedef nt_dl_list_fn - told of one library
 * @soname: "libkmod.so.2"
 * @purpose: what is lost without it, in a few words
 * @found: is it installed?
 */
typedef void (*nt_dl_list_fn)(const char *soname, const char *purpose, bool found, void *user);

/* Tries every library of the table; for --version. */
void nt_dl_list(nt_dl_list_fn fn, void *user);

#endif
