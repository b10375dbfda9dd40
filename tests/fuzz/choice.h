/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For fuzzers of several parsers: the first byte chooses one, the rest is what it reads. */
#ifndef FUZZ_CHOICE_H
#define FUZZ_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FUZZ_BYTES_MAX 65536U

static inline void require(int promise)
{
	if (!promise)
		abort();
}

/**
 * struct fuzz_choice - one input
 * @which: '0' is 0
 * @bytes: aligned as a received datagram is, with nothing readable behind it; freed by the fuzzer
 * @size: of them
 */
struct fuzz_choice {
	int which;
	void *bytes;
	size_t size;
};

/* false for what is no input. */
static inline bool fuzz_choose(const uint8_t *data, size_t size, struct fuzz_choice *ret)
{
	if (size < 1 || size > FUZZ_BYTES_MAX)
		return false;
	*ret = (struct fuzz_choice){ .which = data[0] - '0', .size = size - 1 };
	ret->bytes = malloc(ret->size ? ret->size : 1);
	require(ret->bytes != NULL);
	memcpy(ret->bytes, data + 1, ret->size);
	return true;
}

#endif
