// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Expressions of profiles.
 *
 *	expr    = primary { "/" integer }
 *	primary = number [ unit | "%ram" ] | "-" integer | "max" | "kernel-default"
 *	        | ( "min" | "max" ) "(" expr { "," expr } ")"
 *
 * A number is digits with at most six decimals. Everything is computed exactly in 128 bits and cut
 * once, at the end of a primary. What the environment cannot tell is noted and the rest still
 * checked, so that a syntax error shows on every host.
 */
#include "expr.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "lib/diag.h"

#define DEPTH_MAX    8U
#define DIGITS_MAX   19U /* of the integer part: fits uint64_t */
#define DECIMALS_MAX 6U
#define WORD_MAX     32U

typedef unsigned __int128 wide;

enum dimension {
	DIMENSION_COUNT,
	DIMENSION_SIZE, /* in bytes */
	DIMENSION_TIME, /* in microseconds */
};

struct unit_name {
	const char *name;
	enum dimension dimension;
	uint64_t factor;
};

static const struct unit_name unit_names[] = {
	{ "B", DIMENSION_SIZE, 1 },
	{ "K", DIMENSION_SIZE, 1ULL << 10 },
	{ "KiB", DIMENSION_SIZE, 1ULL << 10 },
	{ "M", DIMENSION_SIZE, 1ULL << 20 },
	{ "MiB", DIMENSION_SIZE, 1ULL << 20 },
	{ "G", DIMENSION_SIZE, 1ULL << 30 },
	{ "GiB", DIMENSION_SIZE, 1ULL << 30 },
	{ "T", DIMENSION_SIZE, 1ULL << 40 },
	{ "TiB", DIMENSION_SIZE, 1ULL << 40 },
	{ "us", DIMENSION_TIME, 1 },
	{ "ms", DIMENSION_TIME, 1000 },
	{ "s", DIMENSION_TIME, 1000000 },
	{ "min", DIMENSION_TIME, 60 * 1000000ULL },
	{ "h", DIMENSION_TIME, 3600 * 1000000ULL },
};

#define N_UNIT_NAMES (sizeof(unit_names) / sizeof(*unit_names))

/* The kernel's unit in bytes or microseconds; pages are the environment's. */
static const struct {
	enum dimension dimension;
	uint64_t factor;
	const char *words;
} kernel_units[] = {
	[NT_UNIT_NONE] = { DIMENSION_COUNT, 1, "a plain number" },
	[NT_UNIT_BYTES] = { DIMENSION_SIZE, 1, "a size" },
	[NT_UNIT_PAGES] = { DIMENSION_SIZE, 0, "a size or a number of pages" },
	[NT_UNIT_SECONDS] = { DIMENSION_TIME, 1000000, "a time in whole seconds" },
	[NT_UNIT_MILLISECONDS] = { DIMENSION_TIME, 1000, "a time in whole milliseconds" },
	[NT_UNIT_MICROSECONDS] = { DIMENSION_TIME, 1, "a time in whole microseconds" },
};

/**
 * struct number - a decimal number, exact
 * @digits: without the point
 * @scale: the power of ten to divide by
 */
struct number {
	uint64_t digits;
	uint64_t scale;
};

/**
 * struct cursor - one evaluation
 * @missing: what the environment does not tell, NULL when it told all
 * @missing_offset: where that stands
 * @error_offset: where the error is
 */
struct cursor {
	const char *start;
	const char *s;
	const struct nt_expr_env *env;
	struct nt_diag *diag;
	unsigned int depth;
	const char *missing;
	unsigned int missing_offset;
	unsigned int error_offset;
};

static int eval(struct cursor *c, int64_t *ret);

static int fail(struct cursor *c, int err, const char *at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static int fail(struct cursor *c, int err, const char *at, const char *format, ...)
{
	char words[NT_DIAG_MAX / 2];
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	c->error_offset = (unsigned int)(at - c->start);
	return nt_diag_err(c->diag, err, "%s", words);
}

static void note_missing(struct cursor *c, const char *at, const char *what)
{
	if (c->missing)
		return;
	c->missing = what;
	c->missing_offset = (unsigned int)(at - c->start);
}

static bool is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

static bool is_letter(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
}

/* Inside parentheses only: outside, white space separates fields. */
static void skip_blanks(struct cursor *c)
{
	if (c->depth)
		c->s += strspn(c->s, " \t");
}

/* Letters and '-' at the cursor, which is moved behind them. */
static int read_word(struct cursor *c, char word[static WORD_MAX])
{
	const char *start = c->s;
	size_t n = 0;

	while (is_letter(c->s[n]) || (n && c->s[n] == '-'))
		n++;
	if (n >= WORD_MAX)
		return fail(c, EINVAL, start, "unknown word %.*s", (int)WORD_MAX, start);
	memcpy(word, start, n);
	word[n] = '\0';
	c->s += n;
	return 0;
}

/* At a digit. Numbers with leading zeros are refused: the kernel would read them as octal. */
static int read_digits(struct cursor *c, struct number *ret)
{
	const char *start = c->s;
	unsigned int n = 0;

	*ret = (struct number){ .scale = 1 };
	if (c->s[0] == '0' && is_digit(c->s[1]))
		return fail(c, EINVAL, start, "number with a leading zero");
	for (; is_digit(*c->s); c->s++) {
		if (++n > DIGITS_MAX)
			return fail(c, ERANGE, start, "number is too large");
		ret->digits = ret->digits * 10 + (uint64_t)(*c->s - '0');
	}
	return 0;
}

static int read_decimals(struct cursor *c, struct number *number)
{
	const char *start = c->s;
	unsigned int n = 0;

	if (*c->s != '.')
		return 0;
	c->s++;
	for (; is_digit(*c->s); c->s++) {
		if (++n > DECIMALS_MAX)
			return fail(c, EINVAL, start, "more than %u decimals", DECIMALS_MAX);
		if (__builtin_mul_overflow(number->digits, 10, &number->digits) ||
		    __builtin_add_overflow(number->digits, (uint64_t)(*c->s - '0'),
					   &number->digits))
			return fail(c, ERANGE, start, "number is too large");
		number->scale *= 10;
	}
	if (!n)
		return fail(c, EINVAL, start, "no digits behind the point");
	return 0;
}

static int cut(struct cursor *c, const char *at, wide value, int64_t *ret)
{
	if (value > INT64_MAX)
		return fail(c, ERANGE, at, "number is too large");
	*ret = (int64_t)value;
	return 0;
}

/* @number times @factor bytes or microseconds, in the kernel's unit. */
static int convert(struct cursor *c, const char *at, const struct number *number,
		   const struct unit_name *unit, int64_t *ret)
{
	wide exact = (wide)number->digits * unit->factor;
	wide divisor = number->scale;

	if (c->env->unit == NT_UNIT_PAGES) {
		if (!c->env->page_bytes) {
			note_missing(c, at, "the size of a page");
			*ret = 0;
			return 0;
		}
		return cut(c, at, exact / (divisor * c->env->page_bytes), ret);
	}

	divisor *= kernel_units[c->env->unit].factor;
	if (exact % divisor)
		return fail(c, EINVAL, at, "not %s", kernel_units[c->env->unit].words);
	return cut(c, at, exact / divisor, ret);
}

static int share_of_ram(struct cursor *c, const char *at, const struct number *number, int64_t *ret)
{
	wide divisor = (wide)number->scale * 100;

	if (kernel_units[c->env->unit].dimension != DIMENSION_SIZE)
		return fail(c, EINVAL, at, "%%ram where %s is wanted",
			    kernel_units[c->env->unit].words);
	if (number->digits > divisor)
		return fail(c, ERANGE, at, "more than 100%%ram");
	if (!c->env->ram_bytes || (c->env->unit == NT_UNIT_PAGES && !c->env->page_bytes)) {
		note_missing(c, at, "the size of memory");
		*ret = 0;
		return 0;
	}
	if (c->env->unit == NT_UNIT_PAGES)
		divisor *= c->env->page_bytes;
	return cut(c, at, (wide)c->env->ram_bytes * number->digits / divisor, ret);
}

static int with_unit(struct cursor *c, const char *at, const struct number *number, int64_t *ret)
{
	const char *word_at = c->s;
	char word[WORD_MAX];

	if (read_word(c, word) < 0)
		return -EINVAL;
	for (size_t i = 0; i < N_UNIT_NAMES; i++) {
		if (strcmp(unit_names[i].name, word))
			continue;
		if (unit_names[i].dimension != kernel_units[c->env->unit].dimension)
			return fail(c, EINVAL, word_at, "unit %s where %s is wanted", word,
				    kernel_units[c->env->unit].words);
		return convert(c, at, number, &unit_names[i], ret);
	}
	return fail(c, EINVAL, word_at,
		    "unknown unit %s, there are B KiB MiB GiB TiB, us ms s min h and %%ram", word);
}

static int read_number(struct cursor *c, int64_t *ret)
{
	const char *at = c->s;
	struct number number;
	int r;

	r = read_digits(c, &number);
	if (r == 0)
		r = read_decimals(c, &number);
	if (r < 0)
		return r;

	if (*c->s == '%') {
		if (strncmp(c->s, "%ram", 4) || is_letter(c->s[4]))
			return fail(c, EINVAL, c->s, "'%%' without ram, as in 25%%ram");
		c->s += 4;
		return share_of_ram(c, at, &number, ret);
	}
	if (is_letter(*c->s))
		return with_unit(c, at, &number, ret);
	if (number.scale != 1)
		return fail(c, EINVAL, at, "decimals without a unit");
	return cut(c, at, number.digits, ret);
}

static int read_negative(struct cursor *c, int64_t *ret)
{
	const char *at = c->s++;
	struct number number;
	int r;

	if (!is_digit(*c->s))
		return fail(c, EINVAL, at, "'-' without a number");
	r = read_digits(c, &number);
	if (r < 0)
		return r;
	if (is_letter(*c->s) || *c->s == '%' || *c->s == '.')
		return fail(c, EINVAL, at, "negative number that is not a plain one");
	r = cut(c, at, number.digits, ret);
	if (r == 0)
		*ret = -*ret;
	return r;
}

/* Behind "min(" or "max(", up to the closing parenthesis. */
static int read_arguments(struct cursor *c, bool want_max, int64_t *ret)
{
	int64_t value, best = 0;
	int r;

	for (bool first = true;; first = false) {
		skip_blanks(c);
		r = eval(c, &value);
		if (r < 0)
			return r;
		if (first || (want_max ? value > best : value < best))
			best = value;

		skip_blanks(c);
		if (*c->s == ')')
			break;
		if (*c->s != ',')
			return fail(c, EINVAL, c->s, "missing ',' or ')'");
		c->s++;
	}
	c->s++;
	*ret = best;
	return 0;
}

static int call_function(struct cursor *c, const char *at, const char *word, int64_t *ret)
{
	int r;

	if (strcmp(word, "min") && strcmp(word, "max"))
		return fail(c, EINVAL, at, "unknown function %s, there are min and max", word);
	if (c->depth == DEPTH_MAX)
		return fail(c, EINVAL, at, "more than %u functions in each other", DEPTH_MAX);

	c->s++;
	c->depth++;
	r = read_arguments(c, word[1] == 'a', ret);
	c->depth--;
	return r;
}

static int read_name(struct cursor *c, int64_t *ret)
{
	const char *at = c->s;
	char word[WORD_MAX];

	if (read_word(c, word) < 0)
		return -EINVAL;
	if (*c->s == '(')
		return call_function(c, at, word, ret);

	*ret = 0;
	if (!strcmp(word, "max")) {
		if (c->env->has_limit)
			*ret = c->env->limit;
		else
			note_missing(c, at, "a maximum");
		return 0;
	}
	if (!strcmp(word, "kernel-default")) {
		if (c->env->has_dflt)
			*ret = c->env->dflt;
		else
			note_missing(c, at, "the kernel's default");
		return 0;
	}
	return fail(c, EINVAL, at, "unknown word %s, there are max and kernel-default", word);
}

static int read_primary(struct cursor *c, int64_t *ret)
{
	if (is_digit(*c->s))
		return read_number(c, ret);
	if (*c->s == '-')
		return read_negative(c, ret);
	if (is_letter(*c->s))
		return read_name(c, ret);
	if (!*c->s)
		return fail(c, EINVAL, c->s, "missing number");
	return fail(c, EINVAL, c->s, "unexpected character");
}

static int eval(struct cursor *c, int64_t *ret)
{
	struct number divisor;
	int64_t value = 0;
	const char *at;
	int r;

	r = read_primary(c, &value);
	while (r == 0) {
		skip_blanks(c);
		if (*c->s != '/') {
			*ret = value;
			return 0;
		}
		c->s++;
		skip_blanks(c);
		at = c->s;
		if (!is_digit(*at))
			return fail(c, EINVAL, at, "missing number behind '/'");
		r = read_digits(c, &divisor);
		if (r == 0 && (!divisor.digits || divisor.digits > INT64_MAX))
			r = fail(c, EINVAL, at, "divisor is not from 1 to %lld",
				 (long long)INT64_MAX);
		if (r == 0)
			value /= (int64_t)divisor.digits;
	}
	return r;
}

int nt_expr_eval(const char *text, const struct nt_expr_env *env, int64_t *ret,
		 unsigned int *ret_offset, struct nt_diag *diag)
{
	struct cursor c = { .start = text, .s = text, .env = env, .diag = diag };
	int64_t value = 0;
	int r = eval(&c, &value);

	if (r == 0 && *c.s)
		r = fail(&c, EINVAL, c.s, "unexpected character behind the value");
	if (r == 0 && c.missing)
		r = fail(&c, ENODATA, text + c.missing_offset, "%s is not known here", c.missing);
	if (r < 0) {
		if (ret_offset)
			*ret_offset = c.error_offset;
		return r;
	}
	*ret = value;
	return 0;
}

bool nt_expr_is_unit(const char *text)
{
	for (size_t i = 0; i < N_UNIT_NAMES; i++)
		if (!strcmp(unit_names[i].name, text))
			return true;
	return !strcmp(text, "%ram");
}

int nt_expr_split(const char **cursor, const char *start, char *buf, unsigned int size,
		  unsigned int *ret_offset)
{
	const char *s = *cursor + strspn(*cursor, " \t");
	unsigned int depth = 0;
	size_t n;

	if (!*s) {
		*cursor = s;
		return 0;
	}
	for (n = 0; s[n] && (depth || (s[n] != ' ' && s[n] != '\t')); n++) {
		if (s[n] == '(')
			depth++;
		else if (s[n] == ')' && !depth--)
			return -EINVAL;
	}
	if (depth)
		return -EINVAL;
	if (n >= size)
		return -E2BIG;

	memcpy(buf, s, n);
	buf[n] = '\0';
	if (ret_offset)
		*ret_offset = (unsigned int)(s - start);
	*cursor = s + n;
	return 1;
}
