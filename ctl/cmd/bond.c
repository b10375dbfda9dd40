// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl bond: balance-slb, several links to switches that know of no bond. */
#include "cmd/bond.h"

#include <errno.h>
#include <string.h>

#include "core/device_glob.h"
#include "core/profile.h"
#include "facts/facts_read.h"
#include "io/bond.h"
#include "io/io.h"
#include "lib/diag.h"

static const struct nt_option options[] = {
	[NT_BOND_CONFIRM] = { "confirm", "SEC", "undo it after SEC seconds unless confirmed" },
	[NT_BOND_NFT] = { "nft", NULL, "enable by rules of nft, without nettune.ko" },
	[NT_BOND_MACS] = { "macs", "N", "enable: addresses to remember, a power of two" },
	[NT_BOND_PREFERRED] = { "preferred", "PORT", "enable: active whenever it can be" },
	[NT_BOND_NETWORKMANAGER] = { "networkmanager", NULL, "export a keyfile" },
	[NT_BOND_NETWORKD] = { "networkd", NULL, "export .netdev and .network units" },
	[NT_BOND_ALLOW_DISRUPTIVE] = { "allow-disruptive", NULL,
				       "enable: also take the bond apart for another mode" },
	{ NULL, NULL, NULL },
};

static const struct {
	const char *name;
	enum nt_exit (*run)(const struct nt_call *call, struct nt_diag *diag);
	uint32_t takes; /* bits of the options that it takes */
} verbs[] = {
	{ "create", nt_bond_create, 1U << NT_BOND_CONFIRM },
	{ "enable", nt_bond_enable, 1U << NT_BOND_CONFIRM | 1U << NT_BOND_NFT |
				    1U << NT_BOND_MACS | 1U << NT_BOND_PREFERRED |
				    1U << NT_BOND_ALLOW_DISRUPTIVE },
	{ "disable", nt_bond_disable, 1U << NT_BOND_CONFIRM },
	{ "status", nt_bond_status, 0 },
	{ "watch", nt_bond_watch, 0 },
	{ "check", nt_bond_check, 0 },
	{ "run", nt_bond_run, 0 },
	{ "export", nt_bond_export, 1U << NT_BOND_NETWORKMANAGER | 1U << NT_BOND_NETWORKD },
};

#define VERBS (sizeof(verbs) / sizeof(*verbs))

int nt_bond_look(const struct nt_call *call, struct nt_bond_view *ret, struct nt_diag *diag)
{
	const char *name = call->args[1];
	struct nt_facts facts = { 0 };
	struct nt_bond_view view = { 0 };
	int r = nt_facts_read_bond(call->io, name, &facts, diag);

	if (r == 0)
		view.fact = facts.bonds[0];
	nt_facts_free(&facts);
	if (r == 0 && view.fact.slb.engine == NT_SLB_MODULE)
		r = nt_io_slb_get(call->io, name, &view.state, diag);
	/* Ended since: then the next look tells. */
	if (r == -ENOENT)
		r = 0;
	if (r < 0)
		return nt_diag_err(diag, -r, "%s: %s", name, strerror(-r));
	*ret = view;
	return 0;
}

const char *nt_bond_port_name(const struct nt_bond *bond, int ifindex)
{
	const struct nt_bond_port *port = ifindex ? nt_bond_port(bond, ifindex) : NULL;

	return port ? port->name : "-";
}

static int check_options(const struct nt_call *call, size_t verb, struct nt_diag *diag)
{
	for (unsigned int i = 0; options[i].name; i++)
		if (call->values[i] && !(verbs[verb].takes & 1U << i))
			return nt_diag_err(diag, EINVAL, "bond %s: takes no --%s", verbs[verb].name,
					   options[i].name);
	return 0;
}

static int check_name(const struct nt_call *call, struct nt_diag *diag)
{
	const char *wrong = nt_device_name_check(call->args[1]);

	return wrong ? nt_diag_err(diag, EINVAL, "bond %s %s: %s", call->args[0], call->args[1],
				   wrong) : 0;
}

/* Of a bond that is there but cannot be read, the verbs tell themselves. */
static int check_there(const struct nt_call *call, struct nt_diag *diag)
{
	enum nt_module_state bonding;
	struct nt_diag ignored = { 0 };
	struct nt_bond bond;

	if (nt_io_bond_get(call->io, call->args[1], &bond, &ignored) != -ENODEV)
		return 0;
	bonding = nt_io_module_state(call->io, "bonding");
	if (bonding == NT_MODULE_ABSENT || bonding == NT_MODULE_IMPOSSIBLE)
		return nt_diag_err(diag, EOPNOTSUPP, "%s: this kernel has no bonding, nor a module "
				   "for it", call->args[1]);
	return nt_diag_err(diag, ENOENT, "%s: there is no such bond", call->args[1]);
}

static enum nt_exit run(const struct nt_call *call, struct nt_diag *diag)
{
	const char *names[VERBS], *nearest;
	int r;

	for (size_t i = 0; i < VERBS; i++) {
		names[i] = verbs[i].name;
		if (strcmp(verbs[i].name, call->args[0]) != 0)
			continue;
		if (call->n_args != 2) {
			nt_diag_err(diag, EINVAL, "bond %s: needs BOND; see nettunectl bond --help",
				    verbs[i].name);
			return NT_EXIT_USAGE;
		}
		if (check_options(call, i, diag) < 0 || check_name(call, diag) < 0)
			return NT_EXIT_USAGE;
		r = verbs[i].run == nt_bond_create ? 0 : check_there(call, diag);
		return r < 0 ? nt_exit_for(r, diag) : verbs[i].run(call, diag);
	}
	nearest = nt_suggest(call->args[0], names, VERBS);
	nt_diag_err(diag, EINVAL, "bond: unknown verb %s%s%s; see nettunectl bond --help",
		    call->args[0], nearest ? ", did you mean " : "", nearest ? nearest : "");
	return NT_EXIT_USAGE;
}

const struct nt_cmd nt_cmd_bond = {
	.name = "bond",
	.arguments = "create|enable|disable|status|watch|check|run|export BOND",
	.min_args = 1,
	.max_args = 2,
	.summary = "several links to switches that know of no bond (balance-slb)",
	.help = "create makes a bond that is fit for balance-slb: mode balance-xor, policy\n"
		"vlan+srcmac, miimon 100 ms. enable sets policy and miimon where they differ, and\n"
		"has nettune.ko let each frame in once: multicast by the active port only, and\n"
		"nothing that was sent from here. disable ends that. All three are transactions,\n"
		"undone by 'nettunectl rollback' like any other.\n\n"
		"Another mode is set with --allow-disruptive only: the ports leave the bond for a\n"
		"moment, and it goes down.\n\n"
		"status tells ports, table and every counter with what it means; watch does so\n"
		"every second until Ctrl-C. check says what is wrong, and what to do about it.\n\n"
		"run does without the module: rules of nft, kept up to date while it runs and\n"
		"removed at its end. What they cannot do is printed.\n\n"
		"export prints the bond for NetworkManager or systemd-networkd.\n",
	.options = options,
	.run = run,
};
