// SPDX-License-Identifier: GPL-2.0-or-later
/* Trials from a seed. See trial.h. */
#include "trial.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/backend.h"
#include "engine/host.h"
#include "engine/planner.h"
#include "engine/replan.h"
#include "engine/txn.h"
#include "fake/tree.h"
#include "tunable/tunable.h"

static void give_up(const char *what)
{
	perror(what);
	abort();
}

/* ---- places ---- */

static char folder[256];

void trial_open(struct trial *trial)
{
	const char *temporary = getenv("TMPDIR");

	memset(trial, 0, sizeof(*trial));
	snprintf(folder, sizeof(folder), "%s/nettune-trial-XXXXXX",
		 temporary && *temporary ? temporary : "/tmp");
	if (!mkdtemp(folder))
		give_up(folder);
	trial->before = fake_host_map(folder);
	trial->host = fake_host_map(folder);
	trial->old = malloc(FAKE_DUMP_MAX);
	trial->now = malloc(FAKE_DUMP_MAX);
	if (!trial->old || !trial->now)
		give_up("trial");
}

void trial_close(struct trial *trial)
{
	remove_tree(folder);
	fake_host_unmap(trial->before);
	fake_host_unmap(trial->host);
	free(trial->old);
	free(trial->now);
}

/* ---- a trial ---- */

void trial_start(struct trial *trial)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/state", folder);
	remove_tree(path);
	setenv("NETTUNE_STATE_DIR", path, 1);
	fake_host_copy(trial->host, trial->before);
}

/* What to run: a plan, and as what. */
struct errand {
	enum nt_txn_kind kind;
	uint32_t undoes;
	struct nt_plan *plan;
	const struct nt_replanner *replanner;
};

static void run(struct trial *trial, struct nt_host *host, const struct errand *errand,
		struct trial_end *end)
{
	struct nt_txn txn = {
		.io = &trial->host->io.io,
		.state = &host->state,
		.backend = nt_backend_user(),
		.plan = errand->plan,
		.complete = nt_plan_count(errand->plan, NT_OUTCOME_BLOCKED) == 0,
		.replanner = errand->replanner,
	};

	nt_host_head(host, errand->kind, NULL, "user", &txn.head);
	txn.head.undoes = errand->undoes;
	txn.head.profiles[0] = strdup(TRIAL_PROFILE);
	end->r = nt_txn_run(&txn, &end->diag);
	end->state = txn.ended;
	end->writes = txn.writes;
	nt_txn_head_free(&txn.head);
}

static int begin(struct trial *trial, struct nt_host *host, struct nt_diag *diag)
{
	struct nt_recovery recovery;
	int r = nt_host_open("trial", false, host, diag);

	if (r < 0)
		return r;
	r = nt_host_recover(host, &trial->host->io.io, false, &recovery, diag);
	if (r < 0)
		nt_host_close(host);
	return r;
}

/* Like the apply command: what is required and cannot be had is known before any write. */
static bool lacks_required(const struct nt_plan *plan)
{
	for (size_t i = 0; i < plan->n_changes; i++)
		if (plan->changes[i].policy == NT_POLICY_REQUIRE &&
		    plan->changes[i].outcome != NT_OUTCOME_PLANNED &&
		    plan->changes[i].outcome != NT_OUTCOME_COMPLIANT)
			return true;
	return false;
}

static void plan_and_run(struct trial *trial, struct nt_host *host, struct trial_end *end)
{
	const char *const names[] = { TRIAL_PROFILE };
	const struct nt_plan_request request = {
		.names = names,
		.n = 1,
		.host = host,
		.allow_disruptive = true,
	};
	struct nt_planned planned = { 0 };
	struct nt_replan_source source = { .io = &trial->host->io.io, .planned = &planned };
	const struct nt_replanner replanner = { .plan = nt_planned_again,
						.refused = nt_planned_refused,
						.user = &source };
	const struct errand errand = { .kind = NT_TXN_APPLY, .plan = &planned.plan,
				       .replanner = &replanner };

	end->r = nt_plan_profiles(&trial->host->io.io, &request, &planned, &end->diag);
	trial->n_planning = trial->host->io.n_operations;
	if (end->r < 0)
		return;
	if (lacks_required(&planned.plan))
		end->r = -EPERM;
	else
		run(trial, host, &errand, end);
	end->plan = planned.plan;
	planned.plan = (struct nt_plan){ 0 };
	nt_planned_free(&planned);
}

void trial_apply(struct trial *trial, struct trial_end *end)
{
	struct nt_host host;

	*end = (struct trial_end){ .state = NT_TXN_UNDONE };
	end->r = begin(trial, &host, &end->diag);
	if (end->r < 0)
		return;
	plan_and_run(trial, &host, end);
	nt_host_close(&host);
}

void trial_undo(struct trial *trial, uint32_t txn, bool force, struct trial_end *end)
{
	struct nt_undo_scope scope = { .txn = txn, .force = force };
	const struct errand errand = { .kind = txn ? NT_TXN_ROLLBACK : NT_TXN_REVERT,
				       .undoes = txn, .plan = &end->plan };
	struct nt_host host;

	*end = (struct trial_end){ .state = NT_TXN_UNDONE };
	end->r = begin(trial, &host, &end->diag);
	if (end->r < 0)
		return;
	scope.netns_cookie = host.netns_cookie;
	end->r = nt_plan_undo(&trial->host->io.io, &host.ledger, &scope, &end->plan, &end->diag);
	if (end->r == 0)
		run(trial, &host, &errand, end);
	nt_host_close(&host);
}

void trial_revert(struct trial *trial, struct trial_end *end)
{
	trial_undo(trial, 0, false, end);
}

int trial_recover(struct trial *trial, enum nt_txn_state *ret_state, struct nt_diag *diag)
{
	struct nt_host host;
	int r = begin(trial, &host, diag);

	if (r < 0)
		return r;
	*ret_state = host.n_journals ? host.journals[host.n_journals - 1].state : NT_TXN_UNDONE;
	nt_host_close(&host);
	return 0;
}

/* ---- judging ---- */

bool trial_is_old(struct trial *trial)
{
	fake_host_dump(trial->host, trial->now, FAKE_DUMP_MAX);
	return !strcmp(trial->now, trial->old);
}

void trial_must_be_old(struct trial *trial)
{
	size_t at = 0;

	if (trial_is_old(trial))
		return;
	while (trial->old[at] == trial->now[at])
		at++;
	while (at && trial->old[at - 1] != '\n')
		at--;
	fail_msg("was %.*s, is %.*s", (int)strcspn(&trial->old[at], "\n"), &trial->old[at],
		 (int)strcspn(&trial->now[at], "\n"), &trial->now[at]);
}

void trial_must_apply(struct trial *trial, uint64_t writes)
{
	struct trial_end end;

	trial_apply(trial, &end);
	if (end.r < 0)
		fail_msg("%s", end.diag.message);
	if (writes != TRIAL_WRITES)
		assert_int_equal(end.writes, writes);
	nt_plan_free(&end.plan);
}

void trial_must_revert(struct trial *trial)
{
	struct trial_end end;

	trial_revert(trial, &end);
	if (end.r < 0)
		fail_msg("%s", end.diag.message);
	nt_plan_free(&end.plan);
}

/* The value of @key in a dump, and its length; NULL for none. */
static const char *value_of(const char *dump, const char *key, size_t key_len, size_t *ret_len)
{
	for (const char *line = dump; *line; line += strcspn(line, "\n") + 1) {
		if (strncmp(line, key, key_len) != 0 || strncmp(line + key_len, " = ", 3) != 0)
			continue;
		*ret_len = strcspn(line + key_len + 3, "\n");
		return line + key_len + 3;
	}
	return NULL;
}

static const struct nt_change *change_of(const struct nt_plan *plan, const char *key)
{
	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct nt_change *change = &plan->changes[i];
		char name[160];

		if (!strcmp(change->domain->name, "sysctl"))
			snprintf(name, sizeof(name), "%s", change->tunable);
		else if (!strcmp(change->domain->name, "module"))
			snprintf(name, sizeof(name), "module %s", change->tunable);
		else
			snprintf(name, sizeof(name), "%s %s", change->target, change->tunable);
		if (!strcmp(name, key))
			return change;
	}
	return NULL;
}

/* Kept as it was: what would have cost it was refused. */
static bool stays(const struct nt_change *change)
{
	return change->kept && change->seen && change->domain->same(change->seen, change->wanted);
}

static bool in_effect(const struct nt_plan *plan, const char *key)
{
	const struct nt_change *change = plan ? change_of(plan, key) : NULL;

	return !plan || (change && !stays(change) && (change->outcome == NT_OUTCOME_APPLIED ||
				    change->outcome == NT_OUTCOME_COMPLIANT));
}

static const struct trial_want *want_of(const struct trial *trial, const char *key, size_t len)
{
	for (size_t i = 0; i < trial->n_wants; i++)
		if (!strncmp(trial->wants[i].key, key, len) && !trial->wants[i].key[len])
			return &trial->wants[i];
	return NULL;
}

static char wrong[1024];

/* @line of the old dump: as wanted when that is in effect, else as it was. */
static bool check_line(const struct trial *trial, const struct nt_plan *plan, const char *line)
{
	size_t key_len = (size_t)(strstr(line, " = ") - line), now_len = 0;
	const char *expected = line + key_len + 3;
	size_t len = strcspn(expected, "\n");
	const struct trial_want *w = want_of(trial, line, key_len);
	const char *now = value_of(trial->now, line, key_len, &now_len);

	if (w && in_effect(plan, w->key)) {
		expected = w->value;
		len = strlen(w->value);
	}
	/* A queue that is no more took its settings with it. */
	if (!now || (now_len == len && !strncmp(now, expected, len)))
		return true;
	snprintf(wrong, sizeof(wrong), "%.*s is %.*s, must be %.*s", (int)key_len, line,
		 (int)now_len, now, (int)len, expected);
	return false;
}

const char *trial_check(struct trial *trial, const struct nt_plan *plan)
{
	fake_host_dump(trial->host, trial->now, FAKE_DUMP_MAX);
	for (const char *line = trial->old; *line; line += strcspn(line, "\n") + 1)
		if (!check_line(trial, plan, line))
			return wrong;
	for (size_t i = 0; i < trial->n_wants; i++) {
		const struct trial_want *w = &trial->wants[i];
		size_t len = 0;
		const char *now = value_of(trial->now, w->key, strlen(w->key), &len);

		if (!in_effect(plan, w->key) || (now && len == strlen(w->value) &&
						 !strncmp(now, w->value, len)))
			continue;
		snprintf(wrong, sizeof(wrong), "%s is %.*s, wanted %s", w->key, (int)len,
			 now ? now : "", w->value);
		return wrong;
	}
	return NULL;
}
