// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a tunable that reads one string holds what another string asked for.
 * The kernel prints tabs for blanks, groups masks and drops leading zeros.
 */
#include "value.h"

/* The longest tick there is, at 100 Hz; how long it is here, userspace that compares can't know. */
#define TICK_MS_MAX 10U

/**
 * struct field - what lies between two stretches of white space
 * @text: not terminated
 * @len: bytes; 0 at the end of the value
 */
struct field {
	const char *text;
	size_t len;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

/* Takes the next field off @text and moves @ret_pos behind it. */
static struct field field_next(const char *text, size_t len, size_t *ret_pos)
{
	size_t start = *ret_pos, end;

	while (start < len && is_space(text[start]))
		start++;
	for (end = start; end < len && !is_space(text[end]); end++)
		;
	*ret_pos = end;
	return (struct field){ .text = text + start, .len = end - start };
}

/**
 * struct number - an integer as the kernel would read it
 * @magnitude: without its sign
 * @negative: its sign; 0 has none
 */
struct number {
	u64 magnitude;
	bool negative;
};

/* Reads digits of base @base up to the end of @field. */
static bool parse_digits(const struct field *field, size_t at, u64 base, u64 *ret_value)
{
	u64 value = 0;
	int digit;

	if (at >= field->len)
		return false;
	for (; at < field->len; at++) {
		digit = hex_to_bin((unsigned char)field->text[at]);
		if (digit < 0 || (u64)digit >= base)
			return false;
		if (value > (U64_MAX - (u64)digit) / base)
			return false;
		value = value * base + (u64)digit;
	}
	*ret_value = value;
	return true;
}

/* Reads an integer with the prefixes that the kernel knows: 0x and 0. */
static bool parse_number(const struct field *field, struct number *ret_number)
{
	size_t at = 0;
	u64 base = 10, value;
	bool negative = false;

	if (at < field->len && (field->text[at] == '-' || field->text[at] == '+')) {
		negative = field->text[at] == '-';
		at++;
	}
	if (field->len - at > 1 && field->text[at] == '0') {
		base = 8;
		at++;
		if (field->text[at] == 'x' || field->text[at] == 'X') {
			base = 16;
			at++;
		}
	}
	if (!parse_digits(field, at, base, &value))
		return false;
	ret_number->magnitude = value;
	ret_number->negative = negative && value != 0;
	return true;
}

/* The least power of two that is not below @value; 0 stays 0, and so does what has none. */
static u64 round_up_to_power(u64 value)
{
	u64 power = 1;

	if (value == 0)
		return 0;
	while (power && power < value)
		power <<= 1;
	return power;
}

/* Whether the kernel may make @seen of @want, which differs. */
static bool rounds_to(enum nt_value_form form, u64 want, u64 seen)
{
	switch (form) {
	case NT_VALUE_POWER_OF_TWO:
		return seen && seen == round_up_to_power(want);
	case NT_VALUE_TICK_MS:
		return want && seen > want && seen - want < TICK_MS_MAX;
	case NT_VALUE_TICK_HUNDREDTH:
		/* Where a tick is 4 ms, 1 is 2 ticks, which read 0.8. */
		return want > seen && want - seen == 1;
	default:
		return false;
	}
}

/* Takes the last hexadecimal digit off @mask, skipping commas; -1 if it is none, 0 at the start. */
static int mask_digit_pop(struct field *mask)
{
	while (mask->len && mask->text[mask->len - 1] == ',')
		mask->len--;
	if (!mask->len)
		return 0;
	mask->len--;
	return hex_to_bin((unsigned char)mask->text[mask->len]);
}

static void mask_skip_prefix(struct field *mask)
{
	if (mask->len > 2 && mask->text[0] == '0' && (mask->text[1] | 0x20) == 'x') {
		mask->text += 2;
		mask->len -= 2;
	}
}

static bool masks_equal(struct field a, struct field b)
{
	int x, y;

	mask_skip_prefix(&a);
	mask_skip_prefix(&b);
	while (a.len || b.len) {
		x = mask_digit_pop(&a);
		y = mask_digit_pop(&b);
		if (x < 0 || x != y)
			return false;
	}
	return true;
}

static enum nt_value_match field_compare(enum nt_value_form form, const struct field *want,
					 const struct field *seen)
{
	struct number x, y;

	if (form == NT_VALUE_MASK)
		return masks_equal(*want, *seen) ? NT_VALUE_EQUAL : NT_VALUE_DIFFERENT;
	if (want->len == seen->len && memcmp(want->text, seen->text, want->len) == 0)
		return NT_VALUE_EQUAL;
	if (!parse_number(want, &x) || !parse_number(seen, &y) || x.negative != y.negative)
		return NT_VALUE_DIFFERENT;
	if (x.magnitude == y.magnitude)
		return NT_VALUE_EQUAL;
	return !x.negative && rounds_to(form, x.magnitude, y.magnitude) ? NT_VALUE_ROUNDED :
									  NT_VALUE_DIFFERENT;
}

/**
 * nt_value_compare() - compare a value read with the one wanted
 * @form: how values of the tunable compare
 * @want: @want_len bytes, not terminated
 * @want_len: bytes
 * @seen: @seen_len bytes, not terminated
 * @seen_len: bytes
 *
 * Both must have equally many fields: a vector that is written in part leaves
 * the rest to chance, and such a write is reported, not guessed at.
 *
 * Return: how they compare.
 */
enum nt_value_match nt_value_compare(enum nt_value_form form, const char *want, size_t want_len,
				     const char *seen, size_t seen_len)
{
	enum nt_value_match match, whole = NT_VALUE_EQUAL;
	size_t want_pos = 0, seen_pos = 0;
	struct field x, y;

	for (;;) {
		x = field_next(want, want_len, &want_pos);
		y = field_next(seen, seen_len, &seen_pos);
		if (!x.len || !y.len)
			return x.len == y.len ? whole : NT_VALUE_DIFFERENT;
		match = field_compare(form, &x, &y);
		if (match == NT_VALUE_DIFFERENT)
			return match;
		if (match == NT_VALUE_ROUNDED)
			whole = match;
	}
}

/**
 * nt_value_is_left() - whether a tunable still reads what a write left there
 * @match: how what is read now compares with what was read after the write or, if that is
 *	not known, with what was written
 * @is_known: which of both
 *
 * What is not known counts as a third party's: a vector that was refused half
 * written, and of which nothing was read, is not taken for our own.
 */
bool nt_value_is_left(enum nt_value_match match, bool is_known)
{
	return match == NT_VALUE_EQUAL || (match == NT_VALUE_ROUNDED && !is_known);
}
