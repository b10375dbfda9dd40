// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bonds from any bytes: rtnetlink, replies of nettune.ko, lists of libnftables, values of the
 * journal. What is accepted keeps the promises of core/bond.h.
 */
#include <stdint.h>
#include <string.h>

#include "choice.h"
#include "core/bond_shape.h"
#include "core/slb_nft.h"
#include "io/bond_parse.h"
#include "io/bond_stake_parse.h"
#include "io/nft_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct ifinfomsg info = { .ifi_index = 7 };

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

/* The head of a message, then what is behind it; a name is printed in what is found. */
static void stake(bool route, char *bytes, size_t size)
{
	static const struct nt_stake_device device = { .ifindex = 7, .name = "bond0" };
	size_t head = route ? sizeof(struct rtmsg) : sizeof(struct ifaddrmsg);
	struct nt_bond_stake found = { 0 };
	void *attrs;
	int r;

	if (size < head)
		return;
	attrs = bytes + head;
	r = route ? nt_stake_parse_route(&device, (void *)bytes, attrs, (int)(size - head), &found)
		  : nt_stake_parse_address(&device, (void *)bytes, attrs, (int)(size - head),
					   &found);
	require(found.addresses + found.routes <= 1);
	require((found.addresses + found.routes == 1) == (found.first[0] != '\0'));
	require(r == 0 || found.first[0] == '\0');
	require(memchr(found.first, '\0', sizeof(found.first)) != NULL);
}

/* A value of the journal: what is taken from it is written the same again, and is itself. */
static void shape(const void *bytes, size_t size)
{
	struct nt_bond_shape found;
	char text[NT_BOND_SHAPE_MAX], again[NT_BOND_SHAPE_MAX];

	if (size >= sizeof(text))
		return;
	memcpy(text, bytes, size);
	text[size] = '\0';
	if (nt_bond_shape_parse(text, &found) < 0)
		return;
	require(found.n_ports <= NT_BOND_PORTS_MAX);
	require(nt_bond_shape_format(&found, again, sizeof(again)) == 0);
	require(!strcmp(text, again) && nt_bond_shape_same(text, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_choice in;

	if (!fuzz_choose(data, size, &in))
		return 0;
	switch (in.which) {
	case 0:
		link_attrs(in.bytes, in.size);
		break;
	case 1:
		port_attrs(in.bytes, in.size);
		break;
	case 2:
		slb(in.bytes, in.size);
		break;
	case 3:
		list(in.bytes, in.size);
		break;
	case 4:
	case 5:
		stake(in.which == 5, in.bytes, in.size);
		break;
	case 6:
		shape(in.bytes, in.size);
		break;
	}
	free(in.bytes);
	return 0;
}
