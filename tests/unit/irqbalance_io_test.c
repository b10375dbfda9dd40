// SPDX-License-Identifier: GPL-2.0-or-later
/* Talking to irqbalance over a real socket: a child takes one request as sock_handle() does. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/io.h"

static char path[64];
static int listener;

static int setup(void **state)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	const int on = 1;

	(void)state;
	snprintf(path, sizeof(path), "%s/irqbalance%d.sock",
		 getenv("TMPDIR") && strlen(getenv("TMPDIR")) < 30 ? getenv("TMPDIR") : "/tmp",
		 getpid());
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	unlink(path);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return bind(listener, (const struct sockaddr *)&addr, sizeof(addr)) ||
	       setsockopt(listener, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) ||
	       listen(listener, 1);
}

static int teardown(void **state)
{
	(void)state;
	close(listener);
	return unlink(path);
}

/* Is it the request, with our credentials? */
static int take(int fd, const char *request)
{
	char buf[500], control[CMSG_SPACE(sizeof(struct ucred))];
	struct iovec iov = { .iov_base = buf, .iov_len = sizeof(buf) };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
				  .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(fd, &message, 0);
	const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	struct ucred who;

	if (n != (ssize_t)strlen(request) || memcmp(buf, request, (size_t)n) != 0)
		return 1;
	if (!header || header->cmsg_type != SCM_CREDENTIALS)
		return 2;
	memcpy(&who, CMSG_DATA(header), sizeof(who));
	return who.uid == geteuid() && who.pid == getppid() ? 0 : 3;
}

static pid_t serve(const char *request, const char *answer)
{
	pid_t child = fork();
	int fd, r;

	assert_true(child >= 0);
	if (child)
		return child;
	fd = accept(listener, NULL, NULL);
	r = take(fd, request);
	if (write(fd, answer, strlen(answer)) != (ssize_t)strlen(answer))
		r = 4;
	_exit(r);
}

static void assert_served(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void request_carries_credentials_and_answer_comes_back(void **state)
{
	struct nt_io *io = nt_io_live();
	uint64_t writes = io->writes;
	char reply[64];
	pid_t child;

	(void)state;
	child = serve("setup", "SLEEP 10 BANNED 0");
	assert_int_equal(nt_io_irqbalance(io, path, "setup", reply, sizeof(reply)), 0);
	assert_string_equal(reply, "SLEEP 10 BANNED 0");
	assert_served(child);
	assert_int_equal(io->writes, writes);

	child = serve("settings ban irqs 7", "");
	assert_int_equal(nt_io_irqbalance(io, path, "settings ban irqs 7", reply, sizeof(reply)),
			 0);
	assert_string_equal(reply, "");
	assert_served(child);
	assert_int_equal(io->writes, writes + 1);
}

static void answer_that_does_not_fit_is_e2big(void **state)
{
	char reply[8];
	pid_t child = serve("setup", "SLEEP 10 BANNED 0");

	(void)state;
	assert_int_equal(nt_io_irqbalance(nt_io_live(), path, "setup", reply, sizeof(reply)),
			 -E2BIG);
	assert_served(child);
}

static void nobody_there_is_an_error(void **state)
{
	char reply[8], nowhere[128];

	(void)state;
	snprintf(nowhere, sizeof(nowhere), "%s.not", path);
	assert_int_equal(nt_io_irqbalance(nt_io_live(), nowhere, "setup", reply, sizeof(reply)),
			 -ENOENT);
	memset(nowhere, 'a', sizeof(nowhere) - 1);
	nowhere[sizeof(nowhere) - 1] = '\0';
	assert_int_equal(nt_io_irqbalance(nt_io_live(), nowhere, "setup", reply, sizeof(reply)),
			 -ENAMETOOLONG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(request_carries_credentials_and_answer_comes_back),
		TEST(answer_that_does_not_fit_is_e2big),
		TEST(nobody_there_is_an_error),
	};

	return cmocka_run_group_tests_name("irqbalance_io", tests, NULL, NULL);
}
