/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which TCP sockets are SSH's: those that a process of an SSH server holds, and connections to a
 * port that one listens on.
 *
 * Both, because the process that holds a session may not be one that we may look at (it has changed
 * its user), and because a server that is started for each connection listens nowhere.
 */
#ifndef NT_FACTS_SSH_SOCKETS_H
#define NT_FACTS_SSH_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nt_io;
struct nt_io_tcp;

#define NT_SSH_SOCKETS_MAX 65536U
#define NT_SSH_PORTS_MAX   64U

/**
 * struct nt_ssh_sockets - sockets of SSH servers
 * @inodes: what their processes hold, ascending; of all namespaces
 * @ports: that they listen on in the namespace that is looked at
 */
struct nt_ssh_sockets {
	uint64_t *inodes;
	size_t n_inodes;
	uint16_t ports[NT_SSH_PORTS_MAX];
	size_t n_ports;
};

/* Looks through the processes. 0; -EOVERFLOW, -ENOMEM. Free with nt_ssh_sockets_free(). */
int nt_ssh_sockets_find(struct nt_io *io, struct nt_ssh_sockets *ret);

/* Takes note of a socket that listens, if it is one of an SSH server. */
void nt_ssh_sockets_listener(struct nt_ssh_sockets *sockets, const struct nt_io_tcp *tcp);

/* Before another namespace is looked at. */
void nt_ssh_sockets_forget_ports(struct nt_ssh_sockets *sockets);

/* Is this established connection a session? */
bool nt_ssh_sockets_session(const struct nt_ssh_sockets *sockets, const struct nt_io_tcp *tcp);

void nt_ssh_sockets_free(struct nt_ssh_sockets *sockets);

#endif
