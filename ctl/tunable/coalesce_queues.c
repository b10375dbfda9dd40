// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The coalesce-queues domain: how long single queues wait for more packets before they interrupt.
 *
 * A setting of the whole device reaches all queues, so those of single queues have phases behind
 * it, and what somebody else set on a queue is noted before it: undo returns it behind the
 * device's. A queue's number is that of its pair; which half is meant is in the field's name.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coalesce.h"
#include "core/idset.h"
#include "io/nic.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "queue_plan.h"
#include "tunable.h"

#define PREFIX     "coalesce."
#define GROUPS_MAX 16U

/**
 * struct group - "0-3:rx-usecs=8,tx-usecs=8" of a line
 * @all: whatever queues there are
 * @queues: or these
 */
struct group {
	bool all;
	bool queues[NT_NIC_QUEUES_MAX];
	struct nt_nic_coalesce values;
};

struct wish {
	struct group groups[GROUPS_MAX];
	size_t n;
};

static const char *coalesce_queues_key(unsigned int n)
{
	return n ? NULL : "CoalesceQueues";
}

static bool is_tx(unsigned int field)
{
	return field == NT_COALESCE_ADAPTIVE_TX || field == NT_COALESCE_CQE_TX ||
	       !strncmp(nt_coalesce_name(field), "tx-", 3);
}

/* ---- lines of a profile ---- */

static int read_queues(const struct nt_setting *s, const struct nt_device_word *word,
		       struct group *ret, struct nt_diag *diag)
{
	nt_autofree struct nt_idset *set = calloc(1, sizeof(*set));
	unsigned int offset = 0, n = 0;

	ret->all = !strcmp(word->word, "all");
	if (ret->all)
		return 0;
	if (!set)
		return -ENOMEM;
	if (nt_idset_parse(word->word, set, &offset) < 0 || !nt_idset_size(set))
		return nt_device_bad_value(s, word->at + offset, EINVAL, diag,
					   "starts with queues: 0-3:rx-usecs=8, or all:rx-usecs=8");
	for (unsigned int q = 0; q < NT_NIC_QUEUES_MAX; q++) {
		ret->queues[q] = nt_idset_has(set, q);
		n += ret->queues[q];
	}
	if (n != nt_idset_size(set))
		return nt_device_bad_value(s, word->at, ERANGE, diag, "queues are below %u",
					   NT_NIC_QUEUES_MAX);
	return 0;
}

/* "rx-usecs=8", which ends at @end of the line's value. */
static int read_value(const struct nt_setting *s, char *text, unsigned int at, struct group *ret,
		      struct nt_diag *diag)
{
	struct nt_device_word word = { .word = text, .at = at, .value_at = at };
	char *equals = strchr(text, '='), *colon = strchr(text, ':');

	if (equals) {
		*equals = '\0';
		word.value = equals + 1;
		word.value_at = at + (unsigned int)(equals + 1 - text);
	}
	/* As Coalesce= has it; here a colon ends the queues. */
	if (!equals && colon)
		return nt_device_bad_value(s, at, EINVAL, diag, "write %.*s=%s",
					   (int)(colon - text), text, colon + 1);
	if (!strcmp(text, nt_coalesce_name(NT_COALESCE_STATS_BLOCK_USECS)))
		return nt_device_bad_value(s, at, EINVAL, diag, "%s is for the whole device: "
					   "write it into Coalesce=", text);
	return nt_coalesce_take(s, &word, &ret->values, diag);
}

static int read_group(const struct nt_setting *s, const struct nt_device_word *word,
		      struct group *ret, struct nt_diag *diag)
{
	char text[NT_DEVICE_WORD_MAX], *next;
	int r = read_queues(s, word, ret, diag);

	if (r < 0)
		return r;
	if (!word->value || !*word->value)
		return nt_device_bad_value(s, word->value_at, EINVAL, diag,
					   "queues take values: %s:rx-usecs=8", word->word);
	snprintf(text, sizeof(text), "%s", word->value);
	for (char *at = text; at && r == 0; at = next) {
		next = strchr(at, ',');
		if (next)
			*next++ = '\0';
		r = read_value(s, at, word->value_at + (unsigned int)(at - text), ret, diag);
	}
	return r;
}

static int read_wish(const struct nt_setting *s, struct wish *ret, struct nt_diag *diag)
{
	struct nt_device_word word;
	const char *cursor = NULL;
	int r;

	while ((r = nt_device_next_word(s, &cursor, &word, diag)) > 0) {
		if (ret->n == GROUPS_MAX)
			return nt_device_bad_value(s, word.at, E2BIG, diag,
						   "more than %u groups of queues", GROUPS_MAX);
		r = read_group(s, &word, &ret->groups[ret->n++], diag);
		if (r < 0)
			return r;
	}
	if (r == 0 && !ret->n)
		return nt_device_bad_value(s, 0, EINVAL, diag, "is empty");
	return r;
}

static int coalesce_queues_check(const struct nt_setting *setting, struct nt_diag *diag)
{
	nt_autofree struct wish *wish = calloc(1, sizeof(*wish));
	int r = nt_device_check_relation(setting, diag);

	if (!wish)
		return -ENOMEM;
	return r == 0 ? read_wish(setting, wish, diag) : r;
}

/* ---- planning ---- */

/* What is wanted of @queue: of several groups that have it the last one holds. */
static const struct group *group_for(const struct wish *wish, uint32_t queue, unsigned int field)
{
	for (size_t i = wish->n; i-- > 0;) {
		const struct group *group = &wish->groups[i];

		if ((group->all || group->queues[queue]) && group->values.has >> field & 1)
			return group;
	}
	return NULL;
}

static void name(uint32_t queue, unsigned int field, char *buf)
{
	snprintf(buf, NT_QUEUE_TUNABLE_MAX, PREFIX "%s.%s-%u", nt_coalesce_name(field),
		 is_tx(field) ? "tx" : "rx", queue);
}

static int add(struct nt_queue_planner *p, uint32_t queue, unsigned int field,
	       const struct nt_device_value *value)
{
	struct nt_device_value copy = *value;
	char tunable[NT_QUEUE_TUNABLE_MAX];

	name(queue, field, tunable);
	copy.tunable = tunable;
	copy.phase = field < NT_COALESCE_MODES ? NT_PHASE_COALESCE_QUEUE_MODE
					       : NT_PHASE_COALESCE_QUEUE;
	return nt_device_add(&p->device, &copy);
}

static const struct nt_nic_coalesce *queue_of(const struct nt_nic_fact *nic, uint32_t queue)
{
	return nic && queue < nic->n_queue_coalesce ? &nic->queue_coalesce[queue] : NULL;
}

static int refuse(struct nt_queue_planner *p, uint32_t queue, unsigned int field,
		  const char *wanted, enum nt_outcome outcome, const char *remedy)
{
	return add(p, queue, field, &(struct nt_device_value){
		.wanted = wanted, .outcome = outcome, .remedy = remedy,
	});
}

static int plan_value(struct nt_queue_planner *p, uint32_t queue, unsigned int field,
		      uint32_t number)
{
	const struct nt_nic_fact *nic = p->device.nic;
	const struct nt_nic_coalesce *now = queue_of(nic, queue);
	char seen[NT_COALESCE_TEXT], wanted[NT_COALESCE_TEXT];

	nt_coalesce_format(field, number, wanted, sizeof(wanted));
	if (!nic)
		return refuse(p, queue, field, wanted, NT_OUTCOME_ABSENT, NULL);
	if (!(nic->has & NT_NIC_HAS_QUEUE_COALESCE) ||
	    !(nic->queue_coalesce[0].has >> field & 1))
		return refuse(p, queue, field, wanted, NT_OUTCOME_UNSUPPORTED,
			      "the driver does not have this for single queues: use Coalesce=");
	if (queue >= nt_nic_queues(&p->channels))
		return refuse(p, queue, field, wanted, NT_OUTCOME_BLOCKED,
			      "the device does not have so many queues: ask for them with "
			      "Channels=, or leave them out");
	if (now)
		nt_coalesce_format(field, now->value[field], seen, sizeof(seen));
	return add(p, queue, field, &(struct nt_device_value){
		.seen = now ? seen : NULL,
		.wanted = wanted,
	});
}

/* Where a queue cannot be, one is enough to say so. */
static uint32_t queues_to_plan(const struct nt_queue_planner *p)
{
	const struct nt_nic_fact *nic = p->device.nic;

	if (!nic || !(nic->has & NT_NIC_HAS_QUEUE_COALESCE))
		return 0;
	return nt_nic_queues(&p->channels);
}

/* The first queue that @field is wanted of from @from on, NT_NIC_QUEUES_MAX for none. */
static uint32_t next_queue(const struct wish *wish, unsigned int field, uint32_t from, bool named)
{
	for (uint32_t q = from; q < NT_NIC_QUEUES_MAX; q++) {
		const struct group *group = group_for(wish, q, field);

		if (group && !(named && group->all))
			return q;
	}
	return NT_NIC_QUEUES_MAX;
}

static int plan_field(struct nt_queue_planner *p, const struct wish *wish, unsigned int field)
{
	uint32_t n = queues_to_plan(p), q;
	int r = 0;

	for (q = 0; q < n && r == 0; q++) {
		const struct group *group = group_for(wish, q, field);

		if (group)
			r = plan_value(p, q, field, group->values.value[field]);
	}
	q = next_queue(wish, field, n, n > 0);
	if (r == 0 && q < NT_NIC_QUEUES_MAX)
		r = plan_value(p, q, field, group_for(wish, q, field)->values.value[field]);
	return r;
}

static int plan_device(struct nt_device_planner *device)
{
	struct nt_queue_planner *p = (struct nt_queue_planner *)device;
	nt_autofree struct wish *wish = calloc(1, sizeof(*wish));
	int r = wish ? read_wish(device->setting, wish, NULL) : -ENOMEM;

	nt_queue_planner_look(p);
	for (unsigned int field = 0; field < NT_COALESCE_FIELDS && r == 0; field++)
		r = plan_field(p, wish, field);
	return r;
}

static int coalesce_queues_plan(const struct nt_setting *settings, size_t n,
				const struct nt_facts *facts, struct nt_plan *plan,
				struct nt_diag *diag)
{
	struct nt_queue_planner p = {
		.device = { .domain = &nt_tunable_coalesce_queues, .facts = facts, .plan = plan },
		.whole = plan,
	};
	int r = nt_device_plan(&p.device, settings, n, "CoalesceQueues", plan_device);

	return r < 0 ? nt_diag_err(diag, -r, "coalesce-queues: cannot be planned: %s",
				   strerror(-r)) : 0;
}

/* ---- keeping ---- */

/**
 * struct keeping - keeping values of the queues of one device
 * @told: by field, what a profile has the whole device told now, and with it every queue; NULL
 */
struct keeping {
	struct nt_queue_planner p;
	const char *told[NT_COALESCE_FIELDS];
};

static void find_told(struct keeping *k)
{
	char tunable[NT_QUEUE_TUNABLE_MAX];

	for (unsigned int field = 0; field < NT_COALESCE_FIELDS; field++) {
		const struct nt_change *change;

		snprintf(tunable, sizeof(tunable), PREFIX "%s", nt_coalesce_name(field));
		change = nt_plan_find(k->p.whole, k->p.device.name, tunable);
		if (change && change->origin && !change->kept &&
		    change->outcome == NT_OUTCOME_PLANNED)
			k->told[field] = change->wanted;
	}
}

/*
 * Drivers that tell of a queue what its adaptive mode has come to, which is no setting:
 * virtnet_rx_dim_work(), Linux 6.12.
 */
static bool moves_by_itself(const struct nt_device_planner *p, const struct nt_nic_coalesce *now,
			    unsigned int field)
{
	return !strcmp(p->link->driver, "virtio_net") && field >= NT_COALESCE_MODES &&
	       !is_tx(field) && now->value[NT_COALESCE_ADAPTIVE_RX];
}

/* What it has of its own; what all have is kept for the whole device. */
static bool is_own(const struct nt_device_planner *p, const struct nt_nic_coalesce *now,
		   unsigned int field)
{
	return now->has >> field & 1 && now->value[field] != p->nic->coalesce.value[field] &&
	       !moves_by_itself(p, now, field);
}

static int keep_value(struct keeping *k, uint32_t queue, unsigned int field)
{
	const struct nt_nic_fact *nic = k->p.device.nic;
	char seen[NT_COALESCE_TEXT];

	nt_coalesce_format(field, nic->queue_coalesce[queue].value[field], seen, sizeof(seen));
	return add(&k->p, queue, field, &(struct nt_device_value){
		.seen = seen,
		.wanted = seen,
		.reason = "kept: new queues, and what the whole device is told, overwrite it",
	});
}

/*
 * A change as any other, for the value becomes another, and must come back even if it happens to be
 * what the device is told.
 */
static int follow(struct keeping *k, uint32_t queue, unsigned int field)
{
	const struct nt_nic_fact *nic = k->p.device.nic;
	struct nt_plan *plan = k->p.device.plan;
	char seen[NT_COALESCE_TEXT];
	int r;

	nt_coalesce_format(field, nic->queue_coalesce[queue].value[field], seen, sizeof(seen));
	r = add(&k->p, queue, field, &(struct nt_device_value){
		.seen = seen,
		.wanted = k->told[field],
		.reason = "what the whole device is told reaches every queue; undo returns what "
			  "this one had",
	});
	if (r == 0)
		plan->changes[plan->n_changes - 1].kept = false;
	return r;
}

/* A queue that goes with the plan's channels is told nothing, and has its own when it is back. */
static int keep_field(struct keeping *k, unsigned int field)
{
	const struct nt_nic_fact *nic = k->p.device.nic;
	int r = 0;

	for (uint32_t q = 0; q < nic->n_queue_coalesce && r == 0; q++) {
		if (!is_own(&k->p.device, &nic->queue_coalesce[q], field))
			continue;
		r = k->told[field] && q < nt_nic_queues(&k->p.channels) ? follow(k, q, field)
									: keep_value(k, q, field);
	}
	return r;
}

static int coalesce_queues_keep(const struct nt_facts *facts, const char *device,
				const struct nt_plan *plan, struct nt_plan *ret)
{
	struct keeping k = {
		.p = nt_queue_planner_keep(&nt_tunable_coalesce_queues, facts, device, plan, ret),
	};
	const struct nt_nic_fact *nic = k.p.device.nic;
	int r = 0;

	if (!nic || !k.p.device.link || !(nic->has & NT_NIC_HAS_QUEUE_COALESCE))
		return 0;
	find_told(&k);
	for (unsigned int field = 0; field < NT_COALESCE_FIELDS && r == 0; field++)
		r = keep_field(&k, field);
	return r;
}

/* ---- the host ---- */

/* "coalesce.rx-usecs.rx-3"; -EINVAL for any other. */
static int parse_name(const char *tunable, unsigned int *ret_field, uint32_t *ret_queue)
{
	char again[NT_QUEUE_TUNABLE_MAX], field_name[24];
	uint32_t queue;
	int field;

	if (sscanf(tunable, PREFIX "%23[a-z-].%*1[rt]x-%u", field_name, &queue) != 2)
		return -EINVAL;
	field = nt_coalesce_find(field_name);
	if (field < 0 || queue >= NT_NIC_QUEUES_MAX)
		return -EINVAL;
	name(queue, (unsigned int)field, again);
	if (strcmp(again, tunable) != 0)
		return -EINVAL;
	*ret_field = (unsigned int)field;
	*ret_queue = queue;
	return 0;
}

static int coalesce_queues_get(struct nt_io *io, const char *target, const char *tunable,
			       char *buf, size_t size)
{
	nt_autofree struct nt_nic_coalesce *now = NULL;
	struct nt_nic_channels channels = { 0 };
	unsigned int field;
	uint32_t queue;
	int r = parse_name(tunable, &field, &queue);

	if (r == 0)
		r = nt_nic_channels_get(io, target, &channels, NULL);
	if (r == 0 && queue >= nt_nic_queues(&channels))
		return -ENOENT;
	if (r < 0)
		return r;
	now = calloc(queue + 1, sizeof(*now));
	r = now ? nt_nic_queue_coalesce_get(io, target, now, queue + 1, NULL) : -ENOMEM;
	if (r == 0 && !(now[queue].has >> field & 1))
		return -ENOENT;
	if (r == 0)
		nt_coalesce_format(field, now[queue].value[field], buf, size);
	return r;
}

static int write_value(struct nt_io *io, const struct nt_change *change, const char *value,
		       struct nt_diag *diag)
{
	struct nt_nic_coalesce want = { 0 };
	unsigned int field;
	uint32_t queue;
	int r = parse_name(change->tunable, &field, &queue);

	if (r < 0)
		return r;
	want.has = 1U << field;
	want.value[field] = nt_coalesce_value(field, value);
	return nt_device_failed(change, nt_nic_queue_coalesce_set(io, change->target, queue, &want,
								  diag), diag);
}

/* What followed from the device's value has most often come with it. */
static int coalesce_queues_apply(struct nt_io *io, const struct nt_change *change,
				 struct nt_diag *diag)
{
	char live[NT_COALESCE_TEXT];

	if (!change->origin && coalesce_queues_get(io, change->target, change->tunable, live,
						   sizeof(live)) == 0 &&
	    !strcmp(live, change->wanted))
		return 0;
	return write_value(io, change, change->wanted, diag);
}

static int coalesce_queues_undo(struct nt_io *io, const struct nt_change *change,
				struct nt_diag *diag)
{
	return change->seen ? write_value(io, change, change->seen, diag) : 0;
}

static bool coalesce_queues_same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static const char *coalesce_queues_describe(const char *tunable)
{
	return strstr(tunable, "-usecs") ? "how long this queue waits before it interrupts"
					 : "when this queue interrupts";
}

const struct nt_tunable nt_tunable_coalesce_queues = {
	.name = "coalesce-queues",
	.section = "Device",
	.keys = coalesce_queues_key,
	.check = coalesce_queues_check,
	.read = nt_device_read,
	.plan = coalesce_queues_plan,
	.keep = coalesce_queues_keep,
	.apply = coalesce_queues_apply,
	.undo = coalesce_queues_undo,
	.get = coalesce_queues_get,
	.same = coalesce_queues_same,
	.describe = coalesce_queues_describe,
};
