// SPDX-License-Identifier: GPL-2.0-or-later
/* Expressions: values, units, exactness, and where errors are said to be. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/expr.h"
#include "lib/diag.h"

#define GIB (1LL << 30)

static struct nt_expr_env env_of(enum nt_unit unit)
{
	return (struct nt_expr_env){
		.unit = unit,
		.ram_bytes = 16ULL << 30,
		.page_bytes = 4096,
		.has_limit = true,
		.limit = 1024,
		.has_dflt = true,
		.dflt = 128,
	};
}

static void expect(enum nt_unit unit, const char *text, int64_t wanted)
{
	struct nt_expr_env env = env_of(unit);
	struct nt_diag diag = { 0 };
	int64_t seen = -77;
	int r = nt_expr_eval(text, &env, &seen, NULL, &diag);

	if (r < 0)
		fail_msg("%s: %s", text, diag.message);
	if (seen != wanted)
		fail_msg("%s: %lld, wanted %lld", text, (long long)seen, (long long)wanted);
}

static void refuse(enum nt_unit unit, const char *text, int err, unsigned int offset,
		   const char *words)
{
	struct nt_expr_env env = env_of(unit);
	struct nt_diag diag = { 0 };
	unsigned int at = 9999;
	int64_t seen = -77;

	if (nt_expr_eval(text, &env, &seen, &at, &diag) != -err)
		fail_msg("%s: %lld, %s", text, (long long)seen, diag.message);
	assert_int_equal(seen, -77);
	assert_string_equal(diag.message, words);
	assert_int_equal(at, offset);
}

static void plain_numbers_are_in_the_kernels_unit(void **state)
{
	(void)state;
	expect(NT_UNIT_NONE, "0", 0);
	expect(NT_UNIT_NONE, "65535", 65535);
	expect(NT_UNIT_NONE, "-1", -1);
	expect(NT_UNIT_NONE, "9223372036854775807", INT64_MAX);
	expect(NT_UNIT_NONE, "-9223372036854775807", -INT64_MAX);
	expect(NT_UNIT_PAGES, "100", 100);
	expect(NT_UNIT_SECONDS, "15", 15);
}

static void sizes_become_bytes_or_whole_pages(void **state)
{
	(void)state;
	expect(NT_UNIT_BYTES, "16MiB", 16777216);
	expect(NT_UNIT_BYTES, "16M", 16777216);
	expect(NT_UNIT_BYTES, "1.5KiB", 1536);
	expect(NT_UNIT_BYTES, "7B", 7);
	expect(NT_UNIT_BYTES, "2TiB", 2048 * GIB);
	expect(NT_UNIT_PAGES, "1GiB", GIB / 4096);
	expect(NT_UNIT_PAGES, "4097B", 1);
	expect(NT_UNIT_PAGES, "4095B", 0);
}

static void times_are_converted_when_whole(void **state)
{
	(void)state;
	expect(NT_UNIT_SECONDS, "2min", 120);
	expect(NT_UNIT_SECONDS, "1.5h", 5400);
	expect(NT_UNIT_SECONDS, "3000ms", 3);
	expect(NT_UNIT_MILLISECONDS, "1.5s", 1500);
	expect(NT_UNIT_MICROSECONDS, "50us", 50);
	refuse(NT_UNIT_SECONDS, "500ms", EINVAL, 0, "not a time in whole seconds");
	refuse(NT_UNIT_BYTES, "0.3B", EINVAL, 0, "not a size");
}

static void share_of_ram_is_exact(void **state)
{
	(void)state;
	expect(NT_UNIT_BYTES, "25%ram", 4 * GIB);
	expect(NT_UNIT_BYTES, "12.5%ram", 2 * GIB);
	expect(NT_UNIT_PAGES, "12.5%ram", 2 * GIB / 4096);
	expect(NT_UNIT_BYTES, "0.000001%ram", 171); /* 171.79 */
	expect(NT_UNIT_BYTES, "100%ram", 16 * GIB);
	refuse(NT_UNIT_BYTES, "100.000001%ram", ERANGE, 0, "more than 100%ram");
	refuse(NT_UNIT_NONE, "5%ram", EINVAL, 0, "%ram where a plain number is wanted");
	refuse(NT_UNIT_BYTES, "5%", EINVAL, 1, "'%' without ram, as in 25%ram");
	refuse(NT_UNIT_BYTES, "5%rams", EINVAL, 1, "'%' without ram, as in 25%ram");
}

static void huge_memory_does_not_overflow(void **state)
{
	struct nt_expr_env env = { .unit = NT_UNIT_PAGES, .page_bytes = 4096 };
	int64_t pages;

	(void)state;
	env.ram_bytes = UINT64_MAX;
	assert_int_equal(nt_expr_eval("99.999999%ram", &env, &pages, NULL, NULL), 0);
	assert_int_equal(pages, 4503599582334499);
	env.unit = NT_UNIT_BYTES;
	assert_int_equal(nt_expr_eval("100%ram", &env, &pages, NULL, NULL), -ERANGE);
}

static void words_take_the_environments_values(void **state)
{
	(void)state;
	expect(NT_UNIT_NONE, "max", 1024);
	expect(NT_UNIT_NONE, "max/2", 512);
	expect(NT_UNIT_NONE, "max/3", 341);
	expect(NT_UNIT_NONE, "max/2/2", 256);
	expect(NT_UNIT_NONE, "kernel-default", 128);
	refuse(NT_UNIT_NONE, "maximum", EINVAL, 0,
	       "unknown word maximum, there are max and kernel-default");
}

static void functions_choose_and_nest(void **state)
{
	(void)state;
	expect(NT_UNIT_BYTES, "min(64MiB, 5%ram)", 64LL << 20);
	expect(NT_UNIT_BYTES, "max(64MiB,5%ram)", 858993459);
	expect(NT_UNIT_NONE, "max( -3 , -5 )", -3);
	expect(NT_UNIT_NONE, "min(max/2, 600)/2", 256);
	expect(NT_UNIT_NONE, "min(max(1,2), max(3, 4), 7)", 2);
	expect(NT_UNIT_NONE, "min(5)", 5);
	expect(NT_UNIT_NONE, "min(min(min(min(min(min(min(min(1))))))))", 1);
	refuse(NT_UNIT_NONE, "min(min(min(min(min(min(min(min(min(1)))))))))", EINVAL, 32,
	       "more than 8 functions in each other");
	refuse(NT_UNIT_NONE, "avg(1)", EINVAL, 0, "unknown function avg, there are min and max");
	refuse(NT_UNIT_NONE, "min()", EINVAL, 4, "unexpected character");
	refuse(NT_UNIT_NONE, "min(1", EINVAL, 5, "missing ',' or ')'");
	refuse(NT_UNIT_NONE, "min(1,", EINVAL, 6, "missing number");
	refuse(NT_UNIT_NONE, "min(1 2)", EINVAL, 6, "missing ',' or ')'");
}

static void wrong_units_point_at_the_unit(void **state)
{
	(void)state;
	refuse(NT_UNIT_NONE, "64MiB", EINVAL, 2, "unit MiB where a plain number is wanted");
	refuse(NT_UNIT_SECONDS, "64MiB", EINVAL, 2,
	       "unit MiB where a time in whole seconds is wanted");
	refuse(NT_UNIT_BYTES, "1s", EINVAL, 1, "unit s where a size is wanted");
	refuse(NT_UNIT_BYTES, "64MB", EINVAL, 2,
	       "unknown unit MB, there are B KiB MiB GiB TiB, us ms s min h and %ram");
	refuse(NT_UNIT_NONE, "1.5", EINVAL, 0, "decimals without a unit");
}

static void syntax_errors_point_at_the_place(void **state)
{
	(void)state;
	refuse(NT_UNIT_NONE, "", EINVAL, 0, "missing number");
	refuse(NT_UNIT_NONE, "-", EINVAL, 0, "'-' without a number");
	refuse(NT_UNIT_BYTES, "-1MiB", EINVAL, 0, "negative number that is not a plain one");
	refuse(NT_UNIT_NONE, "010", EINVAL, 0, "number with a leading zero");
	refuse(NT_UNIT_NONE, "0x10", EINVAL, 1,
	       "unknown unit x, there are B KiB MiB GiB TiB, us ms s min h and %ram");
	refuse(NT_UNIT_NONE, "12 ", EINVAL, 2, "unexpected character behind the value");
	refuse(NT_UNIT_NONE, "12,", EINVAL, 2, "unexpected character behind the value");
	refuse(NT_UNIT_BYTES, "1.MiB", EINVAL, 1, "no digits behind the point");
	refuse(NT_UNIT_BYTES, "1.1234567MiB", EINVAL, 1, "more than 6 decimals");
	refuse(NT_UNIT_NONE, "max/0", EINVAL, 4, "divisor is not from 1 to 9223372036854775807");
	refuse(NT_UNIT_NONE, "max/", EINVAL, 4, "missing number behind '/'");
	refuse(NT_UNIT_NONE, "$(id)", EINVAL, 0, "unexpected character");
}

static void overflow_is_erange(void **state)
{
	(void)state;
	refuse(NT_UNIT_NONE, "9223372036854775808", ERANGE, 0, "number is too large");
	refuse(NT_UNIT_NONE, "18446744073709551616", ERANGE, 0, "number is too large");
	refuse(NT_UNIT_BYTES, "8388608TiB", ERANGE, 0, "number is too large");
	expect(NT_UNIT_BYTES, "8388607TiB", INT64_MAX - (1LL << 40) + 1);
}

static void what_is_unknown_is_enodata_but_syntax_goes_first(void **state)
{
	struct nt_expr_env bare = { .unit = NT_UNIT_PAGES };
	struct nt_diag diag = { 0 };
	unsigned int at = 0;
	int64_t value;

	(void)state;
	assert_int_equal(nt_expr_eval("max", &bare, &value, NULL, NULL), -ENODATA);
	assert_int_equal(nt_expr_eval("5%ram", &bare, &value, NULL, NULL), -ENODATA);
	assert_int_equal(nt_expr_eval("5MiB", &bare, &value, NULL, NULL), -ENODATA);
	assert_int_equal(nt_expr_eval("5", &bare, &value, NULL, NULL), 0);
	assert_int_equal(nt_expr_eval("min(7, kernel-default)", &bare, &value, &at, &diag),
			 -ENODATA);
	assert_int_equal(at, 7);
	assert_string_equal(diag.message, "the kernel's default is not known here");
	assert_int_equal(nt_expr_eval("min(kernel-default, 7x)", &bare, &value, &at, NULL),
			 -EINVAL);
	assert_int_equal(at, 21);
}

static void split_parts_at_spaces_outside_parentheses(void **state)
{
	const char *text = "  4096\tmin(1, 2)  max ";
	const char *cursor = text;
	unsigned int at;
	char buf[16];

	(void)state;
	assert_int_equal(nt_expr_split(&cursor, text, buf, sizeof(buf), &at), 1);
	assert_string_equal(buf, "4096");
	assert_int_equal(at, 2);
	assert_int_equal(nt_expr_split(&cursor, text, buf, sizeof(buf), &at), 1);
	assert_string_equal(buf, "min(1, 2)");
	assert_int_equal(at, 7);
	assert_int_equal(nt_expr_split(&cursor, text, buf, sizeof(buf), NULL), 1);
	assert_string_equal(buf, "max");
	assert_int_equal(nt_expr_split(&cursor, text, buf, sizeof(buf), &at), 0);
	assert_int_equal(nt_expr_split(&cursor, text, buf, sizeof(buf), &at), 0);
}

static void split_refuses_open_parentheses_and_long_fields(void **state)
{
	const char *open = "min(1", *close = "1)", *wide = "12345678";
	const char *cursor = open;
	char buf[9];

	(void)state;
	assert_int_equal(nt_expr_split(&cursor, open, buf, sizeof(buf), NULL), -EINVAL);
	cursor = close;
	assert_int_equal(nt_expr_split(&cursor, close, buf, sizeof(buf), NULL), -EINVAL);
	cursor = wide;
	assert_int_equal(nt_expr_split(&cursor, wide, buf, 8, NULL), -E2BIG);
	assert_int_equal(nt_expr_split(&cursor, wide, buf, 9, NULL), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_numbers_are_in_the_kernels_unit),
		cmocka_unit_test(sizes_become_bytes_or_whole_pages),
		cmocka_unit_test(times_are_converted_when_whole),
		cmocka_unit_test(share_of_ram_is_exact),
		cmocka_unit_test(huge_memory_does_not_overflow),
		cmocka_unit_test(words_take_the_environments_values),
		cmocka_unit_test(functions_choose_and_nest),
		cmocka_unit_test(wrong_units_point_at_the_unit),
		cmocka_unit_test(syntax_errors_point_at_the_place),
		cmocka_unit_test(overflow_is_erange),
		cmocka_unit_test(what_is_unknown_is_enodata_but_syntax_goes_first),
		cmocka_unit_test(split_parts_at_spaces_outside_parentheses),
		cmocka_unit_test(split_refuses_open_parentheses_and_long_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
