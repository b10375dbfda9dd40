/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which frames that come in on a port of a bond are copies: the table of addresses
 * that sent through the bond, and the verdicts.
 */
#ifndef NT_CORE_DEDUP_H
#define NT_CORE_DEDUP_H

#include "frame.h"
#include "host.h"

/* Entries among which one address has its place. */
#define NT_DEDUP_WAYS 8U

/* The port of an entry whose port left the bond. */
#define NT_DEDUP_NO_PORT 0xffU

#define NT_DEDUP_LINE 64

/**
 * struct nt_dedup_bucket - entries that addresses of one hash share
 * @keys: address and VLAN, 0 if the entry is free; one cache line
 * @seen: tick when it last sent
 * @announced: tick when it last announced itself
 * @tags: the tag that it last sent with, as nt_frame_tag_of()
 * @ports: number of the port that it last sent through, or %NT_DEDUP_NO_PORT
 */
struct nt_dedup_bucket {
	u64 keys[NT_DEDUP_WAYS];
	u32 seen[NT_DEDUP_WAYS];
	u32 announced[NT_DEDUP_WAYS];
	u32 tags[NT_DEDUP_WAYS];
	u8 ports[NT_DEDUP_WAYS];
} __attribute__((aligned(NT_DEDUP_LINE)));

static_assert(sizeof(struct nt_dedup_bucket) == 3 * NT_DEDUP_LINE, "a bucket is three lines");

/**
 * struct nt_dedup - addresses that sent through a bond
 * @buckets: @mask + 1 of them, all 0 at the start; the owner's
 * @mask: buckets, a power of two, minus 1
 * @window: ticks for which what comes back is a copy; far below 2^31
 * @secret: what nobody outside knows, so that nobody can fill one bucket
 *
 * A tick is any unit of time whose counter may wrap. Everything here runs on any number of
 * CPUs at once, without locks: what two of them do to one entry at the same time may lose an
 * address or its age, which lets a copy in, never more.
 */
struct nt_dedup {
	struct nt_dedup_bucket *buckets;
	u32 mask;
	u32 window;
	hsiphash_key_t secret;
};

/**
 * struct nt_dedup_frame - what matters of a frame
 * @dst: its destination, 6 bytes
 * @src: its source, 6 bytes
 * @tag: its outer tag, as nt_frame_tag_of()
 * @kind: what it is
 * @port: number of the port that it goes through
 */
struct nt_dedup_frame {
	const u8 *dst;
	const u8 *src;
	u32 tag;
	enum nt_frame_kind kind;
	u8 port;
};

/**
 * struct nt_dedup_place - where a frame comes in
 * @own: the bond's address, 6 bytes
 * @takes_groups: the port takes multicast and broadcast in
 * @lets_move: an announcement from outside lets go of an address
 */
struct nt_dedup_place {
	const u8 *own;
	bool takes_groups;
	bool lets_move;
};

/**
 * enum nt_dedup_verdict - what is to become of a frame that came in
 * @NT_DEDUP_PASS: it passes
 * @NT_DEDUP_LINK_LOCAL: it passes; it ends at the link
 * @NT_DEDUP_ELSEWHERE: it passes; who it is for sends through another port
 * @NT_DEDUP_MOVED: it passes and let go of its source, which is outside now
 * @NT_DEDUP_NONACTIVE: dropped, the active port brings it
 * @NT_DEDUP_OWN: dropped, the bond itself sent it
 * @NT_DEDUP_REFLECTED: dropped, its source sent through the bond just before
 * @NT_DEDUP_LOCKED: dropped, its source announced itself through the bond just before
 */
enum nt_dedup_verdict {
	NT_DEDUP_PASS,
	NT_DEDUP_LINK_LOCAL,
	NT_DEDUP_ELSEWHERE,
	NT_DEDUP_MOVED,
	NT_DEDUP_NONACTIVE,
	NT_DEDUP_OWN,
	NT_DEDUP_REFLECTED,
	NT_DEDUP_LOCKED,
};

static inline bool nt_dedup_drops(enum nt_dedup_verdict verdict)
{
	return verdict >= NT_DEDUP_NONACTIVE;
}

/**
 * enum nt_dedup_change - what a frame that goes out changed in the table
 * @NT_DEDUP_NOTHING: nothing, or no address is to be remembered
 * @NT_DEDUP_REFRESHED: the age of its source
 * @NT_DEDUP_LEARNED: its source is there now
 * @NT_DEDUP_EVICTED: its source is there now, and the oldest of its bucket no more
 */
enum nt_dedup_change {
	NT_DEDUP_NOTHING,
	NT_DEDUP_REFRESHED,
	NT_DEDUP_LEARNED,
	NT_DEDUP_EVICTED,
};

/**
 * struct nt_dedup_learned - what a frame that goes out changed in the table
 * @change: the change
 * @from: number of the port that its source sent through before; the frame's own port if
 *	there was none
 */
struct nt_dedup_learned {
	enum nt_dedup_change change;
	u8 from;
};

/**
 * struct nt_dedup_entry - an address that is remembered
 * @mac: the address
 * @tag: the tag that it last sent with
 * @age: ticks since it last sent
 * @port: number of the port that it last sent through, or %NT_DEDUP_NO_PORT
 */
struct nt_dedup_entry {
	u8 mac[NT_FRAME_MAC];
	u32 tag;
	u32 age;
	u8 port;
};

u64 nt_dedup_key(const u8 *mac, u32 vid);
struct nt_dedup_learned nt_dedup_send(struct nt_dedup *table, const struct nt_dedup_frame *frame,
				      u32 now);
enum nt_dedup_verdict nt_dedup_receive(struct nt_dedup *table, const struct nt_dedup_frame *frame,
				       const struct nt_dedup_place *place, u32 now);
u32 nt_dedup_room(const struct nt_dedup *table);
bool nt_dedup_entry(const struct nt_dedup *table, u32 index, u32 now,
		    struct nt_dedup_entry *ret_entry);
u32 nt_dedup_sweep(struct nt_dedup *table, u32 age_max, u32 now);
void nt_dedup_release(struct nt_dedup *table, u8 port);

#endif /* NT_CORE_DEDUP_H */
