/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The journal: one file for each transaction, written ahead of what it describes.
 *
 *   journal/000017.journal    CRC32 SPACE JSON NEWLINE, line after line:
 *
 *   begin    who, when, which boot and network namespace, what for
 *   device   (n times) which device a name means
 *   change   (n times) the value seen and the value wanted; of a way back, with "outcome", also
 *            what is not to be written, for it was found returned, gone, or somebody else's
 *   staged   how many: from here on the host may have been written to. Synced to disk before it is.
 *   seen     (any number) the value of what a module brought that the transaction itself loaded,
 *            synced before that value is written
 *   replanned, change, staged
 *            what became of the plan when structural changes had been made and the device read
 *            again, or when a CPU had no room for an interrupt. Synced before any of it is
 *            written.
 *   result   (n times) what became of each change
 *   awaiting (--confirm only) applied and read back; until when it may be confirmed. Synced.
 *            Another one follows when the deadline is moved or another guardian takes over.
 *   end      committed or undone. Synced. After "awaiting", results that changed precede it.
 *
 * A journal gets its name when it is whole up to "staged" and durable. One with "staged" and
 * without "end" belongs to one that was cut off: recover undoes it. One that awaits belongs to its
 * guardian (guardian.h). A last line without its newline is a crash, a wrong checksum is damage,
 * and damage is never guessed at.
 */
#ifndef NT_ENGINE_JOURNAL_H
#define NT_ENGINE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/facts.h"
#include "core/plan.h"

struct nt_diag;
struct nt_state;

#define NT_JOURNAL_LINE_MAX  65536U
#define NT_JOURNAL_BYTES_MAX (256U << 20)
#define NT_JOURNAL_NAMES_MAX 16U
#define NT_BOOT_ID_MAX       40U
#define NT_GUARDIAN_KIND_MAX 16U
#define NT_CAUSE_MAX         64U
/* So many journals are kept for "history" after nothing depends on them any more. */
#define NT_JOURNAL_KEEP 64U
/* Every apply reads all of them; a host that hits this has a loop around "apply". */
#define NT_JOURNALS_MAX 4096U

enum nt_txn_kind {
	NT_TXN_APPLY,
	NT_TXN_ROLLBACK, /* undoes one earlier transaction */
	NT_TXN_REVERT,   /* undoes all of them */
};

enum nt_txn_state {
	NT_TXN_WRITING,   /* no "staged": nothing was written to the host */
	NT_TXN_STAGED,    /* no "end": cut off, must be recovered */
	NT_TXN_AWAITING,  /* applied; undone at its deadline unless somebody confirms */
	NT_TXN_COMMITTED,
	NT_TXN_UNDONE,
	NT_TXN_ABANDONED, /* closed by recover without anything to undo: never staged, or gone with
			   * its boot or network namespace */
};

/**
 * struct nt_txn_head - what identifies a transaction
 * @id: 1, 2, 3, ... on this host
 * @undoes: the transaction that a rollback undoes, 0 for none
 * @netns: name given to --netns, "" for the caller's own
 * @netns_cookie: the kernel's, never used twice in one boot
 * @started_s: seconds since the epoch
 * @confirm_s: undone after so long unless confirmed; 0: needs no confirmation
 * @deadline_ns: until when it must have been applied, CLOCK_BOOTTIME; 0 without @confirm_s
 * @profiles: NULL-terminated
 */
struct nt_txn_head {
	uint32_t id;
	enum nt_txn_kind kind;
	uint32_t undoes;
	char boot_id[NT_BOOT_ID_MAX];
	char netns[NT_FACTS_NAME_MAX];
	uint64_t netns_cookie;
	uint64_t started_s;
	uint32_t confirm_s;
	uint64_t deadline_ns;
	char backend[16];
	char *profiles[NT_JOURNAL_NAMES_MAX + 1];
};

/**
 * struct nt_journal - one transaction's journal, read back or being written
 * @head: owned strings
 * @plan: its changes, with outcomes as far as they were recorded
 * @state: see above
 * @complete: a rollback or revert that restored everything; one that was blocked somewhere is not
 * @torn: the last line was cut off and is ignored
 * @end_offset: where the next line goes
 * @duration_us: of the whole, 0 until the end
 * @writes: to the host
 * @deadline_ns: the one in force, CLOCK_BOOTTIME; 0 when nothing has to be confirmed
 * @guardian: "systemd" or "process", "" when it never came to awaiting
 * @cause: why it ended as it did, "" when that goes without saying
 */
struct nt_journal {
	struct nt_txn_head head;
	struct nt_plan plan;
	enum nt_txn_state state;
	bool complete;
	bool torn;
	uint64_t end_offset;
	uint64_t duration_us;
	uint64_t writes;
	uint64_t deadline_ns;
	char guardian[NT_GUARDIAN_KIND_MAX];
	char cause[NT_CAUSE_MAX];
};

/**
 * struct nt_journal_writer - an open journal
 * @fd: the file, -1 when closed
 * @name: "000017.journal"
 */
struct nt_journal_writer {
	int fd;
	char name[32];
};

/**
 * nt_journal_begin() - write and sync everything up to "staged"
 * @head: its id is chosen here
 * @plan: changes with outcome planned are recorded
 *
 * Space for the results and the end is reserved, so that a disk that fills up meanwhile cannot
 * keep the outcome from being recorded. On failure the file is removed again and the id is 0.
 *
 * Return: 0 or a negative errno (-ENOSPC, -EROFS); nothing may be written to the host then.
 */
int nt_journal_begin(struct nt_state *state, struct nt_txn_head *head, const struct nt_plan *plan,
		     struct nt_journal_writer *ret, struct nt_diag *diag);

/**
 * nt_journal_add_seen() - write and sync the values of changes that were seen late
 *
 * Return: 0, also when there are none; or a negative errno, and then they may not be written.
 */
int nt_journal_add_seen(struct nt_state *state, struct nt_journal_writer *writer,
			const struct nt_plan *plan, struct nt_diag *diag);

/**
 * nt_journal_replan() - write and sync what planning anew made of the plan
 * @head: of this transaction
 * @first: changes from here on are new; those before it are recorded if marked as replanned
 *
 * Return: 0 or a negative errno; nothing of what was planned anew may be written to the host then.
 */
int nt_journal_replan(struct nt_state *state, struct nt_journal_writer *writer,
		      const struct nt_txn_head *head, const struct nt_plan *plan, size_t first,
		      struct nt_diag *diag);

/**
 * struct nt_journal_ending - what the last line says; members as in struct nt_journal
 * @state: NT_TXN_COMMITTED, NT_TXN_UNDONE or NT_TXN_ABANDONED
 * @cause: a few words, shorter than NT_CAUSE_MAX; NULL for none
 */
struct nt_journal_ending {
	enum nt_txn_state state;
	bool complete;
	uint64_t duration_us;
	uint64_t writes;
	const char *cause;
};

/**
 * struct nt_journal_waiting - what an "awaiting" line says; members as in struct nt_journal
 */
struct nt_journal_waiting {
	uint64_t deadline_ns;
	const char *guardian;
	bool complete;
	uint64_t duration_us;
	uint64_t writes;
};

/**
 * nt_journal_await() - write results and "awaiting", sync; the journal stays open
 * @plan: its results, NULL when they are there already
 *
 * Space for an end is reserved before. On failure the journal is as it was.
 *
 * Return: 0 or a negative errno.
 */
int nt_journal_await(struct nt_state *state, struct nt_journal_writer *writer,
		     const struct nt_plan *plan, const struct nt_journal_waiting *waiting,
		     struct nt_diag *diag);

/**
 * nt_journal_end() - write results and "end", sync, close
 *
 * Return: 0 or a negative errno; the journal then still asks for recovery.
 */
int nt_journal_end(struct nt_state *state, struct nt_journal_writer *writer,
		   const struct nt_plan *plan, const struct nt_journal_ending *ending,
		   struct nt_diag *diag);

/* Opens an unfinished journal for nt_journal_end(), cutting off a torn line. */
int nt_journal_reopen(struct nt_state *state, const struct nt_journal *journal,
		      struct nt_journal_writer *ret, struct nt_diag *diag);

/* Closes without an end: what stays behind asks for recovery. */
void nt_journal_abort(struct nt_journal_writer *writer);

/**
 * nt_journal_parse() - read one journal's bytes
 * @text: @len bytes of anything
 * @name: for messages
 *
 * Return: 0; -EINVAL with "NAME:LINE: ..." in @diag for damage; -ENOMEM.
 */
int nt_journal_parse(const char *text, size_t len, const char *name, struct nt_journal *ret,
		     struct nt_diag *diag);

/**
 * nt_journal_read() - one journal
 * @id: its transaction
 *
 * Return: 0; -ENOENT without a diag when there is none; -EINVAL for damage; or a negative errno.
 */
int nt_journal_read(struct nt_state *state, uint32_t id, struct nt_journal *ret,
		    struct nt_diag *diag);

/**
 * nt_journal_closed() - does this journal need no more attention?
 * @text: @len bytes of anything
 *
 * Return: true when every checksum holds and the last line is an "end". What lies between is not
 * looked at: that is what makes it quick.
 */
bool nt_journal_closed(const char *text, size_t len);

/**
 * struct nt_journal_reader - how to read many
 * @open_only: leave out those that are closed
 * @damaged: called for each damaged file with its diag, or NULL to fail on the first
 * @user: for @damaged
 * @n_closed: how many were left out
 */
struct nt_journal_reader {
	bool open_only;
	void (*damaged)(const char *name, const struct nt_diag *diag, void *user);
	void *user;
	size_t n_closed;
};

/**
 * nt_journal_read_all() - every journal, oldest first
 * @ret: array, free with nt_journals_free()
 */
int nt_journal_read_all(struct nt_state *state, struct nt_journal_reader *reader,
			struct nt_journal **ret, size_t *ret_n, struct nt_diag *diag);

/* Removes one journal. Best effort: what stays is only history. */
void nt_journal_remove(struct nt_state *state, const struct nt_journal *journal);

/* Sets a damaged journal aside as NAME.damaged, so that work can go on. */
int nt_journal_set_aside(struct nt_state *state, const char *name, struct nt_diag *diag);

const char *nt_txn_state_name(enum nt_txn_state state);
const char *nt_txn_kind_name(enum nt_txn_kind kind);

void nt_txn_head_free(struct nt_txn_head *head);
void nt_journal_free(struct nt_journal *journal);
void nt_journals_free(struct nt_journal *journals, size_t n);

#endif
