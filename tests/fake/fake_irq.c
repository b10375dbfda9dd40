// SPDX-License-Identifier: GPL-2.0-or-later
/* The interrupts of devices in memory. See fake_nic.h. */
#include <stdio.h>
#include <string.h>

#include "fake_nic.h"

struct fake_irq *fake_irq_find(struct fake_nic *nic, enum nt_irq_role role, uint32_t queue)
{
	for (size_t i = 0; i < nic->n_irqs; i++)
		if (nic->irqs[i].role == role && nic->irqs[i].queue == queue)
			return &nic->irqs[i];
	return NULL;
}

uint32_t fake_nic_irq_queues(const struct fake_nic *nic)
{
	uint32_t rx = nt_nic_rx_rings(&nic->channels), tx = nt_nic_tx_rings(&nic->channels);

	return rx > tx ? rx : tx;
}

static void take_one(struct fake_nics *nics, struct fake_nic *nic, enum nt_irq_role role,
		     uint32_t queue)
{
	nic->irqs[nic->n_irqs++] = (struct fake_irq){
		.irq = nics->next_irq++,
		.role = role,
		.queue = queue,
		.cpus = nics->online, /* /proc/irq/default_smp_affinity */
	};
}

/* Drivers that keep their vectors have them for all queues that there can be. */
static uint32_t n_vectors(const struct fake_nic *nic)
{
	const struct nt_nic_channels *c = &nic->channels;

	if (!strcmp(nic->driver->name, "igb") || !strcmp(nic->driver->name, "ixgbe"))
		return fake_nic_irq_queues(nic);
	return c->combined_max > c->rx_max ? c->combined_max : c->rx_max;
}

void fake_nic_take_irqs(struct fake_nics *nics, struct fake_nic *nic)
{
	const struct fake_driver *driver = nic->driver;

	nic->n_irqs = 0;
	if (driver->irq_other)
		take_one(nics, nic, NT_IRQ_OTHER, 0);
	for (uint32_t q = 0; q < n_vectors(nic); q++) {
		if (driver->irq_rxtx)
			take_one(nics, nic, NT_IRQ_RXTX, q);
		if (driver->irq_rx)
			take_one(nics, nic, NT_IRQ_RX, q);
		if (driver->irq_tx)
			take_one(nics, nic, NT_IRQ_TX, q);
	}
}

static const char *name_pattern(const struct fake_nic *nic, enum nt_irq_role role)
{
	switch (role) {
	case NT_IRQ_RXTX:
		return nic->driver->irq_rxtx;
	case NT_IRQ_RX:
		return nic->driver->irq_rx;
	case NT_IRQ_TX:
		return nic->driver->irq_tx;
	default:
		return nic->driver->irq_other;
	}
}

/* virtio_net keeps the handlers of queues that are not used; others have none for them. */
static bool has_handler(const struct fake_nic *nic, const struct fake_irq *irq)
{
	return irq->role == NT_IRQ_OTHER || nic->driver->irq_rx ||
	       irq->queue < fake_nic_irq_queues(nic);
}

void fake_irq_name(const struct fake_nic *nic, const struct fake_irq *irq, char *buf, size_t size)
{
	size_t len = 0;

	*buf = '\0';
	if (!has_handler(nic, irq))
		return;
	for (const char *p = name_pattern(nic, irq->role); *p && len < size; p++)
		switch (*p) {
		case '@':
			/* "mlx5_comp0@pci:..." has one of its own */
			len += (size_t)snprintf(buf + len, size - len, "%s",
						strncmp(p, "@pci", 4) ? nic->name : "@");
			break;
		case '#':
			len += (size_t)snprintf(buf + len, size - len, "%u", irq->queue);
			break;
		case '&':
			len += (size_t)snprintf(buf + len, size - len, "%s", nic->link.bus);
			break;
		default:
			len += (size_t)snprintf(buf + len, size - len, "%c", *p);
		}
}
