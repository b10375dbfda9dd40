// SPDX-License-Identifier: GPL-2.0-or-later
/* The pause domain: Ethernet flow control. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "device.h"
#include "io/nic.h"
#include "lib/diag.h"
#include "tunable.h"

#define PAUSE "pause"

#define TEXT_SIZE 40U

static const char *pause_key(unsigned int n)
{
	return n ? NULL : "Pause";
}

/* ---- values ---- */

enum { AUTONEG, RX, TX, WORDS };

static const char *const words[WORDS] = { "autoneg", "rx", "tx" };

static bool *field_of(struct nt_nic_pause *pause, unsigned int i)
{
	return i == AUTONEG ? &pause->autoneg : i == RX ? &pause->rx : &pause->tx;
}

static int format(const struct nt_nic_pause *pause, char *buf, size_t size)
{
	int n = snprintf(buf, size, "autoneg:%s rx:%s tx:%s", nt_device_say(pause->autoneg),
			 nt_device_say(pause->rx), nt_device_say(pause->tx));

	return (size_t)n < size ? 0 : -E2BIG;
}

/* Over @ret, which keeps what the line does not name. */
static int read_wish(const struct nt_setting *s, struct nt_nic_pause *ret, struct nt_diag *diag)
{
	struct nt_device_word word;
	const char *cursor = NULL;
	bool given[WORDS] = { false };
	int r;

	while ((r = nt_device_next_word(s, &cursor, &word, diag)) > 0) {
		const char *nearest = nt_suggest(word.word, words, WORDS);
		unsigned int i = 0;

		while (i < WORDS && strcmp(words[i], word.word) != 0)
			i++;
		if (i == WORDS)
			return nt_device_bad_value(s, word.at, EINVAL, diag, "unknown word %s%s%s",
						   word.word, nearest ? ", did you mean " : "",
						   nearest ? nearest : "");
		if (given[i])
			return nt_device_bad_value(s, word.at, EINVAL, diag, "%s twice", words[i]);
		given[i] = true;
		r = nt_device_on_off(s, &word, field_of(ret, i), diag);
		if (r < 0)
			return r;
	}
	return r;
}

static int pause_check(const struct nt_setting *setting, struct nt_diag *diag)
{
	struct nt_nic_pause pause = { 0 };
	int r = nt_device_check_relation(setting, diag);

	if (r == 0 && !setting->value[0])
		return nt_device_bad_value(setting, 0, EINVAL, diag, "is empty");
	return r < 0 ? r : read_wish(setting, &pause, diag);
}

/* ---- planning ---- */

static int plan_device(struct nt_device_planner *p)
{
	char seen[TEXT_SIZE], wanted[TEXT_SIZE];
	struct nt_device_value value = { .tunable = PAUSE, .wanted = p->setting->value,
					 .phase = NT_PHASE_PAUSE };
	struct nt_nic_pause want;

	if (!p->nic || !(p->nic->has & NT_NIC_HAS_PAUSE)) {
		value.outcome = NT_OUTCOME_UNSUPPORTED;
		value.remedy = "the driver has no flow control to set";
		return nt_device_add(p, &value);
	}
	want = p->nic->pause;
	format(&want, seen, sizeof(seen));
	if (read_wish(p->setting, &want, NULL) < 0)
		return -EINVAL;
	format(&want, wanted, sizeof(wanted));
	value.seen = seen;
	value.wanted = wanted;
	value.disruptive = nt_device_resets(p->link, NT_RESET_PAUSE);
	return nt_device_add(p, &value);
}

static int pause_plan(const struct nt_setting *settings, size_t n, const struct nt_facts *facts,
		      struct nt_plan *plan, struct nt_diag *diag)
{
	struct nt_device_planner p = { .domain = &nt_tunable_pause, .facts = facts, .plan = plan };
	int r = nt_device_plan(&p, settings, n, "Pause", plan_device);

	return r < 0 ? nt_diag_err(diag, -r, "pause: cannot be planned: %s", strerror(-r)) : 0;
}

/* ---- the host ---- */

static int pause_get(struct nt_io *io, const char *target, const char *tunable, char *buf,
		     size_t size)
{
	struct nt_nic_pause pause = { 0 };
	int r = nt_nic_pause_get(io, target, &pause, NULL);

	(void)tunable;
	return r < 0 ? r : format(&pause, buf, size);
}

static int parse(const char *text, struct nt_nic_pause *ret)
{
	char value[WORDS][4];

	if (sscanf(text, "autoneg:%3s rx:%3s tx:%3s", value[AUTONEG], value[RX], value[TX]) !=
	    WORDS)
		return -EINVAL;
	for (unsigned int i = 0; i < WORDS; i++)
		*field_of(ret, i) = !strcmp(value[i], "on");
	return 0;
}

/* Link partners may negotiate anew, which takes the link down for a moment. */
static int write_value(struct nt_io *io, const struct nt_change *change, const char *value,
		       struct nt_diag *diag)
{
	struct nt_nic_pause want = { 0 };
	enum nt_nic_ready before = nt_device_ready(io, change->target);
	int r = parse(value, &want);

	if (r == 0)
		r = nt_nic_pause_set(io, change->target, &want, diag);
	return r < 0 ? nt_device_failed(change, r, diag)
		     : nt_device_settle(io, change->target, before, diag);
}

static int pause_apply(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return write_value(io, change, change->wanted, diag);
}

static int pause_undo(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return change->seen ? write_value(io, change, change->seen, diag) : 0;
}

static bool pause_same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static const char *pause_describe(const char *tunable)
{
	(void)tunable;
	return "whether the device pauses its partner, and lets itself be paused";
}

const struct nt_tunable nt_tunable_pause = {
	.name = "pause",
	.section = "Device",
	.keys = pause_key,
	.check = pause_check,
	.read = nt_device_read,
	.plan = pause_plan,
	.apply = pause_apply,
	.undo = pause_undo,
	.get = pause_get,
	.same = pause_same,
	.describe = pause_describe,
};
