// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl bond check: what is wrong, and what to do about it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/bond.h"
#include "core/bond_check.h"
#include "io/bond.h"
#include "io/io.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "lib/out.h"

#define NFT_CONFIG "/etc/nftables.conf"

/* Where systemctl enable puts it: WantedBy=sysinit.target in Debian, multi-user elsewhere. */
static const char *const enabled_links[] = {
	"/etc/systemd/system/sysinit.target.wants/nftables.service",
	"/etc/systemd/system/multi-user.target.wants/nftables.service",
};

/* A file longer than this is not the one that comes with the package. */
#define CONFIG_MAX 65536U

/* A line that is not a comment; blanks may stand before it. */
static bool has_flush(const char *text)
{
	for (; text; text = strchr(text, '\n') ? strchr(text, '\n') + 1 : NULL) {
		const char *line = text + strspn(text, " \t");

		if (!strncmp(line, "flush ruleset", strlen("flush ruleset")))
			return true;
	}
	return false;
}

static bool flushes(struct nt_io *io)
{
	nt_autofree char *text = malloc(CONFIG_MAX);
	char target[256];
	bool enabled = false;

	for (size_t i = 0; i < sizeof(enabled_links) / sizeof(*enabled_links); i++)
		enabled = enabled ||
			  nt_io_read_link(io, enabled_links[i], target, sizeof(target)) == 0;
	return enabled && text &&
	       nt_io_read_file(io, NFT_CONFIG, text, CONFIG_MAX, NULL) == 0 && has_flush(text);
}

static bool networkmanager(struct nt_io *io, const char *bond)
{
	struct nt_diag ignored = { 0 };
	char table[NT_NFT_TABLE_MAX];
	bool there = false;

	snprintf(table, sizeof(table), "nm-mlag-%.32s", bond);
	return nt_io_nft_has(io, table, NULL, &there, &ignored) == 0 && there;
}

/* What is found, with the name of the bond in its words. */
struct words {
	char text[NT_BOND_FINDING_MAX];
	char remedy[NT_BOND_FINDING_MAX];
};

static json_t *finding_json(const struct nt_bond_finding *finding, const struct words *words)
{
	return json_pack("{ss, ss, ss, ss}", "id", finding->id, "severity",
			 nt_bond_severity_name(finding->severity), "text", words->text, "remedy",
			 words->remedy);
}

static void print_finding(const struct nt_bond_finding *finding, const struct words *words)
{
	static const enum nt_color colors[] = {
		[NT_BOND_ERROR] = NT_COLOR_BAD,
		[NT_BOND_WARNING] = NT_COLOR_CHANGE,
		[NT_BOND_NOTE] = NT_COLOR_DIM,
	};

	printf("%s%s%s %s\n", nt_out_color(colors[finding->severity]),
	       nt_bond_severity_name(finding->severity), nt_out_color(NT_COLOR_PLAIN),
	       finding->id);
	nt_out_wrapped(words->text, 2);
	printf("  remedy:\n");
	nt_out_wrapped(words->remedy, 4);
}

/* Notes are nothing that is wrong. */
static enum nt_exit report(const struct nt_call *call, const struct nt_bond_scene *scene)
{
	const char *bond = scene->fact.bond.name;
	const struct nt_bond_finding *finding;
	json_t *list = json_array();
	struct words words;
	bool bad = false;

	for (size_t i = 0; (finding = nt_bond_finding(scene, i)); i++) {
		bad = bad || finding->severity != NT_BOND_NOTE;
		nt_bond_finding_text(finding->text, bond, words.text);
		nt_bond_finding_text(finding->remedy, bond, words.remedy);
		json_array_append_new(list, finding_json(finding, &words));
		if (!call->json && (!call->quiet || finding->severity != NT_BOND_NOTE))
			print_finding(finding, &words);
	}
	if (!call->json && !bad && !call->quiet)
		printf("%s: nothing is wrong\n", bond);
	if (call->json)
		nt_out_json(json_pack("{ss, ss, so}", "schema", NT_BOND_SCHEMA, "bond", bond,
				      "findings", list));
	else
		json_decref(list);
	return bad ? NT_EXIT_NONCOMPLIANT : NT_EXIT_DONE;
}

enum nt_exit nt_bond_check(const struct nt_call *call, struct nt_diag *diag)
{
	struct nt_bond_scene scene = { 0 };
	struct nt_bond_view view;
	int r = nt_bond_look(call, &view, diag);

	if (r < 0)
		return nt_exit_for(r, diag);
	scene.fact = view.fact;
	scene.port_flaps = view.state.counter[NT_SLB_PORT_FLAPS];
	scene.evicted = view.state.counter[NT_SLB_EVICTED];
	scene.foreign_rules = networkmanager(call->io, call->args[1]);
	scene.flushes = flushes(call->io);
	return report(call, &scene);
}
