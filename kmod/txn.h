/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Transactions: memory, locks and what clients decide, around core/txn.
 */
#ifndef NT_TXN_H
#define NT_TXN_H

#include <linux/kref.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/types.h>
#include <linux/uidgid.h>

#include "core/txn.h"
#include "op.h"

struct net;

/**
 * struct nt_batch - operations on their way into a transaction; not shared
 * @ops: the operations
 * @cores: what the state machine knows of each; in the memory of @ops
 * @page: %PATH_MAX bytes to work in while operations are taken over
 * @count: operations
 */
struct nt_batch {
	struct nt_op *ops;
	struct nt_op_core *cores;
	char *page;
	u32 count;
};

/**
 * struct nt_call - what a client asks of a transaction
 * @cmd: enum nettune_cmd
 * @net: network namespace of the sender, alive during the call
 * @portid: its socket in there
 * @id: the transaction, or 0
 * @cookie: the client's, or 0
 * @deadline_ms: milliseconds, or 0
 * @batch: operations; empty once a transaction has taken them
 * @message: why it was refused, static storage; may be set on failure
 */
struct nt_call {
	u32 cmd;
	struct net *net;
	u32 portid;
	u64 id;
	u64 cookie;
	u32 deadline_ms;
	struct nt_batch batch;
	const char *message;
};

/**
 * struct nt_txn - one transaction
 * @core: state machine; under the lock
 * @ops: @core.op_count operations; moved under the lock while the worker is idle. Its memory
 *	holds @core.ops and @core.undo_order too
 * @room: operations that this is enough for
 * @id: its name
 * @cookie: the client's
 * @owner: user who began it
 * @net: the sender's network namespace, not held; under the lock, NULL once it died
 * @portid: socket that it belongs to until it is committed, or 0; under the lock
 * @deadline_ns: boot time after which it is undone while it waits; under the lock
 * @cancel: negative errno to abort it with after the step under way, or 0; under the lock
 * @events: one bit for each enum nettune_txn_event that is still to be told; under the lock
 * @await_ms: for one-shot transactions, how long they await confirmation, or 0
 * @bytes: what it holds; under the lock
 * @began: jiffies when the worker took the batch up; the worker's
 * @undoing: @undo_until is set; the worker's
 * @undo_until: jiffies after which undo retries nothing; the worker's
 * @memory: the worker's; NULL once it has let go
 * @work: the worker's runs
 * @entry: in the list of transactions, by rising @id; under the lock
 * @ref: one for the list, one for the worker until it has ended, one for each run to come and
 *	for each user
 */
struct nt_txn {
	struct nt_txn_core core;
	struct nt_op *ops;
	u32 room;
	u64 id;
	u64 cookie;
	kuid_t owner;
	struct net *net;
	u32 portid;
	u64 deadline_ns;
	int cancel;
	u32 events;
	u32 await_ms;
	size_t bytes;
	unsigned long began;
	bool undoing;
	unsigned long undo_until;
	struct nt_worker_memory *memory;
	struct kthread_delayed_work work;
	struct list_head entry;
	struct kref ref;
};

/**
 * struct nt_txn_counters - what happened since the module was loaded
 * @ops_done: written and verified
 * @ops_undone: put back
 * @ops_failed: failed, required or preferred
 * @txns_applied: transactions that reached committed
 * @txns_undone: transactions that reached undone or undo-failed
 * @txns_pending: transactions that have not ended
 */
struct nt_txn_counters {
	u64 ops_done;
	u64 ops_undone;
	u64 ops_failed;
	u64 txns_applied;
	u64 txns_undone;
	u32 txns_pending;
};

int nt_txn_init(void);
void nt_txn_exit(void);

int nt_batch_init(struct nt_batch *batch, u32 room);
void nt_batch_free(struct nt_batch *batch);

int nt_txn_call(struct nt_call *call, struct nt_txn **ret_txn);
void nt_txn_put(struct nt_txn *txn);

void nt_txn_lock(void);
void nt_txn_unlock(void);
struct nt_txn *nt_txn_find(const struct net *net, u64 id);
struct nt_txn *nt_txn_after(const struct net *net, u64 id);
const char *nt_txn_message(const struct nt_txn *txn);
u32 nt_txn_left_ms(const struct nt_txn *txn);
struct net *nt_txn_net_get(const struct nt_txn *txn);
void nt_txn_counters_read(struct nt_txn_counters *ret_counters);

/* Between this and the worker, under nt_txn_lock(). */
bool nt_txn_admit_bytes(struct nt_txn *txn, size_t bytes);
void nt_txn_count_step(enum nt_txn_step step, const struct nt_outcome *outcome);
void nt_txn_note(struct nt_txn *txn, u32 before);
/* The worker has let go of a transaction, and of what that alone needed. */
void nt_txn_released(void);

#endif /* NT_TXN_H */
