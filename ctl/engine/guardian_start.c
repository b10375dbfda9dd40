// SPDX-License-Identifier: GPL-2.0-or-later
/* Starting a guardian, and talking to it. See guardian.h. */
#include "guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/pidfd.h>
#include <time.h>
#include <unistd.h>

#include "engine/guardian_sock.h"
#include "engine/state.h"
#include "io/systemd.h"
#include "lib/cleanup.h"
#include "lib/diag.h"

/* Until it is there; loaded hosts take their time to run a program. */
#define START_MS  10000
#define ANSWER_MS 5000

/* The first to come up on the rendezvous is it; @child_fd: tells that it cannot come, or -1. */
static int wait_ready(int listen_fd, int child_fd, uint32_t txn, struct nt_guard *ret)
{
	struct pollfd fds[] = { { .fd = listen_fd, .events = POLLIN },
				{ .fd = child_fd, .events = POLLIN } };
	nt_autoclose int fd = -1;
	struct nt_guardian_msg msg;
	pid_t pid = 0;
	int r, pid_fd;

	r = poll(fds, 2, START_MS);
	if (r <= 0)
		return r < 0 ? -errno : -ETIMEDOUT;
	if (!fds[0].revents)
		return -ESRCH;
	fd = nt_guardian_accept(listen_fd, &pid);
	if (fd < 0)
		return fd;
	r = nt_guardian_recv(fd, START_MS, &msg);
	if (r < 0)
		return r;
	if (msg.verb != NT_GUARDIAN_READY || msg.txn != txn)
		return -EPROTO;
	/* Without a hold on the process we could never be sure that it is gone. */
	pid_fd = pid > 0 ? pidfd_open(pid, 0) : -1;
	if (pid_fd < 0)
		return pid > 0 ? -errno : -ESRCH;
	ret->fd = fd;
	ret->pid_fd = pid_fd;
	fd = -1;
	return 0;
}

/* Ourselves, again, without a terminal: the guardian makes a session of its own. */
static int start_process(int listen_fd, uint32_t txn, struct nt_guard *ret)
{
	char id[16];
	char name[] = "nettunectl", verb[] = "guardian";
	char *const argv[] = { name, verb, id, NULL };
	nt_autoclose int child_fd = -1;
	pid_t pid;

	snprintf(id, sizeof(id), "%u", txn);
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		execv("/proc/self/exe", argv);
		_exit(127);
	}
	child_fd = pidfd_open(pid, 0);
	ret->kind = "process";
	return wait_ready(listen_fd, child_fd, txn, ret);
}

static int start_unit(int listen_fd, const struct nt_state *state, uint32_t txn,
		      struct nt_guard *ret)
{
	nt_autofree char *folder = realpath(state->path, NULL);
	nt_autofree char *self = realpath("/proc/self/exe", NULL);
	int r;

	if (!folder || !self)
		return -errno;
	r = nt_systemd_start_guardian(self, folder, txn);
	if (r < 0)
		return r;
	ret->kind = "systemd";
	return wait_ready(listen_fd, -1, txn, ret);
}

static int start(struct nt_state *state, uint32_t txn, struct nt_guard *ret, struct nt_diag *diag)
{
	nt_autoclose int listen_fd = nt_guardian_listen(state->dir_fd, NT_GUARDIAN_RENDEZVOUS);
	struct nt_guard guard = { .fd = -1, .pid_fd = -1 };
	int r = listen_fd < 0 ? listen_fd : -ENOENT;

	if (listen_fd >= 0 && nt_systemd_runs())
		r = start_unit(listen_fd, state, txn, &guard);
	if (listen_fd >= 0 && r < 0)
		r = start_process(listen_fd, txn, &guard);
	unlinkat(state->dir_fd, NT_GUARDIAN_RENDEZVOUS, 0);
	if (r < 0)
		return nt_diag_err(diag, -r, "the guardian of transaction %u cannot be started: %s",
				   txn, strerror(-r));
	*ret = guard;
	return 0;
}

/* Dead for certain when this returns true. */
static bool kill_guardian(int pid_fd)
{
	struct pollfd ended = { .fd = pid_fd, .events = POLLIN };

	pidfd_send_signal(pid_fd, SIGKILL, NULL, 0);
	return poll(&ended, 1, ANSWER_MS) == 1;
}

static int hand_over(struct nt_guard *guard, uint32_t txn, struct nt_diag *diag)
{
	struct nt_guardian_msg answer;
	int r = nt_guardian_send(guard->fd, &(struct nt_guardian_msg){
						    .verb = NT_GUARDIAN_HANDOVER, .txn = txn });

	if (r == 0)
		r = nt_guardian_recv(guard->fd, ANSWER_MS, &answer);
	if (r == 0 && answer.verb != NT_GUARDIAN_AWAITING)
		r = -EPROTO;
	if (r == 0)
		return 0;
	if (!kill_guardian(guard->pid_fd))
		r = -EBUSY;
	return nt_diag_err(diag, -r, "the guardian of transaction %u does not answer: %s", txn,
			   strerror(-r));
}

static void close_guard(struct nt_guard *guard)
{
	if (guard->fd >= 0)
		close(guard->fd);
	if (guard->pid_fd >= 0)
		close(guard->pid_fd);
	*guard = (struct nt_guard){ .fd = -1, .pid_fd = -1 };
}

const struct nt_guard_ops nt_guard_live = {
	.start = start,
	.hand_over = hand_over,
	.close = close_guard,
};

int nt_guardian_lock(struct nt_state *state, unsigned int wait_ms)
{
	static const struct timespec pause = { .tv_nsec = 5000000 };
	/* Not for writing: it is held for long, and must not keep a file system from going
	 * read-only. */
	nt_autoclose int fd = openat(state->dir_fd, "guardian.lock",
				     O_RDONLY | O_CREAT | O_CLOEXEC, 0600);
	int r;

	if (fd < 0)
		return -errno;
	for (unsigned int ms = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; ms += 5) {
		if (errno != EWOULDBLOCK)
			return -errno;
		if (ms >= wait_ms)
			return -EBUSY;
		nanosleep(&pause, NULL);
	}
	r = fd;
	fd = -1;
	return r;
}

int nt_guardian_ask(struct nt_state *state, const struct nt_guardian_msg *question,
		    struct nt_guardian_msg *ret)
{
	nt_autoclose int fd = state->dir_fd < 0
			      ? -1 : nt_guardian_dial(state->dir_fd, NT_GUARDIAN_SOCKET);
	int r = fd;

	if (state->dir_fd < 0)
		return -ENOENT;
	if (fd >= 0)
		r = nt_guardian_send(fd, question);
	if (r == 0)
		r = nt_guardian_recv(fd, NT_GUARDIAN_SETTLE_MS, ret);
	return r;
}
