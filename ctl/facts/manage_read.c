// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the management set follows from, namespace by namespace: devices, default routes, SSH
 * sessions and tunnels. See manage_read.h.
 */
#include "manage_read.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/remote.h"
#include "io/io.h"
#include "io/path.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "ssh_sockets.h"

#define ENVIRON_MAX   (256U * 1024U)
#define MOUNTINFO_MAX (1024U * 1024U)
#define TUNNELS_MAX   4096U

_Static_assert(NT_MANAGE_ADDRESS_MAX >= NT_IO_ADDRESS_MAX, "addresses of io fit");
_Static_assert(NT_MANAGE_ADDRESS_MAX >= NT_REMOTE_ADDRESS_MAX, "addresses of remote fit");

/* A number by which the namespace that is read knows another. */
struct known {
	int nsid;
	uint64_t inode;
};

/**
 * struct reader - reading in progress
 * @netns: the namespace that is read
 * @known: which others it knows by which number: filled as they are asked for, up to @n_known
 * @path: what is filled in when a route is told
 * @ssh: our own session as the environment tells it; ended by an empty client
 */
struct reader {
	struct nt_io *io;
	struct nt_manage_seen *seen;
	const struct nt_io_netns *netns;
	struct known *known;
	size_t n_known;
	struct nt_path path;
	struct nt_ssh_sockets sockets;
	struct nt_remote_ssh ssh;
	bool ssh_seen;
};

static int add_path(const struct nt_io_route *route, void *user)
{
	struct reader *reader = user;
	struct nt_path path = reader->path;

	path.netns = reader->netns->inode;
	path.ifindex = route->ifindex;
	memcpy(path.gateway, route->gateway, sizeof(route->gateway));
	return nt_manage_add_path(&reader->seen->view, &path);
}

/* A destination without a route leads over no device: that is no error. */
static int add_way(struct reader *reader, const struct nt_io_flow *flow)
{
	int r;

	snprintf(reader->path.remote, sizeof(reader->path.remote), "%s", flow->remote);
	r = nt_io_route_to(reader->io, reader->netns, flow, add_path, reader);
	return r == -ENETUNREACH || r == -EINVAL ? 0 : r;
}

/* ---- sessions ---- */

static bool is_ours(const struct reader *reader, const struct nt_io_tcp *tcp)
{
	return tcp->remote_port == reader->ssh.client_port &&
	       tcp->local_port == reader->ssh.server_port &&
	       !strcmp(tcp->remote, reader->ssh.client);
}

static int add_session(const struct nt_io_tcp *tcp, void *user)
{
	struct reader *reader = user;
	bool ours = is_ours(reader, tcp);

	if (!ours && !nt_ssh_sockets_session(&reader->sockets, tcp))
		return 0;
	reader->ssh_seen = reader->ssh_seen || ours;
	reader->path = (struct nt_path){ .kind = NT_PATH_SESSION, .cookie = tcp->cookie };
	return add_way(reader, &(struct nt_io_flow){ .remote = tcp->remote,
						     .local = tcp->local,
						     .remote_port = tcp->remote_port,
						     .local_port = tcp->local_port,
						     .ifindex = tcp->ifindex });
}

static int add_listener(const struct nt_io_tcp *tcp, void *user)
{
	struct reader *reader = user;

	nt_ssh_sockets_listener(&reader->sockets, tcp);
	return 0;
}

static int read_sessions(struct reader *reader)
{
	int r;

	nt_ssh_sockets_forget_ports(&reader->sockets);
	r = nt_io_tcp(reader->io, reader->netns, NT_TCP_LISTENING, add_listener, reader);
	if (r == 0)
		r = nt_io_tcp(reader->io, reader->netns, NT_TCP_ESTABLISHED, add_session, reader);
	return r;
}

/* A session whose socket we cannot see still comes in by some device. */
static int add_own_session(struct reader *reader)
{
	const struct nt_remote_ssh *ssh = &reader->ssh;

	if (!ssh->client[0] || reader->ssh_seen)
		return 0;
	reader->netns = &reader->seen->namespaces[0];
	reader->path = (struct nt_path){ .kind = NT_PATH_SESSION };
	return add_way(reader, &(struct nt_io_flow){ .remote = ssh->client,
						     .local = "",
						     .remote_port = ssh->client_port,
						     .local_port = ssh->server_port });
}

static void read_environment(struct reader *reader)
{
	nt_autofree char *text = malloc(ENVIRON_MAX);
	size_t len = 0;

	if (text && nt_io_read_file(reader->io, "/proc/self/environ", text, ENVIRON_MAX, &len) == 0)
		nt_remote_ssh_find(text, len + 1, &reader->ssh); /* with its terminator */
}

/* ---- devices ---- */

/* Asks for one namespace after the other, and no further than needed. 0: not to be found. */
static uint64_t inode_of(struct reader *reader, int nsid)
{
	for (size_t i = 0; i < reader->n_known; i++)
		if (reader->known[i].nsid == nsid)
			return reader->known[i].inode;
	while (reader->n_known < reader->seen->n_namespaces) {
		const struct nt_io_netns *other = &reader->seen->namespaces[reader->n_known];
		struct known *known = &reader->known[reader->n_known++];

		*known = (struct known){ .nsid = -1, .inode = other->inode };
		if (nt_io_nsid(reader->io, reader->netns, other, &known->nsid) == 0 &&
		    known->nsid == nsid)
			return known->inode;
	}
	return 0;
}

static int add_node(const struct nt_io_node *told, void *user)
{
	struct reader *reader = user;
	struct nt_node node = {
		.netns = reader->netns->inode,
		.ifindex = told->ifindex,
		.master = told->master_ifindex,
		.lower = told->lower_ifindex,
		.carrier = told->carrier,
		.lower_netns = told->lower_nsid < 0 ? reader->netns->inode
						    : inode_of(reader, told->lower_nsid),
	};

	snprintf(node.name, sizeof(node.name), "%s", told->name);
	snprintf(node.kind, sizeof(node.kind), "%s", told->kind);
	return nt_manage_add_node(&reader->seen->view, &node);
}

/* A tunnel whose other end is told: what carries it. */
static int add_tunnel(const struct nt_io_node *told, void *user)
{
	struct reader *reader = user;

	if (!told->remote[0])
		return 0;
	reader->path = (struct nt_path){ .kind = NT_PATH_UNDERLAY, .tunnel = told->ifindex };
	return add_way(reader, &(struct nt_io_flow){ .remote = told->remote, .local = "" });
}

static int read_devices(struct reader *reader)
{
	int r;

	reader->n_known = 0;
	r = nt_io_nodes(reader->io, reader->netns, add_node, reader);
	if (r == 0)
		r = nt_io_nodes(reader->io, reader->netns, add_tunnel, reader);
	return r;
}

/* ---- storage ---- */

static int add_storage(const char *address, void *user)
{
	struct reader *reader = user;

	reader->path = (struct nt_path){ .kind = NT_PATH_STORAGE };
	return add_way(reader, &(struct nt_io_flow){ .remote = address, .local = "" });
}

/* Block devices over the network: whoever uses them, the root may be on them. */
static int add_iscsi(const char *name, void *user)
{
	struct reader *reader = user;
	char path[288], address[NT_REMOTE_ADDRESS_MAX + 1];

	snprintf(path, sizeof(path), "/sys/class/iscsi_connection/%s/address", name);
	if (nt_io_read_file(reader->io, path, address, sizeof(address), NULL) < 0)
		return 0;
	address[strcspn(address, "\n")] = '\0';
	return add_storage(address, reader);
}

static int add_nvme(const char *name, void *user)
{
	struct reader *reader = user;
	char path[288], text[256], address[NT_REMOTE_ADDRESS_MAX];

	snprintf(path, sizeof(path), "/sys/class/nvme/%s/address", name);
	if (nt_io_read_file(reader->io, path, text, sizeof(text), NULL) < 0 ||
	    nt_remote_fabric(text, address) < 0)
		return 0;
	return add_storage(address, reader);
}

/* The first process mounted the root file system, from its namespace. */
static const struct nt_io_netns *netns_of_root(struct reader *reader)
{
	const struct nt_io_netns *found = NULL;
	unsigned long long inode;
	char link[64];

	if (nt_io_read_link(reader->io, "/proc/1/ns/net", link, sizeof(link)) == 0 &&
	    sscanf(link, "net:[%llu]", &inode) == 1)
		found = nt_manage_netns(reader->seen, inode);
	return found ? found : &reader->seen->namespaces[0];
}

static int read_storage(struct reader *reader)
{
	nt_autofree char *text = malloc(MOUNTINFO_MAX);
	int r = text ? nt_io_read_file(reader->io, "/proc/1/mountinfo", text, MOUNTINFO_MAX, NULL)
		     : -ENOMEM;

	if (r == -ENOENT || r == -EACCES || r == -EPERM)
		r = nt_io_read_file(reader->io, "/proc/self/mountinfo", text, MOUNTINFO_MAX, NULL);
	reader->netns = netns_of_root(reader);
	if (r == 0)
		r = nt_remote_mounts(text, add_storage, reader);
	if (r < 0 && r != -ENOENT)
		return r;
	r = nt_io_list_dir(reader->io, "/sys/class/iscsi_connection", add_iscsi, reader);
	if (r == 0 || r == -ENOENT)
		r = nt_io_list_dir(reader->io, "/sys/class/nvme", add_nvme, reader);
	return r == -ENOENT ? 0 : r;
}

/* ---- all ---- */

static int note_netns(const struct nt_io_netns *netns, void *user)
{
	struct nt_manage_seen *seen = user;

	if (seen->n_namespaces == NT_IO_NETNS_MAX)
		return -EOVERFLOW;
	seen->namespaces[seen->n_namespaces++] = *netns;
	return 0;
}

static int read_netns(struct reader *reader)
{
	int r = read_devices(reader);

	if (r == 0)
		r = read_sessions(reader);
	reader->path = (struct nt_path){ .kind = NT_PATH_DEFAULT };
	if (r == 0)
		r = nt_io_default_routes(reader->io, reader->netns, add_path, reader);
	/* It ended meanwhile, or is not for us to look into. */
	return r == -ENOENT || r == -EPERM ? 0 : r;
}

static int read_all(struct reader *reader)
{
	struct nt_manage_seen *seen = reader->seen;
	int r;

	/* A host that knows no paths carries nobody. */
	if (!reader->io->ops || !reader->io->ops->path)
		return 0;
	r = nt_io_namespaces(reader->io, note_netns, seen);

	if (r == 0)
		r = nt_ssh_sockets_find(reader->io, &reader->sockets);
	read_environment(reader);
	for (size_t i = 0; i < seen->n_namespaces && r == 0; i++) {
		reader->netns = &seen->namespaces[i];
		r = read_netns(reader);
	}
	if (r == 0)
		r = add_own_session(reader);
	if (r == 0)
		r = read_storage(reader);
	if (seen->n_namespaces)
		seen->view.own = seen->namespaces[0].inode;
	return r;
}

int nt_manage_read(struct nt_io *io, struct nt_manage_seen *ret, struct nt_diag *diag)
{
	struct nt_manage_seen seen = {
		.namespaces = calloc(NT_IO_NETNS_MAX, sizeof(*seen.namespaces)),
	};
	struct reader reader = {
		.io = io,
		.seen = &seen,
		.known = calloc(NT_IO_NETNS_MAX, sizeof(*reader.known)),
	};
	int r = seen.namespaces && reader.known ? read_all(&reader) : -ENOMEM;

	free(reader.known);
	nt_ssh_sockets_free(&reader.sockets);
	if (r < 0) {
		nt_manage_seen_free(&seen);
		return nt_diag_err(diag, -r, "management devices: cannot be found: %s%s",
				   strerror(-r), r == -EOVERFLOW ? " (namespaces, devices, paths "
				   "or sockets of sshd exceed what is looked at)" : "");
	}
	*ret = seen;
	return 0;
}

const struct nt_io_netns *nt_manage_netns(const struct nt_manage_seen *seen, uint64_t inode)
{
	for (size_t i = 0; i < seen->n_namespaces; i++)
		if (seen->namespaces[i].inode == inode)
			return &seen->namespaces[i];
	return NULL;
}

void nt_manage_seen_free(struct nt_manage_seen *seen)
{
	nt_manage_view_free(&seen->view);
	free(seen->namespaces);
	*seen = (struct nt_manage_seen){ 0 };
}
