/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sick cards by name: what status says of each, with which exit code, and whether the line to
 * copy, typed as it is printed, leads on. The table is printed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/cli.h"
#include "cli/exit_code.h"
#include "sick.h"

#define MOST_WORDS 32

static char folder[] = "/tmp/cx3-sick.XXXXXX";
static char output[1 << 17];

/* Runs the program with its output into `output`, and what it complains of nowhere. */
static int run(int argc, char **argv)
{
	FILE *out = tmpfile();
	int old_out, old_err, answer;
	size_t len;

	assert_non_null(out);
	fflush(stdout);
	old_out = dup(STDOUT_FILENO);
	old_err = dup(STDERR_FILENO);
	dup2(fileno(out), STDOUT_FILENO);
	assert_non_null(freopen("/dev/null", "w", stderr));
	answer = cli_main(argc, argv);
	fflush(stdout);
	fflush(stderr);
	dup2(old_out, STDOUT_FILENO);
	dup2(old_err, STDERR_FILENO);
	close(old_out);
	close(old_err);
	rewind(out);
	len = fread(output, 1, sizeof(output) - 1, out);
	output[len] = '\0';
	fclose(out);
	return answer;
}

/* A line of words; those in capitals get what a user would put there. */
static int run_words(const char *device, const char *words)
{
	char line[512], *save = NULL, *argv[MOST_WORDS];
	int argc = 0;

	snprintf(line, sizeof(line), "%s", words);
	argv[argc++] = (char *)"cx3flash";
	argv[argc++] = (char *)"-s";
	if (device) {
		argv[argc++] = (char *)"-d";
		argv[argc++] = (char *)device;
	}
	for (char *w = strtok_r(line, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		if (strcmp(w, "IMAGE") == 0)
			w = (char *)"new.bin";
		else if (strcmp(w, "GUID") == 0)
			w = (char *)"0002c90300001000";
		else if (strcmp(w, "MAC") == 0)
			w = (char *)"0002c9001000";
		argv[argc++] = w;
		assert_true(argc < MOST_WORDS);
	}
	argv[argc] = NULL;
	return run(argc, argv);
}

static uint64_t sum_of(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint64_t sum = 14695981039346656037u;
	int c;

	assert_non_null(file);
	while ((c = getc(file)) != EOF)
		sum = (sum ^ (uint64_t)c) * 1099511628211u;
	fclose(file);
	return sum;
}

static const char *text_of(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItem(object, key);

	return cJSON_IsString(item) ? item->valuestring : NULL;
}

static bool has_finding(const cJSON *findings, const char *key)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, findings)
	{
		if (strcmp(text_of(item, "key"), key) == 0)
			return true;
	}
	return false;
}

/* The line without "cx3flash" and "-d DEVICE", so that it can be compared and run. */
static void strip(const char *line, const char *device, char *out, size_t size)
{
	const char *at = line + strlen("cx3flash ");
	char named[300];
	const char *found;

	snprintf(named, sizeof(named), "-d %s ", device);
	found = strstr(at, named);
	if (found)
		snprintf(out, size, "%.*s%s", (int)(found - at), at, found + strlen(named));
	else
		snprintf(out, size, "%s", at);
}

/* The command is its last word, but for "wp off". It must exist, and understand the line. */
static void the_line_leads_on(const struct sick_card *card, const char *device, const char *words)
{
	const char *last = strrchr(words, ' ');
	const char *command = strncmp(words, "wp ", 3) == 0 ? "wp" : last ? last + 1 : words;
	int answer;

	if (!cli_find_command(command))
		fail_msg("%s: cx3flash %s: there is no command \"%s\"", card->name, words, command);
	answer = run_words(strcmp(words, "scan") == 0 ? NULL : device, words);
	if (answer == EXIT_USAGE || answer == EXIT_OTHER)
		fail_msg("%s: cx3flash %s answered %d: %s", card->name, words, answer, output);
}

static void say_row(const struct sick_card *card, const char *line)
{
	print_message("%-28s %-22s %-4d %s\n", card->name, card->state, card->answer,
		      line ? line : "-");
}

/* What the document says, against the card's row. `words`: of the line; "" if there is none. */
static void compare(const struct sick_card *card, const char *device, char *words, size_t size)
{
	cJSON *document = cJSON_Parse(output);
	const cJSON *diagnosis = cJSON_GetObjectItem(document, "diagnosis");
	const cJSON *findings = cJSON_GetObjectItem(diagnosis, "findings");
	const cJSON *first = cJSON_GetArrayItem(findings, 0);
	const char *state = text_of(diagnosis, "state"), *line = text_of(first, "line");

	if (!state || strcmp(state, card->state) != 0)
		fail_msg("%s: status says %s, not %s: %s", card->name, state ? state : "nothing",
			 card->state, output);
	if (card->and_state && !has_finding(findings, card->and_state))
		fail_msg("%s: status does not say %s", card->name, card->and_state);
	assert_int_equal(cJSON_IsTrue(cJSON_GetObjectItem(diagnosis, "needs_doing")),
			 card->answer != 0);
	words[0] = '\0';
	if (line)
		strip(line, device, words, size);
	if (strcmp(words, card->next ? card->next : "") != 0)
		fail_msg("%s: the line is \"%s\", not \"%s\"", card->name, words,
			 card->next ? card->next : "");
	say_row(card, line);
	cJSON_Delete(document);
}

static void look_at(const struct sick_card *card)
{
	char device[256], words[300];
	uint64_t before;
	int answer;

	sick_make(card, "card.bin", "new.bin");
	unlink("card.bin.state");
	snprintf(device, sizeof(device), "sim:card.bin%s%s", card->before_options ? "," : "",
		 card->before_options ? card->before_options : "");
	if (card->before) {
		char line[200];

		snprintf(line, sizeof(line), "-y %s", card->before);
		(void)run_words(device, line);
		unlink("card.bin.state");
	}
	before = sum_of("card.bin");
	snprintf(device, sizeof(device), "sim:card.bin%s%s", card->options ? "," : "",
		 card->options ? card->options : "");
	answer = run_words(device, "--json status");
	if (answer != card->answer)
		fail_msg("%s: status answered %d, not %d: %s", card->name, answer, card->answer,
			 output);
	compare(card, device, words, sizeof(words));
	assert_true(sum_of("card.bin") == before);
	unlink("card.bin.state");
	if (words[0])
		the_line_leads_on(card, device, words);
}

static void each_sick_card(void **state)
{
	(void)state;
	assert_true(sick_count >= 30);
	for (size_t i = 0; i < sick_count; i++) {
		assert_int_equal(system("rm -rf state"), 0);
		look_at(&sick_cards[i]);
	}
	print_message("%zu cards\n", sick_count);
}

static int enter(void **state)
{
	char path[256];

	(void)state;
	if (!mkdtemp(folder) || chdir(folder) != 0)
		return -1;
	snprintf(path, sizeof(path), "%s/state", folder);
	return setenv("XDG_STATE_HOME", path, 1);
}

static int leave(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return chdir("/") != 0 || system(command) != 0 ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_sick_card),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
