// SPDX-License-Identifier: GPL-2.0-or-later
/* What planning queues has in common. PURE. See queue_plan.h. */
#include "queue_plan.h"

#include <stdio.h>
#include <string.h>

/* "combined:8" or "rx:4 tx:4", as the channels domain writes it. */
static void parse_channels(const char *text, struct nt_nic_channels *channels)
{
	uint32_t count;
	char word[16];
	int len = 0;

	for (; sscanf(text, " %15[a-z]:%u%n", word, &count, &len) == 2; text += len) {
		if (!strcmp(word, "combined"))
			channels->combined = count;
		else if (!strcmp(word, "rx"))
			channels->rx = count;
		else if (!strcmp(word, "tx"))
			channels->tx = count;
	}
}

void nt_queue_planner_look(struct nt_queue_planner *p)
{
	const struct nt_change *change = nt_plan_find(p->whole, p->device.name, "channels");

	p->channels = p->device.nic ? p->device.nic->channels : (struct nt_nic_channels){ 0 };
	p->resized = change && change->outcome == NT_OUTCOME_PLANNED && !change->kept;
	if (p->resized)
		parse_channels(change->wanted, &p->channels);
}

struct nt_queue_planner nt_queue_planner_keep(const struct nt_tunable *domain,
					      const struct nt_facts *facts, const char *name,
					      const struct nt_plan *whole, struct nt_plan *ret)
{
	struct nt_queue_planner p = {
		.device = { .domain = domain,
			    .facts = facts,
			    .plan = ret,
			    .name = name,
			    .link = nt_facts_link(facts, name),
			    .nic = nt_facts_nic(facts, name) },
		.whole = whole,
	};

	nt_queue_planner_look(&p);
	return p;
}

const struct nt_queue_fact *nt_queue_find(const struct nt_nic_fact *nic, enum nt_queue_kind kind,
					  uint32_t index)
{
	size_t low = 0, high = nic->n_queues;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct nt_queue_fact *q = &nic->queues[middle];

		if (q->kind == kind && q->index == index)
			return q;
		if (q->kind < kind || (q->kind == kind && q->index < index))
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct nt_irq_fact *nt_queue_find_irq(const struct nt_nic_fact *nic, enum nt_irq_role role,
					    uint32_t queue)
{
	size_t low = 0, high = nic->n_irqs;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct nt_irq_fact *irq = &nic->irqs[middle];

		if (irq->role == role && irq->queue == queue)
			return irq;
		if (irq->role < role || (irq->role == role && irq->queue < queue))
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
