// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is lost when a device goes down. See bond_stake_parse.h.
 *
 * Linux 6.12: addrconf_ifdown() drops all addresses of IPv6, fib_disable_ip() and rt6_disable_ip()
 * all routes; vlan_device_event() sets all VLANs up when their device comes up. What the kernel
 * makes itself, link-local addresses, router advertisements, routes of prefixes, it makes again.
 */
#include "bond_stake_parse.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netlink/attr.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX INET6_ADDRSTRLEN

__attribute__((format(printf, 2, 3)))
static void note(struct nt_bond_stake *stake, const char *format, ...)
{
	va_list args;

	if (stake->first[0])
		return;
	va_start(args, format);
	vsnprintf(stake->first, sizeof(stake->first), format, args);
	va_end(args);
}

/* "" for what is no address of @family. */
static void address_text(int family, const struct nlattr *attr, char buf[TEXT_MAX])
{
	int bytes = family == AF_INET ? 4 : 16;

	buf[0] = '\0';
	if (attr && nla_len(attr) == bytes && !inet_ntop(family, nla_data(attr), buf, TEXT_MAX))
		buf[0] = '\0';
}

static uint32_t number_or(const struct nlattr *attr, uint32_t otherwise)
{
	if (!attr || (nla_len(attr) != 1 && nla_len(attr) != 4))
		return otherwise;
	return nla_len(attr) == 1 ? nla_get_u8(attr) : nla_get_u32(attr);
}

static bool address_is_lost(const struct ifaddrmsg *head, uint32_t flags, uint32_t proto)
{
	if (flags & IFA_F_NOPREFIXROUTE)
		return true;
	return head->ifa_family == AF_INET6 && !(flags & IFA_F_TEMPORARY) &&
	       proto != IFAPROT_KERNEL_LO && proto != IFAPROT_KERNEL_RA &&
	       proto != IFAPROT_KERNEL_LL;
}

int nt_stake_parse_address(const struct nt_stake_device *device, const struct ifaddrmsg *head,
			   struct nlattr *attrs, int len, struct nt_bond_stake *ret)
{
	struct nlattr *tb[IFA_MAX + 1];
	char text[TEXT_MAX];

	if (nla_parse(tb, IFA_MAX, attrs, len, NULL) < 0)
		return -EBADMSG;
	if ((int)head->ifa_index != device->ifindex ||
	    (head->ifa_family != AF_INET && head->ifa_family != AF_INET6) ||
	    !address_is_lost(head, number_or(tb[IFA_FLAGS], head->ifa_flags),
			     number_or(tb[IFA_PROTO], 0)))
		return 0;
	address_text(head->ifa_family, tb[IFA_LOCAL] ? tb[IFA_LOCAL] : tb[IFA_ADDRESS], text);
	ret->addresses++;
	note(ret, "address %s/%u of %s", text, head->ifa_prefixlen, device->name);
	return 0;
}

static bool route_is_lost(const struct rtmsg *head)
{
	return !(head->rtm_flags & RTM_F_CLONED) && head->rtm_protocol != RTPROT_KERNEL &&
	       head->rtm_protocol != RTPROT_RA && head->rtm_protocol != RTPROT_REDIRECT;
}

int nt_stake_parse_route(const struct nt_stake_device *device, const struct rtmsg *head,
			 struct nlattr *attrs, int len, struct nt_bond_stake *ret)
{
	struct nlattr *tb[RTA_MAX + 1];
	char text[TEXT_MAX];

	if (nla_parse(tb, RTA_MAX, attrs, len, NULL) < 0)
		return -EBADMSG;
	if ((head->rtm_family != AF_INET && head->rtm_family != AF_INET6) || !route_is_lost(head) ||
	    (int)number_or(tb[RTA_OIF], (uint32_t)device->ifindex) != device->ifindex)
		return 0;
	address_text(head->rtm_family, tb[RTA_DST], text);
	ret->routes++;
	if (text[0])
		note(ret, "route to %s/%u by %s", text, head->rtm_dst_len, device->name);
	else
		note(ret, "default route by %s", device->name);
	return 0;
}

void nt_stake_add_vlan(const struct nt_stake_device *device, struct nt_bond_stake *ret)
{
	ret->vlans++;
	note(ret, "VLAN %s, which is down and would be up", device->name);
}
