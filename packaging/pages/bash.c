/* SPDX-License-Identifier: BSD-2-Clause */
/* The completion for bash. It needs nothing of the package bash-completion. */
#include <stdio.h>

#include "pages.h"

#define NAME "cx3flash"

/* "-d|--device", of all options with values of this kind; nothing if there is none. */
static bool pattern(enum page_values values)
{
	bool any = false;

	for (size_t i = 0; i < cli_option_count; i++) {
		const struct option_spec *spec = &cli_option_specs[i];

		if (!spec->values || page_option_values(spec) != values)
			continue;
		if (any)
			putchar('|');
		if (spec->letter)
			printf("-%c|", spec->letter);
		printf("--%s", spec->name);
		any = true;
	}
	return any;
}

static void offer(enum page_values values, const char *list)
{
	fputs("\t", stdout);
	if (pattern(values))
		printf(") COMPREPLY=($(compgen %s -- \"$cur\")); return ;;\n", list);
}

static void words(enum page_values values)
{
	fputs("\t", stdout);
	pattern(values);
	fputs(") COMPREPLY=($(compgen -W \"", stdout);
	page_list(values);
	fputs("\" -- \"$cur\")); return ;;\n", stdout);
}

static void quoted_word(void *user, const char *word)
{
	(void)user;
	printf("%s\\ ", word);
}

static void values(void)
{
	fputs("\tcase $prev in\n", stdout);
	fputs("\t", stdout);
	pattern(VALUES_DEVICES);
	fputs(")\n\t\tlocal devices=", stdout);
	page_devices(quoted_word, NULL);
	fputs(" bus\n"
	      "\t\tfor bus in /dev/i2c-*; do [[ -e $bus ]] && devices+=\" $bus\"; done\n"
	      "\t\tCOMPREPLY=($(compgen -W \"$devices\" -- \"$cur\")); return ;;\n",
	      stdout);
	offer(VALUES_FILES, "-f");
	offer(VALUES_FOLDERS, "-d");
	words(VALUES_PARTS);
	words(VALUES_WAYS);
	words(VALUES_PROGRESS);
	offer(VALUES_NONE, "-W ''");
	fputs("\tesac\n", stdout);
}

static void print_word(void *user, const char *word)
{
	(void)user;
	printf(" %s", word);
}

static void name_pattern(const struct command *c)
{
	printf("\t%s%s%s) ", c->name, c->alias ? "|" : "", c->alias ? c->alias : "");
}

/* What each command takes: its words, its options, and whether a file may stand there. */
static void commands(void)
{
	fputs("\tcase $command in\n", stdout);
	for (size_t i = 0; cli_commands[i]; i++) {
		const struct command *c = cli_commands[i];

		name_pattern(c);
		fputs("words=\"", stdout);
		page_words(c, print_word, NULL);
		fputs("\" options=\"", stdout);
		for (size_t k = 0; k < cli_option_count; k++) {
			if (page_takes(c, &cli_option_specs[k]) &&
			    !(cli_option_specs[k].scope & SCOPE_ALL))
				printf(" --%s", cli_option_specs[k].name);
		}
		printf("\" files=%d ;;\n", page_takes_files(c));
	}
	fputs("\tesac\n", stdout);
}

static void setting(void *user, const char *first, const char *name)
{
	const struct command *c = user;

	printf("\t'%s %s ') words+=\" %s\" ;;&\n", c->name, first, name);
}

/* Behind its first word a command's words are others, or none. */
static void second_words(void)
{
	fputs("\t[[ ! $first ]] || words=''\n\tcase \"$command $first ${more:-}\" in\n", stdout);
	for (size_t i = 0; cli_commands[i]; i++) {
		struct command c = *cli_commands[i];

		page_settings(&c, setting, &c);
	}
	fputs("\tesac\n", stdout);
}

static void names(void)
{
	for (size_t i = 0; cli_commands[i]; i++)
		printf("%s%s", i ? " " : "", cli_commands[i]->name);
}

static void find_command(void)
{
	fputs("\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	      "\t\tcase ${COMP_WORDS[i]} in\n\t\t",
	      stdout);
	for (enum page_values kind = VALUES_NONE; kind <= VALUES_PROGRESS; kind++) {
		if (kind)
			putchar('|');
		pattern(kind);
	}
	fputs(") i=$((i + 1)) ;;\n\t\t-*) ;;\n"
	      "\t\t*) if [[ ! $command ]]; then command=${COMP_WORDS[i]}\n"
	      "\t\t\telif [[ ! $first ]]; then first=${COMP_WORDS[i]}\n"
	      "\t\t\telse more=1; fi ;;\n\t\tesac\n\tdone\n",
	      stdout);
}

void page_bash(void)
{
	fputs("# bash completion for " NAME
	      ". Made from the program's tables by packaging/update: change those.\n"
	      "_" NAME "()\n{\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
	      "\tlocal command='' words='' options='' files=0 first='' more='' i\n"
	      "\tCOMPREPLY=()\n",
	      stdout);
	values();
	find_command();
	commands();
	second_words();
	fputs("\tif [[ $cur == -* ]]; then\n\t\toptions+=\"", stdout);
	for (size_t i = 0; i < cli_option_count; i++) {
		if (page_offers(&cli_option_specs[i]) && (cli_option_specs[i].scope & SCOPE_ALL))
			printf(" --%s", cli_option_specs[i].name);
	}
	fputs("\"\n\t\tCOMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
	      "\telif [[ ! $command ]]; then\n"
	      "\t\tCOMPREPLY=($(compgen -W \"",
	      stdout);
	names();
	fputs("\" -- \"$cur\"))\n"
	      "\telse\n"
	      "\t\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
	      "\t\t[[ ${COMPREPLY[0]:-} != *= ]] || compopt -o nospace 2>/dev/null\n"
	      "\t\t((!files)) || COMPREPLY+=($(compgen -f -- \"$cur\"))\n"
	      "\tfi\n}\n"
	      "complete -o filenames -F _" NAME " " NAME "\n",
	      stdout);
}
