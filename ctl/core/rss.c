// SPDX-License-Identifier: GPL-2.0-or-later
/* RSS indirection tables. PURE. See rss.h. */
#include "rss.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/diag.h"

/* ---- Rss= ---- */

/* Where parsing stands, and what it found. */
struct cursor {
	const char *start;
	const char *at;
	struct nt_rss_want *want;
	struct nt_diag *diag;
};

static int take_number(struct cursor *c, uint32_t max, uint32_t *ret)
{
	uint32_t value = 0;

	if (*c->at < '0' || *c->at > '9')
		return nt_diag_err(c->diag, EINVAL, "a number is missing");
	for (const char *p = c->at; *p >= '0' && *p <= '9'; p++) {
		value = value * 10 + (uint32_t)(*p - '0');
		if (value > max)
			return nt_diag_err(c->diag, ERANGE, "a number above %u", max);
	}
	while (*c->at >= '0' && *c->at <= '9')
		c->at++;
	*ret = value;
	return 0;
}

static int take_equal(struct cursor *c)
{
	int r = take_number(c, NT_NIC_QUEUES_MAX, &c->want->n);

	if (r == 0 && c->want->n == 0)
		r = nt_diag_err(c->diag, ERANGE, "no ring would receive anything");
	return r;
}

static int take_weight(struct cursor *c)
{
	uint32_t weight;
	int r;

	if (c->want->n == NT_RSS_WEIGHTS_MAX)
		return nt_diag_err(c->diag, ERANGE, "more than %u weights", NT_RSS_WEIGHTS_MAX);
	r = take_number(c, NT_RSS_WEIGHT_MAX, &weight);
	if (r == 0)
		c->want->weight[c->want->n++] = (uint16_t)weight;
	return r;
}

static int take_excluded(struct cursor *c)
{
	uint32_t first, last;
	int r = take_number(c, NT_RSS_WEIGHTS_MAX - 1, &first);

	last = r == 0 ? first : 0;
	if (r == 0 && *c->at == '-') {
		c->at++;
		r = take_number(c, NT_RSS_WEIGHTS_MAX - 1, &last);
	}
	if (r == 0 && last < first)
		r = nt_diag_err(c->diag, ERANGE, "a range that runs backwards");
	for (uint32_t ring = first; r == 0 && ring <= last; ring++)
		c->want->excluded[ring] = true;
	return r;
}

static const struct {
	const char *name;
	enum nt_rss_kind kind;
	bool alone; /* may stand without parentheses */
	bool many;  /* takes several */
	int (*take)(struct cursor *c);
} words[] = {
	{ "default", NT_RSS_DEFAULT, .alone = true },
	{ "equal", NT_RSS_EQUAL, .alone = true, .take = take_equal },
	{ "weights", NT_RSS_WEIGHTS, .many = true, .take = take_weight },
	{ "exclude", NT_RSS_EXCLUDE, .many = true, .take = take_excluded },
};

static int take_arguments(struct cursor *c, size_t word)
{
	int r;

	do {
		c->at++;
		c->at += strspn(c->at, " ");
		r = words[word].take(c);
	} while (r == 0 && words[word].many && *c->at == ',');
	if (r < 0)
		return r;
	if (*c->at != ')')
		return nt_diag_err(c->diag, EINVAL, "\")\" is missing");
	c->at++;
	return *c->at ? nt_diag_err(c->diag, EINVAL, "something stands behind \")\"") : 0;
}

static int take_word(struct cursor *c)
{
	size_t len = strspn(c->at, "abcdefghijklmnopqrstuvwxyz");
	size_t i = 0;

	while (i < sizeof(words) / sizeof(*words) &&
	       (strlen(words[i].name) != len || strncmp(words[i].name, c->at, len) != 0))
		i++;
	if (i == sizeof(words) / sizeof(*words))
		return nt_diag_err(c->diag, EINVAL,
				   "must be default, equal, equal(N), weights(...) or "
				   "exclude(...)");
	c->want->kind = words[i].kind;
	c->at += len;
	if (!*c->at && words[i].alone)
		return 0;
	if (*c->at != '(' || !words[i].take)
		return nt_diag_err(c->diag, EINVAL, words[i].take ? "\"(\" is missing"
				   : "something stands behind the word");
	return take_arguments(c, i);
}

int nt_rss_want_parse(const char *text, struct nt_rss_want *ret, unsigned int *ret_offset,
		      struct nt_diag *diag)
{
	struct nt_rss_want want = { .kind = NT_RSS_DEFAULT };
	struct cursor c = { .start = text, .at = text, .want = &want, .diag = diag };
	int r = take_word(&c);

	if (r == 0)
		*ret = want;
	else if (ret_offset)
		*ret_offset = (unsigned int)(c.at - c.start);
	return r;
}

/* ---- tables ---- */

static void fill_modulo(uint32_t rings, uint16_t *table, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		table[i] = (uint16_t)(i % rings);
}

static uint32_t weight_of(const struct nt_rss_want *want, uint32_t ring)
{
	if (want->kind == NT_RSS_EXCLUDE)
		return !want->excluded[ring];
	return ring < want->n ? want->weight[ring] : 0;
}

static int check_rings(const struct nt_rss_want *want, uint32_t rings, struct nt_diag *diag)
{
	if (want->kind == NT_RSS_EQUAL && want->n > rings)
		return nt_diag_err(diag, ERANGE, "%u rings are asked for, there are %u", want->n,
				   rings);
	for (uint32_t ring = rings; ring < NT_RSS_WEIGHTS_MAX; ring++)
		if (want->kind == NT_RSS_WEIGHTS && weight_of(want, ring))
			return nt_diag_err(diag, ERANGE, "ring %u has a weight, there are %u rings",
					   ring, rings);
	return 0;
}

/*
 * One run for each ring, ends rounded down: which hash values a ring gets does not matter, how many
 * does.
 */
static int fill_weights(const struct nt_rss_want *want, uint32_t rings, uint16_t *table, uint32_t n,
			struct nt_diag *diag)
{
	uint64_t sum = 0, partial = 0;
	uint32_t at = 0;

	for (uint32_t ring = 0; ring < rings; ring++)
		sum += weight_of(want, ring);
	if (!sum)
		return nt_diag_err(diag, ERANGE, "no ring would receive anything");
	for (int dry = 1; dry >= 0; dry--, at = 0, partial = 0) {
		for (uint32_t ring = 0; ring < rings; ring++) {
			uint32_t end;

			partial += weight_of(want, ring);
			end = (uint32_t)(n * partial / sum);
			if (dry && weight_of(want, ring) && end == at)
				return nt_diag_err(diag, ERANGE, "a table of %u entries has none "
						   "for ring %u", n, ring);
			for (; at < end; at++)
				if (!dry)
					table[at] = (uint16_t)ring;
		}
	}
	return 0;
}

int nt_rss_fill(const struct nt_rss_want *want, uint32_t rings, uint16_t *table, uint32_t n,
		struct nt_diag *diag)
{
	int r;

	if (!rings || rings > NT_NIC_QUEUES_MAX || !n || n > NT_NIC_RSS_TABLE_MAX)
		return nt_diag_err(diag, ERANGE, "a table of %u entries for %u rings", n, rings);
	r = check_rings(want, rings, diag);
	if (r < 0)
		return r;
	if (want->kind == NT_RSS_WEIGHTS || want->kind == NT_RSS_EXCLUDE)
		return fill_weights(want, rings, table, n, diag);
	fill_modulo(want->kind == NT_RSS_EQUAL && want->n ? want->n : rings, table, n);
	return 0;
}

uint32_t nt_rss_top_ring(const uint16_t *table, uint32_t n)
{
	uint32_t top = 0;

	for (uint32_t i = 0; i < n; i++)
		top = table[i] > top ? table[i] : top;
	return top;
}

static bool is_modulo(const uint16_t *table, uint32_t n, uint32_t rings)
{
	for (uint32_t i = 0; i < n; i++)
		if (table[i] != i % rings)
			return false;
	return true;
}

/* igb_setup_mrqc(): the one driver that gives each ring a run. It spreads as evenly. */
static bool is_runs(const uint16_t *table, uint32_t n, uint32_t rings)
{
	for (uint32_t i = 0; i < n; i++)
		if (table[i] != i * rings / n)
			return false;
	return true;
}

static int format_runs(const uint16_t *table, uint32_t n, char *buf, size_t size)
{
	size_t len = 0;

	for (uint32_t i = 0; i < n;) {
		uint32_t end = i;
		int written;

		while (end < n && table[end] == table[i])
			end++;
		written = snprintf(buf + len, size - len, "%s%ux%u", i ? "," : "", table[i],
				   end - i);
		if (written < 0 || (size_t)written >= size - len)
			return -E2BIG;
		len += (size_t)written;
		i = end;
	}
	return 0;
}

static int put_text(const char *text, char *buf, size_t size)
{
	if (strlen(text) >= size)
		return -E2BIG;
	strcpy(buf, text);
	return 0;
}

int nt_rss_format(const uint16_t *table, uint32_t n, uint32_t rings, char *buf, size_t size)
{
	uint32_t top = nt_rss_top_ring(table, n);
	char text[32];

	if (rings && (is_modulo(table, n, rings) || is_runs(table, n, rings)))
		return put_text("default", buf, size);
	/* A single ring is equal:1; so is a table shorter than its rings never cut off. */
	if (n && is_modulo(table, n, top + 1)) {
		snprintf(text, sizeof(text), "equal:%u", top + 1);
		return put_text(text, buf, size);
	}
	if (!size)
		return -E2BIG;
	*buf = '\0';
	return format_runs(table, n, buf, size);
}

static int parse_uint(const char **s, uint32_t max, uint32_t *ret)
{
	uint32_t value = 0;

	if (**s < '0' || **s > '9')
		return -EINVAL;
	for (; **s >= '0' && **s <= '9'; (*s)++) {
		value = value * 10 + (uint32_t)(**s - '0');
		if (value > max)
			return -ERANGE;
	}
	*ret = value;
	return 0;
}

static int parse_run(const char **s, uint32_t *ret_ring, uint32_t *ret_count)
{
	int r = parse_uint(s, NT_NIC_QUEUES_MAX - 1, ret_ring);

	if (r == 0 && *(*s)++ != 'x')
		r = -EINVAL;
	if (r == 0)
		r = parse_uint(s, NT_NIC_RSS_TABLE_MAX, ret_count);
	return r;
}

static int parse_runs(const char *text, uint16_t *table, uint32_t n)
{
	uint32_t at = 0, ring, count;

	for (const char *s = text;; s++) {
		int r = parse_run(&s, &ring, &count);

		if (r < 0)
			return r;
		if (!count || count > n - at)
			return -ERANGE;
		for (uint32_t end = at + count; at < end; at++)
			table[at] = (uint16_t)ring;
		if (*s != ',')
			return *s ? -EINVAL : at == n ? 0 : -ERANGE;
	}
}

int nt_rss_parse(const char *text, uint32_t rings, uint16_t *table, uint32_t n)
{
	uint16_t made[NT_NIC_RSS_TABLE_MAX];
	const char *s = text + strlen("equal:");
	uint32_t equal = rings;
	int r = 0;

	if (n > NT_NIC_RSS_TABLE_MAX || rings > NT_NIC_QUEUES_MAX)
		return -ERANGE;
	if (!strncmp(text, "equal:", strlen("equal:"))) {
		r = parse_uint(&s, NT_NIC_QUEUES_MAX, &equal);
		r = r == 0 && *s ? -EINVAL : r;
	} else if (strcmp(text, "default") != 0) {
		r = parse_runs(text, made, n);
		if (r == 0)
			memcpy(table, made, n * sizeof(*table));
		return r;
	}
	if (r == 0 && !equal)
		r = -ERANGE;
	if (r == 0)
		fill_modulo(equal, table, n);
	return r;
}

/* ---- keys ---- */

int nt_rss_key_format(const uint8_t *key, uint32_t n, char *buf, size_t size)
{
	static const char digits[] = "0123456789abcdef";

	if (size < (n ? 3 * (size_t)n : 1))
		return -E2BIG;
	*buf = '\0';
	for (uint32_t i = 0; i < n; i++) {
		buf[3 * i] = digits[key[i] >> 4];
		buf[3 * i + 1] = digits[key[i] & 15];
		buf[3 * i + 2] = i + 1 < n ? ':' : '\0';
	}
	return 0;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -EINVAL;
}

int nt_rss_key_parse(const char *text, uint8_t *key, uint32_t *ret_n)
{
	uint8_t made[NT_NIC_RSS_KEY_MAX];
	uint32_t n = 0;

	for (const char *s = text;; s += 3) {
		int high = digit(s[0]);
		int low = high < 0 ? high : digit(s[1]);

		if (low < 0)
			return -EINVAL;
		if (n == NT_NIC_RSS_KEY_MAX)
			return -E2BIG;
		made[n++] = (uint8_t)(high << 4 | low);
		if (!s[2])
			break;
		if (s[2] != ':')
			return -EINVAL;
	}
	memcpy(key, made, n);
	*ret_n = n;
	return 0;
}

void nt_rss_key_symmetric(uint8_t *key, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		key[i] = i % 2 ? 0x5a : 0x6d;
}
