/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What programs have to do with settings of busy polling. PURE.
 */
#ifndef NT_CORE_BUSY_POLL_H
#define NT_CORE_BUSY_POLL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nt_facts;

/**
 * struct nt_busy_count - sockets and epoll sets, and those that poll
 * @epolls_preferring: that prefer polling to interrupts
 */
struct nt_busy_count {
	uint32_t sockets;
	uint32_t sockets_polling;
	uint32_t epolls;
	uint32_t epolls_polling;
	uint32_t epolls_preferring;
};

struct nt_busy_count nt_busy_count(const struct nt_facts *facts);

/* Does what programs do decide whether this setting does anything? */
bool nt_busy_concerns(const char *tunable);

/**
 * nt_busy_advise() - why a setting that is in effect does nothing, or not for all
 * @facts: with NT_FACTS_BUSY_POLL
 * @tunable: the setting
 * @value: it, in canonical form
 * @buf: for one sentence, terminated
 * @size: of @buf
 *
 * Knows net.core.busy_read, which only sockets that are made later take over (sock_init_data()),
 * and irq-suspend-timeout, which only epoll sets that prefer polling make use of (ep_busy_loop()).
 *
 * Return: is there something to say?
 */
bool nt_busy_advise(const struct nt_facts *facts, const char *tunable, const char *value,
		    char *buf, size_t size);

#endif
