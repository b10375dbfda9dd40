// SPDX-License-Identifier: GPL-2.0-or-later
/* The file "enabled". See enabled.h. */
#include "enabled.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "lib/diag.h"

static const char heading[] =
	"# What nettune applies at boot: words of 'nettunectl apply', one a line.\n"
	"# Written by 'nettunectl enable' and 'nettunectl disable'.\n";
static const char disruptive[] = "--allow-disruptive";

/* The longest heading, option and names together fit. */
static_assert(sizeof(heading) + sizeof(disruptive) + NT_ENABLED_MAX * (NT_PROFILE_NAME_MAX + 1) <
		      NT_ENABLED_BYTES_MAX, "what is printed can be read again");

bool nt_enabled_has(const struct nt_enabled *enabled, const char *name)
{
	for (size_t i = 0; i < enabled->n; i++)
		if (!strcmp(enabled->names[i], name))
			return true;
	return false;
}

int nt_enabled_add(struct nt_enabled *enabled, const char *name)
{
	if (!nt_profile_name_ok(name))
		return -EINVAL;
	if (nt_enabled_has(enabled, name))
		return 0;
	if (enabled->n == NT_ENABLED_MAX)
		return -E2BIG;
	strcpy(enabled->names[enabled->n++], name);
	return 1;
}

bool nt_enabled_remove(struct nt_enabled *enabled, const char *name)
{
	for (size_t i = 0; i < enabled->n; i++) {
		if (strcmp(enabled->names[i], name) != 0)
			continue;
		memmove(enabled->names[i], enabled->names[i + 1],
			(enabled->n - i - 1) * sizeof(*enabled->names));
		enabled->n--;
		return true;
	}
	return false;
}

void nt_enabled_names(const struct nt_enabled *enabled, const char *ret[static NT_ENABLED_MAX])
{
	for (size_t i = 0; i < enabled->n; i++)
		ret[i] = enabled->names[i];
}

/* @word: a line without its newline. Return: 0, or what is wrong with it. */
static const char *take_word(struct nt_enabled *enabled, const char *word)
{
	if (!*word || *word == '#')
		return NULL;
	if (!strcmp(word, disruptive)) {
		if (enabled->allow_disruptive)
			return "--allow-disruptive stands here twice";
		enabled->allow_disruptive = true;
		return NULL;
	}
	switch (nt_enabled_add(enabled, word)) {
	case 1:
		return NULL;
	case 0:
		return "this profile stands here twice";
	case -E2BIG:
		return "more profiles than one apply takes";
	default:
		return "neither the name of a profile nor --allow-disruptive";
	}
}

/* @text: @n bytes of a line. Return: as take_word(). */
static const char *take_line(struct nt_enabled *enabled, const char *text, size_t n)
{
	char word[NT_PROFILE_LINE_MAX + 1];

	if (n >= sizeof(word) || memchr(text, '\0', n))
		return "too long, or no text";
	memcpy(word, text, n);
	word[n] = '\0';
	return take_word(enabled, word);
}

int nt_enabled_parse(const char *text, size_t len, const char *file, struct nt_enabled *ret,
		     struct nt_diag *diag)
{
	struct nt_enabled enabled = { .n = 0 };
	uint32_t line = 0;

	if (len > NT_ENABLED_BYTES_MAX)
		return nt_diag_err(diag, E2BIG, "%s: has %zu bytes, the limit is %u", file, len,
				   NT_ENABLED_BYTES_MAX);
	for (size_t at = 0; at < len; at++) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t n = end ? (size_t)(end - (text + at)) : 0;
		const char *wrong = end ? take_line(&enabled, text + at, n)
					: "the last line is cut off";

		line++;
		if (wrong)
			return nt_diag_err(diag, EINVAL, "%s:%u: %s", file, line, wrong);
		at += n;
	}
	if (!enabled.n)
		return nt_diag_err(diag, EINVAL, "%s: names no profile", file);
	*ret = enabled;
	return 0;
}

size_t nt_enabled_print(const struct nt_enabled *enabled, char *buf, size_t size)
{
	int n = snprintf(buf, size, "%s%s%s", heading,
			 enabled->allow_disruptive ? disruptive : "",
			 enabled->allow_disruptive ? "\n" : "");
	size_t len = (size_t)n;

	for (size_t i = 0; i < enabled->n && len < size; i++)
		len += (size_t)snprintf(buf + len, size - len, "%s\n", enabled->names[i]);
	return len;
}
