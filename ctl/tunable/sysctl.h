/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sysctl domain's table of keys, between sysctl.c (table, reading, writing) and sysctl_plan.c
 * (checking and planning, PURE). Nobody else includes this.
 */
#ifndef NT_TUNABLE_SYSCTL_H
#define NT_TUNABLE_SYSCTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/expr.h"
#include "core/facts.h"
#include "core/plan.h"
#include "core/profile.h"

#define NT_SYSCTL_FIELDS_MAX 3U
#define NT_SYSCTL_ALSO_MAX   3U
#define NT_SYSCTL_VALUE_MAX  4096U /* NT_IO_VALUE_MAX, without depending on io */

enum nt_sysctl_type {
	NT_SYSCTL_NUMBERS, /* the default: one number, or a vector of them */
	NT_SYSCTL_WORD,    /* a name: of a congestion control, of a qdisc */
	NT_SYSCTL_PORTS,   /* a list of ports */
};

enum nt_sysctl_scope {
	NT_SYSCTL_NETNS,     /* the default: every network namespace has its own */
	NT_SYSCTL_INIT_ONLY, /* global; missing or read-only in other namespaces */
};

/* What the kernel makes of a number it is given, so that wanting 3000 does not look like drift. */
enum nt_sysctl_round {
	NT_SYSCTL_EXACT,
	NT_SYSCTL_POWER_OF_TWO,
	NT_SYSCTL_PAGE_OF_SLOTS, /* up to a whole page of list heads */
};

/* What has to be looked at before a key may change; functions in sysctl_plan.c. */
enum nt_sysctl_judge {
	NT_SYSCTL_HARMLESS,
	NT_SYSCTL_CONGESTION,
	NT_SYSCTL_QDISC,
	NT_SYSCTL_PORT_RANGE,
	NT_SYSCTL_CONNTRACK_MAX,
	NT_SYSCTL_TCP_MEM,
	NT_SYSCTL_UDP_MEM,
	NT_SYSCTL_JUDGES,
};

/* Where "kernel-default" comes from. */
enum nt_sysctl_default {
	NT_SYSCTL_DEFAULT_FIXED,      /* @fixed, or @later's from that kernel on */
	NT_SYSCTL_DEFAULT_UNKNOWN,    /* from what cannot be seen: @unknown says what */
	NT_SYSCTL_DEFAULT_PAGE,       /* one page */
	NT_SYSCTL_DEFAULT_BUFFER,     /* 256 packets of 256 bytes with their overhead */
	NT_SYSCTL_DEFAULT_TCP_BUFFER, /* a page, @fixed[1], @fixed[2] if memory allows */
	NT_SYSCTL_DEFAULT_CONNTRACK,  /* by memory */
};

/**
 * struct nt_sysctl_key - one key: a row of the table
 * @key: dotted
 * @words: one sentence for people, without a full stop
 * @type: what a value is
 * @fields: numbers in a value; 0 means 1
 * @unit: what the kernel counts in
 * @ascending: no field may be less than the one before it
 * @min: least number
 * @max: greatest number
 * @round: what the kernel makes of a number
 * @scope: which namespaces have it
 * @module: the kernel module that brings the key, NULL: always there
 * @value_module: prefix of the module behind a word
 * @usual: words that facts tell the modules of, NULL-terminated
 * @same_as: the key under which the kernel has this very value too
 * @bound: the key whose value is this one's maximum: raised before it, lowered after it
 * @judge: what to look at before it may change
 * @also: keys to read for that
 * @needs: facts to read for that
 * @dflt: where "kernel-default" comes from
 * @fixed: the default, field by field
 * @later: the default of newer kernels; @later.major 0: the same
 * @unknown: why the default cannot be told
 */
struct nt_sysctl_key {
	const char *key;
	const char *words;
	enum nt_sysctl_type type;
	unsigned int fields;
	enum nt_unit unit;
	bool ascending;
	int64_t min;
	int64_t max;
	enum nt_sysctl_round round;
	enum nt_sysctl_scope scope;
	const char *module;
	const char *value_module;
	const char *const *usual;
	const char *same_as;
	const char *bound;
	enum nt_sysctl_judge judge;
	const char *also[NT_SYSCTL_ALSO_MAX];
	uint32_t needs;
	enum nt_sysctl_default dflt;
	int64_t fixed[NT_SYSCTL_FIELDS_MAX];
	struct {
		uint32_t major;
		uint32_t minor;
		int64_t fixed[NT_SYSCTL_FIELDS_MAX];
	} later;
	const char *unknown;
};

extern const struct nt_sysctl_key nt_sysctl_keys[];
extern const size_t nt_sysctl_n_keys;

const struct nt_sysctl_key *nt_sysctl_key_find(const char *key);

/**
 * nt_sysctl_key_error() - say why a key cannot be set
 *
 * Return: -EINVAL, with file:line:column and a reason or a suggestion in @diag.
 */
int nt_sysctl_key_error(const struct nt_setting *setting, struct nt_diag *diag);

/* The domain's check() and plan(). PURE. See struct nt_tunable. */
int nt_sysctl_check(const struct nt_setting *setting, struct nt_diag *diag);
int nt_sysctl_plan(const struct nt_setting *settings, size_t n, const struct nt_facts *facts,
		   struct nt_plan *plan, struct nt_diag *diag);

/* Is @word in @list, a value of words separated by spaces? */
bool nt_sysctl_lists(const char *list, const char *word);

#endif
