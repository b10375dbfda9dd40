/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Operations of kind file: a tunable that userspace passed as a descriptor.
 */
#ifndef NT_FILE_H
#define NT_FILE_H

#include "core/target.h"

struct file;
struct nt_op_kind;

/**
 * struct nt_file - a file that may be written
 * @file: held; NULL once released
 * @form: how its values compare
 */
struct nt_file {
	struct file *file;
	enum nt_value_form form;
};

extern const struct nt_op_kind nt_file_kind;

#endif /* NT_FILE_H */
