/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ethtool ioctl, for what netlink has no message for.
 */
#ifndef NT_IO_ETHIOCTL_H
#define NT_IO_ETHIOCTL_H

struct nt_diag;

/**
 * nt_ethioctl() - send a command to a device of the namespace in force
 * @dev: its name
 * @command: a structure of linux/ethtool.h that starts with the number of the command
 *
 * Return: 0, -ENODEV for what cannot be a name, or the kernel's negative errno.
 */
int nt_ethioctl(const char *dev, void *command);

/* "DEVICE: WHAT: words for @err", a negative errno, which is returned. */
int nt_ethioctl_report(const char *dev, const char *what, int err, struct nt_diag *diag);

#endif
