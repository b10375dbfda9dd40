/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One operation: reading, writing, verifying and restoring a tunable of any kind.
 */
#ifndef NT_OP_H
#define NT_OP_H

#include <linux/build_bug.h>
#include <linux/string.h>
#include <linux/types.h>

#include "core/txn.h"
#include "core/value.h"
#include "ethnl.h"
#include "file.h"
#include "irq.h"

struct cred;
struct net;
struct nt_op;
struct nt_txn;

/* One byte more than a value, so that a longer one shows. */
#define NT_SCRATCH_BYTES (NETTUNE_VALUE_MAX + 1)

/**
 * struct nt_value - bytes of a tunable; may be moved in memory
 * @data: where longer ones are: from kvmalloc(), or somebody else's; NULL for no value
 * @bytes: short ones, as a number and its newline, for which memory of their own costs more
 * @len: bytes
 * @is_here: whether they are in @bytes
 */
struct nt_value {
	union {
		char *data;
		char bytes[16];
	};
	u32 len;
	bool is_here;
};

/* Where the bytes are, or NULL if there is no value; an empty value is one. */
static inline const char *nt_value_data(const struct nt_value *value)
{
	return value->is_here ? value->bytes : value->data;
}

/* What a value takes besides itself. */
static inline size_t nt_value_bytes(const struct nt_value *value)
{
	return value->is_here ? 0 : value->len;
}

/**
 * struct nt_request - an operation as the client asks for it
 * @net: network namespace of the calling task
 * @page: %PATH_MAX bytes to work in
 * @kind: enum nettune_op_kind
 * @fd: descriptor in the calling task
 * @want: the bytes to write, at most %NETTUNE_VALUE_MAX
 * @undo: for kind ethnl, the attributes that undo it
 * @ethnl_cmd: for kind ethnl
 * @undo_seq: place in the undo order
 * @flags: bits of enum nettune_op_flag
 * @message: why it was refused, static storage; set on failure
 * @refused_attr: the attribute of enum nettune_a_op that this is about, or 0 for the operation
 */
struct nt_request {
	struct net *net;
	char *page;
	u32 kind;
	int fd;
	struct nt_value want;
	struct nt_value undo;
	u32 ethnl_cmd;
	u32 undo_seq;
	u32 flags;
	const char *message;
	u32 refused_attr;
};

/**
 * struct nt_outcome - what came of one step of one operation
 * @error: 0 or a negative errno
 * @result: bits of enum nettune_result_flag to add
 * @message: a string of static storage that explains @error, or NULL
 * @words: the same in the words of the network core; goes to the operation
 * @readback: what was read after the write; goes to the operation
 */
struct nt_outcome {
	int error;
	u32 result;
	const char *message;
	char *words;
	struct nt_value readback;
};

/**
 * struct nt_worker_memory - memory that the worker needs, there before it starts
 * @found: what the last apply found before its write; stays until it is put back
 * @found_bytes: its bytes
 * @scratch: the value read last
 * @words: what the network core says; empty if it says nothing
 * @wire: messages
 */
struct nt_worker_memory {
	struct nt_value found;
	char found_bytes[NT_SCRATCH_BYTES] __aligned(NLA_ALIGNTO);
	char scratch[NT_SCRATCH_BYTES] __aligned(NLA_ALIGNTO);
	char words[NETTUNE_MESSAGE_MAX];
	char wire[NETTUNE_REPLY_MAX] __aligned(8);
};

/**
 * struct nt_step - what the worker lends to one step of one operation
 * @txn: the transaction, whose state only the worker changes during a step
 * @index: place of the operation
 * @memory: the worker's
 * @deadline: jiffies after which nothing is retried
 */
struct nt_step {
	const struct nt_txn *txn;
	u32 index;
	struct nt_worker_memory *memory;
	unsigned long deadline;
};

/**
 * struct nt_op_kind - how one kind of operation is carried out
 * @get: check a request and take hold of its tunable, in the sender's system call
 * @read: read the tunable to the scratch memory
 * @write: have it take a value: the wanted one, one that was read, or @op->seen
 * @warn_of: say what is to be feared of a write that changes the value, or NULL
 * @compare: compare a value read with another, or with the wanted one
 * @put: release what the operation holds, but not its values; never waits; NULL if nothing
 * @disturbs: a write that lacks memory may have cost the link, and is not tried again for
 *	what is wanted
 *
 * @read, @write and @warn_of run on the worker, under the credentials of who added
 * the operation and without a lock, may sleep, and return 0 or a negative errno.
 */
struct nt_op_kind {
	int (*get)(struct nt_request *request, struct nt_op *op, struct nt_op_core *core);
	int (*read)(const struct nt_step *step, const struct nt_op *op, u32 *ret_len);
	int (*write)(const struct nt_step *step, const struct nt_op *op,
		     const struct nt_value *value);
	const char *(*warn_of)(const struct nt_op *op, const struct nt_op_core *core);
	enum nt_value_match (*compare)(const struct nt_op *op, const struct nt_value *want,
				       const char *seen, u32 seen_len);
	void (*put)(struct nt_op *op);
	bool disturbs;
};

/**
 * struct nt_op - one operation; may be moved in memory
 * @kind: how it is carried out
 * @cred: of who added it; NULL once released
 * @want: the wanted value; the worker's
 * @seen: the value before the transaction; the worker's
 * @readback: the value after the write; written by the worker under the lock
 * @message: why it failed, static storage; written by the worker under the lock
 * @words: the same from elsewhere, or NULL; written by the worker under the lock
 * @file: for operations of kind file
 * @ethnl: for operations of kind ethnl
 * @irq: for operations of kind irq
 */
struct nt_op {
	const struct nt_op_kind *kind;
	const struct cred *cred;
	struct nt_value want;
	struct nt_value seen;
	struct nt_value readback;
	const char *message;
	char *words;
	union {
		struct nt_file file;
		struct nt_ethnl ethnl;
		struct nt_irq irq;
	};
};

/* What an operation takes besides its values is told in SECURITY.md. */
static_assert(sizeof(struct nt_op) <= 128 && sizeof(struct nt_op_core) <= 40);

/* What @words, from kstrdup() or NULL, hold. */
static inline size_t nt_words_bytes(const char *words)
{
	return words ? strlen(words) + 1 : 0;
}

int nt_op_get(struct nt_request *request, struct nt_op *op, struct nt_op_core *core);
size_t nt_op_bytes(const struct nt_op *op);
void nt_op_release(struct nt_op *op);
void nt_op_run(const struct nt_step *step, enum nt_txn_step kind, struct nt_op *op,
	       struct nt_outcome *ret_outcome);
u32 nt_op_kinds(void);

void nt_value_free(struct nt_value *value);
int nt_refuse(struct nt_request *request, u32 attr, const char *message, int error);

#endif /* NT_OP_H */
