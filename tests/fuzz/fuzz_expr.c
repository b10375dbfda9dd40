// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Expressions of any bytes. The first byte chooses unit and environment. What evaluates is in the
 * range that the environment promises, and its offset on errors is inside the text.
 */
#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/expr.h"
#include "lib/diag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_MAX 256U

static void split(const char *text)
{
	const char *cursor = text;
	char field[32];
	unsigned int at = 0;

	while (nt_expr_split(&cursor, text, field, sizeof(field), &at) == 1) {
		assert(field[0] && strlen(field) < sizeof(field));
		assert(at < strlen(text) && cursor > text && cursor <= text + strlen(text));
		assert(!strncmp(text + at, field, strlen(field)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nt_expr_env env = { .limit = 1000, .dflt = 128 };
	struct nt_diag diag = { 0 };
	unsigned int at = UINT32_MAX;
	char text[TEXT_MAX];
	int64_t value = 0;
	int r;

	if (size < 1 || size > TEXT_MAX)
		return 0;
	env.unit = data[0] % (NT_UNIT_MICROSECONDS + 1);
	env.has_limit = data[0] & 0x10;
	env.has_dflt = data[0] & 0x20;
	env.ram_bytes = data[0] & 0x40 ? UINT64_MAX : 16ULL << 30;
	env.page_bytes = data[0] & 0x80 ? 0 : 4096;
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';

	split(text);
	r = nt_expr_eval(text, &env, &value, &at, &diag);
	if (r < 0) {
		assert(r == -EINVAL || r == -ERANGE || r == -ENODATA);
		assert(at <= strlen(text) && diag.err == -r && diag.message[0]);
		return 0;
	}
	assert(!diag.err && at == UINT32_MAX);
	assert(value > INT64_MIN);
	assert(value >= 0 || strchr(text, '-'));
	return 0;
}
