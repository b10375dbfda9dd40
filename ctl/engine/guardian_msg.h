/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the guardian and its callers say to each other: one datagram, a word and decimal numbers.
 *
 *   caller                                  guardian
 *   status TXN                              awaiting TXN SECONDS
 *   extend TXN SECONDS                      awaiting TXN SECONDS
 *   confirm TXN                             confirmed TXN VALUES DRIFTED
 *   rollback TXN FORCE                      undone TXN VALUES FOREIGN
 *   handover TXN   (the applying command)   awaiting TXN SECONDS
 *                                           ready TXN             (to the applying command)
 *                                           failed TXN ERRNO
 *
 * Every message names the transaction, so that nothing meant for one reaches another.
 */
#ifndef NT_ENGINE_GUARDIAN_MSG_H
#define NT_ENGINE_GUARDIAN_MSG_H

#include <stddef.h>
#include <stdint.h>

#define NT_GUARDIAN_MSG_MAX 64U
#define NT_GUARDIAN_MSG_ARGS 2U

enum nt_guardian_verb {
	NT_GUARDIAN_STATUS,
	NT_GUARDIAN_EXTEND,
	NT_GUARDIAN_CONFIRM,
	NT_GUARDIAN_ROLLBACK,
	NT_GUARDIAN_HANDOVER,
	NT_GUARDIAN_READY,
	NT_GUARDIAN_AWAITING,
	NT_GUARDIAN_CONFIRMED,
	NT_GUARDIAN_UNDONE,
	NT_GUARDIAN_FAILED,
};

/**
 * struct nt_guardian_msg - one message
 * @verb: the word
 * @txn: whom it is about
 * @args: the numbers behind it; how many follows from @verb, the others are 0
 */
struct nt_guardian_msg {
	enum nt_guardian_verb verb;
	uint32_t txn;
	uint32_t args[NT_GUARDIAN_MSG_ARGS];
};

/**
 * nt_guardian_msg_parse() - read one message. PURE
 * @bytes: @len bytes of anything
 *
 * Return: 0, or -EPROTO for anything that nt_guardian_msg_format() would not have written.
 */
int nt_guardian_msg_parse(const char *bytes, size_t len, struct nt_guardian_msg *ret);

/* Writes @msg into @buf; returns its length, without a NUL behind it. */
size_t nt_guardian_msg_format(const struct nt_guardian_msg *msg, char buf[NT_GUARDIAN_MSG_MAX]);

#endif
