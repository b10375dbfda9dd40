// SPDX-License-Identifier: GPL-2.0-or-later
/* The file of what boot applies, and boot's mark. See enabled_file.h. */
#include "enabled_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/journal.h"
#include "engine/state.h"
#include "engine/trusted_file.h"
#include "io/io.h"
#include "io/replace.h"
#include "lib/cleanup.h"
#include "lib/diag.h"

#define ENABLED "enabled"
#define MARK    "boot-attempt"

static const char *config_dir(void)
{
	const char *dir = secure_getenv("NETTUNE_CONFIG_DIR");

	return dir && *dir ? dir : NT_CONFIG_DIR_DEFAULT;
}

int nt_enabled_path(char *buf, size_t size)
{
	int n = snprintf(buf, size, "%s/" ENABLED, config_dir());

	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

int nt_enabled_read(struct nt_io *io, struct nt_enabled *ret, struct nt_diag *diag)
{
	char path[NT_ENABLED_PATH_MAX];
	nt_autofree char *text = NULL;
	struct nt_io_stat st;
	size_t len = 0;
	int r = nt_enabled_path(path, sizeof(path));

	if (r < 0)
		return nt_diag_err(diag, -r, ENABLED ": %s", strerror(-r));
	r = nt_io_stat(io, path, &st);
	if (r == -ENOENT || r == -ENOTDIR) {
		*ret = (struct nt_enabled){ .n = 0 };
		return 0;
	}
	r = nt_trusted_file_read(io, path, NT_ENABLED_BYTES_MAX, &text, &len, diag);
	return r < 0 ? r : nt_enabled_parse(text, len, path, ret, diag);
}

static int remove_file(int dir_fd, const char *name)
{
	if (unlinkat(dir_fd, name, 0) < 0)
		return errno == ENOENT ? 0 : -errno;
	return fsync(dir_fd) < 0 ? -errno : 0;
}

static int open_config_dir(bool create)
{
	int fd;

	if (create && mkdir(config_dir(), 0755) < 0 && errno != EEXIST)
		return -errno;
	fd = open(config_dir(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static bool same(const struct nt_enabled *a, const struct nt_enabled *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (!nt_enabled_has(b, a->names[i]))
			return false;
	return a->n == b->n && a->allow_disruptive == b->allow_disruptive;
}

int nt_enabled_write(struct nt_io *io, const struct nt_enabled *enabled, struct nt_diag *diag)
{
	char text[NT_ENABLED_BYTES_MAX];
	nt_autoclose int dir_fd = open_config_dir(enabled->n);
	struct nt_enabled written;
	int r = dir_fd < 0 ? dir_fd : 0;

	if (r == -ENOENT && !enabled->n)
		return 0;
	if (r == 0 && enabled->n)
		r = nt_replace_file(dir_fd, ENABLED, text,
				 nt_enabled_print(enabled, text, sizeof(text)));
	else if (r == 0)
		r = remove_file(dir_fd, ENABLED);
	if (r < 0)
		return nt_diag_err(diag, -r, "%s/" ENABLED ": cannot be written: %s", config_dir(),
				   strerror(-r));
	r = nt_enabled_read(io, &written, diag);
	if (r == 0 && !same(enabled, &written))
		r = nt_diag_err(diag, EIO, "%s/" ENABLED ": reads back something else",
				config_dir());
	return r;
}

int nt_boot_mark(struct nt_state *state, const char *boot_id, struct nt_diag *diag)
{
	char text[NT_BOOT_ID_MAX + 1];
	int n = snprintf(text, sizeof(text), "%s\n", boot_id);
	int r = nt_replace_file(state->dir_fd, MARK, text, (size_t)n);

	return r < 0 ? nt_diag_err(diag, -r, "%s/" MARK ": cannot be written: %s", state->path,
				   strerror(-r)) : 0;
}

int nt_boot_unmark(struct nt_state *state, struct nt_diag *diag)
{
	int r = state->dir_fd < 0 ? 0 : remove_file(state->dir_fd, MARK);

	return r < 0 ? nt_diag_err(diag, -r, "%s/" MARK ": cannot be removed: %s", state->path,
				   strerror(-r)) : 0;
}

bool nt_boot_died(const struct nt_state *state, const char *boot_id)
{
	nt_autoclose int fd = state->dir_fd < 0 ? -1 : openat(state->dir_fd, MARK,
							       O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char text[NT_BOOT_ID_MAX + 1];
	ssize_t n;

	if (fd < 0)
		return state->dir_fd >= 0 && errno != ENOENT;
	n = read(fd, text, sizeof(text) - 1);
	if (n < 0)
		return true;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return strcmp(text, boot_id) != 0;
}

int nt_boot_check_netns(struct nt_diag *diag)
{
	struct stat ours, booted;

	/*
	 * Each namespace has a file of its own behind this name. Unlike ns/net it can be looked at
	 * without CAP_SYS_PTRACE, which the boot unit does not have.
	 */
	if (stat("/proc/self/net/dev", &ours) < 0 || stat("/proc/1/net/dev", &booted) < 0 ||
	    (ours.st_dev == booted.st_dev && ours.st_ino == booted.st_ino))
		return 0;
	return nt_diag_refuse(diag, "this is not the network namespace that the host boots in: "
			      "namespaces are gone after a boot; what makes them again has to "
			      "apply their profiles");
}
