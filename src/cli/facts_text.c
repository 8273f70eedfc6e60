/* SPDX-License-Identifier: BSD-2-Clause */
/* What a look has found of the card and its flash chip: see facts_text.h. */
#include "facts_text.h"

#include <inttypes.h>
#include <stdio.h>

#include "shapes.h"

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

void facts_show_card(struct cli *cli, const struct cx3_facts *facts)
{
	const struct cx3_card_id *id = &facts->id;
	cJSON *item = json_object(cli->json, "card");
	char version[32];

	version_text(version, sizeof(version), id->running_fw);
	say(cli, "Card:                  %s (hardware id 0x%x, chip revision 0x%x)\n", id->name,
	    id->hw_id, id->hw_rev);
	say(cli, "State:                 %s\n", state_text(id->state));
	if (id->state == CX3_CARD_FUNCTIONAL)
		say(cli, "FW Version(Running):   %s\n", version);
	json_text(item, "name", id->name);
	json_hex(item, "hw_id", 4, id->hw_id);
	json_hex(item, "hw_rev", 2, id->hw_rev);
	json_text(item, "state", state_word(id->state));
	json_text(item, "fw_version_running", id->state == CX3_CARD_FUNCTIONAL ? version : NULL);
	json_flag(item, "late", facts->late);
	if (facts->has_boot_address)
		json_hex(item, "boot_address", 8, facts->boot_start);
	else
		json_text(item, "boot_address", NULL);
}

/* What protects. */
static const char *const lock_texts[] = {
	[CX3_LOCK_BITS] = "by its block protection bits",
	[CX3_LOCK_BITS_OR_BLOCKS] = "by its block protection bits",
	[CX3_LOCK_SECTORS] = "by a lock for each sector",
	[CX3_LOCK_BLOCKS] = "by a lock for each block (WPS)",
};
static const char *const register_texts[] = {
	[CX3_REGISTER_FREE] = "",
	[CX3_REGISTER_PIN] = ", locked while WP# is low",
	[CX3_REGISTER_LOCKED] = ", locked until power-off or for good (SRP1)",
};

static void show_protection(struct cli *cli, const struct cx3_flash_status *status)
{
	const struct cx3_flash_protection *p = &status->protection;
	bool protects = status->protected_len > 0;

	if (!protects)
		say(cli, "Write protection:      none (status 0x%02x)\n", status->raw);
	else
		say(cli,
		    "Write protection:      0x%08" PRIx32 "-0x%08" PRIx32 " %s (status 0x%02x%s)\n",
		    status->protected_start, status->protected_start + status->protected_len - 1,
		    lock_texts[p->lock_kind], status->raw, register_texts[p->register_lock]);
	protection_json(cli, status);
}

void facts_show_flash(struct cli *cli, const struct cx3_facts *facts)
{
	const struct cx3_flash_part *part = cx3_flash_part(cli->session.flash);
	const char *why = cx3_flash_ways(cli->session.flash)[CX3_WAY_HELD_READ].why;
	bool streams = cx3_flash_streams(cli->session.flash);
	cJSON *item;
	char jedec[8];

	item = json_object(cli->json, "flash");
	snprintf(jedec, sizeof(jedec), "%02x%02x%02x", part->jedec[0], part->jedec[1],
		 part->jedec[2]);
	say(cli, "Flash:                 %s, %" PRIu32 " KiB (JEDEC %s), erases %s\n", part->name,
	    part->size / 1024, jedec, part->sector_erase ? "4 and 64 KiB" : "64 KiB");
	say(cli, "Reading:               %s (%s)\n", streams ? "streamed" : "plain", why);
	json_text(item, "part", part->name);
	json_text(item, "jedec", jedec);
	json_number(item, "size", part->size);
	json_flag(item, "streamed", streams);
	json_text(item, "reading", why);
	show_protection(cli, facts->status);
}
