// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of devices, and patterns for them. fnmatch(3) takes a bracket that is never closed as
 * itself, and a name that is too long is one that nothing has: typing errors that would pass and do
 * nothing.
 */
#include "device_glob.h"

#include <string.h>

#include "nic.h"

/* The ']' of the set that opens at @open, or NULL. One that comes first is in the set. */
static const char *closing(const char *open)
{
	const char *at = open + 1;

	at += *at == '!';
	at += *at == ']';
	while (*at && *at != ']') {
		/* "[:digit:]", which has a bracket of its own */
		const char *end = at[0] == '[' && at[1] == ':' ? strstr(at + 2, ":]") : NULL;

		at = end ? end + 2 : at + 1;
	}
	return *at ? at : NULL;
}

const char *nt_device_glob_check(const char *glob, size_t *ret_at)
{
	size_t least = 0;

	for (const char *at = glob; *at; at++) {
		*ret_at = (size_t)(at - glob);
		if (*at == '*')
			continue;
		if (*at == ':')
			return "no device has a colon in its name: name the device of this alias";
		if (++least == NT_NIC_NAME_MAX)
			return "names of devices have 15 characters at most";
		at = *at == '[' ? closing(at) : at;
		if (!at)
			return "'[' without a ']'";
	}
	return NULL;
}

const char *nt_device_name_check(const char *name)
{
	if (!*name)
		return "a device has a name";
	if (strlen(name) >= NT_NIC_NAME_MAX)
		return "names of devices have 15 characters at most";
	if (strpbrk(name, "/: \t\n\v\f\r"))
		return "names of devices have neither blanks nor slashes nor colons";
	if (strchr(name, '%'))
		return "the kernel takes '%' for a number of its choice";
	if (!strcmp(name, ".") || !strcmp(name, "..") || !strcmp(name, "bonding_masters"))
		return "no device can have this name";
	return NULL;
}
