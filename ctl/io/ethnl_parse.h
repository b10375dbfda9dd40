/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attributes of the families "ethtool" and "netdev", and of RTM_NEWLINK, to and from the plain
 * data of core/nic.h. Works on buffers and reaches no socket: what a kernel or a driver may have
 * put into a reply is checked here and nowhere else.
 */
#ifndef NT_IO_ETHNL_PARSE_H
#define NT_IO_ETHNL_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/nic.h"
#include "io/nic.h"

struct nl_msg;
struct nlattr;

/**
 * struct nt_ethnl_field - an attribute, and the member of a structure that holds its value
 * @attr: number of the attribute
 * @attr_bytes: 1 or 4
 * @member: offset into the structure
 * @member_bytes: 1 for a bool, 4 for a uint32_t
 * @fixed: cannot be set, or not by us
 * @name: for people
 */
struct nt_ethnl_field {
	uint16_t attr;
	uint8_t attr_bytes;
	uint8_t member_bytes;
	size_t member;
	bool fixed;
	const char *name;
};

/**
 * struct nt_ethnl_kind - a pair of messages that gets and sets plain numbers
 * @name: for people
 * @get: ETHTOOL_MSG_*_GET
 * @set: ETHTOOL_MSG_*_SET
 * @header: the attribute that names the device
 * @fields: rows
 * @n: rows, at most NT_ETHNL_FIELDS_MAX
 * @size: bytes of the structure
 */
struct nt_ethnl_kind {
	const char *name;
	uint8_t get;
	uint8_t set;
	uint16_t header;
	const struct nt_ethnl_field *fields;
	size_t n;
	size_t size;
};

/* A bit for each in a uint32_t. */
#define NT_ETHNL_FIELDS_MAX 32U

extern const struct nt_ethnl_kind nt_ethnl_channels;
extern const struct nt_ethnl_kind nt_ethnl_rings;
extern const struct nt_ethnl_kind nt_ethnl_coalesce; /* its rows are enum nt_coalesce_field */
extern const struct nt_ethnl_kind nt_ethnl_pause;

/**
 * nt_ethnl_parse() - a reply of numbers
 * @kind: which
 * @attrs: the attributes
 * @len: their bytes
 * @ret: @kind's structure; members whose attribute is missing become 0
 * @ret_has: bit for each row whose attribute was there
 *
 * Return: 0, -EBADMSG for an attribute of another size.
 */
int nt_ethnl_parse(const struct nt_ethnl_kind *kind, struct nlattr *attrs, int len, void *ret,
		   uint32_t *ret_has);

/**
 * nt_ethnl_put_changes() - what of a structure is to be set
 * @kind: which
 * @msg: request to add to
 * @now: what the device has
 * @want: what it is to have
 * @rows: bit for each row to look at
 *
 * Return: number of attributes added, 0 when nothing differs, -EMSGSIZE.
 */
int nt_ethnl_put_changes(const struct nt_ethnl_kind *kind, struct nl_msg *msg, const void *now,
			 const void *want, uint32_t rows);

/* The row's name for an attribute of a request, "" for any other. */
const char *nt_ethnl_field_name(const struct nt_ethnl_kind *kind, int attr);

/**
 * nt_ethnl_parse_features() - a reply to ETHTOOL_MSG_FEATURES_GET with named bits
 * @attrs: the attributes
 * @len: their bytes
 * @ret: the features that have a name
 *
 * Return: 0, -EBADMSG, -E2BIG when there are more than NT_NIC_FEATURES_MAX.
 */
int nt_ethnl_parse_features(struct nlattr *attrs, int len, struct nt_nic_features *ret);

/**
 * nt_ethnl_put_feature() - one feature to ask for
 * @msg: request to ETHTOOL_MSG_FEATURES_SET
 * @name: the kernel's
 * @on: whether
 *
 * Return: 0, -EMSGSIZE.
 */
int nt_ethnl_put_feature(struct nl_msg *msg, const char *name, bool on);

/**
 * nt_ethnl_parse_link() - the attributes of an RTM_NEWLINK message
 * @attrs: the attributes
 * @len: their bytes
 * @ret: what attributes tell; flags and index are in the message's own header
 *
 * Return: 0, -EBADMSG.
 */
int nt_ethnl_parse_link(struct nlattr *attrs, int len, struct nt_nic_link *ret);

/**
 * nt_ethnl_parse_queue() - a reply to NETDEV_CMD_QUEUE_GET
 * @attrs: the attributes
 * @len: their bytes
 * @ret: the queue and the id of its instance; nothing else
 *
 * Return: 0, -ENOENT for a queue without a NAPI instance or of a kind that we do not know,
 * -EBADMSG.
 */
int nt_ethnl_parse_queue(struct nlattr *attrs, int len, struct nt_io_napi *ret);

/**
 * nt_ethnl_parse_napi() - a reply to NETDEV_CMD_NAPI_GET
 * @attrs: the attributes
 * @len: their bytes
 * @ret: its id, interrupt, and how it is polled; no queue
 *
 * Return: 0, -EBADMSG.
 */
int nt_ethnl_parse_napi(struct nlattr *attrs, int len, struct nt_io_napi *ret);

/**
 * nt_ethnl_put_napi() - a value for NETDEV_CMD_NAPI_SET
 * @msg: request
 * @field: which
 * @value: nanoseconds, or a number of 32 bits
 *
 * Return: 0, -ERANGE for a number of more bits, -EMSGSIZE.
 */
int nt_ethnl_put_napi(struct nl_msg *msg, enum nt_napi_field field, uint64_t value);

#endif
