/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What makes a process fit to be a guardian: no terminal, no session, no swap, no surprises.
 */
#ifndef NT_ENGINE_GUARDIAN_SELF_H
#define NT_ENGINE_GUARDIAN_SELF_H

struct nt_diag;
struct nt_state;
struct nt_txn_head;

/* Before anything is opened: what whoever started us left open. */
void nt_guardian_close_inherited(void);

/*
 * Leaves session, terminal and folder behind, and is last in line when memory runs out. SIGHUP,
 * SIGINT and SIGQUIT, which terminals send, are ignored.
 */
void nt_guardian_leave(void);

/* Locks what is mapped now and later. Best effort: a container may not let us. */
void nt_guardian_hold_memory(void);

/* A descriptor for SIGTERM, which whoever manages us sends to make us stop. */
int nt_guardian_open_signals(void);

void nt_guardian_take_signal(int fd);
void nt_guardian_take_timer(int fd);

/**
 * nt_guardian_find_command() - connect to the command that started us
 * @ret_fd: the connection, -1 when nobody waits for us
 * @ret_pid_fd: its process, -1 when it cannot be seen from here
 *
 * Return: 0 or a negative errno.
 */
int nt_guardian_find_command(struct nt_state *state, int *ret_fd, int *ret_pid_fd);

/* Goes into the network namespace of the transaction, if that is another one than ours. */
int nt_guardian_enter(const struct nt_txn_head *head, struct nt_diag *diag);

#endif
