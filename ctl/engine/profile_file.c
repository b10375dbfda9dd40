// SPDX-License-Identifier: GPL-2.0-or-later
/* One profile file. See profile_file.h. */
#include "profile_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/profile.h"
#include "core/utf8.h"
#include "io/io.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "load.h"
#include "tunable/tunable.h"

/*
 * Are we root? The owner of our process tells, and tells root for a process that has more rights
 * than its user (it is not dumpable). Who cannot be told is taken for root: stricter.
 */
static bool is_root(struct nt_io *io)
{
	struct nt_io_stat self;

	return nt_io_stat(io, "/proc/self", &self) < 0 || self.uid == 0;
}

static int check_writers(const char *path, const struct nt_io_stat *st, struct nt_diag *diag)
{
	if (st->uid != 0)
		return nt_diag_refuse(diag, "%s: belongs to uid %u, not to root", path,
				      (unsigned int)st->uid);
	if (!(st->mode & (S_IWGRP | S_IWOTH)))
		return 0;
	if (S_ISDIR(st->mode) && (st->mode & S_ISVTX))
		return 0;
	return nt_diag_refuse(diag, "%s: mode %04o lets others than root write it", path,
			      (unsigned int)(st->mode & 07777));
}

/* Cuts the last name off: "/a/b" to "/a", "/a" to "/", "a" to ".". False at the top. */
static bool go_up(char *path)
{
	char *slash = strrchr(path, '/');

	if (!strcmp(path, "/") || !strcmp(path, "."))
		return false;
	if (!slash) {
		strcpy(path, ".");
		return true;
	}
	while (slash > path && slash[-1] == '/')
		slash--;
	slash[slash == path] = '\0';
	return true;
}

static int check_folders(struct nt_io *io, const char *path, struct nt_diag *diag)
{
	char folder[NT_PROFILE_PATH_MAX];
	struct nt_io_stat st;
	int r;

	snprintf(folder, sizeof(folder), "%s", path);
	while (go_up(folder)) {
		r = nt_io_stat(io, folder, &st);
		if (r == -ENOENT)
			continue;
		if (r < 0)
			return nt_diag_err(diag, -r, "%s: %s", folder, strerror(-r));
		r = check_writers(folder, &st, diag);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Where the link at @path leads, into @path. Return: 1 it was one, 0 it was none. */
static int follow_link(struct nt_io *io, char path[static NT_PROFILE_PATH_MAX])
{
	char target[NT_PROFILE_PATH_MAX];
	char folder[NT_PROFILE_PATH_MAX];
	int n;

	if (nt_io_read_link(io, path, target, sizeof(target)) < 0)
		return 0;
	if (target[0] == '/') {
		memcpy(path, target, sizeof(target));
		return 1;
	}
	memcpy(folder, path, sizeof(folder));
	go_up(folder);
	n = snprintf(path, NT_PROFILE_PATH_MAX, "%s/%s", folder, target);
	return n < (int)NT_PROFILE_PATH_MAX ? 1 : -ENAMETOOLONG;
}

/* The folders of @path and of every link that it leads through. */
static int check_way(struct nt_io *io, const char *path, struct nt_diag *diag)
{
	char place[NT_PROFILE_PATH_MAX] = "";
	int r = 1;

	memcpy(place, path, strlen(path) + 1);
	for (unsigned int i = 0; r == 1 && i <= NT_PROFILE_LINKS_MAX; i++) {
		r = check_folders(io, place, diag);
		if (r == 0)
			r = follow_link(io, place);
	}
	if (r == 1)
		r = -ELOOP;
	return r < 0 ? nt_diag_err(diag, -r, "%s: %s", path, strerror(-r)) : 0;
}

static int check_file(struct nt_io *io, const char *path, struct nt_diag *diag)
{
	struct nt_io_stat st;
	int r;

	if (strlen(path) >= NT_PROFILE_PATH_MAX)
		return nt_diag_err(diag, ENAMETOOLONG, "profile path is longer than %u bytes",
				   NT_PROFILE_PATH_MAX - 1);
	if (!nt_utf8_ok(path))
		return nt_diag_err(diag, EINVAL, "a profile's path has to be printable UTF-8");
	r = nt_io_stat(io, path, &st);
	if (r < 0)
		return nt_diag_err(diag, -r, "%s: %s", path, strerror(-r));
	if (!S_ISREG(st.mode))
		return nt_diag_refuse(diag, "%s: is not a regular file", path);
	if (st.size > NT_PROFILE_BYTES_MAX)
		return nt_diag_err(diag, E2BIG, "%s: %llu bytes exceed the limit of %u", path,
				   (unsigned long long)st.size, NT_PROFILE_BYTES_MAX);
	if (!is_root(io))
		return 0;
	r = check_writers(path, &st, diag);
	return r < 0 ? r : check_way(io, path, diag);
}

static int check_setting(const struct nt_setting *s, struct nt_diag *diag)
{
	const struct nt_tunable *domain = nt_tunable_for_section(s->section);

	if (!domain)
		return nt_diag_err(diag, EINVAL, "%s:%u:%u: section %s has no domain to serve it",
				   s->file, s->line, s->column, s->section);
	return domain->check(s, diag);
}

static int check_settings(const struct nt_profile *profile, struct nt_diag *diag)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < profile->n_settings; i++)
		r = check_setting(&profile->settings[i], diag);
	return r;
}

int nt_profile_file_read(struct nt_io *io, const char *path, struct nt_profile *ret,
			 struct nt_diag *diag)
{
	nt_autofree char *text = NULL;
	struct nt_profile profile;
	size_t len = 0;
	int r;

	r = check_file(io, path, diag);
	if (r < 0)
		return r;

	text = malloc(NT_PROFILE_BYTES_MAX + 1);
	if (!text)
		return nt_diag_err(diag, ENOMEM, "%s: out of memory", path);
	r = nt_io_read_file(io, path, text, NT_PROFILE_BYTES_MAX + 1, &len);
	if (r < 0)
		return nt_diag_err(diag, -r, "%s: %s", path, strerror(-r));

	r = nt_profile_parse(text, len, path, &profile, diag);
	if (r < 0)
		return r;
	r = check_settings(&profile, diag);
	if (r < 0)
		nt_profile_free(&profile);
	else
		*ret = profile;
	return r;
}
