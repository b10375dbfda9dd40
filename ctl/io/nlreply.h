/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel sends over netlink, message by message, and its words when it refuses. Works on
 * a buffer and reaches no socket.
 */
#ifndef NT_IO_NLREPLY_H
#define NT_IO_NLREPLY_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NT_NL_MESSAGE_MAX 256U

struct nlattr;

/**
 * struct nt_nl_answer - how a request ended
 * @done: nothing more will come
 * @interrupted: a dump during which something changed; what it told may be incomplete
 * @err: 0 or the kernel's negative errno
 * @offset: of the attribute that the kernel objects to, from the start of the request; 0 none
 * @message: the kernel's words, "" when it gave none
 */
struct nt_nl_answer {
	bool done;
	bool interrupted;
	int err;
	uint32_t offset;
	char message[NT_NL_MESSAGE_MAX];
};

/* Told of each reply, whose length was checked; returns 0 or a negative errno. */
typedef int (*nt_nl_reply_fn)(struct nlmsghdr *reply, void *user);

/**
 * nt_nl_take() - one datagram from the kernel
 * @buf: it, aligned as malloc() does
 * @len: bytes
 * @seq: of the request; what belongs to another is passed over
 * @fn: told of replies; NULL when none are expected
 * @user: passed on
 * @answer: updated; zeroed by the caller before the first datagram
 *
 * Return: 0, -EBADMSG when it is no netlink, or what @fn returned.
 */
int nt_nl_take(void *buf, size_t len, uint32_t seq, nt_nl_reply_fn fn, void *user,
	       struct nt_nl_answer *answer);

/**
 * nt_nl_attrs() - the attributes of a reply
 * @reply: message
 * @head_bytes: of the family's own header in front of them
 * @ret: the first, which exists only when there are bytes
 *
 * Return: their bytes, -EBADMSG when the header is not whole.
 */
int nt_nl_attrs(struct nlmsghdr *reply, size_t head_bytes, struct nlattr **ret);

#endif
