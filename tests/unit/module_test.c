// SPDX-License-Identifier: GPL-2.0-or-later
/* The module domain: loading as a change, and undoing only what was ours. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "fake/fake_io.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

static struct fake_io fake;
static struct nt_diag diag;

static const struct nt_change load_bbr = {
	.domain = &nt_tunable_module,
	.target = (char *)"host",
	.tunable = (char *)"tcp_bbr",
	.seen = (char *)"absent",
	.wanted = (char *)"loaded",
};

static int setup(void **state)
{
	(void)state;
	fake_io_init(&fake);
	fake_server(&fake);
	diag = (struct nt_diag){ 0 };
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fake_io_free(&fake);
	return 0;
}

static void assert_state(const char *name, const char *state)
{
	char buf[16];

	assert_int_equal(nt_tunable_module.get(&fake.io, "host", name, buf, sizeof(buf)), 0);
	assert_string_equal(buf, state);
}

static void loading_and_undoing_returns_to_absent(void **state)
{
	(void)state;
	assert_state("tcp_bbr", "absent");
	assert_int_equal(nt_tunable_module.apply(&fake.io, &load_bbr, &diag), 0);
	assert_state("tcp_bbr", "loaded");
	assert_int_equal(nt_tunable_module.undo(&fake.io, &load_bbr, &diag), 0);
	assert_state("tcp_bbr", "absent");
	assert_int_equal(fake.io.writes, 2);
}

static void module_in_use_stays_and_is_reported(void **state)
{
	(void)state;
	assert_int_equal(nt_tunable_module.apply(&fake.io, &load_bbr, &diag), 0);
	fake.modules[0].unload_errno = EBUSY;
	assert_int_equal(nt_tunable_module.undo(&fake.io, &load_bbr, &diag), -EBUSY);
	assert_state("tcp_bbr", "loaded");
}

static void module_that_was_there_before_stays(void **state)
{
	struct nt_change change = load_bbr;

	(void)state;
	change.seen = (char *)"loaded";
	fake_module(&fake, "tcp_bbr", NT_MODULE_LOADED);
	assert_int_equal(nt_tunable_module.undo(&fake.io, &change, &diag), 0);
	assert_state("tcp_bbr", "loaded");
	assert_int_equal(fake.io.writes, 0);
}

static void module_that_is_gone_already_is_undone(void **state)
{
	(void)state;
	assert_int_equal(nt_tunable_module.undo(&fake.io, &load_bbr, &diag), 0);
	assert_int_equal(fake.io.writes, 0);
}

static void loading_what_is_missing_fails_with_its_name(void **state)
{
	struct nt_change change = load_bbr;

	(void)state;
	change.tunable = (char *)"tcp_warp";
	assert_int_equal(nt_tunable_module.apply(&fake.io, &change, &diag), -ENOENT);
	assert_non_null(strstr(diag.message, "tcp_warp"));
}

static void builtin_counts_as_loaded_and_unknown_is_nodata(void **state)
{
	char buf[16];

	(void)state;
	fake_module(&fake, "tcp_bbr", NT_MODULE_BUILTIN);
	assert_state("tcp_bbr", "loaded");
	fake_module(&fake, "tcp_bbr", NT_MODULE_UNKNOWN);
	assert_int_equal(nt_tunable_module.get(&fake.io, "host", "tcp_bbr", buf, sizeof(buf)),
			 -ENODATA);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(loading_and_undoing_returns_to_absent),
		TEST(module_in_use_stays_and_is_reported),
		TEST(module_that_was_there_before_stays),
		TEST(module_that_is_gone_already_is_undone),
		TEST(loading_what_is_missing_fails_with_its_name),
		TEST(builtin_counts_as_loaded_and_unknown_is_nodata),
	};

	return cmocka_run_group_tests_name("module", tests, NULL, NULL);
}
