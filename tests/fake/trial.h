/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trials: a host and a profile drawn from a seed, and the engine let loose on them.
 */
#ifndef TRIAL_H
#define TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/plan.h"
#include "engine/journal.h"
#include "fake/fake_host.h"
#include "lib/diag.h"

#define TRIAL_WANTS_MAX 256U

/* Where the host in memory has the profile. */
#define TRIAL_PROFILE "/profile.conf"

/**
 * struct trial_want - one setting that the profile asks for
 * @key: as fake_host_dump() has it
 * @value: what has to be there when it is in effect
 */
struct trial_want {
	char key[96];
	char value[96];
};

/**
 * struct trial - a trial
 * @seed: all of it follows from this
 * @require: the profile wants all or nothing
 * @before: the host as it was
 * @host: the host that is worked on; survives a child that was killed
 * @old: dump of @before
 * @now: the last dump of @host
 * @n_planning: operations until the plan was made
 */
struct trial {
	uint64_t seed;
	uint64_t dice;
	bool require;
	struct fake_host *before;
	struct fake_host *host;
	char *old;
	char *now;
	unsigned int n_planning;
	struct trial_want wants[TRIAL_WANTS_MAX];
	size_t n_wants;
	char profile[NT_IO_VALUE_MAX];
	size_t profile_len;
};

/**
 * struct trial_end - how a transaction ended
 * @r: 0, or the negative errno of the engine
 * @state: of the transaction, NT_TXN_UNDONE when it came to none
 * @plan: with the outcomes; free with nt_plan_free()
 */
struct trial_end {
	int r;
	enum nt_txn_state state;
	uint64_t writes;
	struct nt_plan plan;
	struct nt_diag diag;
};

/* A state folder for all trials, and memory for their hosts. Ends the test on failure. */
void trial_open(struct trial *trial);
void trial_close(struct trial *trial);

/* Draws host and profile anew (trial_draw.c). */
void trial_draw(struct trial *trial, uint64_t seed, bool with_devices);

/* Makes the host what it was, forgets all transactions, and lets no operation fail. */
void trial_start(struct trial *trial);

/* As the commands of these names do. */
void trial_apply(struct trial *trial, struct trial_end *end);
void trial_revert(struct trial *trial, struct trial_end *end);
/* Rolls back @txn, or reverts all with 0; @force: also over what somebody else set. */
void trial_undo(struct trial *trial, uint32_t txn, bool force, struct trial_end *end);
/* 0 or the negative errno of the engine; @ret_state is that of the newest transaction. */
int trial_recover(struct trial *trial, enum nt_txn_state *ret_state, struct nt_diag *diag);

/* Any number of writes. */
#define TRIAL_WRITES UINT64_MAX

/* The same, and the test fails when they do; so many @writes it has to take. */
void trial_must_apply(struct trial *trial, uint64_t writes);
void trial_must_revert(struct trial *trial);
/* The test fails at the first line of the host that is not as before. */
void trial_must_be_old(struct trial *trial);

/* Is the host what it was before? */
bool trial_is_old(struct trial *trial);

/**
 * trial_check() - is the host what the profile wants, as far as @plan came to it?
 * @plan: by its outcomes, what is in effect is as wanted and everything else as before; NULL: all
 *	  of the profile
 *
 * Queues that did not exist before may be told anything.
 *
 * Return: NULL, or what is wrong, valid until the next call.
 */
const char *trial_check(struct trial *trial, const struct nt_plan *plan);

#endif
