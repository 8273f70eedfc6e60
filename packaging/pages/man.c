/* SPDX-License-Identifier: BSD-2-Clause */
/* cx3flash.1, in the man macros. */
#include <stdio.h>
#include <string.h>

#include "exit_code.h"
#include "pages.h"

/* As it is printed: a hyphen that is typed stays one, and no line becomes a request. */
static void text(const char *s)
{
	bool begins = true;

	for (; *s; s++) {
		if (begins && (*s == '.' || *s == '\''))
			fputs("\\&", stdout);
		if (*s == '-')
			fputs("\\-", stdout);
		else if (*s == '\\')
			fputs("\\e", stdout);
		else
			putchar(*s);
		begins = *s == '\n';
	}
}

static void heading(const char *name)
{
	printf(".SH %s\n", name);
}

static void paragraph(const char *s)
{
	fputs(".PP\n", stdout);
	text(s);
	putchar('\n');
}

static void example(const char *line)
{
	fputs(".IP\n\\fBcx3flash ", stdout);
	text(line);
	fputs("\\fR\n", stdout);
}

static void option(const struct option_spec *spec)
{
	fputs(".TP\n\\fB", stdout);
	if (spec->letter)
		printf("\\-%c\\fR, \\fB", spec->letter);
	fputs("\\-\\-", stdout);
	text(spec->name);
	fputs("\\fR", stdout);
	if (spec->arg) {
		fputs(" \\fI", stdout);
		text(spec->arg);
		fputs("\\fR", stdout);
	}
	putchar('\n');
	text(spec->help);
	fputs(".\n", stdout);
}

/* Each line of a list has a paragraph of its own. What is behind the list begins anew. */
static void help_text(const char *help)
{
	struct page_list_line parts;
	bool in_list = false;

	while (*help) {
		size_t len = strcspn(help, "\n");
		bool listed = page_list_line(help, &parts);
		char line[200];

		if (listed != in_list)
			fputs(listed ? ".RS\n.PD 0\n" : ".RE\n.PD\n.IP\n", stdout);
		in_list = listed;
		if (listed) {
			fputs(".TP\n\\fB", stdout);
			snprintf(line, sizeof(line), "%.*s", (int)parts.head_len, parts.head);
			text(line);
			fputs("\\fR\n", stdout);
		}
		snprintf(line, sizeof(line), "%.*s",
			 listed ? (int)(parts.end - parts.text) : (int)len,
			 listed ? parts.text : help);
		text(line);
		putchar('\n');
		help += len + (help[len] == '\n');
	}
	if (in_list)
		fputs(".RE\n.PD\n.IP\n", stdout);
}

/* Its own options by name: each is described once, behind the commands. */
static void options_of(const struct command *command)
{
	bool any = false;

	for (size_t i = 0; i < cli_option_count; i++) {
		const struct option_spec *spec = &cli_option_specs[i];

		if ((spec->scope & SCOPE_ALL) || !page_takes(command, spec))
			continue;
		fputs(any ? ", " : ".br\nOptions: ", stdout);
		fputs("\\fB\\-\\-", stdout);
		text(spec->name);
		fputs("\\fR", stdout);
		any = true;
	}
	if (any)
		fputs(".\n", stdout);
}

static void command(const struct command *c)
{
	fputs(".TP\n\\fB", stdout);
	text(c->name);
	fputs("\\fR", stdout);
	if (c->alias)
		printf(", \\fB%s\\fR", c->alias);
	if (*c->args) {
		fputs(" \\fI", stdout);
		text(c->args);
		fputs("\\fR", stdout);
	}
	putchar('\n');
	text(c->summary);
	fputs(".\n", stdout);
	if (c->help)
		help_text(c->help);
	options_of(c);
}

static void commands(void)
{
	heading("COMMANDS");
	for (int group = 0; group < GROUP_COUNT; group++) {
		fputs(".SS ", stdout);
		text(cli_group_names[group]);
		putchar('\n');
		for (size_t i = 0; cli_commands[i]; i++) {
			if (cli_commands[i]->group == (enum cli_group)group)
				command(cli_commands[i]);
		}
	}
}

static void options(void)
{
	heading("OPTIONS");
	text("An option may stand before or behind the command, and be written as mstflint has it: "
	     "-allow_psid_change, --allow_psid_change and --allow-psid-change are one.\n");
	for (size_t i = 0; i < cli_option_count; i++) {
		if (page_offers(&cli_option_specs[i]))
			option(&cli_option_specs[i]);
	}
	fputs(".SS Options of mstflint without an effect here\n", stdout);
	for (size_t i = 0; i < cli_option_count; i++) {
		if (!page_offers(&cli_option_specs[i]))
			option(&cli_option_specs[i]);
	}
}

static void devices(void)
{
	heading("DEVICES");
	for (size_t i = 0; cx3_adapter_kind(i); i++) {
		fputs(".TP\n\\fB", stdout);
		text(cx3_adapter_kind(i)->name);
		fputs("\\fR\n", stdout);
		text(cx3_adapter_kind(i)->syntax);
		putchar('\n');
	}
	heading("EXIT STATUS");
	for (unsigned i = 0; i < exit_meaning_count; i++) {
		printf(".TP\n.B %d\n", (int)exit_meanings[i].code);
		text(exit_meanings[i].text);
		putchar('\n');
	}
}

static void examples(void)
{
	heading("EXAMPLES");
	text("One of each command:\n");
	for (size_t i = 0; cli_commands[i]; i++) {
		const struct command *c = cli_commands[i];

		if (c->group != GROUP_BENCH && c->example)
			example(c->example);
	}
}

void page_man(void)
{
	printf(".\\\" Made from the program's tables by packaging/update: change those.\n"
	       ".TH CX3FLASH 1 \"\" \"cx3flash " CX3FLASH_VERSION "\" \"User Commands\"\n");
	heading("NAME");
	fputs("cx3flash \\- the firmware of ConnectX\\-3 and ConnectX\\-3 Pro cards, over I2C\n",
	      stdout);
	heading("SYNOPSIS");
	fputs("\\fBcx3flash\\fR \\fB\\-d\\fR \\fIDEVICE\\fR [\\fB\\-i\\fR \\fIIMAGE\\fR] "
	      "[\\fIoptions\\fR] \\fICOMMAND\\fR [\\fIargs\\fR]\n",
	      stdout);
	heading("DESCRIPTION");
	text("Reads, burns, repairs and restores the firmware flash of these cards out of band: "
	     "through a Linux I2C adapter, an FT232H or the vendor's MTUSB-1. It is used where the "
	     "PCIe path is refused or dead. A command that changes a card shows its plan, asks, "
	     "keeps a backup, and reads back all that it writes.\n");
	paragraph("A card that does not boot: cx3flash-recovery(7). With a card whose state is not "
		  "known, begin with status: it ends with the next line to type.");
	commands();
	options();
	devices();
	heading("ENVIRONMENT");
	fputs(".TP\n.B XDG_STATE_HOME\n", stdout);
	text("The folder of backups and journals; ~/.local/state where it is not set.\n");
	fputs(".TP\n.B NO_COLOR\n", stdout);
	text("Where it is set, nothing is printed in bold.\n");
	heading("FILES");
	fputs(".TP\n.I ~/.local/state/cx3flash/backups\n", stdout);
	text("What was on each card before it was changed, with a manifest beside it.\n");
	fputs(".TP\n.I ~/.local/state/cx3flash/journals\n", stdout);
	text("Jobs that were interrupted; resume goes on with one.\n");
	examples();
	heading("SEE ALSO");
	fputs(".BR cx3flash\\-recovery (7)\n", stdout);
}
