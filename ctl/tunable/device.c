// SPDX-License-Identifier: GPL-2.0-or-later
/* What the domains of whole devices have in common. See device.h. */
#include "device.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/expr.h"
#include "device_lines.h"
#include "facts/facts_read.h"
#include "io/nic.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "tunable.h"

/* ---- which devices ---- */

static int plan_one(struct nt_device_planner *p, const struct nt_setting *setting, const char *name,
		    nt_device_fn fn)
{
	p->setting = setting;
	p->name = name;
	p->link = nt_facts_link(p->facts, name);
	p->nic = p->link ? nt_facts_nic(p->facts, name) : NULL;
	return fn(p);
}

int nt_device_plan(struct nt_device_planner *p, const struct nt_setting *settings, size_t n,
		   const char *key, nt_device_fn fn)
{
	nt_autofree const struct nt_setting **lines = NULL;
	int r = nt_device_lines(p->facts, settings, n, key, &lines);

	for (size_t i = 0; i < p->facts->n_links && r == 0; i++)
		if (lines[i])
			r = plan_one(p, lines[i], p->facts->links[i].name, fn);
	for (size_t i = 0; i < n && r == 0; i++) {
		const struct nt_setting *s = &settings[i];

		if (!strcmp(s->key, key) && !nt_device_is_pattern(s->selector) &&
		    !nt_facts_link(p->facts, s->selector))
			r = plan_one(p, s, s->selector, fn);
	}
	return r;
}

int nt_device_read(struct nt_io *io, const struct nt_setting *settings, size_t n,
		   struct nt_facts *facts, struct nt_diag *diag)
{
	nt_autofree const struct nt_setting **lines = NULL;
	int r = n ? nt_facts_read(io, NT_FACTS_LINKS, facts, diag) : 0;

	if (r == 0 && n)
		r = nt_device_lines(facts, settings, n, NULL, &lines);
	for (size_t i = 0; n && r == 0 && i < facts->n_links; i++) {
		struct nt_diag why = { 0 };

		if (!lines[i])
			continue;
		r = nt_facts_read_nic(io, facts->links[i].name, facts, &why);
		/* Gone since it was listed: planning says so. */
		if (r == -ENODEV || r == -EOPNOTSUPP)
			r = 0;
		else if (r < 0)
			nt_diag_err(diag, -r, "%s", why.message);
	}
	return r;
}

/* ---- changes ---- */

static char *copy(const char *text, bool *complete)
{
	char *made = text ? strdup(text) : NULL;

	*complete = *complete && (made || !text);
	return made;
}

static char *reason_of(const struct nt_device_planner *p, const struct nt_device_value *value,
		       bool *complete)
{
	const char *reason = value->reason ? value->reason : p->domain->describe(value->tunable);
	char *made;

	if (p->setting && p->setting->reason[0])
		reason = p->setting->reason;
	if (!value->note || !*value->note)
		return copy(reason, complete);
	if (asprintf(&made, "%s; %s", reason, value->note) >= 0)
		return made;
	*complete = false;
	return NULL;
}

/*
 * Drivers that take these from a device that is up only, Linux 6.12: mana_set_rxfh(); cxgb4's
 * set_rss_table() wants it to have been up once; qede_set_coalesce().
 */
static const struct {
	const char *driver;
	enum nt_phase phase;
} only_when_up[] = {
	{ "mana", NT_PHASE_RSS },
	{ "cxgb4", NT_PHASE_RSS },
	{ "qede", NT_PHASE_COALESCE },
	{ "qede", NT_PHASE_COALESCE_MODE },
	{ "qede", NT_PHASE_COALESCE_QUEUE },
};

static bool has_to_be_up(const struct nt_device_planner *p, enum nt_phase phase)
{
	if (!p->link || p->link->up)
		return false;
	for (size_t i = 0; i < sizeof(only_when_up) / sizeof(only_when_up[0]); i++)
		if (only_when_up[i].phase == phase &&
		    !strcmp(only_when_up[i].driver, p->link->driver))
			return true;
	return false;
}

bool nt_device_sleeps(const struct nt_device_planner *p)
{
	return p->link && !p->link->up && !p->link->kind[0] && !p->nic->n_irqs;
}

static enum nt_outcome outcome_of(const struct nt_device_planner *p,
				  const struct nt_device_value *value)
{
	if (!p->nic)
		return NT_OUTCOME_ABSENT;
	if (p->setting && value->outcome == NT_OUTCOME_PLANNED && value->seen &&
	    p->domain->same(value->seen, value->wanted))
		return NT_OUTCOME_COMPLIANT;
	return value->outcome == NT_OUTCOME_PLANNED && has_to_be_up(p, value->phase)
	       ? NT_OUTCOME_DEFERRED : value->outcome;
}

static const char *remedy_of(const struct nt_device_planner *p, const struct nt_device_value *value)
{
	if (outcome_of(p, value) == NT_OUTCOME_DEFERRED && !value->remedy)
		return "its driver takes this while the device is up: bring it up first";
	if (p->nic)
		return value->remedy;
	return p->link ? "what the device can be told is not among the facts: record them again"
		       : "there is no such device: plug it in, or name another";
}

static uint32_t undo_seq_of(const struct nt_device_planner *p, const struct nt_device_value *value)
{
	size_t nth = p->plan->n_before + p->plan->n_changes;

	return nt_plan_undo_seq(value->phase,
				value->backwards ? NT_PLAN_UNDO_MAX - 1 - nth : nth);
}

int nt_device_add(struct nt_device_planner *p, const struct nt_device_value *value)
{
	bool complete = p->plan->n_changes < NT_PLAN_CHANGES_MAX;
	int r = complete ? -ENOMEM : -EOVERFLOW;
	struct nt_change change = {
		.domain = p->domain,
		.target = copy(p->name, &complete),
		.tunable = copy(value->tunable, &complete),
		.seen = copy(value->seen, &complete),
		.wanted = copy(value->wanted, &complete),
		.reason = reason_of(p, value, &complete),
		.remedy = copy(remedy_of(p, value), &complete),
		.owner = copy(value->owner, &complete),
		.instead_of = copy(value->instead_of, &complete),
		.phase = value->phase,
		.policy = p->setting ? p->setting->policy : NT_POLICY_PREFER,
		.outcome = outcome_of(p, value),
		.undo_seq = undo_seq_of(p, value),
		.disruptive = value->disruptive,
		.kept = !p->setting,
	};

	if (p->setting &&
	    asprintf(&change.origin, "%s:%u", p->setting->file, p->setting->line) < 0) {
		change.origin = NULL;
		complete = false;
	}
	if (complete)
		r = nt_plan_add(p->plan, &change);
	if (r < 0)
		nt_change_free(&change);
	return r;
}

/* ---- values ---- */

int nt_device_bad_value(const struct nt_setting *setting, unsigned int offset, int err,
			struct nt_diag *diag, const char *format, ...)
{
	char words[NT_DIAG_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	return nt_diag_err(diag, err, "%s:%u:%u: %s: %s", setting->file, setting->line,
			   setting->value_column + offset, setting->key, words);
}

int nt_device_check_relation(const struct nt_setting *setting, struct nt_diag *diag)
{
	if (setting->relation == NT_SET)
		return 0;
	return nt_diag_err(diag, EINVAL, "%s:%u:%u: %s can only be set with =", setting->file,
			   setting->line, setting->column, setting->key);
}

int nt_device_next_word(const struct nt_setting *setting, const char **cursor,
			struct nt_device_word *ret, struct nt_diag *diag)
{
	char *colon;
	int r;

	if (!*cursor)
		*cursor = setting->value;
	r = nt_expr_split(cursor, setting->value, ret->text, sizeof(ret->text), &ret->at);
	if (r < 0)
		return nt_device_bad_value(setting, ret->at, -r, diag,
					   "cannot be separated into words");
	if (r == 0)
		return 0;
	ret->word = ret->text;
	colon = strchr(ret->text, ':');
	ret->value = colon ? colon + 1 : NULL;
	ret->value_at = colon ? ret->at + (unsigned int)(colon + 1 - ret->text) : ret->at;
	if (colon)
		*colon = '\0';
	return 1;
}

int nt_device_on_off(const struct nt_setting *setting, const struct nt_device_word *word, bool *ret,
		     struct nt_diag *diag)
{
	const char *value = word->value ? word->value : "";

	if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0)
		return nt_device_bad_value(setting, word->value_at, EINVAL, diag,
					   "%s takes on or off, %s:on", word->word, word->word);
	*ret = value[1] == 'n';
	return 0;
}

const char *nt_device_say(bool on)
{
	return on ? "on" : "off";
}

int nt_device_field(const char *tunable, const char *prefix, int (*find)(const char *name))
{
	size_t len = strlen(prefix);
	int field = strncmp(tunable, prefix, len) ? -ENOENT : find(tunable + len);

	return field < 0 ? -EINVAL : field;
}

/* ---- resets ---- */

#define BIT(what) (1U << (what))

/*
 * Drivers that change these on the run, Linux 6.12: virtnet_set_channels() and its MTU reach the
 * host by a control queue; ena_change_mtu() and netvsc tell the hypervisor; rtl8169 writes a
 * register. All others close and open again, or nobody has looked.
 */
static const struct {
	const char *driver;
	unsigned int harmless;
} on_the_run[] = {
	{ "virtio_net", BIT(NT_RESET_CHANNELS) | BIT(NT_RESET_MTU) },
	{ "ena", BIT(NT_RESET_MTU) },
	{ "r8169", BIT(NT_RESET_MTU) },
};

bool nt_device_resets(const struct nt_link_fact *link, enum nt_device_reset what)
{
	/* What is made of software has neither a link nor rings to set up anew. */
	if (!link || link->kind[0])
		return false;
	for (size_t i = 0; i < sizeof(on_the_run) / sizeof(on_the_run[0]); i++)
		if (!strcmp(on_the_run[i].driver, link->driver))
			return !(on_the_run[i].harmless & BIT(what));
	return true;
}

enum nt_nic_ready nt_device_ready(struct nt_io *io, const char *dev)
{
	struct nt_nic_link link = { 0 };

	return nt_nic_link_get(io, dev, &link, NULL) == 0 ? nt_nic_ready(&link) : NT_NIC_NOT_READY;
}

int nt_device_settle(struct nt_io *io, const char *dev, enum nt_nic_ready before,
		     struct nt_diag *diag)
{
	struct nt_diag why = { 0 };
	int r = before == NT_NIC_NOT_READY
		? 0 : nt_nic_ready_wait(io, dev, before, NT_NIC_READY_MS, &why);

	if (r == 0)
		return 0;
	if (r != -ETIMEDOUT)
		return nt_diag_err(diag, -r, "%s", *why.message ? why.message : strerror(-r));
	return nt_diag_err(diag, ENOLINK, nt_device_ready(io, dev) == NT_NIC_NOT_READY
			   ? "%s: no carrier %u s after the change"
			   : "%s: not used by its bond %u s after the change", dev,
			   NT_NIC_READY_MS / 1000);
}

int nt_device_failed(const struct nt_change *change, int r, struct nt_diag *diag)
{
	if (r < 0)
		return nt_diag_err(diag, -r, "%s: %s cannot be set: %s", change->target,
				   change->tunable, strerror(-r));
	return 0;
}
