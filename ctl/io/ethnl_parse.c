// SPDX-License-Identifier: GPL-2.0-or-later
/* Attributes to plain data and back. See ethnl_parse.h. */
#include "ethnl_parse.h"

#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

static void store(const struct nt_ethnl_field *field, void *to, uint32_t value)
{
	bool on = value != 0;

	if (field->member_bytes == sizeof(on))
		memcpy((char *)to + field->member, &on, sizeof(on));
	else
		memcpy((char *)to + field->member, &value, sizeof(value));
}

static uint32_t load(const struct nt_ethnl_field *field, const void *from)
{
	uint32_t value;
	bool on;

	if (field->member_bytes == sizeof(on)) {
		memcpy(&on, (const char *)from + field->member, sizeof(on));
		return on;
	}
	memcpy(&value, (const char *)from + field->member, sizeof(value));
	return value;
}

/* See ethnl_parse.h. */
int nt_ethnl_parse(const struct nt_ethnl_kind *kind, struct nlattr *attrs, int len, void *ret,
		   uint32_t *ret_has)
{
	const struct nt_ethnl_field *field;
	const struct nlattr *attr;

	memset(ret, 0, kind->size);
	*ret_has = 0;
	for (size_t i = 0; i < kind->n; i++) {
		field = &kind->fields[i];
		attr = nla_find(attrs, len, field->attr);
		if (!attr)
			continue;
		if (nla_len(attr) != field->attr_bytes)
			return -EBADMSG;
		/* A mode is a byte that is 0 or not. */
		store(field, ret,
		      field->attr_bytes == 1 ? nla_get_u8(attr) != 0 : nla_get_u32(attr));
		*ret_has |= 1U << i;
	}
	return 0;
}

static int put(const struct nt_ethnl_field *field, struct nl_msg *msg, uint32_t value)
{
	int r;

	if (field->attr_bytes == 1)
		r = nla_put_u8(msg, field->attr, (uint8_t)value);
	else
		r = nla_put_u32(msg, field->attr, value);
	return r < 0 ? -EMSGSIZE : 0;
}

/* See ethnl_parse.h. */
int nt_ethnl_put_changes(const struct nt_ethnl_kind *kind, struct nl_msg *msg, const void *now,
			 const void *want, uint32_t rows)
{
	const struct nt_ethnl_field *field;
	int n = 0;

	for (size_t i = 0; i < kind->n; i++) {
		field = &kind->fields[i];
		if (field->fixed || !(rows & 1U << i) || load(field, now) == load(field, want))
			continue;
		if (put(field, msg, load(field, want)) < 0)
			return -EMSGSIZE;
		n++;
	}
	return n;
}

/* ---- features ---- */

/**
 * struct bit - one bit of a bitset in words
 * @index: its number, the same in every bitset of a message
 * @name: terminated, "" for a bit that the kernel has no name for
 * @value: in a bitset with a mask, whether it is set
 */
struct bit {
	uint32_t index;
	char name[NT_NIC_FEATURE_MAX];
	bool value;
};

/**
 * struct features - the features of a reply while it is read
 * @ret: where they go
 * @index: of each
 */
struct features {
	struct nt_nic_features *ret;
	uint32_t index[NT_NIC_FEATURES_MAX];
};

typedef int (*bit_fn)(const struct bit *bit, struct features *features);

/*
 * Bits without a meaning have an empty name. One that could not be printed, or that does not fit,
 * is none of the kernel's.
 */
static int take_name(const struct nlattr *attr, char *name)
{
	const char *text = nla_data(attr);
	size_t len = strnlen(text, (size_t)nla_len(attr));

	if (len >= NT_NIC_FEATURE_MAX)
		return -EBADMSG;
	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] >= 0x7f)
			return -EBADMSG;
	memcpy(name, text, len);
	name[len] = '\0';
	return 0;
}

static int parse_bit(struct nlattr *nest, struct bit *ret)
{
	struct nlattr *tb[ETHTOOL_A_BITSET_BIT_MAX + 1];

	if (nla_parse_nested(tb, ETHTOOL_A_BITSET_BIT_MAX, nest, NULL) < 0)
		return -EBADMSG;
	if (!tb[ETHTOOL_A_BITSET_BIT_INDEX] ||
	    nla_len(tb[ETHTOOL_A_BITSET_BIT_INDEX]) != sizeof(uint32_t))
		return -EBADMSG;
	*ret = (struct bit){
		.index = nla_get_u32(tb[ETHTOOL_A_BITSET_BIT_INDEX]),
		.value = tb[ETHTOOL_A_BITSET_BIT_VALUE],
	};
	return tb[ETHTOOL_A_BITSET_BIT_NAME] ? take_name(tb[ETHTOOL_A_BITSET_BIT_NAME], ret->name)
					     : 0;
}

/* @list: whether the bitset must be one without a mask, where what is listed is set. */
static int each_bit(struct nlattr *nest, bool list, bit_fn fn, struct features *features)
{
	struct nlattr *tb[ETHTOOL_A_BITSET_MAX + 1];
	struct nlattr *attr;
	struct bit bit;
	int rem, r;

	if (!nest || nla_parse_nested(tb, ETHTOOL_A_BITSET_MAX, nest, NULL) < 0)
		return -EBADMSG;
	if (!tb[ETHTOOL_A_BITSET_BITS] || list != !!tb[ETHTOOL_A_BITSET_NOMASK])
		return -EBADMSG;
	nla_for_each_nested (attr, tb[ETHTOOL_A_BITSET_BITS], rem) {
		if (nla_type(attr) != ETHTOOL_A_BITSET_BITS_BIT)
			return -EBADMSG;
		r = parse_bit(attr, &bit);
		if (r == 0)
			r = fn(&bit, features);
		if (r < 0)
			return r;
	}
	return 0;
}

static struct nt_nic_feature *find_feature(struct features *features, const struct bit *bit)
{
	for (size_t i = 0; i < features->ret->n; i++)
		if (features->index[i] == bit->index)
			return &features->ret->list[i];
	return NULL;
}

/* The mask of this one is all bits that there are, so that it names every feature. */
static int on_hw(const struct bit *bit, struct features *features)
{
	struct nt_nic_features *ret = features->ret;

	if (!bit->name[0])
		return 0;
	if (find_feature(features, bit))
		return -EBADMSG;
	if (ret->n == NT_NIC_FEATURES_MAX)
		return -E2BIG;
	features->index[ret->n] = bit->index;
	ret->list[ret->n] = (struct nt_nic_feature){ .hw = bit->value, .fixed = !bit->value };
	memcpy(ret->list[ret->n].name, bit->name, sizeof(bit->name));
	ret->n++;
	return 0;
}

static int on_wanted(const struct bit *bit, struct features *features)
{
	struct nt_nic_feature *feature = find_feature(features, bit);

	if (feature)
		feature->wanted = true;
	return 0;
}

static int on_active(const struct bit *bit, struct features *features)
{
	struct nt_nic_feature *feature = find_feature(features, bit);

	if (feature)
		feature->active = true;
	return 0;
}

static int on_nochange(const struct bit *bit, struct features *features)
{
	struct nt_nic_feature *feature = find_feature(features, bit);

	if (feature)
		feature->fixed = true;
	return 0;
}

/* See ethnl_parse.h. */
int nt_ethnl_parse_features(struct nlattr *attrs, int len, struct nt_nic_features *ret)
{
	struct features features = { .ret = ret };
	struct nlattr *tb[ETHTOOL_A_FEATURES_MAX + 1];
	int r;

	ret->n = 0;
	if (nla_parse(tb, ETHTOOL_A_FEATURES_MAX, attrs, len, NULL) < 0)
		return -EBADMSG;
	r = each_bit(tb[ETHTOOL_A_FEATURES_HW], false, on_hw, &features);
	if (r == 0)
		r = each_bit(tb[ETHTOOL_A_FEATURES_WANTED], true, on_wanted, &features);
	if (r == 0)
		r = each_bit(tb[ETHTOOL_A_FEATURES_ACTIVE], true, on_active, &features);
	if (r == 0)
		r = each_bit(tb[ETHTOOL_A_FEATURES_NOCHANGE], true, on_nochange, &features);
	if (r < 0)
		ret->n = 0;
	return r;
}

/* See ethnl_parse.h. */
int nt_ethnl_put_feature(struct nl_msg *msg, const char *name, bool on)
{
	struct nlattr *set = nla_nest_start(msg, ETHTOOL_A_FEATURES_WANTED);
	struct nlattr *bits = set ? nla_nest_start(msg, ETHTOOL_A_BITSET_BITS) : NULL;
	struct nlattr *bit = bits ? nla_nest_start(msg, ETHTOOL_A_BITSET_BITS_BIT) : NULL;

	if (!bit || nla_put_string(msg, ETHTOOL_A_BITSET_BIT_NAME, name) < 0)
		return -EMSGSIZE;
	if (on && nla_put_flag(msg, ETHTOOL_A_BITSET_BIT_VALUE) < 0)
		return -EMSGSIZE;
	nla_nest_end(msg, bit);
	nla_nest_end(msg, bits);
	nla_nest_end(msg, set);
	return 0;
}
