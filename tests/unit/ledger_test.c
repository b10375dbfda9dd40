// SPDX-License-Identifier: GPL-2.0-or-later
/* The ledger: which values are ours after any sequence of apply, rollback and revert. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ledger.h"
#include "tunable/tunable.h"

#define SET "net.core.somaxconn"
#define OTHER "net.ipv4.tcp_fin_timeout"

struct history {
	struct nt_journal journals[512];
	size_t n;
};

static struct nt_journal *add(struct history *h, enum nt_txn_kind kind, uint32_t undoes)
{
	struct nt_journal *journal = &h->journals[h->n++];

	*journal = (struct nt_journal){
		.head = { .id = (uint32_t)h->n, .kind = kind, .undoes = undoes, .boot_id = "now",
			  .netns_cookie = 1 },
		.state = NT_TXN_COMMITTED,
		.complete = true,
	};
	return journal;
}

static void write_value(struct nt_journal *journal, const char *tunable, const char *before,
			const char *after)
{
	struct nt_change change = {
		.domain = nt_tunable_find("sysctl"),
		.target = strdup("host"),
		.tunable = strdup(tunable),
		.seen = strdup(before),
		.wanted = strdup(after),
		.outcome = NT_OUTCOME_APPLIED,
		.journaled = true,
	};

	assert_int_equal(nt_plan_add(&journal->plan, &change), 0);
}

static void clear(struct history *h)
{
	for (size_t i = 0; i < h->n; i++)
		nt_journal_free(&h->journals[i]);
	free(h);
}

static void expect(const struct history *h, const char *tunable, const char *before,
		   const char *wrote)
{
	const struct nt_ledger_entry *found = NULL;
	struct nt_ledger ledger;

	assert_int_equal(nt_ledger_build(h->journals, h->n, "now", &ledger), 0);
	for (size_t i = 0; i < ledger.n_entries; i++)
		if (!strcmp(ledger.entries[i].tunable, tunable))
			found = &ledger.entries[i];
	if (!before) {
		assert_null(found);
	} else {
		assert_non_null(found);
		assert_string_equal(found->links[0].before, before);
		assert_string_equal(found->links[found->n_links - 1].wrote, wrote);
	}
	nt_ledger_free(&ledger);
}

/* Prunes, and makes sure that the ledger says the same afterwards. Returns how many went. */
static size_t prune(struct history *h)
{
	bool remove[sizeof(h->journals) / sizeof(*h->journals)];
	struct nt_ledger before, after;
	size_t kept = 0, n = h->n;

	assert_int_equal(nt_ledger_build(h->journals, h->n, "now", &before), 0);
	assert_int_equal(nt_ledger_prune(h->journals, h->n, "now", remove), 0);
	for (size_t i = 0; i < n; i++) {
		if (remove[i])
			nt_journal_free(&h->journals[i]);
		else
			h->journals[kept++] = h->journals[i];
	}
	h->n = kept;
	assert_int_equal(nt_ledger_build(h->journals, h->n, "now", &after), 0);
	assert_int_equal(before.n_entries, after.n_entries);
	for (size_t i = 0; i < after.n_entries; i++) {
		assert_int_equal(before.entries[i].n_links, after.entries[i].n_links);
		/* The strings of pruned journals are gone: compare what is left to what is left. */
		assert_int_equal(before.entries[i].links[0].before_txn,
				 after.entries[i].links[0].before_txn);
		assert_ptr_equal(before.entries[i].links[0].before,
				 after.entries[i].links[0].before);
	}
	nt_ledger_free(&before);
	nt_ledger_free(&after);
	return n - kept;
}

static void what_awaits_its_confirmation_is_ours_and_stays(void **state)
{
	struct history *h = calloc(1, sizeof(*h));
	struct nt_journal *journal = add(h, NT_TXN_APPLY, 0);

	(void)state;
	write_value(journal, SET, "1", "2");
	journal->state = NT_TXN_AWAITING;
	expect(h, SET, "1", "2");
	for (unsigned int i = 0; i < NT_JOURNAL_KEEP + 5; i++)
		add(h, NT_TXN_APPLY, 0);
	assert_int_equal(prune(h), 5);
	journal->state = NT_TXN_UNDONE;
	expect(h, SET, NULL, NULL);
	assert_int_equal(prune(h), 1);
	clear(h);
}

static void later_values_keep_the_first_before(void **state)
{
	struct history *h = calloc(1, sizeof(*h));

	(void)state;
	write_value(add(h, NT_TXN_APPLY, 0), SET, "1", "2");
	write_value(add(h, NT_TXN_APPLY, 0), SET, "2", "3");
	expect(h, SET, "1", "3");
	clear(h);
}

static void rolling_back_the_newer_leaves_the_older(void **state)
{
	struct history *h = calloc(1, sizeof(*h));

	(void)state;
	write_value(add(h, NT_TXN_APPLY, 0), SET, "1", "2");
	write_value(add(h, NT_TXN_APPLY, 0), SET, "2", "3");
	write_value(add(h, NT_TXN_ROLLBACK, 2), SET, "3", "2");
	expect(h, SET, "1", "2");
	clear(h);
}

static void rolling_back_the_older_hands_its_before_on(void **state)
{
	struct history *h = calloc(1, sizeof(*h));

	(void)state;
	write_value(add(h, NT_TXN_APPLY, 0), SET, "1", "2");
	write_value(add(h, NT_TXN_APPLY, 0), SET, "2", "3");
	add(h, NT_TXN_ROLLBACK, 1);
	expect(h, SET, "1", "3");
	clear(h);
}

static void a_revert_ends_everything_before_it(void **state)
{
	struct history *h = calloc(1, sizeof(*h));

	(void)state;
	write_value(add(h, NT_TXN_APPLY, 0), SET, "1", "2");
	write_value(add(h, NT_TXN_REVERT, 0), SET, "2", "1");
	expect(h, SET, NULL, NULL);
	write_value(add(h, NT_TXN_APPLY, 0), SET, "1", "5");
	expect(h, SET, "1", "5");
	clear(h);
}

static void a_blocked_rollback_keeps_its_claim(void **state)
{
	struct history *h = calloc(1, sizeof(*h));
	struct nt_journal *rollback;

	(void)state;
	write_value(add(h, NT_TXN_APPLY, 0), SET, "1", "2");
	write_value(&h->journals[0], OTHER, "60", "15");
	rollback = add(h, NT_TXN_ROLLBACK, 1);
	write_value(rollback, SET, "2", "1");
	rollback->complete = false;
	expect(h, SET, NULL, NULL);
	expect(h, OTHER, "60", "15");
	clear(h);
}

static void other_boots_and_unfinished_ones_do_not_count(void **state)
{
	struct history *h = calloc(1, sizeof(*h));

	(void)state;
	write_value(add(h, NT_TXN_APPLY, 0), SET, "1", "2");
	strcpy(h->journals[0].head.boot_id, "then");
	write_value(add(h, NT_TXN_APPLY, 0), SET, "1", "3");
	h->journals[1].state = NT_TXN_UNDONE;
	expect(h, SET, NULL, NULL);
	clear(h);
}

static void namespaces_are_kept_apart(void **state)
{
	struct history *h = calloc(1, sizeof(*h));
	struct nt_ledger ledger;

	(void)state;
	write_value(add(h, NT_TXN_APPLY, 0), SET, "1", "2");
	write_value(add(h, NT_TXN_APPLY, 0), SET, "1", "2");
	h->journals[1].head.netns_cookie = 9;
	assert_int_equal(nt_ledger_build(h->journals, h->n, "now", &ledger), 0);
	assert_int_equal(ledger.n_entries, 2);
	nt_ledger_free(&ledger);
	clear(h);
}

static void what_another_device_of_the_name_had_is_not_returned(void **state)
{
	struct history *h = calloc(1, sizeof(*h));
	struct nt_plan_device device = { .name = "host", .ifindex = 4 };

	(void)state;
	write_value(add(h, NT_TXN_APPLY, 0), SET, "1", "2");
	assert_int_equal(nt_plan_add_device(&h->journals[0].plan, &device), 0);
	write_value(add(h, NT_TXN_APPLY, 0), SET, "2", "3");
	assert_int_equal(nt_plan_add_device(&h->journals[1].plan, &device), 0);
	expect(h, SET, "1", "3");
	device.ifindex = 5;
	write_value(add(h, NT_TXN_APPLY, 0), SET, "7", "8");
	assert_int_equal(nt_plan_add_device(&h->journals[2].plan, &device), 0);
	expect(h, SET, "7", "8");
	clear(h);
}

static void one_old_transaction_in_effect_does_not_keep_the_rest(void **state)
{
	struct history *h = calloc(1, sizeof(*h));

	(void)state;
	write_value(add(h, NT_TXN_APPLY, 0), OTHER, "60", "15");
	for (unsigned int i = 0; i < 60; i++) {
		write_value(add(h, NT_TXN_APPLY, 0), SET, "1", "2");
		write_value(add(h, NT_TXN_ROLLBACK, (uint32_t)h->n), SET, "2", "1");
	}
	assert_int_equal(prune(h), 121 - NT_JOURNAL_KEEP - 1);
	expect(h, OTHER, "60", "15");
	expect(h, SET, NULL, NULL);
	clear(h);
}

static void a_before_that_was_handed_on_keeps_its_journal(void **state)
{
	struct history *h = calloc(1, sizeof(*h));

	(void)state;
	write_value(add(h, NT_TXN_APPLY, 0), SET, "1", "2");
	write_value(add(h, NT_TXN_APPLY, 0), SET, "2", "3");
	add(h, NT_TXN_ROLLBACK, 1);
	for (unsigned int i = 0; i < NT_JOURNAL_KEEP + 5; i++)
		add(h, NT_TXN_APPLY, 0);
	/* 1 holds the value, 2 the link, 3 keeps 1 from counting again. */
	assert_int_equal(prune(h), 5);
	expect(h, SET, "1", "3");
	clear(h);
}

static void a_revert_stays_as_long_as_what_it_reverted(void **state)
{
	struct history *h = calloc(1, sizeof(*h));

	(void)state;
	write_value(add(h, NT_TXN_APPLY, 0), SET, "1", "2");
	write_value(add(h, NT_TXN_REVERT, 0), SET, "2", "1");
	for (unsigned int i = 0; i < NT_JOURNAL_KEEP - 1; i++)
		add(h, NT_TXN_APPLY, 0);
	assert_int_equal(prune(h), 1);
	expect(h, SET, NULL, NULL);
	add(h, NT_TXN_APPLY, 0);
	assert_int_equal(prune(h), 1);
	expect(h, SET, NULL, NULL);
	clear(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_awaits_its_confirmation_is_ours_and_stays),
		cmocka_unit_test(later_values_keep_the_first_before),
		cmocka_unit_test(rolling_back_the_newer_leaves_the_older),
		cmocka_unit_test(rolling_back_the_older_hands_its_before_on),
		cmocka_unit_test(a_revert_ends_everything_before_it),
		cmocka_unit_test(a_blocked_rollback_keeps_its_claim),
		cmocka_unit_test(other_boots_and_unfinished_ones_do_not_count),
		cmocka_unit_test(namespaces_are_kept_apart),
		cmocka_unit_test(what_another_device_of_the_name_had_is_not_returned),
		cmocka_unit_test(one_old_transaction_in_effect_does_not_keep_the_rest),
		cmocka_unit_test(a_before_that_was_handed_on_keeps_its_journal),
		cmocka_unit_test(a_revert_stays_as_long_as_what_it_reverted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
