/* SPDX-License-Identifier: BSD-2-Clause */
/* Masking of identities and home folders in a document: see mask.h. */
#include "mask.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define GUID_DIGITS 16u
#define MAC_DIGITS 12u
#define MAKER_DIGITS 6u /* an OUI: it tells who has made the card, not which card it is */

static void mask_digits(char *text)
{
	while (*text) {
		size_t len = strspn(text, "0123456789abcdefABCDEF");

		if (len == GUID_DIGITS || len == MAC_DIGITS)
			memset(text + MAKER_DIGITS, 'x', len - MAKER_DIGITS);
		text += len;
		/* a letter or digit that goes on makes it another word */
		while (len > 0 && isalnum((unsigned char)*text))
			text++;
		text += *text != '\0' && len == 0;
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
