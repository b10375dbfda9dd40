// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of [Device] on a host in memory. See tuning.h. */
#include "tuning.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tunable/tunable.h"

void tuning_start(struct tuning *t, enum fake_kernel kernel, unsigned int n_cpus)
{
	memset(t, 0, sizeof(*t));
	t->host = fake_host_map(getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	fake_host_init(t->host, kernel, n_cpus);
}

void tuning_forget(struct tuning *t)
{
	nt_facts_free(&t->facts);
	nt_plan_free(&t->plan);
	t->diag = (struct nt_diag){ 0 };
}

void tuning_end(struct tuning *t)
{
	tuning_forget(t);
	fake_host_unmap(t->host);
}

void tuning_topology(struct tuning *t, unsigned int n_cpus, unsigned int nodes)
{
	unsigned int cores = n_cpus / 2, per_node = cores / nodes;
	char path[128], list[64];

	for (unsigned int cpu = 0; cpu < n_cpus; cpu++) {
		snprintf(path, sizeof(path),
			 "/sys/devices/system/cpu/cpu%u/topology/thread_siblings_list", cpu);
		snprintf(list, sizeof(list), "%u,%u", cpu % cores, cpu % cores + cores);
		fake_file(&t->host->io, path, list);
	}
	snprintf(list, sizeof(list), "0-%u", nodes - 1);
	fake_file(&t->host->io, "/sys/devices/system/node/online", list);
	for (unsigned int node = 0; node < nodes; node++) {
		unsigned int first = node * per_node, last = first + per_node - 1;

		snprintf(path, sizeof(path), "/sys/devices/system/node/node%u/cpulist", node);
		snprintf(list, sizeof(list), "%u-%u,%u-%u", first, last, first + cores,
			 last + cores);
		fake_file(&t->host->io, path, list);
	}
}

static struct nt_setting line(const char *glob, const char *key, const char *value)
{
	return (struct nt_setting){
		.section = (char *)"Device",
		.selector = (char *)glob,
		.key = (char *)key,
		.value = (char *)value,
		.reason = (char *)"",
		.file = (char *)"p.conf",
		.line = 3,
		.column = 1,
		.value_column = (uint32_t)strlen(key) + 2,
	};
}

void tuning_want(struct tuning *t, const char *glob, const char *key, const char *value)
{
	if (t->n_lines == TUNING_LINES_MAX)
		abort();
	t->lines[t->n_lines++] = line(glob, key, value);
}

int tuning_check(const char *key, const char *value, struct nt_diag *diag)
{
	const struct nt_setting setting = line("eth*", key, value);

	*diag = (struct nt_diag){ 0 };
	return nt_tunable_for("Device", key)->check(&setting, diag);
}

/* The lines that @domain serves. */
static size_t lines_of(const struct tuning *t, const struct nt_tunable *domain,
		       struct nt_setting *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n_lines; i++)
		if (nt_tunable_for("Device", t->lines[i].key) == domain)
			ret[n++] = t->lines[i];
	return n;
}

int tuning_read(struct tuning *t)
{
	struct nt_setting lines[TUNING_LINES_MAX];
	int r = 0;

	for (size_t i = 0; nt_tunables[i] && r == 0; i++) {
		size_t n = lines_of(t, nt_tunables[i], lines);

		if (n)
			r = nt_tunables[i]->read(&t->host->io.io, lines, n, &t->facts, &t->diag);
	}
	return r;
}

int tuning_plan(struct tuning *t)
{
	struct nt_setting lines[TUNING_LINES_MAX];
	int r = 0;

	for (size_t i = 0; nt_tunables[i] && r == 0; i++) {
		size_t n = lines_of(t, nt_tunables[i], lines);

		if (n)
			r = nt_tunables[i]->plan(lines, n, &t->facts, &t->plan, &t->diag);
	}
	return r;
}

static int read_back(struct tuning *t, const struct nt_change *change, const char *wanted)
{
	static char live[NT_VALUE_MAX];
	int r = change->domain->get(&t->host->io.io, change->target, change->tunable, live,
				    sizeof(live));

	if (r == 0 && !change->domain->same(live, wanted))
		r = nt_diag_err(&t->diag, EILSEQ, "%s reads back %s", change->tunable, live);
	return r;
}

int tuning_apply(struct tuning *t)
{
	int r = 0;

	for (size_t i = 0; i < t->plan.n_changes && r == 0; i++) {
		struct nt_change *change = &t->plan.changes[i];

		if (change->outcome != NT_OUTCOME_PLANNED || !change->domain)
			continue;
		r = change->domain->apply(&t->host->io.io, change, &t->diag);
		if (r == 0)
			r = read_back(t, change, change->wanted);
		if (r == 0)
			change->outcome = NT_OUTCOME_APPLIED;
	}
	return r;
}

static int by_undo_seq(const void *a, const void *b)
{
	const struct nt_change *x = a, *y = b;

	return x->undo_seq < y->undo_seq ? -1 : x->undo_seq > y->undo_seq;
}

int tuning_undo(struct tuning *t)
{
	int r = 0;

	qsort(t->plan.changes, t->plan.n_changes, sizeof(*t->plan.changes), by_undo_seq);
	for (size_t i = 0; i < t->plan.n_changes && r == 0; i++) {
		struct nt_change *change = &t->plan.changes[i];

		if (change->outcome != NT_OUTCOME_APPLIED)
			continue;
		r = change->domain->undo(&t->host->io.io, change, &t->diag);
		if (r == 0)
			r = read_back(t, change, change->seen);
	}
	return r;
}

const struct nt_change *tuning_find(const struct tuning *t, const char *device,
				    const char *tunable)
{
	return nt_plan_find(&t->plan, device, tunable);
}

void tuning_foresee(struct tuning *t, enum nt_phase phase, const char *target, const char *tunable,
		    const char *wanted)
{
	const struct nt_change change = {
		.target = strdup(target),
		.tunable = strdup(tunable),
		.wanted = strdup(wanted),
		.phase = phase,
	};

	if (nt_plan_add(&t->plan, &change) < 0)
		abort();
}

void tuning_must_plan(struct tuning *t)
{
	assert_int_equal(tuning_read(t), 0);
	assert_int_equal(tuning_plan(t), 0);
}

const struct nt_change *tuning_expect(const struct tuning *t, const char *tunable,
				      enum nt_outcome outcome)
{
	const struct nt_change *found = tuning_find(t, "eth0", tunable);

	if (!found)
		fail_msg("no change of %s", tunable);
	if (found->outcome != outcome)
		fail_msg("%s is %s, not %s", tunable, nt_outcome_name(found->outcome),
			 nt_outcome_name(outcome));
	return found;
}

void tuning_refuses(const char *key, const char *value, int err, const char *words)
{
	struct nt_diag diag;

	assert_int_equal(tuning_check(key, value, &diag), -err);
	if (!strstr(diag.message, words))
		fail_msg("\"%s\" does not say \"%s\"", diag.message, words);
}
