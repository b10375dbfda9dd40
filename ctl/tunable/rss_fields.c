// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rss-fields domain: what of a packet the hash that spreads flows is made of, by kind of flow.
 * See core/rss_fields.h for the letters.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/profile.h"
#include "core/rss_fields.h"
#include "device.h"
#include "io/nic.h"
#include "lib/diag.h"
#include "tunable.h"

#define PREFIX "rss-fields."

static const char *rss_fields_key(unsigned int n)
{
	return n ? NULL : "RssFields";
}

/* ---- lines of a profile ---- */

static int unknown_flow(const struct nt_setting *s, const struct nt_device_word *word,
			struct nt_diag *diag)
{
	const char *names[NT_FLOWS];
	const char *nearest;

	for (unsigned int i = 0; i < NT_FLOWS; i++)
		names[i] = nt_flow_name(i);
	nearest = nt_suggest(word->word, names, NT_FLOWS);
	return nt_device_bad_value(s, word->at, EINVAL, diag, "unknown kind of flow %s%s%s",
				   word->word, nearest ? ", did you mean " : "",
				   nearest ? nearest : "");
}

static int read_wish(const struct nt_setting *s, struct nt_nic_rss_fields *ret,
		     struct nt_diag *diag)
{
	struct nt_device_word word;
	const char *cursor = NULL;
	int r;

	*ret = (struct nt_nic_rss_fields){ 0 };
	while ((r = nt_device_next_word(s, &cursor, &word, diag)) > 0) {
		int flow = nt_flow_find(word.word);

		if (flow < 0)
			return unknown_flow(s, &word, diag);
		if (ret->has >> flow & 1)
			return nt_device_bad_value(s, word.at, EINVAL, diag, "%s twice",
						   word.word);
		if (!word.value || nt_rss_fields_parse(word.value, &ret->value[flow]) < 0)
			return nt_device_bad_value(s, word.value_at, EINVAL, diag,
						   "%s takes letters of mvtsdfnelr, each once, "
						   "or none: %s:sdfn", word.word, word.word);
		ret->has |= 1U << flow;
	}
	return r;
}

static int rss_fields_check(const struct nt_setting *setting, struct nt_diag *diag)
{
	struct nt_nic_rss_fields wish;
	int r = nt_device_check_relation(setting, diag);

	if (r == 0)
		r = read_wish(setting, &wish, diag);
	if (r == 0 && !wish.has)
		return nt_device_bad_value(setting, 0, EINVAL, diag, "is empty");
	return r;
}

/* ---- planning ---- */

static int add(struct nt_device_planner *p, unsigned int flow, const struct nt_device_value *value)
{
	struct nt_device_value copy = *value;
	char tunable[32];

	snprintf(tunable, sizeof(tunable), PREFIX "%s", nt_flow_name(flow));
	copy.tunable = tunable;
	copy.phase = NT_PHASE_RSS;
	return nt_device_add(p, &copy);
}

/* Only the first fragment of a datagram has ports. */
static const char *reason_for(unsigned int flow, uint32_t fields)
{
	bool udp = flow == NT_FLOW_UDP4 || flow == NT_FLOW_UDP6;

	return udp && fields & NT_RSS_FIELDS_PORTS
	       ? "flows of one host are told apart; fragments of a datagram may then arrive out of "
		 "order"
	       : NULL;
}

/* virtio_net answers with no fields at all where the device has no RSS, and then refuses any. */
static bool is_hashed(const struct nt_nic_fact *nic, unsigned int flow)
{
	if (!nic || !(nic->has & NT_NIC_HAS_RSS_FIELDS) || !(nic->rss_fields.has >> flow & 1))
		return false;
	return nic->rss_fields.value[flow] || (nic->rss && nic->rss->n_table);
}

static int plan_flow(struct nt_device_planner *p, const struct nt_nic_rss_fields *wish,
		     unsigned int flow)
{
	char seen[NT_RSS_FIELDS_TEXT], wanted[NT_RSS_FIELDS_TEXT];
	struct nt_device_value value = { .wanted = wanted };

	nt_rss_fields_format(wish->value[flow], wanted, sizeof(wanted));
	if (!is_hashed(p->nic, flow)) {
		value.outcome = NT_OUTCOME_UNSUPPORTED;
		value.remedy = "the driver does not hash this kind of flow by fields: leave it out "
			       "of RssFields= for this device";
		return add(p, flow, &value);
	}
	value.reason = reason_for(flow, wish->value[flow]);
	if (nt_rss_fields_format(p->nic->rss_fields.value[flow], seen, sizeof(seen)) == 0)
		value.seen = seen;
	return add(p, flow, &value);
}

static int plan_device(struct nt_device_planner *p)
{
	struct nt_nic_rss_fields wish;
	int r = read_wish(p->setting, &wish, NULL);

	for (unsigned int flow = 0; flow < NT_FLOWS && r == 0; flow++)
		if (wish.has >> flow & 1)
			r = plan_flow(p, &wish, flow);
	return r;
}

static int rss_fields_plan(const struct nt_setting *settings, size_t n,
			   const struct nt_facts *facts, struct nt_plan *plan,
			   struct nt_diag *diag)
{
	struct nt_device_planner p = { .domain = &nt_tunable_rss_fields, .facts = facts,
				       .plan = plan };
	int r = nt_device_plan(&p, settings, n, "RssFields", plan_device);

	return r < 0 ? nt_diag_err(diag, -r, "rss-fields: cannot be planned: %s", strerror(-r))
		     : 0;
}

static int keep_flow(struct nt_device_planner *p, unsigned int flow)
{
	char value[NT_RSS_FIELDS_TEXT];

	if (nt_rss_fields_format(p->nic->rss_fields.value[flow], value, sizeof(value)) < 0)
		return 0;
	return add(p, flow, &(struct nt_device_value){
		.seen = value,
		.wanted = value,
		.reason = "kept: drivers that set their hash up anew forget it",
	});
}

/* ena_com_rss_destroy(), for one, which ena_update_queue_count() calls (Linux 6.12). */
static int rss_fields_keep(const struct nt_facts *facts, const char *device,
			   const struct nt_plan *plan, struct nt_plan *ret)
{
	struct nt_device_planner p = {
		.domain = &nt_tunable_rss_fields,
		.facts = facts,
		.plan = ret,
		.name = device,
		.link = nt_facts_link(facts, device),
		.nic = nt_facts_nic(facts, device),
	};
	int r = 0;

	(void)plan;
	for (unsigned int flow = 0; flow < NT_FLOWS && r == 0; flow++)
		if (is_hashed(p.nic, flow))
			r = keep_flow(&p, flow);
	return r;
}

/* ---- the host ---- */

static int flow_of(const char *tunable)
{
	return nt_device_field(tunable, PREFIX, nt_flow_find);
}

static int rss_fields_get(struct nt_io *io, const char *target, const char *tunable, char *buf,
			  size_t size)
{
	struct nt_nic_rss_fields now = { 0 };
	int flow = flow_of(tunable);
	int r = flow < 0 ? flow : nt_nic_rss_fields_get(io, target, &now, NULL);

	if (r == 0 && !(now.has >> flow & 1))
		return -ENOENT;
	return r < 0 ? r : nt_rss_fields_format(now.value[flow], buf, size);
}

static int write_value(struct nt_io *io, const struct nt_change *change, const char *value,
		       struct nt_diag *diag)
{
	struct nt_nic_rss_fields want = { 0 };
	int flow = flow_of(change->tunable);

	if (flow < 0)
		return flow;
	if (nt_rss_fields_parse(value, &want.value[flow]) < 0)
		return nt_diag_err(diag, EINVAL, "%s: %s: %s are not fields", change->target,
				   change->tunable, value);
	want.has = 1U << flow;
	return nt_device_failed(change, nt_nic_rss_fields_set(io, change->target, &want, diag),
				diag);
}

static int rss_fields_apply(struct nt_io *io, const struct nt_change *change,
			    struct nt_diag *diag)
{
	return write_value(io, change, change->wanted, diag);
}

static int rss_fields_undo(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return change->seen ? write_value(io, change, change->seen, diag) : 0;
}

static bool rss_fields_same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static const char *rss_fields_describe(const char *tunable)
{
	(void)tunable;
	return "what of a packet decides which receive ring its flow goes to";
}

const struct nt_tunable nt_tunable_rss_fields = {
	.name = "rss-fields",
	.section = "Device",
	.keys = rss_fields_key,
	.check = rss_fields_check,
	.read = nt_device_read,
	.plan = rss_fields_plan,
	.keep = rss_fields_keep,
	.apply = rss_fields_apply,
	.undo = rss_fields_undo,
	.get = rss_fields_get,
	.same = rss_fields_same,
	.describe = rss_fields_describe,
};
