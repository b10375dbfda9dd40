/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libnftables lists, as JSON. Works on bytes and reaches no kernel. */
#ifndef NT_IO_NFT_JSON_H
#define NT_IO_NFT_JSON_H

#include <stdbool.h>
#include <stddef.h>

/* Every chain of a host with more rules than any should have. */
#define NT_NFT_JSON_MAX (4U * 1024 * 1024)

/**
 * nt_nft_json_has() - is a table of the family netdev, or a chain in it, in a list?
 * @text: @len bytes of "list tables netdev" or "list chains netdev"
 * @table: its name
 * @chain: of the table; NULL: the table itself is looked for
 *
 * Return: 0, -EBADMSG when it is no such list, -E2BIG.
 */
int nt_nft_json_has(const char *text, size_t len, const char *table, const char *chain, bool *ret);

#endif
