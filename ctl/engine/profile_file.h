/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One profile file: may we trust it, its bytes, its settings.
 */
#ifndef NT_ENGINE_PROFILE_FILE_H
#define NT_ENGINE_PROFILE_FILE_H

struct nt_diag;
struct nt_io;
struct nt_profile;

/**
 * nt_profile_file_read() - read, parse and check one file
 * @path: where; a symbolic link is followed
 * @ret: without what it inherits and without drop-ins
 *
 * As root, the file, the folders above it and those on the way of symbolic links must belong to
 * root, or to who called sudo, and be writable by nobody else. Sticky folders may be writable:
 * a file in them can be replaced by its owner only.
 *
 * Return: 0, -ENOENT, -EACCES, -EINVAL, -E2BIG, -EPERM for a refusal.
 */
int nt_profile_file_read(struct nt_io *io, const char *path, struct nt_profile *ret,
			 struct nt_diag *diag);

/* Only the first half: may we read settings from @path? Return: 0, or as above. */
int nt_profile_file_check(struct nt_io *io, const char *path, struct nt_diag *diag);

#endif
