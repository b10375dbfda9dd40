// SPDX-License-Identifier: GPL-2.0-or-later
/* Mounts, environments and fabrics from anywhere: what is told is an address that fits. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/remote.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *address)
{
	size_t len = strlen(address);

	if (len == 0 || len >= NT_REMOTE_ADDRESS_MAX ||
	    strspn(address, "0123456789abcdefABCDEF.:") != len)
		abort();
}

static int on_address(const char *address, void *user)
{
	(void)user;
	check(address);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	char address[NT_REMOTE_ADDRESS_MAX];
	struct nt_remote_ssh ssh;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	nt_remote_mounts(text, on_address, NULL);
	if (nt_remote_fabric(text, address) == 0)
		check(address);
	if (nt_remote_ssh_find(text, size + 1, &ssh) == 0) {
		check(ssh.client);
		check(ssh.server);
		if (!ssh.client_port || !ssh.server_port)
			abort();
	}
	free(text);
	return 0;
}
