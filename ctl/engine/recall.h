/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What earlier transactions found out about this host and it cannot be asked.
 */
#ifndef NT_ENGINE_RECALL_H
#define NT_ENGINE_RECALL_H

#include <stdbool.h>

struct nt_facts;
struct nt_host;

/**
 * struct nt_recall - the ledger that is asked, for as long as one command plans
 * @host: borrowed, with a ledger of all journals; NULL when there is none
 * @own: read instead, once it was needed; NULL before, and when it cannot be read
 * @is_read: reading @own was tried
 */
struct nt_recall {
	const struct nt_host *host;
	struct nt_host *own;
	bool is_read;
};

/**
 * nt_recall_start() - say whose ledger to ask
 * @host: what the command has open; NULL for nothing. One that has read only what is open knows
 *	  too little and is not asked
 */
struct nt_recall nt_recall_start(const struct nt_host *host);

/**
 * nt_recall_moved() - let facts say which interrupts are elsewhere for want of a vector
 * @facts: of the namespace in force; devices that were read are looked at
 *
 * From the ledger: the kernel does not tell which CPUs are full, and trying again at each plan
 * would write. So an interrupt that went elsewhere stays there until what put it there is undone,
 * it is moved, or the host boots. Where the state folder cannot be read nothing is recalled.
 * Journals are read by the first call at most: whoever writes holds the lock, so nobody else adds
 * to them until he is done.
 *
 * Return: 0, -ENOMEM.
 */
int nt_recall_moved(struct nt_recall *recall, struct nt_facts *facts);

void nt_recall_free(struct nt_recall *recall);

#endif
