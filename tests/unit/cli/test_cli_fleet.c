/* SPDX-License-Identifier: BSD-2-Clause */
/* Work of several threads: what each says is printed whole, and what all of it comes to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/exit_code.h"
#include "cli/fleet.h"
#include "cli/screen.h"

#define DEVICES 5

static FILE *printed;
static char text[65536];

/* Both streams into one file, before the first text. */
static int catch_output(void **state)
{
	(void)state;
	printed = tmpfile();
	assert_non_null(printed);
	return 0;
}

static int run(fleet_work work, void *user, cJSON *json)
{
	char *words[] = {(char *)"cx3flash", (char *)"query", NULL};
	static const char *const names[DEVICES] = {"sim:a", "sim:b", "sim:c", "sim:d", "sim:e"};
	struct cli cli = {.command = cli_find_command("query"), .words = words, .first = 1};
	int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
	size_t len;

	cli.argv = words + 2;
	cli.json = json;
	cli.options.json = json != NULL;
	cli.options.device = names[0];
	cli.options.device_count = DEVICES;
	memcpy(cli.options.devices, names, sizeof(names));
	assert_int_equal(ftruncate(fileno(printed), 0), 0);
	rewind(printed);
	dup2(fileno(printed), STDOUT_FILENO);
	dup2(fileno(printed), STDERR_FILENO);
	assert_true(fleet_wanted(&cli));
	assert_int_equal(fleet_run(&cli, work, user), CX3_OK);
	screen_settle();
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
	rewind(printed);
	len = fread(text, 1, sizeof(text) - 1, printed);
	text[len] = '\0';
	return cli.answer;
}

static unsigned number_of(const struct cli *cli)
{
	return (unsigned)(cli->options.device[4] - 'a');
}

/* Many lines, so that they would be mixed if they could be; the first part is told early. */
static int speak(struct cli *cli, void *user)
{
	(void)user;
	for (int i = 0; i < 200; i++)
		say(cli, "%s says %d\n", cli->options.device, i);
	fleet_tell(cli);
	say(cli, "%s has done\n", cli->options.device);
	return CX3_OK;
}

/* From `at`: a heading and this device's lines from `from` to `to`; where that ends. */
static const char *part(const char *at, char letter, int from, int to)
{
	char line[64];

	for (int i = from; i < to; i++) {
		snprintf(line, sizeof(line), i < 200 ? "sim:%c says %d\n" : "sim:%c has done\n",
			 letter, i);
		if (strncmp(at, line, strlen(line)) != 0)
			fail_msg("no \"%s\" where it belongs: %.80s", line, at);
		at += strlen(line);
	}
	return at;
}

static void no_two_texts_are_mixed(void **state)
{
	int told[DEVICES] = {0};
	const char *at = text;

	(void)state;
	assert_int_equal(run(speak, NULL, NULL), EXIT_DONE);
	while (strncmp(at, "== sim:", 7) == 0) {
		char letter = at[7];
		int *lines;

		assert_in_range(letter, 'a', 'e');
		assert_memory_equal(at + 8, " ==\n", 4);
		at += 12;
		lines = &told[letter - 'a'];
		/* in one piece, or in two */
		if (*lines == 0) {
			at = part(at, letter, 0, 200);
			*lines = 200;
		}
		if (strncmp(at, "sim:", 4) == 0) {
			at = part(at, letter, 200, 201);
			*lines = 201;
		}
	}
	assert_string_equal(at, "\n-I- 5 devices, all of them done.\n");
	for (unsigned i = 0; i < DEVICES; i++)
		assert_int_equal(told[i], 201);
}

/* `user`: the code of each. */
static int fail_as_told(struct cli *cli, void *user)
{
	const enum cx3_code *codes = user;
	enum cx3_code code = codes[number_of(cli)];

	if (code == CX3_OK)
		return CX3_OK;
	return cx3_fail(&cli->err, code, NULL, "It was to fail.");
}

static void the_exit_code_is_theirs(void **state)
{
	static const struct {
		enum cx3_code codes[DEVICES];
		int answer, failed;
	} cases[] = {
		{{CX3_OK}, EXIT_DONE, 0},
		{{[1] = CX3_E_GONE}, EXIT_ADAPTER, 1},
		{{[1] = CX3_E_GONE, [3] = CX3_E_PERMISSION}, EXIT_ADAPTER, 2},
		{{[1] = CX3_E_GONE, [3] = CX3_E_NOISE}, EXIT_SEVERAL, 2},
		{{[0] = CX3_E_NOISE, CX3_E_NOISE, CX3_E_NOISE, CX3_E_NOISE, CX3_E_NOISE},
		 EXIT_BUS,
		 5},
		/* somebody has stopped it: what else failed is told, and no code is made of both */
		{{[1] = CX3_E_GONE, [3] = CX3_E_INTERRUPTED}, EXIT_INTERRUPTED, 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cJSON *json = cJSON_CreateObject();
		enum cx3_code codes[DEVICES];

		memcpy(codes, cases[i].codes, sizeof(codes));
		json_flag(json, "ok", true);
		assert_int_equal(run(fail_as_told, codes, json), cases[i].answer);
		assert_string_equal(text, "");
		assert_int_equal(cJSON_IsTrue(cJSON_GetObjectItem(json, "ok")),
				 cases[i].failed == 0);
		assert_int_equal(cJSON_GetObjectItem(json, "failed")->valueint, cases[i].failed);
		assert_int_equal(cJSON_GetObjectItem(json, "exit_code")->valueint, cases[i].answer);
		assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "devices")), DEVICES);
		cJSON_Delete(json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_two_texts_are_mixed),
		cmocka_unit_test(the_exit_code_is_theirs),
	};

	return cmocka_run_group_tests(tests, catch_output, NULL);
}
