// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl apply: plan and carry out. */
#include <errno.h>
#include <stdio.h>

#include "cmd/carry_out.h"
#include "cmd/cmd.h"
#include "cmd/dialogue.h"
#include "cmd/plan_rules.h"
#include "engine/deadline.h"
#include "engine/planner.h"
#include "engine/replan.h"
#include "lib/diag.h"

enum { CONFIRM, ALLOW_DISRUPTIVE };

static const struct nt_option options[] = {
	[CONFIRM] = { "confirm", "SEC", "undo it after SEC seconds unless it is confirmed" },
	[ALLOW_DISRUPTIVE] = { "allow-disruptive", NULL, "also what resets a link" },
	{ NULL, NULL, NULL },
};

static enum nt_exit plan_and_run(const struct nt_call *call, struct nt_host *host,
				 uint32_t confirm_s, uint32_t *ret_awaiting, struct nt_diag *diag)
{
	struct nt_planned planned = { 0 };
	struct nt_replan_source source = { .io = call->io, .planned = &planned };
	const struct nt_replanner replanner = { .plan = nt_planned_again, .user = &source };
	enum nt_exit code;
	int r = nt_plan_profiles(call->io,
				 &(struct nt_plan_request){
					 .names = call->args,
					 .n = call->n_args,
					 .netns = call->netns,
					 .allow_disruptive = call->values[ALLOW_DISRUPTIVE],
				 },
				 &planned, diag);

	if (r < 0)
		return nt_exit_for(r, diag);
	if (planned.n_left_out == call->n_args) {
		nt_diag_err(diag, EOPNOTSUPP, "no profile is for this host: %s; nothing was "
			    "changed", planned.left_out[0]);
		code = NT_EXIT_UNSUPPORTED;
	} else {
		code = nt_plan_check_required(&planned.plan, false, diag);
	}
	if (code == NT_EXIT_DONE)
		code = nt_carry_out(call, host,
				    &(struct nt_errand){ .plan = &planned.plan,
							 .replanner = &replanner,
							 .left_out = planned.left_out,
							 .confirm_s = confirm_s,
							 .ret_awaiting = ret_awaiting },
				    diag);
	nt_planned_free(&planned);
	return code;
}

static enum nt_exit run(const struct nt_call *call, struct nt_diag *diag)
{
	uint32_t confirm_s = 0, awaiting = 0;
	struct nt_host host;
	enum nt_exit code;
	char what[128];

	if (call->values[CONFIRM] && nt_deadline_parse(call->values[CONFIRM], &confirm_s) < 0) {
		nt_diag_err(diag, EINVAL, "--confirm %s: must be seconds from %u to %u",
			    call->values[CONFIRM], NT_CONFIRM_S_MIN, NT_CONFIRM_S_MAX);
		return NT_EXIT_USAGE;
	}
	snprintf(what, sizeof(what), "apply %.100s", call->args[0]);
	code = nt_begin(call, what, false, true, &host, diag);
	if (code != NT_EXIT_DONE)
		return code;
	code = plan_and_run(call, &host, confirm_s, &awaiting, diag);
	nt_host_close(&host);
	/* Without the lock: whoever confirms from elsewhere does not wait for us. */
	if (awaiting && !call->json && !call->quiet && nt_dialogue_possible())
		code = nt_dialogue(call, awaiting, code, diag);
	return code;
}

const struct nt_cmd nt_cmd_apply = {
	.name = "apply",
	.arguments = "PROFILE...",
	.min_args = 1,
	.max_args = 16,
	.summary = "make the host what profiles want, as one transaction",
	.help = "Plans, writes the values seen to the journal, makes the changes, reads every\n"
		"one back, and commits; when a required change fails, the host is returned to\n"
		"what it was. Lasts until the next boot; enable has it come back. What cannot be\n"
		"done here is listed with its cause.\n\n"
		"With --confirm a guardian process returns everything after SEC seconds, whatever\n"
		"becomes of this command and the terminal, unless it is confirmed: on a terminal\n"
		"by answering the question, elsewhere with nettunectl confirm.",
	.options = options,
	.run = run,
};
