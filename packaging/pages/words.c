/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tables say of the words that may stand somewhere. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "pages.h"

enum page_values page_option_values(const struct option_spec *spec)
{
	static const struct {
		const char *arg;
		enum page_values values;
	} known[] = {{"FILE", VALUES_FILES},	   {"IMAGE", VALUES_FILES},
		     {"BACKUP", VALUES_FILES},	   {"FOLDER", VALUES_FOLDERS},
		     {"DEVICE", VALUES_DEVICES},   {"T,N,1", VALUES_PARTS},
		     {"NAME=no|yes", VALUES_WAYS}, {"json", VALUES_PROGRESS}};

	for (size_t i = 0; spec->arg && i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(spec->arg, known[i].arg) == 0)
			return known[i].values;
	}
	return VALUES_NONE;
}

bool page_offers(const struct option_spec *spec)
{
	return !(spec->scope & SCOPE_IGNORED);
}

bool page_takes(const struct command *command, const struct option_spec *spec)
{
	return page_offers(spec) && (spec->scope & (SCOPE_ALL | command->scope));
}

bool page_takes_files(const struct command *command)
{
	return strstr(command->args, "FILE") || strstr(command->args, "JOURNAL");
}

bool page_list_line(const char *line, struct page_list_line *parts)
{
	const char *gap;

	if (strncmp(line, "  ", 2) != 0)
		return false;
	parts->end = line + strcspn(line, "\n");
	parts->head = line + strspn(line, " ");
	gap = strstr(parts->head, "  ");
	if (!gap || gap > parts->end)
		gap = parts->end;
	parts->head_len = (size_t)(gap - parts->head);
	parts->text = gap + strspn(gap, " ");
	return true;
}

/* The next line of a list in a command's help; *at is where it was looked for. */
static bool next_in_list(const char **at, struct page_list_line *parts)
{
	while (*at && **at) {
		bool found = page_list_line(*at, parts);
		const char *end = strchr(*at, '\n');

		*at = end ? end + 1 : NULL;
		if (found)
			return true;
	}
	return false;
}

/* The words of help: its tables, and each other command. */
static void help_words(const struct command *help, void (*next)(void *user, const char *word),
		       void *user)
{
	static const char *const tables[] = {"boards", "parts", "devices", "sim"};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		next(user, tables[i]);
	for (size_t i = 0; cli_commands[i]; i++) {
		if (strcmp(cli_commands[i]->name, help->name) != 0)
			next(user, cli_commands[i]->name);
	}
}

/* Those of the lists that are not among the arguments: "import FILE  identities from ..." */
static void list_words(const struct command *command, void (*next)(void *user, const char *word),
		       void *user)
{
	const char *at = command->help;
	struct page_list_line line;
	char word[32];

	while (next_in_list(&at, &line)) {
		snprintf(word, sizeof(word), "%.*s", (int)strcspn(line.head, " "), line.head);
		if (islower((unsigned char)word[0]) && !strstr(command->args, word))
			next(user, word);
	}
}

void page_words(const struct command *command, void (*next)(void *user, const char *word),
		void *user)
{
	const char *rest = command->args;
	char word[32];

	while (*(rest += strspn(rest, " []|."))) {
		size_t len = strcspn(rest, " []|.");

		snprintf(word, sizeof(word), "%.*s", (int)len, rest);
		if (islower((unsigned char)word[0]))
			next(user, word);
		rest += len;
	}
	if (strstr(command->args, "COMMAND"))
		help_words(command, next, user);
	list_words(command, next, user);
}

void page_settings(const struct command *command,
		   void (*next)(void *user, const char *first, const char *setting), void *user)
{
	const char *at = command->help;
	struct page_list_line line;
	char first[32], setting[32], before[32] = "";

	while (next_in_list(&at, &line)) {
		size_t len = strcspn(line.head, " ");
		const char *name = line.head + len + strspn(line.head + len, " ");
		size_t equals = strcspn(name, "= \n");

		if (len >= line.head_len || name[equals] != '=')
			continue;
		snprintf(first, sizeof(first), "%.*s", (int)len, line.head);
		snprintf(setting, sizeof(setting), "%.*s=", (int)equals, name);
		if (strcmp(setting, before) != 0)
			next(user, first, setting);
		memcpy(before, setting, sizeof(before));
	}
}

void page_devices(void (*next)(void *user, const char *word), void *user)
{
	char word[32];

	for (size_t i = 0; cx3_adapter_kind(i); i++) {
		const char *name = cx3_adapter_kind(i)->name, *syntax = cx3_adapter_kind(i)->syntax;
		size_t len = strlen(name);

		if (strncmp(syntax, name, len) != 0)
			continue;
		/* "sim:FILE": the name alone is none */
		snprintf(word, sizeof(word), "%s%s", name, syntax[len] == ':' ? ":" : "");
		next(user, word);
		if (syntax[len] != '[')
			continue;
		snprintf(word, sizeof(word), "all:%s", name);
		next(user, word);
	}
}

void page_list(enum page_values values)
{
	const char *kind;

	for (size_t i = 0; values == VALUES_PARTS && (kind = cx3_flash_kind(i)); i++)
		printf("%s%s,", i ? " " : "", kind);
	if (values == VALUES_PROGRESS)
		fputs("json", stdout);
	for (unsigned i = 0; values == VALUES_WAYS && i < CX3_WAYS; i++)
		printf("%s%s=no %s=yes", i ? " " : "", cx3_way_name(i), cx3_way_name(i));
}
