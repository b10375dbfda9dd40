// SPDX-License-Identifier: GPL-2.0-or-later
/* A bond, and who does balance-slb for it. */
#include <errno.h>
#include <string.h>

#include "core/slb_nft.h"
#include "facts_read.h"
#include "groups.h"
#include "io/bond.h"
#include "lib/diag.h"

/* Where rules cannot be asked for, there are none of ours. */
static void read_rules(struct nt_io *io, struct nt_bond_fact *fact)
{
	struct nt_diag ignored = { 0 };
	char table[NT_NFT_TABLE_MAX];
	bool there = false, by_run = false;

	nt_nft_table_name(fact->bond.name, table);
	if (nt_io_nft_has(io, table, NULL, &there, &ignored) < 0 || !there)
		return;
	if (nt_io_nft_has(io, table, NT_SLB_NFT_RUN, &by_run, &ignored) < 0)
		by_run = false;
	fact->slb = nt_slb_default(by_run ? NT_SLB_RUN : NT_SLB_NFT);
}

static int read_slb(struct nt_io *io, struct nt_bond_fact *fact, struct nt_diag *diag)
{
	struct nt_slb_state state;
	int r = nt_io_slb_get(io, fact->bond.name, &state, diag);

	fact->module = r != -EOPNOTSUPP;
	fact->slb = nt_slb_default(NT_SLB_OFF);
	if (r == 0)
		fact->slb = state.config;
	else if (r == -ENOENT || r == -EOPNOTSUPP)
		read_rules(io, fact);
	else
		return r;
	return 0;
}

int nt_facts_read_bond(struct nt_io *io, const char *name, struct nt_facts *facts,
		       struct nt_diag *diag)
{
	struct nt_bond_fact fact = { 0 };
	int r;

	if (nt_facts_bond(facts, name))
		return 0;
	r = nt_io_bond_get(io, name, &fact.bond, diag);
	if (r == 0)
		r = read_slb(io, &fact, diag);
	return r < 0 ? r : nt_facts_add_bond(facts, &fact);
}

int nt_facts_read_bond_stake(struct nt_io *io, const char *name, struct nt_facts *facts,
			     struct nt_diag *diag)
{
	for (size_t i = 0; i < facts->n_bonds; i++)
		if (!strcmp(facts->bonds[i].bond.name, name))
			return nt_io_bond_at_stake(io, name, &facts->bonds[i].stake, diag);
	return -ENOENT;
}

/* See groups.h. Whether somebody does balance-slb is known to root only. */
int nt_facts_read_bonds(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag)
{
	int r = nt_facts_read(io, NT_FACTS_LINKS, facts, diag);

	for (size_t i = 0; r == 0 && i < facts->n_links; i++) {
		struct nt_diag why = { 0 };

		if (strcmp(facts->links[i].kind, "bond") != 0 ||
		    facts->n_bonds == NT_FACTS_BONDS_MAX)
			continue;
		r = nt_facts_read_bond(io, facts->links[i].name, facts, &why);
		if (r < 0 && nt_facts_is_none(r))
			r = 0;
		else if (r < 0)
			nt_diag_err(diag, -r, "%s", *why.message ? why.message : strerror(-r));
	}
	return r;
}
