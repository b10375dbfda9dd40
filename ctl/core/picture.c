// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Layout of a topology. PURE. See picture.h.
 *
 * Nodes lie one below the other, so that a picture stays as wide as a screen. In each, from top to
 * bottom, in the order in which a packet meets them: devices with their queues and interrupts, the
 * CPUs in a row, core by core, and the transmit queues that CPUs choose by XPS.
 */
#include "picture.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "picture_draft.h"

/* Pixels. */
#define MARGIN     16
#define PAGE_HEAD  64
#define NODE_HEAD  24
#define NODE_GAP   18
#define PAD        NT_DRAFT_PAD
#define DEVICE_GAP 12
#define HEAD       36 /* two lines of words of a device */
#define CELL       28 /* height of queues, interrupts, CPUs */
#define CORE_GAP   3
#define WAYS       76 /* for lines between queues and CPUs */
#define NO_WAYS    8
#define CELL_MIN   11
#define CELL_MAX   34
#define WIDTH      1480 /* of a page that does not need more */
#define DEVICE_MIN 290
#define FONT_MIN   5

/* ---- shapes ---- */

/* Makes room for one more of @size bytes in an array of @n; powers of two tell when. */
static bool grow(struct nt_draft *d, void **array, size_t n, size_t size)
{
	void *p;

	if (d->r < 0)
		return false;
	if (n && (n & (n - 1)))
		return true;
	p = realloc(*array, (n ? 2 * n : 1) * size);
	if (!p)
		d->r = -ENOMEM;
	else
		*array = p;
	return p;
}

/* See picture_draft.h. */
size_t nt_draft_box(struct nt_draft *d, const struct nt_box *box)
{
	if (!grow(d, (void **)&d->picture.boxes, d->picture.n_boxes, sizeof(*box)))
		return NT_PICTURE_NONE;
	d->picture.boxes[d->picture.n_boxes] = *box;
	return d->picture.n_boxes++;
}

/* See picture_draft.h. */
void nt_draft_stroke(struct nt_draft *d, const struct nt_stroke *stroke)
{
	if (grow(d, (void **)&d->picture.strokes, d->picture.n_strokes, sizeof(*stroke)))
		d->picture.strokes[d->picture.n_strokes++] = *stroke;
}

/* Letters that fit into the box of @label, or onto the page; a byte counts as one. */
static size_t count_fitting(const struct nt_draft *d, const struct nt_label *label)
{
	const struct nt_box *box;
	int room;

	if (label->box == NT_PICTURE_NONE) {
		room = d->picture.width - label->x;
	} else {
		box = &d->picture.boxes[label->box];
		room = label->upright ? box->h - 2 :
		       label->middle ? box->w - 2 : box->x + box->w - 4 - label->x;
	}
	return room <= 0 ? 0 : (size_t)(room * 100 / (label->size * NT_PICTURE_LETTER));
}

/* At most @max bytes of @text, whole letters, "..." for the rest. Owned by the caller. */
static char *clip(const char *text, size_t max)
{
	size_t len = strlen(text);
	char *ret = malloc((len < max ? len : max) + 4);

	if (!ret)
		return NULL;
	if (len <= max) {
		memcpy(ret, text, len + 1);
		return ret;
	}
	max = max > 3 ? max - 3 : 0;
	while (max && ((unsigned char)text[max] & 0xc0) == 0x80)
		max--;
	memcpy(ret, text, max);
	memcpy(ret + max, max ? "..." : "", max ? 4 : 1);
	return ret;
}

/* See picture_draft.h. */
void nt_draft_label(struct nt_draft *d, const struct nt_label *label, const char *text)
{
	struct nt_label copy = *label;

	if (!*text || !grow(d, (void **)&d->picture.labels, d->picture.n_labels, sizeof(copy)))
		return;
	copy.text = clip(text, count_fitting(d, label));
	if (!copy.text)
		d->r = -ENOMEM;
	else
		d->picture.labels[d->picture.n_labels++] = copy;
}

/* See picture_draft.h. */
unsigned int nt_draft_color(size_t device)
{
	return 1 + (unsigned int)(device % NT_PICTURE_COLORS);
}

/* See picture_draft.h. */
int nt_draft_font(int room, size_t letters)
{
	int size = room * 100 / ((int)letters * NT_PICTURE_LETTER);

	return size > NT_DRAFT_FONT ? NT_DRAFT_FONT : size < FONT_MIN ? FONT_MIN : size;
}

/* A number in the middle of a small box: across where there is room, else upright. */
static void label_cell(struct nt_draft *d, size_t number, const char *text)
{
	size_t letters = strlen(text);
	struct nt_box box;
	bool upright;

	if (number == NT_PICTURE_NONE || !letters)
		return;
	box = d->picture.boxes[number];
	upright = nt_draft_font(box.w - 2, letters) < NT_DRAFT_FONT;
	nt_draft_label(d, &(struct nt_label){
		.x = box.x + box.w / 2,
		.y = box.y + box.h / 2 + (upright ? 0 : 3),
		.size = nt_draft_font(upright ? box.h - 2 : box.w - 2, letters),
		.middle = true,
		.upright = upright,
		.look = box.look,
		.box = number,
	}, text);
}

/* Names a row, left of the boxes. */
static void label_row(struct nt_draft *d, int y, const char *text)
{
	nt_draft_label(d, &(struct nt_label){ .x = d->left - NT_DRAFT_WORDS, .y = y + CELL / 2 + 3,
					      .size = NT_DRAFT_FONT, .box = NT_PICTURE_NONE },
		       text);
}

/* ---- sizes ---- */

static int clamp_cell(int size)
{
	return size < CELL_MIN ? CELL_MIN : size > CELL_MAX ? CELL_MAX : size;
}

static size_t most_cells(const struct nt_topology_device *device)
{
	return device->n_kind[NT_EDGE_IRQ] > device->n_kind[NT_EDGE_XPS]
	       ? device->n_kind[NT_EDGE_IRQ] : device->n_kind[NT_EDGE_XPS];
}

static int cores_width(const struct nt_draft *d, const struct nt_topology_node *node)
{
	return (int)node->n * d->cpu_width + (int)node->cores * CORE_GAP - CORE_GAP + 2;
}

/* How wide a queue is in the band of @node, whose devices share its width. */
static int cell_width(const struct nt_draft *d, size_t node)
{
	const struct nt_topology *t = d->topology;
	int cores = cores_width(d, &t->nodes[node]), cells = 0;
	int room = cores > WIDTH ? cores : WIDTH;

	for (size_t i = 0; i < t->n_devices; i++) {
		if (t->devices[i].home != node)
			continue;
		room -= DEVICE_GAP + 2 * PAD;
		cells += (int)most_cells(&t->devices[i]);
	}
	return cells ? clamp_cell(room / cells) : CELL_MAX;
}

static int device_width(const struct nt_topology_device *device, int cell)
{
	int width = (int)most_cells(device) * cell + 2 * PAD;

	return width < DEVICE_MIN ? DEVICE_MIN : width;
}

static int devices_width(const struct nt_draft *d, size_t node)
{
	const struct nt_topology *t = d->topology;
	int width = 0, cell = cell_width(d, node);

	for (size_t i = 0; i < t->n_devices; i++)
		if (t->devices[i].home == node)
			width += device_width(&t->devices[i], cell) + DEVICE_GAP;
	return width ? width - DEVICE_GAP : 0;
}

static void find_sizes(struct nt_draft *d)
{
	const struct nt_topology *t = d->topology;

	d->cpu_width = CELL_MAX;
	for (size_t i = 0; i < t->n_nodes; i++) {
		const struct nt_topology_node *node = &t->nodes[i];
		int room = WIDTH - (int)node->cores * CORE_GAP;
		int width = clamp_cell(room / (int)node->n);

		d->cpu_width = width < d->cpu_width ? width : d->cpu_width;
	}
	/* The title and the legend want room too. */
	d->width = 760;
	for (size_t i = 0; i < t->n_nodes; i++) {
		int cores = cores_width(d, &t->nodes[i]), devices = devices_width(d, i);

		d->width = cores > d->width ? cores : d->width;
		d->width = devices > d->width ? devices : d->width;
	}
	d->left = MARGIN + PAD + NT_DRAFT_WORDS + NT_DRAFT_GUTTER * d->n_gutter[NT_EDGE_IRQ] + PAD;
	d->picture.width = d->left + d->width + PAD + MARGIN;
	if (d->n_gutter[NT_EDGE_XPS])
		d->picture.width += NT_DRAFT_WORDS + PAD +
				    NT_DRAFT_GUTTER * d->n_gutter[NT_EDGE_XPS];
}

/* ---- devices ---- */

static void speed_words(uint32_t mbps, char *buf, size_t size)
{
	buf[0] = '\0';
	if (mbps >= 1000 && mbps % 1000 == 0)
		snprintf(buf, size, ", %" PRIu32 " Gbit/s", mbps / 1000);
	else if (mbps && mbps != UINT32_MAX)
		snprintf(buf, size, ", %" PRIu32 " Mbit/s", mbps);
}

static void device_words(const struct nt_topology_device *device, enum nt_edge_kind kind,
			 char *buf, size_t size)
{
	const struct nt_link_fact *link = device->link;
	char speed[32] = "";

	if (link)
		speed_words(link->speed_mbps, speed, sizeof(speed));
	if (kind == NT_EDGE_XPS || !link)
		snprintf(buf, size, "%s%s", device->nic->name,
			 kind == NT_EDGE_XPS ? ": transmit queues (XPS)" : "");
	else
		snprintf(buf, size, "%s: %s%s%s%s%s", device->nic->name, link->driver, speed,
			 *link->bus ? ", " : "", link->bus,
			 device->node < 0 ? ", node not known" : "");
}

/* All groups of a kind in one line, as far as it reaches. */
static void ways_words(struct nt_draft *d, const struct nt_topology_device *device,
		       enum nt_edge_kind kind, char *buf, size_t size)
{
	struct nt_edge_groups groups = { 0 };
	size_t len = 0;

	buf[0] = '\0';
	d->r = nt_edge_groups_make(device, kind, &groups);
	for (size_t i = 0; i < groups.n && len < size && d->r == 0; i++) {
		char *words = nt_edge_group_words(d->topology, &groups.groups[i]);

		if (!words)
			d->r = -ENOMEM;
		else
			len += (size_t)snprintf(buf + len, size - len, "%s%s", i ? "; " : "",
						words);
		free(words);
	}
	nt_edge_groups_free(&groups);
}

static unsigned int worst_look(const struct nt_topology_device *device, enum nt_edge_kind kind)
{
	for (size_t i = 0; i < device->n_edges; i++)
		if (device->edges[i].kind == kind && (device->edges[i].side == NT_SIDE_WRONG ||
						      device->edges[i].side == NT_SIDE_MIXED))
			return NT_LOOK_WRONG;
	return 0;
}

static void label_device(struct nt_draft *d, size_t index, enum nt_edge_kind kind, size_t box,
			 int y)
{
	const struct nt_topology_device *device = &d->topology->devices[index];
	char words[512];

	if (box == NT_PICTURE_NONE)
		return;
	device_words(device, kind, words, sizeof(words));
	nt_draft_label(d, &(struct nt_label){ .x = d->picture.boxes[box].x + PAD, .y = y + 14,
					      .size = kind == NT_EDGE_IRQ ? 13 : 11,
					      .look = NT_LOOK_STRONG, .box = box }, words);
	ways_words(d, device, kind, words, sizeof(words));
	nt_draft_label(d, &(struct nt_label){ .x = d->picture.boxes[box].x + PAD, .y = y + 29,
					      .size = 10, .look = worst_look(device, kind),
					      .box = box }, words);
}

/* "r3" where receive and transmit queues have interrupts of their own. */
static void queue_words(const struct nt_edge *edge, char *buf, size_t size)
{
	snprintf(buf, size, "%s%" PRIu32,
		 edge->kind == NT_EDGE_XPS || edge->role == NT_IRQ_RXTX ? "" :
		 edge->role == NT_IRQ_RX ? "r" : "t", edge->queue);
}

static void irq_words(const struct nt_edge *edge, char *buf, size_t size)
{
	if (!edge->irq)
		snprintf(buf, size, "-");
	else if (!edge->irq->irq)
		snprintf(buf, size, "new");
	else
		snprintf(buf, size, "%" PRIu32, edge->irq->irq);
}

/* The box that the ways of @edge touch: its interrupt's, or that of its transmit queue. */
static size_t add_cell(struct nt_draft *d, const struct nt_edge *edge, struct nt_box box)
{
	unsigned int wrong = edge->side == NT_SIDE_WRONG ? NT_LOOK_WRONG : 0;
	size_t number;
	char text[16];

	queue_words(edge, text, sizeof(text));
	box.kind = NT_BOX_QUEUE;
	box.look = edge->kind == NT_EDGE_XPS ? wrong : 0;
	number = nt_draft_box(d, &box);
	label_cell(d, number, text);
	if (edge->kind == NT_EDGE_XPS)
		return number;
	irq_words(edge, text, sizeof(text));
	box.kind = NT_BOX_IRQ;
	box.y += CELL;
	box.look = wrong | (edge->irq && edge->irq->managed ? NT_LOOK_MANAGED : 0);
	number = nt_draft_box(d, &box);
	label_cell(d, number, text);
	return number;
}

static void draw_cells(struct nt_draft *d, size_t index, enum nt_edge_kind kind,
		       struct nt_box cell)
{
	const struct nt_topology_device *device = &d->topology->devices[index];

	for (size_t i = 0; i < device->n_edges && d->r == 0; i++) {
		if (device->edges[i].kind != kind)
			continue;
		d->queues[d->first_queue[index] + i] = add_cell(d, &device->edges[i], cell);
		cell.x += cell.w;
	}
}

/* All devices of a band, with their cells of one kind. */
static void draw_devices(struct nt_draft *d, size_t node, enum nt_edge_kind kind, int y)
{
	int x = d->left, cell = cell_width(d, node);
	bool irq = kind == NT_EDGE_IRQ;

	for (size_t i = 0; i < d->topology->n_devices && d->r == 0; i++) {
		const struct nt_topology_device *device = &d->topology->devices[i];
		struct nt_box box = { .kind = irq ? NT_BOX_DEVICE : NT_BOX_XPS,
				      .x = x,
				      .y = y,
				      .w = device_width(device, cell),
				      .h = HEAD + PAD + CELL * (irq ? 2 : 1),
				      .color = nt_draft_color(i) };
		size_t number;

		if (device->home != node)
			continue;
		number = nt_draft_box(d, &box);
		label_device(d, i, kind, number, irq ? y : y + PAD + CELL);
		x += box.w + DEVICE_GAP;
		box.x += PAD;
		box.y = irq ? y + HEAD : y + PAD;
		box.w = cell;
		box.h = CELL;
		draw_cells(d, i, kind, box);
	}
}

/* ---- CPUs ---- */

static unsigned int cpu_look(const struct nt_cpu_fact *cpu)
{
	return (cpu->online ? 0 : NT_LOOK_OFFLINE) | (cpu->isolated ? NT_LOOK_ISOLATED : 0);
}

/* A core, whose first CPU is @first, with its @n threads. */
static void draw_core(struct nt_draft *d, size_t first, size_t n, int x, int y)
{
	char text[16];

	nt_draft_box(d, &(struct nt_box){ .kind = NT_BOX_CORE, .x = x, .y = y - 2,
					  .w = (int)n * d->cpu_width + 2, .h = CELL + 4 });
	for (size_t i = first; i < first + n; i++) {
		d->cpus[i] = nt_draft_box(d, &(struct nt_box){
			.kind = NT_BOX_CPU,
			.x = x + 1 + (int)(i - first) * d->cpu_width,
			.y = y,
			.w = d->cpu_width,
			.h = CELL,
			.look = cpu_look(&d->topology->cpus[i]),
		});
		snprintf(text, sizeof(text), "%" PRIu32, d->topology->cpus[i].cpu);
		label_cell(d, d->cpus[i], text);
	}
}

static void draw_cores(struct nt_draft *d, const struct nt_topology_node *node, int y)
{
	int x = d->left;
	size_t n;

	label_row(d, y, "CPU");
	for (size_t i = node->first; i < node->first + node->n; i += n) {
		n = nt_topology_siblings(d->topology, i);
		draw_core(d, i, n, x, y);
		x += (int)n * d->cpu_width + CORE_GAP;
	}
}

/* ---- nodes ---- */

static int zone_height(const struct nt_draft_zone *zone)
{
	return (zone->n_out + zone->n_in) * NT_DRAFT_LANE + NT_DRAFT_TIP +
	       (zone->n_ways ? WAYS : NO_WAYS);
}

static void place_zone(struct nt_draft_zone *zone, int down, int queue_y, int cpu_y)
{
	zone->down = down;
	zone->queue_y = queue_y;
	zone->leave_y = queue_y + down * (zone->n_out * NT_DRAFT_LANE + PAD + 2);
	zone->land_y = cpu_y - down * (zone->n_in * NT_DRAFT_LANE + NT_DRAFT_TIP);
	zone->cpu_y = cpu_y;
}

static void label_node(struct nt_draft *d, const struct nt_topology_node *node, size_t box, int y)
{
	char words[128], name[32] = "CPUs without a NUMA node";

	if (node->node >= 0)
		snprintf(name, sizeof(name), "NUMA node %d", node->node);
	snprintf(words, sizeof(words), "%s: %" PRIu32 " core%s, %zu CPU%s", name, node->cores,
		 node->cores == 1 ? "" : "s", node->n, node->n == 1 ? "" : "s");
	nt_draft_label(d, &(struct nt_label){ .x = d->left - NT_DRAFT_WORDS, .y = y + 17,
					      .size = 13, .look = NT_LOOK_STRONG, .box = box },
		       words);
}

/* From @y on; what comes behind it. */
static int draw_node(struct nt_draft *d, size_t index, int y)
{
	const struct nt_topology_node *node = &d->topology->nodes[index];
	struct nt_draft_zone *irq = &d->bands[index].zones[NT_EDGE_IRQ];
	struct nt_draft_zone *xps = &d->bands[index].zones[NT_EDGE_XPS];
	size_t box = nt_draft_box(d, &(struct nt_box){ .kind = NT_BOX_NODE, .y = y });
	int x = d->left - NT_DRAFT_WORDS - PAD, top = y, cpus;

	y += NODE_HEAD;
	if (irq->n_devices) {
		draw_devices(d, index, NT_EDGE_IRQ, y);
		label_row(d, y + HEAD, "queue");
		label_row(d, y + HEAD + CELL, "IRQ");
		y += HEAD + 2 * CELL;
	}
	cpus = y + zone_height(irq);
	place_zone(irq, 1, y, cpus);
	y = cpus + CELL + zone_height(xps);
	place_zone(xps, -1, y + PAD, cpus + CELL);
	if (xps->n_devices) {
		draw_devices(d, index, NT_EDGE_XPS, y);
		label_row(d, y + PAD, "tx queue");
		y += HEAD + PAD + CELL + PAD;
	}
	if (box != NT_PICTURE_NONE && d->r == 0)
		d->picture.boxes[box] = (struct nt_box){
			.kind = NT_BOX_NODE, .x = x, .y = top, .h = y - top + 2,
			.w = d->left + d->width + PAD - x +
			     (d->n_gutter[NT_EDGE_XPS] ? NT_DRAFT_WORDS : 0) };
	draw_cores(d, node, cpus);
	label_node(d, node, box, top);
	return y + NODE_GAP;
}

/* ---- the page ---- */

static void draw_title(struct nt_draft *d, const char *subtitle)
{
	const struct nt_topology *t = d->topology;
	size_t wrong[NT_EDGE_KINDS], mixed[NT_EDGE_KINDS];
	struct nt_label label = { .x = MARGIN, .y = MARGIN + 10, .size = 18,
				  .look = NT_LOOK_STRONG, .box = NT_PICTURE_NONE };
	char words[160];

	for (int kind = 0; kind < NT_EDGE_KINDS; kind++) {
		wrong[kind] = nt_topology_count(t, (enum nt_edge_kind)kind, NT_SIDE_WRONG);
		mixed[kind] = nt_topology_count(t, (enum nt_edge_kind)kind, NT_SIDE_MIXED);
	}
	snprintf(words, sizeof(words), "Queues, interrupts and CPUs %s", subtitle);
	nt_draft_label(d, &label, words);
	label.y += 22;
	label.size = 12;
	label.look = wrong[0] + wrong[1] + mixed[0] + mixed[1] ? NT_LOOK_WRONG : 0;
	snprintf(words, sizeof(words), "CPUs of a wrong node: %zu interrupt%s and %zu transmit "
		 "queue%s; of several nodes: %zu and %zu", wrong[NT_EDGE_IRQ],
		 wrong[NT_EDGE_IRQ] == 1 ? "" : "s", wrong[NT_EDGE_XPS],
		 wrong[NT_EDGE_XPS] == 1 ? "" : "s", mixed[NT_EDGE_IRQ], mixed[NT_EDGE_XPS]);
	nt_draft_label(d, &label, label.look ? words : "No interrupt and no transmit queue has a "
		       "CPU of a wrong node");
}

struct key {
	const char *words;
	bool box;
	enum nt_stroke_kind kind;
	unsigned int look;
};

static const struct key keys[] = {
	{ "interrupt to its CPU (above), CPU to the queue it sends by (below)", false,
	  NT_STROKE_ARROW, 0 },
	{ "any of several CPUs", false, NT_STROKE_ARROW, NT_LOOK_MAY },
	{ "to or from a wrong node", false, NT_STROKE_ARROW, NT_LOOK_WRONG },
	{ "a CPU in use", true, NT_STROKE_LINE, NT_LOOK_USED },
	{ "isolated", true, NT_STROKE_LINE, NT_LOOK_ISOLATED },
	{ "offline", true, NT_STROKE_LINE, NT_LOOK_OFFLINE },
	{ "an interrupt that cannot be moved", true, NT_STROKE_LINE, NT_LOOK_MANAGED },
};
#define N_KEYS (sizeof(keys) / sizeof(*keys))

static int draw_key(struct nt_draft *d, const struct key *key, int x, int y)
{
	if (key->box)
		nt_draft_box(d, &(struct nt_box){ .kind = NT_BOX_KEY, .x = x + 8, .y = y - 9,
						  .w = 12, .h = 12, .look = key->look });
	else
		nt_draft_stroke(d, &(struct nt_stroke){ .kind = key->kind,
							.x = { x, x + 24 }, .y = { y - 3, y - 3 },
							.n = 2, .look = key->look, .color = 1,
							.queue = NT_PICTURE_NONE,
							.cpu = NT_PICTURE_NONE });
	nt_draft_label(d, &(struct nt_label){ .x = x + 30, .y = y, .size = 10,
					      .box = NT_PICTURE_NONE }, key->words);
	return x + 30 + (int)strlen(key->words) * 10 * NT_PICTURE_LETTER / 100 + 18;
}

static void draw_legend(struct nt_draft *d, int y)
{
	int x = MARGIN;

	for (size_t i = 0; i < N_KEYS; i++) {
		int width = 48 + (int)strlen(keys[i].words) * 10 * NT_PICTURE_LETTER / 100;

		if (x > MARGIN && x + width > d->picture.width - MARGIN) {
			x = MARGIN;
			y += 18;
		}
		x = draw_key(d, &keys[i], x, y);
	}
	nt_draft_label(d, &(struct nt_label){ .x = MARGIN, .y = y + 18, .size = 10,
					      .box = NT_PICTURE_NONE },
		       "CPUs that touch are threads of one core. r and t: receive and transmit "
		       "queues that have interrupts of their own.");
	d->picture.height = y + 18 + MARGIN;
}

static void count_ways(const struct nt_topology_device *device, struct nt_draft_zone *zones)
{
	for (int kind = 0; kind < NT_EDGE_KINDS; kind++)
		zones[kind].n_devices++;
	for (size_t i = 0; i < device->n_edges; i++)
		zones[device->edges[i].kind].n_ways += device->edges[i].n != 0;
}

static int start(struct nt_draft *d)
{
	const struct nt_topology *t = d->topology;
	size_t queues = 0;

	for (size_t i = 0; i < t->n_devices; i++)
		queues += t->devices[i].n_edges;
	d->bands = calloc(t->n_nodes + 1, sizeof(*d->bands));
	d->cpus = calloc(t->n_cpus + 1, sizeof(*d->cpus));
	d->queues = calloc(queues + 1, sizeof(*d->queues));
	d->first_queue = calloc(t->n_devices + 1, sizeof(*d->first_queue));
	d->set = malloc(sizeof(*d->set));
	d->more = malloc(sizeof(*d->more));
	if (!d->bands || !d->cpus || !d->queues || !d->first_queue || !d->set || !d->more)
		return -ENOMEM;
	for (size_t i = 0; i < t->n_devices; i++) {
		d->first_queue[i + 1] = d->first_queue[i] + t->devices[i].n_edges;
		count_ways(&t->devices[i], d->bands[t->devices[i].home].zones);
	}
	return 0;
}

static void end(struct nt_draft *d)
{
	free(d->bands);
	free(d->lanes);
	free(d->cpus);
	free(d->queues);
	free(d->first_queue);
	free(d->set);
	free(d->more);
}

/* See picture.h. */
int nt_picture_make(const struct nt_topology *topology, const char *subtitle,
		    struct nt_picture *ret)
{
	struct nt_draft d = { .topology = topology };
	int y = PAGE_HEAD;

	d.r = start(&d);
	if (d.r == 0)
		nt_draft_find_lanes(&d);
	if (d.r == 0)
		find_sizes(&d);
	for (size_t i = 0; i < topology->n_nodes && d.r == 0; i++)
		y = draw_node(&d, i, y);
	if (d.r == 0)
		nt_draft_ways(&d);
	if (d.r == 0) {
		draw_title(&d, subtitle);
		draw_legend(&d, y + 6);
	}
	end(&d);
	if (d.r < 0)
		nt_picture_free(&d.picture);
	else
		*ret = d.picture;
	return d.r;
}

/* See picture.h. */
void nt_picture_free(struct nt_picture *picture)
{
	for (size_t i = 0; i < picture->n_labels; i++)
		free(picture->labels[i].text);
	free(picture->labels);
	free(picture->boxes);
	free(picture->strokes);
	memset(picture, 0, sizeof(*picture));
}
