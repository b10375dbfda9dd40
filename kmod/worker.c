// SPDX-License-Identifier: GPL-2.0-only
/*
 * The worker: carries transactions out, step by step, in a thread of its own. A
 * workqueue would not do: drivers wait for work of any queue in there, which one
 * that must not wait for memory (WQ_MEM_RECLAIM) may not, and another may find
 * no thread when it has to undo.
 *
 * Waiting for a transaction in a netlink handler would deadlock on cb_lock, so
 * that handlers decide under the lock, kick the worker and answer. A kick says
 * "look again"; the worker looks, does what there is to do, and sets its timer
 * to the deadline if the transaction waits for somebody. Each run that is still
 * to come has a reference. A transaction that has ended is not kicked any more;
 * the first run that sees the end lets go of it.
 */
#include "worker.h"

#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "netlink.h"
#include "txn.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static struct kthread_worker *worker;

/* What happened outside that it must fail for: a negative errno, or 0. */
static int look_outside(const struct nt_txn *txn)
{
	if (!txn->net)
		return -ENONET;
	if (txn->cancel)
		return txn->cancel;
	if (nt_txn_core_waits(&txn->core))
		return nt_txn_left_ms(txn) ? 0 : -ETIMEDOUT;
	return time_after(jiffies, txn->began + msecs_to_jiffies(NETTUNE_TXN_APPLY_MS)) ? -ETIME :
											  0;
}

/* A one-shot transaction begins to wait when it is applied. */
static void set_deadline(struct nt_txn *txn)
{
	if (txn->core.state == NETTUNE_TXN_STATE_AWAITING && !txn->deadline_ns)
		txn->deadline_ns = ktime_get_boottime_ns() +
				   (u64)txn->await_ms * NSEC_PER_MSEC;
}

/* Lets the worker look again when the deadline has passed, or sooner. */
static void await_deadline(struct nt_txn *txn)
{
	/* A jiffy more, so that it has passed by then. */
	if (kthread_queue_delayed_work(worker, &txn->work,
				       msecs_to_jiffies(nt_txn_left_ms(txn)) + 1))
		kref_get(&txn->ref);
}

/* Fails it if it must for what happened outside. */
static void heed_outside(struct nt_txn *txn)
{
	u32 before = txn->core.state;
	int error = nt_txn_core_ended(&txn->core) ? 0 : look_outside(txn);

	if (error && nt_txn_core_abort(&txn->core, error))
		nt_txn_note(txn, before);
}

/* Decides on the next step; the operation goes to @ret_index. */
static enum nt_txn_step next_step(struct nt_txn *txn, u32 *ret_index)
{
	enum nt_txn_step step;
	u32 before;

	if (txn->core.state == NETTUNE_TXN_STATE_QUEUED) {
		txn->began = jiffies;
		trace_txn_begin(txn->id, txn->core.op_count - txn->core.batch);
	}
	heed_outside(txn);
	before = txn->core.state;
	step = nt_txn_core_next(&txn->core, ret_index);
	nt_txn_note(txn, before);
	set_deadline(txn);
	if (step == NT_TXN_WAIT)
		await_deadline(txn);
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

static void run_step(struct nt_txn *txn, enum nt_txn_step step, u32 index,
		     struct nt_outcome *ret_outcome)
{
	const struct nt_step lent = {
		.txn = txn,
		.index = index,
		.memory = txn->memory,
		.deadline = step_deadline(txn),
	};

	memset(ret_outcome, 0, sizeof(*ret_outcome));
	nt_op_run(&lent, step, &txn->ops[index], ret_outcome);
}

/*
 * Counts what a step allocated; over the limit it is given back: staging fails,
 * a readback and foreign words are forgotten.
 */
static void charge(struct nt_txn *txn, enum nt_txn_step step, struct nt_op *op,
		   struct nt_outcome *outcome)
{
	size_t bytes = nt_value_bytes(&outcome->readback) + nt_words_bytes(outcome->words);

	if (step == NT_TXN_STAGE)
		bytes += nt_value_bytes(&op->seen);
	if (!bytes || nt_txn_admit_bytes(txn, bytes))
		return;
	kfree(outcome->words);
	outcome->words = NULL;
	if (step == NT_TXN_STAGE) {
		outcome->error = -ENOBUFS;
		outcome->message = "values before hold too many bytes";
		nt_value_free(&op->seen);
	} else if (nt_value_bytes(&outcome->readback)) {
		nt_value_free(&outcome->readback);
		outcome->result |= NETTUNE_RESULT_FLAG_NO_READBACK;
	}
}

/* Moves what came of a step to the operation; under the lock. */
static void keep_outcome(struct nt_op *op, struct nt_outcome *outcome)
{
	if (nt_value_data(&outcome->readback)) {
		nt_value_free(&op->readback);
		op->readback = outcome->readback;
	}
	if (!outcome->message)
		return;
	op->message = outcome->message;
	kfree(op->words);
	op->words = outcome->words;
}

/* Makes what came of a step visible. */
static void report(struct nt_txn *txn, enum nt_txn_step step, u32 index,
		   struct nt_outcome *outcome)
{
	struct nt_op *op = &txn->ops[index];
	u32 before = txn->core.state;

	trace_txn_op(txn->id, index, txn->core.ops[index].phase, outcome->error);
	charge(txn, step, op, outcome);
	keep_outcome(op, outcome);
	nt_txn_count_step(step, outcome);
	nt_txn_core_report(&txn->core, step, index, outcome->error, outcome->result);
	nt_txn_note(txn, before);
}

/* Lets go of all that only the worker needed, unless an earlier run has. */
static void release(struct nt_txn *txn)
{
	u32 i;

	if (!txn->memory)
		return;
	for (i = 0; i < txn->core.op_count; i++)
		nt_op_release(&txn->ops[i]);
	kvfree(txn->memory);
	txn->memory = NULL;
	nt_txn_put(txn);
	nt_txn_released();
}

/* Tells the event group what happened since, in the order in which such things happen. */
static void tell_events(struct nt_txn *txn, unsigned long events)
{
	u32 event;

	for_each_set_bit(event, &events, BITS_PER_TYPE(txn->events))
		nt_netlink_notify(txn, event);
}

/* Does what there is to do now; returns NT_TXN_WAIT or NT_TXN_END. */
static enum nt_txn_step run(struct nt_txn *txn)
{
	enum nt_txn_step step = NT_TXN_WAIT;
	struct nt_outcome outcome;
	unsigned long events;
	u32 index;

	for (;;) {
		nt_txn_lock();
		if (step != NT_TXN_WAIT)
			report(txn, step, index, &outcome);
		step = next_step(txn, &index);
		events = txn->events;
		txn->events = 0;
		nt_txn_unlock();
		tell_events(txn, events);
		if (step == NT_TXN_WAIT || step == NT_TXN_END)
			return step;
		run_step(txn, step, index, &outcome);
		cond_resched();
	}
}

static void work(struct kthread_work *item)
{
	struct nt_txn *txn = container_of(item, struct nt_txn, work.work);

	if (run(txn) == NT_TXN_END)
		release(txn);
	nt_txn_put(txn);
}

/**
 * nt_worker_adopt() - make a transaction one that can be kicked
 * @txn: a transaction that nobody else knows yet
 */
void nt_worker_adopt(struct nt_txn *txn)
{
	kthread_init_delayed_work(&txn->work, work);
}

/**
 * nt_worker_kick() - have the worker look at a transaction now
 * @txn: the transaction
 *
 * Context: under nt_txn_lock(), in the critical section in which the
 * transaction was seen not to have ended.
 */
void nt_worker_kick(struct nt_txn *txn)
{
	/* That run can't come to an end before the lock is free. */
	if (!kthread_mod_delayed_work(worker, &txn->work, 0))
		kref_get(&txn->ref);
}

/**
 * nt_worker_init() - start the thread
 *
 * Return: 0 or a negative errno.
 */
int nt_worker_init(void)
{
	worker = kthread_create_worker(0, "nettune");
	if (IS_ERR(worker))
		return PTR_ERR(worker);
	/* Some kernels have done so, and then it does no harm. */
	wake_up_process(worker->task);
	return 0;
}

/**
 * nt_worker_flush() - wait until no run is under way or to come
 *
 * Called while the module is going away. Who ended the last transaction gave the
 * module up just before the kick, under the lock: once that is free, the kick is
 * queued, and no other can come.
 */
void nt_worker_flush(void)
{
	nt_txn_lock();
	nt_txn_unlock();
	kthread_flush_worker(worker);
}

/**
 * nt_worker_exit() - undo nt_worker_init()
 */
void nt_worker_exit(void)
{
	kthread_destroy_worker(worker);
}
