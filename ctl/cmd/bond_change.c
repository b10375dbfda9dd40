// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl bond create, enable and disable: lines of a profile, carried out as a transaction. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/bond.h"
#include "cmd/carry_out.h"
#include "cmd/dialogue.h"
#include "cmd/plan_rules.h"
#include "core/slb_nft.h"
#include "engine/deadline.h"
#include "engine/planner.h"
#include "engine/protect.h"
#include "io/bond.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

/* What the lines are from, as their origin tells. */
#define ORIGIN "the command line"

/* Appends "KEY = VALUE" of [Bond "BOND"]. All that is asked for here is required. */
static int add_line(struct nt_profile *profile, const char *bond, const char *key,
		    const char *value)
{
	struct nt_setting *grown = realloc(profile->settings,
					   (profile->n_settings + 1) * sizeof(*grown));
	struct nt_setting line = {
		.section = strdup("Bond"), .selector = strdup(bond), .key = strdup(key),
		.value = strdup(value), .reason = strdup(""), .profile = strdup("bond"),
		.file = strdup(ORIGIN), .line = 1, .column = 1, .value_column = 1,
		.policy = NT_POLICY_REQUIRE,
	};

	if (grown)
		profile->settings = grown;
	if (!grown || !line.section || !line.selector || !line.key || !line.value ||
	    !line.reason || !line.profile || !line.file) {
		nt_setting_free(&line);
		return -ENOMEM;
	}
	grown[profile->n_settings++] = line;
	return 0;
}

/* The same check that lines of a profile get. */
static int check_lines(const struct nt_profile *profile, struct nt_diag *diag)
{
	int r = 0;

	for (size_t i = 0; i < profile->n_settings && r == 0; i++)
		r = nt_tunable_bond.check(&profile->settings[i], diag);
	return r;
}

/**
 * struct work - one verb
 * @what: for the lock and the journal: "bond enable bond0"
 * @clean: then remove what a "bond run" that was killed left
 * @confirm_s: seconds to confirm it in, 0 without --confirm
 * @awaiting: the transaction when it awaits that
 */
struct work {
	char what[64];
	bool clean;
	struct nt_profile profile;
	uint32_t confirm_s;
	uint32_t awaiting;
};

/* What only shows when it is tried, such as a kernel without bonding, is no failure of ours. */
static bool unsupported_here(const struct nt_plan *plan, enum nt_exit code)
{
	return code == NT_EXIT_FAILED && nt_plan_count(plan, NT_OUTCOME_UNSUPPORTED) &&
	       !nt_plan_count(plan, NT_OUTCOME_APPLIED) && !nt_plan_count(plan, NT_OUTCOME_FAILED);
}

static enum nt_exit plan_and_run(const struct nt_call *call, struct nt_host *host,
				 struct work *work, struct nt_diag *diag)
{
	const struct nt_plan_request request = {
		.netns = call->netns,
		.host = host,
		.allow_disruptive = call->values[NT_BOND_ALLOW_DISRUPTIVE],
	};
	const char *const names[] = { work->what };
	struct nt_planned planned = { 0 };
	enum nt_exit code;
	int r = nt_plan_settings(call->io, &work->profile, &request, &planned, diag);

	if (r < 0)
		return nt_exit_for(r, diag);
	code = nt_plan_check_required(&planned.plan, false, diag);
	if (code == NT_EXIT_DONE && nt_protect_check(&planned.plan, work->confirm_s, diag) < 0)
		code = NT_EXIT_REFUSED;
	if (code == NT_EXIT_DONE)
		code = nt_carry_out(call, host,
				    &(struct nt_errand){ .plan = &planned.plan,
							 .profiles = names,
							 .n_profiles = 1,
							 .confirm_s = work->confirm_s,
							 .ret_awaiting = &work->awaiting },
				    diag);
	if (unsupported_here(&planned.plan, code))
		code = NT_EXIT_UNSUPPORTED;
	nt_planned_free(&planned);
	return code;
}

/* Nobody else removes it, and no run is alive: we have the bond. It is no value to roll back to. */
static int remove_leftover(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_bond_view view;
	int r = nt_bond_look(call, &view, diag);

	if (r < 0 || view.fact.slb.engine != NT_SLB_RUN)
		return r;
	r = nt_io_nft_set(call->io, &view.fact.bond, NT_NFT_NO_TABLE, false, diag);
	if (r == 0 && !call->quiet)
		fprintf(stderr, "nettunectl: %s: removed the rules that a 'bond run' left which "
			"was killed\n", call->args[1]);
	return r;
}

static enum nt_exit claimed(const struct nt_call *call, struct nt_host *host, struct work *work,
			    struct nt_diag *diag)
{
	struct nt_bond_claim claim;
	enum nt_exit code;
	int r = nt_bond_claim(call, &claim, diag);

	if (r < 0)
		return nt_exit_for(r, diag);
	code = plan_and_run(call, host, work, diag);
	if (code == NT_EXIT_DONE && work->clean)
		r = remove_leftover(call, diag);
	nt_bond_release(&claim);
	return r < 0 ? nt_exit_for(r, diag) : code;
}

static enum nt_exit locked(const struct nt_call *call, struct work *work, struct nt_diag *diag)
{
	struct nt_host host;
	enum nt_exit code = nt_begin(call, work->what, false, true, &host, diag);

	if (code != NT_EXIT_DONE)
		return code;
	code = claimed(call, &host, work, diag);
	nt_host_close(&host);
	return code;
}

/* Takes over @profile. @r: whether making it succeeded. */
static enum nt_exit carry_out(const struct nt_call *call, struct nt_profile *profile, int r,
			      bool clean, struct nt_diag *diag)
{
	const char *confirm = call->values[NT_BOND_CONFIRM];
	struct work work = { .profile = *profile, .clean = clean };
	enum nt_exit code;

	snprintf(work.what, sizeof(work.what), "bond %.16s %.32s", call->args[0], call->args[1]);
	if (r == 0 && confirm && nt_deadline_parse(confirm, &work.confirm_s) < 0)
		r = nt_diag_err(diag, EINVAL, "--confirm %s: must be seconds from %u to %u",
				confirm, NT_CONFIRM_S_MIN, NT_CONFIRM_S_MAX);
	if (r == 0)
		r = check_lines(&work.profile, diag);
	code = r < 0 ? nt_exit_for(r, diag) : locked(call, &work, diag);
	nt_profile_free(&work.profile);
	if (work.awaiting && !call->json && !call->quiet && nt_dialogue_possible())
		code = nt_dialogue(call, work.awaiting, code, diag);
	return code;
}

enum nt_exit nt_bond_create(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_profile profile = { 0 };
	int r = add_line(&profile, call->args[1], "Create", "balance-slb");
	enum nt_exit code = carry_out(call, &profile, r, false, diag);

	if (code == NT_EXIT_DONE && !call->json && !call->quiet)
		printf("ports: 'ip link set PORT down', 'ip link set PORT master %s'; then 'ip "
		       "link set %s up' and 'nettunectl bond enable %s'\n", call->args[1],
		       call->args[1], call->args[1]);
	return code;
}

/* What watches already, by whatever interval, may go on as it is. */
static int add_ground(const struct nt_call *call, struct nt_profile *profile, struct nt_diag *diag)
{
	const char *name = call->args[1];
	struct nt_bond bond;
	int r = nt_io_bond_get(call->io, name, &bond, diag);

	if (r < 0)
		return r;
	r = add_line(profile, name, "Mode", "balance-xor");
	if (r == 0)
		r = add_line(profile, name, "XmitHashPolicy", "vlan+srcmac");
	if (r == 0 && bond.value[NT_BOND_MIIMON] == 0)
		r = add_line(profile, name, "Miimon", "100");
	return r;
}

static int add_slb(const struct nt_call *call, struct nt_profile *profile, struct nt_diag *diag)
{
	const char *macs = call->values[NT_BOND_MACS], *port = call->values[NT_BOND_PREFERRED];
	char value[96];

	if (call->values[NT_BOND_NFT] && (macs || port))
		return nt_diag_err(diag, EINVAL, "bond enable: --nft takes neither --macs nor "
				   "--preferred");
	snprintf(value, sizeof(value), "on%s%.16s%s%.32s", macs ? " macs:" : "", macs ? macs : "",
		 port ? " preferred:" : "", port ? port : "");
	return add_line(profile, call->args[1], "Slb",
			call->values[NT_BOND_NFT] ? "nft" : value);
}

static void print_weaknesses(void)
{
	printf("without nettune.ko:\n");
	for (unsigned int i = 0; nt_slb_nft_weakness(i); i++)
		printf("  - %s\n", nt_slb_nft_weakness(i));
}

enum nt_exit nt_bond_enable(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_profile profile = { 0 };
	enum nt_exit code;
	int r = add_ground(call, &profile, diag);

	if (r == 0)
		r = add_slb(call, &profile, diag);
	code = carry_out(call, &profile, r, false, diag);
	if (code == NT_EXIT_DONE && call->values[NT_BOND_NFT] && !call->json && !call->quiet)
		print_weaknesses();
	return code;
}

enum nt_exit nt_bond_disable(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_profile profile = { 0 };
	int r = add_line(&profile, call->args[1], "Slb", "off");

	return carry_out(call, &profile, r, true, diag);
}
