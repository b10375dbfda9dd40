// SPDX-License-Identifier: GPL-2.0-or-later
/* Which way packets take, from facts that are made up here. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/topology.h"

#define CPUS_MAX   32U
#define QUEUES_MAX 16U

/* Two nodes of @cores cores with two threads each, and eth0 on node 0. */
struct host {
	struct nt_facts facts;
	struct nt_cpu_fact cpus[CPUS_MAX];
	struct nt_link_fact link;
	struct nt_nic_fact nic;
	struct nt_queue_fact queues[QUEUES_MAX];
	struct nt_irq_fact irqs[QUEUES_MAX];
	struct nt_topology topology;
};

static void start(struct host *h, uint32_t cores)
{
	*h = (struct host){ .link = { .name = (char *)"eth0", .driver = (char *)"igb",
				      .bus = (char *)"", .numa_node = 0 } };
	for (uint32_t cpu = 0; cpu < 4 * cores; cpu++)
		h->cpus[h->facts.n_cpus++] = (struct nt_cpu_fact){
			.cpu = cpu, .core = cpu % (2 * cores),
			.node = (int)(cpu % (2 * cores) / cores), .online = true };
	snprintf(h->nic.name, sizeof(h->nic.name), "eth0");
	h->nic.queues = h->queues;
	h->nic.irqs = h->irqs;
	h->facts.cpus = h->cpus;
	h->facts.links = &h->link;
	h->facts.n_links = 1;
	h->facts.nics = &h->nic;
	h->facts.n_nics = 1;
}

/* A queue pair, whose receive queues come before all transmit queues. */
static void add_pair(struct host *h, const char *irq_cpus, const char *xps)
{
	uint32_t n = (uint32_t)h->nic.n_irqs;

	h->irqs[h->nic.n_irqs++] = (struct nt_irq_fact){ .irq = 40 + n, .role = NT_IRQ_RXTX,
							 .queue = n, .cpus = (char *)irq_cpus };
	memmove(&h->queues[n + 1], &h->queues[n], n * sizeof(*h->queues));
	h->queues[n] = (struct nt_queue_fact){ .kind = NT_QUEUE_RX, .index = n };
	h->queues[2 * n + 1] = (struct nt_queue_fact){ .kind = NT_QUEUE_TX, .index = n,
						       .cpus = (char *)xps };
	h->nic.n_queues += 2;
}

static const struct nt_topology_device *make(struct host *h)
{
	assert_int_equal(nt_topology_make(&h->facts, &h->topology), 0);
	assert_int_equal(h->topology.n_devices, 1);
	return h->topology.devices;
}

/* @n lines on the ways of a kind. */
static void expect(const struct host *h, enum nt_edge_kind kind, const char *const *lines, size_t n)
{
	struct nt_edge_groups groups;

	assert_int_equal(nt_edge_groups_make(h->topology.devices, kind, &groups), 0);
	for (size_t i = 0; i < n && i < groups.n; i++) {
		char *words = nt_edge_group_words(&h->topology, &groups.groups[i]);

		assert_non_null(words);
		assert_string_equal(words, lines[i]);
		free(words);
	}
	assert_int_equal(groups.n, n);
	nt_edge_groups_free(&groups);
}

#define EXPECT(h, kind, ...)                                                                  \
	expect(h, kind, (const char *const[]){ __VA_ARGS__ },                                 \
	       sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

static void cpus_lie_by_node_and_core(void **state)
{
	static const uint32_t order[] = { 0, 4, 1, 5, 2, 6, 3, 7 };
	struct host h;

	(void)state;
	start(&h, 2);
	add_pair(&h, "0", "0");
	make(&h);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(h.topology.cpus[i].cpu, order[i]);
	assert_int_equal(h.topology.n_nodes, 2);
	assert_int_equal(h.topology.nodes[1].first, 4);
	assert_int_equal(h.topology.nodes[1].cores, 2);
	assert_int_equal(nt_topology_siblings(&h.topology, 0), 2);
	assert_int_equal(nt_topology_siblings(&h.topology, 1), 1);
	nt_topology_free(&h.topology);
}

static void side_is_that_of_all_cpus_online(void **state)
{
	static const struct {
		const char *cpus;
		enum nt_side side;
		uint32_t n;
	} cases[] = {
		{ "0", NT_SIDE_LOCAL, 1 },     { "0-1,4-5", NT_SIDE_LOCAL, 4 },
		{ "2", NT_SIDE_WRONG, 1 },     { "6-7", NT_SIDE_WRONG, 2 },
		{ "0-7", NT_SIDE_MIXED, 7 },   { "", NT_SIDE_UNKNOWN, 0 },
		{ "3", NT_SIDE_UNKNOWN, 0 },   { NULL, NT_SIDE_UNKNOWN, 0 },
		{ "0,3", NT_SIDE_LOCAL, 1 },   { "900", NT_SIDE_UNKNOWN, 0 },
		{ "no", NT_SIDE_UNKNOWN, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct host h;

		start(&h, 2);
		h.cpus[3].online = false;
		add_pair(&h, cases[i].cpus, "0");
		make(&h);
		assert_int_equal(h.topology.devices->edges[0].side, cases[i].side);
		assert_int_equal(h.topology.devices->edges[0].n, cases[i].n);
		nt_topology_free(&h.topology);
	}
}

static void nothing_is_wrong_without_a_node_of_the_device(void **state)
{
	static const int nodes[] = { -1, 7 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct host h;

		start(&h, 2);
		h.link.numa_node = nodes[i];
		add_pair(&h, "2", "0-7");
		assert_int_equal(make(&h)->node, -1);
		assert_int_equal(h.topology.devices->home, 1);
		assert_int_equal(nt_topology_count(&h.topology, NT_EDGE_IRQ, NT_SIDE_UNKNOWN), 1);
		assert_int_equal(nt_topology_count(&h.topology, NT_EDGE_XPS, NT_SIDE_UNKNOWN), 1);
		nt_topology_free(&h.topology);
	}
}

static void queues_alike_are_told_as_one(void **state)
{
	struct host h;

	(void)state;
	start(&h, 2);
	add_pair(&h, "0", "0-7");
	add_pair(&h, "1", "0-7");
	add_pair(&h, "2", "0-7");
	add_pair(&h, "2", "");
	make(&h);
	EXPECT(&h, NT_EDGE_IRQ, "rx/tx 0-1 -> IRQ 40-41 -> CPU 0-1, one each (node 0)",
	       "rx/tx 2-3 -> IRQ 42-43 -> CPU 2 (node 1)  WRONG NODE");
	EXPECT(&h, NT_EDGE_XPS,
	       "tx 0-2 <- XPS <- CPU 0-7, any of them (nodes 0-1)  MAY BE A WRONG NODE",
	       "tx 3: no XPS");
	nt_topology_free(&h.topology);
}

/* As on hosts that number their CPUs by turns. */
static void queues_alike_need_not_be_neighbours(void **state)
{
	struct host h;

	(void)state;
	start(&h, 2);
	add_pair(&h, "0", NULL);
	add_pair(&h, "2", NULL);
	add_pair(&h, "1", NULL);
	add_pair(&h, "3", NULL);
	make(&h);
	EXPECT(&h, NT_EDGE_IRQ, "rx/tx 0,2 -> IRQ 40,42 -> CPU 0-1, one each (node 0)",
	       "rx/tx 1,3 -> IRQ 41,43 -> CPU 2-3, one each (node 1)  WRONG NODE");
	nt_topology_free(&h.topology);
}

/* "0-1" would say it the wrong way round. */
static void descending_cpus_are_apart(void **state)
{
	struct host h;

	(void)state;
	start(&h, 2);
	add_pair(&h, "1", NULL);
	add_pair(&h, "0", NULL);
	make(&h);
	EXPECT(&h, NT_EDGE_IRQ, "rx/tx 0 -> IRQ 40 -> CPU 1 (node 0)",
	       "rx/tx 1 -> IRQ 41 -> CPU 0 (node 0)");
	nt_topology_free(&h.topology);
}

static void runs_are_of_neighbours(void **state)
{
	struct nt_edge_run run;
	struct host h;

	(void)state;
	start(&h, 2);
	add_pair(&h, "0", "");
	add_pair(&h, "1", "");
	add_pair(&h, "2", "");
	add_pair(&h, "1", "");
	make(&h);
	run = nt_edge_run(h.topology.devices, 0);
	assert_true(run.n == 2 && run.each);
	run = nt_edge_run(h.topology.devices, 3);
	assert_true(run.n == 1 && !run.each);
	run = nt_edge_run(h.topology.devices, 4);
	assert_true(run.n == 4 && !run.each);
	nt_topology_free(&h.topology);
}

/* A queue that the plan will make has an interrupt without a number. */
static void interrupts_to_come_have_no_number(void **state)
{
	struct host h;

	(void)state;
	start(&h, 2);
	add_pair(&h, "0", "0");
	add_pair(&h, "1", "1");
	h.irqs[1].irq = 0;
	add_pair(&h, "", "");
	make(&h);
	EXPECT(&h, NT_EDGE_IRQ, "rx/tx 0-1 -> IRQ 40 -> CPU 0-1, one each (node 0)",
	       "rx/tx 2: where the driver puts it");
	nt_topology_free(&h.topology);
}

/* virtio_net has interrupts for queues that are not in use. */
static void interrupts_without_a_queue_are_not_shown(void **state)
{
	struct host h;

	(void)state;
	start(&h, 2);
	add_pair(&h, "0", "0");
	h.irqs[h.nic.n_irqs++] = (struct nt_irq_fact){ .role = NT_IRQ_RXTX, .queue = 1,
						       .cpus = (char *)"2" };
	h.irqs[h.nic.n_irqs++] = (struct nt_irq_fact){ .role = NT_IRQ_OTHER,
						       .cpus = (char *)"2" };
	assert_int_equal(make(&h)->n_kind[NT_EDGE_IRQ], 1);
	nt_topology_free(&h.topology);
}

static void devices_without_ways_are_left_out(void **state)
{
	struct host h;

	(void)state;
	start(&h, 2);
	add_pair(&h, "0", "");
	h.nic.n_irqs = 0;
	assert_int_equal(nt_topology_make(&h.facts, &h.topology), 0);
	assert_int_equal(h.topology.n_devices, 0);
	assert_int_equal(h.topology.n_left_out, 1);
	nt_topology_free(&h.topology);
	h.queues[1].cpus = (char *)"3";
	assert_int_equal(make(&h)->n_edges, 2);
	EXPECT(&h, NT_EDGE_IRQ, "rx 0: no interrupt known");
	nt_topology_free(&h.topology);
}

static void no_cpus_are_no_topology(void **state)
{
	struct host h;

	(void)state;
	start(&h, 0);
	assert_int_equal(nt_topology_make(&h.facts, &h.topology), -ENODATA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cpus_lie_by_node_and_core),
		cmocka_unit_test(side_is_that_of_all_cpus_online),
		cmocka_unit_test(nothing_is_wrong_without_a_node_of_the_device),
		cmocka_unit_test(queues_alike_are_told_as_one),
		cmocka_unit_test(queues_alike_need_not_be_neighbours),
		cmocka_unit_test(descending_cpus_are_apart),
		cmocka_unit_test(runs_are_of_neighbours),
		cmocka_unit_test(interrupts_to_come_have_no_number),
		cmocka_unit_test(interrupts_without_a_queue_are_not_shown),
		cmocka_unit_test(devices_without_ways_are_left_out),
		cmocka_unit_test(no_cpus_are_no_topology),
	};

	return cmocka_run_group_tests_name("topology", tests, NULL, NULL);
}
