/* SPDX-License-Identifier: BSD-2-Clause */
/* The progress bar never goes back, never passes 100 %, and is silent where it should be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/progress.h"

struct capture {
	char *text;
	size_t len;
	FILE *file;
	struct progress progress;
};

static void capture_open(struct capture *c, bool terminal)
{
	memset(c, 0, sizeof(*c));
	c->file = open_memstream(&c->text, &c->len);
	assert_non_null(c->file);
	progress_init(&c->progress, c->file, terminal);
}

static void capture_close(struct capture *c)
{
	fclose(c->file);
	free(c->text);
}

/* Each number before a '%' in the text, in order. */
static size_t percents(const char *text, int *list, size_t room)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, " %")) != NULL && n < room; at += 2) {
		const char *start = at;

		while (start > text && start[-1] >= '0' && start[-1] <= '9')
			start--;
		list[n++] = atoi(start);
	}
	return n;
}

static void feed(struct progress *progress, uint64_t done, uint64_t total, uint64_t us)
{
	struct cx3_progress now = {.phase = "writing",
				   .done = done,
				   .total = total,
				   .flash_bytes = done,
				   .elapsed_us = us,
				   .left_us = 1000};

	progress_update(progress, &now);
}

/* Two stages, jumps back, too much done, a total that grows: all that a job could do wrong. */
static void run_wild(struct capture *c)
{
	static const uint64_t weight[] = {300, 700};
	uint32_t random = 1;

	progress_begin(&c->progress, weight, 2);
	for (unsigned stage = 0; stage < 2; stage++) {
		for (unsigned i = 0; i < 500; i++) {
			random = random * 1664525u + 1013904223u;
			feed(&c->progress, random % (i * 4 + 1), 1000 + (i % 7 == 0) * 400,
			     (uint64_t)i * 200000);
		}
		progress_next_stage(&c->progress);
	}
	feed(&c->progress, 5000, 1000, 1000000000);
	progress_end(&c->progress);
	fflush(c->file);
}

static void check_order(bool terminal)
{
	static int list[4096];
	struct capture c;
	size_t n;

	capture_open(&c, terminal);
	run_wild(&c);
	n = percents(c.text, list, 4096);
	assert_true(n > 5);
	for (size_t i = 0; i < n; i++) {
		assert_in_range(list[i], 0, 100);
		if (i > 0)
			assert_true(list[i] >= list[i - 1]);
	}
	assert_int_equal(list[n - 1], 100);
	capture_close(&c);
}

static void never_back_never_past_100(void **state)
{
	(void)state;
	check_order(true);
	check_order(false);
}

static void a_line_for_each_10_percent(void **state)
{
	static const uint64_t weight[] = {1};
	int list[64];
	struct capture c;
	size_t n;

	(void)state;
	capture_open(&c, false);
	progress_begin(&c.progress, weight, 1);
	for (uint64_t i = 0; i <= 3000; i++)
		feed(&c.progress, i, 3000, i * 1000);
	progress_end(&c.progress);
	fflush(c.file);
	n = percents(c.text, list, 64);
	assert_int_equal(n, 10);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(list[i], (int)(i + 1) * 10);
	assert_null(strchr(c.text, '\r'));
	assert_null(strchr(c.text, '\033'));
	capture_close(&c);
}

static void stages_are_weighed(void **state)
{
	static const uint64_t weight[] = {250, 750};
	int list[64] = {0};
	struct capture c;
	size_t n;

	(void)state;
	capture_open(&c, false);
	progress_begin(&c.progress, weight, 2);
	feed(&c.progress, 1000, 1000, 1000);
	progress_next_stage(&c.progress);
	feed(&c.progress, 500, 1000, 1000);
	fflush(c.file);
	n = percents(c.text, list, 64);
	assert_int_equal(n, 2);
	assert_int_equal(list[0], 20); /* 25 %, as a step of 10 */
	assert_int_equal(list[1], 60); /* 62 % */
	capture_close(&c);
}

static void silent_where_it_should_be(void **state)
{
	static const uint64_t weight[] = {1};
	struct capture c;
	struct progress off;

	(void)state;
	capture_open(&c, true);
	feed(&c.progress, 1, 2, 1000); /* a read outside of any job */
	fflush(c.file);
	assert_int_equal(c.len, 0);
	capture_close(&c);
	progress_init(&off, NULL, true); /* -s */
	progress_begin(&off, weight, 1);
	feed(&off, 1, 2, 1000);
	progress_end(&off);
}

static void the_bar_fits_its_width(void **state)
{
	struct cx3_progress now = {.phase = "verifying",
				   .done = 1,
				   .total = 3,
				   .flash_bytes = 16u << 20,
				   .elapsed_us = 360000000000,
				   .left_us = 360000000000};
	char text[512];

	(void)state;
	for (unsigned width = 20; width <= 120; width++) {
		progress_text(text, sizeof(text), width, 1.0 / 3, &now, now.left_us);
		assert_true(strlen(text) <= width);
		assert_non_null(strstr(text, "33 %"));
	}
	assert_non_null(strchr(text, '['));
	assert_non_null(strstr(text, "100:00:00 left"));
}

/* A dump of a few words is no "0 KiB". */
static void few_bytes_are_bytes(void **state)
{
	struct cx3_progress now = {
		.phase = "reading", .done = 1, .total = 1, .flash_bytes = 64, .elapsed_us = 32000};
	char text[512];

	(void)state;
	progress_text(text, sizeof(text), 100, 1, &now, 0);
	assert_non_null(strstr(text, "  64 bytes  2.0 KiB/s"));
	now.flash_bytes = 1024;
	progress_text(text, sizeof(text), 100, 1, &now, 0);
	assert_non_null(strstr(text, "  1 KiB  "));
}

static void the_bar_leaves_nothing_behind(void **state)
{
	static const uint64_t weight[] = {1};
	struct capture c;

	(void)state;
	capture_open(&c, true);
	progress_begin(&c.progress, weight, 1);
	feed(&c.progress, 1, 2, 1000);
	progress_end(&c.progress);
	fflush(c.file);
	assert_true(c.len > 4);
	assert_string_equal(c.text + c.len - 4, "\r\033[K");
	capture_close(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_back_never_past_100),
		cmocka_unit_test(a_line_for_each_10_percent),
		cmocka_unit_test(stages_are_weighed),
		cmocka_unit_test(silent_where_it_should_be),
		cmocka_unit_test(the_bar_fits_its_width),
		cmocka_unit_test(few_bytes_are_bytes),
		cmocka_unit_test(the_bar_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
