// SPDX-License-Identifier: GPL-2.0-or-later
/* Deadlines and the guardian's messages: what is written is read, nothing else is. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "engine/deadline.h"
#include "engine/guardian_msg.h"

#define S 1000000000ULL

static void seconds_left_are_rounded_up_and_never_negative(void **state)
{
	(void)state;
	assert_int_equal(nt_deadline_left_s(10 * S, 9 * S), 1);
	assert_int_equal(nt_deadline_left_s(10 * S, 9 * S + 1), 1);
	assert_int_equal(nt_deadline_left_s(10 * S, 10 * S - 1), 1);
	assert_int_equal(nt_deadline_left_s(10 * S, 10 * S), 0);
	assert_int_equal(nt_deadline_left_s(10 * S, 11 * S), 0);
	assert_int_equal(nt_deadline_left_s(0, UINT64_MAX), 0);
	assert_int_equal(nt_deadline_left_s(UINT64_MAX, 0), UINT32_MAX);
}

static void a_deadline_past_the_end_of_time_is_the_end_of_time(void **state)
{
	(void)state;
	assert_int_equal(nt_deadline_after(5 * S, 60), 65 * S);
	assert_true(nt_deadline_after(INT64_MAX - S, 60) == INT64_MAX);
	assert_true(nt_deadline_after(UINT64_MAX, NT_CONFIRM_S_MAX) == INT64_MAX);
}

static void the_clock_goes_forward(void **state)
{
	uint64_t before = nt_deadline_now_ns();

	(void)state;
	assert_true(before > 0);
	assert_true(nt_deadline_now_ns() >= before);
}

static void only_digits_in_range_are_seconds(void **state)
{
	static const char *const bad[] = { "", "-1", "+5", " 5", "5 ", "5s", "0x10", "1e3", "5.0" };
	static const char *const out[] = { "0", "00", "86401", "4294967297",
					   "99999999999999999999" };
	uint32_t seconds = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(nt_deadline_parse(bad[i], &seconds), -EINVAL);
	for (size_t i = 0; i < sizeof(out) / sizeof(*out); i++)
		assert_int_equal(nt_deadline_parse(out[i], &seconds), -ERANGE);
	assert_int_equal(seconds, 7);
	assert_int_equal(nt_deadline_parse("1", &seconds), 0);
	assert_int_equal(seconds, 1);
	assert_int_equal(nt_deadline_parse("86400", &seconds), 0);
	assert_int_equal(seconds, 86400);
}

static void every_message_is_read_as_it_was_written(void **state)
{
	(void)state;
	for (int verb = NT_GUARDIAN_STATUS; verb <= NT_GUARDIAN_FAILED; verb++) {
		struct nt_guardian_msg msg = { .verb = (enum nt_guardian_verb)verb,
					       .txn = UINT32_MAX,
					       .args = { UINT32_MAX, UINT32_MAX } };
		struct nt_guardian_msg back;
		char buf[NT_GUARDIAN_MSG_MAX], again[NT_GUARDIAN_MSG_MAX];
		size_t len = nt_guardian_msg_format(&msg, buf);

		assert_true(len < sizeof(buf));
		assert_int_equal(nt_guardian_msg_parse(buf, len, &back), 0);
		assert_int_equal(back.verb, verb);
		assert_int_equal(nt_guardian_msg_format(&back, again), len);
		assert_memory_equal(buf, again, len);
	}
}

static void anything_else_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "confirm", "confirm ", "confirm 0", "confirm 01", "confirm -1", "confirm 1 ",
		"confirm 1 2", "confirm  1", "confirm 4294967296", "confirm 1\n", "Confirm 1",
		"extend 1", "extend 1 2 3", "confirmation 1", "confirmed 1 2", "rollback 1",
		"confirm 1 00000000000000000000000000000000000000000000000000000000000000",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct nt_guardian_msg msg = { .txn = 99 };

		assert_int_equal(nt_guardian_msg_parse(bad[i], strlen(bad[i]), &msg), -EPROTO);
		assert_int_equal(msg.txn, 99);
	}
	assert_int_equal(nt_guardian_msg_parse("confirm 1\0", 10, &(struct nt_guardian_msg){ 0 }),
			 -EPROTO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seconds_left_are_rounded_up_and_never_negative),
		cmocka_unit_test(a_deadline_past_the_end_of_time_is_the_end_of_time),
		cmocka_unit_test(the_clock_goes_forward),
		cmocka_unit_test(only_digits_in_range_are_seconds),
		cmocka_unit_test(every_message_is_read_as_it_was_written),
		cmocka_unit_test(anything_else_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
