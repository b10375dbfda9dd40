/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line: from argv to a struct nt_call, and everything that is printed from descriptors.
 */
#ifndef NT_CMD_OPT_H
#define NT_CMD_OPT_H

#include <stdio.h>

#include "cmd/cmd.h"

/* What is to happen after parsing. */
enum nt_parsed {
	NT_PARSED_RUN,
	NT_PARSED_DONE,  /* --help and the like were printed */
	NT_PARSED_ERROR, /* see the diag: usage */
};

/**
 * nt_opt_parse() - parse a command line
 * @argc: as main() got them
 * @argv: reordered by getopt_long()
 * @ret_cmd: the command to run
 * @ret_call: its @io is left alone
 */
enum nt_parsed nt_opt_parse(int argc, char **argv, const struct nt_cmd **ret_cmd,
			    struct nt_call *ret_call, struct nt_diag *diag);

/*
 * "plan PROFILE... [--exit-code] [--facts FILE]"; of one verb, or of the command with @verb NULL,
 * which leaves the options to its verbs if it has some.
 */
void nt_opt_synopsis(FILE *out, const struct nt_cmd *cmd, const struct nt_verb *verb);

#endif
