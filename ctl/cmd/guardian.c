// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl guardian TXN, which apply --confirm runs. See guardian.h. */
#include "guardian.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/guardian.h"
#include "io/io.h"
#include "lib/diag.h"

enum nt_exit nt_cmd_be_guardian(const char *txn)
{
	struct nt_diag diag = { 0 };
	char *end;
	unsigned long id = strtoul(txn, &end, 10);

	if (geteuid() != 0 || !*txn || *end || id == 0 || id > INT32_MAX) {
		fprintf(stderr, "nettunectl: guardian: started by apply --confirm, as root, with "
			"the number of a transaction\n");
		return geteuid() ? NT_EXIT_PRIVILEGE : NT_EXIT_USAGE;
	}
	return nt_guardian_run(nt_io_live(), (uint32_t)id, &diag) < 0 ? NT_EXIT_FAILED
								      : NT_EXIT_DONE;
}
