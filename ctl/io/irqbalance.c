// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Talking to irqbalance: one connection for each request, which it answers, if at all, before it
 * closes it. It wants to see our credentials, and serves root only.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "live.h"

/* It may be busy with looking at all interrupts. */
#define PATIENCE_S 2

static int open_socket(const char *path)
{
	static const struct timeval patience = { .tv_sec = PATIENCE_S };
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd, r = 0;

	if ((size_t)snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path) >=
	    sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) < 0 ||
	    connect(fd, (const struct sockaddr *)&addr, sizeof(addr)) < 0)
		r = -errno;
	if (r == 0)
		return fd;
	close(fd);
	return r;
}

static int send_request(int fd, const char *request)
{
	const struct ucred self = { .pid = getpid(), .uid = geteuid(), .gid = getegid() };
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(struct ucred))];
	} control = { 0 };
	struct iovec iov = { .iov_base = (void *)request, .iov_len = strlen(request) };
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	ssize_t n;

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_CREDENTIALS;
	header->cmsg_len = CMSG_LEN(sizeof(self));
	memcpy(CMSG_DATA(header), &self, sizeof(self));
	n = sendmsg(fd, &message, MSG_NOSIGNAL);
	if (n < 0)
		return -errno;
	return (size_t)n == iov.iov_len ? 0 : -EIO;
}

/* Until it closes, which is when it is done. */
static int read_reply(int fd, char *reply, size_t size)
{
	size_t len = 0;
	ssize_t n;

	do {
		n = recv(fd, reply + len, size - 1 - len, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		len += (size_t)n;
		if (len + 1 >= size)
			return -E2BIG;
	} while (n != 0);
	reply[len] = '\0';
	return 0;
}

/* See live.h. */
int nt_irqbalance_ask(const char *path, const char *request, char *reply, size_t size)
{
	nt_autoclose int fd = open_socket(path);
	int r = fd < 0 ? fd : send_request(fd, request);

	return r < 0 ? r : read_reply(fd, reply, size);
}
