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

#include "jobs_engine.h"
#include "said.h"

#define SIZE (512u << 10)

static const struct cx3_burn_options plain = {0};

/* Two cards of the same make, each with an image that is not fail-safe; a burn of the
 * same file goes over the only image that there is. */
struct scene {
	struct fixture b;
	struct cx3_fs2_recipe recipe[2];
	uint8_t *before[2], *torn[2]; /* whole; as the interrupted burn has left it */
	uint8_t *image;
	uint32_t len;
	struct engine e;
	struct cx3_error err;
};

static void make_card(struct scene *s, unsigned i)
{
	struct cx3_fs2_recipe *r = &s->recipe[i];
	uint32_t len;
	uint8_t *image;

	fixture_small_recipe(r, "MT_JOURNAL_01", 36);
	r->failsafe = false;
	r->code_size = 60000;
	for (unsigned u = 0; u < 6; u++)
		r->uid[u] ^= 0x10000 * (i + 1);
	image = fixture_image(r, &len);
	s->before[i] = malloc(SIZE);
	memset(s->before[i], 0xff, SIZE);
	fixture_lay(s->before[i], SIZE, image, len, false);
	memset(s->before[i] + SIZE - 0x3000, 0x70 + (int)i, 0x1000);
	free(image);
}

static void begin(struct scene *s)
{
	struct cx3_fs2_recipe fresh;

	memset(s, 0, sizeof(*s));
	fixture_new(&s->b, SIZE);
	engine_home(&s->b);
	make_card(s, 0);
	make_card(s, 1);
	fresh = s->recipe[0];
	fresh.seed = 9;
	fresh.fw_version[1] = 42;
	for (unsigned u = 0; u < 6; u++)
		fresh.uid[u] ^= 0x990000;
	s->image = fixture_image(&fresh, &s->len);
	s->e.options.no_backup = true;
}

static void end(struct scene *s)
{
	for (unsigned i = 0; i < 2; i++) {
		free(s->before[i]);
		free(s->torn[i]);
	}
	free(s->image);
	fixture_delete(&s->b);
}

static int burn(struct scene *s, const char *card)
{
	s->e.card = card;
	return engine_burn(&s->b, &s->e, s->image, s->len, &plain, &s->err);
}

/* Cut off in the middle of its writing. */
static void interrupt(struct scene *s, unsigned i)
{
	char card[64];

	fixture_put(&s->b, s->before[i]);
	fixture_ok(burn(s, ""), &s->err);
	snprintf(card, sizeof(card), "power-cut=%llu",
		 (unsigned long long)(s->e.writes_before + s->e.reg_writes) / 2);
	fixture_put(&s->b, s->before[i]);
	assert_int_not_equal(burn(s, card), CX3_OK);
	assert_true(s->e.writing);
	s->torn[i] = fixture_get(&s->b);
}

static unsigned journals(const struct scene *s, char *path, size_t size)
{
	return engine_files(&s->b, "journals", ".json", path, size);
}

static void expect_identity(const struct scene *s, unsigned i)
{
	struct cx3_fs2_info info;

	fixture_booting(&s->b, &info);
	assert_int_equal(info.fw_version[1], 42);
	assert_memory_equal(info.uid, s->recipe[i].uid, sizeof(s->recipe[i].uid));
}

/* The other card is burnt meanwhile: the first one's journal, and with it the only copy
 * of its identity, outlives that. */
static void the_other_card_meanwhile(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	interrupt(&s, 0);
	fixture_put(&s.b, s.before[1]);
	fixture_ok(burn(&s, ""), &s.err);
	expect_identity(&s, 1);
	assert_int_equal(journals(&s, NULL, 0), 1);
	/* again: it has nothing to do there */
	fixture_ok(burn(&s, ""), &s.err);
	expect_identity(&s, 1);
	assert_int_equal(journals(&s, NULL, 0), 1);
	fixture_put(&s.b, s.torn[0]);
	fixture_ok(burn(&s, "livefish=1"), &s.err);
	assert_true(s.e.resumes[0] != '\0');
	expect_identity(&s, 0);
	assert_int_equal(journals(&s, NULL, 0), 0);
	end(&s);
}

/* Both are interrupted. Where backups tell them apart each gets its own identity. */
static void both_with_backups(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	s.e.options.no_backup = false;
	interrupt(&s, 0);
	interrupt(&s, 1);
	assert_int_equal(journals(&s, NULL, 0), 2);
	for (unsigned i = 0; i < 2; i++) {
		fixture_put(&s.b, s.torn[i]);
		fixture_ok(burn(&s, "livefish=1"), &s.err);
		expect_identity(&s, i);
		assert_int_equal(journals(&s, NULL, 0), 1 - i);
	}
	end(&s);
}

/* Without backups there are the journals' own copies: each card goes on as the one it was. */
static void both_without(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	interrupt(&s, 0);
	interrupt(&s, 1);
	assert_int_equal(journals(&s, NULL, 0), 2);
	for (unsigned i = 0; i < 2; i++) {
		fixture_put(&s.b, s.torn[i]);
		fixture_ok(burn(&s, "livefish=1"), &s.err);
		expect_identity(&s, i);
		assert_int_equal(journals(&s, NULL, 0), 1 - i);
	}
	end(&s);
}

/* A damaged image that still tells its GUIDs is its own card's, whatever a journal says. */
static void a_damaged_card_keeps_its_own(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	interrupt(&s, 0);
	s.before[1][0x8000] ^= 0x20;
	fixture_put(&s.b, s.before[1]);
	s.e.accept_worse = true;
	fixture_ok(burn(&s, ""), &s.err);
	assert_true(s.e.resumes[0] == '\0');
	expect_identity(&s, 1);
	assert_int_equal(journals(&s, NULL, 0), 1);
	end(&s);
}

/* A flash full of something else: the journal is not this card's. */
static void another_content(void **state)
{
	struct scene s;
	uint8_t *noise = malloc(SIZE);

	(void)state;
	begin(&s);
	interrupt(&s, 0);
	for (uint32_t i = 0; i < SIZE; i++)
		noise[i] = (uint8_t)(i * 37 + (i >> 8));
	fixture_put(&s.b, noise);
	assert_int_equal(burn(&s, "livefish=1"), CX3_E_NO_IMAGE);
	engine_expect(&s.b, noise);
	/* another file is another job */
	fixture_put(&s.b, s.torn[0]);
	s.recipe[0].seed = 10;
	free(s.image);
	s.image = fixture_image(&s.recipe[0], &s.len);
	assert_int_equal(burn(&s, "livefish=1"), CX3_E_NO_IMAGE);
	/* and another board another card */
	assert_int_equal(journals(&s, NULL, 0), 1);
	free(noise);
	end(&s);
}

static char *read_text(struct scene *s, const char *path)
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

static void put_journal(struct scene *s, const char *path, const char *text)
{
	fixture_ok(cx3_file_write(path, text, strlen(text), true, &s->err), &s->err);
}

static void refused(struct scene *s)
{
	assert_int_equal(burn(s, "livefish=1"), CX3_E_NO_IMAGE);
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
	struct scene s;

	(void)state;
	begin(&s);
	interrupt(&s, 0);
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
	end(&s);
}

/* A journal can't name a file that is then read or removed as its own copy. */
static void only_its_own_copy(void **state)
{
	char path[700], copy[720], victim[400], name[420], *text, *other;
	struct scene s;

	(void)state;
	begin(&s);
	interrupt(&s, 0);
	assert_int_equal(journals(&s, path, sizeof(path)), 1);
	text = read_text(&s, path);
	snprintf(victim, sizeof(victim), "%s/victim", s.b.folder);
	snprintf(name, sizeof(name), "\"%s\"", victim);
	fixture_ok(cx3_file_write(victim, s.before[1], SIZE, false, &s.err), &s.err);
	other = with(text, "before", name);
	put_journal(&s, path, other);
	fixture_put(&s.b, s.torn[0]);
	fixture_ok(burn(&s, "livefish=1"), &s.err);
	expect_identity(&s, 0);
	assert_int_equal(access(victim, F_OK), 0);
	snprintf(copy, sizeof(copy), "%s.before.bin", path);
	assert_int_not_equal(access(copy, F_OK), 0);
	/* its copy is gone: then it is of no use */
	put_journal(&s, path, text);
	fixture_put(&s.b, s.torn[0]);
	refused(&s);
	free(other);
	free(text);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_other_card_meanwhile),
		cmocka_unit_test(both_with_backups),
		cmocka_unit_test(both_without),
		cmocka_unit_test(a_damaged_card_keeps_its_own),
		cmocka_unit_test(another_content),
		cmocka_unit_test(damaged_and_hostile),
		cmocka_unit_test(only_its_own_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
