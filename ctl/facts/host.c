// SPDX-License-Identifier: GPL-2.0-or-later
/* Facts about the host itself: kernel, namespace, virtualization, CPUs, memory. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/facts.h"
#include "core/idset.h"
#include "groups.h"
#include "io/io.h"
#include "lib/diag.h"

#define CPU "/sys/devices/system/cpu/"
#define DMI "/sys/class/dmi/id/"
#define CLOCKS "/sys/devices/system/clocksource/clocksource0/available_clocksource"

/*
 * How we know that the namespace in force is the initial one: this key is registered for it alone
 * (register_net_sysctl(&init_net, "net/core", net_core_table) in every kernel since 2.6.26), and
 * /proc/sys/net shows the namespace of whoever looks. The inode of /proc/self/ns/net tells less: it
 * is 4026531840 on most kernels, something else on others, 4026531833 on 6.18; and process 1 of a
 * container is in the container's namespace.
 */
#define INIT_NETNS_KEY "/proc/sys/net/core/netdev_max_backlog"

/* See groups.h. */
void nt_facts_read_line(struct nt_io *io, const char *path, char *buf, size_t size)
{
	char text[NT_IO_VALUE_MAX];
	size_t len;

	buf[0] = '\0';
	if (nt_io_read_file(io, path, text, sizeof(text), NULL) < 0)
		return;
	len = strcspn(text, "\n");
	while (len > 0 && isspace((unsigned char)text[len - 1]))
		len--;
	len = len < size ? len : size - 1;
	memcpy(buf, text, len);
	buf[len] = '\0';
}

static bool exists(struct nt_io *io, const char *path)
{
	return nt_io_access(io, path, F_OK) == 0;
}

/* ---- virtualization ---- */

static const struct {
	const char *path;
	const char *name;
} container_marks[] = {
	{ "/.dockerenv", "container-docker" },
	{ "/run/.containerenv", "container-podman" },
	{ "/dev/lxc", "container-lxc" },
};

/* Files in which a container manager writes its name. */
static const char *const container_names[] = {
	"/run/host/container-manager",
	"/run/systemd/container",
};

static const struct {
	const char *file;
	const char *prefix;
	const char *name;
} dmi_marks[] = {
	{ DMI "sys_vendor", "Amazon EC2", "amazon" },
	{ DMI "product_name", "Google Compute Engine", "google" },
	{ DMI "product_name", "KVM", "kvm" },
	{ DMI "sys_vendor", "QEMU", "qemu" },
	{ DMI "sys_vendor", "VMware", "vmware" },
	{ DMI "sys_vendor", "innotek GmbH", "oracle" },
	{ DMI "product_name", "VirtualBox", "oracle" },
	{ DMI "sys_vendor", "Xen", "xen" },
	{ DMI "sys_vendor", "Parallels", "parallels" },
	{ DMI "bios_vendor", "BHYVE", "bhyve" },
	{ DMI "product_name", "Virtual Machine", "microsoft" },
	{ DMI "product_name", "Apple Virtualization", "apple" },
};

/* Micro virtual machines have no DMI, but the clock that their hypervisor gives them. */
static const struct {
	const char *clock;
	const char *name;
} clock_marks[] = {
	{ "kvm-clock", "kvm" },
	{ "hyperv_clocksource", "microsoft" },
	{ "xen", "xen" },
};

static bool find_container(struct nt_io *io, char *buf, size_t size)
{
	char name[NT_FACTS_NAME_MAX - sizeof("container-")];

	for (size_t i = 0; i < sizeof(container_names) / sizeof(container_names[0]); i++) {
		nt_facts_read_line(io, container_names[i], name, sizeof(name));
		if (name[0]) {
			snprintf(buf, size, "container-%s", name);
			return true;
		}
	}
	for (size_t i = 0; i < sizeof(container_marks) / sizeof(container_marks[0]); i++) {
		if (exists(io, container_marks[i].path)) {
			snprintf(buf, size, "%s", container_marks[i].name);
			return true;
		}
	}
	return false;
}

static bool find_dmi(struct nt_io *io, char *buf, size_t size)
{
	char text[NT_FACTS_NAME_MAX];

	for (size_t i = 0; i < sizeof(dmi_marks) / sizeof(dmi_marks[0]); i++) {
		nt_facts_read_line(io, dmi_marks[i].file, text, sizeof(text));
		if (strncmp(text, dmi_marks[i].prefix, strlen(dmi_marks[i].prefix)) != 0)
			continue;
		snprintf(buf, size, "%s", dmi_marks[i].name);
		return true;
	}
	return false;
}

static bool find_clock(struct nt_io *io, char *buf, size_t size)
{
	char text[256];

	nt_facts_read_line(io, CLOCKS, text, sizeof(text));
	for (size_t i = 0; i < sizeof(clock_marks) / sizeof(clock_marks[0]); i++) {
		if (strstr(text, clock_marks[i].clock)) {
			snprintf(buf, size, "%s", clock_marks[i].name);
			return true;
		}
	}
	return false;
}

/* A container inside a virtual machine is a container first. */
static void read_virtualization(struct nt_io *io, char *buf, size_t size)
{
	bool found = find_container(io, buf, size) || find_dmi(io, buf, size);

	/* QEMU's DMI does not tell whether KVM is behind it; the clock does. */
	if (found && strcmp(buf, "qemu") != 0)
		return;
	if (find_clock(io, buf, size) || found)
		return;
	nt_facts_read_line(io, "/sys/hypervisor/type", buf, size);
	if (!buf[0])
		snprintf(buf, size, "none");
}

/**
 * nt_facts_read_kernel() - kernel, machine, virtualization, namespace
 * @io: the host
 * @facts: filled; the name of the namespace is the caller's to set
 * @diag: what went wrong
 */
int nt_facts_read_kernel(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag)
{
	struct nt_kernel_facts *k = &facts->kernel;

	nt_facts_read_line(io, "/proc/sys/kernel/osrelease", k->release, sizeof(k->release));
	if (sscanf(k->release, "%" SCNu32 ".%" SCNu32, &k->major, &k->minor) != 2)
		return nt_diag_err(diag, EINVAL, "kernel: no version in kernel.osrelease");
	nt_facts_read_line(io, "/proc/sys/kernel/arch", k->machine, sizeof(k->machine));
	read_virtualization(io, k->virtualization, sizeof(k->virtualization));
	k->init_netns = exists(io, INIT_NETNS_KEY);
	return 0;
}

/* ---- CPUs ---- */

/* See groups.h. */
void nt_facts_read_set(struct nt_io *io, const char *path, struct nt_idset *ret)
{
	char text[1024];

	*ret = (struct nt_idset){ { 0 } };
	nt_facts_read_line(io, path, text, sizeof(text));
	if (nt_idset_parse(text, ret, NULL) < 0)
		*ret = (struct nt_idset){ { 0 } };
}

static uint32_t count_set(struct nt_io *io, const char *path)
{
	struct nt_idset set;

	nt_facts_read_set(io, path, &set);
	return nt_idset_size(&set);
}

static uint32_t count_sockets(struct nt_io *io, const struct nt_idset *online)
{
	struct nt_idset packages = { { 0 } };
	char path[128], text[32];

	for (unsigned int cpu = 0; cpu < NT_IDSET_COUNT; cpu++) {
		if (!nt_idset_has(online, cpu))
			continue;
		snprintf(path, sizeof(path), CPU "cpu%u/topology/physical_package_id", cpu);
		nt_facts_read_line(io, path, text, sizeof(text));
		/* Firmware that does not say gives -1: all in one. */
		if (text[0])
			nt_idset_add(&packages, text[0] == '-' ? 0 : (unsigned int)atoi(text));
	}
	return nt_idset_size(&packages);
}

/**
 * nt_facts_read_cpu() - how many CPUs, and how they are built
 * @io: the host
 * @facts: filled
 * @diag: what went wrong
 */
int nt_facts_read_cpu(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag)
{
	struct nt_cpu_facts *c = &facts->cpu;
	struct nt_idset online;
	char path[128];

	(void)diag;
	nt_facts_read_set(io, CPU "online", &online);
	c->online = nt_idset_size(&online);
	c->possible = count_set(io, CPU "possible");
	c->sockets = count_sockets(io, &online);
	c->numa_nodes = count_set(io, "/sys/devices/system/node/online");
	snprintf(path, sizeof(path), CPU "cpu%u/topology/thread_siblings_list",
		 nt_idset_first(&online));
	c->threads_per_core = count_set(io, path);
	nt_facts_read_line(io, CPU "isolated", c->isolated, sizeof(c->isolated));
	return 0;
}

/* ---- memory ---- */

/* The number behind @name at the start of a line, and on that line behind @field if given. */
static bool find_number(const char *text, const char *name, const char *field, uint64_t *ret)
{
	const char *line = text;
	const char *p;

	while (line && strncmp(line, name, strlen(name)) != 0) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	if (!line)
		return false;
	p = line + strlen(name);
	if (field) {
		p = strstr(p, field);
		if (!p || memchr(line, '\n', (size_t)(p - line)))
			return false;
		p += strlen(field);
	}
	return sscanf(p, "%" SCNu64, ret) == 1;
}

/**
 * nt_facts_read_memory() - memory, and what sockets hold of it
 * @io: the host
 * @facts: filled
 * @diag: what went wrong
 */
int nt_facts_read_memory(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag)
{
	struct nt_memory_facts *m = &facts->memory;
	char text[NT_IO_VALUE_MAX];
	uint64_t total_kib;

	if (nt_io_read_file(io, "/proc/meminfo", text, sizeof(text), NULL) < 0 ||
	    !find_number(text, "MemTotal:", NULL, &total_kib))
		return nt_diag_err(diag, ENODATA, "memory: no MemTotal in /proc/meminfo");
	m->total_bytes = total_kib * 1024;
	m->page_bytes = (uint32_t)sysconf(_SC_PAGESIZE);
	/* Without the file nobody holds any. */
	if (nt_io_read_file(io, "/proc/net/sockstat", text, sizeof(text), NULL) < 0)
		return 0;
	find_number(text, "TCP:", " mem ", &m->tcp_pages);
	find_number(text, "UDP:", " mem ", &m->udp_pages);
	return 0;
}
