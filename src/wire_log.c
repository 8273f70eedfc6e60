/* SPDX-License-Identifier: BSD-2-Clause */
/* What went over the wire as lines of the log: see wire_log.h. */
#include "wire_log.h"

#include <stdio.h>
#include <string.h>

/* The card layer's longest message, which is a read of 16 registers. */
#define MOST_BYTES 64u
#define ADDRESS_BYTES 4u
#define TEXT (2 * MOST_BYTES + 48)

/* " write 000f0410 and 16 bytes that are not told", " read 000001f5" */
static void message(char text[TEXT], const char *word, const uint8_t *bytes, size_t len,
		    size_t told)
{
	static const char digits[] = "0123456789abcdef";
	size_t shown = told < MOST_BYTES ? told : MOST_BYTES, at;

	at = (size_t)snprintf(text, TEXT, " %s%s", word, shown ? " " : "");
	for (size_t i = 0; i < shown; i++) {
		text[at++] = digits[bytes[i] >> 4];
		text[at++] = digits[bytes[i] & 15];
	}
	text[at] = '\0';
	if (told < len)
		snprintf(text + at, TEXT - at, "%s %zu bytes that are not told",
			 shown ? " and" : "", len - told);
	else if (shown < len)
		snprintf(text + at, TEXT - at, "... (%zu bytes)", len);
}

void cx3_wire_log(const struct cx3_log *log, const struct cx3_wire_line *line)
{
	char wr[TEXT], rd[TEXT] = "";
	size_t wr_told = line->wr_len, rd_told = line->rd_len;

	if (!cx3_wire_is_logged(log))
		return;
	if (line->secret) {
		wr_told = wr_told < ADDRESS_BYTES ? wr_told : ADDRESS_BYTES;
		rd_told = 0;
	}
	if (line->error) /* what has arrived of it is not known */
		rd_told = 0;
	message(wr, "write", line->wr, line->wr_len, wr_told);
	if (line->rd_len)
		message(rd, "read", line->rd, line->rd_len, rd_told);
	cx3_log(log, CX3_LOG_WIRE, "%s: 0x%02x%s%s%s%s", line->label, line->addr, wr, rd,
		line->error ? ": perhaps: " : "", line->error ? line->error : "");
}
