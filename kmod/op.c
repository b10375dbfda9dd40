// SPDX-License-Identifier: GPL-2.0-only
/*
 * One operation: reading, writing, verifying and restoring a tunable of any kind.
 *
 * Nothing is believed without a look: the value is read before the transaction,
 * just before the write, after it, before undo and after that. What is found
 * and is neither the value before nor ours is a third party's, and left alone.
 */
#include "op.h"

#include <linux/cred.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "txn.h"

/* How long to leave a busy lock alone before the next attempt. */
#define RETRY_PAUSE_MS 10

/**
 * nt_refuse() - say why an operation is not accepted
 * @refusal: filled in
 * @attr: the attribute that it is about, or 0
 * @message: static storage
 * @error: the negative errno
 *
 * Return: @error.
 */
int nt_refuse(struct nt_refusal *refusal, u32 attr, const char *message, int error)
{
	refusal->attr = attr;
	refusal->message = message;
	return error;
}

/**
 * nt_value_free() - release the bytes of a value
 * @value: cleared
 */
void nt_value_free(struct nt_value *value)
{
	kvfree(value->data);
	value->data = NULL;
	value->len = 0;
}

static const struct nt_op_kind *kind_of(u32 number)
{
	switch (number) {
	case NETTUNE_OP_KIND_FILE:
		return &nt_file_kind;
	case NETTUNE_OP_KIND_ETHNL:
		return &nt_ethnl_op_kind;
#ifdef CONFIG_GENERIC_MSI_IRQ
	case NETTUNE_OP_KIND_IRQ:
		return &nt_irq_kind;
#endif
	default:
		return NULL;
	}
}

/**
 * nt_op_kinds() - say which kinds of operations this kernel allows
 *
 * Return: bit n is set for kind n+1.
 */
u32 nt_op_kinds(void)
{
	u32 kinds = 0, i;

	for (i = NETTUNE_OP_KIND_FILE; i <= NETTUNE_OP_KIND_IRQ; i++)
		if (kind_of(i))
			kinds |= BIT(i - 1);
	return kinds;
}

/**
 * nt_op_get() - take an operation over from the calling task
 * @request: as the client asks for it
 * @net: network namespace of the calling task
 * @op: zeroed, filled in on success; to be released with nt_op_release()
 * @core: zeroed, filled in on success
 * @ret_refusal: why it was refused; set on failure
 *
 * Return: 0 or a negative errno.
 */
int nt_op_get(const struct nt_request *request, struct net *net, struct nt_op *op,
	      struct nt_op_core *core, struct nt_refusal *ret_refusal)
{
	const struct nt_op_kind *kind = kind_of(request->kind);
	int r;

	if (!kind)
		return nt_refuse(ret_refusal, NETTUNE_A_OP_KIND,
				 "this kernel has no such operations", -EOPNOTSUPP);
	core->undo_seq = request->undo_seq;
	core->flags = request->flags;
	op->want.data = kvmalloc(request->want.len, GFP_KERNEL_ACCOUNT);
	if (!op->want.data)
		return nt_refuse(ret_refusal, 0, "no memory for the value", -ENOMEM);
	memcpy(op->want.data, request->want.data, request->want.len);
	op->want.len = request->want.len;
	r = kind->get(request, net, op, core, ret_refusal);
	if (r < 0) {
		nt_value_free(&op->want);
		return r;
	}
	op->kind = kind;
	op->cred = get_current_cred();
	return 0;
}

/**
 * nt_op_bytes() - count what an operation's values hold
 * @op: the operation
 */
size_t nt_op_bytes(const struct nt_op *op)
{
	size_t undo = op->cred && op->kind == &nt_ethnl_op_kind ? op->ethnl.undo_len : 0;

	return undo + op->want.len + op->seen.len + op->readback.len + nt_words_bytes(op->words);
}

/**
 * nt_op_release() - let go of all that only the worker needs
 * @op: the operation; its results stay
 */
void nt_op_release(struct nt_op *op)
{
	if (!op->cred)
		return;
	op->kind->put(op);
	put_cred(op->cred);
	op->cred = NULL;
	nt_value_free(&op->want);
	nt_value_free(&op->seen);
}

static bool asks_for_restart(int r)
{
	return r == -ERESTARTSYS || r == -ERESTARTNOINTR || r == -ERESTARTNOHAND || r == -EINTR;
}

/*
 * Whether to try again: a handler asked for it, or somebody had no memory, which
 * must not cost an undo. Never leaves a signal pending.
 */
static bool wants_retry(int r, unsigned long deadline)
{
	if (asks_for_restart(r))
		flush_signals(current);
	else if (r != -ENOMEM && r != -ENOBUFS)
		return false;
	if (time_after(jiffies, deadline))
		return false;
	msleep(RETRY_PAUSE_MS);
	return true;
}

/* Errors that ask for a restart mean nothing to userspace. */
static int settle_error(int r)
{
	return asks_for_restart(r) ? -EBUSY : r;
}

/* Reads the tunable into the scratch memory of @step. */
static int op_read(const struct nt_step *step, const struct nt_op *op, u32 *ret_len)
{
	int r;

	do {
		r = op->kind->read(step, op, step->scratch, ret_len);
	} while (wants_retry(r, step->deadline));
	return settle_error(r);
}

static int op_write(const struct nt_step *step, const struct nt_op *op,
		    const struct nt_value *value)
{
	int r;

	do {
		step->words[0] = '\0';
		r = op->kind->write(step, op, value);
	} while (wants_retry(r, step->deadline));
	return settle_error(r);
}

static int value_copy(const char *data, u32 len, struct nt_value *ret_value)
{
	/* An empty value is a value: give it memory too, so that NULL means none. */
	char *copy = kvmalloc(len + 1, GFP_KERNEL);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, data, len);
	ret_value->data = copy;
	ret_value->len = len;
	return 0;
}

static void outcome_fail(struct nt_outcome *outcome, int error, const char *message)
{
	outcome->error = error;
	outcome->message = message;
}

/* As above, for a write; what the network core said goes along if there is memory for it. */
static void outcome_refused(const struct nt_step *step, struct nt_outcome *outcome, int error,
			    const char *message)
{
	outcome_fail(outcome, error, message);
	if (step->words[0])
		outcome->words = kstrdup(step->words, GFP_KERNEL);
}

static void op_stage(const struct nt_step *step, struct nt_op *op, struct nt_outcome *ret_outcome)
{
	u32 len;
	int r;

	r = op_read(step, op, &len);
	if (r < 0) {
		outcome_fail(ret_outcome, r, "the value before can't be read");
		return;
	}
	r = value_copy(step->scratch, len, &op->seen);
	if (r < 0)
		outcome_fail(ret_outcome, r, "no memory for the value before");
}

/* Keeps what was read back; having verified it does not depend on memory. */
static void keep_readback(const char *scratch, u32 len, struct nt_outcome *ret_outcome)
{
	if (value_copy(scratch, len, &ret_outcome->readback) < 0)
		ret_outcome->result |= NETTUNE_RESULT_FLAG_NO_READBACK;
}

static void verify(const struct nt_step *step, struct nt_op *op, struct nt_outcome *ret_outcome)
{
	u32 len;
	int r;

	r = op_read(step, op, &len);
	if (r < 0) {
		outcome_fail(ret_outcome, r, "the value can't be read back");
		return;
	}
	keep_readback(step->scratch, len, ret_outcome);
	switch (op->kind->compare(op, &op->want, step->scratch, len)) {
	case NT_VALUE_EQUAL:
		return;
	case NT_VALUE_ROUNDED:
		ret_outcome->result |= NETTUNE_RESULT_FLAG_ROUNDED;
		return;
	case NT_VALUE_DIFFERENT:
		outcome_fail(ret_outcome, -EBADE,
			     "the value was accepted but reads back otherwise");
	}
}

/* Whether @op's write is still there in the @len bytes of scratch memory that its tunable reads. */
static bool is_left(const struct nt_step *step, const struct nt_op *op, u32 len)
{
	const struct nt_value *left = op->readback.data ? &op->readback : &op->want;
	enum nt_value_match match = op->kind->compare(op, left, step->scratch, len);

	return nt_value_is_left(match, left == &op->readback);
}

/*
 * Whether the tunable holds what another operation of this transaction wrote or
 * moved. Two files may be two names of one tunable, in different units, so that
 * the other's own is asked. An earlier operation's value can't be there any more
 * once it is known what this one's write left. Overwrites the scratch memory.
 */
static bool is_of_another_op(const struct nt_step *step, const struct nt_op *op)
{
	u32 index = nt_txn_core_writer(&step->txn->core, step->index), len;
	const struct nt_op *other;

	if (nt_txn_core_moved(&step->txn->core, step->index))
		return true;
	if (index == NT_OP_NONE || (index < step->index && op->readback.data))
		return false;
	other = &step->txn->ops[index];
	return op_read(step, other, &len) == 0 && is_left(step, other, len);
}

static enum nt_value_match compare_found(const struct nt_step *step, const struct nt_op *op,
					 const struct nt_value *value)
{
	return op->kind->compare(op, value, step->found->data, step->found->len);
}

/* Reads what is there just before the write; the transaction must know how it came there. */
static int find(const struct nt_step *step, const struct nt_op *op,
		struct nt_outcome *ret_outcome)
{
	struct nt_value *found = step->found;
	int r;

	r = op_read(step, op, &found->len);
	if (r < 0) {
		outcome_fail(ret_outcome, r, "the value can't be read");
		return r;
	}
	memcpy(found->data, step->scratch, found->len);
	if (compare_found(step, op, &op->want) == NT_VALUE_EQUAL ||
	    compare_found(step, op, &op->seen) == NT_VALUE_EQUAL || is_of_another_op(step, op))
		return 0;
	outcome_fail(ret_outcome, -ESTALE, "a third party changed the value meanwhile; left alone");
	return -ESTALE;
}

/* What a refused write left behind is not always what was there: a vector may be half written. */
static void look_after_refusal(const struct nt_step *step, const struct nt_op *op,
			       struct nt_outcome *ret_outcome)
{
	u32 len;

	if (op_read(step, op, &len) == 0)
		keep_readback(step->scratch, len, ret_outcome);
}

static void op_apply(const struct nt_step *step, struct nt_op *op, struct nt_outcome *ret_outcome)
{
	const struct nt_value *found = step->found;
	const char *fear = NULL;
	int r;

	if (find(step, op, ret_outcome) < 0)
		return;
	if (compare_found(step, op, &op->want) == NT_VALUE_EQUAL) {
		ret_outcome->result = NETTUNE_RESULT_FLAG_UNCHANGED;
		keep_readback(found->data, found->len, ret_outcome);
		return;
	}
	if (op->kind->warn_of)
		fear = op->kind->warn_of(op, &step->txn->core.ops[step->index], found);
	if (fear) {
		outcome_fail(ret_outcome, -EPERM, fear);
		return;
	}
	ret_outcome->result = NETTUNE_RESULT_FLAG_WRITTEN;
	r = op_write(step, op, &op->want);
	if (r < 0) {
		outcome_refused(step, ret_outcome, r, "the kernel refused the value");
		look_after_refusal(step, op, ret_outcome);
		return;
	}
	verify(step, op, ret_outcome);
}

/* Writes @value and makes sure of it. */
static void restore(const struct nt_step *step, struct nt_op *op, const struct nt_value *value,
		    struct nt_outcome *ret_outcome)
{
	u32 len;
	int r;

	r = op_write(step, op, value);
	if (r < 0) {
		outcome_refused(step, ret_outcome, r, "the kernel refused the value before");
		return;
	}
	r = op_read(step, op, &len);
	if (r < 0)
		outcome_fail(ret_outcome, r, "the value can't be read after undo");
	else if (op->kind->compare(op, value, step->scratch, len) != NT_VALUE_EQUAL)
		outcome_fail(ret_outcome, -EBADE, "the value after undo reads otherwise");
}

/* Whether the tunable went with the queues that this transaction made and took away again. */
static bool is_gone_by_us(const struct nt_step *step, int error)
{
	return (error == -ENODEV || error == -ENOENT) &&
	       nt_txn_core_moved(&step->txn->core, step->index);
}

/* Brings @value back, unless what is there now is not of this transaction. */
static void bring_back(const struct nt_step *step, struct nt_op *op, const struct nt_value *value,
		       struct nt_outcome *ret_outcome)
{
	u32 len;
	int r;

	r = op_read(step, op, &len);
	if (is_gone_by_us(step, r))
		return;
	if (r < 0) {
		outcome_fail(ret_outcome, r, "the value can't be read before undo");
		return;
	}
	if (op->kind->compare(op, value, step->scratch, len) == NT_VALUE_EQUAL)
		return;
	if (!is_left(step, op, len) && !is_of_another_op(step, op)) {
		outcome_fail(ret_outcome, -ESTALE, "a third party changed the value; left alone");
		return;
	}
	restore(step, op, value, ret_outcome);
}

/**
 * nt_op_run() - take one step with one operation
 * @step: what the worker lends
 * @kind: the step; not %NT_TXN_WAIT or %NT_TXN_END
 * @op: the operation
 * @ret_outcome: zeroed; what came of it
 *
 * Context: the worker, without a lock; runs under the credentials of who added
 * the operation.
 */
void nt_op_run(const struct nt_step *step, enum nt_txn_step kind, struct nt_op *op,
	       struct nt_outcome *ret_outcome)
{
	const struct cred *saved = override_creds(op->cred);

	step->words[0] = '\0';
	switch (kind) {
	case NT_TXN_STAGE:
		op_stage(step, op, ret_outcome);
		break;
	case NT_TXN_APPLY:
		op_apply(step, op, ret_outcome);
		break;
	case NT_TXN_PUT_BACK:
		bring_back(step, op, step->found, ret_outcome);
		break;
	case NT_TXN_UNDO:
		bring_back(step, op, &op->seen, ret_outcome);
		break;
	case NT_TXN_WAIT:
	case NT_TXN_END:
		break;
	}
	revert_creds(saved);
}
