/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the JSON text of a backup's manifest. */
#include <stdio.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "cx3flash/text.h"
#include "identity_json.h"
#include "manifest.h"

/* A text from outside: a PSID, a file's name. JSON is UTF-8, and these may hold any byte. */
static void add_text(cJSON *object, const char *key, const char *text)
{
	char *valid = cx3_text_valid(text);

	cJSON_AddStringToObject(object, key, valid ? valid : "");
	free(valid);
}

static const char *state_name(enum cx3_card_state state)
{
	switch (state) {
	case CX3_CARD_FUNCTIONAL:
		return "functional";
	case CX3_CARD_LIVEFISH:
		return "livefish";
	case CX3_CARD_LOCKED:
		break;
	}
	return "locked";
}

void cx3_date_text(time_t date, char text[CX3_DATE])
{
	struct tm tm;

	gmtime_r(&date, &tm);
	strftime(text, CX3_DATE, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static void add_card(cJSON *root, const struct cx3_card_id *id)
{
	cJSON *card = cJSON_AddObjectToObject(root, "card");

	cJSON_AddStringToObject(card, "name", id->name);
	cJSON_AddNumberToObject(card, "hw_id", id->hw_id);
	cJSON_AddNumberToObject(card, "hw_rev", id->hw_rev);
	cJSON_AddStringToObject(card, "state", state_name(id->state));
}

/* The status registers, so that the write protection can be put back by hand. */
static void add_status(cJSON *flash, const struct cx3_manifest *m)
{
	cJSON *list;
	char text[8];

	if (!m->has_status) {
		cJSON_AddNullToObject(flash, "status_registers");
		return;
	}
	list = cJSON_AddArrayToObject(flash, "status_registers");
	for (unsigned i = 0; i < CX3_FLASH_STATUS_REGISTERS; i++) {
		snprintf(text, sizeof(text), "0x%02x", m->status.status[i]);
		cJSON_AddItemToArray(list, cJSON_CreateString(text));
	}
}

static void add_flash(cJSON *root, const struct cx3_manifest *m)
{
	const struct cx3_flash_part *part = m->part;
	cJSON *flash = cJSON_AddObjectToObject(root, "flash");
	char jedec[8];

	snprintf(jedec, sizeof(jedec), "%02x%02x%02x", part->jedec[0], part->jedec[1],
		 part->jedec[2]);
	cJSON_AddStringToObject(flash, "part", part->name);
	cJSON_AddStringToObject(flash, "jedec", jedec);
	add_status(flash, m);
}

static void add_uids(cJSON *image, const struct cx3_fs2_info *info)
{
	unsigned guids = info->uid_count < 4 ? info->uid_count : 4;
	unsigned macs = info->uid_count < 6 ? info->uid_count - guids : 2;

	cx3_identity_to_json(image, guids, info->uid, macs, info->uid + 4);
}

static void add_image(cJSON *root, const struct cx3_manifest *m)
{
	const struct cx3_fs2_info *info = &m->checked->info;
	cJSON *image;
	char version[32];

	if (!m->checked->has_image) {
		cJSON_AddNullToObject(root, "image");
		return;
	}
	image = cJSON_AddObjectToObject(root, "image");
	snprintf(version, sizeof(version), "%u.%u.%u", info->fw_version[0], info->fw_version[1],
		 info->fw_version[2]);
	cJSON_AddBoolToObject(image, "verified", m->checked->image_ok);
	add_text(image, "psid", info->psid);
	cJSON_AddStringToObject(image, "fw_version", version);
	cJSON_AddNumberToObject(image, "start", info->start);
	cJSON_AddBoolToObject(image, "blank_guids", info->blank_uids);
	add_uids(image, info);
}

/* For programs: stable. */
static const char *trust_name(enum cx3_trust trust)
{
	static const char *const names[] = {
		[CX3_TRUST_NONE] = "nothing",	    [CX3_TRUST_ONCE] = "one reading",
		[CX3_TRUST_BLANK] = "blank",	    [CX3_TRUST_CRC] = "crc",
		[CX3_TRUST_TWICE] = "two readings", [CX3_TRUST_THRICE] = "three readings",
	};

	return names[trust];
}

/* How each stretch of the content was checked. */
static void add_checks(cJSON *root, const struct cx3_backup_checked *checked)
{
	cJSON *list = cJSON_AddArrayToObject(root, "checks");
	char lo[16], hi[16];

	cJSON_AddNumberToObject(root, "differences", checked->differences);
	for (unsigned i = 0; i < checked->count; i++) {
		cJSON *item = cJSON_CreateObject();

		snprintf(lo, sizeof(lo), "0x%08x", checked->range[i].lo);
		snprintf(hi, sizeof(hi), "0x%08x", checked->range[i].hi);
		cJSON_AddStringToObject(item, "from", lo);
		cJSON_AddStringToObject(item, "to", hi);
		cJSON_AddStringToObject(item, "by", trust_name(checked->range[i].trust));
		cJSON_AddItemToArray(list, item);
	}
}

char *cx3_manifest_text(const struct cx3_manifest *m)
{
	cJSON *root = cJSON_CreateObject();
	char date[CX3_DATE];
	char *text = NULL;

	if (!root)
		return NULL;
	cJSON_AddStringToObject(root, "format", "cx3flash backup 1");
	cJSON_AddStringToObject(root, "tool", "cx3flash " CX3FLASH_VERSION);
	cx3_date_text(m->date, date);
	cJSON_AddStringToObject(root, "date", date);
	add_text(root, "file", m->file);
	cJSON_AddStringToObject(root, "sha256", m->sha256);
	cJSON_AddNumberToObject(root, "size", m->size);
	add_text(root, "device", m->device);
	add_card(root, m->card);
	add_flash(root, m);
	add_image(root, m);
	add_checks(root, m->checked);
	text = cJSON_Print(root);
	cJSON_Delete(root);
	return text;
}
