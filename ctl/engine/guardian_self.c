// SPDX-License-Identifier: GPL-2.0-or-later
/* A process fit to be a guardian. See guardian_self.h. */
#include "guardian_self.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

#include "engine/guardian_sock.h"
#include "engine/journal.h"
#include "engine/state.h"
#include "io/netns.h"
#include "lib/cleanup.h"
#include "lib/diag.h"

void nt_guardian_close_inherited(void)
{
	close_range(STDERR_FILENO + 1, ~0U, 0);
}

static void write_oom_score(void)
{
	nt_autoclose int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && write(fd, "-1000", 5) < 0)
		syslog(LOG_INFO, "guardian: may be killed when memory runs out: %s",
		       strerror(errno));
}

static void ignore_terminal(void)
{
	static const int ignored[] = { SIGHUP,	SIGINT,	 SIGQUIT, SIGPIPE,
				       SIGTSTP, SIGTTIN, SIGTTOU };
	sigset_t none;

	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		signal(ignored[i], SIG_IGN);
	/* The command had them blocked while it started us. */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

void nt_guardian_leave(void)
{
	nt_autoclose int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	ignore_terminal();
	setsid();
	if (chdir("/") < 0)
		syslog(LOG_INFO, "guardian: stays in its folder: %s", strerror(errno));
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (null < 0 || dup2(null, fd) < 0)
			close(fd);
	openlog("nettune", LOG_PID | LOG_NDELAY, LOG_DAEMON);
	write_oom_score();
}

void nt_guardian_hold_memory(void)
{
	if (mlockall(MCL_CURRENT | MCL_FUTURE) < 0)
		syslog(LOG_INFO, "guardian: its memory may be paged out: %s", strerror(errno));
}

int nt_guardian_open_signals(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

void nt_guardian_take_signal(int fd)
{
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		;
}

void nt_guardian_take_timer(int fd)
{
	uint64_t expirations;

	while (read(fd, &expirations, sizeof(expirations)) == (ssize_t)sizeof(expirations))
		;
}

int nt_guardian_find_command(struct nt_state *state, int *ret_fd, int *ret_pid_fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);
	int fd = nt_guardian_dial(state->dir_fd, NT_GUARDIAN_RENDEZVOUS);

	if (fd == -ENOENT)
		return 0;
	if (fd < 0)
		return fd;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0) {
		close(fd);
		return -errno;
	}
	*ret_pid_fd = peer.pid > 0 ? pidfd_open(peer.pid, 0) : -1;
	*ret_fd = fd;
	return 0;
}

int nt_guardian_enter(const struct nt_txn_head *head, struct nt_diag *diag)
{
	uint64_t cookie = 0;
	int r = nt_netns_cookie(&cookie);

	if (r == 0 && cookie != head->netns_cookie && *head->netns) {
		r = nt_netns_enter(head->netns, diag);
		if (r == 0)
			r = nt_netns_cookie(&cookie);
	}
	if (r == 0 && cookie != head->netns_cookie)
		r = -ESRCH;
	return r < 0 ? nt_diag_err(diag, -r, "the network namespace of transaction %u cannot be "
				   "reached: %s", head->id, strerror(-r)) : 0;
}
