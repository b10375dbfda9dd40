/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding, reading and joining profile files.
 *
 * Folders are searched in this order, and the first file of a name wins: those of
 * NETTUNE_PROFILE_PATH, "profiles" in NETTUNE_CONFIG_DIR and "profiles" in NETTUNE_DATA_DIR. The
 * drop-ins of NAME.conf are the *.conf in NAME.conf.d of all folders, laid over it in the order of
 * their file names; of the same file name the first folder's wins.
 */
#ifndef NT_ENGINE_LOAD_H
#define NT_ENGINE_LOAD_H

#include <stddef.h>

#include "core/profile.h"

struct nt_diag;
struct nt_io;

/* NT_DATADIR is PREFIX/share/nettune of the build; NETTUNE_DATA_DIR names another folder. */
#define NT_PROFILE_DIR_BUILTIN NT_DATADIR "/profiles"
/* The administrator's; NETTUNE_CONFIG_DIR names another /etc/nettune. */
#define NT_PROFILE_DIR_ADMIN   "/etc/nettune/profiles"

#define NT_PROFILE_FOLDERS_MAX 32U
#define NT_PROFILE_PATH_MAX    4096U
/* Files that one load may read, with drop-ins and all that is inherited; files in a listing. */
#define NT_PROFILE_FILES_MAX   256U

/**
 * nt_load_profile() - load a profile by name or path, with what it inherits and its drop-ins
 * @name: a name to search for, or a path when it contains '/'; a path has no drop-ins
 * @ret: merged; settings checked by their domains
 *
 * As root, a file that others could have written is refused (exit code 3), see profile_file.h.
 *
 * Return: 0, -ENOENT (with the folders searched and "did you mean" in @diag), -EINVAL, -E2BIG,
 * -ELOOP for cyclic inheritance (the cycle in @diag), -EACCES, -EPERM for a refusal.
 */
int nt_load_profile(struct nt_io *io, const char *name, struct nt_profile *ret,
		    struct nt_diag *diag);

/**
 * nt_load_profiles() - load several profiles that were named side by side
 * @ret_parts: @n profiles, each with its own settings and [Match]; free with nt_profiles_free()
 *
 * Parts without a [Match] always hold, so that their conflicts are errors here. Those with one are
 * to be judged first, and what holds joined with a strict nt_profile_merge().
 */
int nt_load_profiles(struct nt_io *io, const char *const *names, size_t n,
		     struct nt_profile **ret_parts, struct nt_diag *diag);
void nt_profiles_free(struct nt_profile *parts, size_t n);

/**
 * struct nt_profile_entry - what "profile list" shows
 * @name: what to call it by: the file's name without ".conf"
 * @file: the file that wins
 * @description: may be ""
 * @error: what is wrong with it; NULL when it can be used
 */
struct nt_profile_entry {
	char *name;
	char *file;
	char *description;
	char *error;
};

/* All profiles of the folders, sorted by name. */
int nt_list_profiles(struct nt_io *io, struct nt_profile_entry **ret, size_t *ret_n,
		     struct nt_diag *diag);
void nt_profile_entries_free(struct nt_profile_entry *entries, size_t n);

#endif
