// SPDX-License-Identifier: GPL-2.0-only
/*
 * The transaction as a pure state machine.
 *
 *	open -> queued -> staging -> applying -> open | awaiting | committed
 *	             |         |         |          awaiting -> committed
 *	           refused  refused   undoing -> undone | undo-failed
 *
 * Each batch of operations goes round once. Before the first write a failure
 * refuses the transaction; after it, and from open and awaiting, all is undone.
 * The owner asks for the next step, takes it without a lock, and reports. A
 * step that began a write is undone whether or not the write succeeded, since
 * a refused vector may have changed its first fields. A preferred operation
 * that fails is put back on its own, before the next one is applied, to what it
 * found: that may be the work of an earlier operation on the same tunable, which
 * stays. Undoing the transaction takes every operation to the value before all.
 */
#include "txn.h"

/* The least number is undone first, and of equal ones the operation added last. */
static int undo_compare(const void *a, const void *b, const void *priv)
{
	const u32 x = *(const u32 *)a, y = *(const u32 *)b;
	const struct nt_op_core *ops = priv;

	if (ops[x].undo_seq != ops[y].undo_seq)
		return ops[x].undo_seq < ops[y].undo_seq ? -1 : 1;
	return x > y ? -1 : x < y;
}

/* In place, n log n for any input, no recursion: nothing that could fail. */
static void sort_undo_order(struct nt_txn_core *txn)
{
	u32 i;

	for (i = 0; i < txn->op_count; i++)
		txn->undo_order[i] = i;
	sort_r(txn->undo_order, txn->op_count, sizeof(u32), undo_compare, NULL, txn->ops);
}

/**
 * nt_txn_core_init() - make a transaction without operations
 * @txn: filled in
 * @goal: state in which a batch that is applied leaves it: open, committed or awaiting
 */
void nt_txn_core_init(struct nt_txn_core *txn, u32 goal)
{
	memset(txn, 0, sizeof(*txn));
	txn->put_back = NT_OP_NONE;
	txn->failed_op = NT_OP_NONE;
	txn->state = NETTUNE_TXN_STATE_OPEN;
	txn->goal = goal;
}

/**
 * nt_txn_core_add() - add a batch of operations
 * @txn: an open transaction
 * @ops: all operations so far, perhaps at another place than before, and @count new ones
 *	behind them with what the owner sets; stays the caller's
 * @undo_order: room for as many indices; stays the caller's
 * @count: new operations
 *
 * Whatever undo will need is there from now on, so that nothing is left that
 * could fail later.
 */
void nt_txn_core_add(struct nt_txn_core *txn, struct nt_op_core *ops, u32 *undo_order, u32 count)
{
	u32 i;

	txn->ops = ops;
	txn->undo_order = undo_order;
	txn->batch = txn->op_count;
	txn->cursor = txn->op_count;
	txn->op_count += count;
	txn->state = NETTUNE_TXN_STATE_QUEUED;
	for (i = txn->batch; i < txn->op_count; i++) {
		ops[i].result = 0;
		ops[i].phase = NETTUNE_OP_PHASE_QUEUED;
		ops[i].error = 0;
		ops[i].undo_error = 0;
	}
}

/**
 * nt_txn_core_keep() - keep what a transaction did that waits
 * @txn: the transaction, open or awaiting confirmation
 * @state: committed, or awaiting confirmation
 */
void nt_txn_core_keep(struct nt_txn_core *txn, u32 state)
{
	txn->state = state;
}

static bool needs_undo(const struct nt_op_core *op)
{
	return (op->result & NETTUNE_RESULT_FLAG_WRITTEN) && op->phase != NETTUNE_OP_PHASE_UNDO;
}

/* Begins a step of operation @index. */
static enum nt_txn_step begin(struct nt_txn_core *txn, u32 index, u32 phase,
			      enum nt_txn_step step, u32 *ret_index)
{
	txn->ops[index].phase = phase;
	*ret_index = index;
	return step;
}

/* Moves the cursor to what is left to apply; false if that is nothing. */
static bool find_apply(struct nt_txn_core *txn)
{
	while (txn->cursor < txn->op_count && txn->ops[txn->cursor].error)
		txn->cursor++;
	return txn->cursor < txn->op_count;
}

/* As above, to what is left to undo. */
static bool find_undo(struct nt_txn_core *txn)
{
	while (txn->cursor < txn->op_count && !needs_undo(&txn->ops[txn->undo_order[txn->cursor]]))
		txn->cursor++;
	return txn->cursor < txn->op_count;
}

/**
 * nt_txn_core_next() - say what to do next
 * @txn: the transaction
 * @ret_index: the operation to take the step with; untouched at %NT_TXN_WAIT and %NT_TXN_END
 *
 * A state that has no step left gives way to the next one. Each step but these
 * two must be reported before the next call.
 *
 * Return: the step.
 */
enum nt_txn_step nt_txn_core_next(struct nt_txn_core *txn, u32 *ret_index)
{
	switch (txn->state) {
	case NETTUNE_TXN_STATE_QUEUED:
		txn->state = NETTUNE_TXN_STATE_STAGING;
		fallthrough;
	case NETTUNE_TXN_STATE_STAGING:
		if (txn->cursor < txn->op_count)
			return begin(txn, txn->cursor, NETTUNE_OP_PHASE_STAGE, NT_TXN_STAGE,
				     ret_index);
		txn->state = NETTUNE_TXN_STATE_APPLYING;
		txn->cursor = txn->batch;
		fallthrough;
	case NETTUNE_TXN_STATE_APPLYING:
		if (txn->put_back != NT_OP_NONE)
			return begin(txn, txn->put_back, NETTUNE_OP_PHASE_UNDO, NT_TXN_PUT_BACK,
				     ret_index);
		if (find_apply(txn))
			return begin(txn, txn->cursor, NETTUNE_OP_PHASE_APPLY, NT_TXN_APPLY,
				     ret_index);
		txn->state = txn->goal;
		break;
	case NETTUNE_TXN_STATE_UNDOING:
		if (find_undo(txn))
			return begin(txn, txn->undo_order[txn->cursor], NETTUNE_OP_PHASE_UNDO,
				     NT_TXN_UNDO, ret_index);
		txn->state = txn->undo_failed ? NETTUNE_TXN_STATE_UNDO_FAILED :
						NETTUNE_TXN_STATE_UNDONE;
		break;
	default:
		break;
	}
	return nt_txn_core_waits(txn) ? NT_TXN_WAIT : NT_TXN_END;
}

/* Nothing is written yet, and the client asked for something. */
static bool is_untouched(const struct nt_txn_core *txn)
{
	return !txn->written && (txn->state == NETTUNE_TXN_STATE_QUEUED ||
				 txn->state == NETTUNE_TXN_STATE_STAGING);
}

/* Ends it, or turns to undoing; what waits to be put back is undone with the rest. */
static void fail(struct nt_txn_core *txn, u32 index, int error)
{
	txn->failed_op = index;
	txn->error = error;
	txn->put_back = NT_OP_NONE;
	txn->cursor = 0;
	if (is_untouched(txn)) {
		txn->state = NETTUNE_TXN_STATE_REFUSED;
		return;
	}
	txn->state = NETTUNE_TXN_STATE_UNDOING;
	sort_undo_order(txn);
}

static void report_undo(struct nt_txn_core *txn, u32 index, int error)
{
	struct nt_op_core *op = &txn->ops[index];

	op->undo_error = error;
	if (txn->put_back == index)
		txn->put_back = NT_OP_NONE;
	if (!error) {
		op->result |= NETTUNE_RESULT_FLAG_UNDONE;
		txn->undone++;
		return;
	}
	/* The first value that stayed behind is what the operator must look at. */
	if (txn->undo_failed++ == 0 && txn->state == NETTUNE_TXN_STATE_UNDOING)
		txn->failed_op = index;
}

static void report_forward(struct nt_txn_core *txn, u32 index, int error, u32 result)
{
	struct nt_op_core *op = &txn->ops[index];

	op->error = error;
	op->result |= result;
	if (result & NETTUNE_RESULT_FLAG_WRITTEN)
		txn->written++;
	txn->cursor++;
	if (!error)
		return;
	if (!(op->flags & NETTUNE_OP_FLAG_PREFER))
		fail(txn, index, error);
	else if (needs_undo(op))
		txn->put_back = index;
}

/**
 * nt_txn_core_report() - tell what came of the step that nt_txn_core_next() gave
 * @txn: the transaction
 * @step: as given; not %NT_TXN_END
 * @index: as given
 * @error: 0 or a negative errno
 * @result: bits of enum nettune_result_flag to add; %NETTUNE_RESULT_FLAG_WRITTEN if a
 *	write was begun, even one that failed
 */
void nt_txn_core_report(struct nt_txn_core *txn, enum nt_txn_step step, u32 index, int error,
			u32 result)
{
	if (step == NT_TXN_UNDO || step == NT_TXN_PUT_BACK)
		report_undo(txn, index, error);
	else
		report_forward(txn, index, error, result);
}

/**
 * nt_txn_core_abort() - fail the transaction from outside
 * @txn: the transaction, with no step begun and unreported
 * @error: the negative errno that says why
 *
 * Before the first write of the first batch it is refused, otherwise undone. An
 * undo that is under way goes on, and an ended transaction stays as it is.
 *
 * Return: whether it failed by this.
 */
bool nt_txn_core_abort(struct nt_txn_core *txn, int error)
{
	if (nt_txn_core_ended(txn) || txn->state == NETTUNE_TXN_STATE_UNDOING)
		return false;
	fail(txn, NT_OP_NONE, error);
	return true;
}

/**
 * nt_txn_core_writer() - find whose value a tunable should hold
 * @txn: a transaction that is applying or undoing
 * @index: an operation on the tunable
 *
 * Return: index of the other operation that wrote this tunable last and is not
 * undone, or %NT_OP_NONE.
 */
u32 nt_txn_core_writer(const struct nt_txn_core *txn, u32 index)
{
	const u32 flags = NETTUNE_RESULT_FLAG_WRITTEN | NETTUNE_RESULT_FLAG_UNDONE;
	/* While applying, nothing behind @index is written. */
	u32 i = txn->state == NETTUNE_TXN_STATE_APPLYING ? index : txn->op_count;

	while (i-- > 0)
		if (i != index && txn->ops[i].tunable == txn->ops[index].tunable &&
		    (txn->ops[i].result & flags) == NETTUNE_RESULT_FLAG_WRITTEN)
			return i;
	return NT_OP_NONE;
}

/**
 * nt_txn_core_moved() - whether the transaction itself may have moved a tunable
 * @txn: the transaction
 * @index: an operation on the tunable
 *
 * A device that is given other queues resets or removes what belongs to them.
 *
 * Return: whether another operation wrote something like that on this device.
 */
bool nt_txn_core_moved(const struct nt_txn_core *txn, u32 index)
{
	u32 i;

	if (!txn->ops[index].device)
		return false;
	for (i = 0; i < txn->op_count; i++)
		if (i != index && txn->ops[i].moves_device &&
		    txn->ops[i].device == txn->ops[index].device &&
		    (txn->ops[i].result & NETTUNE_RESULT_FLAG_WRITTEN))
			return true;
	return false;
}

/**
 * nt_txn_core_waits() - whether somebody must decide how the transaction goes on
 * @txn: the transaction
 */
bool nt_txn_core_waits(const struct nt_txn_core *txn)
{
	return txn->state == NETTUNE_TXN_STATE_OPEN || txn->state == NETTUNE_TXN_STATE_AWAITING;
}

/**
 * nt_txn_core_ended() - whether the state is final
 * @txn: the transaction
 */
bool nt_txn_core_ended(const struct nt_txn_core *txn)
{
	return txn->state == NETTUNE_TXN_STATE_COMMITTED ||
	       txn->state == NETTUNE_TXN_STATE_REFUSED ||
	       txn->state == NETTUNE_TXN_STATE_UNDONE ||
	       txn->state == NETTUNE_TXN_STATE_UNDO_FAILED;
}
