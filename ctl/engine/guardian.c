// SPDX-License-Identifier: GPL-2.0-or-later
/* Being the guardian: one loop around a deadline, a command and callers. See guardian.h. */
#include "guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/timerfd.h>
#include <syslog.h>
#include <unistd.h>

#include "engine/deadline.h"
#include "engine/guardian_self.h"
#include "engine/guardian_sock.h"
#include "engine/journal.h"
#include "engine/settle.h"
#include "engine/state.h"
#include "engine/undo_owner.h"
#include "io/io.h"
#include "io/kept.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

/* Callers at a time: people and their scripts, all of them root. */
#define CLIENTS_MAX 16U
#define PATH_BYTES  512U

enum { LISTEN, TIMER, SIGNAL, COMMAND, CLIENTS, N_FDS = CLIENTS + CLIENTS_MAX };

/**
 * struct guardian - this process
 * @io: the host; through @kept when that is open
 * @journal: as last read
 * @kept: the files that undoing writes, so that it need not open any
 * @fds: what is waited for: where callers come in, the deadline, SIGTERM, the applying command,
 *	callers; -1 where there is none
 * @command_pid_fd: the applying command, to be killed when it takes too long; -1 unknown
 * @lock_fd: guardian.lock, ours until we end
 * @too_slow: we killed the command because the deadline came while it was writing
 * @done: the transaction has its end, or we can do no more for it
 * @code: what to return then
 */
struct guardian {
	struct nt_io *io;
	struct nt_state state;
	uint32_t txn;
	struct nt_journal journal;
	struct pollfd fds[N_FDS];
	struct nt_kept kept;
	int command_pid_fd;
	int lock_fd;
	bool too_slow;
	bool done;
	int code;
};

static void drop(struct pollfd *fd)
{
	if (fd->fd >= 0)
		close(fd->fd);
	fd->fd = -1;
	fd->revents = 0;
}

/* A journal that cannot be read any more does not keep its values from being returned. */
static void read_again(struct guardian *g)
{
	struct nt_journal journal;
	struct nt_diag why = { 0 };
	int r = nt_journal_read(&g->state, g->txn, &journal, &why);

	if (r < 0) {
		syslog(LOG_ERR, "transaction %u: its journal cannot be read again: %s", g->txn,
		       *why.message ? why.message : strerror(-r));
		return;
	}
	nt_journal_free(&g->journal);
	g->journal = journal;
}

static int arm(struct guardian *g)
{
	const struct itimerspec at = {
		.it_value = { .tv_sec = (time_t)(g->journal.deadline_ns / 1000000000U),
			      .tv_nsec = (long)(g->journal.deadline_ns % 1000000000U) },
	};

	return timerfd_settime(g->fds[TIMER].fd, TFD_TIMER_ABSTIME, &at, NULL) < 0 ? -errno : 0;
}

static void end(struct guardian *g, int code)
{
	g->done = true;
	g->code = code;
}

static uint32_t left_s(const struct guardian *g)
{
	return nt_deadline_left_s(g->journal.deadline_ns, nt_deadline_now_ns());
}

/* @what: "was not confirmed within 60 s", for the system's log and the journal. */
static int undo(struct guardian *g, const char *what, bool force, struct nt_settlement *ret)
{
	struct nt_diag why = { 0 };
	int r = nt_settle_undo(&g->state, g->io, &g->journal,
			       &(struct nt_settle_how){ .force = force, .cause = what }, ret, &why);

	syslog(r < 0 ? LOG_ERR : LOG_NOTICE, "transaction %u %s: %zu values returned%s%s", g->txn,
	       what, ret->n_returned, r < 0 ? "; " : "", r < 0 ? why.message : "");
	for (size_t i = 0; i < g->journal.plan.n_changes; i++) {
		const struct nt_change *change = &g->journal.plan.changes[i];

		if (change->outcome != NT_OUTCOME_UNDONE && change->extack)
			syslog(LOG_WARNING, "%s: %s", change->tunable, change->extack);
	}
	return r;
}

static void undo_and_end(struct guardian *g, const char *what)
{
	struct nt_settlement settlement = { 0 };

	end(g, undo(g, what, false, &settlement));
}

/* The command let go of us, or died: what it had written to the journal decides. */
static void command_gone(struct guardian *g)
{
	drop(&g->fds[COMMAND]);
	read_again(g);
	if (g->journal.state == NT_TXN_STAGED)
		undo_and_end(g, g->too_slow ? "was not applied in time"
					    : "lost the command that made it");
	else if (g->journal.state != NT_TXN_AWAITING)
		end(g, 0);
	else if (arm(g) < 0)
		undo_and_end(g, "has a deadline that cannot be waited for");
}

static void on_deadline(struct guardian *g)
{
	char what[NT_CAUSE_MAX];

	/* It may have been moved, or the end come to be written, since the timer was set. */
	if (g->fds[COMMAND].fd < 0)
		read_again(g);
	if (g->journal.state > NT_TXN_AWAITING) {
		end(g, 0);
		return;
	}
	if (left_s(g)) {
		arm(g);
		return;
	}
	if (g->fds[COMMAND].fd >= 0) {
		syslog(LOG_ERR, "transaction %u was not applied within %u s: killing its command",
		       g->txn, g->journal.head.confirm_s);
		g->too_slow = true;
		pidfd_send_signal(g->command_pid_fd, SIGKILL, NULL, 0);
		return; /* its connection ends when it has */
	}
	snprintf(what, sizeof(what), "was not confirmed within %u s", g->journal.head.confirm_s);
	undo_and_end(g, what);
}

static struct nt_guardian_msg failed(const struct guardian *g, int err)
{
	return (struct nt_guardian_msg){ .verb = NT_GUARDIAN_FAILED, .txn = g->txn,
					 .args = { (uint32_t)-err } };
}

static struct nt_guardian_msg awaiting(const struct guardian *g)
{
	return (struct nt_guardian_msg){ .verb = NT_GUARDIAN_AWAITING, .txn = g->txn,
					 .args = { left_s(g) } };
}

static struct nt_guardian_msg do_rollback(struct guardian *g, const char *what, bool force)
{
	struct nt_settlement settlement = { 0 };
	int r = undo(g, what, force, &settlement);

	/* With the values back but no end, there is nothing left to wait for. */
	if (r == 0 || !settlement.n_failed)
		end(g, r);
	if (r < 0)
		return failed(g, r);
	return (struct nt_guardian_msg){ .verb = NT_GUARDIAN_UNDONE, .txn = g->txn,
					 .args = { (uint32_t)settlement.n_returned,
						   (uint32_t)settlement.n_foreign } };
}

static struct nt_guardian_msg do_confirm(struct guardian *g)
{
	struct nt_settlement settlement = { 0 };
	struct nt_diag why = { 0 };
	int r;

	if (!left_s(g))
		return do_rollback(g, "was confirmed too late", false);
	r = nt_settle_keep(&g->state, g->io, &g->journal, &settlement, &why);
	if (r < 0) {
		syslog(LOG_ERR, "transaction %u cannot be confirmed: %s", g->txn, why.message);
		return failed(g, r);
	}
	end(g, 0);
	syslog(LOG_INFO, "transaction %u was confirmed", g->txn);
	return (struct nt_guardian_msg){ .verb = NT_GUARDIAN_CONFIRMED, .txn = g->txn,
					 .args = { (uint32_t)settlement.n_kept,
						   (uint32_t)settlement.n_drifted } };
}

static struct nt_guardian_msg do_extend(struct guardian *g, uint32_t seconds)
{
	const struct nt_journal_waiting waiting = {
		.deadline_ns = nt_deadline_after(nt_deadline_now_ns(), seconds),
		.guardian = g->journal.guardian,
		.complete = g->journal.complete,
		.duration_us = g->journal.duration_us,
		.writes = g->journal.writes,
	};
	struct nt_journal_writer writer;
	struct nt_diag why = { 0 };
	int r = seconds < NT_CONFIRM_S_MIN || seconds > NT_CONFIRM_S_MAX ? -ERANGE : 0;

	/* The module first: it must not undo before we would. */
	if (r == 0)
		r = nt_settle_extend(&g->state, &g->journal, seconds, &why);
	if (r == 0)
		r = nt_journal_reopen(&g->state, &g->journal, &writer, &why);
	if (r < 0)
		return failed(g, r);
	r = nt_journal_await(&g->state, &writer, NULL, &waiting, &why);
	nt_journal_abort(&writer);
	read_again(g);
	if (r == 0)
		r = arm(g);
	return r < 0 ? failed(g, r) : awaiting(g);
}

static struct nt_guardian_msg answer(struct guardian *g, const struct nt_guardian_msg *question)
{
	if (question->txn != g->txn)
		return failed(g, -ESRCH);
	/* Until the command has handed over, it writes, and nobody may undo beside it. */
	if (g->fds[COMMAND].fd >= 0)
		return failed(g, -EAGAIN);
	read_again(g);
	if (g->journal.state != NT_TXN_AWAITING) {
		end(g, 0);
		return failed(g, -ESRCH);
	}
	switch (question->verb) {
	case NT_GUARDIAN_STATUS:
		return awaiting(g);
	case NT_GUARDIAN_EXTEND:
		return do_extend(g, question->args[0]);
	case NT_GUARDIAN_CONFIRM:
		return do_confirm(g);
	case NT_GUARDIAN_ROLLBACK:
		return do_rollback(g, "was rolled back", question->args[0] != 0);
	default:
		return failed(g, -EPROTO);
	}
}

static void on_client(struct guardian *g, struct pollfd *client)
{
	struct nt_guardian_msg question, reply;
	int r = nt_guardian_recv(client->fd, 0, &question);

	if (r == -ETIMEDOUT)
		return;
	if (r == 0) {
		reply = answer(g, &question);
		r = nt_guardian_send(client->fd, &reply);
	}
	if (r < 0)
		drop(client);
}

static void on_caller(struct guardian *g)
{
	pid_t pid;
	int fd = nt_guardian_accept(g->fds[LISTEN].fd, &pid);

	for (unsigned int i = CLIENTS; fd >= 0 && i < N_FDS; i++)
		if (g->fds[i].fd < 0) {
			g->fds[i] = (struct pollfd){ .fd = fd, .events = POLLIN };
			return;
		}
	if (fd >= 0)
		close(fd);
}

/* "handover", or the end of the connection. */
static void on_command(struct guardian *g)
{
	struct nt_guardian_msg msg, reply;
	int r = nt_guardian_recv(g->fds[COMMAND].fd, 0, &msg);

	if (r == -ETIMEDOUT)
		return;
	if (r < 0 || msg.verb != NT_GUARDIAN_HANDOVER || msg.txn != g->txn) {
		command_gone(g);
		return;
	}
	read_again(g);
	r = g->journal.state == NT_TXN_AWAITING ? arm(g) : -EPROTO;
	reply = r < 0 ? failed(g, r) : awaiting(g);
	if (nt_guardian_send(g->fds[COMMAND].fd, &reply) < 0 || r < 0) {
		command_gone(g);
		return;
	}
	drop(&g->fds[COMMAND]);
	syslog(LOG_INFO, "transaction %u awaits confirmation for %u s", g->txn, left_s(g));
}

static void on_signal(struct guardian *g)
{
	nt_guardian_take_signal(g->fds[SIGNAL].fd);
	/* While the command writes, its end is the event to wait for. */
	if (g->fds[COMMAND].fd < 0)
		undo_and_end(g, "lost its guardian to SIGTERM");
}

static void loop(struct guardian *g)
{
	while (!g->done) {
		if (poll(g->fds, N_FDS, -1) < 0) {
			if (errno == EINTR)
				continue;
			undo_and_end(g, "has a deadline that cannot be waited for");
			return;
		}
		/* The deadline first: who comes with it comes too late. */
		if (g->fds[TIMER].revents) {
			nt_guardian_take_timer(g->fds[TIMER].fd);
			on_deadline(g);
		}
		if (!g->done && g->fds[COMMAND].revents)
			on_command(g);
		if (!g->done && g->fds[SIGNAL].revents)
			on_signal(g);
		if (!g->done && g->fds[LISTEN].revents)
			on_caller(g);
		for (unsigned int i = CLIENTS; i < N_FDS && !g->done; i++)
			if (g->fds[i].fd >= 0 && g->fds[i].revents)
				on_client(g, &g->fds[i]);
	}
}

/*
 * While nothing has been written, a guardian that nobody could reach is none. But one that follows
 * another has values to return, even when the disk takes no socket any more.
 */
static int open_socket(struct guardian *g)
{
	int fd = nt_guardian_listen(g->state.dir_fd, NT_GUARDIAN_SOCKET);

	if (fd < 0 && g->fds[COMMAND].fd >= 0)
		return fd;
	if (fd < 0)
		syslog(LOG_ERR, "guardian: cannot be asked: %s", strerror(-fd));
	g->fds[LISTEN].fd = fd < 0 ? -1 : fd;
	return 0;
}

/* Callers before the deadline: whoever finds the socket finds somebody behind it. */
static int open_fds(struct guardian *g)
{
	int r;

	g->fds[TIMER].fd = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (g->fds[TIMER].fd < 0)
		return -errno;
	g->fds[SIGNAL].fd = nt_guardian_open_signals();
	if (g->fds[SIGNAL].fd < 0)
		return g->fds[SIGNAL].fd;
	r = open_socket(g);
	return r < 0 ? r : arm(g);
}

/* Best effort: what cannot be held open is opened when it is written. */
static void keep_files(struct guardian *g)
{
	const struct nt_plan *plan = &g->journal.plan;
	char **paths = calloc(plan->n_changes + 1, sizeof(*paths));
	char path[PATH_BYTES];
	size_t n = 0;

	for (size_t i = 0; paths && i < plan->n_changes; i++) {
		const struct nt_change *change = &plan->changes[i];

		if (!nt_change_file(change, path, sizeof(path)))
			continue;
		paths[n] = strdup(path);
		n += paths[n] != NULL;
	}
	if (paths && nt_kept_init(&g->kept, g->io, paths, n) == 0)
		g->io = &g->kept.io;
	for (size_t i = 0; i < n; i++)
		free(paths[i]);
	free(paths);
}

/* For people who look into the state folder; a full disk must not keep anybody from guarding. */
static void sign_lock(const struct guardian *g)
{
	nt_autoclose int fd = openat(g->state.dir_fd, "guardian.lock",
				     O_WRONLY | O_TRUNC | O_CLOEXEC);
	char text[64];
	int n = snprintf(text, sizeof(text), "pid %d, guardian of transaction %u\n", getpid(),
			 g->txn);

	if (fd < 0 || write(fd, text, (size_t)n) != n)
		syslog(LOG_INFO, "guardian.lock: cannot be signed: %s", strerror(errno));
}

/* Everything that can fail, before the command is told that it may begin. */
static int prepare(struct guardian *g, struct nt_diag *diag)
{
	int r = nt_guardian_find_command(&g->state, &g->fds[COMMAND].fd, &g->command_pid_fd);

	/* One that we cannot kill could keep us from undoing. */
	if (r == 0 && g->fds[COMMAND].fd >= 0 && g->command_pid_fd < 0)
		r = -ESRCH;
	/* Nobody waits for us: we were restarted, or it died. It must not be writing any more. */
	if (r == 0 && g->fds[COMMAND].fd < 0)
		r = nt_state_wait(&g->state);
	if (r == 0) {
		g->lock_fd = nt_guardian_lock(&g->state, NT_GUARDIAN_SETTLE_MS);
		r = g->lock_fd < 0 ? g->lock_fd : 0;
	}
	if (r == 0)
		sign_lock(g);
	if (r == 0)
		r = nt_journal_read(&g->state, g->txn, &g->journal, diag);
	if (r < 0 || g->journal.state < NT_TXN_STAGED || g->journal.state > NT_TXN_AWAITING)
		return r;
	r = nt_guardian_enter(&g->journal.head, diag);
	if (r == 0)
		r = open_fds(g);
	if (r == 0)
		keep_files(g);
	nt_guardian_hold_memory();
	return r;
}

static void begin(struct guardian *g)
{
	const struct nt_guardian_msg ready = { .verb = NT_GUARDIAN_READY, .txn = g->txn };

	if (g->journal.state < NT_TXN_STAGED || g->journal.state > NT_TXN_AWAITING)
		end(g, 0);
	else if (g->fds[COMMAND].fd < 0 || nt_guardian_send(g->fds[COMMAND].fd, &ready) < 0)
		command_gone(g);
}

int nt_guardian_run(struct nt_io *io, uint32_t txn, struct nt_diag *diag)
{
	struct guardian g = { .io = io, .txn = txn, .command_pid_fd = -1, .lock_fd = -1 };
	int r;

	for (unsigned int i = 0; i < N_FDS; i++)
		g.fds[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	nt_guardian_close_inherited();
	r = nt_state_open(false, &g.state, diag);
	if (r < 0)
		return r;
	nt_guardian_leave();
	r = g.state.journal_fd < 0 ? -ENOENT : prepare(&g, diag);
	if (r == 0) {
		begin(&g);
		loop(&g);
		r = g.code;
	} else {
		syslog(LOG_ERR, "guardian of transaction %u: %s", txn,
		       *diag->message ? diag->message : strerror(-r));
	}
	if (g.fds[LISTEN].fd >= 0)
		unlinkat(g.state.dir_fd, NT_GUARDIAN_SOCKET, 0);
	for (unsigned int i = 0; i < N_FDS; i++)
		drop(&g.fds[i]);
	if (g.command_pid_fd >= 0)
		close(g.command_pid_fd);
	nt_journal_free(&g.journal);
	nt_kept_close(&g.kept);
	if (g.lock_fd >= 0)
		close(g.lock_fd);
	nt_state_close(&g.state);
	return r;
}
