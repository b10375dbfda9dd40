// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The napi domain: BusyPoll= as the three files by which a device's polling is steered: how often
 * its interrupt stays off because a program polls, for how long, and whether threads poll.
 */
#include "tunable.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/expr.h"
#include "io/io.h"
#include "lib/diag.h"
#include "device.h"

#define NET "/sys/class/net/"

/* "gro-flush-timeout:18446744073709551615", and some. */
#define WORD_SIZE 64U

static const struct {
	uint64_t max;
	const char *words;
} fields[NT_NAPI_FIELDS] = {
	[NT_NAPI_DEFER_HARD_IRQS] = { INT32_MAX, "how many empty polls keep the device's "
					         "interrupts off" },
	/* A second: whoever does not poll by then has stopped. */
	[NT_NAPI_GRO_FLUSH_TIMEOUT] = { 1000000000, "nanoseconds after which the device is polled "
						    "without an interrupt" },
	[NT_NAPI_THREADED] = { 1, "whether threads of their own poll the device's queues" },
};

static const char *napi_key(unsigned int n)
{
	return n == 0 ? "BusyPoll" : NULL;
}

/* ---- lines of a profile ---- */

/* What BusyPoll= asks for: a bit and a value for each field that is named. */
struct want {
	uint32_t has;
	uint64_t value[NT_NAPI_FIELDS];
};

/* A time in the kernel's nanoseconds; with a unit, whole microseconds. */
static int parse_time(const char *text, uint64_t *ret, struct nt_diag *diag)
{
	const struct nt_expr_env env = { .unit = NT_UNIT_MICROSECONDS };
	int64_t us;
	int r;

	if (*text && !text[strspn(text, "0123456789")]) {
		*ret = strtoull(text, NULL, 10);
		return 0;
	}
	r = nt_expr_eval(text, &env, &us, NULL, diag);
	if (r == 0 && (us < 0 || us > INT32_MAX))
		r = nt_diag_err(diag, ERANGE, "a time out of range");
	if (r == 0)
		*ret = (uint64_t)us * 1000;
	return r;
}

static int parse_switch(const char *text, uint64_t *ret, struct nt_diag *diag)
{
	if (strcmp(text, "on") != 0 && strcmp(text, "off") != 0)
		return nt_diag_err(diag, EINVAL, "must be on or off");
	*ret = !strcmp(text, "on");
	return 0;
}

static int parse_value(unsigned int field, const char *text, uint64_t *ret, struct nt_diag *diag)
{
	int r = 0;

	if (field == NT_NAPI_THREADED)
		return parse_switch(text, ret, diag);
	if (field == NT_NAPI_GRO_FLUSH_TIMEOUT)
		r = parse_time(text, ret, diag);
	else if (!*text || text[strspn(text, "0123456789")])
		r = nt_diag_err(diag, EINVAL, "must be a number");
	else
		*ret = strtoull(text, NULL, 10);
	if (r == 0 && *ret > fields[field].max)
		r = nt_diag_err(diag, ERANGE, "above %" PRIu64, fields[field].max);
	return r;
}

/* "NAME:VALUE" */
static int parse_word(char *word, struct want *want, struct nt_diag *diag)
{
	char *colon = strchr(word, ':');
	int field;

	if (colon)
		*colon = '\0';
	field = colon ? nt_napi_find(word) : -ENOENT;
	if (field < 0)
		return nt_diag_err(diag, EINVAL, "must be off, or napi-defer-hard-irqs:N, "
				   "gro-flush-timeout:TIME and threaded:on or off");
	if (want->has & 1U << field)
		return nt_diag_err(diag, EINVAL, "%s stands twice", word);
	want->has |= 1U << field;
	return parse_value((unsigned int)field, colon + 1, &want->value[field], diag);
}

static int parse(const char *text, struct want *ret, unsigned int *ret_offset,
		 struct nt_diag *diag)
{
	const char *cursor = text;
	char word[WORD_SIZE];
	int r = 0;

	*ret = (struct want){ 0 };
	*ret_offset = 0;
	if (!strcmp(text, "off")) {
		ret->has = (1U << NT_NAPI_FIELDS) - 1;
		return 0;
	}
	while (r == 0) {
		r = nt_expr_split(&cursor, text, word, sizeof(word), ret_offset);
		if (r < 0)
			return nt_diag_err(diag, EINVAL, "cannot be separated into words");
		if (r == 0)
			break;
		r = parse_word(word, ret, diag);
	}
	return r;
}

static int napi_check(const struct nt_setting *setting, struct nt_diag *diag)
{
	struct nt_diag inner = { 0 };
	unsigned int offset;
	struct want want;
	int r;

	r = nt_device_check_relation(setting, diag);
	if (r < 0)
		return r;
	r = parse(setting->value, &want, &offset, &inner);
	return r < 0 ? nt_device_bad_value(setting, offset, -r, diag, "%s", inner.message) : 0;
}

/* ---- planning ---- */

static int add_field(struct nt_device_planner *p, unsigned int field, uint64_t wanted)
{
	char seen[24], text[24];
	struct nt_device_value value = {
		.tunable = nt_napi_name(field),
		.wanted = text,
		.phase = NT_PHASE_NAPI,
	};

	snprintf(text, sizeof(text), "%" PRIu64, wanted);
	if (p->nic && p->nic->napi.has & 1U << field) {
		snprintf(seen, sizeof(seen), "%" PRIu64, p->nic->napi.value[field]);
		value.seen = seen;
	} else {
		value.outcome = NT_OUTCOME_UNSUPPORTED;
		value.remedy = "this kernel does not have it";
	}
	return nt_device_add(p, &value);
}

static int plan_device(struct nt_device_planner *p)
{
	struct nt_diag why = { 0 };
	unsigned int offset;
	struct want want;
	int r = parse(p->setting->value, &want, &offset, &why);

	for (unsigned int field = 0; field < NT_NAPI_FIELDS && r == 0; field++)
		if (want.has & 1U << field)
			r = add_field(p, field, want.value[field]);
	return r;
}

static int napi_plan(const struct nt_setting *settings, size_t n, const struct nt_facts *facts,
		     struct nt_plan *plan, struct nt_diag *diag)
{
	struct nt_device_planner p = { .domain = &nt_tunable_napi, .facts = facts, .plan = plan };
	int r = nt_device_plan(&p, settings, n, "BusyPoll", plan_device);

	return r < 0 ? nt_diag_err(diag, -r, "napi: cannot be planned: %s", strerror(-r)) : 0;
}

/* ---- the host ---- */

static int napi_path(const char *target, const char *tunable, char *buf, size_t size)
{
	int len = snprintf(buf, size, NET "%.15s/", target);

	if (nt_napi_find(tunable) < 0)
		return -ENOENT;
	if (len < 0 || (size_t)len + strlen(tunable) >= size)
		return -E2BIG;
	for (char *to = buf + len; (*to = *tunable == '-' ? '_' : *tunable); to++)
		tunable++;
	return 0;
}

static int napi_get(struct nt_io *io, const char *target, const char *tunable, char *buf,
		    size_t size)
{
	char path[96];
	int r = napi_path(target, tunable, path, sizeof(path));

	if (r == 0)
		r = nt_io_read_file(io, path, buf, size, NULL);
	if (r == 0)
		buf[strcspn(buf, "\n")] = '\0';
	if (r != -ENOENT)
		return r;
	snprintf(path, sizeof(path), NET "%.15s", target);
	return nt_io_access(io, path, F_OK) < 0 ? -ENODEV : -ENOENT;
}

static int write_value(struct nt_io *io, const struct nt_change *change, const char *value,
		       struct nt_diag *diag)
{
	char path[96], line[32];
	int len = snprintf(line, sizeof(line), "%s\n", value);
	int r = napi_path(change->target, change->tunable, path, sizeof(path));

	if (r == 0 && (len < 0 || (size_t)len >= sizeof(line)))
		r = -E2BIG;
	if (r == 0)
		r = nt_io_write_file(io, path, line, (size_t)len);
	return r < 0 ? nt_diag_err(diag, -r, "%s: %s: cannot be set to %s: %s", change->target,
				   change->tunable, value, strerror(-r)) : 0;
}

static int napi_apply(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return write_value(io, change, change->wanted, diag);
}

static int napi_undo(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return change->seen ? write_value(io, change, change->seen, diag) : 0;
}

static bool napi_same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static const char *napi_describe(const char *tunable)
{
	int field = nt_napi_find(tunable);

	return field < 0 ? NULL : fields[field].words;
}

const struct nt_tunable nt_tunable_napi = {
	.name = "napi",
	.section = "Device",
	.keys = napi_key,
	.check = napi_check,
	.read = nt_device_read,
	.plan = napi_plan,
	.apply = napi_apply,
	.undo = napi_undo,
	.get = napi_get,
	.same = napi_same,
	.path = napi_path,
	.describe = napi_describe,
};
