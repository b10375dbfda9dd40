/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is lost when a device goes down, from rtnetlink's addresses and routes. Works on bytes and
 * reaches no socket. Functions return 0, counting into @ret, or -EBADMSG.
 */
#ifndef NT_IO_BOND_STAKE_PARSE_H
#define NT_IO_BOND_STAKE_PARSE_H

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "core/bond.h"

struct nlattr;

/**
 * struct nt_stake_device - whose addresses and routes count
 * @name: for words
 */
struct nt_stake_device {
	int ifindex;
	char name[NT_NIC_NAME_MAX];
};

/* @head: of RTM_NEWADDR, with @len bytes of @attrs behind it */
int nt_stake_parse_address(const struct nt_stake_device *device, const struct ifaddrmsg *head,
			   struct nlattr *attrs, int len, struct nt_bond_stake *ret);

/* @head: of RTM_NEWROUTE; one with several next hops counts whoever they are */
int nt_stake_parse_route(const struct nt_stake_device *device, const struct rtmsg *head,
			 struct nlattr *attrs, int len, struct nt_bond_stake *ret);

/* Counts a VLAN that is down: the kernel sets all of a device up when that comes up. */
void nt_stake_add_vlan(const struct nt_stake_device *device, struct nt_bond_stake *ret);

#endif
