// SPDX-License-Identifier: GPL-2.0-or-later
/* Settling transactions from their journals. See settle.h. */
#include "settle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/facts.h"
#include "engine/device.h"
#include "engine/module_txn.h"
#include "engine/txn.h"
#include "io/io.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

static int close_as(struct nt_state *state, struct nt_journal *journal,
		    const struct nt_journal_ending *ending, struct nt_diag *diag)
{
	const struct nt_plan nothing = { 0 };
	struct nt_journal_writer writer;
	int r = nt_journal_reopen(state, journal, &writer, diag);

	if (r == 0)
		r = nt_journal_end(state, &writer, ending->state == NT_TXN_UNDONE ? &journal->plan
										 : &nothing,
				   ending, diag);
	if (r == 0)
		journal->state = ending->state;
	return r;
}

static bool by_module(const struct nt_journal *journal)
{
	return !strcmp(journal->head.backend, "kernel");
}

static uint64_t cookie_of(const struct nt_state *state, const struct nt_journal *journal)
{
	return nt_module_cookie(state, journal->head.id);
}

int nt_settle_undo(struct nt_state *state, struct nt_io *io, struct nt_journal *journal,
		   const struct nt_settle_how *how, struct nt_settlement *ret,
		   struct nt_diag *diag)
{
	uint64_t writes_before = io->writes;
	struct nt_settlement settlement = { 0 };
	struct nt_diag why = { 0 };
	struct nt_journal_ending ending = { .state = NT_TXN_UNDONE, .cause = how->cause };
	int r;

	/* What it could not put back we try ourselves; but nobody writes beside it. */
	if (by_module(journal) && nt_module_undo(cookie_of(state, journal), &why) == -ETIMEDOUT)
		return nt_diag_err(diag, ETIMEDOUT, "%s", why.message);
	why = (struct nt_diag){ 0 };
	journal->plan.by_module = by_module(journal);
	settlement.n_failed = nt_undo_plan(io, &journal->plan, how->force, &settlement.n_foreign);
	settlement.n_returned = nt_plan_count(&journal->plan, NT_OUTCOME_UNDONE);
	*ret = settlement;
	if (settlement.n_failed)
		return nt_diag_err(diag, EIO, "transaction %u: %zu of its values could not be "
				   "returned", journal->head.id, settlement.n_failed);
	ending.duration_us = journal->duration_us;
	ending.writes = journal->writes + io->writes - writes_before;
	r = close_as(state, journal, &ending, &why);
	return r == 0 ? 0 : nt_diag_err(diag, -r, "transaction %u: its values are back, but that "
					"cannot be recorded: %s", journal->head.id,
					*why.message ? why.message : strerror(-r));
}

/* What is there now, at the device that was written to, whatever it is called. */
static int read_live(struct nt_io *io, const struct nt_plan *plan, const struct nt_change *change,
		     struct nt_facts *facts, char *live)
{
	const struct nt_plan_device *device = nt_plan_device(plan, change->target);
	struct nt_diag ignored = { 0 };
	const char *target = change->target;
	char renamed[NT_NIC_NAME_MAX];

	if (device && nt_device_is(io, device) == -ENODEV) {
		if (nt_device_renamed(io, device, facts, renamed, &ignored) != 1)
			return -ENODEV;
		target = renamed;
	}
	return change->domain->get(io, target, change->tunable, live, NT_VALUE_MAX);
}

static size_t count_drifted(struct nt_io *io, const struct nt_plan *plan)
{
	nt_autofree char *live = malloc(NT_VALUE_MAX);
	struct nt_facts facts = { 0 };
	size_t n = 0;

	for (size_t i = 0; live && i < plan->n_changes; i++) {
		const struct nt_change *change = &plan->changes[i];
		const char *wrote = change->readback ? change->readback : change->wanted;

		if (change->outcome != NT_OUTCOME_APPLIED)
			continue;
		n += read_live(io, plan, change, &facts, live) < 0 ||
		     !change->domain->same(live, wrote);
	}
	nt_facts_free(&facts);
	return n;
}

int nt_settle_keep(struct nt_state *state, struct nt_io *io, struct nt_journal *journal,
		   struct nt_settlement *ret, struct nt_diag *diag)
{
	const struct nt_journal_ending ending = {
		.state = NT_TXN_COMMITTED,
		.complete = journal->complete,
		.duration_us = journal->duration_us,
		.writes = journal->writes,
		.cause = "was confirmed",
	};
	struct nt_settlement settlement = {
		.n_kept = nt_plan_count(&journal->plan, NT_OUTCOME_APPLIED),
		.n_drifted = count_drifted(io, &journal->plan),
	};
	int r = by_module(journal) ? nt_module_confirm(cookie_of(state, journal), 0, diag) : 0;

	/* In this order: kept by the module and not recorded, we undo it at the deadline. */
	if (r == 0)
		r = close_as(state, journal, &ending, diag);
	if (r == 0)
		*ret = settlement;
	return r;
}

int nt_settle_extend(struct nt_state *state, const struct nt_journal *journal, uint32_t seconds,
		     struct nt_diag *diag)
{
	return by_module(journal) ? nt_module_confirm(cookie_of(state, journal), seconds, diag) : 0;
}

int nt_settle_abandon(struct nt_state *state, struct nt_journal *journal, const char *cause,
		      struct nt_diag *diag)
{
	const struct nt_journal_ending ending = { .state = NT_TXN_ABANDONED, .cause = cause };

	return close_as(state, journal, &ending, diag);
}
