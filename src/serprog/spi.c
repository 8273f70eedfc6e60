/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SPI operations, by what they mean.
 *
 * The gateway can't send any bytes: it sends an opcode, an address of 24 bits and up to 16 bytes of
 * data, or fetches those. So an operation is taken apart and carried out in the way that the
 * library has for it. It sends its own write enable, so that of the client is only remembered; and
 * it waits for the flash, so that the client never sees it busy.
 */
#include "serprog_priv.h"

#include <string.h>

#include "flash/flash.h"

enum {
	OP_WRITE_STATUS = 0x01,
	OP_PROGRAM = 0x02,
	OP_READ = 0x03,
	OP_WRITE_DISABLE = 0x04,
	OP_READ_STATUS = 0x05,
	OP_WRITE_ENABLE = 0x06,
	OP_FAST_READ = 0x0b,
	OP_WRITE_STATUS3 = 0x11,
	OP_READ_STATUS3 = 0x15,
	OP_ERASE_4K = 0x20,
	OP_WRITE_STATUS2 = 0x31,
	OP_READ_STATUS2 = 0x35,
	OP_ENABLE_STATUS = 0x50,
	OP_ERASE_32K = 0x52,
	OP_SFDP = 0x5a,
	OP_ERASE_CHIP_60 = 0x60,
	OP_MAKER_AND_DEVICE = 0x90,
	OP_JEDEC = 0x9f,
	OP_OLD_ID = 0xab,
	OP_PROGRAM_WORDS = 0xad,
	OP_ERASE_CHIP = 0xc7,
	OP_ERASE_64K = 0xd8
};

#define ADDRESS_BYTES 3u
#define MOST_ANSWER 16u
#define WRITE_ENABLED 0x02u /* WEL, of status register 1 */
#define IN_WORDS 0x40u	    /* AAI of SST25VF: it stands in OP_PROGRAM_WORDS */
#define WORD 2u

static int refused(const struct spi_operation *op, const char *why, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_UNSUPPORTED, "serprog",
			"SPI opcode 0x%02x with %u bytes out and %u in %s.\n"
			"Use another way of the client's, or this program's own commands.",
			op->out[0], op->out_len, op->in_len, why);
}

static uint32_t address_of(const struct spi_operation *op)
{
	return (uint32_t)op->out[1] << 16 | (uint32_t)op->out[2] << 8 | op->out[3];
}

static bool inside(const struct spi *spi, uint32_t addr, uint32_t len)
{
	uint32_t size = cx3_flash_part(spi->flash)->size;

	return addr < size && len <= size - addr;
}

/* `dummies` bytes follow the address and are not data. */
static int read_flash(struct spi *spi, const struct spi_operation *op, uint32_t dummies,
		      struct cx3_error *err)
{
	if (op->out_len != 1 + ADDRESS_BYTES + dummies)
		return refused(op, "is no read", err);
	if (!inside(spi, address_of(op), op->in_len))
		return refused(op, "leaves the flash", err);
	return cx3_flash_read(spi->flash, address_of(op), op->in, op->in_len, err);
}

/* A short answer, at most 16 bytes with the `dummies` that come before it. */
static int ask(struct spi *spi, const struct spi_operation *op, uint32_t dummies,
	       struct cx3_error *err)
{
	uint8_t answer[MOST_ANSWER];
	uint32_t addr;
	int rc;

	if (op->in_len + dummies > MOST_ANSWER ||
	    (op->out_len != 1 && op->out_len != 1 + ADDRESS_BYTES + dummies))
		return refused(op, "does not fit the gateway", err);
	if (op->out_len > 1)
		addr = address_of(op);
	rc = cx3_flash_ask(spi->flash, op->out[0], op->out_len > 1 ? &addr : NULL, answer,
			   op->in_len + dummies, err);
	if (rc == CX3_OK)
		memcpy(op->in, answer + dummies, op->in_len);
	return rc;
}

/* The flash would show that it is enabled, had it been sent to it. */
static int read_status(struct spi *spi, const struct spi_operation *op, struct cx3_error *err)
{
	int rc = ask(spi, op, 0, err);

	for (uint32_t i = 0; i < op->in_len && rc == CX3_OK; i++)
		op->in[i] |= spi->in_words	  ? WRITE_ENABLED | IN_WORDS
			     : spi->write_enabled ? WRITE_ENABLED
						  : 0;
	return rc;
}

/* Within a page. */
static int put_bytes(struct spi *spi, uint32_t addr, const uint8_t *bytes, uint32_t len,
		     struct cx3_error *err)
{
	struct cx3_flash_doubt doubt;
	int rc = cx3_flash_program(spi->flash, addr, bytes, len, err);

	spi->counts->programs++;
	if (cx3_flash_take_doubt(spi->flash, &doubt) && rc == CX3_OK)
		return cx3_fail(
			err, CX3_E_VERIFY, "serprog",
			"The command that programs 0x%06x arrived damaged: what it carried may "
			"lie elsewhere.\n"
			"Read the whole flash, and restore it from its backup where it differs.",
			addr);
	return rc;
}

static int program(struct spi *spi, const struct spi_operation *op, struct cx3_error *err)
{
	uint32_t addr = address_of(op), len = op->out_len - 1 - ADDRESS_BYTES;

	if (op->out_len <= 1 + ADDRESS_BYTES || op->in_len > 0)
		return refused(op, "is no program", err);
	if (!inside(spi, addr, len) || addr % CX3_FLASH_PAGE + len > CX3_FLASH_PAGE)
		return refused(op, "leaves its page of 256 bytes", err);
	return put_bytes(spi, addr, op->out + 1 + ADDRESS_BYTES, len, err);
}

/*
 * SST25VF, whose page program carries one byte, are programmed by flashrom in words: the opcode
 * with an address and two bytes, then with two bytes each, until "write disable". The flash keeps
 * that mode from one command to the next, and takes no others in it. Here only the client is in
 * it: each word is programmed as two bytes, and the flash is idle in between.
 */
static int program_word(struct spi *spi, const struct spi_operation *op, struct cx3_error *err)
{
	uint32_t before = 1 + (spi->in_words ? 0 : ADDRESS_BYTES);
	int rc;

	if (op->out_len != before + WORD || op->in_len > 0)
		return refused(op, "is no program of a word", err);
	if (!spi->in_words)
		spi->word_at = address_of(op) / WORD * WORD; /* the flash ignores the bit below */
	if (!inside(spi, spi->word_at, WORD))
		return refused(op, "leaves the flash", err);
	rc = put_bytes(spi, spi->word_at, op->out + before, WORD, err);
	spi->in_words = rc == CX3_OK;
	spi->word_at += WORD;
	return rc;
}

/* What the flash takes in that mode. */
static int run_in_words(struct spi *spi, const struct spi_operation *op, struct cx3_error *err)
{
	switch (op->out[0]) {
	case OP_PROGRAM_WORDS:
		return program_word(spi, op, err);
	case OP_READ_STATUS:
		return read_status(spi, op, err);
	case OP_WRITE_DISABLE:
		spi->in_words = false;
		return CX3_OK;
	default:
		return refused(op, "comes where words are programmed: end that by 0x04", err);
	}
}

static int erase(struct spi *spi, const struct spi_operation *op, uint32_t size,
		 struct cx3_error *err)
{
	const struct cx3_flash_part *part = cx3_flash_part(spi->flash);
	uint32_t unit = size == CX3_FLASH_BLOCK ? CX3_FLASH_BLOCK : CX3_FLASH_SECTOR;
	uint32_t addr = address_of(op) / size * size; /* the flash ignores the bits below */
	int rc = CX3_OK;

	if (op->out_len != 1 + ADDRESS_BYTES || op->in_len > 0)
		return refused(op, "is no erase", err);
	if (!inside(spi, addr, size) || (unit == CX3_FLASH_SECTOR && !part->sector_erase))
		return refused(op, "is no erase that this flash has", err);
	for (uint32_t at = 0; at < size && rc == CX3_OK; at += unit)
		rc = cx3_flash_erase(spi->flash, addr + at, unit, err);
	spi->counts->erases++;
	return rc;
}

static int write_status(struct spi *spi, const struct spi_operation *op, struct cx3_error *err)
{
	uint8_t enable = spi->status_enabled ? OP_ENABLE_STATUS : OP_WRITE_ENABLE;
	bool taken = false;
	int rc;

	if (op->out_len < 2 || op->out_len > 3 || op->in_len > 0)
		return refused(op, "is no write of status registers", err);
	rc = cx3_flash_put_status(spi->flash, enable, op->out[0], op->out + 1, op->out_len - 1,
				  &taken, err);
	spi->counts->status_writes++;
	return rc;
}

/* As on the flash itself, what was not enabled does nothing. */
static int change(struct spi *spi, const struct spi_operation *op, struct cx3_error *err)
{
	bool enabled = spi->write_enabled || spi->status_enabled;
	int rc = CX3_OK;

	if (!spi->writes)
		return refused(op, "would change the flash, which was not allowed", err);
	if (!enabled) {
		memset(op->in, 0xff, op->in_len); /* nobody drives the line */
		return CX3_OK;
	}
	switch (op->out[0]) {
	case OP_PROGRAM:
		rc = program(spi, op, err);
		break;
	case OP_PROGRAM_WORDS:
		rc = program_word(spi, op, err);
		break;
	case OP_ERASE_4K:
		rc = erase(spi, op, CX3_FLASH_SECTOR, err);
		break;
	case OP_ERASE_32K:
		rc = erase(spi, op, 8 * CX3_FLASH_SECTOR, err);
		break;
	case OP_ERASE_64K:
		rc = erase(spi, op, CX3_FLASH_BLOCK, err);
		break;
	default:
		rc = write_status(spi, op, err);
		break;
	}
	spi->write_enabled = false;
	spi->status_enabled = false;
	return rc;
}

/* Opcodes without data. */
static int enable(struct spi *spi, const struct spi_operation *op, struct cx3_error *err)
{
	if (op->out_len != 1 || op->in_len > 0)
		return refused(op, "is no enabling opcode", err);
	if (!spi->writes && op->out[0] != OP_WRITE_DISABLE)
		return refused(op, "would change the flash, which was not allowed", err);
	spi->write_enabled = op->out[0] == OP_WRITE_ENABLE;
	spi->status_enabled = op->out[0] == OP_ENABLE_STATUS;
	return CX3_OK;
}

int cx3_spi_run(struct spi *spi, const struct spi_operation *op, struct cx3_error *err)
{
	if (spi->in_words)
		return run_in_words(spi, op, err);
	switch (op->out[0]) {
	case OP_READ:
		return read_flash(spi, op, 0, err);
	case OP_FAST_READ:
		return read_flash(spi, op, 1, err);
	case OP_READ_STATUS:
		return read_status(spi, op, err);
	case OP_READ_STATUS2:
	case OP_READ_STATUS3:
	case OP_JEDEC:
	case OP_MAKER_AND_DEVICE:
	case OP_OLD_ID:
		return ask(spi, op, 0, err);
	case OP_SFDP: /* some clients send no dummy byte, and drop the answer's first one */
		return ask(spi, op, op->out_len > 1 + ADDRESS_BYTES ? 1 : 0, err);
	case OP_WRITE_ENABLE:
	case OP_WRITE_DISABLE:
	case OP_ENABLE_STATUS:
		return enable(spi, op, err);
	case OP_PROGRAM:
	case OP_ERASE_4K:
	case OP_ERASE_32K:
	case OP_ERASE_64K:
	case OP_WRITE_STATUS:
	case OP_WRITE_STATUS2:
	case OP_WRITE_STATUS3:
		return change(spi, op, err);
	case OP_PROGRAM_WORDS:
		return cx3_flash_part(spi->flash)->byte_program
			       ? change(spi, op, err)
			       : refused(op, "is not known here", err);
	case OP_ERASE_CHIP:
	case OP_ERASE_CHIP_60:
		return refused(op, "would erase the whole chip in one command", err);
	default:
		return refused(op, "is not known here", err);
	}
}
