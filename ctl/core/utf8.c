// SPDX-License-Identifier: GPL-2.0-or-later
/* UTF-8 that can be shown. PURE. See utf8.h. */
#include "utf8.h"

/* See utf8.h. */
size_t nt_utf8_decode(const char *s, uint32_t *ret)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = (unsigned char)s[0];
	size_t len = first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	uint32_t code = len == 1 ? first : len == 4 ? first & 0x0fU : first & (0xffU >> (len + 1));

	for (size_t i = 1; i < len; i++) {
		if (((unsigned char)s[i] & 0xc0U) != 0x80)
			return 0;
		code = code << 6 | ((unsigned char)s[i] & 0x3fU);
	}
	if (!len || code < least[len] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;

	*ret = code;
	return len;
}

/* See utf8.h. */
bool nt_utf8_printable(uint32_t code)
{
	if (code == '\t')
		return true;
	if (code < 0x20 || (code >= 0x7f && code < 0xa0))
		return false;
	return !(code >= 0x202a && code <= 0x202e) && !(code >= 0x2066 && code <= 0x2069);
}

/* The length of a printable character at @s, 0 for anything else. */
static size_t shown(const char *s)
{
	uint32_t code = 0;
	size_t len = nt_utf8_decode(s, &code);

	return nt_utf8_printable(code) ? len : 0;
}

/* See utf8.h. */
bool nt_utf8_ok(const char *text)
{
	size_t len = 1;

	for (; *text && len; text += len)
		len = shown(text);
	return len != 0;
}

/* See utf8.h. */
void nt_utf8_mask(char *text)
{
	while (*text) {
		size_t len = shown(text);

		if (!len)
			*text = '?';
		text += len ? len : 1;
	}
}
