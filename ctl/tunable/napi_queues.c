// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The napi_queues domain: NapiQueues= as values of single NAPI instances, by the family "netdev"
 * (Linux 6.13; threads 6.17), so that the queues of one program can be polled and others not.
 *
 * An instance goes by a queue that it serves ("gro-flush-timeout.rx-3"), for its id changes with
 * the channels. Instances exist while the device is up. The device's own values (domain napi) are
 * written before these, and undone before them, for that overwrites them.
 */
#include "tunable.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/idset.h"
#include "io/io.h"
#include "io/nic.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "napi_value.h"
#include "queue_plan.h"

/* Of values in one line. */
#define ASSIGNMENTS_MAX 32U

#define KINDS 2U

static const char *napi_queues_key(unsigned int n)
{
	return n == 0 ? "NapiQueues" : NULL;
}

/* ---- lines of a profile ---- */

/**
 * struct selection - which queues the words behind it are for: "rx:", "rx-0-3,8:"
 * @any: was there one?
 * @all: of the kind; else @queues
 */
struct selection {
	bool any;
	bool all;
	enum nt_queue_kind kind;
	struct nt_idset queues;
};

struct assignment {
	struct selection of;
	enum nt_napi_field field;
	uint64_t value;
};

/* A line. Of two that name the same queue the last holds. */
struct wanted {
	struct assignment list[ASSIGNMENTS_MAX];
	size_t n;
};

static int parse_selection(const struct nt_setting *setting, const struct nt_device_word *word,
			   struct selection *ret, struct nt_diag *diag)
{
	bool rx = !strncmp(word->word, "rx", 2);
	unsigned int offset = 0;
	int r;

	*ret = (struct selection){ .any = true, .kind = rx ? NT_QUEUE_RX : NT_QUEUE_TX };
	if ((!rx && strncmp(word->word, "tx", 2) != 0) || (word->word[2] && word->word[2] != '-'))
		return nt_device_bad_value(setting, word->at, EINVAL, diag, "%s: must be queues "
					   "like rx, rx-0-3,8 or tx-0", word->word);
	ret->all = !word->word[2];
	if (ret->all)
		return 0;
	r = nt_idset_parse(word->word + 3, &ret->queues, &offset);
	if (r < 0 || !word->word[3])
		return nt_device_bad_value(setting, word->at + 3 + offset, EINVAL, diag,
					   "must be queues like rx-0-3,8");
	for (unsigned int i = NT_NIC_QUEUES_MAX; i < NT_IDSET_COUNT; i++)
		if (nt_idset_has(&ret->queues, i))
			return nt_device_bad_value(setting, word->at, ERANGE, diag,
						   "queue %u: above %u", i, NT_NIC_QUEUES_MAX - 1);
	return 0;
}

static int parse_assignment(const struct nt_setting *setting, const struct nt_device_word *word,
			    const struct selection *of, struct wanted *wanted,
			    struct nt_diag *diag)
{
	int field = word->value ? nt_napi_find(word->word) : -ENOENT;
	struct nt_diag why = { 0 };
	struct assignment *to;
	int r;

	if (field < 0 || !of->any)
		return nt_device_bad_value(setting, word->at, EINVAL, diag, "must be queues and "
					   "what they are told, like rx-0-3: "
					   "napi-defer-hard-irqs:2 gro-flush-timeout:200us");
	if (wanted->n == ASSIGNMENTS_MAX)
		return nt_device_bad_value(setting, word->at, E2BIG, diag, "more than %u values",
					   ASSIGNMENTS_MAX);
	to = &wanted->list[wanted->n++];
	to->of = *of;
	to->field = (enum nt_napi_field)field;
	r = nt_napi_parse_value(to->field, word->value, &to->value, &why);
	return r < 0 ? nt_device_bad_value(setting, word->value_at, -r, diag, "%s", why.message)
		     : 0;
}

static int parse(const struct nt_setting *setting, struct wanted *ret, struct nt_diag *diag)
{
	struct selection of = { 0 };
	const char *cursor = NULL;
	struct nt_device_word word;
	int r;

	ret->n = 0;
	while ((r = nt_device_next_word(setting, &cursor, &word, diag)) > 0) {
		if (word.value && !*word.value)
			r = parse_selection(setting, &word, &of, diag);
		else
			r = parse_assignment(setting, &word, &of, ret, diag);
		if (r < 0)
			return r;
	}
	if (r == 0 && !ret->n)
		return nt_device_bad_value(setting, 0, EINVAL, diag,
					   "must be queues and what they are told");
	return r;
}

static int napi_queues_check(const struct nt_setting *setting, struct nt_diag *diag)
{
	nt_autofree struct wanted *wanted = malloc(sizeof(*wanted));
	int r = nt_device_check_relation(setting, diag);

	if (!wanted)
		return -ENOMEM;
	return r < 0 ? r : parse(setting, wanted, diag);
}

/* ---- planning ---- */

/**
 * struct planning - what all devices share
 * @wanted: of the line that is being planned
 * @kind, @field: that are being planned
 */
struct planning {
	struct nt_queue_planner p;
	struct wanted wanted;
	enum nt_queue_kind kind;
	enum nt_napi_field field;
};

static bool is_meant(const struct assignment *a, const struct planning *pl)
{
	return a->of.kind == pl->kind && a->field == pl->field;
}

/* The last that names the queue, or NULL. */
static const struct assignment *find(const struct planning *pl, uint32_t queue)
{
	for (size_t i = pl->wanted.n; i-- > 0;) {
		const struct assignment *a = &pl->wanted.list[i];

		if (is_meant(a, pl) && (a->of.all || nt_idset_has(&a->of.queues, queue)))
			return a;
	}
	return NULL;
}

/* One behind the last queue that a line names itself; 0 when it names none, or all. */
static uint32_t named_end(const struct planning *pl)
{
	uint32_t end = 0;

	for (size_t i = 0; i < pl->wanted.n; i++)
		for (uint32_t q = end; is_meant(&pl->wanted.list[i], pl) &&
				       q < NT_NIC_QUEUES_MAX; q++)
			if (nt_idset_has(&pl->wanted.list[i].of.queues, q))
				end = q + 1;
	return end;
}

/* Is there an instance that goes by a queue of the kind, and can be told? */
static bool can_be_told(const struct planning *pl)
{
	const struct nt_nic_fact *nic = pl->p.device.nic;

	for (size_t i = 0; i < nic->n_napis; i++)
		if (nic->napis[i].kind == pl->kind &&
		    nic->napis[i].polled.has & 1U << pl->field)
			return true;
	return false;
}

/* One behind the last instance of the kind when the plan's channels are in force. */
static uint32_t instances_end(const struct planning *pl)
{
	const struct nt_nic_fact *nic = pl->p.device.nic;
	uint32_t end = 0;

	if (pl->p.resized)
		return pl->kind == NT_QUEUE_RX ? nt_nic_rx_rings(&pl->p.channels)
					       : nt_nic_tx_rings(&pl->p.channels);
	for (size_t i = 0; i < nic->n_napis; i++)
		if (nic->napis[i].kind == pl->kind)
			end = nic->napis[i].queue + 1;
	return end;
}

static void format_tunable(const struct planning *pl, uint32_t queue, char *buf, size_t size)
{
	snprintf(buf, size, "%s.%s-%" PRIu32, nt_napi_name(pl->field),
		 nt_queue_kind_name(pl->kind), queue);
}

static int add_queue(struct planning *pl, const struct assignment *a, uint32_t queue)
{
	const struct nt_napi_fact *napi = nt_nic_napi_of(pl->p.device.nic, pl->kind, queue);
	char tunable[NT_QUEUE_TUNABLE_MAX], seen[24], wanted[24];
	struct nt_device_value value = { .tunable = tunable, .wanted = wanted,
					 .phase = NT_PHASE_NAPI_QUEUE };

	format_tunable(pl, queue, tunable, sizeof(tunable));
	snprintf(wanted, sizeof(wanted), "%" PRIu64, a->value);
	if (napi && napi->polled.has & 1U << pl->field) {
		snprintf(seen, sizeof(seen), "%" PRIu64, napi->polled.value[pl->field]);
		value.seen = seen;
	} else if (!pl->p.resized || queue >= instances_end(pl)) {
		value.outcome = NT_OUTCOME_UNSUPPORTED;
		value.remedy = "there is no such queue, or it is polled together with another";
	}
	return nt_device_add(&pl->p.device, &value);
}

static const char *why_not(const struct planning *pl)
{
	const struct nt_nic_fact *nic = pl->p.device.nic;

	if (!nic)
		return NULL;
	if (!nic->n_napis)
		return nic->link.up ? "kernel or driver do not tell how queues are polled: it "
				      "takes Linux 6.13 and a driver that links queues to NAPI"
				    : "set the device up: only then has it queues to poll";
	for (size_t i = 0; i < nic->n_napis; i++)
		if (nic->napis[i].polled.has & 1U << pl->field)
			return "no transmit queue is polled apart from a receive queue";
	return pl->field == NT_NAPI_THREADED ? "this kernel has threads for all queues or none "
					       "(BusyPoll=); for each it takes Linux 6.17"
					     : "this kernel has it for all queues (BusyPoll=) or "
					       "not at all; for each it takes Linux 6.13";
}

/* One change for all queues of the kind: "threaded.rx". */
static int refuse(struct planning *pl)
{
	const struct nt_nic_fact *nic = pl->p.device.nic;
	char tunable[NT_QUEUE_TUNABLE_MAX];

	snprintf(tunable, sizeof(tunable), "%s.%s", nt_napi_name(pl->field),
		 nt_queue_kind_name(pl->kind));
	return nt_device_add(&pl->p.device, &(struct nt_device_value){
		.tunable = tunable,
		.wanted = pl->p.device.setting->value,
		.phase = NT_PHASE_NAPI_QUEUE,
		.outcome = nic && !nic->n_napis && !nic->link.up ? NT_OUTCOME_DEFERRED
								 : NT_OUTCOME_UNSUPPORTED,
		.remedy = why_not(pl),
	});
}

/* One field of the queues of one kind. */
static int plan_field(struct planning *pl)
{
	uint32_t end, named;
	bool any = false;
	int r = 0;

	for (size_t i = 0; i < pl->wanted.n; i++)
		any = any || is_meant(&pl->wanted.list[i], pl);
	if (!any)
		return 0;
	if (!pl->p.device.nic || !can_be_told(pl))
		return refuse(pl);
	end = instances_end(pl);
	named = named_end(pl);
	for (uint32_t q = 0; (q < end || q < named) && r == 0; q++) {
		const struct assignment *a = find(pl, q);

		/* Of "all" those that are there, and will be. */
		if (a && (!a->of.all || (q < end && (pl->p.resized ||
			  nt_nic_napi_of(pl->p.device.nic, pl->kind, q)))))
			r = add_queue(pl, a, q);
	}
	return r;
}

static int plan_device(struct nt_device_planner *device)
{
	struct planning *pl = (struct planning *)device;
	struct nt_diag why = { 0 };
	int r = parse(device->setting, &pl->wanted, &why);

	nt_queue_planner_look(&pl->p);
	for (unsigned int i = 0; i < KINDS * NT_NAPI_FIELDS && r == 0; i++) {
		pl->kind = i < NT_NAPI_FIELDS ? NT_QUEUE_RX : NT_QUEUE_TX;
		pl->field = (enum nt_napi_field)(i % NT_NAPI_FIELDS);
		r = plan_field(pl);
	}
	return r;
}

static int napi_queues_plan(const struct nt_setting *settings, size_t n,
			    const struct nt_facts *facts, struct nt_plan *plan,
			    struct nt_diag *diag)
{
	nt_autofree struct planning *pl = calloc(1, sizeof(*pl));
	int r = -ENOMEM;

	if (pl) {
		pl->p.device = (struct nt_device_planner){ .domain = &nt_tunable_napi_queues,
							   .facts = facts, .plan = plan };
		pl->p.whole = plan;
		r = nt_device_plan(&pl->p.device, settings, n, "NapiQueues", plan_device);
	}
	return r < 0 ? nt_diag_err(diag, -r, "napi_queues: cannot be planned: %s", strerror(-r))
		     : 0;
}

/* ---- keeping ---- */

static int keep_field(struct nt_device_planner *p, const struct nt_napi_fact *napi,
		      unsigned int field)
{
	uint64_t common = p->nic->napi.has & 1U << field ? p->nic->napi.value[field] : 0;
	char tunable[NT_QUEUE_TUNABLE_MAX], value[24];

	/* What is as the whole device is follows it. */
	if (!(napi->polled.has & 1U << field) || napi->polled.value[field] == common)
		return 0;
	snprintf(tunable, sizeof(tunable), "%s.%s-%" PRIu32, nt_napi_name(field),
		 nt_queue_kind_name(napi->kind), napi->queue);
	snprintf(value, sizeof(value), "%" PRIu64, napi->polled.value[field]);
	return nt_device_add(p, &(struct nt_device_value){
		.tunable = tunable,
		.seen = value,
		.wanted = value,
		.phase = NT_PHASE_NAPI_QUEUE,
		.reason = "kept: new queues, and what the whole device is told, overwrite it",
	});
}

static int napi_queues_keep(const struct nt_facts *facts, const char *device,
			    const struct nt_plan *plan, struct nt_plan *ret)
{
	struct nt_queue_planner p = nt_queue_planner_keep(&nt_tunable_napi_queues, facts, device,
							  plan, ret);
	const struct nt_nic_fact *nic = p.device.nic;
	int r = 0;

	for (size_t i = 0; nic && i < nic->n_napis && r == 0; i++)
		for (unsigned int field = 0; field < NT_NAPI_FIELDS && r == 0; field++)
			r = keep_field(&p.device, &nic->napis[i], field);
	return r;
}

/* ---- the host ---- */

/* "gro-flush-timeout.rx-3"; -ENOENT. */
static int parse_tunable(const char *tunable, enum nt_napi_field *ret_field,
			 struct nt_io_napi *ret_which)
{
	const char *dot = strchr(tunable, '.');
	char name[32], kind[3];
	uint32_t queue;
	int field, len = 0;

	if (!dot || (size_t)(dot - tunable) >= sizeof(name))
		return -ENOENT;
	snprintf(name, sizeof(name), "%.*s", (int)(dot - tunable), tunable);
	field = nt_napi_find(name);
	if (field < 0 || sscanf(dot, ".%2[rtx]-%4" SCNu32 "%n", kind, &queue, &len) != 2 ||
	    dot[len] || (strcmp(kind, "rx") != 0 && strcmp(kind, "tx") != 0))
		return -ENOENT;
	*ret_field = (enum nt_napi_field)field;
	*ret_which = (struct nt_io_napi){
		.kind = *kind == 'r' ? NT_QUEUE_RX : NT_QUEUE_TX,
		.queue = queue,
	};
	return 0;
}

static int napi_queues_get(struct nt_io *io, const char *target, const char *tunable, char *buf,
			   size_t size)
{
	enum nt_napi_field field;
	struct nt_io_napi napi;
	int r = parse_tunable(tunable, &field, &napi);

	if (r == 0)
		r = nt_nic_napi_get(io, target, napi.kind, napi.queue, &napi, NULL);
	if (r == 0 && !(napi.polled.has & 1U << field))
		r = -ENOENT;
	if (r < 0)
		return r;
	return (size_t)snprintf(buf, size, "%" PRIu64, napi.polled.value[field]) < size ? 0
										       : -E2BIG;
}

static int set_value(struct nt_io *io, const struct nt_change *change, const char *value,
		     struct nt_diag *diag)
{
	enum nt_napi_field field;
	struct nt_io_napi which;
	int r = parse_tunable(change->tunable, &field, &which);

	if (r == 0)
		r = nt_nic_napi_set(io, change->target, &which, field, strtoull(value, NULL, 10),
				    diag);
	return nt_device_failed(change, r, diag);
}

static int napi_queues_apply(struct nt_io *io, const struct nt_change *change,
			     struct nt_diag *diag)
{
	return set_value(io, change, change->wanted, diag);
}

static int napi_queues_undo(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return change->seen ? set_value(io, change, change->seen, diag) : 0;
}

static bool napi_queues_same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static const char *napi_queues_describe(const char *tunable)
{
	enum nt_napi_field field;
	struct nt_io_napi which;

	if (parse_tunable(tunable, &field, &which) < 0)
		return "how single queues are polled";
	return nt_napi_words(field);
}

const struct nt_tunable nt_tunable_napi_queues = {
	.name = "napi_queues",
	.section = "Device",
	.keys = napi_queues_key,
	.check = napi_queues_check,
	.read = nt_device_read,
	.plan = napi_queues_plan,
	.keep = napi_queues_keep,
	.apply = napi_queues_apply,
	.undo = napi_queues_undo,
	.get = napi_queues_get,
	.same = napi_queues_same,
	.describe = napi_queues_describe,
};
