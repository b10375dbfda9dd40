// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * probation_try DEVICE COMMAND: puts a change of DEVICE on probation, with COMMAND as the change.
 *
 * For scripts: the real probation on the real kernel, whatever a change may do. Prints what did not
 * pass; exits 0 when it passed, 1 when not, 2 when it could not begin.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/plan.h"
#include "engine/probation.h"
#include "io/io.h"
#include "io/path.h"
#include "lib/diag.h"

static int try(struct nt_probation *probation, const char *command, struct nt_diag *diag)
{
	struct nt_io *io = nt_io_live();
	uint64_t started_ms;
	int r;

	printf("watching %zu devices, %zu next hops, %zu sessions\n", probation->n_devices,
	       probation->n_hops, probation->n_sessions);
	fflush(stdout);
	if (system(command) != 0)
		return 2;
	started_ms = nt_io_now_ms(io);
	r = nt_probation_pass(io, probation, diag);
	printf("%s after %llu ms: %s\n", r < 0 ? "failed" : "passed",
	       (unsigned long long)(nt_io_now_ms(io) - started_ms), diag->message);
	return r < 0;
}

int main(int argc, char **argv)
{
	struct nt_change change = { .target = argc == 3 ? argv[1] : NULL, .journaled = true };
	const struct nt_plan plan = { .changes = &change, .n_changes = 1 };
	struct nt_probation probation = { 0 };
	struct nt_diag diag = { 0 };
	int code = 2;

	if (argc == 3 && nt_probation_begin(nt_io_live(), &plan, &probation, &diag) == 0)
		code = try(&probation, argv[2], &diag);
	else
		fprintf(stderr, "probation_try: %s\n", argc == 3 ? diag.message
								 : "DEVICE COMMAND");
	nt_probation_free(&probation);
	return code;
}
