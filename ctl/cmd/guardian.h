/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What apply --confirm starts beside itself. No command of its own: nobody else has a use for it.
 */
#ifndef NT_CMD_GUARDIAN_H
#define NT_CMD_GUARDIAN_H

#include "cmd/cmd.h"

/* Runs as the guardian of transaction @txn, as its argument was written. */
enum nt_exit nt_cmd_be_guardian(const char *txn);

#endif
