// SPDX-License-Identifier: GPL-2.0-or-later
/* Programs and busy polling. See busy_poll.h. */
#include "busy_poll.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "facts.h"

/* Programs are named up to here. */
#define NAMES_MAX 3U

/*
 * Preferring alone polls nothing: sk_can_busy_loop() and ep_busy_loop_on() ask for a time. What
 * net.core.busy_poll gives every epoll set is not told of here.
 */
static bool polls(const struct nt_poller_fact *p)
{
	return p->busy_poll_us;
}

struct nt_busy_count nt_busy_count(const struct nt_facts *facts)
{
	struct nt_busy_count count = { 0 };

	for (size_t i = 0; i < facts->n_pollers; i++) {
		const struct nt_poller_fact *p = &facts->pollers[i];
		uint32_t polling = polls(p) ? p->n : 0;

		if (p->kind == NT_POLLER_EPOLL) {
			count.epolls += p->n;
			count.epolls_polling += polling;
			count.epolls_preferring += p->prefer ? p->n : 0;
		} else {
			count.sockets += p->n;
			count.sockets_polling += polling;
		}
	}
	return count;
}

static bool is_idle_socket(const struct nt_poller_fact *p)
{
	return p->kind != NT_POLLER_EPOLL && !polls(p);
}

/* Was a process of the same name told of before @end? */
static bool is_named(const struct nt_facts *facts, size_t end)
{
	for (size_t i = 0; i < end; i++)
		if (is_idle_socket(&facts->pollers[i]) &&
		    !strcmp(facts->pollers[i].process, facts->pollers[end].process))
			return true;
	return false;
}

/* "nginx, sshd and others" */
static void name_idle(const struct nt_facts *facts, char *buf, size_t size)
{
	unsigned int n = 0;
	size_t len = 0;

	*buf = '\0';
	for (size_t i = 0; i < facts->n_pollers && n <= NAMES_MAX; i++) {
		if (!is_idle_socket(&facts->pollers[i]) || is_named(facts, i))
			continue;
		if (n == NAMES_MAX)
			snprintf(buf + len, size - len, " and others");
		else
			len += (size_t)snprintf(buf + len, size - len, "%s%s", n ? ", " : "",
						facts->pollers[i].process);
		n++;
	}
}

static bool advise_busy_read(const struct nt_facts *facts, const char *value, char *buf,
			     size_t size)
{
	struct nt_busy_count count = nt_busy_count(facts);
	uint32_t idle = count.sockets - count.sockets_polling;
	char names[NAMES_MAX * 18 + 16];

	if (!strcmp(value, "0") || !idle)
		return false;
	name_idle(facts, names, sizeof(names));
	snprintf(buf, size, "net.core.busy_read is %s, but %u of %u sockets were made before, or "
		 "told otherwise, and do not poll: restart %s", value, idle, count.sockets, names);
	return true;
}

static bool advise_suspend(const struct nt_facts *facts, const char *value, char *buf,
			   size_t size)
{
	struct nt_busy_count count = nt_busy_count(facts);

	if (!strcmp(value, "0") || count.epolls_preferring)
		return false;
	snprintf(buf, size, "irq-suspend-timeout is set, but none of %u epoll sets prefers busy "
		 "polling (EPIOCSPARAMS): no interrupt is suspended", count.epolls);
	return true;
}

static const struct {
	const char *prefix;
	bool (*advise)(const struct nt_facts *facts, const char *value, char *buf, size_t size);
} advisers[] = {
	{ "net.core.busy_read", advise_busy_read },
	{ "irq-suspend-timeout.", advise_suspend },
};

#define N_ADVISERS (sizeof(advisers) / sizeof(*advisers))

/* N_ADVISERS when nobody knows it. */
static size_t adviser_of(const char *tunable)
{
	size_t i = 0;

	while (i < N_ADVISERS && strncmp(advisers[i].prefix, tunable, strlen(advisers[i].prefix)))
		i++;
	return i;
}

bool nt_busy_concerns(const char *tunable)
{
	return adviser_of(tunable) < N_ADVISERS;
}

bool nt_busy_advise(const struct nt_facts *facts, const char *tunable, const char *value,
		    char *buf, size_t size)
{
	size_t i = adviser_of(tunable);

	return i < N_ADVISERS && advisers[i].advise(facts, value, buf, size);
}
