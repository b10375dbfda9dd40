// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzes what balance-slb makes of frames: the input is frames that go out and come in, each
 * in memory of its own size, and time that passes between them.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../kmod/core/dedup.h"

#define BUCKETS 2U
#define WINDOW 500U
#define PORTS 4U

static struct nt_dedup_bucket buckets[BUCKETS];

/**
 * struct bytes - the rest of the input
 * @data: @left bytes
 * @left: bytes
 */
struct bytes {
	const uint8_t *data;
	size_t left;
};

static uint8_t take(struct bytes *in)
{
	if (!in->left)
		return 0;
	in->left--;
	return *in->data++;
}

/* What a frame's kind says about its bytes. */
static void check_kind(const uint8_t *frame, size_t len, enum nt_frame_kind kind)
{
	if (kind == NT_FRAME_OTHER)
		return;
	assert(frame[0] & 1);
	assert(len > NT_FRAME_HEADER);
	if (kind == NT_FRAME_GARP || kind == NT_FRAME_RARP)
		assert(memcmp(frame, "\xff\xff\xff\xff\xff\xff", 6) == 0 &&
		       len >= NT_FRAME_HEADER + 28);
	if (kind == NT_FRAME_NA)
		assert(len >= NT_FRAME_HEADER + 40 + 24);
}

static uint32_t count_entries(const struct nt_dedup *table, uint32_t now)
{
	struct nt_dedup_entry entry;
	uint32_t i, count = 0;

	for (i = 0; i < nt_dedup_room(table); i++) {
		if (!nt_dedup_entry(table, i, now, &entry))
			continue;
		assert(!(entry.mac[0] & 1));
		assert(entry.port < PORTS || entry.port == NT_DEDUP_NO_PORT);
		count++;
	}
	return count;
}

/* What was sent is known, and what comes back at once is dropped. */
static void check_send(struct nt_dedup *table, const struct nt_dedup_frame *frame, uint32_t now)
{
	static const uint8_t own[6] = { 2 }, all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct nt_dedup_place place = { own, true, true };
	struct nt_dedup_learned learned = nt_dedup_send(table, frame, now);
	struct nt_dedup_frame back = *frame;

	assert(learned.from < PORTS || learned.from == NT_DEDUP_NO_PORT);
	if (learned.change == NT_DEDUP_NOTHING)
		return;
	back.dst = all;
	back.kind = NT_FRAME_OTHER;
	assert(nt_dedup_drops(nt_dedup_receive(table, &back, &place, now)));
}

static void check_receive(struct nt_dedup *table, const struct nt_dedup_frame *frame,
			  uint8_t choice, uint32_t now)
{
	static const uint8_t own[6] = { 2, 0, 0, 0, 0, 0xb0 };
	struct nt_dedup_place place = { own, choice & 1, choice & 2 };
	uint32_t before = count_entries(table, now);
	enum nt_dedup_verdict verdict = nt_dedup_receive(table, frame, &place, now);

	if (nt_frame_is_link_local(frame->dst))
		assert(verdict == NT_DEDUP_LINK_LOCAL);
	if (verdict == NT_DEDUP_NONACTIVE)
		assert(!place.takes_groups && (frame->dst[0] & 1));
	if (verdict == NT_DEDUP_MOVED)
		assert(place.lets_move && nt_frame_announces(frame->kind));
	if (verdict == NT_DEDUP_LOCKED)
		assert(nt_frame_announces(frame->kind));
	if (nt_dedup_drops(verdict))
		assert(count_entries(table, now) == before);
	assert(count_entries(table, now) <= before);
}

static void fuzz_frame(struct nt_dedup *table, struct bytes *in, uint32_t now)
{
	uint8_t choice = take(in);
	size_t len = take(in);
	struct nt_dedup_frame frame;
	uint8_t *bytes;

	if (len > in->left)
		len = in->left;
	/* Of its own size, so that a byte too far is seen. */
	bytes = malloc(len + !len);
	assert(bytes);
	memcpy(bytes, in->data, len);
	in->data += len;
	in->left -= len;
	frame.kind = nt_frame_kind(bytes, (uint32_t)len);
	frame.tag = nt_frame_tag(bytes, (uint32_t)len);
	check_kind(bytes, len, frame.kind);
	frame.dst = bytes;
	frame.src = bytes + NT_FRAME_MAC;
	frame.port = choice >> 2 & (PORTS - 1);
	if (len >= NT_FRAME_HEADER && choice & 0x80)
		check_send(table, &frame, now);
	else if (len >= NT_FRAME_HEADER)
		check_receive(table, &frame, choice, now);
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nt_dedup table = { .buckets = buckets, .mask = BUCKETS - 1, .window = WINDOW };
	struct bytes in = { .data = data, .left = size };
	uint32_t now = UINT32_MAX - WINDOW;

	memset(buckets, 0, sizeof(buckets));
	while (in.left) {
		uint8_t choice = take(&in);

		now += choice & 0x3f;
		if ((choice & 0xc0) == 0x40)
			now += WINDOW;
		if ((choice & 0xf0) == 0x80)
			nt_dedup_release(&table, choice & (PORTS - 1));
		if ((choice & 0xf0) == 0x90)
			assert(nt_dedup_sweep(&table, 2 * WINDOW, now) ==
			       count_entries(&table, now));
		fuzz_frame(&table, &in, now);
	}
	return 0;
}
