/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rule for devices that carry the operator: they are changed on trial only (design, section 7).
 *
 * Pure: it judges a plan by facts. Sysctls of the host are no changes of a device.
 */
#ifndef NT_ENGINE_PROTECT_H
#define NT_ENGINE_PROTECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nt_diag;
struct nt_facts;
struct nt_plan;

#define NT_PROTECT_DEVICE_MAX 64U

/*
 * Applying and probation fall within the time to confirm, and take up to 6 s: a shorter trial would
 * be undone by its guardian half-way.
 */
#define NT_PROTECT_CONFIRM_S_MIN 10U

/**
 * nt_protect_device() - the device that a change's target names
 * @target: "eth0", or with what is below it behind a '/' or a ':' (no device has them in its name)
 *
 * Return: false for "host" and "netns:NAME", or a name that no device can have.
 */
bool nt_protect_device(const char *target, char ret[NT_PROTECT_DEVICE_MAX]);

/* Does @plan change a device, so that NT_FACTS_MANAGEMENT are needed? */
bool nt_protect_needed(const struct nt_plan *plan);

/* Notes in each change of a management device why that must not be lost. 0 or -ENOMEM. */
int nt_protect_mark(const struct nt_facts *facts, struct nt_plan *plan);

/**
 * nt_protect_check() - may this plan be carried out?
 * @plan: marked
 * @confirm_s: on trial for so long, 0: for good
 *
 * Return: 0, or -EPERM with a refusal that names the device, why, and the flag; also for a trial
 * shorter than NT_PROTECT_CONFIRM_S_MIN.
 */
int nt_protect_check(const struct nt_plan *plan, uint32_t confirm_s, struct nt_diag *diag);

#endif
