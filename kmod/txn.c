// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transactions: memory, locks and the worker around core/txn.
 *
 * One mutex guards the list, the counters and what readers see of a
 * transaction. The worker takes it between steps and never holds it while it
 * touches a tunable or sends, so that it orders after cb_lock and
 * pernet_ops_rwsem and before nothing.
 *
 * A transaction is queued from the sender's system call and carried out on one
 * ordered queue: waiting for it in a netlink handler would deadlock on cb_lock
 * as soon as a tunable loads a module that registers a family.
 */
#include "txn.h"

#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "netlink.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static DEFINE_MUTEX(txn_mutex);
static LIST_HEAD(txns);
static u64 last_id;
static u32 kept_count;
static size_t kept_bytes;
static struct nt_txn_counters counters;
static struct workqueue_struct *txn_queue;

/**
 * nt_txn_lock() - take the lock over all transactions
 *
 * Context: may sleep; comes after cb_lock and pernet_ops_rwsem.
 */
void nt_txn_lock(void)
{
	mutex_lock(&txn_mutex);
}

/**
 * nt_txn_unlock() - give it back
 */
void nt_txn_unlock(void)
{
	mutex_unlock(&txn_mutex);
}

static void value_free(struct nt_value *value)
{
	kvfree(value->data);
	value->data = NULL;
	value->len = 0;
}

/* Gives back all that only the worker needs. */
static void txn_release_ops(struct nt_txn *txn)
{
	u32 i;

	for (i = 0; i < txn->core.op_count; i++) {
		txn->ops[i].kind->put(&txn->ops[i]);
		value_free(&txn->ops[i].want);
		value_free(&txn->ops[i].seen);
	}
	put_cred(txn->cred);
	txn->cred = NULL;
	kvfree(txn->scratch);
	txn->scratch = NULL;
	value_free(&txn->found);
}

static void txn_free(struct kref *ref)
{
	struct nt_txn *txn = container_of(ref, struct nt_txn, ref);
	u32 i;

	if (txn->cred)
		txn_release_ops(txn);
	for (i = 0; i < txn->core.op_count; i++)
		value_free(&txn->ops[i].readback);
	kvfree(txn->core.undo_order);
	kvfree(txn->core.ops);
	kvfree(txn->ops);
	kfree(txn);
}

/**
 * nt_txn_put() - drop a reference
 * @txn: the transaction
 */
void nt_txn_put(struct nt_txn *txn)
{
	kref_put(&txn->ref, txn_free);
}

/* What the operations take without their values. */
static size_t txn_base_bytes(u32 room)
{
	return room * (sizeof(struct nt_op) + sizeof(struct nt_op_core) + sizeof(u32));
}

static int txn_alloc_ops(struct nt_txn *txn, u32 room)
{
	txn->ops = kvcalloc(room, sizeof(*txn->ops), GFP_KERNEL_ACCOUNT);
	txn->core.ops = kvcalloc(room, sizeof(*txn->core.ops), GFP_KERNEL_ACCOUNT);
	txn->core.undo_order = kvcalloc(room, sizeof(*txn->core.undo_order), GFP_KERNEL_ACCOUNT);
	txn->scratch = kvmalloc(NT_SCRATCH_BYTES, GFP_KERNEL_ACCOUNT);
	txn->found.data = kvmalloc(NT_SCRATCH_BYTES, GFP_KERNEL_ACCOUNT);
	if (!txn->ops || !txn->core.ops || !txn->core.undo_order || !txn->scratch ||
	    !txn->found.data)
		return -ENOMEM;
	txn->room = room;
	txn->bytes = txn_base_bytes(room);
	return 0;
}

static void txn_work(struct work_struct *work);

/**
 * nt_txn_new() - make a transaction of the calling task
 * @op_count: operations that will be added, at most %NETTUNE_OPS_MAX
 * @cookie: the client's
 * @net: network namespace of the sender, alive during the call
 * @ret_txn: the transaction, with one reference for the caller
 *
 * Return: 0 or a negative errno.
 */
int nt_txn_new(u32 op_count, u64 cookie, struct net *net, struct nt_txn **ret_txn)
{
	struct nt_txn *txn;
	int r;

	txn = kzalloc(sizeof(*txn), GFP_KERNEL_ACCOUNT);
	if (!txn)
		return -ENOMEM;
	kref_init(&txn->ref);
	INIT_LIST_HEAD(&txn->entry);
	INIT_WORK(&txn->work, txn_work);
	txn->cred = get_current_cred();
	txn->owner = txn->cred->euid;
	txn->cookie = cookie;
	txn->net = net;
	r = txn_alloc_ops(txn, op_count);
	if (r < 0) {
		nt_txn_put(txn);
		return r;
	}
	*ret_txn = txn;
	return 0;
}

/**
 * nt_txn_add_file() - add an operation of kind file
 * @txn: a transaction that is not queued yet and has room
 * @fd: descriptor in the calling task
 * @want: the bytes to write, at most %NETTUNE_VALUE_MAX; copied
 * @undo_seq: place in the undo order
 * @flags: bits of enum nettune_op_flag
 * @ret_message: why it was refused, static storage; set on failure
 *
 * Return: 0 or a negative errno.
 */
int nt_txn_add_file(struct nt_txn *txn, int fd, const struct nt_value *want, u32 undo_seq,
		    u32 flags, const char **ret_message)
{
	struct nt_op_core *core = &txn->core.ops[txn->core.op_count];
	struct nt_op *op = &txn->ops[txn->core.op_count];
	int r;

	if (WARN_ON_ONCE(txn->core.op_count >= txn->room))
		return -EINVAL;
	op->want.data = kvmalloc(want->len, GFP_KERNEL_ACCOUNT);
	if (!op->want.data) {
		*ret_message = "no memory for the value";
		return -ENOMEM;
	}
	r = nt_file_get(fd, txn->net, &op->file, ret_message);
	if (r < 0) {
		value_free(&op->want);
		return r;
	}
	memcpy(op->want.data, want->data, want->len);
	op->want.len = want->len;
	op->kind = &nt_file_kind;
	core->tunable = op->file.target.tunable;
	core->undo_seq = undo_seq;
	core->flags = flags;
	txn->bytes += want->len;
	txn->core.op_count++;
	return 0;
}

/* What the pending transactions of @owner hold. */
static size_t owner_bytes(kuid_t owner)
{
	struct nt_txn *txn;
	size_t bytes = 0;

	lockdep_assert_held(&txn_mutex);
	list_for_each_entry(txn, &txns, entry)
		if (uid_eq(txn->owner, owner) && !nt_txn_core_ended(&txn->core))
			bytes += txn->bytes;
	return bytes;
}

static int txn_admit(struct nt_txn *txn, const char **ret_message)
{
	lockdep_assert_held(&txn_mutex);
	if (counters.txns_pending >= NETTUNE_TXN_PENDING_MAX) {
		*ret_message = "too many transactions are pending";
		return -EBUSY;
	}
	if (owner_bytes(txn->owner) + txn->bytes > NETTUNE_OWNER_BYTES_MAX) {
		*ret_message = "pending transactions of this user hold too many bytes";
		return -ENOBUFS;
	}
	if (!try_module_get(THIS_MODULE)) {
		*ret_message = "module is being removed";
		return -ENODEV;
	}
	txn->id = ++last_id;
	list_add_tail(&txn->entry, &txns);
	counters.txns_pending++;
	/* One for the list, one for the worker. */
	kref_get(&txn->ref);
	kref_get(&txn->ref);
	return 0;
}

/**
 * nt_txn_queue() - have a transaction carried out
 * @txn: a transaction with its operations, not queued yet
 * @ret_message: why it was refused, static storage; set on failure
 *
 * Return: 0 or a negative errno.
 */
int nt_txn_queue(struct nt_txn *txn, const char **ret_message)
{
	int r;

	nt_txn_core_init(&txn->core, txn->core.ops, txn->core.undo_order, txn->core.op_count);
	txn->announced = txn->core.state;
	nt_txn_lock();
	r = txn_admit(txn, ret_message);
	nt_txn_unlock();
	if (r < 0)
		return r;
	nt_netlink_notify(txn);
	queue_work(txn_queue, &txn->work);
	return 0;
}

/**
 * nt_txn_find() - find a transaction by its id
 * @id: as given to the client
 *
 * Context: under nt_txn_lock(), which keeps the result alive.
 *
 * Return: the transaction, or NULL.
 */
struct nt_txn *nt_txn_find(u64 id)
{
	struct nt_txn *txn = id ? nt_txn_after(id - 1) : NULL;

	return txn && txn->id == id ? txn : NULL;
}

/**
 * nt_txn_after() - find the next transaction
 * @id: the last one seen, 0 at first
 *
 * Context: under nt_txn_lock(), which keeps the result alive.
 *
 * Return: the transaction with the least id above @id, or NULL.
 */
struct nt_txn *nt_txn_after(u64 id)
{
	struct nt_txn *txn;

	lockdep_assert_held(&txn_mutex);
	list_for_each_entry(txn, &txns, entry)
		if (txn->id > id)
			return txn;
	return NULL;
}

/**
 * nt_txn_message() - say in words why a transaction failed
 * @txn: the transaction
 *
 * Context: under nt_txn_lock().
 *
 * Return: a string of static storage, or NULL.
 */
const char *nt_txn_message(const struct nt_txn *txn)
{
	if (txn->core.failed_op != NT_OP_NONE)
		return txn->ops[txn->core.failed_op].message;
	switch (txn->core.error) {
	case -ENONET:
		return "the network namespace of the sender is gone";
	case -ETIME:
		return "the transaction took too long";
	default:
		return NULL;
	}
}

/**
 * nt_txn_counters_read() - copy the counters
 * @ret_counters: filled in
 *
 * Context: takes nt_txn_lock().
 */
void nt_txn_counters_read(struct nt_txn_counters *ret_counters)
{
	nt_txn_lock();
	*ret_counters = counters;
	nt_txn_unlock();
}

static void txn_evict(struct nt_txn *txn)
{
	list_del_init(&txn->entry);
	kept_count--;
	kept_bytes -= txn->bytes;
	nt_txn_put(txn);
}

/* Forgets the oldest results until the others fit; @newest stays in any case. */
static void evict_kept(const struct nt_txn *newest)
{
	struct nt_txn *txn, *next;

	list_for_each_entry_safe(txn, next, &txns, entry) {
		if (kept_count <= NETTUNE_TXN_KEPT_MAX && kept_bytes <= NETTUNE_KEPT_BYTES_MAX)
			return;
		if (txn != newest && nt_txn_core_ended(&txn->core))
			txn_evict(txn);
	}
}

static void count_ended(const struct nt_txn *txn)
{
	const struct nt_txn_core *core = &txn->core;

	if (core->state == NETTUNE_TXN_STATE_COMMITTED) {
		counters.txns_applied++;
		trace_txn_commit(txn->id, core->written);
		return;
	}
	trace_txn_undo(txn->id, core->undone, core->undo_failed);
	if (core->state != NETTUNE_TXN_STATE_REFUSED)
		counters.txns_undone++;
	if (core->undo_failed)
		pr_warn_ratelimited("nettune: transaction %llu left %u values behind\n", txn->id,
				    core->undo_failed);
}

/*
 * Runs in the critical section that makes the final state visible: whoever
 * sees it can rely on counters moved and the module released. The files follow
 * without the lock, and the kernel closes what a worker lets go of by itself.
 */
static void txn_end(struct nt_txn *txn)
{
	u32 i;

	lockdep_assert_held(&txn_mutex);
	txn->bytes = txn_base_bytes(txn->room);
	for (i = 0; i < txn->core.op_count; i++)
		txn->bytes += txn->ops[i].readback.len;
	count_ended(txn);
	counters.txns_pending--;
	kept_count++;
	kept_bytes += txn->bytes;
	evict_kept(txn);
	module_put(THIS_MODULE);
}

/* Decides on the next step; the operation to take it with goes to @ret_index. */
static enum nt_txn_step txn_next(struct nt_txn *txn, u32 *ret_index)
{
	enum nt_txn_step step;

	nt_txn_lock();
	if (!txn->net)
		nt_txn_core_abort(&txn->core, -ENONET);
	else if (time_after(jiffies, txn->began + msecs_to_jiffies(NETTUNE_TXN_APPLY_MS)))
		nt_txn_core_abort(&txn->core, -ETIME);
	step = nt_txn_core_next(&txn->core, ret_index);
	if (step == NT_TXN_END)
		txn_end(txn);
	nt_txn_unlock();
	return step;
}

/* Each step has its time, and all undo together. */
static unsigned long step_deadline(struct nt_txn *txn)
{
	unsigned long deadline = jiffies + msecs_to_jiffies(NETTUNE_OP_RETRY_MS);

	if (txn->core.state != NETTUNE_TXN_STATE_UNDOING)
		return deadline;
	if (!txn->undoing) {
		txn->undoing = true;
		txn->undo_until = jiffies + msecs_to_jiffies(NETTUNE_TXN_UNDO_RETRY_MS);
	}
	return time_before(txn->undo_until, deadline) ? txn->undo_until : deadline;
}

static void txn_run(struct nt_txn *txn, enum nt_txn_step step, u32 index,
		    struct nt_outcome *ret_outcome)
{
	const struct nt_step lent = {
		.txn = txn,
		.index = index,
		.scratch = txn->scratch,
		.found = &txn->found,
		.deadline = step_deadline(txn),
	};
	struct nt_op *op = &txn->ops[index];

	switch (step) {
	case NT_TXN_STAGE:
		op->kind->stage(&lent, op, ret_outcome);
		return;
	case NT_TXN_APPLY:
		op->kind->apply(&lent, op, ret_outcome);
		return;
	case NT_TXN_PUT_BACK:
		op->kind->put_back(&lent, op, ret_outcome);
		return;
	case NT_TXN_UNDO:
		op->kind->undo(&lent, op, ret_outcome);
		return;
	case NT_TXN_END:
		return;
	}
}

/*
 * Counts what a step allocated; over the limit it is given back: staging fails,
 * a readback is forgotten.
 */
static void charge(struct nt_txn *txn, enum nt_txn_step step, struct nt_op *op,
		   struct nt_outcome *outcome)
{
	size_t bytes = outcome->readback.len;

	if (step == NT_TXN_STAGE)
		bytes += op->seen.len;
	if (owner_bytes(txn->owner) + bytes <= NETTUNE_OWNER_BYTES_MAX) {
		txn->bytes += bytes;
		return;
	}
	if (step == NT_TXN_STAGE) {
		outcome->error = -ENOBUFS;
		outcome->message = "values before hold too many bytes";
		value_free(&op->seen);
	} else {
		value_free(&outcome->readback);
		outcome->result |= NETTUNE_RESULT_FLAG_NO_READBACK;
	}
}

static void count_step(enum nt_txn_step step, const struct nt_outcome *outcome)
{
	if (step == NT_TXN_UNDO || step == NT_TXN_PUT_BACK)
		counters.ops_undone += !outcome->error;
	else if (outcome->error)
		counters.ops_failed++;
	else if (outcome->result & NETTUNE_RESULT_FLAG_WRITTEN)
		counters.ops_done++;
}

/* Makes what came of a step visible. */
static void txn_report(struct nt_txn *txn, enum nt_txn_step step, u32 index,
		       struct nt_outcome *outcome)
{
	struct nt_op *op = &txn->ops[index];

	trace_txn_op(txn->id, index, txn->core.ops[index].phase, outcome->error);
	nt_txn_lock();
	if (outcome->readback.data || step == NT_TXN_STAGE)
		charge(txn, step, op, outcome);
	if (outcome->readback.data)
		op->readback = outcome->readback;
	if (outcome->message)
		op->message = outcome->message;
	count_step(step, outcome);
	nt_txn_core_report(&txn->core, step, index, outcome->error, outcome->result);
	nt_txn_unlock();
}

/* Tells the event group about states worth knowing; only the worker moves the state. */
static void txn_announce(struct nt_txn *txn)
{
	u32 state = txn->core.state;

	if (state == txn->announced || state == NETTUNE_TXN_STATE_STAGING ||
	    state == NETTUNE_TXN_STATE_APPLYING)
		return;
	txn->announced = state;
	nt_netlink_notify(txn);
}

static void txn_work(struct work_struct *work)
{
	struct nt_txn *txn = container_of(work, struct nt_txn, work);
	const struct cred *saved;
	struct nt_outcome outcome;
	enum nt_txn_step step;
	u32 index;

	trace_txn_begin(txn->id, txn->core.op_count);
	txn->began = jiffies;
	saved = override_creds(txn->cred);
	while ((step = txn_next(txn, &index)) != NT_TXN_END) {
		txn_announce(txn);
		memset(&outcome, 0, sizeof(outcome));
		txn_run(txn, step, index, &outcome);
		txn_report(txn, step, index, &outcome);
		cond_resched();
	}
	revert_creds(saved);
	txn_release_ops(txn);
	txn_announce(txn);
	nt_txn_put(txn);
}

/* The worker finds its namespace gone before its next step, and takes back what it did. */
static void __net_exit txn_net_pre_exit(struct net *net)
{
	struct nt_txn *txn;

	nt_txn_lock();
	list_for_each_entry(txn, &txns, entry)
		if (txn->net == net)
			txn->net = NULL;
	nt_txn_unlock();
}

static struct pernet_operations txn_net_ops = {
	.pre_exit = txn_net_pre_exit,
};

/**
 * nt_txn_init() - make the queue and watch network namespaces
 *
 * Return: 0 or a negative errno.
 */
int nt_txn_init(void)
{
	int r;

	txn_queue = alloc_ordered_workqueue("nettune", WQ_MEM_RECLAIM);
	if (!txn_queue)
		return -ENOMEM;
	r = register_pernet_subsys(&txn_net_ops);
	if (r < 0)
		goto destroy_queue;
	return 0;

destroy_queue:
	destroy_workqueue(txn_queue);
	return r;
}

/**
 * nt_txn_flush() - wait until no worker runs
 *
 * Called while the module is going away, when nothing more can be queued.
 */
void nt_txn_flush(void)
{
	flush_workqueue(txn_queue);
}

/**
 * nt_txn_exit() - undo nt_txn_init() and forget all results
 *
 * No transaction may be pending, and no request may come any more.
 */
void nt_txn_exit(void)
{
	struct nt_txn *txn, *next;

	unregister_pernet_subsys(&txn_net_ops);
	destroy_workqueue(txn_queue);
	nt_txn_lock();
	list_for_each_entry_safe(txn, next, &txns, entry)
		txn_evict(txn);
	nt_txn_unlock();
}
