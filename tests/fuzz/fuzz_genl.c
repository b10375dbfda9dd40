// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the module may answer, from any bytes: events, transactions, results,
 * capabilities and refusals.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include "../../ctl/engine/genl_parse.h"

#define FAMILY 0x20
#define RESULTS_MAX 4U
#define OPS 3U

/* Strings are terminated, whatever came. */
static void check_txn(const struct nt_genl_txn *txn)
{
	assert(memchr(txn->message, '\0', sizeof(txn->message)));
	assert(txn->error <= 0);
}

static void fuzz_event(void *bytes, size_t len)
{
	struct nt_genl_txn txn = { 0 };
	uint32_t event;

	if (nt_genl_parse_event(FAMILY, bytes, len, &event, &txn) == 0)
		check_txn(&txn);
}

/* Whatever is taken until one result is refused is there to be released. */
static void fuzz_results(struct nlmsghdr *nlh, struct nlattr **attrs)
{
	struct nt_genl_result list[RESULTS_MAX] = { 0 };
	const struct nt_genl_results results = {
		.id = attrs[NETTUNE_A_TXN_ID] ? nla_get_u64(attrs[NETTUNE_A_TXN_ID]) : 0,
		.list = list,
		.count = RESULTS_MAX,
	};
	size_t i;

	nt_genl_parse_results(nlh, attrs, &results);
	for (i = 0; i < RESULTS_MAX; i++) {
		assert(memchr(list[i].message, '\0', sizeof(list[i].message)));
		assert(!list[i].readback || !list[i].readback[list[i].readback_len]);
		assert(list[i].error <= 0 && list[i].undo_error <= 0);
	}
	nt_genl_results_free(list, RESULTS_MAX);
}

static void fuzz_replies(struct nlmsghdr *nlh)
{
	struct nt_genl_capability capability = { 0 };
	struct nlattr *attrs[NETTUNE_A_MAX + 1];
	struct nt_genl_txn txn = { 0 };

	if (!genlmsg_valid_hdr(nlh, 0) ||
	    nt_genl_parse_attrs(nlh, genlmsg_hdr(nlh)->cmd, attrs) < 0)
		return;
	if (nt_genl_parse_txn(attrs, &txn) == 0)
		check_txn(&txn);
	nt_genl_parse_capability(attrs, &capability);
	assert(memchr(capability.module_version, '\0', sizeof(capability.module_version)));
	fuzz_results(nlh, attrs);
}

/* A request of OPS operations; what points at one of them names it. */
static void fuzz_refusal(struct nlmsghdr *nlh)
{
	struct nl_msg *request = nlmsg_alloc();
	struct nt_genl_refusal refusal;
	uint32_t i;

	if (!request)
		return;
	genlmsg_put(request, 0, 0, FAMILY, 0, 0, NETTUNE_CMD_TXN_APPLY, 1);
	for (i = 0; i < OPS; i++) {
		nla_put_u64(request, NETTUNE_A_COOKIE, i);
		nla_put_u64(request, NETTUNE_A_OP, i);
	}
	nt_genl_parse_refusal(nlh, nlmsg_hdr(request), &refusal);
	assert(memchr(refusal.message, '\0', sizeof(refusal.message)));
	assert(refusal.op < OPS || refusal.op == NT_GENL_OP_NONE);
	nlmsg_free(request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t len = NLMSG_HDRLEN + size;
	struct nlmsghdr *nlh = calloc(1, len);

	if (!nlh)
		return 0;
	nlh->nlmsg_len = (uint32_t)len;
	nlh->nlmsg_type = FAMILY;
	nlh->nlmsg_flags = NLM_F_ACK_TLVS | (size & 1 ? NLM_F_CAPPED : 0);
	memcpy((char *)nlh + NLMSG_HDRLEN, data, size);
	fuzz_event(nlh, len);
	fuzz_replies(nlh);
	if (size >= sizeof(struct nlmsgerr))
		fuzz_refusal(nlh);
	free(nlh);
	return 0;
}
