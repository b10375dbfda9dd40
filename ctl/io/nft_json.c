// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists of libnftables. See nft_json.h. */
#include "nft_json.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

static bool is(const json_t *object, const char *key, const char *value)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text && !strcmp(text, value);
}

static bool matches(const json_t *entry, const char *table, const char *chain)
{
	const json_t *object = json_object_get(entry, chain ? "chain" : "table");

	if (!is(object, "family", "netdev"))
		return false;
	return chain ? is(object, "table", table) && is(object, "name", chain)
		     : is(object, "name", table);
}

int nt_nft_json_has(const char *text, size_t len, const char *table, const char *chain, bool *ret)
{
	json_t *root, *list, *entry;
	bool found = false;
	size_t i;

	if (len > NT_NFT_JSON_MAX)
		return -E2BIG;
	root = json_loadb(text, len, 0, NULL);
	list = json_object_get(root, "nftables");
	if (!json_is_array(list)) {
		json_decref(root);
		return -EBADMSG;
	}
	json_array_foreach (list, i, entry)
		found = found || matches(entry, table, chain);
	json_decref(root);
	*ret = found;
	return 0;
}
