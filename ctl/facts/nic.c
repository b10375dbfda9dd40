// SPDX-License-Identifier: GPL-2.0-or-later
/* Facts about what network devices can be told, one device at a time. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/cpumask.h"
#include "core/facts.h"
#include "facts_read.h"
#include "groups.h"
#include "io/io.h"
#include "io/nic.h"
#include "lib/diag.h"

#define NET "/sys/class/net/"

/* Both kinds together. */
#define QUEUES_MAX (2 * NT_NIC_QUEUES_MAX)

/* ---- what the driver answers ---- */

/*
 * A driver that cannot tell, or not now, has no such thing as far as planning is concerned: one odd
 * device must not keep all others from being tuned.
 */
static int note(struct nt_nic_fact *nic, uint32_t bit, int r)
{
	if (r == 0)
		nic->has |= bit;
	return nt_facts_is_none(r) ? 0 : r;
}

static int read_features(struct nt_io *io, const char *dev, struct nt_nic_fact *nic)
{
	int r;

	nic->features = calloc(1, sizeof(*nic->features));
	if (!nic->features)
		return -ENOMEM;
	r = nt_nic_features_get(io, dev, nic->features, NULL);
	if (r < 0) {
		free(nic->features);
		nic->features = NULL;
	}
	return note(nic, NT_NIC_HAS_FEATURES, r);
}

static int read_rss(struct nt_io *io, const char *dev, struct nt_nic_fact *nic)
{
	int r;

	nic->rss = calloc(1, sizeof(*nic->rss));
	if (!nic->rss)
		return -ENOMEM;
	r = nt_nic_rss_get(io, dev, nic->rss, NULL);
	if (r < 0) {
		free(nic->rss);
		nic->rss = NULL;
	}
	return note(nic, NT_NIC_HAS_RSS, r);
}

static int read_driver(struct nt_io *io, const char *dev, struct nt_nic_fact *nic)
{
	int r = note(nic, NT_NIC_HAS_CHANNELS, nt_nic_channels_get(io, dev, &nic->channels, NULL));

	if (r == 0)
		r = note(nic, NT_NIC_HAS_RINGS, nt_nic_rings_get(io, dev, &nic->rings, NULL));
	if (r == 0)
		r = note(nic, NT_NIC_HAS_COALESCE,
			 nt_nic_coalesce_get(io, dev, &nic->coalesce, NULL));
	if (r == 0)
		r = note(nic, NT_NIC_HAS_PAUSE, nt_nic_pause_get(io, dev, &nic->pause, NULL));
	if (r == 0)
		r = read_features(io, dev, nic);
	if (r == 0)
		r = read_rss(io, dev, nic);
	if (r == 0)
		r = note(nic, NT_NIC_HAS_RSS_FIELDS,
			 nt_nic_rss_fields_get(io, dev, &nic->rss_fields, NULL));
	return r == 0 ? note(nic, 0, nt_nic_ntuple_count(io, dev, &nic->n_ntuple, NULL)) : r;
}

/* ---- who else uses the device ---- */

struct rdma {
	struct nt_io *io;
	const char *dev;
	bool found;
};

/* A child on the auxiliary bus, "mlx5_core.rdma.0" or "ice.roce.0", that has a driver. */
static int note_auxiliary(const char *name, void *user)
{
	static const char *const words[] = { ".rdma.", ".roce.", ".iwarp." };
	struct rdma *rdma = user;
	char path[256];

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strstr(name, words[i]))
			continue;
		snprintf(path, sizeof(path), NET "%s/device/%s/driver", rdma->dev, name);
		rdma->found = rdma->found || nt_io_access(rdma->io, path, F_OK) == 0;
	}
	return 0;
}

static bool has_rdma(struct nt_io *io, const char *dev)
{
	struct rdma rdma = { .io = io, .dev = dev };
	char path[128];

	snprintf(path, sizeof(path), NET "%s/device/infiniband", dev);
	if (nt_io_access(io, path, F_OK) == 0)
		return true;
	snprintf(path, sizeof(path), NET "%s/device", dev);
	nt_io_list_dir(io, path, note_auxiliary, &rdma);
	return rdma.found;
}

/* ---- queues ---- */

static int grow_queues(struct nt_nic_fact *nic)
{
	size_t n = nic->n_queues;
	struct nt_queue_fact *grown;

	if (n >= QUEUES_MAX)
		return -EOVERFLOW;
	if (n & (n - 1) || (n && n < 16))
		return 0;
	grown = realloc(nic->queues, (n ? 2 * n : 16) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	nic->queues = grown;
	return 0;
}

/* "rx-12" */
static int note_queue(const char *name, void *user)
{
	struct nt_nic_fact *nic = user;
	bool rx = !strncmp(name, "rx-", 3);
	unsigned long index;
	char *end;
	int r;

	if (!rx && strncmp(name, "tx-", 3) != 0)
		return 0;
	index = strtoul(name + 3, &end, 10);
	if (end == name + 3 || *end || index >= NT_NIC_QUEUES_MAX)
		return 0;
	r = grow_queues(nic);
	if (r == 0)
		nic->queues[nic->n_queues++] = (struct nt_queue_fact){
			.kind = rx ? NT_QUEUE_RX : NT_QUEUE_TX,
			.index = (uint32_t)index,
		};
	return r;
}

/* NULL in @ret when there is no such file, or no mask in it. */
static int read_mask(struct nt_io *io, const char *path, char **ret)
{
	char mask[NT_IO_VALUE_MAX], list[NT_IO_VALUE_MAX];
	int r = nt_io_read_file(io, path, mask, sizeof(mask), NULL);

	*ret = NULL;
	if (r < 0 || nt_cpumask_to_list(mask, list, sizeof(list)) < 0)
		return nt_facts_is_none(r) ? 0 : r;
	*ret = strdup(list);
	return *ret ? 0 : -ENOMEM;
}

static int read_count(struct nt_io *io, const char *path, uint32_t *ret)
{
	char text[32];
	int r = nt_io_read_file(io, path, text, sizeof(text), NULL);

	if (r == 0)
		*ret = (uint32_t)strtoul(text, NULL, 10);
	return nt_facts_is_none(r) ? 0 : r;
}

static int read_queue(struct nt_io *io, const char *dev, struct nt_queue_fact *queue)
{
	bool rx = queue->kind == NT_QUEUE_RX;
	char path[128];
	int len = snprintf(path, sizeof(path), NET "%s/queues/%s-%u/", dev, rx ? "rx" : "tx",
			   queue->index);
	char *file = path + len;
	size_t room = sizeof(path) - (size_t)len;
	int r;

	snprintf(file, room, "%s", rx ? "rps_cpus" : "xps_cpus");
	r = read_mask(io, path, &queue->cpus);
	if (r < 0)
		return r;
	if (rx) {
		snprintf(file, room, "rps_flow_cnt");
		return read_count(io, path, &queue->flow_cnt);
	}
	snprintf(file, room, "xps_rxqs");
	return read_mask(io, path, &queue->rxqs);
}

static int by_kind(const void *a, const void *b)
{
	const struct nt_queue_fact *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static int read_queues(struct nt_io *io, const char *dev, struct nt_nic_fact *nic)
{
	char path[128];
	int r;

	snprintf(path, sizeof(path), NET "%s/queues", dev);
	r = nt_io_list_dir(io, path, note_queue, nic);
	/* Without sysfs there is nothing that could be told to a queue. */
	if (nt_facts_is_none(r))
		r = 0;
	if (nic->n_queues)
		qsort(nic->queues, nic->n_queues, sizeof(*nic->queues), by_kind);
	for (size_t i = 0; i < nic->n_queues && r == 0; i++)
		r = read_queue(io, dev, &nic->queues[i]);
	return r;
}

/* ---- polling ---- */

static void read_napi(struct nt_io *io, const char *dev, struct nt_nic_napi *napi)
{
	for (unsigned int field = 0; field < NT_NAPI_FIELDS; field++) {
		char path[128], text[32];
		int len = snprintf(path, sizeof(path), NET "%s/", dev);
		char *end;

		snprintf(path + len, sizeof(path) - (size_t)len, "%s", nt_napi_name(field));
		for (char *p = path + len; *p; p++)
			*p = *p == '-' ? '_' : *p;
		if (nt_io_read_file(io, path, text, sizeof(text), NULL) < 0)
			continue;
		napi->value[field] = strtoull(text, &end, 10);
		napi->has |= end != text ? 1U << field : 0;
	}
}

/* ---- a device ---- */

static int read_nic(struct nt_io *io, const char *dev, const char *driver, struct nt_nic_fact *nic)
{
	int r = nt_nic_link_get(io, dev, &nic->link, NULL);

	if (r == 0)
		r = read_driver(io, dev, nic);
	if (r == 0)
		r = read_queues(io, dev, nic);
	if (r == 0)
		r = nt_facts_read_irqs(io, dev, driver, nic);
	if (r == 0) {
		read_napi(io, dev, &nic->napi);
		nic->rdma = has_rdma(io, dev);
	}
	return r;
}

/* See facts_read.h. */
int nt_facts_read_nic(struct nt_io *io, const char *name, struct nt_facts *facts,
		      struct nt_diag *diag)
{
	const struct nt_link_fact *link = nt_facts_link(facts, name);
	struct nt_nic_fact nic = { 0 };
	int r = strlen(name) < sizeof(nic.name) ? 0 : -ENODEV;

	if (nt_facts_nic(facts, name))
		return 0;
	snprintf(nic.name, sizeof(nic.name), "%s", name);
	if (r == 0)
		r = read_nic(io, name, link ? link->driver : "", &nic);
	if (r == 0)
		r = nt_facts_add_nic(facts, &nic);
	if (r < 0) {
		nt_nic_fact_free(&nic);
		return nt_diag_err(diag, -r, "%s: cannot be read: %s", name, strerror(-r));
	}
	return 0;
}

static bool is_hardware(const struct nt_link_fact *link)
{
	return !link->kind[0] && link->driver[0];
}

/* Devices that are none, but have queues that are worth telling something. */
static bool has_queues(const struct nt_link_fact *link)
{
	return !strcmp(link->kind, "veth") || !strcmp(link->kind, "netdevsim");
}

static int read_some(struct nt_io *io, bool (*is_one)(const struct nt_link_fact *link),
		     struct nt_facts *facts, struct nt_diag *diag)
{
	int r = 0;

	for (size_t i = 0; i < facts->n_links && r == 0; i++) {
		struct nt_diag lost = { 0 };

		/* A host of many containers has more veth pairs than anyone wants to see. */
		if (!is_one(&facts->links[i]) || facts->n_nics == NT_FACTS_NICS_MAX)
			continue;
		r = nt_facts_read_nic(io, facts->links[i].name, facts, &lost);
		/* Gone since it was listed, or a host that offers none. */
		if (r == -ENODEV || r == -EOPNOTSUPP)
			r = 0;
		else if (r < 0)
			nt_diag_err(diag, -r, "%s", lost.message);
	}
	return r;
}

/* See groups.h. */
int nt_facts_read_nics(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag)
{
	int r = nt_facts_read(io, NT_FACTS_LINKS, facts, diag);

	if (r == 0)
		r = read_some(io, is_hardware, facts, diag);
	if (r == 0)
		r = read_some(io, has_queues, facts, diag);
	return r;
}
