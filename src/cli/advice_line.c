/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of a line to copy, whoever advises it: how it begins, and how a shell reads it. */
#include "advice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "printable.h"

void advice_push(struct advice *advice, const char *word)
{
	if (advice->count < ADVICE_WORDS)
		advice->word[advice->count++] = word;
}

/* What says how the card is opened: without -flash_params a flash that is not known is not. */
static void push_card_options(const struct cli *cli, struct advice *advice)
{
	struct option_word option;

	for (int i = 1; option_next(cli->words, cli->first, &i, &option);) {
		if (!option.spec || !(option.spec->scope & SCOPE_CARD))
			continue;
		advice_push(advice, option.word);
		if (option.value)
			advice_push(advice, option.value);
	}
}

void advice_device(const struct cli *cli, struct advice *advice)
{
	memset(advice, 0, sizeof(*advice));
	advice_push(advice, "cx3flash");
	advice_push(advice, "-d");
	advice_push(advice, cli->options.device);
}

void advice_begin(const struct cli *cli, struct advice *advice)
{
	advice_device(cli, advice);
	push_card_options(cli, advice);
}

static bool is_one_of(const char *name, const char *const *names)
{
	while (*names && strcmp(*names, name) != 0)
		names++;
	return *names != NULL;
}

void advice_own_line(const struct cli *cli, const char *const *without, const char *more,
		     struct advice *advice)
{
	struct option_word option;

	memset(advice, 0, sizeof(*advice));
	advice_push(advice, "cx3flash");
	for (int i = 1; option_next(cli->words, cli->first, &i, &option);) {
		if (option.spec && is_one_of(option.spec->name, without))
			continue;
		advice_push(advice, option.word);
		if (option.value)
			advice_push(advice, option.value);
	}
	if (more)
		advice_push(advice, more);
	advice_push(advice, cli->command->name);
	for (unsigned i = 0; i < cli_told_args(cli); i++)
		advice_push(advice, cli->argv[i]);
}

static bool needs_quotes(const char *word)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789-_./:=,+@%";

	return !*word || word[strspn(word, safe)];
}

char *advice_line(const struct advice *advice)
{
	char *line = NULL;
	size_t size;
	FILE *out = open_memstream(&line, &size);

	if (!out)
		return NULL;
	for (size_t i = 0; i < advice->count; i++) {
		const char *word = advice->word[i];

		fputs(i ? " " : "", out);
		if (!needs_quotes(word)) {
			fputs(word, out);
			continue;
		}
		fputc('\'', out);
		for (; *word; word++) {
			if (*word == '\'')
				fputs("'\\''", out);
			else
				fputc(*word, out);
		}
		fputc('\'', out);
	}
	if (fclose(out) != 0) {
		free(line);
		return NULL;
	}
	return line;
}

void advice_tell(const struct cli *cli, const struct advice *advice, const char *key,
		 const char *text)
{
	char *line = advice_line(advice);

	if (line)
		say(cli, "-I- %s: %s\n", text, shown(line));
	if (key)
		json_text(cli->json, key, line);
	free(line);
}
