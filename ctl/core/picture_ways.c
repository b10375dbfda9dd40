// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What leads from box to box in a picture. PURE.
 *
 * Within a node, a queue with one CPU has a line of its own; queues that share several CPUs have a
 * band, and each of the CPUs a tip. Ways to another node are bundled: down from each queue into a
 * lane, along a gutter beside the nodes, and out of a lane to each CPU. So what is right is short
 * and straight, and what is wrong is not hidden among it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "picture_draft.h"

/* Arrows end so far inside their box. */
#define INSIDE 3
/* Fewer lines in a row are seen as one without an area behind them. */
#define BAND_MIN 4

/* ---- lanes ---- */

/* Is the CPU at place @cpu one of the node, online, and in @set? */
static bool is_in(const struct nt_draft *d, size_t node, const struct nt_idset *set, size_t cpu)
{
	const struct nt_topology_node *n = &d->topology->nodes[node];

	return cpu >= n->first && cpu < n->first + n->n && d->topology->cpus[cpu].online &&
	       nt_idset_has(set, d->topology->cpus[cpu].cpu);
}

static bool leads_to(const struct nt_draft *d, const struct nt_edge *edge, size_t node)
{
	const struct nt_topology_node *n = &d->topology->nodes[node];

	if (!edge->n || (edge->node >= 0 && edge->node != n->node))
		return false;
	nt_edge_cpus(edge, d->set);
	for (size_t i = n->first; i < n->first + n->n; i++)
		if (is_in(d, node, d->set, i))
			return true;
	return false;
}

static bool has_way(const struct nt_draft *d, const struct nt_draft_lane *lane)
{
	const struct nt_topology_device *device = &d->topology->devices[lane->device];

	for (size_t i = 0; i < device->n_edges; i++)
		if (device->edges[i].kind == lane->kind &&
		    leads_to(d, &device->edges[i], lane->node))
			return true;
	return false;
}

static void add_lane(struct nt_draft *d, struct nt_draft_lane lane)
{
	size_t home = d->topology->devices[lane.device].home;
	struct nt_draft_lane *grown = realloc(d->lanes, (d->n_lanes + 1) * sizeof(*grown));

	if (!grown) {
		d->r = -ENOMEM;
		return;
	}
	lane.out = d->bands[home].zones[lane.kind].n_out++;
	lane.in = d->bands[lane.node].zones[lane.kind].n_in++;
	lane.gutter = d->n_gutter[lane.kind]++;
	d->lanes = grown;
	d->lanes[d->n_lanes++] = lane;
}

/* See picture_draft.h. */
void nt_draft_find_lanes(struct nt_draft *d)
{
	for (size_t device = 0; device < d->topology->n_devices; device++)
		for (size_t node = 0; node < d->topology->n_nodes; node++)
			for (int kind = 0; kind < NT_EDGE_KINDS && d->r == 0; kind++) {
				struct nt_draft_lane lane = { .kind = (enum nt_edge_kind)kind,
							      .device = device, .node = node };

				if (node != d->topology->devices[device].home &&
				    has_way(d, &lane))
					add_lane(d, lane);
			}
}

/* ---- places ---- */

static const struct nt_box *queue_box(const struct nt_draft *d, size_t device, size_t edge)
{
	return &d->picture.boxes[d->queues[d->first_queue[device] + edge]];
}

static int middle(const struct nt_box *box)
{
	return box->x + box->w / 2;
}

/* Up to three devices reach a CPU side by side. */
static int tip_x(const struct nt_draft *d, size_t cpu, size_t device)
{
	const struct nt_box *box = &d->picture.boxes[d->cpus[cpu]];

	return box->x + box->w * (1 + 2 * (int)(device % 3)) / 6;
}

static size_t find_cpu(const struct nt_topology *t, size_t node, unsigned int cpu)
{
	const struct nt_topology_node *n = &t->nodes[node];

	for (size_t i = n->first; i < n->first + n->n; i++)
		if (t->cpus[i].cpu == cpu)
			return i;
	return n->first;
}

/* A way is red when its device has a node, and it is another. */
static unsigned int look_of(const struct nt_draft *d, size_t device, size_t node)
{
	const struct nt_topology_device *dev = &d->topology->devices[device];

	return dev->node >= 0 && dev->node != d->topology->nodes[node].node ? NT_LOOK_WRONG : 0;
}

static void use(struct nt_draft *d, size_t cpu, unsigned int look)
{
	d->picture.boxes[d->cpus[cpu]].look |= NT_LOOK_USED | look;
}

/* Interrupts go from queues to CPUs, packets to send from CPUs to queues. */
static void add_turned(struct nt_draft *d, enum nt_edge_kind kind, const struct nt_stroke *stroke)
{
	struct nt_stroke turned = *stroke;

	for (unsigned int i = 0; kind == NT_EDGE_XPS && i < stroke->n; i++) {
		turned.x[i] = stroke->x[stroke->n - 1 - i];
		turned.y[i] = stroke->y[stroke->n - 1 - i];
	}
	nt_draft_stroke(d, &turned);
}

/* ---- within a node ---- */

struct local {
	struct nt_draft *d;
	size_t device;
	const struct nt_topology_device *dev;
	const struct nt_draft_zone *zone;
	enum nt_edge_kind kind;
};

static void draw_line(const struct local *l, size_t edge)
{
	struct nt_draft *d = l->d;
	size_t cpu = find_cpu(d->topology, l->dev->home, l->dev->edges[edge].first);
	int from = middle(queue_box(d, l->device, edge)), to = tip_x(d, cpu, l->device);
	const struct nt_draft_zone *z = l->zone;

	use(d, cpu, 0);
	add_turned(d, l->kind, &(struct nt_stroke){
		.kind = NT_STROKE_ARROW,
		.x = { from, from, to, to },
		.y = { z->queue_y - z->down * INSIDE, z->leave_y, z->land_y,
		       z->cpu_y + z->down * INSIDE },
		.n = 4,
		.color = nt_draft_color(l->device),
		.queue = d->queues[d->first_queue[l->device] + edge],
		.cpu = d->cpus[cpu],
	});
}

/* From the queues of @run, the first of which is @edge, to the CPUs in @set. */
static void draw_band(const struct local *l, size_t edge, const struct nt_edge_run *run,
		      const struct nt_idset *set)
{
	struct nt_draft *d = l->d;
	const struct nt_topology_node *node = &d->topology->nodes[l->dev->home];
	const struct nt_box *first = queue_box(d, l->device, edge);
	const struct nt_box *last = queue_box(d, l->device, edge + run->n - 1);
	const struct nt_draft_zone *z = l->zone;
	int left = 0, right = -1;

	for (size_t i = node->first; i < node->first + node->n; i++) {
		const struct nt_box *box = &d->picture.boxes[d->cpus[i]];

		if (!is_in(d, l->dev->home, set, i))
			continue;
		left = right < 0 ? box->x : left;
		right = box->x + box->w;
	}
	if (right < 0)
		return;
	nt_draft_stroke(d, &(struct nt_stroke){
		.kind = NT_STROKE_BAND,
		.x = { first->x, last->x + last->w, right, left },
		.y = { z->leave_y, z->leave_y, z->land_y, z->land_y },
		.n = 4,
		.color = nt_draft_color(l->device),
		.look = run->each ? 0 : NT_LOOK_MAY,
		.queue = NT_PICTURE_NONE,
		.cpu = NT_PICTURE_NONE,
	});
}

/* Between a queue's box and @y. */
static void draw_stub(struct nt_draft *d, const struct nt_draft_lane *lane, size_t edge, int y,
		      unsigned int look)
{
	const struct nt_box *box = queue_box(d, lane->device, edge);
	size_t home = d->topology->devices[lane->device].home;
	const struct nt_draft_zone *z = &d->bands[home].zones[lane->kind];

	add_turned(d, lane->kind, &(struct nt_stroke){
		.kind = lane->kind == NT_EDGE_XPS ? NT_STROKE_ARROW : NT_STROKE_LINE,
		.x = { middle(box), middle(box) },
		.y = { z->queue_y - z->down * INSIDE, y },
		.n = 2,
		.color = nt_draft_color(lane->device),
		.look = look,
		.queue = d->queues[d->first_queue[lane->device] + edge],
		.cpu = NT_PICTURE_NONE,
	});
}

/*
 * Between @y and the boxes of the CPUs in @set; the x of the farthest. Where it may be any of
 * neighbours, the outermost have tips, and the line or band at @y spans them.
 */
static int draw_tips(struct nt_draft *d, const struct nt_draft_lane *lane, int y,
		     unsigned int look, const struct nt_idset *set)
{
	const struct nt_topology_node *node = &d->topology->nodes[lane->node];
	const struct nt_draft_zone *z = &d->bands[lane->node].zones[lane->kind];
	bool may = look & NT_LOOK_MAY;
	int far = 0;

	for (size_t i = node->first; i < node->first + node->n; i++) {
		int x = tip_x(d, i, lane->device);

		if (!is_in(d, lane->node, set, i))
			continue;
		if (!may)
			use(d, i, look & NT_LOOK_WRONG);
		far = lane->kind == NT_EDGE_IRQ || !far ? x : far;
		if (may && is_in(d, lane->node, set, i - 1) && is_in(d, lane->node, set, i + 1))
			continue;
		add_turned(d, lane->kind, &(struct nt_stroke){
			.kind = lane->kind == NT_EDGE_IRQ ? NT_STROKE_ARROW : NT_STROKE_LINE,
			.x = { x, x },
			.y = { y, z->cpu_y + z->down * INSIDE },
			.n = 2,
			.color = nt_draft_color(lane->device),
			.look = look,
			.queue = NT_PICTURE_NONE,
			.cpu = d->cpus[i],
		});
	}
	return far;
}

/* A queue that has several CPUs has no line to each: its band ends at their tips. */
static void draw_shared(const struct local *l, size_t edge, const struct nt_edge_run *run,
			struct nt_idset *tips)
{
	const struct nt_draft_lane here = { .kind = l->kind, .device = l->device,
					    .node = l->dev->home };

	nt_edge_cpus(run->edges, l->d->set);
	nt_idset_join(tips, l->d->set);
	draw_band(l, edge, run, l->d->set);
	for (size_t i = 0; i < run->n; i++)
		draw_stub(l->d, &here, edge + i, l->zone->leave_y, NT_LOOK_MAY);
}

static void draw_runs(const struct local *l, struct nt_idset *tips)
{
	int node = l->d->topology->nodes[l->dev->home].node;
	struct nt_edge_run run;

	for (size_t i = 0; i < l->dev->n_edges; i += run.n) {
		run = nt_edge_run(l->dev, i);
		if (run.edges->kind != l->kind || !run.edges->n)
			continue;
		if (run.edges->n > 1 && leads_to(l->d, run.edges, l->dev->home))
			draw_shared(l, i, &run, tips);
		if (run.edges->n > 1 || run.edges->node != node)
			continue;
		nt_edge_run_cpus(&run, l->d->set);
		if (run.each && run.n >= BAND_MIN)
			draw_band(l, i, &run, l->d->set);
		for (size_t k = 0; k < run.n; k++)
			draw_line(l, i + k);
	}
}

static void draw_local(struct nt_draft *d, size_t device, enum nt_edge_kind kind)
{
	const struct nt_topology_device *dev = &d->topology->devices[device];
	const struct local l = { d, device, dev, &d->bands[dev->home].zones[kind], kind };

	memset(d->more, 0, sizeof(*d->more));
	draw_runs(&l, d->more);
	draw_tips(d, &(struct nt_draft_lane){ .kind = kind, .device = device, .node = dev->home },
		  l.zone->land_y, NT_LOOK_MAY, d->more);
}

/* ---- to another node ---- */

static int lane_y(const struct nt_draft *d, const struct nt_draft_lane *lane, bool out)
{
	size_t home = d->topology->devices[lane->device].home;
	const struct nt_draft_zone *z = &d->bands[out ? home : lane->node].zones[lane->kind];

	if (out)
		return z->queue_y + z->down * (NT_DRAFT_PAD + NT_DRAFT_LANE * (lane->out + 1) - 4);
	return z->cpu_y - z->down * (NT_DRAFT_TIP + NT_DRAFT_LANE * lane->in);
}

static int gutter_x(const struct nt_draft *d, const struct nt_draft_lane *lane)
{
	int beside = NT_DRAFT_WORDS + NT_DRAFT_PAD + NT_DRAFT_GUTTER * (lane->gutter + 1);

	return lane->kind == NT_EDGE_IRQ ? d->left - beside : d->left + d->width + beside;
}

/* Stubs of all queues that have a CPU there, whose CPUs are gathered; the x of the farthest. */
static int gather(struct nt_draft *d, const struct nt_draft_lane *lane, int y, unsigned int look)
{
	const struct nt_topology_device *dev = &d->topology->devices[lane->device];
	int far = 0;

	memset(d->more, 0, sizeof(*d->more));
	for (size_t i = 0; i < dev->n_edges; i++) {
		const struct nt_edge *edge = &dev->edges[i];
		unsigned int may = edge->n > 1 ? NT_LOOK_MAY : 0;
		int x = middle(queue_box(d, lane->device, i));

		if (edge->kind != lane->kind || !leads_to(d, edge, lane->node))
			continue;
		nt_idset_join(d->more, d->set);
		draw_stub(d, lane, i, y, look | may);
		far = lane->kind == NT_EDGE_IRQ || !far ? x : far;
	}
	return far;
}

/* Is every way in the lane one of several? */
static bool only_may(const struct nt_draft *d, const struct nt_draft_lane *lane)
{
	const struct nt_topology_device *dev = &d->topology->devices[lane->device];

	for (size_t i = 0; i < dev->n_edges; i++)
		if (dev->edges[i].kind == lane->kind && dev->edges[i].n == 1 &&
		    leads_to(d, &dev->edges[i], lane->node))
			return false;
	return true;
}

static void name_lane(struct nt_draft *d, const struct nt_draft_lane *lane, int y,
		      unsigned int look)
{
	const char *name = d->topology->devices[lane->device].nic->name;
	bool left = lane->kind == NT_EDGE_IRQ;

	nt_draft_label(d, &(struct nt_label){
		.x = left ? d->left - NT_DRAFT_WORDS : d->left + d->width + 4,
		.y = y - 2,
		.size = nt_draft_font(NT_DRAFT_WORDS - 6, strlen(name)),
		.look = look & NT_LOOK_WRONG,
		.box = NT_PICTURE_NONE,
	}, name);
}

static void draw_lane(struct nt_draft *d, const struct nt_draft_lane *lane)
{
	unsigned int look = look_of(d, lane->device, lane->node);
	int out = lane_y(d, lane, true), in = lane_y(d, lane, false), x = gutter_x(d, lane);
	unsigned int may = only_may(d, lane) ? NT_LOOK_MAY : 0;
	int from = gather(d, lane, out, look);
	int to = draw_tips(d, lane, in, look | may, d->more);

	nt_draft_stroke(d, &(struct nt_stroke){
		.kind = NT_STROKE_LINE,
		.x = { from, x, x, to },
		.y = { out, out, in, in },
		.n = 4,
		.color = nt_draft_color(lane->device),
		.look = look | may,
		.queue = NT_PICTURE_NONE,
		.cpu = NT_PICTURE_NONE,
	});
	name_lane(d, lane, in, look);
}

/* See picture_draft.h. */
void nt_draft_ways(struct nt_draft *d)
{
	for (size_t device = 0; device < d->topology->n_devices && d->r == 0; device++)
		for (int kind = 0; kind < NT_EDGE_KINDS; kind++)
			draw_local(d, device, (enum nt_edge_kind)kind);
	for (size_t i = 0; i < d->n_lanes && d->r == 0; i++)
		draw_lane(d, &d->lanes[i]);
}
