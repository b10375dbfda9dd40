// SPDX-License-Identifier: GPL-2.0-or-later
/* From facts to ways of packets. PURE. See topology.h. */
#include "topology.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for any list: NT_IDSET_COUNT numbers would take more, but no host has them. */
#define LIST_SIZE 65536U

/* ---- CPUs ---- */

static int compare_cpus(const void *a, const void *b)
{
	const struct nt_cpu_fact *x = a, *y = b;

	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	if (x->core != y->core)
		return x->core < y->core ? -1 : 1;
	return (x->cpu > y->cpu) - (x->cpu < y->cpu);
}

static bool starts_core(const struct nt_topology *t, size_t i)
{
	return i == 0 || t->cpus[i].node != t->cpus[i - 1].node ||
	       t->cpus[i].core != t->cpus[i - 1].core;
}

static int note_cpus(const struct nt_facts *facts, struct nt_topology *t)
{
	t->cpus = calloc(facts->n_cpus, sizeof(*t->cpus));
	t->nodes = calloc(facts->n_cpus, sizeof(*t->nodes));
	if (!t->cpus || !t->nodes)
		return -ENOMEM;
	memcpy(t->cpus, facts->cpus, facts->n_cpus * sizeof(*t->cpus));
	t->n_cpus = facts->n_cpus;
	qsort(t->cpus, t->n_cpus, sizeof(*t->cpus), compare_cpus);
	for (size_t i = 0; i < t->n_cpus; i++) {
		if (i == 0 || t->cpus[i].node != t->cpus[i - 1].node)
			t->nodes[t->n_nodes++] = (struct nt_topology_node){
				.node = t->cpus[i].node, .first = i };
		t->nodes[t->n_nodes - 1].n++;
		t->nodes[t->n_nodes - 1].cores += starts_core(t, i);
	}
	return 0;
}

/* See topology.h. */
size_t nt_topology_siblings(const struct nt_topology *topology, size_t i)
{
	size_t n = 1;

	while (i + n < topology->n_cpus && !starts_core(topology, i + n))
		n++;
	return n;
}

/* ---- edges ---- */

/* See topology.h. */
void nt_edge_cpus(const struct nt_edge *edge, struct nt_idset *ret)
{
	if (!edge->cpus || nt_idset_parse(edge->cpus, ret, NULL) < 0)
		memset(ret, 0, sizeof(*ret));
}

/* Where the CPUs of @edge are, for a device of @node. @set is room to work in. */
static void place(const struct nt_topology *t, int node, struct nt_edge *edge,
		  struct nt_idset *set)
{
	uint32_t local = 0;

	nt_edge_cpus(edge, set);
	edge->node = -1;
	for (size_t i = 0; i < t->n_cpus; i++) {
		const struct nt_cpu_fact *cpu = &t->cpus[i];

		if (!cpu->online || !nt_idset_has(set, cpu->cpu))
			continue;
		if (!edge->n || cpu->cpu < edge->first)
			edge->first = cpu->cpu;
		edge->node = !edge->n || edge->node == cpu->node ? cpu->node : -1;
		edge->n++;
		local += cpu->node == node;
	}
	if (edge->n && node >= 0)
		edge->side = local == edge->n ? NT_SIDE_LOCAL :
			     local ? NT_SIDE_MIXED : NT_SIDE_WRONG;
}

static uint32_t count_queues(const struct nt_nic_fact *nic, enum nt_queue_kind kind)
{
	uint32_t n = 0;

	for (size_t i = 0; i < nic->n_queues; i++)
		if (nic->queues[i].kind == kind && nic->queues[i].index >= n)
			n = nic->queues[i].index + 1;
	return n;
}

/* Some drivers have interrupts for queues that are not in use. */
static bool serves(const struct nt_nic_fact *nic, const struct nt_irq_fact *irq)
{
	uint32_t rx = count_queues(nic, NT_QUEUE_RX), tx = count_queues(nic, NT_QUEUE_TX);

	switch (irq->role) {
	case NT_IRQ_RX:
		return irq->queue < rx;
	case NT_IRQ_TX:
		return irq->queue < tx;
	case NT_IRQ_RXTX:
		return irq->queue < rx || irq->queue < tx;
	case NT_IRQ_OTHER:
		break;
	}
	return false;
}

static void add_edge(struct nt_topology_device *device, const struct nt_edge *edge)
{
	device->edges[device->n_edges++] = *edge;
	device->n_kind[edge->kind]++;
}

static void add_irqs(struct nt_topology_device *device)
{
	const struct nt_nic_fact *nic = device->nic;

	for (size_t i = 0; i < nic->n_irqs; i++)
		if (serves(nic, &nic->irqs[i]))
			add_edge(device, &(struct nt_edge){ .kind = NT_EDGE_IRQ,
							    .role = nic->irqs[i].role,
							    .queue = nic->irqs[i].queue,
							    .irq = &nic->irqs[i],
							    .cpus = nic->irqs[i].cpus });
	if (device->n_edges)
		return;
	for (size_t i = 0; i < nic->n_queues; i++)
		if (nic->queues[i].kind == NT_QUEUE_RX)
			add_edge(device, &(struct nt_edge){ .kind = NT_EDGE_IRQ,
							    .role = NT_IRQ_RX,
							    .queue = nic->queues[i].index });
}

static void add_xps(struct nt_topology_device *device)
{
	const struct nt_nic_fact *nic = device->nic;

	for (size_t i = 0; i < nic->n_queues; i++)
		if (nic->queues[i].kind == NT_QUEUE_TX)
			add_edge(device, &(struct nt_edge){ .kind = NT_EDGE_XPS,
							    .role = NT_IRQ_TX,
							    .queue = nic->queues[i].index,
							    .cpus = nic->queues[i].cpus });
}

/* ---- devices ---- */

static bool find_node(const struct nt_topology *t, int node, size_t *ret)
{
	for (size_t i = 0; i < t->n_nodes; i++) {
		if (t->nodes[i].node != node)
			continue;
		*ret = i;
		return true;
	}
	return false;
}

/* A device that no node has is shown with the CPUs that it works with. */
static size_t guess_home(const struct nt_topology *t, const struct nt_topology_device *device)
{
	size_t home = 0;

	for (size_t i = 0; i < device->n_edges; i++)
		if (device->edges[i].n && find_node(t, device->edges[i].node, &home))
			return home;
	return 0;
}

static bool is_shown(const struct nt_nic_fact *nic)
{
	for (size_t i = 0; i < nic->n_irqs; i++)
		if (serves(nic, &nic->irqs[i]))
			return true;
	for (size_t i = 0; i < nic->n_queues; i++)
		if (nic->queues[i].kind == NT_QUEUE_TX && nic->queues[i].cpus &&
		    *nic->queues[i].cpus)
			return true;
	return false;
}

static int add_device(const struct nt_facts *facts, const struct nt_nic_fact *nic,
		      struct nt_topology *t, struct nt_idset *set)
{
	struct nt_topology_device *device = &t->devices[t->n_devices];

	*device = (struct nt_topology_device){ .nic = nic, .node = -1,
					       .link = nt_facts_link(facts, nic->name) };
	device->edges = calloc(nic->n_irqs + 2 * nic->n_queues + 1, sizeof(*device->edges));
	if (!device->edges)
		return -ENOMEM;
	t->n_devices++;
	add_irqs(device);
	add_xps(device);
	if (device->link && device->link->numa_node >= 0 &&
	    find_node(t, device->link->numa_node, &device->home))
		device->node = device->link->numa_node;
	for (size_t i = 0; i < device->n_edges; i++)
		place(t, device->node, &device->edges[i], set);
	if (device->node < 0)
		device->home = guess_home(t, device);
	return 0;
}

static int add_devices(const struct nt_facts *facts, struct nt_topology *t)
{
	struct nt_idset *set = malloc(sizeof(*set));
	int r = 0;

	t->devices = calloc(facts->n_nics + 1, sizeof(*t->devices));
	t->left_out = calloc(facts->n_nics + 1, sizeof(*t->left_out));
	if (!set || !t->devices || !t->left_out)
		r = -ENOMEM;
	for (size_t i = 0; i < facts->n_nics && r == 0; i++) {
		if (is_shown(&facts->nics[i]))
			r = add_device(facts, &facts->nics[i], t, set);
		else
			t->left_out[t->n_left_out++] = &facts->nics[i];
	}
	free(set);
	return r;
}

/* See topology.h. */
int nt_topology_make(const struct nt_facts *facts, struct nt_topology *ret)
{
	struct nt_topology t = { 0 };
	int r = facts->n_cpus ? note_cpus(facts, &t) : -ENODATA;

	if (r == 0)
		r = add_devices(facts, &t);
	if (r < 0)
		nt_topology_free(&t);
	else
		*ret = t;
	return r;
}

/* See topology.h. */
void nt_topology_free(struct nt_topology *topology)
{
	for (size_t i = 0; i < topology->n_devices; i++)
		free(topology->devices[i].edges);
	free(topology->devices);
	free(topology->left_out);
	free(topology->nodes);
	free(topology->cpus);
	memset(topology, 0, sizeof(*topology));
}

/* See topology.h. */
size_t nt_topology_count(const struct nt_topology *topology, enum nt_edge_kind kind,
			 enum nt_side side)
{
	size_t n = 0;

	for (size_t d = 0; d < topology->n_devices; d++)
		for (size_t i = 0; i < topology->devices[d].n_edges; i++)
			n += topology->devices[d].edges[i].kind == kind &&
			     topology->devices[d].edges[i].side == side;
	return n;
}

/* ---- runs ---- */

static bool same_cpus(const struct nt_edge *a, const struct nt_edge *b)
{
	return a->cpus == b->cpus || (a->cpus && b->cpus && !strcmp(a->cpus, b->cpus));
}

static bool next_cpu(const struct nt_edge *a, const struct nt_edge *b)
{
	return a->n == 1 && b->n == 1 && b->first > a->first && a->node == b->node;
}

static bool neighbours(const struct nt_edge *a, const struct nt_edge *b)
{
	return a->kind == b->kind && a->role == b->role && b->queue == a->queue + 1 &&
	       a->side == b->side && !a->irq == !b->irq;
}

/* See topology.h. */
struct nt_edge_run nt_edge_run(const struct nt_topology_device *device, size_t first)
{
	struct nt_edge_run run = { .edges = &device->edges[first], .n = 1 };

	for (; first + run.n < device->n_edges; run.n++) {
		const struct nt_edge *last = &run.edges[run.n - 1], *next = last + 1;

		if (!neighbours(last, next))
			break;
		if (run.n == 1)
			run.each = next_cpu(last, next);
		if (run.each ? !next_cpu(last, next) : !same_cpus(last, next))
			break;
	}
	run.each = run.each && run.n > 1;
	return run;
}

/* See topology.h. */
void nt_edge_run_cpus(const struct nt_edge_run *run, struct nt_idset *ret)
{
	if (!run->each) {
		nt_edge_cpus(run->edges, ret);
		return;
	}
	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < run->n; i++)
		nt_idset_add(ret, run->edges[i].first);
}

/* ---- groups ---- */

/* May @next follow @last in a group? @n: how many are in it, @each is decided by the second. */
static bool joins(const struct nt_edge *last, const struct nt_edge *next, size_t n, bool *each)
{
	if (next->kind != last->kind || next->role != last->role || next->side != last->side ||
	    !next->irq != !last->irq)
		return false;
	if (n == 1)
		*each = next_cpu(last, next);
	return *each ? next_cpu(last, next) : same_cpus(last, next);
}

/* All that follow edge @first, which are marked in @taken, into @group. */
static void gather(const struct nt_topology_device *device, size_t first, bool *taken,
		   struct nt_edge_group *group)
{
	bool each = false;

	group->edges[group->n++] = &device->edges[first];
	for (size_t i = first + 1; i < device->n_edges; i++) {
		if (taken[i] ||
		    !joins(group->edges[group->n - 1], &device->edges[i], group->n, &each))
			continue;
		taken[i] = true;
		group->edges[group->n++] = &device->edges[i];
	}
	group->each = each && group->n > 1;
}

/* See topology.h. */
int nt_edge_groups_make(const struct nt_topology_device *device, enum nt_edge_kind kind,
			struct nt_edge_groups *ret)
{
	struct nt_edge_groups groups = {
		.groups = calloc(device->n_edges + 1, sizeof(*groups.groups)),
		.edges = calloc(device->n_edges + 1, sizeof(*groups.edges)),
	};
	bool *taken = calloc(device->n_edges + 1, sizeof(*taken));
	int r = groups.groups && groups.edges && taken ? 0 : -ENOMEM;
	size_t used = 0;

	for (size_t i = 0; i < device->n_edges && r == 0; i++) {
		if (taken[i] || device->edges[i].kind != kind)
			continue;
		groups.groups[groups.n].edges = &groups.edges[used];
		gather(device, i, taken, &groups.groups[groups.n]);
		used += groups.groups[groups.n++].n;
	}
	free(taken);
	if (r < 0)
		nt_edge_groups_free(&groups);
	else
		*ret = groups;
	return r;
}

/* See topology.h. */
void nt_edge_groups_free(struct nt_edge_groups *groups)
{
	free(groups->groups);
	free(groups->edges);
	memset(groups, 0, sizeof(*groups));
}

/* ---- words ---- */

static const char *const side_names[NT_SIDES] = {
	[NT_SIDE_UNKNOWN] = "unknown",
	[NT_SIDE_LOCAL] = "local",
	[NT_SIDE_MIXED] = "mixed",
	[NT_SIDE_WRONG] = "wrong",
};

static const char *const warnings[NT_SIDES] = {
	[NT_SIDE_UNKNOWN] = "",
	[NT_SIDE_LOCAL] = "",
	[NT_SIDE_MIXED] = "  MAY BE A WRONG NODE",
	[NT_SIDE_WRONG] = "  WRONG NODE",
};

/* See topology.h. */
const char *nt_side_name(enum nt_side side)
{
	return side_names[side];
}

/* See topology.h. */
const char *nt_edge_role(const struct nt_edge *edge)
{
	return edge->role == NT_IRQ_RXTX ? "rx/tx" : edge->role == NT_IRQ_RX ? "rx" : "tx";
}

/* Lists of a group, each LIST_SIZE. */
struct lists {
	char queues[LIST_SIZE];
	char irqs[LIST_SIZE];
	char cpus[LIST_SIZE];
	char nodes[LIST_SIZE];
	struct nt_idset set;
	struct nt_idset more;
};

static void list_queues(const struct nt_edge_group *group, struct lists *l)
{
	memset(&l->set, 0, sizeof(l->set));
	memset(&l->more, 0, sizeof(l->more));
	for (size_t i = 0; i < group->n; i++) {
		const struct nt_edge *edge = group->edges[i];

		nt_idset_add(&l->set, edge->queue);
		/* Interrupts of queues that do not exist yet have no number. */
		if (edge->irq && edge->irq->irq)
			nt_idset_add(&l->more, edge->irq->irq);
	}
	nt_idset_format(&l->set, l->queues, sizeof(l->queues));
	nt_idset_format(&l->more, l->irqs, sizeof(l->irqs));
}

static void list_cpus(const struct nt_topology *t, const struct nt_edge_group *group,
		      struct lists *l)
{
	nt_edge_cpus(group->edges[0], &l->set);
	for (size_t i = 0; group->each && i < group->n; i++)
		nt_idset_add(&l->set, group->edges[i]->first);
	memset(&l->more, 0, sizeof(l->more));
	for (size_t i = 0; i < t->n_cpus; i++)
		if (t->cpus[i].online && t->cpus[i].node >= 0 &&
		    nt_idset_has(&l->set, t->cpus[i].cpu))
			nt_idset_add(&l->more, (unsigned int)t->cpus[i].node);
	nt_idset_format(&l->set, l->cpus, sizeof(l->cpus));
	nt_idset_format(&l->more, l->nodes, sizeof(l->nodes));
}

/* What stands where no CPU is known. */
static const char *no_cpus(const struct nt_edge *edge)
{
	if (edge->cpus && *edge->cpus)
		return "no CPU that is online";
	if (edge->kind == NT_EDGE_XPS)
		return "no XPS";
	return edge->irq ? "where the driver puts it" : "no interrupt known";
}

/* "IRQ 64-95 -> ", "XPS <- " or "". */
static char *through_words(const struct nt_edge *edge, const struct lists *l)
{
	char *ret = NULL;
	int n = edge->kind == NT_EDGE_XPS ? asprintf(&ret, "<- XPS <- ") :
		*l->irqs ? asprintf(&ret, "-> IRQ %s -> ", l->irqs) : asprintf(&ret, "-> ");

	return n < 0 ? NULL : ret;
}

/* " (node 0)", " (nodes 0-1)", or "" on a host that has none. */
static char *node_words(const struct lists *l)
{
	bool several = l->nodes[strspn(l->nodes, "0123456789")];
	char *ret = NULL;
	int n = *l->nodes ? asprintf(&ret, " (node%s %s)", several ? "s" : "", l->nodes)
			  : asprintf(&ret, "%s", "");

	return n < 0 ? NULL : ret;
}

static char *join_words(const struct nt_edge_group *group, const struct lists *l)
{
	const struct nt_edge *first = group->edges[0];
	const char *how = group->each ? ", one each" : first->n > 1 ? ", any of them" : "";
	char *through = through_words(first, l), *nodes = node_words(l), *ret = NULL;
	int n = -1;

	if (!first->n)
		n = asprintf(&ret, "%s %s: %s", nt_edge_role(first), l->queues, no_cpus(first));
	else if (through && nodes)
		n = asprintf(&ret, "%s %s %sCPU %s%s%s%s", nt_edge_role(first), l->queues, through,
			     l->cpus, how, nodes, warnings[first->side]);
	free(through);
	free(nodes);
	return n < 0 ? NULL : ret;
}

/* See topology.h. */
char *nt_edge_group_words(const struct nt_topology *topology, const struct nt_edge_group *group)
{
	struct lists *l = malloc(sizeof(*l));
	char *ret = NULL;

	if (!l)
		return NULL;
	list_queues(group, l);
	list_cpus(topology, group, l);
	ret = join_words(group, l);
	free(l);
	return ret;
}
