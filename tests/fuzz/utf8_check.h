/* SPDX-License-Identifier: BSD-2-Clause */
/* What is UTF-8, by the table of RFC 3629, section 4; shares nothing with the library. */
#ifndef TESTS_FUZZ_UTF8_CHECK_H
#define TESTS_FUZZ_UTF8_CHECK_H

#include <stdbool.h>
#include <stddef.h>

/* The ranges of the first two bytes, and how many bytes of 80 to BF follow them. */
static const unsigned char utf8_table[][5] = {
	{0x01, 0x7f, 0, 0, 0},	     {0xc2, 0xdf, 0x80, 0xbf, 0}, {0xe0, 0xe0, 0xa0, 0xbf, 1},
	{0xe1, 0xec, 0x80, 0xbf, 1}, {0xed, 0xed, 0x80, 0x9f, 1}, {0xee, 0xef, 0x80, 0xbf, 1},
	{0xf0, 0xf0, 0x90, 0xbf, 2}, {0xf1, 0xf3, 0x80, 0xbf, 2}, {0xf4, 0xf4, 0x80, 0x8f, 2}};

static inline bool utf8_is_valid(const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;

	for (size_t at = 0, size; at < len; at += size) {
		size = 0;
		for (size_t row = 0; row < sizeof(utf8_table) / 5; row++) {
			const unsigned char *t = utf8_table[row];
			size_t need = t[2] ? 2u + t[4] : 1u;

			if (s[at] < t[0] || s[at] > t[1] || at + need > len ||
			    (need > 1 && (s[at + 1] < t[2] || s[at + 1] > t[3])))
				continue;
			size = need;
		}
		for (size_t i = 2; i < size; i++) {
			if (s[at + i] < 0x80 || s[at + i] > 0xbf)
				return false;
		}
		if (size == 0)
			return false;
	}
	return true;
}

#endif
