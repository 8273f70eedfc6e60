/* SPDX-License-Identifier: BSD-2-Clause */
/* status: the card from the adapter to its images. */
#include <inttypes.h>
#include <stdio.h>

#include "commands.h"
#include "printable.h"
#include "waiting_text.h"

/*
 * The first thing to run on an unknown card. It tells layer by layer what is
 * there, from the adapter up to the images, and stops where the first layer
 * does not answer: that is where the trouble is.
 */

/* Bytes of the flash, in two readings of the same: long enough that the set-up of a batch
 * does not count. */
#define RATE_SAMPLE 4096u
#define HALF_SAMPLE (RATE_SAMPLE / 2)

/* For programs: stable. */
static const char *state_word(enum cx3_card_state state)
{
	static const char *const words[] = {"functional", "livefish", "locked"};

	return words[state];
}

/* For people: the word, and what it means for them. */
static const char *state_text(enum cx3_card_state state)
{
	static const char *const texts[] = {
		"functional: its firmware runs",
		"livefish: recovery, no firmware runs",
		"locked: its registers are closed (secure host)",
	};

	return texts[state];
}

static void show_adapter(struct cli *cli)
{
	const struct cx3_adapter *adapter = cli->session.adapter;
	cJSON *item = json_object(cli->json, "adapter");
	char clock[40] = "its clock is chosen with the card";

	if (!adapter->auto_hz)
		format_clock(clock, sizeof(clock), adapter->clock_hz);
	say(cli, "Adapter:               %s, %s\n", adapter->label, clock);
	json_text(item, "label", adapter->label);
	json_text(item, "kind", adapter->ops->name);
	json_hex(item, "address", 2, adapter->addr);
}

static void show_card(struct cli *cli)
{
	const struct cx3_card_id *id = cx3_card_identity(cli->session.card);
	cJSON *item = json_object(cli->json, "card");
	char version[32];

	version_text(version, sizeof(version), id->running_fw);
	say(cli, "Card:                  %s (hardware id 0x%x, revision 0x%x)\n", id->name,
	    id->hw_id, id->hw_rev);
	say(cli, "State:                 %s\n", state_text(id->state));
	if (id->state == CX3_CARD_FUNCTIONAL)
		say(cli, "FW Version(Running):   %s\n", version);
	json_text(item, "name", id->name);
	json_hex(item, "hw_id", 4, id->hw_id);
	json_hex(item, "hw_rev", 2, id->hw_rev);
	json_text(item, "state", state_word(id->state));
	json_text(item, "fw_version_running", id->state == CX3_CARD_FUNCTIONAL ? version : NULL);
}

/* Known only now: to look at a free semaphore is to take it. */
static void show_semaphore(struct cli *cli)
{
	bool taken = cx3_card_identity(cli->session.card)->semaphore_taken;

	say(cli, "Flash semaphore:       %s\n",
	    taken ? "was held by somebody for a while" : "free");
	json_flag(cli->json, "semaphore_was_held", taken);
}

/* "locked": SRWD is set, so that only a released WP# pin lets the bits be cleared. */
static int show_protection(struct cli *cli, cJSON *item)
{
	struct cx3_flash_status status;
	int rc = cx3_flash_status(cli->session.flash, &status, &cli->err);

	if (rc != CX3_OK)
		return rc;
	if (status.protected_len == 0)
		say(cli, "Write protection:      none (status 0x%02x)\n", status.raw);
	else
		say(cli,
		    "Write protection:      0x%08" PRIx32 "-0x%08" PRIx32 " (status 0x%02x%s)\n",
		    status.protected_start, status.protected_start + status.protected_len - 1,
		    status.raw, status.register_locked ? ", locked" : "");
	json_hex(item, "status", 2, status.raw);
	json_flag(item, "protected", status.protected_len > 0);
	json_hex(item, "protected_start", 8, status.protected_start);
	json_number(item, "protected_bytes", status.protected_len);
	return CX3_OK;
}

static int show_flash(struct cli *cli)
{
	const struct cx3_flash_part *part = cx3_flash_part(cli->session.flash);
	const struct cx3_flash_ways *ways = cx3_flash_ways(cli->session.flash);
	cJSON *item = json_object(cli->json, "flash");
	char jedec[8];

	snprintf(jedec, sizeof(jedec), "%02x%02x%02x", part->jedec[0], part->jedec[1],
		 part->jedec[2]);
	say(cli, "Flash:                 %s, %" PRIu32 " KiB (JEDEC %s), erases %s\n", part->name,
	    part->size / 1024, jedec, part->sector_erase ? "4 and 64 KiB" : "64 KiB");
	say(cli, "Reading:               %s (%s)\n", ways->streamed ? "streamed" : "plain",
	    ways->why);
	json_text(item, "part", part->name);
	json_text(item, "jedec", jedec);
	json_number(item, "size", part->size);
	json_flag(item, "streamed", ways->streamed);
	json_text(item, "reading", ways->why);
	return show_protection(cli, item);
}

/* Measured here and now: a dongle's clock is often not what one thinks. The same bytes twice
 * tell of the wires too. */
static int show_rate(struct cli *cli)
{
	struct cx3_adapter *adapter = cli->session.adapter;
	uint64_t started = adapter->ops->now_us(adapter);
	uint8_t first[HALF_SAMPLE], second[HALF_SAMPLE];
	uint64_t us;
	double rate;
	char time[32];
	int rc = cx3_flash_read(cli->session.flash, 0, first, sizeof(first), &cli->err);

	if (rc == CX3_OK)
		rc = cx3_flash_read(cli->session.flash, 0, second, sizeof(second), &cli->err);
	if (rc != CX3_OK)
		return rc;
	cx3_link_compare(first, second, HALF_SAMPLE, cx3_device_link(cli->session.device));
	us = adapter->ops->now_us(adapter) - started;
	rate = us ? RATE_SAMPLE * 1e6 / (double)us : 0;
	format_time(time, sizeof(time),
		    us * (cx3_flash_part(cli->session.flash)->size / RATE_SAMPLE));
	say(cli, "Rate:                  %.1f KiB/s: the whole flash takes about %s\n", rate / 1024,
	    time);
	json_number(cli->json, "bytes_per_second", (uint64_t)rate);
	speed_hint(cli);
	return CX3_OK;
}

/* A home is where an image may start; what lies there, and which one boots. */
static int show_home(struct cli *cli, cJSON *array, const struct cx3_fs2_source *src,
		     uint32_t start, bool boots)
{
	cJSON *item = json_append(array);
	struct cx3_fs2_info info;
	struct cx3_error why;
	char version[32];
	int rc = cx3_fs2_query_at(src, start, CX3_FS2_STRIPED, CX3_FS2_QUICK, &info, &why);

	rc = card_verdict(cli, rc, &why);
	if (rc != CX3_OK && !cx3_fs2_is_verdict(rc)) {
		cli->err = why;
		return rc;
	}
	json_hex(item, "start", 8, start);
	json_flag(item, "boots", boots);
	json_flag(item, "readable", rc == CX3_OK);
	if (rc != CX3_OK) {
		say(cli, "Image at 0x%08" PRIx32 ":   damaged (%s)%s\n", start, shown(why.cause),
		    boots ? "; the card tries to boot it" : "");
		json_text(item, "problem", why.cause);
		return CX3_OK;
	}
	version_text(version, sizeof(version), info.fw_version);
	say(cli, "Image at 0x%08" PRIx32 ":   %s, PSID %s%s\n", start, version, shown(info.psid),
	    boots ? ", the one that boots" : "");
	query_json(item, &info);
	return CX3_OK;
}

static int show_none(struct cli *cli)
{
	int rc = cx3_fail(&cli->err, CX3_E_NO_IMAGE, "flash",
			  "No signature is at any place where an image may start.\n"
			  "Look at the card's backups.");

	rc = card_verdict(cli, rc, &cli->err);
	if (!cx3_fs2_is_verdict(rc))
		return rc;
	say(cli, "Image:                 none: no signature at any place where one may start\n");
	return CX3_OK;
}

static int show_homes(struct cli *cli)
{
	struct cx3_fs2_source src = cx3_shadow_source(cli->session.shadow);
	cJSON *array = json_array(cli->json, "images");
	uint32_t start[CX3_FS2_MAX_STARTS];
	unsigned count;
	int rc = cx3_fs2_locate(&src, start, &count, &cli->err);

	if (rc == CX3_OK && count == 0)
		rc = show_none(cli);
	for (unsigned i = 0; i < count && rc == CX3_OK; i++)
		rc = show_home(cli, array, &src, start[i], i == 0);
	return rc;
}

/* Tells as much as can be told: each part is printed before the next is tried. */
static int run(struct cli *cli)
{
	int rc = session_open(cli, CX3_OPEN_ADAPTER);

	if (rc != CX3_OK)
		return rc;
	show_adapter(cli);
	rc = session_open(cli, CX3_OPEN_CARD);
	json_number(cJSON_GetObjectItem(cli->json, "adapter"), "clock_hz",
		    cli->session.adapter->clock_hz);
	if (rc != CX3_OK)
		return rc;
	show_card(cli);
	rc = session_open(cli, CX3_OPEN_SHADOW);
	if (rc == CX3_OK) {
		show_semaphore(cli);
		rc = show_flash(cli);
	}
	if (rc == CX3_OK)
		rc = show_rate(cli);
	/* where the flash does not answer, this may say why */
	link_tell(cli);
	if (rc == CX3_OK)
		rc = show_homes(cli);
	return rc == CX3_OK ? waiting_show(cli) : rc;
}

const struct command cmd_status = {
	.name = "status",
	.args = "",
	.summary = "card, flash, protection, images, speed; needs no image",
	.help = "From the adapter to the images, layer by layer; it stops at the first that does not\n"
		"answer. CRCs are checked by verify.",
	.example = "-d /dev/i2c-3 status",
	.group = GROUP_LOOK,
	.target = TARGET_DEVICE,
	.scope = SCOPE_STATUS,
	.run = run,
};
