// SPDX-License-Identifier: GPL-2.0-or-later
/* The list of what boot applies: what is taken prints and reads back as the same. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/enabled.h"
#include "lib/diag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nt_enabled enabled, again;
	struct nt_diag diag = { 0 };
	char text[NT_ENABLED_BYTES_MAX];

	if (nt_enabled_parse((const char *)data, size, "enabled", &enabled, &diag) < 0) {
		if (!diag.err)
			abort();
		return 0;
	}
	if (!enabled.n || enabled.n > NT_ENABLED_MAX)
		abort();
	for (size_t i = 0; i < enabled.n; i++)
		if (!nt_profile_name_ok(enabled.names[i]))
			abort();
	if (nt_enabled_parse(text, nt_enabled_print(&enabled, text, sizeof(text)), "enabled",
			     &again, &diag) < 0 ||
	    again.n != enabled.n || again.allow_disruptive != enabled.allow_disruptive)
		abort();
	for (size_t i = 0; i < enabled.n; i++)
		if (strcmp(enabled.names[i], again.names[i]) != 0)
			abort();
	while (again.n)
		if (!nt_enabled_remove(&enabled, again.names[--again.n]))
			abort();
	if (enabled.n)
		abort();
	return 0;
}
