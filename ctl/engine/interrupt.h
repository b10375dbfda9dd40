/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals that ask us to stop, held back while the host is being written to.
 */
#ifndef NT_ENGINE_INTERRUPT_H
#define NT_ENGINE_INTERRUPT_H

#include <stdbool.h>

/* From here on SIGINT, SIGTERM, SIGHUP, SIGQUIT and SIGPIPE only set what nt_interrupted() says. */
void nt_interrupt_hold(void);

/* Has one arrived? (SIGPIPE does not count: losing the terminal's reader is no reason to undo.) */
bool nt_interrupted(void);

/* Drops what arrived and lets signals through again. */
void nt_interrupt_release(void);

#endif
