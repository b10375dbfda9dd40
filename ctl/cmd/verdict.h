/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What confirm, rollback and the dialogue share: deciding over a transaction that awaits.
 */
#ifndef NT_CMD_VERDICT_H
#define NT_CMD_VERDICT_H

#include "cmd/cmd.h"
#include "engine/guardian_msg.h"

/**
 * nt_verdict() - have a transaction confirmed, undone or given more time, and tell the result
 * @question: for its guardian: confirm, rollback, extend, or status to decide nothing
 *
 * Never waits for the lock: the guardian does it. Without one, done here. What is told is read from
 * the journal afterwards.
 */
enum nt_exit nt_verdict(const struct nt_call *call, const struct nt_guardian_msg *question,
			struct nt_diag *diag);

#endif
