/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kernels have in different places. Kbuild asks for what is there, never for
 * a version: stable kernels take over changes of later ones.
 */
#ifndef NT_COMPAT_H
#define NT_COMPAT_H

#include <linux/jump_label.h>
#include <linux/netdevice.h>
#include <net/netlink.h>

#ifdef NT_HAVE_NET_RPS_H
#include <net/rps.h>
#endif

/* Whether the kernel steers packets of any queue to CPUs. */
static inline bool nt_rps_is_used(void)
{
#ifdef CONFIG_RPS
	return static_key_enabled(&rps_needed.key);
#else
	return false;
#endif
}

#ifndef nlmsg_for_each_attr_type
#define nlmsg_for_each_attr_type(attr, type, nlh, header_len, rem) \
	nlmsg_for_each_attr(attr, nlh, header_len, rem)            \
		if (nla_type(attr) == (type))
#endif

#endif /* NT_COMPAT_H */
