// SPDX-License-Identifier: GPL-2.0-or-later
/* The plan as a data structure: adding, ordering, counting, naming. See plan.h. */
#include "plan.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const outcome_names[] = {
	[NT_OUTCOME_PLANNED] = "planned",         [NT_OUTCOME_COMPLIANT] = "compliant",
	[NT_OUTCOME_UNSUPPORTED] = "unsupported", [NT_OUTCOME_BLOCKED] = "blocked",
	[NT_OUTCOME_ABSENT] = "absent",           [NT_OUTCOME_IMMUTABLE] = "immutable",
	[NT_OUTCOME_DEFERRED] = "deferred",       [NT_OUTCOME_APPLIED] = "applied",
	[NT_OUTCOME_FAILED] = "failed",           [NT_OUTCOME_UNDONE] = "undone",
};

static const char *const phase_names[] = {
	[NT_PHASE_MODULES] = "modules",
	[NT_PHASE_SYSCTL] = "sysctl",
	[NT_PHASE_BOND] = "bond",
	[NT_PHASE_FEATURE_OFF] = "feature-off",
	[NT_PHASE_MTU] = "mtu",
	[NT_PHASE_CHANNELS] = "channels",
	[NT_PHASE_RINGS] = "rings",
	[NT_PHASE_FEATURE_ON] = "feature-on",
	[NT_PHASE_PAUSE] = "pause",
	[NT_PHASE_COALESCE_MODE] = "coalesce-mode",
	[NT_PHASE_COALESCE] = "coalesce",
	[NT_PHASE_COALESCE_QUEUE_MODE] = "coalesce-queue-mode",
	[NT_PHASE_COALESCE_QUEUE] = "coalesce-queue",
	[NT_PHASE_RSS] = "rss",
	[NT_PHASE_IRQBALANCE] = "irqbalance",
	[NT_PHASE_IRQ] = "irq",
	[NT_PHASE_XPS] = "xps",
	[NT_PHASE_RPS] = "rps",
	[NT_PHASE_NAPI] = "napi",
	[NT_PHASE_NAPI_QUEUE] = "napi-queue",
	[NT_PHASE_QDISC] = "qdisc",
};

static const char *const policy_names[] = {
	[NT_POLICY_PREFER] = "prefer",
	[NT_POLICY_REQUIRE] = "require",
	[NT_POLICY_IGNORE] = "ignore",
};

const char *nt_outcome_name(enum nt_outcome outcome)
{
	return outcome_names[outcome];
}

const char *nt_phase_name(enum nt_phase phase)
{
	return phase_names[phase];
}

const char *nt_policy_name(enum nt_policy policy)
{
	return policy_names[policy];
}

static int name_index(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return (int)i;
	return -EINVAL;
}

int nt_policy_parse(const char *name, enum nt_policy *ret)
{
	int i = name_index(policy_names, sizeof(policy_names) / sizeof(*policy_names), name);

	if (i < 0)
		return i;
	*ret = (enum nt_policy)i;
	return 0;
}

int nt_outcome_parse(const char *name, enum nt_outcome *ret)
{
	int i = name_index(outcome_names, sizeof(outcome_names) / sizeof(*outcome_names), name);

	if (i < 0)
		return i;
	*ret = (enum nt_outcome)i;
	return 0;
}

int nt_phase_parse(const char *name, enum nt_phase *ret)
{
	int i = name_index(phase_names, sizeof(phase_names) / sizeof(*phase_names), name);

	if (i < 0)
		return i;
	*ret = (enum nt_phase)i;
	return 0;
}

int nt_plan_add(struct nt_plan *plan, const struct nt_change *change)
{
	struct nt_change *grown;
	size_t n = plan->n_allocated ? plan->n_allocated * 2 : 32;

	if (plan->n_changes >= NT_PLAN_CHANGES_MAX)
		return -EOVERFLOW;
	if (plan->n_changes == plan->n_allocated) {
		grown = realloc(plan->changes, n * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		plan->changes = grown;
		plan->n_allocated = n;
	}

	plan->changes[plan->n_changes++] = *change;
	return 0;
}

struct nt_change *nt_plan_find(const struct nt_plan *plan, const char *target,
			       const char *tunable)
{
	for (size_t i = 0; i < plan->n_changes; i++)
		if (!strcmp(plan->changes[i].tunable, tunable) &&
		    !strcmp(plan->changes[i].target, target))
			return &plan->changes[i];
	return NULL;
}

size_t nt_plan_count(const struct nt_plan *plan, enum nt_outcome outcome)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_changes; i++)
		n += plan->changes[i].outcome == outcome && !plan->changes[i].kept;
	return n;
}

enum nt_batch nt_phase_batch(enum nt_phase phase)
{
	if (phase == NT_PHASE_MODULES)
		return NT_BATCH_MODULES;
	if (phase < NT_PHASE_FEATURE_OFF)
		return NT_BATCH_HOST;
	return phase < NT_PHASE_FEATURE_ON ? NT_BATCH_STRUCTURAL : NT_BATCH_QUEUES;
}

/* Those of NT_BATCH_QUEUES. */
#define QUEUE_PHASES ((NT_PHASE_BIT(NT_PHASES) - 1U) & ~(NT_PHASE_BIT(NT_PHASE_FEATURE_ON) - 1U))

static_assert(NT_PHASES < 32, "phases are bits");

/* Does it count: is it to be written, or may it have been? */
static bool is_live(const struct nt_change *change)
{
	return change->outcome == NT_OUTCOME_PLANNED || change->journaled;
}

bool nt_change_resets(const struct nt_change *change)
{
	return is_live(change) &&
	       (nt_phase_batch(change->phase) == NT_BATCH_STRUCTURAL ||
		(change->phase == NT_PHASE_FEATURE_ON && change->disruptive));
}

uint32_t nt_change_disturbs(const struct nt_change *change)
{
	/*
	 * A mode brings its own values with it (mlx5: mlx5e_reset_rx_moderation()), and what a
	 * device is told all its queues are told: __i40e_set_coalesce() and
	 * virtnet_send_notf_coal_cmds() of Linux 6.12, netdev_set_defer_hard_irqs() of 6.13.
	 */
	static const uint32_t overwrites[NT_PHASES] = {
		[NT_PHASE_COALESCE_MODE] = NT_PHASE_BIT(NT_PHASE_COALESCE) |
					   NT_PHASE_BIT(NT_PHASE_COALESCE_QUEUE_MODE) |
					   NT_PHASE_BIT(NT_PHASE_COALESCE_QUEUE),
		[NT_PHASE_COALESCE] = NT_PHASE_BIT(NT_PHASE_COALESCE_QUEUE_MODE) |
				      NT_PHASE_BIT(NT_PHASE_COALESCE_QUEUE),
		[NT_PHASE_COALESCE_QUEUE_MODE] = NT_PHASE_BIT(NT_PHASE_COALESCE_QUEUE),
		[NT_PHASE_NAPI] = NT_PHASE_BIT(NT_PHASE_NAPI_QUEUE),
	};

	if (nt_change_resets(change))
		return QUEUE_PHASES;
	return is_live(change) ? overwrites[change->phase] : 0;
}

uint32_t nt_plan_disturbs(const struct nt_plan *plan, const char *device)
{
	uint32_t phases = 0;

	for (size_t i = 0; i < plan->n_changes; i++)
		if (!strcmp(plan->changes[i].target, device))
			phases |= nt_change_disturbs(&plan->changes[i]);
	return phases;
}

bool nt_plan_resets(const struct nt_plan *plan, size_t from, const char *device)
{
	for (size_t i = from; i < plan->n_changes; i++)
		if (nt_change_resets(&plan->changes[i]) &&
		    (!device || !strcmp(plan->changes[i].target, device)))
			return true;
	return false;
}

/*
 * How polling was set comes first: it belongs to the device and survives new queues, but some
 * drivers take it only while a feature of the plan is on (veth has NAPI with GRO or XDP alone).
 */
static uint32_t undo_rank(enum nt_phase phase)
{
	if (phase == NT_PHASE_NAPI)
		return 0;
	if (phase < NT_PHASE_FEATURE_OFF)
		return NT_PHASES - 1U - phase;
	return (uint32_t)phase - NT_PHASE_FEATURE_OFF + (phase < NT_PHASE_NAPI);
}

uint32_t nt_plan_undo_seq(enum nt_phase phase, size_t nth)
{
	return undo_rank(phase) * NT_PLAN_UNDO_MAX + (uint32_t)nth;
}

/* A change with what its place follows from. */
struct placed {
	struct nt_change change;
	unsigned int batch;
	size_t device;
	size_t nth;
};

static int by_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->batch != y->batch)
		return x->batch < y->batch ? -1 : 1;
	if (x->device != y->device)
		return x->device < y->device ? -1 : 1;
	if (x->change.phase != y->change.phase)
		return x->change.phase < y->change.phase ? -1 : 1;
	return x->nth < y->nth ? -1 : 1;
}

/*
 * Where the first change of the same device stands. Changes of one device come in runs, so the run
 * before is asked first: with 8 devices that keeps this linear.
 */
static size_t device_of(const struct nt_plan *plan, const struct placed *placed, size_t nth)
{
	const char *target = plan->changes[nth].target;

	if (nt_phase_batch(plan->changes[nth].phase) < NT_BATCH_STRUCTURAL)
		return 0;
	if (nth && nt_phase_batch(plan->changes[nth - 1].phase) >= NT_BATCH_STRUCTURAL &&
	    !strcmp(plan->changes[nth - 1].target, target))
		return placed[nth - 1].device;
	for (size_t i = 0; i < nth; i++)
		if (nt_phase_batch(plan->changes[i].phase) >= NT_BATCH_STRUCTURAL &&
		    !strcmp(plan->changes[i].target, target))
			return i;
	return nth;
}

static int sort(struct nt_plan *plan, unsigned int (*rank)(enum nt_phase phase))
{
	struct placed *placed;

	if (!plan->n_changes)
		return 0;
	placed = malloc(plan->n_changes * sizeof(*placed));
	if (!placed)
		return -ENOMEM;
	for (size_t i = 0; i < plan->n_changes; i++)
		placed[i] = (struct placed){
			.change = plan->changes[i],
			.batch = rank(plan->changes[i].phase),
			.device = device_of(plan, placed, i),
			.nth = i,
		};
	qsort(placed, plan->n_changes, sizeof(*placed), by_place);
	for (size_t i = 0; i < plan->n_changes; i++)
		plan->changes[i] = placed[i].change;
	free(placed);
	return 0;
}

static unsigned int forward_rank(enum nt_phase phase)
{
	static const unsigned int forward[NT_BATCHES] = {
		[NT_BATCH_MODULES] = 0, [NT_BATCH_HOST] = 1,
		[NT_BATCH_STRUCTURAL] = 2, [NT_BATCH_QUEUES] = 3,
	};

	return forward[nt_phase_batch(phase)];
}

int nt_plan_sort(struct nt_plan *plan)
{
	return sort(plan, forward_rank);
}

/* How polling was set comes before everything, as in undo_rank(). */
static unsigned int back_rank(enum nt_phase phase)
{
	static const unsigned int back[NT_BATCHES] = {
		[NT_BATCH_STRUCTURAL] = 1, [NT_BATCH_QUEUES] = 2,
		[NT_BATCH_HOST] = 3, [NT_BATCH_MODULES] = 4,
	};

	return phase == NT_PHASE_NAPI ? 0 : back[nt_phase_batch(phase)];
}

int nt_plan_sort_back(struct nt_plan *plan)
{
	/* Undoing the way back, the features are there again first, and queues come behind. */
	for (size_t i = 0; i < plan->n_changes; i++) {
		struct nt_change *change = &plan->changes[i];
		uint32_t nth = change->undo_seq % NT_PLAN_UNDO_MAX;

		if (change->phase == NT_PHASE_NAPI)
			change->undo_seq = nt_plan_undo_seq(NT_PHASE_NAPI_QUEUE, nth);
		else if (change->phase == NT_PHASE_NAPI_QUEUE)
			change->undo_seq = nt_plan_undo_seq(NT_PHASE_QDISC, nth);
	}
	return sort(plan, back_rank);
}

int nt_plan_add_device(struct nt_plan *plan, const struct nt_plan_device *device)
{
	struct nt_plan_device *grown;

	if (plan->n_devices == NT_PLAN_DEVICES_MAX)
		return -EOVERFLOW;
	grown = realloc(plan->devices, (plan->n_devices + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	plan->devices = grown;
	plan->devices[plan->n_devices++] = *device;
	return 0;
}

const struct nt_plan_device *nt_plan_device(const struct nt_plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->n_devices; i++)
		if (!strcmp(plan->devices[i].name, name))
			return &plan->devices[i];
	return NULL;
}

struct nt_change_name nt_change_name(const struct nt_change *change)
{
	bool device = nt_phase_batch(change->phase) >= NT_BATCH_STRUCTURAL ||
		      change->phase == NT_PHASE_BOND;
	struct nt_change_name name;

	snprintf(name.text, sizeof(name.text), "%s%s%s", device ? change->target : "",
		 device ? " " : "", change->tunable);
	return name;
}

void nt_change_free(struct nt_change *change)
{
	free(change->target);
	free(change->tunable);
	free(change->seen);
	free(change->wanted);
	free(change->reason);
	free(change->remedy);
	free(change->owner);
	free(change->origin);
	free(change->extack);
	free(change->management);
	free(change->readback);
	free(change->instead_of);
	memset(change, 0, sizeof(*change));
}

void nt_plan_free(struct nt_plan *plan)
{
	for (size_t i = 0; i < plan->n_changes; i++)
		nt_change_free(&plan->changes[i]);
	free(plan->changes);
	free(plan->devices);
	memset(plan, 0, sizeof(*plan));
}
