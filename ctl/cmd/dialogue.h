/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asking on the terminal whether to keep what apply --confirm changed.
 */
#ifndef NT_CMD_DIALOGUE_H
#define NT_CMD_DIALOGUE_H

#include "cmd/cmd.h"

/* Is there a person to ask? */
bool nt_dialogue_possible(void);

/**
 * nt_dialogue() - count down and ask
 * @txn: awaits its confirmation
 * @code: what apply exits with when it is kept
 *
 * "y" keeps it; Enter, "n" and Ctrl-C take it back at once; when the terminal goes away or we are
 * told to end, the guardian decides at the deadline.
 *
 * Return: the exit code: NT_EXIT_FAILED when it was taken back.
 */
enum nt_exit nt_dialogue(const struct nt_call *call, uint32_t txn, enum nt_exit code,
			 struct nt_diag *diag);

#endif
