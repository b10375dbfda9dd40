/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The worker that carries transactions out.
 */
#ifndef NT_WORKER_H
#define NT_WORKER_H

struct nt_txn;

int nt_worker_init(void);
void nt_worker_flush(void);
void nt_worker_exit(void);
void nt_worker_adopt(struct nt_txn *txn);
void nt_worker_kick(struct nt_txn *txn);

#endif /* NT_WORKER_H */
