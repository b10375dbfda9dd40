// SPDX-License-Identifier: GPL-2.0-or-later
/* Opening the journals and closing what was cut off. See host.h. */
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/backend.h"
#include "engine/interrupt.h"
#include "engine/txn.h"
#include "io/io.h"
#include "io/netns.h"
#include "lib/cleanup.h"
#include "lib/diag.h"

static int read_boot_id(char *buf, size_t size)
{
	nt_autoclose int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, size - 1);

	if (n <= 0)
		return n < 0 ? -errno : -EIO;
	buf[n] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return 0;
}

int nt_host_refresh(struct nt_host *host, struct nt_diag *diag)
{
	nt_ledger_free(&host->ledger);
	nt_journals_free(host->journals, host->n_journals);
	host->journals = NULL;
	host->n_journals = 0;
	if (nt_journal_read_all(&host->state, &host->journals, &host->n_journals, NULL, NULL,
				diag) < 0)
		return diag && diag->err ? -diag->err : -ENOMEM;
	return nt_ledger_build(host->journals, host->n_journals, host->boot_id, &host->ledger);
}

int nt_host_open(const char *lock_as, struct nt_host *ret, struct nt_diag *diag)
{
	struct nt_host host = { 0 };
	int r = nt_state_open(lock_as, &host.state, diag);

	if (r < 0)
		return r;
	r = read_boot_id(host.boot_id, sizeof(host.boot_id));
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

/* Its name is all there is: it died while it was being made. */
static bool unborn(const struct nt_journal *journal)
{
	return journal->state == NT_TXN_WRITING && !*journal->head.boot_id;
}

static int close_as(struct nt_host *host, struct nt_journal *journal, enum nt_txn_state ended,
		    struct nt_diag *diag)
{
	const struct nt_journal_ending ending = { .state = ended };
	struct nt_journal_writer writer;
	struct nt_plan nothing = { 0 };
	int r;

	if (unborn(journal)) {
		nt_journal_remove(&host->state, journal, 1);
		return 0;
	}
	r = nt_journal_reopen(&host->state, journal, &writer, diag);
	if (r < 0)
		return r;
	return nt_journal_end(&host->state, &writer,
			      ended == NT_TXN_UNDONE ? &journal->plan : &nothing, &ending, diag);
}

static int recover_staged(struct nt_host *host, struct nt_io *io, struct nt_journal *journal,
			  bool force, struct nt_recovery *recovery, struct nt_diag *diag)
{
	size_t foreign = 0, failed;
	int r = strcmp(journal->head.backend, "kernel") ? 0 : nt_backend_settle(diag);

	if (r < 0)
		return r;
	failed = nt_undo_plan(io, &journal->plan, force, &foreign);
	*recovery = (struct nt_recovery){
		.txn = journal->head.id,
		.n_changes = journal->plan.n_changes,
		.foreign = foreign,
		.failed = failed,
	};
	if (failed)
		return nt_diag_err(diag, EIO, "transaction %u was cut off and %zu of its values "
				   "could not be returned", journal->head.id, failed);
	return close_as(host, journal, NT_TXN_UNDONE, diag);
}

/* In another namespace than ours: go there if it still is the same one. */
static int recover_elsewhere(struct nt_host *host, struct nt_io *io, struct nt_journal *journal,
			     bool force, struct nt_recovery *recovery, struct nt_diag *diag)
{
	struct nt_diag ignored = { 0 };
	uint64_t cookie = 0;
	int home, r;

	if (!*journal->head.netns)
		return 0; /* a container's own: its own nettune recovers it */
	home = nt_netns_save();
	if (home < 0)
		return home;
	r = nt_netns_enter(journal->head.netns, &ignored);
	if (r == 0)
		r = nt_netns_cookie(&cookie);
	if (r == -ENOENT || (r == 0 && cookie != journal->head.netns_cookie))
		r = close_as(host, journal, NT_TXN_ABANDONED, diag);
	else if (r == 0)
		r = recover_staged(host, io, journal, force, recovery, diag);
	else
		nt_diag_err(diag, -r, "transaction %u: %s", journal->head.id, ignored.message);
	if (nt_netns_return(home) < 0 && r == 0)
		r = -errno;
	return r;
}

static int recover_one(struct nt_host *host, struct nt_io *io, struct nt_journal *journal,
		       bool force, struct nt_recovery *recovery, struct nt_diag *diag)
{
	if (journal->state == NT_TXN_WRITING || strcmp(journal->head.boot_id, host->boot_id) != 0)
		return close_as(host, journal, NT_TXN_ABANDONED, diag);
	if (journal->head.netns_cookie != host->netns_cookie)
		return recover_elsewhere(host, io, journal, force, recovery, diag);
	return recover_staged(host, io, journal, force, recovery, diag);
}

int nt_host_recover(struct nt_host *host, struct nt_io *io, bool force, struct nt_recovery *ret,
		    struct nt_diag *diag)
{
	struct nt_recovery recovery = { 0 };
	bool any = false;
	int r = 0;

	for (size_t i = host->n_journals; i-- > 0 && r == 0;) {
		struct nt_journal *journal = &host->journals[i];

		if (journal->state != NT_TXN_WRITING && journal->state != NT_TXN_STAGED)
			continue;
		nt_interrupt_hold();
		r = recover_one(host, io, journal, force, &recovery, diag);
		nt_interrupt_release();
		any = true;
	}
	*ret = recovery;
	if (r == 0 && any)
		r = nt_host_refresh(host, diag);
	return r;
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
