/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * as=REPORT: the simulated card is what somebody's report of a real one says: its chip, part,
 * state and clock, and what was found not to work: a row of "ways" that is given up is the switch
 * of its name, at 0. Rows that this model does not know are left out.
 */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "cx3flash/file.h"

#define FORMAT "cx3flash report 1"
#define MOST_BYTES (1u << 20)

/* Numbers and texts that become options as they are: "card.hw_id" is id=. */
static const struct {
	const char *object, *field, *key;
} kept[] = {
	{"card", "hw_id", "id"},
	{"card", "hw_rev", "rev"},
	{"card", "fw_version_running", "fw"},
	{"flash", "part", "part"},
	{"adapter", "clock_hz", "clock"},
	{"adapter", "max_read", "max-read"},
	{"adapter", "max_write", "max-write"},
};

/* The first value of a key stays. */
static void add(struct cx3_devname *name, const char *key, const char *value)
{
	for (unsigned i = 0; i < name->count; i++) {
		if (strcmp(name->option[i].key, key) == 0)
			return;
	}
	if (name->count == CX3_DEVNAME_OPTIONS)
		return;
	snprintf(name->option[name->count].key, sizeof(name->option[0].key), "%s", key);
	snprintf(name->option[name->count].value, sizeof(name->option[0].value), "%s", value);
	name->count++;
}

static const char *text_of(const cJSON *object, const char *field)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, field));
}

static void add_kept(struct cx3_devname *name, const cJSON *root)
{
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		const cJSON *object = cJSON_GetObjectItemCaseSensitive(root, kept[i].object);
		const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, kept[i].field);
		char number[32];

		if (cJSON_IsString(item))
			add(name, kept[i].key, item->valuestring);
		if (!cJSON_IsNumber(item) || item->valuedouble <= 0)
			continue;
		/* no limit at all */
		if (strncmp(kept[i].key, "max-", 4) == 0 && item->valuedouble > UINT16_MAX)
			continue;
		snprintf(number, sizeof(number), "%.0f", item->valuedouble);
		add(name, kept[i].key, number);
	}
}

static const char *state_of(const cJSON *ways, const char *way)
{
	const cJSON *row;

	cJSON_ArrayForEach(row, ways)
	{
		const char *name = text_of(row, "name"), *state = text_of(row, "state");

		if (name && state && strcmp(name, way) == 0)
			return state;
	}
	return "";
}

static void add_without(struct cx3_devname *name, const cJSON *root)
{
	const cJSON *ways = cJSON_GetObjectItemCaseSensitive(root, "ways"), *row;

	cJSON_ArrayForEach(row, ways)
	{
		const char *way = text_of(row, "name"), *state = text_of(row, "state");

		if (way && state && strcmp(state, "given-up") == 0 && sim_habit_can_lack(way))
			add(name, way, "0");
	}
	/* A report programs nothing. A card that does not hold chip select for reads is taken to do
	 * so for no other command either, unless that was seen. */
	if (strcmp(state_of(ways, "held-read"), "given-up") == 0 &&
	    strcmp(state_of(ways, "held-program"), "proven") != 0)
		add(name, "held-program", "0");
}

static int no_report(const char *path, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_USAGE, path,
			"This is no report of a card.\nThe command report makes one.");
}

int sim_report_read(const char *path, struct cx3_devname *name, struct cx3_error *err)
{
	const char *format, *state;
	cJSON *root;
	uint8_t *text;
	size_t len;
	int rc = cx3_file_read(path, MOST_BYTES, &text, &len, err);

	memset(name, 0, sizeof(*name));
	if (rc != CX3_OK)
		return rc;
	root = cJSON_ParseWithLength((const char *)text, len);
	free(text);
	format = text_of(cJSON_GetObjectItemCaseSensitive(root, "report"), "format");
	if (format && strcmp(format, FORMAT) == 0) {
		state = text_of(cJSON_GetObjectItemCaseSensitive(root, "card"), "state");
		if (state)
			add(name, "livefish", strcmp(state, "livefish") == 0 ? "1" : "0");
		add_kept(name, root);
		add_without(name, root);
	} else {
		rc = no_report(path, err);
	}
	cJSON_Delete(root);
	return rc;
}
