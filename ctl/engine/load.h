/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding, reading and joining profile files.
 */
#ifndef NT_ENGINE_LOAD_H
#define NT_ENGINE_LOAD_H

#include <stddef.h>

#include "core/profile.h"

struct nt_diag;
struct nt_io;

/* What NETTUNE_PROFILE_PATH is put before. Later folders win over earlier ones of the same name. */
#define NT_PROFILE_DIR_BUILTIN "/usr/share/nettune/profiles"
#define NT_PROFILE_DIR_ADMIN   "/etc/nettune/profiles"

/**
 * nt_load_profile() - load a profile by name or path, with what it inherits and its drop-ins
 * @name: a name to search for, or a path when it contains '/'
 * @ret: merged; settings checked by their domains
 *
 * As root, a file or folder that others than root can write is refused (exit code 3).
 *
 * Return: 0, -ENOENT (with the folders searched and "did you mean" in @diag), -EINVAL, -ELOOP for
 * cyclic inheritance (the cycle in @diag), -EACCES, -EPERM for a refusal.
 */
int nt_load_profile(struct nt_io *io, const char *name, struct nt_profile *ret,
		    struct nt_diag *diag);

/* Several named side by side, joined strictly; [Match] is kept per profile in @ret_parts. */
int nt_load_profiles(struct nt_io *io, const char *const *names, size_t n,
		     struct nt_profile **ret_parts, struct nt_diag *diag);

/**
 * struct nt_profile_entry - what "profile list" shows
 */
struct nt_profile_entry {
	char *name;
	char *file;
	char *description;
	char *error; /* what is wrong with the file; NULL when it parses */
};

int nt_list_profiles(struct nt_io *io, struct nt_profile_entry **ret, size_t *ret_n,
		     struct nt_diag *diag);
void nt_profile_entries_free(struct nt_profile_entry *entries, size_t n);

#endif
