/* SPDX-License-Identifier: BSD-2-Clause */
/* The help texts, for people and as JSON, made from the tables. */
#include <stdio.h>

#include "cli.h"
#include "cx3flash/adapterops.h"
#include "exit_code.h"

/*
 * All help is made from the tables, so that it can't be out of date: commands by
 * group, options by scope, adapters by what they say of themselves.
 */

const char *const cli_group_names[GROUP_COUNT] = {
	[GROUP_LOOK] = "Look (nothing is written)",
	[GROUP_KEEP] = "Keep (from the card or the image to a file)",
	[GROUP_CHANGE] = "Change (shows a plan, asks, keeps a backup, reads back)",
	[GROUP_BENCH] = "Test",
};

/* "query, q [full]   versions, ..." */
static void command_line(struct cli *cli, const struct command *command)
{
	char left[48];

	snprintf(left, sizeof(left), "%s%s%s%s%s", command->name, command->alias ? ", " : "",
		 command->alias ? command->alias : "", *command->args ? " " : "", command->args);
	say(cli, "  %-24s %s\n", left, command->summary);
}

/* "-y, --yes   answer yes ..."; without a letter the names still line up. */
static void option_line(struct cli *cli, const struct option_spec *spec)
{
	char left[48];
	char letter[8] = "    ";

	if (spec->letter)
		snprintf(letter, sizeof(letter), "-%c, ", spec->letter);
	snprintf(left, sizeof(left), "%s--%s%s%s", letter, spec->name, spec->arg ? " " : "",
		 spec->arg ? spec->arg : "");
	say(cli, "  %-28s %s\n", left, spec->help);
}

static void commands_part(struct cli *cli)
{
	for (int group = 0; group < GROUP_COUNT; group++) {
		say(cli, "\n%s%s%s\n", bold(), cli_group_names[group], plain());
		for (size_t i = 0; cli_commands[i]; i++) {
			if (cli_commands[i]->group == (enum cli_group)group)
				command_line(cli, cli_commands[i]);
		}
	}
}

static void devices_part(struct cli *cli)
{
	say(cli, "\n%sDevices%s (-d)\n", bold(), plain());
	for (size_t i = 0; cx3_adapter_kind(i); i++)
		say(cli, "  %-10s %s\n", cx3_adapter_kind(i)->name, cx3_adapter_kind(i)->syntax);
}

static void exits_part(struct cli *cli)
{
	say(cli, "\n%sExit codes%s\n", bold(), plain());
	for (unsigned i = 0; i < exit_meaning_count; i++)
		say(cli, "  %3d  %s\n", (int)exit_meanings[i].code, exit_meanings[i].text);
}

/* What a newcomer reads: it must fit two screens. */
static void whole_help(struct cli *cli)
{
	say(cli, "cx3flash " CX3FLASH_VERSION
		 ": the firmware of ConnectX-3 and ConnectX-3 Pro cards, over I2C\n\n"
		 "cx3flash -d DEVICE [-i IMAGE] [options] COMMAND [args]\n");
	commands_part(cli);
	say(cli, "\n%sOptions%s (-guid, --blank_guids and the like work as in mstflint)\n", bold(),
	    plain());
	for (size_t i = 0; i < cli_option_count; i++) {
		if (cli_option_specs[i].scope & SCOPE_ALL)
			option_line(cli, &cli_option_specs[i]);
	}
	say(cli, "  The others are listed by the help of their command: "
		 "cx3flash burn --help\n");
	devices_part(cli);
	say(cli,
	    "\n%sExamples%s\n"
	    "  cx3flash -d /dev/i2c-3 query full\n"
	    "  cx3flash -d ft232h backup card.bin\n"
	    "  cx3flash -d /dev/i2c-3 -i fw.zip --dry-run -allow_psid_change burn\n"
	    "  cx3flash -i fw.bin verify\n",
	    bold(), plain());
	exits_part(cli);
}

static void command_help(struct cli *cli, const struct command *command)
{
	bool any = false;

	say(cli, "cx3flash %s[options] %s%s%s\n",
	    command->target == TARGET_BOTH	   ? "-d DEVICE -i IMAGE "
	    : command->target == TARGET_DEVICE	   ? "-d DEVICE "
	    : command->target == TARGET_EITHER	   ? "-d DEVICE | -i IMAGE "
	    : command->target == TARGET_CARD_IMAGE ? "-d DEVICE [-i IMAGE] "
						   : "",
	    command->name, *command->args ? " " : "", command->args);
	if (command->alias)
		say(cli, "Short: %s\n", command->alias);
	say(cli, "\n%s.\n", command->summary);
	if (command->help)
		say(cli, "%s\n", command->help);
	for (size_t i = 0; i < cli_option_count; i++) {
		const struct option_spec *spec = &cli_option_specs[i];

		if ((spec->scope & SCOPE_ALL) || !(spec->scope & command->scope))
			continue;
		if (!any)
			say(cli, "\n%sOptions%s\n", bold(), plain());
		any = true;
		option_line(cli, spec);
	}
	if (command->example)
		say(cli, "\n%sExample%s\n  cx3flash %s\n", bold(), plain(), command->example);
}

static void command_json(cJSON *item, const struct command *command)
{
	json_text(item, "name", command->name);
	json_text(item, "alias", command->alias);
	json_text(item, "args", command->args);
	json_text(item, "summary", command->summary);
}

/* The same for programs: completions, and the check that the README is up to date. */
static void help_json(struct cli *cli, const struct command *command)
{
	cJSON *commands = json_array(cli->json, "commands");
	cJSON *options = json_array(cli->json, "options");
	cJSON *exits = json_array(cli->json, "exit_codes");

	for (size_t i = 0; cli_commands[i]; i++) {
		if (!command || command == cli_commands[i])
			command_json(json_append(commands), cli_commands[i]);
	}
	for (size_t i = 0; i < cli_option_count; i++) {
		unsigned scope = cli_option_specs[i].scope;
		cJSON *item;

		if (command && !(scope & SCOPE_ALL) && !(scope & command->scope))
			continue;
		item = json_append(options);

		json_text(item, "name", cli_option_specs[i].name);
		json_text(item, "arg", cli_option_specs[i].arg);
		json_text(item, "summary", cli_option_specs[i].help);
	}
	for (unsigned i = 0; i < exit_meaning_count; i++) {
		cJSON *item = json_append(exits);

		json_number(item, "code", exit_meanings[i].code);
		json_text(item, "meaning", exit_meanings[i].text);
	}
}

void cli_help(struct cli *cli, const struct command *command)
{
	if (command)
		command_help(cli, command);
	else
		whole_help(cli);
	if (cli->json)
		help_json(cli, command);
}
