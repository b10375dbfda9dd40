// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transactions: memory, locks and what clients decide, around core/txn.
 *
 * One mutex guards the list, the counters and what readers see of a
 * transaction. Nothing waits for anybody under it: the worker takes it between
 * steps and never holds it while it touches a tunable or sends, so that it
 * orders after cb_lock, pernet_ops_rwsem and the chain of netlink_release(),
 * and before nothing.
 *
 * Whoever wants a transaction to end before its time - a client, the socket
 * that closes, the namespace that dies - says so under the lock and kicks the
 * worker. Only the worker undoes.
 */
#include "txn.h"

#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/suspend.h>
#include <net/net_namespace.h>
#include <net/netlink.h>

#include "trace.h"
#include "worker.h"

static DEFINE_MUTEX(txn_mutex);
static LIST_HEAD(txns);
static u64 last_id;
static u32 kept_count;
static size_t kept_bytes;
static struct nt_txn_counters counters;

static const char too_many_bytes[] = "pending transactions of this user hold too many bytes";

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

/* What an operation takes without its values: in ops, in core.ops, in core.undo_order. */
#define OP_BYTES (sizeof(struct nt_op) + sizeof(struct nt_op_core) + sizeof(u32))

/* Room for @room operations, behind it for what the state machine knows, and for the undo order. */
static struct nt_op *alloc_ops(u32 room, struct nt_op_core **ret_cores)
{
	struct nt_op *ops = kvcalloc(room, OP_BYTES, GFP_KERNEL_ACCOUNT);

	if (ops)
		*ret_cores = (struct nt_op_core *)(ops + room);
	return ops;
}

static void free_ops(struct nt_op *ops, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		nt_op_release(&ops[i]);
		nt_value_free(&ops[i].readback);
		kfree(ops[i].words);
	}
	kvfree(ops);
}

static void txn_free(struct kref *ref)
{
	struct nt_txn *txn = container_of(ref, struct nt_txn, ref);

	free_ops(txn->ops, txn->core.op_count);
	kvfree(txn->memory);
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

/**
 * nt_batch_init() - make room for operations
 * @batch: filled in on success; to be released with nt_batch_free()
 * @room: operations, 1 to %NETTUNE_OPS_MAX
 *
 * Return: 0 or -ENOMEM.
 */
int nt_batch_init(struct nt_batch *batch, u32 room)
{
	batch->ops = alloc_ops(room, &batch->cores);
	batch->page = kmalloc(PATH_MAX, GFP_KERNEL);
	batch->count = 0;
	if (batch->ops && batch->page)
		return 0;
	nt_batch_free(batch);
	return -ENOMEM;
}

/**
 * nt_batch_free() - release a batch and the operations that are still its own
 * @batch: the batch
 */
void nt_batch_free(struct nt_batch *batch)
{
	free_ops(batch->ops, batch->count);
	kfree(batch->page);
}

/* What the operations take without their values. */
static size_t base_bytes(u32 room)
{
	return sizeof(struct nt_txn) + sizeof(struct nt_worker_memory) + room * OP_BYTES;
}

static size_t batch_bytes(const struct nt_batch *batch)
{
	size_t bytes = 0;
	u32 i;

	for (i = 0; i < batch->count; i++)
		bytes += nt_op_bytes(&batch->ops[i]);
	return bytes;
}

/* A transaction of the calling task without operations; one reference for the caller. */
static struct nt_txn *txn_new(const struct nt_call *call, u32 goal)
{
	struct nt_txn *txn;

	txn = kzalloc(sizeof(*txn), GFP_KERNEL_ACCOUNT);
	if (!txn)
		return NULL;
	txn->memory = kvzalloc(sizeof(*txn->memory), GFP_KERNEL_ACCOUNT);
	if (!txn->memory) {
		kfree(txn);
		return NULL;
	}
	kref_init(&txn->ref);
	INIT_LIST_HEAD(&txn->entry);
	nt_worker_adopt(txn);
	nt_txn_core_init(&txn->core, goal);
	txn->memory->found.data = txn->memory->found_bytes;
	txn->owner = current_euid();
	txn->cookie = call->cookie;
	txn->await_ms = call->deadline_ms;
	txn->net = call->net;
	txn->bytes = base_bytes(0);
	return txn;
}

/* Containers use up what is theirs, and not what is the host's. */
static bool is_hosts(const struct nt_txn *txn)
{
	return txn->net && net_eq(txn->net, &init_net);
}

/* What those that have not ended of the user of @like hold, on the same side. */
static size_t owner_bytes(const struct nt_txn *like)
{
	struct nt_txn *txn;
	size_t bytes = 0;

	lockdep_assert_held(&txn_mutex);
	list_for_each_entry(txn, &txns, entry)
		if (uid_eq(txn->owner, like->owner) && is_hosts(txn) == is_hosts(like) &&
		    !nt_txn_core_ended(&txn->core))
			bytes += txn->bytes;
	return bytes;
}

static u32 containers_pending(void)
{
	struct nt_txn *txn;
	u32 count = 0;

	list_for_each_entry(txn, &txns, entry)
		count += !is_hosts(txn) && !nt_txn_core_ended(&txn->core);
	return count;
}

/**
 * nt_txn_admit_bytes() - count memory against the limit of a transaction's owner
 * @txn: the transaction
 * @bytes: more than it holds so far
 *
 * Context: under nt_txn_lock().
 *
 * Return: whether there was room; if not, nothing is counted.
 */
bool nt_txn_admit_bytes(struct nt_txn *txn, size_t bytes)
{
	if (owner_bytes(txn) + bytes > NETTUNE_OWNER_BYTES_MAX)
		return false;
	txn->bytes += bytes;
	return true;
}

static void txn_evict(struct nt_txn *txn)
{
	list_del_init(&txn->entry);
	kept_count--;
	kept_bytes -= txn->bytes;
	nt_txn_put(txn);
}

/* Forgets the oldest results of one side until the others fit; @newest stays in any case. */
static void evict_kept(const struct nt_txn *newest, bool of_host)
{
	struct nt_txn *txn, *next;

	list_for_each_entry_safe(txn, next, &txns, entry) {
		if (kept_count <= NETTUNE_TXN_KEPT_MAX && kept_bytes <= NETTUNE_KEPT_BYTES_MAX)
			return;
		if (txn != newest && is_hosts(txn) == of_host && nt_txn_core_ended(&txn->core))
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
 * In the critical section that makes the final state visible: whoever sees it
 * can rely on counters moved and the module released. What only the worker
 * needed follows without the lock, and the kernel closes the files that the
 * worker lets go of by itself.
 */
static void txn_end(struct nt_txn *txn)
{
	u32 i;

	txn->bytes = base_bytes(txn->room);
	for (i = 0; i < txn->core.op_count; i++)
		txn->bytes += nt_value_bytes(&txn->ops[i].readback) +
			      nt_words_bytes(txn->ops[i].words);
	count_ended(txn);
	counters.txns_pending--;
	kept_count++;
	kept_bytes += txn->bytes;
	evict_kept(txn, false);
	evict_kept(txn, true);
	module_put(THIS_MODULE);
}

/* What it is called when a transaction comes to a state. */
static const u8 event_of[] = {
	[NETTUNE_TXN_STATE_QUEUED] = NETTUNE_TXN_EVENT_QUEUED,
	[NETTUNE_TXN_STATE_COMMITTED] = NETTUNE_TXN_EVENT_COMMITTED,
	[NETTUNE_TXN_STATE_REFUSED] = NETTUNE_TXN_EVENT_REFUSED,
	[NETTUNE_TXN_STATE_UNDOING] = NETTUNE_TXN_EVENT_CANCELLED,
	[NETTUNE_TXN_STATE_UNDONE] = NETTUNE_TXN_EVENT_UNDONE,
	[NETTUNE_TXN_STATE_UNDO_FAILED] = NETTUNE_TXN_EVENT_UNDO_FAILED,
	[NETTUNE_TXN_STATE_OPEN] = NETTUNE_TXN_EVENT_APPLIED,
	[NETTUNE_TXN_STATE_AWAITING] = NETTUNE_TXN_EVENT_AWAITING,
};

/**
 * nt_txn_note() - take note that a transaction changed its state
 * @txn: the transaction
 * @before: the state before, or 0 if there was none; nothing happens if it is still in it
 *
 * Context: under nt_txn_lock(), in the critical section that changed it.
 */
void nt_txn_note(struct nt_txn *txn, u32 before)
{
	u32 state = txn->core.state, event = event_of[state];

	lockdep_assert_held(&txn_mutex);
	if (state == before)
		return;
	if (state == NETTUNE_TXN_STATE_OPEN && !before)
		event = NETTUNE_TXN_EVENT_BEGUN;
	else if (state == NETTUNE_TXN_STATE_COMMITTED && before == NETTUNE_TXN_STATE_AWAITING)
		event = NETTUNE_TXN_EVENT_CONFIRMED;
	else if (state == NETTUNE_TXN_STATE_UNDOING && txn->core.failed_op != NT_OP_NONE)
		event = NETTUNE_TXN_EVENT_FAILED;
	else if (state == NETTUNE_TXN_STATE_UNDOING && txn->core.error == -ETIMEDOUT)
		event = NETTUNE_TXN_EVENT_EXPIRED;
	txn->events |= event ? BIT(event) : 0;
	if (nt_txn_core_ended(&txn->core))
		txn_end(txn);
}

static int refuse(struct nt_call *call, int error, const char *message)
{
	call->message = message;
	return error;
}

/* Those that the worker has not let go of: ended ones wait for it, with their memory. */
static atomic_t unreleased;

/* See txn.h. */
void nt_txn_released(void)
{
	atomic_dec(&unreleased);
}

/* Gives it its name and its place; from now on it counts. */
static int admit(struct nt_txn *txn, struct nt_call *call)
{
	lockdep_assert_held(&txn_mutex);
	if (counters.txns_pending >= NETTUNE_TXN_PENDING_MAX ||
	    (!is_hosts(txn) && containers_pending() >= NETTUNE_TXN_PENDING_NETNS_MAX) ||
	    atomic_read(&unreleased) >= NETTUNE_TXN_PENDING_MAX + NETTUNE_TXN_KEPT_MAX)
		return refuse(call, -EBUSY, "too many transactions are pending");
	if (owner_bytes(txn) + txn->bytes > NETTUNE_OWNER_BYTES_MAX)
		return refuse(call, -ENOBUFS, too_many_bytes);
	if (!try_module_get(THIS_MODULE))
		return refuse(call, -ENODEV, "module is being removed");
	txn->id = ++last_id;
	list_add_tail(&txn->entry, &txns);
	counters.txns_pending++;
	atomic_inc(&unreleased);
	/* One for the list, one for the worker. */
	kref_get(&txn->ref);
	kref_get(&txn->ref);
	return 0;
}

/* Makes room for @more operations, twice of what there is, so that small batches cost little. */
static int grow(struct nt_txn *txn, struct nt_call *call, u32 more)
{
	u32 count = txn->core.op_count, room;
	struct nt_op_core *cores;
	struct nt_op *ops;

	if (count + more <= txn->room)
		return 0;
	room = min(max(count + more, 2 * txn->room), NETTUNE_OPS_MAX);
	ops = alloc_ops(room, &cores);
	if (!ops)
		return -ENOMEM;
	if (!nt_txn_admit_bytes(txn, (room - txn->room) * OP_BYTES)) {
		kvfree(ops);
		return refuse(call, -ENOBUFS, too_many_bytes);
	}
	memcpy(ops, txn->ops, count * sizeof(*ops));
	memcpy(cores, txn->core.ops, count * sizeof(*cores));
	kvfree(txn->ops);
	txn->ops = ops;
	txn->core.ops = cores;
	txn->core.undo_order = (u32 *)(cores + room);
	txn->room = room;
	return 0;
}

/*
 * Moves the operations of @call to an open transaction, for which there is no
 * worker at work. Allocates under the lock, which memory reclaim never takes.
 */
static int take_batch(struct nt_txn *txn, struct nt_call *call)
{
	struct nt_batch *batch = &call->batch;
	u32 before = txn->core.op_count, count = batch->count;
	int r;

	if (before + count > NETTUNE_OPS_MAX)
		return refuse(call, -E2BIG, "transaction exceeds the limit of operations");
	r = grow(txn, call, count);
	if (r < 0)
		return r;
	if (!nt_txn_admit_bytes(txn, batch_bytes(batch)))
		return refuse(call, -ENOBUFS, too_many_bytes);
	memcpy(&txn->ops[before], batch->ops, count * sizeof(*batch->ops));
	memcpy(&txn->core.ops[before], batch->cores, count * sizeof(*batch->cores));
	batch->count = 0;
	nt_txn_core_add(&txn->core, txn->core.ops, txn->core.undo_order, count);
	return 0;
}

static void set_deadline(struct nt_txn *txn, u32 ms)
{
	txn->deadline_ns = ktime_get_boottime_ns() + (u64)ms * NSEC_PER_MSEC;
}

/**
 * nt_txn_left_ms() - say how long a transaction may go on waiting
 * @txn: the transaction
 *
 * Context: under nt_txn_lock().
 *
 * Return: milliseconds, rounded up; 0 if its deadline has passed.
 */
u32 nt_txn_left_ms(const struct nt_txn *txn)
{
	u64 now = ktime_get_boottime_ns();

	if (now >= txn->deadline_ns)
		return 0;
	return div_u64(txn->deadline_ns - now + NSEC_PER_MSEC - 1, NSEC_PER_MSEC);
}

/* What a client that wants its work kept wants: for good, or until a deadline. */
static u32 goal_of(const struct nt_call *call)
{
	return call->deadline_ms ? NETTUNE_TXN_STATE_AWAITING : NETTUNE_TXN_STATE_COMMITTED;
}

/*
 * Begins one that is open until the deadline, of the socket; or a one-shot with
 * all its operations, of no socket, which awaits confirmation that long if at all.
 */
static int begin(struct nt_call *call, struct nt_txn **ret_txn)
{
	const bool is_open = call->cmd == NETTUNE_CMD_TXN_BEGIN;
	struct nt_txn *txn = txn_new(call, is_open ? NETTUNE_TXN_STATE_OPEN : goal_of(call));
	int r;

	if (!txn)
		return -ENOMEM;
	if (is_open) {
		txn->portid = call->portid;
		set_deadline(txn, call->deadline_ms ?: NETTUNE_TXN_OPEN_MS);
	}
	nt_txn_lock();
	r = is_open ? 0 : take_batch(txn, call);
	if (r == 0)
		r = admit(txn, call);
	if (r == 0) {
		nt_txn_note(txn, 0);
		nt_worker_kick(txn);
		*ret_txn = txn;
	}
	nt_txn_unlock();
	if (r < 0)
		nt_txn_put(txn);
	return r;
}

/* Finds the transaction that somebody wants to look at, or to act on. */
static int find(struct nt_call *call, struct nt_txn **ret_txn)
{
	struct nt_txn *txn = nt_txn_find(call->net, call->id);

	if (!txn)
		return refuse(call, -ENOENT, "transaction is unknown or no longer remembered");
	if (call->cmd != NETTUNE_CMD_TXN_GET &&
	    (nt_txn_core_ended(&txn->core) || txn->cancel ||
	     txn->core.state == NETTUNE_TXN_STATE_UNDOING))
		return refuse(call, -EINVAL, "transaction has ended or is being undone");
	*ret_txn = txn;
	return 0;
}

/* What only the socket that began it may do, and only while it is open. */
static int check_open(const struct nt_txn *txn, struct nt_call *call)
{
	if (!txn->portid || txn->portid != call->portid || txn->net != call->net)
		return refuse(call, -EPERM, "transaction does not belong to this socket");
	if (txn->core.state != NETTUNE_TXN_STATE_OPEN)
		return refuse(call, -EBUSY, "operations added before are still being applied");
	return 0;
}

static int check_deadline(const struct nt_txn *txn, struct nt_call *call)
{
	return nt_txn_left_ms(txn) ? 0 : refuse(call, -ETIMEDOUT, "the deadline has passed");
}

static int add(struct nt_txn *txn, struct nt_call *call)
{
	int r = check_open(txn, call);

	return r < 0 ? r : take_batch(txn, call);
}

/* Keeps an open transaction, for good or until the deadline. */
static int commit(struct nt_txn *txn, struct nt_call *call)
{
	int r = check_open(txn, call);

	if (r == 0)
		r = check_deadline(txn, call);
	if (r < 0)
		return r;
	txn->portid = 0;
	set_deadline(txn, call->deadline_ms);
	nt_txn_core_keep(&txn->core, goal_of(call));
	return 0;
}

/* Keeps a transaction that awaits confirmation, for good or until a later deadline. */
static int confirm(struct nt_txn *txn, struct nt_call *call)
{
	int r;

	if (txn->core.state != NETTUNE_TXN_STATE_AWAITING)
		return refuse(call, -EINVAL, "transaction does not await confirmation");
	r = check_deadline(txn, call);
	if (r < 0)
		return r;
	if (call->deadline_ms) {
		set_deadline(txn, call->deadline_ms);
		txn->events |= BIT(NETTUNE_TXN_EVENT_EXTENDED);
	}
	nt_txn_core_keep(&txn->core, goal_of(call));
	return 0;
}

/*
 * Makes a transaction that has not ended fail with @error: at once while it
 * waits, else after the step under way, which is the worker's to find out.
 */
static void cancel(struct nt_txn *txn, int error)
{
	u32 before = txn->core.state;

	if (nt_txn_core_waits(&txn->core))
		nt_txn_core_abort(&txn->core, error);
	else if (!txn->cancel)
		txn->cancel = error;
	nt_txn_note(txn, before);
}

static int rollback(struct nt_txn *txn, struct nt_call *call)
{
	cancel(txn, -ECANCELED);
	return 0;
}

static int (*const acts[])(struct nt_txn *txn, struct nt_call *call) = {
	[NETTUNE_CMD_TXN_ADD] = add,
	[NETTUNE_CMD_TXN_COMMIT] = commit,
	[NETTUNE_CMD_TXN_CONFIRM] = confirm,
	[NETTUNE_CMD_TXN_ROLLBACK] = rollback,
};

/* Has the worker look at it unless @call is refused. */
static int act(struct nt_txn *txn, struct nt_call *call)
{
	u32 before = txn->core.state;
	int r = acts[call->cmd](txn, call);

	if (r < 0)
		return r;
	nt_txn_note(txn, before);
	nt_worker_kick(txn);
	return 0;
}

/* Acts on a transaction that there is, or just looks at it. */
static int call_txn(struct nt_call *call, struct nt_txn **ret_txn)
{
	struct nt_txn *txn;
	int r;

	nt_txn_lock();
	r = find(call, &txn);
	if (r == 0 && call->cmd != NETTUNE_CMD_TXN_GET)
		r = act(txn, call);
	if (r == 0) {
		kref_get(&txn->ref);
		*ret_txn = txn;
	}
	nt_txn_unlock();
	return r;
}

/**
 * nt_txn_call() - do what a client asks of a transaction
 * @call: the command, the transaction if it names one, and what goes with it
 * @ret_txn: the transaction, with one reference for the caller
 *
 * The sender's socket owns what it begins until it commits it.
 *
 * Return: 0 or a negative errno, and the transaction is as it was.
 */
int nt_txn_call(struct nt_call *call, struct nt_txn **ret_txn)
{
	if (call->cmd == NETTUNE_CMD_TXN_BEGIN || call->cmd == NETTUNE_CMD_TXN_APPLY)
		return begin(call, ret_txn);
	return call_txn(call, ret_txn);
}

/**
 * nt_txn_find() - find a transaction by its id
 * @net: network namespace of who asks
 * @id: as given to the client
 *
 * Context: under nt_txn_lock(), which keeps the result alive.
 *
 * Return: the transaction, or NULL.
 */
struct nt_txn *nt_txn_find(const struct net *net, u64 id)
{
	struct nt_txn *txn = id ? nt_txn_after(net, id - 1) : NULL;

	return txn && txn->id == id ? txn : NULL;
}

/**
 * nt_txn_after() - find the next transaction
 * @net: network namespace of who asks
 * @id: the last one seen, 0 at first
 *
 * The first namespace sees all of the host, any other its own ones: a container
 * that may tune its network has no say in anybody else's.
 *
 * Context: under nt_txn_lock(), which keeps the result alive.
 *
 * Return: the transaction with the least id above @id, or NULL.
 */
struct nt_txn *nt_txn_after(const struct net *net, u64 id)
{
	struct nt_txn *txn;

	lockdep_assert_held(&txn_mutex);
	list_for_each_entry(txn, &txns, entry)
		if (txn->id > id && (txn->net == net || net_eq(net, &init_net)))
			return txn;
	return NULL;
}

static const struct {
	int error;
	const char *message;
} reasons[] = {
	{ -ENONET, "the network namespace of the sender is gone" },
	{ -ETIME, "the transaction took too long" },
	{ -ETIMEDOUT, "the deadline has passed" },
	{ -EPIPE, "the socket that began it was closed before it was committed" },
	{ -ECANCELED, "it was rolled back" },
};

/**
 * nt_txn_message() - say in words why a transaction failed
 * @txn: the transaction
 *
 * Context: under nt_txn_lock(), which keeps the result alive.
 *
 * Return: a string, or NULL.
 */
const char *nt_txn_message(const struct nt_txn *txn)
{
	u32 i;

	if (txn->core.failed_op != NT_OP_NONE)
		return txn->ops[txn->core.failed_op].words ?:
		       txn->ops[txn->core.failed_op].message;
	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		if (reasons[i].error == txn->core.error)
			return reasons[i].message;
	return NULL;
}

/**
 * nt_txn_net_get() - hold the network namespace of a transaction
 * @txn: the transaction, held by the caller
 *
 * Context: takes nt_txn_lock().
 *
 * Return: the namespace, to be released with put_net(), or NULL if it died.
 */
struct net *nt_txn_net_get(const struct nt_txn *txn)
{
	struct net *net;

	nt_txn_lock();
	/* Only pre_exit of the namespace clears it, before its memory goes. */
	net = txn->net ? maybe_get_net(txn->net) : NULL;
	nt_txn_unlock();
	return net;
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

/**
 * nt_txn_count_step() - count what came of a step
 * @step: the step
 * @outcome: what came of it
 *
 * Context: under nt_txn_lock().
 */
void nt_txn_count_step(enum nt_txn_step step, const struct nt_outcome *outcome)
{
	if (step == NT_TXN_UNDO || step == NT_TXN_PUT_BACK)
		counters.ops_undone += !outcome->error;
	else if (outcome->error)
		counters.ops_failed++;
	else if (outcome->result & NETTUNE_RESULT_FLAG_WRITTEN)
		counters.ops_done++;
}

/* The worker takes back what was done, as far as it can without the namespace. */
static void __net_exit txn_net_pre_exit(struct net *net)
{
	struct nt_txn *txn;

	nt_txn_lock();
	list_for_each_entry(txn, &txns, entry) {
		if (txn->net != net)
			continue;
		txn->net = NULL;
		if (!nt_txn_core_ended(&txn->core))
			nt_worker_kick(txn);
	}
	nt_txn_unlock();
}

static struct pernet_operations txn_net_ops = {
	.pre_exit = txn_net_pre_exit,
};

/*
 * A socket is closed. Its name may be given to another at once, whose new
 * transaction would be taken for one of the old: undone, which is safe.
 */
static int txn_socket_event(struct notifier_block *block, unsigned long event, void *arg)
{
	const struct netlink_notify *notify = arg;
	struct nt_txn *txn;

	if (event != NETLINK_URELEASE || notify->protocol != NETLINK_GENERIC)
		return NOTIFY_DONE;
	nt_txn_lock();
	list_for_each_entry(txn, &txns, entry) {
		if (txn->portid != notify->portid || txn->net != notify->net ||
		    nt_txn_core_ended(&txn->core))
			continue;
		cancel(txn, -EPIPE);
		nt_worker_kick(txn);
	}
	nt_txn_unlock();
	return NOTIFY_DONE;
}

static struct notifier_block txn_socket_block = {
	.notifier_call = txn_socket_event,
};

/* Timers stand still while the system sleeps, deadlines do not. */
static int txn_pm_event(struct notifier_block *block, unsigned long event, void *arg)
{
	struct nt_txn *txn;

	if (event != PM_POST_SUSPEND && event != PM_POST_HIBERNATION)
		return NOTIFY_DONE;
	nt_txn_lock();
	list_for_each_entry(txn, &txns, entry)
		if (nt_txn_core_waits(&txn->core))
			nt_worker_kick(txn);
	nt_txn_unlock();
	return NOTIFY_DONE;
}

static struct notifier_block txn_pm_block = {
	.notifier_call = txn_pm_event,
};

/**
 * nt_txn_init() - make the worker, and watch namespaces, sockets and sleep
 *
 * Return: 0 or a negative errno.
 */
int nt_txn_init(void)
{
	int r;

	r = nt_worker_init();
	if (r < 0)
		return r;
	r = register_pernet_subsys(&txn_net_ops);
	if (r < 0)
		goto exit_worker;
	r = netlink_register_notifier(&txn_socket_block);
	if (r < 0)
		goto unregister_pernet;
	r = register_pm_notifier(&txn_pm_block);
	if (r < 0)
		goto unregister_netlink;
	return 0;

unregister_netlink:
	netlink_unregister_notifier(&txn_socket_block);
unregister_pernet:
	unregister_pernet_subsys(&txn_net_ops);
exit_worker:
	nt_worker_exit();
	return r;
}

/**
 * nt_txn_exit() - undo nt_txn_init() and forget all results
 *
 * No transaction may be pending, and no request may come any more.
 */
void nt_txn_exit(void)
{
	struct nt_txn *txn, *next;

	unregister_pm_notifier(&txn_pm_block);
	netlink_unregister_notifier(&txn_socket_block);
	unregister_pernet_subsys(&txn_net_ops);
	nt_worker_exit();
	nt_txn_lock();
	list_for_each_entry_safe(txn, next, &txns, entry)
		txn_evict(txn);
	nt_txn_unlock();
}
