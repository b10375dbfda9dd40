/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Planning and applying lines of [Device] on a host in memory, without the engine: what domains do
 * by themselves.
 */
#ifndef FAKE_TUNING_H
#define FAKE_TUNING_H

#include <stddef.h>

#include "core/facts.h"
#include "core/plan.h"
#include "core/profile.h"
#include "fake/fake_host.h"
#include "lib/diag.h"

#define TUNING_LINES_MAX 8U

/**
 * struct tuning - a host, and what is wanted of it
 * @lines: of the profile, in its order
 * @facts: as the domains read them
 * @plan: as they planned it
 */
struct tuning {
	struct fake_host *host;
	struct nt_setting lines[TUNING_LINES_MAX];
	size_t n_lines;
	struct nt_facts facts;
	struct nt_plan plan;
	struct nt_diag diag;
};

void tuning_start(struct tuning *t, enum fake_kernel kernel, unsigned int n_cpus);
void tuning_end(struct tuning *t);

/*
 * CPUs of @nodes nodes, numbered node by node; each core has a second thread, whose number is
 * higher by half of all.
 */
void tuning_topology(struct tuning *t, unsigned int n_cpus, unsigned int nodes);

/* Adds a line; strings are literals. */
void tuning_want(struct tuning *t, const char *glob, const char *key, const char *value);

/* What the line's domain says of it; 0 or a negative errno. */
int tuning_check(const char *key, const char *value, struct nt_diag *diag);

/* Forgets facts and plan. */
void tuning_forget(struct tuning *t);
/* Reads what was not read. 0 or a negative errno, as the next. */
int tuning_read(struct tuning *t);
/* Plans from the facts, behind what is in the plan. */
int tuning_plan(struct tuning *t);
/* Applies what is planned and reads it back. -EILSEQ: accepted, but something else is read back. */
int tuning_apply(struct tuning *t);
/* By undo_seq. */
int tuning_undo(struct tuning *t);

/* NULL when it is not in the plan. */
const struct nt_change *tuning_find(const struct tuning *t, const char *device,
				    const char *tunable);

/* Reads and plans; the test fails when that does. */
void tuning_must_plan(struct tuning *t);
/* The change of eth0; the test fails when there is none, or it has another outcome. */
const struct nt_change *tuning_expect(const struct tuning *t, const char *tunable,
				      enum nt_outcome outcome);
/* The test fails when the line is not refused with this positive errno and words. */
void tuning_refuses(const char *key, const char *value, int err, const char *words);

/* Adds a change that another domain would have planned. */
void tuning_foresee(struct tuning *t, enum nt_phase phase, const char *target, const char *tunable,
		    const char *wanted);

#endif
