// SPDX-License-Identifier: GPL-2.0-or-later
/* Facts of a device that gets other channels. PURE. See queue_plan.h. */
#include "queue_plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* See queue_plan.h. */
struct nt_nic_fact *nt_queue_nic(struct nt_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->n_nics; i++)
		if (!strcmp(facts->nics[i].name, name))
			return &facts->nics[i];
	return NULL;
}

/* Shares the strings of what is there already. */
static int make_queue(const struct nt_nic_fact *nic, enum nt_queue_kind kind, uint32_t index,
		      struct nt_queue_fact *ret)
{
	const struct nt_queue_fact *known = nt_queue_find(nic, kind, index);
	const struct nt_queue_fact *first = nt_queue_find(nic, kind, 0);

	*ret = known ? *known : (struct nt_queue_fact){ .kind = kind, .index = index };
	if (known || !first)
		return 0;
	/* A file that the first queue does not have is none of another's. */
	ret->cpus = first->cpus ? strdup("") : NULL;
	ret->rxqs = first->rxqs ? strdup("") : NULL;
	return (first->cpus && !ret->cpus) || (first->rxqs && !ret->rxqs) ? -ENOMEM : 0;
}

static int make_irq(const struct nt_nic_fact *nic, enum nt_irq_role role, uint32_t queue,
		    struct nt_irq_fact *ret)
{
	const struct nt_irq_fact *known = nt_queue_find_irq(nic, role, queue);

	*ret = known ? *known : (struct nt_irq_fact){ .role = role, .queue = queue };
	if (known)
		return 0;
	ret->cpus = strdup("");
	return ret->cpus ? 0 : -ENOMEM;
}

static bool has_role(const struct nt_nic_fact *nic, enum nt_irq_role role)
{
	for (size_t i = 0; i < nic->n_irqs; i++)
		if (nic->irqs[i].role == role)
			return true;
	return false;
}

static int make_queues(const struct nt_nic_fact *nic, const uint32_t *counts,
		       struct nt_nic_fact *ret)
{
	int r = 0;

	ret->queues = calloc(counts[NT_QUEUE_RX] + counts[NT_QUEUE_TX] + 1, sizeof(*ret->queues));
	if (!ret->queues)
		return -ENOMEM;
	for (int kind = NT_QUEUE_RX; kind <= NT_QUEUE_TX; kind++)
		for (uint32_t i = 0; i < counts[kind] && r == 0; i++)
			r = make_queue(nic, (enum nt_queue_kind)kind, i,
				       &ret->queues[ret->n_queues++]);
	return r;
}

static uint32_t count_irqs(const uint32_t *counts, enum nt_irq_role role)
{
	uint32_t rx = counts[NT_QUEUE_RX], tx = counts[NT_QUEUE_TX];

	return role == NT_IRQ_RX || (role == NT_IRQ_RXTX && rx > tx) ? rx : tx;
}

static int make_irqs(const struct nt_nic_fact *nic, const uint32_t *counts,
		     struct nt_nic_fact *ret)
{
	int r = 0;

	ret->irqs = calloc(nic->n_irqs + NT_IRQ_OTHER * NT_NIC_QUEUES_MAX, sizeof(*ret->irqs));
	if (!ret->irqs)
		return -ENOMEM;
	for (int role = NT_IRQ_RXTX; role < NT_IRQ_OTHER; role++)
		for (uint32_t i = 0; has_role(nic, (enum nt_irq_role)role) && r == 0 &&
				     i < count_irqs(counts, (enum nt_irq_role)role); i++)
			r = make_irq(nic, (enum nt_irq_role)role, i, &ret->irqs[ret->n_irqs++]);
	for (size_t i = 0; i < nic->n_irqs && r == 0; i++)
		if (nic->irqs[i].role == NT_IRQ_OTHER)
			ret->irqs[ret->n_irqs++] = nic->irqs[i];
	return r;
}

/* Strings of queues in @from that are not those in @other. */
static void free_queues(const struct nt_nic_fact *from, const struct nt_nic_fact *other)
{
	for (size_t i = 0; i < from->n_queues; i++) {
		const struct nt_queue_fact *q = &from->queues[i];
		const struct nt_queue_fact *twin = nt_queue_find(other, q->kind, q->index);

		if (twin && twin->cpus == q->cpus && twin->rxqs == q->rxqs)
			continue;
		free(q->cpus);
		free(q->rxqs);
	}
	free(from->queues);
}

/* The same for interrupts. Others, of which several may have one number, are all in both. */
static void free_irqs(const struct nt_nic_fact *from, const struct nt_nic_fact *other)
{
	for (size_t i = 0; i < from->n_irqs; i++) {
		const struct nt_irq_fact *irq = &from->irqs[i];
		const struct nt_irq_fact *twin = nt_queue_find_irq(other, irq->role, irq->queue);

		if (irq->role != NT_IRQ_OTHER && (!twin || twin->cpus != irq->cpus))
			free(irq->cpus);
	}
	free(from->irqs);
}

/* See queue_plan.h. */
int nt_queue_resize(struct nt_nic_fact *nic)
{
	const uint32_t rx = nt_nic_rx_rings(&nic->channels), tx = nt_nic_tx_rings(&nic->channels);
	const uint32_t counts[] = {
		[NT_QUEUE_RX] = rx < NT_NIC_QUEUES_MAX ? rx : NT_NIC_QUEUES_MAX,
		[NT_QUEUE_TX] = tx < NT_NIC_QUEUES_MAX ? tx : NT_NIC_QUEUES_MAX,
	};
	struct nt_nic_fact fresh = { .n_queues = 0 };
	int r = make_queues(nic, counts, &fresh);

	if (r == 0)
		r = make_irqs(nic, counts, &fresh);
	if (r < 0) {
		free_queues(&fresh, nic);
		free_irqs(&fresh, nic);
		return r;
	}
	free_queues(nic, &fresh);
	free_irqs(nic, &fresh);
	nic->queues = fresh.queues;
	nic->n_queues = fresh.n_queues;
	nic->irqs = fresh.irqs;
	nic->n_irqs = fresh.n_irqs;
	return 0;
}
