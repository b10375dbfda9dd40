// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Netlink from any bytes. What is accepted keeps the promises of core/nic.h.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <netlink/msg.h>
#include <stdint.h>
#include <string.h>

#include "choice.h"
#include "io/ethnl_parse.h"
#include "io/holders_parse.h"
#include "io/nlreply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The sequence number of the requests that corpus files answer. */
#define SEQ 1U

static int on_reply(struct nlmsghdr *reply, void *user)
{
	struct nlattr *attrs;
	int len = nt_nl_attrs(reply, 4, &attrs);

	(void)user;
	require(len < 0 || (uint32_t)len <= reply->nlmsg_len);
	return 0;
}

static void datagram(void *bytes, size_t size)
{
	struct nt_nl_answer answer = { 0 };

	(void)nt_nl_take(bytes, size, SEQ, on_reply, NULL, &answer);
	require(answer.err <= 0);
	require(memchr(answer.message, '\0', sizeof(answer.message)) != NULL);
}

static void numbers(const struct nt_ethnl_kind *kind, void *bytes, size_t size)
{
	/* As large as the largest of them, and aligned for any. */
	struct nt_nic_coalesce got, none = { 0 };
	struct nl_msg *msg;
	uint32_t has = 0;
	int n;

	if (nt_ethnl_parse(kind, bytes, (int)size, &got, &has) < 0)
		return;
	require(has >> kind->n == 0);
	/* Set where there was nothing, it takes an attribute for each at most; again, none. */
	msg = nlmsg_alloc();
	require(msg != NULL);
	n = nt_ethnl_put_changes(kind, msg, &none, &got, UINT32_MAX);
	require(n >= 0 && n <= __builtin_popcount(has));
	require(nt_ethnl_put_changes(kind, msg, &got, &got, UINT32_MAX) == 0);
	nlmsg_free(msg);
}

static void features(void *bytes, size_t size)
{
	static struct nt_nic_features list;

	if (nt_ethnl_parse_features(bytes, (int)size, &list) < 0) {
		require(list.n == 0);
		return;
	}
	require(list.n <= NT_NIC_FEATURES_MAX);
	for (size_t i = 0; i < list.n; i++) {
		require(list.list[i].name[0] != '\0');
		require(memchr(list.list[i].name, '\0', NT_NIC_FEATURE_MAX) != NULL);
		require(list.list[i].hw || list.list[i].fixed);
	}
}

static void link_attrs(void *bytes, size_t size)
{
	struct nt_nic_link link = { 0 };

	(void)nt_ethnl_parse_link(bytes, (int)size, &link);
	require(memchr(link.bus, '\0', sizeof(link.bus)) != NULL);
	require(memchr(link.permanent_address, '\0', sizeof(link.permanent_address)) != NULL);
}

static void queue(void *bytes, size_t size)
{
	struct nt_io_napi napi;
	struct nl_msg *msg;

	if (nt_ethnl_parse_queue(bytes, (int)size, &napi) == 0)
		require(napi.napi_id && (napi.kind == NT_QUEUE_RX || napi.kind == NT_QUEUE_TX));
	if (nt_ethnl_parse_napi(bytes, (int)size, &napi) < 0)
		return;
	require(napi.polled.has >> NT_NAPI_FIELDS == 0);
	msg = nlmsg_alloc();
	require(msg != NULL);
	for (unsigned int i = 0; i < NT_NAPI_FIELDS; i++) {
		int r = napi.polled.has >> i & 1
			? nt_ethnl_put_napi(msg, i, napi.polled.value[i]) : 0;

		/* What was said of itself can be set, unless the kernel says it in more bits. */
		require(r == 0 || (r == -ERANGE && napi.polled.value[i] > UINT32_MAX));
	}
	nlmsg_free(msg);
}

/* Three replies in a row: what was told of before is never taken back. */
static void holders(int which, void *bytes, size_t size)
{
	static const uint32_t ifindex = 2;
	struct nt_nic_holders h = { .xsk = 1, .providers = 1, .context_rings = 1 };

	for (unsigned int i = 0; i < 3; i++) {
		if (which == 0)
			(void)nt_holders_parse_queue(bytes, (int)size, &h);
		else if (which == 1)
			(void)nt_holders_parse_socket(bytes, (int)size, ifindex, &h);
		else
			(void)nt_holders_parse_context(bytes, (int)size, &h);
	}
	require(h.xsk >= 1 && h.xsk <= 65536 && h.zero_copy <= h.xsk);
	require(h.providers >= 1 && h.providers <= 65536);
	require(h.context_rings >= 1 && h.context_rings <= 65536);
	require(h.n_contexts <= 3 && (h.n_contexts == 0 || h.contexts[h.n_contexts - 1] != 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_choice in;

	if (!fuzz_choose(data, size, &in))
		return 0;
	switch (in.which) {
	case 0:
		datagram(in.bytes, in.size);
		break;
	case 1:
		numbers(&nt_ethnl_channels, in.bytes, in.size);
		break;
	case 2:
		numbers(&nt_ethnl_rings, in.bytes, in.size);
		break;
	case 3:
		numbers(&nt_ethnl_coalesce, in.bytes, in.size);
		break;
	case 4:
		numbers(&nt_ethnl_pause, in.bytes, in.size);
		break;
	case 5:
		features(in.bytes, in.size);
		break;
	case 6:
		link_attrs(in.bytes, in.size);
		break;
	case 7:
		queue(in.bytes, in.size);
		break;
	case 8:
	case 9:
	case 10:
		holders(in.which - 8, in.bytes, in.size);
		break;
	}
	free(in.bytes);
	return 0;
}
