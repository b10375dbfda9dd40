/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the domains of whole devices (features, mtu, channels, rings, pause, coalesce) have in
 * common: which devices a line of a profile is about, reading values, making changes.
 */
#ifndef NT_TUNABLE_DEVICE_H
#define NT_TUNABLE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/facts.h"
#include "core/plan.h"
#include "core/profile.h"

struct nt_diag;
struct nt_io;
struct nt_tunable;

/* The longest "word:value" in a line, terminated. */
#define NT_DEVICE_WORD_MAX 96U

/**
 * struct nt_device_planner - planning one domain, one device after the other
 * @domain: whose changes these are
 * @setting: the line that holds for the device at hand; NULL when values are kept
 * @name: of the device at hand
 * @link: NULL: no such device
 * @nic: NULL: nothing is known of what it can be told; every change is ABSENT then
 */
struct nt_device_planner {
	const struct nt_tunable *domain;
	const struct nt_facts *facts;
	struct nt_plan *plan;
	const struct nt_setting *setting;
	const char *name;
	const struct nt_link_fact *link;
	const struct nt_nic_fact *nic;
};

/**
 * struct nt_device_value - one change in the making
 * @seen: NULL: there is none
 * @outcome: PLANNED becomes COMPLIANT when @seen is what is wanted, and DEFERRED while the device
 *	     is down and its driver takes this from one that is up only
 * @reason: when the line gives none; NULL: the tunable's description
 * @note: what the line could not have here, said behind the reason; NULL or "" for nothing
 * @remedy: NULL for none
 * @owner: who else sets it; NULL for none
 * @instead_of: what the line asks for, when @wanted is the next best; NULL
 * @disruptive: resets the link or the data path
 * @backwards: changes of its phase are undone in the reverse of the order in which they are made
 */
struct nt_device_value {
	const char *tunable;
	const char *seen;
	const char *wanted;
	enum nt_phase phase;
	enum nt_outcome outcome;
	const char *reason;
	const char *note;
	const char *remedy;
	const char *owner;
	const char *instead_of;
	bool disruptive;
	bool backwards;
};

/* 0 or a negative errno. */
typedef int (*nt_device_fn)(struct nt_device_planner *p);

/**
 * nt_device_plan() - call @fn for every device that a line for @key is about
 * @p: domain, facts and plan are filled in, the rest is for each call
 *
 * Which these are, device_lines.h says. A line whose section names a device that does not exist,
 * rather than a pattern, is for that device too.
 */
int nt_device_plan(struct nt_device_planner *p, const struct nt_setting *settings, size_t n,
		   const char *key, nt_device_fn fn);

/* Copies what it is given. 0, -ENOMEM, -EOVERFLOW. */
int nt_device_add(struct nt_device_planner *p, const struct nt_device_value *value);

/* The read() of these domains: links, and what is known of each device that is meant. */
int nt_device_read(struct nt_io *io, const struct nt_setting *settings, size_t n,
		   struct nt_facts *facts, struct nt_diag *diag);

/* Is it hardware that nobody has brought up, so that its driver has asked for no interrupts yet? */
bool nt_device_sleeps(const struct nt_device_planner *p);

#define NT_DEVICE_SLEEPS "interrupts are asked for when the device is brought up: do that first"

/* ---- values ---- */

/* "file:line:column: KEY: WORDS" at @offset in the value; -@err. */
int nt_device_bad_value(const struct nt_setting *setting, unsigned int offset, int err,
			struct nt_diag *diag, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* Refuses '>=', which makes no sense where a value is not one number. */
int nt_device_check_relation(const struct nt_setting *setting, struct nt_diag *diag);

/**
 * struct nt_device_word - "rx-usecs:8" of a line
 * @word: what stands before the colon; all of it without one
 * @value: what stands behind; NULL without a colon
 * @at: 0-based offset of the word in the line's value
 * @value_at: of the value
 */
struct nt_device_word {
	char text[NT_DEVICE_WORD_MAX];
	const char *word;
	const char *value;
	unsigned int at;
	unsigned int value_at;
};

/* The next one: 1, 0 at the end, negative with words in @diag. @cursor is NULL at first. */
int nt_device_next_word(const struct nt_setting *setting, const char **cursor,
			struct nt_device_word *ret, struct nt_diag *diag);

/* "on" or "off"; -EINVAL with words in @diag. */
int nt_device_on_off(const struct nt_setting *setting, const struct nt_device_word *word,
		     bool *ret, struct nt_diag *diag);

const char *nt_device_say(bool on);

/*
 * What @find says of "rx-usecs" in "coalesce.rx-usecs", where "coalesce." is @prefix; -EINVAL for
 * another prefix, and for a negative answer.
 */
int nt_device_field(const char *tunable, const char *prefix, int (*find)(const char *name));

/* ---- resets ---- */

enum nt_device_reset {
	NT_RESET_CHANNELS,
	NT_RESET_RINGS,
	NT_RESET_MTU,
	NT_RESET_PAUSE,
};

/* Does changing this reset the device's link or data path? Where nobody knows: yes. */
bool nt_device_resets(const struct nt_link_fact *link, enum nt_device_reset what);

/* How far is the device? To be asked before it is reset. */
enum nt_nic_ready nt_device_ready(struct nt_io *io, const char *dev);

/*
 * Waits after a reset until the device is as far as it was before. 0; -ENOLINK with words when it
 * has lost its link, so that no other port of its bond must be reset now.
 */
int nt_device_settle(struct nt_io *io, const char *dev, enum nt_nic_ready before,
		     struct nt_diag *diag);

/* Adds the device, the tunable and the reason to what a setter could not say itself. */
int nt_device_failed(const struct nt_change *change, int r, struct nt_diag *diag);

#endif
