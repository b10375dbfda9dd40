// SPDX-License-Identifier: GPL-2.0-or-later
/* What earlier transactions found out. See recall.h. */
#include "recall.h"

#include <errno.h>
#include <stdlib.h>

#include "core/facts.h"
#include "engine/host.h"
#include "lib/diag.h"
#include "tunable/irq.h"
#include "tunable/tunable.h"

struct nt_recall nt_recall_start(const struct nt_host *host)
{
	return (struct nt_recall){ .host = host && !host->open_only ? host : NULL };
}

/* All of it stays: a ledger borrows from its journals. */
static int read_own(struct nt_recall *recall)
{
	struct nt_diag ignored = { 0 };
	struct nt_host *host = calloc(1, sizeof(*host));

	if (!host)
		return -ENOMEM;
	recall->is_read = true;
	if (nt_host_open(NULL, false, host, &ignored) < 0) {
		free(host);
		return 0;
	}
	recall->own = host;
	return 0;
}

static int recall_entry(const struct nt_ledger_entry *entry, struct nt_facts *facts)
{
	const struct nt_ledger_link *last = &entry->links[entry->n_links - 1];

	if (entry->domain != &nt_tunable_irq || last->lost || !last->instead_of)
		return 0;
	return nt_irq_recall(facts, entry->target, entry->tunable, last->wrote, last->instead_of);
}

/* See recall.h. */
int nt_recall_moved(struct nt_recall *recall, struct nt_facts *facts)
{
	int r = recall->host || recall->is_read ? 0 : read_own(recall);
	const struct nt_host *host = recall->host ? recall->host : recall->own;

	for (size_t i = 0; host && i < host->ledger.n_entries && r == 0; i++)
		if (host->ledger.entries[i].netns_cookie == host->netns_cookie)
			r = recall_entry(&host->ledger.entries[i], facts);
	return r;
}

void nt_recall_free(struct nt_recall *recall)
{
	if (recall->own)
		nt_host_close(recall->own);
	free(recall->own);
	*recall = (struct nt_recall){ 0 };
}
