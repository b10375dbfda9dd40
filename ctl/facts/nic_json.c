// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts about devices to and from JSON. See facts_read.h.
 *
 * What a driver does not have is null. The RSS table is pairs of [ring, entries that follow each
 * other], so that a table which an operator weighted stays readable.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/facts.h"
#include "core/rss_fields.h"
#include "groups.h"
#include "json_member.h"
#include "lib/diag.h"

static const struct nt_number_name queue_kinds[] = {
	{ "rx", NT_QUEUE_RX }, { "tx", NT_QUEUE_TX }, { NULL, 0 },
};

static const struct nt_number_name irq_roles[] = {
	{ "rxtx", NT_IRQ_RXTX }, { "rx", NT_IRQ_RX }, { "tx", NT_IRQ_TX },
	{ "other", NT_IRQ_OTHER }, { NULL, 0 },
};

static const struct nt_member nic_members[] = {
	TEXT_MEMBER(nt_nic_fact, name),
	MEMBER(nt_nic_fact, rdma, BOOL),
	{ "zero_copy", U32, offsetof(struct nt_nic_fact, holders.zero_copy), 0, NULL },
	MEMBER(nt_nic_fact, n_ntuple, U32),
	END,
};

static const struct nt_member holders_members[] = {
	MEMBER(nt_nic_holders, xsk, U32),
	MEMBER(nt_nic_holders, providers, U32),
	MEMBER(nt_nic_holders, context_rings, U32),
	END,
};

static const struct nt_member link_members[] = {
	MEMBER(nt_nic_link, ifindex, INT),
	TEXT_MEMBER(nt_nic_link, permanent_address),
	TEXT_MEMBER(nt_nic_link, bus),
	MEMBER(nt_nic_link, up, BOOL),
	MEMBER(nt_nic_link, carrier, BOOL),
	MEMBER(nt_nic_link, xdp, BOOL),
	MEMBER(nt_nic_link, xdp_generic, BOOL),
	MEMBER(nt_nic_link, mtu, U32),
	MEMBER(nt_nic_link, mtu_min, U32),
	MEMBER(nt_nic_link, mtu_max, U32),
	MEMBER(nt_nic_link, tx_queue_len, U32),
	END,
};

static const struct nt_member channels_members[] = {
	MEMBER(nt_nic_channels, rx, U32),
	MEMBER(nt_nic_channels, tx, U32),
	MEMBER(nt_nic_channels, combined, U32),
	MEMBER(nt_nic_channels, other, U32),
	MEMBER(nt_nic_channels, rx_max, U32),
	MEMBER(nt_nic_channels, tx_max, U32),
	MEMBER(nt_nic_channels, combined_max, U32),
	MEMBER(nt_nic_channels, other_max, U32),
	END,
};

static const struct nt_member rings_members[] = {
	MEMBER(nt_nic_rings, rx, U32),
	MEMBER(nt_nic_rings, tx, U32),
	MEMBER(nt_nic_rings, rx_max, U32),
	MEMBER(nt_nic_rings, tx_max, U32),
	END,
};

static const struct nt_member pause_members[] = {
	MEMBER(nt_nic_pause, autoneg, BOOL),
	MEMBER(nt_nic_pause, rx, BOOL),
	MEMBER(nt_nic_pause, tx, BOOL),
	END,
};

static const struct nt_member feature_members[] = {
	TEXT_MEMBER(nt_nic_feature, name),
	MEMBER(nt_nic_feature, hw, BOOL),
	MEMBER(nt_nic_feature, wanted, BOOL),
	MEMBER(nt_nic_feature, active, BOOL),
	MEMBER(nt_nic_feature, fixed, BOOL),
	END,
};

static const struct nt_member queue_members[] = {
	NAMED_MEMBER(nt_queue_fact, kind, NAMED_INT, queue_kinds),
	MEMBER(nt_queue_fact, index, U32),
	MEMBER(nt_queue_fact, cpus, NULLABLE),
	MEMBER(nt_queue_fact, rxqs, NULLABLE),
	MEMBER(nt_queue_fact, flow_cnt, U32),
	END,
};

static const struct nt_member irq_members[] = {
	MEMBER(nt_irq_fact, irq, U32),
	NAMED_MEMBER(nt_irq_fact, role, NAMED_INT, irq_roles),
	MEMBER(nt_irq_fact, queue, U32),
	TEXT_MEMBER(nt_irq_fact, name),
	MEMBER(nt_irq_fact, cpus, NULLABLE),
	MEMBER(nt_irq_fact, managed, BOOL),
	END,
};

static const struct nt_member napi_members[] = {
	NAMED_MEMBER(nt_napi_fact, kind, NAMED_INT, queue_kinds),
	MEMBER(nt_napi_fact, queue, U32),
	END,
};

/* ---- to JSON ---- */

static json_t *coalesce_to_json(const struct nt_nic_coalesce *coalesce)
{
	json_t *object = json_object();

	for (unsigned int i = 0; object && i < NT_COALESCE_FIELDS; i++)
		if (coalesce->has >> i & 1)
			json_object_set_new(object, nt_coalesce_name(i),
					    json_integer(coalesce->value[i]));
	return object;
}

static json_t *queue_coalesce_to_json(const struct nt_nic_fact *nic)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < nic->n_queue_coalesce; i++)
		json_array_append_new(array, coalesce_to_json(&nic->queue_coalesce[i]));
	return array;
}

static json_t *napi_to_json(const struct nt_nic_napi *napi)
{
	json_t *object = json_object();

	for (unsigned int i = 0; object && i < NT_NAPI_FIELDS; i++)
		if (napi->has >> i & 1)
			json_object_set_new(object, nt_napi_name(i),
					    json_integer((json_int_t)napi->value[i]));
	return object;
}

static json_t *napis_to_json(const struct nt_nic_fact *nic)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < nic->n_napis; i++) {
		json_t *object = nt_item_to_json(napi_members, &nic->napis[i]);

		if (!object ||
		    json_object_set_new(object, "polled",
					napi_to_json(&nic->napis[i].polled)) < 0 ||
		    json_array_append(array, object) < 0) {
			json_decref(array);
			array = NULL;
		}
		json_decref(object);
	}
	return array;
}

static json_t *array_to_json(const struct nt_member *members, const void *items, size_t n,
			     size_t size)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < n; i++) {
		const char *item = (const char *)items + i * size;

		if (json_array_append_new(array, nt_item_to_json(members, item)) < 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *table_to_json(const struct nt_nic_rss *rss)
{
	json_t *runs = json_array();

	for (uint32_t i = 0, next; runs && i < rss->n_table; i = next) {
		for (next = i; next < rss->n_table && rss->table[next] == rss->table[i];)
			next++;
		json_array_append_new(runs, json_pack("[ii]", (int)rss->table[i],
						      (int)(next - i)));
	}
	return runs;
}

static json_t *key_to_json(const struct nt_nic_rss *rss)
{
	char text[3 * NT_NIC_RSS_KEY_MAX + 1] = "";

	for (uint32_t i = 0; i < rss->n_key; i++)
		snprintf(text + 3 * i - (i != 0), 4, "%s%02x", i ? ":" : "", rss->key[i]);
	return json_string(text);
}

static json_t *rss_to_json(const struct nt_nic_rss *rss)
{
	return json_pack("{s:I, s:o, s:o}", "hfunc", (json_int_t)rss->hfunc, "table",
			 table_to_json(rss), "key", key_to_json(rss));
}

static json_t *fields_to_json(const struct nt_nic_rss_fields *fields)
{
	json_t *object = json_object();
	char text[NT_RSS_FIELDS_TEXT];

	for (unsigned int i = 0; object && i < NT_FLOWS; i++)
		if (fields->has >> i & 1 &&
		    nt_rss_fields_format(fields->value[i], text, sizeof(text)) == 0)
			json_object_set_new(object, nt_flow_name(i), json_string(text));
	return object;
}

/* Numbers of contexts; null when nobody could tell. */
static json_t *contexts_to_json(const struct nt_nic_holders *holders)
{
	json_t *array = holders->tells_contexts ? json_array() : json_null();

	for (uint32_t i = 0; array && i < holders->n_contexts; i++)
		json_array_append_new(array, json_integer(holders->contexts[i]));
	return array;
}

static json_t *holders_to_json(const struct nt_nic_holders *holders)
{
	json_t *object = nt_item_to_json(holders_members, holders);

	if (object && json_object_set_new(object, "contexts", contexts_to_json(holders)) < 0) {
		json_decref(object);
		return NULL;
	}
	return object;
}

/* One part of a device, null when it does not have it. */
static json_t *part_to_json(const struct nt_nic_fact *nic, uint32_t bit)
{
	if (!(nic->has & bit))
		return json_null();
	switch (bit) {
	case NT_NIC_HAS_CHANNELS:
		return nt_item_to_json(channels_members, &nic->channels);
	case NT_NIC_HAS_RINGS:
		return nt_item_to_json(rings_members, &nic->rings);
	case NT_NIC_HAS_COALESCE:
		return coalesce_to_json(&nic->coalesce);
	case NT_NIC_HAS_PAUSE:
		return nt_item_to_json(pause_members, &nic->pause);
	case NT_NIC_HAS_FEATURES:
		return array_to_json(feature_members, nic->features->list, nic->features->n,
				     sizeof(nic->features->list[0]));
	case NT_NIC_HAS_QUEUE_COALESCE:
		return queue_coalesce_to_json(nic);
	case NT_NIC_HAS_RSS_FIELDS:
		return fields_to_json(&nic->rss_fields);
	default:
		return rss_to_json(nic->rss);
	}
}

/* @later: files that were recorded by an earlier nettune lack it. */
static const struct {
	const char *name;
	uint32_t bit;
	bool later;
} parts[] = {
	{ "channels", NT_NIC_HAS_CHANNELS, false },
	{ "rings", NT_NIC_HAS_RINGS, false },
	{ "coalesce", NT_NIC_HAS_COALESCE, false },
	{ "pause", NT_NIC_HAS_PAUSE, false },
	{ "features", NT_NIC_HAS_FEATURES, false },
	{ "rss", NT_NIC_HAS_RSS, false },
	{ "rss_fields", NT_NIC_HAS_RSS_FIELDS, true },
	{ "coalesce_queues", NT_NIC_HAS_QUEUE_COALESCE, true },
};

#define N_PARTS (sizeof(parts) / sizeof(parts[0]))

static json_t *nic_to_json(const struct nt_nic_fact *nic)
{
	json_t *object = nt_item_to_json(nic_members, nic);
	int r = object ? 0 : -1;

	if (r == 0)
		r = json_object_set_new(object, "link", nt_item_to_json(link_members, &nic->link));
	if (r == 0)
		r = json_object_set_new(object, "napi", napi_to_json(&nic->napi));
	if (r == 0)
		r = json_object_set_new(object, "holders", holders_to_json(&nic->holders));
	for (size_t i = 0; i < N_PARTS && r == 0; i++)
		r = json_object_set_new(object, parts[i].name, part_to_json(nic, parts[i].bit));
	if (r == 0)
		r = json_object_set_new(object, "queues",
					array_to_json(queue_members, nic->queues, nic->n_queues,
						      sizeof(nic->queues[0])));
	if (r == 0)
		r = json_object_set_new(object, "irqs",
					array_to_json(irq_members, nic->irqs, nic->n_irqs,
						      sizeof(nic->irqs[0])));
	if (r == 0)
		r = json_object_set_new(object, "napis", napis_to_json(nic));
	if (r < 0) {
		json_decref(object);
		return NULL;
	}
	return object;
}

/* See groups.h. */
json_t *nt_nics_to_json(const struct nt_facts *facts)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < facts->n_nics; i++) {
		if (json_array_append_new(array, nic_to_json(&facts->nics[i])) < 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

/* ---- from JSON ---- */

static int coalesce_from_json(const struct nt_place *at, const json_t *json,
			      struct nt_nic_coalesce *coalesce)
{
	const char *name;
	json_t *value;

	if (!json_is_object(json))
		return nt_place_wrong(at, NULL, "not an object");
	json_object_foreach((json_t *)json, name, value) {
		int field = nt_coalesce_find(name);
		json_int_t n = json_integer_value(value);

		if (field < 0)
			return nt_place_wrong(at, NULL, "has unknown members");
		if (!json_is_integer(value) || n < 0 || n > UINT32_MAX)
			return nt_place_wrong(at, name, "not an integer from 0 to 4294967295");
		coalesce->has |= 1U << field;
		coalesce->value[field] = (uint32_t)n;
	}
	return 0;
}

static int queue_coalesce_from_json(const struct nt_place *at, const json_t *json,
				    struct nt_nic_fact *nic)
{
	size_t n = json_array_size(json);
	int r = 0;

	if (!json_is_array(json) || n < 1 || n > NT_NIC_QUEUES_MAX)
		return nt_place_wrong(at, NULL, "not an array of 1 to %u", NT_NIC_QUEUES_MAX);
	nic->queue_coalesce = calloc(n, sizeof(*nic->queue_coalesce));
	if (!nic->queue_coalesce)
		return -ENOMEM;
	nic->n_queue_coalesce = n;
	for (size_t i = 0; i < n && r == 0; i++)
		r = coalesce_from_json(at, json_array_get(json, i), &nic->queue_coalesce[i]);
	return r;
}

/* The first @n fields. */
static int napi_from_json(const struct nt_place *at, const json_t *json, unsigned int n,
			  struct nt_nic_napi *napi)
{
	size_t known = 0;

	if (!json_is_object(json))
		return nt_place_wrong(at, NULL, "not an object");
	for (unsigned int i = 0; i < n; i++) {
		const json_t *value = json_object_get(json, nt_napi_name(i));

		if (!value)
			continue;
		if (!json_is_integer(value) || json_integer_value(value) < 0)
			return nt_place_wrong(at, nt_napi_name(i), "not a positive integer");
		napi->has |= 1U << i;
		napi->value[i] = (uint64_t)json_integer_value(value);
		known++;
	}
	return known == json_object_size(json) ? 0
					       : nt_place_wrong(at, NULL, "has unknown members");
}

static int features_from_json(const struct nt_place *at, const json_t *json,
			      struct nt_nic_fact *nic)
{
	size_t n = json_array_size(json);
	int r = 0;

	if (!json_is_array(json) || n > NT_NIC_FEATURES_MAX)
		return nt_place_wrong(at, NULL, "not an array of at most %u", NT_NIC_FEATURES_MAX);
	nic->features = calloc(1, sizeof(*nic->features));
	if (!nic->features)
		return -ENOMEM;
	for (size_t i = 0; i < n && r == 0; i++)
		r = nt_item_from_json(at, feature_members, json_array_get(json, i),
				      &nic->features->list[i]);
	nic->features->n = n;
	return r;
}

/* "[ring, entries]" */
static int run_from_json(const struct nt_place *at, const json_t *run, struct nt_nic_rss *rss)
{
	json_int_t ring = json_integer_value(json_array_get(run, 0));
	json_int_t n = json_integer_value(json_array_get(run, 1));

	if (json_array_size(run) != 2 || !json_is_integer(json_array_get(run, 0)) || ring < 0 ||
	    ring > UINT16_MAX || n < 1 || n > NT_NIC_RSS_TABLE_MAX - rss->n_table)
		return nt_place_wrong(at, "table", "not pairs of a ring and a number of entries, "
						   "%u at most", NT_NIC_RSS_TABLE_MAX);
	while (n--)
		rss->table[rss->n_table++] = (uint16_t)ring;
	return 0;
}

static int hex(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

/* "6d:5a:..." */
static int key_from_json(const struct nt_place *at, const char *text, struct nt_nic_rss *rss)
{
	for (const char *s = text; s && *s; s += 2) {
		if (rss->n_key == NT_NIC_RSS_KEY_MAX || hex(s[0]) < 0 || hex(s[1]) < 0 ||
		    (s[2] && (s[2] != ':' || !s[3])))
			return nt_place_wrong(at, "key", "not at most %u bytes like 6d:5a",
					      NT_NIC_RSS_KEY_MAX);
		rss->key[rss->n_key++] = (uint8_t)(hex(s[0]) << 4 | hex(s[1]));
		s += s[2] == ':';
	}
	return text ? 0 : nt_place_wrong(at, "key", "not a string");
}

static int rss_from_json(const struct nt_place *at, const json_t *json, struct nt_nic_fact *nic)
{
	const json_t *hfunc = json_object_get(json, "hfunc");
	const json_t *table = json_object_get(json, "table");
	int r = 0;

	if (!json_is_object(json) || json_object_size(json) != 3 || !json_is_integer(hfunc) ||
	    !json_is_array(table))
		return nt_place_wrong(at, NULL, "not an object of hfunc, table and key");
	nic->rss = calloc(1, sizeof(*nic->rss));
	if (!nic->rss)
		return -ENOMEM;
	nic->rss->hfunc = (uint32_t)json_integer_value(hfunc);
	if (json_integer_value(hfunc) != nic->rss->hfunc)
		return nt_place_wrong(at, "hfunc", "not from 0 to 4294967295");
	for (size_t i = 0; i < json_array_size(table) && r == 0; i++)
		r = run_from_json(at, json_array_get(table, i), nic->rss);
	return r < 0 ? r : key_from_json(at, json_string_value(json_object_get(json, "key")),
					 nic->rss);
}

/* {"udp4": "sdfn"} */
static int fields_from_json(const struct nt_place *at, const json_t *json,
			    struct nt_nic_rss_fields *fields)
{
	const char *name;
	json_t *value;

	if (!json_is_object(json))
		return nt_place_wrong(at, NULL, "not an object");
	json_object_foreach((json_t *)json, name, value) {
		int flow = nt_flow_find(name);

		if (flow < 0)
			return nt_place_wrong(at, NULL, "has unknown members");
		if (!json_is_string(value) ||
		    nt_rss_fields_parse(json_string_value(value), &fields->value[flow]) < 0)
			return nt_place_wrong(at, name, "not letters of mvtsdfnelr, or none");
		fields->has |= 1U << flow;
	}
	return 0;
}

static int contexts_from_json(const struct nt_place *at, const json_t *json,
			      struct nt_nic_holders *holders)
{
	size_t n = json_array_size(json);

	holders->tells_contexts = !json_is_null(json);
	if (json_is_null(json))
		return 0;
	if (!json_is_array(json) || n > NT_NIC_CONTEXTS_MAX)
		return nt_place_wrong(at, "contexts", "not an array of at most %u",
				      NT_NIC_CONTEXTS_MAX);
	for (size_t i = 0; i < n; i++) {
		json_int_t id = json_integer_value(json_array_get(json, i));

		if (id < 1 || id > UINT32_MAX)
			return nt_place_wrong(at, "contexts", "not numbers from 1 to 4294967295");
		holders->contexts[holders->n_contexts++] = (uint32_t)id;
	}
	return 0;
}

/* Files that were recorded by an earlier nettune have none. */
static int holders_from_json(const struct nt_place *at, const json_t *json,
			     struct nt_nic_holders *holders)
{
	const json_t *contexts = json_object_get(json, "contexts");
	json_t *plain;
	int r;

	if (!json)
		return 0;
	if (!json_is_object(json) || !contexts)
		return nt_place_wrong(at, NULL, "not an object with contexts");
	plain = json_copy((json_t *)json);
	if (!plain)
		return -ENOMEM;
	json_object_del(plain, "contexts");
	r = nt_item_from_json(at, holders_members, plain, holders);
	json_decref(plain);
	return r < 0 ? r : contexts_from_json(at, contexts, holders);
}

static int part_from_json(const struct nt_place *at, const json_t *json, uint32_t bit,
			  struct nt_nic_fact *nic)
{
	if (!json)
		return nt_place_wrong(at, NULL, "missing");
	if (json_is_null(json))
		return 0;
	nic->has |= bit;
	switch (bit) {
	case NT_NIC_HAS_CHANNELS:
		return nt_item_from_json(at, channels_members, json, &nic->channels);
	case NT_NIC_HAS_RINGS:
		return nt_item_from_json(at, rings_members, json, &nic->rings);
	case NT_NIC_HAS_COALESCE:
		return coalesce_from_json(at, json, &nic->coalesce);
	case NT_NIC_HAS_PAUSE:
		return nt_item_from_json(at, pause_members, json, &nic->pause);
	case NT_NIC_HAS_FEATURES:
		return features_from_json(at, json, nic);
	case NT_NIC_HAS_QUEUE_COALESCE:
		return queue_coalesce_from_json(at, json, nic);
	case NT_NIC_HAS_RSS_FIELDS:
		return fields_from_json(at, json, &nic->rss_fields);
	default:
		return rss_from_json(at, json, nic);
	}
}

/* Turns a string borrowed from the document into our own. */
static int own(char **text)
{
	if (!*text)
		return 0;
	*text = strdup(*text);
	return *text ? 0 : -ENOMEM;
}

/* Those who plan rely on it. */
static bool queues_in_order(const struct nt_nic_fact *nic)
{
	for (size_t i = 1; i < nic->n_queues; i++) {
		const struct nt_queue_fact *a = &nic->queues[i - 1], *b = &nic->queues[i];

		if (a->kind > b->kind || (a->kind == b->kind && a->index >= b->index))
			return false;
	}
	return true;
}

static bool irqs_in_order(const struct nt_nic_fact *nic)
{
	for (size_t i = 1; i < nic->n_irqs; i++) {
		const struct nt_irq_fact *a = &nic->irqs[i - 1], *b = &nic->irqs[i];

		if (a->role > b->role || (a->role == b->role && a->queue > b->queue))
			return false;
	}
	return true;
}

static bool napis_in_order(const struct nt_nic_fact *nic)
{
	for (size_t i = 1; i < nic->n_napis; i++) {
		const struct nt_napi_fact *a = &nic->napis[i - 1], *b = &nic->napis[i];

		if (a->kind > b->kind || (a->kind == b->kind && a->queue >= b->queue))
			return false;
	}
	return true;
}

static int one_napi_from_json(const struct nt_place *at, const json_t *json,
			      struct nt_napi_fact *napi)
{
	json_t *plain = json_is_object(json) ? json_copy((json_t *)json) : NULL;
	int r = plain ? json_object_del(plain, "polled") : -1;

	r = r < 0 ? nt_place_wrong(at, NULL, "not an object of kind, queue and polled")
		  : nt_item_from_json(at, napi_members, plain, napi);
	json_decref(plain);
	if (r == 0 && napi->queue >= NT_NIC_QUEUES_MAX)
		r = nt_place_wrong(at, "queue", "not below %u", NT_NIC_QUEUES_MAX);
	return r < 0 ? r : napi_from_json(at, json_object_get(json, "polled"), NT_NAPI_FIELDS,
					  &napi->polled);
}

/* Recordings are older than this member. */
static int napis_from_json(const struct nt_place *at, const json_t *json, struct nt_nic_fact *nic)
{
	size_t n = json_array_size(json);
	int r = 0;

	if (!json)
		return 0;
	if (!json_is_array(json) || n > 2 * NT_NIC_QUEUES_MAX)
		return nt_place_wrong(at, NULL, "not an array of at most %u",
				      2 * NT_NIC_QUEUES_MAX);
	nic->napis = calloc(n + 1, sizeof(*nic->napis));
	if (!nic->napis)
		return -ENOMEM;
	for (; nic->n_napis < n && r == 0; nic->n_napis++)
		r = one_napi_from_json(at, json_array_get(json, nic->n_napis),
				       &nic->napis[nic->n_napis]);
	if (r == 0 && !napis_in_order(nic))
		return nt_place_wrong(at, NULL, "not in the order of kind and queue");
	return r;
}

static int queues_from_json(const struct nt_place *at, const json_t *json, struct nt_nic_fact *nic)
{
	size_t n = json_array_size(json);
	int r = 0;

	if (!json_is_array(json) || n > 2 * NT_NIC_QUEUES_MAX)
		return nt_place_wrong(at, NULL, "not an array of at most %u",
				      2 * NT_NIC_QUEUES_MAX);
	nic->queues = calloc(n + 1, sizeof(*nic->queues));
	if (!nic->queues)
		return -ENOMEM;
	for (size_t i = 0; i < n && r == 0; i++) {
		struct nt_queue_fact queue = { 0 };

		r = nt_item_from_json(at, queue_members, json_array_get(json, i), &queue);
		if (r == 0 && queue.index >= NT_NIC_QUEUES_MAX)
			r = nt_place_wrong(at, "index", "not below %u", NT_NIC_QUEUES_MAX);
		if (r < 0)
			break;
		nic->queues[nic->n_queues++] = (struct nt_queue_fact){
			.kind = queue.kind, .index = queue.index, .flow_cnt = queue.flow_cnt,
		};
		r = own(&queue.cpus);
		nic->queues[i].cpus = queue.cpus;
		if (r == 0)
			r = own(&queue.rxqs);
		nic->queues[i].rxqs = r == 0 ? queue.rxqs : NULL;
	}
	if (r == 0 && !queues_in_order(nic))
		return nt_place_wrong(at, NULL, "not in the order of kind and index");
	return r;
}

static int irqs_from_json(const struct nt_place *at, const json_t *json, struct nt_nic_fact *nic)
{
	size_t n = json_array_size(json);
	int r = 0;

	if (!json_is_array(json) || n > NT_NIC_IRQS_MAX)
		return nt_place_wrong(at, NULL, "not an array of at most %u", NT_NIC_IRQS_MAX);
	nic->irqs = calloc(n + 1, sizeof(*nic->irqs));
	if (!nic->irqs)
		return -ENOMEM;
	for (size_t i = 0; i < n && r == 0; i++) {
		struct nt_irq_fact irq = { 0 };

		r = nt_item_from_json(at, irq_members, json_array_get(json, i), &irq);
		if (r == 0)
			r = own(&irq.cpus);
		if (r == 0)
			nic->irqs[nic->n_irqs++] = irq;
	}
	if (r == 0 && !irqs_in_order(nic))
		return nt_place_wrong(at, NULL, "not in the order of role and queue");
	return r;
}

/* The members that are no parts; those are taken out of the count. */
static int plain_from_json(const struct nt_place *at, const json_t *json, struct nt_nic_fact *nic)
{
	static const char *const others[] = {
		"link", "napi", "holders", "queues", "irqs", "napis",
	};
	json_t *plain = json_is_object(json) ? json_copy((json_t *)json) : NULL;
	int r;

	if (!plain)
		return nt_place_wrong(at, NULL, "not an object");
	for (size_t i = 0; i < N_PARTS; i++)
		json_object_del(plain, parts[i].name);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		json_object_del(plain, others[i]);
	r = nt_item_from_json(at, nic_members, plain, nic);
	json_decref(plain);
	return r;
}

static int nic_from_json(struct nt_place *at, const json_t *json, struct nt_nic_fact *nic)
{
	int r = plain_from_json(at, json, nic);

	at->part = "link";
	if (r == 0)
		r = nt_item_from_json(at, link_members, json_object_get(json, "link"), &nic->link);
	at->part = "napi";
	if (r == 0)
		r = napi_from_json(at, json_object_get(json, "napi"), NT_NAPI_DEVICE_FIELDS,
				   &nic->napi);
	at->part = "holders";
	if (r == 0)
		r = holders_from_json(at, json_object_get(json, "holders"), &nic->holders);
	for (size_t i = 0; i < N_PARTS && r == 0; i++) {
		const json_t *part = json_object_get(json, parts[i].name);

		at->part = parts[i].name;
		if (part || !parts[i].later)
			r = part_from_json(at, part, parts[i].bit, nic);
	}
	at->part = "queues";
	if (r == 0)
		r = queues_from_json(at, json_object_get(json, "queues"), nic);
	at->part = "irqs";
	if (r == 0)
		r = irqs_from_json(at, json_object_get(json, "irqs"), nic);
	at->part = "napis";
	if (r == 0)
		r = napis_from_json(at, json_object_get(json, "napis"), nic);
	return r;
}

/* See groups.h. */
int nt_nics_from_json(const json_t *json, struct nt_facts *facts, struct nt_diag *diag)
{
	struct nt_place at = { .group = "nics", .diag = diag };
	int r = 0;

	if (!json_is_array(json))
		return nt_place_wrong(&at, NULL, "not an array");
	at.in_array = true;
	for (; at.index < json_array_size(json) && r == 0; at.index++) {
		struct nt_nic_fact nic = { 0 };

		at.part = NULL;
		r = nic_from_json(&at, json_array_get(json, at.index), &nic);
		if (r == 0)
			r = nt_facts_add_nic(facts, &nic);
		nt_nic_fact_free(&nic);
		if (r < 0)
			return nt_diag_err(diag, -r, "facts: nics[%zu]: %s", at.index,
					   strerror(-r));
	}
	return r;
}
