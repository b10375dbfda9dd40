/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Showing a plan, before and after it was carried out, to people and to programs.
 */
#ifndef NT_CMD_PLAN_OUT_H
#define NT_CMD_PLAN_OUT_H

#include <jansson.h>

#include "cmd/cmd.h"
#include "core/plan.h"

struct nt_txn;

/**
 * nt_plan_json() - schema nettune.plan/1
 * @left_out: profiles that do not match this host, NULL-terminated, or NULL
 * @txn: what became of it, or NULL for a plan that was not carried out
 *
 * Return: a new object, or NULL when out of memory.
 */
json_t *nt_plan_json(const struct nt_plan *plan, const char *backend, const char *const *profiles,
		     size_t n_profiles, char *const *left_out, const struct nt_txn *txn);

/* Words in an array; @words is NULL-terminated, or NULL for none. NULL when out of memory. */
json_t *nt_words_json(char *const *words);

/* Every change with its reason; with @verbose also what needs none. */
void nt_plan_print(const struct nt_plan *plan, bool verbose);

/* Before and after, in a table, then what was left out and why. */
void nt_plan_print_result(const struct nt_plan *plan, bool verbose);

/* "24 planned, 3 compliant, 1 blocked" */
void nt_plan_print_summary(const struct nt_plan *plan);

/* Exit code for a plan that was carried out, or that need not be. */
enum nt_exit nt_plan_exit(const struct nt_plan *plan);

#endif
