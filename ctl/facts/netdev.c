// SPDX-License-Identifier: GPL-2.0-or-later
/* Facts about devices, and about ports that somebody waits on. */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "core/facts.h"
#include "core/idset.h"
#include "groups.h"
#include "io/io.h"
#include "lib/cleanup.h"
#include "lib/diag.h"

/* Facts are freed as a whole, never string by string: the casts give nothing away. */
static int add_link(const struct nt_io_link *link, void *user)
{
	const struct nt_link_fact fact = {
		.name = (char *)link->name,
		.kind = (char *)link->kind,
		.driver = (char *)link->driver,
		.bus = (char *)link->bus,
		.address = (char *)link->address,
		.ifindex = link->ifindex,
		.master_ifindex = link->master_ifindex,
		.lower_ifindex = link->lower_ifindex,
		.up = link->up,
		.carrier = link->carrier,
		.speed_mbps = link->speed_mbps,
		.mtu = link->mtu,
		.tx_queue_len = link->tx_queue_len,
		.rx_queues = link->rx_queues,
		.tx_queues = link->tx_queues,
		.numa_node = link->numa_node,
	};

	return nt_facts_add_link(user, &fact);
}

/**
 * nt_facts_read_links() - the devices of the namespace in force
 * @io: the host
 * @facts: filled
 * @diag: what went wrong
 */
int nt_facts_read_links(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag)
{
	int r = nt_io_links(io, add_link, facts);

	if (r < 0)
		return nt_diag_err(diag, -r, "devices: cannot be listed: %s", strerror(-r));
	return 0;
}

/* One set for each protocol: many sockets share a port. */
struct listening {
	struct nt_idset tcp;
	struct nt_idset udp;
};

static int note_listener(const struct nt_io_listener *listener, void *user)
{
	struct listening *seen = user;

	nt_idset_add(listener->protocol == IPPROTO_TCP ? &seen->tcp : &seen->udp, listener->port);
	return 0;
}

static int add_ports(struct nt_facts *facts, uint8_t protocol, const struct nt_idset *ports)
{
	int r = 0;

	for (unsigned int port = 1; port < NT_IDSET_COUNT && r == 0; port++)
		if (nt_idset_has(ports, port))
			r = nt_facts_add_listener(facts, protocol, (uint16_t)port);
	return r;
}

/**
 * nt_facts_read_listeners() - ports of the namespace in force that somebody waits on
 * @io: the host
 * @facts: filled, ascending by protocol and port, each once
 * @diag: what went wrong
 */
int nt_facts_read_listeners(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag)
{
	nt_autofree struct listening *seen = calloc(1, sizeof(*seen));
	int r;

	if (!seen)
		return nt_diag_err(diag, ENOMEM, "sockets: out of memory");
	r = nt_io_listeners(io, note_listener, seen);
	if (r == 0)
		r = add_ports(facts, IPPROTO_TCP, &seen->tcp);
	if (r == 0)
		r = add_ports(facts, IPPROTO_UDP, &seen->udp);
	if (r < 0)
		return nt_diag_err(diag, -r, "sockets: cannot be listed: %s", strerror(-r));
	return 0;
}
