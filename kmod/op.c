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

/* How long to leave a busy lock alone; where memory lacks, twice as long each time. */
#define RETRY_PAUSE_MS 10

/**
 * nt_refuse() - say why an operation is not accepted
 * @request: the operation
 * @attr: the attribute that it is about, or 0
 * @message: static storage
 * @error: the negative errno
 *
 * Return: @error.
 */
int nt_refuse(struct nt_request *request, u32 attr, const char *message, int error)
{
	request->refused_attr = attr;
	request->message = message;
	return error;
}

/**
 * nt_value_free() - release the bytes of a value
 * @value: cleared
 */
void nt_value_free(struct nt_value *value)
{
	if (!value->is_here)
		kvfree(value->data);
	*value = (struct nt_value){ };
}

static const struct nt_op_kind *const kinds[] = {
	[NETTUNE_OP_KIND_FILE] = &nt_file_kind,
	[NETTUNE_OP_KIND_ETHNL] = &nt_ethnl_op_kind,
#ifdef CONFIG_PCI_MSI
	[NETTUNE_OP_KIND_IRQ] = &nt_irq_kind,
#endif
};

/**
 * nt_op_kinds() - say which kinds of operations this kernel allows
 *
 * Return: bit n is set for kind n+1.
 */
u32 nt_op_kinds(void)
{
	u32 bits = 0, i;

	for (i = 1; i < ARRAY_SIZE(kinds); i++)
		bits |= BIT(i - 1);
	return bits;
}

static int value_copy(const char *data, u32 len, gfp_t gfp, struct nt_value *ret_value)
{
	struct nt_value copy = { .len = len, .is_here = len <= sizeof(copy.bytes) };

	if (!copy.is_here)
		copy.data = kvmalloc(len, gfp);
	if (!nt_value_data(&copy))
		return -ENOMEM;
	memcpy(copy.is_here ? copy.bytes : copy.data, data, len);
	*ret_value = copy;
	return 0;
}

/**
 * nt_op_get() - take an operation over from the calling task
 * @request: as the client asks for it
 * @op: zeroed, filled in on success; to be released with nt_op_release()
 * @core: zeroed, filled in on success
 *
 * Return: 0 or a negative errno.
 */
int nt_op_get(struct nt_request *request, struct nt_op *op, struct nt_op_core *core)
{
	const struct nt_value *want = &request->want;
	int r;

	if (!request->kind || request->kind >= ARRAY_SIZE(kinds))
		return nt_refuse(request, NETTUNE_A_OP_KIND,
				 "this kernel has no such operations", -EOPNOTSUPP);
	core->undo_seq = request->undo_seq;
	core->flags = request->flags;
	r = value_copy(nt_value_data(want), want->len, GFP_KERNEL_ACCOUNT, &op->want);
	if (r < 0)
		return nt_refuse(request, 0, "no memory for the value", r);
	r = kinds[request->kind]->get(request, op, core);
	if (r < 0) {
		nt_value_free(&op->want);
		return r;
	}
	op->kind = kinds[request->kind];
	op->cred = get_current_cred();
	return 0;
}

/**
 * nt_op_bytes() - count what an operation's values take besides it
 * @op: the operation
 */
size_t nt_op_bytes(const struct nt_op *op)
{
	size_t undo = op->cred && op->kind == &nt_ethnl_op_kind ? op->ethnl.undo->len : 0;

	return undo + nt_value_bytes(&op->want) + nt_value_bytes(&op->seen) +
	       nt_value_bytes(&op->readback) + nt_words_bytes(op->words);
}

/**
 * nt_op_release() - let go of all that only the worker needs
 * @op: the operation; its results stay
 */
void nt_op_release(struct nt_op *op)
{
	if (!op->cred)
		return;
	if (op->kind->put)
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
static bool wants_retry(int r, bool once, unsigned long deadline, u32 *pause_ms)
{
	if (asks_for_restart(r))
		flush_signals(current);
	else if (once || (r != -ENOMEM && r != -ENOBUFS))
		return false;
	else
		*pause_ms *= 2;
	if (time_after(jiffies, deadline))
		return false;
	msleep(*pause_ms);
	return true;
}

/*
 * Has the tunable take @value or, if that is NULL, reads it to the scratch memory.
 * Errors that ask for a restart mean nothing to userspace.
 */
static int op_access(const struct nt_step *step, const struct nt_op *op,
		     const struct nt_value *value, u32 *ret_len)
{
	const bool once = value == &op->want && op->kind->disturbs;
	u32 pause_ms = RETRY_PAUSE_MS;
	int r;

	do {
		step->memory->words[0] = '\0';
		r = value ? op->kind->write(step, op, value) : op->kind->read(step, op, ret_len);
	} while (wants_retry(r, once, step->deadline, &pause_ms));
	return asks_for_restart(r) ? -EBUSY : r;
}

static int fail(struct nt_outcome *outcome, int error, const char *message)
{
	outcome->message = message;
	return error;
}

/* Reads the tunable to the scratch memory, or says with @message that it can't be read. */
static int op_look(const struct nt_step *step, const struct nt_op *op, u32 *ret_len,
		   struct nt_outcome *outcome, const char *message)
{
	int r = op_access(step, op, NULL, ret_len);

	return r < 0 ? fail(outcome, r, message) : 0;
}

/* What the network core said to a refusal goes along if there is memory for it. */
static int op_write(const struct nt_step *step, const struct nt_op *op,
		    const struct nt_value *value, struct nt_outcome *outcome, const char *message)
{
	int r = op_access(step, op, value, NULL);

	if (r >= 0)
		return 0;
	if (step->memory->words[0])
		outcome->words = kstrdup(step->memory->words, GFP_KERNEL);
	return fail(outcome, r, message);
}

/* How @value compares with the @len bytes of scratch memory: mostly they are the same ones. */
static enum nt_value_match compare(const struct nt_step *step, const struct nt_op *op,
				   const struct nt_value *value, u32 len)
{
	if (value->len == len && memcmp(nt_value_data(value), step->memory->scratch, len) == 0)
		return NT_VALUE_EQUAL;
	return op->kind->compare(op, value, step->memory->scratch, len);
}

static int op_stage(const struct nt_step *step, struct nt_op *op, struct nt_outcome *outcome)
{
	u32 len;
	int r;

	r = op_look(step, op, &len, outcome, "the value before can't be read");
	if (r < 0)
		return r;
	r = value_copy(step->memory->scratch, len, GFP_KERNEL, &op->seen);
	return r < 0 ? fail(outcome, r, "no memory for the value before") : 0;
}

/* Keeps what was read last; having verified it does not depend on memory. */
static void keep_readback(const struct nt_step *step, u32 len, struct nt_outcome *outcome)
{
	if (value_copy(step->memory->scratch, len, GFP_KERNEL, &outcome->readback) < 0)
		outcome->result |= NETTUNE_RESULT_FLAG_NO_READBACK;
}

static int verify(const struct nt_step *step, struct nt_op *op, struct nt_outcome *outcome)
{
	enum nt_value_match match;
	u32 len;
	int r;

	r = op_look(step, op, &len, outcome, "the value can't be read back");
	if (r < 0)
		return r;
	keep_readback(step, len, outcome);
	match = compare(step, op, &op->want, len);
	if (match == NT_VALUE_DIFFERENT)
		return fail(outcome, -EBADE, "the value was accepted but reads back otherwise");
	if (match == NT_VALUE_ROUNDED)
		outcome->result |= NETTUNE_RESULT_FLAG_ROUNDED;
	return 0;
}

/* Whether @op's write is still there in the @len bytes of scratch memory that its tunable reads. */
static bool is_left(const struct nt_step *step, const struct nt_op *op, u32 len)
{
	const struct nt_value *left = nt_value_data(&op->readback) ? &op->readback : &op->want;

	return nt_value_is_left(compare(step, op, left, len), left == &op->readback);
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
	if (index == NT_OP_NONE || (index < step->index && nt_value_data(&op->readback)))
		return false;
	other = &step->txn->ops[index];
	return op_access(step, other, NULL, &len) == 0 && is_left(step, other, len);
}

/*
 * Reads what is there just before the write; the transaction must know how it
 * came there. Says in @ret_is_wanted whether it is what is wanted.
 */
static int find(const struct nt_step *step, const struct nt_op *op, bool *ret_is_wanted,
		struct nt_outcome *outcome)
{
	struct nt_value *found = &step->memory->found;
	int r;

	r = op_look(step, op, &found->len, outcome, "the value can't be read");
	if (r < 0)
		return r;
	memcpy(found->data, step->memory->scratch, found->len);
	*ret_is_wanted = compare(step, op, &op->want, found->len) == NT_VALUE_EQUAL;
	if (*ret_is_wanted || compare(step, op, &op->seen, found->len) == NT_VALUE_EQUAL ||
	    is_of_another_op(step, op))
		return 0;
	return fail(outcome, -ESTALE, "a third party changed the value meanwhile; left alone");
}

static int op_apply(const struct nt_step *step, struct nt_op *op, struct nt_outcome *outcome)
{
	const struct nt_value *found = &step->memory->found;
	const char *fear = NULL;
	bool is_wanted;
	u32 len;
	int r;

	r = find(step, op, &is_wanted, outcome);
	if (r < 0)
		return r;
	if (is_wanted) {
		outcome->result = NETTUNE_RESULT_FLAG_UNCHANGED;
		keep_readback(step, found->len, outcome);
		return 0;
	}
	if (op->kind->warn_of)
		fear = op->kind->warn_of(op, &step->txn->core.ops[step->index]);
	if (fear)
		return fail(outcome, -EPERM, fear);
	outcome->result = NETTUNE_RESULT_FLAG_WRITTEN;
	r = op_write(step, op, &op->want, outcome, "the kernel refused the value");
	if (r == 0)
		return verify(step, op, outcome);
	/* Not always what was there: a vector may be half written. */
	if (op_access(step, op, NULL, &len) == 0)
		keep_readback(step, len, outcome);
	return r;
}

/* Whether the tunable went with the queues that this transaction made and took away again. */
static bool is_gone_by_us(const struct nt_step *step, int error)
{
	return (error == -ENODEV || error == -ENOENT) &&
	       nt_txn_core_moved(&step->txn->core, step->index);
}

/* Brings @value back and makes sure of it, unless what is there now is not of this transaction. */
static int bring_back(const struct nt_step *step, struct nt_op *op, const struct nt_value *value,
		      struct nt_outcome *outcome)
{
	u32 len;
	int r;

	r = op_look(step, op, &len, outcome, "the value can't be read before undo");
	if (is_gone_by_us(step, r)) {
		outcome->message = NULL;
		return 0;
	}
	if (r < 0)
		return r;
	if (compare(step, op, value, len) == NT_VALUE_EQUAL)
		return 0;
	if (!is_left(step, op, len) && !is_of_another_op(step, op))
		return fail(outcome, -ESTALE, "a third party changed the value; left alone");
	r = op_write(step, op, value, outcome, "the kernel refused the value before");
	if (r == 0)
		r = op_look(step, op, &len, outcome, "the value can't be read after undo");
	if (r == 0 && compare(step, op, value, len) != NT_VALUE_EQUAL)
		return fail(outcome, -EBADE, "the value after undo reads otherwise");
	return r;
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

	if (kind == NT_TXN_STAGE)
		ret_outcome->error = op_stage(step, op, ret_outcome);
	else if (kind == NT_TXN_APPLY)
		ret_outcome->error = op_apply(step, op, ret_outcome);
	else if (kind == NT_TXN_PUT_BACK)
		ret_outcome->error = bring_back(step, op, &step->memory->found, ret_outcome);
	else
		ret_outcome->error = bring_back(step, op, &op->seen, ret_outcome);
	revert_creds(saved);
}
