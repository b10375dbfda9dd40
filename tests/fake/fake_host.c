// SPDX-License-Identifier: GPL-2.0-or-later
/* Hosts as a whole. See fake_host.h. */
#include "fake_host.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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
		put_cpus(dump, nic, "rps_cpus rx", q, &nic->queues[q].rps);
		put(dump, "%s rps_flow_cnt rx-%u = %u\n", nic->name, q, nic->queues[q].flow_cnt);
	}
	for (uint32_t q = 0; q < nt_nic_tx_rings(&nic->channels); q++) {
		put_cpus(dump, nic, "xps_cpus tx", q, &nic->queues[q].xps);
		put_cpus(dump, nic, "xps_rxqs tx", q, &nic->queues[q].rxqs);
	}
	for (uint32_t q = 0; nic->driver->ring_max && q < fake_nic_irq_queues(nic); q++)
		put(dump, "%s rings %u = rx:%u tx:%u\n", nic->name, q, nic->queues[q].rx_ring,
		    nic->queues[q].tx_ring);
}

static void put_irqs(struct dump *dump, const struct fake_nic *nic)
{
	static const char *const roles[] = { "irq rxtx", "irq rx", "irq tx", "irq other" };

	for (size_t i = 0; i < nic->n_irqs; i++)
		if (nic->irqs[i].role == NT_IRQ_OTHER ||
		    nic->irqs[i].queue < fake_nic_irq_queues(nic))
			put_cpus(dump, nic, roles[nic->irqs[i].role], nic->irqs[i].queue,
				 &nic->irqs[i].cpus);
}

static void put_rss(struct dump *dump, const struct fake_nic *nic)
{
	put(dump, "%s rss-table =", nic->name);
	for (uint32_t i = 0; i < nic->n_table; i++)
		put(dump, " %u", nic->table[i]);
	put(dump, "\n%s rss-key = ", nic->name);
	for (uint32_t i = 0; i < nic->driver->key; i++)
		put(dump, "%02x", nic->key[i]);
	put(dump, "\n");
}

static void put_nic(struct dump *dump, const struct fake_nic *nic)
{
	put(dump, "%s mtu = %u\n%s tx-queue-len = %u\n", nic->name, nic->link.mtu, nic->name,
	    nic->link.tx_queue_len);
	put(dump, "%s channels = rx:%u tx:%u combined:%u\n", nic->name, nic->channels.rx,
	    nic->channels.tx, nic->channels.combined);
	for (unsigned int i = 0; i < NT_COALESCE_FIELDS; i++)
		if (nic->coalesce.has & 1U << i)
			put(dump, "%s coalesce.%s = %u\n", nic->name, nt_coalesce_name(i),
			    nic->coalesce.value[i]);
	put(dump, "%s pause = autoneg:%d rx:%d tx:%d\n", nic->name, nic->pause.autoneg,
	    nic->pause.rx, nic->pause.tx);
	for (int i = 0; i < FAKE_FEATURES; i++)
		put(dump, "%s feature.%s = %s\n", nic->name,
		    fake_feature_name((enum fake_feature)i),
		    nic->active & FAKE_BIT(i) ? "on" : "off");
	for (int i = 0; i < 3; i++)
		put(dump, "%s napi %d = %llu\n", nic->name, i,
		    (unsigned long long)nic->napi[i]);
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

void fake_host_dump(const struct fake_host *host, char *buf, size_t size)
{
	struct dump dump = { .buf = buf, .size = size };

	*buf = '\0';
	for (size_t i = 0; i < host->io.n_files; i++)
		if (!strncmp(host->files[i].path, "/proc/sys/", 10))
			put(&dump, "%s = %s\n", host->files[i].path, host->files[i].value);
	for (size_t i = 0; i < host->io.n_modules; i++)
		put(&dump, "module %s = %d\n", host->io.modules[i].name,
		    host->io.modules[i].state);
	fake_nics_dump(&host->nics, buf + dump.len, size - dump.len);
}
