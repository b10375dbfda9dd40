// SPDX-License-Identifier: GPL-2.0-or-later
/* Parsing the command line with getopt_long() from the descriptors. See opt.h. */
#include "opt.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "core/profile.h"
#include "core/utf8.h"
#include "facts/facts_read.h"
#include "lib/diag.h"
#include "lib/dl.h"

static const struct nt_option globals[] = {
	{ "json", NULL, "print JSON (schemas in " NT_DATADIR "/schema)" },
	{ "netns", "NAME", "work in the network namespace /run/netns/NAME" },
	{ "backend", "auto|kernel|user", "who writes: nettune.ko, we, or whichever is there" },
	{ "verbose", NULL, "also show what needs no change" },
	{ "quiet", NULL, "print errors only" },
	{ "help", NULL, "help on nettunectl, or on the command" },
	{ "version", NULL, "the version, and which optional libraries are there" },
};

enum { JSON, NETNS, BACKEND, VERBOSE, QUIET, HELP, VERSION, N_GLOBALS };

/* getopt_long's return for a global option is its index, for a command's this much more: above
 * every letter, which it returns for itself. */
#define COMMAND_BASE 256

static size_t count_options(const struct nt_cmd *cmd)
{
	size_t n = 0;

	while (cmd && cmd->options && cmd->options[n].name)
		n++;
	return n;
}

static void add_long(struct option *ret, const struct nt_option *option, int value)
{
	*ret = (struct option){
		.name = option->name,
		.has_arg = option->argument ? required_argument : no_argument,
		.val = value,
	};
}

/* Is an option for a verb, or with NULL for any? */
static bool takes(const struct nt_verb *verb, size_t option)
{
	return !verb || verb->takes & 1U << option;
}

void nt_opt_synopsis(FILE *out, const struct nt_cmd *cmd, const struct nt_verb *verb)
{
	const char *arguments = verb ? verb->arguments : cmd->arguments;

	fprintf(out, "nettunectl %s%s%s", cmd->name, verb ? " " : "", verb ? verb->name : "");
	if (*arguments)
		fprintf(out, " %s", arguments);
	for (size_t i = 0; (verb || !cmd->verbs) && i < count_options(cmd); i++)
		if (takes(verb, i))
			fprintf(out, cmd->options[i].argument ? " [--%s %s]" : " [--%s]",
				cmd->options[i].name, cmd->options[i].argument);
	fputc('\n', out);
}

static void print_option(const struct nt_option *option)
{
	char text[96];

	snprintf(text, sizeof(text), "--%s%s%s", option->name, option->argument ? " " : "",
		 option->argument ? option->argument : "");
	printf("  %-28s  %s\n", text, option->help);
}

static void print_globals(void)
{
	printf("\nOptions of every command (also -v, -q, -h):\n");
	for (size_t i = 0; i < N_GLOBALS; i++)
		print_option(&globals[i]);
}

static void print_verbs(const struct nt_cmd *cmd)
{
	printf("\nVerbs, of which nettunectl %s VERB --help tells more:\n", cmd->name);
	for (const struct nt_verb *verb = cmd->verbs; verb->name; verb++)
		printf("  %-10s  %s\n", verb->name, verb->summary);
}

static void print_options(const struct nt_cmd *cmd, const struct nt_verb *verb)
{
	if (count_options(cmd) && (!verb || verb->takes))
		printf("\nOptions:\n");
	for (size_t i = 0; i < count_options(cmd); i++)
		if (takes(verb, i))
			print_option(&cmd->options[i]);
}

/* @verb: NULL for the whole command. */
static void print_help_on(const struct nt_cmd *cmd, const struct nt_verb *verb)
{
	nt_opt_synopsis(stdout, cmd, verb);
	printf("\n%s\n", verb ? verb->help : cmd->help);
	if (cmd->verbs && !verb)
		print_verbs(cmd);
	else
		print_options(cmd, verb);
	print_globals();
}

static void print_help(void)
{
	printf("nettunectl [OPTIONS] COMMAND ...\n\n"
	       "Tunes this host's network as one reviewed, reversible transaction.\n\nCommands:\n");
	for (size_t i = 0; nt_cmds[i]; i++)
		printf("  %-10s  %s\n", nt_cmds[i]->name, nt_cmds[i]->summary);
	print_globals();
	printf("\nExit codes: 0 done, 1 failed and undone, 2 usage or bad input, 3 refused by a\n"
	       "safety check, 4 not compliant, 5 partly effective, 6 unsupported here,\n"
	       "7 needs privilege, 8 busy.\n\nFirst steps:\n"
	       "  nettunectl plan server       what would change, and why\n"
	       "  nettunectl apply server      change it, as one transaction\n"
	       "  nettunectl revert            as if nettune had never been here\n");
}

static void print_library(const char *soname, const char *purpose, bool found, void *user)
{
	(void)user;
	printf("  %-16s  %-13s  %s\n", soname, found ? "installed" : "not installed", purpose);
}

static void print_version(void)
{
	printf("nettunectl %s\n", NT_VERSION);
	nt_dl_list(print_library, NULL);
}

/* For the shell completion: commands or verbs, and options, a word a line. */
static void print_words(const struct nt_cmd *cmd, const struct nt_verb *verb)
{
	for (size_t i = 0; !cmd && nt_cmds[i]; i++)
		printf("%s\n", nt_cmds[i]->name);
	for (size_t i = 0; cmd && cmd->verbs && !verb && cmd->verbs[i].name; i++)
		printf("%s\n", cmd->verbs[i].name);
	for (size_t i = 0; i < N_GLOBALS; i++)
		printf("--%s\n", globals[i].name);
	for (size_t i = 0; i < count_options(cmd); i++)
		if (takes(verb, i))
			printf("--%s\n", cmd->options[i].name);
}

/* The same for what may stand behind an option, where that is a choice. */
static void print_values(const char *option)
{
	const char *choice = globals[BACKEND].argument;
	const char *name;

	if (!strcmp(option, "--group"))
		for (unsigned int i = 0; (name = nt_facts_group_name(i)); i++)
			printf("%s\n", name);
	if (strcmp(option, "--backend") != 0)
		return;
	for (; *choice; choice += strspn(choice, "|")) {
		int len = (int)strcspn(choice, "|");

		printf("%.*s\n", len, choice);
		choice += len;
	}
}

static const struct nt_cmd *find_cmd(const char *name)
{
	for (size_t i = 0; nt_cmds[i]; i++)
		if (!strcmp(nt_cmds[i]->name, name))
			return nt_cmds[i];
	return NULL;
}

/* @name: may be NULL. NULL also for a command without verbs. */
static const struct nt_verb *find_verb(const struct nt_cmd *cmd, const char *name)
{
	for (size_t i = 0; cmd && cmd->verbs && name && cmd->verbs[i].name; i++)
		if (!strcmp(cmd->verbs[i].name, name))
			return &cmd->verbs[i];
	return NULL;
}

static enum nt_parsed unknown_cmd(const char *name, struct nt_diag *diag)
{
	const char *names[64];
	const char *near;
	size_t n = 0;

	for (; n < 64 && nt_cmds[n]; n++)
		names[n] = nt_cmds[n]->name;
	near = nt_suggest(name, names, n);
	nt_diag_err(diag, EINVAL, "%s: not a command%s%s; see nettunectl --help", name,
		    near ? ", did you mean " : "", near ? near : "");
	return NT_PARSED_ERROR;
}

/* @words: behind "help" or "--help", ended by NULL. */
static enum nt_parsed help_on(char *const *words, struct nt_diag *diag)
{
	const struct nt_cmd *cmd = words[0] ? find_cmd(words[0]) : NULL;

	if (words[0] && !cmd && *words[0] != '-')
		return unknown_cmd(words[0], diag);
	if (cmd)
		print_help_on(cmd, find_verb(cmd, words[1]));
	else
		print_help();
	return NT_PARSED_DONE;
}

/* What the rest of the line names first that is no option, or NULL; options may be wrong. */
static const char *first_word(int argc, char **argv, const struct option *longs)
{
	while (getopt_long(argc, argv, ":vqh", longs, NULL) != -1)
		;
	return optind < argc ? argv[optind] : NULL;
}

static void take_global(int index, const char *value, struct nt_call *call)
{
	switch (index) {
	case JSON:
		call->json = true;
		break;
	case NETNS:
		call->netns = value;
		break;
	case BACKEND:
		call->backend = value;
		break;
	case VERBOSE:
		call->verbose = true;
		break;
	case QUIET:
		call->quiet = true;
		break;
	}
}

static int short_to_global(int c)
{
	return c == 'v' ? VERBOSE : c == 'q' ? QUIET : c == 'h' ? HELP : c;
}

/* What scan() returns besides the global option that ends parsing (HELP, VERSION). */
enum { SCAN_END = -1, SCAN_UNKNOWN = -2, SCAN_NO_VALUE = -3 };

static int scan(int argc, char **argv, const char *shorts, const struct option *longs,
		struct nt_call *call)
{
	int c;

	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		c = short_to_global(c);
		if (c == '?' || c == ':')
			return c == ':' ? SCAN_NO_VALUE : SCAN_UNKNOWN;
		if (c == HELP || c == VERSION)
			return c;
		if (c >= COMMAND_BASE)
			call->values[c - COMMAND_BASE] = optarg ? optarg : "";
		else
			take_global(c, optarg, call);
	}
	return SCAN_END;
}

/* A long option of @cmd or a global one: @exact, or nearest to @name. NULL when there is none. */
static const char *find_option(const struct nt_cmd *cmd, const char *name, bool exact)
{
	const char *names[N_GLOBALS + NT_OPTIONS_MAX];
	size_t n = 0;

	for (; n < N_GLOBALS; n++)
		names[n] = globals[n].name;
	for (size_t i = 0; i < count_options(cmd) && i < NT_OPTIONS_MAX; i++)
		names[n++] = cmd->options[i].name;
	for (size_t i = 0; exact && i < n; i++)
		if (!strcmp(names[i], name))
			return names[i];
	return exact ? NULL : nt_suggest(name, names, n);
}

/* getopt leaves a letter in optopt, and a word behind itself. */
static enum nt_parsed bad_option(char **argv, const struct nt_cmd *cmd, int ended,
				 struct nt_diag *diag)
{
	bool is_letter = optopt > ' ' && optopt < COMMAND_BASE;
	const char *word = argv[optind - 1], *near = NULL, *what = "not an option";
	char name[64];

	if (is_letter)
		snprintf(name, sizeof(name), "-%c", optopt);
	else
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
	if (ended == SCAN_NO_VALUE)
		what = "needs a value";
	else if (!is_letter && find_option(cmd, name + 2, true))
		what = "takes no value";
	else if (!is_letter)
		near = find_option(cmd, name + 2, false);
	nt_diag_err(diag, EINVAL, "%s: %s%s%s; see nettunectl%s%s --help", name, what,
		    near ? ", did you mean --" : "", near ? near : "", cmd ? " " : "",
		    cmd ? cmd->name : "");
	return NT_PARSED_ERROR;
}

/* Every command takes the same words, also the one that never writes. */
static int check_backend(const struct nt_call *call, struct nt_diag *diag)
{
	const char *from_env = getenv("NETTUNE_BACKEND");

	if (!strcmp(call->backend, "auto") || !strcmp(call->backend, "kernel") ||
	    !strcmp(call->backend, "user"))
		return 0;
	return nt_diag_err(diag, EINVAL, "%s%s: must be auto, kernel or user",
			   call->backend == from_env ? "NETTUNE_BACKEND=" : "--backend ",
			   call->backend);
}

static enum nt_parsed check_args(const struct nt_cmd *cmd, const struct nt_call *call,
				 struct nt_diag *diag)
{
	if (check_backend(call, diag) < 0)
		return NT_PARSED_ERROR;
	if (call->n_args < cmd->min_args)
		nt_diag_err(diag, EINVAL, "%s: needs %s; see nettunectl %s --help", cmd->name,
			    cmd->arguments, cmd->name);
	else if (call->n_args > cmd->max_args)
		nt_diag_err(diag, EINVAL, "%s: too many arguments (%s); see nettunectl %s --help",
			    cmd->name, call->args[cmd->max_args], cmd->name);
	else
		return NT_PARSED_RUN;
	return NT_PARSED_ERROR;
}

/* Options behind the command's name: its own and the global ones. */
static enum nt_parsed parse_rest(int argc, char **argv, const struct nt_cmd *cmd,
				 struct nt_call *call, struct nt_diag *diag)
{
	struct option longs[N_GLOBALS + NT_OPTIONS_MAX + 1] = { 0 };
	size_t n = count_options(cmd);
	int ended;

	for (size_t i = 0; i < N_GLOBALS; i++)
		add_long(&longs[i], &globals[i], (int)i);
	for (size_t i = 0; i < n && i < NT_OPTIONS_MAX; i++)
		add_long(&longs[N_GLOBALS + i], &cmd->options[i], COMMAND_BASE + (int)i);

	optind = 0;
	ended = scan(argc, argv, ":vqh", longs, call);
	if (ended < SCAN_END)
		return bad_option(argv, cmd, ended, diag);
	if (ended == HELP)
		print_help_on(cmd, find_verb(cmd, first_word(argc, argv, longs)));
	if (ended == VERSION)
		print_version();
	if (ended >= 0)
		return NT_PARSED_DONE;
	call->args = (const char *const *)argv + optind;
	call->n_args = (size_t)(argc - optind);
	return check_args(cmd, call, diag);
}

/* What is typed is printed, journaled and put into JSON again. */
static int check_words(int argc, char **argv, struct nt_diag *diag)
{
	for (int i = 1; i < argc; i++)
		if (!*argv[i] || !nt_utf8_ok(argv[i]))
			return nt_diag_err(diag, EINVAL, "argument %d: %s", i,
					   *argv[i] ? "has to be printable UTF-8" : "is empty");
	return 0;
}

/* @words: behind "--complete", ended by NULL. */
static enum nt_parsed complete(char *const *words)
{
	const struct nt_cmd *cmd = words[0] ? find_cmd(words[0]) : NULL;

	if (words[0] && *words[0] == '-')
		print_values(words[0]);
	else
		print_words(cmd, cmd ? find_verb(cmd, words[1]) : NULL);
	return NT_PARSED_DONE;
}

enum nt_parsed nt_opt_parse(int argc, char **argv, const struct nt_cmd **ret_cmd,
			    struct nt_call *ret_call, struct nt_diag *diag)
{
	struct option longs[N_GLOBALS + 1] = { 0 };
	const struct nt_cmd *cmd;
	const char *backend = getenv("NETTUNE_BACKEND");
	int ended;

	ret_call->backend = backend && *backend ? backend : "auto";
	if (check_words(argc, argv, diag) < 0)
		return NT_PARSED_ERROR;
	if (argc >= 2 && !strcmp(argv[1], "--complete"))
		return complete(argv + 2);
	for (size_t i = 0; i < N_GLOBALS; i++)
		add_long(&longs[i], &globals[i], (int)i);
	opterr = 0;
	/* '+': stop at the first word that is no option, the command. */
	ended = scan(argc, argv, "+:vqh", longs, ret_call);
	if (ended < SCAN_END)
		return bad_option(argv, NULL, ended, diag);
	if (ended == VERSION)
		print_version();
	if (ended == HELP)
		return help_on(argv + optind, diag);
	if (ended == SCAN_END && optind < argc && !strcmp(argv[optind], "help"))
		return help_on(argv + optind + 1, diag);
	if (ended == SCAN_END && optind == argc)
		nt_diag_err(diag, EINVAL, "no command; see nettunectl --help");
	else if (ended == SCAN_END) {
		cmd = find_cmd(argv[optind]);
		if (!cmd)
			return unknown_cmd(argv[optind], diag);
		*ret_cmd = cmd;
		return parse_rest(argc - optind, argv + optind, cmd, ret_call, diag);
	}
	return diag->err ? NT_PARSED_ERROR : NT_PARSED_DONE;
}
