// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl boot: what the boot unit and init scripts run. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd/carry_out.h"
#include "cmd/cmd.h"
#include "cmd/enabled_out.h"
#include "cmd/plan_out.h"
#include "cmd/plan_rules.h"
#include "engine/enabled_file.h"
#include "engine/planner.h"
#include "engine/replan.h"
#include "lib/diag.h"
#include "lib/out.h"

/*
 * Boot waits for us, but not for longer: then we are told to stop as by the service manager, and
 * undo. A unit's TimeoutStartSec= has to be longer, systemd/nettune-boot.service has 60 s.
 */
#define BOOT_S_MAX 45

enum { SETTLED };

static const struct nt_option options[] = {
	[SETTLED] = { "settled", NULL, "the host is well with what boot applied" },
	{ NULL, NULL, NULL },
};

/* While the host is being written to this waits, and what was written is undone: interrupt.h. */
static void stop(int signal)
{
	static const char words[] = "nettunectl: boot: stopped, by its limit of time or by "
				    "somebody; see nettunectl status\n";

	(void)signal;
	(void)!write(STDERR_FILENO, words, sizeof(words) - 1);
	_exit(NT_EXIT_FAILED);
}

static int limit_time(void)
{
	const struct sigaction action = { .sa_handler = stop };
	/* Again and again: recover, which comes first, drops what arrives while it undoes. */
	const struct itimerspec limit = { .it_value.tv_sec = BOOT_S_MAX, .it_interval.tv_sec = 1 };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGTERM };
	timer_t timer;

	if (sigaction(SIGTERM, &action, NULL) < 0 ||
	    timer_create(CLOCK_MONOTONIC, &event, &timer) < 0 ||
	    timer_settime(timer, 0, &limit, NULL) < 0)
		return -errno;
	return 0;
}

/* What another boot was applying when it ended, by hand perhaps, and is to be applied again. */
static const char *find_killer(const struct nt_host *host, const struct nt_enabled *enabled)
{
	for (size_t i = host->n_journals; i-- > 0;) {
		const struct nt_journal *journal = &host->journals[i];

		if (journal->state != NT_TXN_STAGED || journal->head.kind != NT_TXN_APPLY ||
		    !strcmp(journal->head.boot_id, host->boot_id))
			continue;
		for (size_t j = 0; journal->head.profiles[j]; j++)
			if (nt_enabled_has(enabled, journal->head.profiles[j]))
				return journal->head.boot_id;
	}
	return NULL;
}

/* Before recover, which closes the journals that tell. 1: held back, 0: go on. */
static int check_last_boot(const struct nt_enabled *enabled, struct nt_diag *diag)
{
	struct nt_host host;
	const char *killer;
	int r = nt_host_open(NULL, true, &host, diag);

	if (r < 0)
		return r;
	killer = find_killer(&host, enabled);
	if (killer)
		r = nt_boot_mark(&host.state, killer, diag);
	if (r == 0)
		r = nt_boot_died(&host.state, host.boot_id);
	nt_host_close(&host);
	return r;
}

/* Something in the way counts, something that is not there yet does not. */
static enum nt_exit exit_of(enum nt_exit code, struct nt_plan *plan)
{
	if (code != NT_EXIT_PARTLY)
		return code;
	for (size_t i = 0; i < plan->n_changes; i++)
		if (plan->changes[i].outcome == NT_OUTCOME_DEFERRED)
			plan->changes[i].outcome = NT_OUTCOME_ABSENT;
	return nt_plan_exit(plan);
}

static enum nt_exit carry_out(const struct nt_call *call, struct nt_host *host,
			      struct nt_planned *planned, struct nt_diag *diag)
{
	struct nt_replan_source source = { .io = call->io, .planned = planned };
	const struct nt_replanner replanner = { .plan = nt_planned_again,
						.refused = nt_planned_refused,
						.user = &source };
	struct nt_errand errand = { .plan = &planned->plan, .replanner = &replanner,
				    .profiles = call->args, .n_profiles = call->n_args,
				    .left_out = planned->left_out };
	enum nt_exit code = nt_plan_check_required(&planned->plan, true, diag);
	int r = 0;

	if (code != NT_EXIT_DONE)
		return code;
	/* Only what writes can end this boot. */
	if (nt_plan_count(&planned->plan, NT_OUTCOME_PLANNED))
		r = nt_boot_mark(&host->state, host->boot_id, diag);
	if (r < 0)
		return nt_exit_for(r, diag);
	return exit_of(nt_carry_out(call, host, &errand, diag), &planned->plan);
}

static enum nt_exit apply(const struct nt_call *call, const struct nt_enabled *enabled,
			  struct nt_diag *diag)
{
	const char *names[NT_ENABLED_MAX];
	struct nt_call boot = *call;
	struct nt_planned planned = { 0 };
	struct nt_host host;
	enum nt_exit code;
	int r;

	nt_enabled_names(enabled, names);
	boot.args = names;
	boot.n_args = enabled->n;
	code = nt_begin(&boot, "boot", false, true, &host, diag);
	if (code != NT_EXIT_DONE)
		return code;
	r = nt_plan_profiles(boot.io,
			     &(struct nt_plan_request){
				     .names = names,
				     .n = enabled->n,
				     .host = &host,
				     .allow_disruptive = enabled->allow_disruptive,
			     },
			     &planned, diag);
	code = r < 0 ? nt_exit_for(r, diag) : carry_out(&boot, &host, &planned, diag);
	nt_planned_free(&planned);
	nt_host_close(&host);
	return code;
}

/* With nothing enabled what was cut off is still closed. */
static enum nt_exit only_recover(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_plan nothing = { 0 };
	struct nt_host host;
	enum nt_exit code = nt_begin(call, "boot", false, true, &host, diag);

	if (code != NT_EXIT_DONE)
		return code;
	if (call->json)
		code = nt_carry_out(call, &host, &(struct nt_errand){ .plan = &nothing }, diag);
	else if (!call->quiet)
		printf("nothing is enabled at boot\n");
	nt_host_close(&host);
	return code;
}

/* Only of this boot: the mark of one that died holds later boots back until "enable". */
static int end_trial(struct nt_diag *diag)
{
	char boot_id[NT_BOOT_ID_MAX];
	struct nt_state state;
	int r = nt_boot_id_read(boot_id, sizeof(boot_id));

	if (r < 0)
		return nt_diag_err(diag, -r, "cannot tell boots apart: %s", strerror(-r));
	r = nt_state_open(false, &state, diag);
	if (r < 0)
		return r;
	if (!nt_boot_died(&state, boot_id))
		r = nt_boot_unmark(&state, diag);
	nt_state_close(&state);
	return r;
}

static enum nt_exit settle(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_enabled enabled = { .n = 0 };
	int r = end_trial(diag);

	if (r == 0 && call->json)
		r = nt_enabled_read(call->io, &enabled, diag);
	if (r == 0 && call->json)
		nt_out_json(nt_enabled_json(&enabled, false, ""));
	return r < 0 ? nt_exit_for(r, diag) : NT_EXIT_DONE;
}

static enum nt_exit apply_enabled(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_enabled enabled;
	int r = nt_boot_check_netns(diag);

	if (r == 0)
		r = limit_time();
	if (r == 0)
		r = nt_enabled_read(call->io, &enabled, diag);
	if (r < 0)
		return nt_exit_for(r, diag);
	if (!enabled.n)
		return only_recover(call, diag);
	r = check_last_boot(&enabled, diag);
	if (r <= 0)
		return r < 0 ? nt_exit_for(r, diag) : apply(call, &enabled, diag);
	nt_diag_refuse(diag, "an earlier boot ended while it applied what is enabled, or before it "
		       "had settled, so nothing is applied now: see 'nettunectl history'; "
		       "'nettunectl apply' it, and 'nettunectl enable' it again");
	return NT_EXIT_REFUSED;
}

static enum nt_exit run(const struct nt_call *call, struct nt_diag *diag)
{
	if (call->netns) {
		nt_diag_err(diag, EINVAL, "boot: applies to the host, not to a namespace");
		return NT_EXIT_USAGE;
	}
	if (geteuid() != 0) {
		nt_diag_err(diag, EPERM, "boot: changes the host, which needs root");
		return NT_EXIT_PRIVILEGE;
	}
	return call->values[SETTLED] ? settle(call, diag) : apply_enabled(call, diag);
}

const struct nt_cmd nt_cmd_boot = {
	.name = "boot",
	.arguments = "",
	.min_args = 0,
	.max_args = 0,
	.summary = "apply what is enabled; for the boot unit and init scripts",
	.help = "Closes what another boot cut off, then applies the enabled profiles without a\n"
		"question, in 45 s at most. A module or device that is not there yet is passed\n"
		"over. When the list, a profile or a journal is damaged, or an earlier boot ended\n"
		"before it had settled, it says so and changes nothing.",
	.options = options,
	.run = run,
};
