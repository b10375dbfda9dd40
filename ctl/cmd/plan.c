// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl plan: what would change, and why. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/facts_in.h"
#include "cmd/plan_out.h"
#include "engine/backend.h"
#include "engine/host.h"
#include "engine/planner.h"
#include "io/netns.h"
#include "lib/diag.h"
#include "lib/out.h"

enum { ALLOW_DISRUPTIVE, EXIT_CODE, FACTS };

static const struct nt_option options[] = {
	[ALLOW_DISRUPTIVE] = { "allow-disruptive", NULL, "also what resets a link" },
	[EXIT_CODE] = { "exit-code", NULL, "exit 4 when there is something to change" },
	[FACTS] = { "facts", "FILE", "plan for the host that FILE describes (facts --json)" },
	{ NULL, NULL, NULL },
};

/* Who would write. That we may not use a module that is there is no matter to planning. */
static int name_backend(const struct nt_call *call, const char **ret, struct nt_diag *diag)
{
	struct nt_diag why = { 0 };
	struct nt_backend *backend;
	int r = nt_backend_open(call->backend, &backend, &why);

	if (r == 0) {
		*ret = backend->ops->name;
		nt_backend_close(backend);
	} else if (r == -EPERM) {
		*ret = "kernel";
		r = 0;
	}
	return r < 0 ? nt_diag_err(diag, -r, "%s", why.message) : 0;
}

/* Which devices the names of its changes mean. */
static json_t *devices_json(const struct nt_planned *planned)
{
	json_t *devices = json_object();

	for (size_t i = 0; i < planned->plan.n_changes; i++) {
		const char *target = planned->plan.changes[i].target;
		const struct nt_link_fact *link = nt_facts_link(&planned->facts, target);

		if (link)
			json_object_set_new(devices, target, json_integer(link->ifindex));
	}
	return devices;
}

/* What "apply --plan" compares; null when it cannot be told, or these are not this host's facts. */
static json_t *host_json(const struct nt_call *call, const struct nt_planned *planned)
{
	char boot_id[NT_BOOT_ID_MAX];
	uint64_t cookie = 0;

	if (call->values[FACTS] || nt_boot_id_read(boot_id, sizeof(boot_id)) < 0 ||
	    nt_netns_cookie(&cookie) < 0)
		return json_null();
	return json_pack("{ss, ss, sI, so}", "boot_id", boot_id, "netns",
			 call->netns ? call->netns : "", "netns_cookie", (json_int_t)cookie,
			 "devices", devices_json(planned));
}

/* The lines that the plan follows from: "apply --plan" plans them again. */
static json_t *settings_json(const struct nt_profile *profile)
{
	json_t *settings = json_array();

	for (size_t i = 0; i < profile->n_settings; i++) {
		const struct nt_setting *s = &profile->settings[i];

		json_array_append_new(settings, json_pack("{ss, ss, ss, ss, ss, ss}", "section",
							  s->section, "selector", s->selector,
							  "key", s->key, "relation",
							  nt_relation_sign(s->relation), "value",
							  s->value, "policy",
							  nt_policy_name(s->policy)));
	}
	return settings;
}

static json_t *document(const struct nt_call *call, const struct nt_planned *planned,
			const char *backend)
{
	json_t *root = nt_plan_json(&planned->plan, backend, call->args, call->n_args,
				    planned->left_out, NULL);

	if (root && (json_object_set_new(root, "notes", nt_words_json(planned->notes)) < 0 ||
		     json_object_set_new(root, "host", host_json(call, planned)) < 0 ||
		     json_object_set_new(root, "settings", settings_json(&planned->profile)) < 0)) {
		json_decref(root);
		return NULL;
	}
	return root;
}

static enum nt_exit print(const struct nt_call *call, const struct nt_planned *planned,
			  struct nt_diag *diag)
{
	size_t n = nt_plan_count(&planned->plan, NT_OUTCOME_PLANNED);
	const char *backend = NULL;
	int r = name_backend(call, &backend, diag);

	if (r < 0)
		return nt_exit_for(r, diag);
	if (call->json) {
		r = nt_out_json(document(call, planned, backend));
	} else if (!call->quiet) {
		nt_plan_print(&planned->plan, call->verbose);
		for (size_t i = 0; i < planned->n_left_out; i++)
			printf("left out: %s\n", planned->left_out[i]);
		for (size_t i = 0; i < planned->n_notes; i++)
			printf("note: %s\n", planned->notes[i]);
		nt_plan_print_summary(&planned->plan);
	}
	if (r < 0)
		return nt_exit_for(nt_diag_err(diag, -r, "cannot print"), diag);
	return n && call->values[EXIT_CODE] ? NT_EXIT_NONCOMPLIANT : NT_EXIT_DONE;
}

static enum nt_exit run(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_planned planned = { 0 };
	struct nt_facts facts = { 0 };
	enum nt_exit code;
	int r = call->values[FACTS] ? nt_facts_in(call->values[FACTS], &facts, diag) : 0;

	if (r == 0)
		r = nt_plan_profiles(call->io,
				     &(struct nt_plan_request){
					     .names = call->args,
					     .n = call->n_args,
					     .netns = call->netns,
					     .allow_disruptive = call->values[ALLOW_DISRUPTIVE],
					     .recorded = call->values[FACTS] ? &facts : NULL },
				     &planned, diag);
	if (r < 0)
		return nt_exit_for(r, diag);
	code = print(call, &planned, diag);
	nt_planned_free(&planned);
	return code;
}

const struct nt_cmd nt_cmd_plan = {
	.name = "plan",
	.arguments = "PROFILE...",
	.min_args = 1,
	.max_args = 16,
	.summary = "what applying profiles would change, and why; changes nothing",
	.help = "Compares the host with the profiles and shows every difference with its reason,\n"
		"what stands in the way of it and what would remove that. A PROFILE with a '/' in\n"
		"it is a file. Several profiles must agree on what they both set.\n\n"
		"What --json prints can be kept, reviewed, and applied as it is: nettunectl apply\n"
		"--plan FILE.",
	.options = options,
	.run = run,
};
