// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel module answers and tells of by itself, taken off the wire. PURE
 */
#include "genl_parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/genl/genl.h>
#include <netlink/msg.h>

/* The kernel has none above. */
#define ERRNO_MAX 4095U

#define POLICY_U32 { .type = NLA_U32, .minlen = 4, .maxlen = 4 }
#define POLICY_U64 { .type = NLA_U64, .minlen = 8, .maxlen = 8 }
#define POLICY_STRING(bytes) { .type = NLA_STRING, .minlen = 1, .maxlen = (bytes) }

/* libnl's tables are not const. */
static struct nla_policy main_policy[NETTUNE_A_MAX + 1] = {
	[NETTUNE_A_TXN_ID] = POLICY_U64,
	[NETTUNE_A_COOKIE] = POLICY_U64,
	[NETTUNE_A_TXN_STATE] = POLICY_U32,
	[NETTUNE_A_OPS_COUNT] = POLICY_U32,
	[NETTUNE_A_RESULT] = { .type = NLA_NESTED },
	[NETTUNE_A_FAILED_OP] = POLICY_U32,
	[NETTUNE_A_ERRNO] = POLICY_U32,
	[NETTUNE_A_MESSAGE] = POLICY_STRING(NETTUNE_MESSAGE_MAX),
	[NETTUNE_A_OWNER] = POLICY_U32,
	[NETTUNE_A_OPS_WRITTEN] = POLICY_U32,
	[NETTUNE_A_OPS_UNDONE] = POLICY_U32,
	[NETTUNE_A_CAPABILITY] = { .type = NLA_NESTED },
	[NETTUNE_A_DEADLINE_MS] = POLICY_U32,
	[NETTUNE_A_EVENT] = POLICY_U32,
	[NETTUNE_A_OPS_UNDO_FAILED] = POLICY_U32,
};

static struct nla_policy result_policy[NETTUNE_A_RESULT_MAX + 1] = {
	[NETTUNE_A_RESULT_INDEX] = POLICY_U32,
	[NETTUNE_A_RESULT_PHASE] = POLICY_U32,
	[NETTUNE_A_RESULT_FLAGS] = POLICY_U32,
	[NETTUNE_A_RESULT_ERRNO] = POLICY_U32,
	[NETTUNE_A_RESULT_UNDO_ERRNO] = POLICY_U32,
	[NETTUNE_A_RESULT_MESSAGE] = POLICY_STRING(NETTUNE_MESSAGE_MAX),
	[NETTUNE_A_RESULT_READBACK] = { .type = NLA_UNSPEC, .maxlen = NETTUNE_VALUE_MAX },
};

static struct nla_policy capability_policy[NETTUNE_A_CAPABILITY_MAX + 1] = {
	[NETTUNE_A_CAPABILITY_MODULE_VERSION] = POLICY_STRING(32),
	[NETTUNE_A_CAPABILITY_OP_KINDS] = POLICY_U32,
	[NETTUNE_A_CAPABILITY_HOOKS] = POLICY_U32,
	[NETTUNE_A_CAPABILITY_OPS_MAX] = POLICY_U32,
	[NETTUNE_A_CAPABILITY_VALUE_MAX] = POLICY_U32,
	[NETTUNE_A_CAPABILITY_TXN_PENDING_MAX] = POLICY_U32,
	[NETTUNE_A_CAPABILITY_TXN_KEPT_MAX] = POLICY_U32,
	[NETTUNE_A_CAPABILITY_OWNER_BYTES_MAX] = POLICY_U32,
	[NETTUNE_A_CAPABILITY_OPS_DONE] = POLICY_U64,
	[NETTUNE_A_CAPABILITY_OPS_UNDONE] = POLICY_U64,
	[NETTUNE_A_CAPABILITY_OPS_FAILED] = POLICY_U64,
	[NETTUNE_A_CAPABILITY_TXNS_APPLIED] = POLICY_U64,
	[NETTUNE_A_CAPABILITY_TXNS_UNDONE] = POLICY_U64,
	[NETTUNE_A_CAPABILITY_TXNS_PENDING] = POLICY_U32,
};

static uint32_t u32_of(const struct nlattr *attr)
{
	return attr ? nla_get_u32(attr) : 0;
}

static uint64_t u64_of(const struct nlattr *attr)
{
	return attr ? nla_get_u64(attr) : 0;
}

/* A positive errno on the wire; what can't be one is still an error. */
static int error_of(const struct nlattr *attr)
{
	uint32_t error = u32_of(attr);

	return error <= ERRNO_MAX ? -(int)error : -EBADMSG;
}

/* The policy made sure that it is terminated and fits. */
static void string_of(const struct nlattr *attr, char *ret_text, size_t size)
{
	memset(ret_text, 0, size);
	if (attr)
		memcpy(ret_text, nla_data(attr), (size_t)nla_len(attr));
}

/**
 * nt_genl_parse_attrs() - check a message of the module and take it apart
 * @nlh: a whole message of the family
 * @cmd: the command that it must carry
 * @ret_attrs: by type, or NULL where absent, on success; they point into @nlh
 *
 * Return: 0 or -EBADMSG.
 */
int nt_genl_parse_attrs(struct nlmsghdr *nlh, uint8_t cmd,
			struct nlattr *ret_attrs[NETTUNE_A_MAX + 1])
{
	if (!genlmsg_valid_hdr(nlh, 0) || genlmsg_hdr(nlh)->cmd != cmd ||
	    genlmsg_parse(nlh, 0, ret_attrs, NETTUNE_A_MAX, main_policy) < 0)
		return -EBADMSG;
	return 0;
}

/* The operation of @request that the byte at @offset belongs to. */
static uint32_t op_at(struct nlmsghdr *request, uint32_t offset)
{
	const char *byte = (const char *)request + offset;
	struct nlattr *attr;
	uint32_t index = 0;
	int rem;

	nlmsg_for_each_attr(attr, request, GENL_HDRLEN, rem) {
		if (nla_type(attr) != NETTUNE_A_OP)
			continue;
		if (byte >= (const char *)attr &&
		    byte < (const char *)attr + nla_total_size(nla_len(attr)))
			return index;
		index++;
	}
	return NT_GENL_OP_NONE;
}

/**
 * nt_genl_parse_refusal() - read the extended acknowledgement of an error
 * @nlh: message of type %NLMSG_ERROR, with a whole struct nlmsgerr
 * @request: what it answers, to find the operation it points at; NULL if unknown
 * @ret_refusal: filled in; empty where the module said nothing more
 */
void nt_genl_parse_refusal(struct nlmsghdr *nlh, struct nlmsghdr *request,
			   struct nt_genl_refusal *ret_refusal)
{
	const struct nlmsgerr *err = nlmsg_data(nlh);
	size_t skip = sizeof(*err), have = (size_t)nlmsg_datalen(nlh);
	struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];

	ret_refusal->op = NT_GENL_OP_NONE;
	ret_refusal->message[0] = '\0';
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += err->msg.nlmsg_len - NLMSG_HDRLEN;
	skip = NLMSG_ALIGN(skip);
	if (skip >= have)
		return;
	if (nla_parse(tb, NLMSGERR_ATTR_MAX, (struct nlattr *)((char *)nlmsg_data(nlh) + skip),
		      (int)(have - skip), NULL) < 0)
		return;
	if (tb[NLMSGERR_ATTR_MSG])
		nla_strlcpy(ret_refusal->message, tb[NLMSGERR_ATTR_MSG], sizeof(ret_refusal->message));
	if (tb[NLMSGERR_ATTR_OFFS] && nla_len(tb[NLMSGERR_ATTR_OFFS]) == 4 && request)
		ret_refusal->op = op_at(request, nla_get_u32(tb[NLMSGERR_ATTR_OFFS]));
}

/**
 * nt_genl_parse_capability() - read what the module can do
 * @attrs: of its answer
 * @ret: filled in on success
 *
 * Return: 0 or -EBADMSG.
 */
int nt_genl_parse_capability(struct nlattr *const *attrs, struct nt_genl_capability *ret)
{
	struct nlattr *tb[NETTUNE_A_CAPABILITY_MAX + 1];

	if (!attrs[NETTUNE_A_CAPABILITY] ||
	    nla_parse_nested(tb, NETTUNE_A_CAPABILITY_MAX, attrs[NETTUNE_A_CAPABILITY],
			     capability_policy) < 0 ||
	    !tb[NETTUNE_A_CAPABILITY_MODULE_VERSION] || !tb[NETTUNE_A_CAPABILITY_OP_KINDS])
		return -EBADMSG;
	string_of(tb[NETTUNE_A_CAPABILITY_MODULE_VERSION], ret->module_version,
		  sizeof(ret->module_version));
	ret->op_kinds = u32_of(tb[NETTUNE_A_CAPABILITY_OP_KINDS]);
	ret->hooks = u32_of(tb[NETTUNE_A_CAPABILITY_HOOKS]);
	ret->ops_max = u32_of(tb[NETTUNE_A_CAPABILITY_OPS_MAX]);
	ret->value_max = u32_of(tb[NETTUNE_A_CAPABILITY_VALUE_MAX]);
	ret->txn_pending_max = u32_of(tb[NETTUNE_A_CAPABILITY_TXN_PENDING_MAX]);
	ret->txn_kept_max = u32_of(tb[NETTUNE_A_CAPABILITY_TXN_KEPT_MAX]);
	ret->owner_bytes_max = u32_of(tb[NETTUNE_A_CAPABILITY_OWNER_BYTES_MAX]);
	ret->has_counters = tb[NETTUNE_A_CAPABILITY_OPS_DONE] != NULL;
	ret->ops_done = u64_of(tb[NETTUNE_A_CAPABILITY_OPS_DONE]);
	ret->ops_undone = u64_of(tb[NETTUNE_A_CAPABILITY_OPS_UNDONE]);
	ret->ops_failed = u64_of(tb[NETTUNE_A_CAPABILITY_OPS_FAILED]);
	ret->txns_applied = u64_of(tb[NETTUNE_A_CAPABILITY_TXNS_APPLIED]);
	ret->txns_undone = u64_of(tb[NETTUNE_A_CAPABILITY_TXNS_UNDONE]);
	ret->txns_pending = u32_of(tb[NETTUNE_A_CAPABILITY_TXNS_PENDING]);
	return 0;
}

/**
 * nt_genl_parse_txn() - read where a transaction stands
 * @attrs: of an answer or event
 * @ret: filled in on success
 *
 * Return: 0 or -EBADMSG.
 */
int nt_genl_parse_txn(struct nlattr *const *attrs, struct nt_genl_txn *ret)
{
	if (!attrs[NETTUNE_A_TXN_ID] || !attrs[NETTUNE_A_TXN_STATE] || !attrs[NETTUNE_A_OPS_COUNT])
		return -EBADMSG;
	ret->id = u64_of(attrs[NETTUNE_A_TXN_ID]);
	ret->cookie = u64_of(attrs[NETTUNE_A_COOKIE]);
	ret->state = u32_of(attrs[NETTUNE_A_TXN_STATE]);
	ret->ops_count = u32_of(attrs[NETTUNE_A_OPS_COUNT]);
	ret->ops_written = u32_of(attrs[NETTUNE_A_OPS_WRITTEN]);
	ret->ops_undone = u32_of(attrs[NETTUNE_A_OPS_UNDONE]);
	ret->ops_undo_failed = u32_of(attrs[NETTUNE_A_OPS_UNDO_FAILED]);
	ret->deadline_ms = u32_of(attrs[NETTUNE_A_DEADLINE_MS]);
	ret->owner = u32_of(attrs[NETTUNE_A_OWNER]);
	ret->error = error_of(attrs[NETTUNE_A_ERRNO]);
	ret->failed_op = NT_GENL_OP_NONE;
	if (attrs[NETTUNE_A_FAILED_OP])
		ret->failed_op = nla_get_u32(attrs[NETTUNE_A_FAILED_OP]);
	string_of(attrs[NETTUNE_A_MESSAGE], ret->message, sizeof(ret->message));
	return 0;
}

/**
 * nt_genl_parse_event() - read what happened to a transaction
 * @family: number of the module's family
 * @buffer: @len bytes as they came, aligned as a message
 * @len: bytes
 * @ret_event: enum nettune_txn_event, on success
 * @ret_txn: filled in on success
 *
 * Return: 0 or -EBADMSG.
 */
int nt_genl_parse_event(int family, void *buffer, size_t len, uint32_t *ret_event,
			struct nt_genl_txn *ret_txn)
{
	struct nlattr *attrs[NETTUNE_A_MAX + 1];
	struct nlmsghdr *nlh = buffer;
	int r;

	if (!nlmsg_ok(nlh, (int)len) || nlh->nlmsg_type != family ||
	    nt_genl_parse_attrs(nlh, NETTUNE_CMD_TXN_NTF, attrs) < 0 || !attrs[NETTUNE_A_EVENT])
		return -EBADMSG;
	r = nt_genl_parse_txn(attrs, ret_txn);
	if (r == 0)
		*ret_event = nla_get_u32(attrs[NETTUNE_A_EVENT]);
	return r;
}

static int parse_result(struct nlattr *attr, const struct nt_genl_results *results)
{
	struct nlattr *tb[NETTUNE_A_RESULT_MAX + 1];
	struct nt_genl_result *result;
	struct nlattr *readback;

	if (nla_parse_nested(tb, NETTUNE_A_RESULT_MAX, attr, result_policy) < 0 ||
	    !tb[NETTUNE_A_RESULT_INDEX] || !tb[NETTUNE_A_RESULT_PHASE] ||
	    nla_get_u32(tb[NETTUNE_A_RESULT_INDEX]) >= results->count)
		return -EBADMSG;
	result = &results->list[nla_get_u32(tb[NETTUNE_A_RESULT_INDEX])];
	if (result->phase)
		return -EBADMSG;
	readback = tb[NETTUNE_A_RESULT_READBACK];
	if (readback) {
		result->readback_len = (size_t)nla_len(readback);
		result->readback = calloc(1, result->readback_len + 1);
		if (!result->readback)
			return -ENOMEM;
		memcpy(result->readback, nla_data(readback), result->readback_len);
	}
	result->phase = nla_get_u32(tb[NETTUNE_A_RESULT_PHASE]);
	result->flags = u32_of(tb[NETTUNE_A_RESULT_FLAGS]);
	result->error = error_of(tb[NETTUNE_A_RESULT_ERRNO]);
	result->undo_error = error_of(tb[NETTUNE_A_RESULT_UNDO_ERRNO]);
	string_of(tb[NETTUNE_A_RESULT_MESSAGE], result->message, sizeof(result->message));
	return 0;
}

/**
 * nt_genl_parse_results() - read the results that are in one message of a dump
 * @nlh: the message
 * @attrs: its attributes
 * @results: where they go; what is there already may not come again
 *
 * Return: 0, -EBADMSG or -ENOMEM; what was taken until then stays the caller's to release.
 */
int nt_genl_parse_results(struct nlmsghdr *nlh, struct nlattr *const *attrs,
			  const struct nt_genl_results *results)
{
	struct nlattr *attr;
	int rem, r;

	if (u64_of(attrs[NETTUNE_A_TXN_ID]) != results->id)
		return -EBADMSG;
	nlmsg_for_each_attr(attr, nlh, GENL_HDRLEN, rem) {
		if (nla_type(attr) != NETTUNE_A_RESULT)
			continue;
		r = parse_result(attr, results);
		if (r < 0)
			return r;
	}
	return 0;
}

/**
 * nt_genl_results_free() - release what results own
 * @results: @op_count results; cleared
 * @op_count: operations
 */
void nt_genl_results_free(struct nt_genl_result *results, size_t op_count)
{
	size_t i;

	for (i = 0; i < op_count; i++)
		free(results[i].readback);
	memset(results, 0, op_count * sizeof(*results));
}
