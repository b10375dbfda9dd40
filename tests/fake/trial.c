// SPDX-License-Identifier: GPL-2.0-or-later
/* Trials from a seed. See trial.h. */
#include "trial.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
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
#include "tunable/tunable.h"

#define PROFILE "/profile.conf"

static void give_up(const char *what)
{
	perror(what);
	abort();
}

/* ---- places ---- */

static char folder[256];

static void remove_tree(const char *path)
{
	struct dirent *entry;
	DIR *dir = opendir(path);

	while (dir && (entry = readdir(dir))) {
		char below[512];

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		if (unlink(below) < 0)
			remove_tree(below);
	}
	if (dir)
		closedir(dir);
	rmdir(path);
}

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

/* ---- dice ---- */

/* splitmix64 */
static uint32_t roll(struct trial *trial, uint32_t n)
{
	uint64_t z = trial->dice += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return (uint32_t)((z ^ (z >> 31)) >> 16) % n;
}

static bool coin(struct trial *trial)
{
	return roll(trial, 2);
}

__attribute__((format(printf, 2, 3)))
static void write_line(struct trial *trial, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	trial->profile_len += (size_t)vsnprintf(trial->profile + trial->profile_len,
						sizeof(trial->profile) - trial->profile_len,
						format, args);
	va_end(args);
	if (trial->profile_len >= sizeof(trial->profile))
		give_up("trial: profile too long");
}

static void want(struct trial *trial, const char *key, const char *value)
{
	struct trial_want *w = &trial->wants[trial->n_wants++];

	if (trial->n_wants > TRIAL_WANTS_MAX)
		give_up("trial: too many wants");
	snprintf(w->key, sizeof(w->key), "%s", key);
	snprintf(w->value, sizeof(w->value), "%s", value);
}

/* ---- sysctls ---- */

/* Keys of which any values of these ranges go together; vectors ascend. */
static const struct {
	const char *key;
	uint32_t min;
	uint32_t max;
	unsigned int fields;
} numbers[] = {
	{ "net.core.busy_poll", 0, 100, 1 },
	{ "net.core.netdev_budget", 100, 1000, 1 },
	{ "net.core.netdev_max_backlog", 500, 100000, 1 },
	{ "net.core.optmem_max", 20480, 1048576, 1 },
	{ "net.core.rmem_max", 212992, 67108864, 1 },
	{ "net.core.somaxconn", 128, 65535, 1 },
	{ "net.core.wmem_max", 212992, 67108864, 1 },
	{ "net.ipv4.tcp_autocorking", 0, 1, 1 },
	{ "net.ipv4.tcp_fin_timeout", 5, 60, 1 },
	{ "net.ipv4.tcp_keepalive_time", 60, 7200, 1 },
	{ "net.ipv4.tcp_max_syn_backlog", 1024, 65535, 1 },
	{ "net.ipv4.tcp_mtu_probing", 0, 2, 1 },
	{ "net.ipv4.tcp_slow_start_after_idle", 0, 1, 1 },
	{ "net.ipv4.tcp_rmem", 4096, 33554432, 3 },
	{ "net.ipv4.tcp_wmem", 4096, 33554432, 3 },
	{ "net.ipv4.udp_rmem_min", 4096, 65536, 1 },
};
#define N_NUMBERS (sizeof(numbers) / sizeof(*numbers))

static const char *draw_number(struct trial *trial, size_t n, char *buf, size_t size)
{
	uint32_t value = numbers[n].min;
	size_t len = 0;

	for (unsigned int i = 0; i < numbers[n].fields; i++) {
		value += roll(trial, (numbers[n].max - value) / (numbers[n].fields - i) + 1);
		len += (size_t)snprintf(buf + len, size - len, "%s%u", i ? " " : "", value);
	}
	return buf;
}

static void draw_sysctls(struct trial *trial)
{
	char value[96];

	for (size_t i = 0; i < N_NUMBERS; i++)
		if (coin(trial))
			fake_sysctl(&trial->before->io, numbers[i].key,
				    draw_number(trial, i, value, sizeof(value)))->max = UINT32_MAX;
}

static void ask_sysctl(struct trial *trial, const char *key, const char *value)
{
	write_line(trial, "%s = %s\n", key, value);
	want(trial, key, value);
}

static void ask_sysctls(struct trial *trial)
{
	uint32_t chance = 2 + roll(trial, 4);
	char value[96];

	write_line(trial, "[Sysctl]\n");
	for (size_t i = 0; i < N_NUMBERS; i++)
		if (roll(trial, chance) == 0)
			ask_sysctl(trial, numbers[i].key,
				   draw_number(trial, i, value, sizeof(value)));
	if (roll(trial, 3) == 0)
		ask_sysctl(trial, "net.ipv4.tcp_congestion_control", "bbr");
	if (roll(trial, 3) == 0)
		ask_sysctl(trial, "net.core.default_qdisc", "fq");
	/* What its module brings is gone with it, and nothing of "before". */
	if (roll(trial, 3) == 0) {
		ask_sysctl(trial, "net.netfilter.nf_conntrack_tcp_timeout_time_wait", "30");
		want(trial, "module nf_conntrack", "loaded");
	}
}

/* ---- a trial ---- */

void trial_draw(struct trial *trial, uint64_t seed, bool with_devices)
{
	static const enum fake_kernel kernels[] = { FAKE_LINUX_6_1, FAKE_LINUX_6_12,
						    FAKE_LINUX_7 };

	trial->seed = trial->dice = seed;
	trial->n_wants = 0;
	trial->profile_len = 0;
	fake_host_init(trial->before, kernels[roll(trial, 3)], 2 + roll(trial, 7));
	draw_sysctls(trial);
	trial->require = coin(trial);
	write_line(trial, "[Profile]\nOnUnsupported=%s\n", trial->require ? "require" : "prefer");
	ask_sysctls(trial);
	(void)with_devices;
	fake_file(&trial->before->io, PROFILE, trial->profile);
	fake_host_dump(trial->before, trial->old, FAKE_DUMP_MAX);
}

void trial_start(struct trial *trial)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/state", folder);
	remove_tree(path);
	setenv("NETTUNE_STATE_DIR", path, 1);
	fake_host_copy(trial->host, trial->before);
}

static void run(struct trial *trial, struct nt_host *host, enum nt_txn_kind kind,
		const struct nt_replanner *replanner, struct trial_end *end)
{
	struct nt_txn txn = {
		.io = &trial->host->io.io,
		.state = &host->state,
		.backend = nt_backend_user(),
		.plan = &end->plan,
		.complete = true,
		.replanner = replanner,
	};

	nt_host_head(host, kind, NULL, "user", &txn.head);
	txn.head.profiles[0] = strdup(PROFILE);
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

static void plan_and_run(struct trial *trial, struct nt_host *host, struct trial_end *end)
{
	const char *const names[] = { PROFILE };
	const struct nt_plan_request request = {
		.names = names,
		.n = 1,
		.allow_disruptive = true,
	};
	struct nt_planned planned = { 0 };
	struct nt_replan_source source = { .io = &trial->host->io.io, .planned = &planned };
	const struct nt_replanner replanner = { .plan = nt_planned_again, .user = &source };

	end->r = nt_plan_profiles(&trial->host->io.io, &request, &planned, &end->diag);
	if (end->r < 0)
		return;
	end->plan = planned.plan;
	planned.plan = (struct nt_plan){ 0 };
	run(trial, host, NT_TXN_APPLY, &replanner, end);
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

void trial_revert(struct trial *trial, struct trial_end *end)
{
	struct nt_undo_scope scope = { 0 };
	struct nt_host host;

	*end = (struct trial_end){ .state = NT_TXN_UNDONE };
	end->r = begin(trial, &host, &end->diag);
	if (end->r < 0)
		return;
	scope.netns_cookie = host.netns_cookie;
	end->r = nt_plan_undo(&trial->host->io.io, &host.ledger, &scope, &end->plan, &end->diag);
	if (end->r == 0)
		run(trial, &host, NT_TXN_REVERT, NULL, end);
	nt_host_close(&host);
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

static bool in_effect(const struct nt_plan *plan, const char *key)
{
	const struct nt_change *change = plan ? change_of(plan, key) : NULL;

	return !change || change->outcome == NT_OUTCOME_APPLIED ||
	       change->outcome == NT_OUTCOME_COMPLIANT;
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
