/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host with files held open, for who has to write them when nothing can be opened any more.
 */
#ifndef NT_IO_KEPT_H
#define NT_IO_KEPT_H

#include <stddef.h>

#include "io/io.h"

struct nt_kept_file;

/**
 * struct nt_kept - an open door to some files of a host
 * @io: give this to whoever reads and writes
 * @base: the host, for everything else; must outlive this
 * @files: sorted by path
 */
struct nt_kept {
	struct nt_io io;
	struct nt_io *base;
	struct nt_kept_file *files;
	size_t n_files;
};

/**
 * nt_kept_init() - open @paths
 * @paths: @n of them; those that cannot be opened are left to @base
 *
 * An open file of /proc/sys stays that of the network namespace in force now.
 *
 * Return: 0 or -ENOMEM.
 */
int nt_kept_init(struct nt_kept *kept, struct nt_io *base, char *const *paths, size_t n);

void nt_kept_close(struct nt_kept *kept);

#endif
