/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One way of writing a test of kmod/core, for cmocka and for KUnit.
 *
 * A test file defines tests with NT_TEST() and ends in one NT_SUITE(). It is
 * run by cmocka when it is compiled alone, and by KUnit when
 * tests/kunit/core_kunit.c includes it.
 */
#ifndef NT_TEST_H
#define NT_TEST_H

#ifdef __KERNEL__

#include <kunit/test.h>

#define NT_TEST(name) static void name(struct kunit *test)
#define NT_CASE(name) KUNIT_CASE(name)
#define NT_EXPECT(condition) KUNIT_EXPECT_TRUE(test, condition)
#define NT_EXPECT_EQ(got, want) KUNIT_EXPECT_EQ(test, (long long)(got), (long long)(want))

#define NT_SUITE(suite, ...)                                         \
	static struct kunit_case suite##_cases[] = { __VA_ARGS__, {} }; \
	static struct kunit_suite suite##_suite = {                  \
		.name = "nettune-" #suite,                           \
		.test_cases = suite##_cases,                         \
	};                                                           \
	kunit_test_suite(suite##_suite)

#else

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NT_TEST(name) static void name(void **state)
#define NT_CASE(name) cmocka_unit_test(name)

/* A test without expectations is a mistake, and the compiler says so: state stays unused. */
#define NT_EXPECT(condition)            \
	do {                            \
		(void)state;            \
		assert_true(condition); \
	} while (0)

#define NT_EXPECT_EQ(got, want)                                                     \
	do {                                                                        \
		(void)state;                                                        \
		assert_int_equal((long long)(got), (long long)(want));              \
	} while (0)

#define NT_SUITE(suite, ...)                                                        \
	int main(void)                                                              \
	{                                                                           \
		const struct CMUnitTest suite##_cases[] = { __VA_ARGS__ };          \
		return cmocka_run_group_tests_name(#suite, suite##_cases, NULL, NULL); \
	}                                                                           \
	_Static_assert(1, "")

#endif

#endif /* NT_TEST_H */
