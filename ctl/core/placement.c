// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Placing queues on CPUs. PURE. See placement.h.
 *
 * The CPUs that the rules allow are taken one after the other, each time the best of those left:
 * the one whose core this device uses least, that is nearest, and that others use least, in the
 * order that the rules give to these. When all are taken the next queues go round again.
 */
#include "placement.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/diag.h"

/**
 * struct nt_placement_load - what a CPU carries
 * @core: position of its core in the table, which is that of the core's first CPU
 * @on_cpu: queues placed on this CPU, over all devices
 * @on_core: the same for the core, kept at its first CPU
 * @mine_on_core: queues of the device that is being placed, likewise
 * @moved: queues that came to this CPU since their own was full, over all devices
 * @allowed: the rules of this device allow it
 * @taken: it has a queue of this device
 */
struct nt_placement_load {
	uint32_t core;
	uint32_t on_cpu;
	uint32_t on_core;
	uint32_t mine_on_core;
	uint32_t moved;
	bool allowed;
	bool taken;
};

/* ---- IrqPlacement= ---- */

/* Where parsing stands. */
struct cursor {
	const char *at;
	struct nt_placement_how *how;
	struct nt_diag *diag;
	bool excluding;
};

static int take_ids(struct cursor *c, size_t len)
{
	struct nt_idset ids;
	unsigned int offset = 0;
	char text[16];
	int r;

	if (len >= sizeof(text))
		return nt_diag_err(c->diag, EINVAL, "neither a CPU nor a range of CPUs");
	memcpy(text, c->at, len);
	text[len] = '\0';
	r = nt_idset_parse(text, &ids, &offset);
	c->at += r < 0 ? offset : 0;
	if (r == -ERANGE)
		return nt_diag_err(c->diag, ERANGE, "a number too large, or a range that runs "
				   "backwards");
	if (r < 0)
		return nt_diag_err(c->diag, EINVAL, "neither a CPU nor a range of CPUs");
	nt_idset_join(c->excluding ? &c->how->exclude : &c->how->list, &ids);
	c->how->from_list = c->how->from_list || !c->excluding;
	return 0;
}

static int take_max(struct cursor *c, size_t len)
{
	static const char before[] = "numa-local(max=";
	size_t n = sizeof(before) - 1;
	uint32_t max = 0;

	if (len < n || strncmp(c->at, before, n) != 0 || c->at[len - 1] != ')')
		return nt_diag_err(c->diag, EINVAL, "must be numa-local or numa-local(max=N)");
	for (; n < len - 1; n++) {
		if (c->at[n] < '0' || c->at[n] > '9')
			return nt_diag_err(c->diag, EINVAL, "max= wants a number");
		max = max * 10 + (uint32_t)(c->at[n] - '0');
		if (max > NT_FACTS_CPUS_MAX)
			return nt_diag_err(c->diag, ERANGE, "max= is above %u",
					   NT_FACTS_CPUS_MAX);
	}
	if (!max)
		return nt_diag_err(c->diag, ERANGE, "max= is below 1");
	c->how->numa_local = true;
	c->how->max = max;
	return 0;
}

static bool is_word(const struct cursor *c, size_t len, const char *word)
{
	return strlen(word) == len && !strncmp(c->at, word, len);
}

static int take_exclude(struct cursor *c, size_t len)
{
	size_t skip = strlen("exclude=");

	c->at += skip;
	c->excluding = true;
	if (is_word(c, len - skip, "isolated"))
		c->how->exclude_isolated = true;
	else if (is_word(c, len - skip, "housekeeping"))
		c->how->exclude_housekeeping = true;
	else
		return take_ids(c, len - skip);
	return 0;
}

static int take_item(struct cursor *c, size_t len)
{
	if (len && *c->at >= '0' && *c->at <= '9')
		return take_ids(c, len);
	if (len > strlen("exclude=") && !strncmp(c->at, "exclude=", strlen("exclude=")))
		return take_exclude(c, len);
	c->excluding = false;
	if (is_word(c, len, "one-per-core"))
		c->how->one_per_core = true;
	else if (is_word(c, len, "skip-smt"))
		c->how->skip_smt = true;
	else if (is_word(c, len, "numa-local"))
		c->how->numa_local = true;
	else if (!strncmp(c->at, "numa-local(", strlen("numa-local(")))
		return take_max(c, len);
	else
		return nt_diag_err(c->diag, EINVAL, "must be one-per-core, numa-local, "
				   "numa-local(max=N), skip-smt, exclude=isolated, "
				   "exclude=housekeeping, exclude=CPUS or CPUs");
	return 0;
}

int nt_placement_parse(const char *text, struct nt_placement_how *ret, unsigned int *ret_offset,
		       struct nt_diag *diag)
{
	struct nt_placement_how how = { 0 };
	struct cursor c = { .at = text, .how = &how, .diag = diag };
	const char *next = text;
	int r = 0;

	for (bool more = true; more && r == 0;) {
		size_t len;

		c.at = next + strspn(next, " ");
		len = strcspn(c.at, ", ");
		next = c.at + len + strspn(c.at + len, " ");
		more = *next == ',';
		r = *next && !more ? nt_diag_err(diag, EINVAL, "a comma is missing")
				   : take_item(&c, len);
		next += more;
	}
	if (r == 0 && how.exclude_isolated && how.exclude_housekeeping)
		r = nt_diag_err(diag, EINVAL, "excludes both isolated and all other CPUs");
	if (r == 0)
		*ret = how;
	else if (ret_offset)
		*ret_offset = (unsigned int)(c.at - text);
	return r;
}

/* ---- placing ---- */

int nt_placement_start(struct nt_placement *placement, const struct nt_cpu_fact *cpus,
		       size_t n)
{
	struct nt_placement_load *load;

	if (n > NT_FACTS_CPUS_MAX)
		return -EINVAL;
	for (size_t i = 1; i < n; i++)
		if (cpus[i].cpu <= cpus[i - 1].cpu)
			return -EINVAL;
	load = calloc(n + 1, sizeof(*load));
	if (!load)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		long core = nt_facts_find_cpu(cpus, n, cpus[i].core);

		/* A core whose first CPU is not listed: each of its CPUs stands for itself. */
		load[i].core = (uint32_t)(core < 0 ? (long)i : core);
	}
	*placement = (struct nt_placement){ .cpus = cpus, .n = n, .load = load };
	return 0;
}

static bool rules_allow(const struct nt_cpu_fact *cpu, const struct nt_placement_how *how,
			int node)
{
	if (!cpu->online || nt_idset_has(&how->exclude, cpu->cpu))
		return false;
	if ((how->exclude_isolated && cpu->isolated) ||
	    (how->exclude_housekeeping && !cpu->isolated))
		return false;
	if (how->from_list && !nt_idset_has(&how->list, cpu->cpu))
		return false;
	return !how->numa_local || node < 0 || cpu->node == node;
}

/* Marks what the rules allow; with skip_smt only the first such CPU of each core. */
static uint32_t allow(struct nt_placement *p, const struct nt_placement_how *how, int node)
{
	uint32_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		p->load[i].mine_on_core = 0;
		p->load[i].taken = false;
		p->load[i].allowed = false;
	}
	for (size_t i = 0; i < p->n; i++) {
		struct nt_placement_load *core = &p->load[p->load[i].core];

		if (!rules_allow(&p->cpus[i], how, node) || (how->skip_smt && core->mine_on_core))
			continue;
		core->mine_on_core = how->skip_smt;
		p->load[i].allowed = true;
		n++;
	}
	for (size_t i = 0; i < p->n; i++)
		p->load[i].mine_on_core = 0;
	return n;
}

/* How a CPU compares with others; lower is better, the first number that differs decides. */
struct merit {
	uint32_t rank[5];
};

/* Nodes in use by a device without one of its own: bounded like the CPUs that have them. */
struct spread {
	uint32_t *on_node;
	size_t n;
};

/*
 * Local before all else, then node by node, for a device with a node. One without is spread evenly.
 * CPUs from a list are the operator's choice: their nodes do not count.
 */
static uint32_t distance(const struct nt_cpu_fact *cpu, const struct nt_placement_how *how,
			 int node, const struct spread *spread)
{
	if (how->from_list || cpu->node < 0)
		return 0;
	if (node < 0)
		return (size_t)cpu->node < spread->n ? spread->on_node[cpu->node] : 0;
	return cpu->node == node ? 0 : 1U + (uint32_t)cpu->node;
}

static struct merit merit_of(const struct nt_placement *p, size_t i, bool one_per_core,
			     uint32_t far)
{
	const struct nt_placement_load *core = &p->load[p->load[i].core];
	uint32_t mine = core->mine_on_core;

	return (struct merit){ { one_per_core ? mine : far, one_per_core ? far : mine,
				 core->on_core, p->load[i].on_cpu, (uint32_t)i } };
}

static bool is_better(const struct merit *a, const struct merit *b)
{
	for (size_t i = 0; i < sizeof(a->rank) / sizeof(*a->rank); i++)
		if (a->rank[i] != b->rank[i])
			return a->rank[i] < b->rank[i];
	return false;
}

/* The best CPU that is left; there is one. */
static size_t take_best(struct nt_placement *p, const struct nt_placement_how *how, int node,
			struct spread *spread)
{
	struct merit best = { { 0 } };
	bool found = false;

	for (size_t i = 0; i < p->n; i++) {
		struct merit merit;

		if (!p->load[i].allowed || p->load[i].taken)
			continue;
		merit = merit_of(p, i, how->one_per_core,
				 distance(&p->cpus[i], how, node, spread));
		if (!found || is_better(&merit, &best))
			best = merit;
		found = true;
	}
	return best.rank[4];
}

static void put(struct nt_placement *p, size_t i, struct spread *spread)
{
	int node = p->cpus[i].node;

	p->load[i].taken = true;
	p->load[i].on_cpu++;
	p->load[p->load[i].core].on_core++;
	p->load[p->load[i].core].mine_on_core++;
	if (node >= 0 && (size_t)node < spread->n)
		spread->on_node[node]++;
}

static size_t count_nodes(const struct nt_placement *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->cpus[i].node >= 0 && (size_t)p->cpus[i].node >= n)
			n = (size_t)p->cpus[i].node + 1;
	return n < NT_FACTS_CPUS_MAX ? n : NT_FACTS_CPUS_MAX;
}

static int no_cpu(const struct nt_placement_how *how, int node, struct nt_diag *diag)
{
	if (how->numa_local && node >= 0)
		return nt_diag_err(diag, ENXIO, "no CPU of NUMA node %d is left to choose from",
				   node);
	if (how->from_list)
		return nt_diag_err(diag, ENXIO, "no CPU is left to choose from: name CPUs that are "
				   "there, online and not %s",
				   how->exclude_isolated ? "isolated" : "excluded");
	return nt_diag_err(diag, ENXIO, "no CPU is left to choose from");
}

int nt_placement_place(struct nt_placement *placement, const struct nt_placement_how *how, int node,
		       uint32_t n_queues, uint32_t *ret, struct nt_diag *diag)
{
	struct spread spread = { .n = count_nodes(placement) };
	uint32_t n = allow(placement, how, node);

	if (!n)
		return no_cpu(how, node, diag);
	spread.on_node = calloc(spread.n + 1, sizeof(*spread.on_node));
	if (!spread.on_node)
		return nt_diag_err(diag, ENOMEM, "out of memory");
	n = how->max && how->max < n ? how->max : n;
	for (uint32_t queue = 0; queue < n_queues; queue++) {
		size_t i;

		if (queue < n) {
			i = take_best(placement, how, node, &spread);
			put(placement, i, &spread);
			ret[queue] = placement->cpus[i].cpu;
			continue;
		}
		ret[queue] = ret[queue % n];
		i = (size_t)nt_facts_find_cpu(placement->cpus, placement->n, ret[queue]);
		put(placement, i, &spread);
	}
	free(spread.on_node);
	return 0;
}

/* Like merit_of(), but what has come here for want of room elsewhere counts, too. */
static struct merit merit_instead(const struct nt_placement *p, size_t i,
				  const struct nt_placement_how *how, int node)
{
	const struct spread none = { .n = 0 };
	struct merit merit = merit_of(p, i, how->one_per_core,
				      distance(&p->cpus[i], how, node, &none));

	merit.rank[how->one_per_core ? 0 : 1] += p->load[i].moved;
	merit.rank[2] += p->load[i].moved;
	merit.rank[3] += p->load[i].moved;
	return merit;
}

void nt_placement_moved(struct nt_placement *placement, uint32_t cpu)
{
	long i = nt_facts_find_cpu(placement->cpus, placement->n, cpu);

	if (i >= 0)
		placement->load[i].moved++;
}

int nt_placement_instead(struct nt_placement *placement, const struct nt_placement_how *how,
			 int node, uint32_t *ret)
{
	struct merit best = { { 0 } };
	bool found = false;

	for (size_t i = 0; i < placement->n; i++) {
		struct merit merit;

		if (!placement->load[i].allowed || placement->cpus[i].full)
			continue;
		merit = merit_instead(placement, i, how, node);
		if (!found || is_better(&merit, &best))
			best = merit;
		found = true;
	}
	if (!found)
		return -ENXIO;
	placement->load[best.rank[4]].moved++;
	*ret = placement->cpus[best.rank[4]].cpu;
	return 0;
}

static uint32_t count_cores(const struct nt_cpu_fact *cpus, size_t n, int node)
{
	uint32_t cores = 0;
	uint64_t seen[NT_FACTS_CPUS_MAX / 64] = { 0 };

	for (size_t i = 0; i < n; i++) {
		uint32_t core = cpus[i].core % NT_FACTS_CPUS_MAX;
		uint64_t bit = UINT64_C(1) << (core % 64);

		if (!cpus[i].online || cpus[i].isolated || (node >= 0 && cpus[i].node != node) ||
		    (seen[core / 64] & bit))
			continue;
		seen[core / 64] |= bit;
		cores++;
	}
	return cores;
}

uint32_t nt_placement_cores(const struct nt_cpu_fact *cpus, size_t n, int node, uint32_t max)
{
	uint32_t cores = count_cores(cpus, n, node);

	if (!cores)
		cores = count_cores(cpus, n, -1);
	if (max && cores > max)
		cores = max;
	return cores ? cores : 1;
}

void nt_placement_end(struct nt_placement *placement)
{
	free(placement->load);
	memset(placement, 0, sizeof(*placement));
}
