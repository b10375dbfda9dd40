// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The irq domain: IrqPlacement= as a CPU for each interrupt of a device's queues.
 *
 * An interrupt is known by its role and queue, not by its number: numbers change with channels.
 * smp_affinity is what is set and read back, for the effective affinity of some interrupts follows
 * with the next one only.
 */
#include "irq.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/idset.h"
#include "core/irqname.h"
#include "core/placement.h"
#include "facts/facts_read.h"
#include "facts/groups.h"
#include "io/io.h"
#include "irqbalance.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "operation.h"
#include "queue_plan.h"
#include "tunable.h"

#define PREFIX "irq-affinity"
#define NET    "/sys/class/net/"

/* Those that are placed: others are only kept. */
#define N_PLACED NT_IRQ_OTHER

static const char *irq_key(unsigned int n)
{
	return n == 0 ? "IrqPlacement" : NULL;
}

static int irq_check(const struct nt_setting *setting, struct nt_diag *diag)
{
	nt_autofree struct nt_placement_how *how = malloc(sizeof(*how));
	struct nt_diag inner = { 0 };
	unsigned int offset = 0;
	int r;

	if (!how)
		return -ENOMEM;
	r = nt_device_check_relation(setting, diag);
	if (r < 0)
		return r;
	r = nt_placement_parse(setting->value, how, &offset, &inner);
	return r < 0 ? nt_device_bad_value(setting, offset, -r, diag, "%s", inner.message) : 0;
}

static int irq_read(struct nt_io *io, const struct nt_setting *settings, size_t n,
		    struct nt_facts *facts, struct nt_diag *diag)
{
	int r = nt_device_read(io, settings, n, facts, diag);

	if (r == 0 && n)
		r = nt_facts_read(io, NT_FACTS_TOPOLOGY, facts, diag);
	/* Whether irqbalance runs, and what it leaves alone. */
	if (r == 0 && n)
		r = nt_facts_read_owners(io, facts, diag);
	return r == 0 && n ? nt_irqbalance_read(io, facts) : r;
}

/* ---- names ---- */

static void format_tunable(enum nt_irq_role role, uint32_t queue, char *buf, size_t size)
{
	snprintf(buf, size, PREFIX ".%s-%" PRIu32, nt_irq_role_name(role), queue);
}

static int parse_tunable(const char *tunable, enum nt_irq_role *ret_role, uint32_t *ret_queue)
{
	char role[8];
	int len = 0;

	return sscanf(tunable, PREFIX ".%7[a-z]-%" SCNu32 "%n", role, ret_queue, &len) == 2 &&
	       !tunable[len] && nt_irq_role_find(role, ret_role) ? 0 : -EINVAL;
}

/* ---- planning ---- */

/*
 * Planning all devices, @p the one at hand; CPUs that earlier ones use count for later ones. @note
 * names CPUs of the line that are not to be had; "" for none. @instead has the CPU of each queue
 * whose own is full, NOT_ASKED before that is known and NO_CPU when none is left.
 */
struct placing {
	struct nt_queue_planner p;
	struct nt_placement placement;
	struct nt_placement_how *how;
	uint32_t *cpus;
	uint32_t *instead;
	const char *owner;
	char note[160];
};

#define NOT_ASKED UINT32_MAX
#define NO_CPU	  (UINT32_MAX - 1)

/* Interrupts of a role that there are now. */
static uint32_t count_known(const struct nt_queue_planner *p, enum nt_irq_role role)
{
	uint32_t n = 0;

	for (size_t i = 0; i < p->device.nic->n_irqs; i++)
		if (p->device.nic->irqs[i].role == role && p->device.nic->irqs[i].queue >= n)
			n = p->device.nic->irqs[i].queue + 1;
	return n < NT_NIC_QUEUES_MAX ? n : NT_NIC_QUEUES_MAX;
}

/*
 * How many interrupts of a role there will be that serve a queue: virtio_net has some for queues
 * that are not in use.
 */
static uint32_t count_role(const struct nt_queue_planner *p, enum nt_irq_role role)
{
	uint32_t rx = nt_nic_rx_rings(&p->channels), tx = nt_nic_tx_rings(&p->channels);
	uint32_t n = role == NT_IRQ_RX || (role == NT_IRQ_RXTX && rx > tx) ? rx : tx;
	uint32_t known = count_known(p, role);

	n = n < NT_NIC_QUEUES_MAX ? n : NT_NIC_QUEUES_MAX;
	if (!known || !n)
		return known;
	return p->resized || n < known ? n : known;
}

static uint32_t count_queues(const struct nt_queue_planner *p)
{
	uint32_t most = 0;

	for (size_t role = 0; role < N_PLACED; role++) {
		uint32_t n = count_role(p, (enum nt_irq_role)role);

		most = n > most ? n : most;
	}
	return most;
}

static int refuse(struct placing *placing, enum nt_outcome outcome, const char *remedy)
{
	return nt_device_add(&placing->p.device, &(struct nt_device_value){
		.tunable = PREFIX,
		.wanted = placing->p.device.setting->value,
		.phase = NT_PHASE_IRQ,
		.outcome = outcome,
		.remedy = remedy,
	});
}

/* ---- CPUs without a vector ---- */

/**
 * struct spot - where an interrupt goes
 * @cpus: CPU list
 * @first: what the rules chose, when @cpus stands for it; "" else
 * @note: why, behind what is noted of the whole line
 * @none: the CPU is full, and so is every other that the rules allow
 */
struct spot {
	char cpus[16];
	char first[16];
	char note[256];
	bool none;
};

static bool is_full(const struct nt_facts *facts, uint32_t cpu)
{
	long at = nt_facts_find_cpu(facts->cpus, facts->n_cpus, cpu);

	return at >= 0 && facts->cpus[at].full;
}

/* One for all interrupts of a queue, so that they stay together. */
static uint32_t choose_instead(struct placing *placing, uint32_t queue)
{
	const struct nt_link_fact *link = placing->p.device.link;
	uint32_t *cpu = &placing->instead[queue];

	if (*cpu == NOT_ASKED && nt_placement_instead(&placing->placement, placing->how,
						      link ? link->numa_node : -1, cpu) < 0)
		*cpu = NO_CPU;
	return *cpu;
}

/* What went elsewhere stays there, and is company to what has to go now. */
static void note_moved(struct placing *placing)
{
	const struct nt_nic_fact *nic = placing->p.device.nic;

	for (size_t i = 0; i < nic->n_irqs; i++)
		if (nic->irqs[i].instead_of)
			nt_placement_moved(&placing->placement,
					   (uint32_t)strtoul(nic->irqs[i].cpus, NULL, 10));
}

static void move_to(struct spot *spot, const struct placing *placing, const char *cpus)
{
	memcpy(spot->first, spot->cpus, sizeof(spot->first));
	snprintf(spot->cpus, sizeof(spot->cpus), "%.15s", cpus);
	snprintf(spot->note, sizeof(spot->note), "%s%sCPU %s has no interrupt vector left",
		 placing->note, *placing->note ? ", " : "", spot->first);
}

/* Where it stands already it needs no vector; where it went for want of one it stays. */
static void find_spot(struct placing *placing, const struct nt_irq_fact *irq, uint32_t queue,
		      struct spot *spot)
{
	const char *now = irq && irq->cpus ? irq->cpus : "";
	char cpus[16];

	*spot = (struct spot){ .none = false };
	snprintf(spot->cpus, sizeof(spot->cpus), "%" PRIu32, placing->cpus[queue]);
	snprintf(spot->note, sizeof(spot->note), "%s", placing->note);
	if (!strcmp(now, spot->cpus))
		return;
	if (irq && irq->instead_of && !strcmp(irq->instead_of, spot->cpus)) {
		move_to(spot, placing, now);
		return;
	}
	if (!is_full(placing->p.device.facts, placing->cpus[queue]))
		return;
	spot->none = choose_instead(placing, queue) == NO_CPU;
	snprintf(cpus, sizeof(cpus), "%" PRIu32, placing->instead[queue]);
	if (!spot->none)
		move_to(spot, placing, cpus);
}

static int add_irq(struct placing *placing, enum nt_irq_role role, uint32_t queue)
{
	const struct nt_irq_fact *irq = nt_queue_find_irq(placing->p.device.nic, role, queue);
	char tunable[NT_QUEUE_TUNABLE_MAX];
	struct spot spot;
	struct nt_device_value value = {
		.tunable = tunable,
		.seen = irq ? irq->cpus : NULL,
		.wanted = spot.cpus,
		.phase = NT_PHASE_IRQ,
		.note = spot.note,
		.owner = placing->owner,
	};

	/* A driver need not have an interrupt for each queue. */
	if (!irq && !placing->p.resized)
		return 0;
	format_tunable(role, queue, tunable, sizeof(tunable));
	find_spot(placing, irq, queue, &spot);
	value.instead_of = *spot.first ? spot.first : NULL;
	if (spot.none) {
		value.outcome = NT_OUTCOME_BLOCKED;
		value.remedy = "no CPU that IrqPlacement= allows has an interrupt vector left: "
			       "allow it more CPUs, or give devices fewer queues";
	} else if (irq && irq->managed && !(irq->cpus && !strcmp(irq->cpus, spot.cpus))) {
		value.outcome = NT_OUTCOME_IMMUTABLE;
		value.remedy = "leave it: the kernel placed this interrupt and does not move it";
		value.owner = NULL;
	} else if (irq && !irq->cpus) {
		value.outcome = NT_OUTCOME_UNSUPPORTED;
		value.remedy = "its affinity cannot be read";
	}
	return nt_device_add(&placing->p.device, &value);
}

static int add_irqs(struct placing *placing)
{
	int r = 0;

	for (size_t role = 0; role < N_PLACED; role++) {
		uint32_t n = count_role(&placing->p, (enum nt_irq_role)role);

		for (uint32_t queue = 0; queue < n && r == 0; queue++)
			r = add_irq(placing, (enum nt_irq_role)role, queue);
	}
	return r;
}

static void note_list(struct placing *placing, const struct nt_idset *cpus, const char *what)
{
	size_t len = strlen(placing->note);
	char list[64];

	if (nt_idset_size(cpus) && nt_idset_format(cpus, list, sizeof(list)) == 0)
		snprintf(placing->note + len, sizeof(placing->note) - len, "%sCPU %s is %s",
			 len ? ", " : "", list, what);
}

/* A host with fewer CPUs than the line was written for, or with some of them switched off. */
static void note_missing(struct placing *placing)
{
	const struct nt_facts *facts = placing->p.device.facts;
	struct nt_idset missing = placing->how->list, offline = { 0 };

	placing->note[0] = '\0';
	if (!facts->n_cpus)
		return;
	nt_idset_join(&missing, &placing->how->exclude);
	for (size_t i = 0; i < facts->n_cpus; i++) {
		uint32_t cpu = facts->cpus[i].cpu;

		if (!facts->cpus[i].online && nt_idset_has(&placing->how->list, cpu))
			nt_idset_add(&offline, cpu);
		nt_idset_remove(&missing, cpu);
	}
	note_list(placing, &missing, "not there");
	note_list(placing, &offline, "offline");
}

static int place_device(struct placing *placing)
{
	const struct nt_link_fact *link = placing->p.device.link;
	uint32_t n = count_queues(&placing->p);
	struct nt_diag why = { 0 };
	int r;

	if (nt_device_sleeps(&placing->p.device))
		return refuse(placing, NT_OUTCOME_DEFERRED, NT_DEVICE_SLEEPS);
	if (!n)
		return refuse(placing, NT_OUTCOME_UNSUPPORTED,
			      "the device has no interrupts that can be told apart by queue");
	r = nt_placement_parse(placing->p.device.setting->value, placing->how, NULL, &why);
	if (r == 0)
		r = nt_placement_place(&placing->placement, placing->how,
				       link ? link->numa_node : -1, n, placing->cpus, &why);
	for (uint32_t queue = 0; queue < n; queue++)
		placing->instead[queue] = NOT_ASKED;
	note_moved(placing);
	note_missing(placing);
	if (r == -ENXIO)
		return refuse(placing, NT_OUTCOME_BLOCKED, why.message);
	return r < 0 ? r : add_irqs(placing);
}

/* Only a running irqbalance has an owner fact without a key. */
static const char *find_irqbalance(const struct nt_facts *facts)
{
	for (size_t i = 0; i < facts->n_owners; i++)
		if (!strcmp(facts->owners[i].owner, "irqbalance") && !facts->owners[i].key[0])
			return "irqbalance, which runs and will move it";
	return NULL;
}

/* Somebody who moves interrupts has to be asked first, or at least be named. */
static int ask_irqbalance(struct placing *placing)
{
	bool asked = false;
	int r = placing->p.device.nic->n_irqs ? nt_irqbalance_plan(&placing->p.device, &asked) : 0;

	placing->owner = asked ? NULL : find_irqbalance(placing->p.device.facts);
	return r;
}

static int place_one(struct nt_device_planner *device)
{
	struct placing *placing = (struct placing *)device;
	int r;

	if (!device->nic)
		return refuse(placing, NT_OUTCOME_ABSENT, NULL);
	nt_queue_planner_look(&placing->p);
	r = ask_irqbalance(placing);
	return r < 0 ? r : place_device(placing);
}

static int irq_plan(const struct nt_setting *settings, size_t n, const struct nt_facts *facts,
		    struct nt_plan *plan, struct nt_diag *diag)
{
	nt_autofree struct nt_placement_how *how = malloc(sizeof(*how));
	nt_autofree uint32_t *cpus = calloc(NT_NIC_QUEUES_MAX, sizeof(*cpus));
	nt_autofree uint32_t *instead = calloc(NT_NIC_QUEUES_MAX, sizeof(*instead));
	struct placing placing = {
		.p = { .device = { .domain = &nt_tunable_irq, .facts = facts, .plan = plan },
		       .whole = plan },
		.how = how,
		.cpus = cpus,
		.instead = instead,
	};
	int r = how && cpus && instead ? 0 : -ENOMEM;

	if (r == 0)
		r = nt_placement_start(&placing.placement, facts->cpus, facts->n_cpus);
	if (r == 0)
		r = nt_device_plan(&placing.p.device, settings, n, "IrqPlacement", place_one);
	nt_placement_end(&placing.placement);
	return r < 0 ? nt_diag_err(diag, -r, "irq: cannot be planned: %s", strerror(-r)) : 0;
}

/* ---- keeping ---- */

/* Serves it a queue, now or with the planned channels? Undoing brings queues back. */
static bool is_used(const struct nt_queue_planner *p, const struct nt_irq_fact *irq)
{
	struct nt_queue_planner now = *p;

	now.channels = p->device.nic->channels;
	now.resized = false;
	return irq->role == NT_IRQ_OTHER || irq->queue < count_role(p, irq->role) ||
	       irq->queue < count_role(&now, irq->role);
}

static int keep_irq(struct nt_queue_planner *p, const struct nt_irq_fact *irq)
{
	char tunable[NT_QUEUE_TUNABLE_MAX];

	if (irq->managed || !irq->cpus || !is_used(p, irq) ||
	    irq != nt_queue_find_irq(p->device.nic, irq->role, irq->queue))
		return 0;
	format_tunable(irq->role, irq->queue, tunable, sizeof(tunable));
	return nt_device_add(&p->device, &(struct nt_device_value){
		.tunable = tunable,
		.seen = irq->cpus,
		.wanted = irq->cpus,
		.phase = NT_PHASE_IRQ,
		.reason = "kept: interrupts are asked for anew when queues change",
	});
}

static int irq_keep(const struct nt_facts *facts, const char *device, const struct nt_plan *plan,
		    struct nt_plan *ret)
{
	struct nt_queue_planner p = nt_queue_planner_keep(&nt_tunable_irq, facts, device, plan,
							  ret);
	const struct nt_nic_fact *nic = p.device.nic;
	int r = 0;

	for (size_t i = 0; nic && r == 0 && i < nic->n_irqs; i++)
		r = keep_irq(&p, &nic->irqs[i]);
	return r;
}

/* ---- what was refused ---- */

bool nt_irq_refused(struct nt_facts *facts, const struct nt_change *change)
{
	char *end;
	unsigned long cpu = strtoul(change->wanted, &end, 10);
	long at;

	/* What is kept has a list, which may be of all CPUs. */
	if (change->domain != &nt_tunable_irq || change->err != ENOSPC || change->kept ||
	    end == change->wanted || *end || cpu > UINT32_MAX)
		return false;
	at = nt_facts_find_cpu(facts->cpus, facts->n_cpus, (uint32_t)cpu);
	if (at >= 0)
		facts->cpus[at].full = true;
	return at >= 0;
}

static struct nt_irq_fact *find_fact(struct nt_facts *facts, const char *dev, const char *tunable)
{
	const struct nt_nic_fact *nic = nt_facts_nic(facts, dev);
	enum nt_irq_role role;
	uint32_t queue;

	if (!nic || parse_tunable(tunable, &role, &queue) < 0)
		return NULL;
	return (struct nt_irq_fact *)nt_queue_find_irq(nic, role, queue);
}

int nt_irq_recall(struct nt_facts *facts, const char *dev, const char *tunable, const char *cpus,
		  const char *instead_of)
{
	struct nt_irq_fact *irq = find_fact(facts, dev, tunable);
	char *copy;

	if (!irq || !irq->cpus || strcmp(irq->cpus, cpus) != 0)
		return 0;
	copy = strdup(instead_of);
	if (!copy)
		return -ENOMEM;
	free(irq->instead_of);
	irq->instead_of = copy;
	return 0;
}

/* ---- what XPS follows ---- */

int nt_irq_foresee(struct nt_facts *facts, const struct nt_change *change)
{
	struct nt_nic_fact *nic = nt_queue_nic(facts, change->target);
	enum nt_irq_role role;
	uint32_t queue;

	if (change->domain != &nt_tunable_irq || !nic ||
	    parse_tunable(change->tunable, &role, &queue) < 0)
		return 0;
	for (size_t i = 0; i < nic->n_irqs; i++) {
		struct nt_irq_fact *irq = &nic->irqs[i];
		char *cpus;

		if (irq->role != role || irq->queue != queue || !irq->cpus || irq->managed)
			continue;
		cpus = strdup(change->wanted);
		if (!cpus)
			return -ENOMEM;
		free(irq->cpus);
		irq->cpus = cpus;
	}
	return 0;
}

static void note_cpus(struct nt_irq_cpus *cpus, enum nt_irq_role role, uint32_t queue,
		      const char *list)
{
	if ((role != NT_IRQ_RXTX && role != NT_IRQ_TX) || queue >= NT_NIC_QUEUES_MAX || !list)
		return;
	cpus->cpus[queue] = list;
	if (queue >= cpus->n)
		cpus->n = queue + 1;
}

int nt_irq_cpus_make(const struct nt_facts *facts, const char *dev, const struct nt_plan *plan,
		     struct nt_irq_cpus *ret)
{
	const struct nt_nic_fact *nic = nt_facts_nic(facts, dev);
	struct nt_irq_cpus cpus = { .cpus = calloc(NT_NIC_QUEUES_MAX, sizeof(*cpus.cpus)) };

	if (!cpus.cpus)
		return -ENOMEM;
	for (size_t i = 0; nic && i < nic->n_irqs; i++)
		note_cpus(&cpus, nic->irqs[i].role, nic->irqs[i].queue, nic->irqs[i].cpus);
	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct nt_change *change = &plan->changes[i];
		enum nt_irq_role role;
		uint32_t queue;

		if (change->domain != &nt_tunable_irq || strcmp(change->target, dev) != 0 ||
		    change->outcome != NT_OUTCOME_PLANNED ||
		    parse_tunable(change->tunable, &role, &queue) < 0)
			continue;
		note_cpus(&cpus, role, queue, change->wanted);
	}
	*ret = cpus;
	return 0;
}

const char *nt_irq_cpus_of(const struct nt_irq_cpus *cpus, uint32_t queue)
{
	return cpus->n ? cpus->cpus[queue % cpus->n] : NULL;
}

void nt_irq_cpus_free(struct nt_irq_cpus *cpus)
{
	free(cpus->cpus);
	memset(cpus, 0, sizeof(*cpus));
}

/* ---- the host ---- */

/*
 * The interrupts of the device that was looked at last. They are looked up anew when the handler
 * that was found is not where it was: its name tells device and queue, its number may be another's
 * by now.
 */
static struct {
	struct nt_io *io;
	char dev[NT_NIC_NAME_MAX];
	struct nt_nic_fact nic;
} last;

static void driver_of(struct nt_io *io, const char *dev, char *buf, size_t size)
{
	char path[128], target[256];
	const char *name = NULL;

	snprintf(path, sizeof(path), NET "%.15s/device/driver", dev);
	if (nt_io_read_link(io, path, target, sizeof(target)) == 0)
		name = strrchr(target, '/');
	snprintf(buf, size, "%s", name ? name + 1 : "");
}

static int look_up_all(struct nt_io *io, const char *dev)
{
	char driver[64];
	int r;

	nt_nic_fact_free(&last.nic);
	last.io = io;
	snprintf(last.dev, sizeof(last.dev), "%s", dev);
	driver_of(io, dev, driver, sizeof(driver));
	r = nt_facts_read_irqs(io, dev, driver, &last.nic);
	if (r < 0)
		nt_nic_fact_free(&last.nic);
	return r;
}

static const struct nt_irq_fact *look_up_again(struct nt_io *io, const char *dev,
					       enum nt_irq_role role, uint32_t queue)
{
	const struct nt_irq_fact *irq;
	char path[128];

	if (last.io != io || strcmp(last.dev, dev) != 0)
		return NULL;
	irq = nt_queue_find_irq(&last.nic, role, queue);
	if (!irq)
		return NULL;
	snprintf(path, sizeof(path), "/proc/irq/%" PRIu32 "/%s", irq->irq, irq->name);
	return nt_io_access(io, path, F_OK) == 0 ? irq : NULL;
}

static bool has_device(struct nt_io *io, const char *dev)
{
	char path[64];

	snprintf(path, sizeof(path), NET "%.15s", dev);
	return nt_io_access(io, path, F_OK) == 0;
}

int nt_irq_look_up(struct nt_io *io, const char *dev, const struct nt_nic_fact **ret)
{
	int r = has_device(io, dev) ? look_up_all(io, dev) : -ENODEV;

	*ret = &last.nic;
	return r;
}

/* The number of @tunable's interrupt; -ENOENT no such interrupt, -ENODEV no such device. */
static int find_number(struct nt_io *io, const char *dev, const char *tunable, uint32_t *ret)
{
	const struct nt_irq_fact *irq;
	enum nt_irq_role role;
	uint32_t queue;
	int r = parse_tunable(tunable, &role, &queue);

	if (r < 0)
		return -ENOENT;
	irq = look_up_again(io, dev, role, queue);
	if (!irq) {
		r = has_device(io, dev) ? look_up_all(io, dev) : -ENODEV;
		irq = r < 0 ? NULL : nt_queue_find_irq(&last.nic, role, queue);
	}
	if (!irq)
		return r < 0 ? r : -ENOENT;
	*ret = irq->irq;
	return 0;
}

static int find_file(struct nt_io *io, const char *dev, const char *tunable, char *buf, size_t size)
{
	uint32_t irq;
	int r = find_number(io, dev, tunable, &irq);

	if (r == 0)
		snprintf(buf, size, "/proc/irq/%" PRIu32 "/smp_affinity_list", irq);
	return r;
}

/* As the kernel prints lists, but for sure. */
static int canonicalise(char *list, char *buf, size_t size)
{
	struct nt_idset set;

	list[strcspn(list, "\n")] = '\0';
	if (nt_idset_parse(list, &set, NULL) < 0)
		return -EINVAL;
	return nt_idset_format(&set, buf, size);
}

static int irq_get(struct nt_io *io, const char *target, const char *tunable, char *buf,
		   size_t size)
{
	char path[64], list[NT_IO_VALUE_MAX];
	int r = find_file(io, target, tunable, path, sizeof(path));

	if (r == 0)
		r = nt_io_read_file(io, path, list, sizeof(list), NULL);
	return r < 0 ? r : canonicalise(list, buf, size);
}

/*
 * irq_set_affinity and write_irq_affinity() in kernel/irq/{manage,proc}.c: an interrupt that must
 * not be moved is -EIO up to Linux 6.9 and -EPERM after.
 */
static int refused(const struct nt_change *change, const char *cpus, int err, struct nt_diag *diag)
{
	switch (err) {
	case EIO:
	case EPERM:
		return nt_diag_err(diag, EROFS, "%s: %s: the kernel placed this interrupt and "
				   "does not move it", change->target, change->tunable);
	case EINVAL:
		return nt_diag_err(diag, EINVAL, "%s: %s: no CPU of %s is online", change->target,
				   change->tunable, cpus);
	case ENOSPC:
		return nt_diag_err(diag, ENOSPC, "%s: %s: CPU %s has no interrupt vector left; "
				   "exclude=%s in IrqPlacement= chooses another", change->target,
				   change->tunable, cpus, cpus);
	default:
		return nt_diag_err(diag, err, "%s: %s: cannot be set to CPU %s: %s",
				   change->target, change->tunable, cpus, strerror(err));
	}
}

static int write_value(struct nt_io *io, const struct nt_change *change, const char *cpus,
		       struct nt_diag *diag)
{
	char path[64], line[NT_IO_VALUE_MAX];
	int len = snprintf(line, sizeof(line), "%s\n", cpus);
	int r = find_file(io, change->target, change->tunable, path, sizeof(path));

	if (r == 0 && (len < 0 || (size_t)len >= sizeof(line)))
		r = -E2BIG;
	if (r == 0)
		r = nt_io_write_file(io, path, line, (size_t)len);
	return r < 0 ? refused(change, cpus, -r, diag) : 0;
}

static int irq_apply(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return write_value(io, change, change->wanted, diag);
}

static int irq_undo(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return change->seen ? write_value(io, change, change->seen, diag) : 0;
}

/* The module takes masks, and the file of the mask as the proof. */
static int irq_operation(struct nt_io *io, const struct nt_change *change,
			 const struct nt_plan_device *device, struct nt_operation *ret)
{
	struct nt_operation operation = { .kind = NETTUNE_OP_KIND_IRQ };
	struct nt_idset set;
	char mask[NT_IO_VALUE_MAX];
	uint32_t irq;
	int r = find_number(io, change->target, change->tunable, &irq);

	(void)device;
	if (r == 0)
		r = nt_idset_parse(change->wanted, &set, NULL);
	if (r == 0)
		r = nt_idset_format_mask(&set, mask, sizeof(mask));
	if (r < 0)
		return r;
	operation.value = strdup(mask);
	if (!operation.value)
		return -ENOMEM;
	operation.value_len = strlen(mask);
	snprintf(operation.path, sizeof(operation.path), "/proc/irq/%" PRIu32 "/smp_affinity", irq);
	*ret = operation;
	return 0;
}

static bool irq_same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static const char *irq_describe(const char *tunable)
{
	(void)tunable;
	return "the CPU that handles the interrupts of a queue";
}

const struct nt_tunable nt_tunable_irq = {
	.name = "irq",
	.section = "Device",
	.keys = irq_key,
	.check = irq_check,
	.read = irq_read,
	.plan = irq_plan,
	.keep = irq_keep,
	.foresee = nt_irq_foresee,
	.apply = irq_apply,
	.undo = irq_undo,
	.get = irq_get,
	.same = irq_same,
	.operation = irq_operation,
	.describe = irq_describe,
};
