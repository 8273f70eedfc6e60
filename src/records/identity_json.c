/* SPDX-License-Identifier: BSD-2-Clause */
/* GUIDs and MACs as JSON, and back. The file may be damaged or forged: each field is checked. */
#include "identity_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GUIDS 4u
#define MACS 2u
#define GUID_DIGITS 16
#define MAC_DIGITS 12

static void add_list(cJSON *object, const char *key, unsigned count, const uint64_t *value,
		     int digits)
{
	cJSON *list = cJSON_AddArrayToObject(object, key);
	char text[24];

	for (unsigned i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "%0*" PRIx64, digits, value[i]);
		cJSON_AddItemToArray(list, cJSON_CreateString(text));
	}
}

void cx3_identity_to_json(cJSON *object, unsigned guid_count, const uint64_t *guid,
			  unsigned mac_count, const uint64_t *mac)
{
	add_list(object, "guids", guid_count, guid, GUID_DIGITS);
	add_list(object, "macs", mac_count, mac, MAC_DIGITS);
}

/* A blank MAC has all of its 64 bits set, so 16 digits. */
static bool take_hex(const cJSON *item, size_t least, uint64_t *value)
{
	size_t len = cJSON_IsString(item) ? strlen(item->valuestring) : 0;

	if (len < least || len > GUID_DIGITS ||
	    strspn(item->valuestring, "0123456789abcdefABCDEF") != len)
		return false;
	*value = strtoull(item->valuestring, NULL, 16);
	return true;
}

static bool take_list(const cJSON *object, const char *key, unsigned count, size_t digits,
		      uint64_t *value, unsigned *found)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(object, key);

	*found = cJSON_IsArray(list) ? (unsigned)cJSON_GetArraySize(list) : count + 1;
	if (*found != 0 && *found != count)
		return false;
	for (unsigned i = 0; i < *found; i++) {
		if (!take_hex(cJSON_GetArrayItem(list, (int)i), digits, &value[i]))
			return false;
	}
	return true;
}

bool cx3_identity_from_json(const cJSON *object, struct cx3_identity *out)
{
	const cJSON *psid = cJSON_GetObjectItemCaseSensitive(object, "psid");

	memset(out, 0, sizeof(*out));
	if (!take_list(object, "guids", GUIDS, GUID_DIGITS, out->guid, &out->guid_count) ||
	    !take_list(object, "macs", MACS, MAC_DIGITS, out->mac, &out->mac_count))
		return false;
	if (cJSON_IsString(psid) && psid->valuestring[0] &&
	    strlen(psid->valuestring) <= CX3_FS2_PSID_LEN) {
		snprintf(out->psid, sizeof(out->psid), "%s", psid->valuestring);
		out->has_psid = true;
	}
	out->blank = !cx3_identity_has_guids(out) && !cx3_identity_has_macs(out);
	return true;
}
