// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading a journal's bytes back. Nothing in them is trusted: they decide what root writes.
 * No file is opened here, so that the fuzzer gets at everything. See journal.h for the format.
 */
#include "journal.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/crc32.h"
#include "engine/deadline.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

static const char *const state_names[] = {
	[NT_TXN_WRITING] = "writing",
	[NT_TXN_STAGED] = "interrupted",
	[NT_TXN_AWAITING] = "awaiting-confirm",
	[NT_TXN_COMMITTED] = "committed",
	[NT_TXN_UNDONE] = "undone",
	[NT_TXN_ABANDONED] = "abandoned",
};

#define N_STATES (sizeof(state_names) / sizeof(*state_names))

static const char *const kind_names[] = {
	[NT_TXN_APPLY] = "apply",
	[NT_TXN_ROLLBACK] = "rollback",
	[NT_TXN_REVERT] = "revert",
};

const char *nt_txn_state_name(enum nt_txn_state state)
{
	return state_names[state];
}

const char *nt_txn_kind_name(enum nt_txn_kind kind)
{
	return kind_names[kind];
}

/* One line being read: where it is, and what it says. */
struct record {
	const char *name;
	uint32_t line;
	json_t *json;
	struct nt_journal *journal;
	struct nt_diag *diag;
};

static int bad(const struct record *record, const char *what)
{
	return nt_diag_err(record->diag, EINVAL, "%s:%u: %s; 'nettunectl recover --set-aside' "
			   "moves a damaged journal out of the way", record->name, record->line,
			   what);
}

static int get_string(const struct record *record, const char *member, size_t max,
		      const char **ret)
{
	const json_t *value = json_object_get(record->json, member);

	if (!json_is_string(value) || json_string_length(value) >= max)
		return bad(record, "a member is missing, too long or not a string");
	*ret = json_string_value(value);
	return 0;
}

static int copy_string(const struct record *record, const char *member, char *buf, size_t size)
{
	const char *value;
	int r = get_string(record, member, size, &value);

	if (r == 0)
		memcpy(buf, value, strlen(value) + 1);
	return r;
}

/* NULL in the journal is NULL here. */
static int dup_string(const struct record *record, const char *member, bool optional, char **ret)
{
	const char *value;
	int r;

	if (optional && json_is_null(json_object_get(record->json, member)))
		return 0;
	r = get_string(record, member, NT_JOURNAL_LINE_MAX, &value);
	if (r < 0)
		return r;
	*ret = strdup(value);
	return *ret ? 0 : -ENOMEM;
}

static int get_number(const struct record *record, const char *member, uint64_t max,
		      uint64_t *ret)
{
	const json_t *value = json_object_get(record->json, member);

	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    (uint64_t)json_integer_value(value) > max)
		return bad(record, "a member is missing, out of range or not a number");
	*ret = (uint64_t)json_integer_value(value);
	return 0;
}

static int get_name(const struct record *record, const char *member, const char *const *names,
		    size_t n, unsigned int *ret)
{
	const char *value;
	int r = get_string(record, member, 64, &value);

	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		if (!strcmp(value, names[i])) {
			*ret = (unsigned int)i;
			return 0;
		}
	return bad(record, "a member has a value that this version does not know");
}

/* Two that come together, or not at all: journals of before have none. */
static int get_confirm(const struct record *record, struct nt_txn_head *head)
{
	uint64_t confirm_s = 0;

	if (!json_object_get(record->json, "confirm_s"))
		return 0;
	if (get_number(record, "confirm_s", NT_CONFIRM_S_MAX, &confirm_s) < 0 ||
	    get_number(record, "deadline_ns", INT64_MAX, &head->deadline_ns) < 0)
		return -EINVAL;
	if (!confirm_s)
		return bad(record, "confirm_s is 0");
	head->confirm_s = (uint32_t)confirm_s;
	record->journal->deadline_ns = head->deadline_ns;
	return 0;
}

static int parse_profiles(const struct record *record)
{
	const json_t *names = json_object_get(record->json, "profiles");
	size_t i;
	json_t *name;

	if (!json_is_array(names) || json_array_size(names) > NT_JOURNAL_NAMES_MAX)
		return bad(record, "profiles is not a short list");
	json_array_foreach(names, i, name) {
		if (!json_is_string(name))
			return bad(record, "profiles holds something other than names");
		record->journal->head.profiles[i] = strdup(json_string_value(name));
		if (!record->journal->head.profiles[i])
			return -ENOMEM;
	}
	return 0;
}

static int parse_begin(const struct record *record)
{
	struct nt_txn_head *head = &record->journal->head;
	uint64_t id = 0, undoes = 0;
	unsigned int kind = 0;
	const char *schema;

	if (get_string(record, "schema", 64, &schema) < 0)
		return -EINVAL;
	if (strcmp(schema, "nettune.journal/1") != 0)
		return bad(record, "written by a version of nettune with another journal format");
	if (get_number(record, "txn", INT32_MAX, &id) < 0 ||
	    get_name(record, "kind", kind_names, 3, &kind) < 0 ||
	    get_number(record, "undoes", INT32_MAX, &undoes) < 0 ||
	    copy_string(record, "boot_id", head->boot_id, sizeof(head->boot_id)) < 0 ||
	    copy_string(record, "netns", head->netns, sizeof(head->netns)) < 0 ||
	    get_number(record, "netns_cookie", INT64_MAX, &head->netns_cookie) < 0 ||
	    get_number(record, "started_s", INT64_MAX, &head->started_s) < 0 ||
	    copy_string(record, "backend", head->backend, sizeof(head->backend)) < 0 ||
	    get_confirm(record, head) < 0)
		return -EINVAL;
	if (id == 0)
		return bad(record, "transaction 0 does not exist");
	head->id = (uint32_t)id;
	head->kind = (enum nt_txn_kind)kind;
	head->undoes = (uint32_t)undoes;
	return parse_profiles(record);
}

/* The outcome is known from the beginning where nothing is to be written. */
static int get_noted(const struct record *record, struct nt_change *change)
{
	const char *outcome;

	if (!json_object_get(record->json, "outcome"))
		return 0;
	if (get_string(record, "outcome", 64, &outcome) < 0)
		return -EINVAL;
	if (record->journal->head.kind == NT_TXN_APPLY ||
	    nt_outcome_parse(outcome, &change->outcome) < 0 ||
	    (change->outcome != NT_OUTCOME_COMPLIANT && change->outcome != NT_OUTCOME_ABSENT &&
	     change->outcome != NT_OUTCOME_BLOCKED))
		return bad(record, "a change that was no way back from the beginning");
	change->journaled = false;
	change->noted = true;
	return 0;
}

/* What had to go elsewhere says so; most records do not have it. */
static int dup_instead_of(const struct record *record, struct nt_change *change)
{
	free(change->instead_of);
	change->instead_of = NULL;
	return json_object_get(record->json, "instead_of")
	       ? dup_string(record, "instead_of", false, &change->instead_of) : 0;
}

static int fill_change(const struct record *record, struct nt_change *change)
{
	const char *domain, *phase, *policy;
	uint64_t undo_seq = 0;
	int r;

	if (get_string(record, "domain", 64, &domain) < 0 ||
	    get_string(record, "phase", 64, &phase) < 0 ||
	    get_string(record, "policy", 64, &policy) < 0 ||
	    get_number(record, "undo_seq", INT32_MAX, &undo_seq) < 0)
		return -EINVAL;
	change->domain = nt_tunable_find(domain);
	if (!change->domain || nt_phase_parse(phase, &change->phase) < 0 ||
	    nt_policy_parse(policy, &change->policy) < 0)
		return bad(record, "a change of a domain, phase or policy that this version does "
				   "not know");
	change->undo_seq = (uint32_t)undo_seq;
	change->kept = json_is_true(json_object_get(record->json, "kept"));
	change->disruptive = json_is_true(json_object_get(record->json, "disruptive"));
	change->outcome = NT_OUTCOME_PLANNED;
	change->journaled = true;
	r = get_noted(record, change);
	if (r == 0)
		r = dup_string(record, "target", false, &change->target);
	if (r == 0)
		r = dup_string(record, "tunable", false, &change->tunable);
	if (r == 0)
		r = dup_string(record, "seen", true, &change->seen);
	if (r == 0)
		r = dup_string(record, "wanted", false, &change->wanted);
	return r < 0 ? r : dup_instead_of(record, change);
}

static int parse_change(const struct record *record)
{
	struct nt_plan *plan = &record->journal->plan;
	struct nt_change change = { 0 };
	uint64_t index = 0;
	int r;

	if (get_number(record, "index", NT_PLAN_CHANGES_MAX, &index) < 0)
		return -EINVAL;
	if (index != plan->n_changes)
		return bad(record, "changes are not numbered in order");
	r = fill_change(record, &change);
	if (r == 0)
		r = nt_plan_add(plan, &change);
	if (r < 0)
		nt_change_free(&change);
	return r;
}

static int parse_staged(const struct record *record)
{
	uint64_t n = 0;

	if (get_number(record, "changes", NT_PLAN_CHANGES_MAX, &n) < 0)
		return -EINVAL;
	if (n != record->journal->plan.n_changes)
		return bad(record, "changes are missing");
	record->journal->state = NT_TXN_STAGED;
	return 0;
}

static int parse_device(const struct record *record)
{
	struct nt_plan_device device = { 0 };
	uint64_t ifindex = 0, ready = NT_NIC_NOT_READY;
	int r;

	/* What wrote journals of old did not look. */
	if (json_object_get(record->json, "ready") &&
	    get_number(record, "ready", NT_NIC_IN_USE, &ready) < 0)
		return -EINVAL;
	if (get_number(record, "ifindex", INT32_MAX, &ifindex) < 0 ||
	    copy_string(record, "name", device.name, sizeof(device.name)) < 0 ||
	    copy_string(record, "permanent_address", device.permanent_address,
			sizeof(device.permanent_address)) < 0 ||
	    copy_string(record, "bus", device.bus, sizeof(device.bus)) < 0)
		return -EINVAL;
	device.ifindex = (int)ifindex;
	device.ready = (enum nt_nic_ready)ready;
	r = nt_plan_add_device(&record->journal->plan, &device);
	return r == -EOVERFLOW ? bad(record, "more devices than a transaction can have") : r;
}

static int parse_replanned(const struct record *record)
{
	struct nt_plan *plan = &record->journal->plan;
	struct nt_change *change;
	uint64_t index = 0;
	char *seen = NULL;
	int r;

	if (get_number(record, "index", NT_PLAN_CHANGES_MAX, &index) < 0)
		return -EINVAL;
	if (index >= plan->n_changes)
		return bad(record, "planned anew, but never planned");
	change = &plan->changes[index];
	r = dup_string(record, "seen", true, &seen);
	if (r == 0 && change->seen && (!seen || strcmp(seen, change->seen) != 0))
		r = bad(record, "planning anew changed the value seen");
	if (r == 0 && !change->seen) {
		change->seen = seen;
		seen = NULL;
	}
	free(seen);
	if (r < 0)
		return r;
	free(change->wanted);
	change->wanted = NULL;
	change->replanned = true;
	change->kept = json_is_true(json_object_get(record->json, "kept"));
	r = dup_string(record, "wanted", false, &change->wanted);
	return r < 0 ? r : dup_instead_of(record, change);
}

static int parse_seen(const struct record *record)
{
	struct nt_plan *plan = &record->journal->plan;
	struct nt_change *change;
	uint64_t index = 0;

	if (get_number(record, "index", NT_PLAN_CHANGES_MAX, &index) < 0)
		return -EINVAL;
	if (index >= plan->n_changes || plan->changes[index].seen)
		return bad(record, "a value seen late, without a change that waits for it");
	change = &plan->changes[index];
	change->seen_late = true;
	return dup_string(record, "seen", false, &change->seen);
}

static int parse_result(const struct record *record)
{
	struct nt_plan *plan = &record->journal->plan;
	struct nt_change *change;
	uint64_t index = 0, err = 0;
	const char *outcome;
	int r = 0;

	if (get_number(record, "index", NT_PLAN_CHANGES_MAX, &index) < 0 ||
	    get_number(record, "errno", 4095, &err) < 0 ||
	    get_string(record, "outcome", 64, &outcome) < 0)
		return -EINVAL;
	if (index >= plan->n_changes)
		return bad(record, "a result without a change");
	change = &plan->changes[index];
	if (nt_outcome_parse(outcome, &change->outcome) < 0)
		return bad(record, "an outcome that this version does not know");
	change->err = (int)err;
	free(change->readback);
	free(change->extack);
	change->readback = change->extack = NULL;
	if (json_object_get(record->json, "extack"))
		r = dup_string(record, "extack", true, &change->extack);
	return r < 0 ? r : dup_string(record, "readback", true, &change->readback);
}

/* What "awaiting" and "end" have in common. */
static int get_totals(const struct record *record)
{
	struct nt_journal *journal = record->journal;
	const json_t *complete = json_object_get(record->json, "complete");

	if (!json_is_boolean(complete))
		return bad(record, "complete is neither true nor false");
	journal->complete = json_is_true(complete);
	if (get_number(record, "duration_us", INT64_MAX, &journal->duration_us) < 0)
		return -EINVAL;
	return get_number(record, "writes", INT64_MAX, &journal->writes);
}

static int parse_awaiting(const struct record *record)
{
	struct nt_journal *journal = record->journal;

	if (!journal->head.confirm_s)
		return bad(record, "awaits a confirmation that nobody asked for");
	if (get_number(record, "deadline_ns", INT64_MAX, &journal->deadline_ns) < 0 ||
	    copy_string(record, "guardian", journal->guardian, sizeof(journal->guardian)) < 0)
		return -EINVAL;
	journal->state = NT_TXN_AWAITING;
	return get_totals(record);
}

static int parse_end(const struct record *record)
{
	struct nt_journal *journal = record->journal;
	unsigned int state = 0;

	if (get_name(record, "state", state_names, N_STATES, &state) < 0)
		return -EINVAL;
	if (state < NT_TXN_COMMITTED)
		return bad(record, "an end that is none");
	journal->state = (enum nt_txn_state)state;
	if (json_object_get(record->json, "cause") &&
	    copy_string(record, "cause", journal->cause, sizeof(journal->cause)) < 0)
		return -EINVAL;
	return get_totals(record);
}

#define IN(state) (1U << (state))

static const struct {
	const char *name;
	int (*parse)(const struct record *record);
	bool first;      /* only as the first line */
	unsigned int in; /* only in these states */
} records[] = {
	{ "begin", parse_begin, true, IN(NT_TXN_WRITING) },
	{ "device", parse_device, false, IN(NT_TXN_WRITING) },
	{ "change", parse_change, false, IN(NT_TXN_WRITING) | IN(NT_TXN_STAGED) },
	{ "staged", parse_staged, false, IN(NT_TXN_WRITING) | IN(NT_TXN_STAGED) },
	{ "replanned", parse_replanned, false, IN(NT_TXN_STAGED) },
	{ "seen", parse_seen, false, IN(NT_TXN_STAGED) },
	{ "result", parse_result, false, IN(NT_TXN_STAGED) | IN(NT_TXN_AWAITING) },
	{ "awaiting", parse_awaiting, false, IN(NT_TXN_STAGED) | IN(NT_TXN_AWAITING) },
	/* Recovery closes what was never staged with an end and no results. */
	{ "end", parse_end, false,
	  IN(NT_TXN_WRITING) | IN(NT_TXN_STAGED) | IN(NT_TXN_AWAITING) },
};

static int parse_record(const struct record *record)
{
	const struct nt_journal *journal = record->journal;
	const char *kind;
	int r = get_string(record, "record", 64, &kind);

	for (size_t i = 0; r == 0 && i < sizeof(records) / sizeof(*records); i++) {
		if (strcmp(kind, records[i].name) != 0)
			continue;
		if (records[i].first != (record->line == 1))
			return bad(record, "begin is not the first line");
		if (!(records[i].in & IN(journal->state)))
			return bad(record, "a record out of order");
		return records[i].parse(record);
	}
	return r < 0 ? r : bad(record, "an unknown record");
}

static bool checksum_holds(const char *line, size_t len)
{
	char written[9], computed[9];

	if (len < 10 || line[8] != ' ')
		return false;
	memcpy(written, line, 8);
	written[8] = '\0';
	snprintf(computed, sizeof(computed), "%08x", nt_crc32(line + 9, len - 9));
	return !strcmp(written, computed);
}

static int parse_line(struct record *record, const char *line, size_t len)
{
	json_error_t error = { .text = "" };
	int r;

	record->json = json_loadb(line + 9, len - 9, JSON_REJECT_DUPLICATES, &error);
	/*
	 * Nobody may be told to set a journal aside because memory ran out, as far as Jansson
	 * tells; it says nothing at all when the first of it could not be had.
	 */
	if (!record->json && (!*error.text || json_error_code(&error) == json_error_out_of_memory))
		return -ENOMEM;
	if (!json_is_object(record->json)) {
		json_decref(record->json);
		return bad(record, "not a JSON object");
	}
	r = parse_record(record);
	json_decref(record->json);
	return r;
}

static int parse_text(const char *text, size_t len, struct record *record)
{
	size_t at = 0;

	while (at < len) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t line_len = end ? (size_t)(end - text) - at : len - at;
		int r;

		record->line++;
		/*
		 * A process that dies leaves a line without its end. A whole line that is wrong is
		 * damage: taking it for a crash could undo what had been committed.
		 */
		if (!end) {
			record->journal->torn = true;
			return 0;
		}
		if (line_len > NT_JOURNAL_LINE_MAX || !checksum_holds(text + at, line_len))
			return bad(record, "wrong checksum");
		r = parse_line(record, text + at, line_len);
		if (r < 0)
			return r;
		at += line_len + 1;
		record->journal->end_offset = at;
	}
	return 0;
}

bool nt_journal_closed(const char *text, size_t len)
{
	static const char end_record[] = "{\"record\":\"end\",";
	const char *last = NULL;

	for (size_t at = 0; at < len;) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t line_len = end ? (size_t)(end - text) - at : 0;

		if (!end || line_len > NT_JOURNAL_LINE_MAX || !checksum_holds(text + at, line_len))
			return false;
		last = text + at + 9;
		at += line_len + 1;
	}
	return last && !strncmp(last, end_record, sizeof(end_record) - 1);
}

int nt_journal_parse(const char *text, size_t len, const char *name, struct nt_journal *ret,
		     struct nt_diag *diag)
{
	struct nt_journal journal = { .state = NT_TXN_WRITING };
	struct record record = { .name = name, .journal = &journal, .diag = diag };
	int r = parse_text(text, len, &record);

	if (r < 0) {
		nt_journal_free(&journal);
		return r;
	}
	*ret = journal;
	return 0;
}

void nt_txn_head_free(struct nt_txn_head *head)
{
	for (size_t i = 0; i < NT_JOURNAL_NAMES_MAX; i++)
		free(head->profiles[i]);
	memset(head, 0, sizeof(*head));
}

void nt_journal_free(struct nt_journal *journal)
{
	nt_txn_head_free(&journal->head);
	nt_plan_free(&journal->plan);
	memset(journal, 0, sizeof(*journal));
}

void nt_journals_free(struct nt_journal *journals, size_t n)
{
	for (size_t i = 0; i < n; i++)
		nt_journal_free(&journals[i]);
	free(journals);
}
