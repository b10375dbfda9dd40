// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzes kmod/core: the positive list, the comparison of values, and the state
 * machine, each against properties that hold for every input.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <linux/ethtool_netlink.h>

#include "../../kmod/core/ethnl.h"
#include "../../kmod/core/target.h"
#include "../../kmod/core/txn.h"
#include "../../kmod/core/value.h"

#define OPS_MAX 64U

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
	assert(there != NT_VALUE_ROUNDED || form == NT_VALUE_POWER_OF_TWO);
}

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

/* Takes one step with an outcome that the input chooses. */
static void take_step(struct nt_txn_core *txn, enum nt_txn_step step, u32 index,
		      struct bytes *in)
{
	uint8_t choice = take(in);
	int error = (choice & 3) == 3 ? -EINVAL : 0;
	u32 result = 0;

	assert(index < txn->op_count);
	if (step == NT_TXN_APPLY) {
		assert(txn->state == NETTUNE_TXN_STATE_APPLYING);
		assert(txn->ops[index].error == 0);
		result = choice & 4 ? NETTUNE_RESULT_FLAG_WRITTEN : 0;
	}
	if (step == NT_TXN_UNDO || step == NT_TXN_PUT_BACK)
		assert(txn->ops[index].result & NETTUNE_RESULT_FLAG_WRITTEN);
	if (step == NT_TXN_PUT_BACK)
		assert(txn->state == NETTUNE_TXN_STATE_APPLYING && txn->ops[index].error &&
		       (txn->ops[index].flags & NETTUNE_OP_FLAG_PREFER));
	else if (step == NT_TXN_UNDO)
		assert(txn->state == NETTUNE_TXN_STATE_UNDOING);
	check_writer(txn, index);
	nt_txn_core_report(txn, step, index, error, result);
}

/* What the final state promises. */
static void check_end(const struct nt_txn_core *txn)
{
	bool committed = txn->state == NETTUNE_TXN_STATE_COMMITTED;
	u32 i;

	for (i = 0; i < txn->op_count; i++) {
		const struct nt_op_core *op = &txn->ops[i];
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
	assert(txn->undone + txn->undo_failed <= txn->written);
	assert(committed == !txn->error);
}

/* What clients may do to a transaction that waits. */
static void decide(struct nt_txn_core *txn, struct nt_op_core *ops, u32 *order, struct bytes *in)
{
	u32 count = take(in) % 8;

	switch (take(in) % 4) {
	case 0:
		if (txn->op_count + count <= OPS_MAX)
			nt_txn_core_add(txn, ops, order, count);
		break;
	case 1:
		nt_txn_core_commit(txn, take(in) & 1);
		break;
	case 2:
		nt_txn_core_confirm(txn);
		break;
	default:
		nt_txn_core_abort(txn, -ECANCELED);
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

static void fuzz_txn(struct bytes *in)
{
	static const u32 goals[] = { NETTUNE_TXN_STATE_OPEN, NETTUNE_TXN_STATE_COMMITTED,
				     NETTUNE_TXN_STATE_AWAITING };
	struct nt_op_core ops[OPS_MAX];
	u32 order[OPS_MAX], i, index = 0, steps = 0;
	struct nt_txn_core txn;
	enum nt_txn_step step;

	memset(ops, 0, sizeof(ops));
	nt_txn_core_init(&txn, goals[take(in) % 3]);
	for (i = 0; i < OPS_MAX; i++) {
		uint8_t choice = take(in);

		ops[i].tunable = choice % 5;
		ops[i].device = choice % 3;
		ops[i].moves_device = choice & 8;
		ops[i].undo_seq = choice >> 1;
		ops[i].flags = choice & 1 ? NETTUNE_OP_FLAG_PREFER : 0;
	}
	nt_txn_core_add(&txn, ops, order, take(in) % (OPS_MAX + 1));
	while ((step = nt_txn_core_next(&txn, &index)) != NT_TXN_END) {
		/* Each operation is staged, applied and undone at most once. */
		assert(++steps <= 3 * OPS_MAX + 1000);
		if (step == NT_TXN_WAIT && !in->left)
			nt_txn_core_abort(&txn, -ETIMEDOUT);
		else if (step == NT_TXN_WAIT)
			decide(&txn, ops, order, in);
		else
			take_step(&txn, step, index, in);
		check_order(&txn);
		if (take(in) == 0xff)
			nt_txn_core_abort(&txn, -ETIME);
	}
	check_end(&txn);
}

/* Requests and answers in any shape: nothing outside them is read, and what is picked fits. */
static void fuzz_ethnl(const char *attrs, size_t len, size_t cut)
{
	const struct nt_ethnl_kind *kind = nt_ethnl_kind_find((uint8_t)*attrs % 64);
	const struct nt_attrs want = { attrs, cut & ~(size_t)3 };
	const struct nt_attrs answer = { attrs + want.len, len - want.len };
	struct nt_attrs seen = { NULL, 0 };
	char picked[256];
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
	nt_ethnl_fewer_channels(kind, &want, &answer);
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
	switch (choice % 4) {
	case 0:
		fuzz_target(text);
		break;
	case 1:
		if (in.left)
			fuzz_value((enum nt_value_form)(choice / 4 % 3), text, in.left,
				   (size_t)data[1] % in.left);
		break;
	case 2:
		if (in.left)
			fuzz_ethnl(text, in.left, (size_t)data[1] % in.left);
		break;
	default:
		fuzz_txn(&in);
	}
	free(text);
	return 0;
}
