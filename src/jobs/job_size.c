/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is the flash as large as its id says? Chips that are sold under another's id are not: they begin
 * again behind their end. What is written to the upper half then goes over the lower one, and the
 * signature of an old image that is given up is the one that boots.
 */
#include "job_priv.h"

#include <string.h>

#include "fs2/config_area.h"

/* An image begins where a block of 64 KiB does. The first page of one that is not blank; *addr is
 * `half` if there is none. */
static int find_used(struct cx3_shadow *shadow, uint32_t half, uint32_t *addr,
		     struct cx3_error *err)
{
	int rc = CX3_OK;

	for (*addr = 0; *addr < half; *addr += CX3_FLASH_BLOCK) {
		rc = cx3_shadow_want(shadow, *addr, CX3_FLASH_PAGE, err);
		if (rc != CX3_OK || !cx3_is_blank(cx3_shadow_bytes(shadow) + *addr, CX3_FLASH_PAGE))
			return rc;
	}
	return rc;
}

/* Reads no further than to the first difference. */
static int compare(struct cx3_shadow *shadow, uint32_t half, uint32_t addr, uint32_t len,
		   bool *same, struct cx3_error *err)
{
	int rc = cx3_shadow_want(shadow, addr, len, err);

	if (rc == CX3_OK)
		rc = cx3_shadow_want(shadow, addr + half, len, err);
	*same = rc == CX3_OK && memcmp(cx3_shadow_bytes(shadow) + addr,
				       cx3_shadow_bytes(shadow) + addr + half, len) == 0;
	return rc;
}

/* *again: both halves hold the same, and something. */
static int begins_again(struct cx3_shadow *shadow, bool *again, struct cx3_error *err)
{
	uint32_t half = shadow->size / 2, used;
	int rc = find_used(shadow, half, &used, err);

	*again = rc == CX3_OK && used < half;
	if (*again)
		rc = compare(shadow, half, used, CX3_FLASH_PAGE, again, err);
	for (uint32_t at = 0; at < half && *again && rc == CX3_OK; at += CX3_FLASH_SECTOR)
		rc = compare(shadow, half, at, CX3_FLASH_SECTOR, again, err);
	return rc;
}

/* An image in the lower half is what would be lost. Without one the halves of a flash that holds
 * the same byte everywhere are alike as well. */
static bool has_image(const struct cx3_job *job)
{
	const struct cx3_homes *homes = &job->draft.homes;

	for (unsigned i = 0; i < homes->count; i++) {
		if (homes->home[i].home.readable &&
		    homes->home[i].home.start < job->shadow->size / 2)
			return true;
	}
	return false;
}

/* It programs blank bytes alone: they are blank in both halves, so nothing is lost by it. */
static bool only_fills(const struct cx3_job *job)
{
	const struct cx3_plan *plan = job->draft.plan;
	const uint8_t *now = cx3_shadow_bytes(job->shadow);

	for (size_t i = 0; i < plan->count; i++) {
		const struct cx3_step *step = &plan->step[i];

		if (step->kind == CX3_STEP_ERASE ||
		    (step->kind == CX3_STEP_PROGRAM && !cx3_is_blank(now + step->addr, step->len)))
			return false;
	}
	return true;
}

/* Where a word may be written to tell a large flash from a small one: a blank sector of the upper
 * half that is none of the settings'. 0: there is none. */
static uint32_t unused_sector(const struct cx3_job *job)
{
	const struct cx3_shadow *shadow = job->shadow;
	struct cx3_fs2_range area[CX3_CONFIG_AREAS];
	unsigned areas = 0;

	if (job->draft.has_old)
		areas = cx3_config_areas(&job->draft.old_info, shadow->size, area);
	for (uint32_t at = shadow->size - CX3_FLASH_SECTOR; at >= shadow->size / 2;
	     at -= CX3_FLASH_SECTOR) {
		bool used = !cx3_is_blank(cx3_shadow_bytes(shadow) + at, CX3_FLASH_SECTOR);

		for (unsigned i = 0; i < areas; i++)
			used = used || (at < area[i].hi && area[i].lo < at + CX3_FLASH_SECTOR);
		if (!used)
			return at;
	}
	return 0;
}

int cx3_job_check_halves(struct cx3_job *job, struct cx3_error *err)
{
	const struct cx3_flash_part *part = cx3_flash_part(job->shadow->flash);
	uint32_t half = job->shadow->size / 2;
	uint32_t unused;
	bool again;
	int rc;

	if (job->kind->changes_no_byte || !has_image(job) || only_fills(job))
		return CX3_OK;
	rc = begins_again(job->shadow, &again, err);
	if (rc != CX3_OK || !again)
		return rc;
	rc = cx3_fail(
		err, CX3_E_UNKNOWN_PART, part->name,
		"The flash's id says %u KiB, and its upper half reads as its lower one does, to "
		"the last byte: it has %u KiB, or less. What is written behind them would go "
		"over the image that boots.\n"
		"Nothing was written. Say the size that the marking on the chip tells.",
		part->size / 1024, half / 1024);
	unused = unused_sector(job);
	if (unused)
		cx3_fail_next(err,
			      "Nothing was written. Say the size that the marking on the chip "
			      "tells. If it has %u KiB all the same, write a word where nothing "
			      "lies (ww 0x%x 0x0): its halves differ then, and all goes on.",
			      part->size / 1024, unused);
	return rc;
}
