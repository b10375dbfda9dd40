/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which files the module may write: a positive list over the path of a file
 * inside its own file system.
 */
#ifndef NT_CORE_TARGET_H
#define NT_CORE_TARGET_H

#include "host.h"
#include "value.h"

/**
 * enum nt_target_fs - the file system that a file lives in
 * @NT_TARGET_PROC: procfs
 * @NT_TARGET_SYSFS: sysfs
 */
enum nt_target_fs {
	NT_TARGET_PROC,
	NT_TARGET_SYSFS,
};

/**
 * struct nt_target - a file that may be written
 * @fs: where it lives
 * @form: how its values compare
 * @needs_force: writing its old value back does not bring its old state back
 * @device_depth: for sysfs, how many folders up the device's own folder is
 * @tunable: the same for all names of one tunable, in one network namespace
 */
struct nt_target {
	enum nt_target_fs fs;
	enum nt_value_form form;
	bool needs_force;
	u32 device_depth;
	u64 tunable;
};

int nt_target_match(enum nt_target_fs fs, const char *path, struct nt_target *ret_target);
int nt_target_irq(const char *path, u32 *ret_irq);
u64 nt_target_number(const char *kind, u32 major, u32 minor);

#endif /* NT_CORE_TARGET_H */
