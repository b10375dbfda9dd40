/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands: one descriptor each, from which help, completion and the man synopsis are printed.
 */
#ifndef NT_CMD_H
#define NT_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nt_diag;
struct nt_io;

/* The same everywhere (design, section 4); scripts depend on the numbers. */
enum nt_exit {
	NT_EXIT_DONE = 0,
	NT_EXIT_FAILED = 1,      /* failed, and undone */
	NT_EXIT_USAGE = 2,       /* usage or bad input */
	NT_EXIT_REFUSED = 3,     /* by a safety check */
	NT_EXIT_NONCOMPLIANT = 4,
	NT_EXIT_PARTLY = 5,
	NT_EXIT_UNSUPPORTED = 6,
	NT_EXIT_PRIVILEGE = 7,
	NT_EXIT_BUSY = 8,
};

/**
 * struct nt_option - a long option of a command
 * @name: without the dashes
 * @argument: what its value is called in help, NULL for a flag
 * @help: half a sentence
 */
struct nt_option {
	const char *name;
	const char *argument;
	const char *help;
};

#define NT_OPTIONS_MAX 16U

/**
 * struct nt_call - one invocation of a command
 * @io: the host
 * @json: print JSON
 * @quiet: print errors only
 * @verbose: print what is left out otherwise
 * @netns: name given with --netns, NULL for our own
 * @backend: "auto", "kernel" or "user"
 * @args: positional arguments, @n_args of them
 * @values: by index of the command's options: the value, "" for a flag, NULL when not given
 */
struct nt_call {
	struct nt_io *io;
	bool json;
	bool quiet;
	bool verbose;
	const char *netns;
	const char *backend;
	const char *const *args;
	size_t n_args;
	const char *values[NT_OPTIONS_MAX];
};

/**
 * struct nt_verb - what a command does when its first argument is this
 * @name: "enable"
 * @arguments: behind it, of the synopsis
 * @summary: one line for the command's list of verbs
 * @help: paragraphs for --help behind it
 * @takes: bits of the command's options
 * @run: as of a command
 */
struct nt_verb {
	const char *name;
	const char *arguments;
	const char *summary;
	const char *help;
	uint32_t takes;
	enum nt_exit (*run)(const struct nt_call *call, struct nt_diag *diag);
};

/**
 * struct nt_cmd - a command
 * @name: "plan"
 * @arguments: of the synopsis, "PROFILE..." or ""
 * @min_args: fewer are a usage error
 * @max_args: more are a usage error
 * @summary: one line for the list of commands
 * @help: paragraphs for --help and the man page
 * @options: ended by one without a name
 * @verbs: ended by one without a name, for --help and completion; NULL for none
 * @run: prints its result; errors into @diag. Returns an exit code
 */
struct nt_cmd {
	const char *name;
	const char *arguments;
	unsigned int min_args;
	unsigned int max_args;
	const char *summary;
	const char *help;
	const struct nt_option *options;
	const struct nt_verb *verbs;
	enum nt_exit (*run)(const struct nt_call *call, struct nt_diag *diag);
};

#define NT_CMD(command) extern const struct nt_cmd nt_cmd_##command;
#include "cmds.def"
#undef NT_CMD

extern const struct nt_cmd *const nt_cmds[];

/* The exit code that fits a negative errno and its diag. */
enum nt_exit nt_exit_for(int err, const struct nt_diag *diag);

#endif
