// SPDX-License-Identifier: GPL-2.0-or-later
/* Which values are ours. See ledger.h. */
#include "ledger.h"

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tunable/tunable.h"

struct builder {
	struct nt_ledger *ledger;
	struct hsearch_data index; /* name of a value -> its entry's number plus one */
	char **names;
};

static char *entry_name(const struct nt_txn_head *head, const struct nt_change *change)
{
	char *name;

	return asprintf(&name, "%llu %s %s %s", (unsigned long long)head->netns_cookie,
			change->domain->name, change->target, change->tunable) < 0 ? NULL : name;
}

static struct nt_ledger_entry *new_entry(struct builder *builder, char *name,
					 const struct nt_txn_head *head,
					 const struct nt_change *change)
{
	struct nt_ledger *ledger = builder->ledger;
	ENTRY item = { .key = name, .data = (void *)(ledger->n_entries + 1) }, *found;

	if (!hsearch_r(item, ENTER, &found, &builder->index))
		return NULL;
	builder->names[ledger->n_entries] = name;
	ledger->entries[ledger->n_entries] = (struct nt_ledger_entry){
		.domain = change->domain,
		.target = change->target,
		.tunable = change->tunable,
		.netns = head->netns,
		.phase = change->phase,
		.netns_cookie = head->netns_cookie,
	};
	return &ledger->entries[ledger->n_entries++];
}

/* NULL: out of memory, or unknown and @create is false. */
static struct nt_ledger_entry *find_entry(struct builder *builder, const struct nt_txn_head *head,
					  const struct nt_change *change, bool create)
{
	char *name = entry_name(head, change);
	ENTRY item = { .key = name }, *found = NULL;
	struct nt_ledger_entry *entry = NULL;

	if (!name)
		return NULL;
	if (hsearch_r(item, FIND, &found, &builder->index))
		entry = &builder->ledger->entries[(size_t)found->data - 1];
	else if (create)
		entry = new_entry(builder, name, head, change);
	if (!entry || found)
		free(name);
	return entry;
}

static void drop_link(struct nt_ledger_entry *entry, size_t i)
{
	if (i + 1 < entry->n_links)
		entry->links[i + 1].before = entry->links[i].before;
	memmove(&entry->links[i], &entry->links[i + 1],
		(entry->n_links - i - 1) * sizeof(*entry->links));
	entry->n_links--;
}

static void drop_txn(struct nt_ledger_entry *entry, uint32_t txn)
{
	for (size_t i = entry->n_links; i-- > 0;)
		if (entry->links[i].txn == txn)
			drop_link(entry, i);
}

static int add_links(struct builder *builder, const struct nt_journal *journal)
{
	for (size_t i = 0; i < journal->plan.n_changes; i++) {
		const struct nt_change *change = &journal->plan.changes[i];
		struct nt_ledger_entry *entry;
		struct nt_ledger_link *grown;

		if (change->outcome != NT_OUTCOME_APPLIED)
			continue;
		entry = find_entry(builder, &journal->head, change, true);
		grown = entry ? realloc(entry->links, (entry->n_links + 1) * sizeof(*grown)) : NULL;
		if (!grown)
			return -ENOMEM;
		entry->links = grown;
		entry->links[entry->n_links++] = (struct nt_ledger_link){
			.txn = journal->head.id,
			.undo_seq = change->undo_seq,
			.before = change->seen,
			.wrote = change->readback ? change->readback : change->wanted,
		};
	}
	return 0;
}

/* What a rollback or revert put back is no longer ours. */
static void take_links(struct builder *builder, const struct nt_journal *journal)
{
	const struct nt_txn_head *head = &journal->head;
	bool all = head->kind == NT_TXN_REVERT;

	for (size_t i = 0; i < builder->ledger->n_entries && journal->complete; i++) {
		struct nt_ledger_entry *entry = &builder->ledger->entries[i];

		if (entry->netns_cookie != head->netns_cookie)
			continue;
		if (all)
			entry->n_links = 0;
		else
			drop_txn(entry, head->undoes);
	}
	for (size_t i = 0; i < journal->plan.n_changes && !journal->complete; i++) {
		const struct nt_change *change = &journal->plan.changes[i];
		struct nt_ledger_entry *entry = find_entry(builder, head, change, false);

		if (!entry || change->outcome != NT_OUTCOME_APPLIED)
			continue;
		if (all)
			entry->n_links = 0;
		else
			drop_txn(entry, head->undoes);
	}
}

static int add_journals(struct builder *builder, const struct nt_journal *journals, size_t n,
			const char *boot_id)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		if ((journals[i].state != NT_TXN_COMMITTED &&
		     journals[i].state != NT_TXN_AWAITING) ||
		    strcmp(journals[i].head.boot_id, boot_id) != 0)
			continue;
		if (journals[i].head.kind == NT_TXN_APPLY)
			r = add_links(builder, &journals[i]);
		else
			take_links(builder, &journals[i]);
	}
	return r;
}

static void forget_empty(struct nt_ledger *ledger)
{
	size_t kept = 0;

	for (size_t i = 0; i < ledger->n_entries; i++) {
		if (ledger->entries[i].n_links)
			ledger->entries[kept++] = ledger->entries[i];
		else
			free(ledger->entries[i].links);
	}
	ledger->n_entries = kept;
}

int nt_ledger_build(const struct nt_journal *journals, size_t n, const char *boot_id,
		    struct nt_ledger *ret)
{
	struct nt_ledger ledger = { 0 };
	struct builder builder = { .ledger = &ledger };
	size_t n_changes = 1;
	int r = -ENOMEM;

	for (size_t i = 0; i < n; i++)
		n_changes += journals[i].plan.n_changes;
	ledger.entries = calloc(n_changes, sizeof(*ledger.entries));
	builder.names = calloc(n_changes, sizeof(*builder.names));
	if (ledger.entries && builder.names && hcreate_r(n_changes * 2, &builder.index)) {
		r = add_journals(&builder, journals, n, boot_id);
		hdestroy_r(&builder.index);
	}
	for (size_t i = 0; builder.names && i < ledger.n_entries; i++)
		free(builder.names[i]);
	free(builder.names);
	if (r < 0) {
		nt_ledger_free(&ledger);
		return r;
	}
	forget_empty(&ledger);
	*ret = ledger;
	return 0;
}

const struct nt_ledger_link *nt_ledger_link_of(const struct nt_ledger_entry *entry, uint32_t txn)
{
	for (size_t i = 0; i < entry->n_links; i++)
		if (entry->links[i].txn == txn)
			return &entry->links[i];
	return NULL;
}

bool nt_ledger_holds(const struct nt_ledger *ledger, uint32_t txn)
{
	for (size_t i = 0; i < ledger->n_entries; i++)
		if (nt_ledger_link_of(&ledger->entries[i], txn))
			return true;
	return false;
}

static bool same_string(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool same_entry(const struct nt_ledger_entry *a, const struct nt_ledger_entry *b)
{
	if (a->domain != b->domain || a->netns_cookie != b->netns_cookie ||
	    a->n_links != b->n_links || strcmp(a->target, b->target) != 0 ||
	    strcmp(a->tunable, b->tunable) != 0)
		return false;
	for (size_t i = 0; i < a->n_links; i++)
		if (a->links[i].txn != b->links[i].txn ||
		    !same_string(a->links[i].before, b->links[i].before))
			return false;
	return true;
}

static bool same_ledger(const struct nt_ledger *a, const struct nt_ledger *b)
{
	if (a->n_entries != b->n_entries)
		return false;
	for (size_t i = 0; i < a->n_entries; i++)
		if (!same_entry(&a->entries[i], &b->entries[i]))
			return false;
	return true;
}

size_t nt_ledger_prunable(const struct nt_journal *journals, size_t n, const char *boot_id)
{
	struct nt_ledger whole = { 0 }, rest = { 0 };
	size_t cut = n > NT_JOURNAL_KEEP ? n - NT_JOURNAL_KEEP : 0;

	for (size_t i = 0; i < cut; i++)
		if (journals[i].state == NT_TXN_STAGED || journals[i].state == NT_TXN_AWAITING)
			cut = 0;
	if (!cut)
		return 0;
	if (nt_ledger_build(journals, n, boot_id, &whole) < 0 ||
	    nt_ledger_build(journals + cut, n - cut, boot_id, &rest) < 0 ||
	    !same_ledger(&whole, &rest))
		cut = 0;
	nt_ledger_free(&whole);
	nt_ledger_free(&rest);
	return cut;
}

void nt_ledger_free(struct nt_ledger *ledger)
{
	for (size_t i = 0; i < ledger->n_entries; i++)
		free(ledger->entries[i].links);
	free(ledger->entries);
	memset(ledger, 0, sizeof(*ledger));
}
