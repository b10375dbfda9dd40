// SPDX-License-Identifier: GPL-2.0-or-later
/* The question on the terminal. See dialogue.h. */
#include "dialogue.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "cmd/verdict.h"
#include "engine/guardian.h"
#include "engine/guardian_sock.h"
#include "engine/state.h"
#include "lib/cleanup.h"
#include "lib/diag.h"

/* How often the seconds are counted down. */
#define TICK_MS   1000
#define ANSWER_MS 5000

enum choice {
	UNDECIDED,
	KEEP,
	TAKE_BACK,
	LEAVE, /* to the guardian */
	ENDED, /* somebody else decided, or the deadline came */
};

/* An answer on its way: what is longer than one is none. */
struct line {
	char text[8];
	size_t len;
};

bool nt_dialogue_possible(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* Only a line that says so, and nothing else, decides: another command may have been pasted. */
static enum choice take_line(struct line *line)
{
	char text[sizeof(line->text)];

	snprintf(text, sizeof(text), "%.*s", (int)line->len, line->text);
	line->len = 0;
	if (!strcasecmp(text, "y") || !strcasecmp(text, "yes"))
		return KEEP;
	return !*text || !strcasecmp(text, "n") || !strcasecmp(text, "no") ? TAKE_BACK : UNDECIDED;
}

static enum choice read_key(struct line *line)
{
	char key;
	ssize_t n = read(STDIN_FILENO, &key, 1);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return UNDECIDED;
	if (n <= 0)
		return LEAVE;
	if (key == '\004' && !line->len)
		return TAKE_BACK;
	if (key == '\r' || key == '\n')
		return take_line(line);
	if (key == '\b' || key == '\177')
		line->len -= line->len > 0;
	else if (line->len < sizeof(line->text) - 1)
		line->text[line->len++] = isprint((unsigned char)key) ? key : '?';
	return UNDECIDED;
}

static enum choice read_signal(int fd)
{
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return UNDECIDED;
	return info.ssi_signo == SIGINT || info.ssi_signo == SIGQUIT ? TAKE_BACK : LEAVE;
}

/* The guardian knows how much time there is: somebody may have asked it for more. */
static int show_time(int guardian, uint32_t txn, const struct line *line)
{
	struct nt_guardian_msg answer;
	int r = nt_guardian_send(guardian, &(struct nt_guardian_msg){ .verb = NT_GUARDIAN_STATUS,
								      .txn = txn });

	if (r == 0)
		r = nt_guardian_recv(guardian, ANSWER_MS, &answer);
	if (r == 0 && answer.verb != NT_GUARDIAN_AWAITING)
		r = -ESRCH;
	if (r == 0) {
		printf("\rkeep? [y/N] %u s  %-8.*s", answer.args[0], (int)line->len, line->text);
		fflush(stdout);
	}
	return r;
}

static enum choice ask(int guardian, int signals, uint32_t txn)
{
	enum choice choice = UNDECIDED;
	struct line line = { .len = 0 };

	while (choice == UNDECIDED) {
		struct pollfd fds[] = {
			{ .fd = STDIN_FILENO, .events = POLLIN },
			{ .fd = signals, .events = POLLIN },
			{ .fd = guardian, .events = POLLIN },
		};

		if (show_time(guardian, txn, &line) < 0)
			return ENDED;
		if (poll(fds, 3, TICK_MS) < 0 && errno != EINTR)
			return LEAVE;
		if (fds[1].revents)
			choice = read_signal(signals);
		else if (fds[2].revents)
			choice = ENDED;
		else if (fds[0].revents)
			choice = read_key(&line);
	}
	return choice;
}

/* The countdown shows what is typed; what was typed before the question is no answer. */
static void set_terminal(const struct termios *before)
{
	struct termios keys = *before;

	keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	keys.c_cc[VMIN] = 1;
	keys.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &keys);
}

static enum choice converse(int guardian, uint32_t txn)
{
	static const int signals[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP };
	nt_autoclose int signal_fd = -1;
	struct termios before;
	enum choice choice;
	sigset_t set, old;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, &old);
	signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signal_fd < 0 || tcgetattr(STDIN_FILENO, &before) < 0) {
		sigprocmask(SIG_SETMASK, &old, NULL);
		return LEAVE;
	}
	set_terminal(&before);
	choice = ask(guardian, signal_fd, txn);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	sigprocmask(SIG_SETMASK, &old, NULL);
	printf("\n");
	return choice;
}

enum nt_exit nt_dialogue(const struct nt_call *call, uint32_t txn, enum nt_exit code,
			 struct nt_diag *diag)
{
	struct nt_guardian_msg question = { .verb = NT_GUARDIAN_CONFIRM, .txn = txn };
	nt_autoclose int guardian = -1;
	struct nt_state state;
	enum choice choice;
	int r = nt_state_open(false, &state, diag);

	if (r < 0)
		return nt_exit_for(r, diag);
	guardian = nt_guardian_dial(state.dir_fd, NT_GUARDIAN_SOCKET);
	nt_state_close(&state);
	choice = guardian < 0 ? ENDED : converse(guardian, txn);
	if (choice == LEAVE) {
		printf("left to the guardian: 'nettunectl confirm %u' keeps it\n", txn);
		return code;
	}
	if (choice != KEEP)
		question.verb = choice == TAKE_BACK ? NT_GUARDIAN_ROLLBACK : NT_GUARDIAN_STATUS;
	if (nt_verdict(call, &question, diag) == NT_EXIT_DONE && choice != TAKE_BACK)
		return code;
	if (!diag->err)
		nt_diag_err(diag, ECANCELED, "not confirmed");
	return NT_EXIT_FAILED;
}
