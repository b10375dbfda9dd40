// SPDX-License-Identifier: GPL-2.0-or-later
/* The guardian's messages. See guardian_msg.h. */
#include "guardian_msg.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *word;
	unsigned int n_args;
} verbs[] = {
	[NT_GUARDIAN_STATUS] = { "status", 0 },       [NT_GUARDIAN_EXTEND] = { "extend", 1 },
	[NT_GUARDIAN_CONFIRM] = { "confirm", 0 },     [NT_GUARDIAN_ROLLBACK] = { "rollback", 1 },
	[NT_GUARDIAN_HANDOVER] = { "handover", 0 },   [NT_GUARDIAN_READY] = { "ready", 0 },
	[NT_GUARDIAN_AWAITING] = { "awaiting", 1 },   [NT_GUARDIAN_CONFIRMED] = { "confirmed", 2 },
	[NT_GUARDIAN_UNDONE] = { "undone", 2 },       [NT_GUARDIAN_FAILED] = { "failed", 1 },
};

#define N_VERBS (sizeof(verbs) / sizeof(*verbs))

/* One blank and a number as we write it: no sign, no leading zero, at most 4294967295. */
static bool take_number(const char **at, const char *end, uint32_t *ret)
{
	const char *digits = *at + 1;
	uint64_t number = 0;

	if (*at == end || **at != ' ')
		return false;
	for (*at = digits; *at < end && **at >= '0' && **at <= '9'; ++*at) {
		number = number * 10 + (uint64_t)(**at - '0');
		if (number > UINT32_MAX)
			return false;
	}
	if (*at == digits || (*digits == '0' && *at - digits > 1))
		return false;
	*ret = (uint32_t)number;
	return true;
}

static bool take_word(const char **at, const char *end, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(end - *at) < len || memcmp(*at, word, len) != 0)
		return false;
	*at += len;
	return true;
}

static int parse_rest(const char *at, const char *end, size_t verb, struct nt_guardian_msg *ret)
{
	struct nt_guardian_msg msg = { .verb = (enum nt_guardian_verb)verb };

	if (!take_number(&at, end, &msg.txn) || !msg.txn)
		return -EPROTO;
	for (unsigned int i = 0; i < verbs[verb].n_args; i++)
		if (!take_number(&at, end, &msg.args[i]))
			return -EPROTO;
	if (at != end)
		return -EPROTO;
	*ret = msg;
	return 0;
}

int nt_guardian_msg_parse(const char *bytes, size_t len, struct nt_guardian_msg *ret)
{
	const char *end = bytes + len;

	if (len > NT_GUARDIAN_MSG_MAX)
		return -EPROTO;
	for (size_t i = 0; i < N_VERBS; i++) {
		const char *at = bytes;

		/* "confirm" begins "confirmed": the blank behind the word decides. */
		if (take_word(&at, end, verbs[i].word) && at < end && *at == ' ')
			return parse_rest(at, end, i, ret);
	}
	return -EPROTO;
}

size_t nt_guardian_msg_format(const struct nt_guardian_msg *msg, char buf[NT_GUARDIAN_MSG_MAX])
{
	int n = snprintf(buf, NT_GUARDIAN_MSG_MAX, "%s %u", verbs[msg->verb].word, msg->txn);

	for (unsigned int i = 0; i < verbs[msg->verb].n_args; i++)
		n += snprintf(buf + n, NT_GUARDIAN_MSG_MAX - (size_t)n, " %u", msg->args[i]);
	return (size_t)n;
}
