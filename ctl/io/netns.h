/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network namespaces: entering one by name, and telling two apart.
 */
#ifndef NT_IO_NETNS_H
#define NT_IO_NETNS_H

#include <stdint.h>

struct nt_diag;

/* Where iproute2 keeps named namespaces. */
#define NT_NETNS_DIR "/run/netns"

/**
 * nt_netns_enter() - go into /run/netns/@name, with a view of /sys that fits
 *
 * Sysfs shows the namespace of whoever mounted it, so it is mounted anew in a mount namespace of
 * our own. There is no way back for this process but nt_netns_return().
 *
 * Return: 0, -EINVAL for a name that is none, -ENOENT, -EPERM.
 */
int nt_netns_enter(const char *name, struct nt_diag *diag);

/**
 * nt_netns_fit_sysfs() - see to it that /sys shows the network namespace in force
 *
 * After "unshare -n" or "nsenter -n" it shows another one, where queues of the same names belong to
 * other devices. One super block belongs to each namespace (sysfs_init_fs_context()), so that its
 * device number tells. Without the privilege to mount /sys is taken as it is.
 *
 * Return: 0 or a negative errno.
 */
int nt_netns_fit_sysfs(struct nt_diag *diag);

/**
 * nt_netns_save() - remember the network namespace in force
 *
 * Return: a descriptor for nt_netns_return(), or a negative errno.
 */
int nt_netns_save(void);

/* Goes back to what nt_netns_save() remembered, and closes it. */
int nt_netns_return(int fd);

/**
 * nt_netns_cookie() - the kernel's number for the network namespace in force
 *
 * Never given twice in one boot, unlike the inode (SO_NETNS_COOKIE, Linux 5.14).
 *
 * Return: 0 or a negative errno.
 */
int nt_netns_cookie(uint64_t *ret);

/**
 * nt_netns_cookie_of() - the cookie of the namespace that is called @name now
 *
 * Goes there and back, without its /sys.
 *
 * Return: 0, -ENOENT when there is none of that name, -EPERM, or another negative errno.
 */
int nt_netns_cookie_of(const char *name, uint64_t *ret);

#endif
