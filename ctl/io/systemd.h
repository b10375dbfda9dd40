/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The service manager, where there is one.
 */
#ifndef NT_IO_SYSTEMD_H
#define NT_IO_SYSTEMD_H

#include <stdbool.h>
#include <stdint.h>

/* Is systemd PID 1? As sd_booted(3) has it. */
bool nt_systemd_runs(void);

/**
 * nt_systemd_start_guardian() - run "nettunectl guardian @txn" as a transient service
 * @program: absolute path of nettunectl
 * @state_dir: absolute path of the state folder
 *
 * In a control group of its own, so that neither a session's end nor our own service's takes it
 * along, and restarted when it is killed. Does not wait for it to be up.
 *
 * Return: 0 when systemd took the job; -ENOENT without libsystemd; or a negative errno.
 */
int nt_systemd_start_guardian(const char *program, const char *state_dir, uint32_t txn);

#endif
