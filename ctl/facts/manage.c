// SPDX-License-Identifier: GPL-2.0-or-later
/* Facts about devices that must not be lost. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/facts.h"
#include "groups.h"
#include "io/path.h"
#include "lib/diag.h"
#include "manage_read.h"

static int add_members(const struct nt_manage_seen *seen, const struct nt_member *members,
		       size_t n, struct nt_facts *facts)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		const struct nt_io_netns *netns = nt_manage_netns(seen, members[i].node->netns);

		r = nt_facts_add_management(facts, members[i].node->name,
					    netns ? netns->name : "", members[i].reason);
	}
	return r;
}

/**
 * nt_facts_read_management() - the management set, of all namespaces
 * @io: the host
 * @facts: filled, each device once
 * @diag: what went wrong
 */
int nt_facts_read_management(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag)
{
	struct nt_manage_seen seen;
	struct nt_member *members = NULL;
	size_t n = 0;
	int r = nt_manage_read(io, &seen, diag);

	if (r < 0)
		return r;
	r = nt_manage_find(&seen.view, NULL, &members, &n);
	if (r == 0)
		r = add_members(&seen, members, n, facts);
	free(members);
	nt_manage_seen_free(&seen);
	return r < 0 ? nt_diag_err(diag, -r, "management devices: %s", strerror(-r)) : 0;
}
