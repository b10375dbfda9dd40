/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module's half of a transaction, found again by whoever settles it.
 *
 * What the module wrote it also undoes: when the command dies before it has committed, and when
 * nobody confirms in time. It is named by a cookie that follows from the journal, so that a
 * guardian or recover needs to remember nothing.
 */
#ifndef NT_ENGINE_MODULE_TXN_H
#define NT_ENGINE_MODULE_TXN_H

#include <stdint.h>

struct nt_diag;
struct nt_state;

/*
 * So much longer than we the module waits for a confirmation: when the guardian lives, it decides.
 */
#define NT_MODULE_GRACE_MS 5000U

/* The cookie of transaction @txn in this state folder; never 0. */
uint64_t nt_module_cookie(const struct nt_state *state, uint32_t txn);

/* The module's deadline for a confirmation within @confirm_s seconds, in milliseconds. */
uint32_t nt_module_deadline_ms(uint32_t confirm_s);

/**
 * nt_module_undo() - have the module undo what it did for a transaction, and wait until it is done
 *
 * Returns at once when the module is not loaded or holds nothing of it. Waits also while the module
 * is at work on anything else, so that nobody undoes beside it.
 *
 * Return: 0; -ETIMEDOUT while it is still at work; -EIO when it could not put back everything:
 * what is left is ours to return.
 */
int nt_module_undo(uint64_t cookie, struct nt_diag *diag);

/**
 * nt_module_confirm() - have the module keep what it did for a transaction
 * @extend_s: let it wait so many more seconds instead, or 0
 *
 * Return: 0, also when it holds nothing of it; -ETIMEDOUT when it has undone it already.
 */
int nt_module_confirm(uint64_t cookie, uint32_t extend_s, struct nt_diag *diag);

#endif
