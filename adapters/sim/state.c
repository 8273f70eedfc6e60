/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FILE.state, a JSON object: the device's options by their keys, and what the
 * model keeps there itself: "status", "status2", "status3" and "nvcr" (non-volatile bits),
 * "violations", "first_violation", and "powered", which is the running card: it
 * stays on between processes until a power cut, power-cycle=1, or until the
 * object is removed. Three digits in it, "live", say whether the semaphore is
 * taken, chip select held, and the tools' semaphore taken. They are written in place at each
 * change, for a process that is killed leaves the card like that.
 */
#include "model.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device_fd.h"

#define STATE_LIMIT 65536

static void state_path(const struct simcard *card, char *path, size_t size)
{
	snprintf(path, size, "%s.state", card->path);
}

static int no_memory(const char *path, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_NO_MEMORY, path,
			"There is no memory for the simulated card's state.\n"
			"Close other programs and try again.");
}

static bool status_is_volatile(const struct nor *nor)
{
	return sim_bits_volatile(nor->part);
}

int sim_state_load(struct simcard *card, struct cx3_error *err)
{
	char path[320];
	char *text;
	size_t len;
	FILE *file;

	state_path(card, path, sizeof(path));
	file = fopen(path, "re");
	if (!file && errno == ENOENT) {
		card->state = cJSON_CreateObject();
		return card->state ? CX3_OK : no_memory(path, err);
	}
	if (!file)
		return cx3_fail(err, CX3_E_FILE, path,
				"The state file can't be read: %s.\n"
				"Give this user permission to read it, or remove it.",
				cx3_errno_text(errno));
	text = calloc(1, STATE_LIMIT + 1);
	len = text ? fread(text, 1, STATE_LIMIT, file) : 0;
	fclose(file);
	card->state = len > 0 ? cJSON_Parse(text) : NULL;
	free(text);
	if (!cJSON_IsObject(card->state))
		return cx3_fail(err, CX3_E_FILE, path,
				"The state file is no JSON object.\nMend it or remove it.");
	return CX3_OK;
}

static void set(cJSON *object, const char *key, cJSON *value)
{
	cJSON_DeleteItemFromObjectCaseSensitive(object, key);
	cJSON_AddItemToObject(object, key, value);
}

/* Always so many, so that they can be written in place. */
#define LIVE_DIGITS 3u

static void live_digits(const struct simcard *card, char digits[LIVE_DIGITS + 1])
{
	enum sim_holder holder = card->semaphore.holder;

	digits[0] = holder == SIM_TOOL || holder == SIM_LEFT ? '1' : '0';
	digits[1] = card->gateway.held ? '1' : '0';
	digits[2] = card->tools.taken ? '1' : '0';
	digits[3] = '\0';
}

static cJSON *powered_object(const struct simcard *card)
{
	const struct sim_boot *boot = &card->boot;
	cJSON *powered = cJSON_CreateObject();
	char text[40];

	set(powered, "livefish", cJSON_CreateBool(boot->livefish));
	snprintf(text, sizeof(text), "%u.%u.%u", boot->fw[0], boot->fw[1], boot->fw[2]);
	set(powered, "fw", cJSON_CreateString(text));
	set(powered, "boot_address", cJSON_CreateNumber(boot->address));
	set(powered, "pcie", cJSON_CreateNumber(card->pcie_word));
	/* what locked= has shut is shut again by it */
	if (boot->locked && !card->locked)
		set(powered, "locked", cJSON_CreateTrue());
	if (boot->key) {
		snprintf(text, sizeof(text), "%" PRIx64, boot->key);
		set(powered, "key", cJSON_CreateString(text));
	}
	if (status_is_volatile(&card->nor))
		set(powered, "status", cJSON_CreateNumber(card->nor.status[0]));
	if (card->nor.part->wps)
		set(powered, "unlocked", cJSON_CreateBool(card->nor.blocks_unlocked));
	if (card->nor.brief) {
		const uint8_t *now = card->nor.status;

		set(powered, "brief",
		    cJSON_CreateNumber(now[0] | (unsigned)now[1] << 8 | (unsigned)now[2] << 16));
	}
	if (card->nor.deaf)
		set(powered, "deaf", cJSON_CreateTrue());
	live_digits(card, text);
	set(powered, "live", cJSON_CreateString(text));
	return powered;
}

/* Brings card->state up to date. Violations add up over processes, until someone
 * removes the key: a script can run many commands and look once. */
static void describe(struct simcard *card)
{
	const cJSON *old = cJSON_GetObjectItemCaseSensitive(card->state, "violations");
	double before = cJSON_IsNumber(old) ? old->valuedouble : 0;
	const uint8_t *lasting = card->nor.brief ? card->nor.kept : card->nor.status;

	if (!status_is_volatile(&card->nor)) {
		set(card->state, "status", cJSON_CreateNumber(lasting[0]));
		set(card->state, "status2", cJSON_CreateNumber(lasting[1]));
		if (card->nor.part->wps || sim_has_drive(&card->nor))
			set(card->state, "status3", cJSON_CreateNumber(lasting[2]));
	}
	if (card->nor.part->bits == SIM_MICRON)
		set(card->state, "nvcr", cJSON_CreateNumber((double)card->nor.config));
	set(card->state, "violations",
	    cJSON_CreateNumber(before + (double)(card->counts.violations - card->told)));
	card->told = card->counts.violations;
	if (card->first_violation[0] && !cJSON_HasObjectItem(card->state, "first_violation"))
		set(card->state, "first_violation", cJSON_CreateString(card->first_violation));
	cJSON_DeleteItemFromObjectCaseSensitive(card->state, "powered");
	if (!card->power_lost)
		cJSON_AddItemToObject(card->state, "powered", powered_object(card));
}

/* Writes a new file and moves it into place: readers see the old one or the new one. */
static int replace(struct simcard *card, const char *text)
{
	size_t len = strlen(text);
	char path[320];
	char fresh[330];
	int fd;

	state_path(card, path, sizeof(path));
	snprintf(fresh, sizeof(fresh), "%s.new", path);
	/* what an earlier process has left there; a link that lies there is not followed */
	unlink(fresh);
	fd = cx3_device_fd(open(fresh, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
	if (fd < 0)
		return -1;
	if (write(fd, text, len) != (ssize_t)len || rename(fresh, path) != 0) {
		close(fd);
		unlink(fresh);
		return -1;
	}
	if (card->state_fd >= 0)
		close(card->state_fd);
	card->state_fd = fd;
	return 0;
}

int sim_state_save(struct simcard *card, struct cx3_error *err)
{
	const char *live;
	char *text;
	int rc;

	describe(card);
	text = cJSON_Print(card->state);
	if (!text)
		return no_memory(card->path, err);
	live = strstr(text, "\"live\"");
	card->live_at = live ? strchr(live, ':') + 3 - text : -1; /* past `:<tab>"` */
	rc = replace(card, text);
	cJSON_free(text);
	if (rc != 0)
		return cx3_fail(err, CX3_E_FILE, card->path,
				"FILE.state can't be written: %s.\n"
				"Give its folder room and write permission.",
				cx3_errno_text(errno));
	return CX3_OK;
}

void sim_state_live(struct simcard *card)
{
	char digits[LIVE_DIGITS + 1];

	if (card->state_fd < 0) {
		(void)sim_state_save(card, NULL); /* simcard_sync tells of a failure that stays */
		return;
	}
	live_digits(card, digits);
	if (card->live_at >= 0)
		(void)!pwrite(card->state_fd, digits, LIVE_DIGITS, card->live_at);
}

/* 0 for what is missing or no number within 0 to `most`. */
static uint32_t number(const cJSON *object, const char *key, uint32_t most)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
	bool fits = cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble <= most;

	return fits ? (uint32_t)item->valuedouble : 0;
}

void sim_state_resume_brief(struct simcard *card)
{
	const cJSON *powered = cJSON_GetObjectItemCaseSensitive(card->state, "powered");
	uint32_t now = number(powered, "brief", 0xffffff);
	struct nor *nor = &card->nor;

	if (card->power_cycle || !cJSON_HasObjectItem(powered, "brief"))
		return;
	memcpy(nor->kept, nor->status, sizeof(nor->kept));
	nor->brief = true;
	for (unsigned i = 0; i < sizeof(nor->status); i++)
		nor->status[i] = (uint8_t)(now >> (8 * i));
}

bool sim_state_resume(struct simcard *card)
{
	const cJSON *powered = cJSON_GetObjectItemCaseSensitive(card->state, "powered");
	const cJSON *fw = cJSON_GetObjectItemCaseSensitive(powered, "fw");
	const cJSON *live = cJSON_GetObjectItemCaseSensitive(powered, "live");
	const cJSON *key = cJSON_GetObjectItemCaseSensitive(powered, "key");
	struct sim_boot *boot = &card->boot;

	if (!cJSON_IsObject(powered))
		return false;
	boot->livefish = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(powered, "livefish"));
	boot->address = number(powered, "boot_address", UINT32_MAX);
	card->nor.deaf = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(powered, "deaf"));
	card->pcie_word = number(powered, "pcie", UINT32_MAX);
	boot->locked = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(powered, "locked"));
	if (cJSON_IsString(key))
		boot->key = strtoull(key->valuestring, NULL, 16);
	if (cJSON_IsString(fw))
		(void)sim_version(fw->valuestring, boot->fw);
	if (status_is_volatile(&card->nor) && cJSON_HasObjectItem(powered, "status"))
		card->nor.status[0] = (uint8_t)number(powered, "status", UINT8_MAX);
	card->nor.blocks_unlocked = cJSON_IsTrue(
		cJSON_GetObjectItemCaseSensitive(powered, "unlocked"));
	if (!cJSON_IsString(live) || strlen(live->valuestring) != LIVE_DIGITS)
		return true;
	if (live->valuestring[0] == '1')
		card->semaphore.holder = SIM_LEFT;
	if (live->valuestring[1] == '1')
		sim_gateway_inherit(card);
	card->tools.taken = live->valuestring[2] == '1';
	return true;
}
