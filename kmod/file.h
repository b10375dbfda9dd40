/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Operations of kind file: a tunable that userspace passed as a descriptor.
 */
#ifndef NT_FILE_H
#define NT_FILE_H

#include "core/target.h"

struct file;
struct net;
struct nt_op_kind;

/**
 * struct nt_file - a file that may be written
 * @file: held; NULL once released
 * @target: what it is
 */
struct nt_file {
	struct file *file;
	struct nt_target target;
};

extern const struct nt_op_kind nt_file_kind;

int nt_file_get(int fd, struct net *net, struct nt_file *ret_file, const char **ret_message);

#endif /* NT_FILE_H */
