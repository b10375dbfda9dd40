/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One domain of [Device] on a host in memory: from lines of a profile to changes, applied and
 * undone without the engine. What a test cannot go on without is asserted here.
 */
#ifndef FAKE_PLAN_H
#define FAKE_PLAN_H

#include "core/facts.h"
#include "core/plan.h"
#include "fake/fake_host.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

#define FAKE_LINES_MAX 8U

struct fake_plan {
	struct fake_host *host;
	const struct nt_tunable *domain;
	struct nt_setting lines[FAKE_LINES_MAX];
	size_t n_lines;
	struct nt_facts facts;
	struct nt_plan plan;
	struct nt_diag diag;
};

void fake_plan_init(struct fake_plan *p, const struct nt_tunable *domain);
void fake_plan_free(struct fake_plan *p);

/* Adds a line of section [Device "@selector"]; strings are the caller's. */
void fake_plan_line(struct fake_plan *p, const char *selector, const char *key, const char *value);

/* Reads the host and plans all lines, which must be well-formed. */
void fake_plan_make(struct fake_plan *p);

/* The same with one line about eth0, without those of before. */
void fake_plan_only(struct fake_plan *p, const char *key, const char *value);

/* Plans the same lines once more, from facts that a test has changed. */
void fake_plan_again(struct fake_plan *p);

/* Is a line refused with these words? */
void fake_plan_refuses(struct fake_plan *p, const char *key, const char *value, const char *words);
void fake_plan_accepts(struct fake_plan *p, const char *key, const char *value);

/* The change of eth0's @tunable. */
const struct nt_change *fake_plan_find(struct fake_plan *p, const char *tunable);

/* Asserts its outcome, and where it leads; "" for a value that is NULL. */
void fake_plan_expect(struct fake_plan *p, const char *tunable, enum nt_outcome outcome,
		      const char *seen, const char *wanted);

/* Applies what is planned in its order and reads it back. The first error, or 0. */
int fake_plan_apply(struct fake_plan *p);

/* Undoes it in the order of undo_seq, and asserts that the host is as it was planned for. */
void fake_plan_undo(struct fake_plan *p);

#endif
