// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a tunable holds what was asked for.
 */
#include "nt_test.h"

#include "../../kmod/core/value.h"

static enum nt_value_match compare(enum nt_value_form form, const char *want, const char *seen)
{
	return nt_value_compare(form, want, strlen(want), seen, strlen(seen));
}

static enum nt_value_match fields(const char *want, const char *seen)
{
	return compare(NT_VALUE_FIELDS, want, seen);
}

static enum nt_value_match mask(const char *want, const char *seen)
{
	return compare(NT_VALUE_MASK, want, seen);
}

NT_TEST(white_space_does_not_matter)
{
	NT_EXPECT_EQ(fields("4096 131072 6291456", "4096\t131072\t6291456\n"), NT_VALUE_EQUAL);
	NT_EXPECT_EQ(fields("  bbr ", "bbr\n"), NT_VALUE_EQUAL);
	NT_EXPECT_EQ(fields("\n", ""), NT_VALUE_EQUAL);
	NT_EXPECT_EQ(fields("", ""), NT_VALUE_EQUAL);
}

NT_TEST(numbers_compare_by_value)
{
	NT_EXPECT_EQ(fields("0x10", "16"), NT_VALUE_EQUAL);
	NT_EXPECT_EQ(fields("010", "8"), NT_VALUE_EQUAL);
	NT_EXPECT_EQ(fields("-0", "0"), NT_VALUE_EQUAL);
	NT_EXPECT_EQ(fields("-1", "1"), NT_VALUE_DIFFERENT);
	NT_EXPECT_EQ(fields("18446744073709551615", "0xffffffffffffffff"), NT_VALUE_EQUAL);
	NT_EXPECT_EQ(fields("18446744073709551616", "0"), NT_VALUE_DIFFERENT);
	NT_EXPECT_EQ(fields("0x", "0"), NT_VALUE_DIFFERENT);
	NT_EXPECT_EQ(fields("-", "0"), NT_VALUE_DIFFERENT);
}

NT_TEST(vectors_need_all_their_fields)
{
	NT_EXPECT_EQ(fields("4096", "4096 131072 6291456"), NT_VALUE_DIFFERENT);
	NT_EXPECT_EQ(fields("1 2", "1"), NT_VALUE_DIFFERENT);
	NT_EXPECT_EQ(fields("1", ""), NT_VALUE_DIFFERENT);
	NT_EXPECT_EQ(fields("1 2 3", "1 2 4"), NT_VALUE_DIFFERENT);
}

NT_TEST(words_compare_by_letter)
{
	NT_EXPECT_EQ(fields("bbr", "cubic"), NT_VALUE_DIFFERENT);
	NT_EXPECT_EQ(fields("bbr", "bbr2"), NT_VALUE_DIFFERENT);
	NT_EXPECT_EQ(fields("1-3,5", "1-3,5\n"), NT_VALUE_EQUAL);
}

NT_TEST(masks_compare_by_bits)
{
	NT_EXPECT_EQ(mask("f", "00000000,0000000f\n"), NT_VALUE_EQUAL);
	NT_EXPECT_EQ(mask("0", "000"), NT_VALUE_EQUAL);
	NT_EXPECT_EQ(mask("0xFF", "ff"), NT_VALUE_EQUAL);
	NT_EXPECT_EQ(mask("1,00000000", "100000000"), NT_VALUE_EQUAL);
	NT_EXPECT_EQ(mask("f", "ff"), NT_VALUE_DIFFERENT);
	NT_EXPECT_EQ(mask("10", "1"), NT_VALUE_DIFFERENT);
	NT_EXPECT_EQ(mask("g", "g"), NT_VALUE_DIFFERENT);
	NT_EXPECT_EQ(mask("", "0"), NT_VALUE_DIFFERENT);
}

NT_TEST(power_of_two_is_rounded_up_only)
{
	NT_EXPECT_EQ(compare(NT_VALUE_POWER_OF_TWO, "1000", "1024"), NT_VALUE_ROUNDED);
	NT_EXPECT_EQ(compare(NT_VALUE_POWER_OF_TWO, "1024", "1024"), NT_VALUE_EQUAL);
	NT_EXPECT_EQ(compare(NT_VALUE_POWER_OF_TWO, "1024", "2048"), NT_VALUE_DIFFERENT);
	NT_EXPECT_EQ(compare(NT_VALUE_POWER_OF_TWO, "1000", "512"), NT_VALUE_DIFFERENT);
	NT_EXPECT_EQ(compare(NT_VALUE_POWER_OF_TWO, "0", "0"), NT_VALUE_EQUAL);
	NT_EXPECT_EQ(compare(NT_VALUE_POWER_OF_TWO, "0", "1"), NT_VALUE_DIFFERENT);
	NT_EXPECT_EQ(compare(NT_VALUE_POWER_OF_TWO, "0xffffffffffffffff", "0"),
		     NT_VALUE_DIFFERENT);
	NT_EXPECT_EQ(fields("1000", "1024"), NT_VALUE_DIFFERENT);
}

NT_TEST(milliseconds_are_rounded_up_by_less_than_a_tick)
{
	NT_EXPECT_EQ(compare(NT_VALUE_TICK_MS, "1001", "1004"), NT_VALUE_ROUNDED);
	NT_EXPECT_EQ(compare(NT_VALUE_TICK_MS, "1001", "1010"), NT_VALUE_ROUNDED);
	NT_EXPECT_EQ(compare(NT_VALUE_TICK_MS, "1000", "1000"), NT_VALUE_EQUAL);
	NT_EXPECT_EQ(compare(NT_VALUE_TICK_MS, "1000", "1010"), NT_VALUE_DIFFERENT);
	NT_EXPECT_EQ(compare(NT_VALUE_TICK_MS, "1001", "1000"), NT_VALUE_DIFFERENT);
	NT_EXPECT_EQ(compare(NT_VALUE_TICK_MS, "0", "4"), NT_VALUE_DIFFERENT);
	NT_EXPECT_EQ(compare(NT_VALUE_TICK_MS, "-1", "4"), NT_VALUE_DIFFERENT);
	NT_EXPECT_EQ(compare(NT_VALUE_TICK_MS, "18446744073709551615", "3"), NT_VALUE_DIFFERENT);
}

NT_TEST(hundredths_are_rounded_down_by_one)
{
	NT_EXPECT_EQ(compare(NT_VALUE_TICK_HUNDREDTH, "101", "100"), NT_VALUE_ROUNDED);
	NT_EXPECT_EQ(compare(NT_VALUE_TICK_HUNDREDTH, "1", "0"), NT_VALUE_ROUNDED);
	NT_EXPECT_EQ(compare(NT_VALUE_TICK_HUNDREDTH, "100", "100"), NT_VALUE_EQUAL);
	NT_EXPECT_EQ(compare(NT_VALUE_TICK_HUNDREDTH, "100", "101"), NT_VALUE_DIFFERENT);
	NT_EXPECT_EQ(compare(NT_VALUE_TICK_HUNDREDTH, "102", "100"), NT_VALUE_DIFFERENT);
	NT_EXPECT_EQ(compare(NT_VALUE_TICK_HUNDREDTH, "0", "-1"), NT_VALUE_DIFFERENT);
}

static bool is_left(enum nt_value_form form, const char *left, bool is_known, const char *seen)
{
	return nt_value_is_left(nt_value_compare(form, left, strlen(left), seen, strlen(seen)),
				is_known);
}

NT_TEST(known_readback_must_be_there_exactly)
{
	NT_EXPECT(is_left(NT_VALUE_FIELDS, "5000\n", true, "5000\n"));
	NT_EXPECT(!is_left(NT_VALUE_FIELDS, "5000\n", true, "5001\n"));
	NT_EXPECT(!is_left(NT_VALUE_POWER_OF_TWO, "1000", true, "1024"));
	NT_EXPECT(is_left(NT_VALUE_FIELDS, "5000 70000 9\n", true, "5000\t70000\t9\n"));
}

NT_TEST(without_readback_only_what_was_written_is_ours)
{
	NT_EXPECT(is_left(NT_VALUE_FIELDS, "5000", false, "5000\n"));
	NT_EXPECT(is_left(NT_VALUE_POWER_OF_TWO, "1000", false, "1024\n"));
	NT_EXPECT(is_left(NT_VALUE_MASK, "f", false, "00,0000000f\n"));
	NT_EXPECT(!is_left(NT_VALUE_FIELDS, "5000", false, "7777\n"));
	NT_EXPECT(!is_left(NT_VALUE_POWER_OF_TWO, "1000", false, "4096\n"));
	NT_EXPECT(!is_left(NT_VALUE_FIELDS, "5000 70000 x", false, "5000 70000 9\n"));
}

NT_SUITE(value,
	 NT_CASE(white_space_does_not_matter),
	 NT_CASE(numbers_compare_by_value),
	 NT_CASE(vectors_need_all_their_fields),
	 NT_CASE(words_compare_by_letter),
	 NT_CASE(masks_compare_by_bits),
	 NT_CASE(power_of_two_is_rounded_up_only),
	 NT_CASE(milliseconds_are_rounded_up_by_less_than_a_tick),
	 NT_CASE(hundredths_are_rounded_down_by_one),
	 NT_CASE(known_readback_must_be_there_exactly),
	 NT_CASE(without_readback_only_what_was_written_is_ours));
