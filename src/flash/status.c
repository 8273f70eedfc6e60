/* SPDX-License-Identifier: BSD-2-Clause */
/* The status register's WIP and WEL: waiting for an erase or program, and whether it was carried
 * out. */
#include "flash_priv.h"

/* The first pause after a poll is this part of the typical time; it doubles. */
#define POLL_FRACTION 8u
#define SHORTEST_POLL_US 50u
#define REPEAT_TRIES 8u

/* As the vendor's tool asks: four bytes. Where a read of one byte would land is not known. */
static int ask(struct cx3_gateway *gw, uint8_t opcode, uint32_t *data, struct cx3_error *err)
{
	const uint32_t bits = GW_OP(opcode) | GW_READ | GW_HAS_DATA | GW_LOG2_BYTES(2);
	uint32_t word = cx3_gw_word(bits);

	if (!cx3_gw_quick(gw))
		return cx3_gw_exec(gw, bits, NULL, data, 1, err);
	cx3_gw_start(gw);
	cx3_gw_command(gw, &word);
	cx3_gw_read(gw, GW_DATA, data, 1);
	gw->last_word = word;
	return cx3_gw_run(gw, CX3_REPEATABLE, NULL, err);
}

/*
 * The byte of four that a flash has sent one after the other. WIP and WEL may fall between
 * them: then the write still ran when the first was sent, which is what counts. False if they
 * differ otherwise, which only the wires can make them.
 */
bool cx3_flash_status_repeats(uint32_t word, uint8_t *status)
{
	uint8_t all = 0, first = (uint8_t)(word >> 24);
	bool same = word == first * 0x01010101u;

	for (unsigned i = 0; i < 4; i++) {
		uint8_t byte = (uint8_t)(word >> (8 * i));

		all |= byte;
		if ((byte ^ first) & ~(STATUS_WIP | STATUS_WEL))
			return false;
	}
	*status = all;
	return same || (all & STATUS_WIP);
}

/* Until the four bytes are the same status four times. */
static int ask_four(struct cx3_flash *flash, uint8_t opcode, uint8_t *status, bool *same,
		    struct cx3_error *err)
{
	uint32_t data = 0;
	int rc = CX3_OK;

	*same = false;
	for (unsigned i = 0; i < REPEAT_TRIES && !*same && rc == CX3_OK; i++) {
		rc = ask(flash->gw, opcode, &data, err);
		*same = rc == CX3_OK && cx3_flash_status_repeats(data, status);
	}
	return rc;
}

int cx3_flash_read_status(struct cx3_flash *flash, uint8_t opcode, uint8_t *status,
			  struct cx3_error *err)
{
	struct cx3_gateway *gw = flash->gw;
	uint32_t data = 0;
	bool same;
	int rc;

	if (!cx3_way_is_given_up(gw, CX3_WAY_STATUS_WORD)) {
		rc = ask_four(flash, opcode, status, &same, err);
		if (rc || same) {
			if (same)
				cx3_way_proven(gw, CX3_WAY_STATUS_WORD, "four bytes were the same");
			return rc;
		}
		if (cx3_way_works(gw, CX3_WAY_STATUS_WORD))
			return cx3_fail(
				err, CX3_E_NOISE, cx3_gw_label(gw),
				"The four bytes of the flash's status differ each time: the "
				"wires are noisy.\n"
				"Check the wires, the ground and the pull-ups, or lower the "
				"clock.");
		cx3_way_give_up(gw, CX3_WAY_STATUS_WORD, "four bytes differed each time");
	}
	rc = ask(gw, opcode, &data, err);
	*status = (uint8_t)(data >> 24);
	return rc;
}

/*
 * S25FL032P and S25FL064P: an erase or program of what is protected sets a fail flag, and
 * then the part stays busy until CLSR clears it. It answers nothing but its status so long.
 */
static bool has_failed(const struct cx3_flash *flash, uint8_t status)
{
	return flash->part && (flash->part->quirks & CX3_QUIRK_FAIL_FLAGS) &&
	       (status & STATUS_WIP) && (status & STATUS_FAILED);
}

/* *status: the last one that was read; with WEL set where a fail flag said that the write
 * was not carried out. */
static int wait_ready(struct cx3_flash *flash, const struct cx3_flash_wait *wait, uint32_t addr,
		      uint8_t *status, struct cx3_error *err)
{
	struct cx3_gateway *gw = flash->gw;
	struct cx3_flash_place place = cx3_gw_place(flash->gw, addr);
	uint64_t start_us = cx3_gw_now_us(gw);
	uint64_t pause_us = wait->typical_us / POLL_FRACTION;
	unsigned clear = 0;
	uint8_t failed = 0;

	if (wait->typical_us)
		cx3_gw_wait_us(gw, wait->typical_us);
	for (;;) {
		int rc = cx3_flash_read_status(flash, SPI_READ_STATUS, status, err);

		if (!rc && has_failed(flash, *status)) {
			failed = STATUS_WEL;
			rc = cx3_gw_exec(gw, GW_OP(SPI_CLEAR_FAILED), NULL, NULL, 0, err);
		}
		if (rc)
			return rc;
		clear = *status & STATUS_WIP ? 0 : clear + 1;
		if (clear >= wait->agree) {
			*status |= failed;
			return CX3_OK;
		}
		if (clear)
			continue;
		if (cx3_gw_now_us(gw) - start_us > wait->limit_us)
			break;
		cx3_gw_wait_us(gw, pause_us > SHORTEST_POLL_US ? pause_us : SHORTEST_POLL_US);
		pause_us = pause_us * 2 < wait->typical_us ? pause_us * 2 : wait->typical_us;
	}
	return cx3_fail(
		err, CX3_E_TIMEOUT, place.text,
		"The flash is still busy with its last write after %llu ms (status 0x%02x).\n"
		"Leave the card powered, wait a minute, and try again.",
		(unsigned long long)(cx3_gw_now_us(gw) - start_us) / 1000u, (unsigned)*status);
}

/* Clears WEL if it is set in `status`. */
static int write_disable(struct cx3_flash *flash, uint8_t status, struct cx3_error *err)
{
	if (!(status & STATUS_WEL))
		return CX3_OK;
	return cx3_gw_exec(flash->gw, GW_OP(SPI_WRITE_DISABLE), NULL, NULL, 0, err);
}

int cx3_flash_settle(struct cx3_flash *flash, const struct cx3_flash_wait *wait, uint32_t addr,
		     bool *taken, struct cx3_error *err)
{
	uint8_t status = 0;
	int rc = wait_ready(flash, wait, addr, &status, err);

	*taken = !(status & STATUS_WEL);
	return rc ? rc : write_disable(flash, status, err);
}

int cx3_flash_not_taken(struct cx3_flash *flash, const char *what, uint32_t addr,
			struct cx3_error *err)
{
	struct cx3_flash_place place = cx3_gw_place(flash->gw, addr);
	uint8_t status = 0;

	(void)cx3_flash_read_status(flash, SPI_READ_STATUS, &status, NULL);
	return cx3_fail(err, CX3_E_PROTECTED, place.text,
			"The flash does not carry out the %s at 0x%x (status register 0x%02x): it "
			"is write-protected there.\n"
			"Lift the protection. If it stays, look where the chip's WP# pin is wired.",
			what, (unsigned)addr, (unsigned)status);
}

int cx3_flash_is_lost(const struct cx3_flash *flash, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_GATEWAY, cx3_gw_label(flash->gw),
			"The flash's status reads as all ones, which no flash at rest says: it has "
			"stopped answering.\n"
			"Check the wires and the card's power, and switch it off and on.");
}

int cx3_flash_ask(struct cx3_flash *flash, uint8_t opcode, const uint32_t *addr, uint8_t *out,
		  uint32_t len, struct cx3_error *err)
{
	const uint32_t bits = GW_OP(opcode) | GW_READ | GW_HAS_DATA | GW_LOG2_BYTES(GW_BLOCK_LOG2) |
			      (addr ? GW_SEND_ADDR : 0);
	uint32_t words[GW_BLOCK_WORDS];
	int rc = cx3_gw_begin(flash->gw, 0, err);

	if (rc)
		return rc;
	rc = cx3_gw_end(flash->gw, cx3_gw_exec(flash->gw, bits, addr, words, GW_BLOCK_WORDS, err),
			err);
	for (uint32_t i = 0; i < len && rc == CX3_OK; i++)
		out[i] = cx3_byte_of(words, i);
	return rc;
}
