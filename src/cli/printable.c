/* SPDX-License-Identifier: BSD-2-Clause */
/* Text of cards, images and file names, made safe to print. */
#include "printable.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of the UTF-8 character at `s` (RFC 3629), or 0 if it is none. */
static size_t utf8_length(const unsigned char *s)
{
	static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
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

static bool passes(const unsigned char *s, size_t len, enum printable kind)
{
	if (len == 0)
		return false;
	if (kind == PRINTABLE_JSON)
		return true;
	if (kind == PRINTABLE_LINES &&
	    (s[0] == '\n' || s[0] == '\t' || (s[0] == '\r' && s[1] == '\n')))
		return true;
	return s[0] >= 0x20 && s[0] != 0x7f && !(len == 2 && s[0] == 0xc2 && s[1] < 0xa0);
}

/* Stops before a character that does not fit into `size` bytes. */
static void escape(const char *text, enum printable kind, char *out, size_t size)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n = 0;

	while (*s && n + 5 <= size) {
		size_t len = utf8_length(s);

		if (passes(s, len, kind)) {
			memcpy(out + n, s, len);
			n += len;
			s += len;
		} else {
			n += (size_t)snprintf(out + n, size - n, "\\x%02x", *s++);
		}
	}
	out[n] = '\0';
}

char *printable_copy(const char *text, enum printable kind)
{
	size_t size = strlen(text) * 4 + 5;
	char *copy = malloc(size);

	if (copy)
		escape(text, kind, copy, size);
	return copy;
}

const char *shown(const char *text)
{
	static char ring[8][2048];
	static unsigned next;
	char *buf = ring[next++ % 8];

	escape(text, PRINTABLE_LINE, buf, sizeof(ring[0]));
	return buf;
}
