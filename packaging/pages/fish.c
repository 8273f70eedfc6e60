/* SPDX-License-Identifier: BSD-2-Clause */
/* The completion for fish: a line for each command, and for each option the commands that take it.
 */
#include <stdio.h>

#include "pages.h"

#define NAME "cx3flash"

static void quoted(const char *s)
{
	putchar('\'');
	for (; *s; s++) {
		if (*s == '\'' || *s == '\\')
			putchar('\\');
		putchar(*s);
	}
	putchar('\'');
}

static void name(const struct command *c)
{
	printf(" %s%s%s", c->name, c->alias ? " " : "", c->alias ? c->alias : "");
}

static void begin(const struct command *c)
{
	fputs("complete -c " NAME, stdout);
	if (!c)
		return;
	fputs(" -n '__fish_seen_subcommand_from", stdout);
	name(c);
	putchar('\'');
}

static void device_word(void *user, const char *word)
{
	(void)user;
	printf("%s ", word);
}

static void value(const struct option_spec *spec)
{
	enum page_values values = page_option_values(spec);

	switch (values) {
	case VALUES_FILES:
		fputs(" -rF", stdout);
		return;
	case VALUES_FOLDERS:
		fputs(" -xa '(__fish_complete_directories)'", stdout);
		return;
	case VALUES_DEVICES:
		fputs(" -xa '", stdout);
		page_devices(device_word, NULL);
		fputs("(path filter /dev/i2c-*)'", stdout);
		return;
	case VALUES_PARTS:
	case VALUES_WAYS:
	case VALUES_PROGRESS:
		fputs(" -xa '", stdout);
		page_list(values);
		putchar('\'');
		return;
	case VALUES_NONE:
		if (spec->values)
			fputs(" -x", stdout);
		return;
	}
}

static void option(const struct option_spec *spec)
{
	fputs("complete -c " NAME, stdout);
	if (!(spec->scope & SCOPE_ALL)) {
		fputs(" -n '__fish_seen_subcommand_from", stdout);
		for (size_t i = 0; cli_commands[i]; i++) {
			if (page_takes(cli_commands[i], spec))
				name(cli_commands[i]);
		}
		putchar('\'');
	}
	if (spec->letter)
		printf(" -s %c", spec->letter);
	printf(" -l %s", spec->name);
	value(spec);
	fputs(" -d ", stdout);
	quoted(spec->help);
	putchar('\n');
}

static void bare_word(void *user, const char *word)
{
	(void)user;
	printf(" %s", word);
}

/* A first word, where none of them stands yet. */
static void print_word(void *user, const char *word)
{
	const struct command *c = user;

	fputs("complete -c " NAME " -n '__fish_seen_subcommand_from", stdout);
	name(c);
	fputs("; and not __fish_seen_subcommand_from", stdout);
	page_words(c, bare_word, NULL);
	printf("' -a %s\n", word);
}

static void print_setting(void *user, const char *first, const char *setting)
{
	const struct command *c = user;

	fputs("complete -c " NAME " -n '__fish_seen_subcommand_from", stdout);
	name(c);
	printf("; and __fish_seen_subcommand_from %s' -a %s\n", first, setting);
}

static void commands(void)
{
	fputs("set -l commands", stdout);
	for (size_t i = 0; cli_commands[i]; i++)
		name(cli_commands[i]);
	fputs("\ncomplete -c " NAME " -f\n", stdout);
	for (size_t i = 0; cli_commands[i]; i++) {
		struct command c = *cli_commands[i];

		printf("complete -c " NAME " -n \"not __fish_seen_subcommand_from $commands\" "
		       "-a %s -d ",
		       c.name);
		quoted(c.summary);
		putchar('\n');
		page_words(&c, print_word, &c);
		page_settings(&c, print_setting, &c);
		if (page_takes_files(&c)) {
			begin(&c);
			fputs(" -F\n", stdout);
		}
	}
}

void page_fish(void)
{
	fputs("# fish completion for " NAME
	      ". Made from the program's tables by packaging/update: change those.\n",
	      stdout);
	commands();
	for (size_t i = 0; i < cli_option_count; i++) {
		if (page_offers(&cli_option_specs[i]))
			option(&cli_option_specs[i]);
	}
}
