/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The CRC-32 of zlib and Ethernet (reflected polynomial 0xedb88320), for journal lines.
 */
#ifndef NT_ENGINE_CRC32_H
#define NT_ENGINE_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* Journals are a few kilobytes: a bit at a time is fast enough and needs no table. */
static inline uint32_t nt_crc32(const char *bytes, size_t len)
{
	uint32_t crc = ~0U;

	for (size_t i = 0; i < len; i++) {
		crc ^= (unsigned char)bytes[i];
		for (unsigned int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (0xedb88320U & -(crc & 1U));
	}
	return ~crc;
}

#endif
