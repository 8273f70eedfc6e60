/* SPDX-License-Identifier: BSD-2-Clause */
/* verify: all CRCs of an image. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"

/* The report is printed when all is read: its first lines need what the end of
 * the reading knows, and a bar may stand on the terminal meanwhile. */
struct report {
	struct cx3_fs2_section *section;
	size_t count, room;
	bool out_of_memory;
};

static void keep_section(void *user, const struct cx3_fs2_section *section)
{
	struct report *report = user;

	if (report->count == report->room) {
		size_t room = report->room ? report->room * 2 : 64;
		void *more = realloc(report->section, room * sizeof(*report->section));

		if (!more) {
			report->out_of_memory = true;
			return;
		}
		report->section = more;
		report->room = room;
	}
	report->section[report->count++] = *section;
}

/* "exp" is what the data give, "act" what is stored: mstflint's words. */
static void print_section(struct cli *cli, const struct cx3_fs2_section *s)
{
	say(cli, "     /0x%08x-0x%08x (0x%06x)/ (%s)", s->addr, s->addr + s->size - 1, s->size,
	    s->name);
	switch (s->check) {
	case CX3_FS2_CHECK_OK:
		say(cli, " - OK\n");
		break;
	case CX3_FS2_CHECK_BLANK:
		say(cli, " - BLANK CRC (0xffff)\n");
		break;
	case CX3_FS2_CHECK_BAD_CRC:
		say(cli, " /0x%08x/ - wrong CRC (exp:0x%x, act:0x%x)\n", s->addr, s->crc_computed,
		    s->crc_found);
		break;
	case CX3_FS2_CHECK_TOO_BIG:
		say(cli, " - size too big (0x%x)\n", s->data_size);
		break;
	}
}

/* For programs: stable. */
static const char *check_name(enum cx3_fs2_check check)
{
	static const char *const names[] = {"ok", "blank", "bad-crc", "too-big"};

	return names[check];
}

static void section_json(cJSON *array, const struct cx3_fs2_section *s)
{
	cJSON *item = json_append(array);

	json_text(item, "name", s->name);
	json_hex(item, "address", 8, s->addr);
	json_number(item, "size", s->size);
	json_text(item, "check", check_name(s->check));
	if (s->check == CX3_FS2_CHECK_BAD_CRC) {
		json_hex(item, "crc_computed", 4, s->crc_computed);
		json_hex(item, "crc_found", 4, s->crc_found);
	}
}

/* The sentences of mstflint, which scripts match. */
static void print_header(struct cli *cli, const struct cx3_fs2_info *info)
{
	if (!info->failsafe) {
		say(cli, "\n     FS2 non failsafe image:\n\n");
		return;
	}
	say(cli,
	    "\n     FS2 failsafe image. Start address: 0x%x. Chunk size 0x%x:\n\n"
	    "     NOTE: The addresses below are contiguous logical addresses. Physical "
	    "addresses on\n"
	    "           flash may be different, based on the image start address and chunk "
	    "size\n\n",
	    info->start, 1u << info->log2_chunk);
}

/* Then nobody knows what is wrong, the image or the wires: see cx3_shadow_verdict. */
static bool is_unsure(const struct cli *cli, int rc)
{
	return rc == CX3_E_NOISE || (cx3_fs2_is_verdict(rc) && cli->session.shadow &&
				     cx3_shadow_differences(cli->session.shadow) > 0);
}

/* What went wrong, and where, goes into the middle of mstflint's sentence. */
int verify_sentence(struct cli *cli, int rc)
{
	struct cx3_error why = cli->err;
	size_t len = strlen(why.cause);

	if ((rc != CX3_E_IMAGE && rc != CX3_E_NO_IMAGE && rc != CX3_E_IDENTITY) ||
	    is_unsure(cli, rc))
		return rc;
	if (len > 0 && why.cause[len - 1] == '.')
		why.cause[len - 1] = '\0';
	return cx3_fail(
		&cli->err, (enum cx3_code)rc, NULL,
		"FW image verification failed: %s%s%.320s. AN HCA DEVICE CAN NOT BOOT FROM THIS "
		"IMAGE.",
		why.place, why.place[0] ? ": " : "", why.cause);
}

/* Of a card whose chip is known: mstflint does not look at that. */
static int check_chip(struct cli *cli, const struct cx3_fs2_info *info)
{
	const struct cx3_card_id *id = cli->session.card ? cx3_card_identity(cli->session.card)
							 : NULL;
	bool other_chips, other_revision;

	if (!id)
		return CX3_OK;
	other_chips = cx3_fs2_is_other_chips(info, id->hw_id);
	/* what runs has this image, or had it */
	other_revision = id->state == CX3_CARD_LIVEFISH && !other_chips &&
			 cx3_fs2_has_tag(info, CX3_FS2_TAG_HW_IDS) &&
			 cx3_fs2_fits(info, id->hw_id, id->hw_rev, NULL) != CX3_OK;
	if (!other_chips && !other_revision)
		return CX3_OK;
	say(cli, "\n\n");
	if (other_chips)
		return cx3_fail(
			&cli->err, CX3_E_WRONG_CARD, "flash",
			"The image's CRCs are right, but it is for another chip: this card does not "
			"boot it.\n"
			"Look at the card's state.");
	return cx3_fail(&cli->err, CX3_E_WRONG_CARD, "flash",
			"The image's CRCs are right, but it does not name this revision of the "
			"chip: this card may not boot it.\n"
			"Look at the card's state.");
}

/* mstflint's last sentences. */
static int conclude(struct cli *cli, int rc, const struct cx3_fs2_info *info)
{
	if (rc == CX3_OK && info->blank_uids) {
		say(cli, "\n\n");
		rc = cx3_fail(&cli->err, CX3_E_IDENTITY, NULL, "BLANK GUIDS");
	}
	if (rc == CX3_OK)
		rc = check_chip(cli, info);
	if (rc == CX3_OK)
		say(cli, "\n-I- FW image verification succeeded. Image is bootable.\n\n");
	return verify_sentence(cli, rc);
}

/* Of a card. A clean run prints what mstflint prints, and no more. */
static void tell_health(struct cli *cli)
{
	uint64_t repeats;

	if (!cli->session.flash)
		return;
	repeats = cx3_device_repeats(cli->session.device);
	json_number(json_object(cli->json, "health"), "reads_repeated", repeats);
	if (repeats > 0)
		say(cli, "-I- Health: %" PRIu64 " reads repeated.\n", repeats);
}

static int verify(struct cli *cli, struct cli_source *source, struct cx3_fs2_info *info)
{
	struct report report = {0};
	cJSON *sections;
	int rc;

	rc = cx3_fs2_verify(&source->src, source->layout, info, keep_section, &report, &cli->err);
	progress_end(&cli->progress);
	if (report.out_of_memory)
		rc = cx3_fail(&cli->err, CX3_E_NO_MEMORY, NULL,
			      "There is no memory left; close other programs and try again.");
	if (is_unsure(cli, rc))
		report.count = 0;
	if (report.count > 0)
		print_header(cli, info);
	sections = json_array(cli->json, "sections");
	for (size_t i = 0; i < report.count; i++) {
		print_section(cli, &report.section[i]);
		section_json(sections, &report.section[i]);
	}
	free(report.section);
	rc = conclude(cli, rc, info);
	tell_health(cli);
	return rc;
}

static int run(struct cli *cli)
{
	struct cx3_fs2_info info;
	struct cli_source source;
	int rc;

	/* mstflint's argument for newer formats; FS2 has no such table */
	if (cli->argc > 0 && strcmp(cli->argv[0], "showitoc") != 0)
		return cx3_fail(&cli->err, CX3_E_USAGE, "verify",
				"This command takes no argument \"%s\"; leave it out.",
				cli->argv[0]);
	memset(&info, 0, sizeof(info));
	rc = source_open(cli, &source);
	/* a quick look first tells how much there is to read */
	if (rc == CX3_OK && cli->session.shadow &&
	    cx3_fs2_query(&source.src, source.layout, CX3_FS2_QUICK, &info, NULL) == CX3_OK)
		source_progress(&source, info.image_size);
	if (rc == CX3_OK)
		rc = verify(cli, &source, &info);
	source_close(&source);
	return rc;
}

const struct command cmd_verify = {
	.name = "verify",
	.alias = "v",
	.args = "",
	.summary = "check every CRC of the image",
	.help = "Of the image that boots, or of a file.",
	.example = "-d /dev/i2c-3 verify",
	.group = GROUP_LOOK,
	.target = TARGET_EITHER,
	.max_args = 1,
	.side_by_side = true,
	.scope = SCOPE_READ,
	.run = run,
};
