// SPDX-License-Identifier: GPL-2.0-or-later
/* Bonds to and from JSON: numbers with names as people and profiles write them. See groups.h. */
#include <errno.h>
#include <string.h>

#include "core/facts.h"
#include "groups.h"
#include "json_member.h"
#include "lib/diag.h"

/**
 * struct text - what of a bond is told in words
 * @value: by enum nt_bond_field
 * @slb: as nt_slb_format() writes it
 */
struct text {
	char value[NT_BOND_FIELDS][NT_BOND_TEXT_MAX];
	char slb[NT_BOND_TEXT_MAX];
};

#define BOND(field, type) \
	{ #field, type, offsetof(struct nt_bond_fact, bond.field), \
	  sizeof(((struct nt_bond_fact *)0)->bond.field), NULL }
#define WORD(name, field) \
	{ name, TEXT, offsetof(struct text, field), NT_BOND_TEXT_MAX, NULL }

static const struct nt_member bond_members[] = {
	BOND(name, TEXT),
	BOND(ifindex, INT),
	BOND(up, BOOL),
	BOND(arp_interval_ms, U32),
	BOND(address, TEXT),
	BOND(lacp_partner, TEXT),
	BOND(xdp, BOOL),
	MEMBER(nt_bond_fact, module, BOOL),
	END,
};

static const struct nt_member text_members[] = {
	WORD("mode", value[NT_BOND_MODE]),
	WORD("xmit_hash_policy", value[NT_BOND_POLICY]),
	WORD("miimon", value[NT_BOND_MIIMON]),
	WORD("slb", slb),
	END,
};

static const struct nt_member port_members[] = {
	TEXT_MEMBER(nt_bond_port, name),
	MEMBER(nt_bond_port, ifindex, INT),
	MEMBER(nt_bond_port, up, BOOL),
	MEMBER(nt_bond_port, carrier, BOOL),
	MEMBER(nt_bond_port, link_up, BOOL),
	MEMBER(nt_bond_port, queue_id, U32),
	MEMBER(nt_bond_port, prio, INT),
	END,
};

/* ---- to JSON ---- */

static json_t *ports_to_json(const struct nt_bond *bond)
{
	json_t *array = json_array();

	for (size_t i = 0; i < bond->n_ports && i < NT_BOND_PORTS_MAX; i++)
		json_array_append_new(array, nt_item_to_json(port_members, &bond->ports[i]));
	return array;
}

static json_t *bond_to_json(const struct nt_bond_fact *fact)
{
	json_t *object = nt_item_to_json(bond_members, fact), *words;
	struct text text = { 0 };

	for (unsigned int i = 0; i < NT_BOND_FIELDS; i++)
		nt_bond_format((enum nt_bond_field)i, fact->bond.value[i], text.value[i],
			       sizeof(text.value[i]));
	nt_slb_format(&fact->slb, text.slb, sizeof(text.slb));
	words = nt_item_to_json(text_members, &text);
	if (json_object_update(object, words) < 0 ||
	    json_object_set_new(object, "ports", ports_to_json(&fact->bond)) < 0) {
		json_decref(object);
		object = NULL;
	}
	json_decref(words);
	return object;
}

/* See groups.h. */
json_t *nt_bonds_to_json(const struct nt_facts *facts)
{
	json_t *array = json_array();

	for (size_t i = 0; i < facts->n_bonds; i++)
		if (json_array_append_new(array, bond_to_json(&facts->bonds[i])) < 0) {
			json_decref(array);
			return NULL;
		}
	return array;
}

/* ---- from JSON ---- */

static int words_from_json(const struct nt_place *at, const json_t *words,
			   struct nt_bond_fact *fact)
{
	struct text text;
	int r = nt_item_from_json(at, text_members, words, &text);

	if (r < 0)
		return r;
	for (unsigned int i = 0; i < NT_BOND_FIELDS; i++)
		if (nt_bond_parse((enum nt_bond_field)i, text.value[i], &fact->bond.value[i]) < 0)
			return nt_place_wrong(at, text_members[i].name, "unknown word %.32s",
					      text.value[i]);
	if (nt_slb_parse(text.slb, &fact->slb) < 0)
		return nt_place_wrong(at, "slb", "not as it is written");
	return 0;
}

static int ports_from_json(const struct nt_place *at, const json_t *json, struct nt_bond *bond)
{
	size_t n = json_array_size(json);
	int r = 0;

	if (!json_is_array(json) || n > NT_BOND_PORTS_MAX)
		return nt_place_wrong(at, "ports", "not an array of at most %u",
				      NT_BOND_PORTS_MAX);
	for (bond->n_ports = 0; bond->n_ports < n && r == 0; bond->n_ports++)
		r = nt_item_from_json(at, port_members, json_array_get(json, bond->n_ports),
				      &bond->ports[bond->n_ports]);
	return r;
}

/* Moves the words of @plain to @words, and takes the ports out. */
static void divide(json_t *plain, json_t *words)
{
	for (const struct nt_member *m = text_members; m->name; m++) {
		json_object_set(words, m->name, json_object_get(plain, m->name));
		json_object_del(plain, m->name);
	}
	json_object_del(plain, "ports");
}

static int bond_from_json(const struct nt_place *at, const json_t *json, struct nt_bond_fact *fact)
{
	json_t *plain = json_is_object(json) ? json_copy((json_t *)json) : NULL;
	json_t *words = json_object();
	int r;

	if (plain && words) {
		divide(plain, words);
		r = nt_item_from_json(at, bond_members, plain, fact);
		if (r == 0)
			r = words_from_json(at, words, fact);
		if (r == 0)
			r = ports_from_json(at, json_object_get(json, "ports"), &fact->bond);
	} else {
		r = nt_place_wrong(at, NULL, "not an object");
	}
	json_decref(plain);
	json_decref(words);
	return r;
}

/* See groups.h. */
int nt_bonds_from_json(const json_t *json, struct nt_facts *facts, struct nt_diag *diag)
{
	struct nt_place at = { .group = "bonds", .diag = diag };
	int r;

	if (!json_is_array(json))
		return nt_place_wrong(&at, NULL, "not an array");
	at.in_array = true;
	for (; at.index < json_array_size(json); at.index++) {
		struct nt_bond_fact fact = { 0 };

		r = bond_from_json(&at, json_array_get(json, at.index), &fact);
		if (r == 0)
			r = nt_facts_add_bond(facts, &fact);
		if (r < 0)
			return nt_diag_err(diag, -r, "facts: bonds[%zu]: %s", at.index,
					   strerror(-r));
	}
	return 0;
}
