// SPDX-License-Identifier: GPL-2.0-or-later
/* Values of how something is polled. See napi_value.h. */
#include "napi_value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/expr.h"
#include "lib/diag.h"

#define NS_PER_S 1000000000U

enum form {
	NUMBER,
	TIME,
	SWITCH,
};

static const struct {
	uint64_t max;
	enum form form;
	const char *words;
} fields[NT_NAPI_FIELDS] = {
	[NT_NAPI_DEFER_HARD_IRQS] = { INT32_MAX, NUMBER,
				      "how many empty polls keep the device's interrupts off" },
	/* A second: whoever does not poll by then has stopped. */
	[NT_NAPI_GRO_FLUSH_TIMEOUT] = { NS_PER_S, TIME, "nanoseconds after which the device is "
					"polled without an interrupt" },
	[NT_NAPI_THREADED] = { 1, SWITCH,
			       "whether threads of their own poll the device's queues" },
	[NT_NAPI_IRQ_SUSPEND_TIMEOUT] = { NS_PER_S, TIME, "nanoseconds for which interrupts "
					  "stay off after a program polled and found something" },
};

/* A time in the kernel's nanoseconds; with a unit, whole microseconds. Too long is UINT64_MAX. */
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
	if (r == 0 && us < 0)
		r = nt_diag_err(diag, ERANGE, "a time below 0");
	if (r == 0)
		*ret = us > INT32_MAX ? UINT64_MAX : (uint64_t)us * 1000;
	return r;
}

static int parse_switch(const char *text, uint64_t *ret, struct nt_diag *diag)
{
	if (strcmp(text, "on") != 0 && strcmp(text, "off") != 0)
		return nt_diag_err(diag, EINVAL, "must be on or off");
	*ret = !strcmp(text, "on");
	return 0;
}

static int parse_number(const char *text, uint64_t *ret, struct nt_diag *diag)
{
	if (!*text || text[strspn(text, "0123456789")])
		return nt_diag_err(diag, EINVAL, "must be a number");
	*ret = strtoull(text, NULL, 10);
	return 0;
}

static int too_much(enum nt_napi_field field, struct nt_diag *diag)
{
	bool time = fields[field].form == TIME;

	return nt_diag_err(diag, ERANGE, "%s is at most %" PRIu64 "%s", nt_napi_name(field),
			   time ? fields[field].max / NS_PER_S : fields[field].max,
			   time ? "s" : "");
}

int nt_napi_parse_value(enum nt_napi_field field, const char *text, uint64_t *ret,
			struct nt_diag *diag)
{
	static int (*const parsers[])(const char *, uint64_t *, struct nt_diag *) = {
		[NUMBER] = parse_number, [TIME] = parse_time, [SWITCH] = parse_switch,
	};
	uint64_t value = 0;
	int r = parsers[fields[field].form](text, &value, diag);

	if (r == 0 && value > fields[field].max)
		r = too_much(field, diag);
	if (r == 0)
		*ret = value;
	return r;
}

const char *nt_napi_words(enum nt_napi_field field)
{
	return fields[field].words;
}
