/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A change as an operation of nettune.ko, for values that are no files. */
#ifndef NT_TUNABLE_OPERATION_H
#define NT_TUNABLE_OPERATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <linux/nettune.h>

#define NT_OPERATION_PATH_MAX 64U

/**
 * struct nt_operation - what the module has to be told
 * @kind: enum nettune_op_kind
 * @path: kind irq: the file that, open for writing, proves the right to write; "" for others
 * @ethnl_cmd: kind ethnl: ETHTOOL_MSG_..._SET
 * @value: @value_len bytes, as struct nt_genl_op has them; owned
 * @undo: kind ethnl: @undo_len bytes likewise; owned
 * @force: what the module fears was looked at, and cannot happen
 */
struct nt_operation {
	enum nettune_op_kind kind;
	char path[NT_OPERATION_PATH_MAX];
	uint32_t ethnl_cmd;
	void *value;
	size_t value_len;
	void *undo;
	size_t undo_len;
	bool force;
};

static inline void nt_operation_free(struct nt_operation *operation)
{
	free(operation->value);
	free(operation->undo);
	*operation = (struct nt_operation){ 0 };
}

#endif
