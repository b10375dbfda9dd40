// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Goes one beyond each limit that a message to the module can break, and up to it.
 *
 * usage: limits
 *        limits enable DEVICE
 *        limits apply FILE VALUE COUNT BYTES
 *
 * Without words it tries all: what is beyond must be refused with the row's error, by words,
 * and with the offset of the very attribute; what is within must not be refused for that.
 * Nothing is changed: where a limit is kept, something else is wrong, or the transaction is
 * open and ends with its socket.
 *
 * Enable asks for balance-slb. Apply submits a transaction of COUNT operations, which awaits
 * confirmation for a minute: each writes VALUE, filled up with blanks to BYTES, to FILE. Both
 * say what the kernel answered.
 *
 * Exit codes: 0 all are as they should be, 1 not, 2 usage, 6 no module.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/nettune.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>

#define HEADER_BYTES (NLMSG_HDRLEN + GENL_HDRLEN)
#define REQUEST_BYTES (8U * 1024 * 1024)
#define REPLY_BYTES (64U * 1024)

/**
 * struct request - one under construction
 * @data: the whole message, headers first
 * @len: bytes
 * @broken: offset of the attribute that breaks the limit
 */
struct request {
	_Alignas(8) unsigned char data[REQUEST_BYTES];
	size_t len;
	size_t broken;
};

/**
 * struct refusal - what the kernel answered
 * @error: a positive errno, or 0
 * @offset: of the attribute that it points at, or 0
 * @message: its words
 */
struct refusal {
	int error;
	size_t offset;
	char message[256];
};

/**
 * struct row - a limit
 * @name: as in the spec
 * @cmd: the command whose message can break it
 * @nest: attribute that holds the one in question, or 0
 * @type: the attribute in question
 * @is_length: whether @within and @beyond are bytes of it, and not a number in it
 * @within: the last that is allowed
 * @beyond: the first that is not
 * @error: a positive errno
 */
struct row {
	const char *name;
	uint8_t cmd;
	uint16_t nest;
	uint16_t type;
	bool is_length;
	uint32_t within;
	uint32_t beyond;
	int error;
};

#define OP(name, type, is_length, within, beyond, error) \
	{ name, NETTUNE_CMD_TXN_APPLY, NETTUNE_A_OP, NETTUNE_A_OP_##type, is_length, within, \
	  beyond, error }
#define SLB(name, type, within, beyond, error) \
	{ name, NETTUNE_CMD_SLB_ENABLE, NETTUNE_A_SLB, NETTUNE_A_SLB_##type, false, within, \
	  beyond, error }
#define DEADLINE(cmd) \
	{ "deadline-max-ms", NETTUNE_CMD_TXN_##cmd, 0, NETTUNE_A_DEADLINE_MS, false, \
	  NETTUNE_DEADLINE_MAX_MS, NETTUNE_DEADLINE_MAX_MS + 1, ERANGE }

static const struct row rows[] = {
	OP("op-kind, least", KIND, false, 1, 0, ERANGE),
	OP("op-kind, most", KIND, false, 3, 4, ERANGE),
	OP("value, least", VALUE, true, 1, 0, ERANGE),
	OP("value-max", VALUE, true, NETTUNE_VALUE_MAX, NETTUNE_VALUE_MAX + 1, ERANGE),
	OP("op-flag", FLAGS, false, 3, 4, EINVAL),
	OP("ethnl-cmd, least", ETHNL_CMD, false, 1, 0, ERANGE),
	OP("ethnl-cmd, most", ETHNL_CMD, false, 255, 256, ERANGE),
	OP("ethnl-undo, least", ETHNL_UNDO, true, 1, 0, ERANGE),
	OP("value-max of ethnl-undo", ETHNL_UNDO, true, NETTUNE_VALUE_MAX, NETTUNE_VALUE_MAX + 1,
	   ERANGE),
	DEADLINE(BEGIN),
	DEADLINE(APPLY),
	DEADLINE(COMMIT),
	DEADLINE(CONFIRM),
	SLB("slb-macs-min", MACS_MAX, NETTUNE_SLB_MACS_MIN, NETTUNE_SLB_MACS_MIN - 1, ERANGE),
	SLB("slb-macs-max", MACS_MAX, NETTUNE_SLB_MACS_MAX, NETTUNE_SLB_MACS_MAX + 1, ERANGE),
	SLB("slb-flag", FLAGS, 1, 2, EINVAL),
	SLB("slb-announce-age, least", ANNOUNCE_AGE_MS, 1, 0, ERANGE),
	SLB("slb-announce-age-max-ms", ANNOUNCE_AGE_MS, NETTUNE_SLB_ANNOUNCE_AGE_MAX_MS,
	    NETTUNE_SLB_ANNOUNCE_AGE_MAX_MS + 1, ERANGE),
};

static void begin(struct request *request, int family, uint8_t cmd)
{
	struct nlmsghdr head = { .nlmsg_type = (uint16_t)family,
				 .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK, .nlmsg_seq = 1 };
	struct genlmsghdr genl = { .cmd = cmd, .version = NETTUNE_FAMILY_VERSION };

	request->broken = 0;
	memcpy(request->data, &head, sizeof(head));
	memcpy(request->data + NLMSG_HDRLEN, &genl, sizeof(genl));
	request->len = HEADER_BYTES;
}

/* Appends an attribute of @len bytes, the first of which are @value; where goes back. */
static size_t put(struct request *request, uint16_t type, uint32_t value, size_t len)
{
	struct nlattr head = { .nla_len = (uint16_t)(NLA_HDRLEN + len), .nla_type = type };
	size_t at = request->len;

	if (at + NLA_HDRLEN + NLA_ALIGN(len) > sizeof(request->data))
		abort();
	memset(request->data + at, 0, NLA_HDRLEN + NLA_ALIGN(len));
	memcpy(request->data + at, &head, sizeof(head));
	memcpy(request->data + at + NLA_HDRLEN, &value, len < sizeof(value) ? len : sizeof(value));
	request->len += NLA_HDRLEN + NLA_ALIGN(len);
	return at;
}

/* Closes the nest that begins at @at: it holds all that came after. */
static void close_nest(struct request *request, size_t at)
{
	uint16_t len = (uint16_t)(request->len - at);

	memcpy(request->data + at, &len, sizeof(len));
}

static void read_tlvs(const unsigned char *data, size_t len, struct refusal *refusal)
{
	const struct nlattr *attr = (const void *)data;
	int rem;

	nla_for_each_attr(attr, (struct nlattr *)data, (int)len, rem) {
		if (nla_type(attr) == NLMSGERR_ATTR_OFFS && nla_len(attr) == sizeof(uint32_t))
			refusal->offset = nla_get_u32(attr);
		if (nla_type(attr) == NLMSGERR_ATTR_MSG)
			snprintf(refusal->message, sizeof(refusal->message), "%.*s", nla_len(attr),
				 (const char *)nla_data(attr));
	}
}

/* Sends @request and reads what comes back up to the verdict, which names the request alone. */
static int ask(int fd, struct request *request, struct refusal *ret_refusal)
{
	static _Alignas(8) unsigned char reply[REPLY_BYTES];
	const struct nlmsghdr *head = (const void *)reply;
	uint32_t whole = (uint32_t)request->len;
	struct nlmsgerr verdict;
	const size_t fixed = NLMSG_HDRLEN + sizeof(verdict);
	ssize_t len;

	memcpy(request->data, &whole, sizeof(whole));
	if (send(fd, request->data, request->len, 0) < 0)
		return -errno;
	do {
		len = recv(fd, reply, sizeof(reply), 0);
		if (len < (ssize_t)fixed)
			return len < 0 ? -errno : -EBADMSG;
	} while (head->nlmsg_type != NLMSG_ERROR);
	memcpy(&verdict, reply + NLMSG_HDRLEN, sizeof(verdict));
	*ret_refusal = (struct refusal){ .error = -verdict.error };
	if (head->nlmsg_flags & NLM_F_ACK_TLVS)
		read_tlvs(reply + fixed, (size_t)len - fixed, ret_refusal);
	return 0;
}

static void build(struct request *request, int family, const struct row *row, uint32_t value)
{
	size_t nest = 0, len = row->is_length ? value : sizeof(value);

	begin(request, family, row->cmd);
	if (row->cmd == NETTUNE_CMD_TXN_COMMIT || row->cmd == NETTUNE_CMD_TXN_CONFIRM)
		put(request, NETTUNE_A_TXN_ID, 0, sizeof(uint64_t));
	if (row->nest)
		nest = put(request, row->nest | NLA_F_NESTED, 0, 0);
	request->broken = put(request, row->type, row->is_length ? 0 : value, len);
	if (row->nest)
		close_nest(request, nest);
}

static bool is_pointed_at(const struct request *request, const struct refusal *refusal)
{
	return refusal->offset == request->broken && refusal->message[0];
}

static void tell(const char *name, const struct request *request, const struct refusal *refusal)
{
	printf("%s: %s at %zu of %zu, \"%s\"\n", name,
	       refusal->error ? strerrorname_np(refusal->error) : "accepted", refusal->offset,
	       request->broken, refusal->message);
}

static bool judge(const char *name, bool is_good, const struct request *request,
		  const struct refusal *refusal)
{
	fputs(is_good ? "ok " : "WRONG ", stdout);
	tell(name, request, refusal);
	return is_good;
}

static bool try_row(int fd, int family, const struct row *row)
{
	static struct request request;
	struct refusal refusal;
	bool is_good;

	build(&request, family, row, row->beyond);
	if (ask(fd, &request, &refusal) < 0)
		return false;
	is_good = judge(row->name, refusal.error == row->error && is_pointed_at(&request, &refusal),
			&request, &refusal);
	build(&request, family, row, row->within);
	if (ask(fd, &request, &refusal) < 0)
		return false;
	return judge(row->name, !refusal.error || refusal.offset != request.broken, &request,
		     &refusal) && is_good;
}

/* Operations are counted before the first is looked at: these are empty. */
static bool try_ops(int fd, int family, uint32_t count, int error)
{
	static struct request request;
	struct refusal refusal;
	uint32_t i;

	begin(&request, family, NETTUNE_CMD_TXN_APPLY);
	for (i = 0; i < count; i++)
		request.broken = put(&request, NETTUNE_A_OP | NLA_F_NESTED, 0, 0);
	if (ask(fd, &request, &refusal) < 0)
		return false;
	return judge("ops-max", refusal.error == error &&
		     (is_pointed_at(&request, &refusal) == (error == E2BIG)), &request, &refusal);
}

static int try_all(int fd, int family)
{
	size_t i;
	bool is_good = true;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		is_good &= try_row(fd, family, &rows[i]);
	is_good &= try_ops(fd, family, NETTUNE_OPS_MAX + 1, E2BIG);
	is_good &= try_ops(fd, family, NETTUNE_OPS_MAX, EINVAL);
	return is_good ? 0 : 1;
}

/* Says whether a bond gets balance-slb and, if not, whether the refusal points at its index. */
static int enable(int fd, int family, const char *device)
{
	static struct request request;
	struct refusal refusal;
	size_t nest;

	begin(&request, family, NETTUNE_CMD_SLB_ENABLE);
	nest = put(&request, NETTUNE_A_SLB | NLA_F_NESTED, 0, 0);
	request.broken = put(&request, NETTUNE_A_SLB_IFINDEX, if_nametoindex(device),
			     sizeof(uint32_t));
	close_nest(&request, nest);
	if (ask(fd, &request, &refusal) < 0)
		return 1;
	tell(device, &request, &refusal);
	return refusal.error ? 1 : 0;
}

/* One descriptor serves all operations; the module takes a reference for each. */
static int apply(int fd, int family, char **argv)
{
	static struct request request;
	int file = open(argv[0], O_RDWR | O_CLOEXEC);
	size_t i, nest, at, count = strtoul(argv[2], NULL, 10), bytes = strtoul(argv[3], NULL, 10);
	struct refusal refusal;

	if (file < 0 || strlen(argv[1]) > bytes)
		return 2;
	begin(&request, family, NETTUNE_CMD_TXN_APPLY);
	put(&request, NETTUNE_A_DEADLINE_MS, 60000, sizeof(uint32_t));
	for (i = 0; i < count; i++) {
		nest = put(&request, NETTUNE_A_OP | NLA_F_NESTED, 0, 0);
		put(&request, NETTUNE_A_OP_KIND, NETTUNE_OP_KIND_FILE, sizeof(uint32_t));
		put(&request, NETTUNE_A_OP_FD, (uint32_t)file, sizeof(uint32_t));
		at = put(&request, NETTUNE_A_OP_VALUE, 0, bytes) + NLA_HDRLEN;
		memset(request.data + at, ' ', bytes);
		memcpy(request.data + at, argv[1], strlen(argv[1]));
		close_nest(&request, nest);
	}
	if (ask(fd, &request, &refusal) < 0)
		return 1;
	tell(argv[0], &request, &refusal);
	return refusal.error ? 1 : 0;
}

int main(int argc, char **argv)
{
	struct nl_sock *sock = nl_socket_alloc();
	int family, fd, on = 1, size = 2 * (int)REQUEST_BYTES;

	if (!sock || genl_connect(sock) < 0)
		return 2;
	family = genl_ctrl_resolve(sock, NETTUNE_FAMILY_NAME);
	if (family < 0)
		return 6;
	fd = nl_socket_get_fd(sock);
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	if (argc == 1)
		return try_all(fd, family);
	if (argc == 3 && strcmp(argv[1], "enable") == 0)
		return enable(fd, family, argv[2]);
	if (argc == 6 && strcmp(argv[1], "apply") == 0)
		return apply(fd, family, argv + 2);
	return 2;
}
