/* SPDX-License-Identifier: BSD-2-Clause */
/* What a look has found on the flash, and in this machine's files: see facts_text.h. */
#include "facts_text.h"

#include <inttypes.h>
#include <stdio.h>

#include "printable.h"
#include "shapes.h"

#define GUIDS 4u

/* For programs: stable. */
static const char *const health_words[] = {
	[CX3_HOME_UNCHECKED] = "unchecked",
	[CX3_HOME_WHOLE] = "whole",
	[CX3_HOME_DAMAGED] = "damaged",
};
static const char *const fit_words[] = {
	[CX3_FIT_YES] = "yes",
	[CX3_FIT_CHIP] = "chip",
	[CX3_FIT_REVISION] = "revision",
};
static const char *const fit_texts[] = {
	[CX3_FIT_YES] = "",
	[CX3_FIT_CHIP] = ", for another chip",
	[CX3_FIT_REVISION] = ", for other revisions of the chip",
};
static const char *const config_words[] = {
	[CX3_CONFIG_UNREAD] = "unread",
	[CX3_CONFIG_BLANK] = "blank",
	[CX3_CONFIG_USED] = "used",
	[CX3_CONFIG_DAMAGED] = "damaged",
};
static const char *const config_texts[] = {
	[CX3_CONFIG_UNREAD] = "not read",
	[CX3_CONFIG_BLANK] = "blank (all defaults)",
	[CX3_CONFIG_USED] = "in use, and looks sane",
	[CX3_CONFIG_DAMAGED] = "does not look like a configuration",
};

/* What the image says of its board, and what is known of boards with its PSID. */
static void show_board(struct cli *cli, cJSON *item, const struct cx3_home_facts *home)
{
	const struct cx3_board *known = cx3_board_by_psid(home->home.info.psid);

	if (home->board.name[0] || home->board.description[0]) {
		say(cli, "  Board:               %s", shown(home->board.name));
		say(cli, "%s%s\n", home->board.name[0] && home->board.description[0] ? ", " : "",
		    shown(home->board.description));
	}
	if (known)
		say(cli, "  Known as:            %s%s%s, %s (%s)%s\n",
		    known->part_number ? known->part_number : "", known->part_number ? ", " : "",
		    known->name, known->vendor, cx3_grade_name(known->grade),
		    home->other_chips_psid ? ": a board with the other chip" : "");
	board_json(item, &home->board, known);
}

/* As far as is known: its CRCs may not have been checked. */
static bool could_boot(const struct cx3_home_facts *facts)
{
	return facts->home.readable && facts->home.health != CX3_HOME_DAMAGED &&
	       facts->fit == CX3_FIT_YES;
}

/* A home is where an image may start; what lies there, and which one boots. */
static void show_home(struct cli *cli, cJSON *array, const struct cx3_home_facts *facts)
{
	const struct cx3_home *home = &facts->home;
	const char *owner = home->readable ? cx3_psid_owner(home->info.psid) : NULL;
	cJSON *item = json_append(array);
	char version[32];

	json_hex(item, "start", 8, home->start);
	json_flag(item, "boots", home->boots);
	json_flag(item, "readable", home->readable);
	json_text(item, "health", health_words[home->health]);
	json_text(item, "problem", home->problem[0] ? home->problem : NULL);
	if (!home->readable) {
		say(cli, "Image at 0x%08" PRIx32 ":   damaged (%s)%s\n", home->start,
		    shown(home->problem), home->boots ? "; the card tries to boot it" : "");
		return;
	}
	version_text(version, sizeof(version), home->info.fw_version);
	say(cli, "Image at 0x%08" PRIx32 ":   %s, PSID %s%s, %s%s%s\n", home->start, version,
	    shown(home->info.psid), home->boots && could_boot(facts) ? ", the one that boots" : "",
	    health_words[home->health], fit_texts[facts->fit],
	    home->boots && !could_boot(facts) ? "; the card tries to boot it" : "");
	if (home->problem[0])
		say(cli, "  Damage:              %s\n", shown(home->problem));
	if (owner)
		say(cli, "  Owner of the PSID:   %s\n", owner);
	json_text(item, "fits", fit_words[facts->fit]);
	json_flag(item, "psid_of_other_chip", facts->other_chips_psid);
	query_json(item, &home->info);
	show_board(cli, item, facts);
}

static void show_homes(struct cli *cli, const struct cx3_facts *facts)
{
	cJSON *array = json_array(cli->json, "images");

	if (facts->home_count == 0)
		say(cli,
		    "Image:                 none: no signature at any place where one may start\n");
	for (unsigned i = 0; i < facts->home_count; i++)
		show_home(cli, array, &facts->home[i]);
	if (facts->home_count)
		json_hex(cli->json, "boots_next", 8, facts->home[0].home.start);
	else
		json_text(cli->json, "boots_next", NULL);
}

static void say_uids(struct cli *cli, const struct cx3_fs2_info *info, unsigned from, unsigned end)
{
	bool blank = true;

	for (unsigned i = from; i < end && i < info->uid_count; i++)
		blank = blank && info->uid[i] == UINT64_MAX;
	if (blank)
		say(cli, " all ones");
	for (unsigned i = from; !blank && i < end && i < info->uid_count; i++)
		say(cli, from ? " %012" PRIx64 : " %016" PRIx64, info->uid[i]);
}

/* The image that boots; where that can't be read, the next one; NULL if there is none. */
static const struct cx3_home *telling_home(const struct cx3_facts *facts)
{
	for (unsigned i = 0; i < facts->home_count; i++) {
		if (facts->home[i].home.readable)
			return &facts->home[i].home;
	}
	return NULL;
}

void facts_secure_host_json(struct cli *cli, const struct cx3_facts *facts)
{
	const struct cx3_home *home = facts->has_content ? telling_home(facts) : NULL;

	if (home)
		json_flag(cli->json, "secure_host_key", home->info.access_key != 0);
	else
		json_text(cli->json, "secure_host_key", NULL);
}

/* As salvage would have found it. */
static void home_identity_json(cJSON *item, const struct cx3_home *home)
{
	static const enum cx3_salvage_rank ranks[] = {
		[CX3_HOME_UNCHECKED] = CX3_SALVAGE_UNCHECKED,
		[CX3_HOME_WHOLE] = CX3_SALVAGE_WHOLE,
		[CX3_HOME_DAMAGED] = CX3_SALVAGE_READABLE,
	};
	struct cx3_salvaged found = {
		.rank = ranks[home->health], .has_info = true, .info = home->info};
	char where[40];

	snprintf(where, sizeof(where), "the image at 0x%" PRIx32, home->start);
	cx3_identity_from_info(&home->info, CX3_IDENTITY_HOME, where, &found.identity);
	found.published = cx3_identity_is_published(&found.identity);
	identity_json(item, &found);
}

static void show_identity(struct cli *cli, const struct cx3_facts *facts)
{
	cJSON *item = json_object(cli->json, "identity");
	const struct cx3_home *home = telling_home(facts);

	if (!home) {
		identity_json(item, NULL);
		say(cli, "Identity:              not found in an image\n");
		return;
	}
	home_identity_json(item, home);
	if (home->info.blank_uids) {
		say(cli, "Identity:              blank, in the image at 0x%08" PRIx32 "\n",
		    home->start);
	} else {
		say(cli, "GUIDs:                ");
		say_uids(cli, &home->info, 0, GUIDS);
		say(cli, "\nMACs:                 ");
		say_uids(cli, &home->info, GUIDS, GUIDS + 2);
		say(cli, "\n");
	}
	if (cx3_fs2_has_tag(&home->info, CX3_FS2_TAG_ACCESS_KEY))
		say(cli, "Secure host key:       %s\n", home->info.access_key ? "set" : "not set");
}

static void show_config(struct cli *cli, const struct cx3_facts *facts)
{
	cJSON *array = json_array(cli->json, "configuration");

	for (unsigned i = 0; i < facts->config_count; i++) {
		const struct cx3_config_facts *config = &facts->config[i];
		cJSON *item = json_append(array);

		say(cli, "Configuration:         0x%08" PRIx32 "-0x%08" PRIx32 ": %s\n",
		    config->start, config->start + config->len - 1, config_texts[config->state]);
		json_hex(item, "start", 8, config->start);
		json_number(item, "size", config->len);
		json_text(item, "state", config_words[config->state]);
	}
}

static void show_backups(struct cli *cli, const struct cx3_facts *facts)
{
	cJSON *item = json_object(cli->json, "backups");

	if (facts->backups)
		say(cli, "Backups of this card:  %u, the newest is %s\n", facts->backups,
		    shown(facts->newest_backup));
	else if (facts->backups_unsure)
		say(cli, "Backups:               %u that may be this card's, the newest is %s\n",
		    facts->backups_unsure, shown(facts->newest_backup));
	else
		say(cli, "Backups of this card:  none on this machine\n");
	json_number(item, "sure", facts->backups);
	json_number(item, "unsure", facts->backups_unsure);
	json_text(item, "newest", facts->newest_backup[0] ? facts->newest_backup : NULL);
}

void facts_show_content(struct cli *cli, const struct cx3_facts *facts)
{
	show_homes(cli, facts);
	show_identity(cli, facts);
	show_config(cli, facts);
	show_backups(cli, facts);
}
