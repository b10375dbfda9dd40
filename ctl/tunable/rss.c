// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rss domain: the indirection table, the hash key and the hash function of a device. See
 * core/rss.h for tables.
 *
 * Once somebody has set a table, drivers no longer spread over rings that come later, and some
 * refuse to change channels. That it was set cannot be read, so a table that looks like the default
 * counts as the default, and the default is restored as such, not as a copy.
 */
#include "tunable.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/rss.h"
#include "core/rss_fields.h"
#include "io/io.h"
#include "io/nic.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "queue_plan.h"

#define TABLE "rss-table"
#define KEY   "rss-key"
#define HASH  "rss-hash"

static const char *const keys[] = { "Rss", "RssKey", "RssHash" };

static const char *rss_key(unsigned int n)
{
	return n < sizeof(keys) / sizeof(*keys) ? keys[n] : NULL;
}

/* ---- lines of a profile ---- */

static int check_key(const struct nt_setting *setting, struct nt_diag *diag)
{
	uint8_t key[NT_NIC_RSS_KEY_MAX];
	uint32_t n;

	if (!strcmp(setting->value, "symmetric") || nt_rss_key_parse(setting->value, key, &n) == 0)
		return 0;
	return nt_device_bad_value(setting, 0, EINVAL, diag,
				   "must be symmetric or bytes in hexadecimal, aa:bb:...");
}

static int check_hash(const struct nt_setting *setting, struct nt_diag *diag)
{
	if (nt_rss_hash_find(setting->value))
		return 0;
	return nt_device_bad_value(setting, 0, EINVAL, diag, "must be toeplitz, xor or crc32");
}

static int check_table(const struct nt_setting *setting, struct nt_diag *diag)
{
	struct nt_diag inner = { 0 };
	struct nt_rss_want want;
	unsigned int offset = 0;
	int r = nt_rss_want_parse(setting->value, &want, &offset, &inner);

	return r < 0 ? nt_device_bad_value(setting, offset, -r, diag, "%s", inner.message) : 0;
}

static int rss_check(const struct nt_setting *setting, struct nt_diag *diag)
{
	int r = nt_device_check_relation(setting, diag);

	if (r < 0)
		return r;
	if (!strcmp(setting->key, "RssHash"))
		return check_hash(setting, diag);
	return strcmp(setting->key, "Rss") ? check_key(setting, diag) : check_table(setting, diag);
}

/* ---- planning ---- */

static int refuse(struct nt_queue_planner *p, const char *tunable, const char *seen,
		  enum nt_outcome outcome, const char *remedy)
{
	return nt_device_add(&p->device, &(struct nt_device_value){
		.tunable = tunable,
		.seen = seen,
		.wanted = p->device.setting->value,
		.phase = NT_PHASE_RSS,
		.outcome = outcome,
		.remedy = remedy,
	});
}

/* @before and @words make the remedy. */
static int block(struct nt_queue_planner *p, const char *tunable, const char *before,
		 const char *words)
{
	nt_autofree char *remedy = NULL;

	if (asprintf(&remedy, "%s%s", before, words) < 0) {
		remedy = NULL;
		return -ENOMEM;
	}
	return refuse(p, tunable, NULL, NT_OUTCOME_BLOCKED, remedy);
}

/*
 * Rings now, for reading the table that is: as many as there are channels, or receive queues when
 * the driver does not tell of channels.
 */
static uint32_t rings_now(const struct nt_nic_fact *nic)
{
	uint32_t rings = nt_nic_rx_rings(&nic->channels);

	if (rings)
		return rings;
	for (size_t i = 0; i < nic->n_queues; i++)
		rings += nic->queues[i].kind == NT_QUEUE_RX;
	return rings;
}

/* Rings when the plan is in force. */
static uint32_t rings_planned(const struct nt_queue_planner *p)
{
	const struct nt_nic_rss *rss = p->device.nic->rss;
	uint32_t rings = nt_nic_rx_rings(&p->channels);

	if (!rings)
		rings = rings_now(p->device.nic);
	return rings ? rings : nt_rss_top_ring(rss->table, rss->n_table) + 1;
}

/*
 * A table that is the default stays so over a change of channels: the driver spreads again. Any
 * other is put back to the default before channels change, and then is what it is wanted to be.
 */
static int add_table(struct nt_queue_planner *p, const char *wanted)
{
	const struct nt_nic_fact *nic = p->device.nic;
	nt_autofree char *seen = malloc(NT_VALUE_MAX);

	if (!seen)
		return -ENOMEM;
	if (nt_rss_format(nic->rss->table, nic->rss->n_table, rings_now(nic), seen,
			  NT_VALUE_MAX) < 0)
		return refuse(p, TABLE, NULL, NT_OUTCOME_BLOCKED, "return the table to the "
			      "driver's own first: the present one is too long to be written down, "
			      "so it could not be restored");
	return nt_device_add(&p->device, &(struct nt_device_value){
		.tunable = TABLE,
		.seen = seen,
		.wanted = wanted,
		.phase = NT_PHASE_RSS,
	});
}

static int plan_table(struct nt_queue_planner *p)
{
	const struct nt_nic_fact *nic = p->device.nic;
	uint16_t table[NT_NIC_RSS_TABLE_MAX];
	struct nt_diag why = { 0 };
	struct nt_rss_want want;
	nt_autofree char *wanted = malloc(NT_VALUE_MAX);

	if (!wanted)
		return -ENOMEM;
	if (!(nic->has & NT_NIC_HAS_RSS) || !nic->rss || !nic->rss->n_table)
		return refuse(p, TABLE, NULL, NT_OUTCOME_UNSUPPORTED,
			      "the driver has no indirection table");
	if (nt_rss_want_parse(p->device.setting->value, &want, NULL, &why) < 0 ||
	    nt_rss_fill(&want, rings_planned(p), table, nic->rss->n_table, &why) < 0)
		return block(p, TABLE, "ask for another table: ", why.message);
	if (nt_rss_format(table, nic->rss->n_table, rings_planned(p), wanted, NT_VALUE_MAX) < 0)
		return refuse(p, TABLE, NULL, NT_OUTCOME_BLOCKED, "ask for a simpler table");
	return add_table(p, wanted);
}

static int plan_key(struct nt_queue_planner *p)
{
	const struct nt_nic_rss *rss = p->device.nic->rss;
	char seen[NT_RSS_KEY_TEXT], wanted[NT_RSS_KEY_TEXT], size[32];
	uint8_t key[NT_NIC_RSS_KEY_MAX];
	uint32_t n = rss ? rss->n_key : 0;

	if (!n)
		return refuse(p, KEY, NULL, NT_OUTCOME_UNSUPPORTED, "the driver has no hash key");
	if (!strcmp(p->device.setting->value, "symmetric"))
		nt_rss_key_symmetric(key, n);
	else if (nt_rss_key_parse(p->device.setting->value, key, &n) < 0 || n != rss->n_key) {
		snprintf(size, sizeof(size), "%u", rss->n_key);
		return block(p, KEY, "give as many bytes as the device's key has, ", size);
	}
	nt_rss_key_format(rss->key, rss->n_key, seen, sizeof(seen));
	nt_rss_key_format(key, n, wanted, sizeof(wanted));
	return nt_device_add(&p->device, &(struct nt_device_value){
		.tunable = KEY,
		.seen = seen,
		.wanted = wanted,
		.phase = NT_PHASE_RSS,
	});
}

/*
 * A driver does not tell what else it has. One that has a single function refuses any other, and
 * the change is reported as unsupported then.
 */
static int plan_hash(struct nt_queue_planner *p)
{
	const struct nt_nic_rss *rss = p->device.nic->rss;
	const char *seen = rss ? nt_rss_hash_name(rss->hfunc) : NULL;

	if (!seen)
		return refuse(p, HASH, NULL, NT_OUTCOME_UNSUPPORTED,
			      "the driver does not tell its hash function");
	return nt_device_add(&p->device, &(struct nt_device_value){
		.tunable = HASH,
		.seen = seen,
		.wanted = p->device.setting->value,
		.phase = NT_PHASE_RSS,
	});
}

static int plan_table_of(struct nt_device_planner *device)
{
	struct nt_queue_planner *p = (struct nt_queue_planner *)device;

	nt_queue_planner_look(p);
	return device->nic ? plan_table(p) : refuse(p, TABLE, NULL, NT_OUTCOME_ABSENT, NULL);
}

static int plan_key_of(struct nt_device_planner *device)
{
	struct nt_queue_planner *p = (struct nt_queue_planner *)device;

	return device->nic ? plan_key(p) : refuse(p, KEY, NULL, NT_OUTCOME_ABSENT, NULL);
}

static int plan_hash_of(struct nt_device_planner *device)
{
	struct nt_queue_planner *p = (struct nt_queue_planner *)device;

	return device->nic ? plan_hash(p) : refuse(p, HASH, NULL, NT_OUTCOME_ABSENT, NULL);
}

/* The function, its key, then the table: drivers that take all in one go keep the table. */
static int rss_plan(const struct nt_setting *settings, size_t n, const struct nt_facts *facts,
		    struct nt_plan *plan, struct nt_diag *diag)
{
	struct nt_queue_planner p = {
		.device = { .domain = &nt_tunable_rss, .facts = facts, .plan = plan },
		.whole = plan,
	};
	int r = nt_device_plan(&p.device, settings, n, "RssHash", plan_hash_of);

	if (r == 0)
		r = nt_device_plan(&p.device, settings, n, "RssKey", plan_key_of);
	if (r == 0)
		r = nt_device_plan(&p.device, settings, n, "Rss", plan_table_of);
	return r < 0 ? nt_diag_err(diag, -r, "rss: cannot be planned: %s", strerror(-r)) : 0;
}

/* ---- keeping ---- */

static int keep(struct nt_queue_planner *p, const char *tunable, const char *seen,
		const char *wanted, const char *reason)
{
	return nt_device_add(&p->device, &(struct nt_device_value){
		.tunable = tunable,
		.seen = seen,
		.wanted = wanted,
		.phase = NT_PHASE_RSS,
		.reason = reason,
	});
}

static int keep_key(struct nt_queue_planner *p)
{
	char value[NT_RSS_KEY_TEXT];

	if (!p->device.nic->rss->n_key)
		return 0;
	nt_rss_key_format(p->device.nic->rss->key, p->device.nic->rss->n_key, value, sizeof(value));
	return keep(p, KEY, value, value,
		    "kept: the driver may choose another when its queues change");
}

/* What all drivers start with needs no keeping. */
static int keep_hash(struct nt_queue_planner *p)
{
	const char *value = nt_rss_hash_name(p->device.nic->rss->hfunc);

	if (!value || !strcmp(value, "toeplitz"))
		return 0;
	return keep(p, HASH, value, value,
		    "kept: the driver may go back to its own when its queues change");
}

static int keep_table(struct nt_queue_planner *p)
{
	const struct nt_nic_rss *rss = p->device.nic->rss;
	nt_autofree char *value = malloc(NT_VALUE_MAX), *then = malloc(NT_VALUE_MAX);

	if (!value || !then)
		return -ENOMEM;
	/* What cannot be written down cannot be kept; Rss= says so when it is asked for. */
	if (nt_rss_format(rss->table, rss->n_table, rings_now(p->device.nic), value,
			  NT_VALUE_MAX) < 0)
		return 0;
	/* With some drivers even a reset counts as the user's, and leaves later rings idle. */
	if (!strcmp(value, "default"))
		return keep(p, TABLE, value, value, "kept: not all drivers spread over new rings");
	if (nt_rss_top_ring(rss->table, rss->n_table) >= rings_planned(p))
		return keep(p, TABLE, value, "default", "kept as the driver's own: the table "
			    "points at rings that go away");
	/* A table over two of three rings is the default of two. */
	if (nt_rss_format(rss->table, rss->n_table, rings_planned(p), then, NT_VALUE_MAX) == 0 &&
	    !strcmp(then, "default"))
		return keep(p, TABLE, value, then, "kept: the same table with fewer rings");
	return keep(p, TABLE, value, value,
		    "kept: it goes back to the driver's own when queues change");
}

/* A table that points at rings which the plan takes away is kept as the driver's own. */
static int rss_keep(const struct nt_facts *facts, const char *device, const struct nt_plan *plan,
		    struct nt_plan *ret)
{
	struct nt_queue_planner p = nt_queue_planner_keep(&nt_tunable_rss, facts, device, plan,
							  ret);
	const struct nt_nic_fact *nic = p.device.nic;
	int r;

	if (!nic || !nic->rss || !(nic->has & NT_NIC_HAS_RSS))
		return 0;
	r = keep_hash(&p);
	if (r == 0)
		r = keep_key(&p);
	return r == 0 && nic->rss->n_table ? keep_table(&p) : r;
}

/* ---- the host ---- */

static int count_rx(const char *name, void *user)
{
	*(uint32_t *)user += !strncmp(name, "rx-", 3);
	return 0;
}

/* As in rings_now(). A driver may say once that it knows no channels (a fault, a reset). */
static int read_rings(struct nt_io *io, const char *dev, uint32_t *ret)
{
	struct nt_nic_channels channels = { 0 };
	char path[128];
	int r = nt_nic_channels_get(io, dev, &channels, NULL);

	*ret = nt_nic_rx_rings(&channels);
	if (r != -EOPNOTSUPP)
		return r;
	snprintf(path, sizeof(path), "/sys/class/net/%s/queues", dev);
	r = nt_io_list_dir(io, path, count_rx, ret);
	/* Without sysfs there is nobody else to ask. */
	return r == -ENOENT ? 0 : r;
}

/* What the device has now; @rings 0 when nobody tells. */
static int read_rss(struct nt_io *io, const char *dev, struct nt_nic_rss *rss, uint32_t *ret_rings,
		    struct nt_diag *diag)
{
	int r = nt_nic_rss_get(io, dev, rss, diag);

	/* What a table is called depends on the rings: not to know them is not to know it. */
	return r < 0 ? r : read_rings(io, dev, ret_rings);
}

static int format_value(const struct nt_nic_rss *rss, uint32_t rings, const char *tunable,
			char *buf, size_t size)
{
	const char *hash = nt_rss_hash_name(rss->hfunc);

	if (!strcmp(tunable, KEY))
		return rss->n_key ? nt_rss_key_format(rss->key, rss->n_key, buf, size) : -ENOENT;
	if (!strcmp(tunable, HASH) && hash)
		return snprintf(buf, size, "%s", hash) < (int)size ? 0 : -ENOSPC;
	if (!strcmp(tunable, HASH))
		return -ENOENT;
	return rss->n_table ? nt_rss_format(rss->table, rss->n_table, rings, buf, size) : -ENOENT;
}

static int rss_get(struct nt_io *io, const char *target, const char *tunable, char *buf,
		   size_t size)
{
	nt_autofree struct nt_nic_rss *rss = calloc(1, sizeof(*rss));
	uint32_t rings = 0;
	int r = rss ? read_rss(io, target, rss, &rings, NULL) : -ENOMEM;

	return r < 0 ? r : format_value(rss, rings, tunable, buf, size);
}

static int write_hash(struct nt_io *io, const char *dev, const char *value, struct nt_nic_rss *rss,
		      struct nt_diag *diag)
{
	rss->hfunc = nt_rss_hash_find(value);
	if (!rss->hfunc)
		return nt_diag_err(diag, EINVAL, "%s: rss-hash: %s is no hash function", dev,
				   value);
	return nt_nic_rss_set(io, dev, rss, NT_RSS_SET_HASH, diag);
}

static int write_key(struct nt_io *io, const char *dev, const char *value, struct nt_nic_rss *rss,
		     struct nt_diag *diag)
{
	uint32_t n;

	if (nt_rss_key_parse(value, rss->key, &n) < 0 || n != rss->n_key)
		return nt_diag_err(diag, ERANGE, "%s: rss-key: the key has %u bytes", dev,
				   rss->n_key);
	return nt_nic_rss_set(io, dev, rss, NT_RSS_SET_KEY, diag);
}

static int write_table(struct nt_io *io, const char *dev, const char *value,
		       struct nt_nic_rss *rss, struct nt_diag *diag)
{
	if (!strcmp(value, "default"))
		return nt_nic_rss_set(io, dev, rss, NT_RSS_RESET_TABLE, diag);
	if (nt_rss_parse(value, 0, rss->table, rss->n_table) < 0)
		return nt_diag_err(diag, ERANGE, "%s: rss-table: %s does not fill a table of %u "
				   "entries", dev, value, rss->n_table);
	return nt_nic_rss_set(io, dev, rss, NT_RSS_SET_TABLE, diag);
}

static int write_part(struct nt_io *io, const struct nt_change *change, const char *value,
		      struct nt_nic_rss *rss, struct nt_diag *diag)
{
	if (!strcmp(change->tunable, KEY))
		return write_key(io, change->target, value, rss, diag);
	return strcmp(change->tunable, HASH) ? write_table(io, change->target, value, rss, diag)
					     : write_hash(io, change->target, value, rss, diag);
}

static int write_value(struct nt_io *io, const struct nt_change *change, const char *value,
		       struct nt_diag *diag)
{
	nt_autofree struct nt_nic_rss *rss = calloc(1, sizeof(*rss));
	uint32_t rings;
	int r = rss ? read_rss(io, change->target, rss, &rings, diag) : -ENOMEM;

	if (r == 0)
		r = write_part(io, change, value, rss, diag);
	return r < 0 ? nt_diag_err(diag, -r, "%s: %s cannot be set: %s", change->target,
				   change->tunable, strerror(-r)) : 0;
}

static int rss_apply(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return write_value(io, change, change->wanted, diag);
}

static int rss_undo(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return change->seen ? write_value(io, change, change->seen, diag) : 0;
}

static bool rss_same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static const char *rss_describe(const char *tunable)
{
	if (!strcmp(tunable, HASH))
		return "the hash that spreads flows over receive rings";
	return strcmp(tunable, KEY) ? "which receive ring each hash value goes to"
				    : "the key of the hash that spreads flows over receive rings";
}

const struct nt_tunable nt_tunable_rss = {
	.name = "rss",
	.section = "Device",
	.keys = rss_key,
	.check = rss_check,
	.read = nt_device_read,
	.plan = rss_plan,
	.keep = rss_keep,
	.apply = rss_apply,
	.undo = rss_undo,
	.get = rss_get,
	.same = rss_same,
	.describe = rss_describe,
};
