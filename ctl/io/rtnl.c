// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Network devices: an RTM_GETLINK dump, and two ethtool ioctls each for driver and speed.
 *
 * Not sysfs: its class/net shows the namespace of whoever mounted it, these show ours.
 */
#include "live.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "lib/cleanup.h"

#define ADDRESS_SIZE (32U * 3U + 1U)
/* Words of a link mode mask: 4 in Linux 6.x; a kernel with more is not asked for the speed. */
#define MASK_WORDS   32U

struct dump {
	nt_io_link_fn fn;
	void *user;
	int ioctl_fd;
	int err; /* what @fn stopped with */
};

static void free_socket_p(struct nl_sock **sk)
{
	nl_socket_free(*sk);
}

/* Strings of one link, which live until its callback returns. */
struct link_text {
	struct ethtool_drvinfo drvinfo;
	char address[ADDRESS_SIZE];
};

static int ethtool(int fd, const char *name, void *command)
{
	struct ifreq ifr = { .ifr_data = command };

	strncpy(ifr.ifr_name, name, IFNAMSIZ - 1);
	return ioctl(fd, SIOCETHTOOL, &ifr) < 0 ? -errno : 0;
}

/* Two calls: the kernel first says, negated, how many mask words it wants room for. */
static uint32_t read_speed_mbps(int fd, const char *name)
{
	union {
		struct ethtool_link_settings head;
		uint8_t room[sizeof(struct ethtool_link_settings) + 3 * 4 * MASK_WORDS];
	} u = { .head.cmd = ETHTOOL_GLINKSETTINGS };
	int words;

	if (ethtool(fd, name, &u) < 0)
		return 0;
	words = -(int)u.head.link_mode_masks_nwords;
	if (words <= 0 || (unsigned int)words > MASK_WORDS)
		return 0;
	memset(&u, 0, sizeof(u));
	u.head.cmd = ETHTOOL_GLINKSETTINGS;
	u.head.link_mode_masks_nwords = (int8_t)words;
	if (ethtool(fd, name, &u) < 0 || u.head.speed == (uint32_t)SPEED_UNKNOWN)
		return 0;
	return u.head.speed;
}

/* By the bus address, which is the same seen from every network namespace. */
static int read_numa_node(const char *bus)
{
	char path[96];
	nt_autofclose FILE *f = NULL;
	int node;

	if (!bus[0] || strchr(bus, '/'))
		return -1;
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/numa_node", bus);
	f = fopen(path, "re");
	if (!f || fscanf(f, "%d", &node) != 1)
		return -1;
	return node;
}

static void format_address(const struct nlattr *attr, char *buf, size_t size)
{
	const uint8_t *bytes = attr ? nla_data(attr) : NULL;
	size_t len = attr ? (size_t)nla_len(attr) : 0;

	buf[0] = '\0';
	for (size_t i = 0; i < len && 3 * i + 3 < size; i++)
		snprintf(buf + 3 * i, size - 3 * i, "%02x:", bytes[i]);
	if (buf[0])
		buf[strlen(buf) - 1] = '\0';
}

static uint32_t u32_or_0(const struct nlattr *attr)
{
	return attr && nla_len(attr) >= (int)sizeof(uint32_t) ? nla_get_u32(attr) : 0;
}

static const char *string_or_empty(const struct nlattr *attr)
{
	const char *s = attr ? nla_data(attr) : "";

	return attr && (nla_len(attr) < 1 || s[nla_len(attr) - 1] != '\0') ? "" : s;
}

static const char *kind_of(struct nlattr *linkinfo)
{
	struct nlattr *tb[IFLA_INFO_MAX + 1];

	if (!linkinfo || nla_parse_nested(tb, IFLA_INFO_MAX, linkinfo, NULL) < 0)
		return "";
	return string_or_empty(tb[IFLA_INFO_KIND]);
}

/* A lower device in another namespace has an index that means nothing in ours. */
static int lower_of(struct nlattr *const *tb, int ifindex)
{
	int lower = (int)u32_or_0(tb[IFLA_LINK]);

	return tb[IFLA_LINK_NETNSID] || lower == ifindex ? 0 : lower;
}

static void fill_link(const struct dump *dump, const struct ifinfomsg *info,
		      struct nlattr *const *tb, struct link_text *text, struct nt_io_link *link)
{
	*text = (struct link_text){ .drvinfo.cmd = ETHTOOL_GDRVINFO };
	*link = (struct nt_io_link){
		.ifindex = info->ifi_index,
		.master_ifindex = (int)u32_or_0(tb[IFLA_MASTER]),
		.lower_ifindex = lower_of(tb, info->ifi_index),
		.name = string_or_empty(tb[IFLA_IFNAME]),
		.kind = kind_of(tb[IFLA_LINKINFO]),
		.up = info->ifi_flags & IFF_UP,
		.carrier = info->ifi_flags & IFF_LOWER_UP,
		.mtu = u32_or_0(tb[IFLA_MTU]),
		.tx_queue_len = u32_or_0(tb[IFLA_TXQLEN]),
		.rx_queues = u32_or_0(tb[IFLA_NUM_RX_QUEUES]),
		.tx_queues = u32_or_0(tb[IFLA_NUM_TX_QUEUES]),
		.address = text->address,
		.driver = text->drvinfo.driver,
		.bus = text->drvinfo.bus_info,
	};
	format_address(tb[IFLA_ADDRESS], text->address, sizeof(text->address));
	if (ethtool(dump->ioctl_fd, link->name, &text->drvinfo) < 0)
		text->drvinfo = (struct ethtool_drvinfo){ 0 };
	link->numa_node = read_numa_node(link->bus);
	link->speed_mbps = read_speed_mbps(dump->ioctl_fd, link->name);
}

static int on_link(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *head = nlmsg_hdr(msg);
	struct nlattr *tb[IFLA_MAX + 1];
	struct dump *dump = arg;
	struct link_text text;
	struct nt_io_link link;

	if (head->nlmsg_type != RTM_NEWLINK || dump->err)
		return NL_OK;
	if (nlmsg_parse(head, sizeof(struct ifinfomsg), tb, IFLA_MAX, NULL) < 0)
		return NL_SKIP;
	fill_link(dump, nlmsg_data(head), tb, &text, &link);
	if (!link.name[0])
		return NL_SKIP;
	/* The rest of the dump is still read: a socket left half read answers the next request. */
	dump->err = dump->fn(&link, dump->user);
	return NL_OK;
}

/**
 * nt_rtnl_links() - all devices of the namespace in force
 * @fn: told of each
 * @user: passed on
 *
 * Devices are told of while the dump runs. When a change interrupts it, what was told stands (a
 * device that came or went meanwhile may be missing): telling twice would be worse.
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int nt_rtnl_links(nt_io_link_fn fn, void *user)
{
	nt_autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct dump dump = { .fn = fn, .user = user, .ioctl_fd = fd };
	nt_auto(free_socket_p) struct nl_sock *sk = nl_socket_alloc();
	struct ifinfomsg request = { .ifi_family = AF_UNSPEC };
	int r;

	if (fd < 0)
		return -errno;
	if (!sk)
		return -ENOMEM;
	nl_socket_modify_cb(sk, NL_CB_VALID, NL_CB_CUSTOM, on_link, &dump);
	if (nl_connect(sk, NETLINK_ROUTE) < 0)
		return -EPROTONOSUPPORT;
	r = nl_send_simple(sk, RTM_GETLINK, NLM_F_DUMP, &request, sizeof(request));
	if (r >= 0)
		r = nl_recvmsgs_default(sk);
	if (r < 0 && r != -NLE_DUMP_INTR)
		return -EIO;
	return dump.err;
}
