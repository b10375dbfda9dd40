/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who holds queues, from the attributes of netlink replies. Works on buffers and reaches no socket.
 */
#ifndef NT_IO_HOLDERS_PARSE_H
#define NT_IO_HOLDERS_PARSE_H

#include <stdint.h>

#include "core/nic.h"

struct nlattr;

/**
 * nt_holders_parse_queue() - a reply to NETDEV_CMD_QUEUE_GET
 * @attrs: the attributes
 * @len: their bytes
 * @holders: gets what is told of this queue besides what it has
 *
 * Return: 0, -EBADMSG.
 */
int nt_holders_parse_queue(struct nlattr *attrs, int len, struct nt_nic_holders *holders);

/**
 * nt_holders_parse_socket() - a reply about one AF_XDP socket (struct xdp_diag_msg)
 * @attrs: the attributes
 * @len: their bytes
 * @ifindex: of the device that is asked about; sockets of others count for nothing
 * @holders: gets what is told of it besides what it has
 *
 * Return: 0, -EBADMSG.
 */
int nt_holders_parse_socket(struct nlattr *attrs, int len, uint32_t ifindex,
			    struct nt_nic_holders *holders);

/**
 * nt_holders_parse_context() - a reply to ETHTOOL_MSG_RSS_GET
 * @attrs: the attributes
 * @len: their bytes
 * @holders: gets this context, if it is not the default one, besides what it has
 *
 * Return: 0, -EBADMSG.
 */
int nt_holders_parse_context(struct nlattr *attrs, int len, struct nt_nic_holders *holders);

#endif
