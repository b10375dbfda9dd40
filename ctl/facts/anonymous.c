// SPDX-License-Identifier: GPL-2.0-or-later
/* Facts that can be given away. See anonymous.h. */
#include "anonymous.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "core/facts.h"

#define ADDRESS_CHARS "0123456789abcdefABCDEF.:"

static void mask(char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (isalnum((unsigned char)text[i]))
			text[i] = 'x';
}

/* Two separators at least, so that "eth0.100:" is none; also one that was cut off with "...". */
static bool is_address(const char *text, size_t len)
{
	size_t separators = 0;

	for (size_t i = 0; i < len; i++)
		separators += text[i] == '.' || text[i] == ':';
	return separators >= 2 && separators < len && !isalnum((unsigned char)text[len]);
}

/* Addresses among words: "from 192.0.2.7", "via fe80::1%eth0". */
static void mask_addresses(char *text)
{
	while (*text) {
		size_t len = strspn(text, ADDRESS_CHARS);

		if (is_address(text, len))
			mask(text, len);
		text += len ? len : 1;
		/* What goes on as a word is a name, whatever it began with. */
		if (len && isalnum((unsigned char)*text))
			text += strcspn(text, " ");
	}
}

/* See anonymous.h. */
void nt_facts_anonymise(struct nt_facts *facts)
{
	for (size_t i = 0; i < facts->n_links; i++)
		mask(facts->links[i].address, strlen(facts->links[i].address));
	for (size_t i = 0; i < facts->n_managements; i++)
		mask_addresses(facts->managements[i].reason);
	for (size_t i = 0; i < facts->n_bonds; i++) {
		struct nt_bond *bond = &facts->bonds[i].bond;

		mask(bond->address, strlen(bond->address));
		mask(bond->lacp_partner, strlen(bond->lacp_partner));
	}
	for (size_t i = 0; i < facts->n_nics; i++) {
		struct nt_nic_fact *nic = &facts->nics[i];

		mask(nic->link.permanent_address, strlen(nic->link.permanent_address));
		if (nic->rss)
			memset(nic->rss->key, 0, sizeof(nic->rss->key));
	}
}
