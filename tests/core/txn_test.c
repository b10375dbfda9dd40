// SPDX-License-Identifier: GPL-2.0-only
/*
 * The transaction's state machine.
 */
#include "nt_test.h"

#include "../../kmod/core/txn.h"

#define OPS_MAX 8

/**
 * struct script - a transaction and what shall become of each step
 * @txn: the transaction
 * @ops: its operations
 * @order: room for its undo order
 * @stage_error: by operation
 * @apply_error: by operation
 * @undo_error: by operation
 * @want: by operation, the value that it writes
 * @staged: by operation, the value before the transaction
 * @live: by tunable, the value now
 * @found: the value before the last apply
 * @undone: operations in the order in which they were undone
 * @undone_count: how many
 * @applied: operations that were applied
 */
struct script {
	struct nt_txn_core txn;
	struct nt_op_core ops[OPS_MAX];
	u32 order[OPS_MAX];
	int stage_error[OPS_MAX];
	int apply_error[OPS_MAX];
	int undo_error[OPS_MAX];
	int want[OPS_MAX];
	int staged[OPS_MAX];
	int live[OPS_MAX];
	int found;
	u32 undone[OPS_MAX];
	u32 undone_count;
	u32 applied;
};

/* A transaction whose undo numbers are the reverse of the order of application. */
static void script_init(struct script *script, u32 op_count)
{
	u32 i;

	memset(script, 0, sizeof(*script));
	for (i = 0; i < op_count; i++) {
		script->ops[i].tunable = i;
		script->ops[i].undo_seq = op_count - i;
		script->want[i] = 100 + (int)i;
	}
	nt_txn_core_init(&script->txn, NETTUNE_TXN_STATE_COMMITTED);
	nt_txn_core_add(&script->txn, script->ops, script->order, op_count);
}

/* Takes one step; false at the end. */
static bool script_step(struct script *script)
{
	u32 index = NT_OP_NONE;
	int error = 0, *live;
	u32 result = 0;
	enum nt_txn_step step = nt_txn_core_next(&script->txn, &index);

	live = index == NT_OP_NONE ? NULL : &script->live[script->ops[index].tunable];
	switch (step) {
	case NT_TXN_STAGE:
		error = script->stage_error[index];
		script->staged[index] = *live;
		break;
	case NT_TXN_APPLY:
		error = script->apply_error[index];
		result = NETTUNE_RESULT_FLAG_WRITTEN;
		script->applied++;
		script->found = *live;
		*live = script->want[index];
		break;
	case NT_TXN_PUT_BACK:
	case NT_TXN_UNDO:
		error = script->undo_error[index];
		script->undone[script->undone_count++] = index;
		if (!error)
			*live = step == NT_TXN_UNDO ? script->staged[index] : script->found;
		break;
	case NT_TXN_WAIT:
	case NT_TXN_END:
		return false;
	}
	nt_txn_core_report(&script->txn, step, index, error, result);
	return true;
}

static void script_run(struct script *script)
{
	while (script_step(script))
		;
}

NT_TEST(empty_transaction_commits)
{
	struct script s;

	script_init(&s, 0);
	script_run(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_COMMITTED);
}

NT_TEST(all_is_staged_before_anything_is_applied)
{
	struct script s;

	script_init(&s, 3);
	script_step(&s);
	script_step(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_STAGING);
	NT_EXPECT_EQ(s.applied, 0);
	script_run(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_COMMITTED);
	NT_EXPECT_EQ(s.applied, 3);
	NT_EXPECT_EQ(s.txn.written, 3);
	NT_EXPECT_EQ(s.undone_count, 0);
}

NT_TEST(staging_failure_refuses_and_writes_nothing)
{
	struct script s;

	script_init(&s, 3);
	s.stage_error[2] = -EIO;
	script_run(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_REFUSED);
	NT_EXPECT_EQ(s.applied, 0);
	NT_EXPECT_EQ(s.txn.failed_op, 2);
	NT_EXPECT_EQ(s.txn.error, -EIO);
}

NT_TEST(preferred_staging_failure_is_skipped)
{
	struct script s;

	script_init(&s, 3);
	s.ops[1].flags = NETTUNE_OP_FLAG_PREFER;
	s.stage_error[1] = -EIO;
	script_run(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_COMMITTED);
	NT_EXPECT_EQ(s.applied, 2);
	NT_EXPECT_EQ(s.ops[1].phase, NETTUNE_OP_PHASE_STAGE);
	NT_EXPECT_EQ(s.ops[1].error, -EIO);
}

NT_TEST(undo_follows_undo_seq_after_third_apply_fails)
{
	struct script s;

	script_init(&s, 4);
	s.ops[0].undo_seq = 2;
	s.ops[1].undo_seq = 1;
	s.ops[2].undo_seq = 3;
	s.apply_error[2] = -EINVAL;
	script_run(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_UNDONE);
	NT_EXPECT_EQ(s.undone_count, 3);
	NT_EXPECT_EQ(s.undone[0], 1);
	NT_EXPECT_EQ(s.undone[1], 0);
	NT_EXPECT_EQ(s.undone[2], 2);
	NT_EXPECT_EQ(s.ops[3].phase, NETTUNE_OP_PHASE_STAGE);
	NT_EXPECT_EQ(s.txn.failed_op, 2);
}

NT_TEST(equal_undo_seq_undoes_the_last_first)
{
	struct script s;
	u32 i;

	script_init(&s, OPS_MAX);
	for (i = 0; i < OPS_MAX; i++)
		s.ops[i].undo_seq = 7;
	s.apply_error[OPS_MAX - 1] = -EINVAL;
	script_run(&s);
	NT_EXPECT_EQ(s.undone_count, OPS_MAX);
	for (i = 0; i < OPS_MAX; i++)
		NT_EXPECT_EQ(s.undone[i], OPS_MAX - 1 - i);
}

NT_TEST(undo_goes_on_past_errors)
{
	struct script s;

	script_init(&s, 3);
	s.apply_error[2] = -EINVAL;
	s.undo_error[1] = -ESTALE;
	script_run(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_UNDO_FAILED);
	NT_EXPECT_EQ(s.undone_count, 3);
	NT_EXPECT_EQ(s.txn.undone, 2);
	NT_EXPECT_EQ(s.txn.undo_failed, 1);
	NT_EXPECT_EQ(s.txn.failed_op, 1);
	NT_EXPECT_EQ(s.ops[1].undo_error, -ESTALE);
	NT_EXPECT(!(s.ops[1].result & NETTUNE_RESULT_FLAG_UNDONE));
	NT_EXPECT(s.ops[0].result & NETTUNE_RESULT_FLAG_UNDONE);
}

NT_TEST(preferred_failure_is_put_back_before_the_next)
{
	struct script s;

	script_init(&s, 3);
	s.ops[1].flags = NETTUNE_OP_FLAG_PREFER;
	s.apply_error[1] = -EOPNOTSUPP;
	script_run(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_COMMITTED);
	NT_EXPECT_EQ(s.applied, 3);
	NT_EXPECT_EQ(s.undone_count, 1);
	NT_EXPECT_EQ(s.undone[0], 1);
	NT_EXPECT_EQ(s.ops[1].error, -EOPNOTSUPP);
	NT_EXPECT_EQ(s.txn.error, 0);
	NT_EXPECT_EQ(s.txn.failed_op, NT_OP_NONE);
}

NT_TEST(what_was_put_back_is_not_undone_again)
{
	struct script s;

	script_init(&s, 3);
	s.ops[0].flags = NETTUNE_OP_FLAG_PREFER;
	s.apply_error[0] = -EOPNOTSUPP;
	s.apply_error[2] = -EINVAL;
	script_run(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_UNDONE);
	NT_EXPECT_EQ(s.undone_count, 3);
	NT_EXPECT_EQ(s.undone[0], 0);
	NT_EXPECT_EQ(s.undone[1], 2);
	NT_EXPECT_EQ(s.undone[2], 1);
}

NT_TEST(preferred_put_back_failure_taints_a_later_undo)
{
	struct script s;

	script_init(&s, 2);
	s.ops[0].flags = NETTUNE_OP_FLAG_PREFER;
	s.apply_error[0] = -EOPNOTSUPP;
	s.undo_error[0] = -EIO;
	s.apply_error[1] = -EINVAL;
	script_run(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_UNDO_FAILED);
	NT_EXPECT_EQ(s.txn.undo_failed, 1);
}

/* Two operations on tunable 1, of which the second is preferred, and one on another. */
static void script_init_shared(struct script *script)
{
	script_init(script, 3);
	script->ops[0].tunable = 1;
	script->ops[1].tunable = 1;
	script->ops[1].flags = NETTUNE_OP_FLAG_PREFER;
	script->live[1] = 7;
	script->live[2] = 8;
}

NT_TEST(put_back_leaves_what_an_earlier_operation_wrote)
{
	struct script s;

	script_init_shared(&s);
	s.apply_error[1] = -EINVAL;
	script_run(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_COMMITTED);
	NT_EXPECT_EQ(s.live[1], 100);
	NT_EXPECT_EQ(s.live[2], 102);
}

NT_TEST(undo_after_a_put_back_goes_to_the_start)
{
	struct script s;

	script_init_shared(&s);
	s.apply_error[1] = -EINVAL;
	s.apply_error[2] = -EINVAL;
	script_run(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_UNDONE);
	NT_EXPECT_EQ(s.live[1], 7);
	NT_EXPECT_EQ(s.live[2], 8);
}

NT_TEST(abort_turns_a_put_back_into_undo)
{
	struct script s;

	script_init_shared(&s);
	s.apply_error[1] = -EINVAL;
	while (s.applied < 2)
		script_step(&s);
	nt_txn_core_abort(&s.txn, -ETIME);
	script_run(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_UNDONE);
	NT_EXPECT_EQ(s.live[1], 7);
}

NT_TEST(writer_of_a_tunable_is_its_last_and_not_undone)
{
	struct script s;

	script_init(&s, 4);
	s.ops[0].tunable = 1;
	s.ops[1].flags = NETTUNE_OP_FLAG_PREFER;
	s.ops[3].tunable = 1;
	s.apply_error[1] = -EINVAL;
	s.apply_error[3] = -EINVAL;
	while (s.applied < 1)
		script_step(&s);
	NT_EXPECT_EQ(nt_txn_core_writer(&s.txn, 0), NT_OP_NONE);
	NT_EXPECT_EQ(nt_txn_core_writer(&s.txn, 1), 0);
	NT_EXPECT_EQ(nt_txn_core_writer(&s.txn, 2), NT_OP_NONE);
	while (s.applied < 3)
		script_step(&s);
	/* Operation 1 was put back, so that the value is of operation 0 again. */
	NT_EXPECT_EQ(nt_txn_core_writer(&s.txn, 3), 0);
	script_step(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_UNDOING);
	NT_EXPECT_EQ(nt_txn_core_writer(&s.txn, 0), 3);
	script_run(&s);
	NT_EXPECT_EQ(nt_txn_core_writer(&s.txn, 0), NT_OP_NONE);
}

NT_TEST(abort_before_the_first_write_refuses)
{
	struct script s;

	script_init(&s, 2);
	script_step(&s);
	nt_txn_core_abort(&s.txn, -ENONET);
	script_run(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_REFUSED);
	NT_EXPECT_EQ(s.applied, 0);
	NT_EXPECT_EQ(s.txn.error, -ENONET);
	NT_EXPECT_EQ(s.txn.failed_op, NT_OP_NONE);
}

NT_TEST(abort_between_writes_undoes)
{
	struct script s;

	script_init(&s, 3);
	while (s.applied < 2)
		script_step(&s);
	nt_txn_core_abort(&s.txn, -ETIME);
	script_run(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_UNDONE);
	NT_EXPECT_EQ(s.undone_count, 2);
	NT_EXPECT_EQ(s.txn.error, -ETIME);
}

NT_TEST(abort_with_a_put_back_outstanding_undoes_it)
{
	struct script s;

	script_init(&s, 2);
	s.ops[0].flags = NETTUNE_OP_FLAG_PREFER;
	s.apply_error[0] = -EIO;
	while (!s.applied)
		script_step(&s);
	nt_txn_core_abort(&s.txn, -ETIME);
	script_run(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_UNDONE);
	NT_EXPECT_EQ(s.undone_count, 1);
}

NT_TEST(abort_while_undoing_changes_nothing)
{
	struct script s;

	script_init(&s, 3);
	s.apply_error[2] = -EINVAL;
	while (!s.undone_count)
		script_step(&s);
	nt_txn_core_abort(&s.txn, -ETIME);
	script_run(&s);
	NT_EXPECT_EQ(s.txn.error, -EINVAL);
	NT_EXPECT_EQ(s.undone_count, 3);
}

NT_TEST(abort_after_the_end_changes_nothing)
{
	struct script s;

	script_init(&s, 1);
	script_run(&s);
	nt_txn_core_abort(&s.txn, -ETIME);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_COMMITTED);
	NT_EXPECT_EQ(s.txn.error, 0);
}

NT_TEST(what_was_not_written_is_not_undone)
{
	struct script s;
	u32 index;
	int i;

	script_init(&s, 2);
	script_step(&s);
	script_step(&s);
	for (i = 0; i < 2; i++) {
		NT_EXPECT_EQ(nt_txn_core_next(&s.txn, &index), NT_TXN_APPLY);
		nt_txn_core_report(&s.txn, NT_TXN_APPLY, index, i == 1 ? -EIO : 0,
				   NETTUNE_RESULT_FLAG_UNCHANGED);
	}
	script_run(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_UNDONE);
	NT_EXPECT_EQ(s.undone_count, 0);
}

/* An open transaction whose first batch, of @count operations, is applied. */
static void script_init_open(struct script *script, u32 count)
{
	script_init(script, OPS_MAX);
	nt_txn_core_init(&script->txn, NETTUNE_TXN_STATE_OPEN);
	nt_txn_core_add(&script->txn, script->ops, script->order, count);
	script_run(script);
}

NT_TEST(batch_applied_leaves_the_transaction_open)
{
	struct script s;

	script_init_open(&s, 2);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_OPEN);
	NT_EXPECT_EQ(s.applied, 2);
	nt_txn_core_add(&s.txn, s.ops, s.order, 3);
	NT_EXPECT(!nt_txn_core_waits(&s.txn));
	script_run(&s);
	NT_EXPECT_EQ(s.applied, 5);
	NT_EXPECT_EQ(s.txn.op_count, 5);
	nt_txn_core_keep(&s.txn, NETTUNE_TXN_STATE_COMMITTED);
	NT_EXPECT(nt_txn_core_ended(&s.txn));
	NT_EXPECT_EQ(s.undone_count, 0);
}

NT_TEST(later_batch_that_fails_to_stage_undoes_the_earlier)
{
	struct script s;

	script_init_open(&s, 2);
	nt_txn_core_add(&s.txn, s.ops, s.order, 1);
	s.stage_error[2] = -EIO;
	script_run(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_UNDONE);
	NT_EXPECT_EQ(s.txn.failed_op, 2);
	NT_EXPECT_EQ(s.undone_count, 2);
	NT_EXPECT_EQ(s.live[0], 0);
	NT_EXPECT_EQ(s.live[1], 0);
}

NT_TEST(undo_order_goes_across_batches)
{
	struct script s;

	script_init_open(&s, 2);
	nt_txn_core_add(&s.txn, s.ops, s.order, 2);
	s.ops[0].undo_seq = 5;
	s.ops[1].undo_seq = 1;
	s.ops[2].undo_seq = 9;
	s.ops[3].undo_seq = 1;
	s.apply_error[3] = -EINVAL;
	script_run(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_UNDONE);
	NT_EXPECT_EQ(s.undone_count, 4);
	NT_EXPECT_EQ(s.undone[0], 3);
	NT_EXPECT_EQ(s.undone[1], 1);
	NT_EXPECT_EQ(s.undone[2], 0);
	NT_EXPECT_EQ(s.undone[3], 2);
}

NT_TEST(open_transaction_without_operations_is_undone)
{
	struct script s;

	memset(&s, 0, sizeof(s));
	nt_txn_core_init(&s.txn, NETTUNE_TXN_STATE_OPEN);
	NT_EXPECT(!script_step(&s));
	NT_EXPECT(nt_txn_core_abort(&s.txn, -ECANCELED));
	script_run(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_UNDONE);
	NT_EXPECT_EQ(s.txn.error, -ECANCELED);
	NT_EXPECT(!nt_txn_core_abort(&s.txn, -ETIME));
}

NT_TEST(awaiting_is_confirmed_or_undone)
{
	struct script s;

	script_init_open(&s, 2);
	nt_txn_core_keep(&s.txn, NETTUNE_TXN_STATE_AWAITING);
	NT_EXPECT(nt_txn_core_waits(&s.txn));
	NT_EXPECT(!nt_txn_core_ended(&s.txn));
	nt_txn_core_keep(&s.txn, NETTUNE_TXN_STATE_COMMITTED);
	NT_EXPECT_EQ(script_step(&s), false);

	script_init_open(&s, 2);
	nt_txn_core_keep(&s.txn, NETTUNE_TXN_STATE_AWAITING);
	nt_txn_core_abort(&s.txn, -ETIMEDOUT);
	script_run(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_UNDONE);
	NT_EXPECT_EQ(s.undone_count, 2);
}

NT_TEST(one_shot_transaction_may_await_confirmation)
{
	struct script s;

	script_init(&s, OPS_MAX);
	nt_txn_core_init(&s.txn, NETTUNE_TXN_STATE_AWAITING);
	nt_txn_core_add(&s.txn, s.ops, s.order, 1);
	script_run(&s);
	NT_EXPECT_EQ(s.txn.state, NETTUNE_TXN_STATE_AWAITING);
}

NT_TEST(moved_device_is_known)
{
	struct script s;

	script_init(&s, 3);
	s.ops[0].device = 4;
	s.ops[0].moves_device = true;
	s.ops[1].device = 4;
	s.ops[2].device = 5;
	NT_EXPECT(!nt_txn_core_moved(&s.txn, 1));
	script_run(&s);
	NT_EXPECT(nt_txn_core_moved(&s.txn, 1));
	NT_EXPECT(!nt_txn_core_moved(&s.txn, 0));
	NT_EXPECT(!nt_txn_core_moved(&s.txn, 2));
	s.ops[0].result = 0;
	NT_EXPECT(!nt_txn_core_moved(&s.txn, 1));
}

NT_SUITE(txn,
	 NT_CASE(empty_transaction_commits),
	 NT_CASE(all_is_staged_before_anything_is_applied),
	 NT_CASE(staging_failure_refuses_and_writes_nothing),
	 NT_CASE(preferred_staging_failure_is_skipped),
	 NT_CASE(undo_follows_undo_seq_after_third_apply_fails),
	 NT_CASE(equal_undo_seq_undoes_the_last_first),
	 NT_CASE(undo_goes_on_past_errors),
	 NT_CASE(preferred_failure_is_put_back_before_the_next),
	 NT_CASE(what_was_put_back_is_not_undone_again),
	 NT_CASE(preferred_put_back_failure_taints_a_later_undo),
	 NT_CASE(put_back_leaves_what_an_earlier_operation_wrote),
	 NT_CASE(undo_after_a_put_back_goes_to_the_start),
	 NT_CASE(abort_turns_a_put_back_into_undo),
	 NT_CASE(writer_of_a_tunable_is_its_last_and_not_undone),
	 NT_CASE(abort_before_the_first_write_refuses),
	 NT_CASE(abort_between_writes_undoes),
	 NT_CASE(abort_with_a_put_back_outstanding_undoes_it),
	 NT_CASE(abort_while_undoing_changes_nothing),
	 NT_CASE(abort_after_the_end_changes_nothing),
	 NT_CASE(what_was_not_written_is_not_undone),
	 NT_CASE(batch_applied_leaves_the_transaction_open),
	 NT_CASE(later_batch_that_fails_to_stage_undoes_the_earlier),
	 NT_CASE(undo_order_goes_across_batches),
	 NT_CASE(open_transaction_without_operations_is_undone),
	 NT_CASE(awaiting_is_confirmed_or_undone),
	 NT_CASE(one_shot_transaction_may_await_confirmation),
	 NT_CASE(moved_device_is_known));
