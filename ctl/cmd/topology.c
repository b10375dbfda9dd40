// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl topology: which way packets take, as it is or as a plan would make it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/facts_in.h"
#include "cmd/topology_out.h"
#include "core/facts.h"
#include "core/picture.h"
#include "core/svg.h"
#include "core/topology.h"
#include "engine/foresee.h"
#include "engine/planner.h"
#include "facts/facts_read.h"
#include "io/replace.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "lib/out.h"

#define GROUPS (NT_FACTS_LINKS | NT_FACTS_NICS | NT_FACTS_TOPOLOGY)

enum { SVG, PLAN, ALLOW_DISRUPTIVE, FACTS };

static const struct nt_option options[] = {
	[SVG] = { "svg", "FILE", "draw it into FILE" },
	[PLAN] = { "plan", "PROFILE", "as applying PROFILE would make it" },
	[ALLOW_DISRUPTIVE] = { "allow-disruptive", NULL, "with --plan: also what resets a link" },
	[FACTS] = { "facts", "FILE", "of the host that FILE describes (facts --json, capture)" },
	{ NULL, NULL, NULL },
};

static int check_groups(const struct nt_facts *facts, const char *file, struct nt_diag *diag)
{
	const char *name;

	for (unsigned int i = 0; (name = nt_facts_group_name(i)); i++)
		if (nt_facts_group(name) & GROUPS & ~facts->have)
			return nt_diag_err(diag, EINVAL, "%s: facts: %s: missing; record them with "
					   "nettunectl --json facts", file, name);
	return 0;
}

/* @facts are taken over. */
static int read_plan(const struct nt_call *call, struct nt_facts *facts,
		     struct nt_planned *ret, struct nt_diag *diag)
{
	const struct nt_plan_request request = {
		.names = &call->values[PLAN],
		.n = 1,
		.netns = call->netns,
		.allow_disruptive = call->values[ALLOW_DISRUPTIVE],
		.recorded = call->values[FACTS] ? facts : NULL,
	};
	int r = nt_plan_profiles(call->io, &request, ret, diag);

	/* The profile need not be about all devices. */
	if (r == 0 && !call->values[FACTS])
		r = nt_facts_read(call->io, GROUPS, &ret->facts, diag);
	return r == 0 ? nt_foresee(&ret->plan, &ret->facts) : r;
}

/* The host, as it is or after a plan, as the facts of @ret. */
static int read_host(const struct nt_call *call, struct nt_planned *ret, struct nt_diag *diag)
{
	const char *file = call->values[FACTS];
	struct nt_facts facts = { 0 };
	int r = file ? nt_facts_in(file, &facts, diag) : 0;

	if (r == 0 && file)
		r = check_groups(&facts, file, diag);
	if (r == 0 && call->values[PLAN])
		r = read_plan(call, &facts, ret, diag);
	else if (r == 0 && !file)
		r = nt_facts_read(call->io, GROUPS, &facts, diag);
	if (r == 0 && !call->values[PLAN]) {
		ret->facts = facts;
		return 0;
	}
	nt_facts_free(&facts);
	return r;
}

static int draw(const struct nt_call *call, const struct nt_topology *topology,
		struct nt_diag *diag)
{
	const char *profile = call->values[PLAN];
	struct nt_picture picture = { 0 };
	nt_autofree char *svg = NULL;
	char subtitle[128] = "as they are";
	size_t len = 0;
	int r;

	if (profile)
		snprintf(subtitle, sizeof(subtitle), "as profile %.80s would make them", profile);
	r = nt_picture_make(topology, subtitle, &picture);
	if (r == 0)
		r = nt_svg_make(&picture, "nettunectl topology", &svg, &len);
	if (r == 0)
		r = nt_write_output(call->values[SVG], svg, len, diag);
	if (r == 0 && !call->json && !call->quiet)
		printf("%s: %d x %d pixels\n", call->values[SVG], picture.width, picture.height);
	nt_picture_free(&picture);
	return r;
}

static int print(const struct nt_call *call, const struct nt_topology *topology,
		 const struct nt_planned *planned)
{
	const char *profile = call->values[PLAN];
	int r;

	if (call->json)
		return nt_out_json(nt_topology_json(topology, profile, planned));
	if (call->quiet)
		return 0;
	r = nt_topology_print(topology);
	if (r == 0 && profile)
		nt_topology_print_plan(planned);
	return r;
}

static int show(const struct nt_call *call, const struct nt_planned *planned,
		struct nt_diag *diag)
{
	struct nt_topology topology = { 0 };
	int r = nt_topology_make(&planned->facts, &topology);

	if (r == -ENODATA)
		return nt_diag_err(diag, EOPNOTSUPP, "CPUs: none are known here");
	if (r == 0 && call->values[SVG])
		r = draw(call, &topology, diag);
	if (r == 0)
		r = print(call, &topology, planned);
	nt_topology_free(&topology);
	return r == -ENOMEM ? nt_diag_err(diag, ENOMEM, "out of memory") : r;
}

static enum nt_exit run(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_planned planned = { 0 };
	int r;

	if (call->values[ALLOW_DISRUPTIVE] && !call->values[PLAN]) {
		nt_diag_err(diag, EINVAL, "--allow-disruptive: goes with --plan; see nettunectl "
			    "topology --help");
		return NT_EXIT_USAGE;
	}
	if (call->values[SVG] && !strcmp(call->values[SVG], "-")) {
		nt_diag_err(diag, EINVAL, "--svg -: the text is what goes to standard output; name "
			    "a file");
		return NT_EXIT_USAGE;
	}
	r = read_host(call, &planned, diag);
	if (r == 0)
		r = show(call, &planned, diag);
	nt_planned_free(&planned);
	return r < 0 ? nt_exit_for(r, diag) : NT_EXIT_DONE;
}

const struct nt_cmd nt_cmd_topology = {
	.name = "topology",
	.arguments = "",
	.summary = "which queue goes to which CPU of which NUMA node, in words or as a picture",
	.help = "NUMA nodes with their cores, devices with their queues, the CPUs that\n"
		"interrupts of queues go to, and the CPUs that send through queues (XPS). What\n"
		"goes to another node than the device's is marked, and red in the picture.\n\n"
		"With --plan the queues, interrupts and XPS are those that plan PROFILE leads to;\n"
		"nothing is changed.",
	.options = options,
	.run = run,
};
