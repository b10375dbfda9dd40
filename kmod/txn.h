/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Transactions: memory, locks and the worker around core/txn.
 */
#ifndef NT_TXN_H
#define NT_TXN_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/types.h>
#include <linux/uidgid.h>
#include <linux/workqueue.h>

#include "core/txn.h"
#include "file.h"

struct cred;
struct net;
struct nt_op;
struct nt_txn;

/**
 * struct nt_value - bytes of a tunable
 * @data: from kvmalloc(), or NULL
 * @len: bytes
 */
struct nt_value {
	char *data;
	u32 len;
};

/**
 * struct nt_outcome - what came of one step of one operation
 * @error: 0 or a negative errno
 * @result: bits of enum nettune_result_flag to add
 * @message: a string of static storage that explains @error, or NULL
 * @readback: what was read after the write; ownership goes to the operation
 */
struct nt_outcome {
	int error;
	u32 result;
	const char *message;
	struct nt_value readback;
};

/**
 * struct nt_step - what the worker lends to one step of one operation
 * @txn: the transaction, whose state only the worker changes
 * @index: place of the operation
 * @scratch: %NT_SCRATCH_BYTES of memory
 * @found: %NT_SCRATCH_BYTES of memory that keeps its content from apply to put_back
 * @deadline: jiffies after which nothing is retried
 */
struct nt_step {
	const struct nt_txn *txn;
	u32 index;
	char *scratch;
	struct nt_value *found;
	unsigned long deadline;
};

/**
 * struct nt_op_kind - how one kind of operation is carried out
 * @stage: read the value before the transaction
 * @apply: write the wanted value and verify it
 * @put_back: write back what the last apply, of the same operation, found
 * @undo: write the value before the transaction back
 * @put: release what the operation holds, but not its values; never waits
 *
 * The steps run on the worker, under the submitter's credentials and without a
 * lock, and may sleep.
 */
struct nt_op_kind {
	void (*stage)(const struct nt_step *step, struct nt_op *op,
		      struct nt_outcome *ret_outcome);
	void (*apply)(const struct nt_step *step, struct nt_op *op,
		      struct nt_outcome *ret_outcome);
	void (*put_back)(const struct nt_step *step, struct nt_op *op,
			 struct nt_outcome *ret_outcome);
	void (*undo)(const struct nt_step *step, struct nt_op *op,
		     struct nt_outcome *ret_outcome);
	void (*put)(struct nt_op *op);
};

/* One byte more than a value, so that a longer one shows. */
#define NT_SCRATCH_BYTES (NETTUNE_VALUE_MAX + 1)

/**
 * struct nt_op - one operation
 * @kind: how it is carried out
 * @want: the wanted value; the worker's
 * @seen: the value before the transaction; the worker's
 * @readback: the value after the write; written by the worker under the lock
 * @message: why it failed, static storage; written by the worker under the lock
 * @file: for operations of kind file
 */
struct nt_op {
	const struct nt_op_kind *kind;
	struct nt_value want;
	struct nt_value seen;
	struct nt_value readback;
	const char *message;
	struct nt_file file;
};

/**
 * struct nt_txn - one transaction
 * @core: state machine; under the lock once queued
 * @ops: @core.op_count operations
 * @room: operations that @ops has memory for
 * @id: 0 until queued
 * @cookie: the client's
 * @owner: who submitted it
 * @cred: the submitter's credentials, held until the end
 * @net: the sender's network namespace, not held; under the lock, NULL once it died
 * @bytes: what its values hold; under the lock once queued
 * @announced: state that was last told to the event group; the worker's
 * @began: jiffies when the worker took it up; the worker's
 * @undoing: @undo_until is set; the worker's
 * @undo_until: jiffies after which undo retries nothing; the worker's
 * @scratch: %NT_SCRATCH_BYTES for the worker
 * @found: the value that the last apply found before its write; the worker's
 * @work: on the ordered queue
 * @entry: in the list of transactions, by rising @id; under the lock
 * @ref: one for the list, one for the worker, one for the maker
 */
struct nt_txn {
	struct nt_txn_core core;
	struct nt_op *ops;
	u32 room;
	u64 id;
	u64 cookie;
	kuid_t owner;
	const struct cred *cred;
	struct net *net;
	size_t bytes;
	u32 announced;
	unsigned long began;
	bool undoing;
	unsigned long undo_until;
	char *scratch;
	struct nt_value found;
	struct work_struct work;
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
 * @txns_pending: transactions that are queued or running now
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
void nt_txn_flush(void);
void nt_txn_exit(void);

int nt_txn_new(u32 op_count, u64 cookie, struct net *net, struct nt_txn **ret_txn);
int nt_txn_add_file(struct nt_txn *txn, int fd, const struct nt_value *want, u32 undo_seq,
		    u32 flags, const char **ret_message);
int nt_txn_queue(struct nt_txn *txn, const char **ret_message);
void nt_txn_put(struct nt_txn *txn);

void nt_txn_lock(void);
void nt_txn_unlock(void);
struct nt_txn *nt_txn_find(u64 id);
struct nt_txn *nt_txn_after(u64 id);
const char *nt_txn_message(const struct nt_txn *txn);
void nt_txn_counters_read(struct nt_txn_counters *ret_counters);

#endif /* NT_TXN_H */
