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
	char **more = realloc(words->word, (words->count + 2) * sizeof(*more));

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

/* True if `word` is the option --name, --name=value or -letter. */
static bool is_option(const char *word, const char *name, char letter)
{
	size_t len = strlen(name);

	if (letter && word[0] == '-' && word[1] == letter && !word[2])
		return true;
	return strncmp(word, "--", 2) == 0 && strncmp(word + 2, name, len) == 0 &&
	       (!word[2 + len] || word[2 + len] == '=');
}

/* Of one run alone: the device may have another name next time, and a yes was said to what
 * was shown then. */
static bool is_of_this_run(const char *word)
{
	static const struct {
		const char *name;
		char letter;
	} list[] = {
		{"device", 'd'}, {"yes", 'y'},	    {"no", 0},
		{"silent", 's'}, {"json", 0},	    {"verbose", 0},
		{"dry-run", 0},	 {"plain-read", 0}, {"clear-semaphore", 0},
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		if (is_option(word, list[i].name, list[i].letter))
			return true;
	}
	return false;
}

static bool names_a_file(const char *word)
{
	return is_option(word, "image", 'i') || is_option(word, "backup-dir", 0);
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

static void push_option(struct words *words, const char *word, const char *value)
{
	const char *equals = strchr(word, '=');
	char name[64];

	if (!names_a_file(word)) {
		push(words, word);
		if (value)
			push(words, value);
		return;
	}
	if (value) {
		push(words, word);
		push_path(words, "", value);
		return;
	}
	snprintf(name, sizeof(name), "%.*s", equals ? (int)(equals - word) + 1 : 0, word);
	push_path(words, name, equals ? equals + 1 : word);
}

char **request_make(const struct cli *cli)
{
	struct words words = {0};

	for (int i = 1; i < cli->first; i++) {
		const char *word = cli->words[i], *value = NULL;

		if (strcmp(word, "--") == 0)
			break;
		if (option_takes_next_word(word) && i + 1 < cli->first)
			value = cli->words[++i];
		if (!is_of_this_run(word))
			push_option(&words, word, value);
	}
	push(&words, cli->command->name);
	/* the arguments of the commands that write are files */
	for (int i = 0; i < cli->argc; i++)
		push_path(&words, "", cli->argv[i]);
	return finish(&words);
}

static void push_run(const struct cli *cli, struct words *words)
{
	for (int i = 1; i < cli->first; i++) {
		const char *word = cli->words[i];

		if (strcmp(word, "--") == 0)
			break;
		if (is_of_this_run(word))
			push(words, word);
		if (option_takes_next_word(word) && i + 1 < cli->first) {
			i++;
			if (is_of_this_run(word))
				push(words, cli->words[i]);
		}
	}
}

char **request_again(const struct cli *cli, const char *request, int *count)
{
	struct words words = {0};
	char word[CX3_WAITING_REQUEST];

	push(&words, "cx3flash");
	push_run(cli, &words);
	while (*request) {
		size_t len = strcspn(request, "\n");

		snprintf(word, sizeof(word), "%.*s", (int)len, request);
		push(&words, word);
		request += len + (request[len] == '\n');
	}
	*count = (int)words.count;
	return finish(&words);
}

void request_free(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}
