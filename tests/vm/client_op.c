// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Operations of the test client, in words.
 *
 *	[?!<@]PATH=VALUE		a file
 *	[?!]irq:PATH=MASK		an interrupt's affinity
 *	[?!]ethnl:DEV:CMD:ATTR=NEW/OLD	a number that ethtool netlink sets
 *	[?!]bit:DEV:CMD:ATTR:SIZE:BIT=NEW/OLD	a bit of a bitset of it
 *
 * "?" makes it preferred and "!" forces it; "<" opens the file for reading only,
 * "@" through O_PATH, ">" for writing only. CMD and ATTR are numbers of
 * linux/ethtool_netlink.h; DEV is a name, or "#" and an index.
 */
#include "client_op.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool_netlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#define BITS_MAX 1024U

static uint32_t device_index(const char *name)
{
	return *name == '#' ? (uint32_t)strtoul(name + 1, NULL, 10) : if_nametoindex(name);
}

static struct nl_msg *request_new(uint32_t device)
{
	struct nl_msg *msg = nlmsg_alloc();
	struct nlattr *nest;

	if (!msg)
		return NULL;
	nlmsg_put(msg, 0, 0, 0, 0, 0);
	nest = nla_nest_start(msg, ETHTOOL_A_RINGS_HEADER | NLA_F_NESTED);
	nla_put_u32(msg, ETHTOOL_A_HEADER_DEV_INDEX, device);
	nla_nest_end(msg, nest);
	return msg;
}

static void put_bit(struct nl_msg *msg, int attr, uint32_t size, uint32_t bit, uint32_t value)
{
	uint32_t words[BITS_MAX / 32] = { 0 }, mask[BITS_MAX / 32] = { 0 };
	int bytes = (int)((size + 31) / 32 * 4);
	struct nlattr *nest = nla_nest_start(msg, attr | NLA_F_NESTED);

	mask[bit / 32] = 1U << bit % 32;
	words[bit / 32] = value << bit % 32;
	nla_put_u32(msg, ETHTOOL_A_BITSET_SIZE, size);
	nla_put(msg, ETHTOOL_A_BITSET_VALUE, bytes, words);
	nla_put(msg, ETHTOOL_A_BITSET_MASK, bytes, mask);
	nla_nest_end(msg, nest);
}

/* Takes the attributes out of @msg, which is released. */
static size_t take_attrs(struct nl_msg *msg, const void **ret_attrs)
{
	size_t len = (size_t)nlmsg_attrlen(nlmsg_hdr(msg), 0);
	void *attrs = malloc(len);

	if (attrs)
		memcpy(attrs, nlmsg_attrdata(nlmsg_hdr(msg), 0), len);
	nlmsg_free(msg);
	*ret_attrs = attrs;
	return attrs ? len : 0;
}

static size_t build_ethnl(uint32_t device, unsigned int attr, uint32_t value,
			  const void **ret_attrs)
{
	struct nl_msg *msg = request_new(device);

	nla_put_u32(msg, (int)attr, value);
	return take_attrs(msg, ret_attrs);
}

static size_t build_bit(uint32_t device, const unsigned int where[3], uint32_t value,
			const void **ret_attrs)
{
	struct nl_msg *msg = request_new(device);

	put_bit(msg, (int)where[0], where[1], where[2], value);
	return take_attrs(msg, ret_attrs);
}

static int parse_ethnl(const char *text, struct nt_genl_op *op)
{
	unsigned int cmd, attr, want, undo;
	char device[32];

	if (sscanf(text, "%31[^:]:%u:%u=%u/%u", device, &cmd, &attr, &want, &undo) != 5)
		return -EINVAL;
	op->kind = NETTUNE_OP_KIND_ETHNL;
	op->ethnl_cmd = cmd;
	op->value_len = build_ethnl(device_index(device), attr, want, &op->value);
	op->undo_len = build_ethnl(device_index(device), attr, undo, &op->undo);
	return 0;
}

static int parse_bit(const char *text, struct nt_genl_op *op)
{
	unsigned int cmd, where[3], want, undo;
	char device[32];

	if (sscanf(text, "%31[^:]:%u:%u:%u:%u=%u/%u", device, &cmd, &where[0], &where[1],
		   &where[2], &want, &undo) != 7 || where[1] > BITS_MAX || where[2] >= where[1])
		return -EINVAL;
	op->kind = NETTUNE_OP_KIND_ETHNL;
	op->ethnl_cmd = cmd;
	op->value_len = build_bit(device_index(device), where, want, &op->value);
	op->undo_len = build_bit(device_index(device), where, undo, &op->undo);
	return 0;
}

static int parse_file(char *text, int flags, struct nt_genl_op *op)
{
	char *equals = strchr(text, '=');

	if (!equals)
		return -EINVAL;
	*equals = '\0';
	op->fd = open(text, flags | O_CLOEXEC);
	if (op->fd < 0)
		return -errno;
	op->value = strdup(equals + 1);
	op->value_len = strlen(equals + 1);
	return 0;
}

/**
 * client_op_parse() - make an operation of words
 * @text: the words; changed
 * @ret_op: the operation; to be released with client_op_free()
 *
 * Return: 0 or a negative errno.
 */
int client_op_parse(char *text, struct nt_genl_op *ret_op)
{
	int flags = O_RDWR;

	*ret_op = (struct nt_genl_op){ .kind = NETTUNE_OP_KIND_FILE, .fd = -1 };
	for (; *text && strchr("?!<@>", *text); text++) {
		if (*text == '?')
			ret_op->flags |= NETTUNE_OP_FLAG_PREFER;
		else if (*text == '!')
			ret_op->flags |= NETTUNE_OP_FLAG_FORCE;
		else
			flags = *text == '<' ? O_RDONLY : *text == '>' ? O_WRONLY : O_PATH;
	}
	if (strncmp(text, "ethnl:", 6) == 0)
		return parse_ethnl(text + 6, ret_op);
	if (strncmp(text, "bit:", 4) == 0)
		return parse_bit(text + 4, ret_op);
	if (strncmp(text, "irq:", 4) != 0)
		return parse_file(text, flags, ret_op);
	ret_op->kind = NETTUNE_OP_KIND_IRQ;
	return parse_file(text + 4, flags, ret_op);
}

/**
 * client_op_free() - release an operation
 * @op: the operation
 */
void client_op_free(struct nt_genl_op *op)
{
	if (op->fd >= 0)
		close(op->fd);
	free((void *)op->value);
	free((void *)op->undo);
}
