// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The irqbalance domain: asking a running irqbalance to leave the interrupts of a device alone,
 * which it would move again within seconds. It serves no section of a profile: the irq domain plans
 * its changes.
 *
 * irqbalance takes whole lists only, so the one it has is asked for first. It forgets what it was
 * told when it is restarted: that is drift.
 */
#include "irqbalance.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/idset.h"
#include "core/irqbalance.h"
#include "facts/facts_read.h"
#include "io/io.h"
#include "irq.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "device.h"
#include "tunable.h"

#define OWNER   "irqbalance"
#define KEY     "banned-irqs"
#define TUNABLE "irqbalance"

#define PATH_SIZE 96U

static const char *irqbalance_key(unsigned int n)
{
	(void)n;
	return NULL;
}

static int irqbalance_check(const struct nt_setting *setting, struct nt_diag *diag)
{
	return nt_diag_err(diag, EINVAL, "%s:%u:%u: irqbalance has no settings", setting->file,
			   setting->line, setting->column);
}

/* ---- the daemon ---- */

/* One that was killed leaves its socket behind: the first that answers counts. */
struct search {
	struct nt_io *io;
	char path[PATH_SIZE];
	struct nt_idset *banned;
	char *reply;
	bool found;
};

static int try_socket(const char *name, void *user)
{
	struct search *search = user;
	char path[PATH_SIZE];

	if (search->found || strncmp(name, "irqbalance", strlen("irqbalance")) != 0 ||
	    (size_t)snprintf(path, sizeof(path), NT_IRQBALANCE_FOLDER "/%s", name) >= sizeof(path))
		return 0;
	if (nt_io_irqbalance(search->io, path, "setup", search->reply,
			     NT_IRQBALANCE_REPLY_MAX) < 0 ||
	    nt_irqbalance_parse_setup(search->reply, search->banned) < 0)
		return 0;
	snprintf(search->path, sizeof(search->path), "%s", path);
	search->found = true;
	return 0;
}

/* Its socket, and what it leaves alone; -ENOENT when none answers. */
static int find_daemon(struct nt_io *io, char *path, struct nt_idset *banned)
{
	nt_autofree char *reply = malloc(NT_IRQBALANCE_REPLY_MAX);
	struct search search = { .io = io, .banned = banned, .reply = reply };

	if (!reply)
		return -ENOMEM;
	nt_io_list_dir(io, NT_IRQBALANCE_FOLDER, try_socket, &search);
	if (!search.found)
		return -ENOENT;
	snprintf(path, PATH_SIZE, "%s", search.path);
	return 0;
}

/* ---- facts ---- */

static const struct nt_owner_fact *find_owner(const struct nt_facts *facts, const char *key)
{
	for (size_t i = 0; i < facts->n_owners; i++)
		if (!strcmp(facts->owners[i].owner, OWNER) && !strcmp(facts->owners[i].key, key))
			return &facts->owners[i];
	return NULL;
}

int nt_irqbalance_read(struct nt_io *io, struct nt_facts *facts)
{
	nt_autofree struct nt_idset *banned = calloc(1, sizeof(*banned));
	nt_autofree char *list = malloc(NT_VALUE_MAX);
	char path[PATH_SIZE];
	int r;

	if (!banned || !list)
		return -ENOMEM;
	if (!find_owner(facts, "") || find_owner(facts, KEY))
		return 0;
	r = find_daemon(io, path, banned);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	r = nt_idset_format(banned, list, NT_VALUE_MAX);
	return r < 0 ? 0 : nt_facts_add_owner(facts, OWNER, KEY, list, path, 0);
}

static int irqbalance_read(struct nt_io *io, const struct nt_setting *settings, size_t n,
			   struct nt_facts *facts, struct nt_diag *diag)
{
	(void)io;
	(void)settings;
	(void)n;
	(void)facts;
	(void)diag;
	return 0;
}

/* ---- planning ---- */

static int irqbalance_plan(const struct nt_setting *settings, size_t n,
			   const struct nt_facts *facts, struct nt_plan *plan,
			   struct nt_diag *diag)
{
	(void)settings;
	(void)n;
	(void)facts;
	(void)plan;
	(void)diag;
	return 0;
}

int nt_irqbalance_plan(const struct nt_device_planner *p, bool *ret_asked)
{
	const struct nt_owner_fact *owner = find_owner(p->facts, KEY);
	nt_autofree struct nt_idset *banned = calloc(1, sizeof(*banned));
	nt_autofree char *state = malloc(NT_VALUE_MAX);
	struct nt_device_planner mine = *p;
	int r;

	if (!banned || !state)
		return -ENOMEM;
	*ret_asked = find_owner(p->facts, "") && owner &&
		     nt_idset_parse(owner->value, banned, NULL) == 0;
	if (!*ret_asked)
		return 0;
	r = nt_irqbalance_format_state(p->nic->irqs, p->nic->n_irqs, banned, state, NT_VALUE_MAX);
	if (r < 0)
		return r;
	mine.domain = &nt_tunable_irqbalance;
	return nt_device_add(&mine, &(struct nt_device_value){
		.tunable = TUNABLE,
		.seen = state,
		.wanted = NT_IRQBALANCE_ALONE,
		.phase = NT_PHASE_IRQBALANCE,
		.reason = "irqbalance runs, and would move what IrqPlacement= places",
	});
}

/* ---- the host ---- */

static int irqbalance_get(struct nt_io *io, const char *target, const char *tunable, char *buf,
			  size_t size)
{
	nt_autofree struct nt_idset *banned = calloc(1, sizeof(*banned));
	const struct nt_nic_fact *nic;
	char path[PATH_SIZE];
	int r = banned ? nt_irq_look_up(io, target, &nic) : -ENOMEM;

	(void)tunable;
	if (r == 0)
		r = find_daemon(io, path, banned);
	return r < 0 ? r : nt_irqbalance_format_state(nic->irqs, nic->n_irqs, banned, buf, size);
}

static int tell(struct nt_io *io, const char *dev, const char *state)
{
	nt_autofree struct nt_idset *banned = calloc(1, sizeof(*banned));
	nt_autofree char *request = malloc(NT_IRQBALANCE_REQUEST_MAX);
	nt_autofree char *reply = malloc(NT_IRQBALANCE_REPLY_MAX);
	const struct nt_nic_fact *nic;
	char path[PATH_SIZE];
	int r = banned && request && reply ? nt_irq_look_up(io, dev, &nic) : -ENOMEM;

	if (r == 0)
		r = find_daemon(io, path, banned);
	if (r == 0)
		r = nt_irqbalance_ban_state(state, nic->irqs, nic->n_irqs, banned);
	if (r == 0)
		r = nt_irqbalance_format_ban(banned, request, NT_IRQBALANCE_REQUEST_MAX);
	return r < 0 ? r : nt_io_irqbalance(io, path, request, reply, NT_IRQBALANCE_REPLY_MAX);
}

static int write_value(struct nt_io *io, const struct nt_change *change, const char *value,
		       struct nt_diag *diag)
{
	int r = tell(io, change->target, value);

	return r < 0 ? nt_diag_err(diag, -r, "%s: irqbalance cannot be told which interrupts to "
				   "leave alone: %s", change->target, strerror(-r)) : 0;
}

static int irqbalance_apply(struct nt_io *io, const struct nt_change *change,
			    struct nt_diag *diag)
{
	return write_value(io, change, change->wanted, diag);
}

static int irqbalance_undo(struct nt_io *io, const struct nt_change *change, struct nt_diag *diag)
{
	return change->seen ? write_value(io, change, change->seen, diag) : 0;
}

static bool irqbalance_same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static const char *irqbalance_describe(const char *tunable)
{
	(void)tunable;
	return "which interrupts of the device irqbalance leaves alone";
}

const struct nt_tunable nt_tunable_irqbalance = {
	.name = "irqbalance",
	.keys = irqbalance_key,
	.check = irqbalance_check,
	.read = irqbalance_read,
	.plan = irqbalance_plan,
	.apply = irqbalance_apply,
	.undo = irqbalance_undo,
	.get = irqbalance_get,
	.same = irqbalance_same,
	.describe = irqbalance_describe,
};
