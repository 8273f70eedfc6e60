/* SPDX-License-Identifier: BSD-2-Clause */
/* The request of a job: see request.h. */
#include "request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct words {
	char **word;
	size_t count;
	bool no_memory;
};

static void push(struct words *words, const char *word)
{
	size_t room = words->count + 2 + REQUEST_MORE;
	char **more = realloc(words->word, room * sizeof(*more));

	if (more) {
		words->word = more;
		more[words->count] = strdup(word);
		more[words->count + 1] = NULL;
	}
	if (!more || !more[words->count])
		words->no_memory = true;
	else
		words->count++;
}

static char **finish(struct words *words)
{
	if (!words->no_memory)
		return words->word;
	request_free(words->word);
	return NULL;
}

static bool names_a_file(const struct option_spec *spec)
{
	return spec->letter == 'i' || strcmp(spec->name, "backup-dir") == 0 ||
	       strncmp(spec->name, "identity", strlen("identity")) == 0;
}

/* What resume takes itself is about one run alone: the device may have another name next
 * time, and a yes was said to what was shown then. */
static bool is_of_this_run(const struct option_spec *spec)
{
	return (spec->scope & (SCOPE_ALL | SCOPE_RESUME)) && !names_a_file(spec);
}

/* What can't be resolved stays as it is: the command will say what is wrong with it. */
static void push_path(struct words *words, const char *before, const char *path)
{
	char *real = realpath(path, NULL);
	size_t size = strlen(before) + strlen(real ? real : path) + 1;
	char *word = malloc(size);

	if (word)
		snprintf(word, size, "%s%s", before, real ? real : path);
	push(words, word ? word : path);
	free(word);
	free(real);
}

static void push_option(struct words *words, const struct option_word *option)
{
	const char *equals = strchr(option->word, '=');
	char name[64];

	if (option->value || !equals || !names_a_file(option->spec)) {
		push(words, option->word);
		if (option->value && names_a_file(option->spec))
			push_path(words, "", option->value);
		else if (option->value)
			push(words, option->value);
		return;
	}
	snprintf(name, sizeof(name), "%.*s", (int)(equals - option->word) + 1, option->word);
	push_path(words, name, equals + 1);
}

char **request_make(const struct cli *cli)
{
	struct option_word option;
	struct words words = {0};

	for (int i = 1; option_next(cli->words, cli->first, &i, &option);) {
		if (option.spec && !is_of_this_run(option.spec))
			push_option(&words, &option);
	}
	/* of what is about this run, a step that was refused stays so */
	if (cli->options.assume.of[CX3_WAY_LIVEFISH_LINK] == CX3_ASSUME_NO)
		push(&words, "--assume=livefish-link=no");
	push(&words, cli->command->name);
	for (unsigned i = 0; i < cli_told_args(cli); i++) {
		if (i < cli->command->files)
			push_path(&words, "", cli->argv[i]);
		else
			push(&words, cli->argv[i]);
	}
	return finish(&words);
}

static void push_run(const struct cli *cli, struct words *words)
{
	struct option_word option;

	for (int i = 1; option_next(cli->words, cli->first, &i, &option);) {
		if (!option.spec || !is_of_this_run(option.spec))
			continue;
		push(words, option.word);
		if (option.value)
			push(words, option.value);
	}
}

/* A word as struct cx3_waiting has it, `len` bytes, as it was. */
static void unescape(const char *text, size_t len, char *word)
{
	for (size_t i = 0; i < len; i++) {
		bool escaped = text[i] == '\\' && i + 1 < len;

		if (escaped)
			i++;
		*word++ = (char)(escaped && text[i] == 'n' ? '\n' : text[i]);
	}
	*word = '\0';
}

char **request_again(const struct cli *cli, const char *request, int *count)
{
	struct words words = {0};
	char word[CX3_WAITING_REQUEST];

	push(&words, "cx3flash");
	push_run(cli, &words);
	while (*request) {
		size_t len = strcspn(request, "\n");

		unescape(request, len, word);
		push(&words, word);
		request += len + (request[len] == '\n');
	}
	*count = (int)words.count;
	return finish(&words);
}

void request_add(char **words, const char *option)
{
	size_t count = 0;

	while (words && words[count])
		count++;
	if (!words)
		return;
	/* without memory the journal lacks it, and it is asked about again */
	words[count] = strdup(option);
	words[count + 1] = NULL;
}

void request_free(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}
