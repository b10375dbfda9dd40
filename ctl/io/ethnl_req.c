// SPDX-License-Identifier: GPL-2.0-or-later
/* Requests of the family "ethtool". See ethnl.h. */
#include "ethnl.h"

#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <linux/if.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <string.h>

#include "lib/diag.h"

#define HEADER_BYTES 128U

/* The number of a family is the kernel's, not a namespace's, and this one is never unloaded. */
static int family_of(struct nl_sock *sk)
{
	static int family;

	if (family <= 0)
		family = genl_ctrl_resolve(sk, ETHTOOL_GENL_NAME);
	if (family == -NLE_NOMEM)
		return -ENOMEM;
	return family < 0 ? -EOPNOTSUPP : family;
}

/* Replies of setters would repeat what is read back anyway. */
static int put_header(struct nl_msg *msg, uint16_t header, const char *dev)
{
	struct nlattr *nest = nla_nest_start(msg, header);

	if (!nest || nla_put_string(msg, ETHTOOL_A_HEADER_DEV_NAME, dev) < 0 ||
	    nla_put_u32(msg, ETHTOOL_A_HEADER_FLAGS, ETHTOOL_FLAG_OMIT_REPLY) < 0)
		return -ENOMEM;
	nla_nest_end(msg, nest);
	return 0;
}

/* See ethnl.h. */
int nt_ethnl_open(struct nt_ethnl *ethnl, uint8_t cmd, uint16_t header, size_t bytes)
{
	int family, r;

	/* Cut off, it could be the name of another. */
	if (!ethnl->dev[0] || strlen(ethnl->dev) >= IFNAMSIZ)
		return -ENODEV;
	r = nt_nl_open(NETLINK_GENERIC, &ethnl->sk);
	if (r < 0)
		return r;
	family = family_of(ethnl->sk);
	if (family < 0)
		return family;
	ethnl->msg = nlmsg_alloc_size(NLMSG_HDRLEN + GENL_HDRLEN + HEADER_BYTES + bytes);
	if (!ethnl->msg || !genlmsg_put(ethnl->msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0,
					NLM_F_REQUEST | NLM_F_ACK, cmd, ETHTOOL_GENL_VERSION))
		return -ENOMEM;
	return put_header(ethnl->msg, header, ethnl->dev);
}

void nt_ethnl_close(struct nt_ethnl *ethnl)
{
	nlmsg_free(ethnl->msg);
	nl_socket_free(ethnl->sk);
}

/* See ethnl.h. */
int nt_ethnl_ask(struct nt_ethnl *ethnl, nt_nl_reply_fn fn, void *user)
{
	return nt_nl_ask(ethnl->sk, ethnl->msg, fn, user, &ethnl->answer);
}

int nt_ethnl_bad_attr(const struct nt_ethnl *ethnl)
{
	return ethnl->msg ? nt_nl_attr_at(ethnl->msg, GENL_HDRLEN, ethnl->answer.offset) : 0;
}

/* See ethnl.h. */
int nt_ethnl_report(const struct nt_ethnl *ethnl, int err, const char *attr, struct nt_diag *diag)
{
	const char *words = ethnl->answer.message;

	return nt_diag_err(diag, -err, "%s: %s%s%s: %s", ethnl->dev, ethnl->what,
			   attr[0] ? " " : "", attr, words[0] ? words : strerror(-err));
}
