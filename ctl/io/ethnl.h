/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests of the family "ethtool", for ethnl.c and rss.c.
 */
#ifndef NT_IO_ETHNL_H
#define NT_IO_ETHNL_H

#include "nlreq.h"

struct nt_diag;

/**
 * struct nt_ethnl - a request to a device
 * @sk: socket of the namespace in force
 * @msg: the request, to which attributes may be added
 * @dev: name of the device
 * @what: is asked for, in words: "channels"
 * @answer: how it ended
 */
struct nt_ethnl {
	struct nl_sock *sk;
	struct nl_msg *msg;
	const char *dev;
	const char *what;
	struct nt_nl_answer answer;
};

/**
 * nt_ethnl_open() - a request with the device's name in its header
 * @ethnl: @dev and @what are given, the rest is filled in; to be released with nt_ethnl_close()
 *	whatever is returned
 * @cmd: ETHTOOL_MSG_*
 * @header: number of the header attribute
 * @bytes: room for attributes
 *
 * Return: 0, -ENODEV for what cannot be a name, -EOPNOTSUPP for a kernel without the family,
 * -ENOMEM.
 */
int nt_ethnl_open(struct nt_ethnl *ethnl, uint8_t cmd, uint16_t header, size_t bytes);
void nt_ethnl_close(struct nt_ethnl *ethnl);

/**
 * nt_ethnl_ask() - send it
 * @ethnl: request
 * @fn: told of the reply; NULL for none
 * @user: passed on
 *
 * Return: 0 or a negative errno; words are in @ethnl->answer.
 */
int nt_ethnl_ask(struct nt_ethnl *ethnl, nt_nl_reply_fn fn, void *user);

/* The top-level attribute that the kernel objected to, 0 when it named none. */
int nt_ethnl_bad_attr(const struct nt_ethnl *ethnl);

/**
 * nt_ethnl_report() - put into words that a request failed
 * @ethnl: request
 * @err: negative errno
 * @attr: name of the attribute that the kernel objected to, "" for none
 * @diag: where to
 *
 * Return: @err.
 */
int nt_ethnl_report(const struct nt_ethnl *ethnl, int err, const char *attr, struct nt_diag *diag);

#endif
