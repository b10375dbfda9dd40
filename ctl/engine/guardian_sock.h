/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guardian's sockets: in the state folder, for root, one message a datagram. See guardian.h.
 */
#ifndef NT_ENGINE_GUARDIAN_SOCK_H
#define NT_ENGINE_GUARDIAN_SOCK_H

#include <sys/types.h>

#include "engine/guardian_msg.h"

/* Where the guardian listens, and where the applying command waits for it to come up. */
#define NT_GUARDIAN_SOCKET     "guardian.sock"
#define NT_GUARDIAN_RENDEZVOUS "guardian.start"

/* A listening socket named @name in the folder @dir_fd, in the place of an older one. */
int nt_guardian_listen(int dir_fd, const char *name);

/* -ENOENT when nobody listens there. */
int nt_guardian_dial(int dir_fd, const char *name);

/**
 * nt_guardian_accept() - take a connection of somebody who may talk to us
 * @ret_pid: who it is, 0 when that is not visible from here
 *
 * Return: a descriptor that does not block; -EPERM for somebody else than root or ourselves.
 */
int nt_guardian_accept(int listen_fd, pid_t *ret_pid);

int nt_guardian_send(int fd, const struct nt_guardian_msg *msg);

/**
 * nt_guardian_recv() - wait for one message
 * @wait_ms: at most so long
 *
 * Return: 0, -ETIMEDOUT, -ECONNRESET when the other side went away, -EPROTO for no message of ours.
 */
int nt_guardian_recv(int fd, int wait_ms, struct nt_guardian_msg *ret);

#endif
