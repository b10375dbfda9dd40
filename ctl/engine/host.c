// SPDX-License-Identifier: GPL-2.0-or-later
/* Opening the journals and closing what was cut off. See host.h. */
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/deadline.h"
#include "engine/guardian.h"
#include "engine/interrupt.h"
#include "io/io.h"
#include "io/netns.h"
#include "lib/cleanup.h"
#include "lib/diag.h"

int nt_boot_id_read(char *buf, size_t size)
{
	nt_autoclose int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, size - 1);

	if (n <= 0)
		return n < 0 ? -errno : -EIO;
	buf[n] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return 0;
}

/* Values of a named namespace that is no more went with it, as those of another boot did. */
static void forget_gone_netns(struct nt_host *host)
{
	const char *name = "";
	uint64_t cookie = 0;
	int r = 0;

	for (size_t i = 0; i < host->n_journals; i++) {
		struct nt_txn_head *head = &host->journals[i].head;

		if (host->journals[i].state != NT_TXN_COMMITTED || !*head->netns ||
		    head->netns_cookie == host->netns_cookie ||
		    strcmp(head->boot_id, host->boot_id) != 0)
			continue;
		if (strcmp(name, head->netns) != 0)
			r = nt_netns_cookie_of(head->netns, &cookie);
		name = head->netns;
		if (r == -ENOENT || (r == 0 && cookie != head->netns_cookie))
			host->journals[i].state = NT_TXN_ABANDONED;
	}
}

int nt_host_refresh(struct nt_host *host, struct nt_diag *diag)
{
	struct nt_journal_reader reader = { .open_only = host->open_only };

	nt_ledger_free(&host->ledger);
	nt_journals_free(host->journals, host->n_journals);
	host->journals = NULL;
	host->n_journals = 0;
	if (nt_journal_read_all(&host->state, &reader, &host->journals, &host->n_journals,
				diag) < 0)
		return diag && diag->err ? -diag->err : -ENOMEM;
	host->n_closed = reader.n_closed;
	/* Only root can look into them. */
	if (geteuid() == 0)
		forget_gone_netns(host);
	return nt_ledger_build(host->journals, host->n_journals, host->boot_id, &host->ledger);
}

int nt_host_open(const char *lock_as, bool open_only, struct nt_host *ret, struct nt_diag *diag)
{
	struct nt_host host = { .open_only = open_only };
	int r = nt_state_open(lock_as, &host.state, diag);

	if (r < 0)
		return r;
	r = nt_boot_id_read(host.boot_id, sizeof(host.boot_id));
	if (r == 0)
		r = nt_netns_cookie(&host.netns_cookie);
	if (r < 0)
		nt_diag_err(diag, -r, "cannot tell boots and network namespaces apart: %s",
			    strerror(-r));
	if (r == 0 && lock_as)
		r = nt_state_lock(&host.state, lock_as, diag);
	if (r == 0)
		r = nt_host_refresh(&host, diag);
	if (r < 0) {
		nt_host_close(&host);
		return r;
	}
	*ret = host;
	return 0;
}

static bool is_open(const struct nt_journal *journal)
{
	return journal->state <= NT_TXN_AWAITING;
}

static size_t count_staged(const struct nt_plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_changes; i++)
		n += plan->changes[i].journaled;
	return n;
}

static int undo_cut_off(struct nt_host *host, struct nt_io *io, struct nt_journal *journal,
			bool force, struct nt_recovery *recovery, struct nt_diag *diag)
{
	struct nt_settlement settlement = { 0 };
	bool unconfirmed = journal->state == NT_TXN_AWAITING;
	char cause[NT_CAUSE_MAX] = "was cut off";
	int r;

	if (unconfirmed)
		snprintf(cause, sizeof(cause), "was not confirmed within %u s",
			 journal->head.confirm_s);
	r = nt_settle_undo(&host->state, io, journal,
			   &(struct nt_settle_how){ .force = force, .cause = cause }, &settlement,
			   diag);
	*recovery = (struct nt_recovery){
		.txn = journal->head.id,
		.n_changes = count_staged(&journal->plan),
		.foreign = settlement.n_foreign,
		.failed = settlement.n_failed,
		.unconfirmed = unconfirmed,
	};
	return r;
}

/* Its guardian is gone and there is time left: the rest of it belongs to another one. */
static int guard_anew(struct nt_host *host, struct nt_journal *journal, struct nt_diag *diag)
{
	struct nt_guard guard = { .fd = -1, .pid_fd = -1 };
	struct nt_journal_waiting waiting = {
		.deadline_ns = journal->deadline_ns,
		.complete = journal->complete,
		.duration_us = journal->duration_us,
		.writes = journal->writes,
	};
	struct nt_journal_writer writer;
	int r = nt_guard_live.start(&host->state, journal->head.id, &guard, diag);

	if (r < 0)
		return r;
	waiting.guardian = guard.kind;
	r = nt_journal_reopen(&host->state, journal, &writer, diag);
	if (r == 0) {
		r = nt_journal_await(&host->state, &writer, NULL, &waiting, diag);
		nt_journal_abort(&writer);
	}
	if (r == 0)
		r = nt_guard_live.hand_over(&guard, journal->head.id, diag);
	nt_guard_live.close(&guard);
	return r;
}

/* Our lock is held, so no command applies it any more; a guardian may be about to undo. */
static int recover_guarded(struct nt_host *host, struct nt_io *io, struct nt_journal *journal,
			   bool force, struct nt_recovery *recovery, struct nt_diag *diag)
{
	bool due = journal->state == NT_TXN_STAGED ||
		   !nt_deadline_left_s(journal->deadline_ns, nt_deadline_now_ns());
	nt_autoclose int lock = nt_guardian_lock(&host->state, due ? NT_GUARDIAN_SETTLE_MS : 0);
	struct nt_journal now;
	int r;

	recovery->awaiting = journal->head.id;
	recovery->deadline_ns = journal->deadline_ns;
	if (lock == -EBUSY && !due)
		return 0;
	if (lock < 0)
		return nt_diag_err(diag, -lock, "transaction %u: its guardian is still undoing it",
				   journal->head.id);
	recovery->awaiting = 0;
	/* Nobody else settles from here on, but it may have been settled before. */
	r = nt_journal_read(&host->state, journal->head.id, &now, diag);
	if (r < 0)
		return r;
	nt_journal_free(journal);
	*journal = now;
	if (!is_open(journal))
		return 0;
	if (journal->state == NT_TXN_STAGED ||
	    !nt_deadline_left_s(journal->deadline_ns, nt_deadline_now_ns()))
		return undo_cut_off(host, io, journal, force, recovery, diag);
	close(lock);
	lock = -1;
	r = guard_anew(host, journal, diag);
	recovery->awaiting = journal->head.id;
	recovery->deadline_ns = journal->deadline_ns;
	recovery->guarded_anew = r == 0;
	return r;
}

static int recover_here(struct nt_host *host, struct nt_io *io, struct nt_journal *journal,
			bool force, struct nt_recovery *recovery, struct nt_diag *diag)
{
	if (journal->head.confirm_s)
		return recover_guarded(host, io, journal, force, recovery, diag);
	return undo_cut_off(host, io, journal, force, recovery, diag);
}

/* In another namespace than ours: go there if it still is the same one. */
static int recover_elsewhere(struct nt_host *host, struct nt_io *io, struct nt_journal *journal,
			     bool force, struct nt_recovery *recovery, struct nt_diag *diag)
{
	struct nt_diag ignored = { 0 };
	uint64_t cookie = 0;
	int home, r;

	/* A container's own: its own nettune recovers it. */
	if (!*journal->head.netns) {
		recovery->elsewhere = journal->head.id;
		return 0;
	}
	home = nt_netns_save();
	if (home < 0)
		return home;
	r = nt_netns_enter(journal->head.netns, &ignored);
	if (r == 0)
		r = nt_netns_cookie(&cookie);
	if (r == -ENOENT || (r == 0 && cookie != journal->head.netns_cookie))
		r = nt_settle_abandon(&host->state, journal, NT_CAUSE_NETNS_GONE, diag);
	else if (r == 0)
		r = recover_here(host, io, journal, force, recovery, diag);
	else
		nt_diag_err(diag, -r, "transaction %u: %s", journal->head.id, ignored.message);
	if (nt_netns_return(home) < 0 && r == 0)
		r = -errno;
	return r;
}

static int recover_one(struct nt_host *host, struct nt_io *io, struct nt_journal *journal,
		       bool force, struct nt_recovery *recovery, struct nt_diag *diag)
{
	if (journal->state == NT_TXN_WRITING)
		return nt_settle_abandon(&host->state, journal, NULL, diag);
	if (strcmp(journal->head.boot_id, host->boot_id) != 0) {
		recovery->gone = journal->head.id;
		return nt_settle_abandon(&host->state, journal, NT_CAUSE_BOOT_GONE, diag);
	}
	if (journal->head.netns_cookie != host->netns_cookie && journal->head.confirm_s &&
	    !*journal->head.netns) {
		/* A container's own, but its guardian stands in everybody's way. */
		nt_autoclose int lock = nt_guardian_lock(&host->state, 0);

		recovery->awaiting = lock == -EBUSY ? journal->head.id : 0;
		recovery->elsewhere = lock == -EBUSY ? 0 : journal->head.id;
		recovery->deadline_ns = journal->deadline_ns;
		return 0;
	}
	if (journal->head.netns_cookie != host->netns_cookie)
		return recover_elsewhere(host, io, journal, force, recovery, diag);
	return recover_here(host, io, journal, force, recovery, diag);
}

/* One more of possibly several; only one can await, for it stands in the way of all others. */
static void add_recovery(struct nt_recovery *sum, const struct nt_recovery *one)
{
	sum->txn = one->txn ? one->txn : sum->txn;
	sum->n_changes += one->n_changes;
	sum->foreign += one->foreign;
	sum->failed += one->failed;
	sum->unconfirmed = sum->unconfirmed || one->unconfirmed;
	sum->awaiting = one->awaiting;
	sum->deadline_ns = one->deadline_ns;
	sum->elsewhere = one->elsewhere ? one->elsewhere : sum->elsewhere;
	sum->guarded_anew = one->guarded_anew;
	sum->gone = one->gone ? one->gone : sum->gone;
}

int nt_host_recover(struct nt_host *host, struct nt_io *io, bool force, struct nt_recovery *ret,
		    struct nt_diag *diag)
{
	struct nt_recovery recovery = { 0 };
	bool any = false;
	int r = 0;

	for (size_t i = host->n_journals; i-- > 0 && r == 0 && !recovery.awaiting;) {
		struct nt_journal *journal = &host->journals[i];
		struct nt_recovery one = { 0 };

		if (!is_open(journal))
			continue;
		nt_interrupt_hold();
		r = recover_one(host, io, journal, force, &one, diag);
		nt_interrupt_release();
		add_recovery(&recovery, &one);
		any = true;
	}
	*ret = recovery;
	if (r == 0 && any)
		r = nt_host_refresh(host, diag);
	return r;
}

const struct nt_journal *nt_host_awaiting(const struct nt_host *host, uint32_t txn)
{
	for (size_t i = host->n_journals; i-- > 0;) {
		const struct nt_journal *journal = &host->journals[i];

		if (journal->state == NT_TXN_AWAITING && (!txn || journal->head.id == txn) &&
		    !strcmp(journal->head.boot_id, host->boot_id))
			return journal;
	}
	return NULL;
}

static int decide(struct nt_host *host, struct nt_io *io, struct nt_journal *journal,
		  const struct nt_guardian_msg *question, struct nt_settlement *ret,
		  struct nt_diag *diag)
{
	struct nt_settle_how how = { .force = question->args[0], .cause = "was rolled back" };

	if (journal->head.netns_cookie != host->netns_cookie)
		return nt_diag_err(diag, EINVAL, "transaction %u was made in another network "
				   "namespace%s%s; run this there", journal->head.id,
				   *journal->head.netns ? ": --netns " : "", journal->head.netns);
	if (question->verb == NT_GUARDIAN_CONFIRM) {
		if (nt_deadline_left_s(journal->deadline_ns, nt_deadline_now_ns()))
			return nt_settle_keep(&host->state, io, journal, ret, diag);
		how = (struct nt_settle_how){ .cause = "was confirmed too late" };
	}
	return nt_settle_undo(&host->state, io, journal, &how, ret, diag);
}

int nt_host_decide(struct nt_host *host, struct nt_io *io, const struct nt_guardian_msg *question,
		   struct nt_settlement *ret, struct nt_diag *diag)
{
	nt_autoclose int lock = nt_guardian_lock(&host->state, NT_GUARDIAN_SETTLE_MS);
	struct nt_journal journal;
	int r;

	if (lock < 0)
		return nt_diag_err(diag, -lock, "transaction %u has a guardian that does not "
				   "answer", question->txn);
	r = nt_journal_read(&host->state, question->txn, &journal, diag);
	if (r < 0)
		return r;
	if (journal.state == NT_TXN_AWAITING) {
		nt_interrupt_hold();
		r = decide(host, io, &journal, question, ret, diag);
		nt_interrupt_release();
	}
	nt_journal_free(&journal);
	return r < 0 ? r : nt_host_refresh(host, diag);
}

void nt_host_prune(struct nt_host *host)
{
	nt_autofree bool *remove = NULL;
	struct nt_diag ignored = { 0 };

	if (host->n_journals + host->n_closed < 2 * NT_JOURNAL_KEEP)
		return;
	host->open_only = false;
	if (nt_host_refresh(host, &ignored) < 0)
		return;
	remove = calloc(host->n_journals + 1, sizeof(*remove));
	if (!remove || nt_ledger_prune(host->journals, host->n_journals, host->boot_id,
				       remove) < 0)
		return;
	for (size_t i = 0; i < host->n_journals; i++)
		if (remove[i])
			nt_journal_remove(&host->state, &host->journals[i]);
}

void nt_host_head(const struct nt_host *host, enum nt_txn_kind kind, const char *netns,
		  const char *backend, struct nt_txn_head *ret)
{
	*ret = (struct nt_txn_head){ .kind = kind, .netns_cookie = host->netns_cookie };
	memcpy(ret->boot_id, host->boot_id, sizeof(ret->boot_id));
	snprintf(ret->netns, sizeof(ret->netns), "%s", netns ? netns : "");
	snprintf(ret->backend, sizeof(ret->backend), "%s", backend);
}

void nt_host_close(struct nt_host *host)
{
	nt_ledger_free(&host->ledger);
	nt_journals_free(host->journals, host->n_journals);
	nt_state_close(&host->state);
	memset(host, 0, sizeof(*host));
	host->state = (struct nt_state){ .dir_fd = -1, .journal_fd = -1, .lock_fd = -1 };
}
