// SPDX-License-Identifier: GPL-2.0-or-later
/* Events of links, by rtnetlink. See link_events.h. */
#include "link_events.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

int nt_link_events_open(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE), r;

	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	r = -errno;
	close(fd);
	return r;
}

/* That too much happened (ENOBUFS) is an event, too, and taken like one. */
void nt_link_events_drain(int fd)
{
	char event[512];

	while (recv(fd, event, sizeof(event), MSG_TRUNC) >= 0 || errno == ENOBUFS)
		;
}
