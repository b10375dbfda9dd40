// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The coalesce domain: how long a device waits for more packets before it interrupts.
 *
 * Modes go before values and apart from them, for a mode brings its own values with it (mlx5:
 * mlx5e_reset_rx_moderation(), Linux 6.12), and kernels before 6.3 would take both in one call.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coalesce.h"
#include "core/expr.h"
#include "device.h"
#include "io/nic.h"
#include "lib/diag.h"
#include "tunable.h"

#define PREFIX "coalesce."

/* A second: nobody waits longer for a packet. */
#define USECS_MAX  1000000
#define FRAMES_MAX 65535

static const char *coalesce_key(unsigned int n)
{
	return n ? NULL : "Coalesce";
}

static bool is_mode(int field)
{
	return field < (int)NT_COALESCE_MODES;
}

static bool is_time(int field)
{
	return strstr(nt_coalesce_name((unsigned int)field), "-usecs") != NULL;
}

/* Which mode decides over a value: adaptive of the same direction, or CQE. */
static bool governs(int mode, int field)
{
	const char *rx = mode == NT_COALESCE_ADAPTIVE_RX || mode == NT_COALESCE_CQE_RX ? "rx-"
										       : "tx-";

	return !strncmp(nt_coalesce_name((unsigned int)field), rx, 3);
}

/* ---- values ---- */

void nt_coalesce_format(unsigned int field, uint32_t value, char *buf, size_t size)
{
	if (is_mode((int)field))
		snprintf(buf, size, "%s", nt_device_say(value));
	else
		snprintf(buf, size, "%u", value);
}

uint32_t nt_coalesce_value(unsigned int field, const char *text)
{
	return is_mode((int)field) ? !strcmp(text, "on") : (uint32_t)strtoul(text, NULL, 10);
}

/* What a line wants: as struct nt_nic_coalesce. */
static int evaluate(const struct nt_setting *s, const struct nt_device_word *word, int field,
		    uint32_t *ret, struct nt_diag *diag)
{
	const struct nt_expr_env env = { .unit = is_time(field) ? NT_UNIT_MICROSECONDS
								: NT_UNIT_NONE };
	int64_t max = is_time(field) ? USECS_MAX : FRAMES_MAX, value = 0;
	struct nt_diag inner = { 0 };
	unsigned int offset = 0;
	int r;

	if (!word->value || !word->value[0])
		return nt_device_bad_value(s, word->value_at, EINVAL, diag,
					   "%s takes a number, %s:8", word->word, word->word);
	r = nt_expr_eval(word->value, &env, &value, &offset, &inner);
	if (r < 0)
		return nt_device_bad_value(s, word->value_at + offset, r == -ENODATA ? EINVAL : -r,
					   diag, "%s", inner.err ? inner.message
							: "has no maximum and no default");
	if (value < 0 || value > max)
		return nt_device_bad_value(s, word->value_at, ERANGE, diag, "%" PRId64
					   " is not from 0 to %" PRId64, value, max);
	*ret = (uint32_t)value;
	return 0;
}

static int unknown_field(const struct nt_setting *s, const struct nt_device_word *word,
			 struct nt_diag *diag)
{
	const char *names[NT_COALESCE_FIELDS];
	const char *nearest;

	for (unsigned int i = 0; i < NT_COALESCE_FIELDS; i++)
		names[i] = nt_coalesce_name(i);
	nearest = nt_suggest(word->word, names, NT_COALESCE_FIELDS);
	return nt_device_bad_value(s, word->at, EINVAL, diag, "unknown field %s%s%s", word->word,
				   nearest ? ", did you mean " : "", nearest ? nearest : "");
}

int nt_coalesce_take(const struct nt_setting *s, const struct nt_device_word *word,
		     struct nt_nic_coalesce *ret, struct nt_diag *diag)
{
	int field = nt_coalesce_find(word->word);
	bool on = false;
	int r;

	if (field < 0)
		return unknown_field(s, word, diag);
	if (ret->has >> field & 1)
		return nt_device_bad_value(s, word->at, EINVAL, diag, "%s twice", word->word);
	ret->has |= 1U << field;
	r = is_mode(field) ? nt_device_on_off(s, word, &on, diag)
			   : evaluate(s, word, field, &ret->value[field], diag);
	if (r == 0 && is_mode(field))
		ret->value[field] = on;
	return r;
}

static int read_wish(const struct nt_setting *s, struct nt_nic_coalesce *ret, struct nt_diag *diag)
{
	struct nt_device_word word;
	const char *cursor = NULL;
	int r;

	*ret = (struct nt_nic_coalesce){ 0 };
	while ((r = nt_device_next_word(s, &cursor, &word, diag)) > 0) {
		r = nt_coalesce_take(s, &word, ret, diag);
		if (r < 0)
			return r;
	}
	return r;
}

static int coalesce_check(const struct nt_setting *setting, struct nt_diag *diag)
{
	struct nt_nic_coalesce wish;
	int r = nt_device_check_relation(setting, diag);

	if (r == 0)
		r = read_wish(setting, &wish, diag);
	if (r == 0 && !wish.has)
		return nt_device_bad_value(setting, 0, EINVAL, diag, "is empty");
	return r;
}

/* ---- planning ---- */

/* ice_set_coalesce(): times cannot be set while they adapt themselves. */
static bool adapts(const struct nt_device_planner *p, const struct nt_nic_coalesce *wish, int field)
{
	const struct nt_nic_coalesce *now = &p->nic->coalesce;
	int mode = governs(NT_COALESCE_ADAPTIVE_RX, field) ? NT_COALESCE_ADAPTIVE_RX
							   : NT_COALESCE_ADAPTIVE_TX;

	if (strcmp(p->link->driver, "ice") != 0 || !is_time(field) || !(now->has >> mode & 1))
		return false;
	return wish->has >> mode & 1 ? wish->value[mode] : now->value[mode];
}

static int add(struct nt_device_planner *p, int field, const struct nt_device_value *value)
{
	struct nt_device_value copy = *value;
	char tunable[40];

	snprintf(tunable, sizeof(tunable), PREFIX "%s", nt_coalesce_name((unsigned int)field));
	copy.tunable = tunable;
	copy.phase = is_mode(field) ? NT_PHASE_COALESCE_MODE : NT_PHASE_COALESCE;
	return nt_device_add(p, &copy);
}

static int plan_field(struct nt_device_planner *p, const struct nt_nic_coalesce *wish, int field)
{
	const struct nt_nic_coalesce *now = p->nic ? &p->nic->coalesce : NULL;
	struct nt_device_value value = { 0 };
	char seen[NT_COALESCE_TEXT], wanted[NT_COALESCE_TEXT];

	nt_coalesce_format((unsigned int)field, wish->value[field], wanted, sizeof(wanted));
	value.wanted = wanted;
	if (!now || !(p->nic->has & NT_NIC_HAS_COALESCE) || !(now->has >> field & 1)) {
		value.outcome = NT_OUTCOME_UNSUPPORTED;
		value.reason = "the driver does not have this field";
		value.remedy = "leave it out of Coalesce= for this device";
		return add(p, field, &value);
	}
	nt_coalesce_format((unsigned int)field, now->value[field], seen, sizeof(seen));
	value.seen = seen;
	if (!is_mode(field) && wish->value[field] != now->value[field] && adapts(p, wish, field)) {
		value.outcome = NT_OUTCOME_BLOCKED;
		value.remedy = governs(NT_COALESCE_ADAPTIVE_RX, field)
			       ? "the driver adapts it itself: add adaptive-rx:off"
			       : "the driver adapts it itself: add adaptive-tx:off";
	}
	return add(p, field, &value);
}

static int plan_device(struct nt_device_planner *p)
{
	struct nt_nic_coalesce wish;
	int r = read_wish(p->setting, &wish, NULL);

	for (int field = 0; field < NT_COALESCE_FIELDS && r == 0; field++)
		if (wish.has >> field & 1)
			r = plan_field(p, &wish, field);
	return r;
}

static int coalesce_plan(const struct nt_setting *settings, size_t n, const struct nt_facts *facts,
			 struct nt_plan *plan, struct nt_diag *diag)
{
	struct nt_device_planner p = { .domain = &nt_tunable_coalesce, .facts = facts,
				       .plan = plan };
	int r = nt_device_plan(&p, settings, n, "Coalesce", plan_device);

	return r < 0 ? nt_diag_err(diag, -r, "coalesce: cannot be planned: %s", strerror(-r)) : 0;
}

static int keep_field(struct nt_device_planner *p, int field)
{
	char seen[NT_COALESCE_TEXT];

	nt_coalesce_format((unsigned int)field, p->nic->coalesce.value[field], seen, sizeof(seen));
	return add(p, field, &(struct nt_device_value){
		.seen = seen,
		.wanted = seen,
		.reason = "kept: queues that are set up anew forget it, and a mode brings its own",
	});
}

/* i40e_alloc_rings(), for one, gives every ring its defaults back. */
static int coalesce_keep(const struct nt_facts *facts, const char *device,
			 const struct nt_plan *plan, struct nt_plan *ret)
{
	struct nt_device_planner p = {
		.domain = &nt_tunable_coalesce,
		.facts = facts,
		.plan = ret,
		.name = device,
		.link = nt_facts_link(facts, device),
		.nic = nt_facts_nic(facts, device),
	};
	int r = 0;

	(void)plan;
	if (!p.nic || !(p.nic->has & NT_NIC_HAS_COALESCE))
		return 0;
	for (int field = 0; field < NT_COALESCE_FIELDS && r == 0; field++)
		if (p.nic->coalesce.has >> field & 1)
			r = keep_field(&p, field);
	return r;
}

/* ---- the host ---- */

static int field_of(const char *tunable)
{
	return nt_device_field(tunable, PREFIX, nt_coalesce_find);
}

static int coalesce_get(struct nt_io *io, const char *target, const char *tunable, char *buf,
			size_t size)
{
	struct nt_nic_coalesce now = { 0 };
	int field = field_of(tunable);
	int r = field < 0 ? field : nt_nic_coalesce_get(io, target, &now, NULL);

	if (r == 0 && !(now.has >> field & 1))
		return -ENOENT;
	if (r == 0)
		nt_coalesce_format((unsigned int)field, now.value[field], buf, size);
	return r;
}

static int set_one(struct nt_io *io, const char *dev, int field, uint32_t value,
		   struct nt_diag *diag)
{
	struct nt_nic_coalesce want = { .has = 1U << field };

	want.value[field] = value;
	return nt_nic_coalesce_set(io, dev, &want, diag);
}

/*
 * ice_set_rc_coalesce() refuses a time while the device adapts it itself. On the way back that is
 * how it was: so the mode is off for a moment.
 */
static int set_under_mode(struct nt_io *io, const char *dev, int field, uint32_t value,
			  struct nt_diag *diag)
{
	int mode = governs(NT_COALESCE_ADAPTIVE_RX, field) ? NT_COALESCE_ADAPTIVE_RX
							   : NT_COALESCE_ADAPTIVE_TX;
	struct nt_nic_coalesce now = { 0 };
	int r, e;

	if (nt_nic_coalesce_get(io, dev, &now, NULL) < 0 || !(now.has >> mode & 1) ||
	    !now.value[mode])
		return -EINVAL;
	r = set_one(io, dev, mode, 0, NULL);
	if (r < 0)
		return r;
	r = set_one(io, dev, field, value, diag);
	e = set_one(io, dev, mode, 1, diag);
	return r < 0 ? r : e;
}

static int write_value(struct nt_io *io, const struct nt_change *change, const char *value,
		       struct nt_diag *diag)
{
	int field = field_of(change->tunable);
	struct nt_diag why = { 0 };
	uint32_t number;
	int r;

	if (field < 0)
		return field;
	number = nt_coalesce_value((unsigned int)field, value);
	r = set_one(io, change->target, field, number, &why);
	if (r == -EINVAL && !is_mode(field) &&
	    set_under_mode(io, change->target, field, number, NULL) == 0)
		return 0;
	if (r < 0 && *why.message)
		nt_diag_err(diag, -r, "%s", why.message);
	return nt_device_failed(change, r, diag);
}

static int coalesce_apply(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return write_value(io, change, change->wanted, diag);
}

static int coalesce_undo(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return change->seen ? write_value(io, change, change->seen, diag) : 0;
}

static bool coalesce_same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static const char *coalesce_describe(const char *tunable)
{
	int field = field_of(tunable);

	if (field >= 0 && is_mode(field))
		return "whether the device decides by itself when to interrupt";
	return field >= 0 && is_time(field) ? "how long the device waits before it interrupts"
					    : "how many packets the device waits for";
}

const struct nt_tunable nt_tunable_coalesce = {
	.name = "coalesce",
	.section = "Device",
	.keys = coalesce_key,
	.check = coalesce_check,
	.read = nt_device_read,
	.plan = coalesce_plan,
	.keep = coalesce_keep,
	.apply = coalesce_apply,
	.undo = coalesce_undo,
	.get = coalesce_get,
	.same = coalesce_same,
	.describe = coalesce_describe,
};
