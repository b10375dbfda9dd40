// SPDX-License-Identifier: GPL-2.0-or-later
/* Probation of a change that might lock the operator out. See probation.h. */
#include "probation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/plan.h"
#include "engine/interrupt.h"
#include "engine/protect.h"
#include "io/path.h"
#include "lib/diag.h"

#define STEP_MS 50U

/* ---- before ---- */

static bool is_listed(const struct nt_probation *p, const char *device)
{
	for (size_t i = 0; i < p->n_devices; i++)
		if (!strcmp(p->devices[i], device))
			return true;
	return false;
}

/* Devices that the plan changes. */
static int list_devices(struct nt_probation *p, const struct nt_plan *plan, struct nt_diag *diag)
{
	char device[NT_PROTECT_DEVICE_MAX];

	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct nt_change *change = &plan->changes[i];

		if (!change->journaled && change->outcome != NT_OUTCOME_PLANNED)
			continue;
		if (!nt_protect_device(change->target, device) || is_listed(p, device))
			continue;
		if (p->n_devices == NT_PROBATION_DEVICES_MAX)
			return nt_diag_err(diag, EOVERFLOW, "%s: more than %u devices are changed "
					   "at once", device, NT_PROBATION_DEVICES_MAX);
		memcpy(p->devices[p->n_devices++], device, sizeof(device));
	}
	return 0;
}

/* Leaves those that carry the operator. */
static int keep_members(struct nt_probation *p)
{
	struct nt_member *members = NULL;
	size_t n = 0, kept = 0;
	int r = nt_manage_find(&p->seen.view, NULL, &members, &n);

	for (size_t i = 0; i < p->n_devices && r == 0; i++)
		if (nt_manage_member(&p->seen.view, members, n, p->devices[i]))
			memmove(p->devices[kept++], p->devices[i], sizeof(p->devices[i]));
	if (r == 0)
		p->n_devices = kept;
	free(members);
	return r;
}

/* Does anything on @path change? */
static int uses_changed(const struct nt_probation *p, const struct nt_path *path, bool *ret)
{
	struct nt_member *members = NULL;
	size_t n = 0;
	int r = nt_manage_find(&p->seen.view, path, &members, &n);

	if (r < 0)
		return r;
	*ret = false;
	for (size_t i = 0; i < p->n_devices && !*ret; i++)
		*ret = nt_manage_member(&p->seen.view, members, n, p->devices[i]);
	free(members);
	return 0;
}

/* Only neighbours of the namespace in force can be asked. */
static void watch_hop(struct nt_probation *p, const struct nt_path *path)
{
	const char *address = path->gateway[0] ? path->gateway : path->remote;
	struct nt_probation_hop *hop = &p->hops[p->n_hops];

	if (!address[0] || path->netns != p->seen.view.own || p->n_hops == NT_PROBATION_HOPS_MAX)
		return;
	for (size_t i = 0; i < p->n_hops; i++)
		if (p->hops[i].ifindex == path->ifindex && !strcmp(p->hops[i].address, address))
			return;
	*hop = (struct nt_probation_hop){ .ifindex = path->ifindex };
	memcpy(hop->address, address, strlen(address) + 1);
	p->n_hops++;
}

static void watch_session(struct nt_probation *p, const struct nt_path *path)
{
	struct nt_probation_session *session = &p->sessions[p->n_sessions];

	if (path->kind != NT_PATH_SESSION || !path->cookie ||
	    p->n_sessions == NT_PROBATION_SESSIONS_MAX)
		return;
	*session = (struct nt_probation_session){ .netns = path->netns, .cookie = path->cookie };
	memcpy(session->remote, path->remote, sizeof(session->remote));
	p->n_sessions++;
}

static int watch_paths(struct nt_probation *p)
{
	for (size_t i = 0; i < p->seen.view.n_paths; i++) {
		const struct nt_path *path = &p->seen.view.paths[i];
		bool uses = false;
		int r = path->kind == NT_PATH_UNDERLAY ? 0 : uses_changed(p, path, &uses);

		if (r < 0)
			return r;
		if (!uses)
			continue;
		watch_hop(p, path);
		watch_session(p, path);
	}
	return 0;
}

static bool had_carrier(const struct nt_probation *p, const char *device)
{
	for (size_t i = 0; i < p->seen.view.n_nodes; i++) {
		const struct nt_node *node = &p->seen.view.nodes[i];

		if (node->netns == p->seen.view.own && !strcmp(node->name, device))
			return node->carrier;
	}
	return false;
}

/* ---- looking ---- */

static void ask_hops(struct nt_io *io, struct nt_probation *p)
{
	for (size_t i = 0; i < p->n_hops; i++) {
		p->hops[i].answered = false;
		/* One that cannot be asked does not answer either. */
		nt_io_neighbour_ask(io, p->hops[i].ifindex, p->hops[i].address);
	}
}

/* Asked before: REACHABLE is an answer to that. What was forgotten meanwhile is asked again. */
static bool hop_answers(struct nt_io *io, struct nt_probation_hop *hop)
{
	enum nt_io_neighbour is = NT_NEIGHBOUR_NONE;

	if (hop->answered || nt_io_neighbour(io, hop->ifindex, hop->address, &is) < 0)
		return hop->answered;
	hop->answered = is == NT_NEIGHBOUR_REACHABLE;
	if (is == NT_NEIGHBOUR_NONE || is == NT_NEIGHBOUR_KNOWN)
		nt_io_neighbour_ask(io, hop->ifindex, hop->address);
	return hop->answered;
}

static bool all_hops_answer(struct nt_io *io, struct nt_probation *p)
{
	bool all = true;

	for (size_t i = 0; i < p->n_hops; i++)
		all = hop_answers(io, &p->hops[i]) && all;
	return all;
}

/* Those that did not answer before need not answer after. */
static void forget_silent_hops(struct nt_probation *p)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->n_hops; i++)
		if (p->hops[i].answered)
			p->hops[kept++] = p->hops[i];
	p->n_hops = kept;
}

/* What a dump of sockets is compared with, and how. */
struct look {
	struct nt_probation *probation;
	uint64_t netns;
	uint64_t now_ms;
	void (*judge)(struct nt_probation_session *session, const struct nt_io_tcp *tcp,
		      uint64_t now_ms);
};

static bool is_open_in(const struct nt_probation_session *session, uint64_t netns)
{
	return !session->settled && session->netns == netns;
}

static int on_tcp(const struct nt_io_tcp *tcp, void *user)
{
	const struct look *look = user;
	struct nt_probation *p = look->probation;

	for (size_t i = 0; i < p->n_sessions; i++) {
		struct nt_probation_session *session = &p->sessions[i];

		if (session->cookie != tcp->cookie || !is_open_in(session, look->netns))
			continue;
		session->seen = true;
		look->judge(session, tcp, look->now_ms);
	}
	return 0;
}

/* A session that is not there any more was closed, which is no failure of the network. */
static void look_at_sessions_in(struct nt_io *io, const struct nt_io_netns *netns,
				struct look *look)
{
	struct nt_probation *p = look->probation;
	bool any = false;
	int r;

	look->netns = netns->inode;
	for (size_t i = 0; i < p->n_sessions; i++) {
		p->sessions[i].seen = false;
		any = any || is_open_in(&p->sessions[i], netns->inode);
	}
	if (!any)
		return;
	r = nt_io_tcp(io, netns, NT_TCP_ESTABLISHED, on_tcp, look);
	for (size_t i = 0; i < p->n_sessions; i++)
		if ((r == 0 || r == -ENOENT) && is_open_in(&p->sessions[i], netns->inode))
			p->sessions[i].settled = !p->sessions[i].seen;
}

static void look_at_sessions(struct nt_io *io, struct nt_probation *p,
			     void (*judge)(struct nt_probation_session *session,
					   const struct nt_io_tcp *tcp, uint64_t now_ms))
{
	struct look look = { .probation = p, .judge = judge, .now_ms = nt_io_now_ms(io) };

	for (size_t i = 0; i < p->seen.n_namespaces; i++)
		look_at_sessions_in(io, &p->seen.namespaces[i], &look);
}

static void judge_health(struct nt_probation_session *session, const struct nt_io_tcp *tcp,
			 uint64_t now_ms)
{
	(void)now_ms;
	session->settled = tcp->unacked && tcp->retransmits;
}

/* Where progress is counted from: what was confirmed before the change says nothing. */
static void judge_start(struct nt_probation_session *session, const struct nt_io_tcp *tcp,
			uint64_t now_ms)
{
	(void)now_ms;
	session->acked = tcp->bytes_acked;
	session->idle = !tcp->unacked;
}

static void judge_progress(struct nt_probation_session *session, const struct nt_io_tcp *tcp,
			   uint64_t now_ms)
{
	if (tcp->bytes_acked > session->acked)
		session->moved_ms = now_ms;
	session->acked = tcp->bytes_acked;
	session->idle = !tcp->unacked;
}

/*
 * With nothing on its way there is nothing to confirm, and a window that the other side has closed
 * leaves nothing on its way either. What it sends to us would prove only one direction.
 */
static bool moves(const struct nt_probation_session *session, uint64_t now_ms)
{
	return session->settled || session->idle ||
	       (session->moved_ms && now_ms <= session->moved_ms + NT_PROBATION_FRESH_MS);
}

static bool all_sessions_move(struct nt_io *io, struct nt_probation *p)
{
	uint64_t now_ms = nt_io_now_ms(io);

	look_at_sessions(io, p, judge_progress);
	for (size_t i = 0; i < p->n_sessions; i++)
		if (!moves(&p->sessions[i], now_ms))
			return false;
	return true;
}

struct carriers {
	const struct nt_probation *probation;
	size_t n;
};

static int on_node(const struct nt_io_node *node, void *user)
{
	struct carriers *carriers = user;

	carriers->n += node->carrier && is_listed(carriers->probation, node->name);
	return 0;
}

static bool all_carriers_are_back(struct nt_io *io, const struct nt_probation *p)
{
	struct carriers carriers = { .probation = p };

	return nt_io_nodes(io, &p->seen.namespaces[0], on_node, &carriers) == 0 &&
	       carriers.n == p->n_devices;
}

/* ---- begin and pass ---- */

static void drop_those_without_carrier(struct nt_probation *p)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->n_devices; i++)
		if (had_carrier(p, p->devices[i]))
			memmove(p->devices[kept++], p->devices[i], sizeof(p->devices[i]));
	p->n_devices = kept;
}

static void try_before(struct nt_io *io, struct nt_probation *p)
{
	uint64_t deadline_ms = nt_io_now_ms(io) + NT_PROBATION_BEFORE_MS;

	look_at_sessions(io, p, judge_health);
	ask_hops(io, p);
	while (!all_hops_answer(io, p) && nt_io_now_ms(io) < deadline_ms && !nt_interrupted())
		nt_io_wait_ms(io, STEP_MS);
	forget_silent_hops(p);
}

static int look_before(struct nt_io *io, struct nt_probation *p, struct nt_diag *diag)
{
	int r = nt_manage_read(io, &p->seen, diag);

	if (r == 0)
		r = keep_members(p);
	if (r < 0 || !p->n_devices)
		return r;
	r = watch_paths(p);
	drop_those_without_carrier(p);
	if (r == 0)
		try_before(io, p);
	return r;
}

int nt_probation_begin(struct nt_io *io, const struct nt_plan *plan, struct nt_probation *ret,
		       struct nt_diag *diag)
{
	int r;

	*ret = (struct nt_probation){
		.devices = calloc(NT_PROBATION_DEVICES_MAX, sizeof(*ret->devices)),
		.hops = calloc(NT_PROBATION_HOPS_MAX, sizeof(*ret->hops)),
		.sessions = calloc(NT_PROBATION_SESSIONS_MAX, sizeof(*ret->sessions)),
	};
	if (!ret->devices || !ret->hops || !ret->sessions)
		return nt_diag_err(diag, ENOMEM, "probation: out of memory");
	r = list_devices(ret, plan, diag);
	if (r == 0 && ret->n_devices)
		r = look_before(io, ret, diag);
	return r;
}

/* The first thing that does not work, in words. */
static int fail(struct nt_io *io, const struct nt_probation *p, struct nt_diag *diag)
{
	const unsigned int s = NT_PROBATION_MS / 1000U;

	if (!all_carriers_are_back(io, p))
		return nt_diag_err(diag, ENETUNREACH, "probation: %s%s has no carrier %u s after "
				   "the change", p->devices[0], p->n_devices > 1
				   ? " or another of the changed devices" : "", s);
	for (size_t i = 0; i < p->n_hops; i++)
		if (!p->hops[i].answered)
			return nt_diag_err(diag, ENETUNREACH, "probation: %s answered before the "
					   "change, and does not within %u s after it",
					   p->hops[i].address, s);
	for (size_t i = 0; i < p->n_sessions; i++)
		if (!moves(&p->sessions[i], nt_io_now_ms(io)))
			return nt_diag_err(diag, ENETUNREACH, "probation: the SSH session from %s "
					   "makes no progress within %u s after the change",
					   p->sessions[i].remote, s);
	return nt_diag_err(diag, ENETUNREACH, "probation: not passed within %u s", s);
}

int nt_probation_pass(struct nt_io *io, struct nt_probation *p, struct nt_diag *diag)
{
	uint64_t started_ms;

	if (!p->n_devices && !p->n_hops && !p->n_sessions)
		return 0;
	started_ms = nt_io_now_ms(io);
	look_at_sessions(io, p, judge_start);
	ask_hops(io, p);
	for (;;) {
		bool hops = all_hops_answer(io, p);
		bool sessions = all_sessions_move(io, p);
		uint64_t gone_ms = nt_io_now_ms(io) - started_ms;

		if (hops && sessions && gone_ms >= NT_PROBATION_LEAST_MS &&
		    all_carriers_are_back(io, p))
			return 0;
		if (gone_ms >= NT_PROBATION_MS)
			return fail(io, p, diag);
		if (nt_interrupted())
			return nt_diag_err(diag, EINTR, "interrupted");
		nt_io_wait_ms(io, STEP_MS);
	}
}

void nt_probation_free(struct nt_probation *probation)
{
	if (probation->seen.namespaces)
		nt_manage_seen_free(&probation->seen);
	free(probation->devices);
	free(probation->hops);
	free(probation->sessions);
	*probation = (struct nt_probation){ 0 };
}
