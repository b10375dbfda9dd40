/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A topology as shapes on a plane, in whole pixels: pure layout, nothing of a file format.
 * PURE and deterministic.
 */
#ifndef NT_CORE_PICTURE_H
#define NT_CORE_PICTURE_H

#include <stdbool.h>
#include <stddef.h>

struct nt_topology;

/* What a monospaced letter takes, in hundredths of the size of its font. */
#define NT_PICTURE_LETTER 61

#define NT_PICTURE_NONE   ((size_t)-1)
/* Devices are told apart by so many colours. */
#define NT_PICTURE_COLORS 6U

enum nt_box_kind {
	NT_BOX_NODE,
	NT_BOX_DEVICE, /* queues and their interrupts */
	NT_BOX_XPS,    /* transmit queues of a device */
	NT_BOX_CORE,
	NT_BOX_CPU,
	NT_BOX_QUEUE,
	NT_BOX_IRQ,
	NT_BOX_KEY, /* of the legend */
	NT_BOX_KINDS,
};

/* How boxes and strokes look besides their kind and colour. */
#define NT_LOOK_WRONG    (1U << 0) /* a wrong node: red, and nothing else is */
#define NT_LOOK_MAY      (1U << 1) /* one of several CPUs: dashed */
#define NT_LOOK_USED     (1U << 2) /* a CPU that something points to */
#define NT_LOOK_OFFLINE  (1U << 3)
#define NT_LOOK_ISOLATED (1U << 4)
#define NT_LOOK_STRONG   (1U << 5) /* a title */
#define NT_LOOK_MANAGED  (1U << 6) /* an interrupt that the kernel does not move */

/**
 * struct nt_box - a rectangle
 * @color: of its device; 0 for what belongs to none
 * @look: NT_LOOK_*
 */
struct nt_box {
	enum nt_box_kind kind;
	int x, y, w, h;
	unsigned int color;
	unsigned int look;
};

/**
 * struct nt_label - a line of text
 * @x: of its left end, or of its middle when @middle is set
 * @y: of its base line; of its middle when @upright is set
 * @size: of the font
 * @upright: turned by a quarter, from below to above
 * @box: that it lies in, NT_PICTURE_NONE: the page
 * @text: owned
 */
struct nt_label {
	int x, y, size;
	bool middle;
	bool upright;
	unsigned int look;
	size_t box;
	char *text;
};

#define NT_STROKE_POINTS 4U

enum nt_stroke_kind {
	NT_STROKE_BAND,  /* an area of four corners: neighbouring queues and their CPUs */
	NT_STROKE_LINE,
	NT_STROKE_ARROW, /* its head is at the last point */
};

/**
 * struct nt_stroke - what leads from queues to CPUs or back
 * @x: of its @n points
 * @y: of its points
 * @queue: the box of a queue or interrupt that it touches, or NT_PICTURE_NONE
 * @cpu: the box of the CPU that it touches, or NT_PICTURE_NONE
 */
struct nt_stroke {
	enum nt_stroke_kind kind;
	int x[NT_STROKE_POINTS], y[NT_STROKE_POINTS];
	unsigned int n;
	unsigned int color;
	unsigned int look;
	size_t queue;
	size_t cpu;
};

/**
 * struct nt_picture - the whole; later boxes lie upon earlier ones
 *
 * Owns its arrays and texts.
 */
struct nt_picture {
	int width, height;
	struct nt_box *boxes;
	size_t n_boxes;
	struct nt_label *labels;
	size_t n_labels;
	struct nt_stroke *strokes;
	size_t n_strokes;
};

/**
 * nt_picture_make() - lay out a topology
 * @subtitle: what is shown: "as it is", "as profile latency would make it"
 * @ret: written on success only; free with nt_picture_free()
 *
 * Return: 0, -ENOMEM.
 */
int nt_picture_make(const struct nt_topology *topology, const char *subtitle,
		    struct nt_picture *ret);
void nt_picture_free(struct nt_picture *picture);

#endif
