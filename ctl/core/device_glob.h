/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of devices, and patterns for them as fnmatch(3) takes them.
 */
#ifndef NT_CORE_DEVICE_GLOB_H
#define NT_CORE_DEVICE_GLOB_H

#include <stddef.h>

/**
 * nt_device_glob_check() - can any device have a name that @glob matches?
 * @glob: of the characters that the profile's parser lets pass
 * @ret_at: 0-based offset of what is wrong
 *
 * Return: NULL, or what is wrong, in words.
 */
const char *nt_device_glob_check(const char *glob, size_t *ret_at);

/**
 * nt_device_name_check() - can a device be called @name?
 *
 * What dev_valid_name() and dev_get_valid_name() of net/core/dev.c let pass, but for what stands in
 * /sys/class/net beside the devices.
 *
 * Return: NULL, or what is wrong, in words.
 */
const char *nt_device_name_check(const char *name);

#endif
