// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of addresses, and the verdicts over frames that come in.
 */
#include "nt_test.h"

#include "../../kmod/core/dedup.h"

#define WINDOW 500U
#define PORT_A 0
#define PORT_B 1

static const u8 own[NT_FRAME_MAC] = { 2, 0, 0, 0, 0, 0xb0 };
static const u8 vm[NT_FRAME_MAC] = { 2, 0, 0, 0, 0, 0x10 };
static const u8 outside[NT_FRAME_MAC] = { 2, 0, 0, 0, 0, 0x77 };
static const u8 all[NT_FRAME_MAC] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const u8 lldp[NT_FRAME_MAC] = { 1, 0x80, 0xc2, 0, 0, 0x0e };

static struct nt_dedup_bucket buckets[4];
static struct nt_dedup table;

/* Near the wrap of ticks, so that every test passes over it. */
static u32 now;

static void start(u32 bucket_count)
{
	memset(buckets, 0, sizeof(buckets));
	memset(&table, 0, sizeof(table));
	table.buckets = buckets;
	table.mask = bucket_count - 1;
	table.window = WINDOW;
	now = U32_MAX - 100;
}

static struct nt_dedup_frame frame(const u8 *dst, const u8 *src, u32 tag, enum nt_frame_kind kind,
				   u8 port)
{
	return (struct nt_dedup_frame){ dst, src, tag, kind, port };
}

static struct nt_dedup_learned sends(const u8 *src, u32 tag, enum nt_frame_kind kind, u8 port)
{
	struct nt_dedup_frame sent = frame(all, src, tag, kind, port);

	return nt_dedup_send(&table, &sent, now);
}

static enum nt_dedup_verdict comes(const u8 *dst, const u8 *src, u32 tag, enum nt_frame_kind kind,
				   u8 port)
{
	const struct nt_dedup_place place = { own, port == PORT_A, true };
	struct nt_dedup_frame received = frame(dst, src, tag, kind, port);

	return nt_dedup_receive(&table, &received, &place, now);
}

static u32 entries(void)
{
	struct nt_dedup_entry entry;
	u32 i, count = 0;

	for (i = 0; i < nt_dedup_room(&table); i++)
		count += nt_dedup_entry(&table, i, now, &entry);
	return count;
}

NT_TEST(groups_pass_by_the_active_port_only)
{
	start(4);
	NT_EXPECT_EQ(comes(all, outside, 0, NT_FRAME_OTHER, PORT_A), NT_DEDUP_PASS);
	NT_EXPECT_EQ(comes(all, outside, 0, NT_FRAME_OTHER, PORT_B), NT_DEDUP_NONACTIVE);
	NT_EXPECT_EQ(comes(vm, outside, 0, NT_FRAME_OTHER, PORT_B), NT_DEDUP_PASS);
	NT_EXPECT_EQ(comes(lldp, own, 0, NT_FRAME_OTHER, PORT_B), NT_DEDUP_LINK_LOCAL);
	NT_EXPECT(nt_dedup_drops(NT_DEDUP_NONACTIVE));
	NT_EXPECT(!nt_dedup_drops(NT_DEDUP_MOVED));
}

NT_TEST(what_was_sent_does_not_come_back_within_the_window)
{
	start(4);
	NT_EXPECT_EQ(sends(vm, 0, NT_FRAME_OTHER, PORT_B).change, NT_DEDUP_LEARNED);
	now += WINDOW - 1;
	NT_EXPECT_EQ(comes(all, vm, 0, NT_FRAME_OTHER, PORT_A), NT_DEDUP_REFLECTED);
	NT_EXPECT_EQ(comes(own, vm, 0, NT_FRAME_OTHER, PORT_A), NT_DEDUP_REFLECTED);
	now += 1;
	NT_EXPECT_EQ(comes(all, vm, 0, NT_FRAME_OTHER, PORT_A), NT_DEDUP_PASS);
}

NT_TEST(a_source_seen_outside_after_its_time_is_forgotten)
{
	start(4);
	sends(vm, 0, NT_FRAME_OTHER, PORT_B);
	now += WINDOW;
	comes(all, vm, 0, NT_FRAME_OTHER, PORT_A);
	NT_EXPECT_EQ(entries(), 0);
}

NT_TEST(each_vlan_is_its_own_and_priority_tags_are_none)
{
	start(4);
	sends(vm, nt_frame_tag_of(0x8100, 7), NT_FRAME_OTHER, PORT_A);
	NT_EXPECT_EQ(comes(all, vm, 0, NT_FRAME_OTHER, PORT_A), NT_DEDUP_PASS);
	NT_EXPECT_EQ(comes(all, vm, nt_frame_tag_of(0x8100, 8), NT_FRAME_OTHER, PORT_A),
		     NT_DEDUP_PASS);
	NT_EXPECT_EQ(comes(all, vm, nt_frame_tag_of(0x8100, 0x6007), NT_FRAME_OTHER, PORT_A),
		     NT_DEDUP_REFLECTED);
	sends(outside, nt_frame_tag_of(0x8100, 0x6000), NT_FRAME_OTHER, PORT_A);
	NT_EXPECT_EQ(comes(all, outside, 0, NT_FRAME_OTHER, PORT_A), NT_DEDUP_REFLECTED);
}

NT_TEST(an_announcement_lets_go_of_who_moved_away)
{
	static const enum nt_frame_kind kinds[] = { NT_FRAME_GARP, NT_FRAME_RARP, NT_FRAME_NA };
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		start(4);
		sends(vm, 0, NT_FRAME_OTHER, PORT_B);
		NT_EXPECT_EQ(comes(all, vm, 0, kinds[i], PORT_B), NT_DEDUP_NONACTIVE);
		NT_EXPECT_EQ(comes(all, vm, 0, kinds[i], PORT_A), NT_DEDUP_MOVED);
		NT_EXPECT_EQ(comes(all, vm, 0, NT_FRAME_OTHER, PORT_A), NT_DEDUP_PASS);
	}
}

NT_TEST(an_announcement_does_not_let_go_where_it_may_not)
{
	const struct nt_dedup_place place = { own, true, false };
	struct nt_dedup_frame garp = frame(all, vm, 0, NT_FRAME_GARP, PORT_A);

	start(4);
	sends(vm, 0, NT_FRAME_OTHER, PORT_B);
	NT_EXPECT_EQ(nt_dedup_receive(&table, &garp, &place, now), NT_DEDUP_REFLECTED);
	now += WINDOW;
	NT_EXPECT_EQ(nt_dedup_receive(&table, &garp, &place, now), NT_DEDUP_PASS);
}

NT_TEST(an_own_announcement_is_locked_for_the_window)
{
	start(4);
	sends(vm, 0, NT_FRAME_GARP, PORT_B);
	now += WINDOW - 1;
	NT_EXPECT_EQ(comes(all, vm, 0, NT_FRAME_GARP, PORT_A), NT_DEDUP_LOCKED);
	sends(vm, 0, NT_FRAME_OTHER, PORT_B);
	now += 1;
	NT_EXPECT_EQ(comes(all, vm, 0, NT_FRAME_GARP, PORT_A), NT_DEDUP_MOVED);
}

NT_TEST(the_bonds_own_frames_come_back_never)
{
	start(4);
	NT_EXPECT_EQ(comes(all, own, 0, NT_FRAME_OTHER, PORT_A), NT_DEDUP_OWN);
	NT_EXPECT_EQ(comes(all, own, 0, NT_FRAME_OTHER, PORT_B), NT_DEDUP_OWN);
	NT_EXPECT_EQ(comes(vm, own, 0, NT_FRAME_OTHER, PORT_B), NT_DEDUP_OWN);
	sends(own, 0, NT_FRAME_GARP, PORT_A);
	NT_EXPECT_EQ(comes(all, own, 0, NT_FRAME_GARP, PORT_A), NT_DEDUP_LOCKED);
}

NT_TEST(unicast_by_another_port_than_its_receivers_is_told)
{
	start(4);
	sends(vm, 0, NT_FRAME_OTHER, PORT_B);
	NT_EXPECT_EQ(comes(vm, outside, 0, NT_FRAME_OTHER, PORT_A), NT_DEDUP_ELSEWHERE);
	NT_EXPECT_EQ(comes(vm, outside, 0, NT_FRAME_OTHER, PORT_B), NT_DEDUP_PASS);
	nt_dedup_release(&table, PORT_B);
	NT_EXPECT_EQ(comes(vm, outside, 0, NT_FRAME_OTHER, PORT_A), NT_DEDUP_PASS);
}

NT_TEST(a_change_of_port_is_told_but_not_of_a_steered_report)
{
	start(4);
	NT_EXPECT_EQ(sends(vm, 0, NT_FRAME_OTHER, PORT_B).from, PORT_B);
	NT_EXPECT_EQ(sends(vm, 0, NT_FRAME_REPORT, PORT_A).from, PORT_A);
	NT_EXPECT_EQ(sends(vm, 0, NT_FRAME_OTHER, PORT_B).from, PORT_B);
	NT_EXPECT_EQ(sends(vm, 0, NT_FRAME_OTHER, PORT_A).from, PORT_B);
}

NT_TEST(rarp_does_not_make_the_silent_young)
{
	struct nt_dedup_entry entry = { .port = PORT_A };
	u32 i;

	start(1);
	sends(vm, 0, NT_FRAME_OTHER, PORT_A);
	now += 10 * WINDOW;
	sends(vm, 0, NT_FRAME_RARP, PORT_B);
	for (i = 0; i < nt_dedup_room(&table); i++)
		if (nt_dedup_entry(&table, i, now, &entry))
			break;
	NT_EXPECT_EQ(entry.age, 10 * WINDOW);
	NT_EXPECT_EQ(entry.port, PORT_B);
	NT_EXPECT_EQ(memcmp(entry.mac, vm, sizeof(vm)), 0);
	NT_EXPECT_EQ(comes(all, vm, 0, NT_FRAME_RARP, PORT_A), NT_DEDUP_LOCKED);
}

NT_TEST(groups_and_nobody_are_not_learned)
{
	const u8 nobody[NT_FRAME_MAC] = { 0 };
	struct nt_dedup_frame pause = frame(lldp, vm, 0, NT_FRAME_OTHER, PORT_A);

	start(4);
	sends(all, 0, NT_FRAME_OTHER, PORT_A);
	sends(nobody, 0, NT_FRAME_OTHER, PORT_A);
	nt_dedup_send(&table, &pause, now);
	NT_EXPECT_EQ(entries(), 0);
}

NT_TEST(a_full_bucket_forgets_the_oldest)
{
	u8 mac[NT_FRAME_MAC] = { 2, 1, 0, 0, 0, 0 };
	u8 i;

	start(1);
	for (i = 0; i < NT_DEDUP_WAYS; i++) {
		mac[5] = i;
		NT_EXPECT_EQ(sends(mac, 0, NT_FRAME_OTHER, PORT_A).change, NT_DEDUP_LEARNED);
		now++;
	}
	mac[5] = 0;
	NT_EXPECT_EQ(sends(mac, 0, NT_FRAME_OTHER, PORT_A).change, NT_DEDUP_REFRESHED);
	NT_EXPECT_EQ(sends(vm, 0, NT_FRAME_OTHER, PORT_A).change, NT_DEDUP_EVICTED);
	NT_EXPECT_EQ(entries(), NT_DEDUP_WAYS);
	NT_EXPECT_EQ(comes(all, mac, 0, NT_FRAME_OTHER, PORT_A), NT_DEDUP_REFLECTED);
	mac[5] = 1;
	NT_EXPECT_EQ(comes(all, mac, 0, NT_FRAME_OTHER, PORT_A), NT_DEDUP_PASS);
}

NT_TEST(many_sources_take_no_more_than_their_room)
{
	u8 mac[NT_FRAME_MAC] = { 2, 2, 0, 0, 0, 0 };
	u32 i;

	start(4);
	for (i = 0; i < 100000; i++) {
		mac[3] = (u8)(i >> 16);
		mac[4] = (u8)(i >> 8);
		mac[5] = (u8)i;
		sends(mac, 0, NT_FRAME_OTHER, PORT_A);
	}
	NT_EXPECT_EQ(entries(), nt_dedup_room(&table));
	NT_EXPECT_EQ(comes(all, outside, 0, NT_FRAME_OTHER, PORT_A), NT_DEDUP_PASS);
}

NT_TEST(sweeping_forgets_the_silent_and_no_other)
{
	start(4);
	sends(vm, 0, NT_FRAME_GARP, PORT_A);
	now += 1000;
	sends(outside, 0, NT_FRAME_OTHER, PORT_A);
	NT_EXPECT_EQ(nt_dedup_sweep(&table, 1000, now), 2);
	NT_EXPECT_EQ(nt_dedup_sweep(&table, 999, now), 1);
	NT_EXPECT_EQ(comes(all, outside, 0, NT_FRAME_OTHER, PORT_A), NT_DEDUP_REFLECTED);
	NT_EXPECT_EQ(comes(all, vm, 0, NT_FRAME_GARP, PORT_A), NT_DEDUP_PASS);
}

/* Without sweeping, an announcement of 2^32 ticks ago would look like one of now. */
NT_TEST(a_time_long_past_does_not_come_again)
{
	u32 step;

	start(4);
	sends(vm, 0, NT_FRAME_GARP, PORT_A);
	for (step = 0; step < 64; step++) {
		now += 1U << 26;
		sends(vm, 0, NT_FRAME_OTHER, PORT_A);
		nt_dedup_sweep(&table, 1000, now);
	}
	NT_EXPECT_EQ(comes(all, vm, 0, NT_FRAME_GARP, PORT_A), NT_DEDUP_MOVED);
}

NT_SUITE(dedup, NT_CASE(groups_pass_by_the_active_port_only),
	 NT_CASE(what_was_sent_does_not_come_back_within_the_window),
	 NT_CASE(a_source_seen_outside_after_its_time_is_forgotten),
	 NT_CASE(each_vlan_is_its_own_and_priority_tags_are_none),
	 NT_CASE(an_announcement_lets_go_of_who_moved_away),
	 NT_CASE(an_announcement_does_not_let_go_where_it_may_not),
	 NT_CASE(an_own_announcement_is_locked_for_the_window),
	 NT_CASE(the_bonds_own_frames_come_back_never),
	 NT_CASE(unicast_by_another_port_than_its_receivers_is_told),
	 NT_CASE(a_change_of_port_is_told_but_not_of_a_steered_report),
	 NT_CASE(rarp_does_not_make_the_silent_young),
	 NT_CASE(groups_and_nobody_are_not_learned), NT_CASE(a_full_bucket_forgets_the_oldest),
	 NT_CASE(many_sources_take_no_more_than_their_room),
	 NT_CASE(sweeping_forgets_the_silent_and_no_other),
	 NT_CASE(a_time_long_past_does_not_come_again));
