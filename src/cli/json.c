/* SPDX-License-Identifier: BSD-2-Clause */
/* Building the JSON document; without --json all of it does nothing. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "cx3flash/text.h"

/*
 * A VSD, or a damaged image's strings, can hold any byte. What is valid UTF-8 is
 * passed on, so that a file's name stays its name; other bytes become \xNN.
 */
cJSON *json_string(const char *value)
{
	char *safe = cx3_text_valid(value);
	cJSON *item = safe ? cJSON_CreateString(safe) : NULL;

	free(safe);
	return item;
}

void json_text(cJSON *object, const char *key, const char *value)
{
	if (!object)
		return;
	if (value)
		cJSON_AddItemToObject(object, key, json_string(value));
	else
		cJSON_AddNullToObject(object, key);
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
