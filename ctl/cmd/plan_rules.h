/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What apply and boot hold a plan against before anything is written.
 */
#ifndef NT_CMD_PLAN_RULES_H
#define NT_CMD_PLAN_RULES_H

#include <stdbool.h>

#include "cmd/cmd.h"
#include "core/plan.h"

/**
 * nt_plan_check_required() - "required" means all or nothing
 * @early: what is not there yet may still come: it does not count
 *
 * Return: NT_EXIT_DONE; or the exit code to leave with, and the first required change that cannot
 * be done in @diag.
 */
enum nt_exit nt_plan_check_required(const struct nt_plan *plan, bool early, struct nt_diag *diag);

#endif
