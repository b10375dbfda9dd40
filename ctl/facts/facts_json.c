// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts to and from JSON, both by the same tables of members. See facts_read.h.
 *
 * Reading is strict: a member that is missing, unknown, of another type or out of range is an error
 * that names it. Groups that were not read are left out of the document.
 */
#include "facts_read.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "groups.h"
#include "json_member.h"
#include "lib/diag.h"

#define SCHEMA "nettune.facts/1"

static const struct nt_number_name protocols[] = {
	{ "tcp", IPPROTO_TCP }, { "udp", IPPROTO_UDP }, { NULL, 0 },
};

static const struct nt_number_name sysctl_states[] = {
	{ "present", NT_SYSCTL_PRESENT },
	{ "absent", NT_SYSCTL_ABSENT },
	{ "read-only", NT_SYSCTL_READONLY },
	{ "refused", NT_SYSCTL_REFUSED },
	{ NULL, 0 },
};

static const struct nt_number_name module_states[] = {
	{ "unknown", NT_MODFACT_UNKNOWN },
	{ "absent", NT_MODFACT_ABSENT },
	{ "forbidden", NT_MODFACT_FORBIDDEN },
	{ "loadable", NT_MODFACT_LOADABLE },
	{ "loaded", NT_MODFACT_LOADED },
	{ "builtin", NT_MODFACT_BUILTIN },
	{ "impossible", NT_MODFACT_IMPOSSIBLE },
	{ NULL, 0 },
};

static const struct nt_member kernel_members[] = {
	TEXT_MEMBER(nt_kernel_facts, release),
	MEMBER(nt_kernel_facts, major, U32),
	MEMBER(nt_kernel_facts, minor, U32),
	TEXT_MEMBER(nt_kernel_facts, machine),
	TEXT_MEMBER(nt_kernel_facts, virtualization),
	TEXT_MEMBER(nt_kernel_facts, netns),
	MEMBER(nt_kernel_facts, init_netns, BOOL),
	END,
};

static const struct nt_member cpu_members[] = {
	MEMBER(nt_cpu_facts, online, U32),
	MEMBER(nt_cpu_facts, possible, U32),
	MEMBER(nt_cpu_facts, sockets, U32),
	MEMBER(nt_cpu_facts, numa_nodes, U32),
	MEMBER(nt_cpu_facts, threads_per_core, U32),
	TEXT_MEMBER(nt_cpu_facts, isolated),
	END,
};

static const struct nt_member topology_members[] = {
	MEMBER(nt_cpu_fact, cpu, U32),
	MEMBER(nt_cpu_fact, core, U32),
	MEMBER(nt_cpu_fact, package, INT),
	MEMBER(nt_cpu_fact, node, INT),
	MEMBER(nt_cpu_fact, online, BOOL),
	MEMBER(nt_cpu_fact, isolated, BOOL),
	END,
};

static const struct nt_member memory_members[] = {
	MEMBER(nt_memory_facts, total_bytes, U64),
	MEMBER(nt_memory_facts, page_bytes, U32),
	MEMBER(nt_memory_facts, tcp_pages, U64),
	MEMBER(nt_memory_facts, udp_pages, U64),
	END,
};

static const struct nt_member sysctl_members[] = {
	MEMBER(nt_sysctl_fact, key, STRING),
	NAMED_MEMBER(nt_sysctl_fact, state, NAMED_INT, sysctl_states),
	MEMBER(nt_sysctl_fact, value, NULLABLE),
	END,
};

static const struct nt_member module_members[] = {
	MEMBER(nt_module_fact, name, STRING),
	NAMED_MEMBER(nt_module_fact, state, NAMED_INT, module_states),
	END,
};

static const struct nt_member link_members[] = {
	MEMBER(nt_link_fact, name, STRING),
	MEMBER(nt_link_fact, kind, STRING),
	MEMBER(nt_link_fact, driver, STRING),
	MEMBER(nt_link_fact, bus, STRING),
	MEMBER(nt_link_fact, address, STRING),
	MEMBER(nt_link_fact, ifindex, INT),
	MEMBER(nt_link_fact, master_ifindex, INT),
	MEMBER(nt_link_fact, lower_ifindex, INT),
	MEMBER(nt_link_fact, up, BOOL),
	MEMBER(nt_link_fact, carrier, BOOL),
	MEMBER(nt_link_fact, speed_mbps, U32),
	MEMBER(nt_link_fact, mtu, U32),
	MEMBER(nt_link_fact, tx_queue_len, U32),
	MEMBER(nt_link_fact, rx_queues, U32),
	MEMBER(nt_link_fact, tx_queues, U32),
	MEMBER(nt_link_fact, numa_node, INT),
	END,
};

static const struct nt_member listener_members[] = {
	NAMED_MEMBER(nt_listener_fact, protocol, NAMED_U8, protocols),
	MEMBER(nt_listener_fact, port, PORT),
	END,
};

static const struct nt_member owner_members[] = {
	MEMBER(nt_owner_fact, owner, STRING),
	MEMBER(nt_owner_fact, key, STRING),
	MEMBER(nt_owner_fact, value, STRING),
	MEMBER(nt_owner_fact, file, STRING),
	MEMBER(nt_owner_fact, line, U32),
	END,
};

static const struct nt_member management_members[] = {
	MEMBER(nt_management_fact, device, STRING),
	MEMBER(nt_management_fact, netns, STRING),
	MEMBER(nt_management_fact, reason, STRING),
	END,
};

/* What JSON gave is added through the functions of core/facts.h, which copy it. */
static int add_sysctl(struct nt_facts *facts, const void *item)
{
	const struct nt_sysctl_fact *fact = item;

	return nt_facts_add_sysctl(facts, fact->key, fact->state, fact->value);
}

static int add_module(struct nt_facts *facts, const void *item)
{
	const struct nt_module_fact *fact = item;

	return nt_facts_add_module(facts, fact->name, fact->state);
}

static int add_cpu(struct nt_facts *facts, const void *item)
{
	return nt_facts_add_cpu(facts, item);
}

static int add_link(struct nt_facts *facts, const void *item)
{
	return nt_facts_add_link(facts, item);
}

static int add_listener(struct nt_facts *facts, const void *item)
{
	const struct nt_listener_fact *fact = item;

	return nt_facts_add_listener(facts, fact->protocol, fact->port);
}

static int add_owner(struct nt_facts *facts, const void *item)
{
	const struct nt_owner_fact *fact = item;

	return nt_facts_add_owner(facts, fact->owner, fact->key, fact->value, fact->file,
				  fact->line);
}

static int add_management(struct nt_facts *facts, const void *item)
{
	const struct nt_management_fact *fact = item;

	return nt_facts_add_management(facts, fact->device, fact->netns, fact->reason);
}

/**
 * struct group - a member of the document
 * @have: the NT_FACTS_* that it is
 * @offset: of the struct, or of the array's pointer, in struct nt_facts
 * @count: offset of the array's count
 * @item_size: of an item of the array; 0: not an array
 * @add: appends an item
 * @to_json, @from_json: of groups that tables of members cannot tell; NULL for the others
 */
struct group {
	const char *name;
	uint32_t have;
	const struct nt_member *members;
	size_t offset;
	size_t count;
	size_t item_size;
	int (*add)(struct nt_facts *facts, const void *item);
	json_t *(*to_json)(const struct nt_facts *facts);
	int (*from_json)(const json_t *json, struct nt_facts *facts, struct nt_diag *diag);
};

#define OBJECT(name_, bit, field) \
	{ name_, bit, field##_members, offsetof(struct nt_facts, field), 0, 0, NULL, \
	  NULL, NULL }
#define ARRAY(name_, bit, item) \
	{ name_, bit, item##_members, offsetof(struct nt_facts, item##s), \
	  offsetof(struct nt_facts, n_##item##s), sizeof(struct nt_##item##_fact), add_##item, \
	  NULL, NULL }

static const struct group groups[] = {
	OBJECT("kernel", NT_FACTS_KERNEL, kernel),
	OBJECT("cpu", NT_FACTS_CPU, cpu),
	{ "topology", NT_FACTS_TOPOLOGY, topology_members, offsetof(struct nt_facts, cpus),
	  offsetof(struct nt_facts, n_cpus), sizeof(struct nt_cpu_fact), add_cpu, NULL, NULL },
	OBJECT("memory", NT_FACTS_MEMORY, memory),
	ARRAY("sysctls", NT_FACTS_SYSCTL, sysctl),
	ARRAY("modules", NT_FACTS_MODULES, module),
	ARRAY("links", NT_FACTS_LINKS, link),
	{ "nics", NT_FACTS_NICS, NULL, 0, 0, 0, NULL, nt_nics_to_json, nt_nics_from_json },
	{ "bonds", NT_FACTS_BONDS, NULL, 0, 0, 0, NULL, nt_bonds_to_json, nt_bonds_from_json },
	ARRAY("listeners", NT_FACTS_LISTENERS, listener),
	ARRAY("owners", NT_FACTS_OWNERS, owner),
	ARRAY("management", NT_FACTS_MANAGEMENT, management),
	{ "busy-poll", NT_FACTS_BUSY_POLL, NULL, 0, 0, 0, NULL, nt_pollers_to_json,
	  nt_pollers_from_json },
};

#define N_GROUPS (sizeof(groups) / sizeof(groups[0]))

/* See facts_read.h. */
uint32_t nt_facts_group(const char *name)
{
	for (size_t i = 0; i < N_GROUPS; i++)
		if (!strcmp(groups[i].name, name))
			return groups[i].have;
	return 0;
}

/* See facts_read.h. */
const char *nt_facts_group_name(unsigned int n)
{
	return n < N_GROUPS ? groups[n].name : NULL;
}

/* ---- to JSON ---- */

static json_t *array_to_json(const struct group *g, const struct nt_facts *facts)
{
	json_t *array = json_array();
	const char *items;
	size_t n;

	memcpy(&items, (const char *)facts + g->offset, sizeof(items));
	memcpy(&n, (const char *)facts + g->count, sizeof(n));
	for (size_t i = 0; i < n; i++) {
		if (json_array_append_new(array, nt_item_to_json(g->members,
							      items + i * g->item_size)) < 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *group_to_json(const struct group *g, const struct nt_facts *facts)
{
	if (g->to_json)
		return g->to_json(facts);
	if (g->item_size)
		return array_to_json(g, facts);
	return nt_item_to_json(g->members, (const char *)facts + g->offset);
}

/* Beside the groups, for "topology" is a plain list. */
#define SOURCE "topology_source"

static int source_to_json(const struct nt_facts *facts, json_t *root)
{
	const char *name = nt_topology_source_name(facts->topology_source);

	if (!(facts->have & NT_FACTS_TOPOLOGY) || !name)
		return 0;
	return json_object_set_new(root, SOURCE, json_string(name));
}

/* See facts_read.h. */
json_t *nt_facts_to_json(const struct nt_facts *facts)
{
	json_t *root = json_pack("{ss}", "schema", SCHEMA);

	for (size_t i = 0; root && i < N_GROUPS; i++) {
		const struct group *g = &groups[i];

		if (!(facts->have & g->have))
			continue;
		if (json_object_set_new(root, g->name, group_to_json(g, facts)) < 0) {
			json_decref(root);
			return NULL;
		}
	}
	if (root && source_to_json(facts, root) < 0) {
		json_decref(root);
		return NULL;
	}
	return root;
}

/* ---- from JSON ---- */

static int array_from_json(const struct group *g, const json_t *json, struct nt_facts *facts,
			   struct nt_diag *diag)
{
	struct nt_place at = { .group = g->name, .diag = diag };
	union {
		struct nt_sysctl_fact sysctl;
		struct nt_module_fact module;
		struct nt_link_fact link;
		struct nt_listener_fact listener;
		struct nt_owner_fact owner;
		struct nt_management_fact management;
		struct nt_cpu_fact cpu;
	} item;

	if (!json_is_array(json))
		return nt_place_wrong(&at, NULL, "not an array");
	at.in_array = true;
	for (at.index = 0; at.index < json_array_size(json); at.index++) {
		int r;

		/* What documents do not have is not known. */
		memset(&item, 0, sizeof(item));
		r = nt_item_from_json(&at, g->members, json_array_get(json, at.index), &item);
		if (r == 0)
			r = g->add(facts, &item);
		if (r < 0)
			return nt_diag_err(diag, -r, "facts: %s[%zu]: %s", g->name, at.index,
					   strerror(-r));
	}
	return 0;
}

static int group_from_json(const struct group *g, const json_t *json, struct nt_facts *facts,
			   struct nt_diag *diag)
{
	const struct nt_place at = { .group = g->name, .diag = diag };
	int r;

	if (g->from_json)
		r = g->from_json(json, facts, diag);
	else if (g->item_size)
		r = array_from_json(g, json, facts, diag);
	else
		r = nt_item_from_json(&at, g->members, json, (char *)facts + g->offset);
	if (r == 0)
		facts->have |= g->have;
	return r;
}

/* It may be missing. */
static int source_from_json(const json_t *json, struct nt_facts *facts, struct nt_diag *diag)
{
	const char *text = json_string_value(json);

	for (unsigned int i = NT_TOPOLOGY_SYSFS; json && nt_topology_source_name(i); i++) {
		if (!text || strcmp(text, nt_topology_source_name(i)) != 0)
			continue;
		facts->topology_source = (enum nt_topology_source)i;
		return 0;
	}
	return json ? nt_diag_err(diag, EINVAL, "facts: " SOURCE ": neither sysfs nor hwloc") : 0;
}

static int groups_from_json(const json_t *root, struct nt_facts *facts, struct nt_diag *diag)
{
	size_t known = 1; /* "schema" */
	int r = 0;

	for (size_t i = 0; i < N_GROUPS && r == 0; i++) {
		const json_t *json = json_object_get(root, groups[i].name);

		known += json != NULL;
		if (json)
			r = group_from_json(&groups[i], json, facts, diag);
	}
	known += json_object_get(root, SOURCE) != NULL;
	if (r == 0)
		r = source_from_json(json_object_get(root, SOURCE), facts, diag);
	if (r == 0 && json_object_size(root) != known)
		return nt_diag_err(diag, EINVAL, "facts: unknown members at the top");
	return r;
}

/* See facts_read.h. */
int nt_facts_from_json(const json_t *root, struct nt_facts *ret, struct nt_diag *diag)
{
	const char *schema = json_string_value(json_object_get(root, "schema"));
	struct nt_facts facts = { 0 };
	int r;

	if (!schema || strcmp(schema, SCHEMA) != 0)
		return nt_diag_err(diag, EINVAL, "facts: schema is not " SCHEMA);
	r = groups_from_json(root, &facts, diag);
	if (r < 0) {
		nt_facts_free(&facts);
		return r;
	}
	*ret = facts;
	return 0;
}
