// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Neighbours of the namespace in force: what is known of one, and asking it anew.
 *
 * An entry with an address is set to NUD_PROBE, in which the kernel sends unicast requests at once
 * (net/core/neighbour.c, __neigh_update() and neigh_timer_handler()) and either comes to REACHABLE
 * or forgets it within 3 s. One without is asked for as a packet would, NTF_USE (neigh_add(),
 * neigh_event_send()); for an entry that is merely stale that would wait 5 s for traffic first.
 */
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/errno.h>

#include "lib/cleanup.h"
#include "reach.h"

static const struct {
	uint16_t states;
	enum nt_io_neighbour is;
} meanings[] = {
	{ NUD_REACHABLE, NT_NEIGHBOUR_REACHABLE },
	{ NUD_PERMANENT | NUD_NOARP, NT_NEIGHBOUR_FIXED },
	{ NUD_PROBE | NUD_INCOMPLETE, NT_NEIGHBOUR_ASKED },
	{ NUD_STALE | NUD_DELAY, NT_NEIGHBOUR_KNOWN },
};

static int on_neighbour(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *head = nlmsg_hdr(msg);
	const struct ndmsg *ndm = nlmsg_data(head);

	if (head->nlmsg_type == RTM_NEWNEIGH && nlmsg_datalen(head) >= (int)sizeof(*ndm))
		*(uint16_t *)arg = ndm->ndm_state;
	return NL_OK;
}

static int put_entry(struct nl_msg *msg, const struct ndmsg *head, const char *address)
{
	if (nlmsg_append(msg, (void *)head, sizeof(*head), NLMSG_ALIGNTO) < 0)
		return -ENOMEM;
	return nt_reach_put(msg, NDA_DST, address);
}

static int read_state(int ifindex, const char *address, uint16_t *ret)
{
	nt_auto(nt_nl_msg_free_p) struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETNEIGH, 0);
	nt_auto(nt_nl_free_p) struct nl_sock *sk = NULL;
	struct ndmsg head = {
		.ndm_family = (__u8)nt_reach_family(address),
		.ndm_ifindex = ifindex,
	};
	int r = msg ? put_entry(msg, &head, address) : -ENOMEM;

	if (r == 0)
		r = nt_reach_open(NULL, NETLINK_ROUTE, &sk);
	if (r < 0)
		return r;
	*ret = 0;
	/* What is not known is refused with ENOENT. */
	nt_reach_ask(sk, msg, on_neighbour, ret);
	return 0;
}

/* See struct nt_io_path_ops. */
int nt_live_neighbour(struct nt_io *io, int ifindex, const char *address,
		      enum nt_io_neighbour *ret)
{
	uint16_t state = 0;
	int r = read_state(ifindex, address, &state);

	(void)io;
	if (r < 0)
		return r;
	*ret = NT_NEIGHBOUR_NONE;
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (state & meanings[i].states)
			*ret = meanings[i].is;
	return 0;
}

/* See struct nt_io_path_ops. */
int nt_live_neighbour_ask(struct nt_io *io, int ifindex, const char *address)
{
	nt_auto(nt_nl_free_p) struct nl_sock *sk = NULL;
	nt_auto(nt_nl_msg_free_p) struct nl_msg *msg = NULL;
	struct ndmsg head = {
		.ndm_family = (__u8)nt_reach_family(address),
		.ndm_ifindex = ifindex,
	};
	uint16_t state = 0;
	int r = read_state(ifindex, address, &state);

	(void)io;
	if (r < 0 || state & (NUD_PERMANENT | NUD_NOARP | NUD_PROBE | NUD_INCOMPLETE))
		return r;
	if (state & (NUD_REACHABLE | NUD_STALE | NUD_DELAY))
		head.ndm_state = NUD_PROBE;
	else
		head.ndm_flags = NTF_USE;
	msg = nlmsg_alloc_simple(RTM_NEWNEIGH, NLM_F_ACK | NLM_F_REPLACE | NLM_F_CREATE);
	r = msg ? put_entry(msg, &head, address) : -ENOMEM;
	if (r == 0)
		r = nt_reach_open(NULL, NETLINK_ROUTE, &sk);
	return r == 0 ? nt_reach_ask(sk, msg, on_neighbour, &state) : r;
}
