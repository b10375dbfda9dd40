/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The management set: devices whose loss would lock the operator out. PURE.
 *
 * It grows from what has to keep working - SSH sessions, default routes, storage of the root file
 * system - down over everything that carries it: ports, lower devices, the other ends of veth
 * pairs in other namespaces, underlays of tunnels.
 */
#ifndef NT_CORE_MANAGE_H
#define NT_CORE_MANAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bounds on what a host can make us hold: past them reading fails, and names the bound. */
#define NT_MANAGE_PATHS_MAX 16384U
#define NT_MANAGE_NODES_MAX 65536U

#define NT_MANAGE_NAME_MAX    64U
#define NT_MANAGE_ADDRESS_MAX 46U
#define NT_MANAGE_REASON_MAX  256U

enum nt_path_kind {
	NT_PATH_SESSION,  /* an SSH session from @remote */
	NT_PATH_STORAGE,  /* to @remote, which holds a file system that we cannot do without */
	NT_PATH_DEFAULT,  /* a default route */
	NT_PATH_UNDERLAY, /* what carries the tunnel @tunnel to @remote */
};

/**
 * struct nt_path - a way that packets take out of a namespace
 * @netns: the namespace
 * @ifindex: the device that they leave by
 * @tunnel: of an underlay: ifindex of the tunnel, in the same namespace
 * @remote: the other end, "" for none
 * @gateway: the next hop, "" when @remote is on the link
 * @cookie: of a session: its socket
 */
struct nt_path {
	enum nt_path_kind kind;
	uint64_t netns;
	int ifindex;
	int tunnel;
	char remote[NT_MANAGE_ADDRESS_MAX];
	char gateway[NT_MANAGE_ADDRESS_MAX];
	uint64_t cookie;
};

/**
 * struct nt_node - a device of any namespace
 * @lower: ifindex of what it sits on, of a veth its peer; 0 none
 * @lower_netns: the namespace of @lower
 */
struct nt_node {
	uint64_t netns;
	int ifindex;
	int master;
	int lower;
	uint64_t lower_netns;
	bool carrier;
	char name[NT_MANAGE_NAME_MAX];
	char kind[NT_MANAGE_NAME_MAX];
};

/**
 * struct nt_manage_view - what the management set follows from
 * @own: the namespace that is tuned
 * @paths: in the order in which they make good reasons
 *
 * Owns its arrays; freed by nt_manage_view_free().
 */
struct nt_manage_view {
	uint64_t own;
	struct nt_path *paths;
	size_t n_paths;
	struct nt_node *nodes;
	size_t n_nodes;
};

/**
 * struct nt_member - a device of the management set
 * @node: in the view
 * @reason: "carries the SSH session from 192.0.2.7", "is a port of bond0, which ..."
 */
struct nt_member {
	const struct nt_node *node;
	char reason[NT_MANAGE_REASON_MAX];
};

/**
 * nt_manage_find() - the management set
 * @view: what it follows from
 * @only: only what this path needs; NULL for all
 * @ret: each device once, with the first reason found; free() it. They point into @view
 *
 * Return: 0 or -ENOMEM.
 */
int nt_manage_find(const struct nt_manage_view *view, const struct nt_path *only,
		   struct nt_member **ret, size_t *ret_n);

/* Is @name a device of the namespace that is tuned, and one of @members? NULL when not. */
const struct nt_member *nt_manage_member(const struct nt_manage_view *view,
					 const struct nt_member *members, size_t n,
					 const char *name);

/* Each copies what it is given. -ENOMEM, or -EOVERFLOW past a limit. */
int nt_manage_add_path(struct nt_manage_view *view, const struct nt_path *path);
int nt_manage_add_node(struct nt_manage_view *view, const struct nt_node *node);

void nt_manage_view_free(struct nt_manage_view *view);

#endif
