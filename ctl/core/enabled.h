/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The profiles that boot applies, as they stand in the file "enabled". PURE.
 *
 *   # a comment
 *   --allow-disruptive
 *   server
 *   web
 *
 * One word of the "nettunectl apply" that boot does on a line: profiles by name, in any order, each
 * once, and at most its one option. Every line ends in a newline; anything else is damage, and
 * damage is never guessed at: root would apply what it guessed.
 */
#ifndef NT_CORE_ENABLED_H
#define NT_CORE_ENABLED_H

#include <stdbool.h>
#include <stddef.h>

#include "core/profile.h"

struct nt_diag;

/* As many as one apply takes. */
#define NT_ENABLED_MAX       16U
#define NT_ENABLED_BYTES_MAX 8192U

/**
 * struct nt_enabled - what is enabled
 * @names: profiles, @n of them
 * @allow_disruptive: boot also does what resets a link
 */
struct nt_enabled {
	char names[NT_ENABLED_MAX][NT_PROFILE_NAME_MAX + 1];
	size_t n;
	bool allow_disruptive;
};

/**
 * nt_enabled_parse() - read the file's bytes
 * @text: @len bytes of anything
 * @file: for messages
 *
 * Return: 0; -EINVAL with "FILE:LINE: ..." in @diag for damage, which a file without a name is
 * too; -E2BIG.
 */
int nt_enabled_parse(const char *text, size_t len, const char *file, struct nt_enabled *ret,
		     struct nt_diag *diag);

/* The same bytes back, @size is NT_ENABLED_BYTES_MAX. Returns how many. */
size_t nt_enabled_print(const struct nt_enabled *enabled, char *buf, size_t size);

bool nt_enabled_has(const struct nt_enabled *enabled, const char *name);

/* Return: 1 added, 0 it was there, -EINVAL no name of a profile, -E2BIG too many. */
int nt_enabled_add(struct nt_enabled *enabled, const char *name);

/* Return: was it there? */
bool nt_enabled_remove(struct nt_enabled *enabled, const char *name);

/* The names for nt_plan_profiles(), which must not outlive @enabled. */
void nt_enabled_names(const struct nt_enabled *enabled, const char *ret[static NT_ENABLED_MAX]);

#endif
