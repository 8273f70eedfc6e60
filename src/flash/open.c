/* SPDX-License-Identifier: BSD-2-Clause */
#include "flash_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ID_TRIES 3u
/* An erase that an interrupted run has left going: the longest that a part may take. */
#define LEFT_OVER_LIMIT_US 10000000u
#define OPS (2u * MAX_STREAM_BLOCKS + 8u)

static bool no_answer(const uint8_t id[3])
{
	return (id[0] & id[1] & id[2]) == 0xff || (id[0] | id[1] | id[2]) == 0;
}

static int read_id_once(struct cx3_flash *flash, uint8_t id[3], struct cx3_error *err)
{
	uint32_t word = 0;
	int rc = cx3_gw_exec(flash, GW_OP(SPI_READ_ID) | GW_READ | GW_HAS_DATA | GW_LOG2_BYTES(2),
			     NULL, &word, 1, err);

	for (size_t i = 0; i < 3; i++)
		id[i] = cx3_byte_of(&word, i);
	return rc;
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
	return cx3_fail(err, CX3_E_GATEWAY, cx3_flash_label(flash),
			"The flash's JEDEC id reads %02x %02x %02x, then %02x %02x %02x: check the "
			"wires and pull-ups, or lower the clock.",
			again[0], again[1], again[2], id[0], id[1], id[2]);
}

/* M25P made before JEDEC ids answer AB after three dummy bytes: 12 (512 KiB) to 16. */
static const struct cx3_flash_part *find_by_old_id(struct cx3_flash *flash, struct cx3_error *err,
						   int *rc)
{
	uint32_t first = 0, second = 0, dummy = 0;
	const uint32_t bits = GW_OP(SPI_OLD_ID) | GW_SEND_ADDR | GW_READ | GW_HAS_DATA;

	*rc = cx3_gw_exec(flash, bits, &dummy, &first, 1, err);
	if (!*rc)
		*rc = cx3_gw_exec(flash, bits, &dummy, &second, 1, err);
	if (*rc || (first ^ second) >> 24)
		return NULL;
	return cx3_flash_find_part(
		(const uint8_t[3]){0x20, 0x20, (uint8_t)(cx3_byte_of(&first, 0) + 1)});
}

static int no_flash(const struct cx3_flash *flash, const uint8_t id[3], struct cx3_error *err)
{
	return cx3_fail(
		err, CX3_E_NO_FLASH, cx3_flash_label(flash),
		"No flash answers behind the card's gateway (JEDEC id %02x %02x %02x): take "
		"the flash-not-present jumper off with the power off, or check the flash "
		"chip.",
		id[0], id[1], id[2]);
}

/* Whatever an interrupted run has left behind comes to its end, and nothing may write.
 * Before all else: in the middle of an erase, parts answer nothing but their status. */
static int calm(struct cx3_flash *flash, struct cx3_error *err)
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

static int identify(struct cx3_flash *flash, struct cx3_error *err)
{
	uint8_t id[3];
	int rc = read_id(flash, id, err);

	if (rc)
		return rc;
	flash->part = no_answer(id) ? find_by_old_id(flash, err, &rc) : cx3_flash_find_part(id);
	if (rc || flash->part)
		return rc;
	if (no_answer(id))
		return no_flash(flash, id, err);
	return cx3_fail(
		err, CX3_E_UNKNOWN_PART, cx3_flash_label(flash),
		"The flash's JEDEC id %02x %02x %02x is of no part that is known to work on "
		"these cards: report it with the marking on the chip.",
		id[0], id[1], id[2]);
}

/* What nothing documents, as it was found: a report from a card is worth having. */
static void tell_ways(const struct cx3_flash *flash)
{
	const struct cx3_log *log = cx3_card_adapter(flash->card)->log;

	cx3_log(log, CX3_LOG_INFO, "%s: reading %s: %s", cx3_flash_label(flash),
		flash->ways.streamed ? "streams" : "the plain way", flash->ways.why);
	cx3_log(log, CX3_LOG_INFO, "%s: the command register (0xf0400) %s as it was written",
		cx3_flash_label(flash), flash->echoes ? "reads back" : "was not seen to read back");
	cx3_log(log, CX3_LOG_INFO, "%s: a top address byte is %s", cx3_flash_label(flash),
		flash->top_byte ? "kept and not used" : "not known to be harmless");
}

static int look(struct cx3_flash *flash, struct cx3_error *err)
{
	uint32_t word;
	int rc = cx3_flash_begin(flash, 0, err);

	if (rc)
		return rc;
	/* A run that was killed may have left chip select held. */
	rc = cx3_gw_wait(flash, &word, err);
	if (!rc && (word & GW_ENABLE) && (word & GW_HOLD_CS))
		rc = cx3_gw_end_command(flash, false, err);
	if (!rc)
		rc = calm(flash, err);
	if (!rc)
		rc = identify(flash, err);
	if (!rc && flash->options.reading == CX3_READ_PROBE) {
		rc = cx3_flash_probe_ways(flash, err);
		tell_ways(flash);
	}
	return cx3_flash_end(flash, rc, err);
}

int cx3_flash_open(struct cx3_card *card, const struct cx3_flash_options *options,
		   struct cx3_flash **out, struct cx3_error *err)
{
	struct cx3_flash *flash = calloc(1, sizeof(*flash));
	int rc = CX3_OK;

	assert(card && out);
	*out = NULL;
	if (flash) {
		flash->ops = calloc(OPS, sizeof(*flash->ops));
		flash->data = calloc(MAX_STREAM_BLOCKS, GW_BLOCK);
		flash->scratch = calloc(MAX_STREAM_BLOCKS, GW_BLOCK);
	}
	if (!flash || !flash->ops || !flash->data || !flash->scratch) {
		cx3_flash_close(flash);
		return cx3_fail(err, CX3_E_NO_MEMORY, NULL,
				"No memory to open the flash: close other programs and try again.");
	}
	flash->card = card;
	if (options)
		flash->options = *options;
	if (flash->options.max_hold_ms == 0)
		flash->options.max_hold_ms = DEFAULT_HOLD_MS;
	strcpy(flash->ways.why, "the plain way was asked for");
	if (cx3_card_identity(card)->state == CX3_CARD_LIVEFISH) {
		rc = cx3_card_lock(card, err);
		flash->session = rc == CX3_OK;
	}
	if (!rc)
		rc = look(flash, err);
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
	/* What fails here is tried once more, and told, when the card is closed. */
	if (flash->kept)
		(void)cx3_flash_let_go(flash, NULL);
	if (flash->session)
		(void)cx3_card_unlock(flash->card, NULL);
	free(flash->ops);
	free(flash->data);
	free(flash->scratch);
	free(flash);
}

const struct cx3_flash_part *cx3_flash_part(const struct cx3_flash *flash)
{
	return flash->part;
}

struct cx3_card *cx3_flash_card(struct cx3_flash *flash)
{
	return flash->card;
}

const struct cx3_flash_ways *cx3_flash_ways(const struct cx3_flash *flash)
{
	return &flash->ways;
}

const struct cx3_flash_counts *cx3_flash_counts(const struct cx3_flash *flash)
{
	return &flash->counts;
}
