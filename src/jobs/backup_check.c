/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * I2C has no checksum, but the image has one for each section: a section that
 * does not add up is read twice more, and each byte that two of three readings
 * agree on is believed.
 */
#include <stdlib.h>
#include <string.h>

#include "backup_priv.h"

#define MAX_SUSPECTS 32
#define PASSES 3
/* Past the last good section lies the one whose header made no sense. */
#define HEADER_SPAN 4096u
/* What is read again in one go. */
#define VOTE_SPAN 4096u

struct suspects {
	unsigned count;
	uint32_t good_end; /* one past the last section that was reported */
	struct {
		uint32_t addr, len; /* logical */
	} range[MAX_SUSPECTS];
};

static void note(struct suspects *s, uint32_t addr, uint32_t len)
{
	if (s->count == MAX_SUSPECTS)
		return;
	s->range[s->count].addr = addr;
	s->range[s->count].len = len;
	s->count++;
}

static void on_section(void *user, const struct cx3_fs2_section *section)
{
	struct suspects *s = user;

	if (!section->whole_image && section->check != CX3_FS2_CHECK_TOO_BIG)
		s->good_end = section->addr + section->size;
	if (section->check == CX3_FS2_CHECK_TOO_BIG)
		note(s, section->addr, CX3_SHADOW_GRAIN);
	else if (section->check == CX3_FS2_CHECK_BAD_CRC && section->whole_image)
		/* all sections add up: only the header is left */
		note(s, 0, CX3_FS2_HEADER_SIZE);
	else if (section->check == CX3_FS2_CHECK_BAD_CRC)
		note(s, section->addr, section->size);
}

/* Reads [addr, addr + len) twice more; two of three readings win. */
static int vote(struct cx3_shadow *shadow, uint32_t addr, uint32_t len, struct cx3_error *err)
{
	uint8_t *reading = malloc(2 * (size_t)len);
	const uint8_t *now = cx3_shadow_bytes(shadow) + addr;
	int rc;

	if (!reading)
		return cx3_fail(err, CX3_E_NO_MEMORY, "backup",
				"There is no memory to compare readings of the flash.\n"
				"Close other programs and try again.");
	memcpy(reading, now, len);
	rc = cx3_shadow_reread(shadow, addr, len, err);
	memcpy(reading + len, now, len);
	if (rc == CX3_OK && memcmp(reading, now, len) != 0) {
		rc = cx3_shadow_reread(shadow, addr, len, err);
		for (uint32_t i = 0; rc == CX3_OK && i < len; i++) {
			if (reading[i] == reading[len + i])
				shadow->data[addr + i] = reading[i];
		}
	}
	free(reading);
	return rc;
}

static int vote_logical(struct cx3_shadow *shadow, const struct cx3_fs2_info *info, uint32_t at,
			uint32_t len, struct cx3_error *err)
{
	uint32_t end = at + len;
	int rc = CX3_OK;

	while (at < end && rc == CX3_OK) {
		/* pieces that lie in one chunk, the smallest of which is 64 KiB */
		uint32_t part = VOTE_SPAN - at % VOTE_SPAN;
		uint32_t addr = cx3_fs2_addr(info, at);

		if (part > end - at)
			part = end - at;
		if (addr >= shadow->size || part > shadow->size - addr)
			return CX3_OK;
		rc = vote(shadow, addr, part, err);
		at += part;
	}
	return rc;
}

/* One look at the image, and a second reading of what is wrong with it. */
static int look_again(struct cx3_shadow *shadow, const struct cx3_fs2_info *info,
		      const struct suspects *s, struct cx3_error *err)
{
	int rc = CX3_OK;

	if (s->count == 0)
		return vote_logical(shadow, info, s->good_end, HEADER_SPAN, err);
	for (unsigned i = 0; i < s->count && rc == CX3_OK; i++)
		rc = vote_logical(shadow, info, s->range[i].addr, s->range[i].len, err);
	return rc;
}

int cx3_backup_check(struct cx3_shadow *shadow, struct cx3_fs2_info *info, bool *has, bool *ok,
		     struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_shadow_source(shadow);
	uint32_t start[CX3_FS2_MAX_STARTS];
	struct cx3_fs2_info layout;
	unsigned count;
	int rc = cx3_fs2_locate(&src, start, &count, err);

	*has = false;
	*ok = false;
	for (int pass = 0; rc == CX3_OK && count > 0 && pass < PASSES; pass++) {
		struct suspects s = {0};

		*ok = cx3_fs2_verify(&src, CX3_FS2_STRIPED, info, on_section, &s, NULL) == CX3_OK;
		if (*ok)
			break;
		rc = cx3_fs2_header_layout(&src, start[0], &layout, err);
		if (rc == CX3_OK || cx3_fs2_is_verdict(rc))
			rc = look_again(shadow, &layout, &s, err);
	}
	if (rc == CX3_OK)
		*has = cx3_fs2_query(&src, CX3_FS2_STRIPED, CX3_FS2_QUICK, info, NULL) == CX3_OK;
	return rc;
}
