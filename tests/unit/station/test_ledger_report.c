/* SPDX-License-Identifier: BSD-2-Clause */
/* The log as CSV and JSON lines: every result, and nothing that a text could break. */
#include "ledger_fixture.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

static void note(struct bench *b, const char *label, const char *text)
{
	struct cx3_ledger_result r = {.outcome = CX3_LEDGER_FAILED,
				      .device = "sim:card",
				      .cause = "psid",
				      .image = "2.42.5000",
				      .seconds = 1.5,
				      .pages = 3,
				      .reads_repeated = 7};
	struct cx3_ledger_entry e = {.elsewhere = true};

	memset(&e.identity, 0xff, sizeof(e.identity));
	snprintf(e.label, sizeof(e.label), "%s", label);
	snprintf(r.text, sizeof(r.text), "%s", text);
	assert_int_equal(cx3_ledger_note(b->ledger, NULL, &e, &r, &b->err), CX3_OK);
}

static char *text_of(struct bench *b, enum cx3_ledger_form form)
{
	char *text;
	size_t len;

	if (cx3_ledger_text(b->ledger, form, &text, &len, &b->err) != CX3_OK)
		fail_msg("%s", said(&b->err));
	assert_int_equal(strlen(text), len);
	return text;
}

static void csv(void **state)
{
	struct bench *b = *state;
	char *text;

	bench_open(b, 0);
	note(b, "a,b", "He said \"no\".\nTwice.");
	note(b, "=1+1", "plain");
	text = text_of(b, CX3_LEDGER_CSV);
	assert_memory_equal(text, "time,adapter,card,guid,mac,label,image,psid,result,", 50);
	assert_non_null(strstr(
		text,
		",\"a,b\",2.42.5000,,failed,psid,\"He said \"\"no\"\".\nTwice.\",1.5,3,0,7,0,"));
	/* a spreadsheet must not run it */
	assert_non_null(strstr(text, ",\"'=1+1\","));
	free(text);
}

static void json_lines(void **state)
{
	struct bench *b = *state;
	char *text, *line, *save = NULL;
	unsigned lines = 0;

	bench_open(b, 0);
	note(b, "a\"b", "one\ntwo");
	note(b, "\xff", "x");
	text = text_of(b, CX3_LEDGER_JSON_LINES);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		cJSON *object = cJSON_Parse(line);

		assert_true(cJSON_IsObject(object));
		assert_string_equal(cJSON_GetObjectItem(object, "result")->valuestring, "failed");
		/* a byte that is no UTF-8 */
		if (lines == 1)
			assert_string_equal(cJSON_GetObjectItem(object, "label")->valuestring,
					    "\\xff");
		assert_true(cJSON_IsNull(cJSON_GetObjectItem(object, "guid")));
		assert_int_equal(cJSON_GetObjectItem(object, "reads_repeated")->valueint, 7);
		cJSON_Delete(object);
		lines++;
	}
	assert_int_equal(lines, 2);
	free(text);
}

/* The clock was ahead when the first was written. */
static void in_the_order_that_they_were_written_in(void **state)
{
	struct bench *b = *state;
	char *text;

	bench_open(b, 0);
	note(b, "one", "x");
	assert_int_equal(cx3_ledger_exec(b->ledger,
					 "UPDATE result SET time = '2099-01-01T00:00:00Z'",
					 &b->err),
			 CX3_OK);
	note(b, "two", "x");
	text = text_of(b, CX3_LEDGER_CSV);
	assert_true(strstr(text, ",one,") && strstr(text, ",one,") < strstr(text, ",two,"));
	free(text);
}

int main(void)
{
#define BENCH_TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)
	const struct CMUnitTest tests[] = {
		BENCH_TEST(csv),
		BENCH_TEST(json_lines),
		BENCH_TEST(in_the_order_that_they_were_written_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
