// SPDX-License-Identifier: GPL-2.0-or-later
/* Deadlines. See deadline.h. */
#include "deadline.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#define NS_PER_S 1000000000ULL

uint64_t nt_deadline_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

uint64_t nt_deadline_after(uint64_t now_ns, uint32_t seconds)
{
	uint64_t more_ns = seconds * NS_PER_S;

	/* The journal keeps it as a signed number. */
	return now_ns > INT64_MAX - more_ns ? INT64_MAX : now_ns + more_ns;
}

uint32_t nt_deadline_left_s(uint64_t deadline_ns, uint64_t now_ns)
{
	uint64_t left_ns = deadline_ns > now_ns ? deadline_ns - now_ns : 0;
	uint64_t left_s = left_ns / NS_PER_S + (left_ns % NS_PER_S != 0);

	return left_s > UINT32_MAX ? UINT32_MAX : (uint32_t)left_s;
}

int nt_deadline_parse(const char *text, uint32_t *ret)
{
	uint32_t seconds = 0;

	if (!*text || text[strspn(text, "0123456789")])
		return -EINVAL;
	for (; *text; text++) {
		seconds = seconds * 10 + (uint32_t)(*text - '0');
		if (seconds > NT_CONFIRM_S_MAX)
			return -ERANGE;
	}
	if (seconds < NT_CONFIRM_S_MIN)
		return -ERANGE;
	*ret = seconds;
	return 0;
}
