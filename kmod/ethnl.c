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
#include <linux/mm.h>
#include <linux/net.h>
#include <linux/netlink.h>
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

/* Answers that are read before an acknowledgement must have come. */
#define ANSWERS_MAX 8

/* The header that the module writes: index and flags of the device. */
#define HEADER_BYTES (NLA_HDRLEN + 2 * nla_total_size(sizeof(u32)))

static_assert(NETTUNE_VALUE_MAX + NLMSG_HDRLEN + GENL_HDRLEN + 64 <= NETTUNE_REPLY_MAX);

/* Number of the family; 0 if the kernel is without it. */
static u16 ethtool_family;

/**
 * struct question - a request of generic netlink, built in the wire memory
 * @data: %NETTUNE_REPLY_MAX bytes, first the request, then answers
 * @len: bytes of the request
 * @error: 0, or why it is not whole
 * @answer: attributes of the first answer
 * @words: %NETTUNE_MESSAGE_MAX bytes for the words of a refusal, or NULL
 */
struct question {
	char *data;
	u32 len;
	int error;
	struct nt_attrs answer;
	char *words;
};

static void question_begin(struct question *question, u16 family, u8 cmd)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)question->data;
	struct genlmsghdr *genlh = nlmsg_data(nlh);

	memset(question->data, 0, NLMSG_HDRLEN + GENL_HDRLEN);
	nlh->nlmsg_type = family;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	nlh->nlmsg_seq = 1;
	genlh->cmd = cmd;
	genlh->version = 1;
	question->len = NLMSG_HDRLEN + GENL_HDRLEN;
}

/* What is put here was limited when the operation was accepted. */
static void question_put(struct question *question, const void *data, u32 len)
{
	u32 at = NLMSG_ALIGN(question->len);

	if (at + len > NETTUNE_REPLY_MAX) {
		question->error = -E2BIG;
		return;
	}
	memcpy(question->data + at, data, len);
	question->len = at + len;
}

static void question_put_attr(struct question *question, u16 type, const void *data, u16 len)
{
	const struct nlattr head = { .nla_len = NLA_HDRLEN + len, .nla_type = type };

	question_put(question, &head, sizeof(head));
	question_put(question, data, len);
}

/* Names the device, and asks for bitsets in the form that core/ethnl reads. */
static void question_put_header(struct question *question, u32 device)
{
	const u32 flags = ETHTOOL_FLAG_COMPACT_BITSETS;
	const struct nlattr nest = {
		.nla_len = HEADER_BYTES,
		.nla_type = ETHTOOL_A_RINGS_HEADER | NLA_F_NESTED,
	};

	question_put(question, &nest, sizeof(nest));
	question_put_attr(question, ETHTOOL_A_HEADER_DEV_INDEX, &device, sizeof(device));
	question_put_attr(question, ETHTOOL_A_HEADER_FLAGS, &flags, sizeof(flags));
}

static int send_question(struct socket *sock, struct question *question)
{
	/* An address makes the core check the credentials of the caller, and not of a file. */
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct msghdr msg = { .msg_name = &kernel, .msg_namelen = sizeof(kernel) };
	struct kvec vec = { .iov_base = question->data, .iov_len = question->len };
	int r;

	((struct nlmsghdr *)question->data)->nlmsg_len = question->len;
	r = kernel_sendmsg(sock, &msg, &vec, 1, question->len);
	return r < 0 ? r : 0;
}

/* Keeps the words of the acknowledgement behind @nlh. */
static void take_words(const struct nlmsghdr *nlh, char *ret_words)
{
	const struct nlmsgerr *err = nlmsg_data(nlh);
	int skip = sizeof(*err), left;
	const struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += nlmsg_len(&err->msg);
	left = nlmsg_len(nlh) - NLMSG_ALIGN(skip);
	if (left <= 0)
		return;
	attr = nla_find((void *)err + NLMSG_ALIGN(skip), left, NLMSGERR_ATTR_MSG);
	if (attr)
		nla_strscpy(ret_words, attr, NETTUNE_MESSAGE_MAX);
}

/*
 * Takes what came in one datagram. Returns 1 while the acknowledgement is
 * still to come, else what it says.
 */
static int take_answer(struct question *question, u32 len)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)question->data;

	if (!nlmsg_ok(nlh, len))
		return -EBADMSG;
	if (nlh->nlmsg_type != NLMSG_ERROR) {
		if (nlmsg_len(nlh) < GENL_HDRLEN)
			return -EBADMSG;
		return 1;
	}
	if (nlmsg_len(nlh) < (int)sizeof(struct nlmsgerr))
		return -EBADMSG;
	if (question->words)
		take_words(nlh, question->words);
	return ((const struct nlmsgerr *)nlmsg_data(nlh))->error;
}

/*
 * Reads answers up to the acknowledgement. They are there already: the family
 * was called in the course of sending. The first that is none is left behind
 * the place where the next are read, so that it survives them.
 */
static int receive_answers(struct socket *sock, struct question *question)
{
	struct question rest = *question;
	u32 room = NETTUNE_REPLY_MAX, i;
	int r = 1;

	for (i = 0; i < ANSWERS_MAX && r > 0; i++) {
		struct msghdr msg = { .msg_flags = MSG_DONTWAIT };
		struct kvec vec = { .iov_base = rest.data, .iov_len = room };

		r = kernel_recvmsg(sock, &msg, &vec, 1, room, MSG_DONTWAIT);
		if (r < 0)
			return r == -EAGAIN ? -EBADMSG : r;
		if (msg.msg_flags & MSG_TRUNC)
			return -E2BIG;
		r = take_answer(&rest, r);
		if (r == 1 && !question->answer.data) {
			const struct nlmsghdr *nlh = (const struct nlmsghdr *)rest.data;

			question->answer.data = (char *)nlmsg_data(nlh) + GENL_HDRLEN;
			question->answer.len = nlmsg_len(nlh) - GENL_HDRLEN;
			rest.data += NLMSG_ALIGN(nlh->nlmsg_len);
			room -= min_t(u32, NLMSG_ALIGN(nlh->nlmsg_len), room);
		}
	}
	return r > 0 ? -EBADMSG : r;
}

static int set_option(struct socket *sock, int option)
{
	int on = 1;

	return sock->ops->setsockopt(sock, SOL_NETLINK, option, KERNEL_SOCKPTR(&on), sizeof(on));
}

/* Puts @question to the kernel, as from @net, which the caller holds. */
static int ask(struct net *net, struct question *question)
{
	struct socket *sock;
	int r;

	if (question->error)
		return question->error;
	r = sock_create_kern(net, PF_NETLINK, SOCK_RAW, NETLINK_GENERIC, &sock);
	if (r < 0)
		return r;
	/* Only for the words of a refusal, and to be spared an echo of the request. */
	set_option(sock, NETLINK_EXT_ACK);
	set_option(sock, NETLINK_CAP_ACK);
	r = send_question(sock, question);
	if (r == 0)
		r = receive_answers(sock, question);
	sock_release(sock);
	return r;
}

/* As above, in the namespace of the transaction if it still lives. */
static int ask_for_txn(const struct nt_step *step, struct question *question)
{
	struct net *net = nt_txn_net_get(step->txn);
	int r;

	if (!net)
		return -ENONET;
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
	op->ethnl.undo = kvmalloc(request->undo.len, GFP_KERNEL_ACCOUNT);
	if (!op->ethnl.undo)
		return nt_refuse(request, 0, "no memory for undo", -ENOMEM);
	memcpy(op->ethnl.undo, nt_value_data(&request->undo), request->undo.len);
	op->ethnl.undo_len = request->undo.len;
	op->ethnl.kind = kind;
	op->ethnl.device = core->device;
	core->tunable = nt_target_number("ethnl", core->device, kind->set);
	core->moves_device = kind->moves;
	return 0;
}

/* The attribute that says which of several things is meant goes into both requests. */
static void put_selector(struct question *question, const struct nt_op *op)
{
	const struct nlattr *attr = NULL;

	if (op->ethnl.kind->selector)
		attr = nla_find((const struct nlattr *)nt_value_data(&op->want), op->want.len,
				op->ethnl.kind->selector);
	if (attr)
		question_put(question, attr, attr->nla_len);
}

static int ethnl_read(const struct nt_step *step, const struct nt_op *op, u32 *ret_len)
{
	const struct nt_attrs want = attrs_of(&op->want);
	struct question question = { .data = step->memory->wire };
	size_t len;
	int r;

	question_begin(&question, ethtool_family, op->ethnl.kind->get);
	question_put_header(&question, op->ethnl.device);
	put_selector(&question, op);
	r = ask_for_txn(step, &question);
	if (r == 0)
		r = nt_ethnl_pick(op->ethnl.kind, &want, &question.answer, step->memory->scratch,
				  NETTUNE_VALUE_MAX, &len);
	if (r == 0)
		*ret_len = len;
	return r;
}

/* A value that was read lacks the header, the requests of userspace have theirs. */
static int ethnl_write(const struct nt_step *step, const struct nt_op *op,
		       const struct nt_value *value)
{
	struct question question = { .data = step->memory->wire, .words = step->memory->words };

	question_begin(&question, ethtool_family, op->ethnl.kind->set);
	if (value == &op->seen) {
		question_put(&question, op->ethnl.undo, op->ethnl.undo_len);
	} else {
		if (value != &op->want)
			question_put_header(&question, op->ethnl.device);
		question_put(&question, nt_value_data(value), value->len);
	}
	return ask_for_txn(step, &question);
}

/*
 * A device whose driver still delivers packets of a queue that went makes some
 * kernels warn while packets are steered (RPS), and with panic_on_warn that is
 * the end. Modules can't read panic_on_warn; the sender can, and then insists.
 */
static const char *ethnl_warn_of(const struct nt_op *op, const struct nt_op_core *core,
			       const struct nt_value *now)
{
	const struct nt_attrs want = attrs_of(&op->want), seen = attrs_of(now);

	if (core->flags & NETTUNE_OP_FLAG_FORCE || !nt_rps_is_used() ||
	    !nt_ethnl_fewer_channels(op->ethnl.kind, &want, &seen))
		return NULL;
	return "fewer channels while RPS is in use may panic with panic_on_warn (force insists)";
}

static enum nt_value_match ethnl_compare(const struct nt_op *op, const struct nt_value *want,
					 const char *seen, u32 seen_len)
{
	const struct nt_attrs a = attrs_of(want), b = { .data = seen, .len = seen_len };

	return nt_ethnl_compare(op->ethnl.kind, &a, &b);
}

static void ethnl_put(struct nt_op *op)
{
	kvfree(op->ethnl.undo);
	op->ethnl.undo = NULL;
	op->ethnl.undo_len = 0;
}

const struct nt_op_kind nt_ethnl_op_kind = {
	.get = ethnl_get,
	.read = ethnl_read,
	.write = ethnl_write,
	.warn_of = ethnl_warn_of,
	.compare = ethnl_compare,
	.put = ethnl_put,
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
	struct question question = { .data = kvmalloc(NETTUNE_REPLY_MAX, GFP_KERNEL) };
	const struct nlattr *id = NULL;
	int r;

	if (!question.data)
		return -ENOMEM;
	question_begin(&question, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	question_put_attr(&question, CTRL_ATTR_FAMILY_NAME, ETHTOOL_GENL_NAME,
			  sizeof(ETHTOOL_GENL_NAME));
	r = ask(&init_net, &question);
	if (r == 0 && question.answer.data)
		id = nla_find((const struct nlattr *)question.answer.data, question.answer.len,
			      CTRL_ATTR_FAMILY_ID);
	if (id)
		ethtool_family = nla_get_u16(id);
	kvfree(question.data);
	return r == -ENOMEM ? r : 0;
}
