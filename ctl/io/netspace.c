// SPDX-License-Identifier: GPL-2.0-or-later
/* All network namespaces: those with a name first, so that the name is what is told. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "netns.h"
#include "reach.h"

/* pid_max of a 64-bit kernel: a bound, not a guess. */
#define PIDS_MAX 4194304U

struct listing {
	nt_io_netns_fn fn;
	void *user;
	dev_t device; /* nsfs: a file of another file system is no namespace */
	uint64_t seen[NT_IO_NETNS_MAX];
	size_t n;
};

static bool was_seen(const struct listing *list, uint64_t inode)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->seen[i] == inode)
			return true;
	return false;
}

static int tell(struct listing *list, const char *path, const char *name)
{
	struct nt_io_netns netns = { 0 };
	struct stat st;

	/* A process that ended, one that we may not look at, a name without a namespace. */
	if (stat(path, &st) < 0 || st.st_dev != list->device || was_seen(list, st.st_ino))
		return 0;
	if (list->n == NT_IO_NETNS_MAX)
		return -EOVERFLOW;
	list->seen[list->n++] = st.st_ino;
	netns.inode = st.st_ino;
	if ((size_t)snprintf(netns.path, sizeof(netns.path), "%s", path) >= sizeof(netns.path))
		return 0;
	snprintf(netns.name, sizeof(netns.name), "%s", name);
	return list->fn(&netns, list->user);
}

static int tell_named(struct listing *list)
{
	nt_autoclosedir DIR *dir = opendir(NT_NETNS_DIR);
	const struct dirent *entry;
	char path[sizeof(NT_NETNS_DIR) + 256];
	int r = 0;

	for (size_t i = 0; dir && r == 0 && i < PIDS_MAX && (entry = readdir(dir)); i++) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), NT_NETNS_DIR "/%s", entry->d_name);
		r = tell(list, path, entry->d_name);
	}
	return r;
}

static int tell_processes(struct listing *list)
{
	nt_autoclosedir DIR *dir = opendir("/proc");
	const struct dirent *entry;
	char path[300], name[300];
	int r = 0;

	for (size_t i = 0; dir && r == 0 && i < PIDS_MAX && (entry = readdir(dir)); i++) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/ns/net", entry->d_name);
		snprintf(name, sizeof(name), "pid %s", entry->d_name);
		r = tell(list, path, name);
	}
	return r;
}

/* See struct nt_io_path_ops. */
int nt_live_namespaces(struct nt_io *io, nt_io_netns_fn fn, void *user)
{
	nt_autofree struct listing *list = calloc(1, sizeof(*list));
	struct nt_io_netns own = { 0 };
	struct stat st;
	int r;

	(void)io;
	if (!list)
		return -ENOMEM;
	if (stat("/proc/self/ns/net", &st) < 0)
		return -errno;
	list->fn = fn;
	list->user = user;
	list->device = st.st_dev;
	list->seen[list->n++] = st.st_ino;
	own.inode = st.st_ino;
	r = fn(&own, user);
	if (r == 0)
		r = tell_named(list);
	return r == 0 ? tell_processes(list) : r;
}

static int on_nsid(struct nl_msg *msg, void *arg)
{
	struct nlattr *tb[NETNSA_MAX + 1];

	if (nlmsg_parse(nlmsg_hdr(msg), sizeof(struct rtgenmsg), tb, NETNSA_MAX, NULL) == 0 &&
	    tb[NETNSA_NSID] && nla_len(tb[NETNSA_NSID]) >= (int)sizeof(int32_t))
		*(int *)arg = (int)nla_get_u32(tb[NETNSA_NSID]);
	return NL_OK;
}

/* See struct nt_io_path_ops. */
int nt_live_nsid(struct nt_io *io, const struct nt_io_netns *in, const struct nt_io_netns *other,
		 int *ret)
{
	const char *path = other->path[0] ? other->path : "/proc/self/ns/net";
	nt_autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
	nt_auto(nt_nl_free_p) struct nl_sock *sk = NULL;
	nt_auto(nt_nl_msg_free_p) struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETNSID, 0);
	struct rtgenmsg head = { .rtgen_family = AF_UNSPEC };
	int nsid = NETNSA_NSID_NOT_ASSIGNED;
	int r;

	(void)io;
	if (fd < 0)
		return -ENOENT;
	if (!msg || nlmsg_append(msg, &head, sizeof(head), NLMSG_ALIGNTO) < 0 ||
	    nla_put_u32(msg, NETNSA_FD, (uint32_t)fd) < 0)
		return -ENOMEM;
	r = nt_reach_open(in, NETLINK_ROUTE, &sk);
	if (r == 0)
		r = nt_reach_ask(sk, msg, on_nsid, &nsid);
	if (r < 0)
		return r;
	if (nsid == NETNSA_NSID_NOT_ASSIGNED)
		return -ENOENT;
	*ret = nsid;
	return 0;
}
