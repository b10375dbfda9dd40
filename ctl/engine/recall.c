// SPDX-License-Identifier: GPL-2.0-or-later
/* What earlier transactions found out. See recall.h. */
#include "recall.h"

#include "core/facts.h"
#include "engine/host.h"
#include "lib/diag.h"
#include "tunable/irq.h"
#include "tunable/tunable.h"

static int recall_entry(const struct nt_ledger_entry *entry, struct nt_facts *facts)
{
	const struct nt_ledger_link *last = &entry->links[entry->n_links - 1];

	if (entry->domain != &nt_tunable_irq || last->lost || !last->instead_of)
		return 0;
	return nt_irq_recall(facts, entry->target, entry->tunable, last->wrote, last->instead_of);
}

/* See recall.h. */
int nt_recall(struct nt_facts *facts)
{
	struct nt_diag ignored = { 0 };
	struct nt_host host;
	int r = 0;

	if (nt_host_open(NULL, false, &host, &ignored) < 0)
		return 0;
	for (size_t i = 0; i < host.ledger.n_entries && r == 0; i++)
		if (host.ledger.entries[i].netns_cookie == host.netns_cookie)
			r = recall_entry(&host.ledger.entries[i], facts);
	nt_host_close(&host);
	return r;
}
