/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RSS indirection tables: what a profile asks for, the table that follows, and its text. PURE.
 *
 * The text of a table is "default" when entry i points at ring i % rings, or at i * rings / entries
 * as igb has it, "equal:N" when it points at i % N, else runs of equal entries, "RINGxCOUNT,...".
 * Tables that we make are of one of the
 * first two kinds or have one run for each ring, so their text is short. One that somebody made by
 * hand may have no text that fits.
 */
#ifndef NT_CORE_RSS_H
#define NT_CORE_RSS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nic.h"

struct nt_diag;

#define NT_RSS_WEIGHTS_MAX NT_NIC_QUEUES_MAX
#define NT_RSS_WEIGHT_MAX  65535U
/* "aa:bb:...", terminated. */
#define NT_RSS_KEY_TEXT (3U * NT_NIC_RSS_KEY_MAX)

enum nt_rss_kind {
	NT_RSS_DEFAULT, /* the driver's own, which spreads again when rings come or go */
	NT_RSS_EQUAL,
	NT_RSS_WEIGHTS,
	NT_RSS_EXCLUDE,
};

/**
 * struct nt_rss_want - what Rss= of a profile asks for
 * @n: rings of EQUAL (0: all that there are), numbers of WEIGHTS
 * @weight: of WEIGHTS, by ring
 * @excluded: of EXCLUDE, by ring
 */
struct nt_rss_want {
	enum nt_rss_kind kind;
	uint32_t n;
	uint16_t weight[NT_RSS_WEIGHTS_MAX];
	bool excluded[NT_RSS_WEIGHTS_MAX];
};

/**
 * nt_rss_want_parse() - read the value of Rss=
 * @text: "default", "equal", "equal(8)", "weights(1,1,2)", "exclude(0,2-3)"
 * @ret: written on success only
 * @ret_offset: 0-based offset of what is wrong, written on errors only; may be NULL
 *
 * Return: 0, -EINVAL, -ERANGE for a number out of bounds; both with words in @diag.
 */
int nt_rss_want_parse(const char *text, struct nt_rss_want *ret, unsigned int *ret_offset,
		      struct nt_diag *diag);

/**
 * nt_rss_fill() - the table that is asked for
 * @want: what to make
 * @rings: receive rings that the device has, at least 1
 * @table: @n entries, written on success only
 * @n: at least 1, at most NT_NIC_RSS_TABLE_MAX
 *
 * Return: 0; -ERANGE with words in @diag when a ring does not exist, none would be left, or the
 * table is too short to give each ring its share.
 */
int nt_rss_fill(const struct nt_rss_want *want, uint32_t rings, uint16_t *table, uint32_t n,
		struct nt_diag *diag);

/**
 * nt_rss_format() - the canonical text of a table
 * @rings: receive rings, for knowing the default; 0 when nobody can tell
 *
 * Return: 0, -E2BIG when it does not fit.
 */
int nt_rss_format(const uint16_t *table, uint32_t n, uint32_t rings, char *buf, size_t size);

/**
 * nt_rss_parse() - a table from its canonical text
 * @rings: what "default" means
 * @table: @n entries, written on success only
 *
 * Return: 0, -EINVAL (not such a text), -ERANGE (runs do not add up to @n entries, or a number is
 * out of bounds).
 */
int nt_rss_parse(const char *text, uint32_t rings, uint16_t *table, uint32_t n);

/* The highest ring that @n entries point at; 0 for an empty table. */
uint32_t nt_rss_top_ring(const uint16_t *table, uint32_t n);

/* The text "aa:bb:..." of a key. -E2BIG when it does not fit. */
int nt_rss_key_format(const uint8_t *key, uint32_t n, char *buf, size_t size);

/*
 * A key from "aa:bb:...", at most NT_NIC_RSS_KEY_MAX bytes; @ret_n is written on success only.
 * Return: 0, -EINVAL, -E2BIG.
 */
int nt_rss_key_parse(const char *text, uint8_t *key, uint32_t *ret_n);

/*
 * The key of @n bytes that hashes both directions of a flow alike: 6d:5a over and over (Woo and
 * Park, "Scalable TCP Session Monitoring with Symmetric Receive-side Scaling", 2012).
 */
void nt_rss_key_symmetric(uint8_t *key, uint32_t n);

#endif
