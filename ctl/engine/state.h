/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state folder: who holds the host, and where the journal lies.
 */
#ifndef NT_ENGINE_STATE_H
#define NT_ENGINE_STATE_H

#include <stdbool.h>

struct nt_diag;

#define NT_STATE_DIR_DEFAULT "/var/lib/nettune"

/**
 * struct nt_state - the opened state folder
 * @path: for messages
 * @dir_fd: the folder, -1 when it does not exist and was not to be made
 * @journal_fd: "journal" in it, likewise
 * @lock_fd: open while we hold the lock, else -1
 *
 * Close with nt_state_close(), which also drops the lock.
 */
struct nt_state {
	char *path;
	int dir_fd;
	int journal_fd;
	int lock_fd;
};

/**
 * nt_state_open() - open NETTUNE_STATE_DIR, or /var/lib/nettune
 * @create: make what is missing (for commands that will write)
 *
 * A folder that others than its owner can write, or that belongs to neither us nor root, is
 * refused: its journal decides what root writes.
 *
 * Return: 0 (also when it is absent and @create is false), -EPERM refused, or a negative errno.
 */
int nt_state_open(bool create, struct nt_state *ret, struct nt_diag *diag);

/**
 * nt_state_lock() - become the one transaction of this host
 * @what: written into the lock for whoever comes second: "apply server"
 *
 * Never waits. The lock is the kernel's (flock): it goes with the process, however that ends.
 *
 * Return: 0, -EBUSY with the holder's pid, command and age in @diag, or a negative errno.
 */
int nt_state_lock(struct nt_state *state, const char *what, struct nt_diag *diag);

/* "pid 123 (apply server) since 10:11:12", terminated. */
#define NT_STATE_HOLDER_MAX 256U

/**
 * nt_state_claim() - hold another lock of the state folder
 * @file: its name in there
 * @what: written into it, as for nt_state_lock()
 * @holder: who holds it, written for -EBUSY only
 *
 * Never waits, and goes with the process. Whoever removes @file while it holds it leaves nothing.
 *
 * Return: a descriptor to be closed, -EBUSY, or another negative errno.
 */
int nt_state_claim(const struct nt_state *state, const char *file, const char *what,
		   char holder[NT_STATE_HOLDER_MAX]);

/* Waits, without a limit, until nobody holds the lock, and does not take it. */
int nt_state_wait(struct nt_state *state);

/* Does somebody hold the lock now? False also when we may not look (only root may). */
bool nt_state_busy(const struct nt_state *state);

void nt_state_close(struct nt_state *state);

#endif
