/* SPDX-License-Identifier: BSD-2-Clause */
/* The highest level of a log: what went over the wire, one line for each transfer. */
#ifndef CX3_WIRE_LOG_H
#define CX3_WIRE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cx3flash/log.h"

/* One transfer: a write message, and a read message if rd_len > 0. */
struct cx3_wire_line {
	const char *label; /* the adapter's */
	unsigned addr;	   /* 7 bits */
	const uint8_t *wr; /* the first four bytes are the register's address */
	const uint8_t *rd;
	size_t wr_len, rd_len;
	bool secret; /* the bytes behind the register's address are not to be told */
	const char
		*error; /* it may have happened or not, since this went wrong; NULL: it happened */
};

/* True if `log` (which may be NULL) wants such lines: else nothing need be put together. */
static inline bool cx3_wire_is_logged(const struct cx3_log *log)
{
	return log && log->fn && log->level >= CX3_LOG_WIRE;
}

/*
 * "LABEL: 0x48 write 000f0014 read 000001f5". Of a longer message the first 64 bytes are told, and
 * how many there are.
 */
void cx3_wire_log(const struct cx3_log *log, const struct cx3_wire_line *line);

#endif
