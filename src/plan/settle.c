/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * I2C has no checksum, so what decides something and no CRC vouches for is read a second
 * time. Blocks that differ are read until two readings are the same.
 *
 * Most registers of the card read 0. A flipped bit in a register's address makes the same wrong
 * block of any one, so that two such readings agree: what reads as zeros is read three times.
 */
#include "settle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flash/flash.h"

/* Bytes that one batch reads twice, at most. */
#define MOST_TOGETHER 256u

int cx3_never_agree(uint32_t addr, struct cx3_error *err)
{
	char place[32];

	snprintf(place, sizeof(place), "flash 0x%x", addr);
	return cx3_fail(
		err, CX3_E_NOISE, place,
		"The bytes at 0x%x were read %u times, and the readings do not agree: the wires are "
		"noisy.\n"
		"Check the wires, the ground and the pull-ups, or lower the clock.",
		addr, CX3_MOST_READINGS);
}

bool cx3_reads_zero(const uint8_t *bytes, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

/* Readings of a block like this one, itself included, that must be the same. */
static unsigned needed(const uint8_t *block)
{
	return cx3_reads_zero(block, CX3_SHADOW_GRAIN) ? 3 : 2;
}

/* `reading` holds the first two. Reads on until enough are the same, and keeps that one in
 * the shadow. */
static int settle_block(struct cx3_shadow *shadow, uint32_t addr,
			uint8_t reading[CX3_MOST_READINGS][CX3_SHADOW_GRAIN], struct cx3_error *err)
{
	for (unsigned n = 2; n < CX3_MOST_READINGS; n++) {
		int rc = cx3_flash_read_again(shadow->flash, addr, reading[n], CX3_SHADOW_GRAIN,
					      err);

		if (rc != CX3_OK)
			return rc;
		for (unsigned i = 0, same = 1; i < n; i++) {
			same += memcmp(reading[i], reading[n], CX3_SHADOW_GRAIN) == 0;
			if (same == needed(reading[n])) {
				memcpy(shadow->data + addr, reading[n], CX3_SHADOW_GRAIN);
				return CX3_OK;
			}
		}
	}
	return cx3_never_agree(addr, err);
}

/* One block, known and in `again`. */
static int compare_block(struct cx3_shadow *shadow, uint32_t addr, const uint8_t *again,
			 struct cx3_error *err)
{
	uint8_t reading[CX3_MOST_READINGS][CX3_SHADOW_GRAIN];
	int rc = CX3_OK;

	memcpy(reading[0], shadow->data + addr, CX3_SHADOW_GRAIN);
	memcpy(reading[1], again, CX3_SHADOW_GRAIN);
	if (memcmp(reading[0], reading[1], CX3_SHADOW_GRAIN) != 0) {
		shadow->differences++;
		rc = settle_block(shadow, addr, reading, err);
	}
	if (rc == CX3_OK)
		shadow->trust[addr / CX3_SHADOW_GRAIN] = CX3_TRUST_TWICE;
	return rc;
}

/* Both readings of the block are zeros. */
static bool zeros_twice(const struct cx3_shadow *shadow, uint32_t addr, const uint8_t *again)
{
	return cx3_reads_zero(shadow->data + addr, CX3_SHADOW_GRAIN) &&
	       cx3_reads_zero(again, CX3_SHADOW_GRAIN);
}

/* A third reading, for the blocks that were zeros in two. */
static int settle_zeros(struct cx3_shadow *shadow, uint32_t addr, uint32_t len, uint8_t *again,
			struct cx3_error *err)
{
	int rc = cx3_flash_read_again(shadow->flash, addr, again, len, err);

	for (uint32_t at = 0; at < len && rc == CX3_OK; at += CX3_SHADOW_GRAIN) {
		if (shadow->trust[(addr + at) / CX3_SHADOW_GRAIN] == CX3_TRUST_ONCE)
			rc = compare_block(shadow, addr + at, again + at, err);
	}
	return rc;
}

/* Known bytes and a second reading of them in `again`, compared block by block. */
static int compare_piece(struct cx3_shadow *shadow, uint32_t addr, uint32_t len, uint8_t *again,
			 struct cx3_error *err)
{
	bool zeros = false;
	int rc = CX3_OK;

	for (uint32_t at = 0; at < len && rc == CX3_OK; at += CX3_SHADOW_GRAIN) {
		if (zeros_twice(shadow, addr + at, again + at))
			zeros = true;
		else
			rc = compare_block(shadow, addr + at, again + at, err);
	}
	if (rc == CX3_OK && zeros)
		rc = settle_zeros(shadow, addr, len, again, err);
	if (rc == CX3_OK)
		shadow->bytes_twice += len;
	return rc;
}

static int settle_piece(struct cx3_shadow *shadow, uint32_t addr, uint32_t len, uint8_t *again,
			struct cx3_error *err)
{
	int rc = cx3_flash_read_again(shadow->flash, addr, again, len, err);

	return rc == CX3_OK ? compare_piece(shadow, addr, len, again, err) : rc;
}

/* One past the run of blocks from `grain` on that were read once, at most `most` of them. */
static uint32_t run_of(const struct cx3_shadow *shadow, uint32_t grain, uint32_t end, uint32_t most)
{
	uint32_t stop = grain;

	while (stop < end && stop - grain < most && shadow->trust[stop] == CX3_TRUST_ONCE)
		stop++;
	return stop;
}

static int stopped(uint32_t addr, struct cx3_error *err)
{
	return cx3_fail(
		err, CX3_E_INTERRUPTED, "flash",
		"Stopped while reading the flash a second time, at 0x%x; nothing was written.\n"
		"The command can simply be run again.",
		addr);
}

static int settle_run(struct cx3_shadow *shadow, uint32_t addr, uint32_t len, uint8_t *again,
		      struct cx3_meter *meter, struct cx3_error *err)
{
	bool paused;
	int rc;

	if (cx3_watch_cancelled(shadow->watch))
		return stopped(addr, err);
	rc = cx3_pause_if_wanted(shadow, shadow->watch, &paused, err);
	if (rc == CX3_OK)
		rc = settle_piece(shadow, addr, len, again, err);
	if (rc == CX3_OK && meter)
		cx3_meter_add(meter, "reading again", cx3_flash_read_cost(shadow->flash, len), len);
	return rc;
}

static int settle(struct cx3_shadow *shadow, uint32_t first, uint32_t end, struct cx3_meter *meter,
		  struct cx3_error *err)
{
	uint32_t most = cx3_read_piece(shadow->flash) / CX3_SHADOW_GRAIN;
	uint8_t *again;
	int rc = CX3_OK;

	if (most > end - first)
		most = end - first;
	if (most == 0)
		return CX3_OK;
	again = malloc((size_t)most * CX3_SHADOW_GRAIN);
	if (!again)
		return cx3_fail(err, CX3_E_NO_MEMORY, "shadow",
				"There is no memory for a second reading.\n"
				"Close other programs and try again.");
	for (uint32_t grain = first, stop; grain < end && rc == CX3_OK; grain = stop) {
		stop = run_of(shadow, grain, end, most);
		if (stop == grain)
			stop++;
		else
			rc = settle_run(shadow, grain * CX3_SHADOW_GRAIN,
					(stop - grain) * CX3_SHADOW_GRAIN, again, meter, err);
	}
	free(again);
	return rc;
}

/* Whole blocks, none of which has been read. */
static bool is_new(const struct cx3_shadow *shadow, struct cx3_flash_piece piece)
{
	for (uint32_t at = 0; at < piece.len; at += CX3_SHADOW_GRAIN) {
		if (shadow->trust[(piece.addr + at) / CX3_SHADOW_GRAIN] != CX3_TRUST_NONE)
			return false;
	}
	return piece.len > 0;
}

/* Whole blocks, without those at both ends that are sure already. */
static struct cx3_flash_piece piece_of(const struct cx3_shadow *shadow, uint32_t addr, uint32_t len)
{
	uint32_t lo = addr / CX3_SHADOW_GRAIN;
	uint32_t hi = (addr + len + CX3_SHADOW_GRAIN - 1) / CX3_SHADOW_GRAIN;

	while (lo < hi && shadow->trust[lo] > CX3_TRUST_ONCE)
		lo++;
	while (lo < hi && shadow->trust[hi - 1] > CX3_TRUST_ONCE)
		hi--;
	return (struct cx3_flash_piece){lo * CX3_SHADOW_GRAIN, (hi - lo) * CX3_SHADOW_GRAIN};
}

/* Reads the pieces twice in one batch, and compares. Reads nothing where the flash can't do that,
 * or the pieces are too long for it. */
static int read_both(struct cx3_shadow *shadow, const struct cx3_flash_piece *piece, size_t n,
		     struct cx3_error *err)
{
	uint8_t first[MOST_TOGETHER], second[MOST_TOGETHER];
	size_t bytes = 0;
	bool both;
	int rc;

	for (size_t i = 0; i < n; i++)
		bytes += piece[i].len;
	/* a wish to stop or to pause is met between single readings, not in a batch */
	if (bytes > sizeof(first) || cx3_watch_wants(shadow->watch))
		return CX3_OK;
	rc = cx3_flash_read_pairs(shadow->flash, piece, n, first, second, &both, err);
	bytes = 0;
	for (size_t i = 0; i < n && rc == CX3_OK && both; i++) {
		cx3_shadow_put(shadow, piece[i].addr, first + bytes, piece[i].len, CX3_TRUST_ONCE);
		rc = compare_piece(shadow, piece[i].addr, piece[i].len, second + bytes, err);
		bytes += piece[i].len;
	}
	return rc;
}

int cx3_shadow_expect(struct cx3_shadow *shadow, const struct cx3_fs2_range *range, unsigned count,
		      struct cx3_error *err)
{
	struct cx3_flash_piece piece[CX3_FS2_MAX_STARTS];
	size_t n = 0;

	for (unsigned i = 0; i < count && n < CX3_FS2_MAX_STARTS; i++) {
		piece[n] = piece_of(shadow, range[i].lo, range[i].hi - range[i].lo);
		n += is_new(shadow, piece[n]);
	}
	return n ? read_both(shadow, piece, n, err) : CX3_OK;
}

int cx3_shadow_make_sure(struct cx3_shadow *shadow, uint32_t addr, uint32_t len,
			 struct cx3_error *err)
{
	uint32_t first = addr / CX3_SHADOW_GRAIN;
	uint32_t end = (addr + len + CX3_SHADOW_GRAIN - 1) / CX3_SHADOW_GRAIN;
	struct cx3_flash_piece piece = piece_of(shadow, addr, len);
	int rc = CX3_OK;

	if (is_new(shadow, piece))
		rc = read_both(shadow, &piece, 1, err);
	if (rc == CX3_OK)
		rc = cx3_shadow_want(shadow, addr, len, err);
	if (rc != CX3_OK)
		return rc;
	while (first < end && shadow->trust[first] != CX3_TRUST_ONCE)
		first++;
	return first < end ? settle(shadow, first, end, NULL, err) : CX3_OK;
}

bool cx3_shadow_is_sure(const struct cx3_shadow *shadow, uint32_t addr, uint32_t len)
{
	for (uint32_t g = addr / CX3_SHADOW_GRAIN; g * CX3_SHADOW_GRAIN < addr + len; g++) {
		if (shadow->trust[g] <= CX3_TRUST_ONCE)
			return false;
	}
	return true;
}

static bool is_blank(const struct cx3_shadow *shadow, uint32_t grain)
{
	return cx3_is_blank(shadow->data + (size_t)grain * CX3_SHADOW_GRAIN, CX3_SHADOW_GRAIN);
}

/*
 * A block that begins blank looks blank as a whole where an ACK was damaged in it, for the rest of
 * its message reads as ones. Such blocks lie where something begins or ends.
 */
static void distrust_edges(struct cx3_shadow *shadow)
{
	uint32_t end = shadow->size / CX3_SHADOW_GRAIN;

	for (uint32_t g = 0; g < end; g++) {
		bool edge = (g > 0 && !is_blank(shadow, g - 1)) ||
			    (g + 1 < end && !is_blank(shadow, g + 1));

		if (shadow->trust[g] == CX3_TRUST_BLANK && edge)
			shadow->trust[g] = CX3_TRUST_ONCE;
	}
}

static uint32_t unsure_bytes(const struct cx3_shadow *shadow)
{
	uint32_t bytes = 0;

	for (uint32_t g = 0; g < shadow->size / CX3_SHADOW_GRAIN; g++)
		bytes += shadow->trust[g] == CX3_TRUST_ONCE ? CX3_SHADOW_GRAIN : 0;
	return bytes;
}

int cx3_shadow_settle(struct cx3_shadow *shadow, struct cx3_meter *meter, struct cx3_error *err)
{
	distrust_edges(shadow);
	if (meter)
		cx3_meter_expect(meter, cx3_flash_read_cost(shadow->flash, unsure_bytes(shadow)));
	return settle(shadow, 0, shadow->size / CX3_SHADOW_GRAIN, meter, err);
}

int cx3_shadow_doubt(struct cx3_shadow *shadow, uint32_t addr, uint32_t len, struct cx3_error *err)
{
	uint32_t first = addr / CX3_SHADOW_GRAIN;
	uint32_t end = (addr + len + CX3_SHADOW_GRAIN - 1) / CX3_SHADOW_GRAIN;
	bool any = false;
	int rc;

	for (uint32_t g = first; g < end; g++) {
		if (shadow->trust[g] == CX3_TRUST_THRICE)
			continue;
		shadow->trust[g] = CX3_TRUST_ONCE;
		any = true;
	}
	rc = any ? cx3_shadow_make_sure(shadow, addr, len, err) : CX3_OK;
	for (uint32_t g = first; any && rc == CX3_OK && g < end; g++)
		shadow->trust[g] = CX3_TRUST_THRICE;
	return rc;
}

void cx3_shadow_vouch(struct cx3_shadow *shadow, uint32_t addr, uint32_t len)
{
	uint32_t end = (addr + len) / CX3_SHADOW_GRAIN;

	for (uint32_t g = (addr + CX3_SHADOW_GRAIN - 1) / CX3_SHADOW_GRAIN; g < end; g++) {
		if (shadow->trust[g] == CX3_TRUST_ONCE)
			shadow->trust[g] = CX3_TRUST_CRC;
	}
}
