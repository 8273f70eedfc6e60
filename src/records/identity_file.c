/* SPDX-License-Identifier: BSD-2-Clause */
/* Identities saved to a file of their own, and loaded again. */
#include "cx3flash/identityfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "cx3flash/file.h"
#include "cx3flash/text.h"
#include "identity_json.h"

#define FORMAT "cx3flash identity 1"
#define MOST_BYTES 65536u

static int no_memory(struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_NO_MEMORY, "identity",
			"There is no memory for the identity's file.\n"
			"Close other programs and try again.");
}

/* JSON is UTF-8, and a VSD may hold any byte: then it is written in hexadecimal. */
static bool add_vsd(cJSON *root, const char *vsd)
{
	char hex[2 * CX3_FS2_VSD_LEN + 1], *valid = cx3_text_valid(vsd);
	bool plain = valid && strcmp(valid, vsd) == 0;

	free(valid);
	if (plain)
		return cJSON_AddStringToObject(root, "vsd", vsd) != NULL;
	for (size_t i = 0; i < strlen(vsd); i++)
		snprintf(hex + 2 * i, 3, "%02x", (unsigned char)vsd[i]);
	hex[2 * strlen(vsd)] = '\0';
	return cJSON_AddStringToObject(root, "vsd_hex", hex) != NULL;
}

static char *text_of(const struct cx3_identity *identity)
{
	cJSON *root = cJSON_CreateObject();
	char *valid = cx3_text_valid(identity->where), *text = NULL;

	if (root && valid) {
		cJSON_AddStringToObject(root, "format", FORMAT);
		cx3_identity_to_json(root, identity->guid_count, identity->guid,
				     identity->mac_count, identity->mac);
		if (identity->has_psid)
			cJSON_AddStringToObject(root, "psid", identity->psid);
		cJSON_AddStringToObject(root, "from", valid);
		if (!identity->has_vsd || add_vsd(root, identity->vsd))
			text = cJSON_Print(root);
	}
	cJSON_Delete(root);
	free(valid);
	return text;
}

int cx3_identity_save(const char *path, const struct cx3_identity *identity, bool overwrite,
		      struct cx3_error *err)
{
	char *text;
	int rc;

	if (!identity->checked || identity->blank)
		return cx3_fail(err, CX3_E_IDENTITY, path,
				"This identity is not sure, so it is not written into a file that "
				"would look as if it were.\n"
				"Compare it with the card's label, and give it by hand.");
	text = text_of(identity);
	if (!text)
		return no_memory(err);
	rc = cx3_file_write(path, text, strlen(text), overwrite, err);
	free(text);
	return rc;
}

static int bad(const char *path, const char *what, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_IDENTITY, path,
			"The file is no identity file, or a damaged one (%s).\n"
			"Name a file that this tool has saved an identity to.",
			what);
}

static const char *text_at(const cJSON *root, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, key));
}

static bool take_vsd(const cJSON *root, struct cx3_identity *out)
{
	const char *plain = text_at(root, "vsd"), *hex = text_at(root, "vsd_hex");
	size_t len = hex ? strlen(hex) : 0;

	out->has_vsd = plain || hex;
	if (plain && strlen(plain) > CX3_FS2_VSD_LEN)
		return false;
	if (plain || !hex) {
		snprintf(out->vsd, sizeof(out->vsd), "%s", plain ? plain : "");
		return true;
	}
	if (len % 2 || len / 2 > CX3_FS2_VSD_LEN || strspn(hex, "0123456789abcdef") != len)
		return false;
	for (size_t i = 0; i < len / 2; i++) {
		const char digits[3] = {hex[2 * i], hex[2 * i + 1], 0};

		out->vsd[i] = (char)strtoul(digits, NULL, 16);
	}
	return true;
}

/* What a person has typed into the file is not worse than what one types on a command line:
 * the same is refused. */
static int take(const char *path, const cJSON *root, struct cx3_identity *out,
		struct cx3_error *err)
{
	const char *format = text_at(root, "format");
	struct cx3_identity given;

	if (!format || strcmp(format, FORMAT) != 0)
		return bad(path, "format", err);
	if (!cx3_identity_from_json(root, out))
		return bad(path, "guids or macs", err);
	if (!take_vsd(root, out))
		return bad(path, "vsd", err);
	if (out->blank || cx3_identity_given(out, out->guid_count, out->guid, out->mac_count,
					     out->mac, &given, NULL) != CX3_OK)
		return bad(path, "a card can't have these GUIDs and MACs", err);
	out->source = CX3_IDENTITY_FILE;
	out->checked = true;
	snprintf(out->where, sizeof(out->where), "the file %.140s", path);
	return CX3_OK;
}

int cx3_identity_load(const char *path, struct cx3_identity *out, struct cx3_error *err)
{
	uint8_t *text;
	size_t len;
	cJSON *root;
	int rc = cx3_file_read(path, MOST_BYTES, &text, &len, err);

	if (rc != CX3_OK)
		return rc;
	root = cJSON_ParseWithLength((const char *)text, len);
	free(text);
	rc = root ? take(path, root, out, err) : bad(path, "it is no JSON document", err);
	cJSON_Delete(root);
	return rc;
}
