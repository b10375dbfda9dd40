// SPDX-License-Identifier: GPL-2.0-or-later
/* The guardian's sockets. See guardian_sock.h. */
#include "guardian_sock.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "engine/deadline.h"
#include "lib/cleanup.h"

#define BACKLOG 16

/* Through the folder's descriptor: a socket's path is short, and folders may be moved. */
static void fill_address(struct sockaddr_un *address, int dir_fd, const char *name)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(address->sun_path, sizeof(address->sun_path), "/proc/self/fd/%d/%s", dir_fd, name);
}

int nt_guardian_listen(int dir_fd, const char *name)
{
	nt_autoclose int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un address;
	mode_t mask;
	int r;

	if (fd < 0)
		return -errno;
	fill_address(&address, dir_fd, name);
	unlinkat(dir_fd, name, 0);
	mask = umask(0177);
	r = bind(fd, (struct sockaddr *)&address, sizeof(address));
	umask(mask);
	if (r < 0 || listen(fd, BACKLOG) < 0)
		return -errno;
	r = fd;
	fd = -1;
	return r;
}

int nt_guardian_dial(int dir_fd, const char *name)
{
	nt_autoclose int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un address;
	int r;

	if (fd < 0)
		return -errno;
	fill_address(&address, dir_fd, name);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return errno == ECONNREFUSED || errno == EPROTOTYPE ? -ENOENT : -errno;
	r = fd;
	fd = -1;
	return r;
}

int nt_guardian_accept(int listen_fd, pid_t *ret_pid)
{
	nt_autoclose int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct ucred peer;
	socklen_t len = sizeof(peer);
	int r;

	if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return -errno;
	if (peer.uid != 0 && peer.uid != geteuid())
		return -EPERM;
	*ret_pid = peer.pid;
	r = fd;
	fd = -1;
	return r;
}

int nt_guardian_send(int fd, const struct nt_guardian_msg *msg)
{
	char buf[NT_GUARDIAN_MSG_MAX];
	size_t len = nt_guardian_msg_format(msg, buf);
	ssize_t n = send(fd, buf, len, MSG_NOSIGNAL);

	if (n < 0)
		return errno == EPIPE ? -ECONNRESET : -errno;
	return (size_t)n == len ? 0 : -EIO;
}

static int wait_readable(int fd, int wait_ms)
{
	uint64_t until_ns = nt_deadline_now_ns() + (uint64_t)wait_ms * 1000000U;
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	int n;

	do {
		uint64_t now_ns = nt_deadline_now_ns();

		n = poll(&poll_fd, 1,
			 now_ns < until_ns ? (int)((until_ns - now_ns) / 1000000U) : 0);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return n ? 0 : -ETIMEDOUT;
}

int nt_guardian_recv(int fd, int wait_ms, struct nt_guardian_msg *ret)
{
	char buf[NT_GUARDIAN_MSG_MAX + 1];
	int r = wait_readable(fd, wait_ms);
	ssize_t n = r < 0 ? 0 : recv(fd, buf, sizeof(buf), 0);

	if (r < 0)
		return r;
	if (n < 0)
		return -errno;
	return n ? nt_guardian_msg_parse(buf, (size_t)n, ret) : -ECONNRESET;
}
