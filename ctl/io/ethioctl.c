// SPDX-License-Identifier: GPL-2.0-or-later
/* The ethtool ioctl. See ethioctl.h. */
#include "ethioctl.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "lib/cleanup.h"
#include "lib/diag.h"

int nt_ethioctl(const char *dev, void *command)
{
	nt_autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq ifr = { .ifr_data = command };

	if (fd < 0)
		return -errno;
	/* Cut off, it could be the name of another. */
	if (!dev[0] || strlen(dev) >= IFNAMSIZ)
		return -ENODEV;
	strncpy(ifr.ifr_name, dev, IFNAMSIZ - 1);
	return ioctl(fd, SIOCETHTOOL, &ifr) < 0 ? -errno : 0;
}

int nt_ethioctl_report(const char *dev, const char *what, int err, struct nt_diag *diag)
{
	return nt_diag_err(diag, -err, "%s: %s: %s", dev, what, strerror(-err));
}
