// SPDX-License-Identifier: GPL-2.0-or-later
/* Structures to and from JSON by tables of their members. See json_member.h. */
#include "json_member.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/diag.h"

/* ---- to JSON ---- */

static const char *name_of(const struct nt_number_name *names, int number)
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

static json_t *member_to_json(const struct nt_member *m, const void *item)
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

/* See json_member.h. */
json_t *nt_item_to_json(const struct nt_member *members, const void *item)
{
	json_t *object = json_object();

	for (const struct nt_member *m = members; m->name; m++) {
		/* A NULL value, of a failed allocation, is an error of this function too. */
		if (json_object_set_new(object, m->name, member_to_json(m, item)) < 0) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

/* ---- from JSON ---- */

/* See json_member.h. */
int nt_place_wrong(const struct nt_place *at, const char *member, const char *format, ...)
{
	char words[128], index[32] = "";
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	if (at->in_array)
		snprintf(index, sizeof(index), "[%zu]", at->index);
	return nt_diag_err(at->diag, EINVAL, "facts: %s%s%s%s%s%s: %s", at->group, index,
			   at->part ? "." : "", at->part ? at->part : "", member ? "." : "",
			   member ? member : "", words);
}

static int get_string(const struct nt_place *at, const struct nt_member *m, const json_t *json,
		      const char **ret)
{
	if (m->type == NULLABLE && json_is_null(json)) {
		*ret = NULL;
		return 0;
	}
	if (!json_is_string(json))
		return nt_place_wrong(at, m->name, "not a string");
	if (strlen(json_string_value(json)) != json_string_length(json))
		return nt_place_wrong(at, m->name, "has a NUL character in it");
	if (m->type == TEXT && json_string_length(json) >= m->size)
		return nt_place_wrong(at, m->name, "longer than %zu bytes", m->size - 1);
	*ret = json_string_value(json);
	return 0;
}

static int get_integer(const struct nt_place *at, const struct nt_member *m, const json_t *json,
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
		return nt_place_wrong(at, m->name, "not an integer");
	*ret = json_integer_value(json);
	if (*ret < ranges[m->type].min || *ret > ranges[m->type].max)
		return nt_place_wrong(at, m->name, "not from %lld to %lld",
				      (long long)ranges[m->type].min,
				      (long long)ranges[m->type].max);
	return 0;
}

static int get_named(const struct nt_place *at, const struct nt_member *m, const json_t *json,
		     int *ret)
{
	const char *text;
	int r = get_string(at, m, json, &text);

	if (r < 0)
		return r;
	for (const struct nt_number_name *n = m->names; n->name; n++) {
		if (strcmp(n->name, text) != 0)
			continue;
		*ret = n->number;
		return 0;
	}
	return nt_place_wrong(at, m->name, "unknown word %.32s", text);
}

static int text_from_json(const struct nt_place *at, const struct nt_member *m, const json_t *json,
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

static int named_from_json(const struct nt_place *at, const struct nt_member *m, const json_t *json,
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

static int integer_from_json(const struct nt_place *at, const struct nt_member *m,
			     const json_t *json, void *to)
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

static int bool_from_json(const struct nt_place *at, const struct nt_member *m, const json_t *json,
			  void *to)
{
	if (!json_is_boolean(json))
		return nt_place_wrong(at, m->name, "not true or false");
	*(bool *)to = json_is_true(json);
	return 0;
}

static int member_from_json(const struct nt_place *at, const struct nt_member *m,
			    const json_t *json, void *item)
{
	static int (*const readers[])(const struct nt_place *at, const struct nt_member *m,
				      const json_t *json, void *to) = {
		[TEXT] = text_from_json,     [STRING] = text_from_json,
		[NULLABLE] = text_from_json, [BOOL] = bool_from_json,
		[INT] = integer_from_json,   [U32] = integer_from_json,
		[U64] = integer_from_json,   [PORT] = integer_from_json,
		[NAMED_U8] = named_from_json, [NAMED_INT] = named_from_json,
	};

	return readers[m->type](at, m, json, (char *)item + m->offset);
}

/* See json_member.h. */
int nt_item_from_json(const struct nt_place *at, const struct nt_member *members,
			  const json_t *json, void *item)
{
	size_t n = 0;

	if (!json_is_object(json))
		return nt_place_wrong(at, NULL, "not an object");
	for (const struct nt_member *m = members; m->name; m++, n++) {
		const json_t *value = json_object_get(json, m->name);
		int r = value ? member_from_json(at, m, value, item)
			      : nt_place_wrong(at, m->name, "missing");

		if (r < 0)
			return r;
	}
	if (json_object_size(json) != n)
		return nt_place_wrong(at, NULL, "has unknown members");
	return 0;
}
