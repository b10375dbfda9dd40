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
 * As root, whom the file must belong to is told in trusted_file.h.
 *
 * Return: 0, -ENOENT, -EACCES, -EINVAL, -E2BIG, -EPERM for a refusal.
 */
int nt_profile_file_read(struct nt_io *io, const char *path, struct nt_profile *ret,
			 struct nt_diag *diag);

/* Are all settings ones that their domains take? -EINVAL or -ERANGE with its place in @diag. */
int nt_profile_check(const struct nt_profile *profile, struct nt_diag *diag);

#endif
