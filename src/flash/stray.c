/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a program command puts its bytes when one bit of its command word is lost or
 * added on the wire. The flash gets, after the opcode, what the gateway clocks out:
 *
 * - Address phase lost (bit 3): the first three data bytes are the address.
 * - Four address bytes (bit 14): the first three of them, A >> 8, are the address, and
 *   the fourth is the first data byte.
 * - Opcode lost (bit 2): the top byte of the address is the opcode. Only 02 programs; then
 *   the rest of the address and the first data byte are the address.
 *
 * A program wraps within its page, and of more than 256 bytes the last 256 count (data
 * sheets, "Page Program").
 */
#include "flash_priv.h"

#include <assert.h>
#include <string.h>

#define ADDRESS_BYTES 3u

/* What follows the opcode on the flash's input. */
struct line {
	uint8_t byte[4 + CX3_FLASH_PAGE];
	uint32_t len;
};

/* A broken head is ended with so many bytes FF: see cx3_gw_end_command. */
#define END_BYTES 4u

/* The data as the command carries them: FF up to whole blocks. Returns the first one's address. */
static uint32_t payload(uint32_t addr, const uint8_t *data, uint32_t len,
			const struct cx3_flash_doubt *doubt, struct line *out)
{
	uint32_t skip;
	uint32_t before = 0;

	len = cx3_trim_blank(data, len, &skip);
	data += skip;
	addr += skip;
	if (doubt->unit > 1)
		before = addr % GW_BLOCK;
	memset(out->byte, 0xff, sizeof(out->byte));
	out->len = doubt->unit > 1 ? (before + len + GW_BLOCK - 1) / GW_BLOCK * GW_BLOCK : len;
	assert(before + len <= CX3_FLASH_PAGE);
	if (doubt->no_data)
		out->len = END_BYTES;
	else
		memcpy(out->byte + before, data, len);
	return addr - before;
}

/* The line's first three bytes are an address; false if it programs nothing but FF. */
static bool fill(const struct cx3_flash *flash, const struct line *line,
		 struct cx3_flash_stray *stray)
{
	uint32_t addr, most = flash->part->byte_program ? 1 : line->len;
	bool any = false;

	if (line->len <= ADDRESS_BYTES)
		return false;
	addr = (uint32_t)line->byte[0] << 16 | (uint32_t)line->byte[1] << 8 | line->byte[2];
	addr %= flash->part->size;
	stray->page = addr / CX3_FLASH_PAGE * CX3_FLASH_PAGE;
	stray->first = addr % CX3_FLASH_PAGE;
	memset(stray->left, 0xff, sizeof(stray->left));
	for (uint32_t i = 0; i < line->len - ADDRESS_BYTES && i < most; i++) {
		stray->left[(addr + i) % CX3_FLASH_PAGE] = line->byte[ADDRESS_BYTES + i];
		any = any || line->byte[ADDRESS_BYTES + i] != 0xff;
	}
	return any;
}

/* `front` and then the payload. */
static struct line join(const uint8_t *front, uint32_t count, const struct line *data)
{
	struct line line;

	memcpy(line.byte, front, count);
	memcpy(line.byte + count, data->byte, data->len);
	line.len = count + data->len;
	return line;
}

unsigned cx3_flash_strays(const struct cx3_flash *flash, uint32_t addr, const uint8_t *data,
			  uint32_t len, const struct cx3_flash_doubt *doubt,
			  struct cx3_flash_stray stray[CX3_FLASH_MOST_STRAYS])
{
	struct line bytes, line;
	uint32_t reg = cx3_gw_address_word(flash->gw, payload(addr, data, len, doubt, &bytes));
	const uint8_t four[4] = {(uint8_t)(reg >> 24), (uint8_t)(reg >> 16), (uint8_t)(reg >> 8),
				 (uint8_t)reg};
	unsigned count = 0;

	if (doubt->wrong & GW_SEND_ADDR)
		count += fill(flash, &bytes, &stray[count]);
	if (doubt->wrong & GW_ADDRESS_4) {
		line = join(four, sizeof(four), &bytes);
		count += fill(flash, &line, &stray[count]);
	}
	if ((doubt->wrong & GW_OPCODE) && four[1] == SPI_PROGRAM) {
		line = join(four + 2, 2, &bytes);
		count += fill(flash, &line, &stray[count]);
	}
	return count;
}
