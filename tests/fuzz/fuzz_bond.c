// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bonds from any bytes: rtnetlink, replies of nettune.ko, lists of libnftables. The first byte
 * chooses who reads the rest; what is accepted keeps the promises of core/bond.h.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/slb_nft.h"
#include "io/bond_parse.h"
#include "io/nft_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct ifinfomsg info = { .ifi_index = 7 };

static void require(int promise)
{
	if (!promise)
		abort();
}

static void check_name(const char name[NT_NIC_NAME_MAX])
{
	require(name[0] != '\0' && memchr(name, '\0', NT_NIC_NAME_MAX) != NULL);
	for (size_t i = 0; name[i]; i++)
		require(name[i] > ' ' && name[i] < 0x7f);
}

static void link_attrs(void *bytes, size_t size)
{
	struct nt_bond bond;
	char text[NT_BOND_TEXT_MAX];

	if (nt_bond_parse_link(&info, bytes, (int)size, &bond) < 0)
		return;
	check_name(bond.name);
	require(bond.ifindex == 7 && bond.n_ports == 0);
	for (unsigned int i = 0; i < NT_BOND_FIELDS; i++)
		require(nt_bond_format((enum nt_bond_field)i, bond.value[i], text,
				       sizeof(text)) == 0);
}

static void port_attrs(void *bytes, size_t size)
{
	static char rules[NT_SLB_NFT_MAX];
	struct nt_bond bond = { .ifindex = 3, .n_ports = NT_BOND_PORTS_MAX - 1 };
	int r;

	(void)nt_bond_parse_port(&info, bytes, (int)size, &bond);
	if (nt_bond_parse_port(&info, bytes, (int)size, &bond) < 0 ||
	    bond.n_ports < NT_BOND_PORTS_MAX)
		return;
	require(bond.n_ports == NT_BOND_PORTS_MAX + 1);
	check_name(bond.ports[NT_BOND_PORTS_MAX - 1].name);
	bond.ports[0] = bond.ports[NT_BOND_PORTS_MAX - 1];
	bond.n_ports = 1;
	/* No name of a device can end the quotes that it stands in. */
	r = nt_slb_nft_rules(&bond, "t", 7, true, rules, sizeof(rules));
	require(r == 0 || strpbrk(bond.ports[0].name, "\"\\") != NULL);
}

static void slb(void *bytes, size_t size)
{
	struct nt_slb_state state;

	if (nt_slb_parse_state(bytes, (int)size, &state) < 0)
		return;
	require(state.ifindex != 0 && state.n_ports <= NT_BOND_PORTS_MAX);
	for (size_t i = 0; i < state.n_ports; i++)
		require(state.ports[i].ifindex != 0);
}

static void list(const char *text, size_t size)
{
	bool table = false, chain = false;

	require(nt_nft_json_has(text, size, "t", NULL, &table) ==
		nt_nft_json_has(text, size, "t", "c", &chain));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *bytes;

	if (size < 1 || size > 65536)
		return 0;
	/* Aligned as a received datagram is, with nothing readable behind it. */
	bytes = malloc(size - 1 ? size - 1 : 1);
	require(bytes != NULL);
	memcpy(bytes, data + 1, size - 1);
	switch (data[0] - '0') {
	case 0:
		link_attrs(bytes, size - 1);
		break;
	case 1:
		port_attrs(bytes, size - 1);
		break;
	case 2:
		slb(bytes, size - 1);
		break;
	case 3:
		list(bytes, size - 1);
		break;
	}
	free(bytes);
	return 0;
}
