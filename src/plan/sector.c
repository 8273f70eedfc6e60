/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writing a whole sector anew (a block, where the part has no smaller erase), because a
 * bit in it must become 1 again. What must survive is read twice and the same before the
 * erase: a flipped bit in one reading would be written to the flash.
 */
#include <stdio.h>
#include <string.h>

#include "plan_priv.h"
#include "settle.h"

/* Readings in a row that must agree with the one before: see settle.c on zeros. */
static unsigned agreements(const uint8_t *bytes, uint32_t len)
{
	for (uint32_t at = 0; at < len; at += CX3_SHADOW_GRAIN) {
		uint32_t part = len - at < CX3_SHADOW_GRAIN ? len - at : CX3_SHADOW_GRAIN;

		if (cx3_reads_zero(bytes + at, part))
			return 2;
	}
	return 1;
}

/* One page part: until two readings in a row are the same, or three where zeros are read. */
static int read_part(struct cx3_flash *flash, uint32_t addr, uint32_t len, uint8_t *out,
		     struct cx3_error *err)
{
	uint8_t again[CX3_FLASH_PAGE];
	int rc = cx3_flash_read(flash, addr, out, len, err);

	for (unsigned i = 1, agreed = 0; i < CX3_MOST_READINGS && rc == CX3_OK; i++) {
		rc = cx3_flash_read_again(flash, addr, again, len, err);
		agreed = rc == CX3_OK && memcmp(out, again, len) == 0 ? agreed + 1 : 0;
		if (agreed == agreements(again, len))
			return CX3_OK;
		memcpy(out, again, len);
	}
	return rc == CX3_OK ? cx3_never_agree(addr, err) : rc;
}

int cx3_plan_read_sure(struct cx3_flash *flash, uint32_t addr, uint32_t len, uint8_t *out,
		       struct cx3_error *err)
{
	int rc = CX3_OK;

	for (uint32_t at = 0, part; at < len && rc == CX3_OK; at += part) {
		part = cx3_page_part(addr + at, addr + len);
		rc = read_part(flash, addr + at, part, out + at, err);
	}
	return rc;
}

int cx3_plan_reads_wrong(uint32_t addr, struct cx3_error *err)
{
	char place[32];

	snprintf(place, sizeof(place), "flash 0x%x", addr);
	return cx3_fail(err, CX3_E_NOISE, place,
			"The flash near 0x%x reads otherwise than before, and so do the gateway's "
			"registers with the same bytes in them: the wires read them wrong each "
			"time. The flash was left as it is.\n"
			"Check the wires, the ground and the pull-ups, or lower the clock.",
			addr);
}

int cx3_plan_read_kept(struct cx3_shadow *shadow, uint32_t base, uint32_t len, uint8_t *out,
		       struct cx3_error *err)
{
	int rc = cx3_plan_read_sure(shadow->flash, base, len, out, err);

	for (uint32_t at = 0; at < len && rc == CX3_OK; at += CX3_SHADOW_GRAIN) {
		const uint8_t *is = cx3_shadow_bytes(shadow) + base + at;
		bool misread = false;

		if (!cx3_shadow_is_sure(shadow, base + at, CX3_SHADOW_GRAIN) ||
		    memcmp(out + at, is, CX3_SHADOW_GRAIN) == 0)
			continue;
		rc = cx3_flash_misreads(shadow->flash, is, out + at, &misread, err);
		if (rc == CX3_OK && misread)
			rc = cx3_plan_reads_wrong(base + at, err);
		memcpy(out + at, is, CX3_SHADOW_GRAIN);
	}
	return rc;
}

/* Reads a page part into the shadow until two readings in a row are the same; what was
 * known before counts as one. */
static int agree(struct cx3_shadow *shadow, uint32_t addr, uint32_t len, struct cx3_error *err)
{
	uint8_t again[CX3_FLASH_PAGE];
	const uint8_t *now;
	int rc = CX3_OK;

	/* whole blocks, which stay within the page */
	len += addr % CX3_SHADOW_GRAIN;
	addr -= addr % CX3_SHADOW_GRAIN;
	len = (len + CX3_SHADOW_GRAIN - 1) / CX3_SHADOW_GRAIN * CX3_SHADOW_GRAIN;
	now = cx3_shadow_bytes(shadow) + addr;
	if (!cx3_shadow_known(shadow, addr, len, NULL))
		rc = cx3_shadow_reread(shadow, addr, len, err);
	for (unsigned i = 1, agreed = 0; i < CX3_MOST_READINGS && rc == CX3_OK; i++) {
		bool sure;

		rc = cx3_flash_read_again(shadow->flash, addr, again, len, err);
		if (rc != CX3_OK)
			break;
		agreed = memcmp(now, again, len) == 0 ? agreed + 1 : 0;
		sure = agreed >= agreements(again, len);
		cx3_shadow_put(shadow, addr, again, len, sure ? CX3_TRUST_TWICE : CX3_TRUST_ONCE);
		if (sure)
			return CX3_OK;
	}
	return rc == CX3_OK ? cx3_never_agree(addr, err) : rc;
}

int cx3_plan_see_twice(struct cx3_shadow *shadow, uint32_t addr, uint32_t len,
		       struct cx3_error *err)
{
	cx3_shadow_forget(shadow, addr, len);
	return agree(shadow, addr, len, err);
}

int cx3_plan_be_sure(struct cx3_shadow *shadow, uint32_t addr, uint32_t len, struct cx3_error *err)
{
	int rc = CX3_OK;

	for (uint32_t end = addr + len, part; addr < end && rc == CX3_OK; addr += part) {
		part = cx3_page_part(addr, end);
		if (!cx3_shadow_is_sure(shadow, addr, part))
			rc = agree(shadow, addr, part, err);
	}
	return rc;
}

/* Bytes [from, end) of the page at `addr`. */
static int program_page(struct cx3_writer *w, uint32_t addr, const uint8_t *bytes, uint32_t from,
			uint32_t end, struct cx3_error *err)
{
	uint32_t skip;
	uint32_t len = cx3_trim_blank(bytes + from, end - from, &skip);

	if (len == 0)
		return CX3_OK;
	return cx3_plan_program(w, addr + from + skip, bytes + from + skip, len, false, err);
}

/*
 * Last page first, and what may be a signature last of all: a power cut in between leaves
 * no signature before half a sector.
 */
static int program_all(struct cx3_writer *w, uint32_t base, uint32_t unit, const uint8_t *bytes,
		       struct cx3_error *err)
{
	int rc = CX3_OK;

	for (uint32_t p = unit - CX3_FLASH_PAGE; p > 0 && rc == CX3_OK; p -= CX3_FLASH_PAGE)
		rc = program_page(w, base + p, bytes + p, 0, CX3_FLASH_PAGE, err);
	if (rc == CX3_OK)
		rc = program_page(w, base, bytes, CX3_FS2_SIGNATURE_SIZE, CX3_FLASH_PAGE, err);
	if (rc == CX3_OK)
		rc = program_page(w, base, bytes, 0, CX3_FS2_SIGNATURE_SIZE, err);
	return rc;
}

int cx3_plan_write_sector(struct cx3_writer *w, uint32_t base, const uint8_t *bytes, bool *right,
			  struct cx3_error *err)
{
	uint32_t unit = cx3_erase_unit(w->shadow->flash);
	int rc;

	*right = false;
	cx3_shadow_forget(w->shadow, base, unit);
	rc = cx3_flash_erase(w->shadow->flash, base, unit, err);
	if (rc == CX3_OK)
		rc = program_all(w, base, unit, bytes, err);
	/* spoilt by a broken command: no page was written after it, and the caller tries again */
	if (rc == CX3_E_VERIFY && w->spoilt)
		rc = CX3_OK;
	if (rc == CX3_OK)
		rc = cx3_shadow_reread(w->shadow, base, unit, err);
	if (rc == CX3_OK)
		*right = memcmp(cx3_shadow_bytes(w->shadow) + base, bytes, unit) == 0;
	return rc;
}
