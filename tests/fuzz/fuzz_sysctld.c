// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of sysctl.d as any package may ship them. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/sysctld.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int look(const struct nt_sysctld_line *line, void *user)
{
	uint32_t *last = user;

	if (line->line <= *last || !line->key[0] || strchr(line->key, '='))
		abort();
	if (line->value && (strchr(line->value, '\n') || strstr(line->value, "  ")))
		abort();
	*last = line->line;
	nt_sysctld_matches(line->key, "net.ipv4.tcp_rmem");
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t last = 0;

	nt_sysctld_parse((const char *)data, size, look, &last);
	return 0;
}
