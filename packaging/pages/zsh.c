/* SPDX-License-Identifier: BSD-2-Clause */
/* The completion for zsh: the words of _arguments and _describe. */
#include <stdio.h>

#include "pages.h"

#define NAME "cx3flash"

/* Inside single quotes; ':' and brackets have a meaning of their own. */
static void quoted(const char *s)
{
	for (; *s; s++) {
		if (*s == '\'')
			fputs("'\\''", stdout);
		else if (*s == ':' || *s == '[' || *s == ']')
			printf("\\%c", *s);
		else
			putchar(*s);
	}
}

static void action(enum page_values values)
{
	switch (values) {
	case VALUES_FILES:
		fputs("_files", stdout);
		break;
	case VALUES_FOLDERS:
		fputs("_files -/", stdout);
		break;
	case VALUES_DEVICES:
		fputs("_" NAME "_devices", stdout);
		break;
	case VALUES_PARTS:
	case VALUES_WAYS:
	case VALUES_PROGRESS:
		putchar('(');
		page_list(values);
		putchar(')');
		break;
	case VALUES_NONE:
		putchar(' ');
		break;
	}
}

static void option(const struct option_spec *spec, char letter)
{
	printf("\t\t'%s", spec->scope & SCOPE_REPEATS ? "*" : "");
	if (letter)
		printf("-%c", letter);
	else
		printf("--%s", spec->name);
	putchar('[');
	quoted(spec->help);
	putchar(']');
	for (unsigned i = 0; i < spec->values; i++) {
		putchar(':');
		quoted(spec->arg);
		putchar(':');
		action(page_option_values(spec));
	}
	fputs("'\n", stdout);
}

static void options(const struct command *command)
{
	for (size_t i = 0; i < cli_option_count; i++) {
		const struct option_spec *spec = &cli_option_specs[i];
		bool all = spec->scope & SCOPE_ALL;

		if (command ? all || !page_takes(command, spec) : !all || !page_offers(spec))
			continue;
		if (spec->letter)
			option(spec, spec->letter);
		option(spec, '\0');
	}
}

static void print_word(void *user, const char *word)
{
	(void)user;
	printf(" %s", word);
}

static void name_pattern(const struct command *c)
{
	printf("%s%s%s", c->name, c->alias ? "|" : "", c->alias ? c->alias : "");
}

static void command(const struct command *c)
{
	putchar('\t');
	name_pattern(c);
	fputs(")\n\t\ttaken=(", stdout);
	page_words(c, print_word, NULL);
	printf(" ) files=%d\n\t\toptions+=(\n", page_takes_files(c));
	options(c);
	fputs("\t\t) ;;\n", stdout);
}

static void setting(void *user, const char *first, const char *name)
{
	const struct command *c = user;

	printf("\t\t('%s %s') ((place == 1)) && compadd -S '' -- %s ;|\n", c->name, first, name);
}

/* Behind its first word a command's words are others, or none. */
static void second_words(void)
{
	fputs("\t\tcase \"$command $first\" in\n", stdout);
	for (size_t i = 0; cli_commands[i]; i++) {
		struct command c = *cli_commands[i];

		page_settings(&c, setting, &c);
	}
	fputs("\t\tesac\n", stdout);
}

/* The command, its first word, and how many words stand behind it. */
static void find_command(void)
{
	bool any = false;

	fputs("\tfor ((i = 2; i < CURRENT; i++)); do\n\t\tcase $words[i] in\n\t\t(", stdout);
	for (size_t i = 0; i < cli_option_count; i++) {
		const struct option_spec *spec = &cli_option_specs[i];

		if (spec->values != 1)
			continue;
		printf("%s--%s", any ? "|" : "", spec->name);
		any = true;
		if (spec->letter)
			printf("|-%c", spec->letter);
	}
	fputs(") i=$((i + 1)) ;;\n\t\t(-*) ;;\n"
	      "\t\t(*) if [[ -z $command ]]; then command=$words[i]\n"
	      "\t\t\telse ((place++)) || first=$words[i]; fi ;;\n\t\tesac\n\tdone\n",
	      stdout);
}

static void devices_part(void)
{
	fputs("_" NAME "_devices() {\n\tcompadd --", stdout);
	page_devices(print_word, NULL);
	fputs(" /dev/i2c-*(N)\n}\n\n", stdout);
}

static void commands_part(void)
{
	fputs("_" NAME "_commands() {\n\tlocal -a commands=(\n", stdout);
	for (size_t i = 0; cli_commands[i]; i++) {
		printf("\t\t'%s:", cli_commands[i]->name);
		quoted(cli_commands[i]->summary);
		fputs("'\n", stdout);
	}
	fputs("\t)\n\t_describe command commands\n}\n\n", stdout);
}

void page_zsh(void)
{
	fputs("#compdef " NAME "\n"
	      "# Made from the program's tables by packaging/update: change those.\n\n",
	      stdout);
	devices_part();
	commands_part();
	fputs("_" NAME "() {\n"
	      "\tlocal curcontext=$curcontext state command= first=\n"
	      "\tlocal -i files=0 place=0 i\n"
	      "\tlocal -a taken options=(\n",
	      stdout);
	options(NULL);
	fputs("\t)\n", stdout);
	find_command();
	fputs("\tcase $command in\n", stdout);
	for (size_t i = 0; cli_commands[i]; i++)
		command(cli_commands[i]);
	fputs("\tesac\n"
	      "\t_arguments -C $options '*: :->rest'\n"
	      "\t[[ $state == rest ]] || return\n"
	      "\tif [[ -z $command ]]; then\n"
	      "\t\t_" NAME "_commands\n"
	      "\telse\n"
	      "\t\t((place)) || compadd -a taken\n",
	      stdout);
	second_words();
	fputs("\t\t((files)) && _files\n"
	      "\tfi\n}\n\n"
	      "_" NAME " \"$@\"\n",
	      stdout);
}
