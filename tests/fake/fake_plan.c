// SPDX-License-Identifier: GPL-2.0-or-later
/* One domain of [Device] on a host in memory. See fake_plan.h. */
#include "fake_plan.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fake_plan_init(struct fake_plan *p, const struct nt_tunable *domain)
{
	memset(p, 0, sizeof(*p));
	p->host = fake_host_map(getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	fake_host_init(p->host, FAKE_LINUX_6_12, 8);
	p->domain = domain;
}

static void forget(struct fake_plan *p)
{
	nt_facts_free(&p->facts);
	nt_plan_free(&p->plan);
	p->diag = (struct nt_diag){ 0 };
}

void fake_plan_free(struct fake_plan *p)
{
	forget(p);
	fake_host_unmap(p->host);
}

/* The casts give nothing away: nobody frees a setting here. */
void fake_plan_line(struct fake_plan *p, const char *selector, const char *key, const char *value)
{
	assert_true(p->n_lines < FAKE_LINES_MAX);
	p->lines[p->n_lines] = (struct nt_setting){
		.section = (char *)"Device",
		.selector = (char *)selector,
		.key = (char *)key,
		.value = (char *)value,
		.reason = (char *)"",
		.profile = (char *)"test",
		.file = (char *)"test.conf",
		.line = (uint32_t)p->n_lines + 1,
		.column = 1,
		.value_column = (uint32_t)strlen(key) + 2,
	};
	p->n_lines++;
}

void fake_plan_make(struct fake_plan *p)
{
	struct nt_io *io = &p->host->io.io;

	forget(p);
	io->writes = 0;
	for (size_t i = 0; i < p->n_lines; i++)
		if (p->domain->check(&p->lines[i], &p->diag) < 0)
			fail_msg("%s", p->diag.message);
	if (p->domain->read(io, p->lines, p->n_lines, &p->facts, &p->diag) < 0 ||
	    p->domain->plan(p->lines, p->n_lines, &p->facts, &p->plan, &p->diag) < 0)
		fail_msg("%s", p->diag.message);
	assert_int_equal(nt_plan_sort(&p->plan), 0);
	assert_int_equal(io->writes, 0);
}

void fake_plan_again(struct fake_plan *p)
{
	nt_plan_free(&p->plan);
	assert_int_equal(p->domain->plan(p->lines, p->n_lines, &p->facts, &p->plan, &p->diag), 0);
	assert_int_equal(nt_plan_sort(&p->plan), 0);
}

void fake_plan_only(struct fake_plan *p, const char *key, const char *value)
{
	p->n_lines = 0;
	fake_plan_line(p, "eth0", key, value);
	fake_plan_make(p);
}

static int check(struct fake_plan *p, const char *key, const char *value)
{
	p->n_lines = 0;
	fake_plan_line(p, "eth0", key, value);
	p->diag = (struct nt_diag){ 0 };
	return p->domain->check(&p->lines[0], &p->diag);
}

void fake_plan_refuses(struct fake_plan *p, const char *key, const char *value, const char *words)
{
	if (check(p, key, value) >= 0)
		fail_msg("%s=%s is accepted", key, value);
	if (!strstr(p->diag.message, words))
		fail_msg("%s=%s: \"%s\" does not say \"%s\"", key, value, p->diag.message, words);
}

void fake_plan_accepts(struct fake_plan *p, const char *key, const char *value)
{
	if (check(p, key, value) < 0)
		fail_msg("%s", p->diag.message);
}

const struct nt_change *fake_plan_find(struct fake_plan *p, const char *tunable)
{
	const struct nt_change *change = nt_plan_find(&p->plan, "eth0", tunable);

	if (!change)
		fail_msg("no change of %s", tunable);
	return change;
}

void fake_plan_expect(struct fake_plan *p, const char *tunable, enum nt_outcome outcome,
		      const char *seen, const char *wanted)
{
	const struct nt_change *change = fake_plan_find(p, tunable);

	if (change->outcome != outcome)
		fail_msg("%s is %s, not %s", tunable, nt_outcome_name(change->outcome),
			 nt_outcome_name(outcome));
	assert_string_equal(change->seen ? change->seen : "", seen);
	assert_string_equal(change->wanted, wanted);
	assert_true(outcome == NT_OUTCOME_PLANNED || outcome == NT_OUTCOME_COMPLIANT ||
		    change->remedy);
}

static void read_back(struct fake_plan *p, const struct nt_change *change, const char *wanted)
{
	char live[256];

	assert_int_equal(p->domain->get(&p->host->io.io, change->target, change->tunable, live,
					sizeof(live)), 0);
	if (!p->domain->same(live, wanted))
		fail_msg("%s is %s, not %s", change->tunable, live, wanted);
}

int fake_plan_apply(struct fake_plan *p)
{
	for (size_t i = 0; i < p->plan.n_changes; i++) {
		const struct nt_change *change = &p->plan.changes[i];
		int r;

		if (change->outcome != NT_OUTCOME_PLANNED)
			continue;
		r = p->domain->apply(&p->host->io.io, change, &p->diag);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < p->plan.n_changes; i++)
		if (p->plan.changes[i].outcome == NT_OUTCOME_PLANNED && !p->plan.changes[i].kept)
			read_back(p, &p->plan.changes[i], p->plan.changes[i].wanted);
	return 0;
}

static int by_undo_seq(const void *a, const void *b)
{
	const struct nt_change *x = *(const struct nt_change *const *)a;
	const struct nt_change *y = *(const struct nt_change *const *)b;

	return x->undo_seq < y->undo_seq ? -1 : x->undo_seq > y->undo_seq;
}

void fake_plan_undo(struct fake_plan *p)
{
	const struct nt_change *order[64];
	size_t n = 0;

	for (size_t i = 0; i < p->plan.n_changes; i++)
		if (p->plan.changes[i].outcome == NT_OUTCOME_PLANNED && n < 64)
			order[n++] = &p->plan.changes[i];
	qsort(order, n, sizeof(order[0]), by_undo_seq);
	for (size_t i = 0; i < n; i++)
		if (p->domain->undo(&p->host->io.io, order[i], &p->diag) < 0)
			fail_msg("%s", p->diag.message);
	for (size_t i = 0; i < n; i++)
		read_back(p, order[i], order[i]->seen);
}
