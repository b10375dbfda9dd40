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

#define TAKES(option) (1U << NT_BOND_##option)

static const struct nt_option options[] = {
	[NT_BOND_CONFIRM] = { "confirm", "SEC", "undo it after SEC seconds unless confirmed" },
	[NT_BOND_NFT] = { "nft", NULL, "by rules of nft, without nettune.ko" },
	[NT_BOND_MACS] = { "macs", "N", "addresses to remember, a power of two" },
	[NT_BOND_PREFERRED] = { "preferred", "PORT", "active whenever it can be" },
	[NT_BOND_NETWORKMANAGER] = { "networkmanager", NULL, "as a keyfile" },
	[NT_BOND_NETWORKD] = { "networkd", NULL, "as .netdev and .network units" },
	[NT_BOND_ALLOW_DISRUPTIVE] = { "allow-disruptive", NULL,
				       "also take the bond apart for another mode" },
	{ NULL, NULL, NULL },
};

#define UNDONE "It is a transaction, undone by 'nettunectl rollback' like any other.\n"

static const struct nt_verb verbs[] = {
	{ "create", "BOND", "make a bond that is fit for balance-slb",
	  "Makes a bond with mode balance-xor, policy vlan+srcmac and miimon 100 ms, and\n"
	  "without ports.\n\n" UNDONE,
	  TAKES(CONFIRM), nt_bond_create },
	{ "enable", "BOND", "let each frame in once",
	  "Sets policy and miimon where they differ, and has nettune.ko let each frame in\n"
	  "once: multicast by the active port only, and nothing that was sent from here.\n"
	  "With --nft rules of nft do that, as far as they can; what they cannot do is\n"
	  "printed.\n\n"
	  "Another mode is set with --allow-disruptive only: the ports leave the bond for a\n"
	  "moment, and it goes down.\n\n" UNDONE,
	  TAKES(CONFIRM) | TAKES(NFT) | TAKES(MACS) | TAKES(PREFERRED) | TAKES(ALLOW_DISRUPTIVE),
	  nt_bond_enable },
	{ "disable", "BOND", "end that",
	  "Ends what enable began, whoever does it; mode, policy and miimon stay. What a\n"
	  "killed 'bond run' left is removed.\n\n" UNDONE,
	  TAKES(CONFIRM), nt_bond_disable },
	{ "status", "BOND", "ports, table, and every counter with what it means",
	  "Tells ports and which is active, the table of addresses, and every counter with\n"
	  "what it means.\n",
	  0, nt_bond_status },
	{ "watch", "BOND", "the same, every second",
	  "Tells what status tells, every second until Ctrl-C; a line each time where\n"
	  "standard output is no terminal.\n",
	  0, nt_bond_watch },
	{ "check", "BOND", "what is wrong, and what to do about it",
	  "Says what is wrong with the bond, its switches and who else sets it up, and what\n"
	  "to do about each; exits with 4 when something is.\n",
	  0, nt_bond_check },
	{ "run", "BOND", "do it by rules of nft, for as long as this runs",
	  "Does without the module: rules of nft, kept up to date when links go and come, put\n"
	  "back when somebody removes them, and removed at the end unless 'enable --nft' had\n"
	  "made them. What they cannot do is printed. Meanwhile enable and disable exit with 8.\n",
	  0, nt_bond_run },
	{ "export", "BOND", "the bond for NetworkManager or systemd-networkd",
	  "Prints the bond for who configures your network, with what that does not cover.\n"
	  "Needs one of its two options.\n",
	  TAKES(NETWORKMANAGER) | TAKES(NETWORKD), nt_bond_export },
	{ 0 },
};

#define VERBS (sizeof(verbs) / sizeof(*verbs) - 1)

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
			nt_diag_err(diag, EINVAL, "bond %s: needs BOND; see nettunectl bond %s "
				    "--help", verbs[i].name, verbs[i].name);
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
	.help = "A bond of balance-slb uses several links to switches that know nothing of it.\n"
		"Its frames leave by all of them; what would come in more than once, or come back\n"
		"to who sent it, is dropped by nettune.ko or by rules of nft.\n",
	.options = options,
	.verbs = verbs,
	.run = run,
};
