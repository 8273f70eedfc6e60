/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of options, and how the value of each is read. */
#include "options.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The one table of options. The names are mstflint's where it has the option. */

#define FLAG(member) offsetof(struct cli_options, member), NULL

static int take_device(struct cli_options *options, const char *value, struct cx3_error *err)
{
	if (options->device_count == MOST_DEVICES)
		return cx3_fail(err, CX3_E_USAGE, "-d",
				"There are more than %u devices.\nName at most so many at once.",
				MOST_DEVICES);
	if (options->device_count == 0)
		options->device = value;
	options->devices[options->device_count++] = value;
	return CX3_OK;
}

static int take_image(struct cli_options *options, const char *value, struct cx3_error *err)
{
	(void)err;
	options->image = strcmp(value, "-") == 0 ? "/dev/stdin" : value;
	return CX3_OK;
}

static int take_backup_dir(struct cli_options *options, const char *value, struct cx3_error *err)
{
	if (!*value)
		return cx3_fail(err, CX3_E_USAGE, "--backup-dir",
				"The folder's name is empty.\nName a folder.");
	options->backup_dir = value;
	return CX3_OK;
}

static int take_file(const char *option, const char *value, const char **path,
		     struct cx3_error *err)
{
	if (!*value)
		return cx3_fail(err, CX3_E_USAGE, option,
				"The file's name is empty.\nName a file.");
	*path = value;
	return CX3_OK;
}

static int take_identity(struct cli_options *options, const char *value, struct cx3_error *err)
{
	return take_file("--identity", value, &options->identity, err);
}

static int take_identity_from(struct cli_options *options, const char *value, struct cx3_error *err)
{
	return take_file("--identity-from", value, &options->identity_from, err);
}

static int take_svg(struct cli_options *options, const char *value, struct cx3_error *err)
{
	return take_file("--svg", value, &options->svg, err);
}

static int take_ledger(struct cli_options *options, const char *value, struct cx3_error *err)
{
	return take_file("--ledger", value, &options->ledger, err);
}

static int take_only_psid(struct cli_options *options, const char *value, struct cx3_error *err)
{
	if (!*value || strlen(value) > CX3_FS2_PSID_LEN)
		return cx3_fail(err, CX3_E_USAGE, "--only-psid",
				"A PSID has 1 to %u characters.\nGive it as query shows it.",
				CX3_FS2_PSID_LEN);
	options->only_psid = value;
	return CX3_OK;
}

static int take_cards(struct cli_options *options, const char *value, struct cx3_error *err)
{
	uint64_t cards;
	int rc = parse_number(value, "--cards", 1000000, &cards, err);

	if (rc == CX3_OK && cards == 0)
		return cx3_fail(err, CX3_E_USAGE, "--cards",
				"A station ends after one card or more.\nLeave it out for no end.");
	if (rc == CX3_OK)
		options->cards = (unsigned)cards;
	return rc;
}

static int take_verbose(struct cli_options *options, const char *value, struct cx3_error *err)
{
	(void)value;
	(void)err;
	options->verbose++;
	return CX3_OK;
}

/* What the library calls a bad value is, on a command line, a bad argument. */
static int as_usage(int rc, const char *option, struct cx3_error *err)
{
	if (rc != CX3_OK && err) {
		err->code = CX3_E_USAGE;
		snprintf(err->place, sizeof(err->place), "%s", option);
		rc = CX3_E_USAGE;
	}
	return rc;
}

static int take_assume(struct cli_options *options, const char *value, struct cx3_error *err)
{
	return as_usage(cx3_assume(&options->assume, value, err), "--assume", err);
}

static int take_vsd(struct cli_options *options, const char *value, struct cx3_error *err)
{
	if (strlen(value) > CX3_FS2_VSD_LEN)
		return cx3_fail(
			err, CX3_E_USAGE, "-vsd",
			"This text has %zu characters, and a VSD holds at most %u; shorten it.",
			strlen(value), CX3_FS2_VSD_LEN);
	options->burn.vsd = value;
	return CX3_OK;
}

/* Of the library; what is malformed it says itself. */
typedef int (*parse_fn)(const char *text, uint64_t *value, struct cx3_error *err);

/* "A,B,C,D": exactly `count` values. */
static int take_list(const char *option, const char *text, parse_fn parse, uint64_t *values,
		     unsigned count, struct cx3_error *err)
{
	char item[64];
	unsigned n = 0;

	for (;;) {
		size_t len = strcspn(text, ",");

		if (n == count || len >= sizeof(item))
			return cx3_fail(err, CX3_E_USAGE, option,
					"This option takes %u values, not \"%s\" as well.", count,
					text);
		memcpy(item, text, len);
		item[len] = '\0';
		int rc = as_usage(parse(item, &values[n], err), option, err);
		if (rc != CX3_OK)
			return rc;
		n++;
		if (!text[len])
			break;
		text += len + 1;
	}
	if (n < count)
		return cx3_fail(err, CX3_E_USAGE, option,
				"This option takes %u values, but %u %s given.", count, n,
				n == 1 ? "was" : "were");
	return CX3_OK;
}

/* -guid and -guids, or one of them twice: which did the user mean? */
static int given_twice(unsigned count, const char *option, struct cx3_error *err)
{
	if (count)
		return cx3_fail(err, CX3_E_USAGE, option,
				"This identity is given twice; give it once.");
	return CX3_OK;
}

/* -guid gives a base (count 1), -guids all four; the jobs tell them apart by the count. */
static int take_guids(struct cli_options *options, const char *name, const char *value,
		      unsigned count, struct cx3_error *err)
{
	int rc = given_twice(options->burn.guid_count, name, err);

	if (rc == CX3_OK)
		rc = take_list(name, value, parse_guid_text, options->burn.guid, count, err);
	if (rc == CX3_OK)
		options->burn.guid_count = count;
	return rc;
}

/* Multicast and over-long MACs are refused here, before any card is opened. */
static int take_macs(struct cli_options *options, const char *name, const char *value,
		     unsigned count, struct cx3_error *err)
{
	int rc = given_twice(options->burn.mac_count, name, err);

	if (rc == CX3_OK)
		rc = take_list(name, value, parse_mac_text, options->burn.mac, count, err);
	if (rc == CX3_OK)
		options->burn.mac_count = count;
	return rc;
}

static int take_guid(struct cli_options *options, const char *value, struct cx3_error *err)
{
	return take_guids(options, "-guid", value, 1, err);
}

static int take_psid(struct cli_options *options, const char *value, struct cx3_error *err)
{
	if (!*value || strlen(value) > CX3_FS2_PSID_LEN)
		return cx3_fail(err, CX3_E_USAGE, "-psid",
				"\"%s\" is no PSID, which has 1 to %u characters.\n"
				"Write for example MT_1090111019.",
				value, CX3_FS2_PSID_LEN);
	options->psid = value;
	return CX3_OK;
}

static int take_log(struct cli_options *options, const char *value, struct cx3_error *err)
{
	return take_file("--log", value, &options->log, err);
}

/* What is shown without it depends on where standard error goes; -s shows nothing. */
static int take_progress(struct cli_options *options, const char *value, struct cx3_error *err)
{
	if (strcmp(value, "json") != 0)
		return cx3_fail(err, CX3_E_USAGE, "--progress",
				"\"%s\" is no form of progress.\n"
				"Write --progress=json, or -s for no progress.",
				value);
	options->progress_json = true;
	return CX3_OK;
}

/* Taken, so that the lines of mstflint's guides work as they stand. */
static int take_nothing(struct cli_options *options, const char *value, struct cx3_error *err)
{
	(void)options;
	(void)value;
	(void)err;
	return CX3_OK;
}

static int take_four_guids(struct cli_options *options, const char *value, struct cx3_error *err)
{
	return take_guids(options, "-guids", value, 4, err);
}

static int take_mac(struct cli_options *options, const char *value, struct cx3_error *err)
{
	return take_macs(options, "-mac", value, 1, err);
}

static int take_two_macs(struct cli_options *options, const char *value, struct cx3_error *err)
{
	return take_macs(options, "-macs", value, 2, err);
}

const struct option_spec cli_option_specs[] = {
	{"device", 'd', 1, SCOPE_ALL | SCOPE_REPEATS, "DEVICE",
	 "the adapter and the card behind it; may be given more than once", 0, take_device},
	{"image", 'i', 1, SCOPE_ALL, "IMAGE", "image file, bare or the published .zip; - is a pipe",
	 0, take_image},
	{"psid", 0, 1, SCOPE_READ | SCOPE_BURN | SCOPE_RECOVER | SCOPE_PROVISION, "PSID",
	 "of an archive's images (.mfa, .zip) the one with this PSID", 0, take_psid},
	{"yes", 'y', 0, SCOPE_ALL, NULL, "answer yes to every question; overwrite output files",
	 FLAG(yes)},
	{"no", 0, 0, SCOPE_ALL, NULL, "answer no to every question", FLAG(no)},
	{"silent", 's', 0, SCOPE_ALL, NULL, "no progress", FLAG(silent)},
	{"json", 0, 0, SCOPE_ALL, NULL, "one JSON document on standard output", FLAG(json)},
	{"progress", 0, 1, SCOPE_ALL, "json",
	 "progress as JSON on standard error, one object a line", 0, take_progress},
	{"verbose", 0, 0, SCOPE_ALL, NULL, "tell more; up to three times (-v is the version)", 0,
	 take_verbose},
	{"flash-params", 0, 1, SCOPE_ALL | SCOPE_CARD, "T,N,1",
	 "an unknown flash is of kind T (W25Qxxx) with 2^N bytes", 0, options_take_flash_params},
	{"log", 0, 1, SCOPE_ALL, "FILE", "all that --verbose can tell goes into this file", 0,
	 take_log},
	{"clear-semaphore", 0, 0, SCOPE_ALL, NULL,
	 "take the flash semaphore even if it stays held (also --force-sem)",
	 FLAG(clear_semaphore)},
	{"plain-read", 0, 0, SCOPE_ALL | SCOPE_CARD, NULL,
	 "never stream reads: slower, asks least of the card", FLAG(plain_read)},
	{"assume", 0, 1, SCOPE_ALL | SCOPE_CARD | SCOPE_REPEATS, "NAME=no|yes",
	 "a behaviour that status lists is not tried out", 0, take_assume},
	{"dry-run", 0, 0, SCOPE_CHANGE | SCOPE_RESUME | SCOPE_WP | SCOPE_FILE, NULL,
	 "show the plan, write nothing", FLAG(dry_run)},
	/* not where the backup is the one copy of what is erased */
	{"no-backup", 0, 0,
	 SCOPE_BURN | SCOPE_SG | SCOPE_RESTORE | SCOPE_RECOVER | SCOPE_EDIT | SCOPE_RAW, NULL,
	 "do not keep the old content first", FLAG(no_backup)},
	/* not recover: what it salvages is read twice in any case */
	{"once", 0, 0,
	 SCOPE_BURN | SCOPE_SG | SCOPE_RESTORE | SCOPE_RESET | SCOPE_BACKUP | SCOPE_EDIT |
		 SCOPE_RAW | SCOPE_SERPROG | SCOPE_SCAN,
	 NULL, "one reading, for a faster backup; scan, serprog: one round", FLAG(once)},
	{"backup-dir", 0, 1,
	 SCOPE_CHANGE | SCOPE_BACKUP | SCOPE_RESUME | SCOPE_STATUS | SCOPE_PROVISION, "FOLDER",
	 "backups are kept in this folder", 0, take_backup_dir},
	{"unprotect", 0, 0, SCOPE_CHANGE | SCOPE_PROVISION, NULL,
	 "lift the flash's write protection, and put it back at the end", FLAG(unprotect)},
	{"leave-unprotected", 0, 0, SCOPE_RECOVER, NULL,
	 "do not put back the write protection that was lifted", FLAG(leave_unprotected)},
	{"leave-boot-address", 0, 0, SCOPE_RECOVER, NULL,
	 "do not set the boot address to the new image", FLAG(leave_boot_address)},
	{"allow-unbootable", 0, 0, SCOPE_CHANGE, NULL,
	 "go on though the image that was to stay bootable is damaged", FLAG(allow_unbootable)},
	{"guid", 0, 1, SCOPE_BURN | SCOPE_SG | SCOPE_RECOVER, "GUID",
	 "base GUID: node, +1 port 1, +2 port 2, +3 system image", 0, take_guid},
	{"guids", 0, 4, SCOPE_BURN | SCOPE_SG | SCOPE_RECOVER, "G G G G",
	 "node, port 1, port 2 and system image GUID", 0, take_four_guids},
	{"mac", 0, 1, SCOPE_BURN | SCOPE_SG | SCOPE_RECOVER, "MAC", "base MAC: port 1, +1 port 2",
	 0, take_mac},
	{"macs", 0, 2, SCOPE_BURN | SCOPE_SG | SCOPE_RECOVER, "M M", "MACs of port 1 and port 2", 0,
	 take_two_macs},
	{"identity", 0, 1, SCOPE_BURN | SCOPE_SG | SCOPE_RECOVER, "FILE",
	 "GUIDs, MACs and VSD from a file that identity has saved", 0, take_identity},
	{"identity-from", 0, 1, SCOPE_BURN | SCOPE_SG | SCOPE_RECOVER, "BACKUP",
	 "GUIDs, MACs and VSD from a backup, or its manifest", 0, take_identity_from},
	{"vsd", 0, 1, SCOPE_BURN | SCOPE_RECOVER | SCOPE_VSD | SCOPE_PROVISION, "TEXT",
	 "write this vendor specific data (VSD)", 0, take_vsd},
	{"allow-psid-change", 0, 0, SCOPE_BURN | SCOPE_RESTORE | SCOPE_RECOVER | SCOPE_PROVISION,
	 NULL, "another PSID than the card's may be written", FLAG(burn.allow_psid_change)},
	{"allow-other-board", 0, 0, SCOPE_BURN | SCOPE_RECOVER | SCOPE_PROVISION, NULL,
	 "the image may be one that was seen not to work on such a board",
	 FLAG(burn.allow_other_board)},
	{"allow-access-key", 0, 0, SCOPE_BURN | SCOPE_RECOVER | SCOPE_PROVISION, NULL,
	 "the image may have a hardware access key (secure host)", FLAG(burn.allow_access_key)},
	{"allow-rom-change", 0, 0, SCOPE_ROM, NULL,
	 "change the ROM of an image with a product version", FLAG(allow_rom_change)},
	{"allow-identity-change", 0, 0, SCOPE_RESTORE, NULL,
	 "the backup may have other GUIDs and MACs than the card", FLAG(allow_identity_change)},
	{"allow-other-card", 0, 0, SCOPE_RESTORE, NULL,
	 "the backup may be of another chip, revision or flash part", FLAG(allow_other_card)},
	{"allow-bad-backup", 0, 0, SCOPE_RESTORE, NULL,
	 "the backup may be damaged, or not what its manifest says", FLAG(allow_bad_backup)},
	{"allow-no-image", 0, 0, SCOPE_RESTORE, NULL,
	 "the backup may hold no image: the card will not boot", FLAG(allow_no_image)},
	{"nofs", 0, 0, SCOPE_BURN, NULL,
	 "without the fail-safe order: for a card with no valid image", FLAG(burn.non_failsafe)},
	{"blank-guids", 0, 0, SCOPE_BURN, NULL, "leave GUIDs and MACs blank, for sg later",
	 FLAG(burn.blank_guids)},
	{"use-image-guids", 0, 0, SCOPE_BURN, NULL, "GUIDs and MACs from the image",
	 FLAG(burn.use_image_guids)},
	{"use-image-ps", 0, 0, SCOPE_BURN | SCOPE_PROVISION, NULL, "VSD from the image",
	 FLAG(burn.use_image_ps)},
	{"use-image-rom", 0, 0, SCOPE_BURN, NULL, "ROM from the image, also if it has none",
	 FLAG(burn.use_image_rom)},
	{"use-dev-rom", 0, 0, SCOPE_BURN, NULL, "the card's ROM, also if the image has one",
	 FLAG(burn.use_dev_rom)},
	{"striped-image", 0, 0, SCOPE_READ, NULL, "the file is a raw read of a flash",
	 FLAG(striped)},
	{"svg", 0, 1, SCOPE_MAP, "FILE", "draw the map into this file", 0, take_svg},
	{"qq", 0, 0, SCOPE_QUERY | SCOPE_STATUS, NULL,
	 "quick: check no CRCs (query: of a file), leave the ROM unread", FLAG(quick)},
	{"ask", 0, 0, SCOPE_SCAN, NULL, "ask behind USB boards too, whoever uses them", FLAG(ask)},
	{"watch", 0, 0, SCOPE_SCAN, NULL, "wait for cards to come; with --once for the first",
	 FLAG(watch)},
	{"pty", 0, 0, SCOPE_SERPROG, NULL, "serve on a pseudo terminal", FLAG(pty)},
	{"i-know", 0, 0, SCOPE_SERPROG, NULL, "let the client write to a running card",
	 FLAG(i_know)},
	{"ledger", 0, 1, SCOPE_PROVISION, "FILE", "identities, cards and results of a station", 0,
	 take_ledger},
	{"keep-identity", 0, 0, SCOPE_PROVISION, NULL,
	 "a card with GUIDs and MACs of its own keeps them", FLAG(keep_identity)},
	{"burn-again", 0, 0, SCOPE_PROVISION, NULL,
	 "a card that was done with another image gets this one", FLAG(burn_again)},
	{"only-psid", 0, 1, SCOPE_PROVISION, "PSID", "cards with another PSID fail", 0,
	 take_only_psid},
	{"cards", 0, 1, SCOPE_PROVISION, "N", "end after N cards on each device", 0, take_cards},
	{"override-cache-replacement", 0, 0, SCOPE_IGNORED, NULL, "this chip's flash has no cache",
	 0, take_nothing},
	{"ocr", 0, 0, SCOPE_IGNORED, NULL, "this chip's flash has no cache", 0, take_nothing},
	{"no-flash-verify", 0, 0, SCOPE_IGNORED, NULL,
	 "I2C has no checksum, so all that is written is read back", 0, take_nothing},
	{"ignore-dev-data", 0, 0, SCOPE_IGNORED, NULL,
	 "these images have no sections of device data", 0, take_nothing},
	{"no-fw-ctrl", 0, 0, SCOPE_IGNORED, NULL, "nothing goes through the firmware over I2C", 0,
	 take_nothing},
	{"low-cpu", 0, 0, SCOPE_IGNORED, NULL, "the bus takes the time, not the processor", 0,
	 take_nothing},
	{"banks", 0, 1, SCOPE_IGNORED, "1", "these cards have one flash", 0, options_take_banks},
	{"help", 'h', 0, SCOPE_ALL, NULL, "help, also COMMAND --help", FLAG(help)},
	{"version", 'v', 0, SCOPE_ALL, NULL, "the version", FLAG(version)},
};
const size_t cli_option_count = sizeof(cli_option_specs) / sizeof(cli_option_specs[0]);

const struct option_spec *option_find(const char *name, size_t len)
{
	for (size_t i = 0; i < cli_option_count; i++) {
		if (strlen(cli_option_specs[i].name) == len &&
		    strncmp(cli_option_specs[i].name, name, len) == 0)
			return &cli_option_specs[i];
	}
	return NULL;
}
