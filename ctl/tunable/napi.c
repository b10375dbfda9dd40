// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The napi domain: BusyPoll= as the three files by which a device's polling is steered: how often
 * its interrupt stays off because a program polls, for how long, and whether threads poll.
 *
 * Since Linux 6.13 each queue can be told its own, and writing a file overwrites it for all queues
 * (netdev_set_defer_hard_irqs()). What a queue had of its own, and whoever gave it, is put back
 * behind each write, so that no file is offered to backends which know of files only.
 */
#include "tunable.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/expr.h"
#include "device.h"
#include "io/io.h"
#include "io/nic.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "napi_value.h"

#define NET "/sys/class/net/"

/* "gro-flush-timeout:18446744073709551615", and some. */
#define WORD_SIZE 64U

static const char *napi_key(unsigned int n)
{
	return n == 0 ? "BusyPoll" : NULL;
}

/* ---- lines of a profile ---- */

/* What BusyPoll= asks for: a bit and a value for each field that is named. */
struct want {
	uint32_t has;
	uint64_t value[NT_NAPI_DEVICE_FIELDS];
};

/* "NAME:VALUE" */
static int parse_word(char *word, struct want *want, struct nt_diag *diag)
{
	char *colon = strchr(word, ':');
	int field;

	if (colon)
		*colon = '\0';
	field = colon ? nt_napi_find(word) : -ENOENT;
	if (field < 0 || field >= NT_NAPI_DEVICE_FIELDS)
		return nt_diag_err(diag, EINVAL, "must be off, or napi-defer-hard-irqs:N, "
				   "gro-flush-timeout:TIME and threaded:on or off");
	if (want->has & 1U << field)
		return nt_diag_err(diag, EINVAL, "%s stands twice", word);
	want->has |= 1U << field;
	return nt_napi_parse_value((enum nt_napi_field)field, colon + 1, &want->value[field], diag);
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
		ret->has = (1U << NT_NAPI_DEVICE_FIELDS) - 1;
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

	for (unsigned int field = 0; field < NT_NAPI_DEVICE_FIELDS && r == 0; field++)
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

/* A value of a queue has a dot in its name, and is not found. */
static int find_file(const char *target, const char *tunable, char *buf, size_t size)
{
	int field = nt_napi_find(tunable);
	int len = snprintf(buf, size, NET "%.15s/", target);

	if (field < 0 || field >= NT_NAPI_DEVICE_FIELDS)
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
	int r = find_file(target, tunable, path, sizeof(path));

	if (r == 0)
		r = nt_io_read_file(io, path, buf, size, NULL);
	if (r == 0)
		buf[strcspn(buf, "\n")] = '\0';
	if (r != -ENOENT)
		return r;
	snprintf(path, sizeof(path), NET "%.15s", target);
	return nt_io_access(io, path, F_OK) < 0 ? -ENODEV : -ENOENT;
}

/**
 * struct own - the queues of a device that were told something of their own
 * @field: of it
 * @common: value of all others
 */
struct own {
	enum nt_napi_field field;
	uint64_t common;
	struct nt_io_napi *list;
	size_t n;
};

static int note_own(const struct nt_io_napi *napi, void *user)
{
	struct own *own = user;
	struct nt_io_napi *grown;

	if (!napi->leads || !(napi->polled.has & 1U << own->field) ||
	    napi->polled.value[own->field] == own->common)
		return 0;
	grown = realloc(own->list, (own->n + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	own->list = grown;
	own->list[own->n++] = *napi;
	return 0;
}

static void free_own(struct own *own)
{
	free(own->list);
}

/* Where nobody can tell queues apart they have nothing of their own. */
static int find_own(struct nt_io *io, const struct nt_change *change, struct own *own)
{
	char live[32];
	int r = napi_get(io, change->target, change->tunable, live, sizeof(live));

	if (r < 0)
		return r;
	own->field = (enum nt_napi_field)nt_napi_find(change->tunable);
	own->common = strtoull(live, NULL, 10);
	r = nt_nic_napis(io, change->target, note_own, own);
	return r == -ENOMEM ? r : 0;
}

static int put_own(struct nt_io *io, const char *dev, const struct own *own, struct nt_diag *diag)
{
	int r = 0;

	for (size_t i = 0; i < own->n && r == 0; i++)
		r = nt_nic_napi_set(io, dev, &own->list[i], own->field,
				    own->list[i].polled.value[own->field], diag);
	/* A queue that went meanwhile took it along. */
	return r == -ENOENT ? 0 : r;
}

static int write_value(struct nt_io *io, const struct nt_change *change, const char *value,
		       struct nt_diag *diag)
{
	nt_auto(free_own) struct own own = { 0 };
	char path[96], line[32];
	int len = snprintf(line, sizeof(line), "%s\n", value);
	int r = find_file(change->target, change->tunable, path, sizeof(path));

	if (r == 0 && (len < 0 || (size_t)len >= sizeof(line)))
		r = -E2BIG;
	if (r == 0)
		r = find_own(io, change, &own);
	if (r == 0)
		r = nt_io_write_file(io, path, line, (size_t)len);
	if (r < 0)
		return nt_diag_err(diag, -r, "%s: %s: cannot be set to %s: %s", change->target,
				   change->tunable, value, strerror(-r));
	return put_own(io, change->target, &own, diag);
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

	return field < 0 ? NULL : nt_napi_words((enum nt_napi_field)field);
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
	.describe = napi_describe,
};
