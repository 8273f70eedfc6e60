/* SPDX-License-Identifier: BSD-2-Clause */
/* One client of the programmer: protocol.c talks to it, spi.c carries out what it asks of the
 * flash. */
#ifndef CX3_SERPROG_PRIV_H
#define CX3_SERPROG_PRIV_H

#include "cx3flash/serprog.h"

/* Bytes that one SPI operation sends or fetches at most. A page with its opcode and address is
 * 260. Reading so much takes half a second at 400 kHz. */
#define SPI_MOST_OUT 512u
#define SPI_MOST_IN 8192u

struct spi {
	struct cx3_flash *flash;
	const struct cx3_log *log;
	bool writes;
	bool write_enabled;  /* WREN was sent: the next write is carried out */
	bool status_enabled; /* EWSR was sent */
	bool in_words;	     /* words are programmed one after the other */
	uint32_t word_at;    /* ... the next one here */
	struct cx3_serprog_counts *counts;
};

struct spi_operation {
	const uint8_t *out; /* opcode, address, data */
	uint32_t out_len;   /* at least 1 */
	uint8_t *in;
	uint32_t in_len;
};

/* CX3_OK; else the operation is refused or has failed, and *err says why. */
int cx3_spi_run(struct spi *spi, const struct spi_operation *op, struct cx3_error *err);

#endif
