// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which frames that come in on a port of a bond are copies.
 *
 * The switches beyond a bond in mode balance-xor know nothing of it, so a broadcast
 * comes in on every port, and one that was sent through a port comes back through the
 * others. Open vSwitch's rules for "SLB bonding" let one copy in:
 *
 * 1. What ends at the link is no copy.
 * 2. What has the bond's own address as source was sent by it.
 * 3. Multicast and broadcast come in through one port, the active one.
 * 4. What has a source that sent through the bond just before came back - unless it is an
 *    announcement, with which a machine that moved away tells where it is now. That one
 *    passes in turn unless the source announced itself through the bond just before.
 *
 * Unlike Open vSwitch's, these know the announcements of RARP and IPv6. A source that
 * comes in after its time has moved away without telling, and is let go of too: nobody
 * must announce it in its name when a port fails.
 */
#include "dedup.h"

/* In a key, above address and VLAN: a free entry is 0. */
#define KEY_VALID (1ULL << 60)
#define KEY_VID_SHIFT 48

#define NO_WAY NT_DEDUP_WAYS

/**
 * nt_dedup_key() - an address in a VLAN as one number
 * @mac: 6 bytes
 * @vid: the VLAN, below 4096
 *
 * Return: the number, never 0.
 */
u64 nt_dedup_key(const u8 *mac, u32 vid)
{
	/* Compilers make one load of each. */
	u32 upper = (u32)mac[0] << 24 | (u32)mac[1] << 16 | (u32)mac[2] << 8 | mac[3];
	u32 lower = (u32)mac[4] << 8 | mac[5];

	return KEY_VALID | (u64)vid << KEY_VID_SHIFT | (u64)upper << 16 | lower;
}

static u32 key_vid(u64 key)
{
	return (u32)(key >> KEY_VID_SHIFT) & 0xfff;
}

static struct nt_dedup_bucket *bucket_of(const struct nt_dedup *table, u64 key)
{
	/* SipHash-1-3 on 64 bits: a third less to do than siphash, which was most of a lookup. */
	u32 hash = hsiphash_2u32((u32)key, (u32)(key >> 32), &table->secret);

	return &table->buckets[hash & table->mask];
}

static u32 find_way(const struct nt_dedup_bucket *bucket, u64 key)
{
	u32 way;

	for (way = 0; way < NT_DEDUP_WAYS; way++)
		if (READ_ONCE(bucket->keys[way]) == key)
			return way;
	return NO_WAY;
}

/* Of the entry that is free, or that sent longest ago. */
static u32 oldest_way(const struct nt_dedup_bucket *bucket, u32 now)
{
	u32 way, age, oldest = 0, oldest_age = 0;

	for (way = 0; way < NT_DEDUP_WAYS; way++) {
		if (!READ_ONCE(bucket->keys[way]))
			return way;
		age = now - READ_ONCE(bucket->seen[way]);
		if (age >= oldest_age) {
			oldest = way;
			oldest_age = age;
		}
	}
	return oldest;
}

/* Whether @tick is at most the window ago. */
static bool is_recent(const struct nt_dedup *table, u32 tick, u32 now)
{
	return now - tick < table->window;
}

static struct nt_dedup_learned learn(const struct nt_dedup *table, struct nt_dedup_bucket *bucket,
				     const struct nt_dedup_frame *frame, u64 key, u32 now)
{
	struct nt_dedup_learned learned = { NT_DEDUP_NOTHING, frame->port };
	u32 way = oldest_way(bucket, now);
	u64 before = READ_ONCE(bucket->keys[way]);

	/* Whoever is faster has the entry; the next frame finds another. */
	if (cmpxchg(&bucket->keys[way], before, key) != before)
		return learned;
	WRITE_ONCE(bucket->seen[way], now);
	WRITE_ONCE(bucket->announced[way],
		   nt_frame_announces(frame->kind) ? now : now - table->window);
	WRITE_ONCE(bucket->tags[way], frame->tag);
	WRITE_ONCE(bucket->ports[way], frame->port);
	learned.change = before ? NT_DEDUP_EVICTED : NT_DEDUP_LEARNED;
	return learned;
}

/* Writes only what is new, to leave the line in the caches of other CPUs. */
static struct nt_dedup_learned refresh(struct nt_dedup_bucket *bucket, u32 way,
				       const struct nt_dedup_frame *frame, u32 now)
{
	struct nt_dedup_learned learned = { NT_DEDUP_NOTHING, frame->port };

	if (nt_frame_announces(frame->kind))
		WRITE_ONCE(bucket->announced[way], now);
	/* RARP may be ours, in the name of who is silent: what ages goes on to do so. */
	if (frame->kind != NT_FRAME_RARP && READ_ONCE(bucket->seen[way]) != now) {
		WRITE_ONCE(bucket->seen[way], now);
		learned.change = NT_DEDUP_REFRESHED;
	}
	if (READ_ONCE(bucket->tags[way]) != frame->tag)
		WRITE_ONCE(bucket->tags[way], frame->tag);
	/* A report may have been steered here: the rest goes elsewhere. */
	if (frame->kind == NT_FRAME_REPORT)
		return learned;
	learned.from = READ_ONCE(bucket->ports[way]);
	if (learned.from != frame->port)
		WRITE_ONCE(bucket->ports[way], frame->port);
	return learned;
}

/* Whether @mac may be a station's. */
static bool is_station(const u8 *mac)
{
	return !nt_frame_is_group(mac) && (mac[0] | mac[1] | mac[2] | mac[3] | mac[4] | mac[5]);
}

/**
 * nt_dedup_send() - remember the source of a frame that goes out
 * @table: the table
 * @frame: the frame
 * @now: the tick
 *
 * What ends at the link can't come back, and each port sends its own.
 *
 * Return: what changed.
 */
struct nt_dedup_learned nt_dedup_send(struct nt_dedup *table, const struct nt_dedup_frame *frame,
				      u32 now)
{
	struct nt_dedup_bucket *bucket;
	u64 key;
	u32 way;

	if (!is_station(frame->src) || nt_frame_is_link_local(frame->dst))
		return (struct nt_dedup_learned){ NT_DEDUP_NOTHING, frame->port };
	key = nt_dedup_key(frame->src, nt_frame_vid(frame->tag));
	bucket = bucket_of(table, key);
	way = find_way(bucket, key);
	if (way == NO_WAY)
		return learn(table, bucket, frame, key, now);
	return refresh(bucket, way, frame, now);
}

/* Two CPUs may have learned one address at the same time: it can be there twice. */
static void forget(struct nt_dedup_bucket *bucket, u64 key)
{
	u32 way;

	for (way = 0; way < NT_DEDUP_WAYS; way++)
		if (READ_ONCE(bucket->keys[way]) == key)
			cmpxchg(&bucket->keys[way], key, 0);
}

/* The fourth rule. */
static enum nt_dedup_verdict judge_source(const struct nt_dedup *table,
					  const struct nt_dedup_frame *frame, bool lets_move,
					  u32 now)
{
	u64 key = nt_dedup_key(frame->src, nt_frame_vid(frame->tag));
	struct nt_dedup_bucket *bucket = bucket_of(table, key);
	u32 way = find_way(bucket, key);
	bool announces = nt_frame_announces(frame->kind);
	bool was_here;

	if (way == NO_WAY)
		return NT_DEDUP_PASS;
	if (announces && is_recent(table, READ_ONCE(bucket->announced[way]), now))
		return NT_DEDUP_LOCKED;
	was_here = is_recent(table, READ_ONCE(bucket->seen[way]), now);
	if (was_here && !(announces && lets_move))
		return NT_DEDUP_REFLECTED;
	forget(bucket, key);
	return was_here ? NT_DEDUP_MOVED : NT_DEDUP_PASS;
}

static bool is_elsewhere(const struct nt_dedup *table, const struct nt_dedup_frame *frame)
{
	u64 key = nt_dedup_key(frame->dst, nt_frame_vid(frame->tag));
	const struct nt_dedup_bucket *bucket = bucket_of(table, key);
	u32 way = find_way(bucket, key);
	u8 port;

	if (way == NO_WAY)
		return false;
	port = READ_ONCE(bucket->ports[way]);
	return port != frame->port && port != NT_DEDUP_NO_PORT;
}

/**
 * nt_dedup_receive() - judge a frame that came in
 * @table: the table; it may forget the frame's source
 * @frame: the frame
 * @place: where it came in
 * @now: the tick
 *
 * Return: the verdict.
 */
enum nt_dedup_verdict nt_dedup_receive(struct nt_dedup *table, const struct nt_dedup_frame *frame,
				       const struct nt_dedup_place *place, u32 now)
{
	bool is_group = nt_frame_is_group(frame->dst);
	enum nt_dedup_verdict verdict;

	if (nt_frame_is_link_local(frame->dst))
		return NT_DEDUP_LINK_LOCAL;
	if (!nt_frame_announces(frame->kind) &&
	    memcmp(frame->src, place->own, NT_FRAME_MAC) == 0)
		return NT_DEDUP_OWN;
	if (is_group && !place->takes_groups)
		return NT_DEDUP_NONACTIVE;
	verdict = judge_source(table, frame, place->lets_move, now);
	if (verdict == NT_DEDUP_PASS && !is_group && is_elsewhere(table, frame))
		return NT_DEDUP_ELSEWHERE;
	return verdict;
}

/**
 * nt_dedup_room() - how many addresses there is room for
 * @table: the table
 *
 * Return: the number of entries, free ones included.
 */
u32 nt_dedup_room(const struct nt_dedup *table)
{
	return (table->mask + 1) * NT_DEDUP_WAYS;
}

/**
 * nt_dedup_entry() - read an entry
 * @table: the table
 * @index: which one, below nt_dedup_room()
 * @now: the tick
 * @ret_entry: the address there
 *
 * One that is replaced meanwhile is not there: its tag and port may be the other's.
 *
 * Return: whether an address is there.
 */
bool nt_dedup_entry(const struct nt_dedup *table, u32 index, u32 now,
		    struct nt_dedup_entry *ret_entry)
{
	const struct nt_dedup_bucket *bucket = &table->buckets[index / NT_DEDUP_WAYS];
	u32 i, way = index % NT_DEDUP_WAYS;
	u64 key = READ_ONCE(bucket->keys[way]);

	if (!key)
		return false;
	for (i = 0; i < NT_FRAME_MAC; i++)
		ret_entry->mac[i] = (u8)(key >> (40 - 8 * i));
	ret_entry->tag = READ_ONCE(bucket->tags[way]);
	ret_entry->age = now - READ_ONCE(bucket->seen[way]);
	ret_entry->port = READ_ONCE(bucket->ports[way]);
	return READ_ONCE(bucket->keys[way]) == key &&
	       nt_frame_vid(ret_entry->tag) == key_vid(key);
}

/**
 * nt_dedup_sweep() - forget who has not sent for long
 * @table: the table
 * @age_max: ticks, not less than the window
 * @now: the tick
 *
 * To be called often enough that no tick wraps: a time that is long past must not look like
 * one that is yet to come.
 *
 * Return: how many addresses are left.
 */
u32 nt_dedup_sweep(struct nt_dedup *table, u32 age_max, u32 now)
{
	u32 way, bucket_at, left = 0;

	for (bucket_at = 0; bucket_at <= table->mask; bucket_at++) {
		struct nt_dedup_bucket *bucket = &table->buckets[bucket_at];

		for (way = 0; way < NT_DEDUP_WAYS; way++) {
			u64 key = READ_ONCE(bucket->keys[way]);

			if (!key)
				continue;
			if (now - READ_ONCE(bucket->seen[way]) > age_max) {
				cmpxchg(&bucket->keys[way], key, 0);
				continue;
			}
			if (!is_recent(table, READ_ONCE(bucket->announced[way]), now))
				WRITE_ONCE(bucket->announced[way], now - table->window);
			left++;
		}
	}
	return left;
}

/**
 * nt_dedup_release() - forget a port, not who sent through it
 * @table: the table
 * @port: its number, for another to have
 */
void nt_dedup_release(struct nt_dedup *table, u8 port)
{
	u32 way, bucket_at;

	for (bucket_at = 0; bucket_at <= table->mask; bucket_at++) {
		struct nt_dedup_bucket *bucket = &table->buckets[bucket_at];

		for (way = 0; way < NT_DEDUP_WAYS; way++)
			if (READ_ONCE(bucket->ports[way]) == port)
				WRITE_ONCE(bucket->ports[way], NT_DEDUP_NO_PORT);
	}
}
