// SPDX-License-Identifier: GPL-2.0-or-later
/* The running host, as far as any user may look at it and nothing is changed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/io.h"
#include "lib/diag.h"
#include "lib/dl.h"

static char dir[64];
static char path[96];

static int setup(void **state)
{
	FILE *f;

	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/nettune-live-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/file", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("hello\n", f);
	fclose(f);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	rmdir(dir);
	return 0;
}

/* ---- files ---- */

static void file_is_read_whole_or_not_at_all(void **state)
{
	char buf[16] = "untouched";
	size_t len = 99;

	(void)state;
	assert_int_equal(nt_io_read_file(nt_io_live(), path, buf, 6, &len), -E2BIG);
	assert_int_equal(len, 99);
	assert_int_equal(nt_io_read_file(nt_io_live(), path, buf, 7, &len), 0);
	assert_string_equal(buf, "hello\n");
	assert_int_equal(len, 6);
	assert_int_equal(nt_io_read_file(nt_io_live(), "/nonexistent", buf, 7, NULL), -ENOENT);
	assert_int_equal(nt_io_read_file(nt_io_live(), dir, buf, 7, NULL), -EISDIR);
}

static void every_attempt_to_write_is_counted(void **state)
{
	uint64_t before = nt_io_live()->writes;
	char buf[16];

	(void)state;
	assert_int_equal(nt_io_write_file(nt_io_live(), path, "HELLO", 5), 0);
	assert_int_equal(nt_io_read_file(nt_io_live(), path, buf, sizeof(buf), NULL), 0);
	assert_string_equal(buf, "HELLO\n");
	assert_int_equal(nt_io_write_file(nt_io_live(), "/nonexistent", "x", 1), -ENOENT);
	assert_int_equal(nt_io_live()->writes, before + 2);
}

static void what_the_device_says_reaches_the_caller(void **state)
{
	(void)state;
	assert_int_equal(nt_io_write_file(nt_io_live(), "/dev/full", "x", 1), -ENOSPC);
}

static void writing_creates_no_file(void **state)
{
	char other[128];

	(void)state;
	snprintf(other, sizeof(other), "%s/other", dir);
	assert_int_equal(nt_io_write_file(nt_io_live(), other, "x", 1), -ENOENT);
	assert_int_equal(access(other, F_OK), -1);
}

static void descriptor_for_the_module_can_be_read_and_written(void **state)
{
	int fd = nt_io_open_rw(nt_io_live(), NULL, path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
}

static void folder_above_a_file_s_serves_those_beside_it(void **state)
{
	struct nt_io_folder folder = { .fd = -1 };
	char beside[80], link_path[96];
	struct stat by_path, by_folder;
	int fds[3], folder_fd;

	(void)state;
	snprintf(beside, sizeof(beside), "%s-beside", dir);
	snprintf(link_path, sizeof(link_path), "%s/link", beside);
	assert_int_equal(mkdir(beside, 0700), 0);
	assert_int_equal(link(path, link_path), 0);
	assert_int_equal(nt_io_open_rw(nt_io_live(), &folder, "/nowhere/at/all"), -ENOENT);
	assert_string_equal(folder.path, "");
	fds[0] = nt_io_open_rw(nt_io_live(), &folder, path);
	folder_fd = folder.fd;
	fds[1] = nt_io_open_rw(nt_io_live(), &folder, link_path);
	assert_true(fds[0] >= 0 && fds[1] >= 0);
	assert_string_equal(folder.path, "/tmp");
	assert_int_equal(folder.fd, folder_fd);
	assert_int_equal(stat(path, &by_path), 0);
	assert_int_equal(fstat(fds[1], &by_folder), 0);
	assert_int_equal(by_path.st_ino, by_folder.st_ino);
	/* Nothing is gained by opening the root. */
	fds[2] = nt_io_open_rw(nt_io_live(), &folder, "/dev/null");
	assert_true(fds[2] >= 0);
	assert_string_equal(folder.path, "/tmp");
	for (int i = 0; i < 3; i++)
		close(fds[i]);
	nt_io_folder_close(&folder);
	assert_string_equal(folder.path, "");
	assert_int_equal(unlink(link_path), 0);
	assert_int_equal(rmdir(beside), 0);
}

static void attributes_are_told(void **state)
{
	struct nt_io_stat st;

	(void)state;
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(nt_io_stat(nt_io_live(), path, &st), 0);
	assert_int_equal(st.mode & 07777, 0640);
	assert_int_equal(st.size, 6);
	assert_int_equal(st.uid, geteuid());
	assert_int_equal(nt_io_access(nt_io_live(), path, R_OK), 0);
	assert_int_equal(nt_io_access(nt_io_live(), "/nonexistent", F_OK), -ENOENT);
}

static int count_name(const char *name, void *user)
{
	*(unsigned int *)user += !strcmp(name, "file") ? 1 : 100;
	return 0;
}

static int stop_at_once(const char *name, void *user)
{
	(void)name;
	(void)user;
	return -ECANCELED;
}

static void folder_is_listed_without_dots_until_told_to_stop(void **state)
{
	unsigned int n = 0;

	(void)state;
	assert_int_equal(nt_io_list_dir(nt_io_live(), dir, count_name, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(nt_io_list_dir(nt_io_live(), dir, stop_at_once, NULL), -ECANCELED);
	assert_int_equal(nt_io_list_dir(nt_io_live(), "/nonexistent", count_name, &n), -ENOENT);
}

static void link_is_read_whole_or_not_at_all(void **state)
{
	char target[128], link[96];

	(void)state;
	snprintf(link, sizeof(link), "%s/link", dir);
	assert_int_equal(symlink("target", link), 0);
	assert_int_equal(nt_io_read_link(nt_io_live(), link, target, sizeof(target)), 0);
	assert_string_equal(target, "target");
	assert_int_equal(nt_io_read_link(nt_io_live(), link, target, 6), -E2BIG);
	unlink(link);
	assert_int_equal(nt_io_read_link(nt_io_live(), path, target, sizeof(target)), -EINVAL);
}

/* ---- network ---- */

static int find_loopback(const struct nt_io_link *link, void *user)
{
	if (strcmp(link->name, "lo") != 0)
		return 0;
	*(bool *)user = true;
	assert_int_equal(link->ifindex, 1);
	assert_string_equal(link->address, "00:00:00:00:00:00");
	assert_int_equal(link->numa_node, -1);
	assert_int_equal(link->master_ifindex, 0);
	assert_true(link->mtu > 0 && link->rx_queues > 0 && link->tx_queues > 0);
	return 0;
}

static int stop_at_link(const struct nt_io_link *link, void *user)
{
	(void)link;
	++*(unsigned int *)user;
	return -ECANCELED;
}

static void devices_are_listed(void **state)
{
	bool found = false;
	unsigned int n = 0;

	(void)state;
	assert_int_equal(nt_io_links(nt_io_live(), find_loopback, &found), 0);
	assert_true(found);
	assert_int_equal(nt_io_links(nt_io_live(), stop_at_link, &n), -ECANCELED);
	assert_int_equal(n, 1);
}

struct wanted_port {
	uint8_t protocol;
	uint16_t port;
	bool found;
};

static int find_port(const struct nt_io_listener *listener, void *user)
{
	struct wanted_port *want = user;

	want->found |= listener->protocol == want->protocol && listener->port == want->port;
	return 0;
}

/* A socket on a port of loopback that the kernel chooses. */
static int bind_socket(int family, int type, uint16_t *ret_port)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_addr = in6addr_loopback };
	struct sockaddr_in four = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = family == AF_INET ? sizeof(four) : sizeof(six);
	struct sockaddr *address = family == AF_INET ? (struct sockaddr *)&four
						     : (struct sockaddr *)&six;
	int fd = socket(family, type | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (bind(fd, address, len) < 0 || getsockname(fd, address, &len) < 0 ||
	    (type == SOCK_STREAM && listen(fd, 1) < 0)) {
		close(fd);
		return -1;
	}
	*ret_port = ntohs(family == AF_INET ? four.sin_port : six.sin6_port);
	return fd;
}

static void sockets_that_wait_are_listed(void **state)
{
	static const struct {
		int family;
		int type;
		uint8_t protocol;
	} rows[] = {
		{ AF_INET, SOCK_STREAM, IPPROTO_TCP },
		{ AF_INET, SOCK_DGRAM, IPPROTO_UDP },
		{ AF_INET6, SOCK_STREAM, IPPROTO_TCP },
		{ AF_INET6, SOCK_DGRAM, IPPROTO_UDP },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct wanted_port want = { .protocol = rows[i].protocol };
		int fd = bind_socket(rows[i].family, rows[i].type, &want.port);

		if (fd < 0)
			continue; /* no IPv6, or loopback is down in this namespace */
		assert_int_equal(nt_io_listeners(nt_io_live(), find_port, &want), 0);
		assert_true(want.found);
		close(fd);
		want.found = false;
		assert_int_equal(nt_io_listeners(nt_io_live(), find_port, &want), 0);
		assert_false(want.found);
	}
}

/* ---- modules ---- */

static void names_that_no_module_has_are_never_looked_up(void **state)
{
	struct nt_diag diag = { 0 };

	(void)state;
	assert_int_equal(nt_io_module_state(nt_io_live(), "../../etc"), NT_MODULE_ABSENT);
	assert_int_equal(nt_io_module_state(nt_io_live(), ""), NT_MODULE_ABSENT);
	assert_int_equal(nt_io_module_load(nt_io_live(), "../x", &diag), -ENOENT);
}

static void module_of_nobody_is_absent_or_cannot_be_told(void **state)
{
	enum nt_module_state s = nt_io_module_state(nt_io_live(), "nettune_no_such_module");

	(void)state;
	assert_true(s == NT_MODULE_ABSENT || s == NT_MODULE_UNKNOWN || s == NT_MODULE_IMPOSSIBLE);
}

static void count_library(const char *soname, const char *purpose, bool found, void *user)
{
	(void)found;
	assert_non_null(strstr(soname, ".so."));
	assert_true(*purpose);
	++*(unsigned int *)user;
}

static void optional_libraries_are_listed(void **state)
{
	void (*nothing)(void) = NULL;
	const struct nt_dl_symbol missing = { "nettune_no_such_symbol", &nothing };
	unsigned int n = 0;
	int r;

	(void)state;
	nt_dl_list(count_library, &n);
	assert_int_equal(n, NT_DL_COUNT);
	r = nt_dl_load(NT_DL_KMOD, &missing, 1);
	assert_true(r == -ENOSYS || r == -ENOENT);
	assert_null(nothing);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(file_is_read_whole_or_not_at_all),
		TEST(every_attempt_to_write_is_counted),
		TEST(what_the_device_says_reaches_the_caller),
		TEST(writing_creates_no_file),
		TEST(descriptor_for_the_module_can_be_read_and_written),
		TEST(folder_above_a_file_s_serves_those_beside_it),
		TEST(attributes_are_told),
		TEST(folder_is_listed_without_dots_until_told_to_stop),
		TEST(link_is_read_whole_or_not_at_all),
		TEST(devices_are_listed),
		TEST(sockets_that_wait_are_listed),
		TEST(names_that_no_module_has_are_never_looked_up),
		TEST(module_of_nobody_is_absent_or_cannot_be_told),
		TEST(optional_libraries_are_listed),
	};

	return cmocka_run_group_tests_name("live", tests, NULL, NULL);
}
