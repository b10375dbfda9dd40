// SPDX-License-Identifier: GPL-2.0-or-later
/* Netlink of network devices, from messages as kernels send them: read strictly, sent sparingly. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <linux/if_link.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/ethnl_pack.h"
#include "io/ethnl_parse.h"
#include "io/nlreply.h"
#include "io/nlreq.h"
#include "io/uapi_new.h"

/* A message without a family's header: its attributes are what parsers get. */
static struct nl_msg *message(void)
{
	struct nl_msg *msg = nlmsg_alloc_size(16384);

	assert_non_null(msg);
	assert_non_null(nlmsg_put(msg, 0, 1, 16, 0, 0));
	return msg;
}

#define ATTRS(msg) nlmsg_attrdata(nlmsg_hdr(msg), 0), nlmsg_attrlen(nlmsg_hdr(msg), 0)

/* ---- numbers ---- */

static void channels_are_read_whatever_kinds_the_driver_has(void **state)
{
	struct nl_msg *msg = message();
	struct nt_nic_channels c;
	uint32_t has;

	(void)state;
	nla_put_u32(msg, ETHTOOL_A_CHANNELS_COMBINED_MAX, 8);
	nla_put_u32(msg, ETHTOOL_A_CHANNELS_OTHER_MAX, 1);
	nla_put_u32(msg, ETHTOOL_A_CHANNELS_COMBINED_COUNT, 4);
	nla_put_u32(msg, ETHTOOL_A_CHANNELS_OTHER_COUNT, 1);
	memset(&c, 0xff, sizeof(c));
	assert_int_equal(nt_ethnl_parse(&nt_ethnl_channels, ATTRS(msg), &c, &has), 0);
	assert_int_equal(c.combined, 4);
	assert_int_equal(c.combined_max, 8);
	assert_int_equal(c.other, 1);
	assert_int_equal(c.rx, 0);
	assert_int_equal(c.rx_max, 0);
	nlmsg_free(msg);
}

static void a_number_of_another_size_is_refused(void **state)
{
	struct nl_msg *msg = message();
	struct nt_nic_rings rings;
	uint32_t has;

	(void)state;
	nla_put_u64(msg, ETHTOOL_A_RINGS_RX, 256);
	assert_int_equal(nt_ethnl_parse(&nt_ethnl_rings, ATTRS(msg), &rings, &has), -EBADMSG);
	nlmsg_free(msg);
}

static void only_what_differs_is_sent(void **state)
{
	struct nt_nic_channels now = { .rx = 2, .tx = 4, .other = 1, .rx_max = 8 };
	struct nt_nic_channels want = { .rx = 2, .tx = 3 };
	struct nl_msg *msg = message();

	(void)state;
	/* "other" is never ours to set, maxima are nobody's. */
	assert_int_equal(nt_ethnl_put_changes(&nt_ethnl_channels, msg, &now, &want, UINT32_MAX), 1);
	assert_int_equal(nlmsg_attrlen(nlmsg_hdr(msg), 0), 8);
	assert_non_null(nla_find(ATTRS(msg), ETHTOOL_A_CHANNELS_TX_COUNT));
	want.tx = 4;
	assert_int_equal(nt_ethnl_put_changes(&nt_ethnl_channels, msg, &now, &want, UINT32_MAX), 0);
	nlmsg_free(msg);
}

static void a_packed_request_names_its_device_by_index_alone(void **state)
{
	const struct nt_nic_channels now = { .combined = 4 }, want = { .combined = 2 };
	struct nlattr *header;
	void *attrs = NULL;
	size_t len = 0;

	(void)state;
	assert_int_equal(nt_ethnl_pack_channels(7, &now, &want, &attrs, &len), 0);
	header = attrs;
	assert_int_equal(nla_type(header), ETHTOOL_A_CHANNELS_HEADER);
	assert_int_equal(nla_get_u32(nla_find(nla_data(header), nla_len(header),
					      ETHTOOL_A_HEADER_DEV_INDEX)), 7);
	assert_null(nla_find(nla_data(header), nla_len(header), ETHTOOL_A_HEADER_DEV_NAME));
	assert_int_equal(nla_get_u32(nla_find(attrs, (int)len, ETHTOOL_A_CHANNELS_COMBINED_COUNT)),
			 2);
	assert_null(nla_find(attrs, (int)len, ETHTOOL_A_CHANNELS_RX_COUNT));
	free(attrs);
	assert_int_equal(nt_ethnl_pack_channels(7, &now, &now, &attrs, &len), -ENODATA);
}

static void of_coalesce_only_the_fields_asked_for_are_sent(void **state)
{
	struct nt_nic_coalesce now = { 0 }, want = { 0 };
	struct nl_msg *msg = message();

	(void)state;
	want.value[NT_COALESCE_ADAPTIVE_RX] = 1;
	want.value[NT_COALESCE_RX_USECS] = 50;
	want.has = 1U << NT_COALESCE_ADAPTIVE_RX;
	assert_int_equal(nt_ethnl_put_changes(&nt_ethnl_coalesce, msg, &now, &want, want.has), 1);
	assert_int_equal(nla_get_u8(nla_find(ATTRS(msg), ETHTOOL_A_COALESCE_USE_ADAPTIVE_RX)), 1);
	assert_null(nla_find(ATTRS(msg), ETHTOOL_A_COALESCE_RX_USECS));
	nlmsg_free(msg);
}

/* Each field goes out and comes back as itself, under the name that profiles use. */
static void every_coalesce_field_has_its_attribute(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < NT_COALESCE_FIELDS; i++) {
		struct nt_nic_coalesce now = { 0 }, want = { .has = 1U << i }, got;
		struct nl_msg *msg = message();
		uint32_t has;

		want.value[i] = 1;
		assert_int_equal(
			nt_ethnl_put_changes(&nt_ethnl_coalesce, msg, &now, &want, want.has), 1);
		assert_int_equal(nt_ethnl_parse(&nt_ethnl_coalesce, ATTRS(msg), &got, &has), 0);
		assert_int_equal(has, want.has);
		assert_int_equal(got.value[i], 1);
		assert_string_equal(
			nt_ethnl_field_name(&nt_ethnl_coalesce,
					    nla_type(nlmsg_attrdata(nlmsg_hdr(msg), 0))),
			nt_coalesce_name(i));
		nlmsg_free(msg);
	}
	assert_string_equal(nt_ethnl_field_name(&nt_ethnl_coalesce, 999), "");
	assert_string_equal(nt_ethnl_field_name(&nt_ethnl_channels, ETHTOOL_A_CHANNELS_RX_MAX), "");
}

static void a_mode_is_on_or_off(void **state)
{
	struct nl_msg *msg = message();
	struct nt_nic_pause pause;
	uint32_t has;

	(void)state;
	nla_put_u8(msg, ETHTOOL_A_PAUSE_AUTONEG, 0);
	nla_put_u8(msg, ETHTOOL_A_PAUSE_RX, 2);
	assert_int_equal(nt_ethnl_parse(&nt_ethnl_pause, ATTRS(msg), &pause, &has), 0);
	assert_false(pause.autoneg);
	assert_true(pause.rx);
	assert_false(pause.tx);
	nlmsg_free(msg);
}

/* ---- features ---- */

struct bits {
	uint32_t index;
	const char *name;
	bool value;
};

static void put_bitset(struct nl_msg *msg, int attr, bool list, const struct bits *bits, size_t n)
{
	struct nlattr *set = nla_nest_start(msg, attr), *all, *bit;

	if (list)
		nla_put_flag(msg, ETHTOOL_A_BITSET_NOMASK);
	all = nla_nest_start(msg, ETHTOOL_A_BITSET_BITS);
	for (size_t i = 0; i < n; i++) {
		bit = nla_nest_start(msg, ETHTOOL_A_BITSET_BITS_BIT);
		nla_put_u32(msg, ETHTOOL_A_BITSET_BIT_INDEX, bits[i].index);
		nla_put_string(msg, ETHTOOL_A_BITSET_BIT_NAME, bits[i].name);
		if (bits[i].value)
			nla_put_flag(msg, ETHTOOL_A_BITSET_BIT_VALUE);
		nla_nest_end(msg, bit);
	}
	nla_nest_end_keep_empty(msg, all);
	nla_nest_end(msg, set);
}

static void put_lists(struct nl_msg *msg, const struct bits *bits, size_t n)
{
	put_bitset(msg, ETHTOOL_A_FEATURES_WANTED, true, bits, n);
	put_bitset(msg, ETHTOOL_A_FEATURES_ACTIVE, true, bits, n);
	put_bitset(msg, ETHTOOL_A_FEATURES_NOCHANGE, true, NULL, 0);
}

static void features_tell_wanted_from_active_from_fixed(void **state)
{
	static const struct bits hw[] = {
		{ 0, "tso", true },
		{ 7, "lro", false },
		{ 9, "", true },
		{ 60, "gro", true },
	};
	static const struct bits wanted[] = { { 0, "tso", false }, { 60, "gro", false } };
	static const struct bits active[] = { { 7, "lro", false }, { 60, "gro", false } };
	static const struct bits nochange[] = { { 60, "gro", false } };
	struct nt_nic_features features;
	struct nl_msg *msg = message();

	(void)state;
	put_bitset(msg, ETHTOOL_A_FEATURES_HW, false, hw, 4);
	put_bitset(msg, ETHTOOL_A_FEATURES_WANTED, true, wanted, 2);
	put_bitset(msg, ETHTOOL_A_FEATURES_ACTIVE, true, active, 2);
	put_bitset(msg, ETHTOOL_A_FEATURES_NOCHANGE, true, nochange, 1);
	assert_int_equal(nt_ethnl_parse_features(ATTRS(msg), &features), 0);
	/* A bit without a name is no feature. */
	assert_int_equal(features.n, 3);
	assert_memory_equal(&features.list[0],
			    (&(struct nt_nic_feature){ "tso", true, true, false, false }),
			    sizeof(features.list[0]));
	assert_memory_equal(&features.list[1],
			    (&(struct nt_nic_feature){ "lro", false, false, true, true }),
			    sizeof(features.list[1]));
	assert_memory_equal(&features.list[2],
			    (&(struct nt_nic_feature){ "gro", true, true, true, true }),
			    sizeof(features.list[2]));
	nlmsg_free(msg);
}

/* Each would be read as something that it is not. */
static void odd_bitsets_are_refused(void **state)
{
	static const struct bits twice[] = { { 1, "a", true }, { 1, "b", true } };
	static const struct bits blank[] = { { 1, "a b", true } };
	static const struct bits longest[] = { { 1, "abcdefghijklmnopqrstuvwxyzabcdef", true } };
	static const struct bits good[] = { { 1, "a", true } };
	static const struct {
		const struct bits *bits;
		size_t n;
		bool list;
	} bad[] = {
		{ twice, 2, false },
		{ blank, 1, false },
		{ longest, 1, false },
		{ good, 1, true },
	};
	struct nt_nic_features features;
	struct nl_msg *msg;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		msg = message();
		put_bitset(msg, ETHTOOL_A_FEATURES_HW, bad[i].list, bad[i].bits, bad[i].n);
		put_lists(msg, good, 1);
		assert_int_equal(nt_ethnl_parse_features(ATTRS(msg), &features), -EBADMSG);
		assert_int_equal(features.n, 0);
		nlmsg_free(msg);
	}
	msg = message();
	put_bitset(msg, ETHTOOL_A_FEATURES_HW, false, good, 1);
	assert_int_equal(nt_ethnl_parse_features(ATTRS(msg), &features), -EBADMSG);
	nlmsg_free(msg);
}

static void more_features_than_fit_are_refused(void **state)
{
	static struct bits bits[NT_NIC_FEATURES_MAX + 1];
	static char names[NT_NIC_FEATURES_MAX + 1][8];
	struct nt_nic_features features;
	struct nl_msg *msg;

	(void)state;
	for (uint32_t i = 0; i <= NT_NIC_FEATURES_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "f%u", i);
		bits[i] = (struct bits){ i, names[i], true };
	}
	for (size_t more = 0; more < 2; more++) {
		msg = message();
		put_bitset(msg, ETHTOOL_A_FEATURES_HW, false, bits, NT_NIC_FEATURES_MAX + more);
		put_lists(msg, bits, 1);
		assert_int_equal(nt_ethnl_parse_features(ATTRS(msg), &features), more ? -E2BIG : 0);
		nlmsg_free(msg);
	}
}

/* ---- links, queues ---- */

static void xdp_in_the_driver_and_behind_it_are_told_apart(void **state)
{
	static const struct {
		uint8_t attached;
		int prog_attr;
		bool xdp;
		bool generic;
	} cases[] = {
		{ XDP_ATTACHED_NONE, 0, false, false },
		{ XDP_ATTACHED_DRV, IFLA_XDP_DRV_PROG_ID, true, false },
		{ XDP_ATTACHED_SKB, IFLA_XDP_SKB_PROG_ID, false, true },
		{ XDP_ATTACHED_HW, IFLA_XDP_HW_PROG_ID, true, false },
		{ XDP_ATTACHED_MULTI, IFLA_XDP_SKB_PROG_ID, false, true },
		{ XDP_ATTACHED_MULTI, IFLA_XDP_DRV_PROG_ID, true, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nl_msg *msg = message();
		struct nlattr *nest = nla_nest_start(msg, IFLA_XDP);
		struct nt_nic_link link = { 0 };

		nla_put_u8(msg, IFLA_XDP_ATTACHED, cases[i].attached);
		if (cases[i].prog_attr)
			nla_put_u32(msg, cases[i].prog_attr, 7);
		nla_nest_end(msg, nest);
		assert_int_equal(nt_ethnl_parse_link(ATTRS(msg), &link), 0);
		assert_int_equal(link.xdp, cases[i].xdp);
		assert_int_equal(link.xdp_generic, cases[i].generic);
		nlmsg_free(msg);
	}
}

static void a_link_has_its_address_and_place(void **state)
{
	static const uint8_t mac[] = { 0x52, 0x54, 0, 0, 0, 1 }, infiniband[20] = { 0x80 };
	struct nt_nic_link link = { 0 };
	struct nl_msg *msg = message();

	(void)state;
	nla_put_u32(msg, IFLA_MTU, 1500);
	nla_put_u32(msg, IFLA_MAX_MTU, 9216);
	nla_put(msg, IFLA_PERM_ADDRESS, sizeof(mac), mac);
	nla_put_string(msg, IFLA_PARENT_DEV_NAME, "0000:01:00.0");
	assert_int_equal(nt_ethnl_parse_link(ATTRS(msg), &link), 0);
	assert_string_equal(link.permanent_address, "52:54:00:00:00:01");
	assert_string_equal(link.bus, "0000:01:00.0");
	assert_int_equal(link.mtu_max, 9216);
	nlmsg_free(msg);

	/* Half of an address could be half of another. */
	msg = message();
	link = (struct nt_nic_link){ 0 };
	nla_put(msg, IFLA_PERM_ADDRESS, sizeof(infiniband), infiniband);
	assert_int_equal(nt_ethnl_parse_link(ATTRS(msg), &link), 0);
	assert_string_equal(link.permanent_address, "");
	nlmsg_free(msg);
}

static struct nl_msg *port_of(const char *kind, uint8_t mii, int lacp)
{
	struct nl_msg *msg = message();
	struct nlattr *info = nla_nest_start(msg, IFLA_LINKINFO), *data;

	nla_put_string(msg, IFLA_INFO_SLAVE_KIND, kind);
	data = nla_nest_start(msg, IFLA_INFO_SLAVE_DATA);
	nla_put_u8(msg, IFLA_BOND_SLAVE_MII_STATUS, mii);
	if (lacp >= 0)
		nla_put_u8(msg, IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE, (uint8_t)lacp);
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	return msg;
}

static void a_port_is_idle_until_its_bond_uses_it(void **state)
{
	static const struct {
		const char *kind;
		uint8_t mii;
		int lacp;
		bool idle;
	} cases[] = {
		{ "bond", 0, -1, false },   { "bond", 2, -1, true },   { "bond", 3, -1, true },
		{ "bond", 0, 0x3d, false }, { "bond", 0, 0x0d, true }, { "bond", 0, 0x1d, true },
		{ "bridge", 2, -1, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nl_msg *msg = port_of(cases[i].kind, cases[i].mii, cases[i].lacp);
		struct nt_nic_link link = { .carrier = true };

		assert_int_equal(nt_ethnl_parse_link(ATTRS(msg), &link), 0);
		assert_int_equal(link.idle_port, cases[i].idle);
		assert_int_equal(nt_nic_ready(&link),
				 cases[i].idle ? NT_NIC_CARRIER : NT_NIC_IN_USE);
		nlmsg_free(msg);
	}
}

static void a_port_whose_state_is_cut_off_is_refused(void **state)
{
	struct nt_nic_link link = { 0 };
	struct nl_msg *msg = message();
	struct nlattr *info = nla_nest_start(msg, IFLA_LINKINFO), *data;

	(void)state;
	nla_put_string(msg, IFLA_INFO_SLAVE_KIND, "bond");
	data = nla_nest_start(msg, IFLA_INFO_SLAVE_DATA);
	nla_put_u16(msg, IFLA_BOND_SLAVE_MII_STATUS, 0);
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	assert_int_equal(nt_ethnl_parse_link(ATTRS(msg), &link), -EBADMSG);
	nlmsg_free(msg);
}

static void queues_without_napi_are_passed_over(void **state)
{
	struct nl_msg *msg = message();
	struct nt_io_napi napi;

	(void)state;
	nla_put_u32(msg, NT_NETDEV_A_QUEUE_ID, 3);
	nla_put_u32(msg, NT_NETDEV_A_QUEUE_TYPE, NT_NETDEV_QUEUE_TYPE_TX);
	assert_int_equal(nt_ethnl_parse_queue(ATTRS(msg), &napi), -ENOENT);
	nla_put_u32(msg, NT_NETDEV_A_QUEUE_NAPI_ID, 8193);
	assert_int_equal(nt_ethnl_parse_queue(ATTRS(msg), &napi), 0);
	assert_int_equal(napi.kind, NT_QUEUE_TX);
	assert_int_equal(napi.queue, 3);
	assert_int_equal(napi.napi_id, 8193);
	nlmsg_free(msg);
}

static void times_of_an_instance_are_of_either_width(void **state)
{
	struct nl_msg *msg = message();
	struct nt_io_napi napi;

	(void)state;
	nla_put_u32(msg, NT_NETDEV_A_NAPI_ID, 8193);
	nla_put_u32(msg, NT_NETDEV_A_NAPI_DEFER_HARD_IRQS, 2);
	nla_put_u32(msg, NT_NETDEV_A_NAPI_GRO_FLUSH_TIMEOUT, 200000);
	nla_put_u64(msg, NT_NETDEV_A_NAPI_IRQ_SUSPEND_TIMEOUT, 1ULL << 40);
	assert_int_equal(nt_ethnl_parse_napi(ATTRS(msg), &napi), 0);
	assert_int_equal(napi.napi_id, 8193);
	assert_int_equal(napi.polled.has, 1U << NT_NAPI_DEFER_HARD_IRQS |
					  1U << NT_NAPI_GRO_FLUSH_TIMEOUT |
					  1U << NT_NAPI_IRQ_SUSPEND_TIMEOUT);
	assert_int_equal(napi.polled.value[NT_NAPI_GRO_FLUSH_TIMEOUT], 200000);
	assert_int_equal(napi.polled.value[NT_NAPI_IRQ_SUSPEND_TIMEOUT], 1ULL << 40);
	nla_put_u16(msg, NT_NETDEV_A_NAPI_THREADED, 1);
	assert_int_equal(nt_ethnl_parse_napi(ATTRS(msg), &napi), -EBADMSG);
	nlmsg_free(msg);
}

static void what_is_set_reads_back(void **state)
{
	(void)state;
	for (unsigned int field = 0; field < NT_NAPI_FIELDS; field++) {
		struct nl_msg *msg = message();
		struct nt_io_napi napi;

		nla_put_u32(msg, NT_NETDEV_A_NAPI_ID, 1);
		assert_int_equal(nt_ethnl_put_napi(msg, field, 70000), 0);
		assert_int_equal(nt_ethnl_parse_napi(ATTRS(msg), &napi), 0);
		assert_int_equal(napi.polled.has, 1U << field);
		assert_int_equal(napi.polled.value[field], 70000);
		nlmsg_free(msg);
	}
	assert_int_equal(nt_ethnl_put_napi(NULL, NT_NAPI_THREADED, 1ULL << 32), -ERANGE);
}

/* ---- messages ---- */

/* An acknowledgement as a kernel sends it that was asked to cap it, with words. */
static size_t put_refusal(void *buf, uint32_t seq, int error, const char *words, uint32_t offset)
{
	struct nl_msg *msg = nlmsg_alloc();
	struct nlmsgerr err = { .error = error, .msg.nlmsg_len = 4096 };
	size_t len;

	nlmsg_put(msg, 0, seq, NLMSG_ERROR, 0, NLM_F_CAPPED | NLM_F_ACK_TLVS);
	nlmsg_append(msg, &err, sizeof(err), NLMSG_ALIGNTO);
	nla_put_string(msg, NLMSGERR_ATTR_MSG, words);
	nla_put_u32(msg, NLMSGERR_ATTR_OFFS, offset);
	len = nlmsg_hdr(msg)->nlmsg_len;
	memcpy(buf, nlmsg_hdr(msg), len);
	nlmsg_free(msg);
	return len;
}

static void a_refusal_comes_with_the_kernels_words(void **state)
{
	uint32_t buf[256];
	struct nt_nl_answer answer = { 0 };
	size_t len = put_refusal(buf, 1, -EINVAL, "too\033 many", 36);

	(void)state;
	assert_int_equal(nt_nl_take(buf, len, 1, NULL, NULL, &answer), 0);
	assert_true(answer.done);
	assert_int_equal(answer.err, -EINVAL);
	assert_int_equal(answer.offset, 36);
	/* What would steer a terminal does not get there. */
	assert_string_equal(answer.message, "too? many");
}

static void an_answer_to_somebody_else_is_passed_over(void **state)
{
	uint32_t buf[256];
	struct nt_nl_answer answer = { 0 };
	size_t len = put_refusal(buf, 2, -EINVAL, "", 0);

	(void)state;
	assert_int_equal(nt_nl_take(buf, len, 1, NULL, NULL, &answer), 0);
	assert_false(answer.done);
}

static void half_a_message_is_no_answer(void **state)
{
	uint32_t buf[256];
	struct nt_nl_answer answer = { 0 };
	size_t len = put_refusal(buf, 1, -EINVAL, "words", 0);

	(void)state;
	assert_int_equal(nt_nl_take(buf, len - 4, 1, NULL, NULL, &answer), -EBADMSG);
	assert_int_equal(nt_nl_take(buf, 8, 1, NULL, NULL, &answer), -EBADMSG);
	assert_int_equal(nt_nl_take(buf, 0, 1, NULL, NULL, &answer), -EBADMSG);
	put_refusal(buf, 1, EINVAL, "an error above zero", 0);
	assert_int_equal(nt_nl_take(buf, len, 1, NULL, NULL, &answer), -EBADMSG);
}

static void an_offset_names_the_attribute_it_is_in(void **state)
{
	struct nl_msg *msg = message();
	struct nlattr *second;

	(void)state;
	nla_put_string(msg, 1, "eth0");
	nla_put_u32(msg, 7, 4);
	second = nla_find(ATTRS(msg), 7);
	assert_int_equal(nt_nl_attr_at(msg, 0, (uint32_t)((char *)second - (char *)nlmsg_hdr(msg))),
			 7);
	assert_int_equal(nt_nl_attr_at(msg, 0, NLMSG_HDRLEN), 1);
	assert_int_equal(nt_nl_attr_at(msg, 0, 0), 0);
	assert_int_equal(nt_nl_attr_at(msg, 0, 4096), 0);
	nlmsg_free(msg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(channels_are_read_whatever_kinds_the_driver_has),
		cmocka_unit_test(a_number_of_another_size_is_refused),
		cmocka_unit_test(only_what_differs_is_sent),
		cmocka_unit_test(a_packed_request_names_its_device_by_index_alone),
		cmocka_unit_test(of_coalesce_only_the_fields_asked_for_are_sent),
		cmocka_unit_test(every_coalesce_field_has_its_attribute),
		cmocka_unit_test(a_mode_is_on_or_off),
		cmocka_unit_test(features_tell_wanted_from_active_from_fixed),
		cmocka_unit_test(odd_bitsets_are_refused),
		cmocka_unit_test(more_features_than_fit_are_refused),
		cmocka_unit_test(xdp_in_the_driver_and_behind_it_are_told_apart),
		cmocka_unit_test(a_link_has_its_address_and_place),
		cmocka_unit_test(a_port_is_idle_until_its_bond_uses_it),
		cmocka_unit_test(a_port_whose_state_is_cut_off_is_refused),
		cmocka_unit_test(queues_without_napi_are_passed_over),
		cmocka_unit_test(times_of_an_instance_are_of_either_width),
		cmocka_unit_test(what_is_set_reads_back),
		cmocka_unit_test(a_refusal_comes_with_the_kernels_words),
		cmocka_unit_test(an_answer_to_somebody_else_is_passed_over),
		cmocka_unit_test(half_a_message_is_no_answer),
		cmocka_unit_test(an_offset_names_the_attribute_it_is_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
