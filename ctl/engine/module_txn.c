// SPDX-License-Identifier: GPL-2.0-or-later
/* The module's half of a transaction. See module_txn.h. */
#include "module_txn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/crc32.h"
#include "engine/nettune_genl.h"
#include "engine/state.h"
#include "lib/cleanup.h"
#include "lib/diag.h"

uint64_t nt_module_cookie(const struct nt_state *state, uint32_t txn)
{
	const char *path = state->path ? state->path : "";

	return (uint64_t)nt_crc32(path, strlen(path)) << 32 | txn;
}

uint32_t nt_module_deadline_ms(uint32_t confirm_s)
{
	uint64_t ms = (uint64_t)confirm_s * 1000U + NT_MODULE_GRACE_MS;

	return ms < NETTUNE_DEADLINE_MAX_MS ? (uint32_t)ms : NETTUNE_DEADLINE_MAX_MS;
}

/* 1 with a connection, 0 when there is no module. */
static int open_module(struct nt_genl **ret, struct nt_diag *diag)
{
	int r = nt_genl_open(ret);

	if (r == -ENOENT)
		return 0;
	return r < 0 ? nt_diag_err(diag, -r, "nettune.ko: %s", strerror(-r)) : 1;
}

static bool at_work(const struct nt_genl_txn *txn)
{
	return !nt_genl_settled(txn);
}

/* The newest of that cookie, and whether anything else is being written; 1 found, 0 none. */
static int find(struct nt_genl *genl, uint64_t cookie, struct nt_genl_txn *ret, bool *ret_busy,
		struct nt_diag *diag)
{
	nt_autofree struct nt_genl_txn *txns = NULL;
	size_t n = 0;
	int r = nt_genl_list(genl, &txns, &n), found = 0;

	if (r < 0)
		return nt_diag_err(diag, -r, "nettune.ko: its transactions cannot be listed: %s",
				   strerror(-r));
	*ret_busy = false;
	for (size_t i = 0; i < n; i++) {
		*ret_busy = *ret_busy || at_work(&txns[i]);
		if (txns[i].cookie != cookie)
			continue;
		*ret = txns[i];
		found = 1;
	}
	return found;
}

static int wait_for(struct nt_genl *genl, uint64_t cookie, struct nt_genl_txn *ret,
		    struct nt_diag *diag)
{
	const struct timespec pause = { .tv_nsec = 5000000 };

	for (uint64_t ms = 0; ms < NT_GENL_WAIT_MS; ms += 5) {
		bool busy = false;
		int r = find(genl, cookie, ret, &busy, diag);

		if (r < 0 || !busy)
			return r;
		nanosleep(&pause, NULL);
	}
	return nt_diag_err(diag, ETIMEDOUT, "nettune.ko: still carrying out a transaction");
}

static int undo(struct nt_genl *genl, uint64_t cookie, struct nt_diag *diag)
{
	struct nt_genl_txn txn;
	int r = wait_for(genl, cookie, &txn, diag);

	if (r <= 0)
		return r;
	if (!nt_genl_ended(&txn)) {
		r = nt_genl_rollback(genl, txn.id, &txn, NULL);
		/* Its deadline may have come first. */
		if (r < 0 && r != -EINVAL && r != -ENOENT)
			return nt_diag_err(diag, -r, "nettune.ko: cannot undo: %s", strerror(-r));
		r = wait_for(genl, cookie, &txn, diag);
	}
	if (r > 0 && txn.state == NETTUNE_TXN_STATE_UNDO_FAILED)
		return nt_diag_err(diag, EIO, "nettune.ko: %u values could not be put back",
				   txn.ops_undo_failed);
	return r < 0 ? r : 0;
}

int nt_module_undo(uint64_t cookie, struct nt_diag *diag)
{
	struct nt_genl *genl;
	int r = open_module(&genl, diag);

	if (r <= 0)
		return r;
	r = undo(genl, cookie, diag);
	nt_genl_close(genl);
	return r;
}

static int confirm(struct nt_genl *genl, uint64_t cookie, uint32_t extend_s, struct nt_diag *diag)
{
	struct nt_genl_txn txn;
	int r = wait_for(genl, cookie, &txn, diag);

	if (r <= 0)
		return r;
	if (txn.state == NETTUNE_TXN_STATE_COMMITTED)
		return 0;
	if (nt_genl_ended(&txn))
		return nt_diag_err(diag, ETIMEDOUT, "nettune.ko: has undone it already: %s",
				   txn.message);
	r = nt_genl_confirm(genl, txn.id, extend_s ? nt_module_deadline_ms(extend_s) : 0, &txn,
			    NULL);
	return r < 0 ? nt_diag_err(diag, -r, "nettune.ko: cannot confirm: %s", strerror(-r)) : 0;
}

int nt_module_confirm(uint64_t cookie, uint32_t extend_s, struct nt_diag *diag)
{
	struct nt_genl *genl;
	int r = open_module(&genl, diag);

	if (r <= 0)
		return r;
	r = confirm(genl, cookie, extend_s, diag);
	nt_genl_close(genl);
	return r;
}
