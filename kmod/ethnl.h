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
 * struct nt_ethnl_undo - the request that restores what was before
 * @len: bytes
 * @attrs: attributes
 */
struct nt_ethnl_undo {
	u32 len;
	char attrs[];
};

/**
 * struct nt_ethnl - a request of ethtool netlink
 * @kind: its command
 * @undo: owned
 * @device: index of the device
 * @folder: number of its folder in sysfs, which no other device with that index has
 */
struct nt_ethnl {
	const struct nt_ethnl_kind *kind;
	struct nt_ethnl_undo *undo;
	u32 device;
	u32 folder;
};

extern const struct nt_op_kind nt_ethnl_op_kind;

int nt_ethnl_init(void);

#endif /* NT_ETHNL_H */
