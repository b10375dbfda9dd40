// SPDX-License-Identifier: GPL-2.0-or-later
/* The code of docs/busy-poll.md, on this kernel and on one that has none of it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static bool old_kernel;

static int try_setsockopt(int fd, int level, int name, const void *value, socklen_t len);
static int try_ioctl(int fd, unsigned long request, const void *arg);

#define setsockopt try_setsockopt
#define ioctl      try_ioctl
int busy_poll_socket(int fd, int usecs, int budget);
int busy_poll_epoll(int epfd, uint32_t usecs, uint16_t budget);
unsigned int busy_poll_queue(int fd);
#include "../examples/busy_poll.c"
#undef setsockopt
#undef ioctl

#define EPIOCGPARAMS_HERE _IOR(0x8A, 0x02, struct epoll_params)

static int try_setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	if (!old_kernel)
		return setsockopt(fd, level, name, value, len);
	errno = ENOPROTOOPT;
	return -1;
}

static int try_ioctl(int fd, unsigned long request, const void *arg)
{
	if (!old_kernel)
		return ioctl(fd, request, arg);
	errno = ENOTTY;
	return -1;
}

static int option(int fd, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, name, &value, &len) < 0 ? -1 : value;
}

/* What is told as granted is what the socket has; 0 microseconds are granted to anybody. */
static void what_is_granted_reads_back(void **state)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int granted;

	(void)state;
	old_kernel = false;
	assert_true(fd >= 0);
	granted = busy_poll_socket(fd, 40, 8);
	if (option(fd, SO_BUSY_POLL) < 0)
		assert_int_equal(granted & BUSY_POLL, 0);
	else
		assert_int_equal(option(fd, SO_BUSY_POLL) == 40, !!(granted & BUSY_POLL));
	assert_int_equal(option(fd, SO_PREFER_BUSY_POLL) == 1, !!(granted & BUSY_PREFER));
	if (geteuid() == 0 && option(fd, SO_BUSY_POLL) >= 0)
		assert_int_not_equal(granted & BUSY_POLL, 0);
	assert_int_equal(busy_poll_queue(fd), 0);
	assert_int_equal(busy_poll_queue(-1), 0);
	close(fd);
}

static void an_epoll_set_has_what_it_was_told(void **state)
{
	int epfd = epoll_create1(EPOLL_CLOEXEC), r;
	struct epoll_params params = { 0 };

	(void)state;
	old_kernel = false;
	assert_true(epfd >= 0);
	r = busy_poll_epoll(epfd, 60, 16);
	if (r == 0) {
		assert_int_equal(ioctl(epfd, EPIOCGPARAMS_HERE, &params), 0);
		assert_int_equal(params.busy_poll_usecs, 60);
		assert_int_equal(params.busy_poll_budget, 16);
		assert_int_equal(params.prefer_busy_poll, 1);
	} else {
		assert_int_equal(r, -ENOTTY);
		assert_int_equal(ioctl(epfd, EPIOCGPARAMS_HERE, &params), -1);
	}
	close(epfd);
}

static void an_old_kernel_grants_nothing_and_breaks_nothing(void **state)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)state;
	old_kernel = true;
	assert_int_equal(busy_poll_socket(fd, 40, 8), 0);
	assert_int_equal(busy_poll_epoll(fd, 40, 8), -ENOTTY);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_granted_reads_back),
		cmocka_unit_test(an_epoll_set_has_what_it_was_told),
		cmocka_unit_test(an_old_kernel_grants_nothing_and_breaks_nothing),
	};

	return cmocka_run_group_tests_name("busy_poll_example", tests, NULL, NULL);
}
