// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long frames take that are sent from a device, with all that receives them.
 *
 * usage: slb_frames DEVICE SOURCE DESTINATION TCI BATCHES
 *
 * The frames are the same, with a tag of 802.1Q unless TCI is 0. On veth all that a frame causes
 * happens before the call that sends it returns. Prints nanoseconds per frame, of the median of
 * batches so short that most of them see nothing else happen.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define EXPERIMENT 0x88b5
#define FRAME_BYTES 60U
#define BATCH_FRAMES 32U
#define BATCHES_MAX 1024U

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(1);
}

static void put_mac(unsigned char *at, const char *text)
{
	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &at[0], &at[1], &at[2], &at[3], &at[4],
		   &at[5]) != 6)
		die(text);
}

static void put16(unsigned char *at, unsigned long value)
{
	at[0] = (unsigned char)(value >> 8);
	at[1] = (unsigned char)value;
}

static int open_device(const char *device)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET,
				       .sll_ifindex = (int)if_nametoindex(device) };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 || !address.sll_ifindex ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		die(device);
	return fd;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

static uint64_t send_batch(int fd, const unsigned char *frame)
{
	uint64_t begin = now_ns();

	for (unsigned int i = 0; i < BATCH_FRAMES; i++)
		if (send(fd, frame, FRAME_BYTES, 0) < 0)
			die("send");
	return now_ns() - begin;
}

static int compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

static double median_batch(int fd, const unsigned char *frame, unsigned long count)
{
	static uint64_t ns[BATCHES_MAX];

	/* What was never used before is not what is measured. */
	send_batch(fd, frame);
	for (unsigned long i = 0; i < count; i++)
		ns[i] = send_batch(fd, frame);
	qsort(ns, count, sizeof(*ns), compare);
	return (double)ns[count / 2];
}

int main(int argc, char **argv)
{
	unsigned char frame[FRAME_BYTES] = { 0 }, *at = frame + 2 * ETH_ALEN;
	unsigned long tci, count;
	int fd;

	count = argc == 6 ? strtoul(argv[5], NULL, 10) : 0;
	if (!count || count > BATCHES_MAX) {
		fprintf(stderr, "usage: slb_frames DEVICE SOURCE DESTINATION TCI BATCHES\n");
		return 2;
	}
	put_mac(frame + ETH_ALEN, argv[2]);
	put_mac(frame, argv[3]);
	tci = strtoul(argv[4], NULL, 0);
	if (tci) {
		put16(at, ETH_P_8021Q);
		put16(at + 2, tci);
		at += 4;
	}
	put16(at, EXPERIMENT);
	fd = open_device(argv[1]);
	printf("%.1f\n", median_batch(fd, frame, count) / BATCH_FRAMES);
	return 0;
}
