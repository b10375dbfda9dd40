// SPDX-License-Identifier: GPL-2.0-or-later
/* One network device by rtnetlink: what it is, MTU, queue length, and waiting for its carrier. */
#include <errno.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "ethnl_parse.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "nic_live.h"
#include "nlreq.h"

/* The kernel tells of a carrier at most once a second, so it is also asked. */
#define ASK_MS 200

static int on_link(struct nlmsghdr *reply, void *user)
{
	const struct ifinfomsg *info = nlmsg_data(reply);
	struct nt_nic_link *link = user;
	struct nlattr *attrs;
	int len = nt_nl_attrs(reply, sizeof(*info), &attrs);

	if (len < 0 || reply->nlmsg_type != RTM_NEWLINK)
		return -EBADMSG;
	*link = (struct nt_nic_link){
		.ifindex = info->ifi_index,
		.up = info->ifi_flags & IFF_UP,
		.carrier = info->ifi_flags & IFF_LOWER_UP,
	};
	return nt_ethnl_parse_link(attrs, len, link);
}

/* @type: RTM_GETLINK or RTM_SETLINK; NULL when there is no memory */
static struct nl_msg *request_for(const char *dev, int type)
{
	struct ifinfomsg info = { .ifi_family = AF_UNSPEC };
	nt_auto(nt_nl_msg_free_p) struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_ACK);
	struct nl_msg *ret;

	if (!msg || nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
	    nla_put_string(msg, IFLA_IFNAME, dev) < 0)
		return NULL;
	ret = msg;
	msg = NULL;
	return ret;
}

/* Statistics are half of what there is to tell, and virtual functions can be the other. */
static int ask_link(struct nl_sock *sk, const char *dev, struct nt_nic_link *ret,
		    struct nt_nl_answer *answer)
{
	nt_auto(nt_nl_msg_free_p) struct nl_msg *msg = request_for(dev, RTM_GETLINK);
	struct nt_nic_link link = { 0 };
	int r;

	if (!msg || nla_put_u32(msg, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS) < 0)
		return -ENOMEM;
	r = nt_nl_ask(sk, msg, on_link, &link, answer);
	if (r == 0 && link.ifindex == 0)
		r = -EBADMSG;
	if (r == 0)
		*ret = link;
	return r;
}

static int report(const char *dev, const char *what, int err, const struct nt_nl_answer *answer,
		  struct nt_diag *diag)
{
	return nt_diag_err(diag, -err, "%s: %s%s", dev, what,
			   answer->message[0] ? answer->message : strerror(-err));
}

static int open_for(const char *dev, struct nl_sock **ret, struct nt_diag *diag)
{
	int r;

	/* Cut off, it could be the name of another. */
	if (!dev[0] || strlen(dev) >= IFNAMSIZ)
		return nt_diag_err(diag, ENODEV, "%s: %s", dev, strerror(ENODEV));
	r = nt_nl_open(NETLINK_ROUTE, ret);
	return r < 0 ? nt_diag_err(diag, -r, "%s: rtnetlink: %s", dev, strerror(-r)) : 0;
}

/* See struct nt_nic_ops. */
int nt_link_get(struct nt_io *io, const char *dev, struct nt_nic_link *ret, struct nt_diag *diag)
{
	nt_auto(nt_nl_socket_free_p) struct nl_sock *sk = NULL;
	struct nt_nl_answer answer = { 0 };
	int r;

	(void)io;
	r = open_for(dev, &sk, diag);
	if (r < 0)
		return r;
	r = ask_link(sk, dev, ret, &answer);
	return r < 0 ? report(dev, "", r, &answer, diag) : 0;
}

/**
 * struct number - a number of a link that can be set
 * @attr: IFLA_*
 * @what: in words, with ": " behind it
 */
struct number {
	int attr;
	const char *what;
};

static int send_number(struct nl_sock *sk, const char *dev, const struct number *number,
		       uint32_t value, struct nt_diag *diag)
{
	nt_auto(nt_nl_msg_free_p) struct nl_msg *msg = request_for(dev, RTM_SETLINK);
	struct nt_nl_answer answer;
	int r;

	if (!msg || nla_put_u32(msg, number->attr, value) < 0)
		return -ENOMEM;
	r = nt_nl_ask(sk, msg, NULL, NULL, &answer);
	return r < 0 ? report(dev, number->what, r, &answer, diag) : 0;
}

/* See struct nt_nic_ops. */
int nt_link_mtu_set(struct nt_io *io, const char *dev, uint32_t mtu, struct nt_diag *diag)
{
	static const struct number number = { IFLA_MTU, "mtu: " };
	nt_auto(nt_nl_socket_free_p) struct nl_sock *sk = NULL;
	struct nt_nl_answer answer = { 0 };
	struct nt_nic_link now;
	int r;

	(void)io;
	r = open_for(dev, &sk, diag);
	if (r < 0)
		return r;
	r = ask_link(sk, dev, &now, &answer);
	if (r < 0)
		return report(dev, number.what, r, &answer, diag);
	return now.mtu == mtu ? 0 : send_number(sk, dev, &number, mtu, diag);
}

/* See struct nt_nic_ops. */
int nt_link_tx_queue_len_set(struct nt_io *io, const char *dev, uint32_t len, struct nt_diag *diag)
{
	static const struct number number = { IFLA_TXQLEN, "transmit queue length: " };
	nt_auto(nt_nl_socket_free_p) struct nl_sock *sk = NULL;
	struct nt_nl_answer answer = { 0 };
	struct nt_nic_link now;
	int r;

	(void)io;
	r = open_for(dev, &sk, diag);
	if (r < 0)
		return r;
	r = ask_link(sk, dev, &now, &answer);
	if (r < 0)
		return report(dev, number.what, r, &answer, diag);
	return now.tx_queue_len == len ? 0 : send_number(sk, dev, &number, len, diag);
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000U + (uint64_t)now.tv_nsec / 1000000U;
}

/* Until something happens to a link, or it is time to ask again. What it was, asking tells. */
static void wait_for_event(struct nl_sock *events, uint64_t rest_ms)
{
	struct pollfd fd = { .fd = nl_socket_get_fd(events), .events = POLLIN };
	char event[512];

	if (poll(&fd, 1, rest_ms < ASK_MS ? (int)rest_ms : ASK_MS) <= 0)
		return;
	while (recv(fd.fd, event, sizeof(event), MSG_DONTWAIT) >= 0)
		;
}

/* See struct nt_nic_ops. */
int nt_link_ready_wait(struct nt_io *io, const char *dev, enum nt_nic_ready ready,
		       uint32_t timeout_ms, struct nt_diag *diag)
{
	nt_auto(nt_nl_socket_free_p) struct nl_sock *sk = NULL, *events = NULL;
	uint64_t end_ms = now_ms() + timeout_ms, at_ms;
	struct nt_nl_answer answer = { 0 };
	struct nt_nic_link link;
	int r;

	(void)io;
	r = open_for(dev, &sk, diag);
	if (r == 0)
		r = open_for(dev, &events, diag);
	if (r < 0)
		return r;
	(void)nl_socket_add_membership(events, RTNLGRP_LINK);
	for (;;) {
		r = ask_link(sk, dev, &link, &answer);
		if (r < 0)
			return report(dev, "carrier: ", r, &answer, diag);
		if (nt_nic_ready(&link) >= ready)
			return 0;
		at_ms = now_ms();
		if (at_ms >= end_ms)
			return nt_diag_err(diag, ETIMEDOUT, "%s: %s within %u ms", dev,
					   link.carrier ? "not used by its bond" : "no carrier",
					   timeout_ms);
		wait_for_event(events, end_ms - at_ms);
	}
}
