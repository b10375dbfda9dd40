// SPDX-License-Identifier: GPL-2.0-or-later
/* Which NAPI instance serves which queue, and its interrupt, by the family "netdev" (Linux 6.8). */
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
	struct nlattr *attrs;
	uint32_t id, irq;
	int len = nt_nl_attrs(reply, GENL_HDRLEN, &attrs), r;

	if (len < 0)
		return len;
	r = nt_ethnl_parse_napi(attrs, len, &id, &irq);
	for (size_t i = 0; r == 0 && i < napis->n; i++)
		if (napis->list[i].napi_id == id)
			napis->list[i].irq = irq;
	return r;
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

/* See struct nt_nic_ops. */
int nt_napi_list(struct nt_io *io, const char *dev, nt_io_napi_fn fn, void *user)
{
	nt_auto(nt_nl_socket_free_p) struct nl_sock *sk = NULL;
	nt_autofree struct napis *napis = malloc(sizeof(*napis));
	unsigned int ifindex = strlen(dev) < IFNAMSIZ ? if_nametoindex(dev) : 0;
	int family, r;

	(void)io;
	if (!napis)
		return -ENOMEM;
	if (ifindex == 0)
		return -ENODEV;
	r = nt_nl_open(NETLINK_GENERIC, &sk);
	if (r < 0)
		return r;
	family = genl_ctrl_resolve(sk, NT_NETDEV_FAMILY_NAME);
	if (family < 0)
		return family == -NLE_NOMEM ? -ENOMEM : -EOPNOTSUPP;
	r = read_napis(sk, family, ifindex, napis);
	for (size_t i = 0; r == 0 && i < napis->n; i++)
		r = fn(&napis->list[i], user);
	return r;
}
