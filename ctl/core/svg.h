/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A picture as SVG: self-contained, without scripts, the same bytes for the same picture. PURE.
 */
#ifndef NT_CORE_SVG_H
#define NT_CORE_SVG_H

#include <stddef.h>

struct nt_picture;

/**
 * nt_svg_make() - write a picture
 * @title: of the document
 * @ret: terminated text, free with free(); written on success only
 * @ret_len: without the terminator
 *
 * Text is escaped, and what XML cannot hold becomes a question mark.
 *
 * Return: 0, -ENOMEM.
 */
int nt_svg_make(const struct nt_picture *picture, const char *title, char **ret, size_t *ret_len);

#endif
