// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which NAPI instance serves which queue, its interrupt, and how it is polled, by the family
 * "netdev" (Linux 6.8; how it is polled since 6.13). Ids of instances change with the channels:
 * they are asked for anew each time.
 */
#include <errno.h>
#include <net/if.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "ethnl_parse.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "nic_live.h"
#include "nlreq.h"
#include "uapi_new.h"

/* A device that changes while it is read is read again, this often. */
#define TRIES_MAX 3U

/* A queue of each kind. */
#define NAPIS_MAX (2U * NT_NIC_QUEUES_MAX)

/**
 * struct napis - what was told so far
 * @list: queues with their NAPI instances
 * @n: how many
 */
struct napis {
	struct nt_io_napi list[NAPIS_MAX];
	size_t n;
};

static int on_queue(struct nlmsghdr *reply, void *user)
{
	struct napis *napis = user;
	struct nt_io_napi napi;
	struct nlattr *attrs;
	int len = nt_nl_attrs(reply, GENL_HDRLEN, &attrs), r;

	if (len < 0)
		return len;
	r = nt_ethnl_parse_queue(attrs, len, &napi);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	if (napis->n == NAPIS_MAX)
		return -E2BIG;
	napis->list[napis->n++] = napi;
	return 0;
}

static int on_napi(struct nlmsghdr *reply, void *user)
{
	struct napis *napis = user;
	struct nt_io_napi napi;
	struct nlattr *attrs;
	int len = nt_nl_attrs(reply, GENL_HDRLEN, &attrs), r;

	if (len < 0)
		return len;
	r = nt_ethnl_parse_napi(attrs, len, &napi);
	for (size_t i = 0; r == 0 && i < napis->n; i++) {
		if (napis->list[i].napi_id != napi.napi_id)
			continue;
		napis->list[i].irq = napi.irq;
		napis->list[i].polled = napi.polled;
	}
	return r;
}

static bool is_before(const struct nt_io_napi *a, const struct nt_io_napi *b)
{
	return a->kind != b->kind ? a->kind < b->kind : a->queue < b->queue;
}

/* An instance goes by the first of the queues that it serves. */
static void find_leaders(struct napis *napis)
{
	for (size_t i = 0; i < napis->n; i++) {
		struct nt_io_napi *napi = &napis->list[i];

		napi->leads = true;
		for (size_t k = 0; k < napis->n && napi->leads; k++)
			napi->leads = napis->list[k].napi_id != napi->napi_id ||
				      !is_before(&napis->list[k], napi);
	}
}

/**
 * struct dump - a request for all queues, or all NAPI instances, of a device
 * @cmd: NT_NETDEV_CMD_*
 * @ifindex_attr: names the device
 * @fn: told of each
 */
struct dump {
	uint8_t cmd;
	int ifindex_attr;
	nt_nl_reply_fn fn;
};

static const struct dump dumps[] = {
	{ NT_NETDEV_CMD_QUEUE_GET, NT_NETDEV_A_QUEUE_IFINDEX, on_queue },
	{ NT_NETDEV_CMD_NAPI_GET, NT_NETDEV_A_NAPI_IFINDEX, on_napi },
};

/* -EAGAIN when something changed meanwhile. */
static int send_dump(struct nl_sock *sk, int family, const struct dump *dump, uint32_t ifindex,
		     struct napis *napis)
{
	nt_auto(nt_nl_msg_free_p) struct nl_msg *msg = nlmsg_alloc();
	struct nt_nl_answer answer;
	int r;

	if (!msg ||
	    !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, NLM_F_REQUEST | NLM_F_DUMP,
			 dump->cmd, 1) ||
	    nla_put_u32(msg, dump->ifindex_attr, ifindex) < 0)
		return -ENOMEM;
	r = nt_nl_ask(sk, msg, dump->fn, napis, &answer);
	return r == 0 && answer.interrupted ? -EAGAIN : r;
}

static int read_napis(struct nl_sock *sk, int family, uint32_t ifindex, struct napis *napis)
{
	int r = -EAGAIN;

	for (unsigned int tries = 0; r == -EAGAIN && tries < TRIES_MAX; tries++) {
		napis->n = 0;
		r = send_dump(sk, family, &dumps[0], ifindex, napis);
		if (r == 0)
			r = send_dump(sk, family, &dumps[1], ifindex, napis);
	}
	return r;
}

/**
 * struct family - the family "netdev" and a device
 * @id: of the family
 */
struct family {
	struct nl_sock *sk;
	int id;
	uint32_t ifindex;
};

/* -ENODEV, -EOPNOTSUPP when the kernel does not have the family. @ret->sk is the caller's. */
static int open_family(const char *dev, struct family *ret)
{
	nt_auto(nt_nl_socket_free_p) struct nl_sock *sk = NULL;
	unsigned int ifindex = strlen(dev) < IFNAMSIZ ? if_nametoindex(dev) : 0;
	int id, r;

	if (ifindex == 0)
		return -ENODEV;
	r = nt_nl_open(NETLINK_GENERIC, &sk);
	if (r < 0)
		return r;
	id = genl_ctrl_resolve(sk, NT_NETDEV_FAMILY_NAME);
	if (id < 0)
		return id == -NLE_NOMEM ? -ENOMEM : -EOPNOTSUPP;
	*ret = (struct family){ .sk = sk, .id = id, .ifindex = ifindex };
	sk = NULL;
	return 0;
}

static void close_family(struct family *family)
{
	nl_socket_free(family->sk);
}

/* See struct nt_nic_ops. */
int nt_napi_list(struct nt_io *io, const char *dev, nt_io_napi_fn fn, void *user)
{
	nt_auto(close_family) struct family family = { 0 };
	nt_autofree struct napis *napis = malloc(sizeof(*napis));
	int r = napis ? open_family(dev, &family) : -ENOMEM;

	(void)io;
	if (r == 0)
		r = read_napis(family.sk, family.id, family.ifindex, napis);
	if (r < 0)
		return r;
	find_leaders(napis);
	for (size_t i = 0; r == 0 && i < napis->n; i++)
		r = fn(&napis->list[i], user);
	return r;
}

/* ---- one instance ---- */

struct queue_reply {
	struct nt_io_napi napi;
	int r;
};

static int on_one_queue(struct nlmsghdr *reply, void *user)
{
	struct queue_reply *got = user;
	struct nlattr *attrs;
	int len = nt_nl_attrs(reply, GENL_HDRLEN, &attrs);

	if (len < 0)
		return len;
	got->r = nt_ethnl_parse_queue(attrs, len, &got->napi);
	return got->r == -ENOENT ? 0 : got->r;
}

static int on_one_napi(struct nlmsghdr *reply, void *user)
{
	struct queue_reply *got = user;
	struct nlattr *attrs;
	int len = nt_nl_attrs(reply, GENL_HDRLEN, &attrs);

	if (len < 0)
		return len;
	got->r = nt_ethnl_parse_napi(attrs, len, &got->napi);
	return got->r;
}

static struct nl_msg *start_request(const struct family *family, uint8_t cmd)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (msg && !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family->id, 0,
				NLM_F_REQUEST | NLM_F_ACK, cmd, 1)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

/* The id of the instance that serves the queue; -ENOENT while there is none. */
static int ask_queue(const struct family *family, enum nt_queue_kind kind, uint32_t queue,
		     uint32_t *ret_id)
{
	nt_auto(nt_nl_msg_free_p) struct nl_msg *msg =
		start_request(family, NT_NETDEV_CMD_QUEUE_GET);
	struct queue_reply got = { .r = -ENOENT };
	struct nt_nl_answer answer;
	int r;

	if (!msg || nla_put_u32(msg, NT_NETDEV_A_QUEUE_IFINDEX, family->ifindex) < 0 ||
	    nla_put_u32(msg, NT_NETDEV_A_QUEUE_TYPE, kind == NT_QUEUE_RX
			? NT_NETDEV_QUEUE_TYPE_RX : NT_NETDEV_QUEUE_TYPE_TX) < 0 ||
	    nla_put_u32(msg, NT_NETDEV_A_QUEUE_ID, queue) < 0)
		return -ENOMEM;
	r = nt_nl_ask(family->sk, msg, on_one_queue, &got, &answer);
	/* A queue that the device does not have (netdev_nl_queue_validate()). */
	if (r == -EINVAL)
		return -ENOENT;
	*ret_id = got.napi.napi_id;
	return r < 0 ? r : got.r;
}

static int ask_napi(const struct family *family, uint32_t id, struct nt_io_napi *ret)
{
	nt_auto(nt_nl_msg_free_p) struct nl_msg *msg =
		start_request(family, NT_NETDEV_CMD_NAPI_GET);
	struct queue_reply got = { .r = -ENOENT };
	struct nt_nl_answer answer;
	int r;

	if (!msg || nla_put_u32(msg, NT_NETDEV_A_NAPI_ID, id) < 0)
		return -ENOMEM;
	r = nt_nl_ask(family->sk, msg, on_one_napi, &got, &answer);
	if (r == 0)
		r = got.r;
	if (r == 0)
		*ret = got.napi;
	return r;
}

static int find_napi(const struct family *family, enum nt_queue_kind kind, uint32_t queue,
		     struct nt_io_napi *ret)
{
	uint32_t id;
	int r = ask_queue(family, kind, queue, &id);

	if (r == 0)
		r = ask_napi(family, id, ret);
	ret->kind = kind;
	ret->queue = queue;
	return r;
}

/* See struct nt_nic_ops. */
int nt_napi_get(struct nt_io *io, const char *dev, enum nt_queue_kind kind, uint32_t queue,
		struct nt_io_napi *ret, struct nt_diag *diag)
{
	nt_auto(close_family) struct family family = { 0 };
	struct nt_io_napi napi;
	int r = open_family(dev, &family);

	(void)io;
	if (r == 0)
		r = find_napi(&family, kind, queue, &napi);
	if (r < 0)
		return nt_diag_err(diag, -r, "%s: napi of %s-%u: %s", dev,
				   nt_queue_kind_name(kind), queue, strerror(-r));
	*ret = napi;
	return 0;
}

static int set_value(const struct family *family, uint32_t id, enum nt_napi_field field,
		     uint64_t value, struct nt_nl_answer *answer)
{
	nt_auto(nt_nl_msg_free_p) struct nl_msg *msg =
		start_request(family, NT_NETDEV_CMD_NAPI_SET);
	int r = msg && nla_put_u32(msg, NT_NETDEV_A_NAPI_ID, id) == 0
		? nt_ethnl_put_napi(msg, field, value) : -ENOMEM;

	return r < 0 ? r : nt_nl_ask(family->sk, msg, NULL, NULL, answer);
}

/* See struct nt_nic_ops. */
int nt_napi_set(struct nt_io *io, const char *dev, const struct nt_io_napi *which,
		enum nt_napi_field field, uint64_t value, struct nt_diag *diag)
{
	nt_auto(close_family) struct family family = { 0 };
	struct nt_nl_answer answer = { 0 };
	struct nt_io_napi napi = { 0 };
	int r = open_family(dev, &family);

	(void)io;
	if (r == 0)
		r = find_napi(&family, which->kind, which->queue, &napi);
	if (r == 0 && !(napi.polled.has & 1U << field))
		r = -EOPNOTSUPP;
	if (r == 0 && napi.polled.value[field] != value)
		r = set_value(&family, napi.napi_id, field, value, &answer);
	if (r < 0)
		return nt_diag_err(diag, -r, "%s: %s of %s-%u: %s", dev, nt_napi_name(field),
				   nt_queue_kind_name(which->kind), which->queue,
				   *answer.message ? answer.message : strerror(-r));
	return 0;
}
