// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Several profiles, applied, edited, rolled back and reverted in random orders: at every step the
 * host is what a plain list of writes says, and in the end what it was before the first of them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/backend.h"
#include "engine/host.h"
#include "engine/planner.h"
#include "engine/txn.h"
#include "fake/fake_io.h"
#include "lib/diag.h"

#define SEQUENCES 60U
#define STEPS     14U
#define PROFILES  5U
#define WRITES_MAX 512U

/* Keys with values that the planner has no reason to refuse. */
static const struct {
	const char *key;
	unsigned int min;
	unsigned int max;
} keys[] = {
	{ "net.core.somaxconn", 128, 9000 },	    { "net.core.netdev_max_backlog", 500, 5000 },
	{ "net.ipv4.tcp_fin_timeout", 10, 90 },	    { "net.ipv4.tcp_keepalive_time", 60, 9000 },
	{ "net.ipv4.tcp_keepalive_probes", 2, 12 }, { "net.ipv4.tcp_retries1", 2, 6 },
	{ "net.ipv4.tcp_syn_retries", 2, 8 },
};

#define KEYS (sizeof(keys) / sizeof(*keys))

/* The oracle: what each transaction wrote, in order. A rollback strikes its writes out. */
struct write {
	uint32_t txn;
	size_t key;
	char value[32];
};

struct world {
	struct fake_io fake;
	uint64_t seed;
	char before[KEYS][32];
	struct write writes[WRITES_MAX];
	size_t n_writes;
};

/* xorshift64*: the same sequence everywhere. */
static unsigned int pick(struct world *w, unsigned int n)
{
	w->seed ^= w->seed >> 12;
	w->seed ^= w->seed << 25;
	w->seed ^= w->seed >> 27;
	return (unsigned int)((w->seed * 2685821657736338717ULL) >> 33) % n;
}

static const char *expected(const struct world *w, size_t key)
{
	for (size_t i = w->n_writes; i-- > 0;)
		if (w->writes[i].key == key)
			return w->writes[i].value;
	return w->before[key];
}

static void strike_out(struct world *w, uint32_t txn)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->n_writes; i++)
		if (txn && w->writes[i].txn != txn)
			w->writes[kept++] = w->writes[i];
	w->n_writes = kept;
}

static void check_host(struct world *w, const char *step)
{
	for (size_t i = 0; i < KEYS; i++)
		if (strcmp(fake_value(&w->fake, keys[i].key), expected(w, i)) != 0)
			fail_msg("after %s: %s is %s, expected %s", step, keys[i].key,
				 fake_value(&w->fake, keys[i].key), expected(w, i));
}

static void path_of(unsigned int profile, char *buf, size_t size)
{
	snprintf(buf, size, "/profiles/%u.conf", profile);
}

/* Some of the keys, with other values than before. */
static void edit_profile(struct world *w, unsigned int profile)
{
	char path[64], text[1024] = "[Sysctl]\n";
	size_t len = strlen(text);

	for (size_t i = 0; i < KEYS; i++)
		if (pick(w, 2) || i == profile)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s = %u\n",
						keys[i].key,
						keys[i].min +
							pick(w, keys[i].max - keys[i].min));
	path_of(profile, path, sizeof(path));
	fake_file(&w->fake, path, text);
}

static void open_host(struct nt_host *host)
{
	struct nt_diag diag = { 0 };

	if (nt_host_open("test", false, host, &diag) < 0)
		fail_msg("%s", diag.message);
}

static uint32_t run(struct world *w, struct nt_host *host, struct nt_plan *plan,
		    enum nt_txn_kind kind, uint32_t undoes)
{
	struct nt_txn txn = { .io = &w->fake.io, .state = &host->state, .plan = plan,
			      .backend = nt_backend_user(), .complete = true };
	struct nt_diag diag = { 0 };

	nt_host_head(host, kind, NULL, "user", &txn.head);
	txn.head.undoes = undoes;
	if (nt_txn_run(&txn, &diag) < 0 || txn.ended != NT_TXN_COMMITTED)
		fail_msg("%s", diag.message);
	return txn.head.id;
}

/* Whatever is not compliant has to have been written; check_host() sees whether it was. */
static void note_writes(struct world *w, const struct nt_plan *plan, uint32_t txn)
{
	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct nt_change *change = &plan->changes[i];
		size_t key = 0;

		if (change->outcome == NT_OUTCOME_COMPLIANT)
			continue;
		assert_int_equal(change->outcome, NT_OUTCOME_APPLIED);
		while (strcmp(keys[key].key, change->tunable) != 0)
			assert_true(++key < KEYS);
		assert_true(w->n_writes < WRITES_MAX);
		w->writes[w->n_writes] = (struct write){ .txn = txn, .key = key };
		snprintf(w->writes[w->n_writes++].value, 32, "%s", change->wanted);
	}
}

/* One profile, or two that may contradict each other: then nothing happens. */
static void apply(struct world *w)
{
	char paths[2][64];
	const char *names[2] = { paths[0], paths[1] };
	unsigned int first = pick(w, PROFILES);
	struct nt_planned planned = { 0 };
	struct nt_diag diag = { 0 };
	struct nt_host host;
	size_t n = 1 + pick(w, 2);
	uint32_t txn;
	int r;

	path_of(first, paths[0], sizeof(paths[0]));
	path_of((first + 1) % PROFILES, paths[1], sizeof(paths[1]));
	r = nt_plan_profiles(&w->fake.io, &(struct nt_plan_request){ .names = names, .n = n },
			     &planned, &diag);
	if (r < 0) {
		assert_non_null(strstr(diag.message, "conflicts"));
		return;
	}
	open_host(&host);
	txn = run(w, &host, &planned.plan, NT_TXN_APPLY, 0);
	note_writes(w, &planned.plan, txn);
	nt_host_close(&host);
	nt_planned_free(&planned);
}

static void undo(struct world *w, uint32_t txn)
{
	struct nt_plan plan = { 0 };
	struct nt_diag diag = { 0 };
	struct nt_host host;

	open_host(&host);
	if (nt_plan_undo(&w->fake.io, &host.ledger,
			 &(struct nt_undo_scope){ .netns_cookie = host.netns_cookie, .txn = txn },
			 &plan, &diag) < 0)
		fail_msg("%s", diag.message);
	run(w, &host, &plan, txn ? NT_TXN_ROLLBACK : NT_TXN_REVERT, txn);
	strike_out(w, txn);
	nt_plan_free(&plan);
	nt_host_close(&host);
}

/* Any transaction that still owns something, 0 for none. */
static uint32_t pick_txn(struct world *w)
{
	return w->n_writes ? w->writes[pick(w, (unsigned int)w->n_writes)].txn : 0;
}

static void take_step(struct world *w)
{
	uint32_t txn = pick_txn(w);

	switch (pick(w, 8)) {
	case 0:
		edit_profile(w, pick(w, PROFILES));
		check_host(w, "an edit");
		return;
	case 1:
	case 2:
	case 3:
		if (txn)
			undo(w, txn);
		check_host(w, "a rollback");
		return;
	case 4:
		if (txn && !pick(w, 3))
			undo(w, 0);
		check_host(w, "a revert");
		return;
	default:
		apply(w);
		check_host(w, "an apply");
	}
}

static void expect_beginning(struct world *w)
{
	struct nt_host host;

	assert_int_equal(w->n_writes, 0);
	check_host(w, "the way back");
	open_host(&host);
	assert_int_equal(host.ledger.n_entries, 0);
	nt_host_close(&host);
}

static void begin(struct world *w, uint64_t seed)
{
	*w = (struct world){ .seed = seed * 0x9e3779b97f4a7c15ULL + 1 };
	fake_io_init(&w->fake);
	fake_server(&w->fake);
	for (size_t i = 0; i < KEYS; i++)
		snprintf(w->before[i], sizeof(w->before[i]), "%s",
			 fake_value(&w->fake, keys[i].key));
	for (unsigned int i = 0; i < PROFILES; i++)
		edit_profile(w, i);
}

/* A state folder of its own for each sequence: transactions count from 1. */
static void run_sequence(uint64_t seed, bool by_revert)
{
	struct world *w = malloc(sizeof(*w));
	char dir[] = "/tmp/nettune-revert-XXXXXX", command[128];

	assert_non_null(w);
	assert_non_null(mkdtemp(dir));
	setenv("NETTUNE_STATE_DIR", dir, 1);
	begin(w, seed);
	for (unsigned int i = 0; i < STEPS; i++)
		take_step(w);
	if (by_revert)
		undo(w, 0);
	while (w->n_writes) {
		undo(w, pick_txn(w));
		check_host(w, "one of the last rollbacks");
	}
	expect_beginning(w);
	fake_io_free(&w->fake);
	free(w);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	assert_int_equal(system(command), 0);
}

static void revert_ends_where_the_first_apply_began(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEQUENCES; seed++)
		run_sequence(seed, true);
}

static void rolling_back_all_in_any_order_ends_there_too(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEQUENCES; seed++)
		run_sequence(1000 + seed, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(revert_ends_where_the_first_apply_began),
		cmocka_unit_test(rolling_back_all_in_any_order_ends_there_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
