// SPDX-License-Identifier: GPL-2.0-or-later
/* nettunectl bond export: the bond for those who configure networks at boot. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/bond.h"
#include "io/bond.h"
#include "lib/diag.h"

/* What neither can say, and what to do instead. */
static void print_slb_comment(const char *name)
{
	printf("# balance-slb itself is nettune's: after the bond is up, at every boot,\n"
	       "#   nettunectl bond enable %s\n"
	       "# or, at once and at boot, a profile with these lines and 'nettunectl enable':\n"
	       "#   [Bond \"%s\"]\n"
	       "#   Slb = on\n", name, name);
}

static void print_mode(const struct nt_bond *bond, const char *format, enum nt_bond_field field)
{
	char text[NT_BOND_TEXT_MAX];

	nt_bond_format(field, bond->value[field], text, sizeof(text));
	printf(format, text);
}

/* One file for the bond and one for each port, each behind its name. */
static void print_keyfiles(const struct nt_bond *bond)
{
	printf("# /etc/NetworkManager/system-connections/%s.nmconnection (mode 0600)\n"
	       "# Not covered: addresses, VLANs, bridges; NetworkManager's own balance-slb stays "
	       "off.\n", bond->name);
	print_slb_comment(bond->name);
	printf("[connection]\nid=%s\ntype=bond\ninterface-name=%s\n\n[bond]\n", bond->name,
	       bond->name);
	print_mode(bond, "mode=%s\n", NT_BOND_MODE);
	print_mode(bond, "xmit_hash_policy=%s\n", NT_BOND_POLICY);
	/* Without balance-slb=, which is off then: NetworkManager before 1.42 refuses the word. */
	printf("miimon=%u\n\n[ipv4]\nmethod=auto\n\n[ipv6]\nmethod=auto\n",
	       bond->value[NT_BOND_MIIMON]);
	for (size_t i = 0; i < bond->n_ports && i < NT_BOND_PORTS_MAX; i++)
		printf("\n# /etc/NetworkManager/system-connections/%s-%s.nmconnection (mode "
		       "0600)\n[connection]\nid=%s-%s\ntype=ethernet\ninterface-name=%s\n"
		       "master=%s\nslave-type=bond\n", bond->name, bond->ports[i].name, bond->name,
		       bond->ports[i].name, bond->ports[i].name, bond->name);
}

static void print_units(const struct nt_bond *bond)
{
	printf("# /etc/systemd/network/50-%s.netdev\n"
	       "# Not covered: addresses, VLANs, bridges.\n", bond->name);
	print_slb_comment(bond->name);
	printf("[NetDev]\nName=%s\nKind=bond\n\n[Bond]\n", bond->name);
	print_mode(bond, "Mode=%s\n", NT_BOND_MODE);
	if (bond->value[NT_BOND_POLICY] == NT_BOND_POLICY_VLAN_SRCMAC)
		printf("# vlan+srcmac is no word of TransmitHashPolicy=: 'nettunectl bond enable' "
		       "sets it.\n");
	else
		print_mode(bond, "TransmitHashPolicy=%s\n", NT_BOND_POLICY);
	printf("MIIMonitorSec=%ums\n", bond->value[NT_BOND_MIIMON]);
	printf("\n# /etc/systemd/network/50-%s-ports.network\n[Match]\nName=", bond->name);
	for (size_t i = 0; i < bond->n_ports && i < NT_BOND_PORTS_MAX; i++)
		printf("%s%s", i ? " " : "", bond->ports[i].name);
	printf("\n\n[Network]\nBond=%s\n\n# /etc/systemd/network/50-%s.network\n[Match]\nName=%s\n"
	       "\n[Network]\nDHCP=yes\n", bond->name, bond->name, bond->name);
}

enum nt_exit nt_bond_export(const struct nt_call *call, struct nt_diag *diag)
{
	bool keyfile = call->values[NT_BOND_NETWORKMANAGER];
	struct nt_bond bond;
	int r;

	if (keyfile == !!call->values[NT_BOND_NETWORKD])
		return nt_exit_for(nt_diag_err(diag, EINVAL, "bond export: needs one of "
					       "--networkmanager and --networkd"), diag);
	if (call->json)
		return nt_exit_for(nt_diag_err(diag, EINVAL, "bond export: prints files, and no "
					       "JSON"), diag);
	r = nt_io_bond_get(call->io, call->args[1], &bond, diag);
	if (r < 0)
		return nt_exit_for(r, diag);
	if (keyfile)
		print_keyfiles(&bond);
	else
		print_units(&bond);
	return NT_EXIT_DONE;
}
