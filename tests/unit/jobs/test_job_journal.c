/* SPDX-License-Identifier: BSD-2-Clause */
/* Journals that are another card's, old, damaged or hostile are never believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#include "records/journal.h"
#include "said.h"
#include "two_cards.h"

#define SIZE TWO_CARDS_SIZE

static const struct cx3_burn_options plain = {0};

/* A sector of each card that the burn leaves alone tells the two apart. */
static void begin(struct two_cards *s)
{
	two_cards_begin(s, 60000, &plain);
	for (int i = 0; i < 2; i++)
		memset(s->before[i] + SIZE - 0x3000, 0x70 + i, 0x1000);
	s->e.options.no_backup = true;
}

static unsigned journals(const struct two_cards *s, char *path, size_t size)
{
	return engine_files(&s->b, "journals", ".json", path, size);
}

/* The other card is burnt meanwhile: the first one's journal, and with it the only copy
 * of its identity, outlives that. */
static void the_other_card_meanwhile(void **state)
{
	struct two_cards s;

	(void)state;
	begin(&s);
	two_cards_interrupt(&s, 0, 50);
	fixture_put(&s.b, s.before[1]);
	fixture_ok(two_cards_burn(&s, ""), &s.err);
	two_cards_expect(&s, 1);
	assert_int_equal(journals(&s, NULL, 0), 1);
	/* again: it has nothing to do there */
	fixture_ok(two_cards_burn(&s, ""), &s.err);
	two_cards_expect(&s, 1);
	assert_int_equal(journals(&s, NULL, 0), 1);
	fixture_put(&s.b, s.torn[0]);
	fixture_ok(two_cards_burn(&s, "livefish=1"), &s.err);
	assert_true(s.e.resumes[0] != '\0');
	two_cards_expect(&s, 0);
	assert_int_equal(journals(&s, NULL, 0), 0);
	two_cards_end(&s);
}

/* Both are interrupted: each goes on as the card that it was. */
static void both_are_cut(bool no_backup)
{
	struct two_cards s;

	begin(&s);
	s.e.options.no_backup = no_backup;
	two_cards_interrupt(&s, 0, 50);
	two_cards_interrupt(&s, 1, 50);
	assert_int_equal(journals(&s, NULL, 0), 2);
	for (unsigned i = 0; i < 2; i++) {
		fixture_put(&s.b, s.torn[i]);
		fixture_ok(two_cards_burn(&s, "livefish=1"), &s.err);
		two_cards_expect(&s, i);
		assert_int_equal(journals(&s, NULL, 0), 1 - i);
	}
	two_cards_end(&s);
}

static void both_with_backups(void **state)
{
	(void)state;
	both_are_cut(false);
}

/* Then there are the journals' own copies. */
static void both_without(void **state)
{
	(void)state;
	both_are_cut(true);
}

/* A damaged image that still tells its GUIDs is its own card's, whatever a journal says. */
static void a_damaged_card_keeps_its_own(void **state)
{
	struct two_cards s;

	(void)state;
	begin(&s);
	two_cards_interrupt(&s, 0, 50);
	s.before[1][0x8000] ^= 0x20;
	fixture_put(&s.b, s.before[1]);
	s.e.accept_worse = true;
	fixture_ok(two_cards_burn(&s, ""), &s.err);
	assert_true(s.e.resumes[0] == '\0');
	two_cards_expect(&s, 1);
	assert_int_equal(journals(&s, NULL, 0), 1);
	two_cards_end(&s);
}

/* All but the signature was written, and what the burn does not touch is another card's: then all
 * of the flash is. */
static void the_rest_is_anothers(void **state)
{
	struct two_cards s;

	(void)state;
	begin(&s);
	s.e.options.no_backup = false;
	two_cards_interrupt(&s, 0, 99);
	memset(s.torn[0] + SIZE - 0x3000, 0x71, 0x1000);
	fixture_put(&s.b, s.torn[0]);
	assert_int_equal(two_cards_burn(&s, "livefish=1"), CX3_E_NO_IMAGE);
	engine_expect(&s.b, s.torn[0]);
	assert_int_equal(journals(&s, NULL, 0), 1);
	two_cards_end(&s);
}

/* A damaged image lies where the journal's copy tells nothing of, with the GUIDs of another card:
 * that is the card then. */
static void another_home(void **state)
{
	enum { ODD = 0x40000 };
	struct cx3_fs2_recipe recipe;
	struct two_cards s;
	uint8_t *image;
	uint32_t len;

	(void)state;
	begin(&s);
	two_cards_interrupt(&s, 0, 50);
	recipe = s.recipe[1];
	recipe.failsafe = true;
	recipe.log2_chunk = 18;
	image = fixture_image(&recipe, &len);
	fixture_lay(s.torn[0], SIZE, image, len, true);
	free(image);
	s.torn[0][ODD + 0x8000] ^= 0x20;
	fixture_put(&s.b, s.torn[0]);
	assert_int_equal(two_cards_burn(&s, "livefish=1"), CX3_E_FAILSAFE);
	engine_expect(&s.b, s.torn[0]);
	assert_int_equal(journals(&s, NULL, 0), 1);
	two_cards_end(&s);
}

/* A flash full of something else: the journal is not this card's. */
static void another_content(void **state)
{
	struct two_cards s;
	uint8_t *noise = malloc(SIZE);

	(void)state;
	begin(&s);
	two_cards_interrupt(&s, 0, 50);
	for (uint32_t i = 0; i < SIZE; i++)
		noise[i] = (uint8_t)(i * 37 + (i >> 8));
	fixture_put(&s.b, noise);
	assert_int_equal(two_cards_burn(&s, "livefish=1"), CX3_E_NO_IMAGE);
	engine_expect(&s.b, noise);
	/* another file is another job */
	fixture_put(&s.b, s.torn[0]);
	s.recipe[0].seed = 10;
	free(s.image);
	s.image = fixture_image(&s.recipe[0], &s.len);
	assert_int_equal(two_cards_burn(&s, "livefish=1"), CX3_E_NO_IMAGE);
	/* and another board another card */
	assert_int_equal(journals(&s, NULL, 0), 1);
	free(noise);
	two_cards_end(&s);
}

static char *read_text(struct two_cards *s, const char *path)
{
	uint8_t *text;
	size_t len;
	char *copy;

	fixture_ok(cx3_file_read(path, 100000, &text, &len, &s->err), &s->err);
	copy = calloc(1, len + 1);
	memcpy(copy, text, len);
	free(text);
	return copy;
}

/* The text with what stands after "key": replaced, up to the end of the line. */
static char *with(const char *text, const char *key, const char *value)
{
	char *out = calloc(1, strlen(text) + strlen(value) + 1), quoted[40];
	const char *at, *rest;

	snprintf(quoted, sizeof(quoted), "\"%s\":", key);
	at = strstr(text, quoted);
	assert_non_null(at);
	at += strlen(quoted);
	rest = at + strcspn(at, "\n");
	if (rest[-1] == ',')
		rest--;
	memcpy(out, text, (size_t)(at - text));
	strcat(out, value);
	strcat(out, rest);
	return out;
}

static void put_journal(struct two_cards *s, const char *path, const char *text)
{
	fixture_ok(cx3_file_write(path, text, strlen(text), true, &s->err), &s->err);
}

static void refused(struct two_cards *s)
{
	assert_int_equal(two_cards_burn(s, "livefish=1"), CX3_E_NO_IMAGE);
	engine_expect(&s->b, s->torn[0]);
}

static void damaged_and_hostile(void **state)
{
	static const char *const bad[][2] = {
		{"format", "\"cx3flash journal 2\""},
		{"job", "\"restore\""},
		{"job", "[]"},
		{"digest", "\"00\""},
		{"hw_id", "-1"},
		{"hw_id", "501"},
		{"hw_rev", "7"},
		{"jedec", "\"20ba18\""},
		{"jedec", "\"zz\""},
		{"size", "1e300"},
		{"size", "-5"},
		{"size", "0"},
		{"size", "1048576"},
		{"touched", "[[0, 1e12]]"},
		{"touched", "[[4096, 0]]"},
		{"touched", "[[-4096, 4096]]"},
		{"touched", "[[0]]"},
		{"touched", "[7, null]"},
		{"touched", "\"all\""},
		{"known", "{}"},
		{"known", "[[0, 524289]]"},
	};
	char path[700], *text, *other;
	struct two_cards s;

	(void)state;
	begin(&s);
	two_cards_interrupt(&s, 0, 50);
	assert_int_equal(journals(&s, path, sizeof(path)), 1);
	text = read_text(&s, path);
	fixture_put(&s.b, s.torn[0]);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		other = with(text, bad[i][0], bad[i][1]);
		put_journal(&s, path, other);
		refused(&s);
		free(other);
	}
	put_journal(&s, path, "");
	refused(&s);
	put_journal(&s, path, "[[[[");
	refused(&s);
	text[strlen(text) / 2] = '\0';
	put_journal(&s, path, text);
	refused(&s);
	free(text);
	two_cards_end(&s);
}

/* A journal can't name a file that is then read or removed as its own copy. */
static void only_its_own_copy(void **state)
{
	char path[700], copy[720], victim[400], name[420], *text, *other;
	struct two_cards s;

	(void)state;
	begin(&s);
	two_cards_interrupt(&s, 0, 50);
	assert_int_equal(journals(&s, path, sizeof(path)), 1);
	text = read_text(&s, path);
	snprintf(victim, sizeof(victim), "%s/victim", s.b.folder);
	snprintf(name, sizeof(name), "\"%s\"", victim);
	fixture_ok(cx3_file_write(victim, s.before[1], SIZE, false, &s.err), &s.err);
	other = with(text, "before", name);
	put_journal(&s, path, other);
	fixture_put(&s.b, s.torn[0]);
	fixture_ok(two_cards_burn(&s, "livefish=1"), &s.err);
	two_cards_expect(&s, 0);
	assert_int_equal(access(victim, F_OK), 0);
	snprintf(copy, sizeof(copy), "%s.before.bin", path);
	assert_int_not_equal(access(copy, F_OK), 0);
	/* its copy is gone: then it is of no use */
	put_journal(&s, path, text);
	fixture_put(&s.b, s.torn[0]);
	refused(&s);
	free(other);
	free(text);
	two_cards_end(&s);
}

static bool any(const void *user, const struct cx3_journal *j)
{
	(void)user;
	(void)j;
	return true;
}

/* Which of two journals is older does not hang on the clock, on the process or on the job. */
static void order(void **state)
{
	static const char *const names[] = {
		"x-20200101T000000Z-1-4294967295.json", /* none of ours */
		"sg-20250101T000000Z-9-9.json",
		"burn-20300101T000000Z-9-9.json", /* of a folder that did not know of the other */
		"sg-20200101T000000Z-99999-10.json",
		"restore-20100101T000000Z-5-11.json",
		"burn-20000101T000000Z-7-12.json",
	};
	enum { COUNT = sizeof(names) / sizeof(names[0]) };
	char first[700], path[900], name[CX3_JOURNAL_NAME] = "", *text;
	struct cx3_journal j;
	struct two_cards s;

	(void)state;
	begin(&s);
	assert_int_equal(cx3_journal_next_number(NULL), 1);
	two_cards_interrupt(&s, 0, 50);
	assert_int_equal(journals(&s, first, sizeof(first)), 1);
	assert_true(strtoul(strrchr(first, '-') + 1, NULL, 10) < 9);
	text = read_text(&s, first);
	for (unsigned i = 0; i < COUNT; i++) {
		snprintf(path, sizeof(path), "%.*s/%s", (int)(strrchr(first, '/') - first), first,
			 names[i]);
		put_journal(&s, path, text);
	}
	for (unsigned i = COUNT; i-- > 0;) {
		/* the first run's comes before those with numbers */
		if (i == 0) {
			assert_true(cx3_journal_next_of(NULL, any, NULL, name, &j));
			assert_string_equal(name, strrchr(first, '/') + 1);
		}
		assert_true(cx3_journal_next_of(NULL, any, NULL, name, &j));
		assert_string_equal(name, names[i]);
	}
	assert_false(cx3_journal_next_of(NULL, any, NULL, name, &j));
	assert_int_equal(cx3_journal_next_number(NULL), 13);
	free(text);
	two_cards_end(&s);
}

/* Two threads may begin before either has written its journal: a number is never taken again. */
static void numbers_are_taken_once(void **state)
{
	char first[700];
	struct two_cards s;

	(void)state;
	begin(&s);
	assert_int_equal(cx3_journal_next_number(NULL), 1);
	two_cards_interrupt(&s, 1, 50);
	assert_int_equal(journals(&s, first, sizeof(first)), 1);
	assert_null(strstr(first, "-1.json"));
	two_cards_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order), /* first: it knows the first number */
		cmocka_unit_test(numbers_are_taken_once),
		cmocka_unit_test(the_other_card_meanwhile),
		cmocka_unit_test(both_with_backups),
		cmocka_unit_test(both_without),
		cmocka_unit_test(a_damaged_card_keeps_its_own),
		cmocka_unit_test(the_rest_is_anothers),
		cmocka_unit_test(another_home),
		cmocka_unit_test(another_content),
		cmocka_unit_test(damaged_and_hostile),
		cmocka_unit_test(only_its_own_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
