// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl confirm: keep a transaction that awaits its confirmation. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/verdict.h"
#include "engine/deadline.h"
#include "engine/host.h"
#include "lib/diag.h"

enum { EXTEND };

static const struct nt_option options[] = {
	[EXTEND] = { "extend", "SEC", "do not confirm yet: let it await for SEC more seconds" },
	{ NULL, NULL, NULL },
};

static int parse_id(const char *text, uint32_t *ret, struct nt_diag *diag)
{
	char *end;
	unsigned long id = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || id == 0 || id > INT32_MAX)
		return nt_diag_err(diag, EINVAL, "%s: not the number of a transaction", text);
	*ret = (uint32_t)id;
	return 0;
}

/* The one named, or the newest that had to be confirmed: it may have been too late for that. */
static int find(const struct nt_call *call, uint32_t *ret, struct nt_diag *diag)
{
	const struct nt_journal *found;
	struct nt_host host;
	uint32_t id = 0;
	int r = call->n_args ? parse_id(call->args[0], &id, diag) : 0;

	if (r == 0)
		r = nt_host_open(NULL, false, &host, diag);
	if (r < 0)
		return r;
	found = nt_host_awaiting(&host, id);
	for (size_t i = host.n_journals; i-- > 0 && !found;)
		if (host.journals[i].head.confirm_s && (!id || host.journals[i].head.id == id))
			found = &host.journals[i];
	*ret = found ? found->head.id : 0;
	nt_host_close(&host);
	if (found)
		return 0;
	return id ? nt_diag_err(diag, EINVAL, "transaction %u: not one that has to be confirmed; "
				"see nettunectl history", id)
		  : nt_diag_err(diag, EINVAL, "no transaction awaits confirmation");
}

static enum nt_exit run(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_guardian_msg question = { .verb = NT_GUARDIAN_CONFIRM };
	const char *seconds = call->values[EXTEND];
	int r = geteuid() == 0 ? 0 : nt_diag_err(diag, EPERM, "confirm: decides over the host, "
						 "which needs root; try sudo");

	if (r == 0 && seconds) {
		question.verb = NT_GUARDIAN_EXTEND;
		r = nt_deadline_parse(seconds, &question.args[0]);
		if (r < 0)
			nt_diag_err(diag, EINVAL, "--extend %s: must be seconds from %u to %u",
				    seconds, NT_CONFIRM_S_MIN, NT_CONFIRM_S_MAX);
	}
	if (r == 0)
		r = find(call, &question.txn, diag);
	if (r < 0)
		return nt_exit_for(r, diag);
	return nt_verdict(call, &question, diag);
}

const struct nt_cmd nt_cmd_confirm = {
	.name = "confirm",
	.arguments = "[TXN]",
	.min_args = 0,
	.max_args = 1,
	.summary = "keep what apply --confirm changed",
	.help = "Commits the transaction that awaits its confirmation. What is not confirmed in\n"
		"time is undone by its guardian; exit code 1 says that it was too late. With\n"
		"--extend it is not confirmed, but may be for SEC seconds from now.",
	.options = options,
	.run = run,
};
