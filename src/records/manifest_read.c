/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a backup's manifest. The file may be damaged or forged, so each field is checked. */
#include "manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "cx3flash/file.h"
#include "identity_json.h"

#define MOST_BYTES 65536u

static int bad(const char *path, const char *what, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_BACKUP, path,
			"The manifest beside the content is not usable (%s).\n"
			"Please put the right manifest there.",
			what);
}

static bool number(const cJSON *object, const char *key, double most, double *value)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0 && item->valuedouble <= most))
		return false;
	*value = item->valuedouble;
	return true;
}

static bool is_hex(const char *text, size_t digits)
{
	return strlen(text) == digits && strspn(text, "0123456789abcdef") == digits;
}

static const char *hex(const cJSON *object, const char *key, size_t digits)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsString(item) && is_hex(item->valuestring, digits) ? item->valuestring : NULL;
}

/* No image, or one without: then the content may hold an identity all the same. */
static void take_identity(const cJSON *root, struct cx3_manifest_facts *facts)
{
	const cJSON *image = cJSON_GetObjectItemCaseSensitive(root, "image");

	facts->has_identity = cx3_identity_from_json(image, &facts->identity) &&
			      !facts->identity.blank;
	facts->identity.source = CX3_IDENTITY_BACKUP;
	facts->identity.checked = true;
}

static void take_given(const cJSON *root, struct cx3_manifest_facts *facts)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, "given");
	const cJSON *item;

	cJSON_ArrayForEach(item, list)
	{
		if (facts->given_count < CX3_MANIFEST_GIVEN &&
		    cx3_identity_from_json(item, &facts->given[facts->given_count]))
			facts->given_count++;
	}
}

static int take_facts(const char *path, const cJSON *root, struct cx3_manifest_facts *facts,
		      struct cx3_error *err)
{
	const cJSON *card = cJSON_GetObjectItemCaseSensitive(root, "card");
	const cJSON *flash = cJSON_GetObjectItemCaseSensitive(root, "flash");
	const cJSON *date = cJSON_GetObjectItemCaseSensitive(root, "date");
	const char *sha256 = hex(root, "sha256", 64), *jedec = hex(flash, "jedec", 6);
	double size, hw_id, hw_rev;
	unsigned long id;

	if (!sha256)
		return bad(path, "sha256", err);
	if (!number(root, "size", UINT32_MAX, &size))
		return bad(path, "size", err);
	if (!number(card, "hw_id", UINT16_MAX, &hw_id) ||
	    !number(card, "hw_rev", UINT8_MAX, &hw_rev))
		return bad(path, "card", err);
	if (!jedec)
		return bad(path, "flash", err);
	id = strtoul(jedec, NULL, 16);
	memset(facts, 0, sizeof(*facts));
	snprintf(facts->sha256, sizeof(facts->sha256), "%s", sha256);
	facts->size = (uint32_t)size;
	facts->hw_id = (uint16_t)hw_id;
	facts->hw_rev = (uint8_t)hw_rev;
	for (unsigned i = 0; i < 3; i++)
		facts->jedec[i] = (uint8_t)(id >> (16 - 8 * i));
	if (cJSON_IsString(date))
		snprintf(facts->date, sizeof(facts->date), "%s", date->valuestring);
	take_identity(root, facts);
	take_given(root, facts);
	return CX3_OK;
}

int cx3_manifest_read(const char *path, struct cx3_manifest_facts *facts, bool *found,
		      struct cx3_error *err)
{
	char name[4096 + 16];
	uint8_t *text;
	size_t len;
	cJSON *root;
	int rc;

	*found = false;
	if (snprintf(name, sizeof(name), "%s" CX3_MANIFEST_ENDING, path) >= (int)sizeof(name))
		return bad(path, "its path is too long", err);
	if (access(name, F_OK) != 0)
		return CX3_OK;
	rc = cx3_file_read(name, MOST_BYTES, &text, &len, err);
	if (rc != CX3_OK)
		return rc;
	root = cJSON_ParseWithLength((const char *)text, len);
	free(text);
	rc = root ? take_facts(name, root, facts, err) : bad(name, "it is no JSON document", err);
	cJSON_Delete(root);
	*found = rc == CX3_OK;
	return rc;
}
