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
	if (i + 1 < entry->n_links) {
		entry->links[i + 1].before = entry->links[i].before;
		entry->links[i + 1].before_txn = entry->links[i].before_txn;
	}
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

/* What was kept is as it was, unless it went with its queue, or could not be kept as it was. */
static bool leaves_link(const struct nt_change *change)
{
	bool there = change->outcome == NT_OUTCOME_APPLIED ||
		     change->outcome == NT_OUTCOME_COMPLIANT;

	if (change->kept)
		return change->outcome == NT_OUTCOME_ABSENT ||
		       change->outcome == NT_OUTCOME_FAILED ||
		       change->outcome == NT_OUTCOME_BLOCKED ||
		       change->outcome == NT_OUTCOME_IMMUTABLE ||
		       (there && change->seen &&
			!change->domain->same(change->seen, change->wanted));
	return change->outcome == NT_OUTCOME_APPLIED;
}

bool nt_ledger_claims(const struct nt_plan *plan)
{
	for (size_t i = 0; i < plan->n_changes; i++)
		if (leaves_link(&plan->changes[i]))
			return true;
	return false;
}

/*
 * What was written to a device that is gone went with it. Its index tells: it is never used twice,
 * a name is.
 */
static void set_device(struct nt_ledger_entry *entry, const struct nt_plan_device *device)
{
	if (entry->device && device && entry->device->ifindex != device->ifindex)
		entry->n_links = 0;
	entry->device = device;
}

/* What was theirs is what was there before ours. */
static void take_up(struct nt_ledger_entry *entry)
{
	if (entry->left)
		entry->n_links = 0;
	entry->left = false;
}

static int add_links(struct builder *builder, const struct nt_journal *journal)
{
	for (size_t i = 0; i < journal->plan.n_changes; i++) {
		const struct nt_change *change = &journal->plan.changes[i];
		struct nt_ledger_entry *entry;
		struct nt_ledger_link *grown;

		if (!leaves_link(change))
			continue;
		entry = find_entry(builder, &journal->head, change, true);
		if (entry)
			take_up(entry);
		if (entry)
			set_device(entry, nt_plan_device(&journal->plan, change->target));
		grown = entry ? realloc(entry->links, (entry->n_links + 1) * sizeof(*grown)) : NULL;
		if (!grown)
			return -ENOMEM;
		entry->links = grown;
		entry->links[entry->n_links++] = (struct nt_ledger_link){
			.txn = journal->head.id,
			.before_txn = journal->head.id,
			.undo_seq = change->undo_seq,
			.lost = change->kept,
			.before = change->seen,
			.wrote = change->readback ? change->readback : change->wanted,
			.instead_of = change->instead_of,
		};
	}
	return 0;
}

/* What a rollback or revert put back, or found put back or gone, is no longer ours. */
static bool is_returned(const struct nt_change *change)
{
	return change->outcome == NT_OUTCOME_APPLIED || change->outcome == NT_OUTCOME_COMPLIANT ||
	       (change->noted && change->outcome == NT_OUTCOME_ABSENT);
}

/* Found so, or set by them when it had just been put back. */
static bool is_left(const struct nt_change *change)
{
	return change->noted ? change->outcome == NT_OUTCOME_BLOCKED
			     : change->outcome == NT_OUTCOME_FAILED && change->err == ESTALE;
}

/* It still tells what there was before, for who insists. */
static bool is_kept_for_others(const struct nt_ledger_entry *entry, const struct nt_change *change)
{
	return change->kept && entry->left;
}

static void let_go(struct nt_ledger_entry *entry, const struct nt_txn_head *head)
{
	if (head->kind == NT_TXN_REVERT)
		entry->n_links = 0;
	else
		drop_txn(entry, head->undoes);
}

/* A later transaction set it again, so that there was nothing to be written. */
static bool is_behind(const struct nt_ledger_entry *entry, const struct nt_txn_head *head)
{
	return head->kind == NT_TXN_ROLLBACK && entry->n_links &&
	       entry->links[entry->n_links - 1].txn != head->undoes;
}

static void take_links(struct builder *builder, const struct nt_journal *journal)
{
	const struct nt_txn_head *head = &journal->head;

	for (size_t i = 0; i < builder->ledger->n_entries; i++) {
		struct nt_ledger_entry *entry = &builder->ledger->entries[i];

		if (entry->netns_cookie == head->netns_cookie &&
		    (is_behind(entry, head) || (journal->complete && !entry->left)))
			let_go(entry, head);
	}
	for (size_t i = 0; i < journal->plan.n_changes; i++) {
		const struct nt_change *change = &journal->plan.changes[i];
		struct nt_ledger_entry *entry = find_entry(builder, head, change, false);

		if (entry && is_returned(change) && !is_kept_for_others(entry, change))
			let_go(entry, head);
		else if (entry && is_left(change))
			entry->left = true;
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

bool nt_ledger_sets(const struct nt_ledger_entry *entry)
{
	return entry->n_links && !entry->left && !entry->links[entry->n_links - 1].lost;
}

const struct nt_ledger_entry *nt_ledger_find(const struct nt_ledger *ledger, uint64_t netns_cookie,
					     const struct nt_change *change)
{
	for (size_t i = 0; i < ledger->n_entries; i++) {
		const struct nt_ledger_entry *entry = &ledger->entries[i];

		if (nt_ledger_sets(entry) && entry->netns_cookie == netns_cookie &&
		    entry->domain == change->domain &&
		    !strcmp(entry->target, change->target) &&
		    !strcmp(entry->tunable, change->tunable))
			return entry;
	}
	return NULL;
}

const struct nt_ledger_link *nt_ledger_link_of(const struct nt_ledger_entry *entry, uint32_t txn)
{
	for (size_t i = 0; i < entry->n_links; i++)
		if (entry->links[i].txn == txn)
			return &entry->links[i];
	return NULL;
}

bool nt_ledger_holds(const struct nt_ledger *ledger, uint32_t txn, bool left_too)
{
	for (size_t i = 0; i < ledger->n_entries; i++)
		if ((left_too || !ledger->entries[i].left) &&
		    nt_ledger_link_of(&ledger->entries[i], txn))
			return true;
	return false;
}

bool nt_ledger_has(const struct nt_ledger *ledger, uint64_t netns_cookie, bool left)
{
	for (size_t i = 0; i < ledger->n_entries; i++)
		if (ledger->entries[i].netns_cookie == netns_cookie &&
		    ledger->entries[i].left == left)
			return true;
	return false;
}

static int compare_ids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* The transactions whose journals hold something of ours, ascending; may name one twice. */
static uint32_t *needed_txns(const struct nt_ledger *ledger, size_t *ret_n)
{
	size_t n = 0, k = 0;
	uint32_t *ids;

	for (size_t i = 0; i < ledger->n_entries; i++)
		n += 2 * ledger->entries[i].n_links;
	ids = calloc(n + 1, sizeof(*ids));
	for (size_t i = 0; ids && i < ledger->n_entries; i++)
		for (size_t j = 0; j < ledger->entries[i].n_links; j++) {
			ids[k++] = ledger->entries[i].links[j].txn;
			ids[k++] = ledger->entries[i].links[j].before_txn;
		}
	if (ids)
		qsort(ids, k, sizeof(*ids), compare_ids);
	*ret_n = k;
	return ids;
}

/* A rollback or revert may only go when all that it undid has gone before it. */
static bool undoes_nothing(const struct nt_journal *journals, const bool *removed, size_t i)
{
	const struct nt_txn_head *head = &journals[i].head;

	for (size_t j = 0; j < i; j++)
		if (!removed[j] && journals[j].head.kind == NT_TXN_APPLY &&
		    journals[j].head.netns_cookie == head->netns_cookie &&
		    (head->kind == NT_TXN_REVERT || journals[j].head.id == head->undoes))
			return false;
	return true;
}

static bool removable(const struct nt_journal *journals, const bool *removed, size_t i,
		      const char *boot_id)
{
	if (journals[i].state == NT_TXN_UNDONE || journals[i].state == NT_TXN_ABANDONED)
		return true;
	if (journals[i].state != NT_TXN_COMMITTED)
		return false;
	return strcmp(journals[i].head.boot_id, boot_id) != 0 ||
	       journals[i].head.kind == NT_TXN_APPLY || undoes_nothing(journals, removed, i);
}

int nt_ledger_prune(const struct nt_journal *journals, size_t n, const char *boot_id,
		    bool *ret_remove)
{
	struct nt_ledger ledger;
	uint32_t *needed;
	size_t n_needed;
	int r = nt_ledger_build(journals, n, boot_id, &ledger);

	memset(ret_remove, 0, n * sizeof(*ret_remove));
	if (r < 0)
		return r;
	needed = needed_txns(&ledger, &n_needed);
	for (size_t i = 0; needed && i + NT_JOURNAL_KEEP < n; i++)
		ret_remove[i] = !bsearch(&journals[i].head.id, needed, n_needed, sizeof(*needed),
					 compare_ids) &&
				removable(journals, ret_remove, i, boot_id);
	r = needed ? 0 : -ENOMEM;
	free(needed);
	nt_ledger_free(&ledger);
	return r;
}

void nt_ledger_free(struct nt_ledger *ledger)
{
	for (size_t i = 0; i < ledger->n_entries; i++)
		free(ledger->entries[i].links);
	free(ledger->entries);
	memset(ledger, 0, sizeof(*ledger));
}
