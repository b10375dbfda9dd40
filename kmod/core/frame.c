// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a frame is to balance-slb: whom it announces, which VLAN it is in.
 *
 * The bytes are anybody's. Whatever is cut off, or not as its standard wants it, is
 * a frame that does not matter here.
 */
#include "frame.h"

/* Protocols, of IEEE 802 numbers. */
#define PROTOCOL_IPV4 0x0800
#define PROTOCOL_ARP 0x0806
#define PROTOCOL_RARP 0x8035
#define PROTOCOL_VLAN 0x8100
#define PROTOCOL_IPV6 0x86dd
#define PROTOCOL_PROVIDER_VLAN 0x88a8

/* RFC 826 and RFC 903, for Ethernet and IPv4. */
#define ARP_BYTES 28U
#define ARP_REQUEST 1
#define ARP_REPLY 2
#define RARP_REQUEST 3

#define IPV4_BYTES 20U
#define IPV6_BYTES 40U
#define IPV6_EXTENSIONS_MAX 4U

#define NEXT_HOP_BY_HOP 0
#define NEXT_IGMP 2
#define NEXT_ROUTING 43
#define NEXT_ICMPV6 58
#define NEXT_DESTINATION 60

#define NA_BYTES 24U
#define NA_SOLICITED 0x40
#define NA_OVERRIDE 0x20

enum {
	MLD_REPORT = 131,
	MLD_DONE = 132,
	NEIGHBOUR_ADVERTISEMENT = 136,
	MLD2_REPORT = 143,
};

enum {
	IGMP_V1_REPORT = 0x12,
	IGMP_V2_REPORT = 0x16,
	IGMP_LEAVE = 0x17,
	IGMP_V3_REPORT = 0x22,
};

/**
 * struct bytes - the rest of a frame
 * @data: @left bytes
 * @left: bytes
 */
struct bytes {
	const u8 *data;
	u32 left;
};

static u16 get_u16(const u8 *data)
{
	return (u16)(data[0] << 8 | data[1]);
}

/* Leaves @count bytes behind. */
static bool skip(struct bytes *in, u32 count)
{
	if (in->left < count)
		return false;
	in->data += count;
	in->left -= count;
	return true;
}

static bool is_tag(u16 protocol)
{
	return protocol == PROTOCOL_VLAN || protocol == PROTOCOL_PROVIDER_VLAN;
}

/**
 * nt_frame_tag() - the outer tag of a frame, from its bytes
 * @frame: the first @len bytes of it
 * @len: bytes
 *
 * A tag that the kernel keeps beside the bytes is not seen; it lies outside of this one.
 *
 * Return: as nt_frame_tag_of(), 0 without tag.
 */
u32 nt_frame_tag(const u8 *frame, u32 len)
{
	u16 protocol;

	if (len < NT_FRAME_HEADER + 4)
		return 0;
	protocol = get_u16(frame + 2 * NT_FRAME_MAC);
	return is_tag(protocol) ? nt_frame_tag_of(protocol, get_u16(frame + NT_FRAME_HEADER)) : 0;
}

static bool is_broadcast(const u8 *mac)
{
	return (mac[0] & mac[1] & mac[2] & mac[3] & mac[4] & mac[5]) == 0xff;
}

/* Open vSwitch's rule, of RFC 5227's announcement: the sender asks for itself, or answers all. */
static enum nt_frame_kind arp_kind(const struct bytes *in)
{
	static const u8 head[] = { 0, 1, PROTOCOL_IPV4 >> 8, PROTOCOL_IPV4 & 0xff, 6, 4 };
	const u8 *arp = in->data;

	if (in->left < ARP_BYTES || memcmp(arp, head, sizeof(head)) != 0)
		return NT_FRAME_OTHER;
	switch (get_u16(arp + 6)) {
	case ARP_REPLY:
		return NT_FRAME_GARP;
	case ARP_REQUEST:
		/* The sender's and the target's IP address. */
		return memcmp(arp + 14, arp + 24, 4) == 0 ? NT_FRAME_GARP : NT_FRAME_OTHER;
	default:
		return NT_FRAME_OTHER;
	}
}

/* QEMU and ESXi tell of a machine that came so, with the request and any content. */
static enum nt_frame_kind rarp_kind(const struct bytes *in)
{
	if (in->left < ARP_BYTES || get_u16(in->data + 6) != RARP_REQUEST)
		return NT_FRAME_OTHER;
	return NT_FRAME_RARP;
}

static enum nt_frame_kind ipv4_kind(struct bytes *in)
{
	const u8 *ip = in->data;
	u32 head_bytes;

	if (in->left < IPV4_BYTES || ip[0] >> 4 != 4 || ip[9] != NEXT_IGMP)
		return NT_FRAME_OTHER;
	/* A later fragment has no type. */
	if (get_u16(ip + 6) & 0x1fff)
		return NT_FRAME_OTHER;
	head_bytes = (ip[0] & 0xfU) * 4;
	if (head_bytes < IPV4_BYTES || !skip(in, head_bytes) || !in->left)
		return NT_FRAME_OTHER;
	switch (in->data[0]) {
	case IGMP_V1_REPORT:
	case IGMP_V2_REPORT:
	case IGMP_V3_REPORT:
	case IGMP_LEAVE:
		return NT_FRAME_REPORT;
	default:
		return NT_FRAME_OTHER;
	}
}

/* Walks over extension headers, of which MLD always has one, to ICMPv6. */
static bool find_icmpv6(struct bytes *in, u8 next)
{
	u32 i;

	for (i = 0; i < IPV6_EXTENSIONS_MAX && next != NEXT_ICMPV6; i++) {
		if (next != NEXT_HOP_BY_HOP && next != NEXT_ROUTING && next != NEXT_DESTINATION)
			return false;
		if (in->left < 2)
			return false;
		next = in->data[0];
		if (!skip(in, (in->data[1] + 1U) * 8))
			return false;
	}
	return next == NEXT_ICMPV6 && in->left;
}

/* RFC 4861, 4.4 and 7.1.2: from the link, to all nodes, unasked, and to be believed. */
static bool is_unsolicited_na(const u8 *ip, const struct bytes *icmp)
{
	static const u8 all_nodes[16] = { 0xff, 0x02, [15] = 1 };

	return icmp->left >= NA_BYTES && icmp->data[1] == 0 && ip[7] == 255 &&
	       memcmp(ip + 24, all_nodes, sizeof(all_nodes)) == 0 &&
	       (icmp->data[4] & (NA_SOLICITED | NA_OVERRIDE)) == NA_OVERRIDE;
}

static enum nt_frame_kind ipv6_kind(struct bytes *in)
{
	const u8 *ip = in->data;

	if (!skip(in, IPV6_BYTES) || ip[0] >> 4 != 6 || !find_icmpv6(in, ip[6]))
		return NT_FRAME_OTHER;
	switch (in->data[0]) {
	case MLD_REPORT:
	case MLD_DONE:
	case MLD2_REPORT:
		return NT_FRAME_REPORT;
	case NEIGHBOUR_ADVERTISEMENT:
		return is_unsolicited_na(ip, in) ? NT_FRAME_NA : NT_FRAME_OTHER;
	default:
		return NT_FRAME_OTHER;
	}
}

/**
 * nt_frame_kind() - what a frame is, from its bytes
 * @frame: the first bytes of it, from its destination on
 * @len: bytes, of which at most %NT_FRAME_BYTES matter
 *
 * Two tags may precede the payload, besides one that the kernel keeps beside the bytes.
 *
 * Return: its kind, %NT_FRAME_OTHER if it is to one station or what matters is cut off.
 */
enum nt_frame_kind nt_frame_kind(const u8 *frame, u32 len)
{
	struct bytes in = { .data = frame, .left = len };
	u16 protocol;
	u32 tags;

	if (!skip(&in, NT_FRAME_HEADER) || !nt_frame_is_group(frame))
		return NT_FRAME_OTHER;
	protocol = get_u16(frame + 2 * NT_FRAME_MAC);
	for (tags = 0; tags < 2 && is_tag(protocol); tags++) {
		if (!skip(&in, 4))
			return NT_FRAME_OTHER;
		protocol = get_u16(in.data - 2);
	}
	switch (protocol) {
	case PROTOCOL_ARP:
		return is_broadcast(frame) ? arp_kind(&in) : NT_FRAME_OTHER;
	case PROTOCOL_RARP:
		return is_broadcast(frame) ? rarp_kind(&in) : NT_FRAME_OTHER;
	case PROTOCOL_IPV4:
		return ipv4_kind(&in);
	case PROTOCOL_IPV6:
		return ipv6_kind(&in);
	default:
		return NT_FRAME_OTHER;
	}
}
