// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations of kind ethnl: settings of a network device, by ethtool netlink.
 *
 * The module asks the network core the way a program does, from a socket of its
 * own in the sender's network namespace, so that the core's and the driver's
 * checks, locks and notifications are the ones everybody gets. The socket lives
 * for one question, in which the namespace is held.
 */
#include "ethnl.h"

#include <linux/errno.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <linux/kernfs.h>
#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include <net/netlink.h>
#include <net/sock.h>

#include "compat.h"
#include "core/ethnl.h"
#include "op.h"
#include "txn.h"

/* Messages that are read before an acknowledgement must have come. */
#define ANSWERS_MAX 8

static_assert(NETTUNE_VALUE_MAX + NLMSG_HDRLEN + GENL_HDRLEN + 64 <= NETTUNE_REPLY_MAX);

/* Number of the family; 0 if the kernel is without it. */
static u16 ethtool_family;

/**
 * struct header - names the device, and asks for bitsets in the form that core/ethnl reads
 * @nest: the attribute that holds the others; every command numbers it so
 * @index_head: of @index
 * @index: of the device
 * @flags_head: of @flags
 * @flags: ETHTOOL_FLAG_...
 */
struct header {
	struct nlattr nest;
	struct nlattr index_head;
	u32 index;
	struct nlattr flags_head;
	u32 flags;
};

/**
 * struct question - a request of generic netlink, and what comes of it
 * @family: its number
 * @cmd: of the family
 * @flags: %NLM_F_ACK if an acknowledgement is what is waited for, else 0
 * @attrs: attributes, in two pieces
 * @data: %NETTUNE_REPLY_MAX bytes for answers
 * @answer: attributes of the answer
 * @words: %NETTUNE_MESSAGE_MAX bytes for the words of a refusal, or NULL
 */
struct question {
	u16 family;
	u8 cmd;
	u16 flags;
	struct kvec attrs[2];
	char *data;
	struct nt_attrs answer;
	char *words;
};

static struct header header_of(u32 device)
{
	const u16 len = nla_attr_size(sizeof(u32));

	return (struct header){
		.nest = { sizeof(struct header), ETHTOOL_A_RINGS_HEADER | NLA_F_NESTED },
		.index_head = { len, ETHTOOL_A_HEADER_DEV_INDEX },
		.index = device,
		.flags_head = { len, ETHTOOL_A_HEADER_FLAGS },
		.flags = ETHTOOL_FLAG_COMPACT_BITSETS,
	};
}

static int send_question(struct socket *sock, const struct question *question)
{
	/* An address makes the core check the credentials of the caller, and not of a file. */
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct msghdr msg = { .msg_name = &kernel, .msg_namelen = sizeof(kernel) };
	struct {
		struct nlmsghdr nlh;
		struct genlmsghdr genlh;
	} head = {
		.nlh.nlmsg_len = sizeof(head) + question->attrs[0].iov_len +
				 question->attrs[1].iov_len,
		.nlh.nlmsg_type = question->family,
		.nlh.nlmsg_flags = NLM_F_REQUEST | question->flags,
		.genlh.cmd = question->cmd,
		.genlh.version = 1,
	};
	struct kvec vec[] = { { &head, sizeof(head) }, question->attrs[0], question->attrs[1] };
	int r = kernel_sendmsg(sock, &msg, vec, ARRAY_SIZE(vec), head.nlh.nlmsg_len);

	return r < 0 ? r : 0;
}

/* What the acknowledgement says, and its words. */
static int take_ack(const struct nlmsghdr *nlh, char *ret_words)
{
	const u16 flags = NLM_F_ACK_TLVS | NLM_F_CAPPED;
	const struct nlmsgerr *ack = nlmsg_data(nlh);
	const struct nlattr *words = NULL;

	if (nlmsg_len(nlh) < (int)sizeof(*ack))
		return -EBADMSG;
	if (ret_words && (nlh->nlmsg_flags & flags) == flags)
		words = nlmsg_find_attr(nlh, sizeof(*ack), NLMSGERR_ATTR_MSG);
	if (words)
		nla_strscpy(ret_words, words, NETTUNE_MESSAGE_MAX);
	return ack->error;
}

/* Receives one message of the kernel's; -EAGAIN if it is another's. */
static int receive(struct socket *sock, struct question *question)
{
	struct sockaddr_nl from = { };
	struct msghdr msg = { .msg_name = &from };
	struct kvec vec = { question->data, NETTUNE_REPLY_MAX };
	int r = kernel_recvmsg(sock, &msg, &vec, 1, NETTUNE_REPLY_MAX, MSG_DONTWAIT);

	if (r < 0)
		return r == -EAGAIN ? -EBADMSG : r;
	if (from.nl_pid)
		return -EAGAIN;
	if (msg.msg_flags & MSG_TRUNC)
		return -E2BIG;
	return nlmsg_ok((const struct nlmsghdr *)question->data, r) ? 0 : -EBADMSG;
}

/*
 * Reads up to the acknowledgement, or the answer if that is what is waited for.
 * It is there already: the family was called in the course of sending.
 */
static int receive_answer(struct socket *sock, struct question *question)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)question->data;
	u32 i;
	int r;

	for (i = 0; i < ANSWERS_MAX; i++) {
		r = receive(sock, question);
		if (r == -EAGAIN)
			continue;
		if (r < 0)
			return r;
		if (nlh->nlmsg_type == NLMSG_ERROR)
			return take_ack(nlh, question->words);
		if (question->flags & NLM_F_ACK)
			continue;
		question->answer.data = nlmsg_attrdata(nlh, GENL_HDRLEN);
		question->answer.len = max(nlmsg_attrlen(nlh, GENL_HDRLEN), 0);
		return 0;
	}
	return -EBADMSG;
}

/* Puts @question to the kernel, as from @net, which the caller holds. */
static int ask(struct net *net, struct question *question)
{
	/* Only for the words of a refusal, and to be spared an echo of the request. */
	static const int options[] = { NETLINK_EXT_ACK, NETLINK_CAP_ACK };
	struct socket *sock;
	int r, on = 1;
	u32 i;

	r = sock_create_kern(net, PF_NETLINK, SOCK_RAW, NETLINK_GENERIC, &sock);
	if (r < 0)
		return r;
	for (i = 0; i < ARRAY_SIZE(options); i++)
		sock->ops->setsockopt(sock, SOL_NETLINK, options[i], KERNEL_SOCKPTR(&on),
				      sizeof(on));
	r = send_question(sock, question);
	if (r == 0)
		r = receive_answer(sock, question);
	sock_release(sock);
	return r;
}

/*
 * What tells a device of @net from others that have had its index, or 0 if there
 * is none: the number of its folder in sysfs, which moves and is renamed with it.
 */
static u32 folder_of(struct net *net, u32 device)
{
	struct net_device *dev;
	u32 folder = 0;

	rcu_read_lock();
	dev = dev_get_by_index_rcu(net, device);
	if (dev && dev->dev.kobj.sd)
		folder = kernfs_ino(dev->dev.kobj.sd);
	rcu_read_unlock();
	return folder;
}

/* As above, of ethtool netlink, in the namespace of the transaction if it still lives. */
static int ask_ethtool(const struct nt_step *step, const struct nt_op *op,
		       struct question *question)
{
	struct net *net = nt_txn_net_get(step->txn);
	int r = -ENODEV;

	if (!net)
		return -ENONET;
	question->family = ethtool_family;
	question->data = step->memory->wire;
	if (folder_of(net, op->ethnl.device) == op->ethnl.folder)
		r = ask(net, question);
	put_net(net);
	return r;
}

static struct nt_attrs attrs_of(const struct nt_value *value)
{
	return (struct nt_attrs){ .data = nt_value_data(value), .len = value->len };
}

static int check_request(struct nt_request *request, const struct nt_ethnl_kind *kind,
			 u32 *ret_device)
{
	const struct nt_attrs want = attrs_of(&request->want), undo = attrs_of(&request->undo);
	u32 undo_device;
	int r;

	r = nt_ethnl_check(kind, &want, ret_device);
	if (r < 0)
		return nt_refuse(request, NETTUNE_A_OP_VALUE,
				 "no header with a device's index, or attributes not sound", r);
	r = nt_ethnl_check(kind, &undo, &undo_device);
	if (r == 0 && undo_device != *ret_device)
		r = -EXDEV;
	if (r < 0)
		return nt_refuse(request, NETTUNE_A_OP_ETHNL_UNDO,
				 "undo is not sound, or of another device", r);
	return 0;
}

static int ethnl_get(struct nt_request *request, struct nt_op *op, struct nt_op_core *core)
{
	const struct nt_ethnl_kind *kind = nt_ethnl_kind_find(request->ethnl_cmd);
	struct nt_ethnl_undo *undo;
	int r;

	if (!ethtool_family)
		return nt_refuse(request, NETTUNE_A_OP_KIND, "kernel has no ethtool netlink",
				 -EOPNOTSUPP);
	if (!kind)
		return nt_refuse(request, NETTUNE_A_OP_ETHNL_CMD,
				 "command is not on the positive list", -EPERM);
	r = check_request(request, kind, &core->device);
	if (r < 0)
		return r;
	op->ethnl.folder = folder_of(request->net, core->device);
	if (!op->ethnl.folder)
		return nt_refuse(request, NETTUNE_A_OP_VALUE,
				 "no such device in the sender's network namespace", -ENODEV);
	undo = kmalloc(struct_size(undo, attrs, request->undo.len), GFP_KERNEL_ACCOUNT);
	if (!undo)
		return nt_refuse(request, 0, "no memory for undo", -ENOMEM);
	undo->len = request->undo.len;
	memcpy(undo->attrs, nt_value_data(&request->undo), undo->len);
	op->ethnl.undo = undo;
	op->ethnl.kind = kind;
	op->ethnl.device = core->device;
	core->tunable = nt_target_number("ethnl", core->device, kind->set);
	core->moves_device = kind->moves;
	return 0;
}

/* The attribute that says which of several things is meant goes into both requests. */
static struct kvec selector_of(const struct nt_op *op)
{
	const u8 selector = op->ethnl.kind->selector;
	struct nlattr *attr = NULL;

	if (selector)
		attr = nla_find((void *)nt_value_data(&op->want), op->want.len, selector);
	return (struct kvec){ .iov_base = attr, .iov_len = attr ? attr->nla_len : 0 };
}

static int ethnl_read(const struct nt_step *step, const struct nt_op *op, u32 *ret_len)
{
	const struct nt_attrs want = attrs_of(&op->want);
	struct header header = header_of(op->ethnl.device);
	struct question question = {
		.cmd = op->ethnl.kind->get,
		.attrs = { { &header, sizeof(header) }, selector_of(op) },
	};
	int r = ask_ethtool(step, op, &question);

	if (r < 0)
		return r;
	return nt_ethnl_pick(op->ethnl.kind, &want, &question.answer, step->memory->scratch,
			     NETTUNE_VALUE_MAX, ret_len);
}

/* A value that was read lacks the header, the requests of userspace have theirs. */
static int ethnl_write(const struct nt_step *step, const struct nt_op *op,
		       const struct nt_value *value)
{
	struct header header = header_of(op->ethnl.device);
	struct question question = {
		.cmd = op->ethnl.kind->set,
		.flags = NLM_F_ACK,
		.attrs = {
			{ &header, sizeof(header) },
			{ (void *)nt_value_data(value), value->len },
		},
		.words = step->memory->words,
	};

	if (value == &op->seen)
		question.attrs[1] = (struct kvec){ op->ethnl.undo->attrs, op->ethnl.undo->len };
	if (value == &op->seen || value == &op->want)
		question.attrs[0].iov_len = 0;
	return ask_ethtool(step, op, &question);
}

/*
 * A device whose driver still delivers packets of a queue that went makes some
 * kernels warn while packets are steered (RPS), and with panic_on_warn that is
 * the end. What adds queues takes them away again when it is undone. Modules
 * can't read panic_on_warn; the sender can, and then insists.
 */
static const char *ethnl_warn_of(const struct nt_op *op, const struct nt_op_core *core)
{
	if (core->flags & NETTUNE_OP_FLAG_FORCE || !nt_rps_is_used() ||
	    op->ethnl.kind->set != ETHTOOL_MSG_CHANNELS_SET)
		return NULL;
	return "other channels while RPS is in use may panic with panic_on_warn (force insists)";
}

static enum nt_value_match ethnl_compare(const struct nt_op *op, const struct nt_value *want,
					 const char *seen, u32 seen_len)
{
	const struct nt_attrs a = attrs_of(want), b = { .data = seen, .len = seen_len };

	return nt_ethnl_compare(op->ethnl.kind, &a, &b);
}

static void ethnl_put(struct nt_op *op)
{
	kfree(op->ethnl.undo);
}

const struct nt_op_kind nt_ethnl_op_kind = {
	.get = ethnl_get,
	.read = ethnl_read,
	.write = ethnl_write,
	.warn_of = ethnl_warn_of,
	.compare = ethnl_compare,
	.put = ethnl_put,
	.disturbs = true,
};

/**
 * nt_ethnl_init() - find the family of ethtool netlink
 *
 * A kernel without it is no failure: its operations are refused.
 *
 * Context: may sleep; takes cb_lock.
 *
 * Return: 0 or a negative errno.
 */
int nt_ethnl_init(void)
{
	static struct {
		struct nlattr head;
		char name[sizeof(ETHTOOL_GENL_NAME)];
	} name = { { sizeof(name), CTRL_ATTR_FAMILY_NAME }, ETHTOOL_GENL_NAME };
	struct question question = {
		.family = GENL_ID_CTRL,
		.cmd = CTRL_CMD_GETFAMILY,
		.attrs = { { &name, sizeof(name) } },
		.data = kmalloc(NETTUNE_REPLY_MAX, GFP_KERNEL),
	};
	const struct nlattr *id;
	int r;

	if (!question.data)
		return -ENOMEM;
	r = ask(&init_net, &question);
	id = nla_find(question.answer.data, question.answer.len, CTRL_ATTR_FAMILY_ID);
	if (id)
		ethtool_family = nla_get_u16(id);
	kfree(question.data);
	return r == -ENOMEM ? r : 0;
}
