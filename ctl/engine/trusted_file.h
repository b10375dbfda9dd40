/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that decide what root writes: profiles, reviewed plans. May we trust one, and its bytes.
 */
#ifndef NT_ENGINE_TRUSTED_FILE_H
#define NT_ENGINE_TRUSTED_FILE_H

#include <stddef.h>
#include <stdint.h>

struct nt_diag;
struct nt_io;

#define NT_TRUSTED_PATH_MAX  4096U
/* Symbolic links on the way to one file. */
#define NT_TRUSTED_LINKS_MAX 16U

/**
 * nt_trusted_file_read() - the bytes of a file that nobody else could have written
 * @path: where; a symbolic link is followed
 * @bytes_max: more are refused
 * @ret: @ret_len bytes and a terminator, owned by the caller
 *
 * As root, the file, the folders above it and those on the way of symbolic links must belong to
 * root, or to who called sudo, and be writable by nobody else. Sticky folders may be writable:
 * a file in them can be replaced by its owner only.
 *
 * Return: 0, -ENOENT, -EACCES, -EINVAL, -E2BIG, -EPERM for a refusal.
 */
int nt_trusted_file_read(struct nt_io *io, const char *path, uint32_t bytes_max, char **ret,
			 size_t *ret_len, struct nt_diag *diag);

#endif
