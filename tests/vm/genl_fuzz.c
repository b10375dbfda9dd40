// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sends the kernel module valid messages of every command, and mutations of them.
 *
 * usage: genl_fuzz SEED COUNT [DEVICE [BOND]] FILE…
 *
 * FILEs are tunables that messages may name, BOND is one to have balance-slb. What the
 * kernel makes of a message does not matter here; that it survives does, and that tunables
 * keep working is the script's to check. The same SEED sends the same messages, as far as they
 * do not depend on answers. Prints how many messages were accepted and refused, and of each
 * command how many were accepted of those that were sent unchanged.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/ethtool_netlink.h>
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

#define MESSAGE_MAX 8192U
#define FILES_MAX 16U
#define OPS_AT_ONCE 4U

/* How often the connection is renewed, which undoes what it left open. */
#define RENEW_EVERY 64U

/*
 * How often all that is pending is rolled back: a mutation may ask for a deadline of
 * hours, and with as many of these as may be pending nothing else would be tried.
 */
#define SWEEP_EVERY 4096U

/**
 * struct message - one under construction
 * @data: @len bytes
 * @len: bytes
 */
struct message {
	_Alignas(8) unsigned char data[MESSAGE_MAX];
	size_t len;
};

/**
 * struct fuzzer - what messages are made of
 * @random: state of the generator
 * @family: number of the family
 * @device: index of a device
 * @bond: index of a bond, or 0
 * @fds: @fd_count tunables
 * @fd_count: how many
 * @last_id: of the transaction heard of last
 * @pending: @pending_count transactions heard of that have not ended
 * @pending_count: how many
 * @accepted: messages answered without an error
 * @refused: the others
 * @valid: by command, messages accepted as they were built
 */
struct fuzzer {
	uint64_t random;
	int family;
	uint32_t device;
	uint32_t bond;
	int fds[FILES_MAX];
	uint32_t fd_count;
	uint64_t last_id;
	uint64_t pending[NETTUNE_TXN_PENDING_MAX];
	uint32_t pending_count;
	uint64_t accepted;
	uint64_t refused;
	uint64_t valid[NETTUNE_CMD_MAX + 1];
};

/* xorshift64*: below @limit. */
static uint32_t pick(struct fuzzer *fuzzer, uint32_t limit)
{
	fuzzer->random ^= fuzzer->random >> 12;
	fuzzer->random ^= fuzzer->random << 25;
	fuzzer->random ^= fuzzer->random >> 27;
	return (uint32_t)((fuzzer->random * 2685821657736338717ULL) >> 33) % limit;
}

static void put(struct message *message, uint16_t type, const void *data, size_t len)
{
	struct nlattr head = { .nla_len = (uint16_t)(sizeof(head) + len), .nla_type = type };
	size_t whole = (sizeof(head) + len + 3) & ~(size_t)3;

	if (message->len + whole > MESSAGE_MAX)
		return;
	memset(message->data + message->len, 0, whole);
	memcpy(message->data + message->len, &head, sizeof(head));
	memcpy(message->data + message->len + sizeof(head), data, len);
	message->len += whole;
}

static void put_u32(struct message *message, uint16_t type, uint32_t value)
{
	put(message, type, &value, sizeof(value));
}

static void put_u64(struct message *message, uint16_t type, uint64_t value)
{
	put(message, type, &value, sizeof(value));
}

static void put_nest(struct message *message, uint16_t type, const struct message *inner)
{
	put(message, type | NLA_F_NESTED, inner->data, inner->len);
}

/* Attributes of a request of ethtool netlink: a header, and a number or a bitset. */
static void put_request(struct fuzzer *fuzzer, struct message *message, uint16_t type)
{
	struct message header = { .len = 0 }, request = { .len = 0 }, bits = { .len = 0 };

	put_u32(&header, ETHTOOL_A_HEADER_DEV_INDEX, fuzzer->device);
	put_nest(&request, ETHTOOL_A_RINGS_HEADER, &header);
	if (pick(fuzzer, 4)) {
		put_u32(&request, (uint16_t)(2 + pick(fuzzer, 9)), pick(fuzzer, 1024));
	} else {
		put_u32(&bits, ETHTOOL_A_BITSET_SIZE, 64);
		put_u64(&bits, ETHTOOL_A_BITSET_VALUE, (uint64_t)pick(fuzzer, 2) << 14);
		put_u64(&bits, ETHTOOL_A_BITSET_MASK, 1U << 14);
		put_nest(&request, ETHTOOL_A_FEATURES_WANTED, &bits);
	}
	put(message, type, request.data, request.len);
}

static void put_op(struct fuzzer *fuzzer, struct message *message)
{
	uint32_t kind = 1 + pick(fuzzer, 3);
	struct message op = { .len = 0 };
	char value[16];

	put_u32(&op, NETTUNE_A_OP_KIND, kind);
	put_u32(&op, NETTUNE_A_OP_UNDO_SEQ, pick(fuzzer, 8));
	put_u32(&op, NETTUNE_A_OP_FLAGS, pick(fuzzer, 4));
	if (kind == NETTUNE_OP_KIND_ETHNL) {
		put_u32(&op, NETTUNE_A_OP_ETHNL_CMD, 10 + 2 * pick(fuzzer, 7));
		put_request(fuzzer, &op, NETTUNE_A_OP_VALUE);
		put_request(fuzzer, &op, NETTUNE_A_OP_ETHNL_UNDO);
	} else {
		snprintf(value, sizeof(value), "%u", 1000 + pick(fuzzer, 1000));
		put_u32(&op, NETTUNE_A_OP_FD,
			(uint32_t)fuzzer->fds[pick(fuzzer, fuzzer->fd_count)]);
		put(&op, NETTUNE_A_OP_VALUE, value, strlen(value));
	}
	put_nest(message, NETTUNE_A_OP, &op);
}

/* A bond, and for slb-enable what may be said of it, now and then of no use. */
static void put_slb(struct fuzzer *fuzzer, struct message *message, uint8_t cmd)
{
	struct message slb = { .len = 0 };
	bool enables = cmd == NETTUNE_CMD_SLB_ENABLE;

	put_u32(&slb, NETTUNE_A_SLB_IFINDEX, fuzzer->bond);
	if (enables && pick(fuzzer, 2))
		put_u32(&slb, NETTUNE_A_SLB_MACS_MAX, (64U << pick(fuzzer, 8)) - !pick(fuzzer, 8));
	if (enables && pick(fuzzer, 2))
		put_u32(&slb, NETTUNE_A_SLB_FLAGS, pick(fuzzer, 2));
	if (enables && !pick(fuzzer, 4))
		put_u32(&slb, NETTUNE_A_SLB_PREFERRED, pick(fuzzer, 2) * fuzzer->device);
	if (enables && !pick(fuzzer, 4))
		put_u32(&slb, NETTUNE_A_SLB_ANNOUNCE_AGE_MS, 1 + pick(fuzzer, 600000));
	put_nest(message, NETTUNE_A_SLB, &slb);
}

static void begin(const struct fuzzer *fuzzer, struct message *message, uint8_t cmd)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)message->data;
	struct genlmsghdr *genlh = (struct genlmsghdr *)(nlh + 1);

	memset(message->data, 0, sizeof(*nlh) + sizeof(*genlh));
	nlh->nlmsg_type = (uint16_t)fuzzer->family;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	nlh->nlmsg_seq = cmd;
	genlh->cmd = cmd;
	genlh->version = NETTUNE_FAMILY_VERSION;
	message->len = sizeof(*nlh) + sizeof(*genlh);
}

static void build(struct fuzzer *fuzzer, struct message *message)
{
	static const uint8_t cmds[] = {
		NETTUNE_CMD_CAPABILITY_GET, NETTUNE_CMD_TXN_APPLY, NETTUNE_CMD_TXN_GET,
		NETTUNE_CMD_TXN_BEGIN, NETTUNE_CMD_TXN_ADD, NETTUNE_CMD_TXN_COMMIT,
		NETTUNE_CMD_TXN_CONFIRM, NETTUNE_CMD_TXN_ROLLBACK,
		NETTUNE_CMD_SLB_ENABLE, NETTUNE_CMD_SLB_DISABLE, NETTUNE_CMD_SLB_GET,
		NETTUNE_CMD_SLB_MAC_GET,
	};
	uint8_t cmd = cmds[pick(fuzzer, sizeof(cmds))];
	struct nlmsghdr *nlh = (struct nlmsghdr *)message->data;
	uint32_t ops = 1 + pick(fuzzer, OPS_AT_ONCE);

	begin(fuzzer, message, cmd);
	if (cmd == NETTUNE_CMD_SLB_MAC_GET ||
	    ((cmd == NETTUNE_CMD_TXN_GET || cmd == NETTUNE_CMD_SLB_GET) && pick(fuzzer, 2)))
		nlh->nlmsg_flags |= NLM_F_DUMP;
	if (cmd >= NETTUNE_CMD_SLB_ENABLE) {
		put_slb(fuzzer, message, cmd);
		return;
	}
	if (cmd != NETTUNE_CMD_TXN_BEGIN && cmd != NETTUNE_CMD_TXN_APPLY && pick(fuzzer, 8))
		put_u64(message, NETTUNE_A_TXN_ID, fuzzer->last_id);
	if (pick(fuzzer, 2))
		put_u32(message, NETTUNE_A_DEADLINE_MS, pick(fuzzer, 30));
	while (ops-- && (cmd == NETTUNE_CMD_TXN_APPLY || cmd == NETTUNE_CMD_TXN_ADD))
		put_op(fuzzer, message);
}

/* Changes a few bytes, lengths above all. Its number no longer says which command it was. */
static void mutate(struct fuzzer *fuzzer, struct message *message)
{
	uint32_t times = pick(fuzzer, 6), at, len = (uint32_t)message->len;

	if (times)
		((struct nlmsghdr *)message->data)->nlmsg_seq = 0;
	while (times--) {
		at = NLMSG_HDRLEN + pick(fuzzer, len - NLMSG_HDRLEN);
		switch (pick(fuzzer, 5)) {
		case 0:
			message->data[at] ^= (unsigned char)(1U << pick(fuzzer, 8));
			break;
		case 1:
			message->data[at] = (unsigned char)pick(fuzzer, 256);
			break;
		case 2:
			/* The low byte of what is probably a length. */
			message->data[at & ~3U] = (unsigned char)pick(fuzzer, 64);
			break;
		case 3:
			message->data[(at & ~3U) + 2] = (unsigned char)pick(fuzzer, 24);
			break;
		default:
			message->len = at > GENL_HDRLEN + NLMSG_HDRLEN ? at : message->len;
			len = (uint32_t)message->len;
		}
	}
}

/* Whether the answer tells of a transaction that has not ended. */
static bool is_pending(struct nlmsghdr *nlh)
{
	struct nlattr *attr = nlmsg_find_attr(nlh, GENL_HDRLEN, NETTUNE_A_TXN_STATE);

	if (!attr || nla_len(attr) != 4)
		return false;
	switch (nla_get_u32(attr)) {
	case NETTUNE_TXN_STATE_COMMITTED:
	case NETTUNE_TXN_STATE_REFUSED:
	case NETTUNE_TXN_STATE_UNDONE:
	case NETTUNE_TXN_STATE_UNDO_FAILED:
		return false;
	default:
		return true;
	}
}

static void take_verdict(struct fuzzer *fuzzer, const struct nlmsghdr *nlh)
{
	/* Both kinds begin with it. */
	if (*(const int *)nlmsg_data(nlh)) {
		fuzzer->refused++;
		return;
	}
	fuzzer->accepted++;
	if (nlh->nlmsg_seq <= NETTUNE_CMD_MAX)
		fuzzer->valid[nlh->nlmsg_seq]++;
}

/* Remembers the transaction that an answer tells of. */
static void take_answer(struct fuzzer *fuzzer, struct nlmsghdr *nlh)
{
	struct nlattr *attr;

	if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE) {
		take_verdict(fuzzer, nlh);
		return;
	}
	if (nlh->nlmsg_type != fuzzer->family || nlmsg_datalen(nlh) < (int)GENL_HDRLEN)
		return;
	attr = nlmsg_find_attr(nlh, GENL_HDRLEN, NETTUNE_A_TXN_ID);
	if (!attr || nla_len(attr) != 8)
		return;
	fuzzer->last_id = nla_get_u64(attr);
	if (is_pending(nlh) && fuzzer->pending_count < NETTUNE_TXN_PENDING_MAX)
		fuzzer->pending[fuzzer->pending_count++] = fuzzer->last_id;
}

static void drain(struct fuzzer *fuzzer, int fd)
{
	static _Alignas(8) unsigned char buffer[32768];
	ssize_t len;

	while ((len = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT)) > 0) {
		struct nlmsghdr *nlh = (struct nlmsghdr *)buffer;
		int left = (int)len;

		for (; nlmsg_ok(nlh, left); nlh = nlmsg_next(nlh, &left))
			take_answer(fuzzer, nlh);
	}
}

static void transmit(struct fuzzer *fuzzer, int fd, struct message *message)
{
	((struct nlmsghdr *)message->data)->nlmsg_len = (uint32_t)message->len;
	/* A full queue is emptied by the next reading. */
	send(fd, message->data, message->len, MSG_DONTWAIT);
	drain(fuzzer, fd);
}

/* Rolls back whatever is pending. */
static void sweep(struct fuzzer *fuzzer, int fd)
{
	struct message message;
	uint32_t i, count;

	begin(fuzzer, &message, NETTUNE_CMD_TXN_GET);
	((struct nlmsghdr *)message.data)->nlmsg_flags |= NLM_F_DUMP;
	fuzzer->pending_count = 0;
	transmit(fuzzer, fd, &message);
	count = fuzzer->pending_count;
	for (i = 0; i < count; i++) {
		begin(fuzzer, &message, NETTUNE_CMD_TXN_ROLLBACK);
		put_u64(&message, NETTUNE_A_TXN_ID, fuzzer->pending[i]);
		transmit(fuzzer, fd, &message);
	}
}

static int connect_raw(void)
{
	const struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	int on = 1;

	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		perror("socket");
		exit(1);
	}
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	return fd;
}

static void run(struct fuzzer *fuzzer, uint64_t count)
{
	struct message message;
	int fd = connect_raw();
	uint64_t i;

	for (i = 0; i < count; i++) {
		if (i % RENEW_EVERY == RENEW_EVERY - 1) {
			close(fd);
			fd = connect_raw();
		}
		if (i % SWEEP_EVERY == SWEEP_EVERY - 1)
			sweep(fuzzer, fd);
		build(fuzzer, &message);
		if (pick(fuzzer, 4))
			mutate(fuzzer, &message);
		transmit(fuzzer, fd, &message);
	}
	sweep(fuzzer, fd);
	close(fd);
}

static int resolve(void)
{
	struct nl_sock *sock = nl_socket_alloc();
	int family = sock && genl_connect(sock) == 0 ?
			     genl_ctrl_resolve(sock, NETTUNE_FAMILY_NAME) : -1;

	nl_socket_free(sock);
	return family;
}

static void print_valid(const struct fuzzer *fuzzer)
{
	static const struct {
		const char *name;
		int cmd;
	} cmds[] = {
		{ "capability-get", NETTUNE_CMD_CAPABILITY_GET },
		{ "txn-apply", NETTUNE_CMD_TXN_APPLY },
		{ "txn-get", NETTUNE_CMD_TXN_GET },
		{ "txn-begin", NETTUNE_CMD_TXN_BEGIN },
		{ "txn-add", NETTUNE_CMD_TXN_ADD },
		{ "txn-commit", NETTUNE_CMD_TXN_COMMIT },
		{ "txn-confirm", NETTUNE_CMD_TXN_CONFIRM },
		{ "txn-rollback", NETTUNE_CMD_TXN_ROLLBACK },
		{ "slb-enable", NETTUNE_CMD_SLB_ENABLE },
		{ "slb-disable", NETTUNE_CMD_SLB_DISABLE },
		{ "slb-get", NETTUNE_CMD_SLB_GET },
		{ "slb-mac-get", NETTUNE_CMD_SLB_MAC_GET },
	};
	size_t i;

	for (i = 0; i < sizeof(cmds) / sizeof(cmds[0]); i++)
		printf("valid %s=%" PRIu64 "\n", cmds[i].name, fuzzer->valid[cmds[i].cmd]);
}

/* The files, and of other names the first is the device, the second the bond. */
static void take_name(struct fuzzer *fuzzer, const char *name)
{
	int fd;

	if (name[0] != '/') {
		*(fuzzer->device ? &fuzzer->bond : &fuzzer->device) = if_nametoindex(name);
		return;
	}
	fd = fuzzer->fd_count < FILES_MAX ? open(name, O_RDWR | O_CLOEXEC) : -1;
	if (fd >= 0)
		fuzzer->fds[fuzzer->fd_count++] = fd;
}

int main(int argc, char **argv)
{
	struct fuzzer fuzzer = { .device = 0 };
	int i;

	if (argc < 4) {
		fprintf(stderr, "usage: genl_fuzz SEED COUNT [DEVICE] FILE...\n");
		return 2;
	}
	fuzzer.random = strtoull(argv[1], NULL, 0) * 2 + 1;
	fuzzer.family = resolve();
	if (fuzzer.family < 0) {
		printf("module is not loaded\n");
		return 6;
	}
	for (i = 3; i < argc; i++)
		take_name(&fuzzer, argv[i]);
	if (!fuzzer.fd_count) {
		printf("no file can be opened\n");
		return 1;
	}
	if (!fuzzer.device)
		fuzzer.device = 1;
	run(&fuzzer, strtoull(argv[2], NULL, 0));
	printf("accepted=%" PRIu64 " refused=%" PRIu64 " last_id=%" PRIu64 "\n", fuzzer.accepted,
	       fuzzer.refused, fuzzer.last_id);
	print_valid(&fuzzer);
	return 0;
}
