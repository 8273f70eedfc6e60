/* SPDX-License-Identifier: BSD-2-Clause */
/* A journal as JSON text, and back. The file may be damaged or forged, so each field is checked. */
#include "journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#define FORMAT "cx3flash journal 1"

void cx3_journal_name_copy(struct cx3_journal *j)
{
	snprintf(j->backup, sizeof(j->backup), "%.490s.before.bin", j->path);
	j->own_copy = true;
}

static void add_ranges(cJSON *root, const char *key, const struct cx3_fs2_extents *extents)
{
	cJSON *list = cJSON_AddArrayToObject(root, key);

	for (unsigned i = 0; i < extents->count; i++) {
		const int pair[2] = {(int)extents->range[i].lo, (int)extents->range[i].hi};

		cJSON_AddItemToArray(list, cJSON_CreateIntArray(pair, 2));
	}
}

char *cx3_journal_text(const struct cx3_journal *j)
{
	cJSON *root = cJSON_CreateObject();
	char jedec[8], *text;

	if (!root)
		return NULL;
	snprintf(jedec, sizeof(jedec), "%02x%02x%02x", j->jedec[0], j->jedec[1], j->jedec[2]);
	cJSON_AddStringToObject(root, "format", FORMAT);
	cJSON_AddStringToObject(root, "job", j->job);
	cJSON_AddStringToObject(root, "digest", j->digest);
	cJSON_AddNumberToObject(root, "hw_id", j->hw_id);
	cJSON_AddNumberToObject(root, "hw_rev", j->hw_rev);
	cJSON_AddStringToObject(root, "jedec", jedec);
	cJSON_AddNumberToObject(root, "size", j->size);
	cJSON_AddStringToObject(root, "before", j->backup);
	cJSON_AddBoolToObject(root, "own_copy", j->own_copy);
	cJSON_AddStringToObject(root, "owner", j->owner);
	cJSON_AddStringToObject(root, "date", j->date);
	cJSON_AddStringToObject(root, "request", j->request);
	cJSON_AddStringToObject(root, "host", j->host);
	cJSON_AddNumberToObject(root, "pid", j->pid);
	cJSON_AddStringToObject(root, "run_date", j->run_date);
	if (j->lifted) {
		const int status[3] = {j->status[0], j->status[1], j->status[2]};

		cJSON_AddItemToObject(root, "protection", cJSON_CreateIntArray(status, 3));
	}
	add_ranges(root, "touched", &j->touched);
	add_ranges(root, "known", &j->known);
	text = cJSON_Print(root);
	cJSON_Delete(root);
	return text;
}

static bool take_text(const cJSON *root, const char *key, char *out, size_t size)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(root, key);

	if (!cJSON_IsString(item) || strlen(item->valuestring) >= size)
		return false;
	snprintf(out, size, "%s", item->valuestring);
	return true;
}

static bool is_number(const cJSON *item, double most)
{
	return cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble <= most;
}

static bool take_number(const cJSON *root, const char *key, double most, double *out)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(root, key);

	*out = is_number(item, most) ? item->valuedouble : 0;
	return is_number(item, most);
}

static bool take_ranges(const cJSON *root, const char *key, uint32_t size,
			struct cx3_fs2_extents *out)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, key), *pair;

	out->count = 0;
	if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > (int)CX3_FS2_MAX_RANGES)
		return false;
	cJSON_ArrayForEach(pair, list)
	{
		const cJSON *lo = cJSON_GetArrayItem(pair, 0), *hi = cJSON_GetArrayItem(pair, 1);

		if (!is_number(lo, size) || !is_number(hi, size) ||
		    lo->valuedouble > hi->valuedouble)
			return false;
		out->range[out->count++] = (struct cx3_fs2_range){(uint32_t)lo->valuedouble,
								  (uint32_t)hi->valuedouble};
	}
	return true;
}

static bool take_card(const cJSON *root, struct cx3_journal *j)
{
	double hw_id, hw_rev, size;
	unsigned long jedec;
	char text[8];

	if (!take_number(root, "hw_id", UINT16_MAX, &hw_id) ||
	    !take_number(root, "hw_rev", UINT8_MAX, &hw_rev) ||
	    !take_number(root, "size", CX3_FS2_MAX_IMAGE, &size) ||
	    !take_text(root, "jedec", text, sizeof(text)) || strspn(text, "0123456789abcdef") != 6)
		return false;
	jedec = strtoul(text, NULL, 16);
	j->hw_id = (uint16_t)hw_id;
	j->hw_rev = (uint8_t)hw_rev;
	j->size = (uint32_t)size;
	for (unsigned i = 0; i < 3; i++)
		j->jedec[i] = (uint8_t)(jedec >> (16 - 8 * i));
	return true;
}

/* Not there where the protection was not lifted. */
static void take_protection(const cJSON *root, struct cx3_journal *j)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, "protection");

	j->lifted = cJSON_GetArraySize(list) == CX3_FLASH_STATUS_REGISTERS;
	for (int i = 0; j->lifted && i < CX3_FLASH_STATUS_REGISTERS; i++) {
		const cJSON *item = cJSON_GetArrayItem(list, i);

		j->lifted = is_number(item, UINT8_MAX);
		j->status[i] = j->lifted ? (uint8_t)item->valuedouble : 0;
	}
}

/* Older journals lack it. */
static void take_run(const cJSON *root, struct cx3_journal *j)
{
	double pid;

	if (!take_text(root, "host", j->host, sizeof(j->host)))
		j->host[0] = '\0';
	if (!take_text(root, "run_date", j->run_date, sizeof(j->run_date)))
		j->run_date[0] = '\0';
	(void)take_number(root, "pid", INT32_MAX, &pid);
	j->pid = (uint32_t)pid;
}

bool cx3_journal_parse(const char *text, size_t len, struct cx3_journal *j)
{
	cJSON *root = cJSON_ParseWithLength(text, len);
	char format[32];
	bool ok;

	memset(j, 0, sizeof(*j));
	ok = root && take_text(root, "format", format, sizeof(format)) &&
	     strcmp(format, FORMAT) == 0 && take_text(root, "job", j->job, sizeof(j->job)) &&
	     take_text(root, "digest", j->digest, sizeof(j->digest)) &&
	     take_text(root, "before", j->backup, sizeof(j->backup)) && take_card(root, j) &&
	     take_ranges(root, "touched", j->size, &j->touched) &&
	     take_ranges(root, "known", j->size, &j->known);
	/* older journals lack some of these */
	if (ok && !take_text(root, "owner", j->owner, sizeof(j->owner)))
		j->owner[0] = '\0';
	if (ok && !take_text(root, "date", j->date, sizeof(j->date)))
		j->date[0] = '\0';
	if (ok && !take_text(root, "request", j->request, sizeof(j->request)))
		j->request[0] = '\0';
	if (ok)
		take_run(root, j);
	if (ok)
		take_protection(root, j);
	if (ok)
		j->own_copy = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "own_copy"));
	cJSON_Delete(root);
	return ok;
}
