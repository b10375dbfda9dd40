// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * IrqPlacement= of any bytes on a machine that the first bytes describe. What is placed is online,
 * not excluded, and no CPU gets a second queue of a device before every allowed one has a first.
 * Where else a queue goes is allowed likewise, and has room.
 */
#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/placement.h"
#include "lib/diag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEAD       12U
#define TEXT_MAX   256U
#define CPUS       64U
#define QUEUES_MAX 64U

static void make_cpus(const uint8_t *data, struct nt_cpu_fact *cpus)
{
	for (uint32_t i = 0; i < CPUS; i++)
		cpus[i] = (struct nt_cpu_fact){
			.cpu = i,
			.core = data[0] & 1 ? i % (CPUS / 2) : i & ~1U,
			.node = data[0] & 2 ? (int)(i / 16) : -1,
			.online = data[4 + i / 8] >> (i % 8) & 1,
			.isolated = data[1] && i % data[1] == 0,
			.full = data[3] && i % data[3] == 0,
		};
}

static bool is_allowed(const struct nt_cpu_fact *cpu, const struct nt_placement_how *how)
{
	return cpu->online && !nt_idset_has(&how->exclude, cpu->cpu) &&
	       (!how->exclude_isolated || !cpu->isolated) &&
	       (!how->from_list || nt_idset_has(&how->list, cpu->cpu)) &&
	       (!how->numa_local || cpu->node <= 1);
}

static void check_place(const struct nt_cpu_fact *cpus, const struct nt_placement_how *how,
			const uint32_t *cpu, uint32_t n)
{
	uint32_t on_cpu[CPUS] = { 0 }, least = UINT32_MAX, most = 0;

	for (uint32_t q = 0; q < n; q++) {
		assert(cpu[q] < CPUS && is_allowed(&cpus[cpu[q]], how));
		on_cpu[cpu[q]]++;
	}
	for (uint32_t i = 0; i < CPUS; i++) {
		least = on_cpu[i] && on_cpu[i] < least ? on_cpu[i] : least;
		most = on_cpu[i] > most ? on_cpu[i] : most;
	}
	assert(!n || most - least <= 1);
}

/* Behind a placement of @n queues on @cpu. */
static void check_instead(struct nt_placement *placement, const struct nt_cpu_fact *cpus,
			  const struct nt_placement_how *how, const uint32_t *cpu, uint32_t n)
{
	uint32_t first, other;

	if (nt_placement_instead(placement, how, 1, &first) < 0) {
		for (uint32_t q = 0; q < n; q++)
			assert(cpus[cpu[q]].full);
		return;
	}
	assert(first < CPUS && is_allowed(&cpus[first], how) && !cpus[first].full);
	nt_placement_moved(placement, first);
	assert(nt_placement_instead(placement, how, 1, &other) == 0);
	assert(other < CPUS && is_allowed(&cpus[other], how) && !cpus[other].full);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nt_cpu_fact cpus[CPUS];
	uint32_t cpu[QUEUES_MAX], n;
	struct nt_placement_how how;
	struct nt_placement placement;
	struct nt_diag diag = { 0 };
	unsigned int at = UINT32_MAX;
	char text[TEXT_MAX];
	int r;

	if (size < HEAD || size - HEAD >= TEXT_MAX)
		return 0;
	memcpy(text, data + HEAD, size - HEAD);
	text[size - HEAD] = '\0';
	r = nt_placement_parse(text, &how, &at, &diag);
	if (r < 0) {
		assert(at <= strlen(text) && diag.err == -r && diag.message[0]);
		return 0;
	}
	make_cpus(data, cpus);
	n = data[2] % QUEUES_MAX;
	assert(nt_placement_start(&placement, cpus, CPUS) == 0);
	for (int device = 0; device < 3; device++) {
		r = nt_placement_place(&placement, &how, 1, n, cpu, &diag);
		assert(r == 0 || r == -ENXIO);
		if (r == 0) {
			check_place(cpus, &how, cpu, n);
			check_instead(&placement, cpus, &how, cpu, n);
		}
	}
	nt_placement_end(&placement);
	return 0;
}
