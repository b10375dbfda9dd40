// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Planning without a process around it: plan_time FACTS ROUNDS PROFILE...
 *
 * Prints, a line for each round, the nanoseconds that nt_plan_profiles() takes with recorded facts
 * and the changes that it plans. Reading the facts is not part of it: a host is not read from JSON.
 */
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/planner.h"
#include "facts/facts_read.h"
#include "io/io.h"
#include "lib/diag.h"

static uint64_t now_ns(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (uint64_t)at.tv_sec * UINT64_C(1000000000) + (uint64_t)at.tv_nsec;
}

/* Planning takes the facts over, so that each round has its own. */
static int plan_once(const json_t *json, const char *const *profiles, size_t n)
{
	struct nt_facts facts = { 0 };
	struct nt_plan_request request = {
		.names = profiles, .n = n, .allow_disruptive = true, .recorded = &facts,
	};
	struct nt_planned planned = { 0 };
	struct nt_diag diag = { 0 };
	uint64_t began;
	int r = nt_facts_from_json(json, &facts, &diag);

	began = now_ns();
	if (r == 0)
		r = nt_plan_profiles(nt_io_live(), &request, &planned, &diag);
	if (r < 0)
		fprintf(stderr, "plan_time: %s\n", diag.message);
	else
		printf("%llu %zu\n", (unsigned long long)(now_ns() - began),
		       planned.plan.n_changes);
	nt_planned_free(&planned);
	nt_facts_free(&facts);
	return r;
}

int main(int argc, char **argv)
{
	json_t *json = argc > 3 ? json_load_file(argv[1], 0, NULL) : NULL;
	int r = json ? 0 : -1;

	if (!json)
		fprintf(stderr, "usage: plan_time FACTS ROUNDS PROFILE...\n");
	for (int i = 0; r == 0 && i < atoi(argv[2]); i++)
		r = plan_once(json, (const char *const *)argv + 3, (size_t)argc - 3);
	json_decref(json);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
