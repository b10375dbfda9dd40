/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A picture that is being laid out: what its files share (picture.c the boxes, picture_ways.c what
 * leads from box to box). PURE.
 */
#ifndef NT_CORE_PICTURE_DRAFT_H
#define NT_CORE_PICTURE_DRAFT_H

#include <stdbool.h>
#include <stddef.h>

#include "idset.h"
#include "picture.h"
#include "topology.h"

/* Pixels. */
#define NT_DRAFT_LANE   12 /* from one lane to the next */
#define NT_DRAFT_GUTTER 8  /* the same, upright, beside the bands */
#define NT_DRAFT_TIP    12 /* of an arrow, before its CPU */
#define NT_DRAFT_PAD    6  /* between a box and what lies in it */
#define NT_DRAFT_WORDS  52 /* beside the boxes, for names of rows */
#define NT_DRAFT_FONT   9

/**
 * struct nt_draft_zone - between the queues of a band and its CPUs
 * @queue_y: edge of the boxes of queues
 * @leave_y: behind the lanes that leave
 * @land_y: before the lanes that come in
 * @cpu_y: edge of the boxes of CPUs
 * @down: 1 when the queues lie above the CPUs, else -1
 * @n_out: lanes that leave for other nodes, next to the queues
 * @n_in: lanes that come from other nodes, next to the CPUs
 * @n_devices: in the band
 * @n_ways: edges that have CPUs
 */
struct nt_draft_zone {
	int queue_y, leave_y, land_y, cpu_y;
	int down;
	int n_out, n_in;
	int n_devices;
	int n_ways;
};

/* What is drawn for one node. */
struct nt_draft_band {
	struct nt_draft_zone zones[NT_EDGE_KINDS];
};

/**
 * struct nt_draft_lane - all ways of one kind from a device to another node, bundled
 * @out: which of the lanes that leave its band
 * @in: which of those that come into the other
 * @gutter: which of those beside the bands
 */
struct nt_draft_lane {
	enum nt_edge_kind kind;
	size_t device;
	size_t node;
	int out, in, gutter;
};

/* Boxes by number: of each CPU, and of the last one of each edge, devices one after the other. */
struct nt_draft {
	const struct nt_topology *topology;
	struct nt_picture picture;
	int r; /* the first error; then nothing is added */
	int left, width; /* of what the bands contain */
	int cpu_width;
	struct nt_draft_band *bands;
	struct nt_draft_lane *lanes;
	size_t n_lanes;
	int n_gutter[NT_EDGE_KINDS];
	size_t *cpus;
	size_t *queues;
	size_t *first_queue; /* of a device, in @queues */
	struct nt_idset *set;
	struct nt_idset *more;
};

/* Each takes a copy; what cannot be added sets @r. The number of the box, or NT_PICTURE_NONE. */
size_t nt_draft_box(struct nt_draft *d, const struct nt_box *box);
void nt_draft_stroke(struct nt_draft *d, const struct nt_stroke *stroke);
/* Text that is too wide for its box ends in "..."; @label has no text of its own. */
void nt_draft_label(struct nt_draft *d, const struct nt_label *label, const char *text);

/* Finds the lanes, before bands have places. */
void nt_draft_find_lanes(struct nt_draft *d);
/* Draws all ways, when every box has its place. */
void nt_draft_ways(struct nt_draft *d);

unsigned int nt_draft_color(size_t device);
/* The largest font, up to NT_DRAFT_FONT, in which so many letters fit into so many pixels. */
int nt_draft_font(int room, size_t letters);

#endif
