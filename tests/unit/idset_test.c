// SPDX-License-Identifier: GPL-2.0-or-later
/* Sets of small numbers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "core/idset.h"

static void assert_canonical(const char *text, const char *canonical)
{
	struct nt_idset set;
	char buf[128];

	assert_int_equal(nt_idset_parse(text, &set, NULL), 0);
	assert_int_equal(nt_idset_format(&set, buf, sizeof(buf)), 0);
	assert_string_equal(buf, canonical);
}

static void neighbours_join_as_the_kernel_prints_them(void **state)
{
	(void)state;
	assert_canonical("", "");
	assert_canonical("8080", "8080");
	assert_canonical("8081,8080", "8080-8081");
	assert_canonical("1-3,2-5,9", "1-5,9");
	assert_canonical("0-65535", "0-65535");
	assert_canonical("65535", "65535");
}

static void malformed_lists_are_refused_where_they_break(void **state)
{
	static const struct {
		const char *text;
		int err;
		unsigned int offset;
	} rows[] = {
		{ "x", -EINVAL, 0 },	  { "1,", -EINVAL, 2 },	    { "1,,2", -EINVAL, 2 },
		{ "1 2", -EINVAL, 1 },	  { "1-", -EINVAL, 2 },	    { "70000", -ERANGE, 0 },
		{ "1,65536", -ERANGE, 2 }, { "5-1", -ERANGE, 0 },   { "80,9-8", -ERANGE, 3 },
		{ "-1", -EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned int offset = 99;
		struct nt_idset set;

		assert_int_equal(nt_idset_parse(rows[i].text, &set, &offset), rows[i].err);
		assert_int_equal(offset, rows[i].offset);
	}
}

static void failing_leaves_the_result_alone(void **state)
{
	struct nt_idset set = { { 0 } };

	(void)state;
	nt_idset_add(&set, 7);
	assert_int_equal(nt_idset_parse("1,x", &set, NULL), -EINVAL);
	assert_true(nt_idset_has(&set, 7));
	assert_false(nt_idset_has(&set, 1));
}

static void sets_are_counted_joined_and_compared(void **state)
{
	struct nt_idset a, b;

	(void)state;
	assert_int_equal(nt_idset_parse("1-4", &a, NULL), 0);
	assert_int_equal(nt_idset_parse("2,65535", &b, NULL), 0);
	assert_false(nt_idset_cover(&a, &b));
	nt_idset_join(&a, &b);
	assert_true(nt_idset_cover(&a, &b));
	assert_int_equal(nt_idset_size(&a), 5);
	assert_false(nt_idset_has(&a, 65536));
	nt_idset_add(&a, 65536);
	assert_int_equal(nt_idset_size(&a), 5);
}

static void text_that_does_not_fit_is_refused(void **state)
{
	struct nt_idset set;
	char buf[8];

	(void)state;
	assert_int_equal(nt_idset_parse("1000,2000", &set, NULL), 0);
	assert_int_equal(nt_idset_format(&set, buf, sizeof(buf)), -E2BIG);
	assert_int_equal(nt_idset_format(&set, buf, 0), -E2BIG);
}

static void masks_are_words_of_32_bits(void **state)
{
	static const struct {
		const char *list;
		const char *mask;
	} rows[] = {
		{ "", "0" },
		{ "0", "1" },
		{ "0-7", "ff" },
		{ "31", "80000000" },
		{ "32", "1,00000000" },
		{ "0,33-34,64", "1,00000006,00000001" },
	};
	char buf[32];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nt_idset set;

		assert_int_equal(nt_idset_parse(rows[i].list, &set, NULL), 0);
		assert_int_equal(nt_idset_format_mask(&set, buf, sizeof(buf)), 0);
		assert_string_equal(buf, rows[i].mask);
		assert_int_equal(nt_idset_format_mask(&set, buf, strlen(rows[i].mask)), -E2BIG);
		assert_int_equal(nt_idset_format_mask(&set, buf, 0), -E2BIG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours_join_as_the_kernel_prints_them),
		cmocka_unit_test(malformed_lists_are_refused_where_they_break),
		cmocka_unit_test(failing_leaves_the_result_alone),
		cmocka_unit_test(sets_are_counted_joined_and_compared),
		cmocka_unit_test(text_that_does_not_fit_is_refused),
		cmocka_unit_test(masks_are_words_of_32_bits),
	};

	return cmocka_run_group_tests_name("idset", tests, NULL, NULL);
}
