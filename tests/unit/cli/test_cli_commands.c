/* SPDX-License-Identifier: BSD-2-Clause */
/* What each row of the table of commands must have: example, help, JSON, tests, a target. */
#include <glob.h>
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
#include "said.h"

#define MAX_WORDS 24

static char tests_text[1 << 20]; /* all shell tests of the program, one after the other */

static int load_tests(void **state)
{
	size_t have = 0;
	glob_t list;

	(void)state;
	assert_int_equal(glob(CLI_TESTS "/test_*", 0, NULL, &list), 0);
	for (size_t i = 0; i < list.gl_pathc; i++) {
		FILE *file = fopen(list.gl_pathv[i], "r");

		assert_non_null(file);
		have += fread(tests_text + have, 1, sizeof(tests_text) - 1 - have, file);
		fclose(file);
	}
	globfree(&list);
	assert_true(have > 1000 && have < sizeof(tests_text) - 1);
	return 0;
}

/* A line that begins with `word` and has `name` among its other words. */
static bool tested_by(const char *word, const char *name)
{
	char line[1024];

	for (const char *at = tests_text; *at; at += strcspn(at, "\n"), at += *at == '\n') {
		char *save = NULL;
		char *first;

		snprintf(line, sizeof(line), "%.*s", (int)strcspn(at, "\n"), at);
		first = strtok_r(line, " \t", &save);
		if (!first || strcmp(first, word) != 0)
			continue;
		for (char *w = strtok_r(NULL, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
			if (strcmp(w, name) == 0)
				return true;
		}
	}
	return false;
}

static void the_example_parses(const struct command *command)
{
	unsigned scopes[64];
	char *argv[MAX_WORDS];
	char line[256];
	char *save = NULL;
	char **words;
	struct cli cli = {0};
	int argc = 0;
	int count;
	int first;

	snprintf(line, sizeof(line), "cx3flash %s", command->example);
	for (char *w = strtok_r(line, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		assert_true(argc < MAX_WORDS);
		argv[argc++] = w;
	}
	assert_int_equal(argv_normalise(argc, argv, &words, &count, &cli.err), CX3_OK);
	assert_int_equal(options_parse(count, words, &cli.options, scopes, &first, &cli.err),
			 CX3_OK);
	assert_true(first < count);
	assert_ptr_equal(cli_find_command(words[first]), command);
	cli.command = command;
	cli.argc = count - first - 1;
	cli.argv = words + first + 1;
	if (cli_check_target(&cli) != CX3_OK || cli_check_args(&cli) != CX3_OK)
		fail_msg("%s: %s", command->name, said(&cli.err));
	argv_free(words);
}

/* The documents' own test is in the shell; the help's is made here. */
static void the_help_is_json(const struct command *command)
{
	char *argv[] = {(char *)"cx3flash", (char *)"--json", (char *)command->name,
			(char *)"--help", NULL};
	static char text[32768];
	FILE *file = tmpfile();
	int old = dup(STDOUT_FILENO);
	cJSON *document;
	size_t len;

	assert_non_null(file);
	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	assert_int_equal(cli_main(4, argv), EXIT_DONE);
	fflush(stdout);
	dup2(old, STDOUT_FILENO);
	close(old);
	rewind(file);
	len = fread(text, 1, sizeof(text) - 1, file);
	text[len] = '\0';
	fclose(file);
	document = cJSON_Parse(text);
	assert_true(cJSON_IsTrue(cJSON_GetObjectItem(document, "ok")));
	cJSON_Delete(document);
}

static int target_with(const struct command *command, const char *device, const char *image)
{
	struct cli cli = {.command = command, .options = {.device = device, .image = image}};

	return cli_check_target(&cli);
}

static void a_wrong_target_is_refused(const struct command *command)
{
	bool own = command->target == TARGET_OWN;
	bool none = command->target == TARGET_NONE || own;
	bool either = command->target == TARGET_EITHER;
	bool both = command->target == TARGET_BOTH;
	bool image = both || command->target == TARGET_CARD_IMAGE;

	assert_int_equal(target_with(command, NULL, NULL), none ? CX3_OK : CX3_E_USAGE);
	assert_int_equal(target_with(command, NULL, "x"), either || own ? CX3_OK : CX3_E_USAGE);
	assert_int_equal(target_with(command, "sim:x", NULL), both ? CX3_E_USAGE : CX3_OK);
	assert_int_equal(target_with(command, "sim:x", "x"), image || own ? CX3_OK : CX3_E_USAGE);
	assert_int_equal(target_with(command, "03:00.0", both ? "x" : NULL), CX3_E_USAGE);
}

static void each_command_is_complete(void **state)
{
	(void)state;
	for (size_t i = 0; cli_commands[i]; i++) {
		const struct command *command = cli_commands[i];

		if (!command->args || !command->summary || !*command->summary || !command->help ||
		    !*command->help || !command->example)
			fail_msg("%s lacks its args, summary, help or example", command->name);
		the_example_parses(command);
		the_help_is_json(command);
		a_wrong_target_is_refused(command);
		if (!tested_by("expect", command->name) && !tested_by("refused", command->name) &&
		    !tested_by("closed", command->name))
			fail_msg("%s is run by no test in " CLI_TESTS, command->name);
		if (!tested_by("valid", command->name))
			fail_msg("the JSON of %s is looked at by no test in " CLI_TESTS,
				 command->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_command_is_complete),
	};

	return cmocka_run_group_tests(tests, load_tests, NULL);
}
