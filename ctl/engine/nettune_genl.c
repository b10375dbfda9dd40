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

#include "genl_parse.h"

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

/* Longer than any message of the module. */
#define RECEIVE_BYTES 32768

/* The module answers at once; this bounds what a bug of ours or its could cost. */
#define ANSWER_TIMEOUT_S 10

/* How long an event may be missing before the truth is asked for. */
#define ASK_MS 200

/* An operation without its values, with room to align. */
#define OP_BYTES 80

/* More than the module remembers; a longer list would be a bug of ours or its. */
#define LIST_MAX (4 * (NETTUNE_TXN_PENDING_MAX + NETTUNE_TXN_KEPT_MAX))

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

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *err, void *arg)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)((char *)err - NLMSG_HDRLEN);
	struct answer *answer = arg;

	(void)from;
	answer->error = err->error;
	answer->done = true;
	if (answer->refusal)
		nt_genl_parse_refusal(nlh, answer->request, answer->refusal);
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
	int r;

	r = nt_genl_parse_attrs(nlh, answer->cmd, attrs);
	if (r == 0)
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
	(void)nlh;
	return nt_genl_parse_capability(attrs, arg);
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
	(void)nlh;
	return nt_genl_parse_txn(attrs, arg);
}

/* Puts an attribute at @at, where there is room for it; returns where the next one goes. */
static char *attr_put(char *at, unsigned int type, const void *data, size_t len)
{
	const struct nlattr attr = {
		.nla_len = (uint16_t)(NLA_HDRLEN + len),
		.nla_type = (uint16_t)type,
	};

	memcpy(at, &attr, sizeof(attr));
	if (data)
		memcpy(at + NLA_HDRLEN, data, len);
	return at + NLA_ALIGN(attr.nla_len);
}

/* An attribute that is not there is 0 for the module. */
static char *attr_put_u32(char *at, unsigned int type, uint32_t value)
{
	return value ? attr_put(at, type, &value, sizeof(value)) : at;
}

static char *put_op_attrs(char *at, const struct nt_genl_op *op)
{
	at = attr_put_u32(at, NETTUNE_A_OP_KIND, op->kind ? op->kind : NETTUNE_OP_KIND_FILE);
	at = attr_put(at, NETTUNE_A_OP_VALUE, op->value, op->value_len);
	at = attr_put_u32(at, NETTUNE_A_OP_UNDO_SEQ, op->undo_seq);
	at = attr_put_u32(at, NETTUNE_A_OP_FLAGS, op->flags);
	if (op->kind != NETTUNE_OP_KIND_ETHNL)
		return attr_put(at, NETTUNE_A_OP_FD, &op->fd, sizeof(op->fd));
	at = attr_put(at, NETTUNE_A_OP_ETHNL_CMD, &op->ethnl_cmd, sizeof(op->ethnl_cmd));
	return attr_put(at, NETTUNE_A_OP_ETHNL_UNDO, op->undo, op->undo_len);
}

static size_t op_room(const struct nt_genl_op *op)
{
	return NLA_ALIGN(OP_BYTES + op->value_len + op->undo_len);
}

/* Makes room once for all attributes of an operation, and gives back what it did not take. */
static int put_op(struct nl_msg *msg, const struct nt_genl_op *op)
{
	char *nest = nlmsg_reserve(msg, op_room(op), NLA_ALIGNTO), *end;

	if (!nest)
		return -ENOMEM;
	end = put_op_attrs(nest + NLA_HDRLEN, op);
	attr_put(nest, NETTUNE_A_OP | NLA_F_NESTED, NULL, (size_t)(end - nest) - NLA_HDRLEN);
	nlmsg_hdr(msg)->nlmsg_len -= (uint32_t)(op_room(op) - (size_t)(end - nest));
	return 0;
}

/* Netlink sends a message whole or not at all: the buffer must hold it. */
static void grow_send_buffer(struct nl_sock *sock, size_t bytes)
{
	int fd = nl_socket_get_fd(sock), size = (int)bytes + RECEIVE_BYTES;

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static bool op_is_valid(const struct nt_genl_op *op)
{
	if (!op->value_len || op->value_len > NETTUNE_VALUE_MAX)
		return false;
	return op->kind != NETTUNE_OP_KIND_ETHNL ||
	       (op->undo_len && op->undo_len <= NETTUNE_VALUE_MAX);
}

/**
 * struct question - a request that acts on a transaction
 * @cmd: the command
 * @id: the transaction, or 0
 * @cookie: the client's, or 0
 * @deadline_ms: milliseconds, or 0
 * @batch: operations, or NULL
 */
struct question {
	uint8_t cmd;
	uint64_t id;
	uint64_t cookie;
	uint32_t deadline_ms;
	const struct nt_genl_batch *batch;
};

static int put_question(struct nl_msg *msg, const struct question *question)
{
	size_t i, count = question->batch ? question->batch->count : 0;
	int r = 0;

	if ((question->id && nla_put_u64(msg, NETTUNE_A_TXN_ID, question->id) < 0) ||
	    (question->cookie && nla_put_u64(msg, NETTUNE_A_COOKIE, question->cookie) < 0) ||
	    (question->deadline_ms &&
	     nla_put_u32(msg, NETTUNE_A_DEADLINE_MS, question->deadline_ms) < 0))
		return -ENOMEM;
	for (i = 0; r == 0 && i < count; i++)
		r = put_op(msg, &question->batch->ops[i]);
	return r;
}

static int question_build(struct nt_genl *genl, const struct question *question,
			  struct nl_msg **ret_msg)
{
	const struct nt_genl_batch *batch = question->batch;
	size_t bytes = OP_BYTES, i;
	struct nl_msg *msg;
	int r;

	if (batch && (!batch->count || batch->count > NETTUNE_OPS_MAX))
		return -EINVAL;
	for (i = 0; batch && i < batch->count; i++) {
		if (!op_is_valid(&batch->ops[i]))
			return -EINVAL;
		bytes += op_room(&batch->ops[i]);
	}
	msg = request_new(genl, question->cmd, NLM_F_ACK, bytes);
	r = msg ? put_question(msg, question) : -ENOMEM;
	if (r < 0) {
		nlmsg_free(msg);
		return r;
	}
	grow_send_buffer(genl->requests, bytes);
	*ret_msg = msg;
	return 0;
}

/* Asks @question, which is answered with where its transaction stands. */
static int act(struct nt_genl *genl, const struct question *question,
	       struct nt_genl_txn *ret_txn, struct nt_genl_refusal *ret_refusal)
{
	struct nt_genl_refusal refusal = { .op = NT_GENL_OP_NONE };
	struct nt_genl_txn txn = { 0 };
	struct answer answer = {
		.cmd = question->cmd,
		.take = take_txn,
		.arg = &txn,
		.refusal = &refusal,
	};
	struct nl_msg *msg;
	int r;

	r = question_build(genl, question, &msg);
	if (r < 0)
		return r;
	answer.request = nlmsg_hdr(msg);
	r = converse(genl, msg, &answer);
	nlmsg_free(msg);
	if (r < 0 && ret_refusal)
		*ret_refusal = refusal;
	if (r < 0)
		return r;
	if (!txn.id || (question->id && txn.id != question->id))
		return -EBADMSG;
	*ret_txn = txn;
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
	const struct nt_genl_batch batch = { .ops = ops, .count = op_count };

	return nt_genl_apply_await(genl, &batch, cookie, 0, ret_txn, ret_refusal);
}

/**
 * nt_genl_apply_await() - as nt_genl_apply(), with a deadline
 * @genl: connection
 * @batch: the operations
 * @cookie: returned with everything about the transaction
 * @deadline_ms: once applied, undone after this unless confirmed; 0 for no deadline
 * @ret_txn: filled in on success; its state is mostly queued
 * @ret_refusal: filled in when the module refuses the request; may be NULL
 *
 * Return: as nt_genl_apply().
 */
int nt_genl_apply_await(struct nt_genl *genl, const struct nt_genl_batch *batch, uint64_t cookie,
			uint32_t deadline_ms, struct nt_genl_txn *ret_txn,
			struct nt_genl_refusal *ret_refusal)
{
	const struct question question = {
		.cmd = NETTUNE_CMD_TXN_APPLY,
		.cookie = cookie,
		.deadline_ms = deadline_ms,
		.batch = batch,
	};

	return act(genl, &question, ret_txn, ret_refusal);
}

/**
 * nt_genl_begin() - open a transaction that this connection owns
 * @genl: connection; closing it before nt_genl_commit() undoes the transaction
 * @cookie: returned with everything about the transaction
 * @open_ms: after which it is undone unless committed, or 0 for %NETTUNE_TXN_OPEN_MS
 * @ret_txn: filled in on success
 * @ret_refusal: filled in when the module refuses the request; may be NULL
 *
 * Return: 0 or a negative errno, -EBUSY when too many transactions are pending.
 */
int nt_genl_begin(struct nt_genl *genl, uint64_t cookie, uint32_t open_ms,
		  struct nt_genl_txn *ret_txn, struct nt_genl_refusal *ret_refusal)
{
	const struct question question = {
		.cmd = NETTUNE_CMD_TXN_BEGIN,
		.cookie = cookie,
		.deadline_ms = open_ms,
	};

	return act(genl, &question, ret_txn, ret_refusal);
}

/**
 * nt_genl_add() - have the operations of a batch applied in an open transaction
 * @genl: the connection that began it
 * @id: the transaction
 * @batch: the operations
 * @ret_txn: filled in on success; nt_genl_wait() waits until it is open again, or ended
 * @ret_refusal: filled in when the module refuses the request; may be NULL
 *
 * Return: 0 or a negative errno; the transaction is as it was then. -EBUSY while
 * an earlier batch is being applied.
 */
int nt_genl_add(struct nt_genl *genl, uint64_t id, const struct nt_genl_batch *batch,
		struct nt_genl_txn *ret_txn, struct nt_genl_refusal *ret_refusal)
{
	const struct question question = {
		.cmd = NETTUNE_CMD_TXN_ADD,
		.id = id,
		.batch = batch,
	};

	return act(genl, &question, ret_txn, ret_refusal);
}

/**
 * nt_genl_commit() - keep what an open transaction did
 * @genl: the connection that began it
 * @id: the transaction
 * @deadline_ms: undone after this unless confirmed, or 0 to keep it for good
 * @ret_txn: filled in on success; its state is committed or awaiting
 * @ret_refusal: filled in when the module refuses the request; may be NULL
 *
 * The transaction does not depend on the connection any more.
 *
 * Return: 0 or a negative errno.
 */
int nt_genl_commit(struct nt_genl *genl, uint64_t id, uint32_t deadline_ms,
		   struct nt_genl_txn *ret_txn, struct nt_genl_refusal *ret_refusal)
{
	const struct question question = {
		.cmd = NETTUNE_CMD_TXN_COMMIT,
		.id = id,
		.deadline_ms = deadline_ms,
	};

	return act(genl, &question, ret_txn, ret_refusal);
}

/**
 * nt_genl_confirm() - keep a transaction that awaits confirmation
 * @genl: any connection
 * @id: the transaction
 * @extend_ms: let it await confirmation for so long from now instead, or 0
 * @ret_txn: filled in on success
 * @ret_refusal: filled in when the module refuses the request; may be NULL
 *
 * Return: 0 or a negative errno: -ETIMEDOUT if the deadline has passed, -EINVAL
 * if it does not await confirmation, -ENOENT if it is no longer remembered.
 */
int nt_genl_confirm(struct nt_genl *genl, uint64_t id, uint32_t extend_ms,
		    struct nt_genl_txn *ret_txn, struct nt_genl_refusal *ret_refusal)
{
	const struct question question = {
		.cmd = NETTUNE_CMD_TXN_CONFIRM,
		.id = id,
		.deadline_ms = extend_ms,
	};

	return act(genl, &question, ret_txn, ret_refusal);
}

/**
 * nt_genl_rollback() - undo a transaction that has not ended
 * @genl: any connection
 * @id: the transaction
 * @ret_txn: filled in on success; nt_genl_wait() waits for the end
 * @ret_refusal: filled in when the module refuses the request; may be NULL
 *
 * Return: 0 or a negative errno, -EINVAL if it has ended or is being undone.
 */
int nt_genl_rollback(struct nt_genl *genl, uint64_t id, struct nt_genl_txn *ret_txn,
		     struct nt_genl_refusal *ret_refusal)
{
	const struct question question = { .cmd = NETTUNE_CMD_TXN_ROLLBACK, .id = id };

	return act(genl, &question, ret_txn, ret_refusal);
}

/**
 * struct list - where a list of transactions goes
 * @txns: @count transactions
 * @count: so far
 */
struct list {
	struct nt_genl_txn *txns;
	size_t count;
};

static int take_listed(struct nlmsghdr *nlh, struct nlattr **attrs, void *arg)
{
	struct nt_genl_txn txn = { 0 }, *txns;
	struct list *list = arg;
	int r;

	r = take_txn(nlh, attrs, &txn);
	if (r < 0)
		return r;
	if (list->count >= LIST_MAX)
		return -E2BIG;
	txns = reallocarray(list->txns, list->count + 1, sizeof(*txns));
	if (!txns)
		return -ENOMEM;
	txns[list->count++] = txn;
	list->txns = txns;
	return 0;
}

/**
 * nt_genl_list() - ask for all transactions, pending and remembered
 * @genl: connection
 * @ret_txns: @ret_count transactions by rising id, on success; to be released with free()
 * @ret_count: how many
 *
 * Return: 0 or a negative errno.
 */
int nt_genl_list(struct nt_genl *genl, struct nt_genl_txn **ret_txns, size_t *ret_count)
{
	struct list list = { NULL, 0 };
	struct answer answer = { .cmd = NETTUNE_CMD_TXN_GET, .take = take_listed, .arg = &list };
	struct nl_msg *msg;
	int r;

	msg = request_new(genl, NETTUNE_CMD_TXN_GET, NLM_F_DUMP, 0);
	if (!msg)
		return -ENOMEM;
	r = converse(genl, msg, &answer);
	nlmsg_free(msg);
	if (r < 0) {
		free(list.txns);
		return r;
	}
	*ret_txns = list.txns;
	*ret_count = list.count;
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

/**
 * nt_genl_settled() - whether a transaction stays as it is until somebody acts
 * @txn: as last told
 *
 * It has ended, is open for more operations, or awaits confirmation.
 */
bool nt_genl_settled(const struct nt_genl_txn *txn)
{
	return txn->state == NETTUNE_TXN_STATE_OPEN || txn->state == NETTUNE_TXN_STATE_AWAITING ||
	       nt_genl_ended(txn);
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
 * nt_genl_wait() - wait until a transaction is settled
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
		if (r < 0 || nt_genl_settled(ret_txn))
			return r;
		left_ms = now_ms() < end_ms ? end_ms - now_ms() : 0;
		if (!left_ms)
			return -ETIMEDOUT;
		await_event(genl, left_ms < ASK_MS ? (uint32_t)left_ms : ASK_MS);
	}
}

/**
 * nt_genl_event() - wait for something to happen to a transaction
 * @genl: connection
 * @timeout_ms: bound on the wait
 * @ret_event: enum nettune_txn_event, on success
 * @ret_txn: where that transaction stands, on success
 *
 * Events may be lost, and nt_genl_wait() drops those that come meanwhile.
 *
 * Return: 0 or a negative errno: -ETIMEDOUT, -ENOBUFS if events were lost.
 */
int nt_genl_event(struct nt_genl *genl, uint32_t timeout_ms, uint32_t *ret_event,
		  struct nt_genl_txn *ret_txn)
{
	struct pollfd events = { .fd = nl_socket_get_fd(genl->events), .events = POLLIN };
	struct sockaddr_nl from = { 0 };
	socklen_t from_len = sizeof(from);
	char buffer[2048] __attribute__((aligned(8)));
	ssize_t len;

	if (poll(&events, 1, (int)timeout_ms) <= 0)
		return -ETIMEDOUT;
	len = recvfrom(events.fd, buffer, sizeof(buffer), MSG_DONTWAIT,
		       (struct sockaddr *)&from, &from_len);
	if (len < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	/* Programs may send to our socket; only the kernel has no port. */
	if (from.nl_pid)
		return -ETIMEDOUT;
	return nt_genl_parse_event(genl->family, buffer, (size_t)len, ret_event, ret_txn);
}

static int take_results(struct nlmsghdr *nlh, struct nlattr **attrs, void *arg)
{
	return nt_genl_parse_results(nlh, attrs, arg);
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
	struct nt_genl_results results = { .id = id, .list = ret_results, .count = op_count };
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
