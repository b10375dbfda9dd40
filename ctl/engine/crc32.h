/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The CRC-32 of zlib and Ethernet (reflected polynomial 0xedb88320), for journal lines.
 */
#ifndef NT_ENGINE_CRC32_H
#define NT_ENGINE_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* The table is made at first use; making it twice does no harm. */
static inline uint32_t nt_crc32(const char *bytes, size_t len)
{
	static uint32_t table[256];
	uint32_t crc = ~0U;

	for (uint32_t i = 0; !table[255] && i < 256; i++) {
		uint32_t row = i;

		for (unsigned int bit = 0; bit < 8; bit++)
			row = row >> 1 ^ (0xedb88320U & -(row & 1U));
		table[i] = row;
	}
	for (size_t i = 0; i < len; i++)
		crc = crc >> 8 ^ table[(crc ^ (unsigned char)bytes[i]) & 0xff];
	return ~crc;
}

#endif
