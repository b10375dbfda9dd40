// SPDX-License-Identifier: GPL-2.0-or-later
/* The guardian's messages from any bytes: what is accepted is what would be written, no more. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/guardian_msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char buf[NT_GUARDIAN_MSG_MAX];
	struct nt_guardian_msg msg;
	size_t len;

	if (nt_guardian_msg_parse((const char *)data, size, &msg) < 0)
		return 0;
	len = nt_guardian_msg_format(&msg, buf);
	if (len != size || memcmp(buf, data, len) != 0)
		abort();
	return 0;
}
