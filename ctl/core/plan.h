/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan: ordered changes that lead from what was seen to what is wanted.
 */
#ifndef NT_CORE_PLAN_H
#define NT_CORE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nic.h"
#include "profile.h"

struct nt_tunable;

/* At least 8 devices x 128 queues x 4 tunables (design, section 3). */
#define NT_PLAN_CHANGES_MAX 16384U
/* Places within a phase's undo: a plan and what is planned beside it, before they are joined. */
#define NT_PLAN_UNDO_MAX    (2U * NT_PLAN_CHANGES_MAX)

enum nt_outcome {
	NT_OUTCOME_PLANNED,
	NT_OUTCOME_COMPLIANT,
	NT_OUTCOME_UNSUPPORTED, /* the kernel or driver has no such thing */
	NT_OUTCOME_BLOCKED,     /* something stands in the way; remedy says what to do */
	NT_OUTCOME_ABSENT,      /* a module or namespace that would have it is not there */
	NT_OUTCOME_IMMUTABLE,   /* can be read, never written here */
	NT_OUTCOME_DEFERRED,    /* when the link is up */
	NT_OUTCOME_APPLIED,
	NT_OUTCOME_FAILED,
	NT_OUTCOME_UNDONE,
};

/* In plan order (design, section 1). */
enum nt_phase {
	NT_PHASE_MODULES,
	NT_PHASE_SYSCTL,
	/* Before all devices, for a bond may be made here: nothing is there to look at yet. */
	NT_PHASE_BOND,
	/* Structural: may reset a device and what its queues were told. One device at a time. */
	NT_PHASE_FEATURE_OFF,
	NT_PHASE_MTU,
	NT_PHASE_CHANNELS,
	NT_PHASE_RINGS,
	/* Per queue: planned anew after the device has been read again. */
	NT_PHASE_FEATURE_ON,
	NT_PHASE_PAUSE,
	NT_PHASE_COALESCE_MODE,
	NT_PHASE_COALESCE, /* of a device: drivers overwrite what its queues were told */
	NT_PHASE_COALESCE_QUEUE_MODE, /* of single queues */
	NT_PHASE_COALESCE_QUEUE,
	NT_PHASE_RSS,
	NT_PHASE_IRQBALANCE,
	NT_PHASE_IRQ,
	NT_PHASE_XPS,
	NT_PHASE_RPS,
	NT_PHASE_NAPI,       /* of a device: overwrites what its queues were told */
	NT_PHASE_NAPI_QUEUE, /* of one queue */
	NT_PHASE_QDISC,
	NT_PHASES,
};

#define NT_PHASE_BIT(phase) (1U << (phase))

/* What is applied together; between batches the host is read again. */
enum nt_batch {
	NT_BATCH_MODULES,
	NT_BATCH_HOST,
	NT_BATCH_STRUCTURAL,
	NT_BATCH_QUEUES,
	NT_BATCHES,
};

enum nt_batch nt_phase_batch(enum nt_phase phase);

/**
 * nt_plan_undo_seq() - the undo_seq of a change
 * @phase: of the change
 * @nth: its place in the order in which its phase is undone, below NT_PLAN_UNDO_MAX
 *
 * Undo is planning forward to what was seen: devices first, and each in the order of the phases,
 * for putting a queue right before its device gets back the old channels would be in vain. Then
 * sysctls, and modules last, which others need to be there. How a device is polled comes before
 * all that: it may depend on a feature that is undone.
 */
uint32_t nt_plan_undo_seq(enum nt_phase phase, size_t nth);

/**
 * struct nt_change - one target, one tunable, old value, new value, reason
 * @domain: who can apply it
 * @target: "host", "netns:NAME" or a device
 * @tunable: "net.core.rmem_max"
 * @seen: canonical value before, NULL when there is none
 * @wanted: canonical value after
 * @reason: why it is in the plan
 * @remedy: what would unblock it; NULL for none
 * @owner: who else sets it, "FILE:LINE (to VALUE)"; NULL for none
 * @origin: "FILE:LINE" of the profile; NULL when it follows from another change
 * @undo_seq: undo happens in ascending order of this, computed by the planner
 * @err: positive errno of the attempt, 0 for none
 * @extack: what the kernel said; NULL for none
 * @management: why the device must not be lost; NULL when it may be (engine/protect.h)
 * @readback: canonical value read after the write; NULL before
 * @instead_of: what @wanted stands for, since the host had no room for it there; NULL: @wanted is
 *		what was asked for
 * @seen_late: @seen was read after a module of the same plan had been loaded
 * @journaled: staged: its pre-image is in the journal, so it may be written
 * @noted: of a way back, and in its journal all the same, but never written: it was found returned
 *	   (compliant), gone (absent), or somebody else's (blocked)
 * @kept: nobody asked for it: @seen is what @wanted is, and it is written again only when a
 *	  structural change of its device lost it
 * @disturbed: its device's structure was changed in this transaction, so that what is there before
 *	       it is written need not be @seen
 * @replanned: @wanted is another than when the transaction began, or @seen is known since
 *
 * Owns its strings (not @domain).
 */
struct nt_change {
	const struct nt_tunable *domain;
	char *target;
	char *tunable;
	char *seen;
	char *wanted;
	char *reason;
	char *remedy;
	char *owner;
	char *origin;
	char *extack;
	char *management;
	char *readback;
	char *instead_of;
	enum nt_phase phase;
	enum nt_policy policy;
	enum nt_outcome outcome;
	uint32_t undo_seq;
	int err;
	bool disruptive;
	bool journaled;
	bool noted;
	bool seen_late;
	bool kept;
	bool replanned;
	bool disturbed;
};

/* A plan tunes at most so many devices. */
#define NT_PLAN_DEVICES_MAX 256U

/**
 * struct nt_plan_device - which device a name meant when the plan was staged
 * @name: the target of changes
 * @ifindex: never used twice in the life of a namespace
 * @permanent_address: "" when it has none
 * @bus: "" for virtual devices
 * @ready: how far it was, which it has to be again before another device is reset
 */
struct nt_plan_device {
	char name[NT_NIC_NAME_MAX];
	int ifindex;
	char permanent_address[24];
	char bus[64];
	enum nt_nic_ready ready;
};

/**
 * struct nt_plan - ordered changes
 * @changes: in the order in which they are applied
 * @devices: that they are for; filled when the plan is staged
 * @n_before: changes of the plan that this one will be joined to, so that none of both gets an
 *	      undo_seq twice; 0 for a plan of its own
 * @by_module: the module undid what it wrote of this plan before anybody else undoes the rest
 */
struct nt_plan {
	struct nt_change *changes;
	size_t n_changes;
	size_t n_allocated;
	struct nt_plan_device *devices;
	size_t n_devices;
	size_t n_before;
	bool by_module;
};

/**
 * nt_plan_add() - append a change
 * @change: strings are taken over on success and stay the caller's on failure
 *
 * Return: 0, -ENOMEM, -EOVERFLOW past NT_PLAN_CHANGES_MAX.
 */
int nt_plan_add(struct nt_plan *plan, const struct nt_change *change);

/* The first change of @target's @tunable, or NULL. */
struct nt_change *nt_plan_find(const struct nt_plan *plan, const char *target,
			       const char *tunable);

/*
 * Is it planned or was it staged, and is it structural, or a feature that its driver switches on
 * by a reset? Then the device's queues forget what they know.
 */
bool nt_change_resets(const struct nt_change *change);

/*
 * The phases, as bits 1U << phase, whose values of the same device it may overwrite when it is, or
 * was, written; 0 for one that is neither planned nor was staged.
 */
uint32_t nt_change_disturbs(const struct nt_change *change);

/* The same of all changes of @plan that are for @device. */
uint32_t nt_plan_disturbs(const struct nt_plan *plan, const char *device);

/* Does a change of @plan from number @from on reset @device, or any when that is NULL? */
bool nt_plan_resets(const struct nt_plan *plan, size_t from, const char *device);

/* Of those that were asked for: what is only kept does not count. */
size_t nt_plan_count(const struct nt_plan *plan, enum nt_outcome outcome);
const char *nt_outcome_name(enum nt_outcome outcome);
const char *nt_phase_name(enum nt_phase phase);
const char *nt_policy_name(enum nt_policy policy);
/* The value with that name, or -EINVAL. */
int nt_policy_parse(const char *name, enum nt_policy *ret);
int nt_outcome_parse(const char *name, enum nt_outcome *ret);
int nt_phase_parse(const char *name, enum nt_phase *ret);

/*
 * Orders @plan by batch; structural and per-queue changes by device, in the order in which devices
 * were first planned; then by phase, keeping the domain's own order within one. -ENOMEM leaves it
 * as it was.
 */
int nt_plan_sort(struct nt_plan *plan);

/*
 * The same for a plan that leads back: how devices are polled, then devices, then sysctls, then
 * modules. Within a batch otherwise as nt_plan_sort(). Also gives the changes of NT_PHASE_NAPI
 * and NT_PHASE_NAPI_QUEUE their undo_seq: this plan is undone devices first.
 */
int nt_plan_sort_back(struct nt_plan *plan);

/* -ENOMEM, -EOVERFLOW past NT_PLAN_DEVICES_MAX. */
int nt_plan_add_device(struct nt_plan *plan, const struct nt_plan_device *device);
const struct nt_plan_device *nt_plan_device(const struct nt_plan *plan, const char *name);

#define NT_CHANGE_NAME_MAX 160U

/* What messages call it: "eth0 channels", or "net.core.somaxconn" for the host's own. */
struct nt_change_name {
	char text[NT_CHANGE_NAME_MAX];
};

struct nt_change_name nt_change_name(const struct nt_change *change);

void nt_change_free(struct nt_change *change);
void nt_plan_free(struct nt_plan *plan);

#endif
