/* SPDX-License-Identifier: BSD-2-Clause */
/* The help names each command, option and exit code, and fits a terminal. */
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

/* What the help prints, in a static buffer. */
static const char *help_text(const struct command *command)
{
	static char text[16384];
	struct cli cli;
	FILE *file = tmpfile();
	int old = dup(STDOUT_FILENO);
	size_t len;

	assert_non_null(file);
	memset(&cli, 0, sizeof(cli));
	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	cli_help(&cli, command);
	fflush(stdout);
	dup2(old, STDOUT_FILENO);
	close(old);
	rewind(file);
	len = fread(text, 1, sizeof(text) - 1, file);
	text[len] = '\0';
	fclose(file);
	assert_true(len < sizeof(text) - 1);
	return text;
}

static void assert_has(const char *text, const char *word, const char *where)
{
	if (!strstr(text, word))
		fail_msg("the help of %s lacks \"%s\"", where, word);
}

static void each_command_is_whole(void **state)
{
	const char *text = help_text(NULL);

	(void)state;
	for (size_t i = 0; cli_commands[i]; i++) {
		const struct command *command = cli_commands[i];

		assert_has(text, command->summary, "cx3flash");
		assert_non_null(command->run);
		assert_non_null(command->args);
		assert_true(command->min_args <= command->max_args);
		assert_ptr_equal(cli_find_command(command->name), command);
		if (command->alias)
			assert_ptr_equal(cli_find_command(command->alias), command);
	}
	assert_null(cli_find_command("no-such-word"));
}

static void mstflints_short_words(void **state)
{
	static const char *const pairs[][2] = {{"q", "query"}, {"v", "verify"}, {"b", "burn"}};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(cli_find_command(pairs[i][0])->name, pairs[i][1]);
}

static void each_option_is_told_where_it_works(void **state)
{
	char word[64];

	(void)state;
	for (size_t i = 0; i < cli_option_count; i++) {
		const struct option_spec *spec = &cli_option_specs[i];
		unsigned told = 0;

		if (spec->scope & SCOPE_IGNORED) {
			assert_int_equal(spec->scope, SCOPE_IGNORED);
			continue;
		}
		snprintf(word, sizeof(word), "--%s", spec->name);
		if (spec->scope & SCOPE_ALL) {
			assert_has(help_text(NULL), word, "cx3flash");
			continue;
		}
		for (size_t k = 0; cli_commands[k]; k++) {
			if (!(spec->scope & cli_commands[k]->scope))
				continue;
			assert_has(help_text(cli_commands[k]), word, cli_commands[k]->name);
			told++;
		}
		if (told == 0)
			fail_msg("no command takes %s", word);
	}
}

static void names_are_canonical_and_unique(void **state)
{
	(void)state;
	for (size_t i = 0; i < cli_option_count; i++) {
		const char *name = cli_option_specs[i].name;

		assert_null(strchr(name, '_'));
		assert_ptr_equal(option_find(name, strlen(name)), &cli_option_specs[i]);
		/* one way to take it: a value needs a function */
		if (cli_option_specs[i].values)
			assert_non_null(cli_option_specs[i].take);
	}
}

static void exit_codes_are_told(void **state)
{
	const char *text = help_text(NULL);

	(void)state;
	for (unsigned i = 0; i < exit_meaning_count; i++)
		assert_has(text, exit_meanings[i].text, "cx3flash");
}

/* A help that does not fit a terminal is not read. */
static void no_line_is_too_long(void **state)
{
	(void)state;
	for (size_t i = 0; i == 0 || cli_commands[i - 1]; i++) {
		const struct command *command = i == 0 ? NULL : cli_commands[i - 1];
		const char *line = help_text(command);

		for (size_t len; *line; line += len + (line[len] == '\n')) {
			len = strcspn(line, "\n");
			if (len > 100)
				fail_msg("%zu characters: %.*s", len, (int)len, line);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_command_is_whole),
		cmocka_unit_test(mstflints_short_words),
		cmocka_unit_test(each_option_is_told_where_it_works),
		cmocka_unit_test(names_are_canonical_and_unique),
		cmocka_unit_test(exit_codes_are_told),
		cmocka_unit_test(no_line_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
