/* SPDX-License-Identifier: BSD-2-Clause */
/* Opening the flash: which part it is, and what an interrupted run has left behind. */
#include "flash_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sized.h"

#define ID_TRIES 3u
/* An erase that an interrupted run has left going: the longest that a part may take. */
#define LEFT_OVER_LIMIT_US 10000000u

static bool no_answer(const uint8_t id[3])
{
	return (id[0] & id[1] & id[2]) == 0xff || (id[0] | id[1] | id[2]) == 0;
}

static int read_id_of(struct cx3_flash *flash, uint32_t chip, uint8_t id[3], struct cx3_error *err)
{
	uint32_t word = 0;
	int rc = cx3_gw_exec(flash->gw,
			     GW_OP(SPI_READ_ID) | GW_READ | GW_HAS_DATA | GW_LOG2_BYTES(2) | chip,
			     NULL, &word, 1, err);

	for (size_t i = 0; i < 3; i++)
		id[i] = cx3_byte_of(&word, i);
	return rc;
}

static int read_id_once(struct cx3_flash *flash, uint8_t id[3], struct cx3_error *err)
{
	return read_id_of(flash, 0, id, err);
}

int cx3_flash_second_id(struct cx3_flash *flash, uint8_t id[3], struct cx3_error *err)
{
	int rc = cx3_gw_begin(flash->gw, 0, err);

	return rc ? rc : cx3_gw_end(flash->gw, read_id_of(flash, GW_SECOND_CHIP, id, err), err);
}

/* The id, the same twice in a row. */
static int read_id(struct cx3_flash *flash, uint8_t id[3], struct cx3_error *err)
{
	uint8_t again[3];

	for (unsigned i = 0; i < ID_TRIES; i++) {
		int rc = read_id_once(flash, again, err);

		if (!rc)
			rc = read_id_once(flash, id, err);
		if (rc)
			return rc;
		if (memcmp(id, again, sizeof(again)) == 0)
			return CX3_OK;
	}
	return cx3_fail(err, CX3_E_NOISE, cx3_gw_label(flash->gw),
			"The flash's JEDEC id reads %02x %02x %02x, then %02x %02x %02x: the wires "
			"are noisy.\n"
			"Check the wires, the ground and the pull-ups, or lower the clock.",
			again[0], again[1], again[2], id[0], id[1], id[2]);
}

/* M25P made before JEDEC ids answer AB after three dummy bytes: 12 (512 KiB) to 16. As the
 * vendor's tool asks: four bytes without an address, of which the fourth is it. */
static const struct cx3_flash_part *find_by_old_id(struct cx3_flash *flash, struct cx3_error *err,
						   int *rc)
{
	uint32_t first = 0, second = 0;
	const uint32_t bits = GW_OP(SPI_OLD_ID) | GW_READ | GW_HAS_DATA | GW_LOG2_BYTES(2);

	*rc = cx3_gw_exec(flash->gw, bits, NULL, &first, 1, err);
	if (!*rc)
		*rc = cx3_gw_exec(flash->gw, bits, NULL, &second, 1, err);
	if (*rc || ((first ^ second) & 0xff))
		return NULL;
	return cx3_flash_find_part(
		(const uint8_t[3]){0x20, 0x20, (uint8_t)(cx3_byte_of(&first, 3) + 1)});
}

static int no_flash(const struct cx3_flash *flash, const uint8_t id[3], struct cx3_error *err)
{
	return cx3_fail(
		err, CX3_E_NO_FLASH, cx3_gw_label(flash->gw),
		"No flash answers behind the card's gateway (JEDEC id %02x %02x %02x).\n"
		"Switch the card's power off and on and try again. If it stays so, check the "
		"flash chip's supply and its solder joints. A flash-not-present jumper may stay "
		"on: it does not cut the flash off.",
		id[0], id[1], id[2]);
}

/* Waits for an erase or program that an interrupted run has left going, and clears WEL.
 * Before all else: in the middle of an erase, parts answer nothing but their status. */
static int wait_for_idle(struct cx3_flash *flash, struct cx3_error *err)
{
	static const struct cx3_flash_wait left_over = {0, LEFT_OVER_LIMIT_US, 2};
	uint8_t status;
	bool taken;
	int rc = cx3_flash_read_status(flash, SPI_READ_STATUS, &status, err);

	/* All ones: no flash answers, which the id will tell. */
	if (rc || status == 0xff || !(status & (STATUS_WIP | STATUS_WEL)))
		return rc;
	return cx3_flash_settle(flash, &left_over, 0, &taken, err);
}

/* Its id is known, and is not that of the part that the user has named. */
static bool is_contradicted(const struct cx3_flash *flash)
{
	return flash->assumed.name && flash->part != &flash->assumed &&
	       strcmp(flash->assumed.name, flash->part->name) != 0;
}

/* What the user says does not win over what the flash says, but for a chip that has less than its
 * id says: it begins again where the user says that it ends. */
static int check_assumed(struct cx3_flash *flash, struct cx3_error *err)
{
	const struct cx3_flash_part *known = flash->part;
	const uint32_t size = flash->assumed.size;
	bool less = false;
	int rc = CX3_OK;

	if (size < known->size)
		rc = cx3_flash_begins_again(flash, size, &less, err);
	if (rc != CX3_OK)
		return rc;
	if (!less)
		return cx3_fail(
			err, CX3_E_UNKNOWN_PART, cx3_gw_label(flash->gw),
			"The flash was said to be like a %s of %u KiB, and its JEDEC id contradicts "
			"that: it is a %s of %u KiB.\n"
			"Leave out what was said of its part: it is known.",
			flash->assumed.name, size / 1024, known->name, known->size / 1024);
	flash->assumed = *known;
	flash->assumed.size = size;
	flash->part = &flash->assumed;
	cx3_log(cx3_card_adapter(flash->gw->card)->log, CX3_LOG_WARN,
		"%s: the flash's id is that of a %s of %u KiB, and it begins again at 0x%x: it is "
		"taken for one of %u KiB",
		cx3_gw_label(flash->gw), known->name, known->size / 1024, size, size / 1024);
	return CX3_OK;
}

static void assume(struct cx3_flash *flash, const uint8_t id[3])
{
	memcpy(flash->assumed.jedec, id, sizeof(flash->assumed.jedec));
	flash->part = &flash->assumed;
	cx3_log(cx3_card_adapter(flash->gw->card)->log, CX3_LOG_WARN,
		"%s: the flash's JEDEC id %02x %02x %02x is not known; its size, erases and "
		"protection are taken for a %s's",
		cx3_gw_label(flash->gw), id[0], id[1], id[2], flash->assumed.name);
}

/*
 * A part that answers no JEDEC id is an old M25P, or one in deep power-down. The old id's
 * opcode wakes the latter, and W25Q16 and MX25L16 answer it as an M25P16 does. So the
 * JEDEC id is asked for again first.
 */
static int identify(struct cx3_flash *flash, struct cx3_error *err)
{
	const struct cx3_flash_part *old = NULL;
	uint8_t id[3];
	int rc = read_id(flash, id, err);

	if (!rc && no_answer(id)) {
		old = find_by_old_id(flash, err, &rc);
		if (!rc)
			rc = read_id(flash, id, err);
	}
	if (rc)
		return rc;
	flash->part = no_answer(id) ? old : cx3_flash_find_part(id);
	if (flash->part)
		return CX3_OK;
	if (flash->assumed.name && !no_answer(id)) {
		assume(flash, id);
		return CX3_OK;
	}
	if (no_answer(id))
		return no_flash(flash, id, err);
	return cx3_fail(
		err, CX3_E_UNKNOWN_PART, cx3_gw_label(flash->gw),
		"The flash's JEDEC id %02x %02x %02x belongs to no part that is known to work "
		"on these cards.\n"
		"Report it with the marking on the chip. If its data sheet has the size, the erases "
		"and the status registers of a part that is known, it can be said to be like that "
		"one.",
		id[0], id[1], id[2]);
}

static int look(struct cx3_flash *flash, struct cx3_error *err)
{
	uint32_t word;
	int rc = cx3_gw_begin(flash->gw, 0, err);

	if (rc)
		return rc;
	/* A run that was killed may have left chip select held. */
	rc = cx3_gw_wait(flash->gw, &word, err);
	if (!rc)
		rc = cx3_gw_probe_registers(flash->gw, err);
	/* Tried again before the first write, and there a failure counts. */
	if (!rc)
		(void)cx3_gw_prepare_link(flash->gw, NULL);
	if (!rc && (word & GW_ENABLE) && (word & GW_HOLD_CS))
		rc = cx3_gw_end_command(flash->gw, false, err);
	if (!rc)
		rc = wait_for_idle(flash, err);
	if (!rc)
		rc = identify(flash, err);
	if (!rc)
		rc = cx3_gw_probe(flash->gw, flash->part->size, err);
	return cx3_gw_end(flash->gw, rc, err);
}

/* A part without a second status register leaves the line as it is: high. On one that has it, all
 * ones would be locked for good and suspended in an erase at once. */
static int check_second_register(struct cx3_flash *flash, struct cx3_error *err)
{
	struct cx3_flash_protection p;
	int rc = CX3_OK;

	if (flash->part->protect != CX3_PROTECT_BP3_TB_SEC)
		return CX3_OK;
	rc = cx3_flash_protection_read(flash, &p, err);
	if (rc != CX3_OK || p.status[1] != 0xff)
		return rc;
	return cx3_fail(
		err, CX3_E_UNKNOWN_PART, cx3_gw_label(flash->gw),
		"The flash was said to be like a %s, and that contradicts what answers: it has "
		"no second status register (0x35 reads 0xff).\n"
		"Say another kind, one whose data sheet has the same registers as the chip's "
		"own.",
		flash->assumed.name);
}

#define WATCH_US 2500000u

/* In livefish nobody else is there, but a lost link may reset the chip. */
int cx3_flash_watch(struct cx3_flash *flash, struct cx3_error *err)
{
	struct cx3_gateway *gw = flash->gw;

	if (!cx3_gw_firmware_runs(gw) && !cx3_way_is_given_up(gw, CX3_WAY_LIVEFISH_LINK))
		return CX3_OK;
	return cx3_gw_watch(gw, WATCH_US, err);
}

int cx3_flash_watch_if_odd(struct cx3_flash *flash, struct cx3_error *err)
{
	uint64_t odd = flash->gw->counts.repeats;

	if (odd == flash->odd_watched)
		return CX3_OK;
	flash->odd_watched = odd;
	return cx3_flash_watch(flash, err);
}

/* What words that are not ours, or an address that is not, make of a flash. */
static bool may_be_others(const struct cx3_gateway *gw, int rc)
{
	switch (rc) {
	case CX3_E_NOISE:
	case CX3_E_NO_FLASH:
	case CX3_E_UNKNOWN_PART:
	case CX3_E_GATEWAY:
	case CX3_E_CHANGED:
	case CX3_E_VERIFY:
	case CX3_E_PROTECTED:
	case CX3_E_IO:
		return true;
	case CX3_E_IMAGE:
	case CX3_E_NO_IMAGE:
		return cx3_gw_firmware_runs(gw) || gw->counts.repeats > 0;
	case CX3_OK:
	case CX3_E_REFUSED:
	case CX3_E_INTERRUPTED:
		return false;
	default:
		return gw->counts.repeats > 0;
	}
}

int cx3_flash_blame(struct cx3_flash *flash, int rc, struct cx3_error *err)
{
	return may_be_others(flash->gw, rc) ? cx3_gw_blame(flash->gw, rc, WATCH_US, err) : rc;
}

int cx3_flash_open(struct cx3_card *card, const struct cx3_flash_options *options,
		   struct cx3_flash **out, struct cx3_error *err)
{
	struct cx3_flash *flash = NULL;
	struct cx3_flash_options own;
	int rc = CX3_TAKE(cx3_flash_options, &own, options, err);

	assert(card && out);
	*out = NULL;
	if (rc != CX3_OK)
		return rc;
	flash = calloc(1, sizeof(*flash));
	if (flash)
		flash->data = calloc(GW_MAX_BLOCKS, GW_BLOCK);
	if (!flash || !flash->data) {
		cx3_flash_close(flash);
		return cx3_fail(err, CX3_E_NO_MEMORY, cx3_card_adapter(card)->label,
				"There is no memory to open the flash.\n"
				"Close other programs and try again.");
	}
	if (own.part)
		flash->assumed = *own.part;
	rc = cx3_gw_open(card, &own, &flash->gw, err);
	if (!rc)
		rc = cx3_flash_blame(flash, look(flash, err), err);
	if (!rc && is_contradicted(flash))
		rc = check_assumed(flash, err);
	if (!rc && flash->part == &flash->assumed)
		rc = cx3_flash_check_size(flash, err);
	if (!rc && flash->part == &flash->assumed)
		rc = check_second_register(flash, err);
	if (rc) {
		cx3_flash_close(flash);
		return rc;
	}
	*out = flash;
	return CX3_OK;
}

void cx3_flash_close(struct cx3_flash *flash)
{
	if (!flash)
		return;
	cx3_gw_close(flash->gw);
	free(flash->data);
	free(flash);
}

void cx3_flash_hold(struct cx3_flash *flash)
{
	cx3_gw_hold(flash->gw);
}

void cx3_flash_keep(struct cx3_flash *flash)
{
	cx3_gw_keep(flash->gw);
}

int cx3_flash_suspend(struct cx3_flash *flash, struct cx3_error *err)
{
	return cx3_gw_suspend(flash->gw, err);
}

int cx3_flash_resume(struct cx3_flash *flash, struct cx3_error *err)
{
	return cx3_gw_resume(flash->gw, err);
}

void cx3_flash_set_secret(struct cx3_flash *flash, bool secret)
{
	flash->gw->secret = secret;
}

bool cx3_flash_is_held(const struct cx3_flash *flash)
{
	return flash->gw->holding;
}

int cx3_flash_let_go(struct cx3_flash *flash, struct cx3_error *err)
{
	return cx3_gw_let_go(flash->gw, err);
}

const struct cx3_flash_part *cx3_flash_part(const struct cx3_flash *flash)
{
	return flash->part;
}

struct cx3_card *cx3_flash_card(struct cx3_flash *flash)
{
	return flash->gw->card;
}

const struct cx3_way_row *cx3_flash_ways(const struct cx3_flash *flash)
{
	return flash->gw->way;
}

bool cx3_flash_streams(const struct cx3_flash *flash)
{
	return cx3_gw_streams(flash->gw);
}

const struct cx3_flash_counts *cx3_flash_counts(const struct cx3_flash *flash)
{
	return &flash->gw->counts;
}

int cx3_flash_recheck(struct cx3_flash *flash, struct cx3_error *err)
{
	const struct cx3_flash_part *before = flash->part;
	const struct cx3_flash_part assumed = flash->assumed;
	struct cx3_flash_part then = *before, now = then;
	int rc = cx3_gw_begin(flash->gw, 0, err);

	if (rc)
		return rc;
	rc = identify(flash, err);
	if (!rc)
		now = *flash->part;
	flash->part = before;
	flash->assumed = assumed;
	if (rc == CX3_E_UNKNOWN_PART || rc == CX3_E_NO_FLASH)
		rc = cx3_fail(err, CX3_E_CHANGED, cx3_gw_label(flash->gw),
			      "The %s does not answer its id any more.\n"
			      "Look at what is connected, and run the command again.",
			      before->name);
	else if (!rc && memcmp(now.jedec, then.jedec, sizeof(then.jedec)) != 0)
		rc = cx3_fail(err, CX3_E_CHANGED, cx3_gw_label(flash->gw),
			      "Another flash answers: a %s, where a %s was.\n"
			      "Look at what is connected, and run the command again.",
			      now.name, before->name);
	return cx3_gw_end(flash->gw, rc, err);
}
