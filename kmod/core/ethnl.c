// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which requests of ethtool netlink the module sends on, and what their
 * attributes mean. The network core checks the rest.
 */
#include "ethnl.h"

#include <linux/ethtool_netlink.h>
#include <linux/netlink.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Newer than the oldest kernel's header; one without the command refuses it. */
#define MSG_RSS_GET 38
#define MSG_RSS_SET 48
#define A_RSS_CONTEXT 2

/* The header of a request; every command numbers it so. */
#define A_HEADER 1
static_assert(ETHTOOL_A_RINGS_HEADER == A_HEADER && ETHTOOL_A_FEATURES_HEADER == A_HEADER,
	      "the header has one number in all requests");

/* As NLA_HDRLEN and NLA_TYPE_MASK, without a sign. */
#define HEAD_BYTES sizeof(struct nlattr)
#define TYPE_BITS 0x3fffU
static_assert(HEAD_BYTES == 4 && TYPE_BITS == (NLA_TYPE_MASK & 0xffff),
	      "attributes look otherwise");

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
 * struct attr - one attribute
 * @type: without flags
 * @raw_type: with them
 * @body: what it holds
 */
struct attr {
	u32 type;
	u16 raw_type;
	struct nt_attrs body;
};

/**
 * struct bitset - a bitset in compact form
 * @size: bits
 * @value: @bytes bytes, or NULL
 * @mask: as many, or NULL
 * @bytes: bytes
 */
struct bitset {
	u32 size;
	const char *value;
	const char *mask;
	size_t bytes;
};

static size_t aligned(size_t bytes)
{
	return (bytes + 3) & ~(size_t)3;
}

/* Takes the attribute at @*pos and moves @*pos behind it; false at the end or if it is none. */
static bool attr_next(const struct nt_attrs *attrs, size_t *pos, struct attr *ret_attr)
{
	struct nlattr head;
	size_t left = attrs->len - *pos, whole;

	if (left < HEAD_BYTES)
		return false;
	memcpy(&head, attrs->data + *pos, sizeof(head));
	if (head.nla_len < HEAD_BYTES || head.nla_len > left)
		return false;
	ret_attr->raw_type = head.nla_type;
	ret_attr->type = head.nla_type & TYPE_BITS;
	ret_attr->body.data = attrs->data + *pos + HEAD_BYTES;
	ret_attr->body.len = head.nla_len - HEAD_BYTES;
	whole = aligned(head.nla_len);
	*pos += whole < left ? whole : left;
	return true;
}

static bool attr_find(const struct nt_attrs *attrs, u32 type, struct attr *ret_attr)
{
	size_t pos = 0;

	while (attr_next(attrs, &pos, ret_attr))
		if (ret_attr->type == type)
			return true;
	return false;
}

static u32 attr_u32(const struct attr *attr)
{
	u32 value;

	memcpy(&value, attr->body.data, sizeof(value));
	return value;
}

/* Whether the bytes are attributes through and through, none twice, none but below @last. */
static bool attrs_are_sound(const struct nt_attrs *attrs, u32 last)
{
	struct attr attr;
	size_t pos = 0;
	u64 came = 0;

	while (attr_next(attrs, &pos, &attr)) {
		if (!attr.type || attr.type > last || (came >> attr.type & 1))
			return false;
		came |= 1ULL << attr.type;
	}
	return pos == attrs->len;
}

/* The device must be named by index alone: names change. */
static int check_header(const struct attr *header, u32 *ret_device)
{
	struct attr attr;

	if (!attrs_are_sound(&header->body, ETHTOOL_A_HEADER_FLAGS) ||
	    attr_find(&header->body, ETHTOOL_A_HEADER_DEV_NAME, &attr))
		return -EINVAL;
	if (!attr_find(&header->body, ETHTOOL_A_HEADER_DEV_INDEX, &attr) ||
	    attr.body.len != sizeof(u32) || attr_u32(&attr) == 0)
		return -ENODEV;
	*ret_device = attr_u32(&attr);
	return 0;
}

/* Reads a compact bitset; one that answers has no mask. */
static bool bitset_parse(const struct attr *attr, struct bitset *ret_bitset)
{
	struct attr size, value, mask;
	size_t bytes;

	if (!attr_find(&attr->body, ETHTOOL_A_BITSET_SIZE, &size) ||
	    size.body.len != sizeof(u32) ||
	    !attr_find(&attr->body, ETHTOOL_A_BITSET_VALUE, &value))
		return false;
	ret_bitset->size = attr_u32(&size);
	bytes = ((size_t)ret_bitset->size + 31) / 32 * 4;
	if (!bytes || value.body.len != bytes)
		return false;
	ret_bitset->value = value.body.data;
	ret_bitset->bytes = bytes;
	ret_bitset->mask = NULL;
	if (attr_find(&attr->body, ETHTOOL_A_BITSET_MASK, &mask)) {
		if (mask.body.len != bytes)
			return false;
		ret_bitset->mask = mask.body.data;
	}
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
	struct attr header, attr;
	struct bitset bitset;
	size_t pos = 0;

	if (!attr_next(attrs, &pos, &header) || header.type != A_HEADER || pos == attrs->len ||
	    !attrs_are_sound(attrs, TYPES_MAX - 1))
		return -EINVAL;
	if (kind->bitset && attr_find(attrs, kind->bitset, &attr) &&
	    (!bitset_parse(&attr, &bitset) || !bitset.mask))
		return -EINVAL;
	return check_header(&header, ret_device);
}

/**
 * struct writer - where attributes are written
 * @data: room for @room bytes
 * @room: bytes
 * @len: bytes written, or that would have been
 */
struct writer {
	char *data;
	size_t room;
	size_t len;
};

/* Writes the head of an attribute and its data, if there is room; @data may be NULL. */
static char *write_attr(struct writer *writer, u16 type, const void *data, size_t len)
{
	struct nlattr head = { .nla_len = (u16)(HEAD_BYTES + len), .nla_type = type };
	size_t whole = aligned(HEAD_BYTES + len), at = writer->len;

	writer->len += whole;
	if (writer->len > writer->room)
		return NULL;
	memset(writer->data + at, 0, whole);
	memcpy(writer->data + at, &head, sizeof(head));
	if (data && len)
		memcpy(writer->data + at + HEAD_BYTES, data, len);
	return writer->data + at + HEAD_BYTES;
}

static void copy_attr(struct writer *writer, const struct attr *attr)
{
	write_attr(writer, attr->raw_type, attr->body.data, attr->body.len);
}

/* Writes the bits of @seen that @want asks for, as attribute @type of a request. */
static void pick_bitset(struct writer *writer, u16 type, const struct attr *want,
			const struct attr *seen)
{
	struct bitset asked, has;
	size_t i, body;
	char *value;

	if (!bitset_parse(want, &asked) || !asked.mask || !bitset_parse(seen, &has))
		return;
	body = 3 * HEAD_BYTES + sizeof(u32) + 2 * asked.bytes;
	if (writer->len + HEAD_BYTES + body > writer->room) {
		writer->len += HEAD_BYTES + body;
		return;
	}
	write_attr(writer, type | NLA_F_NESTED, NULL, body);
	writer->len -= body;
	write_attr(writer, ETHTOOL_A_BITSET_SIZE, &asked.size, sizeof(u32));
	value = write_attr(writer, ETHTOOL_A_BITSET_VALUE, asked.mask, asked.bytes);
	for (i = 0; value && i < asked.bytes; i++)
		value[i] &= i < has.bytes ? has.value[i] : 0;
	write_attr(writer, ETHTOOL_A_BITSET_MASK, asked.mask, asked.bytes);
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
		  const struct nt_attrs *answer, char *ret_picked, size_t room, size_t *ret_len)
{
	struct writer writer = { .data = ret_picked, .room = room };
	struct attr attr, seen;
	size_t pos = 0;

	while (attr_next(want, &pos, &attr)) {
		if (attr.type == A_HEADER)
			continue;
		if (attr.type == kind->selector)
			copy_attr(&writer, &attr);
		else if (attr.type == kind->bitset &&
			 attr_find(answer, kind->seen_bitset, &seen))
			pick_bitset(&writer, kind->bitset, &attr, &seen);
		else if (attr.type != kind->bitset && attr_find(answer, attr.type, &seen))
			copy_attr(&writer, &seen);
	}
	if (writer.len > room)
		return -E2BIG;
	*ret_len = writer.len;
	return 0;
}

static bool bitsets_equal(const struct attr *want, const struct attr *seen)
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
static bool is_rounded(const struct attr *want, const struct attr *seen)
{
	u64 x, y;

	if (want->body.len != sizeof(u32) || seen->body.len != sizeof(u32))
		return false;
	x = attr_u32(want);
	y = attr_u32(seen);
	return y < 2 * x && x < 2 * y;
}

static enum nt_value_match attr_compare(const struct nt_ethnl_kind *kind, const struct attr *want,
					const struct attr *seen)
{
	if (kind->bitset && want->type == kind->bitset)
		return bitsets_equal(want, seen) ? NT_VALUE_EQUAL : NT_VALUE_DIFFERENT;
	if (want->body.len == seen->body.len &&
	    memcmp(want->body.data, seen->body.data, want->body.len) == 0)
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
	struct attr attr, other;
	size_t pos = 0;

	while (attr_next(want, &pos, &attr)) {
		if (attr.type == A_HEADER)
			continue;
		if (!attr_find(seen, attr.type, &other))
			return NT_VALUE_DIFFERENT;
		match = attr_compare(kind, &attr, &other);
		if (match == NT_VALUE_DIFFERENT)
			return match;
		if (match == NT_VALUE_ROUNDED)
			whole = match;
	}
	return whole;
}

/**
 * nt_ethnl_fewer_channels() - whether a request takes queues away
 * @kind: the command
 * @want: attributes of the SET, checked
 * @seen: attributes in normal form, as they are now
 */
bool nt_ethnl_fewer_channels(const struct nt_ethnl_kind *kind, const struct nt_attrs *want,
			     const struct nt_attrs *seen)
{
	struct attr attr, other;
	size_t pos = 0;

	if (kind->set != ETHTOOL_MSG_CHANNELS_SET)
		return false;
	while (attr_next(want, &pos, &attr))
		if (attr.type != A_HEADER && attr.body.len == sizeof(u32) &&
		    attr_find(seen, attr.type, &other) && other.body.len == sizeof(u32) &&
		    attr_u32(&attr) < attr_u32(&other))
			return true;
	return false;
}
