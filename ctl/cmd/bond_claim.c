// SPDX-License-Identifier: GPL-2.0-or-later
/* Having a bond to oneself. See struct nt_bond_claim. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/bond.h"
#include "io/netns.h"
#include "lib/diag.h"

/* Of this namespace: another one's bond of the same name is another bond. */
static int name_file(struct nt_bond_claim *claim, const char *bond)
{
	uint64_t netns;
	int r = nt_netns_cookie(&netns);

	if (r == 0)
		snprintf(claim->file, sizeof(claim->file), "bond-%" PRIu64 "-%.32s.lock", netns,
			 bond);
	return r;
}

int nt_bond_claim(const struct nt_call *call, struct nt_bond_claim *ret, struct nt_diag *diag)
{
	struct nt_bond_claim claim = { .fd = -1 };
	char what[64], holder[NT_STATE_HOLDER_MAX];
	const char *bond = call->args[1];
	int r = nt_state_open(true, &claim.state, diag);

	if (r < 0)
		return r;
	snprintf(what, sizeof(what), "bond %.16s %.32s", call->args[0], bond);
	r = name_file(&claim, bond);
	if (r == 0)
		r = nt_state_claim(&claim.state, claim.file, what, holder);
	if (r == -EBUSY)
		nt_diag_err(diag, EBUSY, "%s: held by %s; end that first", bond, holder);
	else if (r < 0)
		nt_diag_err(diag, -r, "%s/%s: %s", claim.state.path, claim.file, strerror(-r));
	if (r < 0) {
		nt_state_close(&claim.state);
		return r;
	}
	claim.fd = r;
	*ret = claim;
	return 0;
}

void nt_bond_release(struct nt_bond_claim *claim)
{
	/* While we still hold it: whoever waits for this file finds that it is none any more. */
	unlinkat(claim->state.dir_fd, claim->file, 0);
	close(claim->fd);
	nt_state_close(&claim->state);
}
