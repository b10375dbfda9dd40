// SPDX-License-Identifier: GPL-2.0-or-later
/* The layout of a topology: what holds on any host, checked on hosts that are made up here. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/picture.h"
#include "core/svg.h"
#include "core/topology.h"

#define CPUS_MAX    256U
#define DEVICES_MAX 8U
#define QUEUES_MAX  128U
#define LIST_MAX    24U

/* What interrupts and XPS of a device are like. */
enum habit {
	RIGHT,    /* a CPU of its node for each queue */
	WRONG,    /* a CPU of the next node */
	ANYWHERE, /* every CPU of the host */
	SHARED,   /* every CPU of its node */
	SPRINKLED,
	NOTHING,
	HABITS,
};

struct device {
	char name[NT_NIC_NAME_MAX];
	struct nt_queue_fact queues[2 * QUEUES_MAX];
	struct nt_irq_fact irqs[2 * QUEUES_MAX];
	char lists[QUEUES_MAX][LIST_MAX];
};

struct host {
	struct nt_facts facts;
	uint32_t nodes, per_node;
	struct nt_cpu_fact cpus[CPUS_MAX];
	struct nt_link_fact links[DEVICES_MAX];
	struct nt_nic_fact nics[DEVICES_MAX];
	struct device devices[DEVICES_MAX];
};

/* CPUs are numbered node by node, the threads of a core one after the other. */
static struct host *make_host(uint32_t nodes, uint32_t per_node, uint32_t threads)
{
	struct host *h = calloc(1, sizeof(*h));

	assert_non_null(h);
	h->nodes = nodes;
	h->per_node = per_node;
	for (uint32_t cpu = 0; cpu < nodes * per_node; cpu++)
		h->cpus[cpu] = (struct nt_cpu_fact){ .cpu = cpu, .core = cpu / threads * threads,
						     .node = (int)(cpu / per_node),
						     .online = true };
	h->facts.cpus = h->cpus;
	h->facts.n_cpus = nodes * per_node;
	h->facts.links = h->links;
	h->facts.nics = h->nics;
	return h;
}

static void write_list(const struct host *h, enum habit habit, uint32_t node, uint32_t queue,
		       char *buf)
{
	uint32_t all = h->nodes * h->per_node, first = node * h->per_node;

	buf[0] = '\0';
	if (habit == ANYWHERE || habit == SHARED)
		snprintf(buf, LIST_MAX, "%" PRIu32 "-%" PRIu32, habit == SHARED ? first : 0,
			 (habit == SHARED ? first + h->per_node : all) - 1);
	else if (habit == SPRINKLED)
		snprintf(buf, LIST_MAX, "%" PRIu32, (queue * 37 + 11) % all);
	else if (habit != NOTHING)
		snprintf(buf, LIST_MAX, "%" PRIu32,
			 (first + queue % h->per_node + (habit == WRONG ? h->per_node : 0)) % all);
}

/* @apart: receive and transmit queues have interrupts of their own. */
static void plug(struct host *h, int node, uint32_t n_queues, enum habit habit, bool apart)
{
	size_t k = h->facts.n_nics++;
	struct device *dev = &h->devices[k];
	uint32_t near = node < 0 ? 0 : (uint32_t)node;

	snprintf(dev->name, sizeof(dev->name), "eth<%zu>&\"'", k);
	for (uint32_t i = 0; i < n_queues; i++) {
		write_list(h, habit, near, i, dev->lists[i]);
		dev->queues[i] = (struct nt_queue_fact){ .kind = NT_QUEUE_RX, .index = i };
		dev->queues[n_queues + i] = (struct nt_queue_fact){
			.kind = NT_QUEUE_TX, .index = i, .cpus = dev->lists[i] };
		dev->irqs[i] = (struct nt_irq_fact){ .irq = 100 + i, .queue = i,
						     .role = apart ? NT_IRQ_RX : NT_IRQ_RXTX,
						     .cpus = dev->lists[i] };
		dev->irqs[n_queues + i] = (struct nt_irq_fact){
			.irq = 900 + i, .role = NT_IRQ_TX, .queue = i, .cpus = dev->lists[i] };
	}
	h->links[k] = (struct nt_link_fact){ .name = dev->name, .driver = (char *)"ice",
					     .bus = (char *)"0000:00:01.0", .speed_mbps = 100000,
					     .numa_node = node };
	h->nics[k] = (struct nt_nic_fact){ .queues = dev->queues, .n_queues = 2 * n_queues,
					   .irqs = dev->irqs,
					   .n_irqs = n_queues * (apart ? 2 : 1) };
	memcpy(h->nics[k].name, dev->name, sizeof(dev->name));
	h->facts.n_links++;
}

/* ---- what holds ---- */

static bool is_inside(const struct nt_box *inner, const struct nt_box *outer)
{
	return inner->x >= outer->x && inner->y >= outer->y &&
	       inner->x + inner->w <= outer->x + outer->w &&
	       inner->y + inner->h <= outer->y + outer->h;
}

static bool is_apart(const struct nt_box *a, const struct nt_box *b)
{
	return a->x + a->w <= b->x || b->x + b->w <= a->x || a->y + a->h <= b->y ||
	       b->y + b->h <= a->y;
}

static bool may_hold(enum nt_box_kind outer, enum nt_box_kind inner)
{
	switch (outer) {
	case NT_BOX_NODE:
		return inner != NT_BOX_NODE && inner != NT_BOX_KEY;
	case NT_BOX_DEVICE:
		return inner == NT_BOX_QUEUE || inner == NT_BOX_IRQ;
	case NT_BOX_XPS:
		return inner == NT_BOX_QUEUE;
	case NT_BOX_CORE:
		return inner == NT_BOX_CPU;
	default:
		return false;
	}
}

static void boxes_do_not_overlap(const struct nt_picture *p)
{
	const struct nt_box page = { .w = p->width, .h = p->height };

	for (size_t i = 0; i < p->n_boxes; i++) {
		const struct nt_box *a = &p->boxes[i];

		assert_true(a->w > 0 && a->h > 0);
		assert_true(is_inside(a, &page));
		for (size_t k = i + 1; k < p->n_boxes; k++) {
			const struct nt_box *b = &p->boxes[k];

			if (is_apart(a, b))
				continue;
			assert_true((may_hold(a->kind, b->kind) && is_inside(b, a)) ||
				    (may_hold(b->kind, a->kind) && is_inside(a, b)));
		}
	}
}

/* The room that a text takes. */
static struct nt_box extent(const struct nt_label *label)
{
	int length = ((int)strlen(label->text) * label->size * NT_PICTURE_LETTER + 99) / 100;
	int height = label->size;

	if (label->upright)
		return (struct nt_box){ .x = label->x - height / 2, .y = label->y - length / 2,
					.w = height, .h = length };
	return (struct nt_box){ .x = label->middle ? label->x - length / 2 : label->x,
				.y = label->y - height * 8 / 10, .w = length, .h = height };
}

static void texts_are_inside(const struct nt_picture *p)
{
	const struct nt_box page = { .w = p->width, .h = p->height };

	for (size_t i = 0; i < p->n_labels; i++) {
		const struct nt_label *label = &p->labels[i];
		const struct nt_box box = extent(label);

		assert_true(label->size >= 5 && *label->text);
		if (label->box != NT_PICTURE_NONE) {
			assert_true(is_inside(&box, &p->boxes[label->box]));
			continue;
		}
		assert_true(is_inside(&box, &page));
		for (size_t k = 0; k < p->n_boxes; k++)
			assert_true(p->boxes[k].kind == NT_BOX_NODE ||
				    is_apart(&box, &p->boxes[k]));
	}
}

/* So do texts that are in the same box, or in none. */
static void texts_do_not_overlap(const struct nt_picture *p)
{
	for (size_t i = 0; i < p->n_labels; i++)
		for (size_t k = i + 1; k < p->n_labels; k++) {
			const struct nt_box a = extent(&p->labels[i]), b = extent(&p->labels[k]);

			assert_true(p->labels[i].box != p->labels[k].box || is_apart(&a, &b));
		}
}

static bool ends_in(const struct nt_stroke *s, unsigned int point, const struct nt_box *box)
{
	return s->x[point] > box->x && s->x[point] < box->x + box->w && s->y[point] > box->y &&
	       s->y[point] < box->y + box->h;
}

static const char *text_of(const struct nt_picture *p, size_t box)
{
	for (size_t i = 0; i < p->n_labels; i++)
		if (p->labels[i].box == box)
			return p->labels[i].text;
	fail_msg("box %zu has no text", box);
	return "";
}

static bool is_transmit(const struct nt_picture *p, const struct nt_stroke *s)
{
	return s->cpu == NT_PICTURE_NONE && p->boxes[s->queue].kind == NT_BOX_QUEUE;
}

/* Ways of interrupts end in their CPU and start at their queue, those of XPS the other way. */
static void arrows_end_in_their_boxes(const struct nt_picture *p)
{
	for (size_t i = 0; i < p->n_strokes; i++) {
		const struct nt_stroke *s = &p->strokes[i];

		if (s->kind == NT_STROKE_BAND || (s->cpu == NT_PICTURE_NONE &&
						  s->queue == NT_PICTURE_NONE))
			continue;
		if (s->cpu != NT_PICTURE_NONE) {
			assert_int_equal(p->boxes[s->cpu].kind, NT_BOX_CPU);
			assert_true(ends_in(s, 0, &p->boxes[s->cpu]) ||
				    ends_in(s, s->n - 1, &p->boxes[s->cpu]));
		}
		if (s->queue != NT_PICTURE_NONE)
			assert_true(ends_in(s, 0, &p->boxes[s->queue]) ||
				    ends_in(s, s->n - 1, &p->boxes[s->queue]));
		if (s->kind == NT_STROKE_ARROW)
			assert_true(ends_in(s, s->n - 1, &p->boxes[is_transmit(p, s) ? s->queue :
					    s->cpu != NT_PICTURE_NONE && s->queue != NT_PICTURE_NONE
					    && p->boxes[s->queue].kind == NT_BOX_QUEUE
					    ? s->queue : s->cpu]));
	}
}

/* The device that a stroke is of: there are no more than colours in these tests. */
static const struct nt_link_fact *link_of(const struct host *h, const struct nt_stroke *s)
{
	assert_in_range(s->color, 1, h->facts.n_nics);
	return &h->links[s->color - 1];
}

static void red_is_what_leads_to_a_wrong_node(const struct host *h, const struct nt_picture *p)
{
	for (size_t i = 0; i < p->n_strokes; i++) {
		const struct nt_stroke *s = &p->strokes[i];
		bool red = s->look & NT_LOOK_WRONG;
		uint32_t cpu;
		int node;

		if (s->cpu == NT_PICTURE_NONE)
			continue;
		cpu = (uint32_t)strtoul(text_of(p, s->cpu), NULL, 10);
		node = link_of(h, s)->numa_node;
		assert_int_equal(red, node >= 0 && (uint32_t)node != cpu / h->per_node);
	}
}

/* The edge whose box is @box, known by the number in it: see plug(). */
static const struct nt_edge *edge_of(const struct nt_topology *t, const struct nt_picture *p,
				     const struct nt_stroke *s)
{
	const struct nt_topology_device *device = &t->devices[s->color - 1];
	bool irq = p->boxes[s->queue].kind == NT_BOX_IRQ;
	uint32_t number = (uint32_t)strtoul(text_of(p, s->queue), NULL, 10);

	for (size_t i = 0; i < device->n_edges; i++)
		if (irq ? device->edges[i].irq && device->edges[i].irq->irq == number
			: device->edges[i].kind == NT_EDGE_XPS &&
			  device->edges[i].queue == number)
			return &device->edges[i];
	fail_msg("no queue of %s has the number %" PRIu32, device->nic->name, number);
	return NULL;
}

static bool is_any_of(const struct nt_topology_device *device, uint32_t cpu)
{
	struct nt_idset set;

	for (size_t i = 0; i < device->n_edges; i++) {
		nt_edge_cpus(&device->edges[i], &set);
		if (nt_idset_has(&set, cpu))
			return true;
	}
	return false;
}

/* A stroke from box to box is a queue with its own CPU; a tip is at a CPU that some queue has. */
static void ways_lead_where_the_facts_say(const struct nt_topology *t, const struct nt_picture *p)
{
	for (size_t i = 0; i < p->n_strokes; i++) {
		const struct nt_stroke *s = &p->strokes[i];
		uint32_t cpu;

		if (s->cpu == NT_PICTURE_NONE)
			continue;
		cpu = (uint32_t)strtoul(text_of(p, s->cpu), NULL, 10);
		if (s->queue != NT_PICTURE_NONE)
			assert_int_equal(edge_of(t, p, s)->first, cpu);
		assert_true(is_any_of(&t->devices[s->color - 1], cpu));
	}
}

/* Beside those of the legend, of which one arrow is red. */
static size_t count_red(const struct nt_picture *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_strokes; i++)
		n += (p->strokes[i].look & NT_LOOK_WRONG) != 0;
	return n - 1;
}

/* Every queue that has a CPU has a way in the picture. */
static void no_way_is_missing(const struct nt_topology *t, const struct nt_picture *p)
{
	bool *seen = calloc(p->n_boxes, sizeof(*seen));
	size_t ways = 0, found = 0;

	assert_non_null(seen);
	for (size_t i = 0; i < p->n_strokes; i++)
		if (p->strokes[i].queue != NT_PICTURE_NONE)
			seen[p->strokes[i].queue] = true;
	for (size_t i = 0; i < p->n_boxes; i++)
		found += seen[i];
	for (size_t d = 0; d < t->n_devices; d++)
		for (size_t i = 0; i < t->devices[d].n_edges; i++)
			ways += t->devices[d].edges[i].n != 0;
	assert_int_equal(found, ways);
	free(seen);
}

static void same_bytes_again(const struct nt_topology *t, const struct nt_picture *p)
{
	struct nt_picture again;
	char *a, *b;
	size_t a_len, b_len;

	assert_int_equal(nt_picture_make(t, "as they are", &again), 0);
	assert_int_equal(nt_svg_make(p, "title", &a, &a_len), 0);
	assert_int_equal(nt_svg_make(&again, "title", &b, &b_len), 0);
	assert_int_equal(a_len, b_len);
	assert_memory_equal(a, b, a_len);
	assert_int_equal(strlen(a), a_len);
	nt_picture_free(&again);
	free(a);
	free(b);
}

/* Lays @h out, checks all of that, and frees @h. Returns how much is red. */
static size_t check(struct host *h)
{
	struct nt_topology topology;
	struct nt_picture picture;
	size_t red;

	assert_int_equal(nt_topology_make(&h->facts, &topology), 0);
	assert_int_equal(nt_picture_make(&topology, "as they are", &picture), 0);
	boxes_do_not_overlap(&picture);
	texts_are_inside(&picture);
	texts_do_not_overlap(&picture);
	arrows_end_in_their_boxes(&picture);
	red_is_what_leads_to_a_wrong_node(h, &picture);
	ways_lead_where_the_facts_say(&topology, &picture);
	no_way_is_missing(&topology, &picture);
	same_bytes_again(&topology, &picture);
	red = count_red(&picture);
	nt_picture_free(&picture);
	nt_topology_free(&topology);
	free(h);
	return red;
}

/* ---- hosts ---- */

static void a_small_host(void **state)
{
	struct host *h = make_host(1, 4, 2);

	(void)state;
	plug(h, 0, 4, RIGHT, false);
	assert_int_equal(check(h), 0);
}

static void one_cpu_and_one_queue(void **state)
{
	struct host *h = make_host(1, 1, 1);

	(void)state;
	plug(h, -1, 1, SHARED, true);
	assert_int_equal(check(h), 0);
}

static void no_devices_at_all(void **state)
{
	(void)state;
	assert_int_equal(check(make_host(2, 8, 1)), 0);
}

/* Two sockets of 64 cores, four devices of 32 queues. */
static void a_large_host_where_all_is_right(void **state)
{
	struct host *h = make_host(2, 128, 2);

	(void)state;
	for (int i = 0; i < 4; i++)
		plug(h, i / 2, 32, RIGHT, false);
	assert_int_equal(check(h), 0);
}

/* Two lanes, and at each queue and each CPU one stroke. */
static void a_device_whose_cpus_are_all_wrong(void **state)
{
	struct host *h = make_host(2, 64, 1);

	(void)state;
	plug(h, 0, 32, RIGHT, false);
	plug(h, 1, 32, WRONG, false);
	assert_int_equal(check(h), 2 * (1 + 32 + 32));
}

static void every_habit_on_every_machine(void **state)
{
	static const struct {
		uint32_t nodes, per_node, threads, queues;
	} machines[] = {
		{ 1, 2, 1, 1 }, { 2, 4, 2, 3 }, { 2, 128, 2, 32 }, { 4, 16, 2, 20 }, { 8, 4, 1, 5 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++) {
		struct host *h = make_host(machines[i].nodes, machines[i].per_node,
					   machines[i].threads);

		for (int habit = 0; habit < HABITS; habit++)
			plug(h, habit % (int)machines[i].nodes, machines[i].queues,
			     (enum habit)habit, habit % 2);
		check(h);
	}
}

static void a_device_without_a_node_has_no_red(void **state)
{
	struct host *h = make_host(2, 8, 1);

	(void)state;
	plug(h, -1, 8, ANYWHERE, false);
	plug(h, -1, 8, SPRINKLED, false);
	assert_int_equal(check(h), 0);
}

static void offline_cpus_get_no_arrow(void **state)
{
	struct host *h = make_host(2, 8, 1);

	(void)state;
	plug(h, 0, 8, SHARED, false);
	for (size_t i = 0; i < h->facts.n_cpus; i += 3)
		h->cpus[i].online = false;
	assert_int_equal(check(h), 0);
}

/* Names are text, whatever is in them. */
static void names_are_escaped(void **state)
{
	struct host *h = make_host(1, 2, 1);
	struct nt_topology topology;
	struct nt_picture picture;
	char *svg;
	size_t len;

	(void)state;
	plug(h, 0, 1, RIGHT, false);
	h->links[0].driver = (char *)"a\x01\xff\xef\xbf\xbf" "b";
	assert_int_equal(nt_topology_make(&h->facts, &topology), 0);
	assert_int_equal(nt_picture_make(&topology, "]]></style><script>", &picture), 0);
	assert_int_equal(nt_svg_make(&picture, "<&>", &svg, &len), 0);
	assert_non_null(strstr(svg, "<title>&lt;&amp;&gt;</title>"));
	assert_non_null(strstr(svg, "eth&lt;0&gt;&amp;&quot;': a???b, "));
	assert_non_null(strstr(svg, "]]&gt;&lt;/style&gt;&lt;script&gt;"));
	assert_null(strstr(svg, "<script"));
	free(svg);
	nt_picture_free(&picture);
	nt_topology_free(&topology);
	free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_small_host),
		cmocka_unit_test(one_cpu_and_one_queue),
		cmocka_unit_test(no_devices_at_all),
		cmocka_unit_test(a_large_host_where_all_is_right),
		cmocka_unit_test(a_device_whose_cpus_are_all_wrong),
		cmocka_unit_test(every_habit_on_every_machine),
		cmocka_unit_test(a_device_without_a_node_has_no_red),
		cmocka_unit_test(offline_cpus_get_no_arrow),
		cmocka_unit_test(names_are_escaped),
	};

	return cmocka_run_group_tests_name("picture", tests, NULL, NULL);
}
