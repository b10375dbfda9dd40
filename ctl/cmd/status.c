// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl status: what is ours, and does it still hold? */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "cmd/cmd.h"
#include "cmd/enabled_out.h"
#include "core/busy_poll.h"
#include "engine/deadline.h"
#include "engine/device.h"
#include "engine/host.h"
#include "facts/facts_read.h"
#include "io/io.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "lib/out.h"
#include "tunable/tunable.h"

/* One value of ours, as it is now. */
struct row {
	const struct nt_ledger_entry *entry;
	const struct nt_owner_fact *owner;
	char *live; /* NULL: cannot be read any more */
	char *advice; /* why it does nothing, or not for all; NULL: nothing to say */
	char renamed[NT_NIC_NAME_MAX]; /* what its device is called now, "" for as before */
	/* Its device is not there, or another has its name. */
	bool gone;
	bool drift;
};

/* What another device of that name has is none of ours; renamed, its own still has it. */
static int find_device(struct nt_io *io, struct nt_facts *facts, struct row *row,
		       struct nt_diag *diag)
{
	const struct nt_plan_device *device = row->entry->device;
	int r;

	if (nt_device_is(io, device) != -ENODEV)
		return 0;
	r = nt_device_renamed(io, device, facts, row->renamed, diag);
	row->gone = r == 0;
	return r < 0 ? r : 0;
}

static int fill_row(struct nt_io *io, struct nt_facts *facts, const struct nt_ledger_entry *entry,
		    struct row *row, struct nt_diag *diag)
{
	const char *wrote = entry->links[entry->n_links - 1].wrote;
	const char *target = entry->target;
	char *live;
	int r;

	*row = (struct row){ .entry = entry, .owner = nt_facts_owner(facts, entry->tunable) };
	r = find_device(io, facts, row, diag);
	if (r < 0)
		return r;
	live = malloc(NT_VALUE_MAX);
	if (!live)
		return -ENOMEM;
	if (*row->renamed)
		target = row->renamed;
	if (row->gone || entry->domain->get(io, target, entry->tunable, live, NT_VALUE_MAX) < 0) {
		free(live);
		live = NULL;
	}
	row->live = live;
	row->drift = !row->gone && (!live || !entry->domain->same(live, wrote));
	return 0;
}

/* Who polls is looked at only when it matters to a value of ours. */
static int advise(struct nt_io *io, struct nt_facts *facts, struct row *row, struct nt_diag *diag)
{
	char words[256];
	int r;

	if (!row->live || !nt_busy_concerns(row->entry->tunable))
		return 0;
	r = nt_facts_read(io, NT_FACTS_BUSY_POLL, facts, diag);
	if (r < 0 || !nt_busy_advise(facts, row->entry->tunable, row->live, words, sizeof(words)))
		return r;
	row->advice = strdup(words);
	return row->advice ? 0 : -ENOMEM;
}

static json_t *row_json(const struct row *row)
{
	const struct nt_ledger_entry *entry = row->entry;
	const struct nt_ledger_link *last = &entry->links[entry->n_links - 1];
	json_t *json = json_pack("{ss, ss, ss, ss?, ss, ss?, sb, si}", "domain",
				 entry->domain->name, "target", entry->target, "tunable",
				 entry->tunable, "before", entry->links[0].before, "wrote",
				 last->wrote, "live", row->live, "drift", row->drift, "txn",
				 (int)last->txn);

	if (json && row->owner)
		json_object_set_new(json, "also_set_by",
				    json_pack("{ss, si, ss}", "file", row->owner->file, "line",
					      (int)row->owner->line, "value", row->owner->value));
	if (json && *row->renamed)
		json_object_set_new(json, "device_now", json_string(row->renamed));
	if (json && row->advice)
		json_object_set_new(json, "advice", json_string(row->advice));
	return json;
}

static uint32_t left_s(const struct nt_journal *journal)
{
	return nt_deadline_left_s(journal->deadline_ns, nt_deadline_now_ns());
}

/* Nobody holds its lock. False also when we may not look: only root may. */
static bool guardian_gone(const struct nt_host *host)
{
	nt_autoclose int fd = openat(host->state.dir_fd, "guardian.lock", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? errno == ENOENT : flock(fd, LOCK_SH | LOCK_NB) == 0;
}

/* Does something wait for recover? What a command is at now does not. */
static bool needs_recover(const struct nt_host *host)
{
	const struct nt_journal *awaiting = nt_host_awaiting(host, 0);
	bool busy = nt_state_busy(&host->state);

	for (size_t i = 0; i < host->n_journals; i++)
		if (host->journals[i].state == NT_TXN_STAGED && !busy)
			return true;
	return awaiting && (!left_s(awaiting) || guardian_gone(host));
}

static json_t *awaiting_json(const struct nt_host *host)
{
	const struct nt_journal *journal = nt_host_awaiting(host, 0);

	return journal ? json_pack("{si, si, ss, sb}", "txn", (int)journal->head.id, "deadline_s",
				   (int)left_s(journal), "guardian", journal->guardian,
				   "guardian_gone", guardian_gone(host))
		       : json_null();
}

static void print_awaiting(const struct nt_host *host)
{
	const struct nt_journal *journal = nt_host_awaiting(host, 0);

	if (!journal)
		return;
	if (left_s(journal) && guardian_gone(host))
		printf("transaction %u awaits confirmation, %u s left, but its guardian is gone: "
		       "run 'nettunectl recover' now\n", journal->head.id, left_s(journal));
	else if (left_s(journal))
		printf("transaction %u awaits confirmation, %u s left: 'nettunectl confirm %u' "
		       "keeps it\n", journal->head.id, left_s(journal), journal->head.id);
	else
		printf("transaction %u was not confirmed and is not undone yet: run 'nettunectl "
		       "recover'\n", journal->head.id);
}

static int print_json(const struct nt_host *host, const struct row *rows, size_t n, size_t drifted,
		      const struct nt_enablement *enablement)
{
	json_t *list = json_array();
	bool busy = nt_state_busy(&host->state);
	size_t unfinished = 0;

	for (size_t i = 0; i < host->n_journals; i++)
		unfinished += host->journals[i].state == NT_TXN_STAGED && !busy;
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, row_json(&rows[i]));
	return nt_out_json(json_pack("{ss, so, si, si, so, so}", "schema", "nettune.status/1",
				     "values", list, "drifted", (int)drifted, "interrupted",
				     (int)unfinished, "awaiting", awaiting_json(host), "enabled",
				     nt_enablement_json(enablement)));
}

static const char *state_of(const struct row *row)
{
	if (row->gone)
		return "gone with its device";
	return row->drift ? "drift" : "in effect";
}

static void add_row(const struct row *row, struct nt_table *table)
{
	const struct nt_ledger_entry *entry = row->entry;
	const struct nt_ledger_link *last = &entry->links[entry->n_links - 1];
	char txn[16];

	snprintf(txn, sizeof(txn), "%u", last->txn);
	nt_table_row(table, row->gone ? NT_COLOR_DIM : row->drift ? NT_COLOR_BAD : NT_COLOR_GOOD,
		     (const char *const[]){ entry->target, entry->tunable, entry->links[0].before,
					    last->wrote, row->live, txn,
					    state_of(row) }, 7);
}

static void print_owners(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].owner)
			printf("  %s: also set by %s:%u (to %s)\n", rows[i].entry->tunable,
			       rows[i].owner->file, rows[i].owner->line, rows[i].owner->value);
}

/* Each device once: its values follow each other. */
static void print_renamed(const struct row *rows, size_t n)
{
	const char *said = "";

	for (size_t i = 0; i < n; i++) {
		if (!*rows[i].renamed || !strcmp(rows[i].renamed, said))
			continue;
		said = rows[i].renamed;
		printf("  %s: the device is called %s now; to return its values rename it back "
		       "first\n", rows[i].entry->target, said);
	}
}

/* Values of several queues have the same to say. */
static void print_advice(const struct row *rows, size_t n)
{
	const char *said = "";

	for (size_t i = 0; i < n; i++) {
		if (!rows[i].advice || !strcmp(rows[i].advice, said))
			continue;
		said = rows[i].advice;
		printf("  %s\n", said);
	}
}

static void print_text(const struct nt_host *host, const struct row *rows, size_t n,
		       size_t drifted)
{
	static const char *const head[] = { "TARGET", "TUNABLE", "BEFORE", "SET TO", "NOW", "TXN",
					    "STATE" };
	const char *it = drifted == 1 ? "it" : "them";
	size_t n_gone = 0;
	struct nt_table table = { 0 };

	for (size_t i = 0; i < host->n_journals; i++)
		if (host->journals[i].state == NT_TXN_STAGED)
			printf("transaction %u %s\n", host->journals[i].head.id,
			       nt_state_busy(&host->state) ? "is in progress"
			       : "was cut off: run 'nettunectl recover'");
	print_awaiting(host);
	if (!n) {
		printf("nothing applied\n");
		return;
	}
	nt_table_row(&table, NT_COLOR_BOLD, head, 7);
	for (size_t i = 0; i < n; i++)
		add_row(&rows[i], &table);
	nt_table_print(&table);
	print_owners(rows, n);
	print_renamed(rows, n);
	print_advice(rows, n);
	for (size_t i = 0; i < n; i++)
		n_gone += rows[i].gone;
	if (drifted)
		printf("%zu of %zu value%s drifted: somebody else changed %s; 'nettunectl apply "
		       "PROFILE' sets %s again, 'nettunectl revert --force' returns %s too\n",
		       drifted, n, nt_plural(n), it, it, it);
	else if (n_gone)
		printf("%zu of %zu value%s in effect, the others are gone with their devices\n",
		       n - n_gone, n, nt_plural(n));
	else
		printf(n == 1 ? "the value is in effect\n" : "all %zu values are in effect\n", n);
}

static enum nt_exit show(const struct nt_call *call, const struct nt_host *host,
			 struct nt_diag *diag)
{
	struct row *rows = calloc(host->ledger.n_entries + 1, sizeof(*rows));
	struct nt_facts facts = { 0 };
	struct nt_enablement enablement;
	size_t n = 0, drifted = 0;
	bool wrong;
	int r = rows ? 0 : -ENOMEM;

	if (r == 0 && host->ledger.n_entries)
		r = nt_facts_read_owners(call->io, &facts, diag);
	for (size_t i = 0; i < host->ledger.n_entries && r == 0; i++) {
		if (!nt_ledger_sets(&host->ledger.entries[i]))
			continue;
		if (host->ledger.entries[i].netns_cookie != host->netns_cookie)
			continue;
		r = fill_row(call->io, &facts, &host->ledger.entries[i], &rows[n], diag);
		drifted += r == 0 && rows[n].drift;
		n += r == 0;
		if (r == 0)
			r = advise(call->io, &facts, &rows[n - 1], diag);
	}
	nt_enablement_read(call, host, &enablement);
	if (r == 0 && call->json)
		r = print_json(host, rows, n, drifted, &enablement);
	else if (r == 0 && !call->quiet) {
		print_text(host, rows, n, drifted);
		nt_enablement_print(host, &enablement);
	}
	wrong = drifted || enablement.died || needs_recover(host);
	nt_enablement_free(&enablement);
	for (size_t i = 0; i < n; i++) {
		free(rows[i].live);
		free(rows[i].advice);
	}
	free(rows);
	nt_facts_free(&facts);
	if (r < 0)
		return nt_exit_for(r, diag);
	return wrong ? NT_EXIT_NONCOMPLIANT : NT_EXIT_DONE;
}

static enum nt_exit run(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_host host;
	enum nt_exit code;
	int r = nt_host_open(NULL, false, &host, diag);

	if (r < 0)
		return nt_exit_for(r, diag);
	code = show(call, &host, diag);
	nt_host_close(&host);
	return code;
}

const struct nt_cmd nt_cmd_status = {
	.name = "status",
	.arguments = "",
	.min_args = 0,
	.max_args = 0,
	.summary = "the values that nettune set, and whether they still hold",
	.help = "For every value: what it was before nettune touched it, what it was set to and\n"
		"by which transaction, what it is now, and which file sets it as well; then what\n"
		"is enabled at boot, and where that differs. Exit code 4 when a value drifted, a\n"
		"transaction waits for recover, or boot is held back.",
	.options = NULL,
	.run = run,
};
