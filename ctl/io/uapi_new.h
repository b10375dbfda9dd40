/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers of the kernel's interfaces that are younger than the headers of Linux 6.1, which we
 * build with. Each says since when a kernel has it; an older one answers -EOPNOTSUPP.
 */
#ifndef NT_IO_UAPI_NEW_H
#define NT_IO_UAPI_NEW_H

/* linux/ethtool_netlink.h: messages of the family "ethtool" */
#define NT_ETHTOOL_MSG_RSS_SET 48 /* 6.17 */

/* linux/ethtool_netlink.h: attributes of ETHTOOL_MSG_RSS_*, 6.2 */
#define NT_ETHTOOL_A_RSS_HEADER    1
#define NT_ETHTOOL_A_RSS_HFUNC     3
#define NT_ETHTOOL_A_RSS_INDIR     4
#define NT_ETHTOOL_A_RSS_HKEY      5
#define NT_ETHTOOL_A_RSS_FLOW_HASH 8 /* 6.17 */

/* linux/ethtool_netlink.h: kinds of flows in ETHTOOL_A_RSS_FLOW_HASH, 6.17 */
#define NT_ETHTOOL_A_FLOW_IP4   2
#define NT_ETHTOOL_A_FLOW_IP6   3
#define NT_ETHTOOL_A_FLOW_TCP4  4
#define NT_ETHTOOL_A_FLOW_TCP6  5
#define NT_ETHTOOL_A_FLOW_UDP4  6
#define NT_ETHTOOL_A_FLOW_UDP6  7
#define NT_ETHTOOL_A_FLOW_SCTP4 8
#define NT_ETHTOOL_A_FLOW_SCTP6 9
#define NT_ETHTOOL_A_FLOW_AH4   10
#define NT_ETHTOOL_A_FLOW_AH6   11
#define NT_ETHTOOL_A_FLOW_ESP4  12
#define NT_ETHTOOL_A_FLOW_ESP6  13

/* linux/netdev.h: the family "netdev", 6.3 */
#define NT_NETDEV_FAMILY_NAME   "netdev"
#define NT_NETDEV_CMD_QUEUE_GET 10 /* 6.8 */
#define NT_NETDEV_CMD_NAPI_GET  11 /* 6.8 */

#define NT_NETDEV_A_QUEUE_ID      1
#define NT_NETDEV_A_QUEUE_IFINDEX 2
#define NT_NETDEV_A_QUEUE_TYPE    3
#define NT_NETDEV_A_QUEUE_NAPI_ID 4

#define NT_NETDEV_QUEUE_TYPE_RX 0
#define NT_NETDEV_QUEUE_TYPE_TX 1

#define NT_NETDEV_A_NAPI_IFINDEX 1
#define NT_NETDEV_A_NAPI_ID      2
#define NT_NETDEV_A_NAPI_IRQ     3

#endif
