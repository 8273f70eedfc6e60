/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several devices on the screen: a line of progress each, below what those have said that have
 * ended. The starter alone prints, so that no two texts are mixed.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exit_code.h"
#include "fleet_priv.h"
#include "printable.h"
#include "progress_json.h"
#include "screen.h"

#define NAME_WIDTH 32
#define MOST_LINES 60u

/* Both streams are one terminal or one file: then a name above the first text is enough. */
static bool one_place(void)
{
	struct stat out, err;

	return fstat(STDOUT_FILENO, &out) == 0 && fstat(STDERR_FILENO, &err) == 0 &&
	       out.st_dev == err.st_dev && out.st_ino == err.st_ino;
}

static void heading(FILE *out, const struct fleet_worker *w)
{
	fprintf(out, "%s== %s ==%s\n", out == screen_out() ? bold() : "", shown(w->device),
		out == screen_out() ? plain() : "");
}

static void print_said(struct fleet *f, const struct fleet_worker *w, char *const said[2])
{
	bool named = false;

	fleet_clear(f);
	if (said[0]) {
		heading(screen_out(), w);
		fputs(said[0], screen_out());
		fflush(screen_out());
		named = one_place();
	}
	if (said[1]) {
		if (!named)
			heading(screen_err(), w);
		fputs(said[1], screen_err());
		fflush(screen_err());
	}
}

static void print_news(struct fleet *f)
{
	for (unsigned i = 0; i < f->count; i++) {
		struct fleet_worker *w = &f->worker[i];
		char *said[2];

		pthread_mutex_lock(&f->lock);
		memcpy(said, w->said, sizeof(said));
		memset(w->said, 0, sizeof(w->said));
		w->told = w->state == FLEET_ENDED;
		pthread_mutex_unlock(&f->lock);
		if (said[0] || said[1])
			print_said(f, w, said);
		free(said[0]);
		free(said[1]);
	}
}

/* The end of a long name tells more than its beginning. */
static const char *short_name(const char *device, char name[NAME_WIDTH + 1])
{
	const char *text = shown(device);
	size_t len = strlen(text);

	if (len <= NAME_WIDTH)
		snprintf(name, NAME_WIDTH + 1, "%s", text);
	else
		snprintf(name, NAME_WIDTH + 1, "..%s", text + len - NAME_WIDTH + 2);
	return name;
}

/* False if it has shown nothing yet. */
static bool mark_of(struct fleet_worker *w, struct progress_mark *mark, char phase[24])
{
	pthread_mutex_lock(&w->fleet->lock);
	*mark = w->mark;
	memcpy(phase, w->phase, sizeof(w->phase));
	pthread_mutex_unlock(&w->fleet->lock);
	mark->now.phase = phase;
	return phase[0] != '\0';
}

/* In a log: a line of a device for each 10 %. */
static void print_lines(struct fleet *f, FILE *out)
{
	for (unsigned i = 0; i < f->count; i++) {
		struct fleet_worker *w = &f->worker[i];
		struct progress_mark mark;
		char text[160], phase[24];
		int step;

		if (w->told || !mark_of(w, &mark, phase))
			continue;
		step = (int)(mark.fraction * 100 + 1e-6) / 10 * 10;
		if (step == 0 || step <= w->shown_percent)
			continue;
		w->shown_percent = step;
		progress_words(text, sizeof(text), &mark);
		fprintf(out, "%s: %s\n", shown(w->device), text);
	}
	fflush(out);
}

/* Lines of those that work; the last one of each that has ended. */
static void put_json(struct fleet *f, FILE *out)
{
	for (unsigned i = 0; i < f->count; i++) {
		struct fleet_worker *w = &f->worker[i];
		struct progress_mark mark;
		char phase[24];

		if (!w->told && mark_of(w, &mark, phase))
			progress_json_put(out, w->device, &mark, &w->next_ms);
		if (w->told && !w->end_told)
			progress_json_end(out, w->device, w->code);
		w->end_told = w->told;
	}
}

static unsigned rows(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row < 3)
		return 24;
	return size.ws_row;
}

static unsigned name_width(const struct fleet *f)
{
	size_t most = 0;

	for (unsigned i = 0; i < f->count; i++) {
		size_t len = strlen(shown(f->worker[i].device));

		most = len > most ? len : most;
	}
	return (unsigned)(most < NAME_WIDTH ? most : NAME_WIDTH);
}

static void put_line(FILE *out, struct fleet_worker *w, unsigned names, unsigned width)
{
	struct progress_mark mark;
	char text[512], phase[24], name[NAME_WIDTH + 1];

	if (mark_of(w, &mark, phase))
		progress_text(text, sizeof(text), width > names + 2 ? width - names - 2 : 1,
			      mark.fraction, &mark.now, mark.left_us);
	else
		snprintf(text, sizeof(text), "opening");
	fprintf(out, "%-*.*s  %s\033[K", (int)names, (int)names, short_name(w->device, name), text);
}

/*
 * One picture for all that work, with the cursor at its beginning before and after it: so that
 * one that could not be drawn in time may be left out (channel.h).
 */
static void draw(struct fleet *f, FILE *out)
{
	unsigned names = name_width(f), width = progress_width() - 1;
	unsigned most = rows() - 1, lines = 0;

	most = most < MOST_LINES ? most : MOST_LINES;
	fflush(out);
	fputc('\r', out);
	for (unsigned i = 0; i < f->count && lines < most; i++) {
		if (f->worker[i].told)
			continue;
		fputs(lines++ ? "\n" : "", out);
		put_line(out, &f->worker[i], names, width);
	}
	fputs("\033[J\r", out);
	if (lines > 1)
		fprintf(out, "\033[%uA", lines - 1);
	fflush(out);
	f->drawn = lines > 0;
}

void fleet_clear(struct fleet *f)
{
	FILE *out = f->cli->progress.out;

	if (!out || !f->drawn)
		return;
	fflush(out);
	fputs("\r\033[J", out);
	fflush(out);
	f->drawn = false;
}

void fleet_show(struct fleet *f)
{
	FILE *out = f->cli->progress.out;

	print_news(f);
	if (!out)
		return;
	if (f->cli->progress.json)
		put_json(f, out);
	else if (f->cli->progress.terminal)
		draw(f, out);
	else
		print_lines(f, out);
}

/* Its run was ended by an error, or (a station) one of its cards failed. */
static bool has_failed(const struct fleet_worker *w)
{
	return w->rc != CX3_OK ||
	       (w->code != EXIT_DONE && w->code != EXIT_NEEDS && w->code != EXIT_DIFFERS);
}

/*
 * What all that failed have in common; that somebody has stopped it, where that is so. Without a
 * failure the greatest answer: status has one for a card that needs something done.
 */
static int exit_code(const struct fleet *f, unsigned *failed)
{
	int code = 0, answer = 0;
	bool stopped = false;

	*failed = 0;
	for (unsigned i = 0; i < f->count; i++) {
		const struct fleet_worker *w = &f->worker[i];

		if (!has_failed(w)) {
			answer = w->code > answer ? w->code : answer;
			continue;
		}
		stopped = stopped || w->code == EXIT_INTERRUPTED;
		code = *failed == 0 || code == w->code ? w->code : EXIT_SEVERAL;
		(*failed)++;
	}
	if (*failed == 0)
		return answer;
	return stopped ? EXIT_INTERRUPTED : code;
}

/* "DEVICE (exit code 3), ..." of those that answered more than 0. */
static void list_codes(FILE *out, const struct fleet *f, bool failed)
{
	const char *before = "";

	for (unsigned i = 0; i < f->count; i++) {
		const struct fleet_worker *w = &f->worker[i];

		if (w->code == EXIT_DONE || has_failed(w) != failed)
			continue;
		fprintf(out, "%s%s (exit code %d)", before, shown(w->device), w->code);
		before = ", ";
	}
	fputs(".\n", out);
}

static void tell_sum(const struct fleet *f, unsigned failed, int code)
{
	FILE *out = failed ? screen_err() : screen_out();

	if (f->cli->options.json)
		return;
	fputs("\n", screen_out());
	fflush(screen_out());
	if (failed) {
		fprintf(out, "-E- %u of %u devices failed: ", failed, f->count);
		list_codes(out, f, true);
	} else if (code != EXIT_DONE) {
		fprintf(out, "-I- %u devices, and something needs to be done: ", f->count);
		list_codes(out, f, false);
	} else {
		fprintf(out, "-I- %u devices, all of them done.\n", f->count);
	}
	fflush(out);
}

void fleet_sum_up(struct fleet *f)
{
	struct cli *cli = f->cli;
	cJSON *devices = json_array(cli->json, "devices");
	unsigned failed;

	cli->answer = exit_code(f, &failed);
	for (unsigned i = 0; devices && i < f->count; i++) {
		struct fleet_worker *w = &f->worker[i];

		cJSON_SetNumberValue(cJSON_GetObjectItem(w->cli.json, "exit_code"), w->code);
		cJSON_AddItemToArray(devices, w->cli.json);
		w->cli.json = NULL;
	}
	json_number(cli->json, "failed", failed);
	json_number(cli->json, "exit_code", (uint64_t)cli->answer);
	if (failed && cli->json)
		cJSON_ReplaceItemInObject(cli->json, "ok", cJSON_CreateFalse());
	tell_sum(f, failed, cli->answer);
}
