/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding changes of a large plan by name, without looking at each. PURE.
 */
#ifndef NT_CORE_PLAN_INDEX_H
#define NT_CORE_PLAN_INDEX_H

#include <stddef.h>

#include "plan.h"

/**
 * struct nt_plan_index - a plan's changes by target and tunable
 * @plan: the one; changes appended since are not found
 * @at: their places, sorted by name
 */
struct nt_plan_index {
	const struct nt_plan *plan;
	size_t *at;
	size_t n;
};

/* -ENOMEM. Free with nt_plan_index_free(). */
int nt_plan_index_build(const struct nt_plan *plan, struct nt_plan_index *ret);

/* The place in the plan, or SIZE_MAX when there is none. */
size_t nt_plan_index_find(const struct nt_plan_index *index, const char *target,
			  const char *tunable);

void nt_plan_index_free(struct nt_plan_index *index);

#endif
