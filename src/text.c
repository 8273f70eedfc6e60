/* SPDX-License-Identifier: BSD-2-Clause */
/* UTF-8: what is a character, and texts made valid. */
#include "cx3flash/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t cx3_utf8_length(const char *text)
{
	static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *s = (const unsigned char *)text;
	size_t len = s[0] < 0x80 ? 1 : s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	unsigned long value = s[0] & (0xffu >> (len + 1));

	if (len == 1)
		return 1;
	if (s[0] < 0xc0 || s[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (s[i] & 0x3fu);
	}
	if (value < least[len] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 0;
	return len;
}

char *cx3_text_valid(const char *text)
{
	char *copy = malloc(strlen(text) * 4 + 1);
	size_t n = 0;

	while (copy && *text) {
		size_t len = cx3_utf8_length(text);

		if (len)
			memcpy(copy + n, text, len);
		else
			snprintf(copy + n, 5, "\\x%02x", (unsigned char)*text);
		n += len ? len : 4;
		text += len ? len : 1;
	}
	if (copy)
		copy[n] = '\0';
	return copy;
}

#define HEX_BYTES 16u

void cx3_hex_text(const uint8_t *bytes, size_t len, char *text, size_t size)
{
	size_t at = 0;

	for (size_t i = 0; i < len && i < HEX_BYTES; i++)
		at += (size_t)snprintf(text + at, size - at, "%s%02x", i && i % 4 == 0 ? " " : "",
				       bytes[i]);
	if (len > HEX_BYTES)
		snprintf(text + at, size - at, " ...");
}
