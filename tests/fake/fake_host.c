// SPDX-License-Identifier: GPL-2.0-or-later
/* Hosts as a whole. See fake_host.h. */
#include "fake_host.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/rss_fields.h"

static void give_up(const char *what)
{
	perror(what);
	abort();
}

struct fake_host *fake_host_map(const char *folder)
{
	struct fake_host *host;
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/fake-host-XXXXXX", folder);
	fd = mkstemp(path);
	if (fd < 0 || unlink(path) < 0 || ftruncate(fd, sizeof(*host)) < 0)
		give_up(path);
	host = mmap(NULL, sizeof(*host), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (host == MAP_FAILED)
		give_up("fake host");
	close(fd);
	return host;
}

void fake_host_unmap(struct fake_host *host)
{
	munmap(host, sizeof(*host));
}

void fake_host_init(struct fake_host *host, enum fake_kernel kernel, unsigned int n_cpus)
{
	fake_io_init_at(&host->io, host->files);
	fake_server(&host->io);
	fake_nics_init(&host->io, &host->nics, kernel, n_cpus);
}

void fake_host_copy(struct fake_host *copy, const struct fake_host *host)
{
	copy->nics = host->nics;
	memcpy(copy->files, host->files, host->io.n_files * sizeof(*host->files));
	copy->io = host->io;
	copy->io.files = copy->files;
	copy->io.nics = &copy->nics;
	copy->io.io.writes = 0;
	copy->io.n_operations = 0;
	copy->io.fail_at = copy->io.short_write_at = copy->io.crash_at = 0;
}

/* ---- dumps ---- */

struct dump {
	char *buf;
	size_t size;
	size_t len;
};

__attribute__((format(printf, 2, 3)))
static void put(struct dump *dump, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	dump->len += (size_t)vsnprintf(dump->buf + dump->len, dump->size - dump->len, format,
				       args);
	va_end(args);
	if (dump->len >= dump->size)
		give_up("fake host: dump too long");
}

static void put_cpus(struct dump *dump, const struct fake_nic *nic, const char *what, uint32_t q,
		     const struct fake_cpus *cpus)
{
	char list[FAKE_CPUS_TEXT];

	fake_cpus_format_list(cpus, list, sizeof(list));
	put(dump, "%s %s-%u = %s\n", nic->name, what, q, list);
}

static void put_queues(struct dump *dump, const struct fake_nic *nic)
{
	for (uint32_t q = 0; q < nt_nic_rx_rings(&nic->channels); q++) {
		put_cpus(dump, nic, "rps-cpus.rx", q, &nic->queues[q].rps);
		put(dump, "%s rps-flow-cnt.rx-%u = %u\n", nic->name, q, nic->queues[q].flow_cnt);
	}
	for (uint32_t q = 0; q < nt_nic_tx_rings(&nic->channels); q++) {
		put_cpus(dump, nic, "xps-cpus.tx", q, &nic->queues[q].xps);
		put_cpus(dump, nic, "xps-rxqs.tx", q, &nic->queues[q].rxqs);
	}
}

/* Those of the first queue, and those of all that differ from it. */
static void put_rings(struct dump *dump, const struct fake_nic *nic)
{
	const struct fake_queue *first = &nic->queues[0];

	if (!(nic->driver->has & NT_NIC_HAS_RINGS))
		return;
	put(dump, "%s rings = rx:%u tx:%u", nic->name, first->rx_ring, first->tx_ring);
	for (uint32_t q = 1; q < fake_nic_irq_queues(nic); q++)
		if (nic->queues[q].rx_ring != first->rx_ring ||
		    nic->queues[q].tx_ring != first->tx_ring)
			put(dump, " but queue %u rx:%u tx:%u", q, nic->queues[q].rx_ring,
			    nic->queues[q].tx_ring);
	put(dump, "\n");
}

static void put_irqs(struct dump *dump, const struct fake_nic *nic)
{
	static const char *const roles[] = {
		"irq-affinity.rxtx", "irq-affinity.rx", "irq-affinity.tx", "irq-affinity.other",
	};

	for (size_t i = 0; i < nic->n_irqs; i++)
		if (nic->irqs[i].role == NT_IRQ_OTHER ||
		    nic->irqs[i].queue < fake_nic_irq_queues(nic))
			put_cpus(dump, nic, roles[nic->irqs[i].role], nic->irqs[i].queue,
				 &nic->irqs[i].cpus);
}

/* igb's own table goes round in another way. */
static bool is_drivers_own(const struct fake_nic *nic)
{
	for (uint32_t i = 0; i < nic->n_table; i++)
		if (!nic->driver->table_default ||
		    nic->table[i] != nic->driver->table_default(nic, i))
			return false;
	return true;
}

static void put_table(struct dump *dump, const struct fake_nic *nic)
{
	uint32_t rings = nt_nic_rx_rings(&nic->channels);

	put(dump, "%s rss-table = ", nic->name);
	if (fake_nic_goes_round(nic, rings) || is_drivers_own(nic)) {
		put(dump, "default\n");
		return;
	}
	for (uint32_t n = 1; n < rings; n++)
		if (fake_nic_goes_round(nic, n)) {
			put(dump, "equal:%u\n", n);
			return;
		}
	for (uint32_t i = 0; i < nic->n_table; i++)
		put(dump, "%s%u", i ? " " : "", nic->table[i]);
	put(dump, "\n");
}

/* RXH_IP_SRC, RXH_IP_DST and the ports, which is all that the drivers here know. */
static void put_fields(struct dump *dump, const struct fake_nic *nic)
{
	for (unsigned int flow = 0; flow < NT_FLOWS; flow++) {
		if (!(nic->fields.has >> flow & 1))
			continue;
		put(dump, "%s rss-fields.%s = ", nic->name, nt_flow_name(flow));
		for (unsigned int i = 0; i < 4; i++)
			if (nic->fields.value[flow] >> (4 + i) & 1)
				put(dump, "%c", "sdfn"[i]);
		put(dump, "\n");
	}
}

static void put_rss(struct dump *dump, const struct fake_nic *nic)
{
	if (!(nic->driver->has & NT_NIC_HAS_RSS))
		return;
	put_table(dump, nic);
	put(dump, "%s rss-key = ", nic->name);
	for (uint32_t i = 0; i < nic->driver->key; i++)
		put(dump, "%s%02x", i ? ":" : "", nic->key[i]);
	put(dump, "\n%s rss-hash = %u\n", nic->name, nic->hash);
	put_fields(dump, nic);
}

static void put_channels(struct dump *dump, const struct fake_nic *nic)
{
	const struct nt_nic_channels *c = &nic->channels;

	if (nic->driver->separate)
		put(dump, "%s channels = rx:%u tx:%u\n", nic->name, c->rx, c->tx);
	else
		put(dump, "%s channels = combined:%u\n", nic->name, c->combined);
}

static void put_coalesce(struct dump *dump, const struct fake_nic *nic)
{
	for (unsigned int i = 0; i < NT_COALESCE_FIELDS; i++) {
		uint32_t value = nic->coalesce.value[i];

		if (!(nic->coalesce.has & 1U << i))
			continue;
		put(dump, "%s coalesce.%s = ", nic->name, nt_coalesce_name(i));
		if (i < NT_COALESCE_MODES)
			put(dump, "%s\n", value ? "on" : "off");
		else
			put(dump, "%u\n", value);
	}
}

static const char *on_off(bool on)
{
	return on ? "on" : "off";
}

static void put_nic(struct dump *dump, const struct fake_nic *nic)
{
	put(dump, "%s mtu = %u\n%s tx-queue-len = %u\n", nic->name, nic->link.mtu, nic->name,
	    nic->link.tx_queue_len);
	put_channels(dump, nic);
	put_rings(dump, nic);
	if (nic->driver->has & NT_NIC_HAS_PAUSE)
		put(dump, "%s pause = autoneg:%s rx:%s tx:%s\n", nic->name,
		    on_off(nic->pause.autoneg), on_off(nic->pause.rx), on_off(nic->pause.tx));
	put_coalesce(dump, nic);
	for (int i = 0; i < FAKE_FEATURES; i++)
		put(dump, "%s feature.%s = %s\n", nic->name,
		    fake_feature_name((enum fake_feature)i), on_off(nic->active & FAKE_BIT(i)));
	put(dump, "%s napi-defer-hard-irqs = %llu\n%s gro-flush-timeout = %llu\n"
	    "%s threaded = %llu\n", nic->name, (unsigned long long)nic->napi[0], nic->name,
	    (unsigned long long)nic->napi[1], nic->name, (unsigned long long)nic->napi[2]);
	put_rss(dump, nic);
	put_queues(dump, nic);
	put_irqs(dump, nic);
}

void fake_nics_dump(const struct fake_nics *nics, char *buf, size_t size)
{
	struct dump dump = { .buf = buf, .size = size };

	*buf = '\0';
	for (size_t i = 0; i < nics->n; i++)
		put_nic(&dump, &nics->list[i]);
}

/* Loaded on demand by who names them, and staying: nothing that anybody set. */
static bool is_trace(const char *name)
{
	return !strncmp(name, "tcp_", 4) || !strncmp(name, "sch_", 4);
}

static void put_sysctl(struct dump *dump, const struct fake_file *file)
{
	const char *key = file->path + strlen("/proc/sys/");

	if (strstr(key, "tcp_available_congestion_control"))
		return;
	for (; *key; key++)
		put(dump, "%c", *key == '/' ? '.' : *key);
	put(dump, " = ");
	for (const char *p = file->value; *p; p++)
		put(dump, "%c", *p == '\t' ? ' ' : *p);
	put(dump, "\n");
}

void fake_host_dump(const struct fake_host *host, char *buf, size_t size)
{
	struct dump dump = { .buf = buf, .size = size };

	*buf = '\0';
	for (size_t i = 0; i < host->io.n_files; i++)
		if (!strncmp(host->files[i].path, "/proc/sys/", 10))
			put_sysctl(&dump, &host->files[i]);
	for (size_t i = 0; i < host->io.n_modules; i++)
		if (!is_trace(host->io.modules[i].name))
			put(&dump, "module %s = %s\n", host->io.modules[i].name,
			    host->io.modules[i].state == NT_MODULE_LOADED ? "loaded" : "");
	fake_nics_dump(&host->nics, buf + dump.len, size - dump.len);
}
