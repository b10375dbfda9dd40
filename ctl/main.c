// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl: global options, dispatch, exit code. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/guardian.h"
#include "cmd/opt.h"
#include "io/io.h"
#include "io/netns.h"
#include "lib/diag.h"
#include "lib/out.h"

static enum nt_exit run(const struct nt_cmd *cmd, struct nt_call *call, struct nt_diag *diag)
{
	int r = call->netns ? nt_netns_enter(call->netns, diag) : nt_netns_fit_sysfs(diag);

	if (r < 0)
		return nt_exit_for(r, diag);
	call->io = nt_io_live();
	return cmd->run(call, diag);
}

/*
 * Without this the first file that we open, a journal or the lock, would become the stream that is
 * closed, and messages would be written into it.
 */
static void open_closed_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", O_RDWR);
}

int main(int argc, char **argv)
{
	const struct nt_cmd *cmd = NULL;
	struct nt_call call = { 0 };
	struct nt_diag diag = { 0 };
	enum nt_exit code = NT_EXIT_DONE;
	enum nt_parsed parsed;
	int r;

	open_closed_streams();
	/* A reader that goes away ("| head") must not end us between two writes to the host. */
	signal(SIGPIPE, SIG_IGN);
	if (argc == 3 && !strcmp(argv[1], "guardian"))
		return nt_cmd_be_guardian(argv[2]);
	parsed = nt_opt_parse(argc, argv, &cmd, &call, &diag);
	if (parsed == NT_PARSED_ERROR)
		code = NT_EXIT_USAGE;
	else if (parsed == NT_PARSED_RUN)
		code = run(cmd, &call, &diag);

	if (diag.err)
		fprintf(stderr, "nettunectl: %s\n", diag.message);
	r = nt_out_end();
	if (r < 0)
		fprintf(stderr, "nettunectl: the output is incomplete: %s; what was done stays "
			"done\n", strerror(-r));
	return r < 0 && code == NT_EXIT_DONE ? NT_EXIT_FAILED : code;
}
