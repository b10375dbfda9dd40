// SPDX-License-Identifier: GPL-2.0-or-later
/* A topology for terminals and as JSON. See topology_out.h. */
#include "topology_out.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/plan_out.h"
#include "core/topology.h"
#include "engine/foresee.h"
#include "engine/planner.h"
#include "lib/cleanup.h"
#include "lib/out.h"

/* Room for every CPU of the largest host, five letters each. */
#define LIST_MAX 65536U

/* Lines are no longer, whatever the terminal. */
#define COLUMNS 80U
#define INDENT  8 /* of what goes on */

static enum nt_color color_of(enum nt_side side)
{
	return side == NT_SIDE_WRONG || side == NT_SIDE_MIXED ? NT_COLOR_BAD : NT_COLOR_PLAIN;
}

/* Up to where a line may end: behind a comma, or before an arrow, a bracket or two blanks. */
static size_t find_break(const char *text)
{
	size_t len = 1;

	while (text[len] && text[len - 1] != ',' &&
	       !(text[len] == ' ' && strchr(" -<(", text[len + 1])))
		len++;
	return len;
}

/* @column: where it begins. */
static void print_list(const char *text, size_t column)
{
	for (size_t len; *text; text += len) {
		len = find_break(text + strspn(text, " ")) + strspn(text, " ");
		if (column + len > COLUMNS) {
			printf("\n%*s", INDENT, "");
			column = INDENT;
			len -= strspn(text, " ");
			text += strspn(text, " ");
		}
		column += (size_t)printf("%.*s", (int)len, text);
	}
	printf("\n");
}

/* ---- nodes ---- */

enum some { ALL, OFFLINE, ISOLATED };

static bool is_some(const struct nt_cpu_fact *cpu, enum some some)
{
	return some == ALL || (some == OFFLINE ? !cpu->online : cpu->isolated);
}

/* Of a node's CPUs; "" for none. @buf has LIST_MAX bytes. */
static void list_cpus(const struct nt_topology *t, const struct nt_topology_node *node,
		      enum some some, char *buf)
{
	nt_autofree struct nt_idset *set = calloc(1, sizeof(*set));

	buf[0] = '\0';
	for (size_t i = node->first; set && i < node->first + node->n; i++)
		if (is_some(&t->cpus[i], some))
			nt_idset_add(set, t->cpus[i].cpu);
	if (set)
		nt_idset_format(set, buf, LIST_MAX);
}

/* On most hosts siblings are as far apart on every core; 0 when they are not. */
static uint32_t find_stride(const struct nt_topology *t, const struct nt_topology_node *node)
{
	uint32_t stride = 0;
	size_t n;

	for (size_t i = node->first; i < node->first + node->n; i += n) {
		n = nt_topology_siblings(t, i);
		if (n != 2 || (stride && t->cpus[i + 1].cpu - t->cpus[i].cpu != stride))
			return 0;
		stride = t->cpus[i + 1].cpu - t->cpus[i].cpu;
	}
	return stride;
}

/* "0+4 1+5", core by core. @buf has LIST_MAX bytes. */
static void list_cores(const struct nt_topology *t, const struct nt_topology_node *node, char *buf)
{
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = node->first; i < node->first + node->n && len < LIST_MAX - 16; i++)
		len += (size_t)snprintf(buf + len, LIST_MAX - len, "%s%" PRIu32,
					i == node->first ? "" :
					t->cpus[i].core == t->cpus[i - 1].core ? "+" : " ",
					t->cpus[i].cpu);
}

static void print_siblings(const struct nt_topology *t, const struct nt_topology_node *node,
			   char *buf)
{
	uint32_t stride;

	if (node->cores == node->n)
		return;
	stride = find_stride(t, node);
	if (stride) {
		printf("  SMT siblings: CPU n and n+%" PRIu32 "\n", stride);
		return;
	}
	printf("  SMT siblings:\n");
	list_cores(t, node, buf);
	nt_out_wrapped(buf, 4);
}

static void print_some(const struct nt_topology *t, const struct nt_topology_node *node,
		       enum some some, char *buf)
{
	list_cpus(t, node, some, buf);
	if (*buf)
		print_list(buf, (size_t)printf("  %s: ", some == OFFLINE ? "offline" : "isolated"));
}

static void print_node(const struct nt_topology *t, const struct nt_topology_node *node, char *buf)
{
	char name[32] = "No NUMA node";
	size_t column;

	list_cpus(t, node, ALL, buf);
	if (node->node >= 0)
		snprintf(name, sizeof(name), "NUMA node %d", node->node);
	printf("%s%s%s", nt_out_color(NT_COLOR_BOLD), name, nt_out_color(NT_COLOR_PLAIN));
	column = strlen(name) +
		 (size_t)printf(": %" PRIu32 " core%s, CPU ", node->cores, nt_plural(node->cores));
	print_list(buf, column);
	print_siblings(t, node, buf);
	print_some(t, node, ISOLATED, buf);
	print_some(t, node, OFFLINE, buf);
}

/* ---- devices ---- */

static void print_device(const struct nt_topology_device *device)
{
	const struct nt_link_fact *link = device->link;

	printf("  %s%s%s", nt_out_color(NT_COLOR_BOLD), device->nic->name,
	       nt_out_color(NT_COLOR_PLAIN));
	if (link && *link->driver)
		printf("  %s", link->driver);
	if (link && *link->bus)
		printf("  %s", link->bus);
	if (link && link->speed_mbps)
		printf("  %" PRIu32 " Mbit/s", link->speed_mbps);
	printf("%s\n", device->node < 0 ? "  (node not known)" : "");
}

static int print_group(const struct nt_topology *t, const struct nt_edge_group *group)
{
	nt_autofree char *words = nt_edge_group_words(t, group);

	if (!words)
		return -ENOMEM;
	printf("    %s", nt_out_color(color_of(group->edges[0]->side)));
	print_list(words, 4);
	printf("%s", nt_out_color(NT_COLOR_PLAIN));
	return 0;
}

static int print_ways(const struct nt_topology *t, const struct nt_topology_device *device,
		      enum nt_edge_kind kind)
{
	struct nt_edge_groups groups = { 0 };
	int r = nt_edge_groups_make(device, kind, &groups);

	for (size_t i = 0; i < groups.n && r == 0; i++)
		r = print_group(t, &groups.groups[i]);
	nt_edge_groups_free(&groups);
	return r;
}

static void print_left_out(const struct nt_topology *t)
{
	if (!t->n_left_out)
		return;
	printf("Without interrupts and XPS:");
	for (size_t i = 0; i < t->n_left_out && i < 8; i++)
		printf("%s %s", i ? "," : "", t->left_out[i]->name);
	if (t->n_left_out > 8)
		printf(" and %zu more", t->n_left_out - 8);
	printf("\n");
}

static void print_summary(const struct nt_topology *t)
{
	static const char *const nouns[] = { "interrupt", "transmit queue" };
	bool bad = false, judged = false;

	for (int kind = 0; kind < NT_EDGE_KINDS; kind++) {
		size_t local = nt_topology_count(t, (enum nt_edge_kind)kind, NT_SIDE_LOCAL);
		size_t wrong = nt_topology_count(t, (enum nt_edge_kind)kind, NT_SIDE_WRONG);
		size_t mixed = nt_topology_count(t, (enum nt_edge_kind)kind, NT_SIDE_MIXED);

		bad = bad || wrong || mixed;
		judged = judged || local;
		if (wrong || mixed)
			printf("%s%ss: %zu with CPUs of a WRONG NODE, %zu with CPUs of several "
			       "nodes%s\n", nt_out_color(NT_COLOR_BAD), nouns[kind], wrong, mixed,
			       nt_out_color(NT_COLOR_PLAIN));
	}
	if (!bad && !judged)
		printf("nothing to judge: no queue has both CPUs and a device whose node is "
		       "known\n");
	else if (!bad)
		printf("no interrupt and no transmit queue has a CPU of a wrong node\n");
}

/* See topology_out.h. */
int nt_topology_print(const struct nt_topology *topology)
{
	nt_autofree char *buf = malloc(LIST_MAX);
	int r = buf ? 0 : -ENOMEM;

	for (size_t node = 0; node < topology->n_nodes && r == 0; node++) {
		print_node(topology, &topology->nodes[node], buf);
		for (size_t i = 0; i < topology->n_devices && r == 0; i++) {
			if (topology->devices[i].home != node)
				continue;
			print_device(&topology->devices[i]);
			r = print_ways(topology, &topology->devices[i], NT_EDGE_IRQ);
			if (r == 0)
				r = print_ways(topology, &topology->devices[i], NT_EDGE_XPS);
		}
	}
	if (r == 0) {
		print_left_out(topology);
		print_summary(topology);
	}
	return r;
}

/* See topology_out.h. */
void nt_topology_print_plan(const struct nt_planned *planned)
{
	size_t n = nt_unforeseen(&planned->plan);

	for (size_t i = 0; i < planned->n_left_out; i++)
		printf("left out: %s\n", planned->left_out[i]);
	for (size_t i = 0; i < planned->n_notes; i++)
		printf("note: %s\n", planned->notes[i]);
	if (n)
		printf("%zu change%s that the profile wants would not happen; nettunectl plan says "
		       "why\n", n, nt_plural(n));
}

/* ---- JSON ---- */

static json_t *core_json(const struct nt_topology *t, size_t first)
{
	json_t *core = json_array();

	for (size_t i = first; i < first + nt_topology_siblings(t, first); i++)
		json_array_append_new(core, json_integer(t->cpus[i].cpu));
	return core;
}

static json_t *node_json(const struct nt_topology *t, const struct nt_topology_node *node)
{
	nt_autofree char *offline = malloc(LIST_MAX), *isolated = malloc(LIST_MAX);
	json_t *cores = json_array();

	if (!offline || !isolated) {
		json_decref(cores);
		return NULL;
	}
	list_cpus(t, node, OFFLINE, offline);
	list_cpus(t, node, ISOLATED, isolated);
	for (size_t i = node->first; i < node->first + node->n; i += nt_topology_siblings(t, i))
		json_array_append_new(cores, core_json(t, i));
	return json_pack("{si, so, ss, ss}", "node", node->node, "cores", cores, "offline", offline,
			 "isolated", isolated);
}

static json_t *edge_json(const struct nt_edge *edge)
{
	json_t *object = json_pack("{sI, ss?, so, ss}", "queue", (json_int_t)edge->queue, "cpus",
				   edge->cpus, "node",
				   edge->node < 0 ? json_null() : json_integer(edge->node), "side",
				   nt_side_name(edge->side));

	if (!object || edge->kind == NT_EDGE_XPS)
		return object;
	json_object_set_new(object, "role", json_string(nt_edge_role(edge)));
	json_object_set_new(object, "irq", edge->irq && edge->irq->irq
			    ? json_integer(edge->irq->irq) : json_null());
	json_object_set_new(object, "managed", json_boolean(edge->irq && edge->irq->managed));
	return object;
}

static json_t *device_json(const struct nt_topology_device *device)
{
	json_t *ways[] = { json_array(), json_array() };
	const struct nt_link_fact *link = device->link;

	for (size_t i = 0; i < device->n_edges; i++)
		json_array_append_new(ways[device->edges[i].kind], edge_json(&device->edges[i]));
	return json_pack("{ss, ss, ss, sI, so, so, so}", "name", device->nic->name, "driver",
			 link ? link->driver : "", "bus", link ? link->bus : "", "speed_mbps",
			 (json_int_t)(link ? link->speed_mbps : 0), "node",
			 device->node < 0 ? json_null() : json_integer(device->node), "queues",
			 ways[NT_EDGE_IRQ], "xps", ways[NT_EDGE_XPS]);
}

static json_t *counts_json(const struct nt_topology *t, enum nt_edge_kind kind)
{
	json_t *counts = json_object();

	for (int side = 0; side < NT_SIDES; side++)
		json_object_set_new(counts, nt_side_name((enum nt_side)side),
				    json_integer((json_int_t)nt_topology_count(
					    t, kind, (enum nt_side)side)));
	return counts;
}

static json_t *plan_json(const char *plan, const struct nt_planned *planned)
{
	return json_pack("{ss, so, so, sI}", "profile", plan, "left_out",
			 nt_words_json(planned->left_out), "notes", nt_words_json(planned->notes),
			 "not_planned", (json_int_t)nt_unforeseen(&planned->plan));
}

/* See topology_out.h. */
json_t *nt_topology_json(const struct nt_topology *topology, const char *plan,
			 const struct nt_planned *planned)
{
	json_t *nodes = json_array(), *devices = json_array(), *others = json_array();

	for (size_t i = 0; i < topology->n_nodes; i++)
		json_array_append_new(nodes, node_json(topology, &topology->nodes[i]));
	for (size_t i = 0; i < topology->n_devices; i++)
		json_array_append_new(devices, device_json(&topology->devices[i]));
	for (size_t i = 0; i < topology->n_left_out; i++)
		json_array_append_new(others, json_string(topology->left_out[i]->name));
	return json_pack("{ss, so, so, so, so, s{so, so}}", "schema", "nettune.topology/1", "plan",
			 plan ? plan_json(plan, planned) : json_null(), "nodes", nodes, "devices",
			 devices, "without_ways", others, "summary", "queues",
			 counts_json(topology, NT_EDGE_IRQ), "xps",
			 counts_json(topology, NT_EDGE_XPS));
}
