// SPDX-License-Identifier: GPL-2.0-or-later
/* Changes by name. See plan_index.h. */
#include "plan_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int compare(const struct nt_change *change, const char *target, const char *tunable)
{
	int order = strcmp(change->target, target);

	return order ? order : strcmp(change->tunable, tunable);
}

static int by_name(const void *a, const void *b, void *plan)
{
	const struct nt_change *changes = ((const struct nt_plan *)plan)->changes;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	int order = compare(&changes[x], changes[y].target, changes[y].tunable);

	/* Of two with one name the first is found. */
	return order ? order : x < y ? -1 : x > y;
}

int nt_plan_index_build(const struct nt_plan *plan, struct nt_plan_index *ret)
{
	size_t *at = calloc(plan->n_changes + 1, sizeof(*at));

	if (!at)
		return -ENOMEM;
	for (size_t i = 0; i < plan->n_changes; i++)
		at[i] = i;
	qsort_r(at, plan->n_changes, sizeof(*at), by_name, (void *)plan);
	*ret = (struct nt_plan_index){ .plan = plan, .at = at, .n = plan->n_changes };
	return 0;
}

size_t nt_plan_index_find(const struct nt_plan_index *index, const char *target,
			  const char *tunable)
{
	size_t low = 0, high = index->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&index->plan->changes[index->at[middle]], target, tunable) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < index->n &&
	    compare(&index->plan->changes[index->at[low]], target, tunable) == 0)
		return index->at[low];
	return SIZE_MAX;
}

void nt_plan_index_free(struct nt_plan_index *index)
{
	free(index->at);
	*index = (struct nt_plan_index){ 0 };
}
