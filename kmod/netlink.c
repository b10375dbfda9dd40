// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic netlink family: parse, call, reply.
 *
 * Handlers run under cb_lock, side by side, and never wait for a transaction.
 * Whoever may change anything has CAP_NET_ADMIN in the initial user namespace;
 * root of a container has it elsewhere.
 */
#include "netlink.h"

#include <linux/errno.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "compat.h"
#include "nettune-nl-gen.h"
#include "slb.h"
#include "slb_netlink.h"
#include "txn.h"
#include "version.h"

/* A dump's message: room for a result with the longest value. */
#define DUMP_BYTES 8192U

static_assert(NETTUNE_VALUE_MAX + NETTUNE_MESSAGE_MAX + 512 <= DUMP_BYTES);

/* As NL_SET_ERR_MSG_ATTR(), which takes literals only; @message has static storage. */
static int refuse(struct netlink_ext_ack *extack, const struct nlattr *attr, const char *message,
		  int error)
{
	NL_SET_BAD_ATTR(extack, attr);
	if (extack)
		extack->_msg = message;
	return error;
}

/* Of the functions that put attributes, those that return bool say whether room lacked. */
static bool put_failure(struct sk_buff *skb, const struct nt_txn *txn)
{
	const char *message = nt_txn_message(txn);

	return nla_put_u32(skb, NETTUNE_A_ERRNO, -txn->core.error) ||
	       (txn->core.failed_op != NT_OP_NONE &&
		nla_put_u32(skb, NETTUNE_A_FAILED_OP, txn->core.failed_op)) ||
	       (message && nla_put_string(skb, NETTUNE_A_MESSAGE, message));
}

/* Puts a transaction without its results; under nt_txn_lock(). */
static int put_txn(struct sk_buff *skb, const struct nt_txn *txn)
{
	const struct nt_txn_core *core = &txn->core;

	if (nla_put_u64_64bit(skb, NETTUNE_A_TXN_ID, txn->id, NETTUNE_A_PAD) ||
	    nla_put_u64_64bit(skb, NETTUNE_A_COOKIE, txn->cookie, NETTUNE_A_PAD) ||
	    nla_put_u32(skb, NETTUNE_A_TXN_STATE, core->state) ||
	    nla_put_u32(skb, NETTUNE_A_OPS_COUNT, core->op_count) ||
	    nla_put_u32(skb, NETTUNE_A_OWNER, from_kuid(&init_user_ns, txn->owner)) ||
	    nla_put_u32(skb, NETTUNE_A_OPS_WRITTEN, core->written) ||
	    nla_put_u32(skb, NETTUNE_A_OPS_UNDONE, core->undone) ||
	    nla_put_u32(skb, NETTUNE_A_OPS_UNDO_FAILED, core->undo_failed) ||
	    (nt_txn_core_waits(core) &&
	     nla_put_u32(skb, NETTUNE_A_DEADLINE_MS, nt_txn_left_ms(txn))) ||
	    (core->error && put_failure(skb, txn)))
		return -EMSGSIZE;
	return 0;
}

static bool put_result_attrs(struct sk_buff *skb, const struct nt_txn *txn, u32 index)
{
	const struct nt_op_core *core = &txn->core.ops[index];
	const struct nt_op *op = &txn->ops[index];
	const char *message = op->words ?: op->message;

	return nla_put_u32(skb, NETTUNE_A_RESULT_INDEX, index) ||
	       nla_put_u32(skb, NETTUNE_A_RESULT_PHASE, core->phase) ||
	       nla_put_u32(skb, NETTUNE_A_RESULT_FLAGS, core->result) ||
	       nla_put_u32(skb, NETTUNE_A_RESULT_ERRNO, -core->error) ||
	       nla_put_u32(skb, NETTUNE_A_RESULT_UNDO_ERRNO, -core->undo_error) ||
	       (message && nla_put_string(skb, NETTUNE_A_RESULT_MESSAGE, message)) ||
	       (nt_value_data(&op->readback) &&
		nla_put(skb, NETTUNE_A_RESULT_READBACK, op->readback.len,
			nt_value_data(&op->readback)));
}

static int put_result(struct sk_buff *skb, const struct nt_txn *txn, u32 index)
{
	struct nlattr *nest = nla_nest_start(skb, NETTUNE_A_RESULT);

	if (!nest || put_result_attrs(skb, txn, index)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static bool put_limits(struct sk_buff *skb)
{
	return nla_put_string(skb, NETTUNE_A_CAPABILITY_MODULE_VERSION, NT_VERSION) ||
	       nla_put_u32(skb, NETTUNE_A_CAPABILITY_OP_KINDS, nt_op_kinds()) ||
	       nla_put_u32(skb, NETTUNE_A_CAPABILITY_HOOKS, nt_slb_hooks()) ||
	       nla_put_u32(skb, NETTUNE_A_CAPABILITY_OPS_MAX, NETTUNE_OPS_MAX) ||
	       nla_put_u32(skb, NETTUNE_A_CAPABILITY_VALUE_MAX, NETTUNE_VALUE_MAX) ||
	       nla_put_u32(skb, NETTUNE_A_CAPABILITY_TXN_PENDING_MAX, NETTUNE_TXN_PENDING_MAX) ||
	       nla_put_u32(skb, NETTUNE_A_CAPABILITY_TXN_KEPT_MAX, NETTUNE_TXN_KEPT_MAX) ||
	       nla_put_u32(skb, NETTUNE_A_CAPABILITY_OWNER_BYTES_MAX, NETTUNE_OWNER_BYTES_MAX);
}

static bool put_counter(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, NETTUNE_A_CAPABILITY_PAD);
}

static bool put_counters(struct sk_buff *skb)
{
	struct nt_txn_counters counters;

	nt_txn_counters_read(&counters);
	return put_counter(skb, NETTUNE_A_CAPABILITY_OPS_DONE, counters.ops_done) ||
	       put_counter(skb, NETTUNE_A_CAPABILITY_OPS_UNDONE, counters.ops_undone) ||
	       put_counter(skb, NETTUNE_A_CAPABILITY_OPS_FAILED, counters.ops_failed) ||
	       put_counter(skb, NETTUNE_A_CAPABILITY_TXNS_APPLIED, counters.txns_applied) ||
	       put_counter(skb, NETTUNE_A_CAPABILITY_TXNS_UNDONE, counters.txns_undone) ||
	       nla_put_u32(skb, NETTUNE_A_CAPABILITY_TXNS_PENDING, counters.txns_pending) ||
	       nla_put_u32(skb, NETTUNE_A_CAPABILITY_SLB_COUNT, nt_slb_count());
}

static int put_capability(struct sk_buff *skb, bool with_counters)
{
	struct nlattr *nest = nla_nest_start(skb, NETTUNE_A_CAPABILITY);

	if (!nest || put_limits(skb) || (with_counters && put_counters(skb)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static struct sk_buff *reply_new(struct genl_info *info, u8 cmd, void **ret_header)
{
	struct sk_buff *skb;

	skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	/* A new message always has room for its header. */
	if (skb)
		*ret_header = genlmsg_put_reply(skb, info, &nt_netlink_family, 0, cmd);
	return skb;
}

/* Sends @skb unless what went into it failed with @error. */
static int reply_send(struct sk_buff *skb, void *header, struct genl_info *info, int error)
{
	if (error < 0) {
		nlmsg_free(skb);
		return error;
	}
	genlmsg_end(skb, header);
	return genlmsg_reply(skb, info);
}

static int capability_get_doit(struct sk_buff *request, struct genl_info *info)
{
	bool with_counters = netlink_capable(request, CAP_NET_ADMIN);
	struct sk_buff *skb;
	void *header;

	skb = reply_new(info, NETTUNE_CMD_CAPABILITY_GET, &header);
	if (!skb)
		return -ENOMEM;
	return reply_send(skb, header, info, put_capability(skb, with_counters));
}

static void value_of(const struct nlattr *attr, struct nt_value *ret_value)
{
	ret_value->data = attr ? nla_data(attr) : NULL;
	ret_value->len = attr ? nla_len(attr) : 0;
}

static u32 u32_of(const struct nlattr *attr)
{
	return attr ? nla_get_u32(attr) : 0;
}

/* Attributes that every operation has, and those of its kind. */
static bool lacks_attr(struct nlattr **tb, const struct nlattr *nest,
		       struct netlink_ext_ack *extack)
{
	if (NL_REQ_ATTR_CHECK(extack, nest, tb, NETTUNE_A_OP_KIND) ||
	    NL_REQ_ATTR_CHECK(extack, nest, tb, NETTUNE_A_OP_VALUE))
		return true;
	if (nla_get_u32(tb[NETTUNE_A_OP_KIND]) != NETTUNE_OP_KIND_ETHNL)
		return NL_REQ_ATTR_CHECK(extack, nest, tb, NETTUNE_A_OP_FD);
	return NL_REQ_ATTR_CHECK(extack, nest, tb, NETTUNE_A_OP_ETHNL_CMD) ||
	       NL_REQ_ATTR_CHECK(extack, nest, tb, NETTUNE_A_OP_ETHNL_UNDO);
}

static int add_op(struct nt_batch *batch, const struct nlattr *nest, struct genl_info *info)
{
	struct nlattr *tb[NETTUNE_A_OP_MAX + 1];
	struct nt_request request = { .net = genl_info_net(info), .page = batch->page };
	int r;

	/* Generic netlink has checked it against the policy of its family. */
	r = nla_parse_nested(tb, NETTUNE_A_OP_MAX, nest, NULL, info->extack);
	if (r < 0)
		return r;
	if (lacks_attr(tb, nest, info->extack))
		return -EINVAL;
	request.kind = nla_get_u32(tb[NETTUNE_A_OP_KIND]);
	request.fd = u32_of(tb[NETTUNE_A_OP_FD]);
	value_of(tb[NETTUNE_A_OP_VALUE], &request.want);
	value_of(tb[NETTUNE_A_OP_ETHNL_UNDO], &request.undo);
	request.ethnl_cmd = u32_of(tb[NETTUNE_A_OP_ETHNL_CMD]);
	request.undo_seq = u32_of(tb[NETTUNE_A_OP_UNDO_SEQ]);
	request.flags = u32_of(tb[NETTUNE_A_OP_FLAGS]);
	r = nt_op_get(&request, &batch->ops[batch->count], &batch->cores[batch->count]);
	if (r < 0)
		return refuse(info->extack,
			      request.refused_attr ? tb[request.refused_attr] : nest,
			      request.message, r);
	batch->count++;
	return 0;
}

static int add_ops(struct nt_batch *batch, struct genl_info *info)
{
	const struct nlattr *attr;
	int rem, r;

	nlmsg_for_each_attr_type(attr, NETTUNE_A_OP, info->nlhdr, GENL_HDRLEN, rem) {
		r = add_op(batch, attr, info);
		if (r < 0)
			return r;
		cond_resched();
	}
	return 0;
}

/* Counts the operations and refuses what no transaction may be. */
static int count_ops(struct genl_info *info, u32 *ret_count)
{
	const struct nlattr *attr;
	u32 count = 0;
	int rem;

	nlmsg_for_each_attr_type(attr, NETTUNE_A_OP, info->nlhdr, GENL_HDRLEN, rem)
		if (++count > NETTUNE_OPS_MAX)
			return refuse(info->extack, attr,
				      "transaction exceeds the limit of operations", -E2BIG);
	if (!count)
		return refuse(info->extack, NULL, "request has no operation", -EINVAL);
	*ret_count = count;
	return 0;
}

/* Takes the operations of a request over. */
static int batch_from_request(struct genl_info *info, struct nt_batch *ret_batch)
{
	u32 count;
	int r;

	/* The task's namespace decides which sysctls a path names, the socket's which devices. */
	if (!net_eq(genl_info_net(info), current->nsproxy->net_ns))
		return refuse(info->extack, NULL,
			      "socket is of another network namespace than its task", -EXDEV);
	r = count_ops(info, &count);
	if (r < 0)
		return r;
	r = nt_batch_init(ret_batch, count);
	if (r < 0)
		return r;
	r = add_ops(ret_batch, info);
	if (r < 0)
		nt_batch_free(ret_batch);
	return r;
}

static bool names_txn(u32 cmd)
{
	return cmd != NETTUNE_CMD_TXN_APPLY && cmd != NETTUNE_CMD_TXN_BEGIN;
}

static int call_from_request(struct genl_info *info, struct nt_call *ret_call)
{
	ret_call->cmd = info->genlhdr->cmd;
	if (names_txn(ret_call->cmd) && GENL_REQ_ATTR_CHECK(info, NETTUNE_A_TXN_ID))
		return -EINVAL;
	ret_call->net = genl_info_net(info);
	ret_call->portid = info->snd_portid;
	ret_call->deadline_ms = u32_of(info->attrs[NETTUNE_A_DEADLINE_MS]);
	if (info->attrs[NETTUNE_A_TXN_ID])
		ret_call->id = nla_get_u64(info->attrs[NETTUNE_A_TXN_ID]);
	if (info->attrs[NETTUNE_A_COOKIE])
		ret_call->cookie = nla_get_u64(info->attrs[NETTUNE_A_COOKIE]);
	if (ret_call->cmd == NETTUNE_CMD_TXN_APPLY || ret_call->cmd == NETTUNE_CMD_TXN_ADD)
		return batch_from_request(info, &ret_call->batch);
	return 0;
}

static int put_txn_locked(struct sk_buff *skb, const struct nt_txn *txn)
{
	int r;

	nt_txn_lock();
	r = put_txn(skb, txn);
	nt_txn_unlock();
	return r;
}

/* Has a command carried out, and answers with where its transaction stands. */
static int txn_doit(struct sk_buff *request, struct genl_info *info)
{
	struct nt_call call = { };
	struct sk_buff *skb;
	struct nt_txn *txn;
	void *header;
	int r;

	r = call_from_request(info, &call);
	if (r < 0)
		return r;
	/* Before it is done, so that nothing can be done without its answer. */
	skb = reply_new(info, info->genlhdr->cmd, &header);
	if (!skb) {
		r = -ENOMEM;
		goto free_batch;
	}
	r = nt_txn_call(&call, &txn);
	if (r < 0) {
		refuse(info->extack,
		       names_txn(call.cmd) ? info->attrs[NETTUNE_A_TXN_ID] : NULL,
		       call.message, r);
		nlmsg_free(skb);
		goto free_batch;
	}
	/* Done is done: a full socket loses the answer, as it may lose the notification. */
	reply_send(skb, header, info, put_txn_locked(skb, txn));
	nt_txn_put(txn);
free_batch:
	nt_batch_free(&call.batch);
	return r;
}

static void *dump_begin(struct sk_buff *skb, struct netlink_callback *cb)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &nt_netlink_family,
			   NLM_F_MULTI, NETTUNE_CMD_TXN_GET);
}

/* Puts one message of a dump that holds the transaction alone. */
static int dump_txn(struct sk_buff *skb, struct netlink_callback *cb, const struct nt_txn *txn)
{
	void *header = dump_begin(skb, cb);

	if (!header || put_txn(skb, txn) < 0) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

/* Dumps all transactions; cb->args[0] is the id of the last one that was put. */
static int dump_list(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nt_txn *txn;

	while ((txn = nt_txn_after(sock_net(skb->sk), cb->args[0]))) {
		if (dump_txn(skb, cb, txn) < 0)
			return skb->len ? (int)skb->len : -EMSGSIZE;
		cb->args[0] = txn->id;
	}
	return skb->len;
}

/* Puts one message with as many results as fit, from cb->args[1] on. */
static int dump_results(struct sk_buff *skb, struct netlink_callback *cb, const struct nt_txn *txn)
{
	u32 first = cb->args[1], index = first;
	void *header;

	if (first >= txn->core.op_count)
		return 0;
	header = dump_begin(skb, cb);
	if (!header || nla_put_u64_64bit(skb, NETTUNE_A_TXN_ID, txn->id, NETTUNE_A_PAD))
		return -EMSGSIZE;
	while (index < txn->core.op_count && put_result(skb, txn, index) == 0)
		index++;
	if (index == first)
		return -EMSGSIZE;
	cb->args[1] = index;
	genlmsg_end(skb, header);
	return skb->len;
}

/*
 * The first message of the dump is the transaction: it fits in any buffer, and
 * the later ones may ask for one that fits the longest value.
 */
static int dump_one(struct sk_buff *skb, struct netlink_callback *cb, u64 id)
{
	const struct nt_txn *txn = nt_txn_find(sock_net(skb->sk), id);

	if (!txn)
		return -ENOENT;
	if (cb->args[0])
		return dump_results(skb, cb, txn);
	if (dump_txn(skb, cb, txn) < 0)
		return -EMSGSIZE;
	cb->args[0] = 1;
	cb->min_dump_alloc = DUMP_BYTES;
	return skb->len;
}

static int txn_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct nlattr *id = nlmsg_find_attr(cb->nlh, GENL_HDRLEN, NETTUNE_A_TXN_ID);
	int r;

	nt_txn_lock();
	r = id ? dump_one(skb, cb, nla_get_u64(id)) : dump_list(skb, cb);
	nt_txn_unlock();
	return r;
}

static const struct genl_small_ops ops[] = {
	{ .cmd = NETTUNE_CMD_CAPABILITY_GET, .doit = capability_get_doit },
	{ .cmd = NETTUNE_CMD_TXN_GET, .flags = GENL_ADMIN_PERM,
	  .doit = txn_doit, .dumpit = txn_get_dumpit },
	{ .cmd = NETTUNE_CMD_TXN_APPLY, .flags = GENL_ADMIN_PERM, .doit = txn_doit },
	{ .cmd = NETTUNE_CMD_TXN_BEGIN, .flags = GENL_ADMIN_PERM, .doit = txn_doit },
	{ .cmd = NETTUNE_CMD_TXN_ADD, .flags = GENL_ADMIN_PERM, .doit = txn_doit },
	{ .cmd = NETTUNE_CMD_TXN_COMMIT, .flags = GENL_ADMIN_PERM, .doit = txn_doit },
	{ .cmd = NETTUNE_CMD_TXN_CONFIRM, .flags = GENL_ADMIN_PERM, .doit = txn_doit },
	{ .cmd = NETTUNE_CMD_TXN_ROLLBACK, .flags = GENL_ADMIN_PERM, .doit = txn_doit },
	{ .cmd = NETTUNE_CMD_SLB_ENABLE, .flags = GENL_ADMIN_PERM, .doit = nt_slb_enable_doit },
	{ .cmd = NETTUNE_CMD_SLB_DISABLE, .flags = GENL_ADMIN_PERM, .doit = nt_slb_disable_doit },
	{ .cmd = NETTUNE_CMD_SLB_GET, .flags = GENL_ADMIN_PERM,
	  .doit = nt_slb_get_doit, .dumpit = nt_slb_get_dumpit },
	{ .cmd = NETTUNE_CMD_SLB_MAC_GET, .flags = GENL_ADMIN_PERM,
	  .dumpit = nt_slb_mac_get_dumpit },
};

/* Who may change things may hear of them. */
static const struct genl_multicast_group groups[] = {
	{ .name = NETTUNE_MCGRP_EVENTS, .flags = GENL_UNS_ADMIN_PERM },
};

struct genl_family nt_netlink_family __ro_after_init = {
	.name = NETTUNE_FAMILY_NAME,
	.version = NETTUNE_FAMILY_VERSION,
	.maxattr = ARRAY_SIZE(nettune_nl_policy) - 1,
	.policy = nettune_nl_policy,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.small_ops = ops,
	.n_small_ops = ARRAY_SIZE(ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
	/* Every command checks the reserved field of its header. */
	.resv_start_op = NETTUNE_CMD_CAPABILITY_GET,
};

/**
 * nt_netlink_multicast() - send to the event group
 * @net: network namespace whose listeners get it
 * @skb: the message; consumed
 *
 * Context: may sleep.
 */
void nt_netlink_multicast(struct net *net, struct sk_buff *skb)
{
	genlmsg_multicast_netns(&nt_netlink_family, net, skb, 0, 0, GFP_KERNEL);
}

/**
 * nt_netlink_notify() - tell the event group what happened to a transaction
 * @txn: a transaction, held by the caller
 * @event: enum nettune_txn_event
 *
 * A hint that may be lost: what counts is what txn-get answers.
 *
 * Context: may sleep; takes nt_txn_lock().
 */
void nt_netlink_notify(struct nt_txn *txn, u32 event)
{
	struct sk_buff *skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	struct net *net = nt_txn_net_get(txn);
	void *header = NULL;

	if (skb)
		header = genlmsg_put(skb, 0, 0, &nt_netlink_family, 0, NETTUNE_CMD_TXN_NTF);
	if (!net || !header || nla_put_u32(skb, NETTUNE_A_EVENT, event) ||
	    put_txn_locked(skb, txn) < 0) {
		nlmsg_free(skb);
	} else {
		genlmsg_end(skb, header);
		nt_netlink_multicast(net, skb);
	}
	if (net)
		put_net(net);
}
