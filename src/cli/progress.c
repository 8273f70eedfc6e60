/* SPDX-License-Identifier: BSD-2-Clause */
/* The progress bar of a terminal, and the progress lines of a log. */
#include "progress.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "progress_json.h"

/* The bar is drawn at most this often, so that a slow terminal does not hold up the bus. */
#define REDRAW_US 100000u
#define MIN_WIDTH 20u
#define MAX_WIDTH 120u

void progress_init(struct progress *progress, FILE *out, bool terminal)
{
	memset(progress, 0, sizeof(*progress));
	progress->out = out;
	progress->terminal = terminal;
}

void progress_begin(struct progress *progress, const uint64_t *weight_us, unsigned stages)
{
	struct progress before = *progress;

	progress_init(progress, before.out, before.terminal);
	progress->json = before.json;
	progress->device = before.device;
	progress->next_ms = before.next_ms;
	progress->note = before.note;
	progress->user = before.user;
	progress->shown_percent = -1;
	progress->stages = stages > PROGRESS_STAGES ? PROGRESS_STAGES : stages;
	for (unsigned i = 0; i < progress->stages; i++)
		progress->weight_us[i] = weight_us[i];
}

void progress_begin_one(struct progress *progress)
{
	uint64_t weight = 1;

	progress_begin(progress, &weight, 1);
}

void progress_next_stage(struct progress *progress)
{
	if (progress->stage < progress->stages)
		progress->stage++;
	progress->shown_us = 0;
}

/* COLUMNS first: tests and people set it; else what the terminal says. */
unsigned progress_width(void)
{
	const char *columns = getenv("COLUMNS");
	unsigned long width = columns ? strtoul(columns, NULL, 10) : 0;
	struct winsize size;

	if (width == 0 && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0)
		width = size.ws_col;
	if (width == 0)
		width = 80;
	if (width > MAX_WIDTH)
		return MAX_WIDTH;
	return width < MIN_WIDTH ? MIN_WIDTH : (unsigned)width;
}

/* "1:05", "2:03:04": short enough for the bar. */
static void clock_text(char *buf, size_t size, uint64_t us)
{
	uint64_t seconds = (us + 500000) / 1000000;

	if (seconds >= 3600)
		snprintf(buf, size, "%" PRIu64 ":%02" PRIu64 ":%02" PRIu64, seconds / 3600,
			 seconds / 60 % 60, seconds % 60);
	else
		snprintf(buf, size, "%" PRIu64 ":%02" PRIu64, seconds / 60, seconds % 60);
}

/* Bytes, rate and time left: what fits into `width`, the most useful first. */
static void figures(char *buf, size_t size, unsigned width, const struct cx3_progress *now,
		    uint64_t left_us)
{
	double kib = (double)now->flash_bytes / 1024;
	double rate = now->elapsed_us ? kib * 1e6 / (double)now->elapsed_us : 0;
	char left[32], done[32];
	int len;

	clock_text(left, sizeof(left), left_us);
	if (now->flash_bytes < 1024)
		snprintf(done, sizeof(done), "%u bytes", (unsigned)now->flash_bytes);
	else
		snprintf(done, sizeof(done), "%.0f KiB", kib);
	len = snprintf(buf, size, "%s  %.1f KiB/s  %s left", done, rate, left);
	/* beside them: the phase's name and the percentage; not all work is on the flash */
	if (now->flash_bytes == 0 || (size_t)len >= size || (unsigned)len + 24 > width)
		snprintf(buf, size, "%s left", left);
}

/* Sums of weights may end a hair below 1. */
static int percent_of(double fraction)
{
	return (int)(fraction * 100 + 1e-6);
}

void progress_text(char *buf, size_t size, unsigned width, double fraction,
		   const struct cx3_progress *now, uint64_t left_us)
{
	char tail[128];
	char head[48];
	char bar[MAX_WIDTH + 1] = "";
	unsigned used;

	figures(tail, sizeof(tail), width, now, left_us);
	snprintf(head, sizeof(head), "%-9.20s", now->phase ? now->phase : "");
	used = (unsigned)(strlen(head) + strlen(" 100 %  ") + strlen(tail));
	if (used + 6 < width) {
		unsigned inside = width - used - 4;
		unsigned filled;

		if (inside > 40)
			inside = 40;
		filled = (unsigned)(fraction * inside);
		bar[0] = ' ';
		bar[1] = '[';
		memset(bar + 2, '=', filled);
		memset(bar + 2 + filled, ' ', inside - filled);
		bar[2 + inside] = ']';
	}
	snprintf(buf, size, "%s%s %3u %%  %s", head, bar, (unsigned)percent_of(fraction), tail);
	if (strlen(buf) > width)
		buf[width] = '\0';
}

/* How much of the whole job is done, 0 to 1; never less than what was shown. */
static double whole_fraction(struct progress *progress, const struct cx3_progress *now)
{
	double before = 0;
	double sum = 0;
	double part = now->total ? (double)now->done / (double)now->total : 0;
	double fraction;

	for (unsigned i = 0; i < progress->stages; i++) {
		if (i < progress->stage)
			before += (double)progress->weight_us[i];
		sum += (double)progress->weight_us[i];
	}
	if (part > 1)
		part = 1;
	if (progress->stage < progress->stages)
		before += part * (double)progress->weight_us[progress->stage];
	fraction = sum > 0 ? before / sum : part;
	if (fraction > 1)
		fraction = 1;
	if (fraction > progress->fraction)
		progress->fraction = fraction;
	return progress->fraction;
}

/* Time left: the current stage reports its own; for later stages the plan's estimate. */
static uint64_t whole_left(const struct progress *progress, const struct cx3_progress *now)
{
	uint64_t left = now->left_us;

	for (unsigned i = progress->stage + 1; i < progress->stages; i++)
		left += progress->weight_us[i];
	return left;
}

static void draw_bar(struct progress *progress, const struct cx3_progress *now, int percent)
{
	char text[MAX_WIDTH * 2];
	bool due = !progress->drawn || now->elapsed_us >= progress->shown_us + REDRAW_US ||
		   (percent == 100 && progress->shown_percent != 100);

	if (!due)
		return;
	/* one column stays free: a full last column makes some terminals wrap */
	progress_text(text, sizeof(text), progress_width() - 1, progress->fraction, now,
		      whole_left(progress, now));
	fprintf(progress->out, "\r%s\033[K", text);
	fflush(progress->out);
	progress->drawn = true;
	progress->shown_us = now->elapsed_us;
	progress->shown_percent = percent;
}

void progress_words(char *buf, size_t size, const struct progress_mark *mark)
{
	char text[96];

	figures(text, sizeof(text), MAX_WIDTH, &mark->now, mark->left_us);
	snprintf(buf, size, "%s: %d %%, %s", mark->now.phase ? mark->now.phase : "working",
		 percent_of(mark->fraction) / 10 * 10, text);
}

/* In a log: at most one line for each 10 %. */
static void print_line(struct progress *progress, const struct progress_mark *mark, int percent)
{
	char text[160];
	int step = percent / 10 * 10;

	if (step <= progress->shown_percent || step == 0)
		return;
	progress_words(text, sizeof(text), mark);
	fprintf(progress->out, "%s\n", text);
	fflush(progress->out);
	progress->shown_percent = step;
}

void progress_update(void *user, const struct cx3_progress *now)
{
	struct progress *progress = user;
	struct progress_mark mark;
	int percent;

	/* reads outside of a job (a query's few KiB) show nothing */
	if ((!progress->out && !progress->note) || progress->stages == 0)
		return;
	mark = (struct progress_mark){*now, whole_fraction(progress, now),
				      whole_left(progress, now)};
	percent = percent_of(mark.fraction);
	if (progress->note)
		progress->note(progress->user, &mark);
	else if (progress->json)
		progress_json_put(progress->out, progress->device, &mark, &progress->next_ms);
	else if (progress->terminal)
		draw_bar(progress, now, percent);
	else
		print_line(progress, &mark, percent);
}

void progress_clear(struct progress *progress)
{
	if (progress->out && progress->drawn) {
		fputs("\r\033[K", progress->out);
		fflush(progress->out);
	}
	progress->drawn = false;
}

void progress_end(struct progress *progress)
{
	progress_clear(progress);
	progress->stages = 0;
}
