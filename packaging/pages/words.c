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
	} known[] = {{"FILE", VALUES_FILES},	  {"IMAGE", VALUES_FILES},
		     {"BACKUP", VALUES_FILES},	  {"FOLDER", VALUES_FOLDERS},
		     {"DEVICE", VALUES_DEVICES},  {"T,N,1", VALUES_PARTS},
		     {"NAME=no|yes", VALUES_WAYS}};

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
	for (unsigned i = 0; values == VALUES_WAYS && i < CX3_WAYS; i++)
		printf("%s%s=no %s=yes", i ? " " : "", cx3_way_name(i), cx3_way_name(i));
}
