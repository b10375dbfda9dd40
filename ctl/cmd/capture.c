// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl capture: this host as a file that somebody else may have. */
#include "cmd/cmd.h"
#include "core/facts.h"
#include "facts/anonymous.h"
#include "facts/facts_read.h"
#include "lib/out.h"

#include <stdio.h>

enum { OPTION_FULL };

static const struct nt_option options[] = {
	{ "full", NULL, "with addresses and the keys of hash functions" },
	{ NULL, NULL, NULL },
};

static enum nt_exit run(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_facts facts = { 0 };
	int r = nt_facts_read(call->io, NT_FACTS_ALL, &facts, diag);

	snprintf(facts.kernel.netns, sizeof(facts.kernel.netns), "%s",
		 call->netns ? call->netns : "");
	if (r == 0 && !call->values[OPTION_FULL])
		nt_facts_anonymise(&facts);
	if (r == 0)
		r = nt_out_json(nt_facts_to_json(&facts));
	nt_facts_free(&facts);
	return r < 0 ? nt_exit_for(r, diag) : NT_EXIT_DONE;
}

const struct nt_cmd nt_cmd_capture = {
	.name = "capture",
	.arguments = "",
	.summary = "print this host as a file that can be given away, for plan --facts",
	.help = "All facts as JSON, without addresses: those of hardware, of sessions and of\n"
		"gateways become xx. Names of devices, files and network namespaces stay.\n"
		"The output can be given to plan --facts.",
	.options = options,
	.run = run,
};
