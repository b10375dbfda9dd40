// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that decide what root writes. See trusted_file.h. */
#include "trusted_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/utf8.h"
#include "io/io.h"
#include "lib/cleanup.h"
#include "lib/diag.h"

/**
 * struct trust - whom root believes
 * @caller: who called sudo, root for nobody: what he wrote he could also have typed
 * @links: symbolic links that may still be followed
 */
struct trust {
	uid_t caller;
	unsigned int links;
};

/*
 * Are we root? The owner of our process tells, and tells root for a process that has more rights
 * than its user (it is not dumpable). Who cannot be told is taken for root: stricter.
 */
static bool is_root(struct nt_io *io)
{
	struct nt_io_stat self;

	return nt_io_stat(io, "/proc/self", &self) < 0 || self.uid == 0;
}

/* sudo sets SUDO_UID over whatever its caller had. */
static uid_t caller_of_sudo(void)
{
	const char *text = secure_getenv("SUDO_UID");
	unsigned long uid;
	char *end;

	if (!text || text[0] < '0' || text[0] > '9')
		return 0;
	uid = strtoul(text, &end, 10);
	return *end || uid > UINT32_MAX ? 0 : (uid_t)uid;
}

static int check_writers(const struct trust *trust, const char *path, const struct nt_io_stat *st,
			 struct nt_diag *diag)
{
	if (st->uid != 0 && st->uid != trust->caller)
		return nt_diag_refuse(diag, "%s: belongs to uid %u, not to root: give it to root "
				      "with chown", path, (unsigned int)st->uid);
	if (!(st->mode & (S_IWGRP | S_IWOTH)))
		return 0;
	if (S_ISDIR(st->mode) && (st->mode & S_ISVTX))
		return 0;
	return nt_diag_refuse(diag, "%s: mode %04o lets others than its owner write it: take that "
			      "away with chmod go-w", path, (unsigned int)(st->mode & 07777));
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

/* "@folder/@name", or @name alone when it is absolute. */
static int place(char ret[static NT_TRUSTED_PATH_MAX], const char *folder, const char *name)
{
	int n;

	if (name[0] == '/')
		n = snprintf(ret, NT_TRUSTED_PATH_MAX, "%s", name);
	else
		n = snprintf(ret, NT_TRUSTED_PATH_MAX, "%s/%s", folder, name);
	return n < 0 || n >= (int)NT_TRUSTED_PATH_MAX ? -ENAMETOOLONG : 0;
}

static int check_way(struct nt_io *io, struct trust *trust, const char *path,
		     struct nt_diag *diag);

/* When @path is a symbolic link, the way to where it leads must be trusted as well. */
static int check_link(struct nt_io *io, struct trust *trust, const char *path,
		      struct nt_diag *diag)
{
	char folder[NT_TRUSTED_PATH_MAX], name[NT_TRUSTED_PATH_MAX], target[NT_TRUSTED_PATH_MAX];
	int r;

	if (nt_io_read_link(io, path, name, sizeof(name)) < 0)
		return 0;
	snprintf(folder, sizeof(folder), "%s", path);
	go_up(folder);
	r = trust->links-- ? place(target, folder, name) : -ELOOP;
	if (r < 0)
		return nt_diag_err(diag, -r, "%s: %s", path, strerror(-r));
	return check_way(io, trust, target, diag);
}

static int check_folder(struct nt_io *io, const struct trust *trust, const char *path,
			struct nt_diag *diag)
{
	struct nt_io_stat st;
	int r = nt_io_stat(io, path, &st);

	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return nt_diag_err(diag, -r, "%s: %s", path, strerror(-r));
	return check_writers(trust, path, &st, diag);
}

/* Whoever could replace a name on the way to @path could replace what we are about to read. */
static int check_way(struct nt_io *io, struct trust *trust, const char *path,
		     struct nt_diag *diag)
{
	char step[NT_TRUSTED_PATH_MAX];
	int r;

	snprintf(step, sizeof(step), "%s", path);
	r = check_link(io, trust, step, diag);
	while (r == 0 && go_up(step)) {
		r = check_folder(io, trust, step, diag);
		if (r == 0)
			r = check_link(io, trust, step, diag);
	}
	return r;
}

/* A relative path is taken from the root folder, because names above our own folder count too. */
static int check_absolute_way(struct nt_io *io, struct trust *trust, const char *path,
			      struct nt_diag *diag)
{
	char folder[NT_TRUSTED_PATH_MAX], absolute[NT_TRUSTED_PATH_MAX];

	if (path[0] == '/' || nt_io_read_link(io, "/proc/self/cwd", folder, sizeof(folder)) < 0)
		return check_way(io, trust, path, diag);
	if (place(absolute, folder, path) < 0)
		return nt_diag_err(diag, ENAMETOOLONG, "%s: %s", path, strerror(ENAMETOOLONG));
	return check_way(io, trust, absolute, diag);
}

static int check_file(struct nt_io *io, const char *path, uint32_t bytes_max,
		      struct nt_diag *diag)
{
	struct trust trust = { .caller = caller_of_sudo(), .links = NT_TRUSTED_LINKS_MAX };
	struct nt_io_stat st;
	int r;

	if (strlen(path) >= NT_TRUSTED_PATH_MAX)
		return nt_diag_err(diag, ENAMETOOLONG, "path is longer than %u bytes",
				   NT_TRUSTED_PATH_MAX - 1);
	if (!nt_utf8_ok(path))
		return nt_diag_err(diag, EINVAL, "a path has to be printable UTF-8");
	r = nt_io_stat(io, path, &st);
	if (r < 0)
		return nt_diag_err(diag, -r, "%s: %s", path, strerror(-r));
	if (!S_ISREG(st.mode))
		return nt_diag_refuse(diag, "%s: is not a regular file", path);
	if (st.size > bytes_max)
		return nt_diag_err(diag, E2BIG, "%s: the file has %llu bytes, the limit is %u",
				   path, (unsigned long long)st.size, bytes_max);
	if (!is_root(io))
		return 0;
	r = check_writers(&trust, path, &st, diag);
	return r < 0 ? r : check_absolute_way(io, &trust, path, diag);
}

int nt_trusted_file_read(struct nt_io *io, const char *path, uint32_t bytes_max, char **ret,
			 size_t *ret_len, struct nt_diag *diag)
{
	nt_autofree char *text = NULL;
	size_t len = 0;
	int r = check_file(io, path, bytes_max, diag);

	if (r < 0)
		return r;
	text = malloc((size_t)bytes_max + 1);
	if (!text)
		return nt_diag_err(diag, ENOMEM, "%s: out of memory", path);
	r = nt_io_read_file(io, path, text, (size_t)bytes_max + 1, &len);
	if (r < 0)
		return nt_diag_err(diag, -r, "%s: %s", path, strerror(-r));

	*ret = text;
	*ret_len = len;
	text = NULL;
	return 0;
}
