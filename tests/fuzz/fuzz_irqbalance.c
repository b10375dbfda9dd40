// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers of an irqbalance of any bytes. What parses can be asked for, and no number of the request
 * stands across the limit of old releases.
 */
#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/irqbalance.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_MAX 4096U

/* A state that is taken comes out as words that mean the same. */
static void check_state(const char *text)
{
	static const struct nt_irq_fact irqs[] = {
		{ .irq = 20, .role = NT_IRQ_RX, .queue = 0 },
		{ .irq = 21, .role = NT_IRQ_RX, .queue = 1 },
		{ .irq = 22, .role = NT_IRQ_TX, .queue = 0 },
		{ .irq = 23, .role = NT_IRQ_RXTX, .queue = 2 },
		{ .irq = 24, .role = NT_IRQ_OTHER },
	};
	const size_t n = sizeof(irqs) / sizeof(*irqs);
	static struct nt_idset banned, again;
	char words[64];

	memset(&banned, 0, sizeof(banned));
	memset(&again, 0, sizeof(again));
	nt_idset_add(&banned, 24);
	nt_idset_add(&again, 24);
	if (nt_irqbalance_ban_state(text, irqs, n, &banned) < 0)
		return;
	assert(nt_irqbalance_format_state(irqs, n, &banned, words, sizeof(words)) == 0);
	assert(nt_irqbalance_ban_state(words, irqs, n, &again) == 0);
	assert(memcmp(&again, &banned, sizeof(again)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[TEXT_MAX], request[NT_IRQBALANCE_REQUEST_MAX];
	const size_t limit = NT_IRQBALANCE_REQUEST_OLD;
	static struct nt_idset set;
	int r;

	if (size >= TEXT_MAX)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	check_state(text);
	r = nt_irqbalance_parse_setup(text, &set);
	assert(r == 0 || r == -EINVAL);
	if (r < 0)
		return 0;
	assert(nt_irqbalance_format_ban(&set, request, sizeof(request)) == 0);
	assert(strlen(request) <= limit || request[limit] == ' ' || request[limit - 1] == ' ');
	return 0;
}
