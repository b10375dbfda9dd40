/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which line of a profile holds for which device.
 *
 * Of several lines the last one that matches holds. Bonds, teams and VLANs have no queues of their
 * own that packets pass: where such a device is named, what queues are told is meant for the
 * devices below it, down to those that have them.
 */
#ifndef NT_TUNABLE_DEVICE_LINES_H
#define NT_TUNABLE_DEVICE_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct nt_facts;
struct nt_setting;

/* The line for @key that names @name, NULL for none; any key when @key is NULL. */
const struct nt_setting *nt_device_setting(const struct nt_setting *settings, size_t n,
					   const char *key, const char *name);

/* Is it more than a name? What a device is called can hold none of these. */
bool nt_device_is_pattern(const char *selector);

/**
 * nt_device_lines() - the line for each device of the host
 * @key: of the lines; NULL for any: then a device has a line when one of any key is meant for it
 * @ret: an array as long as that of @facts's links, NULL where no line holds; the caller frees it
 *
 * The loopback device has none. Neither has a bond, team or VLAN that passed its own on.
 *
 * Return: 0 or -ENOMEM.
 */
int nt_device_lines(const struct nt_facts *facts, const struct nt_setting *settings, size_t n,
		    const char *key, const struct nt_setting ***ret);

#endif
