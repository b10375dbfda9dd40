// SPDX-License-Identifier: GPL-2.0-or-later
/* What planning per-queue domains has in common. See queue_plan.h. */
#include "queue_plan.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/facts_read.h"
#include "lib/diag.h"
#include "tunable.h"

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

void nt_queue_planner_start(struct nt_queue_planner *p, const char *name)
{
	const struct nt_change *change = nt_plan_find(p->plan, name, "channels");

	p->name = name;
	p->nic = nt_facts_nic(p->facts, name);
	p->channels = p->nic ? p->nic->channels : (struct nt_nic_channels){ 0 };
	p->resized = change && change->outcome == NT_OUTCOME_PLANNED && !change->kept;
	if (p->resized)
		parse_channels(change->wanted, &p->channels);
	p->planned = NULL;
	p->n_planned = 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int nt_queue_planner_index(struct nt_queue_planner *p)
{
	size_t n = 0;

	free(p->planned);
	p->n_planned = 0;
	p->planned = calloc(p->plan->n_changes + 1, sizeof(*p->planned));
	if (!p->planned)
		return -ENOMEM;
	for (size_t i = 0; i < p->plan->n_changes; i++)
		if (!strcmp(p->plan->changes[i].target, p->name))
			p->planned[n++] = p->plan->changes[i].tunable;
	qsort(p->planned, n, sizeof(*p->planned), by_name);
	p->n_planned = n;
	return 0;
}

bool nt_queue_planner_has(const struct nt_queue_planner *p, const char *tunable)
{
	return bsearch(&tunable, p->planned, p->n_planned, sizeof(*p->planned), by_name);
}

void nt_queue_planner_end(struct nt_queue_planner *p)
{
	free(p->planned);
	p->planned = NULL;
	p->n_planned = 0;
}

static char *copy(const char *text, bool *complete)
{
	char *made = text ? strdup(text) : NULL;

	*complete = *complete && (made || !text);
	return made;
}

static const char *reason_of(const struct nt_queue_planner *p, const struct nt_queue_value *value)
{
	if (p->setting && p->setting->reason[0])
		return p->setting->reason;
	return value->reason ? value->reason : p->domain->describe(value->tunable);
}

static enum nt_outcome outcome_of(const struct nt_queue_planner *p,
				  const struct nt_queue_value *value)
{
	if (p->setting && value->outcome == NT_OUTCOME_PLANNED && value->seen &&
	    p->domain->same(value->seen, value->wanted))
		return NT_OUTCOME_COMPLIANT;
	return value->outcome;
}

int nt_queue_planner_add(struct nt_queue_planner *p, const struct nt_queue_value *value)
{
	bool complete = true;
	struct nt_change change = {
		.domain = p->domain,
		.target = copy(p->name, &complete),
		.tunable = copy(value->tunable, &complete),
		.seen = copy(value->seen, &complete),
		.wanted = copy(value->wanted, &complete),
		.reason = copy(reason_of(p, value), &complete),
		.remedy = copy(value->remedy, &complete),
		.owner = copy(value->owner, &complete),
		.phase = value->phase,
		.policy = p->setting ? p->setting->policy : NT_POLICY_PREFER,
		.outcome = outcome_of(p, value),
		.undo_seq = nt_plan_undo_seq(value->phase, p->plan->n_changes),
		.kept = !p->setting,
	};
	int r = -ENOMEM;

	if (p->setting && asprintf(&change.origin, "%s:%u", p->setting->file,
				   p->setting->line) < 0) {
		change.origin = NULL;
		complete = false;
	}
	if (complete)
		r = nt_plan_add(p->plan, &change);
	if (r < 0)
		nt_change_free(&change);
	return r;
}

int nt_queue_bad_value(const struct nt_setting *setting, unsigned int offset, int err,
		       const char *words, struct nt_diag *diag)
{
	return nt_diag_err(diag, err, "%s:%u:%u: %s: %s", setting->file, setting->line,
			   setting->value_column + offset, setting->key, words);
}

const struct nt_setting *nt_queue_setting(const struct nt_setting *settings, size_t n,
					  const char *key, const char *name)
{
	while (n--)
		if ((!key || !strcmp(settings[n].key, key)) &&
		    !fnmatch(settings[n].selector, name, 0))
			return &settings[n];
	return NULL;
}

int nt_queue_read(struct nt_io *io, const struct nt_setting *settings, size_t n,
		  struct nt_facts *facts, struct nt_diag *diag)
{
	int r = n ? nt_facts_read(io, NT_FACTS_LINKS, facts, diag) : 0;

	for (size_t i = 0; n && r == 0 && i < facts->n_links; i++)
		if (nt_queue_setting(settings, n, NULL, facts->links[i].name))
			r = nt_facts_read_nic(io, facts->links[i].name, facts, diag);
	return r;
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
