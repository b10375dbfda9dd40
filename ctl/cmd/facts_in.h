/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the facts of a host that was recorded, from a file.
 */
#ifndef NT_CMD_FACTS_IN_H
#define NT_CMD_FACTS_IN_H

struct nt_diag;
struct nt_facts;

/**
 * nt_facts_in() - read and parse facts, as facts --json and capture print them
 * @file: its name
 * @ret: free with nt_facts_free(); empty on errors
 *
 * Everything but what devices can be told has to be there.
 *
 * Return: 0 or a negative errno; -EINVAL means the facts.
 */
int nt_facts_in(const char *file, struct nt_facts *ret, struct nt_diag *diag);

#endif
