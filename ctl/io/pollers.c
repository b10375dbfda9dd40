// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What other programs told their sockets and epoll sets about busy polling.
 *
 * sock_diag does not tell, so each descriptor is taken over for a moment with pidfd_getfd(2) (Linux
 * 5.6, needs the rights of a debugger), asked with getsockopt(2) or EPIOCGPARAMS, and closed. That
 * changes nothing about it; only a program that closes it in this very moment sees that put off
 * until we have. What is registered with io_uring and closed has no descriptor, and is not seen.
 */
#include "live.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "uapi_new.h"

/* Sockets of a host that we look at; a power of two, half of the places that there are for them. */
#define SOCKETS_MAX 65536U
#define PLACES      (2U * SOCKETS_MAX)

/**
 * struct search - looking through the processes
 * @netns: the namespace in force
 * @seen: inodes of sockets that were told already, for processes share them; 0 is none
 * @pidfd: of the process at hand, -1 before it is needed
 * @ours: the process at hand is in our namespace
 */
struct search {
	nt_io_poller_fn fn;
	void *user;
	struct stat netns;
	uint64_t seen[PLACES];
	size_t n_seen;
	uint32_t unseen;
	uint32_t pid;
	int pidfd;
	bool ours;
	char process[16];
};

/* 1 for a new one, 0 for one that was told, -EOVERFLOW. */
static int remember(struct search *s, uint64_t inode)
{
	size_t at = (size_t)(inode * 0x9e3779b97f4a7c15ULL >> 32) % PLACES;

	for (; s->seen[at]; at = (at + 1) % PLACES)
		if (s->seen[at] == inode)
			return 0;
	if (s->n_seen == SOCKETS_MAX)
		return -EOVERFLOW;
	s->seen[at] = inode;
	s->n_seen++;
	return 1;
}

static bool is_ours(const struct search *s, const struct stat *st)
{
	return st->st_dev == s->netns.st_dev && st->st_ino == s->netns.st_ino;
}

/* A socket stays in the namespace in which it was made, wherever its process goes. */
static bool socket_is_ours(const struct search *s, int fd)
{
	nt_autoclose int ns = ioctl(fd, SIOCGSKNS);
	struct stat st;

	return ns >= 0 ? fstat(ns, &st) == 0 && is_ours(s, &st) : s->ours;
}

static int option(int fd, int name, int *ret)
{
	socklen_t len = sizeof(*ret);

	return getsockopt(fd, SOL_SOCKET, name, ret, &len) < 0 ? -errno : 0;
}

static struct nt_io_poller start(const struct search *s)
{
	return (struct nt_io_poller){ .pid = s->pid, .process = s->process };
}

static int tell_socket(struct search *s, int fd)
{
	int domain = 0, protocol = 0, us = 0, prefer = 0, napi = 0, r;
	struct nt_io_poller poller = start(s);

	option(fd, SO_DOMAIN, &domain);
	option(fd, SO_PROTOCOL, &protocol);
	if ((domain != AF_INET && domain != AF_INET6) ||
	    (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP) || !socket_is_ours(s, fd))
		return 0;
	/* Kernels without CONFIG_NET_RX_BUSY_POLL do not know the name. */
	r = option(fd, SO_BUSY_POLL, &us);
	if (r < 0)
		return r == -ENOPROTOOPT ? -EOPNOTSUPP : 0;
	option(fd, SO_PREFER_BUSY_POLL, &prefer);
	option(fd, SO_INCOMING_NAPI_ID, &napi);
	poller.protocol = (uint8_t)protocol;
	poller.busy_poll_us = us > 0 ? (uint32_t)us : 0;
	poller.prefer = prefer;
	poller.napi_id = (uint32_t)napi;
	return s->fn(&poller, s->user);
}

/* Before Linux 6.9 epoll sets have nothing of their own to tell. */
static int tell_epoll(struct search *s, int fd)
{
	struct nt_io_poller poller = start(s);
	struct nt_epoll_params params;

	if (ioctl(fd, NT_EPIOCGPARAMS, &params) < 0)
		return 0;
	poller.busy_poll_us = params.busy_poll_usecs;
	poller.prefer = params.prefer_busy_poll;
	return s->fn(&poller, s->user);
}

/* A descriptor of the process at hand; -EACCES when we may not have it, -ENOENT when it is gone. */
static int take_over(struct search *s, int fd)
{
	int ours;

	if (s->pidfd < 0)
		s->pidfd = (int)syscall(SYS_pidfd_open, (pid_t)s->pid, 0);
	if (s->pidfd < 0)
		return errno == ENOSYS ? -EOPNOTSUPP : -ENOENT;
	ours = (int)syscall(SYS_pidfd_getfd, s->pidfd, fd, 0);
	if (ours >= 0)
		return ours;
	if (errno == EPERM)
		return -EACCES;
	return errno == ENOSYS ? -EOPNOTSUPP : -ENOENT;
}

/* @target is what the link below /proc/PID/fd says. */
static int look_at(struct search *s, int fd, const char *target)
{
	bool epoll = !strcmp(target, "anon_inode:[eventpoll]");
	unsigned long long inode;
	nt_autoclose int ours = -1;
	int r = 1;

	if (epoll && !s->ours)
		return 0;
	if (!epoll) {
		if (sscanf(target, "socket:[%llu]", &inode) != 1 || !inode)
			return 0;
		r = remember(s, inode);
	}
	if (r <= 0)
		return r;
	ours = take_over(s, fd);
	if (ours < 0)
		return ours == -ENOENT ? 0 : ours;
	return epoll ? tell_epoll(s, ours) : tell_socket(s, ours);
}

static int look_through(struct search *s, DIR *fds)
{
	const struct dirent *entry;
	int r = 0;

	while (r == 0 && (entry = readdir(fds))) {
		char target[64];
		ssize_t n = readlinkat(dirfd(fds), entry->d_name, target, sizeof(target) - 1);

		if (n <= 0)
			continue;
		target[n] = '\0';
		r = look_at(s, atoi(entry->d_name), target);
	}
	return r;
}

/* Names are the programs' own choice: what would steer a terminal does not get there. */
static void read_name(struct search *s, const char *pid)
{
	char path[32];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%.16s/comm", pid);
	s->process[0] = '\0';
	nt_autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, s->process, sizeof(s->process) - 1);
	s->process[n > 0 ? n : 0] = '\0';
	s->process[strcspn(s->process, "\n")] = '\0';
	for (char *p = s->process; *p; p++)
		if (!isascii((unsigned char)*p) || !isprint((unsigned char)*p))
			*p = '?';
}

static int look_at_process(struct search *s, const char *pid)
{
	nt_autoclosedir DIR *fds = NULL;
	char path[32];
	struct stat st;
	int r;

	s->pid = (uint32_t)strtoul(pid, NULL, 10);
	if (s->pid == (uint32_t)getpid())
		return 0;
	snprintf(path, sizeof(path), "/proc/%.16s/fd", pid);
	fds = opendir(path);
	if (!fds) {
		s->unseen += errno == EACCES || errno == EPERM;
		return 0;
	}
	snprintf(path, sizeof(path), "/proc/%.16s/ns/net", pid);
	s->ours = stat(path, &st) == 0 && is_ours(s, &st);
	read_name(s, pid);
	s->pidfd = -1;
	r = look_through(s, fds);
	if (s->pidfd >= 0)
		close(s->pidfd);
	s->unseen += r == -EACCES;
	return r == -EACCES ? 0 : r;
}

int nt_pollers(nt_io_poller_fn fn, void *user, uint32_t *ret_unseen)
{
	nt_autofree struct search *s = calloc(1, sizeof(*s));
	nt_autoclosedir DIR *proc = opendir("/proc");
	const struct dirent *entry;
	int r = 0;

	if (!s)
		return -ENOMEM;
	if (!proc || stat("/proc/thread-self/ns/net", &s->netns) < 0)
		return -EOPNOTSUPP;
	s->fn = fn;
	s->user = user;
	while (r == 0 && (entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]))
			r = look_at_process(s, entry->d_name);
	*ret_unseen = s->unseen;
	return r;
}
