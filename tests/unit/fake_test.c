// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host in memory does what Linux does: each test here was seen on a running kernel first, and
 * tests/net/10_sysctl_netns.sh sees it again.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "fake/fake_io.h"

#define RMEM "/proc/sys/net/ipv4/tcp_rmem"
#define FIN  "/proc/sys/net/ipv4/tcp_fin_timeout"
#define CC   "/proc/sys/net/ipv4/tcp_congestion_control"

static struct fake_io fake;

static int setup(void **state)
{
	(void)state;
	fake_io_init(&fake);
	fake_server(&fake);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fake_io_free(&fake);
	return 0;
}

static int put(const char *path, const char *text)
{
	return nt_io_write_file(&fake.io, path, text, strlen(text));
}

static void shortened_vector_keeps_the_rest(void **state)
{
	(void)state;
	assert_int_equal(put(RMEM, "8192\n"), 0);
	assert_string_equal(fake_value(&fake, "net.ipv4.tcp_rmem"), "8192\t131072\t6291456");
}

static void junk_is_a_short_write_after_the_value_changed(void **state)
{
	(void)state;
	assert_int_equal(put(FIN, "30  junk\n"), -EIO);
	assert_string_equal(fake_value(&fake, "net.ipv4.tcp_fin_timeout"), "30");
	assert_int_equal(put(FIN, "31junk\n"), -EINVAL);
	assert_int_equal(put(FIN, "\n"), -EINVAL);
	assert_int_equal(put(FIN, "99999999999\n"), -EINVAL);
	assert_string_equal(fake_value(&fake, "net.ipv4.tcp_fin_timeout"), "30");
}

static void unknown_congestion_control_is_loaded_or_enoent(void **state)
{
	(void)state;
	assert_int_equal(put(CC, "warp\n"), -ENOENT);
	assert_int_equal(put(CC, "bbr\n"), 0);
	assert_string_equal(fake_value(&fake, "net.ipv4.tcp_available_congestion_control"),
			    "reno cubic bbr");
}

static void restricted_congestion_control_is_eperm_in_a_namespace(void **state)
{
	(void)state;
	fake_enter_netns(&fake);
	assert_int_equal(put(CC, "bbr\n"), -EPERM);
	assert_int_equal(put(CC, "reno\n"), 0);
}

static void ports_are_printed_joined_and_can_be_emptied(void **state)
{
	(void)state;
	assert_int_equal(put("/proc/sys/net/ipv4/ip_local_reserved_ports", "8080,8081,9000\n"), 0);
	assert_string_equal(fake_value(&fake, "net.ipv4.ip_local_reserved_ports"),
			    "8080-8081,9000");
	assert_int_equal(put("/proc/sys/net/ipv4/ip_local_reserved_ports", "\n"), 0);
	assert_string_equal(fake_value(&fake, "net.ipv4.ip_local_reserved_ports"), "");
}

static void errors_come_where_they_are_wanted(void **state)
{
	char buf[64];

	(void)state;
	fake_fail(&fake, 2, ENOMEM);
	assert_int_equal(nt_io_read_file(&fake.io, FIN, buf, sizeof(buf), NULL), 0);
	assert_int_equal(put(FIN, "30\n"), -ENOMEM);
	assert_int_equal(put(FIN, "30\n"), 0);
	fake.short_write_at = fake.n_operations + 1;
	assert_int_equal(put(RMEM, "8192 87380 4194304\n"), -EIO);
	fake.mount_readonly = true;
	assert_int_equal(put(FIN, "30\n"), -EROFS);
	assert_int_equal(fake.io.writes, 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(shortened_vector_keeps_the_rest),
		TEST(junk_is_a_short_write_after_the_value_changed),
		TEST(unknown_congestion_control_is_loaded_or_enoent),
		TEST(restricted_congestion_control_is_eperm_in_a_namespace),
		TEST(ports_are_printed_joined_and_can_be_emptied),
		TEST(errors_come_where_they_are_wanted),
	};

	return cmocka_run_group_tests_name("fake", tests, NULL, NULL);
}
