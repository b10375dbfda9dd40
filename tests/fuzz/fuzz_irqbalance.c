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
	r = nt_irqbalance_parse_setup(text, &set);
	assert(r == 0 || r == -EINVAL);
	if (r < 0)
		return 0;
	assert(nt_irqbalance_format_ban(&set, request, sizeof(request)) == 0);
	assert(strlen(request) <= limit || request[limit] == ' ' || request[limit - 1] == ' ');
	return 0;
}
