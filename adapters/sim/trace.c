/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace=PATH: what the slave takes and gives, as a logic analyser on the bus would show it. A line
 * for each write message that it acknowledges, with the read that follows it by a repeated START:
 * "write 000f0014 read 000001f5". The tool's own log of the wire is compared with it.
 */
#include "model.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int sim_trace_open(struct simcard *card, const char *path, struct cx3_error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

	card->trace = fd >= 0 ? fdopen(fd, "a") : NULL;
	if (card->trace)
		return CX3_OK;
	cx3_fail(err, CX3_E_FILE, path, "The trace can't be written (%s).\nName another file.",
		 cx3_errno_text(errno));
	if (fd >= 0)
		close(fd);
	return CX3_E_FILE;
}

void sim_trace_start(struct simcard *card, bool reads)
{
	if (!card->trace)
		return;
	if (!reads && card->trace_open)
		putc('\n', card->trace);
	fputs(reads ? " read " : "write ", card->trace);
	card->trace_open = true;
}

void sim_trace_byte(struct simcard *card, uint8_t byte)
{
	if (card->trace)
		fprintf(card->trace, "%02x", byte);
}

void sim_trace_stop(struct simcard *card)
{
	if (card->trace && card->trace_open)
		putc('\n', card->trace);
	card->trace_open = false;
}

void sim_trace_close(struct simcard *card)
{
	sim_trace_stop(card);
	if (card->trace)
		fclose(card->trace);
	card->trace = NULL;
}
