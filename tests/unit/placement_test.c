// SPDX-License-Identifier: GPL-2.0-or-later
/* Placing queues on CPUs: what the rules promise, on machines made up here. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "core/placement.h"
#include "lib/diag.h"

#define CPUS_MAX 256U
#define BUSY_MAX 1024U

/*
 * A machine whose cores lie node by node. Siblings are numbered as on most servers: first one
 * thread of every core, then the others.
 */
struct machine {
	struct nt_cpu_fact cpus[CPUS_MAX];
	size_t n;
	uint32_t cores;
};

static struct machine make(uint32_t nodes, uint32_t cores_per_node, uint32_t threads)
{
	struct machine m = { .cores = nodes * cores_per_node };

	for (uint32_t thread = 0; thread < threads; thread++)
		for (uint32_t core = 0; core < m.cores; core++)
			m.cpus[m.n++] = (struct nt_cpu_fact){
				.cpu = thread * m.cores + core,
				.core = core,
				.node = (int)(core / cores_per_node),
				.online = true,
			};
	return m;
}

static struct nt_placement_how parse(const char *text)
{
	struct nt_placement_how how;
	struct nt_diag diag = { 0 };

	assert_int_equal(nt_placement_parse(text, &how, NULL, &diag), 0);
	return how;
}

static struct nt_placement start(const struct machine *m)
{
	struct nt_placement placement;

	assert_int_equal(nt_placement_start(&placement, m->cpus, m->n), 0);
	return placement;
}

static void place(struct nt_placement *p, const char *text, int node, uint32_t n, uint32_t *ret)
{
	const struct nt_placement_how how = parse(text);
	struct nt_diag diag = { 0 };

	assert_int_equal(nt_placement_place(p, &how, node, n, ret, &diag), 0);
}

/* One device on a machine of its own. */
static void place_alone(const struct machine *m, const char *text, int node, uint32_t n,
			uint32_t *ret)
{
	struct nt_placement p = start(m);

	place(&p, text, node, n, ret);
	nt_placement_end(&p);
}

static void assert_cpus(const uint32_t *seen, uint32_t n, const uint32_t *wanted)
{
	for (uint32_t i = 0; i < n; i++)
		assert_int_equal(seen[i], wanted[i]);
}

static void local_queues_go_to_cores_of_the_devices_node(void **state)
{
	const struct machine m = make(2, 8, 2);
	uint32_t cpu[8];

	(void)state;
	place_alone(&m, "one-per-core,numa-local,skip-smt", 1, 8, cpu);
	assert_cpus(cpu, 8, (uint32_t[]){ 8, 9, 10, 11, 12, 13, 14, 15 });
}

static void no_queue_is_on_a_wrong_node_while_local_cores_are_left(void **state)
{
	static const char *const rules[] = { "one-per-core", "one-per-core,skip-smt",
					     "numa-local", "skip-smt", "exclude=isolated" };
	uint32_t cpu[BUSY_MAX];

	(void)state;
	for (uint32_t nodes = 1; nodes <= 4; nodes++) {
		const struct machine m = make(nodes, 8, 2);

		for (size_t r = 0; r < sizeof(rules) / sizeof(*rules); r++) {
			for (uint32_t node = 0; node < nodes; node++) {
				place_alone(&m, rules[r], (int)node, 8, cpu);
				for (uint32_t q = 0; q < 8; q++)
					assert_int_equal(m.cpus[cpu[q]].node, node);
			}
		}
	}
}

static void skip_smt_never_uses_two_siblings(void **state)
{
	const struct machine m = make(2, 8, 2);
	uint32_t cpu[64];

	(void)state;
	place_alone(&m, "skip-smt", 0, 64, cpu);
	for (uint32_t q = 0; q < 64; q++)
		assert_true(cpu[q] < m.cores);
}

static void one_per_core_fills_all_cores_before_siblings(void **state)
{
	const struct machine m = make(2, 4, 2);
	uint32_t cpu[16], on_core[8] = { 0 };

	(void)state;
	place_alone(&m, "one-per-core", 1, 16, cpu);
	assert_cpus(cpu, 8, (uint32_t[]){ 4, 5, 6, 7, 0, 1, 2, 3 });
	for (uint32_t q = 0; q < 16; q++)
		on_core[m.cpus[cpu[q]].core]++;
	for (uint32_t core = 0; core < 8; core++)
		assert_int_equal(on_core[core], 2);
	assert_int_equal(cpu[8], 12);
}

static void without_one_per_core_siblings_come_before_other_nodes(void **state)
{
	const struct machine m = make(2, 2, 2);
	uint32_t cpu[6];

	(void)state;
	place_alone(&m, "exclude=isolated", 0, 6, cpu);
	assert_cpus(cpu, 6, (uint32_t[]){ 0, 1, 4, 5, 2, 3 });
}

static void device_without_node_is_spread_over_all(void **state)
{
	const struct machine m = make(4, 8, 1);
	uint32_t cpu[8], on_node[4] = { 0 };

	(void)state;
	place_alone(&m, "one-per-core,numa-local", -1, 8, cpu);
	for (uint32_t q = 0; q < 8; q++)
		on_node[m.cpus[cpu[q]].node]++;
	for (uint32_t node = 0; node < 4; node++)
		assert_int_equal(on_node[node], 2);
}

static void devices_of_one_node_do_not_share_cores_while_some_are_free(void **state)
{
	const struct machine m = make(2, 16, 2);
	struct nt_placement p = start(&m);
	uint32_t cpu[4], used[32] = { 0 };

	(void)state;
	for (uint32_t device = 0; device < 4; device++) {
		place(&p, "one-per-core,numa-local,skip-smt", 1, 4, cpu);
		for (uint32_t q = 0; q < 4; q++)
			assert_int_equal(used[m.cpus[cpu[q]].core]++, 0);
	}
	/* The fifth finds every core in use once, and begins again. */
	place(&p, "one-per-core,numa-local,skip-smt", 1, 4, cpu);
	assert_int_equal(cpu[0], 16);
	nt_placement_end(&p);
}

static void more_queues_than_cpus_go_round_evenly(void **state)
{
	const struct machine m = make(1, 4, 1);
	uint32_t cpu[10];

	(void)state;
	place_alone(&m, "numa-local", 0, 10, cpu);
	assert_cpus(cpu, 10, (uint32_t[]){ 0, 1, 2, 3, 0, 1, 2, 3, 0, 1 });
}

static void max_bounds_the_cpus_in_use(void **state)
{
	const struct machine m = make(1, 8, 1);
	uint32_t cpu[8];

	(void)state;
	place_alone(&m, "numa-local(max=3)", 0, 8, cpu);
	assert_cpus(cpu, 8, (uint32_t[]){ 0, 1, 2, 0, 1, 2, 0, 1 });
}

static void isolated_and_offline_and_excluded_cpus_stay_free(void **state)
{
	struct machine m = make(1, 8, 1);
	uint32_t cpu[4];

	(void)state;
	m.cpus[0].online = false;
	m.cpus[1].isolated = true;
	place_alone(&m, "exclude=isolated,exclude=2-3,5,skip-smt", 0, 4, cpu);
	assert_cpus(cpu, 4, (uint32_t[]){ 4, 6, 7, 4 });
	place_alone(&m, "exclude=housekeeping", 0, 2, cpu);
	assert_cpus(cpu, 2, (uint32_t[]){ 1, 1 });
}

static void sibling_of_an_offline_cpu_stands_for_its_core(void **state)
{
	struct machine m = make(1, 2, 2);
	uint32_t cpu[2];

	(void)state;
	m.cpus[0].online = false;
	place_alone(&m, "skip-smt", 0, 2, cpu);
	assert_cpus(cpu, 2, (uint32_t[]){ 1, 2 });
}

static void list_is_taken_as_it_is(void **state)
{
	const struct machine m = make(2, 4, 1);
	uint32_t cpu[4];

	(void)state;
	place_alone(&m, "2,4-5", 0, 4, cpu);
	assert_cpus(cpu, 4, (uint32_t[]){ 2, 4, 5, 2 });
}

static void no_cpu_left_is_enxio_in_words(void **state)
{
	const struct machine m = make(2, 4, 1);
	const struct nt_placement_how how = parse("numa-local,exclude=4-7");
	struct nt_placement p = start(&m);
	struct nt_diag diag = { 0 };
	uint32_t cpu[1] = { 77 };

	(void)state;
	assert_int_equal(nt_placement_place(&p, &how, 1, 1, cpu, &diag), -ENXIO);
	assert_non_null(strstr(diag.message, "NUMA node 1"));
	assert_int_equal(cpu[0], 77);
	nt_placement_end(&p);
}

static void list_without_a_cpu_says_what_to_name(void **state)
{
	const struct machine m = make(1, 2, 1);
	const struct nt_placement_how how = parse("4-7,12");
	struct nt_placement p = start(&m);
	struct nt_diag diag = { 0 };
	uint32_t cpu[1];

	(void)state;
	assert_int_equal(nt_placement_place(&p, &how, 0, 1, cpu, &diag), -ENXIO);
	assert_string_equal(diag.message, "no CPU is left to choose from: name CPUs that are "
			    "there, online and not excluded");
	nt_placement_end(&p);
}

static void cpus_out_of_order_are_refused(void **state)
{
	struct machine m = make(1, 2, 1);
	struct nt_placement p;

	(void)state;
	m.cpus[1].cpu = 0;
	assert_int_equal(nt_placement_start(&p, m.cpus, m.n), -EINVAL);
}

static void channels_follow_the_cores_of_the_node(void **state)
{
	struct machine m = make(2, 8, 2);

	(void)state;
	assert_int_equal(nt_placement_cores(m.cpus, m.n, 1, 0), 8);
	assert_int_equal(nt_placement_cores(m.cpus, m.n, 1, 4), 4);
	assert_int_equal(nt_placement_cores(m.cpus, m.n, -1, 0), 16);
	/* A node without CPUs: as if it were unknown. */
	assert_int_equal(nt_placement_cores(m.cpus, m.n, 5, 0), 16);
	m.cpus[0].isolated = true;
	assert_int_equal(nt_placement_cores(m.cpus, m.n, 0, 0), 8);
	m.cpus[16].isolated = true;
	assert_int_equal(nt_placement_cores(m.cpus, m.n, 0, 0), 7);
	assert_int_equal(nt_placement_cores(m.cpus, 0, 0, 0), 1);
}

static void wrong_rules_are_pointed_at(void **state)
{
	static const struct {
		const char *text;
		unsigned int offset;
		int err;
		const char *words;
	} cases[] = {
		{ "", 0, EINVAL, "must be one-per-core" },
		{ "one-per-core,", 13, EINVAL, "must be" },
		{ "one-per-core,smt", 13, EINVAL, "must be" },
		{ "one-per-core numa-local", 0, EINVAL, "comma" },
		{ "numa-local(max=0)", 0, ERANGE, "below 1" },
		{ "numa-local(max=8193)", 0, ERANGE, "above 8192" },
		{ "numa-local(max=a)", 0, EINVAL, "number" },
		{ "numa-local(8)", 0, EINVAL, "numa-local(max=N)" },
		{ "exclude=", 0, EINVAL, "must be" },
		{ "exclude=none", 8, EINVAL, "CPU" },
		{ "0-3,7-5", 4, ERANGE, "backwards" },
		{ "0-", 2, EINVAL, "CPU" },
		{ "exclude=isolated,exclude=housekeeping", 25, EINVAL, "both" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct nt_placement_how how;
		struct nt_diag diag = { 0 };
		unsigned int at = 999;

		assert_int_equal(nt_placement_parse(cases[i].text, &how, &at, &diag),
				 -cases[i].err);
		if (at != cases[i].offset || !strstr(diag.message, cases[i].words))
			fail_msg("%s: at %u: %s", cases[i].text, at, diag.message);
	}
}

static void eight_devices_of_128_queues_are_placed_at_once(void **state)
{
	const struct machine m = make(2, 64, 2);
	struct nt_placement p = start(&m);
	uint32_t cpu[128], on_cpu[CPUS_MAX] = { 0 };

	(void)state;
	for (int device = 0; device < 8; device++) {
		place(&p, "one-per-core,numa-local", device % 2, 128, cpu);
		for (uint32_t q = 0; q < 128; q++)
			on_cpu[cpu[q]]++;
	}
	/* 1024 queues on 256 CPUs, each node its half. */
	for (uint32_t i = 0; i < CPUS_MAX; i++)
		assert_int_equal(on_cpu[i], 4);
	nt_placement_end(&p);
}

/* Where @text lets a queue of node 1 go whose CPU is full; all but @n_free of the node's are. */
static uint32_t instead(struct machine *m, const char *text, uint32_t n_free,
			struct nt_placement *p)
{
	const struct nt_placement_how how = parse(text);
	uint32_t cpu[8], found = UINT32_MAX;

	for (size_t i = 0; i < m->n; i++)
		m->cpus[i].full = m->cpus[i].node == 1 && i < m->n - n_free;
	place(p, text, 1, 2, cpu);
	if (nt_placement_instead(p, &how, 1, &found) < 0)
		assert_int_equal(found, UINT32_MAX);
	return found;
}

static void instead_of_a_full_cpu_comes_the_next_that_the_rules_allow(void **state)
{
	struct machine m = make(2, 4, 2); /* node 1: 4-7 and 12-15 */
	struct nt_placement p = start(&m);

	(void)state;
	assert_int_equal(instead(&m, "one-per-core,numa-local", 1, &p), 15);
	assert_int_equal(instead(&m, "skip-smt,numa-local", 1, &p), UINT32_MAX);
	assert_int_equal(instead(&m, "numa-local,exclude=15", 2, &p), 14);
	assert_int_equal(instead(&m, "numa-local", 0, &p), UINT32_MAX);
	/* Another node's only where the rules have nothing against it. */
	assert_int_equal(m.cpus[instead(&m, "one-per-core", 0, &p)].node, 0);
	nt_placement_end(&p);
}

static void those_that_moved_are_company_and_change_nothing_else(void **state)
{
	struct machine m = make(1, 8, 1);
	const struct nt_placement_how how = parse("one-per-core");
	struct nt_placement p = start(&m);
	uint32_t cpu[4], found = 0;

	(void)state;
	place(&p, "one-per-core", 0, 2, cpu);
	m.cpus[0].full = m.cpus[1].full = true;
	nt_placement_moved(&p, 2);
	for (uint32_t next = 3; next < 6; next++) {
		assert_int_equal(nt_placement_instead(&p, &how, 0, &found), 0);
		assert_int_equal(found, next);
	}
	place(&p, "one-per-core", 0, 4, cpu);
	assert_cpus(cpu, 4, (uint32_t[]){ 2, 3, 4, 5 });
	nt_placement_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(local_queues_go_to_cores_of_the_devices_node),
		cmocka_unit_test(no_queue_is_on_a_wrong_node_while_local_cores_are_left),
		cmocka_unit_test(skip_smt_never_uses_two_siblings),
		cmocka_unit_test(one_per_core_fills_all_cores_before_siblings),
		cmocka_unit_test(without_one_per_core_siblings_come_before_other_nodes),
		cmocka_unit_test(device_without_node_is_spread_over_all),
		cmocka_unit_test(devices_of_one_node_do_not_share_cores_while_some_are_free),
		cmocka_unit_test(more_queues_than_cpus_go_round_evenly),
		cmocka_unit_test(max_bounds_the_cpus_in_use),
		cmocka_unit_test(isolated_and_offline_and_excluded_cpus_stay_free),
		cmocka_unit_test(sibling_of_an_offline_cpu_stands_for_its_core),
		cmocka_unit_test(list_is_taken_as_it_is),
		cmocka_unit_test(no_cpu_left_is_enxio_in_words),
		cmocka_unit_test(list_without_a_cpu_says_what_to_name),
		cmocka_unit_test(cpus_out_of_order_are_refused),
		cmocka_unit_test(channels_follow_the_cores_of_the_node),
		cmocka_unit_test(wrong_rules_are_pointed_at),
		cmocka_unit_test(eight_devices_of_128_queues_are_placed_at_once),
		cmocka_unit_test(instead_of_a_full_cpu_comes_the_next_that_the_rules_allow),
		cmocka_unit_test(those_that_moved_are_company_and_change_nothing_else),
	};

	return cmocka_run_group_tests_name("placement", tests, NULL, NULL);
}
