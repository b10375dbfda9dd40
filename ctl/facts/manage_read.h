/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading what the management set follows from.
 */
#ifndef NT_FACTS_MANAGE_READ_H
#define NT_FACTS_MANAGE_READ_H

#include <stddef.h>
#include <stdint.h>

#include "core/manage.h"

struct nt_diag;
struct nt_io;
struct nt_io_netns;

/**
 * struct nt_manage_seen - the view, and the namespaces that it speaks of
 * @namespaces: the one in force first
 */
struct nt_manage_seen {
	struct nt_manage_view view;
	struct nt_io_netns *namespaces;
	size_t n_namespaces;
};

/**
 * nt_manage_read() - look at all namespaces that can be reached
 * @ret: free with nt_manage_seen_free()
 *
 * Namespaces that we may not enter, and processes that we may not look at, are left out: only root
 * sees everything.
 *
 * Return: 0; -EOVERFLOW past a bound of core/manage.h or io/path.h; or a negative errno.
 */
int nt_manage_read(struct nt_io *io, struct nt_manage_seen *ret, struct nt_diag *diag);

/* The namespace with that inode, or NULL. */
const struct nt_io_netns *nt_manage_netns(const struct nt_manage_seen *seen, uint64_t inode);

void nt_manage_seen_free(struct nt_manage_seen *seen);

#endif
