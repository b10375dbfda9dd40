// SPDX-License-Identifier: GPL-2.0-or-later
/* Enabling units through org.freedesktop.systemd1(5), on D-Bus. See systemd_unit.h. */
#include "systemd_unit.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "lib/diag.h"
#include "lib/dl.h"

struct sd_bus;
struct sd_bus_message;

/* As in sd-bus.h, whose layout is part of its interface. */
struct bus_error {
	const char *name;
	const char *message;
	int need_free;
};

static struct {
	int (*open_system)(struct sd_bus **ret);
	int (*call_method)(struct sd_bus *bus, const char *destination, const char *path,
			   const char *interface, const char *member, struct bus_error *error,
			   struct sd_bus_message **reply, const char *types, ...);
	int (*message_read)(struct sd_bus_message *m, const char *types, ...);
	struct sd_bus_message *(*message_unref)(struct sd_bus_message *m);
	int (*set_timeout)(struct sd_bus *bus, uint64_t usec);
	void (*error_free)(struct bus_error *error);
	struct sd_bus *(*flush_close_unref)(struct sd_bus *bus);
} lib;

static const struct nt_dl_symbol symbols[] = {
	{ "sd_bus_open_system", &lib.open_system },
	{ "sd_bus_call_method", &lib.call_method },
	{ "sd_bus_message_read", &lib.message_read },
	{ "sd_bus_message_unref", &lib.message_unref },
	{ "sd_bus_set_method_call_timeout", &lib.set_timeout },
	{ "sd_bus_error_free", &lib.error_free },
	{ "sd_bus_flush_close_unref", &lib.flush_close_unref },
};

/* Enabling reads and links files; a manager that needs longer is stuck. */
#define CALL_US 20000000U

/* Whom, which object, which interface. */
#define MANAGER                                                                                    \
	"org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager"

static int open_bus(struct sd_bus **ret, struct nt_diag *diag)
{
	int r = nt_dl_load(NT_DL_SYSTEMD, symbols, sizeof(symbols) / sizeof(*symbols));

	if (r < 0)
		return nt_diag_err(diag, -r, "libsystemd.so.0: %s", r == -ENOENT
				   ? "not installed, so systemd cannot be asked" : "too old");
	r = lib.open_system(ret);
	if (r < 0)
		return nt_diag_err(diag, EIO, "systemd cannot be reached: %s", strerror(-r));
	lib.set_timeout(*ret, CALL_US);
	return 0;
}

/* Drops @error. */
static int tell(const char *unit, const char *what, int r, struct bus_error *error,
		struct nt_diag *diag)
{
	r = nt_diag_err(diag, -r, "%s: systemd %s: %s", unit, what,
			error->message ? error->message : strerror(-r));
	lib.error_free(error);
	return r;
}

static int read_state(struct sd_bus *bus, const char *unit, char *ret, struct nt_diag *diag)
{
	struct bus_error error = { 0 };
	struct sd_bus_message *reply = NULL;
	const char *state = NULL;
	int r = lib.call_method(bus, MANAGER, "GetUnitFileState", &error, &reply, "s", unit);

	if (r >= 0)
		r = lib.message_read(reply, "s", &state);
	if (r < 0)
		r = tell(unit, r == -ENOENT ? "does not know it; 'make install' installs it"
			 : "does not tell its state", r, &error, diag);
	else
		snprintf(ret, NT_UNIT_STATE_MAX, "%s", state);
	lib.message_unref(reply);
	return r < 0 ? r : 0;
}

/* Neither for this boot only nor over what somebody linked there otherwise. */
static int change_state(struct sd_bus *bus, const char *unit, bool enable, struct nt_diag *diag)
{
	struct bus_error error = { 0 };
	int r = enable ? lib.call_method(bus, MANAGER, "EnableUnitFiles", &error, NULL, "asbb", 1,
					 unit, false, false)
		       : lib.call_method(bus, MANAGER, "DisableUnitFiles", &error, NULL, "asb", 1,
					 unit, false);

	if (r >= 0)
		r = lib.call_method(bus, MANAGER, "Reload", &error, NULL, "");
	if (r >= 0)
		return 0;
	return tell(unit, enable ? "cannot enable it" : "cannot disable it", r, &error, diag);
}

int nt_systemd_unit_state(const char *unit, char *ret, struct nt_diag *diag)
{
	struct sd_bus *bus = NULL;
	int r = open_bus(&bus, diag);

	if (r < 0)
		return r;
	r = read_state(bus, unit, ret, diag);
	lib.flush_close_unref(bus);
	return r;
}

static int change_and_check(struct sd_bus *bus, const char *unit, bool enable,
			    struct nt_diag *diag)
{
	char state[NT_UNIT_STATE_MAX];
	int r = read_state(bus, unit, state, diag);

	if (r < 0)
		return r;
	if (enable == !strcmp(state, "enabled"))
		return 0;
	r = change_state(bus, unit, enable, diag);
	if (r == 0)
		r = read_state(bus, unit, state, diag);
	if (r < 0)
		return r;
	if (enable != !strcmp(state, "enabled"))
		return nt_diag_err(diag, EIO, "%s: systemd says it is %s", unit, state);
	return 1;
}

int nt_systemd_enable_unit(const char *unit, bool enable, struct nt_diag *diag)
{
	struct sd_bus *bus = NULL;
	int r = open_bus(&bus, diag);

	if (r < 0)
		return r;
	r = change_and_check(bus, unit, enable, diag);
	lib.flush_close_unref(bus);
	return r;
}
