/* SPDX-License-Identifier: BSD-2-Clause */
/* Masking of identities and home folders in a document: see mask.h. */
#include "mask.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define GUID_DIGITS 16u
#define MAC_DIGITS 12u
#define MAKER_DIGITS 6u /* an OUI: it tells who has made the card, not which card it is */

static bool is_hex(char c)
{
	return isxdigit((unsigned char)c) != 0;
}

static bool is_pair(const char *text)
{
	return is_hex(text[0]) && is_hex(text[1]);
}

/* The digits that begin at `text`, in one piece or in pairs with colons or hyphens between
 * them: "0002c9030a0b0c00", "00:02:c9:03:0a:0b". *end: behind them. */
static unsigned count_digits(const char *text, const char **end)
{
	const char *at = text;
	unsigned digits = 0;

	if (is_pair(text) && (text[2] == ':' || text[2] == '-') && is_pair(text + 3)) {
		for (digits = 2, at += 2; *at == text[2] && is_pair(at + 1); digits += 2)
			at += 3;
	} else {
		for (; is_hex(*at); digits++)
			at++;
	}
	*end = at;
	return digits;
}

static void mask_digits(char *text)
{
	while (*text) {
		const char *end;
		unsigned digits = 0;

		if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
			text += 2;
		digits = count_digits(text, &end);
		if (digits == GUID_DIGITS || digits == MAC_DIGITS) {
			unsigned seen = 0;

			for (char *at = text; at < end; at++) {
				if (is_hex(*at) && seen++ >= MAKER_DIGITS)
					*at = 'x';
			}
		}
		text += end - text;
		/* a letter or digit that goes on makes it another word */
		while (digits > 0 && isalnum((unsigned char)*text))
			text++;
		text += *text != '\0' && digits == 0;
	}
}

static void mask_home(char *text)
{
	const char *home = getenv("HOME");
	size_t len = home ? strlen(home) : 0;

	if (len < 2)
		return;
	for (char *at = strstr(text, home); at; at = strstr(at, home)) {
		*at++ = '~';
		memmove(at, at + len - 1, strlen(at + len - 1) + 1);
	}
}

void mask_document(cJSON *item)
{
	cJSON *child;

	if (cJSON_IsString(item)) {
		mask_home(item->valuestring);
		mask_digits(item->valuestring);
	}
	cJSON_ArrayForEach(child, item) mask_document(child);
}
