/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>

#include "cli.h"

/*
 * cJSON takes text as it is, but a VSD or a damaged image's strings can hold any
 * byte: what is not ASCII is escaped as its Latin-1 character, so that the
 * document is always valid UTF-8.
 */
static void to_utf8(const char *text, char *out, size_t size)
{
	size_t n = 0;

	for (; *text && n + 3 < size; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x80) {
			out[n++] = (char)c;
		} else {
			out[n++] = (char)(0xc0 | (c >> 6));
			out[n++] = (char)(0x80 | (c & 0x3f));
		}
	}
	out[n] = '\0';
}

/* Nearly all text is, and is passed on as it is. */
static bool is_ascii(const char *text)
{
	while (*text) {
		if ((unsigned char)*text++ >= 0x80)
			return false;
	}
	return true;
}

void json_text(cJSON *object, const char *key, const char *value)
{
	char safe[1024];

	if (!object)
		return;
	if (!value) {
		cJSON_AddNullToObject(object, key);
	} else if (is_ascii(value)) {
		cJSON_AddStringToObject(object, key, value);
	} else {
		to_utf8(value, safe, sizeof(safe));
		cJSON_AddStringToObject(object, key, safe);
	}
}

void json_number(cJSON *object, const char *key, uint64_t value)
{
	if (object)
		cJSON_AddNumberToObject(object, key, (double)value);
}

void json_flag(cJSON *object, const char *key, bool value)
{
	if (object)
		cJSON_AddBoolToObject(object, key, value);
}

/* 64-bit values do not fit JSON's numbers, and people write them in hex anyway. */
void json_hex(cJSON *object, const char *key, unsigned digits, uint64_t value)
{
	char text[24];

	if (!object)
		return;
	snprintf(text, sizeof(text), "0x%0*" PRIx64, (int)digits, value);
	cJSON_AddStringToObject(object, key, text);
}

cJSON *json_object(cJSON *object, const char *key)
{
	return object ? cJSON_AddObjectToObject(object, key) : NULL;
}

cJSON *json_array(cJSON *object, const char *key)
{
	return object ? cJSON_AddArrayToObject(object, key) : NULL;
}

cJSON *json_append(cJSON *array)
{
	cJSON *item = array ? cJSON_CreateObject() : NULL;

	if (item && !cJSON_AddItemToArray(array, item)) {
		cJSON_Delete(item);
		return NULL;
	}
	return item;
}
