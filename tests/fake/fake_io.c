// SPDX-License-Identifier: GPL-2.0-or-later
/* A host in memory. See fake_io.h. */
#include "fake_io.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/idset.h"
#include "fake/fake_nic.h"
#include "lib/diag.h"

#define PROC_SYS  "/proc/sys/"
#define NAME_SIZE 160U

static struct fake_io *fake_of(struct nt_io *io)
{
	return (struct fake_io *)io;
}

static void give_up(const char *what)
{
	fprintf(stderr, "fake host: %s\n", what);
	abort();
}

int fake_count(struct fake_io *fake)
{
	fake->n_operations++;
	if (fake->n_operations == fake->crash_at)
		fake->crash(fake);
	return fake->n_operations == fake->fail_at ? -fake->fail_errno : 0;
}

bool fake_halves(const struct fake_io *fake)
{
	return fake->n_operations == fake->short_write_at;
}

/* ---- files ---- */

/* What the file says, without its newline. */
static int look(struct fake_io *fake, const char *path, char *value, size_t size)
{
	const struct fake_file *file = fake_find(fake, path);

	if (!file)
		return fake_nic_read(fake, path, value, size);
	if (file->read_errno)
		return -file->read_errno;
	if (!(file->mode & 0444))
		return -EACCES;
	snprintf(value, size, "%s", file->value);
	return 0;
}

static bool is_raw(struct fake_io *fake, const char *path)
{
	const struct fake_file *file = fake_find(fake, path);

	return file && file->kind == FAKE_RAW;
}

static int fake_read_file(struct nt_io *io, const char *path, char *buf, size_t size,
			  size_t *ret_len)
{
	struct fake_io *fake = fake_of(io);
	char value[NT_IO_VALUE_MAX];
	int r = fake_count(fake);
	int n;

	if (r == 0)
		r = look(fake, path, value, sizeof(value));
	if (r < 0)
		return r;
	n = snprintf(buf, size, "%s%s", value, is_raw(fake, path) ? "" : "\n");
	if ((size_t)n >= size)
		return -E2BIG;
	if (ret_len)
		*ret_len = (size_t)n;
	return 0;
}

static int may_write(const struct fake_io *fake, const struct fake_file *file)
{
	if (fake->mount_readonly && !strncmp(file->path, PROC_SYS, strlen(PROC_SYS)))
		return -EROFS;
	if (fake->unprivileged || !(file->mode & 0222))
		return -EACCES;
	return 0;
}

/* proc_get_long(): a number ends at white space or at the end. */
static int take_number(const char **p, int64_t *ret)
{
	char *end;

	errno = 0;
	*ret = strtoll(*p, &end, 10);
	if (end == *p || errno || !strchr(" \t\n", *end))
		return -EINVAL;
	*p = end;
	return 0;
}

static void print_numbers(struct fake_file *file, const int64_t *numbers)
{
	size_t len = 0;

	for (unsigned int i = 0; i < file->fields; i++)
		len += (size_t)snprintf(file->value + len, sizeof(file->value) - len, "%s%lld",
					i ? "\t" : "", (long long)numbers[i]);
}

/* Bytes taken, or a negative errno; what was read before an error is in force. */
static int write_numbers(struct fake_file *file, const char *data)
{
	int64_t numbers[FAKE_FIELDS_MAX] = { 0 };
	const char *p = file->value;
	unsigned int i;
	int r = 0;

	for (i = 0; i < file->fields; i++)
		take_number(&p, &numbers[i]);
	p = data;
	for (i = 0; i < file->fields && r == 0; i++) {
		int64_t number;

		p += strspn(p, " \t\n");
		if (!*p)
			break;
		r = take_number(&p, &number);
		if (r == 0 && (number < file->min || number > file->max))
			r = -EINVAL;
		if (r == 0)
			numbers[i] = number;
	}
	if (r == 0 && i == 0)
		r = -EINVAL;
	print_numbers(file, numbers);
	p += strspn(p, " \t\n");
	return r < 0 ? r : (int)(p - data);
}

static int write_ports(struct fake_file *file, const char *value)
{
	struct nt_idset ports;

	if (nt_idset_parse(value, &ports, NULL) < 0)
		return -EINVAL;
	return nt_idset_format(&ports, file->value, sizeof(file->value));
}

/* Bytes taken, or a negative errno. */
static int store(struct fake_io *fake, struct fake_file *file, const char *data, size_t len)
{
	char value[NT_IO_VALUE_MAX];
	int r = 0;

	snprintf(value, sizeof(value), "%.*s", (int)len, data);
	if (file->kind == FAKE_NUMBERS)
		return write_numbers(file, value);
	value[strcspn(value, "\n")] = '\0';
	if (file->hook)
		r = file->hook(fake, file, value);
	if (r < 0)
		return r;
	if (file->kind == FAKE_PORTS)
		r = write_ports(file, value);
	else
		memcpy(file->value, value, sizeof(value));
	return r < 0 ? r : (int)len;
}

/* A device's file, which takes all or nothing; half of a mask is another mask. */
static int write_nic(struct fake_io *fake, const char *path, const char *data, size_t len)
{
	char value[NT_IO_VALUE_MAX];
	int r;

	if (fake->unprivileged && fake_nic_mode(fake, path))
		return -EACCES;
	snprintf(value, sizeof(value), "%.*s", (int)(fake_halves(fake) ? len / 2 : len), data);
	value[strcspn(value, "\n")] = '\0';
	r = fake_nic_write(fake, path, value);
	return r == 0 && fake_halves(fake) ? -EIO : r;
}

static int fake_write_file(struct nt_io *io, const char *path, const char *data, size_t len)
{
	struct fake_io *fake = fake_of(io);
	struct fake_file *file = fake_find(fake, path);
	int r = fake_count(fake);

	if (r < 0)
		return r;
	if (!file)
		return write_nic(fake, path, data, len);
	r = may_write(fake, file);
	if (r < 0)
		return r;
	file->n_writes++;
	if (file->write_errno)
		return -file->write_errno;
	if (file->ignores)
		return 0;
	if (fake_halves(fake)) {
		store(fake, file, data, len / 2);
		return -EIO;
	}
	r = store(fake, file, data, len);
	if (r < 0)
		return r;
	return (size_t)r == len ? 0 : -EIO;
}

static int fake_open_rw(struct nt_io *io, struct nt_io_folder *folder, const char *path)
{
	(void)io;
	(void)folder;
	(void)path;
	return -EOPNOTSUPP;
}

static int found(const char *path, void *user)
{
	(void)path;
	*(bool *)user = true;
	return 0;
}

/* A folder is there when a file is below it. */
static bool is_folder(struct fake_io *fake, const char *path)
{
	size_t len = strlen(path);
	bool any = false;

	for (size_t i = 0; i < fake->n_files; i++)
		if (!strncmp(fake->files[i].path, path, len) && fake->files[i].path[len] == '/')
			return true;
	fake_nic_paths(fake, path, found, &any);
	return any;
}

static int fake_access(struct nt_io *io, const char *path, int mode)
{
	struct fake_io *fake = fake_of(io);
	const struct fake_file *file = fake_find(fake, path);

	if (!file)
		return fake_nic_mode(fake, path) || is_folder(fake, path) ? 0 : -ENOENT;
	return mode & W_OK ? may_write(fake, file) : 0;
}

static int fake_stat(struct nt_io *io, const char *path, struct nt_io_stat *ret)
{
	struct fake_io *fake = fake_of(io);
	const struct fake_file *file = fake_find(fake, path);
	mode_t mode = file ? file->mode : fake_nic_mode(fake, path);

	if (!mode && !is_folder(fake, path))
		return -ENOENT;
	*ret = (struct nt_io_stat){
		.mode = mode ? S_IFREG | mode : S_IFDIR | 0755,
		.size = file ? strlen(file->value) : 0,
	};
	return 0;
}

/* Who wants the names in a folder, each once where its paths follow each other. */
struct listing {
	size_t folder_len;
	nt_io_name_fn fn;
	void *user;
	bool any;
	char last[NAME_SIZE];
};

static int list_path(const char *path, void *user)
{
	struct listing *listing = user;
	const char *below = path + listing->folder_len + 1;
	char name[NAME_SIZE];

	listing->any = true;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(below, "/"), below);
	if (!*name || !strcmp(name, listing->last))
		return 0;
	memcpy(listing->last, name, sizeof(name));
	return listing->fn(name, listing->user);
}

/* A folder is listed where the first file below it stands. */
static bool listed_before(const struct fake_io *fake, size_t nth, const char *path, size_t len)
{
	for (size_t i = 0; i < nth; i++)
		if (!strncmp(fake->files[i].path, path, len) &&
		    (!fake->files[i].path[len] || fake->files[i].path[len] == '/'))
			return true;
	return false;
}

static int fake_list_dir(struct nt_io *io, const char *path, nt_io_name_fn fn, void *user)
{
	struct listing listing = { .folder_len = strlen(path), .fn = fn, .user = user };
	struct fake_io *fake = fake_of(io);
	int r = 0;

	for (size_t i = 0; i < fake->n_files && r == 0; i++) {
		const char *file = fake->files[i].path;
		size_t end = listing.folder_len + 1;

		if (strncmp(file, path, listing.folder_len) || file[listing.folder_len] != '/')
			continue;
		if (!listed_before(fake, i, file, end + strcspn(file + end, "/")))
			r = list_path(file, &listing);
	}
	if (r == 0)
		r = fake_nic_paths(fake, path, list_path, &listing);
	return r < 0 ? r : listing.any ? 0 : -ENOENT;
}

static int fake_read_link(struct nt_io *io, const char *path, char *buf, size_t size)
{
	const struct fake_file *file = fake_find(fake_of(io), path);

	if (!file)
		return fake_nic_read_link(fake_of(io), path, buf, size);
	if (file->kind != FAKE_LINK)
		return -EINVAL;
	return snprintf(buf, size, "%s", file->value) < (int)size ? 0 : -E2BIG;
}

/* ---- the rest ---- */

static int fake_links(struct nt_io *io, nt_io_link_fn fn, void *user)
{
	struct fake_io *fake = fake_of(io);
	int r = 0;

	for (size_t i = 0; i < fake->n_links && r == 0; i++)
		r = fn(&fake->links[i], user);
	if (r == 0)
		r = fake_bond_links(fake, fn, user);
	return r < 0 ? r : fake_nic_links(fake, fn, user);
}

static int fake_pollers(struct nt_io *io, nt_io_poller_fn fn, void *user, uint32_t *ret_unseen)
{
	const struct fake_io *fake = (struct fake_io *)io;
	int r = -fake->pollers_errno;

	*ret_unseen = fake->n_unseen;
	for (size_t i = 0; i < fake->n_pollers && r == 0; i++)
		r = fn(&fake->pollers[i], user);
	return r;
}

static int fake_listeners(struct nt_io *io, nt_io_listener_fn fn, void *user)
{
	struct fake_io *fake = fake_of(io);
	int r = -fake->listeners_errno;

	for (size_t i = 0; i < fake->n_listeners && r == 0; i++)
		r = fn(&fake->listeners[i], user);
	return r;
}

static struct fake_module *find_module(struct fake_io *fake, const char *name)
{
	for (size_t i = 0; i < fake->n_modules; i++)
		if (!strcmp(fake->modules[i].name, name))
			return &fake->modules[i];
	return NULL;
}

static enum nt_module_state fake_module_state(struct nt_io *io, const char *name)
{
	const struct fake_module *module = find_module(fake_of(io), name);

	return module ? module->state : NT_MODULE_ABSENT;
}

static int fake_module_load(struct nt_io *io, const char *name, struct nt_diag *diag)
{
	struct fake_io *fake = fake_of(io);
	struct fake_module *module = find_module(fake, name);
	int r = fake_count(fake);

	if (r == 0 && !module)
		r = -ENOENT;
	if (r == 0)
		r = -module->load_errno;
	if (r < 0)
		return nt_diag_err(diag, -r, "module %s: %s", name, strerror(-r));
	if (module->state == NT_MODULE_LOADABLE) {
		module->state = NT_MODULE_LOADED;
		if (module->on_load)
			module->on_load(fake);
	}
	return 0;
}

static int fake_module_unload(struct nt_io *io, const char *name, struct nt_diag *diag)
{
	struct fake_io *fake = fake_of(io);
	struct fake_module *module = find_module(fake, name);
	int r = fake_count(fake);

	if (r == 0 && (!module || module->state != NT_MODULE_LOADED))
		r = -ENOENT;
	if (r == 0)
		r = -module->unload_errno;
	if (r < 0)
		return nt_diag_err(diag, -r, "module %s: %s", name, strerror(-r));
	module->state = NT_MODULE_LOADABLE;
	if (module->on_unload)
		module->on_unload(fake);
	return 0;
}

static const struct nt_io_ops fake_ops = {
	.nic = &fake_nic_ops,
	.bond = &fake_bond_ops,
	.read_file = fake_read_file,
	.write_file = fake_write_file,
	.open_rw = fake_open_rw,
	.access = fake_access,
	.stat = fake_stat,
	.list_dir = fake_list_dir,
	.read_link = fake_read_link,
	.links = fake_links,
	.listeners = fake_listeners,
	.pollers = fake_pollers,
	.module_state = fake_module_state,
	.module_load = fake_module_load,
	.module_unload = fake_module_unload,
	.irqbalance = fake_irqbalance_ask,
	.path = &fake_path_ops,
};

/* ---- building a host ---- */

void fake_io_init(struct fake_io *fake)
{
	struct fake_file *files = calloc(FAKE_FILES_MAX, sizeof(*files));

	if (!files)
		give_up("out of memory");
	fake_io_init_at(fake, files);
}

void fake_io_init_at(struct fake_io *fake, struct fake_file *files)
{
	*fake = (struct fake_io){ .io.ops = &fake_ops, .files = files };
	fake_paths_init(fake);
}

void fake_io_free(struct fake_io *fake)
{
	free(fake->files);
	*fake = (struct fake_io){ 0 };
}

struct fake_file *fake_find(struct fake_io *fake, const char *path)
{
	for (size_t i = 0; i < fake->n_files; i++)
		if (!strcmp(fake->files[i].path, path))
			return &fake->files[i];
	return NULL;
}

struct fake_file *fake_file(struct fake_io *fake, const char *path, const char *value)
{
	struct fake_file *file = fake_find(fake, path);

	if (!file && fake->n_files == FAKE_FILES_MAX)
		give_up("too many files");
	if (!file)
		file = &fake->files[fake->n_files++];
	*file = (struct fake_file){ .mode = 0644, .min = INT32_MIN, .max = INT32_MAX };
	snprintf(file->path, sizeof(file->path), "%s", path);
	snprintf(file->value, sizeof(file->value), "%s", value);
	return file;
}

void fake_remove(struct fake_io *fake, const char *path)
{
	struct fake_file *file = fake_find(fake, path);

	if (file)
		*file = fake->files[--fake->n_files];
}

static void path_of(const char *key, char *buf, size_t size)
{
	snprintf(buf, size, PROC_SYS "%s", key);
	for (char *p = buf + strlen(PROC_SYS); *p; p++)
		if (*p == '.')
			*p = '/';
}

/* How many numbers @value is made of; 0 when of anything else. */
static unsigned int count_numbers(const char *value)
{
	const char *p = value;
	unsigned int n = 0;
	int64_t number;

	while (*(p += strspn(p, " \t")) != '\0') {
		if (take_number(&p, &number) < 0)
			return 0;
		n++;
	}
	return n <= FAKE_FIELDS_MAX ? n : 0;
}

struct fake_file *fake_sysctl(struct fake_io *fake, const char *key, const char *value)
{
	struct fake_file *file;
	char path[160];

	path_of(key, path, sizeof(path));
	file = fake_file(fake, path, value);
	file->fields = count_numbers(value);
	file->kind = file->fields ? FAKE_NUMBERS : FAKE_WORD;
	for (char *p = file->value; *p && file->fields; p++)
		if (*p == ' ')
			*p = '\t';
	return file;
}

struct fake_file *fake_find_sysctl(struct fake_io *fake, const char *key)
{
	char path[160];

	path_of(key, path, sizeof(path));
	return fake_find(fake, path);
}

void fake_remove_sysctl(struct fake_io *fake, const char *key)
{
	char path[160];

	path_of(key, path, sizeof(path));
	fake_remove(fake, path);
}

const char *fake_value(struct fake_io *fake, const char *key)
{
	const struct fake_file *file = fake_find_sysctl(fake, key);

	return file ? file->value : NULL;
}

struct fake_module *fake_module(struct fake_io *fake, const char *name, enum nt_module_state state)
{
	struct fake_module *module = find_module(fake, name);

	if (!module && fake->n_modules == FAKE_MODULES_MAX)
		give_up("too many modules");
	if (!module)
		module = &fake->modules[fake->n_modules++];
	*module = (struct fake_module){ .state = state };
	snprintf(module->name, sizeof(module->name), "%s", name);
	return module;
}

void fake_link(struct fake_io *fake, const struct nt_io_link *link)
{
	if (fake->n_links == FAKE_LINKS_MAX)
		give_up("too many links");
	fake->links[fake->n_links++] = *link;
}

void fake_listener(struct fake_io *fake, uint8_t protocol, uint16_t port)
{
	if (fake->n_listeners == FAKE_LISTENERS_MAX)
		give_up("too many listeners");
	fake->listeners[fake->n_listeners++] =
		(struct nt_io_listener){ .protocol = protocol, .port = port };
}

void fake_fail(struct fake_io *fake, unsigned int nth, int err)
{
	fake->fail_at = fake->n_operations + nth;
	fake->fail_errno = err;
}
