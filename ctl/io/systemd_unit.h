/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Units of ours that systemd starts at boot.
 */
#ifndef NT_IO_SYSTEMD_UNIT_H
#define NT_IO_SYSTEMD_UNIT_H

#include <stdbool.h>
#include <stddef.h>

struct nt_diag;

#define NT_BOOT_UNIT      "nettune-boot.service"
#define NT_UNIT_STATE_MAX 32U

/**
 * nt_systemd_unit_state() - what "systemctl is-enabled" says
 * @unit: "nettune-boot.service"
 * @ret: NT_UNIT_STATE_MAX bytes: "enabled", "disabled", "masked"
 *
 * Return: 0; -ENOENT with a @diag that names libsystemd or the unit when that is not installed; or
 * what systemd answered.
 */
int nt_systemd_unit_state(const char *unit, char *ret, struct nt_diag *diag);

/**
 * nt_systemd_enable_unit() - have systemd start @unit at boot, or no longer
 *
 * As "systemctl enable" and "disable" do: the unit is neither started nor stopped now. Read back.
 *
 * Return: 1; 0 when it was so already; or a negative errno as above.
 */
int nt_systemd_enable_unit(const char *unit, bool enable, struct nt_diag *diag);

#endif
