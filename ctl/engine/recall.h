/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What earlier transactions found out about this host and it cannot be asked.
 */
#ifndef NT_ENGINE_RECALL_H
#define NT_ENGINE_RECALL_H

struct nt_facts;

/**
 * nt_recall() - let facts say which interrupts are elsewhere for want of a vector
 * @facts: of the namespace in force; devices that were read are looked at
 *
 * From the ledger: the kernel does not tell which CPUs are full, and trying again at each plan
 * would write. So an interrupt that went elsewhere stays there until what put it there is undone,
 * it is moved, or the host boots. Where the state folder cannot be read nothing is recalled.
 *
 * Return: 0, -ENOMEM.
 */
int nt_recall(struct nt_facts *facts);

#endif
