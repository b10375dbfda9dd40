/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a frame is to balance-slb: whom it announces, which VLAN it is in.
 */
#ifndef NT_CORE_FRAME_H
#define NT_CORE_FRAME_H

#include "host.h"

/*
 * Bytes of a frame that matter, from its destination on: two tags, an IPv4 header
 * with all options or an IPv6 header with some extensions, and what follows.
 */
#define NT_FRAME_BYTES 128U

/* Bytes before a frame's payload, or before its tag. */
#define NT_FRAME_HEADER 14U

#define NT_FRAME_MAC 6U

/**
 * enum nt_frame_kind - what multicast and broadcast frames may be
 * @NT_FRAME_OTHER: nothing that matters here
 * @NT_FRAME_GARP: gratuitous ARP, a broadcast reply or a request for the sender's own address
 * @NT_FRAME_RARP: the announcement of an address by who may not know its IP addresses
 * @NT_FRAME_NA: unsolicited neighbour advertisement to all nodes, with the override flag
 * @NT_FRAME_REPORT: IGMP or MLD report, or the leave message that belongs to it
 */
enum nt_frame_kind {
	NT_FRAME_OTHER,
	NT_FRAME_GARP,
	NT_FRAME_RARP,
	NT_FRAME_NA,
	NT_FRAME_REPORT,
};

/* Whether a frame tells switches and neighbours where its source address is. */
static inline bool nt_frame_announces(enum nt_frame_kind kind)
{
	return kind == NT_FRAME_GARP || kind == NT_FRAME_RARP || kind == NT_FRAME_NA;
}

/* Whether an address is of a group; broadcast is one. */
static inline bool nt_frame_is_group(const u8 *mac)
{
	return mac[0] & 1;
}

/**
 * nt_frame_is_link_local() - whether bridges do not forward frames to an address
 * @mac: 6 bytes
 *
 * 01:80:c2:00:00:00 to ...:0f, IEEE 802.1Q table 8-1: spanning tree, pause, LACP, LLDP.
 */
static inline bool nt_frame_is_link_local(const u8 *mac)
{
	return mac[0] == 0x01 && mac[1] == 0x80 && mac[2] == 0xc2 && mac[3] == 0 &&
	       mac[4] == 0 && (mac[5] & 0xf0) == 0;
}

/* A tag as its protocol, in the upper half, and its control information; 0 is none. */
static inline u32 nt_frame_tag_of(u16 protocol, u16 tci)
{
	return (u32)protocol << 16 | tci;
}

/* The VLAN of a tag. Of a priority tag it is 0, as of no tag: switches make no difference. */
static inline u32 nt_frame_vid(u32 tag)
{
	return tag & 0xfff;
}

u32 nt_frame_tag(const u8 *frame, u32 len);
enum nt_frame_kind nt_frame_kind(const u8 *frame, u32 len);

#endif /* NT_CORE_FRAME_H */
