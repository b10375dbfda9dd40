/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of sysctl.d, as systemd-sysctl and sysctl(8) read them. PURE.
 */
#ifndef NT_CORE_SYSCTLD_H
#define NT_CORE_SYSCTLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longer lines are passed over: no sysctl takes such a value. */
#define NT_SYSCTLD_LINE_MAX  4096U
#define NT_SYSCTLD_BYTES_MAX (1U << 18)

/**
 * struct nt_sysctld_line - one assignment
 * @key: dotted; a dot inside a name (a VLAN's) is a slash, as sysctl(8) prints it. May be a glob
 * @value: fields separated by one space; NULL for "-key", which takes a key out of globs
 * @line: 1-based
 * @glob: @key has wildcards
 *
 * Strings live until the callback returns.
 */
struct nt_sysctld_line {
	const char *key;
	const char *value;
	uint32_t line;
	bool glob;
};

/* Returns 0 to go on, a negative errno to stop with it. */
typedef int (*nt_sysctld_fn)(const struct nt_sysctld_line *line, void *user);

/**
 * nt_sysctld_parse() - go through a file
 * @text: @len bytes, need not be terminated, may hold anything
 * @fn: told of each assignment in order
 *
 * Comments ('#', ';'), empty lines and lines without '=' are passed over, as both readers do.
 *
 * Return: 0 or what @fn returned.
 */
int nt_sysctld_parse(const char *text, size_t len, nt_sysctld_fn fn, void *user);

/* Does @glob match the dotted @key? A wildcard stays within one part of the name. */
bool nt_sysctld_matches(const char *glob, const char *key);

#endif
