/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Operations of kind ethnl: settings of a network device, by ethtool netlink.
 */
#ifndef NT_ETHNL_H
#define NT_ETHNL_H

#include <linux/types.h>

struct nt_ethnl_kind;
struct nt_op_kind;

/**
 * struct nt_ethnl - a request of ethtool netlink
 * @kind: its command
 * @undo: attributes of the request that restores what was before, @undo_len bytes; owned
 * @undo_len: bytes
 * @device: index of the device
 */
struct nt_ethnl {
	const struct nt_ethnl_kind *kind;
	char *undo;
	u32 undo_len;
	u32 device;
};

extern const struct nt_op_kind nt_ethnl_op_kind;

int nt_ethnl_init(void);

#endif /* NT_ETHNL_H */
