// SPDX-License-Identifier: GPL-2.0-or-later
/* Files held open. See kept.h. */
#include "kept.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Left for everything else that a process opens. */
#define FDS_SPARE 64U

struct nt_kept_file {
	char *path;
	int fd;
};

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct nt_kept_file *)a)->path,
		      ((const struct nt_kept_file *)b)->path);
}

/* -1: not kept. */
static int find(struct nt_io *io, const char *path)
{
	const struct nt_kept *kept = (const struct nt_kept *)io;
	struct nt_kept_file key = { .path = strdup(path) };
	const struct nt_kept_file *found = NULL;

	if (key.path && kept->n_files)
		found = bsearch(&key, kept->files, kept->n_files, sizeof(key), by_path);
	free(key.path);
	return found ? found->fd : -1;
}

static struct nt_io *base(struct nt_io *io)
{
	return ((struct nt_kept *)io)->base;
}

static int kept_read_file(struct nt_io *io, const char *path, char *buf, size_t size,
			  size_t *ret_len)
{
	int fd = find(io, path);
	size_t len = 0;
	ssize_t n = -1;

	while (fd >= 0 && len < size) {
		n = pread(fd, buf + len, size - len, (off_t)len);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	/* What was replaced under its name is read there. */
	if (n < 0)
		return nt_io_read_file(base(io), path, buf, size, ret_len);
	if (len >= size)
		return -E2BIG;
	buf[len] = '\0';
	if (ret_len)
		*ret_len = len;
	return 0;
}

static int kept_write_file(struct nt_io *io, const char *path, const char *data, size_t len)
{
	int fd = find(io, path);
	ssize_t n = fd < 0 ? -1 : pwrite(fd, data, len, 0);

	if (n < 0)
		return nt_io_write_file(base(io), path, data, len);
	return (size_t)n == len ? 0 : -EIO;
}

static int kept_open_rw(struct nt_io *io, struct nt_io_folder *folder, const char *path)
{
	return nt_io_open_rw(base(io), folder, path);
}

static int kept_access(struct nt_io *io, const char *path, int mode)
{
	return nt_io_access(base(io), path, mode);
}

static int kept_stat(struct nt_io *io, const char *path, struct nt_io_stat *ret)
{
	return nt_io_stat(base(io), path, ret);
}

static int kept_list_dir(struct nt_io *io, const char *path, nt_io_name_fn fn, void *user)
{
	return nt_io_list_dir(base(io), path, fn, user);
}

static int kept_read_link(struct nt_io *io, const char *path, char *buf, size_t size)
{
	return nt_io_read_link(base(io), path, buf, size);
}

static int kept_links(struct nt_io *io, nt_io_link_fn fn, void *user)
{
	return nt_io_links(base(io), fn, user);
}

static int kept_listeners(struct nt_io *io, nt_io_listener_fn fn, void *user)
{
	return nt_io_listeners(base(io), fn, user);
}

static enum nt_module_state kept_module_state(struct nt_io *io, const char *name)
{
	return nt_io_module_state(base(io), name);
}

static int kept_module_load(struct nt_io *io, const char *name, struct nt_diag *diag)
{
	return nt_io_module_load(base(io), name, diag);
}

static int kept_module_unload(struct nt_io *io, const char *name, struct nt_diag *diag)
{
	return nt_io_module_unload(base(io), name, diag);
}

static int kept_irqbalance(struct nt_io *io, const char *path, const char *request, char *reply,
			   size_t size)
{
	return nt_io_irqbalance(base(io), path, request, reply, size);
}

static const struct nt_io_ops kept_ops = {
	.read_file = kept_read_file,
	.write_file = kept_write_file,
	.open_rw = kept_open_rw,
	.access = kept_access,
	.stat = kept_stat,
	.list_dir = kept_list_dir,
	.read_link = kept_read_link,
	.links = kept_links,
	.listeners = kept_listeners,
	.module_state = kept_module_state,
	.module_load = kept_module_load,
	.module_unload = kept_module_unload,
	.irqbalance = kept_irqbalance,
};

/* As many as the process may have. */
static size_t room(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return 0;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur < FDS_SPARE)
		return 0;
	return limit.rlim_cur - FDS_SPARE;
}

int nt_kept_init(struct nt_kept *kept, struct nt_io *base_io, char *const *paths, size_t n)
{
	size_t most = room();

	*kept = (struct nt_kept){
		.io = { .ops = &kept_ops, .devices = base_io },
		.base = base_io,
		.files = calloc(n + 1, sizeof(*kept->files)),
	};
	if (!kept->files)
		return -ENOMEM;
	for (size_t i = 0; i < n && kept->n_files < most; i++) {
		struct nt_kept_file *file = &kept->files[kept->n_files];

		file->path = strdup(paths[i]);
		file->fd = file->path ? nt_io_open_rw(base_io, NULL, paths[i]) : -ENOMEM;
		if (file->fd >= 0)
			kept->n_files++;
		else
			free(file->path);
	}
	qsort(kept->files, kept->n_files, sizeof(*kept->files), by_path);
	return 0;
}

void nt_kept_close(struct nt_kept *kept)
{
	for (size_t i = 0; i < kept->n_files; i++) {
		close(kept->files[i].fd);
		free(kept->files[i].path);
	}
	free(kept->files);
	*kept = (struct nt_kept){ 0 };
}
