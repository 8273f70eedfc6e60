/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists and ranges: what they give, and each way in which they are wrong. All or nothing. */
#include "ledger_fixture.h"

#include <stdlib.h>
#include <string.h>

static int import(struct bench *b, const char *text, unsigned *count)
{
	char path[400];

	bench_file(b, "list.csv", text);
	snprintf(path, sizeof(path), "%s", bench_path(b, "list.csv"));
	b->told = 0;
	return cx3_ledger_import(b->ledger, path, bench_tell, b, count, &b->err);
}

static bool keep_last(void *user, const struct cx3_ledger_entry *entry)
{
	*(struct cx3_ledger_entry *)user = *entry;
	return true;
}

static struct cx3_ledger_entry last(struct bench *b)
{
	struct cx3_ledger_entry entry = {.id = 0};

	assert_int_equal(cx3_ledger_each_entry(b->ledger, keep_last, &entry, &b->err), CX3_OK);
	return entry;
}

static void a_plain_list(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger_entry entry;
	unsigned count;

	bench_open(b, 0);
	assert_int_equal(
		import(b,
		       "# a comment\n\n0002c9030000aa00\n0x2c9030000aa04, 0002c9aabb00 ,\"nr 2\"\r\n",
		       &count),
		CX3_E_IDENTITY); /* 0x with missing zeros is for command lines */
	assert_int_equal(
		import(b,
		       "# a comment\n\n0002c9030000aa00\n0x0002c9030000aa04, 0002c9aabb00 ,\"nr 2\"\r\n",
		       &count),
		CX3_OK);
	assert_int_equal(count, 2);
	entry = last(b);
	assert_int_equal(entry.state, CX3_LEDGER_FREE);
	assert_string_equal(entry.label, "nr 2");
	assert_true(entry.identity.guid[3] == FIRST + 7);
	assert_true(entry.identity.mac[1] == UINT64_C(0x0002c9aabb01));
}

static void a_header_says_the_order(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger_entry entry;
	unsigned count;

	bench_open(b, 0);
	assert_int_equal(
		import(b, "\xef\xbb\xbfLabel,GUID,shelf\nbench 7,0002c9030000aa00,3\n", &count),
		CX3_OK);
	entry = last(b);
	assert_string_equal(entry.label, "bench 7");
	/* the vendor's rule: the port's GUID without its middle 16 bits */
	assert_true(entry.identity.mac[0] == UINT64_C(0x0002c900aa01));
}

static const struct {
	const char *text; /* line 2 is wrong */
	const char *told;
} wrong[] = {
	{"0002c90300001000\nxyz\n", "list.csv:2: \"xyz\" is no GUID"},
	{"0002c90300001000\n0002c90300001004,0102c9000001\n", "list.csv:2: "},
	{"0002c90300001000\n0002c90300001000\n", "list before, as one of 0002c90300001000"},
	{"0002c90300001000\n0002c90300001002\n", "list before, as one of 0002c90300001000"},
	{"0002c90300001000\n0002c90300002000,0002c9001002\n", "list before, as one of"},
	{"0002c90300001000\n0002c9030000aa00\n",
	 "in the ledger already, as one of 0002c9030000aa00 (free)"},
	{"0002c90300001000\n0002c9030000aa02\n", "in the ledger already"},
	{"0002c90300001000\nffffffffffffffff\n", "list.csv:2: "},
	{"0002c90300001000\n0000000000000000\n", "list.csv:2: "},
	{"0002c90300001000\n0002c9000100d050\n", "Published image files"},
	{"0002c90300001000\n0002c9ffffffffff\n", "another manufacturer"},
	{"guid,mac\n0002c90300001000,zz\n", "list.csv:2: "},
};

static void each_wrong_line_is_named_and_nothing_is_imported(void **state)
{
	struct bench *b = *state;
	unsigned count = 7;

	bench_open(b, 1);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(import(b, wrong[i].text, &count), CX3_E_IDENTITY);
		assert_int_equal(count, 0);
		assert_int_equal(b->told, 1);
		if (!strstr(b->last, wrong[i].told) || !strstr(b->last, "list.csv:2: "))
			fail_msg("%s told: %s", wrong[i].text, b->last);
		assert_int_equal(bench_count(b, CX3_LEDGER_FREE), 1);
	}
	assert_int_equal(import(b, "xyz\nabc\n0002c90300001000\n", &count), CX3_E_IDENTITY);
	assert_int_equal(b->told, 2);
	assert_non_null(strstr(said(&b->err), "2 lines"));
}

static void what_is_no_list(void **state)
{
	struct bench *b = *state;
	unsigned count;

	bench_open(b, 0);
	assert_int_equal(import(b, "\n# nothing\n", &count), CX3_E_IDENTITY);
	assert_non_null(strstr(said(&b->err), "No identity is in this list"));
	assert_int_equal(cx3_ledger_import(b->ledger, b->path, NULL, NULL, &count, &b->err),
			 CX3_E_IDENTITY);
	assert_non_null(strstr(said(&b->err), "no text file"));
	assert_int_equal(cx3_ledger_import(b->ledger, "/nowhere", NULL, NULL, &count, &b->err),
			 CX3_E_FILE);
}

static int range(struct bench *b, uint64_t first, uint64_t count, uint64_t step)
{
	return cx3_ledger_add_range(b->ledger, first, count, step, &b->err);
}

static void ranges(void **state)
{
	struct bench *b = *state;

	bench_open(b, 0);
	assert_int_equal(range(b, FIRST, 16, 4), CX3_OK);
	assert_int_equal(range(b, FIRST + 0x100, 4, 16), CX3_OK);
	assert_int_equal(bench_count(b, CX3_LEDGER_FREE), 20);
	/* between two of them there is room, on top of one there is none */
	assert_int_equal(range(b, FIRST + 0x104, 1, 4), CX3_OK);
	assert_int_equal(range(b, FIRST + 60, 2, 4), CX3_E_IDENTITY);
	assert_int_equal(range(b, FIRST - 2, 1, 4), CX3_E_IDENTITY);
	assert_int_equal(range(b, FIRST + 0x1000, 0, 4), CX3_E_USAGE);
	assert_int_equal(range(b, FIRST + 0x1000, CX3_LEDGER_MOST + 1, 4), CX3_E_USAGE);
	assert_int_equal(range(b, FIRST + 0x1000, 4, 3), CX3_E_USAGE);
	assert_int_equal(range(b, UINT64_C(0x0002c9fffffffff0), 8, 4), CX3_E_IDENTITY);
	assert_int_equal(range(b, 0, 8, 4), CX3_E_IDENTITY);
	assert_int_equal(bench_count(b, CX3_LEDGER_FREE), 21);
}

/* Neither itself nor by one of its addresses. */
static void a_retired_one_does_not_come_back(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger_entry e;
	unsigned count;

	bench_open(b, 2);
	assert_int_equal(cx3_ledger_retire(b->ledger, FIRST, &e, &b->err), CX3_OK);
	assert_int_equal(range(b, FIRST, 1, 4), CX3_E_IDENTITY);
	assert_non_null(strstr(said(&b->err), "(retired)"));
	assert_int_equal(range(b, FIRST - 3, 1, 4), CX3_E_IDENTITY);
	bench_file(b, "list.csv", "0002c9030000aa00\n0002c9030000bb00\n");
	assert_int_equal(cx3_ledger_import(b->ledger, bench_path(b, "list.csv"), bench_tell, b,
					   &count, &b->err),
			 CX3_E_IDENTITY);
	assert_int_equal(b->told, 1);
	assert_non_null(strstr(b->last, "(retired)"));
	/* another base GUID with one of its MACs */
	bench_file(b, "list.csv", "0002c9030000bb00,0002c900aa02\n");
	assert_int_equal(cx3_ledger_import(b->ledger, bench_path(b, "list.csv"), NULL, NULL, &count,
					   &b->err),
			 CX3_E_IDENTITY);
	assert_int_equal(bench_count(b, CX3_LEDGER_FREE), 1);
}

static bool keep_label(void *user, const struct cx3_ledger_entry *entry)
{
	snprintf(user, CX3_LEDGER_LABEL, "%s", entry->label);
	return false;
}

/* Imports this list into a new ledger; the first label of it. */
static int import_label(struct bench *b, const char *ledger, const char *list,
			char label[CX3_LEDGER_LABEL])
{
	struct cx3_ledger *to;
	unsigned count;
	int rc;

	label[0] = '\0';
	assert_int_equal(cx3_ledger_open(bench_path(b, ledger), "x", true, &to, &b->err), CX3_OK);
	bench_file(b, "quoted.csv", list);
	rc = cx3_ledger_import(to, bench_path(b, "quoted.csv"), bench_tell, b, &count, &b->err);
	assert_int_equal(cx3_ledger_each_entry(to, keep_label, label, &b->err), CX3_OK);
	cx3_ledger_close(to);
	return rc;
}

/* What the ledger writes it also reads: a label with a comma and quotes comes through. */
static void quotes(void **state)
{
	static const char *const broken[] = {
		"0002c9030000aa00,,\"no end\n",
		"0002c9030000aa00,,\"one\" two\n",
		"0002c9030000aa00,,one \"two\"\n",
		"0002c9030000aa00,,\"two\nlines\"\n",
	};
	struct cx3_ledger_result result = {.outcome = CX3_LEDGER_FAILED, .device = "sim:card"};
	char label[CX3_LEDGER_LABEL], *text;
	struct bench *b = *state;
	struct cx3_ledger_entry e = {.elsewhere = true};
	size_t len;

	bench_open(b, 0);
	assert_int_equal(import_label(b, "a.db",
				      "\"0002c9030000aa00\", \"\" ,\"Rack 3, slot \"\"2\"\"\"\r\n",
				      label),
			 CX3_OK);
	assert_string_equal(label, "Rack 3, slot \"2\"");
	memset(&e.identity, 0xff, sizeof(e.identity));
	e.identity.guid[0] = FIRST;
	snprintf(e.label, sizeof(e.label), "%s", label);
	assert_int_equal(cx3_ledger_note(b->ledger, NULL, &e, &result, &b->err), CX3_OK);
	assert_int_equal(cx3_ledger_text(b->ledger, CX3_LEDGER_CSV, &text, &len, &b->err), CX3_OK);
	assert_int_equal(import_label(b, "b.db", text, label), CX3_OK);
	assert_string_equal(label, "Rack 3, slot \"2\"");
	free(text);
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		assert_int_equal(import_label(b, "c.db", broken[i], label), CX3_E_IDENTITY);
		assert_string_equal(label, "");
		assert_non_null(strstr(b->last, i < 3 ? "Its quotes are wrong" : "quoted.csv:2"));
	}
}

int main(void)
{
#define BENCH_TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)
	const struct CMUnitTest tests[] = {
		BENCH_TEST(quotes),
		BENCH_TEST(a_plain_list),
		BENCH_TEST(a_header_says_the_order),
		BENCH_TEST(each_wrong_line_is_named_and_nothing_is_imported),
		BENCH_TEST(what_is_no_list),
		BENCH_TEST(ranges),
		BENCH_TEST(a_retired_one_does_not_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
