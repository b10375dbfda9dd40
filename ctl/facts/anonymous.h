/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts that can be given away: without what tells whose host it is, or how to aim at it.
 */
#ifndef NT_FACTS_ANONYMOUS_H
#define NT_FACTS_ANONYMOUS_H

struct nt_facts;

/**
 * nt_facts_anonymise() - take out what planning does not need
 * @facts: digits of hardware addresses and of network addresses become "x", the RSS key becomes 0,
 *	   which lets nobody aim flows at one queue
 *
 * Names of devices, files and network namespaces stay: plans are about them.
 */
void nt_facts_anonymise(struct nt_facts *facts);

#endif
