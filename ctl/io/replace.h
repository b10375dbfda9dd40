/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that are there whole or not at all.
 */
#ifndef NT_IO_REPLACE_H
#define NT_IO_REPLACE_H

#include <stddef.h>

struct nt_diag;

/**
 * nt_replace_file() - make a file of a folder hold this text, durably, or leave it as it is
 * @dir_fd: the folder
 * @name: of the file, without a slash. Another one beside it, ".NAME.new", is used on the way
 * @text: @len bytes
 *
 * The mode is 0644 whatever the umask. A symbolic link is replaced, not followed.
 *
 * Return: 0 or a negative errno.
 */
int nt_replace_file(int dir_fd, const char *name, const char *text, size_t len);

/**
 * nt_write_output() - the same for a file that somebody named on the command line
 * @path: a file that is there has to be a regular one: nothing is written through a symbolic link,
 *	  to a device or into a pipe
 *
 * Return: 0 or a negative errno with words in @diag; -EINVAL when it is something else.
 */
int nt_write_output(const char *path, const char *text, size_t len, struct nt_diag *diag);

#endif
