// SPDX-License-Identifier: GPL-2.0-or-later
/* Facts about a device's interrupts: numbers, names, what they serve, where they go. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/irqname.h"
#include "core/nic.h"
#include "groups.h"
#include "io/io.h"
#include "io/nic.h"
#include "lib/cleanup.h"

#define NET "/sys/class/net/"

static int grow(struct nt_nic_fact *nic)
{
	size_t n = nic->n_irqs;
	struct nt_irq_fact *grown;

	if (n >= NT_NIC_IRQS_MAX)
		return -EOVERFLOW;
	if (n & (n - 1) || (n && n < 16))
		return 0;
	grown = realloc(nic->irqs, (n ? 2 * n : 16) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	nic->irqs = grown;
	return 0;
}

static int add_irq(struct nt_nic_fact *nic, uint32_t irq)
{
	int r = grow(nic);

	if (r == 0)
		nic->irqs[nic->n_irqs++] = (struct nt_irq_fact){ .irq = irq };
	return r;
}

/* An entry of msi_irqs. */
static int note_irq(const char *name, void *user)
{
	char *end;
	unsigned long irq = strtoul(name, &end, 10);

	if (end == name || *end || irq > UINT32_MAX)
		return 0;
	return add_irq(user, (uint32_t)irq);
}

/* One line without its newline; -ENOENT when there is none. */
static int read_line(struct nt_io *io, const char *path, char *buf, size_t size)
{
	int r = nt_io_read_file(io, path, buf, size, NULL);

	if (r == 0)
		buf[strcspn(buf, "\n")] = '\0';
	return r;
}

/* Hardware without message signalled interrupts has one line. */
static int note_line_irq(struct nt_io *io, const char *dev, const char *parent,
			 struct nt_nic_fact *nic)
{
	char path[128], text[32];

	snprintf(path, sizeof(path), NET "%s/device/%sirq", dev, parent);
	if (read_line(io, path, text, sizeof(text)) < 0 || !strcmp(text, "0"))
		return 0;
	return note_irq(text, nic);
}

/* They are the PCI device's, which for virtio is the parent of the network device's. */
static int list_irqs(struct nt_io *io, const char *dev, const char *driver,
		     struct nt_nic_fact *nic)
{
	const char *parent = strcmp(driver, "virtio_net") ? "" : "../";
	char path[128];
	int r;

	snprintf(path, sizeof(path), NET "%s/device/%smsi_irqs", dev, parent);
	r = nt_io_list_dir(io, path, note_irq, nic);
	if ((r < 0 && !nt_facts_is_none(r)) || nic->n_irqs)
		return r;
	return note_line_irq(io, dev, parent, nic);
}

/* Handlers have folders beside these files; of several, which share a line, the least name. */
static int note_handler(const char *name, void *user)
{
	static const char *const files[] = {
		"affinity_hint", "effective_affinity", "effective_affinity_list", "node",
		"smp_affinity", "smp_affinity_list", "spurious",
	};
	struct nt_irq_fact *irq = user;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (!strcmp(files[i], name))
			return 0;
	if (!irq->name[0] || strcmp(name, irq->name) < 0)
		snprintf(irq->name, sizeof(irq->name), "%s", name);
	return 0;
}

/*
 * Since Linux 6.10 the files of an interrupt that must not be moved are read-only; before, only
 * trying tells.
 */
static bool is_managed(struct nt_io *io, const char *path)
{
	struct nt_io_stat st;

	return nt_io_stat(io, path, &st) == 0 && !(st.mode & (S_IWUSR | S_IWGRP | S_IWOTH));
}

static int read_irq(struct nt_io *io, struct nt_irq_fact *irq)
{
	char path[64], list[NT_IO_VALUE_MAX];
	int r;

	snprintf(path, sizeof(path), "/proc/irq/%u", irq->irq);
	r = nt_io_list_dir(io, path, note_handler, irq);
	if (r < 0 || !irq->name[0])
		return nt_facts_is_none(r) ? 0 : r;
	snprintf(path, sizeof(path), "/proc/irq/%u/smp_affinity_list", irq->irq);
	irq->managed = is_managed(io, path);
	r = read_line(io, path, list, sizeof(list));
	if (r < 0)
		return nt_facts_is_none(r) ? 0 : r;
	irq->cpus = strdup(list);
	return irq->cpus ? 0 : -ENOMEM;
}

/* Vectors that nobody has asked for have no handler, and nothing to place. */
static void drop_unused(struct nt_nic_fact *nic)
{
	size_t n = 0;

	for (size_t i = 0; i < nic->n_irqs; i++)
		if (nic->irqs[i].name[0])
			nic->irqs[n++] = nic->irqs[i];
	nic->n_irqs = n;
}

/* What an interrupt serves, as the kernel tells it: the least queue of each kind. */
struct served {
	bool has[2];
	uint32_t queue[2];
};

struct serving {
	struct nt_nic_fact *nic;
	struct served *served;
	uint32_t end;
};

static int note_napi(const struct nt_io_napi *napi, void *user)
{
	struct serving *s = user;

	for (size_t i = 0; napi->irq && i < s->nic->n_irqs; i++) {
		struct served *served = &s->served[i];

		if (s->nic->irqs[i].irq != napi->irq)
			continue;
		if (!served->has[napi->kind] || napi->queue < served->queue[napi->kind])
			served->queue[napi->kind] = napi->queue;
		served->has[napi->kind] = true;
		if (napi->queue >= s->end)
			s->end = napi->queue + 1;
		return 0;
	}
	return 0;
}

/* @end: one behind the last queue that the kernel told of. */
static void take_served(struct nt_irq_fact *irq, const struct served *served, uint32_t end)
{
	bool rx = served->has[NT_QUEUE_RX], tx = served->has[NT_QUEUE_TX];

	/* Of a queue that is not in use only the name tells. */
	if (!rx && !tx && irq->queue >= end)
		return;
	irq->role = rx && tx ? NT_IRQ_RXTX : rx ? NT_IRQ_RX : tx ? NT_IRQ_TX : NT_IRQ_OTHER;
	irq->queue = rx ? served->queue[NT_QUEUE_RX] : served->queue[NT_QUEUE_TX];
}

/* Where the driver tells it (netdev-genl, NETDEV_A_NAPI_IRQ), that is exact, and names are not. */
static int ask_kernel(struct nt_io *io, const char *dev, struct nt_nic_fact *nic)
{
	nt_autofree struct served *served = calloc(nic->n_irqs + 1, sizeof(*served));
	struct serving serving = { .nic = nic, .served = served };

	if (!served)
		return -ENOMEM;
	if (nt_nic_napis(io, dev, note_napi, &serving) < 0 || !serving.end)
		return 0;
	for (size_t i = 0; i < nic->n_irqs; i++)
		take_served(&nic->irqs[i], &served[i], serving.end);
	return 0;
}

/* See groups.h. */
int nt_facts_read_irqs(struct nt_io *io, const char *dev, const char *driver,
		       struct nt_nic_fact *nic)
{
	int r = list_irqs(io, dev, driver, nic);

	for (size_t i = 0; i < nic->n_irqs && r == 0; i++)
		r = read_irq(io, &nic->irqs[i]);
	if (r < 0)
		return r;
	drop_unused(nic);
	nt_irq_roles(driver, nic->irqs, nic->n_irqs);
	r = ask_kernel(io, dev, nic);
	nt_irq_sort(nic->irqs, nic->n_irqs);
	return r;
}
