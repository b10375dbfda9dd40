// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzes kmod/core: the positive list, the comparison of values, and the state
 * machine, each against properties that hold for every input.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/ethtool_netlink.h>

#include "../../kmod/core/ethnl.h"
#include "../../kmod/core/target.h"
#include "../../kmod/core/txn.h"
#include "../../kmod/core/value.h"

#define OPS_MAX 64U
#define TUNABLES 5U

/* More than there are parts, so that a new one leaves the corpus its meaning. */
#define PARTS 8U
#define FORMS 5U

/**
 * struct bytes - the rest of the input
 * @data: @left bytes
 * @left: bytes
 */
struct bytes {
	const uint8_t *data;
	size_t left;
};

static uint8_t take(struct bytes *in)
{
	if (!in->left)
		return 0;
	in->left--;
	return *in->data++;
}

/* Whatever is allowed lies where the positive list says. */
static void fuzz_target(const char *path)
{
	struct nt_target target;

	u32 irq;

	if (nt_target_irq(path, &irq) == 0)
		assert(strncmp(path, "/irq/", 5) == 0 && strstr(path, "/smp_affinity"));
	if (nt_target_match(NT_TARGET_PROC, path, &target) == 0) {
		assert(strncmp(path, "/sys/net/", 9) == 0);
		assert(target.needs_force || !strstr(path, "/conf/all/") ||
		       strncmp(path, "/sys/net/ipv", 12) != 0 ||
		       strstr(path, "/conf/all/") != path + 13);
		assert(target.device_depth == 0);
	}
	if (nt_target_match(NT_TARGET_SYSFS, path, &target) == 0) {
		assert(strncmp(path, "/devices/", 9) == 0);
		assert(strstr(path, "/net/"));
		assert(target.device_depth == 1 || target.device_depth == 3 ||
		       target.device_depth == 4);
	}
}

/* A value equals itself; equality has no direction. */
static void fuzz_value(enum nt_value_form form, const char *text, size_t len, size_t cut)
{
	const char *rest = text + cut;
	size_t rest_len = len - cut;
	enum nt_value_match there, back;

	if (form != NT_VALUE_MASK)
		assert(nt_value_compare(form, text, len, text, len) == NT_VALUE_EQUAL);
	there = nt_value_compare(form, text, cut, rest, rest_len);
	back = nt_value_compare(form, rest, rest_len, text, cut);
	assert((there == NT_VALUE_EQUAL) == (back == NT_VALUE_EQUAL));
	assert(there != NT_VALUE_ROUNDED || form >= NT_VALUE_POWER_OF_TWO);
}

static u64 take_number(struct bytes *in)
{
	u64 number = 0;
	int i;

	for (i = 0; i < 8; i++)
		number = number << 8 | take(in);
	return number;
}

/* What a kernel that rounds up to powers of two may make of a number, and nothing else. */
static void fuzz_power(struct bytes *in)
{
	u64 seen = 1ULL << take(in) % 64, want = take_number(in);
	enum nt_value_match match = NT_VALUE_DIFFERENT;
	char want_text[24], seen_text[24];

	if (want == seen)
		match = NT_VALUE_EQUAL;
	else if (want && want < seen && want > seen / 2)
		match = NT_VALUE_ROUNDED;
	snprintf(want_text, sizeof(want_text), "%" PRIu64, (uint64_t)want);
	snprintf(seen_text, sizeof(seen_text), "%" PRIu64, (uint64_t)seen);
	assert(nt_value_compare(NT_VALUE_POWER_OF_TWO, want_text, strlen(want_text), seen_text,
				strlen(seen_text)) == match);
}

/**
 * struct host - a transaction and the host that it acts on
 * @txn: the transaction
 * @ops: its operations
 * @order: their undo order
 * @value: of each tunable: 0 as before all, or 1 + the operation that wrote it
 * @found: what each operation found when it was applied
 */
struct host {
	struct nt_txn_core txn;
	struct nt_op_core ops[OPS_MAX];
	u32 order[OPS_MAX];
	u32 value[TUNABLES];
	u32 found[OPS_MAX];
};

/* Whoever is named as a tunable's writer wrote it and was not undone. */
static void check_writer(const struct nt_txn_core *txn, u32 index)
{
	u32 writer = nt_txn_core_writer(txn, index);

	if (writer == NT_OP_NONE)
		return;
	assert(writer < txn->op_count && writer != index);
	assert(txn->ops[writer].tunable == txn->ops[index].tunable);
	assert(txn->ops[writer].result & NETTUNE_RESULT_FLAG_WRITTEN);
	assert(!(txn->ops[writer].result & NETTUNE_RESULT_FLAG_UNDONE));
}

/* What belongs to no device is moved by none. */
static void check_moved(const struct nt_txn_core *txn, u32 index)
{
	if (nt_txn_core_moved(txn, index))
		assert(txn->ops[index].device && txn->written);
}

static void check_step(const struct nt_txn_core *txn, enum nt_txn_step step, u32 index)
{
	const struct nt_op_core *op = &txn->ops[index];

	assert(index < txn->op_count);
	switch (step) {
	case NT_TXN_STAGE:
		assert(txn->state == NETTUNE_TXN_STATE_STAGING && index >= txn->batch);
		break;
	case NT_TXN_APPLY:
		assert(txn->state == NETTUNE_TXN_STATE_APPLYING && index >= txn->batch);
		assert(!op->error);
		break;
	case NT_TXN_PUT_BACK:
		assert(txn->state == NETTUNE_TXN_STATE_APPLYING && op->error);
		assert(op->flags & NETTUNE_OP_FLAG_PREFER);
		assert(op->result & NETTUNE_RESULT_FLAG_WRITTEN);
		break;
	default:
		assert(txn->state == NETTUNE_TXN_STATE_UNDOING);
		assert(op->result & NETTUNE_RESULT_FLAG_WRITTEN);
	}
	check_writer(txn, index);
	check_moved(txn, index);
}

/* Takes one step as the input chooses; a write that fails may still have written. */
static void take_step(struct host *host, enum nt_txn_step step, u32 index, struct bytes *in)
{
	uint8_t choice = take(in);
	int error = (choice & 3) == 3 ? -EINVAL : 0;
	u32 result = 0, *value;

	check_step(&host->txn, step, index);
	value = &host->value[host->ops[index].tunable];
	if (step == NT_TXN_APPLY) {
		host->found[index] = *value;
		result = choice & 4 ? NETTUNE_RESULT_FLAG_WRITTEN : 0;
		*value = result ? index + 1 : *value;
	} else if (step == NT_TXN_PUT_BACK && !error) {
		*value = host->found[index];
	} else if (step == NT_TXN_UNDO && !error) {
		*value = 0;
	}
	nt_txn_core_report(&host->txn, step, index, error, result);
}

/* What the final state promises of each operation. */
static void check_op(const struct nt_txn_core *txn, const struct nt_op_core *op)
{
	bool committed = txn->state == NETTUNE_TXN_STATE_COMMITTED;
	bool written = op->result & NETTUNE_RESULT_FLAG_WRITTEN;
	bool undone = op->result & NETTUNE_RESULT_FLAG_UNDONE;

	assert(!undone || written);
	if (committed)
		assert(!op->error || (op->flags & NETTUNE_OP_FLAG_PREFER));
	if (committed && op->error && written)
		assert(undone || op->undo_error);
	if (txn->state == NETTUNE_TXN_STATE_REFUSED)
		assert(!written);
	if (txn->state == NETTUNE_TXN_STATE_UNDONE)
		assert(undone == written);
	if (txn->state == NETTUNE_TXN_STATE_UNDO_FAILED && written)
		assert(undone || op->undo_error);
}

/* The host is as before, or as the operations left it that were kept. */
static void check_values(const struct host *host)
{
	bool committed = host->txn.state == NETTUNE_TXN_STATE_COMMITTED;
	const u32 flags = NETTUNE_RESULT_FLAG_WRITTEN | NETTUNE_RESULT_FLAG_UNDONE;
	u32 want[TUNABLES] = { 0 }, i;

	if (host->txn.undo_failed)
		return;
	for (i = 0; committed && i < host->txn.op_count; i++)
		if ((host->ops[i].result & flags) == NETTUNE_RESULT_FLAG_WRITTEN)
			want[host->ops[i].tunable] = i + 1;
	assert(memcmp(want, host->value, sizeof(want)) == 0);
}

static void check_end(const struct host *host)
{
	const struct nt_txn_core *txn = &host->txn;
	u32 i;

	for (i = 0; i < txn->op_count; i++)
		check_op(txn, &txn->ops[i]);
	check_values(host);
	assert(txn->undone + txn->undo_failed <= txn->written);
	assert((txn->state == NETTUNE_TXN_STATE_COMMITTED) == !txn->error);
}

/* A batch of up to 15, whose operations the input makes up. */
static void add_batch(struct host *host, struct bytes *in)
{
	u32 count = take(in) % 16, i, at = host->txn.op_count;

	if (at + count > OPS_MAX || host->txn.state != NETTUNE_TXN_STATE_OPEN)
		return;
	for (i = at; i < at + count; i++) {
		uint8_t choice = take(in);

		host->ops[i].tunable = choice % TUNABLES;
		host->ops[i].device = choice % 3;
		host->ops[i].moves_device = choice & 8;
		host->ops[i].undo_seq = choice >> 1;
		host->ops[i].flags = choice & 1 ? NETTUNE_OP_FLAG_PREFER : 0;
	}
	nt_txn_core_add(&host->txn, host->ops, host->order, count);
}

/* What a client may ask for, where the state allows it. */
static void ask(struct host *host, struct bytes *in)
{
	struct nt_txn_core *txn = &host->txn;

	switch (take(in) % 4) {
	case 0:
		add_batch(host, in);
		break;
	case 1:
		if (take(in) & 1 && txn->state == NETTUNE_TXN_STATE_OPEN)
			nt_txn_core_keep(txn, NETTUNE_TXN_STATE_AWAITING);
		break;
	case 2:
		if (nt_txn_core_waits(txn))
			nt_txn_core_keep(txn, NETTUNE_TXN_STATE_COMMITTED);
		break;
	default:
		nt_txn_core_abort(txn, take(in) & 1 ? -ECANCELED : -ETIMEDOUT);
	}
}

/* Undo goes by rising numbers, and of equal ones the last goes first. */
static void check_order(const struct nt_txn_core *txn)
{
	const struct nt_op_core *ops = txn->ops;
	const u32 *order = txn->undo_order;
	u32 i;

	if (txn->state != NETTUNE_TXN_STATE_UNDOING)
		return;
	for (i = 1; i < txn->op_count; i++)
		assert(ops[order[i - 1]].undo_seq < ops[order[i]].undo_seq ||
		       (ops[order[i - 1]].undo_seq == ops[order[i]].undo_seq &&
			order[i - 1] > order[i]));
}

/* A transaction from its beginning to its end, whatever clients and operations do. */
static void fuzz_txn(struct bytes *in)
{
	static const u32 goals[] = { NETTUNE_TXN_STATE_OPEN, NETTUNE_TXN_STATE_COMMITTED,
				     NETTUNE_TXN_STATE_AWAITING };
	struct host host = { .txn = { .ops = NULL } };
	u32 index = 0, steps = 0;
	enum nt_txn_step step;

	nt_txn_core_init(&host.txn, goals[take(in) % 3]);
	while ((step = nt_txn_core_next(&host.txn, &index)) != NT_TXN_END) {
		if (step == NT_TXN_WAIT && !in->left) {
			nt_txn_core_abort(&host.txn, -ETIMEDOUT);
		} else if (step == NT_TXN_WAIT) {
			ask(&host, in);
		} else {
			/* Each operation is staged, applied and undone at most once. */
			assert(++steps <= 3 * OPS_MAX);
			take_step(&host, step, index, in);
			if (take(in) >= 0xf0)
				ask(&host, in);
		}
		check_order(&host.txn);
	}
	check_end(&host);
}

/* Requests and answers in any shape: nothing outside them is read, and what is picked fits. */
static void fuzz_ethnl(const char *attrs, u32 len, u32 cut)
{
	const struct nt_ethnl_kind *kind = nt_ethnl_kind_find((uint8_t)*attrs % 64);
	const struct nt_attrs want = { attrs, cut & ~3U };
	const struct nt_attrs answer = { attrs + want.len, len - want.len };
	struct nt_attrs seen = { NULL, 0 };
	_Alignas(struct nlattr) char picked[256];
	u32 device = 0;

	if (!kind)
		kind = nt_ethnl_kind_find(ETHTOOL_MSG_FEATURES_SET);
	if (nt_ethnl_check(kind, &want, &device) == 0)
		assert(device);
	if (nt_ethnl_pick(kind, &want, &answer, picked, sizeof(picked), &seen.len) == 0) {
		assert(seen.len <= sizeof(picked));
		seen.data = picked;
		/* What was read is what is there. */
		assert(kind->bitset || nt_ethnl_compare(kind, &seen, &seen) == NT_VALUE_EQUAL);
	}
	nt_ethnl_compare(kind, &want, &answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	uint8_t choice = take(&in);
	/* A heap copy of exactly this size: reading past it is seen. */
	char *text = malloc(in.left + 1);

	if (!text)
		return 0;
	memcpy(text, in.data, in.left);
	text[in.left] = '\0';
	switch (choice % PARTS) {
	case 0:
		fuzz_target(text);
		break;
	case 1:
		if (in.left)
			fuzz_value((enum nt_value_form)(choice / PARTS % FORMS), text, in.left,
				   (size_t)data[1] % in.left);
		break;
	case 2:
		if (in.left)
			fuzz_ethnl(text, (u32)in.left, (u32)(data[1] % in.left));
		break;
	case 3:
		fuzz_power(&in);
		break;
	default:
		fuzz_txn(&in);
	}
	free(text);
	return 0;
}
