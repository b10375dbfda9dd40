// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl disable: no longer at boot. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/enabled_out.h"
#include "engine/enabled_file.h"
#include "engine/state.h"
#include "io/systemd.h"
#include "io/systemd_unit.h"
#include "lib/diag.h"
#include "lib/out.h"

/* Without a name everything goes, also what cannot be read: this is the way out of damage. */
static int choose(const struct nt_call *call, struct nt_enabled *ret, bool *ret_changed,
		  struct nt_diag *diag)
{
	struct nt_diag damage = { 0 };
	int r = nt_enabled_read(call->io, ret, &damage);

	*ret_changed = false;
	if (!call->n_args) {
		*ret_changed = r < 0 || ret->n;
		*ret = (struct nt_enabled){ .n = 0 };
		return 0;
	}
	if (r < 0)
		return nt_diag_err(diag, -r, "%s; 'nettunectl disable' without a name removes it",
				   damage.message);
	for (size_t i = 0; i < call->n_args; i++)
		*ret_changed = nt_enabled_remove(ret, call->args[i]) || *ret_changed;
	return 0;
}

static void report(const struct nt_call *call, const struct nt_enabled *enabled, bool changed)
{
	char names[NT_ENABLED_BYTES_MAX];
	bool unit = nt_systemd_runs();

	if (call->json)
		nt_out_json(nt_enabled_json(enabled, changed, !unit ? "" : enabled->n ? "enabled"
								      : "disabled"));
	if (call->json || call->quiet)
		return;
	nt_enabled_join(enabled, names, sizeof(names));
	printf("%s%s%s\n", changed ? "" : "nothing to do; ",
	       enabled->n ? "enabled at boot: " : "nothing is enabled at boot", names);
	if (changed)
		printf("what is applied now stays until the next boot, or 'nettunectl revert'\n");
}

/* One that is not installed will not start at boot either. */
static int disable_unit(struct nt_diag *diag)
{
	struct nt_diag why = { 0 };
	int r = nt_systemd_runs() ? nt_systemd_enable_unit(NT_BOOT_UNIT, false, &why) : 0;

	return r >= 0 || r == -ENOENT ? 0 : nt_diag_err(diag, -r, "%s", why.message);
}

/* The file first: without it the unit does nothing. */
static int disable(const struct nt_call *call, struct nt_state *state, struct nt_diag *diag)
{
	struct nt_enabled enabled;
	bool changed;
	int r = choose(call, &enabled, &changed, diag);

	if (r == 0 && changed)
		r = nt_enabled_write(call->io, &enabled, diag);
	if (r == 0 && !enabled.n)
		r = nt_boot_unmark(state, diag);
	if (r == 0 && !enabled.n && changed)
		r = disable_unit(diag);
	if (r == 0)
		report(call, &enabled, changed);
	return r;
}

/* The journals are not looked at: they may be damaged, or a transaction await its confirmation. */
static enum nt_exit run(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_state state;
	int r = geteuid() == 0 ? 0 : nt_diag_err(diag, EPERM, "disable: changes what boot does, "
						 "which needs root; try sudo");

	if (r == 0)
		r = nt_state_open(true, &state, diag);
	if (r < 0)
		return nt_exit_for(r, diag);
	r = nt_state_lock(&state, "disable", diag);
	if (r == 0)
		r = disable(call, &state, diag);
	nt_state_close(&state);
	return r < 0 ? nt_exit_for(r, diag) : NT_EXIT_DONE;
}

const struct nt_cmd nt_cmd_disable = {
	.name = "disable",
	.arguments = "[PROFILE...]",
	.min_args = 0,
	.max_args = NT_ENABLED_MAX,
	.summary = "no longer apply profiles at boot: those named, or all",
	.help = "What is applied now stays until the next boot; 'nettunectl revert' takes it\n"
		"back. Without a name everything is disabled, also when the list cannot be read.",
	.options = NULL,
	.run = run,
};
