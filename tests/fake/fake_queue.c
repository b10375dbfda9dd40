// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The files of devices in memory: queues and NAPI below /sys/class/net, interrupts below
 * /proc/irq. What they take and refuse is net/core/net-sysfs.c and kernel/irq/proc.c. See
 * fake_nic.h.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_nic.h"

#define NET "/sys/class/net/"

enum leaf {
	RPS_CPUS,
	RPS_FLOW_CNT,
	XPS_CPUS,
	XPS_RXQS,
	NAPI,
	LINK,
	IRQ_MASK,
	IRQ_LIST,
};

static const char *const napi_names[] = {
	"napi_defer_hard_irqs",
	"gro_flush_timeout",
	"threaded",
};

/**
 * struct view - a file
 * @index: of the queue, or of @leaf's table
 */
struct view {
	enum leaf leaf;
	struct fake_nic *nic;
	uint32_t index;
	struct fake_irq *irq;
};

/* ---- from a path to what it shows ---- */

static int view_irq(struct fake_nics *nics, const char *path, struct view *ret)
{
	unsigned int number;
	char leaf[32];

	if (sscanf(path, "/proc/irq/%u/%31s", &number, leaf) != 2)
		return -ENOENT;
	for (size_t i = 0; i < nics->n; i++)
		for (size_t k = 0; k < nics->list[i].n_irqs; k++)
			if (nics->list[i].irqs[k].irq == number)
				*ret = (struct view){ .nic = &nics->list[i],
						      .irq = &nics->list[i].irqs[k] };
	if (!ret->irq)
		return -ENOENT;
	ret->leaf = strcmp(leaf, "smp_affinity") ? IRQ_LIST : IRQ_MASK;
	return !strcmp(leaf, "smp_affinity") || !strcmp(leaf, "smp_affinity_list") ? 0 : -ENOENT;
}

static int view_queue(struct fake_nic *nic, const char *rest, struct view *ret)
{
	static const struct {
		const char *pattern;
		enum leaf leaf;
	} leaves[] = {
		{ "queues/rx-%u/rps_cpus%n", RPS_CPUS },
		{ "queues/rx-%u/rps_flow_cnt%n", RPS_FLOW_CNT },
		{ "queues/tx-%u/xps_cpus%n", XPS_CPUS },
		{ "queues/tx-%u/xps_rxqs%n", XPS_RXQS },
	};

	for (size_t i = 0; i < sizeof(leaves) / sizeof(*leaves); i++) {
		bool rx = leaves[i].leaf <= RPS_FLOW_CNT;
		uint32_t queue;
		int len = 0;

		if (sscanf(rest, leaves[i].pattern, &queue, &len) != 1 || !len || rest[len])
			continue;
		if (queue >= (rx ? nt_nic_rx_rings(&nic->channels)
				 : nt_nic_tx_rings(&nic->channels)))
			return -ENOENT;
		*ret = (struct view){ .leaf = leaves[i].leaf, .nic = nic, .index = queue };
		return 0;
	}
	return -ENOENT;
}

static int view_device(struct fake_nic *nic, const char *leaf, struct view *ret)
{
	static const char *const links[] = { "mtu", "tx_queue_len", "carrier" };

	for (uint32_t i = 0; i < 3; i++) {
		*ret = (struct view){ .leaf = NAPI, .nic = nic, .index = i };
		if (!strcmp(leaf, napi_names[i]))
			return 0;
		ret->leaf = LINK;
		if (!strcmp(leaf, links[i]))
			return 0;
	}
	return -ENOENT;
}

static int view(struct fake_io *fake, const char *path, struct view *ret)
{
	const char *rest;

	memset(ret, 0, sizeof(*ret));
	if (!fake->nics)
		return -ENOENT;
	if (strncmp(path, NET, strlen(NET)) != 0)
		return view_irq(fake->nics, path, ret);
	path += strlen(NET);
	rest = strchr(path, '/');
	for (size_t i = 0; rest && i < fake->nics->n; i++) {
		struct fake_nic *nic = &fake->nics->list[i];

		if (strncmp(nic->name, path, (size_t)(rest - path)) != 0 ||
		    nic->name[rest - path])
			continue;
		return strncmp(rest + 1, "queues/", 7) ? view_device(nic, rest + 1, ret)
						       : view_queue(nic, rest + 1, ret);
	}
	return -ENOENT;
}

/* register_irq_proc(): since Linux 6.10, what must not be moved is read-only. */
mode_t fake_nic_mode(struct fake_io *fake, const char *path)
{
	struct view v;

	if (view(fake, path, &v) < 0)
		return 0;
	return v.irq && v.irq->managed && fake->nics->kernel != FAKE_LINUX_6_1 ? 0444 : 0644;
}

/* ---- reading ---- */

static uint32_t link_value(const struct view *v)
{
	const struct nt_nic_link *link = &v->nic->link;

	return v->index == 0 ? link->mtu : v->index == 1 ? link->tx_queue_len : link->carrier;
}

/* netif_is_multiqueue(): more than one queue can be had, whatever is in use. */
static bool multiqueue(const struct fake_nic *nic)
{
	return nic->channels.combined_max > 1 || nic->channels.tx_max > 1;
}

int fake_nic_read(struct fake_io *fake, const char *path, char *buf, size_t size)
{
	const struct fake_queue *queue;
	struct view v;
	int r = view(fake, path, &v);

	if (r < 0)
		return r;
	queue = &v.nic->queues[v.index];
	if ((v.leaf == XPS_CPUS || v.leaf == XPS_RXQS) && !multiqueue(v.nic))
		return -ENOENT; /* xps_cpus_show(), xps_rxqs_show() */
	if (v.leaf == RPS_CPUS || v.leaf == XPS_CPUS)
		fake_cpus_format_mask(v.leaf == RPS_CPUS ? &queue->rps : &queue->xps,
				      fake->nics->n_cpus, buf, size);
	else if (v.leaf == XPS_RXQS)
		fake_cpus_format_mask(&queue->rxqs, fake_nic_irq_queues(v.nic), buf, size);
	else if (v.leaf == IRQ_MASK)
		fake_cpus_format_mask(&v.irq->cpus, fake->nics->n_cpus, buf, size);
	else if (v.leaf == IRQ_LIST)
		fake_cpus_format_list(&v.irq->cpus, buf, size);
	else
		snprintf(buf, size, "%llu", v.leaf == RPS_FLOW_CNT ? queue->flow_cnt + 0ULL
			 : v.leaf == NAPI ? (unsigned long long)v.nic->napi[v.index]
			 : link_value(&v) + 0ULL);
	return 0;
}

/* ---- writing ---- */

/* store_rps_map(), rps_cpumask_housekeeping(), netdev_rx_queue_set_rps_mask() */
static int write_rps(const struct fake_nics *nics, struct fake_cpus *rps, const char *value)
{
	struct fake_cpus cpus;
	int r = fake_cpus_parse_mask(value, nics->n_cpus, &cpus);

	if (r < 0)
		return r;
	if (!fake_cpus_empty(&cpus)) {
		cpus = fake_cpus_without(&cpus, &nics->isolated);
		if (fake_cpus_empty(&cpus))
			return -EINVAL;
	}
	*rps = fake_cpus_and(&cpus, &nics->online);
	return 0;
}

/* store_rps_dev_flow_table_cnt() */
static int write_flow_cnt(uint32_t *cnt, const char *value)
{
	unsigned long wanted;
	char *end;

	errno = 0;
	wanted = strtoul(value, &end, 0);
	if (errno || end == value || *end || wanted > UINT32_MAX)
		return -EINVAL;
	*cnt = wanted ? 1 : 0;
	while (*cnt && *cnt < wanted)
		*cnt *= 2;
	return 0;
}

/* xps_cpus_store(), xps_rxqs_store(): __netif_set_xps_queue() takes offline CPUs, too */
static int write_xps(struct fake_cpus *xps, unsigned int n_bits, const char *value)
{
	struct fake_cpus set;
	int r = fake_cpus_parse_mask(value, n_bits, &set);

	if (r == 0)
		*xps = set;
	return r;
}

/* write_irq_affinity(); apic_set_affinity() finds no vector on a CPU that has none left */
static int write_irq(const struct fake_nics *nics, const struct view *v, const char *value)
{
	struct fake_cpus cpus, left;
	int r;

	if (v->irq->managed)
		return nics->kernel == FAKE_LINUX_6_1 ? -EIO : -EPERM;
	r = v->leaf == IRQ_LIST ? fake_cpus_parse_list(value, nics->n_cpus, &cpus)
				: fake_cpus_parse_mask(value, nics->n_cpus, &cpus);
	if (r < 0)
		return r;
	left = fake_cpus_and(&cpus, &nics->online);
	if (fake_cpus_empty(&left))
		return -EINVAL;
	left = fake_cpus_without(&left, &nics->full);
	if (fake_cpus_empty(&left))
		return -ENOSPC;
	v->irq->cpus = cpus;
	return 0;
}

static int write_napi(struct view *v, const char *value)
{
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(value, &end, 0);
	if (errno || end == value || *end)
		return -EINVAL;
	/* change_napi_defer_hard_irqs(), modify_napi_threaded() */
	if ((v->index == 0 && number > INT32_MAX) || (v->index == 2 && number > 1))
		return v->index == 0 ? -ERANGE : -EOPNOTSUPP;
	/* veth_set_features(): NAPI with GRO only; without it threads have nothing to poll */
	if (v->index == 2 && !strcmp(v->nic->driver->name, "veth") && !v->nic->link.xdp &&
	    !(v->nic->active & FAKE_BIT(FAKE_GRO)))
		return -EOPNOTSUPP;
	v->nic->napi[v->index] = number;
	/* netdev_set_defer_hard_irqs() and its like: of every instance, and every one to come */
	for (uint32_t q = 0; q < FAKE_QUEUES_MAX; q++)
		v->nic->queues[q].napi[v->index] = number;
	return 0;
}

int fake_nic_write(struct fake_io *fake, const char *path, const char *value)
{
	struct fake_queue *queue;
	struct view v;
	int r = view(fake, path, &v);

	if (r < 0)
		return r;
	queue = &v.nic->queues[v.index];
	switch (v.leaf) {
	case RPS_CPUS:
		return write_rps(fake->nics, &queue->rps, value);
	case RPS_FLOW_CNT:
		return write_flow_cnt(&queue->flow_cnt, value);
	case XPS_CPUS:
		return multiqueue(v.nic) ? write_xps(&queue->xps, fake->nics->n_cpus, value)
					 : -ENOENT;
	case XPS_RXQS:
		return multiqueue(v.nic) ? write_xps(&queue->rxqs, fake_nic_irq_queues(v.nic),
						     value) : -ENOENT;
	case NAPI:
		return write_napi(&v, value);
	case LINK:
		return -EACCES; /* rtnetlink is the way */
	default:
		return write_irq(fake->nics, &v, value);
	}
}

/* ---- folders ---- */

/* Those who are told every path below a folder. */
struct walk {
	const char *folder;
	nt_io_name_fn fn;
	void *user;
	int r;
};

__attribute__((format(printf, 2, 3)))
static void tell(struct walk *walk, const char *format, ...)
{
	size_t len = strlen(walk->folder);
	char path[256];
	va_list args;

	va_start(args, format);
	vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	if (walk->r == 0 && !strncmp(path, walk->folder, len) && path[len] == '/')
		walk->r = walk->fn(path, walk->user);
}

static void walk_queues(struct walk *walk, const struct fake_nic *nic)
{
	for (uint32_t q = 0; q < nt_nic_rx_rings(&nic->channels); q++) {
		tell(walk, NET "%s/queues/rx-%u/rps_cpus", nic->name, q);
		tell(walk, NET "%s/queues/rx-%u/rps_flow_cnt", nic->name, q);
	}
	for (uint32_t q = 0; q < nt_nic_tx_rings(&nic->channels); q++) {
		tell(walk, NET "%s/queues/tx-%u/xps_cpus", nic->name, q);
		tell(walk, NET "%s/queues/tx-%u/xps_rxqs", nic->name, q);
	}
}

/* A virtio device's interrupts are those of the PCI device that carries it. */
static const char *irq_folder(const struct fake_nic *nic)
{
	return !strncmp(nic->driver->name, "virtio", 6) ? "device/../msi_irqs" : "device/msi_irqs";
}

static void walk_irqs(struct walk *walk, const struct fake_nic *nic)
{
	for (size_t i = 0; i < nic->n_irqs; i++) {
		const struct fake_irq *irq = &nic->irqs[i];
		char name[NT_NIC_IRQ_NAME_MAX];

		fake_irq_name(nic, irq, name, sizeof(name));
		tell(walk, NET "%s/%s/%u", nic->name, irq_folder(nic), irq->irq);
		tell(walk, "/proc/irq/%u/smp_affinity", irq->irq);
		tell(walk, "/proc/irq/%u/smp_affinity_list", irq->irq);
		if (*name)
			tell(walk, "/proc/irq/%u/%s/", irq->irq, name);
	}
}

static void walk_device(struct walk *walk, const struct fake_nic *nic)
{
	for (size_t i = 0; i < 3; i++)
		tell(walk, NET "%s/%s", nic->name, napi_names[i]);
	tell(walk, NET "%s/mtu", nic->name);
	tell(walk, NET "%s/carrier", nic->name);
	if (nic->rdma && nic->driver->auxiliary) {
		tell(walk, NET "%s/device/%s/driver", nic->name, nic->driver->auxiliary);
		tell(walk, NET "%s/device/infiniband/rdma0/", nic->name);
	}
}

int fake_nic_paths(struct fake_io *fake, const char *folder, nt_io_name_fn fn, void *user)
{
	struct walk walk = { .folder = folder, .fn = fn, .user = user };

	for (size_t i = 0; fake->nics && i < fake->nics->n; i++) {
		walk_device(&walk, &fake->nics->list[i]);
		walk_queues(&walk, &fake->nics->list[i]);
		walk_irqs(&walk, &fake->nics->list[i]);
	}
	return walk.r;
}

int fake_nic_read_link(struct fake_io *fake, const char *path, char *buf, size_t size)
{
	char want[160];

	for (size_t i = 0; fake->nics && i < fake->nics->n; i++) {
		const struct fake_nic *nic = &fake->nics->list[i];

		snprintf(want, sizeof(want), NET "%s/device/driver", nic->name);
		if (!strcmp(path, want) && *nic->link.bus)
			return snprintf(buf, size, "../../../bus/pci/drivers/%s",
					nic->driver->name) < 0 ? -EIO : 0;
		snprintf(want, sizeof(want), NET "%s/device", nic->name);
		if (!strcmp(path, want) && *nic->link.bus)
			return snprintf(buf, size, "../../../%s", nic->link.bus) < 0 ? -EIO : 0;
		snprintf(want, sizeof(want), NET "%s/device/%s/driver", nic->name,
			 nic->driver->auxiliary ? nic->driver->auxiliary : "-");
		if (!strcmp(path, want) && nic->rdma)
			return snprintf(buf, size, "../../../bus/auxiliary/drivers/irdma") < 0
			       ? -EIO : 0;
	}
	return -EINVAL;
}

int fake_nic_links(struct fake_io *fake, nt_io_link_fn fn, void *user)
{
	int r = 0;

	for (size_t i = 0; fake->nics && i < fake->nics->n && r == 0; i++) {
		const struct fake_nic *nic = &fake->nics->list[i];
		const struct nt_io_link link = {
			.ifindex = nic->link.ifindex,
			.master_ifindex = nic->master,
			.name = nic->name,
			.kind = nic->driver->kind ? nic->driver->kind : "",
			.driver = nic->driver->name,
			.bus = nic->link.bus,
			.address = nic->link.permanent_address,
			.up = nic->link.up,
			.carrier = nic->link.carrier,
			.speed_mbps = 10000,
			.mtu = nic->link.mtu,
			.tx_queue_len = nic->link.tx_queue_len,
			.rx_queues = nt_nic_rx_rings(&nic->channels),
			.tx_queues = nt_nic_tx_rings(&nic->channels),
			.numa_node = -1,
		};

		r = fn(&link, user);
	}
	return r;
}
