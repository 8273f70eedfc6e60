/* SPDX-License-Identifier: BSD-2-Clause */
/* Standard output and standard error while a card is open; see screen.h. */
#include "screen.h"

#include <stdlib.h>
#include <unistd.h>

#include "channel.h"

/* Warnings and log lines of a terminal that is stopped for hours; about 4000 of them. */
#define ERR_LIMIT ((size_t)256 * 1024)

static struct channel channels[2]; /* standard output, standard error */
static FILE *streams[2];	   /* over them; NULL before screen_open */

/* Always takes all: an error is remembered by the channel, for screen_settle. */
static ssize_t put(void *cookie, const char *text, size_t len)
{
	channel_put(cookie, text, len);
	return (ssize_t)len;
}

static FILE *stream_over(struct channel *channel, int buffering)
{
	FILE *stream = fopencookie(channel, "w", (cookie_io_functions_t){.write = put});

	if (stream)
		setvbuf(stream, NULL, buffering, BUFSIZ);
	return stream;
}

void screen_open(void)
{
	if (streams[0])
		return;
	fflush(stdout);
	channel_open(&channels[0], STDOUT_FILENO, 0);
	channel_open(&channels[1], STDERR_FILENO, ERR_LIMIT);
	streams[0] = stream_over(&channels[0], isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF);
	streams[1] = stream_over(&channels[1], _IOFBF); /* its writers flush whole texts */
}

FILE *screen_out(void)
{
	return streams[0] ? streams[0] : stdout;
}

FILE *screen_err(void)
{
	return streams[1] ? streams[1] : stderr;
}

int screen_settle(void)
{
	if (!streams[0] || !streams[1])
		return 0;
	fflush(streams[0]);
	fflush(streams[1]);
	if (channel_settle(&channels[0]) && channel_settle(&channels[1]) && channels[1].lost) {
		fprintf(stderr, "-W- %u lines are left out: nothing could be printed meanwhile\n",
			channels[1].lost);
		channels[1].lost = 0;
	}
	return channels[0].error;
}

void screen_signal(const char *text, size_t len)
{
	if (streams[1])
		channel_put_now(&channels[1], text, len);
}
