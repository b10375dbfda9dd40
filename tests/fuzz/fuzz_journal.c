// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as a journal. The checksums of whole lines are made right first: a fuzzer does not
 * guess CRCs, and what lies behind them has to be reached.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/crc32.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "lib/diag.h"

static void mend_checksums(char *text, size_t len)
{
	size_t at = 0;

	while (at < len) {
		char *end = memchr(text + at, '\n', len - at);
		size_t line = end ? (size_t)(end - text) - at : len - at;
		char crc[9];

		if (line > 9) {
			snprintf(crc, sizeof(crc), "%08x",
				 nt_crc32(text + at + 9, line - 9));
			memcpy(text + at, crc, 8);
			text[at + 8] = ' ';
		}
		at += line + 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nt_diag diag = { 0 };
	struct nt_journal journal;
	struct nt_ledger ledger;
	char *text = malloc(size + 1);

	memcpy(text, data, size);
	if (size && (data[0] & 1))
		mend_checksums(text, size);
	if (nt_journal_parse(text, size, "fuzz", &journal, &diag) == 0) {
		if (journal.end_offset > size || journal.plan.n_changes > NT_PLAN_CHANGES_MAX)
			abort();
		if (nt_ledger_build(&journal, 1, journal.head.boot_id, &ledger) == 0)
			nt_ledger_free(&ledger);
		nt_journal_free(&journal);
	} else if (!diag.err) {
		abort();
	}
	free(text);
	return 0;
}
