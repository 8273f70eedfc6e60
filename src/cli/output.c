/* SPDX-License-Identifier: BSD-2-Clause */
/* What is printed for people: text, times, sizes. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"
#include "printable.h"
#include "screen.h"

/*
 * Two streams: standard output has what was asked for, standard error what
 * happens on the way. With --json standard output has the document alone.
 */

FILE *cli_out(const struct cli *cli)
{
	return cli->text[0] ? cli->text[0] : screen_out();
}

FILE *cli_err(const struct cli *cli)
{
	return cli->text[1] ? cli->text[1] : screen_err();
}

void say(const struct cli *cli, const char *fmt, ...)
{
	va_list args;

	if (cli->options.json)
		return;
	va_start(args, fmt);
	vfprintf(cli_out(cli), fmt, args);
	va_end(args);
}

/* A pipe or a file gets the bytes as they are: there they are data. */
void say_text(const struct cli *cli, const char *text)
{
	char *safe = isatty(STDOUT_FILENO) ? printable_copy(text, PRINTABLE_LINES) : NULL;

	say(cli, "%s", safe ? safe : text);
	free(safe);
}

/* See no-color.org: any value that is not empty. */
static bool decorated(void)
{
	const char *no_color = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && !(no_color && *no_color);
}

const char *bold(void)
{
	return decorated() ? "\033[1m" : "";
}

const char *plain(void)
{
	return decorated() ? "\033[0m" : "";
}

/* Rounded as people say it: nobody wants the seconds of two hours. */
void format_time(char *buf, size_t size, uint64_t us)
{
	uint64_t seconds = (us + 500000) / 1000000;

	if (us < 9950000)
		snprintf(buf, size, "%.1f s", (double)us / 1e6);
	else if (seconds < 120)
		snprintf(buf, size, "%" PRIu64 " s", seconds);
	else if (seconds < 7200)
		snprintf(buf, size, "%" PRIu64 " min %" PRIu64 " s", seconds / 60, seconds % 60);
	else
		snprintf(buf, size, "%" PRIu64 " h %" PRIu64 " min", seconds / 3600,
			 seconds / 60 % 60);
}

/* Flash sizes are KiB that are whole; only odd ones get a fraction. */
void format_bytes(char *buf, size_t size, uint64_t bytes)
{
	if (bytes >= UINT64_C(10) * 1024 * 1024)
		snprintf(buf, size, "%.1f MiB", (double)bytes / (1024 * 1024));
	else if (bytes >= 1024 && bytes % 1024 == 0)
		snprintf(buf, size, "%" PRIu64 " KiB", bytes / 1024);
	else if (bytes >= UINT64_C(10) * 1024)
		snprintf(buf, size, "%.1f KiB", (double)bytes / 1024);
	else
		snprintf(buf, size, "%" PRIu64 " bytes", bytes);
}

void format_clock(char *buf, size_t size, unsigned hz)
{
	if (hz == 0)
		snprintf(buf, size, "an unknown clock");
	else if (hz % 1000 == 0)
		snprintf(buf, size, "%u kHz", hz / 1000);
	else
		snprintf(buf, size, "%.1f kHz", hz / 1e3);
}
