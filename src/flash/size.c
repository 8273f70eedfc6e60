/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is a flash as large as somebody has said? One that is smaller begins again behind its end: what
 * is written there goes over its beginning. A blank one can't tell.
 */
#include "flash_priv.h"

#include <string.h>

static int begins_again(const struct cx3_flash *flash, uint32_t addr, uint32_t at,
			struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_UNKNOWN_PART, cx3_gw_label(flash->gw),
			"The flash was said to have %u KiB, and that contradicts what answers: it "
			"reads at 0x%x as it does at %s%x.\n"
			"Say its real size, which the marking on the chip tells.",
			flash->part->size / 1024, addr + at, addr ? "0x" : "", addr);
}

/* *same: it reads from `size` on as it does from 0. The first sector that is not blank is compared,
 * at *where (`size`: there is none); an image begins where a block of 64 KiB does. */
static int check_half(struct cx3_flash *flash, uint32_t size, uint32_t *where, bool *same,
		      struct cx3_error *err)
{
	uint8_t low[CX3_FLASH_SECTOR], high[CX3_FLASH_SECTOR];
	uint32_t addr = 0;
	int rc = cx3_flash_read(flash, 0, low, CX3_FLASH_PAGE, err);

	*same = false;
	*where = size;

	while (rc == CX3_OK && cx3_is_blank(low, CX3_FLASH_PAGE)) {
		addr += CX3_FLASH_BLOCK;
		if (addr >= size)
			return CX3_OK;
		rc = cx3_flash_read(flash, addr, low, CX3_FLASH_PAGE, err);
	}
	if (rc == CX3_OK)
		rc = cx3_flash_read(flash, addr, low, sizeof(low), err);
	if (rc == CX3_OK)
		rc = cx3_flash_read(flash, addr + size, high, sizeof(high), err);
	*same = rc == CX3_OK && memcmp(low, high, sizeof(low)) == 0;
	*where = addr;
	return rc;
}

int cx3_flash_begins_again(struct cx3_flash *flash, uint32_t size, bool *again,
			   struct cx3_error *err)
{
	uint32_t where;

	return check_half(flash, size, &where, again, err);
}

#define MOST_ADDRESSED 0x1000000u /* with 24 bits */

/* What lies behind the end that was said: a flash of that size begins again there, as far as its
 * data sheet tells. It is a hint alone. */
static int check_behind(struct cx3_flash *flash, struct cx3_error *err)
{
	const uint32_t size = flash->part->size;
	uint32_t where;
	bool same;
	int rc;

	if (size > MOST_ADDRESSED / 2)
		return CX3_OK;
	flash->assumed.size = 2 * size;
	rc = check_half(flash, size, &where, &same, err);
	flash->assumed.size = size;
	flash->seems_larger = rc == CX3_OK && !same && where < size;
	if (flash->seems_larger)
		cx3_log(cx3_card_adapter(flash->gw->card)->log, CX3_LOG_WARN,
			"%s: the flash was said to have %u KiB, and reads at 0x%x otherwise than at "
			"0x%x: it may be larger. An image that runs past the end is a sign of that",
			cx3_gw_label(flash->gw), size / 1024, where + size, where);
	return rc;
}

bool cx3_flash_seems_larger(const struct cx3_flash *flash)
{
	return flash->seems_larger;
}

int cx3_flash_check_size(struct cx3_flash *flash, struct cx3_error *err)
{
	int rc = CX3_OK;
	uint32_t where;
	bool same;

	for (uint32_t at = flash->part->size / 2; rc == CX3_OK && at >= CX3_FLASH_BLOCK; at /= 2) {
		rc = check_half(flash, at, &where, &same, err);
		if (rc == CX3_OK && same)
			return begins_again(flash, where, at, err);
	}
	return rc == CX3_OK ? check_behind(flash, err) : rc;
}
