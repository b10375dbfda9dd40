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
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/diag.h"

#define SCHEMA "nettune.facts/1"

enum member_type {
	TEXT,	  /* char[size] */
	STRING,	  /* char * */
	NULLABLE, /* char *, may be NULL */
	BOOL,
	INT,
	U32,
	U64,
	NAMED_U8,  /* uint8_t, by name */
	NAMED_INT, /* an enum, by name */
	PORT,	   /* uint16_t, not 0 */
};

/* Names of numbers; ended by one without a name. */
struct number_name {
	const char *name;
	int number;
};

/**
 * struct member - a member of an object, and where it is in the struct
 * @size: of a TEXT
 * @names: of a NAMED_*
 */
struct member {
	const char *name;
	enum member_type type;
	size_t offset;
	size_t size;
	const struct number_name *names;
};

#define MEMBER(of, field, type_) { #field, type_, offsetof(struct of, field), 0, NULL }
#define TEXT_MEMBER(of, field) \
	{ #field, TEXT, offsetof(struct of, field), sizeof(((struct of *)0)->field), NULL }
#define NAMED_MEMBER(of, field, type_, names_) \
	{ #field, type_, offsetof(struct of, field), 0, names_ }
#define END { NULL, TEXT, 0, 0, NULL }

static const struct number_name protocols[] = {
	{ "tcp", IPPROTO_TCP }, { "udp", IPPROTO_UDP }, { NULL, 0 },
};

static const struct number_name sysctl_states[] = {
	{ "present", NT_SYSCTL_PRESENT },
	{ "absent", NT_SYSCTL_ABSENT },
	{ "read-only", NT_SYSCTL_READONLY },
	{ "refused", NT_SYSCTL_REFUSED },
	{ NULL, 0 },
};

static const struct number_name module_states[] = {
	{ "unknown", NT_MODFACT_UNKNOWN },
	{ "absent", NT_MODFACT_ABSENT },
	{ "forbidden", NT_MODFACT_FORBIDDEN },
	{ "loadable", NT_MODFACT_LOADABLE },
	{ "loaded", NT_MODFACT_LOADED },
	{ "builtin", NT_MODFACT_BUILTIN },
	{ "impossible", NT_MODFACT_IMPOSSIBLE },
	{ NULL, 0 },
};

static const struct member kernel_members[] = {
	TEXT_MEMBER(nt_kernel_facts, release),
	MEMBER(nt_kernel_facts, major, U32),
	MEMBER(nt_kernel_facts, minor, U32),
	TEXT_MEMBER(nt_kernel_facts, machine),
	TEXT_MEMBER(nt_kernel_facts, virtualization),
	TEXT_MEMBER(nt_kernel_facts, netns),
	MEMBER(nt_kernel_facts, init_netns, BOOL),
	END,
};

static const struct member cpu_members[] = {
	MEMBER(nt_cpu_facts, online, U32),
	MEMBER(nt_cpu_facts, possible, U32),
	MEMBER(nt_cpu_facts, sockets, U32),
	MEMBER(nt_cpu_facts, numa_nodes, U32),
	MEMBER(nt_cpu_facts, threads_per_core, U32),
	TEXT_MEMBER(nt_cpu_facts, isolated),
	END,
};

static const struct member memory_members[] = {
	MEMBER(nt_memory_facts, total_bytes, U64),
	MEMBER(nt_memory_facts, page_bytes, U32),
	MEMBER(nt_memory_facts, tcp_pages, U64),
	MEMBER(nt_memory_facts, udp_pages, U64),
	END,
};

static const struct member sysctl_members[] = {
	MEMBER(nt_sysctl_fact, key, STRING),
	NAMED_MEMBER(nt_sysctl_fact, state, NAMED_INT, sysctl_states),
	MEMBER(nt_sysctl_fact, value, NULLABLE),
	END,
};

static const struct member module_members[] = {
	MEMBER(nt_module_fact, name, STRING),
	NAMED_MEMBER(nt_module_fact, state, NAMED_INT, module_states),
	END,
};

static const struct member link_members[] = {
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

static const struct member listener_members[] = {
	NAMED_MEMBER(nt_listener_fact, protocol, NAMED_U8, protocols),
	MEMBER(nt_listener_fact, port, PORT),
	END,
};

static const struct member owner_members[] = {
	MEMBER(nt_owner_fact, owner, STRING),
	MEMBER(nt_owner_fact, key, STRING),
	MEMBER(nt_owner_fact, value, STRING),
	MEMBER(nt_owner_fact, file, STRING),
	MEMBER(nt_owner_fact, line, U32),
	END,
};

static const struct member management_members[] = {
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
 */
struct group {
	const char *name;
	uint32_t have;
	const struct member *members;
	size_t offset;
	size_t count;
	size_t item_size;
	int (*add)(struct nt_facts *facts, const void *item);
};

#define OBJECT(name_, bit, field) \
	{ name_, bit, field##_members, offsetof(struct nt_facts, field), 0, 0, NULL }
#define ARRAY(name_, bit, item) \
	{ name_, bit, item##_members, offsetof(struct nt_facts, item##s), \
	  offsetof(struct nt_facts, n_##item##s), sizeof(struct nt_##item##_fact), add_##item }

static const struct group groups[] = {
	OBJECT("kernel", NT_FACTS_KERNEL, kernel),
	OBJECT("cpu", NT_FACTS_CPU, cpu),
	OBJECT("memory", NT_FACTS_MEMORY, memory),
	ARRAY("sysctls", NT_FACTS_SYSCTL, sysctl),
	ARRAY("modules", NT_FACTS_MODULES, module),
	ARRAY("links", NT_FACTS_LINKS, link),
	ARRAY("listeners", NT_FACTS_LISTENERS, listener),
	ARRAY("owners", NT_FACTS_OWNERS, owner),
	ARRAY("management", NT_FACTS_MANAGEMENT, management),
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

static const char *name_of(const struct number_name *names, int number)
{
	while (names->name && names->number != number)
		names++;
	return names->name ? names->name : "unknown";
}

/* Bytes of a host that are not UTF-8 (a file's name, a value) become '?'. */
static json_t *string_to_json(const char *text)
{
	json_t *json = json_string(text);
	char *copy;

	if (json)
		return json;
	copy = strdup(text);
	if (!copy)
		return NULL;
	for (char *p = copy; *p; p++)
		if (*p & 0x80)
			*p = '?';
	json = json_string(copy);
	free(copy);
	return json;
}

static json_t *member_to_json(const struct member *m, const void *item)
{
	const void *at = (const char *)item + m->offset;
	const char *text;

	switch (m->type) {
	case TEXT:
		return string_to_json(at);
	case STRING:
	case NULLABLE:
		memcpy(&text, at, sizeof(text));
		return text ? string_to_json(text) : json_null();
	case BOOL:
		return json_boolean(*(const bool *)at);
	case INT:
		return json_integer(*(const int *)at);
	case U32:
		return json_integer(*(const uint32_t *)at);
	case U64:
		return json_integer((json_int_t)*(const uint64_t *)at);
	case NAMED_U8:
		return json_string(name_of(m->names, *(const uint8_t *)at));
	case NAMED_INT:
		return json_string(name_of(m->names, *(const int *)at));
	case PORT:
		return json_integer(*(const uint16_t *)at);
	}
	return NULL;
}

static json_t *item_to_json(const struct member *members, const void *item)
{
	json_t *object = json_object();

	for (const struct member *m = members; m->name; m++) {
		/* A NULL value, of a failed allocation, is an error of this function too. */
		if (json_object_set_new(object, m->name, member_to_json(m, item)) < 0) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *array_to_json(const struct group *g, const struct nt_facts *facts)
{
	json_t *array = json_array();
	const char *items;
	size_t n;

	memcpy(&items, (const char *)facts + g->offset, sizeof(items));
	memcpy(&n, (const char *)facts + g->count, sizeof(n));
	for (size_t i = 0; i < n; i++) {
		if (json_array_append_new(array, item_to_json(g->members,
							      items + i * g->item_size)) < 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *group_to_json(const struct group *g, const struct nt_facts *facts)
{
	if (g->item_size)
		return array_to_json(g, facts);
	return item_to_json(g->members, (const char *)facts + g->offset);
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
	return root;
}

/* ---- from JSON ---- */

/* Where we are: "links[3].mtu". */
struct place {
	const char *group;
	size_t index;
	bool in_array;
	struct nt_diag *diag;
};

static int wrong(const struct place *at, const char *member, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int wrong(const struct place *at, const char *member, const char *format, ...)
{
	char words[128], index[32] = "";
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	if (at->in_array)
		snprintf(index, sizeof(index), "[%zu]", at->index);
	return nt_diag_err(at->diag, EINVAL, "facts: %s%s%s%s: %s", at->group, index,
			   member ? "." : "", member ? member : "", words);
}

static int get_string(const struct place *at, const struct member *m, const json_t *json,
		      const char **ret)
{
	if (m->type == NULLABLE && json_is_null(json)) {
		*ret = NULL;
		return 0;
	}
	if (!json_is_string(json))
		return wrong(at, m->name, "not a string");
	if (strlen(json_string_value(json)) != json_string_length(json))
		return wrong(at, m->name, "has a NUL character in it");
	if (m->type == TEXT && json_string_length(json) >= m->size)
		return wrong(at, m->name, "longer than %zu bytes", m->size - 1);
	*ret = json_string_value(json);
	return 0;
}

static int get_integer(const struct place *at, const struct member *m, const json_t *json,
		       json_int_t *ret)
{
	static const struct {
		json_int_t min;
		json_int_t max;
	} ranges[] = {
		[INT] = { INT32_MIN, INT32_MAX },
		[U32] = { 0, UINT32_MAX },
		[U64] = { 0, INT64_MAX },
		[PORT] = { 1, UINT16_MAX },
	};

	if (!json_is_integer(json))
		return wrong(at, m->name, "not an integer");
	*ret = json_integer_value(json);
	if (*ret < ranges[m->type].min || *ret > ranges[m->type].max)
		return wrong(at, m->name, "not from %lld to %lld", (long long)ranges[m->type].min,
			     (long long)ranges[m->type].max);
	return 0;
}

static int get_named(const struct place *at, const struct member *m, const json_t *json, int *ret)
{
	const char *text;
	int r = get_string(at, m, json, &text);

	if (r < 0)
		return r;
	for (const struct number_name *n = m->names; n->name; n++) {
		if (strcmp(n->name, text) != 0)
			continue;
		*ret = n->number;
		return 0;
	}
	return wrong(at, m->name, "unknown word %.32s", text);
}

static int text_from_json(const struct place *at, const struct member *m, const json_t *json,
			  void *to)
{
	const char *text;
	int r = get_string(at, m, json, &text);

	if (r < 0)
		return r;
	if (m->type == TEXT)
		memcpy(to, text, strlen(text) + 1);
	else
		memcpy(to, &text, sizeof(text));
	return 0;
}

static int named_from_json(const struct place *at, const struct member *m, const json_t *json,
			   void *to)
{
	int number = 0;
	int r = get_named(at, m, json, &number);

	if (r < 0)
		return r;
	if (m->type == NAMED_U8)
		*(uint8_t *)to = (uint8_t)number;
	else
		*(int *)to = number;
	return 0;
}

static int integer_from_json(const struct place *at, const struct member *m, const json_t *json,
			     void *to)
{
	json_int_t number = 0;
	int r = get_integer(at, m, json, &number);

	if (r < 0)
		return r;
	if (m->type == INT)
		*(int *)to = (int)number;
	else if (m->type == U32)
		*(uint32_t *)to = (uint32_t)number;
	else if (m->type == U64)
		*(uint64_t *)to = (uint64_t)number;
	else
		*(uint16_t *)to = (uint16_t)number;
	return 0;
}

static int bool_from_json(const struct place *at, const struct member *m, const json_t *json,
			  void *to)
{
	if (!json_is_boolean(json))
		return wrong(at, m->name, "not true or false");
	*(bool *)to = json_is_true(json);
	return 0;
}

static int member_from_json(const struct place *at, const struct member *m, const json_t *json,
			    void *item)
{
	static int (*const readers[])(const struct place *at, const struct member *m,
				      const json_t *json, void *to) = {
		[TEXT] = text_from_json,     [STRING] = text_from_json,
		[NULLABLE] = text_from_json, [BOOL] = bool_from_json,
		[INT] = integer_from_json,   [U32] = integer_from_json,
		[U64] = integer_from_json,   [PORT] = integer_from_json,
		[NAMED_U8] = named_from_json, [NAMED_INT] = named_from_json,
	};

	return readers[m->type](at, m, json, (char *)item + m->offset);
}

/* Strings in @item are borrowed from @json, except TEXT. */
static int item_from_json(const struct place *at, const struct member *members,
			  const json_t *json, void *item)
{
	size_t n = 0;

	if (!json_is_object(json))
		return wrong(at, NULL, "not an object");
	for (const struct member *m = members; m->name; m++, n++) {
		const json_t *value = json_object_get(json, m->name);
		int r = value ? member_from_json(at, m, value, item)
			      : wrong(at, m->name, "missing");

		if (r < 0)
			return r;
	}
	if (json_object_size(json) != n)
		return wrong(at, NULL, "has unknown members");
	return 0;
}

static int array_from_json(const struct group *g, const json_t *json, struct nt_facts *facts,
			   struct nt_diag *diag)
{
	struct place at = { .group = g->name, .diag = diag };
	union {
		struct nt_sysctl_fact sysctl;
		struct nt_module_fact module;
		struct nt_link_fact link;
		struct nt_listener_fact listener;
		struct nt_owner_fact owner;
		struct nt_management_fact management;
	} item;

	if (!json_is_array(json))
		return wrong(&at, NULL, "not an array");
	at.in_array = true;
	for (at.index = 0; at.index < json_array_size(json); at.index++) {
		int r = item_from_json(&at, g->members, json_array_get(json, at.index), &item);

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
	const struct place at = { .group = g->name, .diag = diag };
	int r = g->item_size ? array_from_json(g, json, facts, diag)
			     : item_from_json(&at, g->members, json, (char *)facts + g->offset);

	if (r == 0)
		facts->have |= g->have;
	return r;
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
