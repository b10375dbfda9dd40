// SPDX-License-Identifier: GPL-2.0-or-later
/* Recorded facts from anywhere: what is read must write back to what reads the same. */
#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "facts/facts_read.h"
#include "lib/diag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const struct nt_facts *facts)
{
	struct nt_facts again = { 0 };
	json_t *first = nt_facts_to_json(facts), *second;

	if (!first || nt_facts_from_json(first, &again, NULL) < 0)
		abort();
	second = nt_facts_to_json(&again);
	if (!json_equal(first, second))
		abort();
	json_decref(first);
	json_decref(second);
	nt_facts_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *root = json_loadb((const char *)data, size, JSON_ALLOW_NUL, NULL);
	struct nt_facts facts = { 0 };
	struct nt_diag diag = { 0 };

	if (root && nt_facts_from_json(root, &facts, &diag) == 0)
		check_round_trip(&facts);
	else if (root && !diag.err)
		abort();
	nt_facts_free(&facts);
	json_decref(root);
	return 0;
}
