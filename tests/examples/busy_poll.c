// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#ifndef SO_BUSY_POLL_BUDGET /* Linux 5.11 */
#define SO_PREFER_BUSY_POLL 69
#define SO_BUSY_POLL_BUDGET 70
#endif

#ifndef EPIOCSPARAMS /* Linux 6.9 */
struct epoll_params {
	uint32_t busy_poll_usecs;
	uint16_t busy_poll_budget;
	uint8_t prefer_busy_poll;
	uint8_t __pad; /* must be 0 */
};
#define EPIOCSPARAMS _IOW(0x8A, 0x01, struct epoll_params)
#endif

/* What was granted; without BUSY_POLL the socket does not poll by itself. */
enum {
	BUSY_POLL = 1 << 0,
	BUSY_PREFER = 1 << 1,
	BUSY_BUDGET = 1 << 2,
};

/*
 * For a program that blocks in recv() or poll(): look for packets at the device's queue for up to
 * usecs before sleeping, budget of them at a time, and keep its interrupts off meanwhile.
 *
 * Each is refused by itself: preferring and any budget take CAP_NET_ADMIN (EPERM), on some kernels
 * also more than net.core.busy_read, and older ones do not know the name (ENOPROTOOPT). What was
 * refused costs speed and nothing else, so the program goes on without it.
 */
int busy_poll_socket(int fd, int usecs, int budget)
{
	const int on = 1;
	int granted = 0;

	if (setsockopt(fd, SOL_SOCKET, SO_BUSY_POLL, &usecs, sizeof(usecs)) == 0)
		granted |= BUSY_POLL;
	if (setsockopt(fd, SOL_SOCKET, SO_PREFER_BUSY_POLL, &on, sizeof(on)) == 0)
		granted |= BUSY_PREFER;
	if (setsockopt(fd, SOL_SOCKET, SO_BUSY_POLL_BUDGET, &budget, sizeof(budget)) == 0)
		granted |= BUSY_BUDGET;
	return granted;
}

/*
 * For a program that waits in epoll_wait(): the same for the whole set. All sockets of the set must
 * receive from one queue, see busy_poll_queue(). irq-suspend-timeout of NapiQueues= works with
 * this alone.
 *
 * 0, or a negative errno: -ENOTTY before Linux 6.9, where epoll_wait() polls as long as
 * net.core.busy_poll says, which only the administrator sets; -EPERM for a budget above 64 without
 * CAP_NET_ADMIN.
 */
int busy_poll_epoll(int epfd, uint32_t usecs, uint16_t budget)
{
	const struct epoll_params params = {
		.busy_poll_usecs = usecs,
		.busy_poll_budget = budget,
		.prefer_busy_poll = 1,
	};

	return ioctl(epfd, EPIOCSPARAMS, &params) < 0 ? -errno : 0;
}

/*
 * The queue that the socket last received from, as a number: a server gives each accepted
 * connection to the thread whose epoll set has the others of that queue. 0 while there is none:
 * nothing came yet, or by lo, which has no queue to poll.
 */
unsigned int busy_poll_queue(int fd)
{
	unsigned int napi_id = 0;
	socklen_t len = sizeof(napi_id);

	if (getsockopt(fd, SOL_SOCKET, SO_INCOMING_NAPI_ID, &napi_id, &len) < 0)
		return 0;
	return napi_id;
}
