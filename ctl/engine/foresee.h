/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host as it would be after a plan. */
#ifndef NT_ENGINE_FORESEE_H
#define NT_ENGINE_FORESEE_H

#include <stddef.h>

struct nt_facts;
struct nt_plan;

/**
 * nt_foresee() - let facts say what they would after a plan
 * @plan: sorted; its changes that are planned count as done, others do not happen
 * @facts: that the plan was made from
 *
 * What a driver does by itself, as where it puts a new interrupt, is not foreseen.
 *
 * Return: 0, -ENOMEM.
 */
int nt_foresee(const struct nt_plan *plan, struct nt_facts *facts);

/* Changes of what nt_foresee() knows that are wanted, and do not happen. */
size_t nt_unforeseen(const struct nt_plan *plan);

#endif
