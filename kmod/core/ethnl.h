/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which requests of ethtool netlink the module sends on, and what their
 * attributes mean: pure.
 *
 * Attributes in normal form are those of a SET request, without its header, in
 * the order of that request. Of what a device answers to a GET only what was
 * asked for is kept, so that values wanted, seen before and read back compare.
 */
#ifndef NT_CORE_ETHNL_H
#define NT_CORE_ETHNL_H

#include "host.h"
#include "value.h"

/**
 * struct nt_ethnl_kind - one command of the positive list
 * @set: the command that changes
 * @get: the command that asks
 * @selector: attribute that says which of several things is meant, goes into
 *	both requests; 0 if there is none
 * @bitset: attribute of @set that is a bitset, or 0
 * @seen_bitset: the attribute that answers it
 * @rounds: drivers round numbers
 * @moves: whether it may reset or remove other tunables of the device
 */
struct nt_ethnl_kind {
	u8 set;
	u8 get;
	u8 selector;
	u8 bitset;
	u8 seen_bitset;
	bool rounds;
	bool moves;
};

/**
 * struct nt_attrs - attributes one behind the other
 * @data: @len bytes, aligned as attributes are
 * @len: bytes
 */
struct nt_attrs {
	const void *data;
	u32 len;
};

const struct nt_ethnl_kind *nt_ethnl_kind_find(u32 cmd);
int nt_ethnl_check(const struct nt_ethnl_kind *kind, const struct nt_attrs *attrs,
		   u32 *ret_device);
int nt_ethnl_pick(const struct nt_ethnl_kind *kind, const struct nt_attrs *want,
		  const struct nt_attrs *answer, char *ret_picked, u32 room, u32 *ret_len);
enum nt_value_match nt_ethnl_compare(const struct nt_ethnl_kind *kind,
				     const struct nt_attrs *want, const struct nt_attrs *seen);

#endif /* NT_CORE_ETHNL_H */
