// SPDX-License-Identifier: GPL-2.0-or-later
/* Holding back signals. See interrupt.h. */
#include "interrupt.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>

static const int held[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE };
static sigset_t before;
static bool holding;

static void held_set(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < sizeof(held) / sizeof(*held); i++)
		sigaddset(set, held[i]);
}

void nt_interrupt_hold(void)
{
	sigset_t set;

	held_set(&set);
	pthread_sigmask(SIG_BLOCK, &set, &before);
	holding = true;
}

bool nt_interrupted(void)
{
	sigset_t pending;

	if (!holding || sigpending(&pending) < 0)
		return false;
	for (size_t i = 0; i < sizeof(held) / sizeof(*held); i++)
		if (held[i] != SIGPIPE && sigismember(&pending, held[i]) == 1)
			return true;
	return false;
}

void nt_interrupt_release(void)
{
	const struct timespec now = { 0 };
	sigset_t set;

	if (!holding)
		return;
	held_set(&set);
	while (sigtimedwait(&set, NULL, &now) > 0)
		;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	holding = false;
}
