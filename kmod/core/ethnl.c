// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which requests of ethtool netlink the module sends on, and what their
 * attributes mean. The network core checks the rest.
 */
#include "ethnl.h"

#include <linux/ethtool_netlink.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Newer than the oldest kernel's header; one without the command refuses it. */
#define MSG_RSS_GET 38
#define MSG_RSS_SET 48
#define A_RSS_CONTEXT 2

/* The header of a request; every command numbers it so. */
#define A_HEADER 1
static_assert(ETHTOOL_A_RINGS_HEADER == A_HEADER && ETHTOOL_A_FEATURES_HEADER == A_HEADER,
	      "the header has one number in all requests");

/* Attributes have numbers below this, so that one word remembers those that came. */
#define TYPES_MAX 64U

static const struct nt_ethnl_kind kinds[] = {
	{ .set = ETHTOOL_MSG_FEATURES_SET, .get = ETHTOOL_MSG_FEATURES_GET,
	  .bitset = ETHTOOL_A_FEATURES_WANTED, .seen_bitset = ETHTOOL_A_FEATURES_ACTIVE },
	{ .set = ETHTOOL_MSG_PRIVFLAGS_SET, .get = ETHTOOL_MSG_PRIVFLAGS_GET,
	  .bitset = ETHTOOL_A_PRIVFLAGS_FLAGS, .seen_bitset = ETHTOOL_A_PRIVFLAGS_FLAGS,
	  .moves = true },
	{ .set = ETHTOOL_MSG_RINGS_SET, .get = ETHTOOL_MSG_RINGS_GET, .rounds = true,
	  .moves = true },
	{ .set = ETHTOOL_MSG_CHANNELS_SET, .get = ETHTOOL_MSG_CHANNELS_GET, .moves = true },
	{ .set = ETHTOOL_MSG_COALESCE_SET, .get = ETHTOOL_MSG_COALESCE_GET, .rounds = true },
	{ .set = ETHTOOL_MSG_PAUSE_SET, .get = ETHTOOL_MSG_PAUSE_GET },
	{ .set = MSG_RSS_SET, .get = MSG_RSS_GET, .selector = A_RSS_CONTEXT },
};

/**
 * struct bitset - a bitset in compact form
 * @value: @bytes bytes
 * @mask: as many, or NULL
 * @bytes: bytes
 */
struct bitset {
	char *value;
	const char *mask;
	size_t bytes;
};

static const struct nlattr *find_in(const struct nt_attrs *attrs, u32 type)
{
	return nla_find(attrs->data, attrs->len, type);
}

static bool has_len(const struct nlattr *attr, size_t len)
{
	return attr && (size_t)nla_len(attr) == len;
}

/* Whether the bytes are attributes through and through, none twice, none above @last. */
static bool attrs_are_sound(const void *data, size_t len, u32 last)
{
	const struct nlattr *attr;
	u64 came = 0;
	int left;

	nla_for_each_attr(attr, data, len, left) {
		if (!nla_type(attr) || nla_type(attr) > last || (came >> nla_type(attr) & 1))
			return false;
		came |= 1ULL << nla_type(attr);
	}
	return left <= 0;
}

/* The device must be named by index alone: names change. */
static int check_header(const struct nlattr *header, u32 *ret_device)
{
	const struct nlattr *index = nla_find_nested(header, ETHTOOL_A_HEADER_DEV_INDEX);

	if (!attrs_are_sound(nla_data(header), (size_t)nla_len(header), ETHTOOL_A_HEADER_FLAGS) ||
	    nla_find_nested(header, ETHTOOL_A_HEADER_DEV_NAME))
		return -EINVAL;
	if (!has_len(index, sizeof(u32)) || nla_get_u32(index) == 0)
		return -ENODEV;
	*ret_device = nla_get_u32(index);
	return 0;
}

/* Reads a compact bitset; one that answers has no mask. */
static bool bitset_parse(const struct nlattr *attr, struct bitset *ret_bitset)
{
	const struct nlattr *bits = nla_find_nested(attr, ETHTOOL_A_BITSET_SIZE);
	const struct nlattr *value = nla_find_nested(attr, ETHTOOL_A_BITSET_VALUE);
	const struct nlattr *mask = nla_find_nested(attr, ETHTOOL_A_BITSET_MASK);
	size_t bytes;

	if (!has_len(bits, sizeof(u32)))
		return false;
	bytes = ((size_t)nla_get_u32(bits) + 31) / 32 * 4;
	if (!bytes || !has_len(value, bytes) || (mask && !has_len(mask, bytes)))
		return false;
	ret_bitset->value = nla_data(value);
	ret_bitset->mask = mask ? nla_data(mask) : NULL;
	ret_bitset->bytes = bytes;
	return true;
}

/**
 * nt_ethnl_kind_find() - find a command on the positive list
 * @cmd: ETHTOOL_MSG_..._SET
 *
 * Return: what is known of it, static storage, or NULL.
 */
const struct nt_ethnl_kind *nt_ethnl_kind_find(u32 cmd)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(kinds); i++)
		if (kinds[i].set == cmd)
			return &kinds[i];
	return NULL;
}

/**
 * nt_ethnl_check() - check the attributes of a request
 * @kind: its command
 * @attrs: the attributes
 * @ret_device: index of its device, on success
 *
 * Return: 0; -ENODEV if the header does not name a device by its index; -EINVAL
 * if the attributes are not sound, the header is not the first, nothing stands
 * behind it, or a bitset is not in compact form with its mask.
 */
int nt_ethnl_check(const struct nt_ethnl_kind *kind, const struct nt_attrs *attrs,
		   u32 *ret_device)
{
	const struct nlattr *header = attrs->data, *bits;
	struct bitset bitset;

	if (!nla_ok(header, (int)attrs->len) || nla_type(header) != A_HEADER ||
	    (u32)NLA_ALIGN(header->nla_len) >= attrs->len ||
	    !attrs_are_sound(header, attrs->len, TYPES_MAX - 1))
		return -EINVAL;
	bits = kind->bitset ? find_in(attrs, kind->bitset) : NULL;
	if (bits && (!bitset_parse(bits, &bitset) || !bitset.mask))
		return -EINVAL;
	return check_header(header, ret_device);
}

/**
 * struct writer - where attributes are written
 * @data: room for @room bytes
 * @room: bytes
 * @len: bytes written, or that would have been
 */
struct writer {
	char *data;
	u32 room;
	u32 len;
};

/* Returns the copy, or NULL if there is no room for it. */
static const struct nlattr *copy_attr(struct writer *writer, const struct nlattr *attr)
{
	const u32 whole = (u32)NLA_ALIGN(attr->nla_len), at = writer->len;

	writer->len += whole;
	if (writer->len > writer->room)
		return NULL;
	memset(writer->data + at, 0, whole);
	return memcpy(writer->data + at, attr, attr->nla_len);
}

/* Writes the bits of @seen that @want asks for, as the same attribute of a request. */
static void pick_bitset(struct writer *writer, const struct nlattr *want,
			const struct nlattr *seen)
{
	struct bitset picked, has;
	size_t i;

	if (!bitset_parse(want, &picked) || !picked.mask || !bitset_parse(seen, &has))
		return;
	want = copy_attr(writer, want);
	if (!want || !bitset_parse(want, &picked))
		return;
	for (i = 0; i < picked.bytes; i++)
		picked.value[i] = i < has.bytes ? has.value[i] & picked.mask[i] : 0;
}

/**
 * nt_ethnl_pick() - bring the answer to a GET to normal form
 * @kind: the command
 * @want: attributes of the SET, checked
 * @answer: attributes of the answer
 * @ret_picked: what the answer says of the attributes in @want
 * @room: bytes there
 * @ret_len: bytes written
 *
 * What the answer lacks is left out.
 *
 * Return: 0, or -E2BIG if there is no room.
 */
int nt_ethnl_pick(const struct nt_ethnl_kind *kind, const struct nt_attrs *want,
		  const struct nt_attrs *answer, char *ret_picked, u32 room, u32 *ret_len)
{
	struct writer writer = { .data = ret_picked, .room = room };
	const struct nlattr *attr, *seen;
	bool is_bitset;
	int left;

	nla_for_each_attr(attr, want->data, want->len, left) {
		is_bitset = nla_type(attr) == kind->bitset;
		seen = find_in(answer, is_bitset ? kind->seen_bitset : nla_type(attr));
		if (nla_type(attr) == A_HEADER)
			continue;
		if (nla_type(attr) == kind->selector)
			copy_attr(&writer, attr);
		else if (seen && is_bitset)
			pick_bitset(&writer, attr, seen);
		else if (seen)
			copy_attr(&writer, seen);
	}
	if (writer.len > room)
		return -E2BIG;
	*ret_len = writer.len;
	return 0;
}

static bool bitsets_equal(const struct nlattr *want, const struct nlattr *seen)
{
	struct bitset x, y;
	size_t i;

	if (!bitset_parse(want, &x) || !x.mask || !bitset_parse(seen, &y) || x.bytes != y.bytes)
		return false;
	for (i = 0; i < x.bytes; i++)
		if ((x.value[i] ^ y.value[i]) & x.mask[i])
			return false;
	return true;
}

/* Drivers round to multiples and powers of two, up or down: less than twice, more than half. */
static bool is_rounded(const struct nlattr *want, const struct nlattr *seen)
{
	u64 x, y;

	if (!has_len(want, sizeof(u32)) || !has_len(seen, sizeof(u32)))
		return false;
	x = nla_get_u32(want);
	y = nla_get_u32(seen);
	return y < 2 * x && x < 2 * y;
}

static enum nt_value_match attr_compare(const struct nt_ethnl_kind *kind,
					const struct nlattr *want, const struct nlattr *seen)
{
	if (kind->bitset && nla_type(want) == kind->bitset)
		return bitsets_equal(want, seen) ? NT_VALUE_EQUAL : NT_VALUE_DIFFERENT;
	if (want->nla_len == seen->nla_len &&
	    memcmp(nla_data(want), nla_data(seen), (size_t)nla_len(want)) == 0)
		return NT_VALUE_EQUAL;
	return kind->rounds && is_rounded(want, seen) ? NT_VALUE_ROUNDED : NT_VALUE_DIFFERENT;
}

/**
 * nt_ethnl_compare() - compare settings read with those wanted
 * @kind: the command
 * @want: attributes in normal form, or of a SET, checked
 * @seen: attributes in normal form
 *
 * A setting that the device does not tell is not in effect.
 *
 * Return: how they compare.
 */
enum nt_value_match nt_ethnl_compare(const struct nt_ethnl_kind *kind,
				     const struct nt_attrs *want, const struct nt_attrs *seen)
{
	enum nt_value_match match, whole = NT_VALUE_EQUAL;
	const struct nlattr *attr, *other;
	int left;

	nla_for_each_attr(attr, want->data, want->len, left) {
		if (nla_type(attr) == A_HEADER)
			continue;
		other = find_in(seen, nla_type(attr));
		match = other ? attr_compare(kind, attr, other) : NT_VALUE_DIFFERENT;
		if (match == NT_VALUE_DIFFERENT)
			return match;
		if (match == NT_VALUE_ROUNDED)
			whole = match;
	}
	return whole;
}
