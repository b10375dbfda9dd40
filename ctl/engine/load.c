// SPDX-License-Identifier: GPL-2.0-or-later
/* Finding and joining profile files. See load.h. */
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/io.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "profile_file.h"

/**
 * struct names - a set of file names
 * @list: sorted by collect_names()
 */
struct names {
	char *list[NT_PROFILE_FILES_MAX];
	size_t n;
};

/**
 * struct heir - a profile that is being loaded
 * @name: as it was asked for
 * @own: the file, once it is read: who inherits, and where it says so
 */
struct heir {
	const char *name;
	const struct nt_profile *own;
};

/**
 * struct loader - one load
 * @search: the value of NETTUNE_PROFILE_PATH, cut at its colons
 * @admin: the administrator's folder
 * @builtin: the folder of what came with us
 * @folders: in the order of search; of the three above
 * @folders: in the order of search
 * @chain: the profiles being loaded, outermost first: who inherits whom
 * @n_files: read up to now
 */
struct loader {
	struct nt_io *io;
	struct nt_diag *diag;
	char *search;
	char *admin;
	char *builtin;
	const char *folders[NT_PROFILE_FOLDERS_MAX];
	size_t n_folders;
	struct heir chain[NT_PROFILE_DEPTH_MAX];
	size_t depth;
	size_t n_files;
};

static int load_by_name(struct loader *l, const char *name, struct nt_profile *ret);

static void loader_free(struct loader *l)
{
	free(l->search);
	free(l->admin);
	free(l->builtin);
}

/* "profiles" in the folder that the variable names, else @otherwise. NULL when out of memory. */
static char *folder_of(const char *variable, const char *otherwise)
{
	const char *folder = secure_getenv(variable);
	char *profiles;

	if (!folder || !*folder)
		return strdup(otherwise);
	return asprintf(&profiles, "%s/profiles", folder) < 0 ? NULL : profiles;
}

static int loader_init(struct loader *l, struct nt_io *io, struct nt_diag *diag)
{
	const char *path = secure_getenv("NETTUNE_PROFILE_PATH");
	char *rest, *folder;

	*l = (struct loader){ .io = io, .diag = diag };
	l->search = strdup(path ? path : "");
	l->admin = folder_of("NETTUNE_CONFIG_DIR", NT_PROFILE_DIR_ADMIN);
	l->builtin = folder_of("NETTUNE_DATA_DIR", NT_PROFILE_DIR_BUILTIN);
	if (!l->search || !l->admin || !l->builtin) {
		loader_free(l);
		return nt_diag_err(diag, ENOMEM, "out of memory");
	}

	rest = l->search;
	while ((folder = strsep(&rest, ":"))) {
		if (!*folder)
			continue;
		if (l->n_folders == NT_PROFILE_FOLDERS_MAX - 2) {
			loader_free(l);
			return nt_diag_err(diag, E2BIG,
					   "NETTUNE_PROFILE_PATH: more than %u folders",
					   NT_PROFILE_FOLDERS_MAX - 2);
		}
		l->folders[l->n_folders++] = folder;
	}
	l->folders[l->n_folders++] = l->admin;
	l->folders[l->n_folders++] = l->builtin;
	return 0;
}

static void names_free(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->list[i]);
	names->n = 0;
}

static bool names_have(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (!strcmp(names->list[i], name))
			return true;
	return false;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_conf(const char *name)
{
	size_t len = strlen(name);

	return name[0] != '.' && len > 5 && !strcmp(name + len - 5, ".conf");
}

/* nt_io_name_fn: "*.conf" into the set. */
static int add_conf(const char *name, void *user)
{
	struct names *names = user;

	if (!is_conf(name) || names_have(names, name))
		return 0;
	if (names->n == NT_PROFILE_FILES_MAX)
		return -E2BIG;
	names->list[names->n] = strdup(name);
	if (!names->list[names->n])
		return -ENOMEM;
	names->n++;
	return 0;
}

static int join_path(struct loader *l, char buf[static NT_PROFILE_PATH_MAX], const char *folder,
		     const char *name, const char *suffix)
{
	int n = snprintf(buf, NT_PROFILE_PATH_MAX, "%s/%s%s", folder, name, suffix);

	if (n < 0 || n >= (int)NT_PROFILE_PATH_MAX)
		return nt_diag_err(l->diag, ENAMETOOLONG, "%s: path is too long", folder);
	return 0;
}

/* Names of "*.conf" in every folder's @sub ("" for the folder itself), sorted, each once. */
static int collect_names(struct loader *l, const char *sub, struct names *ret)
{
	char folder[NT_PROFILE_PATH_MAX];
	int r;

	for (size_t i = 0; i < l->n_folders; i++) {
		r = join_path(l, folder, l->folders[i], sub, "");
		if (r < 0)
			return r;
		r = nt_io_list_dir(l->io, *sub ? folder : l->folders[i], add_conf, ret);
		if (r == -E2BIG)
			return nt_diag_err(l->diag, E2BIG, "%s: more than %u files", folder,
					   NT_PROFILE_FILES_MAX);
		if (r < 0 && r != -ENOENT && r != -ENOTDIR)
			return nt_diag_err(l->diag, -r, "%s: %s", folder, strerror(-r));
	}
	qsort(ret->list, ret->n, sizeof(*ret->list), compare_names);
	return 0;
}

/* The first folder that has "@sub@name". Return: 1 found, 0 not there. */
static int find_file(struct loader *l, const char *sub, const char *name,
		     char ret[static NT_PROFILE_PATH_MAX])
{
	struct nt_io_stat st;
	int r;

	for (size_t i = 0; i < l->n_folders; i++) {
		r = join_path(l, ret, l->folders[i], sub, name);
		if (r < 0)
			return r;
		r = nt_io_stat(l->io, ret, &st);
		if (r == 0)
			return 1;
		if (r != -ENOENT && r != -ENOTDIR)
			return nt_diag_err(l->diag, -r, "%s: %s", ret, strerror(-r));
	}
	return 0;
}

static void append(char *buf, size_t size, const char *joint, const char *text)
{
	size_t len = strlen(buf);

	snprintf(buf + len, size - len, "%s%s", len ? joint : "", text);
}

/* The profile whose name is nearest, or NULL; lives as long as @names. */
static const char *nearest_profile(struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		names->list[i][strlen(names->list[i]) - strlen(".conf")] = '\0';
	return nt_suggest(name, (const char *const *)names->list, names->n);
}

/* "FILE:LINE: " of the Inherits= that leads here; "" when a profile was named by the caller. */
static void format_place(const struct loader *l, char *buf, size_t size)
{
	const struct nt_profile *own = l->depth ? l->chain[l->depth - 1].own : NULL;

	if (own)
		snprintf(buf, size, "%s:%u: ", own->file, own->inherits_line);
}

static int fail_not_found(struct loader *l, const char *name)
{
	nt_auto(names_free) struct names names = { .n = 0 };
	char folders[NT_DIAG_MAX / 2] = "";
	char place[NT_DIAG_MAX / 2] = "";
	const char *nearest = NULL;

	for (size_t i = 0; i < l->n_folders; i++)
		append(folders, sizeof(folders), ", ", l->folders[i]);
	if (collect_names(l, "", &names) == 0)
		nearest = nearest_profile(&names, name);

	format_place(l, place, sizeof(place));
	return nt_diag_err(l->diag, ENOENT, "%sprofile %s not found in %s%s%s; see nettunectl "
			   "profile list", place, name, folders,
			   nearest ? ", did you mean " : "", nearest ? nearest : "");
}

static int read_counted(struct loader *l, const char *path, struct nt_profile *ret)
{
	if (++l->n_files > NT_PROFILE_FILES_MAX)
		return nt_diag_err(l->diag, E2BIG, "%s: inheritance reads more than %u files", path,
				   NT_PROFILE_FILES_MAX);
	return nt_profile_file_read(l->io, path, ret, l->diag);
}

/* A drop-in's [Profile] overrides what the file says, but cannot make another profile of it. */
static int adopt(struct loader *l, struct nt_profile *profile, struct nt_profile *dropin)
{
	if (dropin->name_given || dropin->inherits)
		return nt_diag_err(l->diag, EINVAL,
				   "%s: Name and Inherits do not belong in a drop-in",
				   dropin->file);
	if (dropin->policy_given) {
		profile->policy = dropin->policy;
		profile->policy_given = true;
	}
	if (dropin->description[0]) {
		free(profile->description);
		profile->description = dropin->description;
		dropin->description = NULL;
	}
	for (size_t i = 0; i < dropin->n_settings; i++) {
		char *name = strdup(profile->name);

		if (!name)
			return nt_diag_err(l->diag, ENOMEM, "out of memory");
		free(dropin->settings[i].profile);
		dropin->settings[i].profile = name;
	}
	return nt_profile_merge(profile, dropin, false, l->diag);
}

static int lay_over(struct loader *l, const char *path, struct nt_profile *profile)
{
	nt_auto(nt_profile_free) struct nt_profile dropin = { 0 };
	int r = read_counted(l, path, &dropin);

	return r < 0 ? r : adopt(l, profile, &dropin);
}

static int lay_dropins(struct loader *l, const char *name, struct nt_profile *profile)
{
	nt_auto(names_free) struct names names = { .n = 0 };
	char path[NT_PROFILE_PATH_MAX];
	char sub[NT_PROFILE_NAME_MAX + sizeof(".conf.d/")];
	int r;

	snprintf(sub, sizeof(sub), "%s.conf.d", name);
	r = collect_names(l, sub, &names);
	strcat(sub, "/");
	for (size_t i = 0; r == 0 && i < names.n; i++) {
		r = find_file(l, sub, names.list[i], path);
		if (r > 0)
			r = lay_over(l, path, profile);
	}
	if (r < 0)
		return r;

	for (size_t i = 0; i < profile->n_settings; i++)
		if (!profile->settings[i].policy_own)
			profile->settings[i].policy = profile->policy;
	return 0;
}

/* Everything of @own except settings and matches, which a merge takes. */
static void take_head(struct nt_profile *profile, struct nt_profile *own)
{
	profile->name = own->name;
	profile->description = own->description;
	profile->file = own->file;
	profile->inherits = own->inherits;
	profile->policy = own->policy;
	profile->policy_given = own->policy_given;
	profile->name_given = own->name_given;
	own->name = own->description = own->file = NULL;
	own->inherits = NULL;
}

/* What @own, the last of the chain, inherits, in order, and @own on top of it. */
static int join_inherited(struct loader *l, struct nt_profile *own, struct nt_profile *ret)
{
	nt_auto(nt_profile_free) struct nt_profile joined = { 0 };
	int r = 0;

	l->chain[l->depth - 1].own = own;
	for (char **name = own->inherits; r == 0 && name && *name; name++) {
		nt_auto(nt_profile_free) struct nt_profile base = { 0 };

		r = load_by_name(l, *name, &base);
		if (r == 0)
			r = nt_profile_merge(&joined, &base, false, l->diag);
	}
	if (r == 0)
		r = nt_profile_merge(&joined, own, false, l->diag);
	if (r < 0)
		return r;

	take_head(&joined, own);
	*ret = joined;
	joined = (struct nt_profile){ 0 };
	return 0;
}

static int fail_cycle(struct loader *l, size_t first, const char *name)
{
	char cycle[NT_DIAG_MAX] = "", place[NT_DIAG_MAX / 2] = "";

	for (size_t i = first; i < l->depth; i++)
		append(cycle, sizeof(cycle), " inherits ", l->chain[i].name);
	append(cycle, sizeof(cycle), " inherits ", name);
	format_place(l, place, sizeof(place));
	return nt_diag_err(l->diag, ELOOP, "%s%s", place, cycle);
}

static int push(struct loader *l, const char *name)
{
	for (size_t i = 0; i < l->depth; i++)
		if (!strcmp(l->chain[i].name, name))
			return fail_cycle(l, i, name);
	if (l->depth == NT_PROFILE_DEPTH_MAX)
		return nt_diag_err(l->diag, ELOOP, "%s: inherited over more than %u profiles", name,
				   NT_PROFILE_DEPTH_MAX);
	l->chain[l->depth++] = (struct heir){ .name = name };
	return 0;
}

static int load_by_name(struct loader *l, const char *name, struct nt_profile *ret)
{
	nt_auto(nt_profile_free) struct nt_profile own = { 0 };
	char path[NT_PROFILE_PATH_MAX];
	char file[NT_PROFILE_NAME_MAX + sizeof(".conf")];
	int r;

	if (!nt_profile_name_ok(name))
		return nt_diag_err(l->diag, EINVAL, "%s cannot be a profile's name", name);
	snprintf(file, sizeof(file), "%s.conf", name);
	r = find_file(l, "", file, path);
	if (r == 0)
		return fail_not_found(l, name);
	if (r > 0)
		r = push(l, name);
	if (r < 0)
		return r;

	r = read_counted(l, path, &own);
	if (r == 0)
		r = lay_dropins(l, name, &own);
	if (r == 0)
		r = join_inherited(l, &own, ret);
	l->depth--;
	return r;
}

static int load_by_path(struct loader *l, const char *path, struct nt_profile *ret)
{
	nt_auto(nt_profile_free) struct nt_profile own = { 0 };
	int r = push(l, path);

	if (r == 0)
		r = read_counted(l, path, &own);
	return r < 0 ? r : join_inherited(l, &own, ret);
}

int nt_load_profile(struct nt_io *io, const char *name, struct nt_profile *ret,
		    struct nt_diag *diag)
{
	struct loader l;
	int r = loader_init(&l, io, diag);

	if (r < 0)
		return r;
	r = strchr(name, '/') ? load_by_path(&l, name, ret) : load_by_name(&l, name, ret);
	loader_free(&l);
	return r;
}

void nt_profiles_free(struct nt_profile *parts, size_t n)
{
	for (size_t i = 0; parts && i < n; i++)
		nt_profile_free(&parts[i]);
	free(parts);
}

/* Parts with a [Match] may exclude each other; who has judged them joins them. */
static int check_conflicts(const struct nt_profile *parts, size_t n, struct nt_diag *diag)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		for (size_t j = 0; r == 0 && j < i; j++)
			if (!parts[i].n_matches && !parts[j].n_matches)
				r = nt_profile_conflict(&parts[j], &parts[i], diag);
	return r;
}

int nt_load_profiles(struct nt_io *io, const char *const *names, size_t n,
		     struct nt_profile **ret_parts, struct nt_diag *diag)
{
	struct nt_profile *parts;
	int r = 0;

	if (!n || n > NT_PROFILE_FILES_MAX)
		return nt_diag_err(diag, EINVAL, "%zu profiles named, 1 to %u can be", n,
				   NT_PROFILE_FILES_MAX);
	parts = calloc(n, sizeof(*parts));
	if (!parts)
		return nt_diag_err(diag, ENOMEM, "out of memory");

	for (size_t i = 0; r == 0 && i < n; i++)
		r = nt_load_profile(io, names[i], &parts[i], diag);
	if (r == 0)
		r = check_conflicts(parts, n, diag);
	if (r < 0)
		nt_profiles_free(parts, n);
	else
		*ret_parts = parts;
	return r;
}

void nt_profile_entries_free(struct nt_profile_entry *entries, size_t n)
{
	for (size_t i = 0; entries && i < n; i++) {
		free(entries[i].name);
		free(entries[i].file);
		free(entries[i].description);
		free(entries[i].error);
	}
	free(entries);
}

/* @name: "server.conf". Errors of the profile go into the entry. */
static int fill_entry(struct loader *l, const char *name, struct nt_profile_entry *entry)
{
	nt_auto(nt_profile_free) struct nt_profile profile = { 0 };
	struct nt_diag problem = { 0 };
	char path[NT_PROFILE_PATH_MAX];
	int r = find_file(l, "", name, path);

	if (r < 0)
		return r;
	entry->name = strndup(name, strlen(name) - strlen(".conf"));
	entry->file = strdup(r ? path : name);
	if (!entry->name || !entry->file)
		return -ENOMEM;

	r = nt_load_profile(l->io, entry->name, &profile, &problem);
	if (r < 0)
		entry->error = strdup(problem.message);
	entry->description = strdup(profile.description ? profile.description : "");
	return entry->description && (r == 0 || entry->error) ? 0 : -ENOMEM;
}

static int list(struct loader *l, struct nt_profile_entry **ret, size_t *ret_n)
{
	nt_auto(names_free) struct names names = { .n = 0 };
	struct nt_profile_entry *entries;
	int r = collect_names(l, "", &names);

	if (r < 0)
		return r;
	entries = calloc(names.n + 1, sizeof(*entries));
	if (!entries)
		r = -ENOMEM;
	for (size_t i = 0; r == 0 && i < names.n; i++)
		r = fill_entry(l, names.list[i], &entries[i]);
	if (r < 0) {
		nt_profile_entries_free(entries, names.n);
		return nt_diag_err(l->diag, -r, "profiles: %s", strerror(-r));
	}

	*ret = entries;
	*ret_n = names.n;
	return 0;
}

int nt_list_profiles(struct nt_io *io, struct nt_profile_entry **ret, size_t *ret_n,
		     struct nt_diag *diag)
{
	struct loader l;
	int r = loader_init(&l, io, diag);

	if (r < 0)
		return r;
	r = list(&l, ret, ret_n);
	loader_free(&l);
	return r;
}
