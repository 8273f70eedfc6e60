/* SPDX-License-Identifier: BSD-2-Clause */
/* Text of cards, images and file names, made safe to print. */
#include "printable.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cx3flash/text.h"

static bool passes(const unsigned char *s, size_t len, enum printable kind)
{
	if (len == 0)
		return false;
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
		size_t len = cx3_utf8_length((const char *)s);

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
	static _Thread_local char ring[8][2048];
	static _Thread_local unsigned next;
	char *buf = ring[next++ % 8];

	escape(text, PRINTABLE_LINE, buf, sizeof(ring[0]));
	return buf;
}
