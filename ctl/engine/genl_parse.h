/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel module answers and tells of by itself, taken off the wire. PURE
 */
#ifndef NT_ENGINE_GENL_PARSE_H
#define NT_ENGINE_GENL_PARSE_H

#include <stddef.h>
#include <stdint.h>

#include <linux/nettune.h>

#include "nettune_genl.h"

struct nlattr;
struct nlmsghdr;

/**
 * struct nt_genl_results - where the results of a transaction go
 * @id: the transaction that they must be of
 * @list: @count results, zeroed before the first message; what they own is released with
 *	nt_genl_results_free()
 * @count: operations
 */
struct nt_genl_results {
	uint64_t id;
	struct nt_genl_result *list;
	size_t count;
};

int nt_genl_parse_attrs(struct nlmsghdr *nlh, uint8_t cmd,
			struct nlattr *ret_attrs[NETTUNE_A_MAX + 1]);
int nt_genl_parse_capability(struct nlattr *const *attrs, struct nt_genl_capability *ret);
int nt_genl_parse_txn(struct nlattr *const *attrs, struct nt_genl_txn *ret);
int nt_genl_parse_results(struct nlmsghdr *nlh, struct nlattr *const *attrs,
			  const struct nt_genl_results *results);
int nt_genl_parse_event(int family, void *buffer, size_t len, uint32_t *ret_event,
			struct nt_genl_txn *ret_txn);
void nt_genl_parse_refusal(struct nlmsghdr *nlh, struct nlmsghdr *request,
			   struct nt_genl_refusal *ret_refusal);

#endif /* NT_ENGINE_GENL_PARSE_H */
