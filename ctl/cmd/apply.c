// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl apply: plan and carry out. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/carry_out.h"
#include "cmd/cmd.h"
#include "cmd/dialogue.h"
#include "cmd/plan_in.h"
#include "cmd/plan_rules.h"
#include "engine/deadline.h"
#include "engine/plan_json.h"
#include "engine/planner.h"
#include "engine/protect.h"
#include "engine/replan.h"
#include "engine/reviewed.h"
#include "lib/diag.h"

enum { CONFIRM, ALLOW_DISRUPTIVE, PLAN };

static const struct nt_option options[] = {
	[CONFIRM] = { "confirm", "SEC", "undo it after SEC seconds unless it is confirmed" },
	[ALLOW_DISRUPTIVE] = { "allow-disruptive", NULL, "also what resets a link" },
	[PLAN] = { "plan", "FILE", "apply what was reviewed: output of plan --json; - is stdin" },
	{ NULL, NULL, NULL },
};

/**
 * struct work - what one apply does
 * @reviewed: the plan of --plan; empty without
 * @planned: what is carried out
 * @profiles: what it came from, @n_profiles of them, borrowed as @left_out is
 * @left_out: those of them that do not match this host, NULL-terminated, or NULL
 * @confirm_s: seconds to confirm it in, 0 without --confirm
 * @awaiting: the transaction when it awaits that, 0 otherwise
 */
struct work {
	struct nt_plan_file reviewed;
	struct nt_planned planned;
	const char *const *profiles;
	size_t n_profiles;
	char *const *left_out;
	uint32_t confirm_s;
	uint32_t awaiting;
};

static int plan_names(const struct nt_call *call, const struct nt_host *host, struct work *work,
		      struct nt_diag *diag)
{
	const struct nt_plan_request request = {
		.names = call->args,
		.n = call->n_args,
		.netns = call->netns,
		.host = host,
		.allow_disruptive = call->values[ALLOW_DISRUPTIVE],
	};
	int r = nt_plan_profiles(call->io, &request, &work->planned, diag);

	work->profiles = call->args;
	work->n_profiles = call->n_args;
	work->left_out = work->planned.left_out;
	return r;
}

static int plan_reviewed(const struct nt_call *call, const struct nt_host *host, struct work *work,
			 struct nt_diag *diag)
{
	const struct nt_plan_request request = {
		.netns = call->netns,
		.host = host,
		.allow_disruptive = call->values[ALLOW_DISRUPTIVE],
	};
	const char *file = nt_plan_in_name(call->values[PLAN]);
	int r = nt_reviewed_check_host(&work->reviewed, host, call->netns, file, diag);

	if (r == 0)
		r = nt_reviewed_plan(call->io, &work->reviewed, &request, file, &work->planned,
				     diag);
	work->profiles = (const char *const *)work->reviewed.profiles;
	work->n_profiles = work->reviewed.n_profiles;
	work->left_out = work->reviewed.left_out;
	return r;
}

static enum nt_exit check_plan(const struct work *work, struct nt_diag *diag)
{
	enum nt_exit code;
	size_t n = 0;

	while (work->left_out && work->left_out[n])
		n++;
	if (n && n == work->n_profiles) {
		nt_diag_err(diag, EOPNOTSUPP, "no profile is for this host: %s; nothing was "
			    "changed", work->left_out[0]);
		return NT_EXIT_UNSUPPORTED;
	}
	code = nt_plan_check_required(&work->planned.plan, false, diag);
	if (code == NT_EXIT_DONE &&
	    nt_protect_check(&work->planned.plan, work->confirm_s, diag) < 0)
		code = NT_EXIT_REFUSED;
	return code;
}

static enum nt_exit carry_out(const struct nt_call *call, struct nt_host *host, struct work *work,
			      struct nt_diag *diag)
{
	struct nt_replan_source source = { .io = call->io, .planned = &work->planned };
	const struct nt_replanner replanner = { .plan = nt_planned_again,
						.refused = nt_planned_refused,
						.user = &source };

	return nt_carry_out(call, host,
			    &(struct nt_errand){ .plan = &work->planned.plan,
						 .replanner = &replanner,
						 .profiles = work->profiles,
						 .n_profiles = work->n_profiles,
						 .left_out = work->left_out,
						 .notes = work->planned.notes,
						 .confirm_s = work->confirm_s,
						 .ret_awaiting = &work->awaiting },
			    diag);
}

static enum nt_exit plan_and_run(const struct nt_call *call, struct work *work,
				 struct nt_diag *diag)
{
	struct nt_host host;
	enum nt_exit code;
	char what[128];
	int r;

	snprintf(what, sizeof(what), "apply %s%.100s", call->values[PLAN] ? "--plan " : "",
		 call->values[PLAN] ? call->values[PLAN] : call->args[0]);
	code = nt_begin(call, what, false, true, &host, diag);
	if (code != NT_EXIT_DONE)
		return code;
	r = call->values[PLAN] ? plan_reviewed(call, &host, work, diag)
			       : plan_names(call, &host, work, diag);
	code = r < 0 ? nt_exit_for(r, diag) : check_plan(work, diag);
	if (code == NT_EXIT_DONE)
		code = carry_out(call, &host, work, diag);
	nt_planned_free(&work->planned);
	nt_host_close(&host);
	return code;
}

static int check_arguments(const struct nt_call *call, struct work *work, struct nt_diag *diag)
{
	const char *confirm = call->values[CONFIRM];

	if (confirm && nt_deadline_parse(confirm, &work->confirm_s) < 0)
		return nt_diag_err(diag, EINVAL, "--confirm %s: must be seconds from %u to %u",
				   confirm, NT_CONFIRM_S_MIN, NT_CONFIRM_S_MAX);
	if (call->values[PLAN] && call->n_args)
		return nt_diag_err(diag, EINVAL, "apply: %s beside --plan %s: one of them",
				   call->args[0], call->values[PLAN]);
	if (!call->values[PLAN] && !call->n_args)
		return nt_diag_err(diag, EINVAL, "apply: needs PROFILE... or --plan FILE; see "
				   "nettunectl apply --help");
	return 0;
}

static enum nt_exit run(const struct nt_call *call, struct nt_diag *diag)
{
	struct work work = { .confirm_s = 0 };
	enum nt_exit code;
	int r = check_arguments(call, &work, diag);

	/* Before anything is locked: who feeds us may take his time. */
	if (r == 0 && call->values[PLAN])
		r = nt_plan_in(call->io, call->values[PLAN], &work.reviewed, diag);
	if (r < 0)
		return nt_exit_for(r, diag);
	code = plan_and_run(call, &work, diag);
	nt_plan_file_free(&work.reviewed);
	/* Without the lock: whoever confirms from elsewhere does not wait for us. */
	if (work.awaiting && !call->json && !call->quiet && nt_dialogue_possible())
		code = nt_dialogue(call, work.awaiting, code, diag);
	return code;
}

const struct nt_cmd nt_cmd_apply = {
	.name = "apply",
	.arguments = "PROFILE...",
	.max_args = 16,
	.summary = "make the host what profiles want, as one transaction",
	.help = "Plans, writes the values seen to the journal, makes the changes, reads every\n"
		"one back, and commits; when a required change fails, the host is returned to\n"
		"what it was. Lasts until the next boot; enable has it come back. What cannot be\n"
		"done here is listed with its cause.\n\n"
		"With --confirm a guardian process returns everything after SEC seconds, whatever\n"
		"becomes of this command and the terminal, unless it is confirmed: on a terminal\n"
		"by answering the question, elsewhere with nettunectl confirm.\n\n"
		"With --plan exactly what was reviewed is applied, or nothing when the host is\n"
		"not as it was then: review the output of nettunectl --json plan PROFILE.\n\n"
		"Devices that carry SSH sessions, default routes or the root file system are\n"
		"changed with --confirm only, and have 5 seconds to prove that they still work.",
	.options = options,
	.run = run,
};
