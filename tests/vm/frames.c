// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sends Ethernet frames of one kind, or counts those that come in.
 *
 * usage: frames [-n NETNS] send DEVICE KIND [NAME=VALUE…]
 *        frames [-n NETNS] listen DEVICE [proto=HEX] [log=1] [may-drop]
 *        frames stamp
 *
 * KINDs: data, arp, garp-request, garp-reply, rarp, na, igmp, mld, link-local, random. Of the
 * last half are of another kind, changed here and there.
 * NAMEs: src, dst (addresses), count, hz (frames in a second, 0 as fast as it goes),
 * tag and inner (HEX:HEX, protocol and control information), spoof (1: each frame has a
 * source of its own), seed, log (1: each frame's number and the time of CLOCK_MONOTONIC
 * before it was sent, in microseconds, are printed).
 *
 * Frames of kind data are numbered. A listener says "listening" when it does, and counts until
 * SIGTERM and then 100 ms of silence. It fails when frames did not fit into its socket, which
 * with may-drop is no matter; then it prints "SOURCE PROTOCOL VLAN COUNT" for each it saw (VLAN
 * 0 without tag), of numbered ones how many came and how many different ones, and
 * "missing N" for each number that did not come before the last that did; with log "came TIME"
 * for each frame, too, in microseconds, as the kernel took it in, which a listener that comes
 * late does not change. To stamp is to print
 * each line that comes in on standard input, behind the time as of log.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DATA_PROTOCOL 0x88b5
#define NUMBERS_MAX (1U << 20)
#define ROWS_MAX 1024U
#define QUIET_MS 100
#define BATCH_MAX 32U

struct frame {
	unsigned char bytes[1514];
	size_t len;
};

struct request {
	const char *kind;
	unsigned char src[6];
	unsigned char dst[6];
	bool has_dst;
	unsigned int count;
	unsigned int hz;
	unsigned int tags[2][2];
	bool spoof;
	bool log;
	uint64_t random;
};

static volatile sig_atomic_t is_over;

static void on_signal(int number)
{
	(void)number;
	is_over = 1;
}

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "frames: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void put(struct frame *frame, const void *data, size_t len)
{
	if (frame->len + len > sizeof(frame->bytes))
		die("frame too long");
	memcpy(frame->bytes + frame->len, data, len);
	frame->len += len;
}

static void put16(struct frame *frame, unsigned int value)
{
	uint16_t wire = htons((uint16_t)value);

	put(frame, &wire, sizeof(wire));
}

static void put_arp(struct frame *frame, const unsigned char *mac, unsigned int op, const char *to)
{
	static const unsigned char zero[6];

	put(frame, "\0\1\x08\0\6\4", 6);
	put16(frame, op);
	put(frame, mac, 6);
	put(frame, "\x0a\0\0\x4d", 4);
	put(frame, zero, 6);
	put(frame, to, 4);
}

static void put_ipv6(struct frame *frame, unsigned int len, unsigned int next, const char *dst)
{
	put(frame, "\x60\0\0\0", 4);
	put16(frame, len);
	put(frame, next == 58 ? "\x3a\xff" : "\0\1", 2);
	put(frame, "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x4d", 16);
	put(frame, dst, 16);
}

static void put_na(struct frame *frame)
{
	put_ipv6(frame, 24, 58, "\xff\2\0\0\0\0\0\0\0\0\0\0\0\0\0\1");
	put(frame, "\x88\0\0\0\x20\0\0\0", 8);
	put(frame, "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x4d", 16);
}

static void put_mld(struct frame *frame)
{
	put_ipv6(frame, 16, 0, "\xff\2\0\0\0\0\0\0\0\0\0\0\0\0\0\x16");
	put(frame, "\x3a\0\5\2\0\0\1\0", 8);
	put(frame, "\x8f\0\0\0\0\0\0\0", 8);
}

static void put_igmp(struct frame *frame)
{
	put(frame, "\x46\xc0\0\x20\0\0\x40\0\1\2\0\0\x0a\0\0\x4d\xe0\0\0\x16\x94\4\0\0", 24);
	put(frame, "\x22\0\0\0\0\0\0\0", 8);
}

static uint64_t next_random(struct request *request)
{
	request->random ^= request->random >> 12;
	request->random ^= request->random << 25;
	request->random ^= request->random >> 27;
	return request->random * 2685821657736338717ULL;
}

/* One of 256 addresses, the source's first. */
static void put_neighbour(unsigned char *mac, struct request *request)
{
	memcpy(mac, request->src, 5);
	mac[5] = (unsigned char)(next_random(request) >> 32);
}

/* Bytes that often look like something, cut off anywhere. */
static void put_random(struct frame *frame, struct request *request)
{
	static const unsigned int protocols[] = { 0x806, 0x8035, 0x800, 0x86dd, 0x8100, 0x88a8 };
	size_t len = 14 + next_random(request) % 120;

	frame->len = 12;
	/* To all, to a group, to who sent or may have; from the source or a neighbour of it. */
	if (next_random(request) & 1)
		memset(frame->bytes, 0xff, 6);
	else if (next_random(request) & 1)
		put_neighbour(frame->bytes, request);
	if (next_random(request) & 1)
		put_neighbour(frame->bytes + 6, request);
	put16(frame, protocols[next_random(request) % 6]);
	while (frame->len < len) {
		unsigned char byte = (unsigned char)(next_random(request) >> 56);
		static const unsigned char likely[] = { 0, 1, 2, 58, 0x45, 0x60, 6, 4 };

		if (byte & 1)
			byte = likely[byte >> 1 & 7];
		put(frame, &byte, 1);
	}
}

static const struct kind {
	const char *name;
	const char *dst;
	unsigned int protocol;
} kinds[] = {
	{ "data", "\xff\xff\xff\xff\xff\xff", DATA_PROTOCOL },
	{ "arp", "\xff\xff\xff\xff\xff\xff", 0x806 },
	{ "garp-request", "\xff\xff\xff\xff\xff\xff", 0x806 },
	{ "garp-reply", "\xff\xff\xff\xff\xff\xff", 0x806 },
	{ "rarp", "\xff\xff\xff\xff\xff\xff", 0x8035 },
	{ "na", "\x33\x33\0\0\0\1", 0x86dd },
	{ "igmp", "\1\0\x5e\0\0\x16", 0x800 },
	{ "mld", "\x33\x33\0\0\0\x16", 0x86dd },
	{ "link-local", "\1\x80\xc2\0\0\xe", 0x88cc },
	{ "random", "\1\0\x5e\0\0\1", DATA_PROTOCOL },
};

static const struct kind *kind_of(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	die(name);
}

static void put_payload(struct frame *frame, struct request *request, unsigned int number)
{
	const char *kind = request->kind;

	if (strcmp(kind, "arp") == 0)
		put_arp(frame, request->src, 1, "\x0a\0\0\1");
	else if (strcmp(kind, "garp-request") == 0)
		put_arp(frame, request->src, 1, "\x0a\0\0\x4d");
	else if (strcmp(kind, "garp-reply") == 0)
		put_arp(frame, request->src, 2, "\x0a\0\0\x4d");
	else if (strcmp(kind, "rarp") == 0)
		put_arp(frame, request->src, 3, "\0\0\0\0");
	else if (strcmp(kind, "na") == 0)
		put_na(frame);
	else if (strcmp(kind, "mld") == 0)
		put_mld(frame);
	else if (strcmp(kind, "igmp") == 0)
		put_igmp(frame);
	else if (strcmp(kind, "random") == 0)
		put_random(frame, request);
	else
		put(frame, &number, sizeof(number));
}

static void build_kind(struct frame *frame, struct request *request, unsigned int number)
{
	const struct kind *kind = kind_of(request->kind);
	unsigned char src[6];
	int i;

	memcpy(src, request->src, 6);
	if (request->spoof)
		for (i = 0; i < 3; i++)
			src[5 - i] ^= (unsigned char)(number >> (8 * i));
	memset(frame->bytes, 0, sizeof(frame->bytes));
	frame->len = 0;
	put(frame, request->has_dst ? request->dst : (const unsigned char *)kind->dst, 6);
	put(frame, src, 6);
	for (i = 0; i < 2; i++) {
		if (!request->tags[i][0])
			continue;
		put16(frame, request->tags[i][0]);
		put16(frame, request->tags[i][1]);
	}
	put16(frame, kind->protocol);
	put_payload(frame, request, number);
	if (frame->len < 60 && strcmp(request->kind, "random") != 0)
		frame->len = 60;
}

/* A frame that was right: of any other kind, tagged or not, a few bytes changed, cut off. */
static void build_mutated(struct frame *frame, const struct request *request, unsigned int number)
{
	static const unsigned int protocols[] = { 0, 0, 0x8100, 0x88a8 };
	struct request valid = *request;
	unsigned int i;

	valid.kind = kinds[next_random(&valid) % (sizeof(kinds) / sizeof(kinds[0]) - 1)].name;
	for (i = 0; i < 2; i++) {
		valid.tags[i][0] = protocols[next_random(&valid) % 4];
		valid.tags[i][1] = (unsigned int)next_random(&valid) & 0xe003;
	}
	if (next_random(&valid) & 1)
		put_neighbour(valid.src, &valid);
	build_kind(frame, &valid, number);
	for (i = (unsigned int)next_random(&valid) % 4; i > 1; i--)
		frame->bytes[14 + next_random(&valid) % (frame->len - 14)] =
			(unsigned char)(next_random(&valid) >> 32);
	if (next_random(&valid) % 8 == 0)
		frame->len = 14 + next_random(&valid) % (frame->len - 14);
}

static void build(struct frame *frame, struct request *request, unsigned int number)
{
	if (strcmp(request->kind, "random") == 0 && next_random(request) & 1)
		build_mutated(frame, request, number);
	else
		build_kind(frame, request, number);
}

static void parse_mac(const char *text, unsigned char *mac)
{
	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1], &mac[2], &mac[3],
		   &mac[4], &mac[5]) != 6)
		die(text);
}

static void parse_option(struct request *request, const char *option)
{
	const char *value = strchr(option, '=');
	size_t len = value ? (size_t)(value - option) : 0;

	if (!value)
		die(option);
	value++;
#define IS(name) (len == strlen(name) && strncmp(option, name, len) == 0)
	if (IS("src"))
		parse_mac(value, request->src);
	else if (IS("dst"))
		parse_mac(value, request->dst), request->has_dst = true;
	else if (IS("count"))
		request->count = (unsigned int)strtoul(value, NULL, 10);
	else if (IS("hz"))
		request->hz = (unsigned int)strtoul(value, NULL, 10);
	else if (IS("spoof"))
		request->spoof = true;
	else if (IS("log"))
		request->log = true;
	else if (IS("seed"))
		request->random = strtoull(value, NULL, 10) * 2 + 1;
	else if (IS("tag") || IS("inner"))
		sscanf(value, "%x:%x", &request->tags[IS("inner")][0],
		       &request->tags[IS("inner")][1]);
	else
		die(option);
#undef IS
}

static int open_device(const char *device, unsigned int protocol)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET,
				       .sll_protocol = htons((uint16_t)protocol),
				       .sll_ifindex = (int)if_nametoindex(device) };
	/* Of no protocol until it is bound: what other devices receive is none of its business. */
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		die(device);
	return fd;
}

static void wait_turn(const struct timespec *start, unsigned int number, unsigned int hz)
{
	struct timespec turn = *start;
	uint64_t ns = (uint64_t)number * 1000000000 / hz + (uint64_t)turn.tv_nsec;

	turn.tv_sec += (time_t)(ns / 1000000000);
	turn.tv_nsec = (long)(ns % 1000000000);
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &turn, NULL);
}

static long long now_us(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (long long)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static int stamp_lines(void)
{
	char line[4096];

	while (fgets(line, sizeof(line), stdin)) {
		printf("%lld %s", now_us(), line);
		fflush(stdout);
	}
	return 0;
}

/* Sends them all, but those that the kernel does not take for frames. */
static void send_batch(int fd, struct frame *frames, unsigned int count)
{
	struct mmsghdr messages[BATCH_MAX] = { 0 };
	struct iovec parts[BATCH_MAX];
	unsigned int i, sent = 0;

	for (i = 0; i < count; i++) {
		parts[i] = (struct iovec){ frames[i].bytes, frames[i].len };
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	while (sent < count) {
		int r = sendmmsg(fd, messages + sent, count - sent, 0);

		if (r > 0)
			sent += (unsigned int)r;
		else if (errno == ENETDOWN || errno == ENOBUFS)
			poll(NULL, 0, 1);
		else if (errno == EINVAL)
			sent++;
		else
			die("send");
	}
}

static int send_frames(const char *device, struct request *request)
{
	static struct frame frames[BATCH_MAX];
	/* One by one where it matters when. */
	unsigned int i, n, batch = request->hz || request->log ? 1 : BATCH_MAX;
	int fd = open_device(device, 0);
	struct timespec start;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (i = 0; i < request->count && !is_over; i += n) {
		for (n = 0; n < batch && i + n < request->count; n++)
			build(&frames[n], request, i + n);
		if (request->log)
			printf("sent %u %lld\n", i, now_us());
		send_batch(fd, frames, n);
		if (request->hz)
			wait_turn(&start, i + n, request->hz);
	}
	return 0;
}

struct row {
	unsigned char src[6];
	unsigned int protocol;
	unsigned int vid;
	unsigned int count;
};

struct counts {
	struct row rows[ROWS_MAX];
	unsigned int row_count;
	unsigned char numbers[NUMBERS_MAX];
	unsigned int received;
};

static void note(struct counts *counts, const struct row *seen)
{
	unsigned int i;

	for (i = 0; i < counts->row_count; i++) {
		struct row *row = &counts->rows[i];

		if (memcmp(row->src, seen->src, 6) == 0 && row->protocol == seen->protocol &&
		    row->vid == seen->vid) {
			row->count++;
			return;
		}
	}
	if (counts->row_count == ROWS_MAX)
		return;
	counts->rows[counts->row_count] = *seen;
	counts->rows[counts->row_count++].count = 1;
}

static void note_frame(struct counts *counts, const unsigned char *bytes, size_t len,
		       const struct tpacket_auxdata *aux)
{
	struct row row = { .vid = aux->tp_status & TP_STATUS_VLAN_VALID ?
					  aux->tp_vlan_tci & 0xfffU : 0 };
	const unsigned char *at = bytes + 12;
	unsigned int number;

	if (len < 18)
		return;
	memcpy(row.src, bytes + 6, 6);
	row.protocol = (unsigned int)at[0] << 8 | at[1];
	if ((row.protocol == 0x8100 || row.protocol == 0x88a8) && !row.vid) {
		row.vid = ((unsigned int)at[2] << 8 | at[3]) & 0xfff;
		at += 4;
		row.protocol = (unsigned int)at[0] << 8 | at[1];
	}
	note(counts, &row);
	if (row.protocol != DATA_PROTOCOL)
		return;
	memcpy(&number, at + 2, sizeof(number));
	counts->received++;
	if (number < NUMBERS_MAX)
		counts->numbers[number] = 1;
}

/* When the kernel took the frame in, which the socket was told to note. */
static void log_arrival(const struct cmsghdr *head)
{
	struct timespec time;

	memcpy(&time, CMSG_DATA(head), sizeof(time));
	printf("came %lld\n", (long long)time.tv_sec * 1000000 + time.tv_nsec / 1000);
}

static void receive(int fd, struct counts *counts)
{
	union {
		char room[CMSG_SPACE(sizeof(struct tpacket_auxdata)) +
			  CMSG_SPACE(sizeof(struct timespec))];
		struct cmsghdr align;
	} control;
	unsigned char bytes[2048];
	struct sockaddr_ll from;
	struct iovec part = { .iov_base = bytes, .iov_len = sizeof(bytes) };
	struct msghdr message = { .msg_name = &from, .msg_namelen = sizeof(from),
				  .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	struct tpacket_auxdata aux = { 0 };
	struct cmsghdr *head;
	ssize_t len = recvmsg(fd, &message, MSG_DONTWAIT);

	if (len < 0 || from.sll_pkttype == PACKET_OUTGOING)
		return;
	for (head = CMSG_FIRSTHDR(&message); head; head = CMSG_NXTHDR(&message, head)) {
		if (head->cmsg_level == SOL_PACKET && head->cmsg_type == PACKET_AUXDATA)
			memcpy(&aux, CMSG_DATA(head), sizeof(aux));
		if (head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_TIMESTAMPNS)
			log_arrival(head);
	}
	note_frame(counts, bytes, (size_t)len, &aux);
}

static void print_counts(const struct counts *counts)
{
	unsigned int i, distinct = 0, last = 0;

	for (i = 0; i < counts->row_count; i++) {
		const struct row *row = &counts->rows[i];

		printf("%02x:%02x:%02x:%02x:%02x:%02x %04x %u %u\n", row->src[0], row->src[1],
		       row->src[2], row->src[3], row->src[4], row->src[5], row->protocol,
		       row->vid, row->count);
	}
	for (i = 0; i < NUMBERS_MAX; i++)
		if (counts->numbers[i])
			last = i;
	for (i = 0; i <= last; i++) {
		distinct += counts->numbers[i];
		if (!counts->numbers[i] && counts->received)
			printf("missing %u\n", i);
	}
	printf("data received=%u distinct=%u last=%u\n", counts->received, distinct, last);
}

/* A count without what did not fit into the socket is none. */
static void check_drops(int fd)
{
	struct tpacket_stats stats;
	socklen_t len = sizeof(stats);

	if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len) < 0)
		die("PACKET_STATISTICS");
	if (stats.tp_drops) {
		fprintf(stderr, "frames: %u frames did not fit into the socket\n", stats.tp_drops);
		exit(1);
	}
}

static int listen_for(const char *device, unsigned int protocol, bool logs, bool may_drop)
{
	static struct counts counts;
	int fd = open_device(device, protocol), on = 1, bytes = 8 << 20;
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	bool was_over;
	int r;

	if (setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0 ||
	    (logs && setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) < 0))
		die("setsockopt");
	puts("listening");
	fflush(stdout);
	do {
		/* Silence that began before the signal says nothing of what was sent since. */
		was_over = is_over;
		r = poll(&ready, 1, QUIET_MS);
		if (r > 0)
			receive(fd, &counts);
	} while (r != 0 || !was_over);
	if (!may_drop)
		check_drops(fd);
	print_counts(&counts);
	return 0;
}

/* Only the network: whoever enters with "ip netns exec" mounts /sys anew each time. */
static void enter(const char *netns)
{
	char path[64];
	int fd;

	if (snprintf(path, sizeof(path), "/run/netns/%s", netns) >= (int)sizeof(path))
		die("netns too long");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		die(path);
	close(fd);
}

static int parse_listen(int argc, char **argv)
{
	unsigned int protocol = ETH_P_ALL;
	bool may_drop = false, logs = false;
	int i;

	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "may-drop") == 0)
			may_drop = true;
		else if (strcmp(argv[i], "log=1") == 0)
			logs = true;
		else if (sscanf(argv[i], "proto=%x", &protocol) != 1)
			die(argv[i]);
	}
	return listen_for(argv[0], protocol, logs, may_drop);
}

static int parse_send(int argc, char **argv)
{
	struct request request = { .kind = argv[1], .count = 1, .random = 1,
				   .src = { 2, 0, 0, 0, 0, 0x77 } };
	int i;

	for (i = 2; i < argc; i++)
		parse_option(&request, argv[i]);
	return send_frames(argv[0], &request);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGTERM, &action, NULL);
	if (argc == 2 && strcmp(argv[1], "stamp") == 0)
		return stamp_lines();
	if (argc > 3 && strcmp(argv[1], "-n") == 0) {
		enter(argv[2]);
		argc -= 2;
		argv += 2;
	}
	if (argc >= 3 && strcmp(argv[1], "listen") == 0)
		return parse_listen(argc - 2, argv + 2);
	if (argc >= 4 && strcmp(argv[1], "send") == 0)
		return parse_send(argc - 2, argv + 2);
	fprintf(stderr, "usage: frames [-n NETNS] send|listen DEVICE …\n");
	return 2;
}
