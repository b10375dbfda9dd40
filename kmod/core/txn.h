/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The transaction as a pure state machine: it says which operation takes which
 * step next, and is told what came of it.
 */
#ifndef NT_CORE_TXN_H
#define NT_CORE_TXN_H

#include "host.h"

#include <linux/nettune.h>

/* No operation failed. */
#define NT_OP_NONE U32_MAX

/**
 * enum nt_txn_step - what the owner of a transaction does next
 * @NT_TXN_STAGE: read the value before the transaction, write nothing
 * @NT_TXN_APPLY: write the wanted value and verify it
 * @NT_TXN_PUT_BACK: write back what the apply just reported found before its write
 * @NT_TXN_UNDO: write the value before the transaction back
 * @NT_TXN_WAIT: nothing, until operations are added or somebody decides
 * @NT_TXN_END: nothing; the state is final
 */
enum nt_txn_step {
	NT_TXN_STAGE,
	NT_TXN_APPLY,
	NT_TXN_PUT_BACK,
	NT_TXN_UNDO,
	NT_TXN_WAIT,
	NT_TXN_END,
};

/**
 * struct nt_op_core - what the state machine knows of one operation
 * @tunable: operations with equal ones act on one tunable, set by the owner
 * @device: index of the network device that the tunable belongs to, or 0, set by the owner
 * @moves_device: writing it may change or remove other tunables of @device, set by the owner
 * @undo_seq: place in the undo order, set by the planner
 * @flags: bits of enum nettune_op_flag
 * @result: bits of enum nettune_result_flag
 * @phase: enum nettune_op_phase, the last step begun
 * @error: 0 or the negative errno of stage or apply
 * @undo_error: 0 or the negative errno of undo
 */
struct nt_op_core {
	u64 tunable;
	u32 device;
	bool moves_device;
	u32 undo_seq;
	u32 flags;
	u32 result;
	u32 phase;
	int error;
	int undo_error;
};

/**
 * struct nt_txn_core - one transaction
 * @ops: @op_count operations in the order of application; the caller's memory
 * @undo_order: @op_count indices into @ops in the order of undo; the caller's memory
 * @op_count: at most %NETTUNE_OPS_MAX
 * @batch: the first operation of the batch added last
 * @goal: state after the batch is applied: open, committed or awaiting
 * @cursor: next place in @ops, or in @undo_order while undoing
 * @put_back: preferred operation to undo before the next is applied, or %NT_OP_NONE
 * @state: enum nettune_txn_state
 * @failed_op: index of the operation that decided the state, or %NT_OP_NONE
 * @error: 0 or the negative errno that decided the state
 * @written: operations that began a write
 * @undone: operations whose earlier value is back
 * @undo_failed: operations whose earlier value is not back
 */
struct nt_txn_core {
	struct nt_op_core *ops;
	u32 *undo_order;
	u32 op_count;
	u32 batch;
	u32 goal;
	u32 cursor;
	u32 put_back;
	u32 state;
	u32 failed_op;
	int error;
	u32 written;
	u32 undone;
	u32 undo_failed;
};

void nt_txn_core_init(struct nt_txn_core *txn, u32 goal);
void nt_txn_core_add(struct nt_txn_core *txn, struct nt_op_core *ops, u32 *undo_order, u32 count);
void nt_txn_core_keep(struct nt_txn_core *txn, u32 state);
enum nt_txn_step nt_txn_core_next(struct nt_txn_core *txn, u32 *ret_index);
void nt_txn_core_report(struct nt_txn_core *txn, enum nt_txn_step step, u32 index, int error,
			u32 result);
bool nt_txn_core_abort(struct nt_txn_core *txn, int error);
u32 nt_txn_core_writer(const struct nt_txn_core *txn, u32 index);
bool nt_txn_core_moved(const struct nt_txn_core *txn, u32 index);
bool nt_txn_core_waits(const struct nt_txn_core *txn);
bool nt_txn_core_ended(const struct nt_txn_core *txn);

#endif /* NT_CORE_TXN_H */
