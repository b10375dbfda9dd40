// SPDX-License-Identifier: GPL-2.0-or-later
/* The mtu domain: the largest packet of a device, and how many wait to be sent. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/expr.h"
#include "device.h"
#include "io/nic.h"
#include "lib/diag.h"
#include "tunable.h"

#define MTU "mtu"
#define LEN "tx-queue-len"

/* ETH_MIN_MTU, and what IP can carry. */
#define MTU_MIN 68
#define MTU_MAX 65535

/* One packet for each CPU of the largest host is as much as anyone can use. */
#define LEN_MAX 1000000

static const char *const keys[] = { "Mtu", "TxQueueLen" };

static const char *mtu_key(unsigned int n)
{
	return n < sizeof(keys) / sizeof(*keys) ? keys[n] : NULL;
}

static bool is_mtu(const struct nt_setting *setting)
{
	return !strcmp(setting->key, "Mtu");
}

/* -ENODATA when it refers to a maximum that is not known. */
static int evaluate(const struct nt_setting *s, uint32_t max, int64_t *ret, struct nt_diag *diag)
{
	const struct nt_expr_env env = {
		.unit = is_mtu(s) ? NT_UNIT_BYTES : NT_UNIT_NONE,
		.has_limit = max != 0,
		.limit = max,
	};
	int64_t low = is_mtu(s) ? MTU_MIN : 0, high = is_mtu(s) ? MTU_MAX : LEN_MAX;
	struct nt_diag inner = { 0 };
	unsigned int offset = 0;
	int r = nt_expr_eval(s->value, &env, ret, &offset, &inner);

	if (r == -ENODATA)
		return r;
	if (r < 0)
		return nt_device_bad_value(s, offset, -r, diag, "%s", inner.message);
	if (*ret < low || *ret > high)
		return nt_device_bad_value(s, 0, ERANGE, diag, "%" PRId64 " is not from %" PRId64
					   " to %" PRId64, *ret, low, high);
	return 0;
}

/* Words of expressions that mean something for sysctls only. */
static bool is_foreign(const char *value)
{
	return strstr(value, "kernel-default") || strstr(value, "%ram");
}

static int mtu_check(const struct nt_setting *setting, struct nt_diag *diag)
{
	int64_t value;
	int r = nt_device_check_relation(setting, diag);

	if (r == 0 && is_mtu(setting) && is_foreign(setting->value))
		return nt_device_bad_value(setting, 0, EINVAL, diag, "takes a number or max");
	if (r == 0)
		r = evaluate(setting, 0, &value, diag);
	if (r == -ENODATA && !is_mtu(setting))
		return nt_device_bad_value(setting, 0, EINVAL, diag, "has no maximum");
	return r == -ENODATA ? 0 : r;
}

/* ---- planning ---- */

static int absent(struct nt_device_planner *p, const char *tunable)
{
	return nt_device_add(p, &(struct nt_device_value){
		.tunable = tunable, .wanted = p->setting->value, .phase = NT_PHASE_MTU });
}

static int plan_mtu(struct nt_device_planner *p)
{
	char seen[16], wanted[16], remedy[96];
	const struct nt_nic_link *link = p->nic ? &p->nic->link : NULL;
	uint32_t max = link && link->mtu_max ? link->mtu_max : 0;
	struct nt_device_value value = { .tunable = MTU, .seen = seen, .wanted = wanted,
					 .phase = NT_PHASE_MTU };
	int64_t mtu = 0;

	if (!link)
		return absent(p, MTU);
	snprintf(seen, sizeof(seen), "%u", link->mtu);
	if (evaluate(p->setting, max < MTU_MAX ? max : MTU_MAX, &mtu, NULL) < 0) {
		value.wanted = p->setting->value;
		value.outcome = NT_OUTCOME_UNSUPPORTED;
		value.remedy = "the device does not tell its maximum: write a number";
		return nt_device_add(p, &value);
	}
	snprintf(wanted, sizeof(wanted), "%" PRId64, mtu);
	if ((max && mtu > max) || mtu < link->mtu_min) {
		snprintf(remedy, sizeof(remedy), "the device takes %u to %u; write min(%" PRId64
			 ", max)", link->mtu_min, max, mtu);
		value.outcome = NT_OUTCOME_UNSUPPORTED;
		value.remedy = remedy;
	}
	value.disruptive = nt_device_resets(p->link, NT_RESET_MTU);
	return nt_device_add(p, &value);
}

static int plan_len(struct nt_device_planner *p)
{
	char seen[16], wanted[16];
	int64_t len = 0;

	if (!p->nic || evaluate(p->setting, 0, &len, NULL) < 0)
		return absent(p, LEN);
	snprintf(seen, sizeof(seen), "%u", p->nic->link.tx_queue_len);
	snprintf(wanted, sizeof(wanted), "%" PRId64, len);
	return nt_device_add(p, &(struct nt_device_value){
		.tunable = LEN, .seen = seen, .wanted = wanted, .phase = NT_PHASE_QDISC });
}

static int mtu_plan(const struct nt_setting *settings, size_t n, const struct nt_facts *facts,
		    struct nt_plan *plan, struct nt_diag *diag)
{
	struct nt_device_planner p = { .domain = &nt_tunable_mtu, .facts = facts, .plan = plan };
	int r = nt_device_plan(&p, settings, n, "Mtu", plan_mtu);

	if (r == 0)
		r = nt_device_plan(&p, settings, n, "TxQueueLen", plan_len);
	return r < 0 ? nt_diag_err(diag, -r, "mtu: cannot be planned: %s", strerror(-r)) : 0;
}

/* ---- the host ---- */

static int mtu_get(struct nt_io *io, const char *target, const char *tunable, char *buf,
		   size_t size)
{
	struct nt_nic_link link = { 0 };
	int r = nt_nic_link_get(io, target, &link, NULL);

	if (r < 0)
		return r;
	if ((size_t)snprintf(buf, size, "%u", strcmp(tunable, MTU) ? link.tx_queue_len
								   : link.mtu) >= size)
		return -E2BIG;
	return 0;
}

static int write_value(struct nt_io *io, const struct nt_change *change, const char *value,
		       struct nt_diag *diag)
{
	uint32_t number = (uint32_t)strtoul(value, NULL, 10);
	enum nt_nic_ready before;
	int r;

	if (strcmp(change->tunable, MTU) != 0)
		return nt_device_failed(change, nt_nic_tx_queue_len_set(io, change->target, number,
									diag), diag);
	before = nt_device_ready(io, change->target);
	r = nt_device_failed(change, nt_nic_mtu_set(io, change->target, number, diag), diag);
	return r < 0 ? r : nt_device_settle(io, change->target, before, diag);
}

static int mtu_apply(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return write_value(io, change, change->wanted, diag);
}

static int mtu_undo(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return change->seen ? write_value(io, change, change->seen, diag) : 0;
}

static bool mtu_same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static const char *mtu_describe(const char *tunable)
{
	return strcmp(tunable, MTU) ? "how many packets may wait for the device"
				    : "the largest packet that the device sends";
}

const struct nt_tunable nt_tunable_mtu = {
	.name = "mtu",
	.section = "Device",
	.keys = mtu_key,
	.check = mtu_check,
	.read = nt_device_read,
	.plan = mtu_plan,
	.apply = mtu_apply,
	.undo = mtu_undo,
	.get = mtu_get,
	.same = mtu_same,
	.describe = mtu_describe,
};
