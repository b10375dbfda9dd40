// SPDX-License-Identifier: GPL-2.0-only
/*
 * What frames are, whole and cut off.
 */
#include "nt_test.h"

#include "../../kmod/core/frame.h"

#define BROADCAST 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
#define SOURCE 2, 0, 0, 0, 0, 0x10
#define ARP 0x08, 0x06, 0, 1, 8, 0, 6, 4
#define ARP_TAIL SOURCE, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0

/* An IPv6 header to ff02::1 or ff02::16 (last byte), with hop limit 255 or 1. */
#define IPV6(next, hops, last)                                                          \
	0x86, 0xdd, 0x60, 0, 0, 0, 0, 24, next, hops, 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
		0, 0, 0, 0, 1, 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last
#define TARGET 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1

#define KIND(...) kind_of((const u8[]){ __VA_ARGS__ }, sizeof((const u8[]){ __VA_ARGS__ }))

/* Of the whole frame; of no part of it, unless that is of the same kind, is it read beyond. */
static enum nt_frame_kind kind_of(const u8 *frame, size_t len)
{
	enum nt_frame_kind kind = nt_frame_kind(frame, (u32)len), part;
	size_t cut;

	for (cut = 0; cut < len; cut++) {
		part = nt_frame_kind(frame, (u32)cut);
		if (part != kind && part != NT_FRAME_OTHER)
			return NT_FRAME_OTHER;
	}
	return kind;
}

NT_TEST(garp_is_request_for_oneself_or_reply_to_all)
{
	NT_EXPECT_EQ(KIND(BROADCAST, SOURCE, ARP, 0, 1, ARP_TAIL, 10, 0, 0, 1), NT_FRAME_GARP);
	NT_EXPECT_EQ(KIND(BROADCAST, SOURCE, ARP, 0, 2, ARP_TAIL, 10, 0, 0, 9), NT_FRAME_GARP);
	NT_EXPECT_EQ(KIND(BROADCAST, SOURCE, ARP, 0, 1, ARP_TAIL, 10, 0, 0, 9), NT_FRAME_OTHER);
	NT_EXPECT_EQ(KIND(BROADCAST, SOURCE, ARP, 0, 3, ARP_TAIL, 10, 0, 0, 1), NT_FRAME_OTHER);
}

NT_TEST(garp_to_one_station_is_none)
{
	NT_EXPECT_EQ(KIND(SOURCE, SOURCE, ARP, 0, 2, ARP_TAIL, 10, 0, 0, 1), NT_FRAME_OTHER);
	NT_EXPECT_EQ(KIND(1, 0, 0x5e, 0, 0, 1, SOURCE, ARP, 0, 2, ARP_TAIL, 10, 0, 0, 1),
		     NT_FRAME_OTHER);
}

NT_TEST(arp_cut_off_is_none)
{
	NT_EXPECT_EQ(KIND(BROADCAST, SOURCE, ARP, 0, 1, ARP_TAIL, 10, 0, 0), NT_FRAME_OTHER);
	NT_EXPECT_EQ(KIND(BROADCAST, SOURCE, 0x08, 0x06, 0, 6, 8, 0, 6, 4, 0, 2, ARP_TAIL, 1, 2,
			  3, 4),
		     NT_FRAME_OTHER);
}

NT_TEST(rarp_request_announces)
{
	NT_EXPECT_EQ(KIND(BROADCAST, SOURCE, 0x80, 0x35, 0, 1, 8, 0, 6, 4, 0, 3, ARP_TAIL, 0, 0,
			  0, 0),
		     NT_FRAME_RARP);
	NT_EXPECT_EQ(KIND(BROADCAST, SOURCE, 0x80, 0x35, 0, 1, 8, 0, 6, 4, 0, 4, ARP_TAIL, 0, 0,
			  0, 0),
		     NT_FRAME_OTHER);
}

NT_TEST(tags_in_the_payload_are_passed_over)
{
	NT_EXPECT_EQ(KIND(BROADCAST, SOURCE, 0x81, 0, 0, 7, ARP, 0, 1, ARP_TAIL, 10, 0, 0, 1),
		     NT_FRAME_GARP);
	NT_EXPECT_EQ(KIND(BROADCAST, SOURCE, 0x88, 0xa8, 0, 9, 0x81, 0, 0, 7, ARP, 0, 2, ARP_TAIL,
			  10, 0, 0, 1),
		     NT_FRAME_GARP);
	NT_EXPECT_EQ(KIND(BROADCAST, SOURCE, 0x81, 0, 0, 1, 0x81, 0, 0, 2, 0x81, 0, 0, 3, ARP, 0,
			  2, ARP_TAIL, 10, 0, 0, 1),
		     NT_FRAME_OTHER);
}

NT_TEST(outer_tag_is_read_and_priority_tag_has_no_vlan)
{
	const u8 provider[] = { BROADCAST, SOURCE, 0x88, 0xa8, 0x20, 9, 0x81, 0, 0, 7 };
	const u8 priority[] = { BROADCAST, SOURCE, 0x81, 0, 0x60, 0, 0, 0 };
	const u8 none[] = { BROADCAST, SOURCE, 0x08, 0, 0x45, 0, 0, 0 };

	NT_EXPECT_EQ(nt_frame_tag(provider, sizeof(provider)), 0x88a82009);
	NT_EXPECT_EQ(nt_frame_vid(nt_frame_tag(provider, sizeof(provider))), 9);
	NT_EXPECT_EQ(nt_frame_tag(priority, sizeof(priority)), 0x81006000);
	NT_EXPECT_EQ(nt_frame_vid(nt_frame_tag(priority, sizeof(priority))), 0);
	NT_EXPECT_EQ(nt_frame_tag(none, sizeof(none)), 0);
	NT_EXPECT_EQ(nt_frame_tag(provider, 17), 0);
}

NT_TEST(na_announces_when_unasked_and_overriding)
{
	NT_EXPECT_EQ(KIND(0x33, 0x33, 0, 0, 0, 1, SOURCE, IPV6(58, 255, 1), 136, 0, 0, 0, 0x20, 0,
			  0, 0, TARGET),
		     NT_FRAME_NA);
	NT_EXPECT_EQ(KIND(0x33, 0x33, 0, 0, 0, 1, SOURCE, IPV6(58, 255, 1), 136, 0, 0, 0, 0xa0, 0,
			  0, 0, TARGET),
		     NT_FRAME_NA);
	/* Asked for; not overriding; from another link; to others than all nodes. */
	NT_EXPECT_EQ(KIND(0x33, 0x33, 0, 0, 0, 1, SOURCE, IPV6(58, 255, 1), 136, 0, 0, 0, 0x60, 0,
			  0, 0, TARGET),
		     NT_FRAME_OTHER);
	NT_EXPECT_EQ(KIND(0x33, 0x33, 0, 0, 0, 1, SOURCE, IPV6(58, 255, 1), 136, 0, 0, 0, 0, 0, 0,
			  0, TARGET),
		     NT_FRAME_OTHER);
	NT_EXPECT_EQ(KIND(0x33, 0x33, 0, 0, 0, 1, SOURCE, IPV6(58, 254, 1), 136, 0, 0, 0, 0x20, 0,
			  0, 0, TARGET),
		     NT_FRAME_OTHER);
	NT_EXPECT_EQ(KIND(0x33, 0x33, 0, 0, 0, 1, SOURCE, IPV6(58, 255, 2), 136, 0, 0, 0, 0x20, 0,
			  0, 0, TARGET),
		     NT_FRAME_OTHER);
}

NT_TEST(mld_is_found_behind_hop_by_hop_options)
{
	NT_EXPECT_EQ(KIND(0x33, 0x33, 0, 0, 0, 0x16, SOURCE, IPV6(0, 1, 0x16), 58, 0, 5, 2, 0, 0,
			  1, 0, 143, 0),
		     NT_FRAME_REPORT);
	NT_EXPECT_EQ(KIND(0x33, 0x33, 0, 0, 0, 0x16, SOURCE, IPV6(0, 1, 0x16), 60, 0, 5, 2, 0, 0,
			  1, 0, 58, 0, 1, 4, 0, 0, 0, 0, 131, 0),
		     NT_FRAME_REPORT);
	/* A query; options that say they are longer than the frame; a fragment. */
	NT_EXPECT_EQ(KIND(0x33, 0x33, 0, 0, 0, 1, SOURCE, IPV6(0, 1, 1), 58, 0, 5, 2, 0, 0, 1, 0,
			  130, 0),
		     NT_FRAME_OTHER);
	NT_EXPECT_EQ(KIND(0x33, 0x33, 0, 0, 0, 0x16, SOURCE, IPV6(0, 1, 0x16), 58, 255, 5, 2, 0, 0,
			  1, 0, 143, 0),
		     NT_FRAME_OTHER);
	NT_EXPECT_EQ(KIND(0x33, 0x33, 0, 0, 0, 0x16, SOURCE, IPV6(44, 1, 0x16), 58, 0, 0, 0, 0, 0,
			  1, 0, 143, 0),
		     NT_FRAME_OTHER);
}

NT_TEST(endless_options_end)
{
	u8 frame[NT_FRAME_BYTES] = { 0x33, 0x33, 0, 0, 0, 0x16, SOURCE, IPV6(0, 1, 0x16) };

	/* All the rest is hop-by-hop options of 8 bytes. */
	NT_EXPECT_EQ(nt_frame_kind(frame, sizeof(frame)), NT_FRAME_OTHER);
}

NT_TEST(igmp_is_found_behind_options)
{
	NT_EXPECT_EQ(KIND(1, 0, 0x5e, 0, 0, 0x16, SOURCE, 8, 0, 0x46, 0xc0, 0, 32, 0, 0, 0x40, 0,
			  1, 2, 0, 0, 10, 0, 0, 1, 224, 0, 0, 22, 0x94, 4, 0, 0, 0x22, 0),
		     NT_FRAME_REPORT);
	NT_EXPECT_EQ(KIND(1, 0, 0x5e, 0, 0, 2, SOURCE, 8, 0, 0x45, 0xc0, 0, 28, 0, 0, 0x40, 0, 1,
			  2, 0, 0, 10, 0, 0, 1, 224, 0, 0, 2, 0x17, 0),
		     NT_FRAME_REPORT);
	/* A query; another protocol; a later fragment; a header shorter than any. */
	NT_EXPECT_EQ(KIND(1, 0, 0x5e, 0, 0, 1, SOURCE, 8, 0, 0x45, 0xc0, 0, 28, 0, 0, 0x40, 0, 1,
			  2, 0, 0, 10, 0, 0, 1, 224, 0, 0, 1, 0x11, 0),
		     NT_FRAME_OTHER);
	NT_EXPECT_EQ(KIND(1, 0, 0x5e, 0, 0, 1, SOURCE, 8, 0, 0x45, 0, 0, 28, 0, 0, 0x40, 0, 1, 17,
			  0, 0, 10, 0, 0, 1, 224, 0, 0, 1, 0x16, 0),
		     NT_FRAME_OTHER);
	NT_EXPECT_EQ(KIND(1, 0, 0x5e, 0, 0, 1, SOURCE, 8, 0, 0x45, 0, 0, 28, 0, 0, 0, 1, 1, 2, 0,
			  0, 10, 0, 0, 1, 224, 0, 0, 1, 0x16, 0),
		     NT_FRAME_OTHER);
	NT_EXPECT_EQ(KIND(1, 0, 0x5e, 0, 0, 1, SOURCE, 8, 0, 0x44, 0, 0, 28, 0, 0, 0, 0, 1, 2, 0,
			  0, 10, 0, 0, 1, 224, 0, 0, 1, 0x16, 0),
		     NT_FRAME_OTHER);
}

NT_TEST(link_local_is_sixteen_addresses)
{
	const u8 lldp[] = { 1, 0x80, 0xc2, 0, 0, 0x0e }, gvrp[] = { 1, 0x80, 0xc2, 0, 0, 0x21 };
	const u8 other[] = { 1, 0x80, 0xc2, 0, 1, 0 };

	NT_EXPECT(nt_frame_is_link_local(lldp));
	NT_EXPECT(!nt_frame_is_link_local(gvrp));
	NT_EXPECT(!nt_frame_is_link_local(other));
}

NT_SUITE(frame, NT_CASE(garp_is_request_for_oneself_or_reply_to_all),
	 NT_CASE(garp_to_one_station_is_none), NT_CASE(arp_cut_off_is_none),
	 NT_CASE(rarp_request_announces), NT_CASE(tags_in_the_payload_are_passed_over),
	 NT_CASE(outer_tag_is_read_and_priority_tag_has_no_vlan),
	 NT_CASE(na_announces_when_unasked_and_overriding),
	 NT_CASE(mld_is_found_behind_hop_by_hop_options), NT_CASE(endless_options_end),
	 NT_CASE(igmp_is_found_behind_options), NT_CASE(link_local_is_sixteen_addresses));
