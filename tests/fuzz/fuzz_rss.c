// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Texts of RSS tables, keys and fields, and the value of Rss=, of any bytes. The first two bytes
 * are rings and entries. What parses has a text that stays the same; what is made points at live
 * rings.
 */
#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/rss.h"
#include "core/rss_fields.h"
#include "lib/diag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_MAX 512U
#define VALUE_MAX 65536U

static uint16_t table[NT_NIC_RSS_TABLE_MAX];
static char value[VALUE_MAX], again[VALUE_MAX];

static void parse_table(const char *text, uint32_t rings, uint32_t n)
{
	int r = nt_rss_parse(text, rings, table, n);

	assert(r == 0 || r == -EINVAL || r == -ERANGE);
	if (r < 0)
		return;
	assert(nt_rss_format(table, n, rings, value, sizeof(value)) == 0);
	assert(nt_rss_parse(value, rings, table, n) == 0);
	assert(nt_rss_format(table, n, rings, again, sizeof(again)) == 0);
	assert(!strcmp(value, again));
}

static void parse_want(const char *text, uint32_t rings, uint32_t n)
{
	struct nt_diag diag = { 0 };
	struct nt_rss_want want;
	unsigned int at = UINT32_MAX;
	int r = nt_rss_want_parse(text, &want, &at, &diag);

	if (r < 0) {
		assert(at <= strlen(text) && diag.err == -r && diag.message[0]);
		return;
	}
	r = nt_rss_fill(&want, rings, table, n, &diag);
	assert(r == 0 || (r == -ERANGE && diag.message[0]));
	assert(r < 0 || nt_rss_top_ring(table, n) < rings);
}

static void parse_key(const char *text)
{
	uint8_t key[NT_NIC_RSS_KEY_MAX];
	uint32_t n = 0;

	if (nt_rss_key_parse(text, key, &n) < 0)
		return;
	assert(n && n <= sizeof(key));
	assert(nt_rss_key_format(key, n, value, sizeof(value)) == 0);
	assert(strlen(value) == strlen(text));
}

static void parse_fields(const char *text)
{
	char canonical[NT_RSS_FIELDS_TEXT];
	uint32_t fields, same;

	if (nt_rss_fields_parse(text, &fields) < 0)
		return;
	assert(nt_rss_fields_format(fields, canonical, sizeof(canonical)) == 0);
	assert(strlen(canonical) == strlen(text));
	assert(nt_rss_fields_parse(canonical, &same) == 0 && same == fields);
}

/* What a driver may answer. */
static void format_fields(uint32_t fields)
{
	char text[NT_RSS_FIELDS_TEXT];
	uint32_t same;

	if (nt_rss_fields_format(fields, text, sizeof(text)) == 0)
		assert(nt_rss_fields_parse(text, &same) == 0 && same == fields);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[TEXT_MAX];
	uint32_t rings, n;

	if (size < 2 || size - 2 >= TEXT_MAX)
		return 0;
	rings = data[0] + 1U;
	n = (data[1] + 1U) * 4;
	memcpy(text, data + 2, size - 2);
	text[size - 2] = '\0';

	parse_table(text, rings, n);
	parse_want(text, rings, n);
	parse_key(text);
	parse_fields(text);
	format_fields((uint32_t)rings << 2 | (uint32_t)data[1] << 24);
	return 0;
}
