// SPDX-License-Identifier: GPL-2.0-or-later
/* Datagrams of netlink taken apart. See nlreply.h. */
#include "nlreply.h"

#include <errno.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

/* Drivers choose these words: nothing of them may steer a terminal. */
static void take_message(const struct nlattr *attr, char *message)
{
	const char *text = nla_data(attr);
	size_t len = strnlen(text, (size_t)nla_len(attr));

	if (len >= NT_NL_MESSAGE_MAX)
		len = NT_NL_MESSAGE_MAX - 1;
	for (size_t i = 0; i < len; i++)
		message[i] = text[i] < ' ' || text[i] == 0x7f ? '?' : text[i];
	message[len] = '\0';
}

/* The attributes behind an acknowledgement; one that makes no sense has nothing to say. */
static void take_extack(struct nlmsghdr *head, size_t skip, struct nt_nl_answer *answer)
{
	struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];
	size_t have = (size_t)nlmsg_datalen(head);

	skip = NLMSG_ALIGN(skip);
	if (!(head->nlmsg_flags & NLM_F_ACK_TLVS) || skip >= have)
		return;
	if (nla_parse(tb, NLMSGERR_ATTR_MAX, (struct nlattr *)((char *)nlmsg_data(head) + skip),
		      (int)(have - skip), NULL) < 0)
		return;
	if (tb[NLMSGERR_ATTR_MSG])
		take_message(tb[NLMSGERR_ATTR_MSG], answer->message);
	if (tb[NLMSGERR_ATTR_OFFS] && nla_len(tb[NLMSGERR_ATTR_OFFS]) == sizeof(uint32_t))
		answer->offset = nla_get_u32(tb[NLMSGERR_ATTR_OFFS]);
}

/* A kernel that did not cap it sends the whole request back in front of the attributes. */
static int take_error(struct nlmsghdr *head, struct nt_nl_answer *answer)
{
	const struct nlmsgerr *error = nlmsg_data(head);
	size_t skip = sizeof(*error);

	if (nlmsg_datalen(head) < (int)sizeof(*error))
		return -EBADMSG;
	if (error->error > 0)
		return -EBADMSG;
	if (!(head->nlmsg_flags & NLM_F_CAPPED)) {
		if (error->msg.nlmsg_len < NLMSG_HDRLEN)
			return -EBADMSG;
		skip += error->msg.nlmsg_len - NLMSG_HDRLEN;
	}
	answer->err = error->error;
	answer->done = true;
	take_extack(head, skip, answer);
	return 0;
}

/* The end of a dump, with the dump's error. */
static int take_done(struct nlmsghdr *head, struct nt_nl_answer *answer)
{
	int err = 0;

	if (nlmsg_datalen(head) >= (int)sizeof(err))
		memcpy(&err, nlmsg_data(head), sizeof(err));
	if (err > 0)
		return -EBADMSG;
	answer->err = err;
	answer->done = true;
	take_extack(head, sizeof(err), answer);
	return 0;
}

static int take_one(struct nlmsghdr *head, nt_nl_reply_fn fn, void *user,
		    struct nt_nl_answer *answer)
{
	if (head->nlmsg_flags & NLM_F_DUMP_INTR)
		answer->interrupted = true;
	switch (head->nlmsg_type) {
	case NLMSG_NOOP:
		return 0;
	case NLMSG_ERROR:
		return take_error(head, answer);
	case NLMSG_DONE:
		return take_done(head, answer);
	case NLMSG_OVERRUN:
		return -EOVERFLOW;
	default:
		return fn ? fn(head, user) : 0;
	}
}

/* See nlreply.h. */
int nt_nl_take(void *buf, size_t len, uint32_t seq, nt_nl_reply_fn fn, void *user,
	       struct nt_nl_answer *answer)
{
	struct nlmsghdr *head = buf;
	int rest = (int)len, r;

	if (len > INT32_MAX || !nlmsg_ok(head, rest))
		return -EBADMSG;
	for (; nlmsg_ok(head, rest); head = nlmsg_next(head, &rest)) {
		if (head->nlmsg_seq != seq || answer->done)
			continue;
		r = take_one(head, fn, user, answer);
		if (r < 0)
			return r;
	}
	return rest > 0 ? -EBADMSG : 0;
}

/* See nlreply.h. */
int nt_nl_attrs(struct nlmsghdr *reply, size_t head_bytes, struct nlattr **ret)
{
	if ((size_t)nlmsg_datalen(reply) < head_bytes)
		return -EBADMSG;
	*ret = nlmsg_attrdata(reply, (int)head_bytes);
	return nlmsg_attrlen(reply, (int)head_bytes);
}
