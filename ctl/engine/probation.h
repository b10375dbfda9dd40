/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probation: after a change of a device that carries the operator, the network has to prove within
 * five seconds that it still works (design, section 7).
 *
 * Only what worked before is asked for after: next hops that answered before the first write,
 * devices that had carrier, sessions that made progress. An idle session proves nothing and is
 * asked for nothing; its next hop is.
 */
#ifndef NT_ENGINE_PROBATION_H
#define NT_ENGINE_PROBATION_H

#include <stddef.h>

#include "facts/manage_read.h"

struct nt_diag;
struct nt_io;
struct nt_plan;

/* How long everything may take to prove itself after the change. */
#define NT_PROBATION_MS 5000U

/*
 * No pass before: what fails later than at once is to be seen, and data sent before the change may
 * be confirmed long after it.
 */
#define NT_PROBATION_LEAST_MS 1000U

/* Progress older than this is none. */
#define NT_PROBATION_FRESH_MS 500U

/* How long next hops have for their answer before it. */
#define NT_PROBATION_BEFORE_MS 1000U

/* Next hops and sessions that are watched: enough to prove, whatever else there is. */
#define NT_PROBATION_HOPS_MAX	  64U
#define NT_PROBATION_SESSIONS_MAX 256U
#define NT_PROBATION_DEVICES_MAX  256U

struct nt_probation_hop {
	int ifindex;
	char address[NT_MANAGE_ADDRESS_MAX];
	bool answered;
};

/**
 * struct nt_probation_session - an SSH session
 * @acked: bytes that the other side has confirmed, when last looked at
 * @moved_ms: when that was seen to grow, after the change; 0: not yet
 * @idle: nothing was on its way when last looked at
 * @settled: nothing is asked of it: it was closed, or waited in vain before the change already
 * @seen: in the dump that is looked at
 */
struct nt_probation_session {
	uint64_t netns;
	uint64_t cookie;
	uint64_t acked;
	uint64_t moved_ms;
	char remote[NT_MANAGE_ADDRESS_MAX];
	bool idle;
	bool settled;
	bool seen;
};

/**
 * struct nt_probation - what has to work after the change as it did before
 *
 * All zeros when no such device is changed.
 */
struct nt_probation {
	struct nt_manage_seen seen;
	char (*devices)[NT_MANAGE_NAME_MAX];
	size_t n_devices;
	struct nt_probation_hop *hops;
	size_t n_hops;
	struct nt_probation_session *sessions;
	size_t n_sessions;
};

/**
 * nt_probation_begin() - see what works before the first write
 * @plan: changes that are planned or journaled count
 * @ret: free with nt_probation_free(), also after an error
 *
 * Does not look at the host when no change is one of a device.
 *
 * Return: 0 or a negative errno.
 */
int nt_probation_begin(struct nt_io *io, const struct nt_plan *plan, struct nt_probation *ret,
		       struct nt_diag *diag);

/**
 * nt_probation_pass() - wait until all of it works again
 *
 * Return: 0; -ENETUNREACH after NT_PROBATION_MS with what does not work in @diag; or another
 * negative errno. The caller undoes then.
 */
int nt_probation_pass(struct nt_io *io, struct nt_probation *probation, struct nt_diag *diag);

void nt_probation_free(struct nt_probation *probation);

#endif
