/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where it is written what boot applies, and the mark of a boot that has not proved itself.
 *
 *   /etc/nettune/enabled            configuration: what the operator wants. core/enabled.h
 *   /var/lib/nettune/boot-attempt   state: the boot that applied it last, until it has settled
 *
 * NETTUNE_CONFIG_DIR and NETTUNE_STATE_DIR name other folders.
 */
#ifndef NT_ENGINE_ENABLED_FILE_H
#define NT_ENGINE_ENABLED_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/enabled.h"

struct nt_diag;
struct nt_io;
struct nt_state;

#define NT_CONFIG_DIR_DEFAULT "/etc/nettune"
#define NT_ENABLED_PATH_MAX   4096U

/* "/etc/nettune/enabled", for messages too. Returns 0 or -ENAMETOOLONG. */
int nt_enabled_path(char *buf, size_t size);

/**
 * nt_enabled_read() - what is enabled
 *
 * As root, a file that others could have written is refused like a profile (trusted_file.h).
 *
 * Return: 0, also without a file (then @ret names nothing); -EINVAL for damage; -EPERM refused.
 */
int nt_enabled_read(struct nt_io *io, struct nt_enabled *ret, struct nt_diag *diag);

/**
 * nt_enabled_write() - enable just these, durably
 * @enabled: without a name the file is removed
 *
 * The file is replaced by rename, synced with its folder, and read back.
 *
 * Return: 0 or a negative errno; what was enabled before then still is.
 */
int nt_enabled_write(struct nt_io *io, const struct nt_enabled *enabled, struct nt_diag *diag);

/**
 * nt_boot_mark() - before boot applies anything: this boot is on trial, durably
 *
 * Return: 0 or a negative errno, and then boot must not apply.
 */
int nt_boot_mark(struct nt_state *state, const char *boot_id, struct nt_diag *diag);

/* The trial is over; also when there was none. Returns 0 or a negative errno. */
int nt_boot_unmark(struct nt_state *state, struct nt_diag *diag);

/*
 * Did another boot than @boot_id end during its trial? Then what it applied may be what ended it.
 * A mark that cannot be read counts: stricter.
 */
bool nt_boot_died(const struct nt_state *state, const char *boot_id);

/**
 * nt_boot_check_netns() - is the network namespace in force the one that boots?
 *
 * That of process 1: the host's, or a container's own. What is enabled from another one would be
 * applied to a host that it was never tried on. Where /proc does not show process 1 this cannot be
 * told, and nothing is refused.
 *
 * Return: 0 or -EPERM, refused.
 */
int nt_boot_check_netns(struct nt_diag *diag);

#endif
