// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of sysctl.d. PURE. See sysctld.h. */
#include "sysctld.h"

#include <fnmatch.h>
#include <string.h>

#define BLANKS " \t\r\v\f"

/* @s without the white space around it; cuts it in place. */
static char *trim(char *s)
{
	size_t len;

	s += strspn(s, BLANKS);
	len = strlen(s);
	while (len > 0 && strchr(BLANKS, s[len - 1]))
		s[--len] = '\0';
	return s;
}

/* Fields separated by one space. @value is trimmed. */
static void join_fields(char *value)
{
	char *to = value;

	for (const char *from = value; *from; from++) {
		if (!strchr(BLANKS, *from))
			*to++ = *from;
		else if (to != value && to[-1] != ' ')
			*to++ = ' ';
	}
	*to = '\0';
}

/* sysctl.d(5): when the first separator is a slash, slashes and dots change places. */
static void dot_key(char *key)
{
	const char *separator = strpbrk(key, "./");

	if (!separator || *separator == '.')
		return;
	for (char *p = key; *p; p++) {
		if (*p == '/')
			*p = '.';
		else if (*p == '.')
			*p = '/';
	}
}

/* @text is one line, ours to cut. */
static int parse_line(char *text, uint32_t number, nt_sysctld_fn fn, void *user)
{
	struct nt_sysctld_line line = { .line = number };
	char *key = trim(text);
	bool lenient = *key == '-';
	char *value;

	if (!*key || *key == '#' || *key == ';')
		return 0;
	key += lenient;
	value = strchr(key, '=');
	if (!value && !lenient)
		return 0;
	if (value) {
		*value++ = '\0';
		value = trim(value);
		join_fields(value);
	}
	key = trim(key);
	if (!*key)
		return 0;
	dot_key(key);
	line.key = key;
	line.value = value;
	line.glob = strpbrk(key, "*?[") != NULL;
	return fn(&line, user);
}

/* See sysctld.h. */
int nt_sysctld_parse(const char *text, size_t len, nt_sysctld_fn fn, void *user)
{
	char line[NT_SYSCTLD_LINE_MAX];
	uint32_t number = 0;
	size_t at = 0;
	int r = 0;

	while (at < len && r == 0) {
		const char *newline = memchr(text + at, '\n', len - at);
		size_t n = newline ? (size_t)(newline - text) - at : len - at;

		number++;
		if (n < sizeof(line) && !memchr(text + at, '\0', n)) {
			memcpy(line, text + at, n);
			line[n] = '\0';
			r = parse_line(line, number, fn, user);
		}
		at += n + 1;
	}
	return r;
}

static void swap_separators(char *to, size_t size, const char *from)
{
	size_t i;

	for (i = 0; from[i] && i + 1 < size; i++)
		to[i] = from[i] == '.' ? '/' : from[i] == '/' ? '.' : from[i];
	to[i] = '\0';
}

/* See sysctld.h. */
bool nt_sysctld_matches(const char *glob, const char *key)
{
	char pattern[256], path[256];

	if (strlen(glob) >= sizeof(pattern) || strlen(key) >= sizeof(path))
		return false;
	swap_separators(pattern, sizeof(pattern), glob);
	swap_separators(path, sizeof(path), key);
	return fnmatch(pattern, path, FNM_PATHNAME) == 0;
}
