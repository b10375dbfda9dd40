// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The module domain: loading a kernel module as a change. It serves no section of a profile: other
 * domains plan its changes when what they set needs a module.
 */
#include "tunable.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "io/io.h"
#include "lib/diag.h"

static const char *module_key(unsigned int n)
{
	(void)n;
	return NULL;
}

static int module_check(const struct nt_setting *setting, struct nt_diag *diag)
{
	return nt_diag_err(diag, EINVAL, "%s:%u:%u: modules have no settings", setting->file,
			   setting->line, setting->column);
}

static int module_read(struct nt_io *io, const struct nt_setting *settings, size_t n,
		       struct nt_facts *facts, struct nt_diag *diag)
{
	(void)io;
	(void)settings;
	(void)n;
	(void)facts;
	(void)diag;
	return 0;
}

static int module_plan(const struct nt_setting *settings, size_t n, const struct nt_facts *facts,
		       struct nt_plan *plan, struct nt_diag *diag)
{
	(void)settings;
	(void)n;
	(void)facts;
	(void)plan;
	(void)diag;
	return 0;
}

static int module_apply(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	/* "absent" is wanted by a rollback only. */
	return strcmp(change->wanted, "absent") ? nt_io_module_load(io, change->tunable, diag)
						: nt_io_module_unload(io, change->tunable, diag);
}

/*
 * A module that was there before is left alone, or loaded again when a rollback had unloaded it.
 * One that others use by now stays: -EBUSY, which is to be reported and is no failure.
 */
static int module_undo(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	enum nt_module_state state = nt_io_module_state(io, change->tunable);

	if (!change->seen)
		return 0;
	if (strcmp(change->seen, "absent") != 0)
		return state == NT_MODULE_LOADED || state == NT_MODULE_BUILTIN
		       ? 0 : nt_io_module_load(io, change->tunable, diag);
	return state == NT_MODULE_LOADED ? nt_io_module_unload(io, change->tunable, diag) : 0;
}

static int module_get(struct nt_io *io, const char *target, const char *tunable, char *buf,
		      size_t size)
{
	static const char *const words[] = {
		[NT_MODULE_UNKNOWN] = NULL,
		[NT_MODULE_ABSENT] = "absent",
		[NT_MODULE_FORBIDDEN] = "absent",
		[NT_MODULE_LOADABLE] = "absent",
		[NT_MODULE_LOADED] = "loaded",
		[NT_MODULE_BUILTIN] = "loaded",
		[NT_MODULE_IMPOSSIBLE] = "absent",
	};
	const char *word = words[nt_io_module_state(io, tunable)];

	(void)target;
	if (!word)
		return -ENODATA;
	if ((size_t)snprintf(buf, size, "%s", word) >= size)
		return -E2BIG;
	return 0;
}

static bool module_same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static const char *module_describe(const char *tunable)
{
	(void)tunable;
	return "a kernel module that another setting needs";
}

const struct nt_tunable nt_tunable_module = {
	.name = "module",
	.undo_may_wait = true,
	.keys = module_key,
	.check = module_check,
	.read = module_read,
	.plan = module_plan,
	.apply = module_apply,
	.undo = module_undo,
	.get = module_get,
	.same = module_same,
	.describe = module_describe,
};
