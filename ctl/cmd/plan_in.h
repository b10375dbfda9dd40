/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading a plan that was reviewed, from a file or from standard input.
 */
#ifndef NT_CMD_PLAN_IN_H
#define NT_CMD_PLAN_IN_H

struct nt_diag;
struct nt_io;
struct nt_plan_file;

/**
 * nt_plan_in() - read and parse a plan
 * @file: "-" for standard input, which is trusted: whoever types the command feeds it. As root a
 *	  file must belong to root and be writable by nobody else (trusted_file.h)
 * @ret: free with nt_plan_file_free()
 *
 * Return: 0 or a negative errno; -EINVAL and -E2BIG mean the plan.
 */
int nt_plan_in(struct nt_io *io, const char *file, struct nt_plan_file *ret, struct nt_diag *diag);

/* What messages call @file. */
const char *nt_plan_in_name(const char *file);

#endif
