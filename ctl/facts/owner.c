// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who else sets what we set: files of sysctl.d in the order in which they win, and services that
 * tune or configure the network.
 *
 * Files are taken as systemd-sysctl takes them: a file hides those of the same name in folders
 * further down, all are sorted by name whatever their folder, a later line wins, and a key that is
 * named outright is not touched by globs. /etc/sysctl.conf comes last, which sysctl --system adds.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/facts.h"
#include "core/sysctld.h"
#include "facts_read.h"
#include "io/io.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

#define FILES_MAX     1024U
#define LINES_MAX     16384U
#define PROCESSES_MAX 4096U
#define PATH_SIZE     512U

static const char *const folders[] = {
	"/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d",
	"/lib/sysctl.d",
};

struct file {
	char *name;
	const char *folder;
};

/* A line that was read; @file is an index into the scan's files. */
struct line {
	char *key;
	char *value;
	size_t file;
	uint32_t number;
	bool glob;
};

/**
 * struct scan - all files and lines, in the order in which they win
 * @folder: being listed
 * @file: being read
 */
struct scan {
	struct nt_io *io;
	struct file *files;
	size_t n_files;
	struct line *lines;
	size_t n_lines;
	const char *folder;
	size_t file;
};

static void free_scan(struct scan *scan)
{
	for (size_t i = 0; i < scan->n_files; i++)
		free(scan->files[i].name);
	free(scan->files);
	for (size_t i = 0; i < scan->n_lines; i++) {
		free(scan->lines[i].key);
		free(scan->lines[i].value);
	}
	free(scan->lines);
}

/* ---- files ---- */

static int add_file(struct scan *scan, const char *folder, const char *name)
{
	struct file *files;

	if (scan->n_files >= FILES_MAX)
		return -EOVERFLOW;
	files = reallocarray(scan->files, scan->n_files + 1, sizeof(*files));
	if (!files)
		return -ENOMEM;
	scan->files = files;
	files[scan->n_files] = (struct file){ .name = strdup(name), .folder = folder };
	if (!files[scan->n_files].name)
		return -ENOMEM;
	scan->n_files++;
	return 0;
}

static bool has_file(const struct scan *scan, const char *name)
{
	for (size_t i = 0; i < scan->n_files; i++)
		if (!strcmp(scan->files[i].name, name))
			return true;
	return false;
}

static int note_file(const char *name, void *user)
{
	struct scan *scan = user;
	size_t len = strlen(name);

	if (len <= 5 || strcmp(name + len - 5, ".conf") != 0 || name[0] == '.')
		return 0;
	return has_file(scan, name) ? 0 : add_file(scan, scan->folder, name);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->name, ((const struct file *)b)->name);
}

static int list_files(struct scan *scan)
{
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		int r;

		scan->folder = folders[i];
		r = nt_io_list_dir(scan->io, folders[i], note_file, scan);
		if (r < 0 && r != -ENOENT && r != -EACCES && r != -ENOTDIR)
			return r;
	}
	if (scan->n_files > 1)
		qsort(scan->files, scan->n_files, sizeof(*scan->files), by_name);
	/* Debian's 99-sysctl.conf is a link to it. */
	return has_file(scan, "99-sysctl.conf") ? 0 : add_file(scan, "/etc", "sysctl.conf");
}

/* ---- lines ---- */

static int note_line(const struct nt_sysctld_line *from, void *user)
{
	struct scan *scan = user;
	struct line *lines, line = { .file = scan->file, .number = from->line, .glob = from->glob };

	if (strncmp(from->key, "net.", 4) != 0 && !from->glob)
		return 0;
	if (scan->n_lines >= LINES_MAX)
		return -EOVERFLOW;
	lines = reallocarray(scan->lines, scan->n_lines + 1, sizeof(*lines));
	if (!lines)
		return -ENOMEM;
	scan->lines = lines;
	line.key = strdup(from->key);
	line.value = from->value ? strdup(from->value) : NULL;
	lines[scan->n_lines++] = line;
	return line.key && (line.value || !from->value) ? 0 : -ENOMEM;
}

static void path_of(const struct scan *scan, size_t file, char *buf, size_t size)
{
	snprintf(buf, size, "%s/%s", scan->files[file].folder, scan->files[file].name);
}

/* A file that cannot be read is told of too: what it sets we do not know. */
static int read_file(struct scan *scan, char *text, struct nt_facts *facts)
{
	char path[PATH_SIZE];
	size_t len;
	int r;

	path_of(scan, scan->file, path, sizeof(path));
	r = nt_io_read_file(scan->io, path, text, NT_SYSCTLD_BYTES_MAX, &len);
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return nt_facts_add_owner(facts, "sysctl.d", "", "cannot be read", path, 0);
	return nt_sysctld_parse(text, len, note_line, scan);
}

static int read_files(struct scan *scan, struct nt_facts *facts)
{
	nt_autofree char *text = malloc(NT_SYSCTLD_BYTES_MAX);
	int r = text ? 0 : -ENOMEM;

	for (size_t i = 0; i < scan->n_files && r == 0; i++) {
		scan->file = i;
		r = read_file(scan, text, facts);
	}
	return r;
}

/* ---- owners ---- */

static bool is_named_outright(const struct scan *scan, const char *key)
{
	for (size_t i = 0; i < scan->n_lines; i++)
		if (!scan->lines[i].glob && !strcmp(scan->lines[i].key, key))
			return true;
	return false;
}

static int add_owner(const struct scan *scan, const struct line *line, const char *key,
		     struct nt_facts *facts)
{
	char path[PATH_SIZE];

	path_of(scan, line->file, path, sizeof(path));
	return nt_facts_add_owner(facts, "sysctl.d", key, line->value, path, line->number);
}

/* A glob owns those of our keys that it matches. */
static int add_glob(const struct scan *scan, const struct line *line, struct nt_facts *facts)
{
	int r = 0;

	for (size_t d = 0; nt_tunables[d]; d++) {
		const char *key;

		for (unsigned int i = 0; (key = nt_tunables[d]->keys(i)) && r == 0; i++)
			if (nt_sysctld_matches(line->key, key) && !is_named_outright(scan, key))
				r = add_owner(scan, line, key, facts);
	}
	return r;
}

static int add_lines(const struct scan *scan, struct nt_facts *facts)
{
	int r = 0;

	for (size_t i = 0; i < scan->n_lines && r == 0; i++) {
		const struct line *line = &scan->lines[i];

		if (!line->value)
			continue;
		r = line->glob ? add_glob(scan, line, facts)
			       : add_owner(scan, line, line->key, facts);
	}
	return r;
}

/* ---- services ---- */

static const struct service {
	const char *owner;
	const char *unit;
	const char *comm; /* as the kernel cuts it, 15 bytes */
	const char *profile; /* file that names what it applies */
} services[] = {
	{ "TuneD", "tuned.service", "tuned", "/etc/tuned/active_profile" },
	{ "NetworkManager", "NetworkManager.service", "NetworkManager", NULL },
	{ "systemd-networkd", "systemd-networkd.service", "systemd-network", NULL },
	{ "irqbalance", "irqbalance.service", "irqbalance", NULL },
	{ "bpftune", "bpftune.service", "bpftune", NULL },
};

#define N_SERVICES (sizeof(services) / sizeof(services[0]))

struct processes {
	struct nt_io *io;
	unsigned int n;
	bool running[N_SERVICES];
};

/* A unit's control group exists as long as it has processes. */
static bool unit_runs(struct nt_io *io, const char *unit)
{
	static const char *const roots[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/systemd" };
	char path[PATH_SIZE];

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		snprintf(path, sizeof(path), "%s/system.slice/%s", roots[i], unit);
		if (nt_io_access(io, path, F_OK) == 0)
			return true;
	}
	return false;
}

static int note_process(const char *name, void *user)
{
	struct processes *p = user;
	char path[64], comm[32];

	if (name[0] < '1' || name[0] > '9' || strlen(name) > 10)
		return 0;
	if (++p->n > PROCESSES_MAX)
		return -EOVERFLOW;
	snprintf(path, sizeof(path), "/proc/%.10s/comm", name);
	if (nt_io_read_file(p->io, path, comm, sizeof(comm), NULL) < 0)
		return 0;
	comm[strcspn(comm, "\n")] = '\0';
	for (size_t i = 0; i < N_SERVICES; i++)
		if (!strcmp(comm, services[i].comm))
			p->running[i] = true;
	return 0;
}

/* Only without systemd are processes looked at one by one, and not without end. */
static void find_services(struct processes *p)
{
	if (nt_io_access(p->io, "/run/systemd/system", F_OK) < 0) {
		nt_io_list_dir(p->io, "/proc", note_process, p);
		return;
	}
	for (size_t i = 0; i < N_SERVICES; i++)
		p->running[i] = unit_runs(p->io, services[i].unit);
}

static int add_service(struct nt_io *io, const struct service *service, struct nt_facts *facts)
{
	char profile[256] = "";

	if (service->profile &&
	    nt_io_read_file(io, service->profile, profile, sizeof(profile), NULL) < 0)
		profile[0] = '\0';
	profile[strcspn(profile, "\n")] = '\0';
	return nt_facts_add_owner(facts, service->owner, "", profile,
				  profile[0] ? service->profile : "", 0);
}

static int add_services(struct nt_io *io, struct nt_facts *facts)
{
	struct processes p = { .io = io };
	int r = 0;

	find_services(&p);
	for (size_t i = 0; i < N_SERVICES && r == 0; i++)
		if (p.running[i])
			r = add_service(io, &services[i], facts);
	return r;
}

/* See facts_read.h. */
int nt_facts_read_owners(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag)
{
	nt_auto(free_scan) struct scan scan = { .io = io };
	int r;

	if (facts->have & NT_FACTS_OWNERS)
		return 0;
	r = list_files(&scan);
	if (r == 0)
		r = read_files(&scan, facts);
	if (r == 0)
		r = add_lines(&scan, facts);
	if (r == 0)
		r = add_services(io, facts);
	if (r < 0)
		return nt_diag_err(diag, -r, "sysctl.d: cannot be read: %s", strerror(-r));
	facts->have |= NT_FACTS_OWNERS;
	return 0;
}
