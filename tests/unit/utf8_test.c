// SPDX-License-Identifier: GPL-2.0-or-later
/* Text from outside: what passes, what is masked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/utf8.h"

static void printable_text_passes(void **state)
{
	(void)state;
	assert_true(nt_utf8_ok(""));
	assert_true(nt_utf8_ok("./web1.conf"));
	assert_true(nt_utf8_ok("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80\t"));
}

static void what_is_not_utf8_does_not(void **state)
{
	static const char *const bad[] = {
		"\xff", "a\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\x80",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(nt_utf8_ok(bad[i]));
}

static void controls_and_direction_marks_do_not(void **state)
{
	(void)state;
	assert_false(nt_utf8_ok("a\033[2J"));
	assert_false(nt_utf8_ok("a\nb"));
	assert_false(nt_utf8_ok("\x7f"));
	assert_false(nt_utf8_ok("\xc2\x9b"));
	assert_false(nt_utf8_ok("\xe2\x80\xae"));
}

static void masking_leaves_the_rest(void **state)
{
	char text[] = "/etc/\xff\xc3\xbc\033x\xc3";

	(void)state;
	nt_utf8_mask(text);
	assert_string_equal(text, "/etc/?\xc3\xbc?x?");
	assert_true(nt_utf8_ok(text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(printable_text_passes),
		cmocka_unit_test(what_is_not_utf8_does_not),
		cmocka_unit_test(controls_and_direction_marks_do_not),
		cmocka_unit_test(masking_leaves_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
