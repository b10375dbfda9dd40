// SPDX-License-Identifier: GPL-2.0-or-later
/* Identities of devices. See device.h. */
#include "device.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "facts/facts_read.h"
#include "io/nic.h"
#include "lib/diag.h"

static int identify(struct nt_io *io, struct nt_plan *plan, const char *name,
		    struct nt_diag *diag)
{
	struct nt_plan_device device = { 0 };
	struct nt_nic_link link = { 0 };
	struct nt_diag why = { 0 };
	int r = nt_nic_link_get(io, name, &link, &why);

	if (r < 0)
		return nt_diag_err(diag, -r, "%s: %s; nothing was changed", name,
				   *why.message ? why.message : strerror(-r));
	snprintf(device.name, sizeof(device.name), "%s", name);
	snprintf(device.bus, sizeof(device.bus), "%s", link.bus);
	snprintf(device.permanent_address, sizeof(device.permanent_address), "%s",
		 link.permanent_address);
	device.ifindex = link.ifindex;
	device.ready = nt_nic_ready(&link);
	return nt_plan_add_device(plan, &device);
}

int nt_devices_identify(struct nt_io *io, struct nt_plan *plan, struct nt_diag *diag)
{
	int r = 0;

	for (size_t i = 0; i < plan->n_changes && r == 0; i++) {
		const struct nt_change *change = &plan->changes[i];

		if (change->journaled &&
		    nt_phase_batch(change->phase) >= NT_BATCH_STRUCTURAL &&
		    change->phase != NT_PHASE_IRQBALANCE &&
		    !nt_plan_device(plan, change->target))
			r = identify(io, plan, change->target, diag);
	}
	return r;
}

/* A device that came back has lost what it was told, so that its index alone decides. */
int nt_device_is(struct nt_io *io, const struct nt_plan_device *device)
{
	struct nt_nic_link link = { 0 };
	struct nt_diag ignored = { 0 };
	int r;

	if (!device)
		return 0;
	r = nt_nic_link_get(io, device->name, &link, &ignored);
	if (r < 0)
		return r;
	return link.ifindex == device->ifindex ? 0 : -ENODEV;
}

int nt_device_renamed(struct nt_io *io, const struct nt_plan_device *device,
		      struct nt_facts *facts, char ret[NT_NIC_NAME_MAX], struct nt_diag *diag)
{
	int r = nt_facts_read(io, NT_FACTS_LINKS, facts, diag);

	for (size_t i = 0; i < facts->n_links && r == 0; i++) {
		const struct nt_link_fact *link = &facts->links[i];

		if (link->ifindex != device->ifindex || !strcmp(link->name, device->name))
			continue;
		snprintf(ret, NT_NIC_NAME_MAX, "%s", link->name);
		r = 1;
	}
	return r;
}
