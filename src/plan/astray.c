/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program command that went astray on the wire: the places where its bytes may be are
 * read and compared with what is known of them, and repaired, before anything else goes
 * on. Where nothing is known and the bytes are there, that is told.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan_priv.h"

/* A repair's own commands can go astray as well: so deep, and no deeper. */
#define MOST_DEPTH 3u
#define ATTEMPTS 3u
/* That one page's commands may hit: for each of 16, one by the data and two by the address. */
#define MOST_PAGES 48u

static int fail_at(uint32_t addr, enum cx3_code code, const char *text, struct cx3_error *err)
{
	char place[32];

	snprintf(place, sizeof(place), "flash 0x%x", addr);
	return cx3_fail(err, code, place, text, addr);
}

static int too_noisy(uint32_t addr, struct cx3_error *err)
{
	return fail_at(addr, CX3_E_NOISE,
		       "The commands that write near 0x%x arrive damaged time and again: the wires "
		       "are noisy.\n"
		       "Check the wires, the ground and the pull-ups, or lower the clock.",
		       err);
}

/*
 * The sector of a page of which bytes were lost: `expected` where `left` is not FF, all
 * else as it was known, or as two readings show it.
 */
static int restore(struct cx3_writer *w, uint32_t page, const uint8_t *expected,
		   const uint8_t *left, struct cx3_error *err)
{
	uint32_t unit = cx3_erase_unit(w->shadow->flash);
	uint32_t base = page / unit * unit;
	uint8_t *sector = malloc(unit);
	bool right = false, was_damaged = w->damaged;
	int rc = CX3_OK;

	if (!sector)
		return cx3_fail(err, CX3_E_NO_MEMORY, "plan",
				"There is no memory to write a sector again.\n"
				"Close other programs.");
	w->health->astray++;
	w->depth++;
	/* until the sector is right again: its content is in memory only */
	w->damaged = true;
	for (unsigned i = 0; i < ATTEMPTS && !right && rc == CX3_OK; i++) {
		if (i == 0)
			rc = cx3_plan_read_kept(w->shadow, base, unit, sector, err);
		for (unsigned b = 0; b < CX3_FLASH_PAGE && i == 0; b++) {
			if (left[b] != 0xff)
				sector[page - base + b] = expected[b];
		}
		if (rc == CX3_OK)
			rc = cx3_plan_write_sector(w, base, sector, &right, err);
	}
	w->depth--;
	free(sector);
	if (right)
		w->damaged = was_damaged;
	if (rc != CX3_OK || right)
		return rc;
	return fail_at(page, CX3_E_NOISE,
		       "A command that went astray has damaged the flash near 0x%x, and its sector "
		       "could not be put back.\n"
		       "Check the wires and lower the clock. The backup has what was there.",
		       err);
}

enum verdict { INTACT, DAMAGED, OTHERWISE };

/* What two readings say of the bytes that the command may have reached. */
static enum verdict judge(const uint8_t *now, const uint8_t *expected, const uint8_t *left)
{
	enum verdict verdict = INTACT;

	for (unsigned b = 0; b < CX3_FLASH_PAGE; b++) {
		if (left[b] == 0xff || now[b] == expected[b])
			continue;
		/* bits that it can't have taken, or bits that rose */
		if ((now[b] & ~expected[b]) || (expected[b] & ~now[b] & left[b]))
			return OTHERWISE;
		verdict = DAMAGED;
	}
	return verdict;
}

/* What looks damaged may be whole: before its sector is erased, its bytes go over the wires without
 * the flash. */
static int is_misread(struct cx3_writer *w, const uint8_t *now, const uint8_t *expected, bool *so,
		      struct cx3_error *err)
{
	int rc = CX3_OK;

	*so = false;
	for (unsigned b = 0; b < CX3_FLASH_PAGE && rc == CX3_OK && !*so; b += CX3_SHADOW_GRAIN) {
		if (memcmp(now + b, expected + b, CX3_SHADOW_GRAIN) != 0)
			rc = cx3_flash_misreads(w->shadow->flash, expected + b, now + b, so, err);
	}
	return rc;
}

int cx3_plan_check_page(struct cx3_writer *w, uint32_t page, const uint8_t *expected,
			const uint8_t *left, struct cx3_error *err)
{
	uint8_t now[CX3_FLASH_PAGE];
	bool misread = false;
	int rc = cx3_flash_read(w->shadow->flash, page, now, CX3_FLASH_PAGE, err);

	if (rc != CX3_OK || judge(now, expected, left) == INTACT)
		return rc;
	rc = cx3_plan_read_sure(w->shadow->flash, page, CX3_FLASH_PAGE, now, err);
	if (rc != CX3_OK)
		return rc;
	switch (judge(now, expected, left)) {
	case INTACT:
		return CX3_OK;
	case DAMAGED:
		rc = is_misread(w, now, expected, &misread, err);
		if (rc != CX3_OK)
			return rc;
		if (!misread)
			return restore(w, page, expected, left, err);
		break;
	case OTHERWISE:
		break;
	}
	w->damaged = true;
	if (misread)
		return cx3_plan_reads_wrong(page, err);
	return fail_at(
		page, CX3_E_NOISE,
		"The flash near 0x%x does not read as it did before: the wires are noisy, or "
		"something else writes to it.\n"
		"Check the wires, the ground and the pull-ups, or lower the clock.",
		err);
}

static bool cared_for(const struct cx3_plan *plan, uint32_t addr)
{
	for (unsigned l = 0; l < plan->laps; l++) {
		if (cx3_fs2_extents_hold(&plan->lap[l].care, addr, addr + 1))
			return true;
	}
	return false;
}

/* Do two readings show the bytes as the command would have left them, from its first one on, as
 * many as there are at the least? *first: the lowest of them; the page's size if not. */
static int looks_hit(struct cx3_writer *w, const struct cx3_flash_stray *stray, const uint8_t *left,
		     unsigned *first, struct cx3_error *err)
{
	uint8_t now[CX3_FLASH_PAGE];
	int rc = cx3_plan_read_sure(w->shadow->flash, stray->page, CX3_FLASH_PAGE, now, err);
	unsigned seen = CX3_FLASH_PAGE, b;

	*first = CX3_FLASH_PAGE;
	for (unsigned i = 0; i < CX3_FLASH_PAGE && rc == CX3_OK; i++) {
		/* behind that they count only if nothing of the first ones is to be seen */
		if (i >= CX3_FLASH_STRAY_BYTES && seen < CX3_FLASH_PAGE)
			break;
		b = (stray->first + i) % CX3_FLASH_PAGE;
		if (left[b] == 0xff)
			continue;
		if (now[b] & ~left[b])
			return rc;
		seen = b < seen ? b : seen;
	}
	*first = seen;
	return rc;
}

static int unknown_hit(uint32_t addr, struct cx3_error *err)
{
	return fail_at(addr, CX3_E_VERIFY,
		       "A program command arrived damaged, and the flash at 0x%x reads as if its "
		       "bytes had gone there. What was there before is not known, so it was left "
		       "like this.\n"
		       "If something of worth was there, put it back from a backup.",
		       err);
}

/*
 * The pages that the commands may have hit, each once: where several commands may have
 * hit the same bytes, any of them can have taken their bits.
 */
struct pages {
	struct cx3_flash_stray page[MOST_PAGES];
	unsigned count;
};

static int collect(struct cx3_writer *w, const struct cx3_flash_stray *stray, void *user,
		   struct cx3_error *err)
{
	struct pages *pages = user;
	unsigned i = 0;

	(void)w;
	while (i < pages->count && pages->page[i].page != stray->page)
		i++;
	if (i == MOST_PAGES)
		return too_noisy(stray->page, err);
	if (i == pages->count)
		pages->page[pages->count++] = *stray;
	for (unsigned b = 0; b < CX3_FLASH_PAGE; b++)
		pages->page[i].left[b] &= stray->left[b];
	return CX3_OK;
}

/* What is known of a page is compared. */
static int check_known(struct cx3_writer *w, const struct cx3_flash_stray *stray,
		       struct cx3_error *err)
{
	uint8_t left[CX3_FLASH_PAGE], expected[CX3_FLASH_PAGE];

	memcpy(expected, cx3_shadow_bytes(w->shadow) + stray->page, sizeof(expected));
	for (unsigned b = 0; b < CX3_FLASH_PAGE; b++)
		left[b] = cx3_shadow_known(w->shadow, stray->page + b, 1, NULL) ? stray->left[b]
										: 0xff;
	if (cx3_is_blank(left, CX3_FLASH_PAGE))
		return CX3_OK;
	return cx3_plan_check_page(w, stray->page, expected, left, err);
}

/*
 * Bytes of which nothing is known. Those that the plan writes are verified later on anyway. Where
 * the others read as the command would have left them, they count as hit.
 */
static int tell_unknown(struct cx3_writer *w, const struct cx3_flash_stray *stray, void *user,
			struct cx3_error *err)
{
	uint8_t left[CX3_FLASH_PAGE];
	unsigned first;
	int rc;

	(void)user;
	for (unsigned b = 0; b < CX3_FLASH_PAGE; b++)
		left[b] = cx3_shadow_known(w->shadow, stray->page + b, 1, NULL) ||
					  cared_for(w->plan, stray->page + b)
				  ? 0xff
				  : stray->left[b];
	if (cx3_is_blank(left, CX3_FLASH_PAGE))
		return CX3_OK;
	rc = looks_hit(w, stray, left, &first, err);
	if (rc != CX3_OK || first == CX3_FLASH_PAGE)
		return rc;
	w->damaged = true;
	return unknown_hit(stray->page + first, err);
}

/* The part of [addr, end) that one command takes. */
static uint32_t command_part(uint32_t addr, uint32_t end, uint32_t unit)
{
	uint32_t next = (addr / unit + 1) * unit;

	return (next < end ? next : end) - addr;
}

/* What lies where the bytes belong is read back by whoever programs them. */
static void leave_out(struct cx3_flash_stray *stray, uint32_t first, uint32_t end)
{
	for (uint32_t b = 0; b < CX3_FLASH_PAGE; b++) {
		if (stray->page + b >= first && stray->page + b < end)
			stray->left[b] = 0xff;
	}
}

int cx3_plan_each_stray(struct cx3_writer *w, uint32_t addr, const uint8_t *data, uint32_t len,
			const struct cx3_flash_doubt *doubt, cx3_stray_fn fn, void *user,
			struct cx3_error *err)
{
	uint32_t first = addr / CX3_SHADOW_GRAIN * CX3_SHADOW_GRAIN;
	uint32_t stop = (addr + len + CX3_SHADOW_GRAIN - 1) / CX3_SHADOW_GRAIN * CX3_SHADOW_GRAIN;
	uint32_t skip, end, part;
	int rc = CX3_OK;

	/* as the flash layer does it before it cuts the bytes into commands */
	len = cx3_trim_blank(data, len, &skip);
	data += skip;
	addr += skip;
	end = addr + len;
	for (; addr < end && rc == CX3_OK; addr += part, data += part) {
		struct cx3_flash_stray stray[CX3_FLASH_MOST_STRAYS];
		unsigned count;

		part = command_part(addr, end, doubt->unit);
		if (cx3_is_blank(data, part))
			continue;
		count = cx3_flash_strays(w->shadow->flash, addr, data, part, doubt, stray);
		for (unsigned i = 0; i < count && rc == CX3_OK; i++) {
			leave_out(&stray[i], first, stop);
			rc = fn(w, &stray[i], user, err);
		}
	}
	return rc;
}

int cx3_plan_find_astray(struct cx3_writer *w, uint32_t addr, const uint8_t *data, uint32_t len,
			 const struct cx3_flash_doubt *doubt, struct cx3_error *err)
{
	struct pages pages = {.count = 0};
	int rc;

	if (w->depth >= MOST_DEPTH)
		return too_noisy(addr, err);
	rc = cx3_plan_each_stray(w, addr, data, len, doubt, collect, &pages, err);
	for (unsigned i = 0; i < pages.count && rc == CX3_OK; i++)
		rc = check_known(w, &pages.page[i], err);
	if (rc == CX3_OK)
		rc = cx3_plan_each_stray(w, addr, data, len, doubt, tell_unknown, NULL, err);
	return rc;
}

int cx3_plan_program(struct cx3_writer *w, uint32_t addr, const uint8_t *data, uint32_t len,
		     bool in_place, struct cx3_error *err)
{
	struct cx3_flash *flash = w->shadow->flash;
	struct cx3_flash_doubt doubt;
	int rc, rc_astray = CX3_OK;

	cx3_shadow_forget(w->shadow, addr, len);
	rc = in_place ? cx3_flash_program_in_place(flash, addr, data, len, err)
		      : cx3_flash_program(flash, addr, data, len, err);
	w->spoilt = rc == CX3_E_VERIFY;
	if (cx3_flash_take_doubt(flash, &doubt))
		rc_astray = cx3_plan_find_astray(w, addr, data, len, &doubt,
						 rc == CX3_OK || w->spoilt ? err : NULL);
	if (rc == CX3_OK || (w->spoilt && rc_astray != CX3_OK)) {
		w->spoilt = false;
		return rc_astray;
	}
	return rc;
}

int cx3_plan_program_pages(struct cx3_writer *w, uint32_t addr, const uint8_t *data, uint32_t len,
			   bool (*go_on)(void *user, uint32_t done), void *user, uint32_t *done,
			   struct cx3_error *err)
{
	struct cx3_flash *flash = w->shadow->flash;
	struct cx3_flash_doubt doubt;
	int rc, rc_astray = CX3_OK;
	uint32_t at;

	cx3_shadow_forget(w->shadow, addr, len);
	rc = cx3_flash_program_pages(flash, addr, data, len, go_on, user, done, err);
	if (cx3_flash_take_doubt(flash, &doubt)) {
		at = doubt.addr > addr ? doubt.addr : addr;
		rc_astray = cx3_plan_find_astray(w, at, data + (at - addr),
						 cx3_page_part(at, addr + len), &doubt,
						 rc == CX3_OK ? err : NULL);
	}
	return rc == CX3_OK ? rc_astray : rc;
}
