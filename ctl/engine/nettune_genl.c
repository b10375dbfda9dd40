// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Client of the kernel module's generic netlink family.
 *
 * Requests and events have a socket each, so that a flood of events can't
 * displace an answer. Events only wake the waiter up; what it believes is
 * txn-get.
 */
#include "nettune_genl.h"

#include <errno.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

/* Longer than any message of the module. */
#define RECEIVE_BYTES 32768

/* The module answers at once; this bounds what a bug of ours or its could cost. */
#define ANSWER_TIMEOUT_S 10

/* How long an event may be missing before the truth is asked for. */
#define ASK_MS 200

/* An operation without its value, with room to align. */
#define OP_BYTES 64

struct nt_genl {
	struct nl_sock *requests;
	struct nl_sock *events;
	int family;
};

/**
 * struct answer - what a request is waiting for
 * @cmd: the command that a reply must carry
 * @take: takes one reply; 0 or a negative errno
 * @arg: for @take
 * @request: the request, for finding what an error points at
 * @refusal: filled in when the module refuses, or NULL
 * @error: 0 or a negative errno
 * @done: nothing more will come
 */
struct answer {
	uint8_t cmd;
	int (*take)(struct nlmsghdr *nlh, struct nlattr **attrs, void *arg);
	void *arg;
	struct nlmsghdr *request;
	struct nt_genl_refusal *refusal;
	int error;
	bool done;
};

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

/* libnl keeps fewer errors than the kernel; what came from the module goes another way. */
static int errno_of(int nl_error)
{
	switch (nl_error < 0 ? -nl_error : nl_error) {
	case NLE_SUCCESS:
		return 0;
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_OBJ_NOTFOUND:
		return -ENOENT;
	case NLE_PERM:
		return -EPERM;
	case NLE_AGAIN:
		return -ETIMEDOUT;
	case NLE_PROTO_MISMATCH:
	case NLE_AF_NOSUPPORT:
		return -EPROTONOSUPPORT;
	default:
		return -EIO;
	}
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000U + (uint64_t)now.tv_nsec / 1000000U;
}

static uint32_t u32_of(const struct nlattr *attr)
{
	return attr ? nla_get_u32(attr) : 0;
}

static uint64_t u64_of(const struct nlattr *attr)
{
	return attr ? nla_get_u64(attr) : 0;
}

/* The policy made sure that it is terminated and fits. */
static void string_of(const struct nlattr *attr, char *ret_text, size_t size)
{
	memset(ret_text, 0, size);
	if (attr)
		memcpy(ret_text, nla_data(attr), (size_t)nla_len(attr));
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

/* Reads the extended acknowledgement behind @err. */
static void take_refusal(const struct nlmsghdr *nlh, const struct nlmsgerr *err,
			 struct answer *answer)
{
	struct nt_genl_refusal *refusal = answer->refusal;
	size_t skip = sizeof(*err), have = (size_t)nlmsg_datalen(nlh);
	struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];

	refusal->op = NT_GENL_OP_NONE;
	refusal->message[0] = '\0';
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
		nla_strlcpy(refusal->message, tb[NLMSGERR_ATTR_MSG], sizeof(refusal->message));
	if (tb[NLMSGERR_ATTR_OFFS] && nla_len(tb[NLMSGERR_ATTR_OFFS]) == 4 && answer->request)
		refusal->op = op_at(answer->request, nla_get_u32(tb[NLMSGERR_ATTR_OFFS]));
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *err, void *arg)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)((char *)err - NLMSG_HDRLEN);
	struct answer *answer = arg;

	(void)from;
	answer->error = err->error;
	answer->done = true;
	if (answer->refusal)
		take_refusal(nlh, err, answer);
	return NL_STOP;
}

/* An acknowledgement, or the end of a dump, which carries the dump's error. */
static int on_end(struct nl_msg *msg, void *arg)
{
	const struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct answer *answer = arg;
	int error = 0;

	if (nlh->nlmsg_type == NLMSG_DONE && nlmsg_datalen(nlh) >= (int)sizeof(error))
		memcpy(&error, nlmsg_data(nlh), sizeof(error));
	if (error < 0 && !answer->error)
		answer->error = error;
	answer->done = true;
	return NL_STOP;
}

static int on_reply(struct nl_msg *msg, void *arg)
{
	struct nlattr *attrs[NETTUNE_A_MAX + 1];
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct answer *answer = arg;
	int r = -EBADMSG;

	if (genlmsg_valid_hdr(nlh, 0) && genlmsg_hdr(nlh)->cmd == answer->cmd &&
	    genlmsg_parse(nlh, 0, attrs, NETTUNE_A_MAX, main_policy) >= 0)
		r = answer->take(nlh, attrs, answer->arg);
	/* What follows still has to be read off the socket. */
	if (r < 0 && !answer->error)
		answer->error = r;
	return NL_OK;
}

/* Sends @msg and takes all that answers it. */
static int converse(struct nt_genl *genl, struct nl_msg *msg, struct answer *answer)
{
	struct nl_cb *cb;
	int r;

	cb = nl_cb_alloc(NL_CB_DEFAULT);
	if (!cb)
		return -ENOMEM;
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_reply, answer);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_end, answer);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_end, answer);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, answer);
	r = nl_send_auto(genl->requests, msg);
	while (r >= 0 && !answer->done)
		r = nl_recvmsgs(genl->requests, cb);
	nl_cb_put(cb);
	if (answer->done || answer->error)
		return answer->error;
	return errno_of(r);
}

static struct nl_msg *request_new(const struct nt_genl *genl, uint8_t cmd, int flags,
				  size_t bytes)
{
	struct nl_msg *msg = nlmsg_alloc_size(NLMSG_HDRLEN + GENL_HDRLEN + OP_BYTES + bytes);

	if (!msg)
		return NULL;
	if (!genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, genl->family, 0, flags, cmd,
			 NETTUNE_FAMILY_VERSION)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static int take_capability(struct nlmsghdr *nlh, struct nlattr **attrs, void *arg)
{
	struct nlattr *tb[NETTUNE_A_CAPABILITY_MAX + 1];
	struct nt_genl_capability *ret = arg;

	(void)nlh;
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
 * nt_genl_capability() - ask what the module can do and has done
 * @genl: connection
 * @ret_capability: filled in on success
 *
 * Return: 0 or a negative errno.
 */
int nt_genl_capability(struct nt_genl *genl, struct nt_genl_capability *ret_capability)
{
	struct nt_genl_capability capability = { 0 };
	struct answer answer = {
		.cmd = NETTUNE_CMD_CAPABILITY_GET,
		.take = take_capability,
		.arg = &capability,
	};
	struct nl_msg *msg;
	int r;

	msg = request_new(genl, NETTUNE_CMD_CAPABILITY_GET, NLM_F_ACK, 0);
	if (!msg)
		return -ENOMEM;
	r = converse(genl, msg, &answer);
	nlmsg_free(msg);
	if (r < 0)
		return r;
	if (!capability.module_version[0])
		return -EBADMSG;
	*ret_capability = capability;
	return 0;
}

static int take_txn(struct nlmsghdr *nlh, struct nlattr **attrs, void *arg)
{
	struct nt_genl_txn *ret = arg;

	(void)nlh;
	if (!attrs[NETTUNE_A_TXN_ID] || !attrs[NETTUNE_A_TXN_STATE] || !attrs[NETTUNE_A_OPS_COUNT])
		return -EBADMSG;
	ret->id = u64_of(attrs[NETTUNE_A_TXN_ID]);
	ret->cookie = u64_of(attrs[NETTUNE_A_COOKIE]);
	ret->state = u32_of(attrs[NETTUNE_A_TXN_STATE]);
	ret->ops_count = u32_of(attrs[NETTUNE_A_OPS_COUNT]);
	ret->ops_written = u32_of(attrs[NETTUNE_A_OPS_WRITTEN]);
	ret->ops_undone = u32_of(attrs[NETTUNE_A_OPS_UNDONE]);
	ret->owner = u32_of(attrs[NETTUNE_A_OWNER]);
	ret->error = -(int)u32_of(attrs[NETTUNE_A_ERRNO]);
	ret->failed_op = NT_GENL_OP_NONE;
	if (attrs[NETTUNE_A_FAILED_OP])
		ret->failed_op = nla_get_u32(attrs[NETTUNE_A_FAILED_OP]);
	string_of(attrs[NETTUNE_A_MESSAGE], ret->message, sizeof(ret->message));
	return 0;
}

static int put_op(struct nl_msg *msg, const struct nt_genl_op *op)
{
	struct nlattr *nest = nla_nest_start(msg, NETTUNE_A_OP | NLA_F_NESTED);

	if (!nest || nla_put_u32(msg, NETTUNE_A_OP_KIND, NETTUNE_OP_KIND_FILE) < 0 ||
	    nla_put_u32(msg, NETTUNE_A_OP_FD, (uint32_t)op->fd) < 0 ||
	    nla_put(msg, NETTUNE_A_OP_VALUE, (int)op->value_len, op->value) < 0 ||
	    nla_put_u32(msg, NETTUNE_A_OP_UNDO_SEQ, op->undo_seq) < 0 ||
	    nla_put_u32(msg, NETTUNE_A_OP_FLAGS, op->flags) < 0)
		return -ENOMEM;
	nla_nest_end(msg, nest);
	return 0;
}

/* Netlink sends a message whole or not at all: the buffer must hold it. */
static void grow_send_buffer(struct nl_sock *sock, size_t bytes)
{
	int fd = nl_socket_get_fd(sock), size = (int)bytes + RECEIVE_BYTES;

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static int apply_request(struct nt_genl *genl, const struct nt_genl_op *ops, size_t op_count,
			 uint64_t cookie, struct nl_msg **ret_msg)
{
	size_t bytes = op_count * OP_BYTES, i;
	struct nl_msg *msg;
	int r = 0;

	for (i = 0; i < op_count; i++) {
		if (!ops[i].value_len || ops[i].value_len > NETTUNE_VALUE_MAX)
			return -EINVAL;
		bytes += ops[i].value_len;
	}
	msg = request_new(genl, NETTUNE_CMD_TXN_APPLY, NLM_F_ACK, bytes);
	if (!msg || nla_put_u64(msg, NETTUNE_A_COOKIE, cookie) < 0)
		r = -ENOMEM;
	for (i = 0; r == 0 && i < op_count; i++)
		r = put_op(msg, &ops[i]);
	if (r < 0) {
		nlmsg_free(msg);
		return r;
	}
	grow_send_buffer(genl->requests, bytes);
	*ret_msg = msg;
	return 0;
}

/**
 * nt_genl_apply() - queue operations as one transaction
 * @genl: connection
 * @ops: in the order of application
 * @op_count: 1 to %NETTUNE_OPS_MAX
 * @cookie: returned with everything about the transaction
 * @ret_txn: filled in on success; its state is mostly queued
 * @ret_refusal: filled in when the module refuses the request; may be NULL
 *
 * Return: 0 or a negative errno; nothing was queued when it is negative, but
 * for -ETIMEDOUT and -EBADMSG, after which the cookie finds the transaction.
 */
int nt_genl_apply(struct nt_genl *genl, const struct nt_genl_op *ops, size_t op_count,
		  uint64_t cookie, struct nt_genl_txn *ret_txn,
		  struct nt_genl_refusal *ret_refusal)
{
	struct nt_genl_refusal refusal = { .op = NT_GENL_OP_NONE };
	struct nt_genl_txn txn = { 0 };
	struct answer answer = {
		.cmd = NETTUNE_CMD_TXN_APPLY,
		.take = take_txn,
		.arg = &txn,
		.refusal = &refusal,
	};
	struct nl_msg *msg;
	int r;

	if (op_count == 0 || op_count > NETTUNE_OPS_MAX)
		return -EINVAL;
	r = apply_request(genl, ops, op_count, cookie, &msg);
	if (r < 0)
		return r;
	answer.request = nlmsg_hdr(msg);
	r = converse(genl, msg, &answer);
	nlmsg_free(msg);
	if (r < 0 && ret_refusal)
		*ret_refusal = refusal;
	if (r < 0)
		return r;
	if (!txn.id)
		return -EBADMSG;
	*ret_txn = txn;
	return 0;
}

/* Asks about transaction @id with @flags. */
static int ask(struct nt_genl *genl, uint64_t id, int flags, struct answer *answer)
{
	struct nl_msg *msg;
	int r;

	msg = request_new(genl, NETTUNE_CMD_TXN_GET, flags, 0);
	if (!msg)
		return -ENOMEM;
	r = nla_put_u64(msg, NETTUNE_A_TXN_ID, id) < 0 ? -ENOMEM : 0;
	if (r == 0)
		r = converse(genl, msg, answer);
	nlmsg_free(msg);
	return r;
}

/**
 * nt_genl_get() - ask where a transaction stands
 * @genl: connection
 * @id: its name
 * @ret_txn: filled in on success
 *
 * Return: 0 or a negative errno, -ENOENT if it is no longer remembered.
 */
int nt_genl_get(struct nt_genl *genl, uint64_t id, struct nt_genl_txn *ret_txn)
{
	struct nt_genl_txn txn = { 0 };
	struct answer answer = { .cmd = NETTUNE_CMD_TXN_GET, .take = take_txn, .arg = &txn };
	int r;

	r = ask(genl, id, NLM_F_ACK, &answer);
	if (r < 0)
		return r;
	if (txn.id != id)
		return -EBADMSG;
	*ret_txn = txn;
	return 0;
}

/**
 * nt_genl_ended() - whether a transaction's state is final
 * @txn: as last told
 */
bool nt_genl_ended(const struct nt_genl_txn *txn)
{
	switch (txn->state) {
	case NETTUNE_TXN_STATE_COMMITTED:
	case NETTUNE_TXN_STATE_REFUSED:
	case NETTUNE_TXN_STATE_UNDONE:
	case NETTUNE_TXN_STATE_UNDO_FAILED:
		return true;
	default:
		return false;
	}
}

/* Sleeps until an event comes or @timeout_ms pass, and drops what came. */
static void await_event(const struct nt_genl *genl, uint32_t timeout_ms)
{
	struct pollfd events = { .fd = nl_socket_get_fd(genl->events), .events = POLLIN };
	char sink[256];

	poll(&events, 1, (int)timeout_ms);
	while (recv(events.fd, sink, sizeof(sink), MSG_DONTWAIT | MSG_TRUNC) > 0)
		;
}

/**
 * nt_genl_wait() - wait until a transaction has ended
 * @genl: connection
 * @id: its name
 * @timeout_ms: bound on the wait
 * @ret_txn: filled in on success and on -ETIMEDOUT
 *
 * Return: 0 or a negative errno, -ETIMEDOUT if it goes on.
 */
int nt_genl_wait(struct nt_genl *genl, uint64_t id, uint32_t timeout_ms,
		 struct nt_genl_txn *ret_txn)
{
	uint64_t end_ms = now_ms() + timeout_ms, left_ms;
	int r;

	for (;;) {
		r = nt_genl_get(genl, id, ret_txn);
		if (r < 0 || nt_genl_ended(ret_txn))
			return r;
		left_ms = now_ms() < end_ms ? end_ms - now_ms() : 0;
		if (!left_ms)
			return -ETIMEDOUT;
		await_event(genl, left_ms < ASK_MS ? (uint32_t)left_ms : ASK_MS);
	}
}

/**
 * struct results - where results go
 * @id: the transaction that they must be of
 * @list: @count results
 * @count: operations
 */
struct results {
	uint64_t id;
	struct nt_genl_result *list;
	size_t count;
};

static int take_result(struct nlattr *attr, struct results *results)
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
	result->error = -(int)u32_of(tb[NETTUNE_A_RESULT_ERRNO]);
	result->undo_error = -(int)u32_of(tb[NETTUNE_A_RESULT_UNDO_ERRNO]);
	string_of(tb[NETTUNE_A_RESULT_MESSAGE], result->message, sizeof(result->message));
	return 0;
}

static int take_results(struct nlmsghdr *nlh, struct nlattr **attrs, void *arg)
{
	struct results *results = arg;
	struct nlattr *attr;
	int rem, r;

	if (u64_of(attrs[NETTUNE_A_TXN_ID]) != results->id)
		return -EBADMSG;
	nlmsg_for_each_attr(attr, nlh, GENL_HDRLEN, rem) {
		if (nla_type(attr) != NETTUNE_A_RESULT)
			continue;
		r = take_result(attr, results);
		if (r < 0)
			return r;
	}
	return 0;
}

/**
 * nt_genl_results() - ask what became of each operation
 * @genl: connection
 * @id: the transaction
 * @ret_results: @op_count results, filled in on success; to be released with
 *	nt_genl_results_free()
 * @op_count: operations of the transaction
 *
 * Return: 0 or a negative errno.
 */
int nt_genl_results(struct nt_genl *genl, uint64_t id, struct nt_genl_result *ret_results,
		    size_t op_count)
{
	struct results results = { .id = id, .list = ret_results, .count = op_count };
	struct answer answer = {
		.cmd = NETTUNE_CMD_TXN_GET,
		.take = take_results,
		.arg = &results,
	};
	size_t i;
	int r;

	memset(ret_results, 0, op_count * sizeof(*ret_results));
	r = ask(genl, id, NLM_F_DUMP, &answer);
	for (i = 0; r == 0 && i < op_count; i++)
		if (!ret_results[i].phase)
			r = -EBADMSG;
	if (r < 0)
		nt_genl_results_free(ret_results, op_count);
	return r;
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

/* Makes a connected socket; nothing on it blocks for longer than an answer may take. */
static int socket_open(struct nl_sock **ret_sock)
{
	struct timeval timeout = { .tv_sec = ANSWER_TIMEOUT_S };
	struct nl_sock *sock;
	int on = 1, fd, r;

	sock = nl_socket_alloc();
	if (!sock)
		return -ENOMEM;
	r = genl_connect(sock);
	if (r < 0) {
		nl_socket_free(sock);
		return errno_of(r);
	}
	fd = nl_socket_get_fd(sock);
	nl_socket_set_msg_buf_size(sock, RECEIVE_BYTES);
	/* Both only improve what an error says. */
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) < 0) {
		r = -errno;
		nl_socket_free(sock);
		return r;
	}
	*ret_sock = sock;
	return 0;
}

/* Subscribing may be refused to those without privilege, who can't apply either. */
static int resolve(struct nt_genl *genl)
{
	int group;

	genl->family = genl_ctrl_resolve(genl->requests, NETTUNE_FAMILY_NAME);
	if (genl->family < 0)
		return errno_of(genl->family);
	group = genl_ctrl_resolve_grp(genl->requests, NETTUNE_FAMILY_NAME, NETTUNE_MCGRP_EVENTS);
	if (group < 0)
		return errno_of(group);
	nl_socket_disable_seq_check(genl->events);
	nl_socket_add_membership(genl->events, group);
	return 0;
}

/**
 * nt_genl_open() - connect to the module
 * @ret_genl: set on success; to be released with nt_genl_close()
 *
 * Return: 0 or a negative errno, -ENOENT if the module is not loaded.
 */
int nt_genl_open(struct nt_genl **ret_genl)
{
	struct nt_genl *genl;
	int r;

	genl = calloc(1, sizeof(*genl));
	if (!genl)
		return -ENOMEM;
	r = socket_open(&genl->requests);
	if (r == 0)
		r = socket_open(&genl->events);
	if (r == 0)
		r = resolve(genl);
	if (r < 0) {
		nt_genl_close(genl);
		return r;
	}
	*ret_genl = genl;
	return 0;
}

/**
 * nt_genl_close() - end a connection; transactions go on without it
 * @genl: connection, or NULL
 */
void nt_genl_close(struct nt_genl *genl)
{
	if (!genl)
		return;
	nl_socket_free(genl->events);
	nl_socket_free(genl->requests);
	free(genl);
}

/**
 * nt_genl_closep() - nt_genl_close() for __attribute__((cleanup))
 * @genl: connection, or NULL
 */
void nt_genl_closep(struct nt_genl **genl)
{
	nt_genl_close(*genl);
}
