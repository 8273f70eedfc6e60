/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * as=REPORT: the simulated card is what somebody's report of a real one says: its chip, part,
 * state and clock, and what was found not to work. A report names behaviours by what the tool
 * does without them; here each becomes the option of the strictest card that shows it.
 */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "cx3flash/file.h"

#define FORMAT "cx3flash report 1"
#define MOST_BYTES (1u << 20)

/* What a row of "ways" that is given up makes of the card. */
static const struct {
	const char *way, *key, *value;
} without[] = {
	{"join", "need-stop", "1"},
	{"read-after-write", "late-writes", "1"},
	{"block-read", "wrap", "4"},
	{"block-write", "wrap", "4"},
	{"ack-busy", "busy-nack", "500"},
	{"no-poll", "slow-gw", "2000"},
	{"held-read", "stream", "0"},
	{"bare-head", "bare-head", "drop"},
	{"held-program", "held-program", "0"},
	{"command-echo", "command-echo", "none"},
	{"address-echo", "address-echo", "none"},
	{"top-byte", "address-echo", "part"},
	{"status-word", "status-once", "1"},
};

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

static void add_without(struct cx3_devname *name, const cJSON *root)
{
	const cJSON *row;

	cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(root, "ways"))
	{
		const char *way = text_of(row, "name"), *state = text_of(row, "state");

		for (size_t i = 0; way && state && i < sizeof(without) / sizeof(without[0]); i++) {
			if (strcmp(state, "given up") == 0 && strcmp(way, without[i].way) == 0)
				add(name, without[i].key, without[i].value);
		}
	}
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
