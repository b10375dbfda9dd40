/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Client of the kernel module's generic netlink family.
 */
#ifndef NT_ENGINE_NETTUNE_GENL_H
#define NT_ENGINE_NETTUNE_GENL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/nettune.h>

/* The bound on waiting for a transaction that callers use unless they know better. */
#define NT_GENL_WAIT_MS (2U * NETTUNE_TXN_APPLY_MS)

/* No operation in particular. */
#define NT_GENL_OP_NONE UINT32_MAX

/**
 * struct nt_genl - a connection to the module; not shared between threads
 */
struct nt_genl;

/**
 * struct nt_genl_capability - what the module can do and has done
 * @module_version: in words
 * @op_kinds: bit n is set if kind n+1 of enum nettune_op_kind is supported
 * @hooks: one bit for each live hook
 * @ops_max: operations in a transaction
 * @value_max: bytes in a value
 * @txn_pending_max: transactions that have not ended
 * @txn_kept_max: ended transactions that are remembered
 * @owner_bytes_max: bytes that one user's pending transactions hold
 * @has_counters: false for callers without privilege, and then the rest is 0
 * @ops_done: written and verified
 * @ops_undone: put back
 * @ops_failed: failed, required or preferred
 * @txns_applied: transactions that committed
 * @txns_undone: transactions that were undone, wholly or not
 * @txns_pending: not ended now
 */
struct nt_genl_capability {
	char module_version[32];
	uint32_t op_kinds;
	uint32_t hooks;
	uint32_t ops_max;
	uint32_t value_max;
	uint32_t txn_pending_max;
	uint32_t txn_kept_max;
	uint32_t owner_bytes_max;
	bool has_counters;
	uint64_t ops_done;
	uint64_t ops_undone;
	uint64_t ops_failed;
	uint64_t txns_applied;
	uint64_t txns_undone;
	uint32_t txns_pending;
};

/**
 * struct nt_genl_op - an operation
 * @kind: enum nettune_op_kind; 0 means kind file
 * @fd: kinds file and irq: the tunable, open for reading and writing; stays the caller's
 * @value: @value_len bytes to write; kind ethnl: the attributes of an ethtool netlink request,
 *	first its header with nothing but the device's index (and flags), bitsets in compact
 *	form with a mask; stays the caller's
 * @value_len: 1 to %NETTUNE_VALUE_MAX
 * @ethnl_cmd: kind ethnl: ETHTOOL_MSG_..._SET
 * @undo: kind ethnl: as @value, what restores the settings before; stays the caller's
 * @undo_len: 1 to %NETTUNE_VALUE_MAX
 * @undo_seq: undo goes by rising numbers, among equal ones last applied first
 * @flags: bits of enum nettune_op_flag
 */
struct nt_genl_op {
	uint32_t kind;
	int fd;
	const void *value;
	size_t value_len;
	uint32_t ethnl_cmd;
	const void *undo;
	size_t undo_len;
	uint32_t undo_seq;
	uint32_t flags;
};

/**
 * struct nt_genl_refusal - why a request was refused
 * @op: index of the operation it was refused for, or %NT_GENL_OP_NONE
 * @message: the module's words, empty if it had none
 */
struct nt_genl_refusal {
	uint32_t op;
	char message[NETTUNE_MESSAGE_MAX];
};

/**
 * struct nt_genl_txn - where a transaction stands
 * @id: its name
 * @cookie: the submitter's
 * @state: enum nettune_txn_state
 * @ops_count: operations
 * @ops_written: operations that wrote
 * @ops_undone: operations put back
 * @ops_undo_failed: operations that could not be put back
 * @deadline_ms: while open or awaiting confirmation, what is left of it
 * @failed_op: operation that decided the state, or %NT_GENL_OP_NONE
 * @error: 0 or the negative errno that decided the state
 * @owner: user id of the submitter
 * @message: why it failed, empty if it did not
 */
struct nt_genl_txn {
	uint64_t id;
	uint64_t cookie;
	uint32_t state;
	uint32_t ops_count;
	uint32_t ops_written;
	uint32_t ops_undone;
	uint32_t ops_undo_failed;
	uint32_t deadline_ms;
	uint32_t failed_op;
	int error;
	uint32_t owner;
	char message[NETTUNE_MESSAGE_MAX];
};

/**
 * struct nt_genl_result - the result of one operation
 * @phase: enum nettune_op_phase, 0 if the module sent no result
 * @flags: bits of enum nettune_result_flag
 * @error: 0 or the negative errno of stage or apply
 * @undo_error: 0 or the negative errno of undo
 * @message: why it failed, empty if it did not
 * @readback: @readback_len bytes read after the write and a NUL, or NULL; owned
 * @readback_len: bytes
 */
struct nt_genl_result {
	uint32_t phase;
	uint32_t flags;
	int error;
	int undo_error;
	char message[NETTUNE_MESSAGE_MAX];
	char *readback;
	size_t readback_len;
};

int nt_genl_open(struct nt_genl **ret_genl);
void nt_genl_close(struct nt_genl *genl);
void nt_genl_closep(struct nt_genl **genl);

int nt_genl_capability(struct nt_genl *genl, struct nt_genl_capability *ret_capability);
/**
 * struct nt_genl_batch - operations of one request
 * @ops: in the order of application; stay the caller's
 * @count: 1 to %NETTUNE_OPS_MAX
 */
struct nt_genl_batch {
	const struct nt_genl_op *ops;
	size_t count;
};

int nt_genl_apply(struct nt_genl *genl, const struct nt_genl_op *ops, size_t op_count,
		  uint64_t cookie, struct nt_genl_txn *ret_txn,
		  struct nt_genl_refusal *ret_refusal);
int nt_genl_apply_await(struct nt_genl *genl, const struct nt_genl_batch *batch, uint64_t cookie,
			uint32_t deadline_ms, struct nt_genl_txn *ret_txn,
			struct nt_genl_refusal *ret_refusal);
int nt_genl_begin(struct nt_genl *genl, uint64_t cookie, uint32_t open_ms,
		  struct nt_genl_txn *ret_txn, struct nt_genl_refusal *ret_refusal);
int nt_genl_add(struct nt_genl *genl, uint64_t id, const struct nt_genl_batch *batch,
		struct nt_genl_txn *ret_txn, struct nt_genl_refusal *ret_refusal);
int nt_genl_commit(struct nt_genl *genl, uint64_t id, uint32_t deadline_ms,
		   struct nt_genl_txn *ret_txn, struct nt_genl_refusal *ret_refusal);
int nt_genl_confirm(struct nt_genl *genl, uint64_t id, uint32_t extend_ms,
		    struct nt_genl_txn *ret_txn, struct nt_genl_refusal *ret_refusal);
int nt_genl_rollback(struct nt_genl *genl, uint64_t id, struct nt_genl_txn *ret_txn,
		     struct nt_genl_refusal *ret_refusal);
int nt_genl_list(struct nt_genl *genl, struct nt_genl_txn **ret_txns, size_t *ret_count);
int nt_genl_get(struct nt_genl *genl, uint64_t id, struct nt_genl_txn *ret_txn);
int nt_genl_wait(struct nt_genl *genl, uint64_t id, uint32_t timeout_ms,
		 struct nt_genl_txn *ret_txn);
int nt_genl_event(struct nt_genl *genl, uint32_t timeout_ms, uint32_t *ret_event,
		  struct nt_genl_txn *ret_txn);
int nt_genl_results(struct nt_genl *genl, uint64_t id, struct nt_genl_result *ret_results,
		    size_t op_count);
void nt_genl_results_free(struct nt_genl_result *results, size_t op_count);
bool nt_genl_ended(const struct nt_genl_txn *txn);
bool nt_genl_settled(const struct nt_genl_txn *txn);

#endif /* NT_ENGINE_NETTUNE_GENL_H */
