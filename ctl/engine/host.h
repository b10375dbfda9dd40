/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One sitting with the host: the state folder, its journals and what they say is ours.
 */
#ifndef NT_ENGINE_HOST_H
#define NT_ENGINE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/guardian_msg.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/settle.h"
#include "engine/state.h"

struct nt_diag;
struct nt_io;

/**
 * struct nt_host - what a command knows about earlier transactions
 * @open_only: @journals are only those that need attention, and the ledger is empty
 * @n_closed: how many others there are
 * @boot_id: of the running system
 * @netns_cookie: of the namespace in force
 */
struct nt_host {
	struct nt_state state;
	struct nt_journal *journals;
	size_t n_journals;
	bool open_only;
	size_t n_closed;
	struct nt_ledger ledger;
	char boot_id[NT_BOOT_ID_MAX];
	uint64_t netns_cookie;
};

/* The boot_id of the running system, into @buf of at least NT_BOOT_ID_MAX; a negative errno. */
int nt_boot_id_read(char *buf, size_t size);

/**
 * nt_host_open() - read what earlier transactions left
 * @lock_as: take the lock under this name and make the state folder; NULL to only look
 * @open_only: for a command that only adds: what is closed is checked, but not read
 *
 * Return: 0; -EBUSY; -EINVAL for a damaged journal; -EPERM refused; or a negative errno.
 */
int nt_host_open(const char *lock_as, bool open_only, struct nt_host *ret, struct nt_diag *diag);

/* Reads the journals again, after one was added. */
int nt_host_refresh(struct nt_host *host, struct nt_diag *diag);

/**
 * struct nt_recovery - what recovering did
 * @txn: the transaction that was cut off, the oldest of several, 0 when there was none
 * @undone: its values were returned, @n_changes of them
 * @foreign: values left alone because somebody else changed them
 * @failed: values that could not be returned
 * @unconfirmed: it was whole, but its deadline passed
 * @awaiting: a transaction that may still be confirmed and stands in the way of others, 0 for none
 * @deadline_ns: until when
 * @elsewhere: one that was cut off in a namespace that cannot be reached from here, 0 for none
 * @guarded_anew: its guardian was gone and there is a new one
 * @gone: one that another boot cut off or left unconfirmed, whose values went with it; 0 for none
 */
struct nt_recovery {
	uint32_t txn;
	size_t n_changes;
	size_t foreign;
	size_t failed;
	bool unconfirmed;
	uint32_t awaiting;
	uint64_t deadline_ns;
	uint32_t elsewhere;
	bool guarded_anew;
	uint32_t gone;
};

/**
 * nt_host_recover() - undo the transactions that were cut off
 * @host: locked
 * @force: also overwrite values that somebody else changed meanwhile
 * @ret: of all together
 *
 * Transactions of another boot are closed without a write: their values went with it. One that
 * awaits its confirmation gets a guardian again when it has lost it, and is undone when its
 * deadline has passed.
 *
 * Return: 0, also while one awaits: see @ret; -EIO when something could not be returned (it stays
 * to be recovered); -EBUSY when a guardian takes too long to undo.
 */
int nt_host_recover(struct nt_host *host, struct nt_io *io, bool force, struct nt_recovery *ret,
		    struct nt_diag *diag);

/* The newest transaction of this boot that awaits its confirmation, or @txn if that does; NULL. */
const struct nt_journal *nt_host_awaiting(const struct nt_host *host, uint32_t txn);

/**
 * nt_host_decide() - confirm or undo a transaction that has lost its guardian
 * @host: locked
 * @question: what its guardian would have been asked: confirm or rollback
 * @ret: what was done
 *
 * Reads the journals again. When it had its end by then, nothing is done. A confirmation behind the
 * deadline undoes.
 *
 * Return: 0; -EBUSY when there is a guardian after all; or a negative errno: it awaits as before.
 */
int nt_host_decide(struct nt_host *host, struct nt_io *io, const struct nt_guardian_msg *question,
		   struct nt_settlement *ret, struct nt_diag *diag);

/* Removes journals that nothing depends on, once there are twice as many as history keeps. */
void nt_host_prune(struct nt_host *host);

/* Fills what a new transaction's head says about this host. */
void nt_host_head(const struct nt_host *host, enum nt_txn_kind kind, const char *netns,
		  const char *backend, struct nt_txn_head *ret);

void nt_host_close(struct nt_host *host);

#endif
