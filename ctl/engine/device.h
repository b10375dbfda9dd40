/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which device a name means: names go from one device to another, values must not.
 */
#ifndef NT_ENGINE_DEVICE_H
#define NT_ENGINE_DEVICE_H

#include "core/plan.h"

struct nt_diag;
struct nt_facts;
struct nt_io;

/**
 * nt_devices_identify() - remember in @plan which devices its staged changes are for
 *
 * Return: 0; -ENODEV for one that is not there; or a negative errno.
 */
int nt_devices_identify(struct nt_io *io, struct nt_plan *plan, struct nt_diag *diag);

/**
 * nt_device_is() - is what has the name now the same device?
 * @device: as it was; NULL: nobody wrote it down, and then it is taken to be
 *
 * Return: 0; -ENODEV when the device is gone or the name means another one.
 */
int nt_device_is(struct nt_io *io, const struct nt_plan_device *device);

/**
 * nt_device_renamed() - what a device is called now that has another name than it had
 * @device: as it was
 * @facts: links are read when they are not there yet
 * @ret: the name
 *
 * Return: 1; 0 when it is gone or has its name; or a negative errno.
 */
int nt_device_renamed(struct nt_io *io, const struct nt_plan_device *device,
		      struct nt_facts *facts, char ret[NT_NIC_NAME_MAX], struct nt_diag *diag);

#endif
