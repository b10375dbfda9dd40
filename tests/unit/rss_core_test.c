// SPDX-License-Identifier: GPL-2.0-or-later
/* RSS tables: what Rss= asks for, the table that follows, and its text both ways. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "core/rss.h"
#include "lib/diag.h"

static struct nt_rss_want want;
static uint16_t table[NT_NIC_RSS_TABLE_MAX];

static void assert_text(const char *asked, uint32_t rings, uint32_t n, const char *text)
{
	uint16_t again[NT_NIC_RSS_TABLE_MAX];
	struct nt_diag diag = { 0 };
	char buf[16384];

	assert_int_equal(nt_rss_want_parse(asked, &want, NULL, &diag), 0);
	assert_int_equal(nt_rss_fill(&want, rings, table, n, &diag), 0);
	assert_int_equal(nt_rss_format(table, n, rings, buf, sizeof(buf)), 0);
	assert_string_equal(buf, text);
	assert_int_equal(nt_rss_parse(buf, rings, again, n), 0);
	assert_memory_equal(table, again, n * sizeof(*table));
}

static void what_is_asked_for_becomes_a_table_with_a_text(void **state)
{
	(void)state;
	assert_text("default", 8, 128, "default");
	assert_text("equal", 8, 128, "default");
	assert_text("equal(8)", 8, 128, "default");
	assert_text("equal(3)", 8, 128, "equal:3");
	assert_text("equal(1)", 8, 128, "equal:1");
	assert_text("weights(1,1,2)", 4, 128, "0x32,1x32,2x64");
	assert_text("weights(0,3,1)", 3, 8, "1x6,2x2");
	assert_text("exclude(0)", 4, 128, "1x42,2x43,3x43");
	assert_text("exclude(0,2-3)", 8, 8, "1x1,4x2,5x1,6x2,7x2");
	assert_text("weights(2,1)", 2, 128, "0x85,1x43");
	assert_text("weights(1, 3)", 2, 4, "0x1,1x3");
}

static void assert_bad_want(const char *asked, int err, unsigned int offset, const char *words)
{
	struct nt_diag diag = { 0 };
	unsigned int at = 999;

	assert_int_equal(nt_rss_want_parse(asked, &want, &at, &diag), -err);
	assert_int_equal(at, offset);
	if (!strstr(diag.message, words))
		fail_msg("%s: %s", asked, diag.message);
}

static void runs_of_igb_are_the_default_too(void **state)
{
	char buf[64];

	(void)state;
	for (uint32_t i = 0; i < 128; i++)
		table[i] = (uint16_t)(i * 8 / 128);
	assert_int_equal(nt_rss_format(table, 128, 8, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "default");
	table[127] = 6;
	assert_int_equal(nt_rss_format(table, 128, 8, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "0x16,1x16,2x16,3x16,4x16,5x16,6x16,7x15,6x1");
}

static void wrong_words_and_numbers_are_pointed_at(void **state)
{
	(void)state;
	assert_bad_want("", EINVAL, 0, "must be default");
	assert_bad_want("even", EINVAL, 0, "must be default");
	assert_bad_want("default(1)", EINVAL, 7, "behind the word");
	assert_bad_want("weights", EINVAL, 7, "\"(\" is missing");
	assert_bad_want("equal()", EINVAL, 6, "a number is missing");
	assert_bad_want("equal(0)", ERANGE, 7, "no ring");
	assert_bad_want("equal(1025)", ERANGE, 6, "above 1024");
	assert_bad_want("equal(1,2)", EINVAL, 7, "\")\" is missing");
	assert_bad_want("equal(4) ", EINVAL, 8, "behind");
	assert_bad_want("weights(1,65536)", ERANGE, 10, "above 65535");
	assert_bad_want("exclude(3-1)", ERANGE, 11, "backwards");
	assert_bad_want("exclude(1024)", ERANGE, 8, "above 1023");
}

static void assert_no_table(const char *asked, uint32_t rings, uint32_t n, const char *words)
{
	struct nt_diag diag = { 0 };

	memset(table, 0x55, sizeof(table));
	assert_int_equal(nt_rss_want_parse(asked, &want, NULL, &diag), 0);
	assert_int_equal(nt_rss_fill(&want, rings, table, n, &diag), -ERANGE);
	assert_int_equal(table[0], 0x5555);
	if (!strstr(diag.message, words))
		fail_msg("%s: %s", asked, diag.message);
}

static void tables_that_starve_or_overrun_are_refused(void **state)
{
	(void)state;
	assert_no_table("equal(9)", 8, 128, "there are 8");
	assert_no_table("weights(1,1,1)", 2, 128, "ring 2 has a weight");
	assert_no_table("weights(0,0)", 2, 128, "no ring would");
	assert_no_table("exclude(0-1)", 2, 128, "no ring would");
	assert_no_table("weights(1,1000)", 2, 128, "none for ring 0");
	assert_no_table("exclude(0)", 64, 32, "none for ring");
	assert_no_table("equal", 0, 128, "0 rings");
	assert_no_table("equal", 4, 4097, "4097 entries");
}

static void every_entry_points_at_a_live_ring(void **state)
{
	static const char *const asked[] = { "default", "equal", "equal(2)", "weights(3,1)",
					     "exclude(1)" };
	struct nt_diag diag = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		assert_int_equal(nt_rss_want_parse(asked[i], &want, NULL, &diag), 0);
		for (uint32_t rings = 2; rings <= 128; rings++) {
			assert_int_equal(nt_rss_fill(&want, rings, table, 512, &diag), 0);
			assert_true(nt_rss_top_ring(table, 512) < rings);
		}
	}
}

static void text_that_is_no_table_is_refused(void **state)
{
	static const struct {
		const char *text;
		int err;
	} cases[] = {
		{ "", EINVAL },        { "0x4,", EINVAL },      { "0x4,1", EINVAL },
		{ "0x9", ERANGE },     { "0x4,1x3", ERANGE },   { "0x4,1x0,2x4", ERANGE },
		{ "1024x8", ERANGE },  { "0x4;1x4", EINVAL },   { "equal:", EINVAL },
		{ "equal:0", ERANGE }, { "equal:1025", ERANGE }, { "equal:4x", EINVAL },
		{ "defaults", EINVAL }, { "0x99999999999999999999", ERANGE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(nt_rss_parse(cases[i].text, 8, table, 8), -cases[i].err);
}

static void a_table_too_wild_for_its_text_is_e2big(void **state)
{
	char buf[64];

	(void)state;
	for (uint32_t i = 0; i < 128; i++)
		table[i] = (uint16_t)(i % 3 * 2);
	assert_int_equal(nt_rss_format(table, 128, 8, buf, sizeof(buf)), -E2BIG);
	assert_int_equal(nt_rss_format(table, 128, 8, buf, 0), -E2BIG);
	assert_int_equal(nt_rss_format(table, 0, 8, buf, 4), -E2BIG);
}

static void keys_have_a_text_both_ways(void **state)
{
	uint8_t key[NT_NIC_RSS_KEY_MAX];
	char buf[NT_RSS_KEY_TEXT];
	uint32_t n = 0;

	(void)state;
	nt_rss_key_symmetric(key, 4);
	assert_int_equal(nt_rss_key_format(key, 4, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "6d:5a:6d:5a");
	assert_int_equal(nt_rss_key_format(key, 4, buf, 11), -E2BIG);
	assert_int_equal(nt_rss_key_parse("6D:5a:ff", key, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(key[2], 0xff);
	assert_int_equal(nt_rss_key_parse("", key, &n), -EINVAL);
	assert_int_equal(nt_rss_key_parse("6d:", key, &n), -EINVAL);
	assert_int_equal(nt_rss_key_parse("6d5a", key, &n), -EINVAL);
	assert_int_equal(nt_rss_key_parse("6g", key, &n), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_asked_for_becomes_a_table_with_a_text),
		cmocka_unit_test(runs_of_igb_are_the_default_too),
		cmocka_unit_test(wrong_words_and_numbers_are_pointed_at),
		cmocka_unit_test(tables_that_starve_or_overrun_are_refused),
		cmocka_unit_test(every_entry_points_at_a_live_ring),
		cmocka_unit_test(text_that_is_no_table_is_refused),
		cmocka_unit_test(a_table_too_wild_for_its_text_is_e2big),
		cmocka_unit_test(keys_have_a_text_both_ways),
	};

	return cmocka_run_group_tests_name("rss_core", tests, NULL, NULL);
}
