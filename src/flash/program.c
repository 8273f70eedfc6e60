/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programming. Where that works, a page is one program of up to 16 blocks with chip
 * select held (page.c); else, and in place, each 16 bytes are a command of
 * their own, which needs nothing unproven; SST's parts take a byte a command.
 *
 * A command that breaks in the middle leaves some of its bytes programmed. It is
 * ended, the place is read back, and the command sent again if each bit that is
 * 0 by now was to be 0; else only an erase helps (CX3_E_VERIFY).
 */
#include "program.h"

#include <assert.h>
#include <string.h>

#include "cx3flash/link.h"

#define PROGRAM_TRIES 8u
#define LEAST_LIMIT_US 500000u
#define LIMIT_FACTOR 50u
/* Commands of one byte share a hold of the semaphore in groups of so many bytes. */
#define BYTES_PER_HOLD 16u

static size_t unit_bytes(const struct unit *unit)
{
	return unit->single ? 1 : unit->blocks * (size_t)GW_BLOCK;
}

static bool is_page(const struct cx3_flash *flash, const struct unit *unit)
{
	return cx3_flash_pages(flash) && !unit->single && !unit->in_place;
}

static uint32_t unit_of(const struct cx3_flash *flash, bool in_place)
{
	if (flash->part->byte_program)
		return 1;
	return cx3_flash_pages(flash) && !in_place ? CX3_FLASH_PAGE : GW_BLOCK;
}

struct cx3_flash_doubt cx3_flash_missing(const struct cx3_flash *flash, bool in_place)
{
	return (struct cx3_flash_doubt){.wrong = ~0u, .unit = unit_of(flash, in_place)};
}

bool cx3_flash_missing_before(const struct cx3_flash *flash, struct cx3_flash_doubt *doubt)
{
	*doubt = (struct cx3_flash_doubt){.wrong = ~0u, .unit = CX3_FLASH_PAGE};
	return flash->paged && !cx3_flash_pages(flash);
}

void cx3_flash_raise_doubt(struct cx3_flash *flash, const struct unit *unit, uint32_t wrong,
			   bool no_data)
{
	const struct cx3_flash_doubt before = flash->doubt;

	flash->doubt = cx3_flash_missing(flash, unit->in_place);
	flash->doubt.addr = unit->addr;
	flash->doubt.wrong = wrong | (flash->doubtful ? before.wrong : 0);
	flash->doubt.no_data = no_data && (!flash->doubtful || before.no_data);
	flash->doubtful = true;
	cx3_log(cx3_card_adapter(flash->gw->card)->log, CX3_LOG_WARN,
		"%s: the command that programs 0x%x arrived damaged", cx3_gw_label(flash->gw),
		(unsigned)unit->addr);
}

bool cx3_flash_take_doubt(struct cx3_flash *flash, struct cx3_flash_doubt *doubt)
{
	bool doubtful = flash->doubtful;

	*doubt = flash->doubt;
	flash->doubtful = false;
	return doubtful;
}

/* *sent: WREN may have gone out. */
static int send(struct cx3_flash *flash, const struct unit *unit, bool *sent, struct cx3_error *err)
{
	const uint32_t head = GW_OP(SPI_PROGRAM) | GW_SEND_ADDR | GW_HAS_DATA;
	const uint32_t bits = head | GW_LOG2_BYTES(unit->single ? 0 : GW_BLOCK_LOG2);
	uint16_t words = unit->single ? 1 : GW_BLOCK_WORDS;
	uint32_t wrong = 0;
	int rc = cx3_gw_set_address(flash->gw, unit->addr, unit->words, words, unit->in_place, err);

	*sent = rc == CX3_OK;
	if (rc)
		return rc;
	if (is_page(flash, unit))
		return cx3_flash_send_page(flash, unit, err);
	if (unit->single && !unit->in_place)
		return cx3_gw_write_command(flash->gw, SPI_WRITE_ENABLE, bits, err);
	if (!unit->in_place && cx3_gw_quick(flash->gw))
		rc = cx3_gw_write_checked(flash->gw, SPI_WRITE_ENABLE, bits, &wrong, err);
	else
		rc = cx3_gw_write_polled(flash->gw, SPI_WRITE_ENABLE, bits, &wrong, err);
	if (wrong)
		cx3_flash_raise_doubt(flash, unit, wrong, false);
	return rc;
}

static int read_back(struct cx3_flash *flash, const struct unit *unit, uint32_t *now,
		     struct cx3_error *err)
{
	uint32_t skip = unit->addr % GW_BLOCK, block[GW_BLOCK_WORDS];
	int rc;

	if (!unit->single)
		return cx3_gw_read_plain(flash->gw, unit->addr, now, unit->blocks, err);
	rc = cx3_gw_read_plain(flash->gw, unit->addr - skip, block, 1, err);
	now[0] = (uint32_t)cx3_byte_of(block, skip) << 24;
	return rc;
}

/*
 * Compares what lies on the flash with the unit; FF in the unit asks for nothing.
 * *spoilt: the first byte in which a bit is 0 that was not to be, or the unit's
 * length. True if there is nothing left to program.
 */
static bool compare(const struct unit *unit, const uint32_t *now, size_t *spoilt)
{
	bool same = true;

	*spoilt = unit_bytes(unit);
	for (size_t i = 0; i < unit_bytes(unit); i++) {
		uint8_t want = cx3_byte_of(unit->words, i), have = cx3_byte_of(now, i);

		if (want == 0xff || want == have)
			continue;
		same = false;
		if ((have & want) != want && *spoilt == unit_bytes(unit))
			*spoilt = i;
	}
	return same;
}

/* After a broken command: *done if the unit is on the flash all the same. */
static int look_again(struct cx3_flash *flash, const struct unit *unit, bool *done,
		      struct cx3_error *err)
{
	uint32_t now[PAGE_WORDS];
	size_t spoilt = 0;

	/* Twice before the worst is believed: the answer may have been damaged. */
	for (unsigned i = 0; i < 2; i++) {
		int rc = read_back(flash, unit, now, err);

		if (rc)
			return rc;
		*done = compare(unit, now, &spoilt);
		if (spoilt == unit_bytes(unit))
			return CX3_OK;
	}
	return cx3_fail(
		err, CX3_E_VERIFY, cx3_gw_place(flash->gw, unit->addr).text,
		"The byte at 0x%x is 0x%02x after a broken program command and can't become "
		"0x%02x without an erase: the wires are noisy.\n"
		"Check the wires. The same job, run again, erases its sector and writes it anew.",
		(unsigned)(unit->addr + spoilt), cx3_byte_of(now, spoilt),
		cx3_byte_of(unit->words, spoilt));
}

struct cx3_flash_wait cx3_flash_program_wait(const struct cx3_flash *flash, unsigned agree)
{
	uint64_t typical_us = flash->part->page_program_us;
	struct cx3_flash_wait wait = {CX3_WAIT_MARGIN(typical_us), LIMIT_FACTOR * typical_us,
				      agree};

	if (wait.limit_us < LEAST_LIMIT_US)
		wait.limit_us = LEAST_LIMIT_US;
	return wait;
}

/* *wrong: it was carried out, but not as it was sent. */
static int program_unit(struct cx3_flash *flash, const struct unit *unit, bool *wrong,
			struct cx3_error *err)
{
	struct cx3_flash_wait wait = cx3_flash_program_wait(flash, unit->in_place ? 2 : 1);
	bool sent, taken, done = false;
	int rc = CX3_OK;

	for (unsigned i = 0; i < PROGRAM_TRIES && !done; i++) {
		int rc_after = CX3_OK;

		*wrong = false;
		rc = send(flash, unit, &sent, err);
		if (rc && (!sent || !cx3_code_may_pass(rc)))
			return rc;
		if (rc && is_page(flash, unit))
			rc_after = cx3_gw_end_command(flash->gw, false, err);
		if (!rc_after)
			rc_after = cx3_flash_settle(flash, &wait, unit->addr, &taken, err);
		if (!rc_after && rc)
			rc_after = look_again(flash, unit, &done, err);
		if (rc_after)
			return rc_after;
		done |= !rc && taken;
		if (done && is_page(flash, unit))
			rc_after = cx3_flash_try_page(flash, unit, wrong, err);
		if (rc_after)
			return rc_after;
	}
	if (done)
		flash->gw->counts.programs++;
	else if (!rc)
		rc = cx3_flash_not_taken(flash, "program", unit->addr, err);
	return done ? CX3_OK : rc;
}

bool cx3_flash_make_unit(struct unit *unit, uint32_t addr, const uint8_t *bytes, uint32_t len,
			 bool single, bool in_place)
{
	uint32_t skip = single ? 0 : addr % GW_BLOCK;
	bool any = false;

	unit->addr = addr - skip;
	unit->single = single;
	unit->in_place = in_place;
	unit->blocks = single ? 1 : (skip + len + GW_BLOCK - 1) / GW_BLOCK;
	memset(unit->words, 0xff, sizeof(unit->words));
	for (uint32_t i = 0; i < len; i++) {
		uint32_t at = skip + i, shift = 24 - 8 * (at % 4);

		any = any || bytes[i] != 0xff;
		unit->words[at / 4] &= ~((uint32_t)(uint8_t)~bytes[i] << shift);
	}
	return any;
}

/* Bytes up to the next multiple of `step`, at most len. */
static uint32_t up_to(uint32_t addr, uint32_t len, uint32_t step)
{
	uint32_t bytes = step - addr % step;

	return bytes < len ? bytes : len;
}

/* The flash did not take it, or the card never acknowledged it. */
static bool is_not_carried_out(int rc)
{
	return rc == CX3_E_PROTECTED || rc == CX3_E_NO_ACK || rc == CX3_E_NACK_DATA;
}

/* A card that answers nothing any more has lost its power or its wires: that tells nothing of the
 * ways in which its pages are written. */
static bool way_has_failed(struct cx3_flash *flash, int rc)
{
	struct cx3_link link = {0};

	if (rc == CX3_E_PROTECTED)
		return true;
	return is_not_carried_out(rc) && cx3_link_read(flash->gw->card, 1, &link, NULL) == CX3_OK;
}

/* One hold of the semaphore. */
static int program_held(struct cx3_flash *flash, uint32_t addr, const uint8_t *bytes, uint32_t len,
			bool in_place, struct cx3_error *err)
{
	bool single = flash->part->byte_program;
	uint64_t need_us = cx3_flash_program_cost(flash, len).us + cx3_flash_trial_cost(flash).us;
	int rc = cx3_gw_begin(flash->gw, need_us, err);

	if (rc)
		return rc;
	rc = cx3_flash_prepare_write(flash, err);
	while (!rc && len > 0) {
		uint32_t now = up_to(addr, len, unit_of(flash, in_place));
		bool wrong = false;
		struct unit unit;

		if (cx3_flash_make_unit(&unit, addr, bytes, now, single, in_place)) {
			flash->page_risky = cx3_flash_is_risky(&unit);
			rc = program_unit(flash, &unit, &wrong, err);
		}
		if (wrong && !in_place && cx3_flash_tries_again(flash)) {
			flash->page_apart = true;
			continue;
		}
		/* before that is called protection or a broken bus: the next way down */
		if (!in_place && (wrong || way_has_failed(flash, rc)) &&
		    cx3_flash_step_down(flash)) {
			rc = CX3_OK;
			continue;
		}
		addr += now;
		bytes += now;
		len -= now;
	}
	flash->page_apart = flash->page_risky = false;
	return cx3_gw_end(flash->gw, rc, err);
}

uint32_t cx3_trim_blank(const uint8_t *data, uint32_t len, uint32_t *skip)
{
	*skip = 0;
	while (len && data[len - 1] == 0xff)
		len--;
	while (*skip < len && data[*skip] == 0xff)
		(*skip)++;
	return len - *skip;
}

bool cx3_is_blank(const uint8_t *data, uint32_t len)
{
	uint32_t skip;

	return cx3_trim_blank(data, len, &skip) == 0;
}

static int program(struct cx3_flash *flash, uint32_t addr, const void *buf, uint32_t len,
		   bool in_place, struct cx3_error *err)
{
	const uint8_t *bytes = buf;
	uint32_t skip;

	assert(addr % CX3_FLASH_PAGE + (uint64_t)len <= CX3_FLASH_PAGE);
	assert(len == 0 || addr + len <= flash->part->size);
	len = cx3_trim_blank(bytes, len, &skip);
	bytes += skip;
	addr += skip;
	if (len == 0)
		return CX3_OK;
	if (!flash->part->byte_program)
		return program_held(flash, addr, bytes, len, in_place, err);
	/* Byte by byte takes long: the firmware gets the semaphore in between. */
	while (len > 0) {
		uint32_t now = up_to(addr, len, BYTES_PER_HOLD);
		int rc = program_held(flash, addr, bytes, now, in_place, err);

		if (rc)
			return rc;
		addr += now;
		bytes += now;
		len -= now;
	}
	return CX3_OK;
}

int cx3_flash_program(struct cx3_flash *flash, uint32_t addr, const void *buf, uint32_t len,
		      struct cx3_error *err)
{
	return program(flash, addr, buf, len, false, err);
}

int cx3_flash_program_in_place(struct cx3_flash *flash, uint32_t addr, const void *buf,
			       uint32_t len, struct cx3_error *err)
{
	return program(flash, addr, buf, len, true, err);
}
