/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rss domain: over which rings a device spreads what it receives. */
#ifndef NT_TUNABLE_RSS_H
#define NT_TUNABLE_RSS_H

struct nt_facts;
struct nt_plan;

/**
 * nt_rss_keep() - plan to keep what a structural change of @dev may lose
 * @plan: gets a kept change for the table, unless it is the driver's own, and for the key
 *
 * A table that points at rings which the plan takes away is kept as the driver's own.
 *
 * Return: 0, -ENOMEM, -EOVERFLOW.
 */
int nt_rss_keep(const struct nt_facts *facts, const char *dev, struct nt_plan *plan);

#endif
