/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ledger: which values are nettune's now, computed from the journals.
 *
 * Every value that transactions wrote has a chain of links, oldest first; those that still await a
 * confirmation count. Rolling back a transaction takes its links out, wherever they are: the next
 * link inherits the value from before. The first link's "before" is what the host had before
 * nettune touched it, the last link's "wrote" is what should be there now.
 */
#ifndef NT_ENGINE_LEDGER_H
#define NT_ENGINE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/journal.h"

struct nt_tunable;

/**
 * struct nt_ledger_link - what one transaction made of a value
 * @txn: the transaction
 * @before_txn: whose journal holds @before
 * @undo_seq: as the planner gave it
 * @lost: nobody wanted it changed: it went with its queue, and @before is to come back with that
 * @before: NULL: there was none
 * @wrote: as it was read back
 * @instead_of: what it stands for, since the host had no room for it there; NULL: for itself
 */
struct nt_ledger_link {
	uint32_t txn;
	uint32_t before_txn;
	uint32_t undo_seq;
	bool lost;
	const char *before;
	const char *wrote;
	const char *instead_of;
};

/**
 * struct nt_ledger_entry - one value
 *
 * @left: a rollback or revert found that somebody else had set it and left it to them: it is
 *	  theirs, and @links only tell what there was before, for who insists
 * @device: which device @target meant at last; NULL: no device, or nobody wrote it down
 *
 * Strings are owned by the journals that the ledger was built from. An entry without links is a
 * value that is no longer ours.
 */
struct nt_ledger_entry {
	const struct nt_tunable *domain;
	const char *target;
	const char *tunable;
	const char *netns;
	uint64_t netns_cookie;
	enum nt_phase phase;
	bool left;
	const struct nt_plan_device *device;
	struct nt_ledger_link *links;
	size_t n_links;
};

struct nt_ledger {
	struct nt_ledger_entry *entries;
	size_t n_entries;
};

/**
 * nt_ledger_build() - compute the ledger
 * @journals: oldest first; must outlive the ledger
 * @boot_id: of the running system; values of other boots are gone
 *
 * Return: 0 or -ENOMEM.
 */
int nt_ledger_build(const struct nt_journal *journals, size_t n, const char *boot_id,
		    struct nt_ledger *ret);

/* Did anything take effect that an apply with these outcomes would have to take back? */
bool nt_ledger_claims(const struct nt_plan *plan);

/* The entry of the value in force that @change would change in that namespace, or NULL. */
const struct nt_ledger_entry *nt_ledger_find(const struct nt_ledger *ledger, uint64_t netns_cookie,
					     const struct nt_change *change);

/*
 * Is there a value in force that nettune set? One that only went with its queue is none, nor is one
 * that was left to somebody else.
 */
bool nt_ledger_sets(const struct nt_ledger_entry *entry);

/* The link that @txn put into @entry, or NULL. */
const struct nt_ledger_link *nt_ledger_link_of(const struct nt_ledger_entry *entry, uint32_t txn);

/* Does @txn still own anything? @left_too: or did it, until that was left to somebody else? */
bool nt_ledger_holds(const struct nt_ledger *ledger, uint32_t txn, bool left_too);

/* Is there anything of that namespace that is ours, or with @left that was left to others? */
bool nt_ledger_has(const struct nt_ledger *ledger, uint64_t netns_cookie, bool left);

/**
 * nt_ledger_prune() - choose the journals that can go without changing what the ledger says
 * @ret_remove: for each journal; the newest NT_JOURNAL_KEEP always stay, for history
 *
 * Return: 0 or -ENOMEM, and then none is chosen.
 */
int nt_ledger_prune(const struct nt_journal *journals, size_t n, const char *boot_id,
		    bool *ret_remove);

void nt_ledger_free(struct nt_ledger *ledger);

#endif
