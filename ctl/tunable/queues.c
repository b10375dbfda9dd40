// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The queues domain: Xps=, XpsRxqs=, Rps= and Rfs= as files of each queue.
 *
 * What the kernel does to what is written is planned for (net/core/net-sysfs.c of Linux 6.1 and
 * 6.12): it takes CPUs that are isolated or offline out of an RPS mask and refuses one of which
 * nothing is left, refuses CPUs that cannot exist, and rounds flow counts up to a power of two. A
 * device with one transmit queue has the files of XPS, but does not serve them.
 */
#include "tunable.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/cpumask.h"
#include "core/idset.h"
#include "facts/facts_read.h"
#include "io/io.h"
#include "irq.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "queue_plan.h"

#define NET "/sys/class/net/"

/* 8 to 16 bytes each, for every queue. */
#define FLOWS_MAX (1U << 20)

#define FLOW_TABLE "net.core.rps_sock_flow_entries"

enum file {
	XPS_CPUS,
	XPS_RXQS,
	RPS_CPUS,
	RPS_FLOW_CNT,
};

/**
 * struct row - a file that every queue of a kind has
 * @key: of profiles
 * @word: what a value may be besides "off" and a list
 * @is_mask: written as a mask and told as a list, else a number
 */
static const struct row {
	const char *key;
	const char *word;
	const char *name;
	const char *file;
	enum nt_queue_kind kind;
	enum nt_phase phase;
	bool is_mask;
	const char *words;
} rows[] = {
	[XPS_CPUS] = { "Xps", "follow-irq", "xps-cpus", "xps_cpus", NT_QUEUE_TX, NT_PHASE_XPS, true,
		       "the CPUs that send through this queue" },
	[XPS_RXQS] = { "XpsRxqs", "same", "xps-rxqs", "xps_rxqs", NT_QUEUE_TX, NT_PHASE_XPS, true,
		       "the receive queues whose flows are answered through this queue" },
	[RPS_CPUS] = { "Rps", "all", "rps-cpus", "rps_cpus", NT_QUEUE_RX, NT_PHASE_RPS, true,
		       "the CPUs over which the kernel spreads what this queue receives" },
	[RPS_FLOW_CNT] = { "Rfs", NULL, "rps-flow-cnt", "rps_flow_cnt", NT_QUEUE_RX, NT_PHASE_RPS,
			   false, "flows of this queue that are steered to where they are read" },
};
#define N_ROWS (sizeof(rows) / sizeof(*rows))

static const char *queues_key(unsigned int n)
{
	return n < N_ROWS ? rows[n].key : NULL;
}

static const char *kind_name(enum nt_queue_kind kind)
{
	return kind == NT_QUEUE_RX ? "rx" : "tx";
}

/* ---- lines of a profile ---- */

/* A number of flows, "4096"; -EINVAL, -ERANGE. */
static int parse_flows(const char *text, uint32_t *ret)
{
	uint32_t flows = 0, power = 1;

	if (!*text || text[strspn(text, "0123456789")])
		return -EINVAL;
	for (; *text; text++) {
		flows = flows * 10 + (uint32_t)(*text - '0');
		if (flows > FLOWS_MAX)
			return -ERANGE;
	}
	while (power < flows)
		power *= 2;
	*ret = flows ? power : 0;
	return 0;
}

static int check_flows(const struct nt_setting *setting, struct nt_diag *diag)
{
	uint32_t flows;
	int r = parse_flows(setting->value, &flows);

	if (r == -ERANGE)
		return nt_device_bad_value(setting, 0, ERANGE, diag, "more than %u flows",
					   FLOWS_MAX);
	return r < 0 ? nt_device_bad_value(setting, 0, EINVAL, diag,
					   "must be off or a number of flows") : 0;
}

static int check_list(const struct nt_setting *setting, const struct row *row, struct nt_diag *diag)
{
	nt_autofree struct nt_idset *set = malloc(sizeof(*set));
	unsigned int offset = 0;
	int r;

	if (!set)
		return -ENOMEM;
	r = nt_idset_parse(setting->value, set, &offset);
	return r == 0 ? 0 : nt_device_bad_value(setting, offset, -r, diag,
						"must be off, %s or a list like 0-3,8", row->word);
}

static const struct row *find_row(const char *key)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (!strcmp(rows[i].key, key))
			return &rows[i];
	return NULL;
}

static int queues_check(const struct nt_setting *setting, struct nt_diag *diag)
{
	const struct row *row = find_row(setting->key);
	int r = nt_device_check_relation(setting, diag);

	if (r < 0)
		return r;
	if (!strcmp(setting->value, "off") || (row->word && !strcmp(setting->value, row->word)))
		return 0;
	return row->is_mask ? check_list(setting, row, diag) : check_flows(setting, diag);
}

/* The table of flows is the sysctl domain's: it reads it, as if the profile had asked. */
static int read_flow_table(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag)
{
	const struct nt_setting setting = {
		.section = (char *)"Sysctl",
		.selector = (char *)"",
		.key = (char *)FLOW_TABLE,
		.value = (char *)"0",
	};

	return nt_tunable_sysctl.read(io, &setting, 1, facts, diag);
}

static int queues_read(struct nt_io *io, const struct nt_setting *settings, size_t n,
		       struct nt_facts *facts, struct nt_diag *diag)
{
	int r = nt_device_read(io, settings, n, facts, diag);
	bool flows = false;

	for (size_t i = 0; i < n; i++)
		flows = flows || !strcmp(settings[i].key, "Rfs");
	if (r == 0 && flows)
		r = read_flow_table(io, facts, diag);
	return r == 0 && n ? nt_facts_read(io, NT_FACTS_TOPOLOGY, facts, diag) : r;
}

/* ---- planning ---- */

/**
 * struct planning - what all devices share
 * @possible: CPUs that the kernel could run
 * @usable: CPUs that are online and not isolated, which RPS is left with
 * @list: of the line that is being planned
 * @wanted: its canonical text
 * @note: names CPUs of the list that are not there; else empty
 */
struct planning {
	struct nt_queue_planner p;
	struct nt_idset possible;
	struct nt_idset usable;
	struct nt_idset list;
	char wanted[NT_VALUE_MAX];
	char note[160];
};

static void note_cpus(struct planning *pl)
{
	for (size_t i = 0; i < pl->p.device.facts->n_cpus; i++) {
		const struct nt_cpu_fact *cpu = &pl->p.device.facts->cpus[i];

		nt_idset_add(&pl->possible, cpu->cpu);
		if (cpu->online && !cpu->isolated)
			nt_idset_add(&pl->usable, cpu->cpu);
	}
}

static void intersect(struct nt_idset *set, const struct nt_idset *other)
{
	for (size_t i = 0; i < sizeof(set->bits) / sizeof(*set->bits); i++)
		set->bits[i] &= other->bits[i];
}

static int refuse(struct planning *pl, const struct row *row, enum nt_outcome outcome,
		  const char *remedy)
{
	return nt_device_add(&pl->p.device, &(struct nt_device_value){
		.tunable = row->name,
		.wanted = pl->p.device.setting->value,
		.phase = row->phase,
		.outcome = outcome,
		.remedy = remedy,
	});
}

static void format_tunable(const struct row *row, uint32_t index, char *buf, size_t size)
{
	snprintf(buf, size, "%s.%s-%" PRIu32, row->name, kind_name(row->kind), index);
}

/* What the queue was told, by row; @number has room for one. NULL: cannot be read. */
static const char *seen_of(const struct row *row, const struct nt_queue_fact *queue, char *number,
			   size_t size)
{
	if (!row->is_mask) {
		snprintf(number, size, "%" PRIu32, queue->flow_cnt);
		return number;
	}
	return row == &rows[XPS_RXQS] ? queue->rxqs : queue->cpus;
}

static int add_queue(struct planning *pl, const struct row *row, uint32_t index,
		     const char *wanted)
{
	const struct nt_queue_fact *queue = nt_queue_find(pl->p.device.nic, row->kind, index);
	char tunable[NT_QUEUE_TUNABLE_MAX], number[16];
	struct nt_device_value value = { .tunable = tunable, .wanted = wanted,
					.phase = row->phase,
					.note = pl->note };

	format_tunable(row, index, tunable, sizeof(tunable));
	if (queue)
		value.seen = seen_of(row, queue, number, sizeof(number));
	if (queue && !value.seen) {
		value.outcome = NT_OUTCOME_UNSUPPORTED;
		value.remedy = row->kind == NT_QUEUE_TX
			       ? "the device has only one transmit queue, or its kernel has no XPS"
			       : "the kernel has no RPS";
	} else if (!wanted) {
		value.wanted = pl->p.device.setting->value;
		value.outcome = NT_OUTCOME_UNSUPPORTED;
		value.remedy = "no interrupt of this queue is known that it could follow";
	}
	return nt_device_add(&pl->p.device, &value);
}

/* Queues of the kind when the plan's channels are in force. */
static uint32_t count_queues(const struct planning *pl, const struct row *row)
{
	uint32_t n = 0;

	if (pl->p.resized)
		n = row->kind == NT_QUEUE_RX ? nt_nic_rx_rings(&pl->p.channels)
					     : nt_nic_tx_rings(&pl->p.channels);
	for (size_t i = 0; !n && i < pl->p.device.nic->n_queues; i++)
		if (pl->p.device.nic->queues[pl->p.device.nic->n_queues - 1 - i].kind == row->kind)
			n = pl->p.device.nic->queues[pl->p.device.nic->n_queues - 1 - i].index + 1;
	return n < NT_NIC_QUEUES_MAX ? n : NT_NIC_QUEUES_MAX;
}

/* The same value for every queue. */
static int add_alike(struct planning *pl, const struct row *row, const char *wanted)
{
	uint32_t n = count_queues(pl, row);
	int r = 0;

	for (uint32_t i = 0; i < n && r == 0; i++)
		r = add_queue(pl, row, i, wanted);
	return r;
}

static int follow_irqs(struct planning *pl, const struct row *row)
{
	struct nt_irq_cpus cpus;
	uint32_t n = count_queues(pl, row);
	int r = nt_irq_cpus_make(pl->p.device.facts, pl->p.device.name, pl->p.device.plan, &cpus);

	if (r < 0)
		return r;
	if (!cpus.n && nt_device_sleeps(&pl->p.device))
		r = refuse(pl, row, NT_OUTCOME_DEFERRED, NT_DEVICE_SLEEPS);
	else if (!cpus.n)
		r = refuse(pl, row, NT_OUTCOME_UNSUPPORTED,
			   "the device has no interrupts that can be told apart by queue");
	for (uint32_t i = 0; cpus.n && i < n && r == 0; i++)
		r = add_queue(pl, row, i, nt_irq_cpus_of(&cpus, i));
	nt_irq_cpus_free(&cpus);
	return r;
}

/* Transmit queue i answers what receive queue i got. */
static int same_queues(struct planning *pl, const struct row *row)
{
	uint32_t rx = count_queues(pl, &rows[RPS_CPUS]), tx = count_queues(pl, row);
	char wanted[16];
	int r = 0;

	for (uint32_t i = 0; i < tx && r == 0; i++) {
		snprintf(wanted, sizeof(wanted), "%" PRIu32, i);
		r = add_queue(pl, row, i, i < rx ? wanted : "");
	}
	return r;
}

/* What the kernel will make of @pl->list; -ENXIO when nothing is left of it. */
static int clip(struct planning *pl, const struct row *row)
{
	struct nt_idset rings = { { 0 } };

	if (row == &rows[XPS_RXQS])
		for (uint32_t i = 0; i < count_queues(pl, &rows[RPS_CPUS]); i++)
			nt_idset_add(&rings, i);
	intersect(&pl->list, row == &rows[RPS_CPUS] ? &pl->usable :
		  row == &rows[XPS_CPUS] ? &pl->possible : &rings);
	return nt_idset_size(&pl->list) ? 0 : -ENXIO;
}

/* A host with fewer CPUs than the line was written for. */
static void note_missing(struct planning *pl, const struct row *row)
{
	struct nt_idset missing = pl->list;
	char list[64];

	if (row == &rows[XPS_RXQS])
		return;
	for (size_t i = 0; i < sizeof(missing.bits) / sizeof(*missing.bits); i++)
		missing.bits[i] &= ~pl->possible.bits[i];
	if (nt_idset_size(&missing) && nt_idset_format(&missing, list, sizeof(list)) == 0)
		snprintf(pl->note, sizeof(pl->note), "CPU %s is not there", list);
}

static int add_list(struct planning *pl, const struct row *row)
{
	int r;

	if (nt_idset_parse(pl->p.device.setting->value, &pl->list, NULL) < 0)
		return -EINVAL;
	note_missing(pl, row);
	if (clip(pl, row) < 0)
		return refuse(pl, row, NT_OUTCOME_BLOCKED, row == &rows[XPS_RXQS]
			      ? "name receive queues that the device has"
			      : "name CPUs that are there, online and not isolated");
	r = nt_idset_format(&pl->list, pl->wanted, sizeof(pl->wanted));
	return r < 0 ? r : add_alike(pl, row, pl->wanted);
}

static int add_all(struct planning *pl, const struct row *row)
{
	int r = nt_idset_format(&pl->usable, pl->wanted, sizeof(pl->wanted));

	if (r == 0 && !*pl->wanted)
		return refuse(pl, row, NT_OUTCOME_BLOCKED, "leave a CPU that is not isolated");
	return r < 0 ? r : add_alike(pl, row, pl->wanted);
}

static bool is_sysctl_target(const char *target)
{
	return !strcmp(target, "host") || !strncmp(target, "netns:", strlen("netns:"));
}

/*
 * Entries that the table of flows has or will have; -1 when it cannot be read, as in a network
 * namespace other than the initial one, which has no such key.
 */
static int64_t flow_table(const struct planning *pl)
{
	const struct nt_sysctl_fact *fact = nt_facts_sysctl(pl->p.device.facts, FLOW_TABLE);

	for (size_t i = 0; i < pl->p.device.plan->n_changes; i++) {
		const struct nt_change *change = &pl->p.device.plan->changes[i];

		if (change->phase == NT_PHASE_SYSCTL && !strcmp(change->tunable, FLOW_TABLE) &&
		    is_sysctl_target(change->target) &&
		    (change->outcome == NT_OUTCOME_PLANNED ||
		     change->outcome == NT_OUTCOME_COMPLIANT))
			return strtoll(change->wanted, NULL, 10);
	}
	return fact && fact->value ? strtoll(fact->value, NULL, 10) : -1;
}

static int add_flows(struct planning *pl, const struct row *row)
{
	uint32_t flows = 0;
	char remedy[128];

	if (strcmp(pl->p.device.setting->value, "off") != 0 &&
	    parse_flows(pl->p.device.setting->value, &flows) < 0)
		return -EINVAL;
	if (flows && flow_table(pl) < 0)
		return refuse(pl, row, NT_OUTCOME_BLOCKED,
			      "set " FLOW_TABLE " in the initial network namespace");
	if (flows && flow_table(pl) == 0) {
		snprintf(remedy, sizeof(remedy), "add %s = %" PRIu64 " to [Sysctl]: without the "
			 "table no flow is steered", FLOW_TABLE,
			 (uint64_t)flows * count_queues(pl, row));
		return refuse(pl, row, NT_OUTCOME_BLOCKED, remedy);
	}
	snprintf(pl->wanted, sizeof(pl->wanted), "%" PRIu32, flows);
	return add_alike(pl, row, pl->wanted);
}

static int plan_row(struct planning *pl, const struct row *row)
{
	const char *value = pl->p.device.setting->value;

	if (!row->is_mask)
		return add_flows(pl, row);
	if (!strcmp(value, "off"))
		return add_alike(pl, row, "");
	if (strcmp(value, row->word) != 0)
		return add_list(pl, row);
	if (row == &rows[XPS_CPUS])
		return follow_irqs(pl, row);
	return row == &rows[XPS_RXQS] ? same_queues(pl, row) : add_all(pl, row);
}

static int plan_device(struct nt_device_planner *device)
{
	struct planning *pl = (struct planning *)device;
	const struct row *row = find_row(device->setting->key);

	/* The check let only keys of ours pass. */
	if (!row)
		return -EINVAL;
	if (!device->nic)
		return refuse(pl, row, NT_OUTCOME_ABSENT, NULL);
	pl->note[0] = '\0';
	nt_queue_planner_look(&pl->p);
	return plan_row(pl, row);
}

static int queues_plan(const struct nt_setting *settings, size_t n, const struct nt_facts *facts,
		       struct nt_plan *plan, struct nt_diag *diag)
{
	nt_autofree struct planning *pl = calloc(1, sizeof(*pl));
	int r = pl ? 0 : -ENOMEM;

	if (r == 0) {
		pl->p.device = (struct nt_device_planner){ .domain = &nt_tunable_queues,
							   .facts = facts, .plan = plan };
		pl->p.whole = plan;
		note_cpus(pl);
	}
	for (size_t i = 0; i < N_ROWS && r == 0; i++)
		r = nt_device_plan(&pl->p.device, settings, n, rows[i].key, plan_device);
	return r < 0 ? nt_diag_err(diag, -r, "queues: cannot be planned: %s", strerror(-r)) : 0;
}

/* ---- keeping ---- */

/* An empty XPS mask is worth keeping too: some drivers write their own. */
static bool is_kept(const struct row *row, const char *seen)
{
	return seen && (row->phase == NT_PHASE_XPS || strcmp(seen, row->is_mask ? "" : "0") != 0);
}

static int keep_file(struct nt_queue_planner *p, const struct row *row,
		     const struct nt_queue_fact *queue)
{
	char tunable[NT_QUEUE_TUNABLE_MAX], number[16];
	const char *seen = seen_of(row, queue, number, sizeof(number));

	format_tunable(row, queue->index, tunable, sizeof(tunable));
	if (!is_kept(row, seen))
		return 0;
	return nt_device_add(&p->device, &(struct nt_device_value){
		.tunable = tunable,
		.seen = seen,
		.wanted = seen,
		.phase = row->phase,
		.reason = "kept: queues forget it when they are made anew",
	});
}

/* Also of a queue that will go: undoing brings it back, and then this is due again. */
static int keep_queue(struct nt_queue_planner *p, const struct nt_queue_fact *queue)
{
	int r = 0;

	for (size_t i = 0; i < N_ROWS && r == 0; i++)
		if (rows[i].kind == queue->kind)
			r = keep_file(p, &rows[i], queue);
	return r;
}

static int queues_keep(const struct nt_facts *facts, const char *device,
		       const struct nt_plan *plan, struct nt_plan *ret)
{
	struct nt_queue_planner p = nt_queue_planner_keep(&nt_tunable_queues, facts, device, plan,
							  ret);
	const struct nt_nic_fact *nic = p.device.nic;
	int r = 0;

	for (size_t i = 0; nic && r == 0 && i < nic->n_queues; i++)
		r = keep_queue(&p, &nic->queues[i]);
	return r;
}

/* ---- names ---- */

/* "xps-cpus.tx-3" */
static const struct row *parse_tunable(const char *tunable, uint32_t *ret_index)
{
	for (size_t i = 0; i < N_ROWS; i++) {
		size_t len = strlen(rows[i].name);
		const char *p = tunable + len;
		char *end;

		if (strncmp(tunable, rows[i].name, len) != 0 || *p++ != '.' ||
		    strncmp(p, kind_name(rows[i].kind), 2) != 0 || p[2] != '-' ||
		    p[3] < '0' || p[3] > '9')
			continue;
		*ret_index = (uint32_t)strtoul(p + 3, &end, 10);
		return *end ? NULL : &rows[i];
	}
	return NULL;
}

/* ---- foreseeing ---- */

static struct nt_queue_fact *find_queue(struct nt_facts *facts, const char *device,
					enum nt_queue_kind kind, uint32_t index)
{
	const struct nt_nic_fact *nic = nt_queue_nic(facts, device);

	return nic ? (struct nt_queue_fact *)nt_queue_find(nic, kind, index) : NULL;
}

/* Files that are not there stay so. */
static int queues_foresee(struct nt_facts *facts, const struct nt_change *change)
{
	uint32_t index = 0;
	const struct row *row = parse_tunable(change->tunable, &index);
	struct nt_queue_fact *queue =
		row ? find_queue(facts, change->target, row->kind, index) : NULL;
	char **list, *copy;

	if (!queue)
		return 0;
	if (!row->is_mask) {
		queue->flow_cnt = (uint32_t)strtoul(change->wanted, NULL, 10);
		return 0;
	}
	list = row == &rows[XPS_RXQS] ? &queue->rxqs : &queue->cpus;
	copy = *list ? strdup(change->wanted) : NULL;
	if (!copy)
		return *list ? -ENOMEM : 0;
	free(*list);
	*list = copy;
	return 0;
}

/* ---- the host ---- */

static const struct row *find_file(const char *target, const char *tunable, char *buf, size_t size)
{
	uint32_t index;
	const struct row *row = parse_tunable(tunable, &index);

	if (row)
		snprintf(buf, size, NET "%.15s/queues/%s-%" PRIu32 "/%s", target,
			 kind_name(row->kind), index, row->file);
	return row;
}

/* Masks are told as lists, so only numbers can be handed over as files. */
static int queues_path(const char *target, const char *tunable, char *buf, size_t size)
{
	const struct row *row = find_file(target, tunable, buf, size);

	return row && !row->is_mask ? 0 : -ENOENT;
}

static bool has_device(struct nt_io *io, const char *target)
{
	char path[64];

	snprintf(path, sizeof(path), NET "%.15s", target);
	return nt_io_access(io, path, F_OK) == 0;
}

static int queues_get(struct nt_io *io, const char *target, const char *tunable, char *buf,
		      size_t size)
{
	char path[160], text[NT_IO_VALUE_MAX];
	const struct row *row = find_file(target, tunable, path, sizeof(path));
	int r = row ? nt_io_read_file(io, path, text, sizeof(text), NULL) : -ENOENT;

	if (r == -ENOENT && row && !has_device(io, target))
		return -ENODEV;
	if (r < 0)
		return r;
	if (row->is_mask)
		return nt_cpumask_to_list(text, buf, size);
	text[strcspn(text, "\n")] = '\0';
	return (size_t)snprintf(buf, size, "%s", text) < size ? 0 : -E2BIG;
}

static int format_line(const struct row *row, const char *value, char *buf, size_t size)
{
	struct nt_idset set;
	int r;

	if (!row->is_mask)
		return (size_t)snprintf(buf, size, "%s", value) < size ? 0 : -E2BIG;
	r = nt_idset_parse(value, &set, NULL);
	return r < 0 ? r : nt_idset_format_mask(&set, buf, size);
}

static int write_value(struct nt_io *io, const struct nt_change *change, const char *value,
		       struct nt_diag *diag)
{
	char path[160], line[NT_IO_VALUE_MAX];
	const struct row *row = find_file(change->target, change->tunable, path, sizeof(path));
	int r = row ? format_line(row, value, line, sizeof(line) - 1) : -ENOENT;

	if (r == 0) {
		strcat(line, "\n");
		r = nt_io_write_file(io, path, line, strlen(line));
	}
	return r < 0 ? nt_diag_err(diag, -r, "%s: %s: cannot be set to \"%s\": %s", change->target,
				   change->tunable, value, strerror(-r)) : 0;
}

static int queues_apply(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return write_value(io, change, change->wanted, diag);
}

static int queues_undo(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return change->seen ? write_value(io, change, change->seen, diag) : 0;
}

static bool queues_same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static const char *queues_describe(const char *tunable)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (!strncmp(tunable, rows[i].name, strlen(rows[i].name)))
			return rows[i].words;
	return NULL;
}

const struct nt_tunable nt_tunable_queues = {
	.name = "queues",
	.section = "Device",
	.keys = queues_key,
	.check = queues_check,
	.read = queues_read,
	.plan = queues_plan,
	.keep = queues_keep,
	.foresee = queues_foresee,
	.apply = queues_apply,
	.undo = queues_undo,
	.get = queues_get,
	.same = queues_same,
	.path = queues_path,
	.describe = queues_describe,
};
