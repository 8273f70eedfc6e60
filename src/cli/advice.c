/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One table: which command line leads on from which error. The library's errors
 * name no options, since other programs use it too. No row that writes to the flash
 * belongs to an error that noise, or another program at work, can cause.
 * clear_semaphore says what it would do to such a program, and asks.
 */
#include "advice.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fleet.h"
#include "foreign.h"

/* Which options of the line that failed the advised line repeats. -y agreed to that line only: it
 * is repeated where the same line is to be run again. */
enum kept {
	ALL_BUT_YES, /* with `instead`: the device, and how the card is opened */
	DEVICE_ONLY, /* with `instead` */
	ALL,
	TAKEN_TOO /* with `instead`: those that this command takes as well, but not -y */
};

struct row {
	const char *command; /* NULL: any */
	bool (*when)(const struct cli *cli);
	const char *add;     /* options put before the command; those given already are not */
	const char *instead; /* another command on the same device, for this one */
	enum cx3_code code;
	enum kept kept;
};

static bool several_changes(const struct cli *cli)
{
	return fleet_wanted(cli) && cli->command->scope & SCOPE_CHANGE && !cli->options.no;
}

static bool no_terminal(const struct cli *cli)
{
	return !cli->options.yes && !cli->options.no &&
	       (cli->options.json || !isatty(STDIN_FILENO));
}

static bool no_usable_device(const struct cli *cli)
{
	enum cli_target target = cli->command->target;

	if (cli->options.device)
		return foreign_device(cli->options.device) != NULL;
	return target == TARGET_DEVICE || target == TARGET_BOTH || target == TARGET_CARD_IMAGE;
}

static bool on_card(const struct cli *cli)
{
	return cli->options.device != NULL;
}

/* scan lists I2C buses: it knows nothing of a board that is not on USB. */
static bool no_usb_board(const struct cli *cli)
{
	const char *device = cli->options.device;

	return !device || (strncmp(device, "ft232h", strlen("ft232h")) != 0 &&
			   strncmp(device, "mtusb1", strlen("mtusb1")) != 0);
}

/* What vanishes later has the whole device as its place. */
static bool no_flash_file(const struct cli *cli)
{
	const char *device = cli->options.device;

	return device && strncmp(device, "sim:", strlen("sim:")) == 0 &&
	       strncmp(cli->err.place, "sim:", strlen("sim:")) != 0;
}

/* An image that lacks this section is whole: status has nothing more to say. */
static bool no_image_there(const struct cli *cli)
{
	return on_card(cli) && strcmp(cli->err.place, "Hash File") != 0;
}

static bool part_said(const struct cli *cli)
{
	return on_card(cli) && cli->options.part != NULL;
}

/* Not what a value has wrong by itself: these are another card's. */
static bool of_another_card(const struct cli *cli)
{
	return on_card(cli) && strcmp(cli->err.place, "identity") == 0;
}

/* What is damaged is the card's: a file that is has its own name as the place. */
static bool flash_itself(const struct cli *cli)
{
	const char *device = cli->options.device, *place = cli->err.place;

	return device && (!place[0] || strncmp(place, device, strlen(device)) == 0);
}

/* What has just told of the noise need not run again before something was done about it. */
static bool not_in_selftest(const struct cli *cli)
{
	return on_card(cli) && strcmp(cli->command->name, "selftest") != 0;
}

/* Which half is this card's is not known: the other one is to be given too. */
static bool half_given(const struct cli *cli)
{
	return strcmp(cli->err.place, "image on the flash") == 0 &&
	       !cli->options.burn.guid_count != !cli->options.burn.mac_count;
}

static bool guids_alone(const struct cli *cli)
{
	return half_given(cli) && cli->options.burn.guid_count;
}

static bool no_guids_given(const struct cli *cli)
{
	const struct cx3_burn_options *burn = &cli->options.burn;

	return burn->guid_count == 0 && !burn->blank_guids && !burn->use_image_guids &&
	       !cli->options.identity && !cli->options.identity_from;
}

static bool file_of_another(const struct cli *cli)
{
	return cli->contradicted;
}

static bool other_option(const struct cli *cli)
{
	return cli->other_identity;
}

static bool no_vsd_given(const struct cli *cli)
{
	return strcmp(cli->err.place, "flash") == 0 && !cli->options.burn.vsd &&
	       !cli->options.burn.use_image_ps;
}

/* burn, sg, recover, restore and reset_config: the commands that have the options of a change. */
static bool is_change(const struct cli *cli)
{
	return (cli->command->scope & SCOPE_CHANGE) != 0;
}

static bool still_protected(const struct cli *cli)
{
	return is_change(cli) && !cli->options.unprotect;
}

static bool no_folder_given(const struct cli *cli)
{
	return !cli->options.backup_dir;
}

static bool file_lost(const struct cli *cli)
{
	return cli->file_lost;
}

static bool change_without_folder(const struct cli *cli)
{
	return on_card(cli) && is_change(cli) && no_folder_given(cli);
}

static bool not_failsafe(const struct cli *cli)
{
	return !cli->options.burn.non_failsafe;
}

static bool no_image_named(const struct cli *cli)
{
	return !cli->options.image;
}

static bool archive_of_many(const struct cli *cli)
{
	return strstr(cli->err.place, "archive") && cli->options.image && !cli->options.psid;
}

/* The journal's card may be another one: who types the line itself says that it is this one. */
static bool nothing_to_go_on_from(const struct cli *cli)
{
	return cli->resumed_words && strcmp(cli->err.place, "flash") == 0;
}

#define IDENTITY "-guid GUID -mac MAC"

/* The first row that fits is taken. */
static const struct row rows[] = {
	{NULL, no_flash_file, NULL, "help sim", CX3_E_NO_DEVICE, ALL_BUT_YES},
	{NULL, no_usb_board, NULL, "scan", CX3_E_NO_DEVICE, ALL_BUT_YES},
	{NULL, no_usable_device, NULL, "scan", CX3_E_USAGE, ALL_BUT_YES},
	{NULL, archive_of_many, "-psid PSID", NULL, CX3_E_PSID, ALL_BUT_YES},
	{"burn", NULL, "-allow_psid_change --dry-run", NULL, CX3_E_PSID, ALL_BUT_YES},
	{"burn", NULL, "--allow-other-board --dry-run", NULL, CX3_E_BOARD, ALL_BUT_YES},
	{"burn", NULL, "--allow-access-key --dry-run", NULL, CX3_E_KEY, ALL_BUT_YES},
	{NULL, still_protected, "--unprotect", NULL, CX3_E_PROTECTED, ALL_BUT_YES},
	/* after power-off: it tells whether the lock is still there */
	{NULL, on_card, NULL, "status", CX3_E_STATUS_LOCKED, ALL_BUT_YES},
	/* it goes through what may be the cause */
	{NULL, on_card, NULL, "status", CX3_E_WRONG_ID, ALL_BUT_YES},
	{NULL, part_said, NULL, "status", CX3_E_UNKNOWN_PART, DEVICE_ONLY},
	/* with what it is like, for a look first */
	{NULL, on_card, "--flash-params TYPE,LOG2SIZE,1", "status", CX3_E_UNKNOWN_PART,
	 ALL_BUT_YES},
	/* with the option that reads the file: identity_word */
	{NULL, other_option, NULL, NULL, CX3_E_IDENTITY, ALL_BUT_YES},
	{NULL, other_option, NULL, NULL, CX3_E_FILE, ALL_BUT_YES},
	{NULL, nothing_to_go_on_from, NULL, NULL, CX3_E_IDENTITY, ALL_BUT_YES},
	/* it writes no flash, and nobody's noise opens a card without its key */
	{NULL, on_card, NULL, "hw_access enable", CX3_E_LOCKED, ALL_BUT_YES},
	{NULL, on_card, NULL, "status", CX3_E_COMMAND, ALL_BUT_YES},
	{NULL, on_card, NULL, "clear_semaphore", CX3_E_SEMAPHORE, ALL_BUT_YES},
	{NULL, on_card, NULL, "clear_semaphore", CX3_E_OTHER_TOOL, ALL_BUT_YES},
	{NULL, not_in_selftest, NULL, "selftest", CX3_E_NOISE, ALL_BUT_YES},
	{"burn", not_failsafe, NULL, "recover", CX3_E_NO_IMAGE, TAKEN_TOO},
	/* the card's own, where it has any */
	{"burn", of_another_card, NULL, "identity", CX3_E_IDENTITY, ALL_BUT_YES},
	{"sg", of_another_card, NULL, "identity", CX3_E_IDENTITY, ALL_BUT_YES},
	{"identity", on_card, NULL, "status", CX3_E_IDENTITY, ALL_BUT_YES},
	{"burn", guids_alone, "-mac MAC", NULL, CX3_E_IDENTITY, ALL_BUT_YES},
	{"burn", half_given, "-guid GUID", NULL, CX3_E_IDENTITY, ALL_BUT_YES},
	{"sg", guids_alone, "-mac MAC", NULL, CX3_E_IDENTITY, ALL_BUT_YES},
	{"sg", half_given, "-guid GUID", NULL, CX3_E_IDENTITY, ALL_BUT_YES},
	{"burn", no_guids_given, IDENTITY, NULL, CX3_E_IDENTITY, ALL_BUT_YES},
	{"burn", no_vsd_given, "-use_image_ps", NULL, CX3_E_IDENTITY, ALL_BUT_YES},
	{"resume", NULL, NULL, "status", CX3_E_IDENTITY, ALL_BUT_YES},
	/* with the identity of the file as -guids and -macs: push_identity */
	{"recover", file_of_another, "--dry-run", NULL, CX3_E_IDENTITY, ALL_BUT_YES},
	{"recover", no_guids_given, IDENTITY, NULL, CX3_E_IDENTITY, ALL_BUT_YES},
	{"recover", of_another_card, NULL, "identity", CX3_E_IDENTITY, ALL_BUT_YES},
	{"recover", NULL, "-allow_psid_change --dry-run", NULL, CX3_E_PSID, ALL_BUT_YES},
	{"recover", NULL, "--allow-other-board --dry-run", NULL, CX3_E_BOARD, ALL_BUT_YES},
	{"recover", NULL, "--allow-access-key --dry-run", NULL, CX3_E_KEY, ALL_BUT_YES},
	{"burn", NULL, "-use_image_rom --dry-run", NULL, CX3_E_ROM, ALL_BUT_YES},
	{"brom", NULL, "-allow_rom_change --dry-run", NULL, CX3_E_ROM, ALL_BUT_YES},
	{"drom", NULL, "-allow_rom_change --dry-run", NULL, CX3_E_ROM, ALL_BUT_YES},
	{"wwne", NULL, NULL, "ww", CX3_E_NEEDS_ERASE, TAKEN_TOO},
	{"wbne", NULL, NULL, "ww", CX3_E_NEEDS_ERASE, TAKEN_TOO},
	{"recover", no_image_named, "-i IMAGE", NULL, CX3_E_REFUSED, ALL_BUT_YES},
	{"restore", NULL, "--allow-identity-change --dry-run", NULL, CX3_E_IDENTITY, ALL_BUT_YES},
	{"restore", NULL, "-allow_psid_change --dry-run", NULL, CX3_E_PSID, ALL_BUT_YES},
	{"burn", not_failsafe, "-nofs", NULL, CX3_E_FAILSAFE, ALL_BUT_YES},
	{"verify", on_card, NULL, "status", CX3_E_WRONG_CARD, ALL_BUT_YES},
	{NULL, no_image_there, NULL, "status", CX3_E_NO_IMAGE, ALL_BUT_YES},
	{NULL, flash_itself, NULL, "status", CX3_E_IMAGE, ALL_BUT_YES},
	{"backup", NULL, NULL, "backup", CX3_E_EXISTS, ALL_BUT_YES},
	{"ri", NULL, "-y", NULL, CX3_E_EXISTS, ALL_BUT_YES},
	{"map", NULL, "-y", NULL, CX3_E_EXISTS, ALL_BUT_YES},
	{"rrom", NULL, "-y", NULL, CX3_E_EXISTS, ALL_BUT_YES},
	{"dc", NULL, "-y", NULL, CX3_E_EXISTS, ALL_BUT_YES},
	{"rb", NULL, "-y", NULL, CX3_E_EXISTS, ALL_BUT_YES},
	{NULL, is_change, "--allow-unbootable", NULL, CX3_E_UNBOOTABLE, ALL_BUT_YES},
	{"restore", NULL, "--allow-bad-backup --dry-run", NULL, CX3_E_BACKUP, ALL_BUT_YES},
	{NULL, no_folder_given, "--backup-dir FOLDER", NULL, CX3_E_NO_FOLDER, ALL_BUT_YES},
	{NULL, change_without_folder, "--backup-dir FOLDER", NULL, CX3_E_DISK_FULL, ALL_BUT_YES},
	{NULL, is_change, "--dry-run", NULL, CX3_E_CHANGED, ALL_BUT_YES},
	/* with IMAGE or FILE for the file that is lost */
	{NULL, file_lost, NULL, NULL, CX3_E_FILE, ALL_BUT_YES},
	/* the plans are looked at before they are agreed to all at once */
	{NULL, several_changes, "--dry-run", NULL, CX3_E_REFUSED, ALL_BUT_YES},
	{NULL, no_terminal, "-y", NULL, CX3_E_REFUSED, ALL},
	{NULL, is_change, NULL, NULL, CX3_E_INTERRUPTED, ALL},
};

static const struct row *row_of(const struct cli *cli)
{
	for (size_t i = 0; cli->command && i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];

		if (row->code != cli->err.code || (row->when && !row->when(cli)))
			continue;
		if (row->command && strcmp(row->command, cli->command->name) != 0)
			continue;
		/* no command is advised after its own failure, unless its own row says so */
		if (row->instead && !row->command && !strcmp(row->instead, cli->command->name))
			continue;
		return row;
	}
	return NULL;
}

/* Does the command that the row leads to take this option? */
static bool is_taken(const struct row *row, const struct option_spec *spec)
{
	const struct command *other = row->instead ? cli_find_command(row->instead) : NULL;

	return !other || !spec || (spec->scope & (SCOPE_ALL | other->scope));
}

/* A file whose identity is given by value instead. */
static bool is_replaced(const struct cli *cli, const struct option_spec *spec)
{
	return cli->contradicted && spec &&
	       strncmp(spec->name, "identity", strlen("identity")) == 0;
}

static void push_values(struct advice *advice, const char *option, unsigned digits,
			const uint64_t *value, unsigned count, char text[][20])
{
	if (count)
		advice_push(advice, option);
	for (unsigned i = 0; i < count; i++) {
		snprintf(text[i], sizeof(text[i]), "%0*" PRIx64, (int)digits, value[i]);
		advice_push(advice, text[i]);
	}
}

/* What identity_option has read, as options. The words last as long as their thread. */
static void push_identity(const struct cli *cli, struct advice *advice)
{
	static _Thread_local char text[6][20];
	const struct cx3_burn_options *burn = &cli->options.burn;

	push_values(advice, "-guids", 16, burn->guid, burn->guid_count, text);
	push_values(advice, "-macs", 12, burn->mac, burn->mac_count, text + 4);
}

/* Of --identity and --identity-from the other one. The word lasts as long as its thread. */
static const char *identity_word(const struct cli *cli, const struct option_word *option)
{
	static _Thread_local char word[4200];
	const char *equals = strchr(option->word, '=');

	if (!cli->other_identity || !option->spec ||
	    strncmp(option->spec->name, "identity", strlen("identity")) != 0)
		return option->word;
	snprintf(word, sizeof(word), "%s%s",
		 cli->options.identity ? "--identity-from" : "--identity", equals ? equals : "");
	return word;
}

/* A yes was said to another line than this one: it is asked for again. */
static void push_options(const struct cli *cli, const struct row *row, struct advice *advice)
{
	struct option_word option;

	for (int i = 1; option_next(cli->words, cli->first, &i, &option);) {
		bool taken = is_taken(row, option.spec) && !is_replaced(cli, option.spec);

		if (taken && cli->file_lost && option.spec && option.spec->letter == 'i') {
			advice_push(advice, "-i");
			advice_push(advice, "IMAGE");
			continue;
		}
		if (taken && (row->kept == ALL || !option.spec || option.spec->letter != 'y'))
			advice_push(advice, identity_word(cli, &option));
		if (taken && option.value)
			advice_push(advice, option.value);
	}
}

/* "-nofs" is "--nofs" in the words, "-allow_psid_change" is "--allow-psid-change". */
static bool given(const struct advice *advice, const char *option)
{
	for (size_t i = 1; i < advice->count; i++) {
		const char *a = advice->word[i] + strspn(advice->word[i], "-");
		const char *b = option + strspn(option, "-");

		while (*a && (*a == *b || (*a == '-' && *b == '_'))) {
			a++;
			b++;
		}
		if (advice->word[i][0] == '-' && !*b && (!*a || *a == '='))
			return true;
	}
	return false;
}

#define MOST_WORDS 128

/* The words last as long as their thread: each is a copy in `copy`, which is the caller's. */
static void push_words(const struct cli *cli, const char *words, char copy[MOST_WORDS],
		       struct advice *advice)
{
	char *save = NULL;
	bool skip = false;

	snprintf(copy, MOST_WORDS, "%s", words);
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		if (word[0] == '-')
			skip = given(advice, word) ||
			       (cli->options.burn.vsd && strcmp(word, "-use_image_ps") == 0);
		if (!skip)
			advice_push(advice, word);
	}
}

/* Another command on the same device. */
static void push_added(const struct cli *cli, const char *add, struct advice *advice)
{
	static _Thread_local char copy[MOST_WORDS];

	push_words(cli, add, copy, advice);
}

static void find_other(const struct cli *cli, const struct row *row, struct advice *advice)
{
	static _Thread_local char instead[MOST_WORDS];

	/* they look at no card */
	if (strcmp(row->instead, "scan") == 0 || strcmp(row->instead, "help sim") == 0)
		advice_push(advice, "cx3flash");
	else if (row->kept == DEVICE_ONLY)
		advice_device(cli, advice);
	else
		advice_begin(cli, advice);
	if (row->add)
		push_added(cli, row->add, advice);
	push_words(cli, row->instead, instead, advice);
}

void advice_find(const struct cli *cli, struct advice *advice)
{
	const struct row *row = row_of(cli);

	memset(advice, 0, sizeof(*advice));
	if (!row)
		return;
	if (row->instead && row->kept != TAKEN_TOO) {
		find_other(cli, row, advice);
		return;
	}
	advice_push(advice, "cx3flash");
	push_options(cli, row, advice);
	if (cli->contradicted)
		push_identity(cli, advice);
	if (row->add)
		push_added(cli, row->add, advice);
	advice_push(advice, row->instead ? row->instead : cli->command->name);
	if (cli->ww[0]) {
		advice_push(advice, cli->ww[0]);
		advice_push(advice, cli->ww[1]);
		return;
	}
	for (unsigned i = 0; i < cli_told_args(cli); i++)
		advice_push(advice,
			    cli->file_lost && i < cli->command->files ? "FILE" : cli->argv[i]);
}
