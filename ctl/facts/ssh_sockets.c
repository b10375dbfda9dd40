// SPDX-License-Identifier: GPL-2.0-or-later
/* Sockets of SSH servers. See ssh_sockets.h. */
#include "ssh_sockets.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/io.h"
#include "io/path.h"

/* OpenSSH 9.8 split the sessions off its listener. */
static const char *const servers[] = { "sshd", "sshd-session", "sshd-auth", "dropbear",
				       "tinysshd" };

struct search {
	struct nt_io *io;
	struct nt_ssh_sockets *sockets;
	size_t room;
	char folder[64];
};

static int add_inode(struct search *search, uint64_t inode)
{
	struct nt_ssh_sockets *sockets = search->sockets;
	size_t room = search->room ? 2 * search->room : 64;
	uint64_t *grown;

	if (sockets->n_inodes == NT_SSH_SOCKETS_MAX)
		return -EOVERFLOW;
	if (sockets->n_inodes == search->room) {
		grown = realloc(sockets->inodes, room * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		sockets->inodes = grown;
		search->room = room;
	}
	sockets->inodes[sockets->n_inodes++] = inode;
	return 0;
}

static int on_fd(const char *name, void *user)
{
	struct search *search = user;
	unsigned long long inode;
	char path[sizeof(search->folder) + 256], target[64];

	snprintf(path, sizeof(path), "%s/%.255s", search->folder, name);
	if (nt_io_read_link(search->io, path, target, sizeof(target)) < 0 ||
	    sscanf(target, "socket:[%llu]", &inode) != 1)
		return 0;
	return add_inode(search, inode);
}

static bool is_server(const char *comm)
{
	for (size_t i = 0; i < sizeof(servers) / sizeof(servers[0]); i++)
		if (!strcmp(comm, servers[i]))
			return true;
	return false;
}

/* A process that ended meanwhile, or that is not for us to look at, has nothing to say. */
static int on_process(const char *name, void *user)
{
	struct search *search = user;
	char path[64], comm[32];
	int r;

	if (!isdigit((unsigned char)name[0]))
		return 0;
	snprintf(path, sizeof(path), "/proc/%.16s/comm", name);
	if (nt_io_read_file(search->io, path, comm, sizeof(comm), NULL) < 0)
		return 0;
	comm[strcspn(comm, "\n")] = '\0';
	if (!is_server(comm))
		return 0;
	snprintf(search->folder, sizeof(search->folder), "/proc/%.16s/fd", name);
	r = nt_io_list_dir(search->io, search->folder, on_fd, search);
	return r == -ENOMEM || r == -EOVERFLOW ? r : 0;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

int nt_ssh_sockets_find(struct nt_io *io, struct nt_ssh_sockets *ret)
{
	struct nt_ssh_sockets sockets = { 0 };
	struct search search = { .io = io, .sockets = &sockets };
	int r = nt_io_list_dir(io, "/proc", on_process, &search);

	if (r < 0 && r != -ENOENT && r != -EACCES) {
		nt_ssh_sockets_free(&sockets);
		return r;
	}
	if (sockets.n_inodes)
		qsort(sockets.inodes, sockets.n_inodes, sizeof(*sockets.inodes), by_number);
	*ret = sockets;
	return 0;
}

static bool holds(const struct nt_ssh_sockets *sockets, uint64_t inode)
{
	return inode && sockets->n_inodes &&
	       bsearch(&inode, sockets->inodes, sockets->n_inodes, sizeof(inode), by_number);
}

/* Ports past the bound are still found by what their processes hold. */
void nt_ssh_sockets_listener(struct nt_ssh_sockets *sockets, const struct nt_io_tcp *tcp)
{
	if (sockets->n_ports < NT_SSH_PORTS_MAX && holds(sockets, tcp->inode))
		sockets->ports[sockets->n_ports++] = tcp->local_port;
}

void nt_ssh_sockets_forget_ports(struct nt_ssh_sockets *sockets)
{
	sockets->n_ports = 0;
}

bool nt_ssh_sockets_session(const struct nt_ssh_sockets *sockets, const struct nt_io_tcp *tcp)
{
	for (size_t i = 0; i < sockets->n_ports; i++)
		if (sockets->ports[i] == tcp->local_port)
			return true;
	return holds(sockets, tcp->inode);
}

void nt_ssh_sockets_free(struct nt_ssh_sockets *sockets)
{
	free(sockets->inodes);
	*sockets = (struct nt_ssh_sockets){ 0 };
}
