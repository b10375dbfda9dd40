// SPDX-License-Identifier: GPL-2.0-or-later
/* Balance-slb of the running host's bonds, by the family of nettune.ko. */
#include <errno.h>
#include <linux/nettune.h>
#include <net/if.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <string.h>

#include "bond_live.h"
#include "bond_parse.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "nlreq.h"

/**
 * struct ask - a request about one bond
 * @slb: the nest that is open in @msg
 * @ifindex: of the bond
 */
struct ask {
	struct nl_sock *sk;
	struct nl_msg *msg;
	struct nlattr *slb;
	uint32_t ifindex;
	struct nt_nl_answer answer;
};

static void ask_close(struct ask *ask)
{
	nt_nl_msg_free_p(&ask->msg);
	nt_nl_socket_free_p(&ask->sk);
}

static int start(struct ask *ask, int family, uint8_t cmd)
{
	ask->msg = nlmsg_alloc();
	if (!ask->msg || !genlmsg_put(ask->msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0,
				      NLM_F_REQUEST | NLM_F_ACK, cmd, NETTUNE_FAMILY_VERSION))
		return -ENOMEM;
	ask->slb = nla_nest_start(ask->msg, NETTUNE_A_SLB);
	if (!ask->slb || nla_put_u32(ask->msg, NETTUNE_A_SLB_IFINDEX, ask->ifindex) < 0)
		return -ENOMEM;
	return 0;
}

/* -EOPNOTSUPP: no module. To be closed whatever is returned. */
static int ask_open(struct ask *ask, const char *dev, uint8_t cmd)
{
	int family, r;

	ask->ifindex = strlen(dev) < IFNAMSIZ ? if_nametoindex(dev) : 0;
	if (ask->ifindex == 0)
		return -ENODEV;
	r = nt_nl_open(NETLINK_GENERIC, &ask->sk);
	if (r < 0)
		return r;
	family = genl_ctrl_resolve(ask->sk, NETTUNE_FAMILY_NAME);
	if (family < 0)
		return family == -NLE_NOMEM ? -ENOMEM : -EOPNOTSUPP;
	return start(ask, family, cmd);
}

static int ask_send(struct ask *ask, nt_nl_reply_fn fn, void *user)
{
	nla_nest_end(ask->msg, ask->slb);
	return nt_nl_ask(ask->sk, ask->msg, fn, user, &ask->answer);
}

static int on_state(struct nlmsghdr *reply, void *user)
{
	struct nlattr *attrs;
	int len = nt_nl_attrs(reply, GENL_HDRLEN, &attrs);

	return len < 0 ? len : nt_slb_parse_state(attrs, len, user);
}

static int report(const struct ask *ask, const char *dev, int err, struct nt_diag *diag)
{
	return nt_diag_err(diag, -err, "%s: nettune.ko: %s", dev,
			   ask->answer.message[0] ? ask->answer.message : strerror(-err));
}

/* See struct nt_bond_ops. */
int nt_slb_get(struct nt_io *io, const char *dev, struct nt_slb_state *ret, struct nt_diag *diag)
{
	nt_auto(ask_close) struct ask ask = { 0 };
	struct nt_slb_state state = { 0 };
	int r = ask_open(&ask, dev, NETTUNE_CMD_SLB_GET);

	(void)io;
	if (r == 0)
		r = ask_send(&ask, on_state, &state);
	if (r == 0 && state.ifindex != (int)ask.ifindex)
		r = -EBADMSG;
	/* Facts, not errors; a module of an older version knows no such command. */
	if (r == -ENOENT || r == -EOPNOTSUPP)
		return r;
	if (r < 0)
		return report(&ask, dev, r, diag);
	if (state.preferred_ifindex &&
	    !if_indextoname((unsigned int)state.preferred_ifindex, state.config.preferred))
		state.config.preferred[0] = '\0';
	*ret = state;
	return 0;
}

static int disable(const char *dev, struct nt_diag *diag)
{
	nt_auto(ask_close) struct ask ask = { 0 };
	int r = ask_open(&ask, dev, NETTUNE_CMD_SLB_DISABLE);

	if (r == 0)
		r = ask_send(&ask, NULL, NULL);
	return r < 0 && r != -ENOENT && r != -EOPNOTSUPP ? report(&ask, dev, r, diag) : 0;
}

/* An index of 0 is left out: the module takes the lack of it for "none". */
static int put_config(struct nl_msg *msg, const struct nt_slb_config *config, uint32_t preferred)
{
	if (nla_put_u32(msg, NETTUNE_A_SLB_MACS_MAX, config->macs_max) < 0 ||
	    nla_put_u32(msg, NETTUNE_A_SLB_FLAGS,
			config->garp_move ? NETTUNE_SLB_FLAG_GARP_MOVE : 0) < 0 ||
	    nla_put_u32(msg, NETTUNE_A_SLB_ANNOUNCE_AGE_MS, config->announce_age_ms) < 0 ||
	    (preferred && nla_put_u32(msg, NETTUNE_A_SLB_PREFERRED, preferred) < 0))
		return -ENOMEM;
	return 0;
}

static int enable(const char *dev, const struct nt_slb_config *config, struct nt_diag *diag)
{
	nt_auto(ask_close) struct ask ask = { 0 };
	uint32_t preferred = config->preferred[0] ? if_nametoindex(config->preferred) : 0;
	int r = ask_open(&ask, dev, NETTUNE_CMD_SLB_ENABLE);

	if (config->preferred[0] && !preferred)
		return nt_diag_err(diag, ENODEV, "%s: preferred port %s: %s", dev,
				   config->preferred, strerror(ENODEV));
	if (r == 0)
		r = put_config(ask.msg, config, preferred);
	if (r == 0)
		r = ask_send(&ask, NULL, NULL);
	if (r == -EOPNOTSUPP && !ask.answer.message[0])
		return nt_diag_err(diag, EOPNOTSUPP, "%s: nettune.ko is not loaded, or does not "
				   "have balance-slb", dev);
	return r < 0 ? report(&ask, dev, r, diag) : 0;
}

/* See struct nt_bond_ops. The module takes new settings only from the start. */
int nt_slb_set(struct nt_io *io, const char *dev, const struct nt_slb_config *config,
	       struct nt_diag *diag)
{
	int r = disable(dev, diag);

	(void)io;
	if (r < 0 || config->engine != NT_SLB_MODULE)
		return r;
	return enable(dev, config, diag);
}
