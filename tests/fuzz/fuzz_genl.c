// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the module may answer, from any bytes: events, transactions, results,
 * capabilities and refusals. Static functions are what is fuzzed, so that the
 * client is included whole.
 */
#include "../../ctl/engine/nettune_genl.c"

#include <assert.h>

#define FAMILY 0x20
#define RESULTS_MAX 4U

/* Strings are terminated, whatever came. */
static void check_txn(const struct nt_genl_txn *txn)
{
	assert(memchr(txn->message, '\0', sizeof(txn->message)));
}

static void fuzz_event(void *bytes, size_t len)
{
	const struct nt_genl genl = { .family = FAMILY };
	struct nt_genl_txn txn = { 0 };
	uint32_t event;

	if (parse_event(&genl, bytes, len, &event, &txn) == 0)
		check_txn(&txn);
}

static void fuzz_results(struct nlmsghdr *nlh, struct nlattr **attrs)
{
	struct nt_genl_result list[RESULTS_MAX] = { 0 };
	struct results results = { .id = u64_of(attrs[NETTUNE_A_TXN_ID]), .list = list,
				   .count = RESULTS_MAX };
	size_t i;

	take_results(nlh, attrs, &results);
	for (i = 0; i < RESULTS_MAX; i++) {
		assert(memchr(list[i].message, '\0', sizeof(list[i].message)));
		assert(!list[i].readback || !list[i].readback[list[i].readback_len]);
	}
	nt_genl_results_free(list, RESULTS_MAX);
}

static void fuzz_replies(struct nlmsghdr *nlh)
{
	struct nt_genl_capability capability = { 0 };
	struct nlattr *attrs[NETTUNE_A_MAX + 1];
	struct list list = { NULL, 0 };
	struct nt_genl_txn txn = { 0 };

	if (!genlmsg_valid_hdr(nlh, 0) ||
	    genlmsg_parse(nlh, 0, attrs, NETTUNE_A_MAX, main_policy) < 0)
		return;
	if (take_txn(nlh, attrs, &txn) == 0)
		check_txn(&txn);
	if (take_listed(nlh, attrs, &list) == 0)
		check_txn(&list.txns[0]);
	free(list.txns);
	take_capability(nlh, attrs, &capability);
	fuzz_results(nlh, attrs);
}

static void fuzz_refusal(struct nlmsghdr *nlh)
{
	struct nt_genl_refusal refusal;
	struct answer answer = { .refusal = &refusal };

	if (nlmsg_datalen(nlh) < (int)sizeof(struct nlmsgerr))
		return;
	take_refusal(nlh, nlmsg_data(nlh), &answer);
	assert(memchr(refusal.message, '\0', sizeof(refusal.message)));
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
	fuzz_refusal(nlh);
	free(nlh);
	return 0;
}
