// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that are there whole or not at all. See replace.h. */
#include "replace.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/diag.h"

static int write_synced(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -ENOSPC;
		text += n;
		len -= (size_t)n;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

/* See replace.h. */
int nt_replace_file(int dir_fd, const char *name, const char *text, size_t len)
{
	char fresh[NAME_MAX + 1];
	nt_autoclose int fd = -1;
	int r;

	if ((size_t)snprintf(fresh, sizeof(fresh), ".%s.new", name) >= sizeof(fresh))
		return -ENAMETOOLONG;
	/* Left by one that was killed. */
	unlinkat(dir_fd, fresh, 0);
	fd = openat(dir_fd, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	/* Whatever the umask: it is no secret, and nobody else's to write. */
	r = fchmod(fd, 0644) < 0 ? -errno : 0;
	if (r == 0)
		r = write_synced(fd, text, len);
	if (r == 0 && renameat(dir_fd, fresh, dir_fd, name) < 0)
		r = -errno;
	if (r < 0) {
		unlinkat(dir_fd, fresh, 0);
		return r;
	}
	return fsync(dir_fd) < 0 ? -errno : 0;
}

/* The folder of @path, and the name in it. */
static int open_folder(const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX];
	int fd;

	if (slash && (size_t)(slash - path) >= sizeof(dir))
		return -ENAMETOOLONG;
	*ret_name = slash ? slash + 1 : path;
	if (!**ret_name)
		return -EISDIR;
	snprintf(dir, sizeof(dir), "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
	fd = open(*dir ? dir : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int check_replaceable(int dir_fd, const char *name)
{
	struct stat st;

	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	return S_ISREG(st.st_mode) ? 0 : -EEXIST;
}

/* See replace.h. */
int nt_write_output(const char *path, const char *text, size_t len, struct nt_diag *diag)
{
	const char *name = NULL;
	nt_autoclose int dir_fd = open_folder(path, &name);
	int r = dir_fd < 0 ? dir_fd : check_replaceable(dir_fd, name);

	if (r == -EEXIST)
		return nt_diag_err(diag, EINVAL, "%s: is there and is not a regular file", path);
	if (r == 0)
		r = nt_replace_file(dir_fd, name, text, len);
	return r < 0 ? nt_diag_err(diag, -r, "%s: cannot be written: %s", path, strerror(-r)) : 0;
}
