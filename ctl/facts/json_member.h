/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Structures to and from JSON by tables of their members, for the files of this folder only.
 *
 * Reading is strict: a member that is missing, unknown, of another type or out of range is an error
 * that names it.
 */
#ifndef NT_FACTS_JSON_MEMBER_H
#define NT_FACTS_JSON_MEMBER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct nt_diag;

enum nt_member_type {
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
struct nt_number_name {
	const char *name;
	int number;
};

/**
 * struct nt_member - a member of an object, and where it is in the struct
 * @size: of a TEXT
 * @names: of a NAMED_*
 */
struct nt_member {
	const char *name;
	enum nt_member_type type;
	size_t offset;
	size_t size;
	const struct nt_number_name *names;
};

#define MEMBER(of, field, type_) { #field, type_, offsetof(struct of, field), 0, NULL }
#define TEXT_MEMBER(of, field) \
	{ #field, TEXT, offsetof(struct of, field), sizeof(((struct of *)0)->field), NULL }
#define NAMED_MEMBER(of, field, type_, names_) \
	{ #field, type_, offsetof(struct of, field), 0, names_ }
#define END { NULL, TEXT, 0, 0, NULL }

/**
 * struct nt_place - where in a document we are, for messages: "nics[3].link.mtu"
 * @group: "nics"
 * @index: in its array
 * @in_array: @index counts
 * @part: of the item, "link"; NULL for none
 * @diag: where complaints go
 */
struct nt_place {
	const char *group;
	size_t index;
	bool in_array;
	const char *part;
	struct nt_diag *diag;
};

/* -EINVAL, with the place, the member (which may be NULL) and words in the diag. */
int nt_place_wrong(const struct nt_place *at, const char *member, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A new object of all members, owned by the caller; NULL when out of memory. */
json_t *nt_item_to_json(const struct nt_member *members, const void *item);

/* Strings in @item are borrowed from @json, except those of type TEXT. 0 or -EINVAL. */
int nt_item_from_json(const struct nt_place *at, const struct nt_member *members,
		      const json_t *json, void *item);

#endif
