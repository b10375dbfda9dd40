// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which requests of ethtool netlink the module sends on, and what they mean.
 */
#include "nt_test.h"

#include "../../kmod/core/ethnl.h"

#include <linux/ethtool_netlink.h>
#include <linux/netlink.h>

#define BYTES 192

/**
 * struct attrs - attributes under construction
 * @data: @len bytes
 * @len: bytes
 */
struct attrs {
	char data[BYTES] __attribute__((aligned(NLA_ALIGNTO)));
	u32 len;
};

static void put(struct attrs *attrs, u16 type, const void *data, u32 len)
{
	struct nlattr head = { .nla_len = (u16)(sizeof(head) + len), .nla_type = type };

	memset(attrs->data + attrs->len, 0, sizeof(head) + len + 3);
	memcpy(attrs->data + attrs->len, &head, sizeof(head));
	memcpy(attrs->data + attrs->len + sizeof(head), data, len);
	attrs->len += ((u32)sizeof(head) + len + 3) & ~3U;
}

static void put_u32(struct attrs *attrs, u16 type, u32 value)
{
	put(attrs, type, &value, sizeof(value));
}

static void put_header(struct attrs *attrs, u32 device)
{
	struct attrs header = { .len = 0 };

	put_u32(&header, ETHTOOL_A_HEADER_DEV_INDEX, device);
	put(attrs, ETHTOOL_A_RINGS_HEADER | NLA_F_NESTED, header.data, header.len);
}

static void put_bitset(struct attrs *attrs, u16 type, u32 value, const u32 *mask)
{
	struct attrs bitset = { .len = 0 };

	put_u32(&bitset, ETHTOOL_A_BITSET_SIZE, 32);
	put_u32(&bitset, ETHTOOL_A_BITSET_VALUE, value);
	if (mask)
		put_u32(&bitset, ETHTOOL_A_BITSET_MASK, *mask);
	put(attrs, type | NLA_F_NESTED, bitset.data, bitset.len);
}

static struct nt_attrs of(const struct attrs *attrs)
{
	return (struct nt_attrs){ .data = attrs->data, .len = attrs->len };
}

static int check(u32 cmd, const struct attrs *attrs, u32 *device)
{
	const struct nt_attrs request = of(attrs);

	return nt_ethnl_check(nt_ethnl_kind_find(cmd), &request, device);
}

NT_TEST(only_listed_commands_are_known)
{
	NT_EXPECT(nt_ethnl_kind_find(ETHTOOL_MSG_RINGS_SET));
	NT_EXPECT(nt_ethnl_kind_find(ETHTOOL_MSG_CHANNELS_SET));
	NT_EXPECT(nt_ethnl_kind_find(ETHTOOL_MSG_FEATURES_SET));
	NT_EXPECT(!nt_ethnl_kind_find(ETHTOOL_MSG_RINGS_GET));
	NT_EXPECT(!nt_ethnl_kind_find(ETHTOOL_MSG_LINKMODES_SET));
	NT_EXPECT(!nt_ethnl_kind_find(ETHTOOL_MSG_WOL_SET));
	NT_EXPECT(!nt_ethnl_kind_find(ETHTOOL_MSG_CABLE_TEST_ACT));
	NT_EXPECT(!nt_ethnl_kind_find(ETHTOOL_MSG_MODULE_SET));
	NT_EXPECT(!nt_ethnl_kind_find(0));
	NT_EXPECT(!nt_ethnl_kind_find(0x110));
}

NT_TEST(request_names_its_device_by_index)
{
	struct attrs attrs = { .len = 0 }, named = { .len = 0 }, header = { .len = 0 };
	u32 device = 0;

	put_header(&attrs, 7);
	NT_EXPECT_EQ(check(ETHTOOL_MSG_RINGS_SET, &attrs, &device), -EINVAL);
	put_u32(&attrs, ETHTOOL_A_RINGS_RX, 512);
	NT_EXPECT_EQ(check(ETHTOOL_MSG_RINGS_SET, &attrs, &device), 0);
	NT_EXPECT_EQ(device, 7);

	put_u32(&header, ETHTOOL_A_HEADER_DEV_INDEX, 7);
	put(&header, ETHTOOL_A_HEADER_DEV_NAME, "eth0", 5);
	put(&named, ETHTOOL_A_RINGS_HEADER, header.data, header.len);
	put_u32(&named, ETHTOOL_A_RINGS_RX, 512);
	NT_EXPECT_EQ(check(ETHTOOL_MSG_RINGS_SET, &named, &device), -EINVAL);

	named.len = 0;
	put_header(&named, 0);
	put_u32(&named, ETHTOOL_A_RINGS_RX, 512);
	NT_EXPECT_EQ(check(ETHTOOL_MSG_RINGS_SET, &named, &device), -ENODEV);
}

NT_TEST(unsound_attributes_are_refused)
{
	struct attrs attrs = { .len = 0 };
	u32 device;

	put_u32(&attrs, ETHTOOL_A_RINGS_RX, 512);
	put_header(&attrs, 7);
	NT_EXPECT_EQ(check(ETHTOOL_MSG_RINGS_SET, &attrs, &device), -EINVAL);

	attrs.len = 0;
	put_header(&attrs, 7);
	put_u32(&attrs, ETHTOOL_A_RINGS_RX, 512);
	put_u32(&attrs, ETHTOOL_A_RINGS_RX, 256);
	NT_EXPECT_EQ(check(ETHTOOL_MSG_RINGS_SET, &attrs, &device), -EINVAL);

	attrs.len = 0;
	put_header(&attrs, 7);
	put_u32(&attrs, ETHTOOL_A_RINGS_RX, 512);
	attrs.len -= 2;
	NT_EXPECT_EQ(check(ETHTOOL_MSG_RINGS_SET, &attrs, &device), -EINVAL);
}

NT_TEST(bitset_must_be_compact_and_have_a_mask)
{
	struct attrs attrs = { .len = 0 };
	const u32 mask = 6;
	u32 device;

	put_header(&attrs, 7);
	put_bitset(&attrs, ETHTOOL_A_FEATURES_WANTED, 2, NULL);
	NT_EXPECT_EQ(check(ETHTOOL_MSG_FEATURES_SET, &attrs, &device), -EINVAL);
	attrs.len = 0;
	put_header(&attrs, 7);
	put_bitset(&attrs, ETHTOOL_A_FEATURES_WANTED, 2, &mask);
	NT_EXPECT_EQ(check(ETHTOOL_MSG_FEATURES_SET, &attrs, &device), 0);
}

/* What @answer says of @want, compared with it. */
static enum nt_value_match seen_match(u32 cmd, const struct attrs *want,
				      const struct attrs *answer)
{
	const struct nt_ethnl_kind *kind = nt_ethnl_kind_find(cmd);
	const struct nt_attrs request = of(want), reply = of(answer);
	struct attrs picked = { .len = 0 };
	struct nt_attrs seen;

	if (nt_ethnl_pick(kind, &request, &reply, picked.data, BYTES, &picked.len) < 0)
		return NT_VALUE_DIFFERENT;
	seen = of(&picked);
	return nt_ethnl_compare(kind, &request, &seen);
}

static void rings(struct attrs *attrs, u32 rx, u32 tx)
{
	attrs->len = 0;
	put_header(attrs, 7);
	put_u32(attrs, ETHTOOL_A_RINGS_RX_MAX, 4096);
	put_u32(attrs, ETHTOOL_A_RINGS_RX, rx);
	put_u32(attrs, ETHTOOL_A_RINGS_TX, tx);
}

NT_TEST(only_what_was_asked_for_counts)
{
	struct attrs want = { .len = 0 }, answer;

	put_header(&want, 7);
	put_u32(&want, ETHTOOL_A_RINGS_RX, 512);
	rings(&answer, 512, 99);
	NT_EXPECT_EQ(seen_match(ETHTOOL_MSG_RINGS_SET, &want, &answer), NT_VALUE_EQUAL);
	rings(&answer, 520, 99);
	NT_EXPECT_EQ(seen_match(ETHTOOL_MSG_RINGS_SET, &want, &answer), NT_VALUE_ROUNDED);
	rings(&answer, 1024, 99);
	NT_EXPECT_EQ(seen_match(ETHTOOL_MSG_RINGS_SET, &want, &answer), NT_VALUE_DIFFERENT);
	rings(&answer, 256, 99);
	NT_EXPECT_EQ(seen_match(ETHTOOL_MSG_RINGS_SET, &want, &answer), NT_VALUE_DIFFERENT);
	answer.len = 0;
	put_header(&answer, 7);
	NT_EXPECT_EQ(seen_match(ETHTOOL_MSG_RINGS_SET, &want, &answer), NT_VALUE_DIFFERENT);
}

NT_TEST(channels_are_not_rounded)
{
	struct attrs want = { .len = 0 }, answer = { .len = 0 };

	put_header(&want, 7);
	put_u32(&want, ETHTOOL_A_CHANNELS_COMBINED_COUNT, 4);
	put_u32(&answer, ETHTOOL_A_CHANNELS_COMBINED_COUNT, 3);
	NT_EXPECT_EQ(seen_match(ETHTOOL_MSG_CHANNELS_SET, &want, &answer), NT_VALUE_DIFFERENT);
}

NT_TEST(feature_bits_compare_under_their_mask)
{
	struct attrs want = { .len = 0 }, answer = { .len = 0 };
	const u32 mask = 6;

	put_header(&want, 7);
	put_bitset(&want, ETHTOOL_A_FEATURES_WANTED, 2, &mask);
	put_bitset(&answer, ETHTOOL_A_FEATURES_WANTED, 0, NULL);
	put_bitset(&answer, ETHTOOL_A_FEATURES_ACTIVE, 0xf2 & ~4U, NULL);
	NT_EXPECT_EQ(seen_match(ETHTOOL_MSG_FEATURES_SET, &want, &answer), NT_VALUE_EQUAL);
	answer.len = 0;
	put_bitset(&answer, ETHTOOL_A_FEATURES_ACTIVE, 0xff, NULL);
	NT_EXPECT_EQ(seen_match(ETHTOOL_MSG_FEATURES_SET, &want, &answer), NT_VALUE_DIFFERENT);
}

NT_TEST(picked_attributes_are_a_request_again)
{
	const struct nt_ethnl_kind *kind = nt_ethnl_kind_find(ETHTOOL_MSG_FEATURES_SET);
	struct attrs want = { .len = 0 }, answer = { .len = 0 }, picked = { .len = 0 };
	struct attrs again = { .len = 0 };
	struct nt_attrs request, reply, one, other;
	const u32 mask = 6;
	u32 device = 0;

	put_header(&want, 7);
	put_bitset(&want, ETHTOOL_A_FEATURES_WANTED, 2, &mask);
	put_bitset(&answer, ETHTOOL_A_FEATURES_ACTIVE, 0xfc, NULL);
	request = of(&want);
	reply = of(&answer);
	NT_EXPECT_EQ(nt_ethnl_pick(kind, &request, &reply, picked.data, BYTES, &picked.len), 0);
	put_header(&again, 7);
	memcpy(again.data + again.len, picked.data, picked.len);
	again.len += picked.len;
	NT_EXPECT_EQ(check(ETHTOOL_MSG_FEATURES_SET, &again, &device), 0);
	one = of(&picked);
	other = of(&again);
	NT_EXPECT_EQ(nt_ethnl_compare(kind, &one, &other), NT_VALUE_EQUAL);
	NT_EXPECT_EQ(nt_ethnl_pick(kind, &request, &reply, picked.data, 16, &picked.len), -E2BIG);
}

NT_SUITE(ethnl,
	 NT_CASE(only_listed_commands_are_known),
	 NT_CASE(request_names_its_device_by_index),
	 NT_CASE(unsound_attributes_are_refused),
	 NT_CASE(bitset_must_be_compact_and_have_a_mask),
	 NT_CASE(only_what_was_asked_for_counts),
	 NT_CASE(channels_are_not_rounded),
	 NT_CASE(feature_bits_compare_under_their_mask),
	 NT_CASE(picked_attributes_are_a_request_again));
