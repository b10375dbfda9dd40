// SPDX-License-Identifier: GPL-2.0-or-later
/* Network namespaces. See netns.h. */
#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/diag.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

/* iproute2's own limit is NAME_MAX; facts keep 63 bytes. */
#define NAME_MAX_BYTES 60U

/* Ours lies over the /sys of before, until nt_netns_return(). */
static bool sysfs_mounted;

/*
 * A fresh sysfs comes without what is mounted below it; services are looked for in the control
 * groups. Whatever goes wrong here is no sign that the namespace is gone.
 */
static int remount_sysfs(void)
{
	nt_autoclose int cgroup = open("/sys/fs/cgroup", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char path[64];

	if (unshare(CLONE_NEWNS) < 0 || mount("", "/", NULL, MS_SLAVE | MS_REC, NULL) < 0)
		return errno == ENOENT ? -EIO : -errno;
	if (mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0) {
		/* A file system does not go over itself: this is the namespace's already. */
		if (errno == EBUSY)
			return 0;
		return errno == ENOENT ? -EIO : -errno;
	}
	sysfs_mounted = true;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", cgroup);
	if (cgroup >= 0)
		(void)mount(path, "/sys/fs/cgroup", NULL, MS_BIND | MS_REC, NULL);
	return 0;
}

/* A mount of the sysfs of the namespace in force, attached nowhere. */
static int open_sysfs(void)
{
	nt_autoclose int context = fsopen("sysfs", FSOPEN_CLOEXEC);
	int fd;

	if (context < 0 || fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -errno;
	fd = fsmount(context, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY);
	return fd < 0 ? -errno : fd;
}

int nt_netns_fit_sysfs(struct nt_diag *diag)
{
	nt_autoclose int fd = open_sysfs();
	struct stat ours, there;
	int r;

	/* Who may not mount one has a /sys that somebody chose for them. */
	if (fd < 0 || fstat(fd, &ours) < 0 || stat("/sys", &there) < 0 ||
	    ours.st_dev == there.st_dev)
		return 0;
	r = remount_sysfs();
	return r < 0 ? nt_diag_err(diag, -r, "/sys shows another network namespace, and that of "
				   "this one cannot be mounted: %s", strerror(-r)) : 0;
}

static bool name_ok(const char *name)
{
	return *name && !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
	       strlen(name) <= NAME_MAX_BYTES;
}

int nt_netns_enter(const char *name, struct nt_diag *diag)
{
	nt_autoclose int fd = -1;
	char path[256];
	int r;

	if (!name_ok(name))
		return nt_diag_err(diag, EINVAL, "--netns %s: not the name of a namespace", name);
	snprintf(path, sizeof(path), NT_NETNS_DIR "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return nt_diag_err(diag, errno, "%s: %s", path, strerror(errno));
	if (setns(fd, CLONE_NEWNET) < 0)
		return nt_diag_err(diag, errno, "%s: cannot enter: %s", path, strerror(errno));
	r = remount_sysfs();
	return r < 0 ? nt_diag_err(diag, -r, "%s: cannot mount its /sys: %s", path, strerror(-r))
		     : 0;
}

int nt_netns_save(void)
{
	int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int nt_netns_return(int fd)
{
	int r = setns(fd, CLONE_NEWNET) < 0 ? -errno : 0;

	if (sysfs_mounted && umount2("/sys", MNT_DETACH) < 0 && r == 0)
		r = -errno;
	sysfs_mounted = false;
	close(fd);
	return r;
}

int nt_netns_cookie(uint64_t *ret)
{
	nt_autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint64_t cookie;
	socklen_t len = sizeof(cookie);

	if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &len) < 0)
		return -errno;
	*ret = cookie;
	return 0;
}

int nt_netns_cookie_of(const char *name, uint64_t *ret)
{
	nt_autoclose int fd = -1;
	char path[256];
	int home, r = 0;

	if (!name_ok(name))
		return -EINVAL;
	snprintf(path, sizeof(path), NT_NETNS_DIR "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	home = nt_netns_save();
	if (home < 0)
		return home;
	/* A name without a namespace mounted on it is what "ip netns del" leaves when it fails. */
	if (setns(fd, CLONE_NEWNET) < 0) {
		r = errno == EINVAL ? -ENOENT : -errno;
		close(home);
		return r;
	}
	r = nt_netns_cookie(ret);
	if (setns(home, CLONE_NEWNET) < 0)
		r = -EIO;
	close(home);
	return r;
}
