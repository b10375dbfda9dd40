// SPDX-License-Identifier: GPL-2.0-or-later
/* The door to the host: calls through the vtable, and the count of writes. See io.h. */
#include "io.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int nt_io_read_file(struct nt_io *io, const char *path, char *buf, size_t size, size_t *ret_len)
{
	return io->ops->read_file(io, path, buf, size, ret_len);
}

int nt_io_write_file(struct nt_io *io, const char *path, const char *data, size_t len)
{
	io->writes++;
	return io->ops->write_file(io, path, data, len);
}

int nt_io_open_rw(struct nt_io *io, struct nt_io_folder *folder, const char *path)
{
	return io->ops->open_rw(io, folder, path);
}

void nt_io_folder_close(struct nt_io_folder *folder)
{
	if (*folder->path)
		close(folder->fd);
	*folder->path = '\0';
}

int nt_io_access(struct nt_io *io, const char *path, int mode)
{
	return io->ops->access(io, path, mode);
}

int nt_io_stat(struct nt_io *io, const char *path, struct nt_io_stat *ret)
{
	return io->ops->stat(io, path, ret);
}

int nt_io_list_dir(struct nt_io *io, const char *path, nt_io_name_fn fn, void *user)
{
	return io->ops->list_dir(io, path, fn, user);
}

int nt_io_read_link(struct nt_io *io, const char *path, char *buf, size_t size)
{
	return io->ops->read_link(io, path, buf, size);
}

int nt_io_links(struct nt_io *io, nt_io_link_fn fn, void *user)
{
	return io->ops->links(io, fn, user);
}

int nt_io_pollers(struct nt_io *io, nt_io_poller_fn fn, void *user, uint32_t *ret_unseen)
{
	*ret_unseen = 0;
	return io->ops->pollers ? io->ops->pollers(io, fn, user, ret_unseen) : 0;
}

int nt_io_cpus(struct nt_io *io, nt_io_cpu_fn fn, void *user)
{
	return io->ops->cpus ? io->ops->cpus(io, fn, user) : -EOPNOTSUPP;
}

int nt_io_listeners(struct nt_io *io, nt_io_listener_fn fn, void *user)
{
	return io->ops->listeners(io, fn, user);
}

enum nt_module_state nt_io_module_state(struct nt_io *io, const char *name)
{
	return io->ops->module_state(io, name);
}

int nt_io_module_load(struct nt_io *io, const char *name, struct nt_diag *diag)
{
	io->writes++;
	return io->ops->module_load(io, name, diag);
}

int nt_io_module_unload(struct nt_io *io, const char *name, struct nt_diag *diag)
{
	io->writes++;
	return io->ops->module_unload(io, name, diag);
}

int nt_io_irqbalance(struct nt_io *io, const char *path, const char *request, char *reply,
		     size_t size)
{
	if (!io->ops->irqbalance)
		return -ECONNREFUSED;
	io->writes += strcmp(request, "setup") != 0;
	return io->ops->irqbalance(io, path, request, reply, size);
}
