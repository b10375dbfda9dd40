/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One netlink request and its answer, with the kernel's own words when it refuses. A socket is
 * opened for each operation, so that it is of the network namespace in force.
 */
#ifndef NT_IO_NLREQ_H
#define NT_IO_NLREQ_H

#include "nlreply.h"

struct nl_msg;
struct nl_sock;
struct nt_diag;

/* Longer than any reply that we take: the features of a device in words need 10 KiB. */
#define NT_NL_RECEIVE_BYTES 65536U

/**
 * nt_nl_open() - a socket in the network namespace in force
 * @protocol: NETLINK_ROUTE, NETLINK_GENERIC
 * @ret: to be released with nl_socket_free()
 *
 * Return: 0, -EPROTONOSUPPORT when the kernel does not have it, -ENOMEM.
 */
int nt_nl_open(int protocol, struct nl_sock **ret);

/* nl_socket_free() and nlmsg_free() for nt_auto(). */
void nt_nl_socket_free_p(struct nl_sock **sk);
void nt_nl_msg_free_p(struct nl_msg **msg);

/**
 * nt_nl_ask() - send a request and take everything that is said to it
 * @sk: socket
 * @msg: request; stays the caller's
 * @fn: told of replies, or NULL
 * @user: passed on
 * @ret: how it ended, written always
 *
 * Return: 0, the kernel's negative errno, what @fn returned, -ETIMEDOUT, -EBADMSG.
 */
int nt_nl_ask(struct nl_sock *sk, struct nl_msg *msg, nt_nl_reply_fn fn, void *user,
	      struct nt_nl_answer *ret);

/**
 * nt_nl_attr_at() - the attribute of a request that an error points into
 * @msg: the request
 * @head_bytes: of the family's own header in front of the attributes
 * @offset: struct nt_nl_answer's
 *
 * Return: its type at the top level, 0 when the offset is in none.
 */
int nt_nl_attr_at(struct nl_msg *msg, int head_bytes, uint32_t offset);

#endif
