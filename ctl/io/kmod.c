// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Kernel modules through libkmod, loaded when first needed.
 *
 * The administrator's modprobe.d is obeyed: what is blacklisted stays out, and a module with an
 * "install" command is refused, because running that command would mean running a shell.
 */
#include "live.h"

#include <errno.h>
#include <libkmod.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "lib/diag.h"
#include "lib/dl.h"

/* Longest module name the kernel has: MODULE_NAME_LEN. */
#define NAME_MAX_LEN 56U

/* libkmod's functions, under their own names. */
static struct {
	__typeof__(&kmod_new) new;
	__typeof__(&kmod_set_log_priority) set_log_priority;
	__typeof__(&kmod_module_new_from_lookup) new_from_lookup;
	__typeof__(&kmod_module_new_from_name) new_from_name;
	__typeof__(&kmod_module_get_module) get_module;
	__typeof__(&kmod_module_get_initstate) get_initstate;
	__typeof__(&kmod_module_get_install_commands) get_install_commands;
	__typeof__(&kmod_module_apply_filter) apply_filter;
	__typeof__(&kmod_module_get_refcnt) get_refcnt;
	__typeof__(&kmod_module_probe_insert_module) probe_insert_module;
	__typeof__(&kmod_module_remove_module) remove_module;
	__typeof__(&kmod_module_unref) unref;
	__typeof__(&kmod_module_unref_list) unref_list;
} lib;

static const struct nt_dl_symbol symbols[] = {
	{ "kmod_new", &lib.new },
	{ "kmod_set_log_priority", &lib.set_log_priority },
	{ "kmod_module_new_from_lookup", &lib.new_from_lookup },
	{ "kmod_module_new_from_name", &lib.new_from_name },
	{ "kmod_module_get_module", &lib.get_module },
	{ "kmod_module_get_initstate", &lib.get_initstate },
	{ "kmod_module_get_install_commands", &lib.get_install_commands },
	{ "kmod_module_apply_filter", &lib.apply_filter },
	{ "kmod_module_get_refcnt", &lib.get_refcnt },
	{ "kmod_module_probe_insert_module", &lib.probe_insert_module },
	{ "kmod_module_remove_module", &lib.remove_module },
	{ "kmod_module_unref", &lib.unref },
	{ "kmod_module_unref_list", &lib.unref_list },
};

/* Without this file libkmod knows no module at all, and "not found" would mean nothing. */
static bool have_index(void)
{
	char path[256];
	struct utsname u;
	int n;

	if (uname(&u) < 0)
		return false;
	n = snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep.bin", u.release);
	return n > 0 && (size_t)n < sizeof(path) && access(path, R_OK) == 0;
}

/* /proc/modules is there, empty or not, whenever the kernel was built to load modules. */
static bool can_load(void)
{
	return access("/proc/modules", F_OK) == 0 || have_index();
}

/* The context lives as long as the process: it caches the index. NULL: no libkmod, no index. */
static struct kmod_ctx *context(void)
{
	static struct kmod_ctx *ctx;
	static bool tried;

	if (tried)
		return ctx;
	tried = true;
	if (!have_index())
		return NULL;
	if (nt_dl_load(NT_DL_KMOD, symbols, sizeof(symbols) / sizeof(symbols[0])) < 0)
		return NULL;
	ctx = lib.new(NULL, NULL);
	/* It would print what we return as a diag. */
	if (ctx)
		lib.set_log_priority(ctx, 0);
	return ctx;
}

static bool name_is_sane(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789_-");

	return len > 0 && len < NAME_MAX_LEN && name[len] == '\0';
}

/*
 * /sys/module answers for what is running without any library. A directory without "initstate" is
 * built in; what is built in without parameters has no directory, and libkmod knows it.
 */
static enum nt_module_state state_from_sysfs(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/module/%s/initstate", name);
	if (access(path, F_OK) == 0)
		return NT_MODULE_LOADED;
	snprintf(path, sizeof(path), "/sys/module/%s", name);
	if (access(path, F_OK) == 0)
		return NT_MODULE_BUILTIN;
	return NT_MODULE_UNKNOWN;
}

/* Why modprobe.d keeps a module out; NULL when it does not. */
static const char *forbidden_by(struct kmod_ctx *ctx, struct kmod_list *list,
				const struct kmod_module *mod)
{
	struct kmod_list *allowed = NULL;

	if (lib.get_install_commands(mod))
		return "modprobe.d has an install command for it";
	if (lib.apply_filter(ctx, KMOD_FILTER_BLACKLIST, list, &allowed) < 0)
		return NULL;
	if (!allowed)
		return "blacklisted in modprobe.d";
	lib.unref_list(allowed);
	return NULL;
}

/*
 * The module that @name, which may be an alias, stands for; owned by the caller. @ret_forbidden is
 * why modprobe.d keeps it out, or NULL.
 */
static struct kmod_module *look_up(struct kmod_ctx *ctx, const char *name,
				   const char **ret_forbidden)
{
	struct kmod_list *list = NULL;
	struct kmod_module *mod;

	if (lib.new_from_lookup(ctx, name, &list) < 0 || !list)
		return NULL;
	mod = lib.get_module(list);
	*ret_forbidden = forbidden_by(ctx, list, mod);
	lib.unref_list(list);
	return mod;
}

static enum nt_module_state state_of(struct kmod_module *mod, const char *forbidden)
{
	switch (lib.get_initstate(mod)) {
	case KMOD_MODULE_BUILTIN:
		return NT_MODULE_BUILTIN;
	case KMOD_MODULE_LIVE:
	case KMOD_MODULE_COMING:
		return NT_MODULE_LOADED;
	default:
		return forbidden ? NT_MODULE_FORBIDDEN : NT_MODULE_LOADABLE;
	}
}

/**
 * nt_kmod_state() - is a module there, and does it run?
 * @name: "tcp_bbr"
 */
enum nt_module_state nt_kmod_state(const char *name)
{
	const char *forbidden = NULL;
	struct kmod_module *mod;
	enum nt_module_state state;
	struct kmod_ctx *ctx;

	if (!name_is_sane(name))
		return NT_MODULE_ABSENT;
	state = state_from_sysfs(name);
	if (state != NT_MODULE_UNKNOWN)
		return state;
	ctx = context();
	if (!ctx)
		return can_load() ? NT_MODULE_UNKNOWN : NT_MODULE_IMPOSSIBLE;
	mod = look_up(ctx, name, &forbidden);
	if (!mod)
		return NT_MODULE_ABSENT;
	state = state_of(mod, forbidden);
	lib.unref(mod);
	return state;
}

static int insert(struct kmod_module *mod, const char *name, struct nt_diag *diag)
{
	int r;

	r = lib.probe_insert_module(mod, KMOD_PROBE_APPLY_BLACKLIST | KMOD_PROBE_IGNORE_COMMAND,
				    NULL, NULL, NULL, NULL);
	if (r > 0)
		return nt_diag_err(diag, EPERM, "module %s: blacklisted in modprobe.d", name);
	if (r < 0)
		return nt_diag_err(diag, -r, "module %s: cannot be loaded: %s", name, strerror(-r));
	return 0;
}

/**
 * nt_kmod_load() - load a module and what it depends on
 * @name: "tcp_bbr"
 * @diag: why not
 *
 * Return: 0 (also when it was loaded already), -ENOENT, -EPERM when modprobe.d forbids it, or what
 * the kernel said.
 */
int nt_kmod_load(const char *name, struct nt_diag *diag)
{
	struct kmod_ctx *ctx = name_is_sane(name) ? context() : NULL;
	const char *forbidden = NULL;
	struct kmod_module *mod;
	int r;

	if (!ctx)
		return nt_diag_err(diag, ENOENT, "module %s: no index for this kernel", name);
	mod = look_up(ctx, name, &forbidden);
	if (!mod)
		return nt_diag_err(diag, ENOENT, "module %s: not found", name);
	r = forbidden ? nt_diag_err(diag, EPERM, "module %s: %s", name, forbidden)
		      : insert(mod, name, diag);
	lib.unref(mod);
	return r;
}

/**
 * nt_kmod_unload() - remove a module that nobody uses
 * @name: "tcp_bbr"
 * @diag: why not
 *
 * Return: 0, -EBUSY when it is in use, or what the kernel said.
 */
int nt_kmod_unload(const char *name, struct nt_diag *diag)
{
	struct kmod_ctx *ctx = name_is_sane(name) ? context() : NULL;
	struct kmod_module *mod;
	int r;

	if (!ctx)
		return nt_diag_err(diag, ENOENT, "module %s: no index for this kernel", name);
	r = lib.new_from_name(ctx, name, &mod);
	if (r < 0)
		return nt_diag_err(diag, -r, "module %s: %s", name, strerror(-r));
	r = lib.get_refcnt(mod) > 0 ? -EBUSY : lib.remove_module(mod, 0);
	lib.unref(mod);
	/* delete_module(2) with O_NONBLOCK says EAGAIN for "in use". */
	if (r == -EAGAIN || r == -EBUSY)
		return nt_diag_err(diag, EBUSY, "module %s: stays loaded, it is in use", name);
	if (r < 0)
		return nt_diag_err(diag, -r, "module %s: not removed: %s", name, strerror(-r));
	return 0;
}
