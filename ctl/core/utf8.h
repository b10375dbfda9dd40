/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text from outside: is it UTF-8, and can it be shown without deceiving whoever reads it?
 */
#ifndef NT_CORE_UTF8_H
#define NT_CORE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The length of the UTF-8 sequence at @s with its code point in @ret; 0 when it is not one. */
size_t nt_utf8_decode(const char *s, uint32_t *ret);

/* Controls could rewrite the terminal, bidirectional marks make a reviewer read another line. */
bool nt_utf8_printable(uint32_t code);

/* Is all of @text printable UTF-8? */
bool nt_utf8_ok(const char *text);

/* Every byte of @text that is not printable UTF-8 becomes '?'. */
void nt_utf8_mask(char *text);

#endif
