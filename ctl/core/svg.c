// SPDX-License-Identifier: GPL-2.0-or-later
/* Writing SVG. PURE. See svg.h. */
#include "svg.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "picture.h"
#include "utf8.h"

/* Text that grows. @r is the first error; then nothing is added. */
struct text {
	char *bytes;
	size_t len;
	size_t room;
	int r;
};

static bool make_room(struct text *t, size_t more)
{
	size_t room = t->room ? t->room : 4096;
	char *grown;

	while (room < t->len + more + 1)
		room *= 2;
	if (t->r == 0 && room != t->room) {
		grown = realloc(t->bytes, room);
		if (!grown)
			t->r = -ENOMEM;
		else
			t->bytes = grown;
		t->room = grown ? room : t->room;
	}
	return t->r == 0;
}

static void add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct text *t, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0 || !make_room(t, (size_t)n))
		return;
	va_start(args, format);
	vsnprintf(t->bytes + t->len, (size_t)n + 1, format, args);
	va_end(args);
	t->len += (size_t)n;
}

/* What XML has no place for: https://www.w3.org/TR/xml/#charsets, and what deceives readers. */
static bool is_allowed(uint32_t code)
{
	return nt_utf8_printable(code) && code != 0xfffe && code != 0xffff;
}

static const char *entity(char c)
{
	return c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" :
	       c == '"' ? "&quot;" : NULL;
}

/* Names come from drivers, files and people. */
static void add_escaped(struct text *t, const char *words)
{
	uint32_t code;
	size_t len;

	for (; *words; words += len ? len : 1) {
		len = nt_utf8_decode(words, &code);
		if (!len || !is_allowed(code))
			add(t, "?");
		else if (entity(*words))
			add(t, "%s", entity(*words));
		else
			add(t, "%.*s", (int)len, words);
	}
}

/* ---- how things look ---- */

/* Red is kept for what is wrong. */
static const char style[] =
	"text{font-family:\"DejaVu Sans Mono\",Menlo,Consolas,monospace;fill:#1b1f24}\n"
	".strong{font-weight:bold}\n"
	"text.wrong{fill:#c00000}\n"
	"text.offline{fill:#9aa0a6}\n"
	"rect{stroke:#6b7280;stroke-width:1;fill:#ffffff}\n"
	"rect.node{fill:#f5f6f8;stroke:#b8bec8;rx:6}\n"
	"rect.device,rect.xps{rx:4;stroke-width:1.5}\n"
	"rect.core{fill:#d5d9e0;stroke:none;rx:2}\n"
	"rect.cpu,rect.queue,rect.irq,rect.key{stroke:#9aa0a6;stroke-width:0.7}\n"
	"rect.irq{fill:#eef1f5}\n"
	"rect.used{fill:#ffe9a8}\n"
	"rect.isolated{stroke:#1b1f24;stroke-width:1.2;stroke-dasharray:2 1.5}\n"
	"rect.offline{fill:#e3e5e8}\n"
	"rect.managed{fill:#cfd6df}\n"
	"rect.wrong{fill:#fbd5d5;stroke:#c00000}\n"
	"path{fill:none;stroke-width:1;stroke-linejoin:round}\n"
	"path.may{stroke-dasharray:4 3}\n"
	"path.wrong{stroke-width:1.3}\n"
	"path.band{fill-opacity:0.12}\n"
	"path.band.may{stroke-width:0.8;fill-opacity:0.1}\n";

/* The first is for what belongs to no device. */
static const char *const colors[NT_PICTURE_COLORS + 1] = {
	"#6b7280", "#1f5fb4", "#1b7f3b", "#7a2fa0", "#007c89", "#8a5a00", "#4b4fb8",
};
static const char red[] = "#c00000";

static const char *const box_names[NT_BOX_KINDS] = {
	[NT_BOX_NODE] = "node", [NT_BOX_DEVICE] = "device", [NT_BOX_XPS] = "xps",
	[NT_BOX_CORE] = "core", [NT_BOX_CPU] = "cpu",       [NT_BOX_QUEUE] = "queue",
	[NT_BOX_IRQ] = "irq",   [NT_BOX_KEY] = "key",
};

static const struct {
	unsigned int look;
	const char *name;
} looks[] = {
	{ NT_LOOK_USED, "used" },         { NT_LOOK_OFFLINE, "offline" },
	{ NT_LOOK_ISOLATED, "isolated" }, { NT_LOOK_MANAGED, "managed" },
	{ NT_LOOK_MAY, "may" },           { NT_LOOK_STRONG, "strong" },
	{ NT_LOOK_WRONG, "wrong" },
};

/* class="cpu used", or nothing at all when there is nothing to say. */
static void add_class(struct text *t, const char *name, unsigned int look)
{
	const char *between = name;

	if (!*name && !look)
		return;
	add(t, " class=\"%s", name);
	for (size_t i = 0; i < sizeof(looks) / sizeof(*looks); i++) {
		if (!(look & looks[i].look))
			continue;
		add(t, "%s%s", *between ? " " : "", looks[i].name);
		between = " ";
	}
	add(t, "\"");
}

static unsigned int color_of(unsigned int color, unsigned int look)
{
	return look & NT_LOOK_WRONG ? NT_PICTURE_COLORS + 1 : color;
}

static const char *color_name(unsigned int color)
{
	return color > NT_PICTURE_COLORS ? red : colors[color];
}

/* ---- shapes ---- */

static void add_box(struct text *t, const struct nt_box *box)
{
	add(t, "<rect");
	add_class(t, box_names[box->kind], box->look);
	add(t, " x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"", box->x, box->y, box->w, box->h);
	if (box->kind == NT_BOX_DEVICE || box->kind == NT_BOX_XPS)
		add(t, " style=\"stroke:%s\"", colors[box->color]);
	add(t, "/>\n");
}

static void add_stroke(struct text *t, const struct nt_stroke *stroke)
{
	const char *color = color_name(color_of(stroke->color, stroke->look));
	bool band = stroke->kind == NT_STROKE_BAND;

	add(t, "<path");
	add_class(t, band ? "band" : "", stroke->look);
	for (unsigned int i = 0; i < stroke->n; i++)
		add(t, "%s%d %d", i ? " L" : " d=\"M", stroke->x[i], stroke->y[i]);
	add(t, "%s\"", band ? " Z" : "");
	if (band)
		add(t, " style=\"fill:%s;stroke:%s\"", color,
		    stroke->look & NT_LOOK_MAY ? color : "none");
	else
		add(t, " stroke=\"%s\"", color);
	if (stroke->kind == NT_STROKE_ARROW)
		add(t, " marker-end=\"url(#head%u)\"", color_of(stroke->color, stroke->look));
	add(t, "/>\n");
}

static void add_label(struct text *t, const struct nt_label *label)
{
	add(t, "<text");
	add_class(t, "", label->look & (NT_LOOK_STRONG | NT_LOOK_WRONG | NT_LOOK_OFFLINE));
	add(t, " x=\"%d\" y=\"%d\" font-size=\"%d\"", label->x, label->y, label->size);
	if (label->middle)
		add(t, " text-anchor=\"middle\"");
	if (label->upright)
		add(t, " dy=\"0.35em\" transform=\"rotate(-90 %d %d)\"", label->x, label->y);
	add(t, ">");
	add_escaped(t, label->text);
	add(t, "</text>\n");
}

/* ---- the document ---- */

static void add_head(struct text *t, const struct nt_picture *picture, const char *title)
{
	add(t, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"%d\" "
	    "height=\"%d\" viewBox=\"0 0 %d %d\">\n<title>", picture->width, picture->height,
	    picture->width, picture->height);
	add_escaped(t, title);
	add(t, "</title>\n<style>\n%s</style>\n<defs>\n", style);
	for (unsigned int i = 0; i <= NT_PICTURE_COLORS + 1; i++)
		add(t, "<marker id=\"head%u\" viewBox=\"0 0 6 6\" refX=\"5\" refY=\"3\" "
		    "markerUnits=\"userSpaceOnUse\" markerWidth=\"6\" markerHeight=\"6\" "
		    "orient=\"auto\"><path d=\"M0 0 L6 3 L0 6 Z\" style=\"stroke:none;fill:%s\"/>"
		    "</marker>\n", i, color_name(i));
	add(t, "</defs>\n<rect width=\"%d\" height=\"%d\" style=\"stroke:none;fill:#ffffff\"/>\n",
	    picture->width, picture->height);
}

/* Bands lie below everything that they pass, and what is wrong above what is right. */
static void add_strokes(struct text *t, const struct nt_picture *picture, bool bands, bool wrong)
{
	for (size_t i = 0; i < picture->n_strokes; i++) {
		const struct nt_stroke *stroke = &picture->strokes[i];

		if ((stroke->kind == NT_STROKE_BAND) == bands &&
		    !(stroke->look & NT_LOOK_WRONG) == !wrong)
			add_stroke(t, stroke);
	}
}

/* See svg.h. */
int nt_svg_make(const struct nt_picture *picture, const char *title, char **ret, size_t *ret_len)
{
	struct text t = { 0 };

	add_head(&t, picture, title);
	for (size_t i = 0; i < picture->n_boxes; i++)
		add_box(&t, &picture->boxes[i]);
	add_strokes(&t, picture, true, false);
	add_strokes(&t, picture, false, false);
	add_strokes(&t, picture, false, true);
	for (size_t i = 0; i < picture->n_labels; i++)
		add_label(&t, &picture->labels[i]);
	add(&t, "</svg>\n");
	if (t.r < 0) {
		free(t.bytes);
		return t.r;
	}
	*ret = t.bytes;
	*ret_len = t.len;
	return 0;
}
