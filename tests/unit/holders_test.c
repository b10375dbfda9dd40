// SPDX-License-Identifier: GPL-2.0-or-later
/* Who holds queues, from replies as kernels send them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <linux/xdp_diag.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "io/holders_parse.h"
#include "io/uapi_new.h"

#define ATTRS(msg) nlmsg_attrdata(nlmsg_hdr(msg), 0), nlmsg_attrlen(nlmsg_hdr(msg), 0)

/* A message without a family's header: its attributes are what parsers get. */
static struct nl_msg *message(void)
{
	struct nl_msg *msg = nlmsg_alloc();

	assert_non_null(msg);
	assert_non_null(nlmsg_put(msg, 0, 1, 16, 0, 0));
	return msg;
}

static void put_nest(struct nl_msg *msg, int type)
{
	struct nlattr *nest = nla_nest_start(msg, type);

	assert_non_null(nest);
	nla_put_u32(msg, 1, 7);
	nla_nest_end(msg, nest);
}

static struct nl_msg *queue(uint32_t index, uint32_t type)
{
	struct nl_msg *msg = message();

	nla_put_u32(msg, NT_NETDEV_A_QUEUE_ID, index);
	nla_put_u32(msg, NT_NETDEV_A_QUEUE_IFINDEX, 2);
	nla_put_u32(msg, NT_NETDEV_A_QUEUE_TYPE, type);
	return msg;
}

static void queues_tell_of_providers_and_sockets(void **state)
{
	static const int nests[] = { NT_NETDEV_A_QUEUE_DMABUF, NT_NETDEV_A_QUEUE_IO_URING };
	struct nt_nic_holders holders = { 0 };

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		struct nl_msg *rx = queue(5 - i, NT_NETDEV_QUEUE_TYPE_RX);

		put_nest(rx, nests[i]);
		assert_int_equal(nt_holders_parse_queue(ATTRS(rx), &holders), 0);
		assert_int_equal(holders.providers, 6);
		nlmsg_free(rx);
	}
	assert_int_equal(holders.xsk, 0);
	{
		struct nl_msg *tx = queue(2, NT_NETDEV_QUEUE_TYPE_TX);

		put_nest(tx, NT_NETDEV_A_QUEUE_XSK);
		assert_int_equal(nt_holders_parse_queue(ATTRS(tx), &holders), 0);
		assert_int_equal(holders.xsk, 3);
		nlmsg_free(tx);
	}
}

static void queues_in_nobodys_hands_hold_nothing(void **state)
{
	struct nl_msg *msg = queue(7, NT_NETDEV_QUEUE_TYPE_RX), *none = message();
	struct nt_nic_holders holders = { 0 };

	(void)state;
	nla_put_u32(msg, NT_NETDEV_A_QUEUE_NAPI_ID, 8193);
	assert_int_equal(nt_holders_parse_queue(ATTRS(msg), &holders), 0);
	assert_int_equal(holders.providers + holders.xsk, 0);
	assert_int_equal(nt_holders_parse_queue(ATTRS(none), &holders), -EBADMSG);
	nlmsg_free(msg);
	nlmsg_free(none);
}

static struct nl_msg *xsk(uint32_t ifindex, uint32_t index, uint32_t flags)
{
	const struct xdp_diag_info info = { .ifindex = ifindex, .queue_id = index };
	const struct xdp_diag_umem umem = { .flags = flags };
	struct nl_msg *msg = message();

	nla_put(msg, XDP_DIAG_INFO, sizeof(info), &info);
	nla_put(msg, XDP_DIAG_UMEM, sizeof(umem), &umem);
	return msg;
}

static int parse_xsk(struct nl_msg *msg, struct nt_nic_holders *holders)
{
	int r = nt_holders_parse_socket(ATTRS(msg), 2, holders);

	nlmsg_free(msg);
	return r;
}

static void sockets_of_the_device_hold_their_queue_copying_or_not(void **state)
{
	struct nt_nic_holders holders = { 0 };

	(void)state;
	assert_int_equal(parse_xsk(xsk(2, 3, 0), &holders), 0);
	assert_int_equal(holders.xsk, 4);
	assert_int_equal(holders.zero_copy, 0);
	assert_int_equal(parse_xsk(xsk(2, 1, XDP_DU_F_ZEROCOPY), &holders), 0);
	assert_int_equal(holders.xsk, 4);
	assert_int_equal(holders.zero_copy, 2);
	assert_int_equal(parse_xsk(xsk(3, 9, XDP_DU_F_ZEROCOPY), &holders), 0);
	assert_int_equal(parse_xsk(message(), &holders), 0);
	assert_int_equal(holders.xsk, 4);
	assert_int_equal(parse_xsk(xsk(2, 70000, 0), &holders), -EBADMSG);
}

static void socket_that_is_cut_off_is_refused(void **state)
{
	struct nt_nic_holders holders = { 0 };
	struct nl_msg *msg = message();

	(void)state;
	nla_put_u32(msg, XDP_DIAG_INFO, 2);
	assert_int_equal(parse_xsk(msg, &holders), -EBADMSG);
	assert_int_equal(holders.xsk, 0);
}

static struct nl_msg *context(uint32_t id, uint32_t ring)
{
	const uint32_t table[] = { 0, ring, 1 };
	struct nl_msg *msg = message();

	if (id)
		nla_put_u32(msg, NT_ETHTOOL_A_RSS_CONTEXT, id);
	nla_put(msg, NT_ETHTOOL_A_RSS_INDIR, sizeof(table), table);
	return msg;
}

static int parse_context(struct nl_msg *msg, struct nt_nic_holders *holders)
{
	int r = nt_holders_parse_context(ATTRS(msg), holders);

	nlmsg_free(msg);
	return r;
}

static void contexts_are_listed_but_not_the_default_one(void **state)
{
	struct nt_nic_holders holders = { 0 };

	(void)state;
	assert_int_equal(parse_context(context(0, 7), &holders), 0);
	assert_int_equal(holders.n_contexts + holders.context_rings, 0);
	assert_int_equal(parse_context(context(4, 5), &holders), 0);
	assert_int_equal(parse_context(context(9, 3), &holders), 0);
	assert_int_equal(holders.n_contexts, 2);
	assert_int_equal(holders.contexts[1], 9);
	assert_int_equal(holders.context_rings, 6);
	assert_int_equal(parse_context(context(9, 1U << 20), &holders), -EBADMSG);
}

static void more_contexts_than_are_listed_still_count_their_rings(void **state)
{
	struct nt_nic_holders holders = { 0 };

	(void)state;
	for (uint32_t id = 1; id <= NT_NIC_CONTEXTS_MAX + 1; id++)
		assert_int_equal(parse_context(context(id, id), &holders), 0);
	assert_int_equal(holders.n_contexts, NT_NIC_CONTEXTS_MAX);
	assert_int_equal(holders.context_rings, NT_NIC_CONTEXTS_MAX + 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queues_tell_of_providers_and_sockets),
		cmocka_unit_test(queues_in_nobodys_hands_hold_nothing),
		cmocka_unit_test(sockets_of_the_device_hold_their_queue_copying_or_not),
		cmocka_unit_test(socket_that_is_cut_off_is_refused),
		cmocka_unit_test(contexts_are_listed_but_not_the_default_one),
		cmocka_unit_test(more_contexts_than_are_listed_still_count_their_rings),
	};

	return cmocka_run_group_tests_name("holders", tests, NULL, NULL);
}
