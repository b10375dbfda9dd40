/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A tunable domain: the one descriptor that a file in this folder exports.
 */
#ifndef NT_TUNABLE_H
#define NT_TUNABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/facts.h"
#include "core/plan.h"
#include "core/profile.h"

struct nt_diag;
struct nt_io;
struct nt_operation;
struct nt_plan_device;

/* The longest canonical value: a page of a file, or an RSS table written out. */
#define NT_VALUE_MAX 16384U

/**
 * struct nt_tunable - how one domain is checked, read, planned, applied and undone
 * @name: the domain, "sysctl"
 * @section: the profile section it serves, alone or with others, each its own keys; NULL when its
 *	     changes follow from other domains'
 * @undo_may_wait: what is in use (-EBUSY) may stay as it is: a loaded module harms nobody
 * @keys: n-th key name it knows, NULL past the end; for "did you mean", completion and facts
 * @check: is this line of a profile well-formed? PURE; errors are "file:line:column: ..."
 * @read: fill @facts with what @settings need (with @n 0: with all it knows)
 * @plan: settings and facts to changes. PURE
 * @keep: add to @ret a change with seen == wanted and kept set for every value of @device that one
 *	  of its structural changes in @plan, or how it is polled, may lose; NULL: none are. PURE
 * @foresee: let @facts say what they will when @change has been applied; NULL: nothing that is
 *	     looked at then. PURE
 * @apply: make @change take effect. The domain does not verify: the engine reads back
 * @undo: return exactly one change to @change->seen
 * @get: read the live value of @target's @tunable in canonical form into @buf; -ENOENT absent,
 *	 -ENODEV the device itself is gone, -EOPNOTSUPP its driver says that it has no such thing:
 *	 nobody who saw the value before takes that for gone
 * @same: are two canonical values the same setting (masks, powers of two, vectors)?
 * @path: the file that holds the value just as it is, for backends that take files; NULL
 *	  function: none
 * @operation: @change, of @device, which has @change->seen now, as an operation of nettune.ko in
 *	       @ret, to be released by the caller; NULL function: files, or none
 * @describe: one sentence on what the tunable is, for people
 *
 * Functions return 0 or a negative errno and report into diag.
 */
struct nt_tunable {
	const char *name;
	const char *section;
	bool undo_may_wait;
	const char *(*keys)(unsigned int n);
	int (*check)(const struct nt_setting *setting, struct nt_diag *diag);
	int (*read)(struct nt_io *io, const struct nt_setting *settings, size_t n,
		    struct nt_facts *facts, struct nt_diag *diag);
	int (*plan)(const struct nt_setting *settings, size_t n, const struct nt_facts *facts,
		    struct nt_plan *plan, struct nt_diag *diag);
	int (*keep)(const struct nt_facts *facts, const char *device, const struct nt_plan *plan,
		    struct nt_plan *ret);
	int (*foresee)(struct nt_facts *facts, const struct nt_change *change);
	int (*apply)(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag);
	int (*undo)(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag);
	int (*get)(struct nt_io *io, const char *target, const char *tunable, char *buf,
		   size_t size);
	bool (*same)(const char *a, const char *b);
	int (*path)(const char *target, const char *tunable, char *buf, size_t size);
	int (*operation)(struct nt_io *io, const struct nt_change *change,
			 const struct nt_plan_device *device, struct nt_operation *ret);
	const char *(*describe)(const char *tunable);
};

#define NT_TUNABLE(domain) extern const struct nt_tunable nt_tunable_##domain;
#include "tunables.def"
#undef NT_TUNABLE

/* All domains in plan order, NULL-terminated. */
extern const struct nt_tunable *const nt_tunables[];

const struct nt_tunable *nt_tunable_find(const char *name);
/*
 * The domain that serves @key in @section. A key that none knows goes to the only domain of its
 * section, which can say why, and to none where there are several.
 */
const struct nt_tunable *nt_tunable_for(const char *section, const char *key);
/* The n-th key over all domains of @section, NULL past the end. */
const char *nt_tunable_section_key(const char *section, unsigned int n);

#endif
