// SPDX-License-Identifier: GPL-2.0-or-later
/* Asking systemd for a transient service, through libsystemd's sd-bus. See systemd.h. */
#include "systemd.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/dl.h"

struct sd_bus;
struct sd_bus_message;

#define MANAGER "org.freedesktop.systemd1"

/* The few functions of sd-bus that we need; its interface is stable, its headers are not needed. */
static struct {
	int (*open_system)(struct sd_bus **ret);
	int (*message_new_method_call)(struct sd_bus *bus, struct sd_bus_message **ret,
				       const char *destination, const char *path,
				       const char *interface, const char *member);
	int (*message_append)(struct sd_bus_message *m, const char *types, ...);
	int (*call)(struct sd_bus *bus, struct sd_bus_message *m, uint64_t usec, void *ret_error,
		    struct sd_bus_message **reply);
	struct sd_bus_message *(*message_unref)(struct sd_bus_message *m);
	struct sd_bus *(*flush_close_unref)(struct sd_bus *bus);
} lib;

static const struct nt_dl_symbol symbols[] = {
	{ "sd_bus_open_system", &lib.open_system },
	{ "sd_bus_message_new_method_call", &lib.message_new_method_call },
	{ "sd_bus_message_append", &lib.message_append },
	{ "sd_bus_call", &lib.call },
	{ "sd_bus_message_unref", &lib.message_unref },
	{ "sd_bus_flush_close_unref", &lib.flush_close_unref },
};

/* An answer within 5 s, or we do it without. */
#define CALL_US 5000000U

bool nt_systemd_runs(void)
{
	return access("/run/systemd/system", F_OK) == 0;
}

/*
 * StartTransientUnit(name, mode, properties, auxiliary units). No control group of ours, no
 * dependency that would stop it before the network is of no use any more.
 */
static int append_unit(struct sd_bus_message *m, const char *program, const char *state_dir,
		       uint32_t txn)
{
	char name[64], description[64], environment[4200], id[16];
	int n = snprintf(environment, sizeof(environment), "NETTUNE_STATE_DIR=%s", state_dir);

	if (n < 0 || (size_t)n >= sizeof(environment))
		return -ENAMETOOLONG;
	snprintf(name, sizeof(name), "nettune-guardian-%u.service", txn);
	snprintf(description, sizeof(description), "nettune: guardian of transaction %u", txn);
	snprintf(id, sizeof(id), "%u", txn);
	return lib.message_append(
		m, "ssa(sv)a(sa(sv))", name, "fail", 8,
		"Description", "s", description,
		"Slice", "s", "system.slice",
		"Environment", "as", 1, environment,
		"ExecStart", "a(sasb)", 1, program, 3, program, "guardian", id, 0,
		"Restart", "s", "on-failure",
		"RestartUSec", "t", (uint64_t)100000,
		"OOMScoreAdjust", "i", -1000,
		"CollectMode", "s", "inactive-or-failed",
		0);
}

int nt_systemd_start_guardian(const char *program, const char *state_dir, uint32_t txn)
{
	struct sd_bus_message *m = NULL;
	struct sd_bus *bus = NULL;
	int r = nt_dl_load(NT_DL_SYSTEMD, symbols, sizeof(symbols) / sizeof(*symbols));

	if (r < 0)
		return r;
	r = lib.open_system(&bus);
	if (r < 0)
		return r;
	r = lib.message_new_method_call(bus, &m, MANAGER, "/org/freedesktop/systemd1",
					MANAGER ".Manager", "StartTransientUnit");
	if (r >= 0)
		r = append_unit(m, program, state_dir, txn);
	if (r >= 0)
		r = lib.call(bus, m, CALL_US, NULL, NULL);
	lib.message_unref(m);
	lib.flush_close_unref(bus);
	return r < 0 ? r : 0;
}
