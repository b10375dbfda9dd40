// SPDX-License-Identifier: GPL-2.0-or-later
/* What a hash of flows is made of, in letters. See rss_fields.h. */
#include "rss_fields.h"

#include <errno.h>
#include <string.h>

#define NONE "none"

static const char *const flow_names[NT_FLOWS] = {
	[NT_FLOW_IP4] = "ip4",	   [NT_FLOW_IP6] = "ip6",     [NT_FLOW_TCP4] = "tcp4",
	[NT_FLOW_TCP6] = "tcp6",   [NT_FLOW_UDP4] = "udp4",   [NT_FLOW_UDP6] = "udp6",
	[NT_FLOW_SCTP4] = "sctp4", [NT_FLOW_SCTP6] = "sctp6", [NT_FLOW_AH4] = "ah4",
	[NT_FLOW_AH6] = "ah6",	   [NT_FLOW_ESP4] = "esp4",   [NT_FLOW_ESP6] = "esp6",
};

/* linux/ethtool.h: RXH_*, in the order of the bits, which is that of the letters. */
static const struct {
	char letter;
	uint32_t bit;
} fields[] = {
	{ 'm', 1U << 1 }, { 'v', 1U << 2 }, { 't', 1U << 3 }, { 's', 1U << 4 },
	{ 'd', 1U << 5 }, { 'f', 1U << 6 }, { 'n', 1U << 7 }, { 'e', 1U << 8 },
	{ 'l', 1U << 9 }, { 'r', 1U << 31 },
};

#define N_FIELDS (sizeof(fields) / sizeof(fields[0]))

/* linux/ethtool.h: ETH_RSS_HASH_* */
static const struct {
	const char *name;
	uint32_t hfunc;
} hashes[] = {
	{ "toeplitz", 1U << 0 },
	{ "xor", 1U << 1 },
	{ "crc32", 1U << 2 },
};

#define N_HASHES (sizeof(hashes) / sizeof(hashes[0]))

const char *nt_flow_name(unsigned int flow)
{
	return flow < NT_FLOWS ? flow_names[flow] : NULL;
}

int nt_flow_find(const char *name)
{
	for (int i = 0; i < NT_FLOWS; i++)
		if (!strcmp(flow_names[i], name))
			return i;
	return -ENOENT;
}

static uint32_t bit_of(char letter)
{
	for (size_t i = 0; i < N_FIELDS; i++)
		if (fields[i].letter == letter)
			return fields[i].bit;
	return 0;
}

int nt_rss_fields_parse(const char *text, uint32_t *ret)
{
	uint32_t found = 0;

	if (!strcmp(text, NONE)) {
		*ret = 0;
		return 0;
	}
	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		uint32_t bit = bit_of(*text);

		if (!bit || found & bit)
			return -EINVAL;
		found |= bit;
	}
	*ret = found;
	return 0;
}

int nt_rss_fields_format(uint32_t value, char *buf, size_t size)
{
	char text[NT_RSS_FIELDS_TEXT] = NONE;
	size_t n = 0;

	for (size_t i = 0; i < N_FIELDS; i++) {
		if (!(value & fields[i].bit))
			continue;
		value &= ~fields[i].bit;
		text[n++] = fields[i].letter;
		text[n] = '\0';
	}
	if (value)
		return -ERANGE;
	if (strlen(text) >= size)
		return -ENOSPC;
	memcpy(buf, text, strlen(text) + 1);
	return 0;
}

const char *nt_rss_hash_name(uint32_t hfunc)
{
	for (size_t i = 0; i < N_HASHES; i++)
		if (hashes[i].hfunc == hfunc)
			return hashes[i].name;
	return NULL;
}

uint32_t nt_rss_hash_find(const char *name)
{
	for (size_t i = 0; i < N_HASHES; i++)
		if (!strcmp(hashes[i].name, name))
			return hashes[i].hfunc;
	return 0;
}
