// SPDX-License-Identifier: GPL-2.0-or-later
/* The running host: files by plain system calls, the rest by rtnl.c, sockdiag.c and kmod.c. */
#include "live.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bond_live.h"
#include "lib/cleanup.h"
#include "nic_live.h"
#include "path.h"

/*
 * Interrupted calls are repeated at once, busy ones (EAGAIN: the kernel could not take a lock)
 * every 10 ms; both at most this often, half a second in all.
 */
#define TRIES_MAX 50U

/* More names than any directory we read has; a bound against file systems that never end. */
#define DIR_NAMES_MAX 65536U

static bool try_again(unsigned int *tries)
{
	static const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };

	if (errno != EINTR && errno != EAGAIN)
		return false;
	if (++*tries >= TRIES_MAX)
		return false;
	if (errno == EAGAIN)
		nanosleep(&pause, NULL);
	return true;
}

static int open_at(int folder_fd, const char *path, int flags)
{
	unsigned int tries = 0;
	int fd;

	do
		fd = openat(folder_fd, path, flags | O_CLOEXEC | O_NOCTTY);
	while (fd < 0 && try_again(&tries));
	return fd < 0 ? -errno : fd;
}

static int open_file(const char *path, int flags)
{
	return open_at(AT_FDCWD, path, flags);
}

static ssize_t read_some(int fd, char *buf, size_t size)
{
	unsigned int tries = 0;
	ssize_t n;

	do
		n = read(fd, buf, size);
	while (n < 0 && try_again(&tries));
	return n < 0 ? -errno : n;
}

/* Until the end or until @size bytes are there. */
static ssize_t read_all(int fd, char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while (len < size) {
		n = read_some(fd, buf + len, size - len);
		if (n < 0)
			return n;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

static int live_read_file(struct nt_io *io, const char *path, char *buf, size_t size,
			  size_t *ret_len)
{
	nt_autoclose int fd = open_file(path, O_RDONLY);
	ssize_t n;

	(void)io;
	if (fd < 0)
		return fd;
	n = read_all(fd, buf, size);
	if (n < 0)
		return (int)n;
	if ((size_t)n >= size)
		return -E2BIG;

	buf[n] = '\0';
	if (ret_len)
		*ret_len = (size_t)n;
	return 0;
}

static int live_write_file(struct nt_io *io, const char *path, const char *data, size_t len)
{
	nt_autoclose int fd = open_file(path, O_WRONLY);
	unsigned int tries = 0;
	ssize_t n;

	(void)io;
	if (fd < 0)
		return fd;
	do
		n = write(fd, data, len);
	while (n < 0 && try_again(&tries));
	if (n < 0)
		return -errno;
	return (size_t)n == len ? 0 : -EIO;
}

/* Has @folder hold the one of the first @len bytes of @path, if it is not that one already. */
static int folder_open(struct nt_io_folder *folder, const char *path, size_t len)
{
	if (strlen(folder->path) == len && !memcmp(folder->path, path, len))
		return 0;
	nt_io_folder_close(folder);
	memcpy(folder->path, path, len);
	folder->path[len] = '\0';
	folder->fd = open_file(folder->path, O_PATH | O_DIRECTORY);
	if (folder->fd < 0)
		*folder->path = '\0';
	return folder->fd < 0 ? folder->fd : 0;
}

/* Bytes of @path up to the slash before its last two components, or 0. */
static size_t above_folder(const char *path)
{
	const char *last = strrchr(path, '/'), *before = NULL;

	if (last)
		before = memrchr(path, '/', (size_t)(last - path));
	return before ? (size_t)(before - path) : 0;
}

/*
 * Looking up a path takes longer than all else that opening a file of procfs does. Files of one
 * device, queue or interrupt are few, and their folders lie side by side.
 */
static int live_open_rw(struct nt_io *io, struct nt_io_folder *folder, const char *path)
{
	size_t len = above_folder(path);
	int r;

	(void)io;
	if (!folder || !len || len >= sizeof(folder->path))
		return open_file(path, O_RDWR);
	r = folder_open(folder, path, len);
	return r < 0 ? r : open_at(folder->fd, path + len + 1, O_RDWR);
}

static int live_access(struct nt_io *io, const char *path, int mode)
{
	(void)io;
	return faccessat(AT_FDCWD, path, mode, AT_EACCESS) < 0 ? -errno : 0;
}

static int live_stat(struct nt_io *io, const char *path, struct nt_io_stat *ret)
{
	struct stat st;

	(void)io;
	if (stat(path, &st) < 0)
		return -errno;
	*ret = (struct nt_io_stat){
		.mode = st.st_mode,
		.uid = st.st_uid,
		.gid = st.st_gid,
		.size = (uint64_t)st.st_size,
	};
	return 0;
}

static int live_list_dir(struct nt_io *io, const char *path, nt_io_name_fn fn, void *user)
{
	nt_autoclosedir DIR *dir = opendir(path);
	const struct dirent *entry;

	(void)io;
	if (!dir)
		return -errno;
	for (unsigned int n = 0; n < DIR_NAMES_MAX; n++) {
		int r;

		errno = 0;
		entry = readdir(dir);
		if (!entry)
			return -errno;
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		r = fn(entry->d_name, user);
		if (r < 0)
			return r;
	}
	return -EOVERFLOW;
}

static int live_read_link(struct nt_io *io, const char *path, char *buf, size_t size)
{
	ssize_t n = readlink(path, buf, size);

	(void)io;
	if (n < 0)
		return -errno;
	if ((size_t)n >= size)
		return -E2BIG;
	buf[n] = '\0';
	return 0;
}

static int live_links(struct nt_io *io, nt_io_link_fn fn, void *user)
{
	(void)io;
	return nt_rtnl_links(fn, user);
}

static int live_pollers(struct nt_io *io, nt_io_poller_fn fn, void *user, uint32_t *ret_unseen)
{
	(void)io;
	return nt_pollers(fn, user, ret_unseen);
}

static int live_cpus(struct nt_io *io, nt_io_cpu_fn fn, void *user)
{
	(void)io;
	return nt_hwloc_cpus(fn, user);
}

static int live_listeners(struct nt_io *io, nt_io_listener_fn fn, void *user)
{
	(void)io;
	return nt_sockdiag_listeners(fn, user);
}

static enum nt_module_state live_module_state(struct nt_io *io, const char *name)
{
	(void)io;
	return nt_kmod_state(name);
}

static int live_module_load(struct nt_io *io, const char *name, struct nt_diag *diag)
{
	(void)io;
	return nt_kmod_load(name, diag);
}

static int live_module_unload(struct nt_io *io, const char *name, struct nt_diag *diag)
{
	(void)io;
	return nt_kmod_unload(name, diag);
}

static int live_irqbalance(struct nt_io *io, const char *path, const char *request, char *reply,
			   size_t size)
{
	(void)io;
	return nt_irqbalance_ask(path, request, reply, size);
}

static const struct nt_io_ops live_ops = {
	.nic = &nt_nic_live_ops,
	.bond = &nt_bond_live_ops,
	.read_file = live_read_file,
	.write_file = live_write_file,
	.open_rw = live_open_rw,
	.access = live_access,
	.stat = live_stat,
	.list_dir = live_list_dir,
	.read_link = live_read_link,
	.links = live_links,
	.listeners = live_listeners,
	.pollers = live_pollers,
	.cpus = live_cpus,
	.module_state = live_module_state,
	.module_load = live_module_load,
	.module_unload = live_module_unload,
	.irqbalance = live_irqbalance,
	.path = &nt_io_path_live,
};

/**
 * nt_io_live() - the host that we run on
 */
struct nt_io *nt_io_live(void)
{
	static struct nt_io live = { .ops = &live_ops };

	return &live;
}
