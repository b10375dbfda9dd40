// SPDX-License-Identifier: GPL-2.0-or-later
/* Facts about programs that poll devices busily, or could. See groups.h. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "core/facts.h"
#include "groups.h"
#include "io/io.h"
#include "lib/diag.h"

static int note_poller(const struct nt_io_poller *poller, void *user)
{
	struct nt_poller_fact fact = {
		.pid = poller->pid,
		.kind = poller->protocol == IPPROTO_TCP ? NT_POLLER_TCP
			: poller->protocol == IPPROTO_UDP ? NT_POLLER_UDP : NT_POLLER_EPOLL,
		.busy_poll_us = poller->busy_poll_us,
		.prefer = poller->prefer,
		.n = 1,
		.n_napi = poller->napi_id != 0,
	};

	snprintf(fact.process, sizeof(fact.process), "%s", poller->process);
	return nt_facts_add_poller(user, &fact);
}

/* See groups.h. */
int nt_facts_read_pollers(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag)
{
	int r = nt_io_pollers(io, note_poller, facts, &facts->n_unseen);

	if (r == -EOPNOTSUPP)
		return 0;
	return r < 0 ? nt_diag_err(diag, -r, "sockets of other programs cannot be looked at: %s",
				   r == -EOVERFLOW ? "there are too many" : strerror(-r)) : 0;
}
