// SPDX-License-Identifier: GPL-2.0-or-later
/* The rings domain: how many descriptors each receive and transmit ring has. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/expr.h"
#include "device.h"
#include "device_lines.h"
#include "io/nic.h"
#include "lib/diag.h"
#include "tunable.h"

#define RINGS "rings"

/* More than any driver's maximum. */
#define SLOTS_MAX 131072

#define TEXT_SIZE 40U

static const char *const keys[] = { "RingRx", "RingTx" };

static const char *rings_key(unsigned int n)
{
	return n < sizeof(keys) / sizeof(*keys) ? keys[n] : NULL;
}

/* ---- values ---- */

static int format(const struct nt_nic_rings *rings, char *buf, size_t size)
{
	return (size_t)snprintf(buf, size, "rx:%u tx:%u", rings->rx, rings->tx) < size ? 0 : -E2BIG;
}

/* -ENODATA when it refers to a maximum that is not known. */
static int evaluate(const struct nt_setting *s, uint32_t max, uint32_t *ret, struct nt_diag *diag)
{
	const struct nt_expr_env env = { .has_limit = max != 0, .limit = max };
	struct nt_diag inner = { 0 };
	unsigned int offset = 0;
	int64_t value = 0;
	int r = nt_expr_eval(s->value, &env, &value, &offset, &inner);

	if (r == -ENODATA)
		return r;
	if (r < 0)
		return nt_device_bad_value(s, offset, -r, diag, "%s", inner.message);
	if (value < 1 || value > SLOTS_MAX)
		return nt_device_bad_value(s, 0, ERANGE, diag, "%" PRId64 " is not from 1 to %d",
					   value, SLOTS_MAX);
	*ret = (uint32_t)value;
	return 0;
}

static int rings_check(const struct nt_setting *setting, struct nt_diag *diag)
{
	uint32_t value;
	int r = nt_device_check_relation(setting, diag);

	if (r == 0)
		r = evaluate(setting, 0, &value, diag);
	return r == -ENODATA ? 0 : r;
}

/* ---- planning ---- */

enum rounding { UP_TO_MULTIPLE, UP_TO_POWER, DOWN_TO_POWER };

/*
 * What drivers make of a number, so that wanting 1000 does not look like drift (Linux 6.12, each
 * driver's set_ringparam). Others take it as it is, or refuse it.
 */
static const struct {
	const char *driver;
	enum rounding rounding;
	uint32_t multiple;
} roundings[] = {
	{ "e1000", UP_TO_MULTIPLE, 8 },	  { "e1000e", UP_TO_MULTIPLE, 8 },
	{ "igb", UP_TO_MULTIPLE, 8 },	  { "igc", UP_TO_MULTIPLE, 8 },
	{ "ixgbe", UP_TO_MULTIPLE, 8 },	  { "ixgbevf", UP_TO_MULTIPLE, 8 },
	{ "i40e", UP_TO_MULTIPLE, 32 },	  { "iavf", UP_TO_MULTIPLE, 32 },
	{ "ice", UP_TO_MULTIPLE, 32 },	  { "vmxnet3", UP_TO_MULTIPLE, 32 },
	{ "mlx5_core", UP_TO_POWER, 0 },  { "mlx4_en", UP_TO_POWER, 0 },
	{ "mana", UP_TO_POWER, 0 },	  { "ena", DOWN_TO_POWER, 0 },
};

static uint32_t power_of_two(uint32_t value, bool up)
{
	uint32_t power = 1;

	while (power * 2 <= value)
		power *= 2;
	return up && power < value ? power * 2 : power;
}

static uint32_t round_slots(const char *driver, uint32_t value, uint32_t max)
{
	for (size_t i = 0; i < sizeof(roundings) / sizeof(roundings[0]); i++) {
		uint32_t multiple = roundings[i].multiple;

		if (strcmp(roundings[i].driver, driver) != 0)
			continue;
		if (roundings[i].rounding != UP_TO_MULTIPLE)
			value = power_of_two(value, roundings[i].rounding == UP_TO_POWER);
		else
			value = (value + multiple - 1) / multiple * multiple;
		return value < max ? value : max;
	}
	return value;
}

/* One of both rings: what is wanted of it, in place of what is. Words in @why when it cannot be. */
static int want_ring(const struct nt_setting *s, const char *driver, uint32_t max, uint32_t *ring,
		     char *why, size_t size)
{
	uint32_t value = 0;

	if (!s)
		return 0;
	if (!max || evaluate(s, max, &value, NULL) < 0) {
		snprintf(why, size, "the driver does not tell its maximum for %s", s->key);
		return -EOPNOTSUPP;
	}
	if (value > max) {
		snprintf(why, size, "%s is at most %u; write min(%u, max)", s->key, max, value);
		return -EOPNOTSUPP;
	}
	*ring = round_slots(driver, value, max);
	return 0;
}

/* Both keys make one change, which stands where the first of them does. */
struct planner {
	struct nt_device_planner device;
	const struct nt_setting *settings;
	size_t n;
};

static int refuse(struct nt_device_planner *p, const char *seen, const char *remedy)
{
	return nt_device_add(p, &(struct nt_device_value){
		.tunable = RINGS, .seen = seen, .wanted = p->setting->value,
		.phase = NT_PHASE_RINGS, .outcome = NT_OUTCOME_UNSUPPORTED, .remedy = remedy });
}

static int plan_rings(struct nt_device_planner *p, const struct nt_setting *rx,
		      const struct nt_setting *tx)
{
	char seen[TEXT_SIZE], wanted[TEXT_SIZE], why[96];
	struct nt_device_value value = { .tunable = RINGS, .seen = seen, .wanted = wanted,
					 .phase = NT_PHASE_RINGS };
	struct nt_nic_rings want;

	if (!p->nic || !(p->nic->has & NT_NIC_HAS_RINGS))
		return refuse(p, NULL, "the driver does not let its rings be resized");
	want = p->nic->rings;
	format(&want, seen, sizeof(seen));
	if (want_ring(rx, p->link->driver, want.rx_max, &want.rx, why, sizeof(why)) < 0 ||
	    want_ring(tx, p->link->driver, want.tx_max, &want.tx, why, sizeof(why)) < 0)
		return refuse(p, seen, why);
	format(&want, wanted, sizeof(wanted));
	value.disruptive = nt_device_resets(p->link, NT_RESET_RINGS);
	/* i40e_set_ringparam(), ice_set_ringparam(): -EBUSY */
	if (p->nic->holders.zero_copy && strcmp(seen, wanted) != 0) {
		value.outcome = NT_OUTCOME_BLOCKED;
		value.remedy = "AF_XDP sockets hold its rings: close them first";
	}
	return nt_device_add(p, &value);
}

static int plan_first(struct nt_device_planner *p)
{
	struct planner *planner = (struct planner *)p;
	const struct nt_setting *other = nt_device_setting(planner->settings, planner->n, "RingTx",
							   p->name);

	return plan_rings(p, p->setting, other);
}

/* RingRx= has planned it where there is one. */
static int plan_second(struct nt_device_planner *p)
{
	struct planner *planner = (struct planner *)p;

	if (nt_device_setting(planner->settings, planner->n, "RingRx", p->name))
		return 0;
	return plan_rings(p, NULL, p->setting);
}

static int rings_plan(const struct nt_setting *settings, size_t n, const struct nt_facts *facts,
		      struct nt_plan *plan, struct nt_diag *diag)
{
	struct planner p = { { .domain = &nt_tunable_rings, .facts = facts, .plan = plan },
			     settings, n };
	int r = nt_device_plan(&p.device, settings, n, "RingRx", plan_first);

	if (r == 0)
		r = nt_device_plan(&p.device, settings, n, "RingTx", plan_second);
	return r < 0 ? nt_diag_err(diag, -r, "rings: cannot be planned: %s", strerror(-r)) : 0;
}

/* ---- the host ---- */

static int rings_get(struct nt_io *io, const char *target, const char *tunable, char *buf,
		     size_t size)
{
	struct nt_nic_rings rings = { 0 };
	int r = nt_nic_rings_get(io, target, &rings, NULL);

	(void)tunable;
	return r < 0 ? r : format(&rings, buf, size);
}

static int write_value(struct nt_io *io, const struct nt_change *change, const char *value,
		       struct nt_diag *diag)
{
	struct nt_nic_rings want = { 0 };
	enum nt_nic_ready before = nt_device_ready(io, change->target);
	int r = nt_nic_rings_get(io, change->target, &want, diag);

	if (r == 0 && sscanf(value, "rx:%" SCNu32 " tx:%" SCNu32, &want.rx, &want.tx) != 2)
		r = -EINVAL;
	if (r == 0)
		r = nt_nic_rings_set(io, change->target, &want, diag);
	return r < 0 ? nt_device_failed(change, r, diag)
		     : nt_device_settle(io, change->target, before, diag);
}

static int rings_apply(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return write_value(io, change, change->wanted, diag);
}

static int rings_undo(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return change->seen ? write_value(io, change, change->seen, diag) : 0;
}

static bool rings_same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static const char *rings_describe(const char *tunable)
{
	(void)tunable;
	return "how many packets each queue of the device has room for";
}

const struct nt_tunable nt_tunable_rings = {
	.name = "rings",
	.section = "Device",
	.keys = rings_key,
	.check = rings_check,
	.read = nt_device_read,
	.plan = rings_plan,
	.apply = rings_apply,
	.undo = rings_undo,
	.get = rings_get,
	.same = rings_same,
	.describe = rings_describe,
};
